//! The stepper shows what its tables say, however one gets to a step.

use crate::browser::{Browser, PATIENCE};
use crate::stage::Stage;
use crate::walk;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::common::keys::Key;

const STEPPER: &str = "document.querySelector('trace-stepper')";

/// What every step must show, from the tables as the page came, before any script
/// touched them: its phase and turn, for each voice what runs and what waits, and all
/// lines printed so far.
const EXPECTED: &str = "
    fetch(location.pathname).then((response) => response.text()).then((source) => {
        const page = new DOMParser().parseFromString(source, 'text/html');
        const tables = [...page.querySelector('trace-stepper').querySelectorAll('table')];
        const rows = tables.map((table) => [...table.tBodies[0].rows]);
        const texts = (from, selector) =>
            [...from.querySelectorAll(selector)].map((e) => e.textContent);
        const printed = [];
        done(rows[0].map((row, at) => {
            printed.push(...texts(row, 'samp'));
            return {
                phase: texts(row, 'td.phase'),
                turn: `turn ${row.querySelector('td.turn').textContent}`,
                voices: rows.map((all) => ({
                    runs: texts(all[at], '.runs span').filter((name) => name),
                    waits: texts(all[at], '.lanes span'),
                })),
                printed: [...printed],
            };
        }));
    });
";

/// The same, as the stepper shows it now.
const SHOWN: &str = "
    const stepper = document.querySelector('trace-stepper');
    const texts = (from, selector) =>
        [...from.querySelectorAll(selector)].map((e) => e.textContent);
    return {
        phase: texts(stepper, '[aria-current=step]'),
        turn: stepper.querySelector('.turn').textContent,
        voices: [...stepper.querySelectorAll('.panel')].map((panel) => ({
            runs: texts(panel, '.running .chip'), waits: texts(panel, '.lane .chip'),
        })),
        printed: texts(stepper, '.output samp'),
    };
";

/// Opens the first page with a stepper and returns what its steps must show.
async fn open(stage: &Stage, browser: &Browser) -> Result<Vec<Value>> {
    for page in &stage.pages {
        browser.open(page).await?;
        if browser.run(&format!("return !!{STEPPER}"), vec![]).await? == json!(true) {
            let steps = browser.run_async(EXPECTED, vec![]).await?;
            let steps = steps.as_array().context("a list of steps")?.clone();
            ensure!(steps.len() > 3, "too few steps to walk through");
            return Ok(steps);
        }
    }
    anyhow::bail!("no page has a stepper")
}

/// The stepper is at this step, shows all of it, and says its number.
async fn at(browser: &Browser, steps: &[Value], step: usize) -> Result<()> {
    let shown = browser.run(SHOWN, vec![]).await?;
    let wanted = &steps[step];
    ensure!(
        shown == *wanted,
        "step {step} is\n{wanted}\nand shows\n{shown}"
    );
    let said = format!("return {STEPPER}.querySelector('[role=status]').textContent");
    let said = browser.run(&said, vec![]).await?;
    let words = format!("Step {} of {}: ", step + 1, steps.len());
    let said = said.as_str().context("a sentence")?;
    ensure!(said.starts_with(&words), "step {step} says {said:?}");
    Ok(())
}

fn button(name: &str) -> String {
    format!(
        "[...{STEPPER}.querySelectorAll('button')].find((b) => \
         (b.ariaLabel ?? b.textContent) === '{name}')"
    )
}

/// Playing goes on by itself, and stands still when it is told to.
async fn plays(browser: &Browser, steps: &[Value]) -> Result<()> {
    let count = format!("{STEPPER}.querySelector('.count').textContent");
    let second = format!("{count} === '2 / {}'", steps.len());
    browser
        .until_within(PATIENCE, "it plays by itself", &second)
        .await?;
    browser.until("it can be paused", &button("Pause")).await
}

pub async fn by_mouse(stage: &Stage, browser: &Browser) -> Result<()> {
    let steps = open(stage, browser).await?;
    let last = steps.len() - 1;
    at(browser, &steps, 0).await?;
    for step in 1..=last {
        browser.click(&button("Forward")).await?;
        at(browser, &steps, step).await?;
    }
    for (name, step) in [
        ("Forward", last),
        ("Back", last - 1),
        ("First step", 0),
        ("Back", 0),
        ("Last step", last),
        ("First step", 0),
    ] {
        browser.click(&button(name)).await?;
        let shown = at(browser, &steps, step).await;
        shown.with_context(|| format!("after {name}"))?;
    }
    browser.click(&button("Play")).await?;
    plays(browser, &steps).await?;
    browser.click(&button("Pause")).await?;
    browser.until("it stands still", &button("Play")).await?;
    // The slider's own click lands where the mouse is: in its middle.
    let slider = format!("{STEPPER}.querySelector('input')");
    browser.click(&slider).await?;
    let value = browser
        .run(&format!("return {slider}.valueAsNumber"), vec![])
        .await?;
    let value = value.as_u64().context("a number")? as usize;
    ensure!(
        value.abs_diff(last / 2) <= 1,
        "its middle is {value} of {last}"
    );
    at(browser, &steps, value).await
}

