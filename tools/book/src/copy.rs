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
    let profiles = profiles(root, others.iter().chain([&listing]))?;
    if others.is_empty() {
        copy_folder(&listing.dir, target)?;
        let manifest = target.join("Cargo.toml");
        // Its own workspace, so that it builds inside any other project's folder too.
        let text = fs::read_to_string(&manifest)? + "\n[workspace]\n" + &profiles;
        fs::write(&manifest, text)?;
    } else {
        for each in others.iter().chain([&listing]) {
            copy_folder(&each.dir, &target.join(&each.name))?;
        }
        let text = workspace(&listing, &others) + &profiles;
        fs::write(target.join("Cargo.toml"), text)?;
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
