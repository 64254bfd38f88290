//! Listings: the crates under `listings/`, one program each.

use crate::Usage;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// One crate under `listings/`. Folder name and package name are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    pub name: String,
    pub dir: PathBuf,
}

impl Listing {
    /// Every listing of the book at `root`, by name.
    pub fn all(root: &Path) -> Result<Vec<Listing>> {
        let dir = root.join("listings");
        let entries = fs::read_dir(&dir)
            .with_context(|| format!("cannot read {}", dir.display()))?;
        let mut listings = Vec::new();
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                listings.push(Listing {
                    name: entry.file_name().to_string_lossy().into_owned(),
                    dir: entry.path(),
                });
            }
        }
        listings.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(listings)
    }

    /// The listing called `name`; a [`Usage`] error that names the others if there is
    /// none.
    pub fn find(root: &Path, name: &str) -> Result<Listing> {
        let all = Listing::all(root)?;
        let names: Vec<_> = all.iter().map(|l| l.name.clone()).collect();
        all.into_iter().find(|l| l.name == name).ok_or_else(|| {
            Usage(format!(
                "there is no listing `{name}`; there are: {}",
                names.join(", ")
            ))
            .into()
        })
    }

    /// Its files, relative to its folder and in order: everything but what a build or npm
    /// leaves behind.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        let ours = |name: &std::ffi::OsStr| name != "target" && name != "node_modules";
        let entries = WalkDir::new(&self.dir)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || ours(entry.file_name()));
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry?;
            if entry.file_type().is_file() {
                files.push(entry.path().strip_prefix(&self.dir)?.to_path_buf());
            }
        }
        Ok(files)
    }

    /// The listings this one builds on, directly or not, nearest first.
    pub fn builds_on(&self, root: &Path) -> Result<Vec<Listing>> {
        let mut found: Vec<Listing> = Vec::new();
        let mut queue = vec![self.clone()];
        while let Some(listing) = queue.pop() {
            for name in listing.path_dependencies()? {
                if name != self.name && !found.iter().any(|l| l.name == name) {
                    let next = Listing::find(root, &name)?;
                    found.push(next.clone());
                    queue.push(next);
                }
            }
        }
        Ok(found)
    }

    /// What its manifest says it is; empty if it does not.
    pub fn description(&self) -> Result<String> {
        let manifest = self.manifest()?;
        let package = manifest.get("package").and_then(|p| p.get("description"));
        Ok(package.and_then(|d| d.as_str()).unwrap_or("").to_string())
    }

    fn manifest(&self) -> Result<toml::Table> {
        let manifest = self.dir.join("Cargo.toml");
        let text = fs::read_to_string(&manifest)
            .with_context(|| format!("cannot read {}", manifest.display()))?;
        toml::from_str(&text)
            .with_context(|| format!("{} is not valid TOML", manifest.display()))
    }

    /// The folder names of the `path = "../NAME"` dependencies, development ones too.
    fn path_dependencies(&self) -> Result<Vec<String>> {
        let table = self.manifest()?;
        let mut names = Vec::new();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = table.get(section).and_then(|v| v.as_table())
            else {
                continue;
            };
            let paths = dependencies
                .values()
                .filter_map(|d| d.get("path")?.as_str());
            names.extend(
                paths
                    .filter_map(|p| p.strip_prefix("../"))
                    .map(str::to_string),
            );
        }
        Ok(names)
    }
}
