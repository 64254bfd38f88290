//! One Chromium with a profile of its own.

use crate::stage::Stage;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use thirtyfour::common::keys::Key;
use thirtyfour::{Capabilities, WebDriver, WebElement};

/// Against hanging only: how long a condition may take to come true.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks at a condition.
pub const PAUSE: Duration = Duration::from_millis(20);

pub struct Browser {
    driver: WebDriver,
    /// Where pages are opened from, as `http://127.0.0.1:PORT`.
    pub origin: String,
    profile: Arc<TempDir>,
}

impl Browser {
    /// Starts one. With the strategy `none`, opening a page does not wait for it to be
    /// loaded; with `normal` it does.
    pub async fn start(stage: &Stage, strategy: &str) -> Result<Browser> {
        let profile = tempfile::tempdir()?;
        let Value::Object(wanted) = json!({
            "browserName": "chrome",
            "pageLoadStrategy": strategy,
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": {
                "binary": stage.tools.chromium,
                "args": [
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    // Nothing but loopback can be reached, whatever a page asks for.
                    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                    "--window-size=1280,900",
                    format!("--user-data-dir={}", profile.path().display()),
                ],
            },
        }) else {
            unreachable!("json! was given an object");
        };
        let driver = WebDriver::new(&stage.driver.address, Capabilities::from(wanted))
            .await
            .context("Chromium does not start")?;
        let browser = Browser {
            driver,
            origin: stage.server.origin.clone(),
            profile: Arc::new(profile),
        };
        browser.driver.set_script_timeout(PATIENCE).await?;
        Ok(browser)
    }

    /// The same browser, opening its pages from elsewhere.
    pub fn at(&self, origin: &str) -> Browser {
        Browser {
            driver: self.driver.clone(),
            origin: origin.to_string(),
            profile: self.profile.clone(),
        }
    }

    pub async fn quit(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }

    /// Goes to a page, given as `folder/page.html`, without waiting for its fonts.
    pub async fn go(&self, page: &str) -> Result<()> {
        let url = format!("{}/{page}", self.origin);
        let gone = self.driver.goto(&url).await;
        gone.with_context(|| format!("cannot open {page}"))
    }

    /// Opens a page and waits until it has its fonts and is drawn.
    pub async fn open(&self, page: &str) -> Result<()> {
        self.go(page).await?;
        self.settle().await
    }

    /// Waits until the fonts are there and two frames are drawn.
    pub async fn settle(&self) -> Result<()> {
        let drawn = "document.fonts.ready.then(() => requestAnimationFrame(() => \
                     requestAnimationFrame(() => done())))";
        self.run_async(drawn, vec![]).await?;
        Ok(())
    }

    /// Runs the body of a function in the page.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let returned = self.driver.execute(script, arguments).await?;
        Ok(returned.json().clone())
    }

    /// Runs the body of a function in the page, which ends by calling `done(value)`.
    pub async fn run_async(
        &self,
        script: &str,
        arguments: Vec<Value>,
    ) -> Result<Value> {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        let returned = self.driver.execute_async(script, arguments).await?;
        Ok(returned.json().clone())
    }

    /// What a script that returns a list of sentences found, each with its page.
    pub async fn findings(&self, page: &str, script: &str) -> Result<Vec<String>> {
        let found = self.run(script, vec![]).await?;
        sentences(page, &found)
    }

    /// A command of the Chrome DevTools Protocol.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Result<Value> {
        let result = self.driver.cdp().send_raw(command, parameters).await;
        result.with_context(|| format!("{command} fails"))
    }

    /// What was logged since the last time: `browser` or `performance`, as pairs of
    /// level and message.
    pub async fn log(&self, kind: &str) -> Result<Vec<(String, String)>> {
        let entries = self.driver.get_log(kind).await?;
        Ok(entries.into_iter().map(|e| (e.level, e.message)).collect())
    }

    /// Waits until `condition`, an expression in the page, is true.
    pub async fn until(&self, what: &str, condition: &str) -> Result<()> {
        self.until_within(PATIENCE, what, condition).await
    }

    pub async fn until_within(
        &self,
        patience: Duration,
        what: &str,
        condition: &str,
    ) -> Result<()> {
        let script = format!("return !!({condition})");
        let start = Instant::now();
        // While a page is left for another, there is none to ask.
        while !matches!(self.run(&script, vec![]).await, Ok(Value::Bool(true))) {
            if start.elapsed() > patience {
                bail!("waited in vain: {what}");
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Clicks with the mouse what an expression in the page names.
    pub async fn click(&self, element: &str) -> Result<()> {
        let clicked = self.shown(element).await?.click().await;
        clicked.with_context(|| format!("cannot click {element}"))
    }

    /// What an expression in the page names, scrolled to the middle.
    async fn shown(&self, element: &str) -> Result<WebElement> {
        let script = format!(
            "const e = {element}; e.scrollIntoView({{ block: 'center', \
             behavior: 'instant' }}); return e"
        );
        let found = self.driver.execute(script, vec![]).await;
        found
            .and_then(|returned| returned.element())
            .with_context(|| format!("the page has no {element}"))
    }

    /// Moves the mouse onto what an expression in the page names.
    pub async fn hover(&self, element: &str) -> Result<()> {
        let found = self.shown(element).await?;
        let chain = self.driver.action_chain();
        let moved = chain.move_to_element_center(&found).perform().await;
        moved.with_context(|| format!("cannot point at {element}"))
    }

    /// Presses the keys that write `text`.
    pub async fn write(&self, text: &str) -> Result<()> {
        Ok(self.driver.action_chain().send_keys(text).perform().await?)
    }

    pub async fn press(&self, key: Key) -> Result<()> {
        Ok(self.driver.action_chain().send_keys(key).perform().await?)
    }

    /// Presses a key while another is held.
    pub async fn press_with(&self, held: Key, key: Key) -> Result<()> {
        let chain = self.driver.action_chain();
        Ok(chain
            .key_down(held.clone())
            .send_keys(key)
            .key_up(held)
            .perform()
            .await?)
    }

    /// Clicks while a key is held.
    pub async fn click_with(&self, held: Key, element: &str) -> Result<()> {
        let found = self.shown(element).await?;
        let chain = self.driver.action_chain().key_down(held.clone());
        let clicked = chain.click_element(&found).key_up(held).perform().await;
        clicked.with_context(|| format!("cannot click {element}"))
    }

    /// Comes to an element with the keyboard, from the heading above it, to which a
    /// link leads as well.
    pub async fn approach(&self, element: &str) -> Result<()> {
        let above = format!(
            "const before = (e) => e.compareDocumentPosition({element}) & 4;
             const all = [...document.querySelectorAll('main :is(h1, h2, h3)[id]')];
             location.hash = all.filter(before).at(-1).id;"
        );
        self.run(&above, vec![]).await?;
        self.tab_to(element).await
    }

    /// Presses Tab until the focus is on what an expression in the page names.
    pub async fn tab_to(&self, element: &str) -> Result<()> {
        let reached = format!("return document.activeElement === {element}");
        for _ in 0..300 {
            self.press(Key::Tab).await?;
            if self.run(&reached, vec![]).await? == json!(true) {
                return Ok(());
            }
        }
        bail!("300 times Tab do not lead to {element}")
    }
}

/// The list of strings that a script returned, each with its page in front.
pub fn sentences(page: &str, found: &Value) -> Result<Vec<String>> {
    let list = found.as_array().context("the script returns a list")?;
    let sentence = |s: &Value| {
        let text = s.as_str().map_or_else(|| s.to_string(), str::to_string);
        format!("{page}: {text}")
    };
    Ok(list.iter().map(sentence).collect())
}
