//! What holds on every page. Each check returns what it finds wrong with one page, so
//! that `faults.rs` can see it fail.

use crate::browser::{Browser, PATIENCE, sentences};
use crate::server::Server;
use crate::stage::Stage;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs;
use std::time::Duration;

/// How many bytes a page may load, fonts not counted, as they are on disk: a host that
/// compresses sends a third of it.
const HEAVY: u64 = 400_000;

/// The width of a narrow telephone, in CSS pixels.
const NARROW: u32 = 360;

/// The themes that are offered: the name, and the class mdBook gives the page.
const THEMES: [&str; 2] = ["light", "navy"];

/// No page writes an error to the console, asks another host, or asks in vain.
pub async fn loads_clean(stage: &Stage, browser: &Browser) -> Result<()> {
    let mut found = Vec::new();
    for page in &stage.pages {
        found.extend(unclean(browser, page).await?);
    }
    none(found)
}

/// axe-core finds nothing, in light and in dark, with everything unfolded.
pub async fn accessible(stage: &Stage, browser: &Browser) -> Result<()> {
    bring_axe(stage, browser).await?;
    let mut found = Vec::new();
    for theme in THEMES {
        choose_theme(browser, &stage.pages[0], theme).await?;
        for page in &stage.pages {
            found.extend(inaccessible(browser, page, theme).await?);
        }
    }
    none(found)
}

/// No page scrolls sideways, or is cut off, on a narrow telephone, with everything
/// unfolded.
pub async fn narrow(stage: &Stage, browser: &Browser) -> Result<()> {
    hold_upright(browser).await?;
    let mut found = Vec::new();
    for page in &stage.pages {
        found.extend(too_wide(browser, page).await?);
    }
    none(found)
}

/// No page loads more than the limit before its fonts.
pub async fn weight(stage: &Stage, browser: &Browser) -> Result<()> {
    let mut found = Vec::new();
    for page in &stage.pages {
        found.extend(too_heavy(browser, page).await?);
    }
    none(found)
}

/// Where no script runs, every heading and paragraph of a page is there to be read.
pub async fn readable_without_script(stage: &Stage, browser: &Browser) -> Result<()> {
    forbid_script(browser).await?;
    let mut found = Vec::new();
    for page in &stage.pages {
        found.extend(unreadable(browser, page).await?);
    }
    none(found)
}

/// The text of a page is painted while its scripts are still on their way.
pub async fn first_text_before_script(stage: &Stage, browser: &Browser) -> Result<()> {
    let server = Server::start(stage.folder.path()).await?;
    let browser = browser.at(&server.origin);
    for page in &stage.pages {
        let late = waits_for_script(&server, &browser, page, PATIENCE).await;
        late.with_context(|| page.clone())?;
    }
    Ok(())
}

fn none(found: Vec<String>) -> Result<()> {
    ensure!(found.is_empty(), "found:\n{}", found.join("\n"));
    Ok(())
}

/// What the console and the network say while a page loads.
pub async fn unclean(browser: &Browser, page: &str) -> Result<Vec<String>> {
    // What the page before has left.
    browser.log("browser").await?;
    browser.log("performance").await?;
    browser.open(page).await?;
    let mut found = Vec::new();
    for (level, message) in browser.log("browser").await? {
        if level == "SEVERE" {
            found.push(format!("{page}: console: {message}"));
        }
    }
    let mut urls = HashMap::new();
    for (_, message) in browser.log("performance").await? {
        let event: Value = serde_json::from_str(&message)?;
        let wrong = wrong_request(&event["message"], &browser.origin, &mut urls);
        found.extend(wrong.map(|wrong| format!("{page}: {wrong}")));
    }
    ensure!(!urls.is_empty(), "{page}: the log of requests is empty");
    Ok(found)
}

