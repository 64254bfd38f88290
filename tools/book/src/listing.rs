//! Listings: the crates under `listings/`, one program each.

use crate::Usage;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

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

    /// The folder names of the `path = "../NAME"` dependencies, development ones too.
    fn path_dependencies(&self) -> Result<Vec<String>> {
        let manifest = self.dir.join("Cargo.toml");
        let text = fs::read_to_string(&manifest)
            .with_context(|| format!("cannot read {}", manifest.display()))?;
        let table: toml::Table = toml::from_str(&text)
            .with_context(|| format!("{} is not valid TOML", manifest.display()))?;
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
