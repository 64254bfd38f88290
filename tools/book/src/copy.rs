//! `copy LISTING DIR`: a listing as a project of its own.

use crate::Usage;
use crate::listing::Listing;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use walkdir::WalkDir;

/// Copies a listing, with the listings it builds on, to `target`, which must not exist
/// or be an empty folder. Alone it becomes the project itself; with others each keeps
/// its folder in a small workspace, so that `path = "../other"` still holds.
pub fn run(root: &Path, name: &str, target: &Path) -> Result<()> {
    let listing = Listing::find(root, name)?;
    let others = listing.builds_on(root)?;
    if target.exists() && fs::read_dir(target).map_or(true, |mut d| d.next().is_some())
    {
        return Err(Usage(format!(
            "{} exists; it was left as it is. Name a folder that does not exist yet",
            target.display()
        ))
        .into());
    }
    if others.is_empty() {
        copy_folder(&listing.dir, target)?;
        let manifest = target.join("Cargo.toml");
        // Its own workspace, so that it builds inside any other project's folder too.
        let text = fs::read_to_string(&manifest)? + "\n[workspace]\n";
        fs::write(&manifest, text)?;
    } else {
        for each in others.iter().chain([&listing]) {
            copy_folder(&each.dir, &target.join(&each.name))?;
        }
        fs::write(target.join("Cargo.toml"), workspace(&listing, &others))?;
    }
    let lock = root.join("Cargo.lock");
    fs::copy(&lock, target.join("Cargo.lock"))
        .with_context(|| format!("cannot copy {}", lock.display()))?;
    println!(
        "{name} is in {}. Try it: cd {} && cargo test",
        target.display(),
        target.display()
    );
    Ok(())
}

fn workspace(listing: &Listing, others: &[Listing]) -> String {
    let members = others.iter().chain([listing]);
    let members: Vec<String> = members.map(|l| format!("{:?}", l.name)).collect();
    format!(
        "[workspace]\nmembers = [{}]\ndefault-members = [{:?}]\nresolver = \"3\"\n",
        members.join(", "),
        listing.name
    )
}

/// Everything but what a build leaves behind.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    let entries = WalkDir::new(from)
        .into_iter()
        .filter_entry(|e| e.depth() != 1 || e.file_name() != "target");
    for entry in entries {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target)
                .with_context(|| format!("cannot create {}", target.display()))?;
        } else {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}
