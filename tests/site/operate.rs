//! What can be done with a page, by mouse and by keyboard alone.

use crate::browser::{Browser, PATIENCE, PAUSE};
use crate::stage::Stage;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::fs;
use std::time::Instant;
use thirtyfour::common::keys::Key;

/// What an engineer types. Some of it stands in chapters that are not yet there, and
/// counts when it does.
const TYPED: &[&str] = &[
    "setImmediate",
    "process.nextTick",
    "next tick",
    "thread pool",
    "epoll_pwait",
    "uv_run",
    "EPERM",
    "Immediates.outstanding",
    "pop_front",
    "EPOLLIN",
    "high water mark",
    "ECONNRESET",
];

/// How many of these the book must have.
const KNOWN: usize = 9;

/// What is typed leads to a chapter that has all of it, by mouse and by keyboard; no page
/// of a listing stands in its way.
pub async fn search(stage: &Stage, browser: &Browser) -> Result<()> {
    let from = stage.pages.first().context("there is a page")?;
    browser.open(from).await?;
    let texts = texts(stage, browser).await?;
    open_search(browser).await?;
    let mut known = 0;
    for typed in TYPED {
        let words: Vec<String> = typed
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .map(str::to_lowercase)
            .collect();
        let has_all = |(_, text): &&(String, String)| {
            words.iter().all(|word| text.contains(word.as_str()))
        };
        let wanted: Vec<&str> = texts
            .iter()
            .filter(has_all)
            .map(|(page, _)| page.as_str())
            .collect();
        if wanted.is_empty() {
            continue;
        }
        known += 1;
        let found = results(browser, typed).await.context(*typed)?;
        let first = found.first().context(*typed)?;
        ensure!(
            wanted.iter().any(|page| first.ends_with(page)),
            "{typed}: found first in {first}, but all of it stands in {wanted:?}"
        );
        let strange = found.iter().find(|page| page.contains("/listings/"));
        ensure!(strange.is_none(), "{typed}: found in {strange:?}");
    }
    ensure!(
        known >= KNOWN,
        "only {known} of {TYPED:?} stand in the book"
    );
    search_opens(browser, from, TYPED[0]).await
}

/// The text of each chapter, in lower case, as it came, before any script touched it.
async fn texts(stage: &Stage, browser: &Browser) -> Result<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for page in stage.chapters() {
        let source = fs::read_to_string(stage.folder.path().join(page))?;
        let read = "return new DOMParser().parseFromString(arguments[0], 'text/html')
            .querySelector('main').textContent.toLowerCase()";
        let text = browser.run(read, vec![json!(source)]).await?;
        texts.push((page.clone(), text.as_str().unwrap_or_default().to_string()));
    }
    Ok(texts)
}

/// Whether what is typed goes into the search.
const SEARCHING: &str = "document.activeElement.id === 'mdbook-searchbar'";

async fn open_search(browser: &Browser) -> Result<()> {
    browser.write("/").await?;
    browser.until("a key opens the search", SEARCHING).await
}

/// Types into the search, which is open, in place of what is there; returns the addresses
/// that are found, in their order.
async fn results(browser: &Browser, typed: &str) -> Result<Vec<String>> {
    browser
        .run("document.activeElement.select()", vec![])
        .await?;
    browser.write(typed).await?;
    let header = "document.getElementById('mdbook-searchresults-header').textContent";
    let done = format!("{header}.includes(arguments[0])").replace(
        "arguments[0]",
        &serde_json::to_string(&format!("'{typed}'"))?,
    );
    browser.until("the search has an answer", &done).await?;
    let list = "return [...document.querySelectorAll('#mdbook-searchresults a')] \
                .map((a) => new URL(a.href).pathname)";
    let found = browser.run(list, vec![]).await?;
    Ok(serde_json::from_value(found)?)
}

/// What was found is opened with the mouse, and with the keyboard.
async fn search_opens(browser: &Browser, from: &str, typed: &str) -> Result<()> {
    browser.open(from).await?;
    open_search(browser).await?;
    let found = results(browser, typed).await?;
    let wanted = found.iter().rfind(|page| !page.ends_with(from));
    let wanted = wanted.context("another page is found")?;
    let link = format!(
        "[...document.querySelectorAll('#mdbook-searchresults a')].findLast((a) => \
         new URL(a.href).pathname === '{wanted}')"
    );
    let arrived = format!(
        "location.pathname === '{wanted}' && document.readyState === 'complete' \
         && document.querySelector('main h1').checkVisibility()"
    );

    browser.open(from).await?;
    browser
        .click("document.querySelector('#mdbook-search-toggle')")
        .await?;
    browser
        .until("the mouse opens the search", SEARCHING)
        .await?;
    browser.write(typed).await?;
    browser.until("the search finds the chapter", &link).await?;
    browser.click(&link).await?;
    browser
        .until("the mouse opens what was found", &arrived)
        .await?;

    browser.open(from).await?;
    open_search(browser).await?;
    results(browser, typed).await?;
    let chosen = format!("return !!{link}.closest('li.focus')");
    for _ in &found {
        browser.press(Key::Down).await?;
        if browser.run(&chosen, vec![]).await? == json!(true) {
            break;
        }
    }
    browser.press(Key::Enter).await?;
    browser.until("a key opens what was found", &arrived).await
}