pub async fn by_keyboard(stage: &Stage, browser: &Browser) -> Result<()> {
    let steps = open(stage, browser).await?;
    let last = steps.len() - 1;
    let slider = format!("{STEPPER}.querySelector('input')");
    for place in [button("First step"), slider.clone()] {
        browser.approach(&place).await?;
        for (key, step) in [
            (Key::Right, 1),
            (Key::Right, 2),
            (Key::Left, 1),
            (Key::End, last),
            (Key::Right, last),
            (Key::Home, 0),
            (Key::Left, 0),
        ] {
            let what = format!("{key:?} leads to step {step}");
            browser.press(key).await?;
            at(browser, &steps, step).await.context(what)?;
        }
    }
    browser.press(Key::Space).await?;
    plays(browser, &steps).await?;
    browser.press(Key::Space).await?;
    browser.until("Space pauses", &button("Play")).await?;
    browser.approach(&button("Forward")).await?;
    browser.press(Key::Home).await?;
    browser.press(Key::Space).await?;
    at(browser, &steps, 1)
        .await
        .context("Space presses a button")
}

/// A callback moves from its lane to where it runs, unless motion is not wanted.
pub async fn motion(stage: &Stage, browser: &Browser) -> Result<()> {
    open(stage, browser).await?;
    // The theme leaves transitions a hundredth of a millisecond.
    let moving = format!(
        "{STEPPER}.show(1); return {STEPPER}.getAnimations({{ subtree: true }})\
         .filter((animation) => animation.effect.getTiming().duration > 1).length"
    );
    let some = browser.run(&moving, vec![]).await?;
    ensure!(some.as_u64() > Some(0), "nothing moves");
    let still = json!({
        "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }],
    });
    browser.cdp("Emulation.setEmulatedMedia", still).await?;
    let steps = open(stage, browser).await?;
    let none = browser.run(&moving, vec![]).await?;
    ensure!(none == json!(0), "{none} things move");
    at(browser, &steps, 1).await
}

/// No step moves the buttons, and the two voices stand beside each other where there is
/// room, one below the other on a narrow telephone.
pub async fn room(stage: &Stage, browser: &Browser) -> Result<()> {
    let tops = format!(
        "return [...{STEPPER}.querySelectorAll('.panel')]\
         .map((panel) => Math.round(panel.getBoundingClientRect().top))"
    );
    for narrow in [false, true] {
        if narrow {
            walk::hold_upright(browser).await?;
        }
        let steps = open(stage, browser).await?;
        browser.settle().await?;
        let tops = browser.run(&tops, vec![]).await?;
        let tops: Vec<i64> = serde_json::from_value(tops)?;
        let [node, rebuild] = tops.as_slice() else {
            anyhow::bail!("{} voices", tops.len());
        };
        ensure!(
            (node < rebuild) == narrow,
            "narrow: {narrow}, tops: {tops:?}"
        );
        let heights = format!(
            "return [...Array({}).keys()].map((step) => {{ {STEPPER}.show(step); \
             return {STEPPER}.offsetHeight; }})",
            steps.len()
        );
        let heights = browser.run(&heights, vec![]).await?;
        let heights: Vec<u64> = serde_json::from_value(heights)?;
        let same = heights.iter().all(|height| *height == heights[0]);
        ensure!(same, "narrow: {narrow}, heights: {heights:?}");
    }
    Ok(())
}

/// Without script the tables are there to be read, and nothing that does not work.
pub async fn without_script(stage: &Stage, browser: &Browser) -> Result<()> {
    let steps = open(stage, browser).await?;
    let page = browser
        .run("return location.pathname.slice(1)", vec![])
        .await?;
    walk::forbid_script(browser).await?;
    browser.go(page.as_str().context("a path")?).await?;
    let seen = format!(
        "const rows = [...{STEPPER}.querySelectorAll('tbody tr')];
         return [rows.filter((row) => row.checkVisibility()).length,
             {STEPPER}.querySelectorAll('button, input, details').length]"
    );
    let seen = browser.run(&seen, vec![]).await?;
    ensure!(
        seen == json!([2 * steps.len(), 0]),
        "rows and controls: {seen}"
    );
    Ok(())
}
