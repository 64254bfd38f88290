//! The checks of every page, seen to fail: each fault is one page that has it.

use crate::browser::{Browser, PATIENCE};
use crate::server::Server;
use crate::stage::Stage;
use crate::walk;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// A page without a fault; `HEAD` and `REST` are where the others differ.
const GOOD: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">
<title>Page</title><link rel=\"icon\" href=\"data:,\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<style>body { margin: 0; background: #fff; color: #000; }
.navy body { background: #111; color: #eee; }
.light .faint-in-light, .navy .faint-in-dark { color: #777; }</style>
<script>document.documentElement.className = localStorage.getItem('mdbook-theme')
</script>HEAD</head>
<body><main><h1>Page</h1><p>Text.</p>REST</main><script src=\"late.js\"></script></body>
</html>";

/// Name, what stands in the head, what stands after the text.
const FAULTS: &[(&str, &str, &str)] = &[
    ("good", "", ""),
    ("console", "<script>console.error('wrong')</script>", ""),
    ("thrown", "<script>undefined.property</script>", ""),
    ("missing", "", "<img src=\"gone.png\" alt=\"gone\">"),
    (
        "foreign",
        "",
        "<img src=\"http://example.invalid/\" alt=\"far\">",
    ),
    ("unnamed", "", "<button></button>"),
    ("light", "", "<p class=\"faint-in-light\">Faint</p>"),
    ("dark", "", "<p class=\"faint-in-dark\">Faint</p>"),
    (
        "folded",
        "",
        "<details><summary>More</summary><button></button></details>",
    ),
    ("wide", "", "<div style=\"width: 380px\">wide</div>"),
    ("heavy", "<script src=\"heavy.js\"></script>", ""),
    ("hidden", "<style>p { display: none }</style>", ""),
    ("faded", "<style>p { opacity: 0 }</style>", ""),
    ("empty", "", "<p></p>"),
    ("waits", "<script src=\"early.js\"></script>", ""),
];

fn write(folder: &Path) -> Result<()> {
    for (name, head, rest) in FAULTS {
        let page = GOOD.replace("HEAD", head).replace("REST", rest);
        fs::write(folder.join(format!("{name}.html")), page)?;
    }
    fs::write(folder.join("late.js"), "")?;
    fs::write(folder.join("early.js"), "")?;
    fs::write(folder.join("heavy.js"), " ".repeat(400_000))?;
    Ok(())
}

/// Every fault is found by its check, and by no other.
pub async fn are_found(stage: &Stage, browser: &Browser) -> Result<()> {
    let folder = tempfile::tempdir()?;
    write(folder.path())?;
    let server = Server::start(folder.path()).await?;
    let browser = &browser.at(&server.origin);
    let pages = || FAULTS.iter().map(|fault| format!("{}.html", fault.0));

    walk::choose_theme(browser, "good.html", "light").await?;
    let (mut unclean, mut heavy) = (vec![], vec![]);
    for page in pages() {
        unclean.extend(walk::unclean(browser, &page).await?);
        heavy.extend(walk::too_heavy(browser, &page).await?);
    }
    same(&unclean, &["console", "foreign", "missing", "thrown"])?;
    same(&heavy, &["heavy"])?;

    walk::bring_axe(stage, browser).await?;
    for (theme, faint) in [("light", "light"), ("navy", "dark")] {
        walk::choose_theme(browser, "good.html", theme).await?;
        let mut found = vec![];
        for page in pages() {
            found.extend(walk::inaccessible(browser, &page, theme).await?);
        }
        same(&found, &["folded", faint, "unnamed"])?;
    }

    walk::hold_upright(browser).await?;
    let mut wide = vec![];
    for page in pages() {
        wide.extend(walk::too_wide(browser, &page).await?);
    }
    same(&wide, &["wide"])?;

    walk::forbid_script(browser).await?;
    let mut unreadable = vec![];
    for page in pages() {
        unreadable.extend(walk::unreadable(browser, &page).await?);
    }
    same(&unreadable, &["empty", "faded", "hidden"])
}

/// A page whose text waits for a script is found, one whose text does not passes.
pub async fn waiting_is_found(_: &Stage, browser: &Browser) -> Result<()> {
    let folder = tempfile::tempdir()?;
    write(folder.path())?;
    let server = Server::start(folder.path()).await?;
    let browser = &browser.at(&server.origin);
    walk::waits_for_script(&server, browser, "good.html", PATIENCE).await?;
    // However short the patience is, this page shows nothing in it.
    let short = Duration::from_millis(500);
    let found = walk::waits_for_script(&server, browser, "waits.html", short).await;
    let error = found.err().context("the wait was not found")?.to_string();
    ensure!(error.starts_with("waited in vain"), "{error}");
    Ok(())
}

/// The findings are about the pages of these names, and no others.
fn same(found: &[String], names: &[&str]) -> Result<()> {
    let page = |finding: &String| finding.split(".html").next().map(str::to_string);
    let pages: BTreeSet<String> = found.iter().filter_map(page).collect();
    let names: BTreeSet<String> = names.iter().map(|name| name.to_string()).collect();
    let found = found.join("\n");
    ensure!(pages == names, "not {names:?}, but {pages:?}:\n{found}");
    Ok(())
}