/// The switch offers Auto, Light and Dark, and what is chosen holds on the next page.
pub async fn theme_switch(stage: &Stage, browser: &Browser) -> Result<()> {
    let toggle = "document.getElementById('mdbook-theme-toggle')";
    let (light, dark) = (choice("light"), choice("navy"));
    let [first, .., last] = stage.pages.as_slice() else {
        anyhow::bail!("there are two pages");
    };

    browser.open(first).await?;
    browser.click(toggle).await?;
    let shown = format!("{dark}.checkVisibility()");
    browser.until("the mouse opens the themes", &shown).await?;
    let offered = "return [...document.querySelectorAll('#mdbook-theme-list button')] \
                   .map((b) => b.textContent.trim())";
    let offered = browser.run(offered, vec![]).await?;
    ensure!(
        offered == json!(["Auto", "Light", "Dark"]),
        "offered: {offered}"
    );
    browser.click(&dark).await?;
    browser.until("the mouse makes it dark", DARK).await?;
    browser.open(last).await?;
    browser.until("the next page is dark", DARK).await?;
    browser.click(toggle).await?;
    browser.click(&light).await?;
    browser.until("the mouse makes it light", LIGHT).await?;

    browser.open(first).await?;
    browser.tab_to(toggle).await?;
    browser.press(Key::Enter).await?;
    let on_light = format!("document.activeElement === {light}");
    browser
        .until("the focus is on the theme in use", &on_light)
        .await?;
    browser.press(Key::Down).await?;
    let on_dark = format!("document.activeElement === {dark}");
    browser
        .until("an arrow leads to the next theme", &on_dark)
        .await?;
    browser.press(Key::Enter).await?;
    browser.until("a key makes it dark", DARK).await?;
    browser.open(last).await?;
    browser.until("the next page is dark", DARK).await?;
    browser.tab_to(toggle).await?;
    browser.press(Key::Enter).await?;
    browser.until("a key opens the themes", &shown).await?;
    browser.press(Key::Escape).await?;
    let closed =
        format!("!{dark}.checkVisibility() && document.activeElement === {toggle}");
    browser
        .until("Escape leads back to the switch", &closed)
        .await
}

fn choice(theme: &str) -> String {
    format!("document.getElementById('mdbook-theme-{theme}')")
}

/// The ground is bright, and the browser is told so: its own parts follow.
const LIGHT: &str = "((style) => style.colorScheme === 'light' && \
    style.backgroundColor.match(/[0-9]+/g).every((part) => part > 200)) \
    (getComputedStyle(document.documentElement))";
const DARK: &str = "((style) => style.colorScheme === 'dark' && \
    style.backgroundColor.match(/[0-9]+/g).every((part) => part < 60)) \
    (getComputedStyle(document.documentElement))";

/// What is copied from a terminal are its commands; from a snippet, its hidden lines
/// too.
pub async fn copy_buttons(stage: &Stage, browser: &Browser) -> Result<()> {
    let rights = json!({
        "origin": browser.origin,
        "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"],
    });
    browser.cdp("Browser.grantPermissions", rights).await?;
    let (mut consoles, mut snippets) = (0, 0);
    for page in &stage.pages {
        browser.open(page).await?;
        let unfold =
            "document.querySelectorAll('details').forEach((d) => d.open = true)";
        browser.run(unfold, vec![]).await?;
        let blocks = browser.run_async(BLOCKS, vec![]).await?;
        let blocks: Vec<(usize, String, bool)> = serde_json::from_value(blocks)?;
        for (place, text, console) in blocks {
            let wanted = if console { commands(&text) } else { text };
            let button = format!(
                "document.querySelectorAll('main pre > code')[{place}].parentElement\
                 .querySelector('.clip-button')"
            );
            let here = || format!("{page}: {}", wanted.lines().next().unwrap_or(""));
            browser.click(&button).await.with_context(here)?;
            copied(browser, &wanted).await.with_context(here)?;
            let seen = if console {
                &mut consoles
            } else {
                &mut snippets
            };
            *seen += 1;
            if *seen == 1 {
                browser.approach(&button).await.with_context(here)?;
                browser.press(Key::Enter).await?;
                copied(browser, &wanted).await.with_context(here)?;
            }
        }
    }
    ensure!(consoles > 0 && snippets > 0, "nothing to copy");
    Ok(())
}

/// Terminals with a command, and snippets with hidden lines, as the page came, before
/// any script touched it: which `pre > code` it is, its text, whether it is a terminal.
const BLOCKS: &str = "
    fetch(location.pathname).then((response) => response.text()).then((source) => {
        const page = new DOMParser().parseFromString(source, 'text/html');
        const blocks = [...page.querySelectorAll('main pre > code')];
        done(blocks.flatMap((code, place) => {
            const text = code.textContent;
            const console = code.classList.contains('language-console');
            const hiding = code.querySelector('.boring');
            const wanted = console ? /^\\$ /m.test(text) : hiding;
            return wanted ? [[place, text, console]] : [];
        }));
    });
