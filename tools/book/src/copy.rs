//! A listing as a project of its own: `copy LISTING DIR`, and the archive that the pages
//! offer. Both are the same files.

use crate::Usage;
use crate::listing::Listing;
use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What an archive says of when its files were written: a day that is always the same, so
/// that the same files make the same archive.
const WRITTEN: u64 = 1_577_836_800;

/// What goes beside the code, where the book has it.
const LICENSES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// Copies a listing, with the listings it builds on, to `target`, which must not exist
/// or be an empty folder.
pub fn run(root: &Path, name: &str, target: &Path) -> Result<()> {
    let project = project(root, &Listing::find(root, name)?)?;
    if target.exists() && fs::read_dir(target).map_or(true, |mut d| d.next().is_some())
    {
        return Err(Usage(format!(
            "{} exists; it was left as it is. Name a folder that does not exist yet",
            target.display()
        ))
        .into());
    }
    for (path, content) in &project {
        let file = target.join(path);
        let folder = file.parent().context("a file in a folder")?;
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        fs::write(&file, content)
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    println!(
        "{name} is in {}. Try it: cd {} && cargo test",
        target.display(),
        target.display()
    );
    Ok(())
}

/// The same project as a `.tar.gz` with one folder in it, named for the listing. The same
/// files make the same bytes.
pub fn archive(root: &Path, listing: &Listing) -> Result<Vec<u8>> {
    let zipped = GzBuilder::new().write(Vec::new(), Compression::default());
    let mut archive = tar::Builder::new(zipped);
    for (path, content) in project(root, listing)? {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(WRITTEN);
        let path = Path::new(&listing.name).join(path);
        archive.append_data(&mut header, path, content.as_slice())?;
    }
    Ok(archive.into_inner()?.finish()?)
}

/// A listing's files as they stand in a project of its own. Alone it is the project
/// itself; with others each keeps its folder in a small workspace, so that
/// `path = "../other"` still holds.
fn project(root: &Path, listing: &Listing) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let others = listing.builds_on(root)?;
    let mut project = BTreeMap::new();
    let mut add = |listing: &Listing, below: &Path| -> Result<()> {
        for file in listing.files()? {
            let content = read(&listing.dir.join(&file))?;
            project.insert(below.join(file), content);
        }
        Ok(())
    };
    if others.is_empty() {
        add(listing, Path::new(""))?;
    } else {
        for each in others.iter().chain([listing]) {
            add(each, Path::new(&each.name))?;
        }
    }
    // Its own workspace, so that it builds inside any other project's folder too.
    let manifest = project.entry("Cargo.toml".into()).or_default();
    manifest.extend(workspace(listing, &others).bytes());
    let profiles = profiles(root, others.iter().chain([listing]))?;
    manifest.extend(profiles.bytes());
    project.insert("Cargo.lock".into(), read(&root.join("Cargo.lock"))?);
    for license in LICENSES.map(|name| root.join(name)) {
        if license.is_file() {
            let name = license.file_name().context("a file")?.into();
            project.insert(name, read(&license)?);
        }
    }
    Ok(project)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn workspace(listing: &Listing, others: &[Listing]) -> String {
    if others.is_empty() {
        return "\n[workspace]\n".into();
    }
    let members = others.iter().chain([listing]);
    let members: Vec<String> = members.map(|l| format!("{:?}", l.name)).collect();
    format!(
        "[workspace]\nmembers = [{}]\ndefault-members = [{:?}]\nresolver = \"3\"\n",
        members.join(", "),
        listing.name
    )
}

/// What the book's manifest says of how dependencies are built, as far as these listings
/// have them: a profile counts only in the root of a workspace.
fn profiles<'a>(
    root: &Path,
    listings: impl Iterator<Item = &'a Listing>,
) -> Result<String> {
    let read = |path: &Path| -> Result<toml::Table> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        Ok(text.parse()?)
    };
    let mut dependencies = Vec::new();
    for listing in listings {
        let manifest = read(&listing.dir.join("Cargo.toml"))?;
        if let Some(table) = manifest.get("dependencies").and_then(|d| d.as_table()) {
            dependencies.extend(table.keys().cloned());
        }
    }
    let book = read(&root.join("Cargo.toml"))?;
    let packages = book
        .get("profile")
        .and_then(|profile| profile.get("dev")?.get("package")?.as_table());
    let mut text = String::new();
    for (name, settings) in packages.into_iter().flatten() {
        // A dependency, or the crate with its C code, such as `rquickjs-sys`.
        let of = name.strip_suffix("-sys").unwrap_or(name);
        if dependencies.iter().any(|dependency| dependency == of) {
            let settings = toml::to_string(settings)?;
            text += &format!("\n[profile.dev.package.{name}]\n{settings}");
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    /// A book with a profile for `engine-sys`, and listings with these dependencies.
    fn profiles_of(dependencies: &[&str]) -> String {
        let book = tempdir().expect("a folder");
        let root = book.path();
        let manifest = "[profile.dev.package.engine-sys]\nopt-level = 3\n";
        fs::write(root.join("Cargo.toml"), manifest).expect("written");
        let listings: Vec<Listing> = dependencies
            .iter()
            .map(|dependency| {
                let dir = root.join("listings").join(dependency);
                fs::create_dir_all(&dir).expect("created");
                let manifest = format!("[dependencies]\n{dependency} = \"1\"\n");
                fs::write(dir.join("Cargo.toml"), manifest).expect("written");
                Listing {
                    name: dependency.to_string(),
                    dir,
                }
            })
            .collect();
        profiles(root, listings.iter()).expect("the manifests are readable")
    }

    #[test]
    fn a_profile_goes_where_its_package_goes() {
        let profile = "\n[profile.dev.package.engine-sys]\nopt-level = 3\n";
        assert_eq!(profiles_of(&["serde", "engine"]), profile);
        assert_eq!(profiles_of(&["serde"]), "");
    }
}
