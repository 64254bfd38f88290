//! What must be installed for the browser to run.

use std::path::{Path, PathBuf};

/// The programs and the script that the tests need.
#[derive(Clone)]
pub struct Tools {
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
    /// The rules of accessibility, axe-core, as one script.
    pub axe: PathBuf,
}

impl Tools {
    /// # Errors
    /// Says in one line what is missing and how to get it.
    pub fn find(root: &Path) -> Result<Tools, String> {
        let chromium = on_path("chromium");
        let chromedriver = on_path("chromedriver");
        let axe = root.join("tools/node/node_modules/axe-core/axe.min.js");
        let mut install = Vec::new();
        if chromium.is_none() || chromedriver.is_none() {
            install.push("apt-get install chromium chromium-driver");
        }
        if !axe.is_file() {
            install.push("npm ci --prefix tools/node");
        }
        match (chromium, chromedriver) {
            (Some(chromium), Some(chromedriver)) if install.is_empty() => Ok(Tools {
                chromium,
                chromedriver,
                axe,
            }),
            _ => Err(format!("no browser to test with; {}", install.join("; "))),
        }
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
