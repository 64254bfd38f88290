//! The pages of the listings: captions lead to the very line, lines can be linked, and
//! an archive is downloaded; and all of the book from the file system.

use crate::browser::{Browser, PATIENCE, PAUSE};
use crate::stage::Stage;
use crate::{operate, walk};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::fs;
use std::time::Instant;
use thirtyfour::common::keys::Key;

/// The first caption of a page that is not folded away.
const CAPTION: &str = "[...document.querySelectorAll('.whence > a')]\
    .find((link) => link.checkVisibility())";

/// The first line of each excerpt, and the line that its caption leads to; both as they
/// stand, but for how far they are indented.
const LED: &str = r"
    const excerpts = [...document.querySelectorAll('.excerpt:has(.whence)')];
    const line = async (address) => {
        const page = await (await fetch(address)).text();
        const source = new DOMParser().parseFromString(page, 'text/html');
        const number = Number(/#L(\d+)$/.exec(address)[1]);
        const code = source.querySelector('.numbered code').textContent;
        return code.split('\n')[number - 1].trim();
    };
    Promise.all(excerpts.map(async (excerpt) => {
        const address = excerpt.querySelector('.whence > a').href;
        const shown = excerpt.querySelector('code[class*=language]').textContent;
        return [address, shown.split('\n')[0].trim(), await line(address)];
    })).then(done, (error) => done(String(error)));
";

/// A caption leads to the first line of its excerpt, by mouse and by keyboard.
pub async fn captions(stage: &Stage, browser: &Browser) -> Result<()> {
    let mut all = 0;
    for page in stage.chapters() {
        browser.open(page).await?;
        let led = browser.run_async(LED, vec![]).await?;
        let led: Vec<(String, String, String)> =
            serde_json::from_value(led.clone()).with_context(|| led.to_string())?;
        for (address, shown, line) in &led {
            // A terminal and what scripts made of it: the sign of the prompt is gone.
            let line = line.trim_start_matches("$ ").trim_end_matches(" # varies");
            let shown = shown.trim_start_matches("$ ").trim_end_matches(" # varies");
            ensure!(
                shown == line,
                "{page}: `{shown}` leads to `{line}`, {address}"
            );
        }
        all += led.len();
        let address = format!("return {CAPTION}?.href");
        let address = browser.run(&address, vec![]).await?;
        if address.is_null() {
            continue;
        }
        let arrived = format!(
            "location.href === {address} && document.readyState === 'complete' && \
             (({{ top, bottom }}) => top > 50 && bottom < innerHeight) \
             (document.querySelector(':target').getBoundingClientRect())"
        );
        browser.click(CAPTION).await?;
        browser
            .until("the mouse leads to the line", &arrived)
            .await?;
        browser.open(page).await?;
        browser.approach(CAPTION).await?;
        browser.press(Key::Enter).await?;
        browser.until("a key leads to the line", &arrived).await?;
    }
    ensure!(all > 0, "no caption leads to a source");
    Ok(())
}

/// Which lines are marked, as the reader sees it: by the ground that is drawn.
const MARKED: &str = "[...document.querySelectorAll('.numbers > a')].filter((a) => \
    getComputedStyle(a, '::before').content !== 'none').map((a) => a.textContent)";

/// The numbers stand by their lines; one line or several are linked, by mouse and by
/// keyboard, and the link shows them to who follows it.
pub async fn lines(stage: &Stage, browser: &Browser) -> Result<()> {
    let page = source(stage)?;
    let number = |n: u32| format!("document.getElementById('L{n}')");
    let marked = |hash: &str, from: u32, to: u32| {
        let lines: Vec<String> = (from..=to).map(|n| n.to_string()).collect();
        format!(
            "location.hash === '{hash}' && JSON.stringify({MARKED}) === '{}'",
            json!(lines)
        )
    };
    browser.open(page).await?;
    browser.click(&number(3)).await?;
    browser
        .until("the mouse links a line", &marked("#L3", 3, 3))
        .await?;
    browser.click_with(Key::Shift, &number(5)).await?;
    browser
        .until("Shift makes a range", &marked("#L3-L5", 3, 5))
        .await?;
    browser.open("404.html").await?;
    browser.open(&format!("{page}#L3-L5")).await?;
    browser
        .until("the link shows the range", &marked("#L3-L5", 3, 5))
        .await?;

    browser.open(page).await?;
    browser.tab_to(&number(1)).await?;
    browser.press(Key::Down).await?;
    browser.press(Key::Enter).await?;
    browser
        .until("a key links a line", &marked("#L2", 2, 2))
        .await?;
    browser.press(Key::Down).await?;
    browser.press_with(Key::Shift, Key::Enter).await?;
    browser
        .until("Shift and a key make a range", &marked("#L2-L3", 2, 3))
        .await?;

    for page in stage.pages.iter().filter(|page| is_source(page)) {
        beside(browser, page).await?;
    }
    // Where there is no mouse, mdBook's buttons stand elsewhere.
    walk::hold_upright(browser).await?;
    for page in stage.pages.iter().filter(|page| is_source(page)) {
        beside(browser, page).await?;
    }

    walk::forbid_script(browser).await?;
    browser.go("404.html").await?;
    browser.go(&format!("{page}#L4")).await?;
    browser
        .until("a line is marked without script", &marked("#L4", 4, 4))
        .await
}

/// The last number stands by the last line.
async fn beside(browser: &Browser, page: &str) -> Result<()> {
    browser.open(page).await?;
    let script = "
        const code = document.querySelector('.numbered code');
        const lines = document.createRange();
        lines.selectNodeContents(code);
        const ends = [...lines.getClientRects()].map((rect) => rect.bottom);
        const number = document.querySelector('.numbers > a:last-child');
        const end = number?.getBoundingClientRect().bottom ?? 0;
        const off = Math.abs(end - Math.max(...ends));
        return number && off > 6 ? [`the last number is off by ${off} px`] : [];
    ";
    let found = browser.findings(page, script).await?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// An archive is downloaded from a caption, from a page of the listing and by keyboard;
/// each time it is the one that was built.
pub async fn downloads(stage: &Stage, browser: &Browser) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let to = json!({ "behavior": "allow", "downloadPath": folder.path() });
    browser.cdp("Browser.setDownloadBehavior", to).await?;
    let index = stage
        .pages
        .iter()
        .find(|page| page.ends_with("/index.html") && page.matches('/').count() == 2);
    let index = index.context("there is a page about a listing")?;
    let archive = format!("{}.tar.gz", index.trim_end_matches("/index.html"));
    let built = fs::read(stage.folder.path().join(&archive))?;
    let name = archive.trim_start_matches("listings/");
    let saved = folder.path().join(name);
    let arrives = async || -> Result<()> {
        let start = Instant::now();
        while fs::read(&saved).ok().as_ref() != Some(&built) {
            ensure!(start.elapsed() < PATIENCE, "{name} does not arrive");
            tokio::time::sleep(PAUSE).await;
        }
        Ok(fs::remove_file(&saved)?)
    };
    let link = format!("document.querySelector('main a[download][href$=\"{name}\"]')");

    browser.open(index).await?;
    browser.click(&link).await?;
    arrives().await.context("by mouse")?;
    browser.approach(&link).await?;
    browser.press(Key::Enter).await?;
    arrives().await.context("by keyboard")?;

    for page in stage.chapters() {
        browser.open(page).await?;
        let has_it = browser.run(&format!("return !!{link}"), vec![]).await?;
        if has_it == json!(true) {
            browser.click(&link).await?;
            return arrives().await.context("from a caption");
        }
    }
    anyhow::bail!("no caption leads to {name}")
}

/// Opened from the file system, every page loads all it needs, and search and theme work.
/// `404.html` is not for that: a host shows it in place of any page.
pub async fn offline(stage: &Stage, browser: &Browser) -> Result<()> {
    let browser = &browser.at(&stage.on_disk());
    for page in stage.pages.iter().filter(|page| *page != "404.html") {
        let found = walk::unclean(browser, page).await?;
        ensure!(found.is_empty(), "found:\n{}", found.join("\n"));
        let fonts = "return [...document.fonts].map((font) => font.status)";
        let fonts: Vec<String> =
            serde_json::from_value(browser.run(fonts, vec![]).await?)?;
        let loaded = fonts.iter().any(|status| status == "loaded");
        ensure!(
            loaded && !fonts.iter().any(|status| status == "error"),
            "{page}: fonts are {fonts:?}"
        );
    }
    operate::search(stage, browser).await?;
    operate::theme_switch(stage, browser).await
}

fn is_source(page: &str) -> bool {
    page.starts_with("listings/") && !page.ends_with("/index.html")
}

/// The largest page of a source in Rust.
fn source(stage: &Stage) -> Result<&String> {
    let rust = |page: &&String| is_source(page) && page.ends_with(".rs.html");
    let size = |page: &&String| {
        fs::metadata(stage.folder.path().join(page)).map_or(0, |file| file.len())
    };
    let sources = stage.pages.iter().filter(rust);
    sources.max_by_key(size).context("there is a source")
}