";

/// The commands of a recorded terminal: without prompts, remarks and output.
fn commands(recorded: &str) -> String {
    let mut commands = Vec::new();
    let mut more = false;
    for line in recorded.lines() {
        let command = match line.strip_prefix("$ ") {
            Some(command) => command,
            None if more => line,
            None => continue,
        };
        let command = command.strip_suffix(" # varies").unwrap_or(command);
        more = command.ends_with('\\');
        commands.push(command);
    }
    commands.join("\n")
}

/// Waits until the clipboard holds `wanted`, and writes something else to it.
async fn copied(browser: &Browser, wanted: &str) -> Result<()> {
    let read = "navigator.clipboard.readText().then(done, (e) => done(String(e)))";
    let start = Instant::now();
    loop {
        let held = browser.run_async(read, vec![]).await?;
        let held = held.as_str().context("the clipboard holds text")?;
        if held.trim_end() == wanted.trim_end() {
            break;
        }
        let late = start.elapsed() > PATIENCE;
        ensure!(
            !late,
            "to be copied:\n{wanted}\nthe clipboard holds:\n{held}"
        );
        tokio::time::sleep(PAUSE).await;
    }
    let other = "navigator.clipboard.writeText('nothing').then(done)";
    browser.run_async(other, vec![]).await?;
    Ok(())
}

/// What folds is folded at first, and opens and closes.
pub async fn solutions_fold(stage: &Stage, browser: &Browser) -> Result<()> {
    let mut solutions = 0;
    for page in &stage.pages {
        browser.open(page).await?;
        let count = "return [document.querySelectorAll('details').length, \
            document.querySelectorAll('details[open]').length, \
            document.querySelectorAll('details.solution').length]";
        let count = browser.run(count, vec![]).await?;
        let (all, open, here): (usize, usize, usize) = serde_json::from_value(count)?;
        ensure!(open == 0, "{page}: {open} of {all} are open at first");
        for place in 0..all {
            let by_mouse = fold_by_mouse(browser, place).await;
            by_mouse.with_context(|| format!("{page}, fold {place}"))?;
        }
        if here > 0 {
            let by_keyboard = fold_by_keyboard(browser).await;
            by_keyboard.with_context(|| page.clone())?;
        }
        solutions += here;
    }
    ensure!(solutions > 0, "the book has no solutions");
    Ok(())
}

async fn fold_by_mouse(browser: &Browser, place: usize) -> Result<()> {
    let details = format!("document.querySelectorAll('details')[{place}]");
    let summary = format!("{details}.querySelector('summary')");
    browser.click(&summary).await?;
    browser
        .until("the mouse opens it", &unfolded(&details, true))
        .await?;
    browser.click(&summary).await?;
    browser
        .until("the mouse closes it", &unfolded(&details, false))
        .await
}

async fn fold_by_keyboard(browser: &Browser) -> Result<()> {
    let details = "document.querySelector('details.solution')";
    let summary = format!("{details}.querySelector('summary')");
    browser.approach(&summary).await?;
    for (key, open) in [(Key::Enter, true), (Key::Space, false)] {
        browser.press(key).await?;
        let what = format!("a key opens it: {open}");
        browser.until(&what, &unfolded(details, open)).await?;
    }
    Ok(())
}

/// Whether what is folded away is to be seen.
fn unfolded(details: &str, open: bool) -> String {
    format!("{details}.querySelector('summary + *').checkVisibility() === {open}")
}

/// A word of the glossary shows its definition to the mouse and to the keyboard, and
/// Escape puts it away.
pub async fn definitions(stage: &Stage, browser: &Browser) -> Result<()> {
    // One that is seen: others are in answers that are folded.
    let word = "[...document.querySelectorAll('main a[href*=\"glossary.html#\"]')]\
        .find((word) => word.checkVisibility())";
    let shown = "document.querySelector('#definition:popover-open')";
    let described = format!(
        "{shown}?.textContent.length > 20 \
         && {word}.getAttribute('aria-describedby') === 'definition' \
         && {shown}.getBoundingClientRect().right <= innerWidth"
    );
    let away = format!("!{shown} && !{word}.hasAttribute('aria-describedby')");
    let mut pages = 0;
    for page in &stage.pages {
        browser.open(page).await?;
        let has_words = browser.run(&format!("return !!{word}"), vec![]).await?;
        if has_words != json!(true) || page.ends_with("glossary.html") {
            continue;
        }
        pages += 1;
        browser.until("it is put away at first", &away).await?;
        browser.hover(word).await?;
        browser.until("the mouse shows it", &described).await?;
        browser.hover("document.querySelector('main h1')").await?;
        browser.until("it goes when the mouse does", &away).await?;
        browser.approach(word).await?;
        browser.until("the keyboard shows it", &described).await?;
        browser.press(Key::Escape).await?;
        browser.until("Escape puts it away", &away).await?;
    }
    ensure!(pages > 1, "{pages} pages with words of the glossary");
    Ok(())
}
