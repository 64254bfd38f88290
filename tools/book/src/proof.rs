//! Proofs: for which oracle programs Node and the rebuild were seen to print the same,
//! with which Node, and when.
//!
//! `proof.json` lies in a listing's folder. `cargo run -- oracle --record` writes it when
//! Node has printed a program's record and the listing's own test has printed it too. A
//! page calls two outputs identical only while the program and the record are those that
//! were compared.

use crate::listing::Listing;
use crate::node::Versions;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The name of the file, in the folder of a listing.
pub const FILE: &str = "proof.json";

/// What is in the file.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The day of the comparison, as `2026-11-25`.
    pub date: String,
    pub node: Versions,
    /// The programs, by name without extension.
    pub programs: BTreeMap<String, Compared>,
}

/// What was compared, by its SHA-256 in hexadecimal.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// The JavaScript.
    pub program: String,
    /// What Node printed, and the rebuild, byte by byte.
    pub output: String,
}

impl Compared {
    /// The program and the record as they are now.
    pub fn now(program: &Path, record: &Path) -> Result<Compared> {
        let hash = |path: &Path| -> Result<String> {
            let bytes = fs::read(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let digest = Sha256::digest(&bytes);
            Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
        };
        Ok(Compared {
            program: hash(program)?,
            output: hash(record)?,
        })
    }
}

impl Proof {
    /// The proof of a listing; none if there is no such file.
    pub fn of(listing: &Path) -> Result<Option<Proof>> {
        let path = listing.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let context = format!("cannot read {}", path.display());
                return Err(error).context(context);
            }
        };
        let proof = serde_json::from_str(&text)
            .with_context(|| format!("{} is no proof", path.display()))?;
        Ok(Some(proof))
    }
}

/// The proof that the output in `record`, a path from the root of the book as in
/// `listings/event-loop/oracle/exit.out`, is Node's and the rebuild's alike; none if they
/// were never compared, or not since the program or its record changed.
pub fn covering(root: &Path, record: &Path) -> Result<Option<Proof>> {
    let Some((listing, name)) = place(record) else {
        return Ok(None);
    };
    let Some(proof) = Proof::of(&root.join(&listing))? else {
        return Ok(None);
    };
    let record = root.join(record);
    let program = ["cjs", "mjs"].map(|e| record.with_extension(e));
    let Some(program) = program.iter().find(|path| path.is_file()) else {
        return Ok(None);
    };
    let now = Compared::now(program, &record)?;
    Ok((proof.programs.get(&name) == Some(&now)).then_some(proof))
}

/// `listings/LISTING/oracle/NAME.out` as the folder of the listing and the name.
fn place(record: &Path) -> Option<(PathBuf, String)> {
    let oracle = record.parent()?;
    let is_record = record.extension()? == "out" && oracle.file_name()? == "oracle";
    let name = record.file_stem()?.to_str()?.to_string();
    is_record.then_some((oracle.parent()?.to_path_buf(), name))
}

/// Whether a listing has twins, so that its programs can be proven.
pub fn has_twins(listing: &Listing) -> bool {
    ["tests/oracle.rs", "tests/oracle/main.rs"]
        .iter()
        .any(|test| listing.dir.join(test).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_covers_what_was_compared_and_nothing_that_changed_since() {
        let root = tempfile::tempdir().unwrap();
        let listing = root.path().join("listings/tiny");
        let record = Path::new("listings/tiny/oracle/one.out");
        fs::create_dir_all(listing.join("oracle")).unwrap();
        let write = |name: &str, text: &str| {
            fs::write(listing.join(name), text).unwrap();
        };
        write("oracle/one.cjs", "console.log(1)");
        write("oracle/one.out", "1\n");
        assert_eq!(covering(root.path(), record).unwrap(), None);

        let program = listing.join("oracle/one.cjs");
        let now = Compared::now(&program, &root.path().join(record)).unwrap();
        let proof = Proof {
            date: "2026-11-25".into(),
            node: Versions {
                node: "26.10.0".into(),
                v8: "14".into(),
                uv: "1".into(),
            },
            programs: [("one".to_string(), now)].into(),
        };
        write(FILE, &serde_json::to_string(&proof).unwrap());
        assert_eq!(covering(root.path(), record).unwrap(), Some(proof));

        write("oracle/one.cjs", "console.log(2)");
        assert_eq!(covering(root.path(), record).unwrap(), None);
        write(FILE, "{}");
        let error = covering(root.path(), record).unwrap_err();
        assert!(
            error.to_string().contains("proof.json is no proof"),
            "{error}"
        );
    }
}