/// What is wrong with an event of the network; `urls` remembers what was asked for.
fn wrong_request(
    event: &Value,
    origin: &str,
    urls: &mut HashMap<String, String>,
) -> Option<String> {
    let parameters = &event["params"];
    let id = parameters["requestId"].as_str().unwrap_or_default();
    match event["method"].as_str()? {
        "Network.requestWillBeSent" => {
            // The page that a new window shows of itself.
            if parameters["documentURL"].as_str()?.starts_with("chrome://") {
                return None;
            }
            let url = parameters["request"]["url"].as_str()?;
            urls.insert(id.to_string(), url.to_string());
            let ours = url.starts_with(&format!("{origin}/"));
            let inline = url.starts_with("data:") || url.starts_with("blob:");
            (!ours && !inline).then(|| format!("asks a foreign host: {url}"))
        }
        "Network.responseReceived" => {
            let status = parameters["response"]["status"].as_u64()?;
            let url = &parameters["response"]["url"];
            (status >= 400).then(|| format!("status {status}: {url}"))
        }
        "Network.loadingFailed" => {
            let url = urls.get(id)?;
            Some(format!("{}: {url}", parameters["errorText"]))
        }
        _ => None,
    }
}

/// Has every page that is opened from now on carry axe-core.
pub async fn bring_axe(stage: &Stage, browser: &Browser) -> Result<()> {
    let source = fs::read_to_string(&stage.tools.axe)?;
    let each = json!({ "source": source });
    browser
        .cdp("Page.addScriptToEvaluateOnNewDocument", each)
        .await?;
    Ok(())
}

/// Chooses a theme as mdBook's own switch does, for all pages from now on.
pub async fn choose_theme(browser: &Browser, page: &str, theme: &str) -> Result<()> {
    browser.go(page).await?;
    let store = "localStorage.setItem('mdbook-theme', arguments[0])";
    browser.run(store, vec![json!(theme)]).await?;
    Ok(())
}

/// Unfolds what folds, and shows code on the plain ground that it has: the shadows at
/// the ends of what scrolls are gradients, before which axe-core cannot tell contrast.
const UNFOLD: &str = "
    for (const details of document.querySelectorAll('details')) details.open = true;
    const plain = document.createElement('style');
    plain.textContent = '.table-wrapper, .measured, .drawing, pre > code.hljs ' +
        '{ background-image: none !important }';
    document.head.append(plain);
";

const AXE: &str = "
    axe.run(document, { resultTypes: ['violations'] }).then(
        (result) => done(result.violations.flatMap((rule) => rule.nodes.map((node) =>
            `${rule.id} at ${node.target.join(' ')}: ${node.failureSummary}`))),
        (error) => done([`axe-core fails: ${error}`]));
";

/// What axe-core finds on a page in a theme that was chosen.
pub async fn inaccessible(
    browser: &Browser,
    page: &str,
    theme: &str,
) -> Result<Vec<String>> {
    browser.open(page).await?;
    let worn = "return document.documentElement.classList.contains(arguments[0])";
    let worn = browser.run(worn, vec![json!(theme)]).await?;
    ensure!(
        worn == json!(true),
        "{page} does not wear the theme {theme}"
    );
    browser.run(UNFOLD, vec![]).await?;
    browser.settle().await?;
    let found = browser.run_async(AXE, vec![]).await?;
    sentences(&format!("{page} in {theme}"), &found)
}

/// Gives the browser the screen of a narrow telephone.
pub async fn hold_upright(browser: &Browser) -> Result<()> {
    let screen = json!({
        "width": NARROW, "height": 740, "deviceScaleFactor": 2, "mobile": true,
    });
    browser
        .cdp("Emulation.setDeviceMetricsOverride", screen)
        .await?;
    Ok(())
}

/// The elements that make a page wider than the screen.
pub async fn too_wide(browser: &Browser, page: &str) -> Result<Vec<String>> {
    browser.open(page).await?;
    browser.run(UNFOLD, vec![]).await?;
    browser.settle().await?;
    // innerWidth would grow with the page: a telephone zooms out to show all of it. And
    // mdBook clips what is too wide, so that the page does not even scroll.
    let script = format!(
        "const scrolls = (e) => e && (
             /auto|scroll/.test(getComputedStyle(e).overflowX)
             || scrolls(e.parentElement));
         const wide = [...document.body.querySelectorAll('*')]
             .filter((e) => e.getBoundingClientRect().right > {NARROW} + 0.5)
             .filter((e) => e.checkVisibility() && !scrolls(e.parentElement))
             .map((e) => `cut off: <${{e.localName}} class='${{e.className}}'> `
                 + e.textContent.trim().slice(0, 40));
         const width = document.documentElement.scrollWidth;
         if (width > {NARROW}) wide.unshift(`${{width}} px wide`);
         return wide.slice(0, 5);"
    );
    browser.findings(page, &script).await
}

/// Has every page loaded as on a first visit: nothing comes from the cache.
async fn visit_first(browser: &Browser) -> Result<()> {
    let off = json!({ "cacheDisabled": true });
    browser.cdp("Network.setCacheDisabled", off).await?;
    Ok(())
}

/// What a page loads, if that is more than the limit.
pub async fn too_heavy(browser: &Browser, page: &str) -> Result<Vec<String>> {
    visit_first(browser).await?;
    browser.open(page).await?;
    let script = "
        const loaded = ['navigation', 'resource']
            .flatMap((type) => performance.getEntriesByType(type));
        return loaded.map((entry) => [entry.name, entry.encodedBodySize]);
    ";
    let loaded = browser.run(script, vec![]).await?;
    let loaded: Vec<(String, u64)> = serde_json::from_value(loaded)?;
    let counted = |url: &String| !url.ends_with(".woff2");
    let sum: u64 = loaded
        .iter()
        .filter(|(url, _)| counted(url))
        .map(|l| l.1)
        .sum();
    ensure!(sum > 0, "{page}: nothing was loaded");
    if sum <= HEAVY {
        return Ok(vec![]);
    }
    let list: Vec<_> = loaded
        .iter()
        .map(|(url, n)| format!("  {n} {url}"))
        .collect();
    Ok(vec![format!("{page}: {sum} bytes\n{}", list.join("\n"))])
}

/// Has no page run a script from now on.
pub async fn forbid_script(browser: &Browser) -> Result<()> {
    let off = json!({ "value": true });
    browser
        .cdp("Emulation.setScriptExecutionDisabled", off)
        .await?;
    Ok(())
}

/// The headings and paragraphs that are not to be seen, in a browser without scripts.
pub async fn unreadable(browser: &Browser, page: &str) -> Result<Vec<String>> {
    browser.go(page).await?;
    let script = "
        const seen = { opacityProperty: true, visibilityProperty: true };
        const hidden = [...document.querySelectorAll('main :is(h1, h2, h3, p, pre)')]
            .filter((e) => !e.closest('details:not([open])'))
            .filter((e) => !e.checkVisibility(seen) || e.innerText.trim() === '');
        const main = document.querySelector('main h1');
        return [...(main ? [] : ['no main text']),
            ...hidden.map((e) => `hidden: ${e.textContent.trim().slice(0, 60)}`)];
    ";
    browser.findings(page, script).await
}

/// An error if a page paints no text before its scripts arrive.
pub async fn waits_for_script(
    server: &Server,
    browser: &Browser,
    page: &str,
    patience: Duration,
) -> Result<()> {
    visit_first(browser).await?;
    server.hold_scripts(true);
    browser.go(page).await?;
    let painted = "document.querySelector('main h1')?.checkVisibility() \
        && performance.getEntriesByName('first-contentful-paint').length";
    let at = format!("location.pathname === '/{page}' && {painted}");
    let what = "the text is painted before scripts";
    let outcome = browser.until_within(patience, what, &at).await;
    let state = browser.run("return document.readyState", vec![]).await;
    server.hold_scripts(false);
    outcome?;
    let state = state.context("the page cannot be asked")?;
    ensure!(
        state == json!("loading"),
        "no script was held back: it is {state}"
    );
    let loaded = "document.readyState === 'complete'";
    browser.until("the page is loaded in the end", loaded).await
}
