//! The rendered book in a real browser: headless Chromium, driven by chromedriver.
//!
//! The pages are built once, in this process, and served on loopback. Where Chromium,
//! chromedriver or axe-core is missing, the tests say so and count as ignored; with the
//! variable `CI` set they fail instead.

#![forbid(unsafe_code)]

#[path = "site/browser.rs"]
mod browser;
#[path = "site/faults.rs"]
mod faults;
#[path = "../tools/book/tests/fixture/mod.rs"]
mod fixture;
#[path = "site/listings.rs"]
mod listings;
#[path = "site/operate.rs"]
mod operate;
#[path = "site/reload.rs"]
mod reload;
#[path = "site/server.rs"]
mod server;
#[path = "site/stage.rs"]
mod stage;
#[path = "site/stepper.rs"]
mod stepper;
#[path = "site/tools.rs"]
mod tools;
#[path = "site/walk.rs"]
mod walk;

use anyhow::{Result, bail};
use browser::Browser;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use stage::Stage;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tools::Tools;

/// Against hanging only. A test takes seconds a page, and the book has many.
const GUARD: Duration = Duration::from_secs(1800);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let tools = Tools::find(&root());
    if let (Err(missing), false) = (&tools, arguments.list) {
        eprintln!("site: {missing}");
    }
    let suite = Suite {
        tools,
        stage: Arc::default(),
    };
    let trials = vec![
        suite.trial("loads_clean", walk::loads_clean),
        suite.trial("accessible", walk::accessible),
        suite.trial("narrow", walk::narrow),
        suite.trial("weight", walk::weight),
        suite.trial("readable_without_script", walk::readable_without_script),
        suite.hasty("first_text_before_script", walk::first_text_before_script),
        suite.trial("search", operate::search),
        suite.trial("theme_switch", operate::theme_switch),
        suite.trial("copy_buttons", operate::copy_buttons),
        suite.trial("solutions_fold", operate::solutions_fold),
        suite.trial("definitions", operate::definitions),
        suite.trial("stepper_by_mouse", stepper::by_mouse),
        suite.trial("stepper_by_keyboard", stepper::by_keyboard),
        suite.trial("stepper_motion", stepper::motion),
        suite.trial("stepper_room", stepper::room),
        suite.trial("stepper_without_script", stepper::without_script),
        suite.trial("captions", listings::captions),
        suite.trial("lines", listings::lines),
        suite.trial("downloads", listings::downloads),
        suite.trial("offline", listings::offline),
        suite.trial("reload", reload::follows_the_files),
        suite.trial("faults_are_found", faults::are_found),
        suite.hasty("waiting_is_found", faults::waiting_is_found),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The root of the book. Cargo names it when it starts a test, too, so that a copy of
/// the book can be looked at without a build.
fn root() -> PathBuf {
    let named = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")))
}

/// What the tests share: found once, and the stage set by the first that needs it.
struct Suite {
    tools: Result<Tools, String>,
    stage: Arc<OnceLock<Result<Stage, String>>>,
}

impl Suite {
    /// A test whose browser waits for a page to be loaded.
    fn trial<T>(&self, name: &str, test: T) -> Trial
    where
        T: AsyncFn(&Stage, &Browser) -> Result<()> + Send + 'static,
    {
        self.with_browser(name, "normal", test)
    }

    /// A test whose browser does not.
    fn hasty<T>(&self, name: &str, test: T) -> Trial
    where
        T: AsyncFn(&Stage, &Browser) -> Result<()> + Send + 'static,
    {
        self.with_browser(name, "none", test)
    }

    fn with_browser<T>(&self, name: &str, strategy: &'static str, test: T) -> Trial
    where
        T: AsyncFn(&Stage, &Browser) -> Result<()> + Send + 'static,
    {
        let (tools, stage) = (self.tools.clone(), self.stage.clone());
        Trial::ignorable_test(name, move || match tools {
            Ok(tools) => {
                let stage = stage.get_or_init(|| {
                    Stage::set(&root(), tools).map_err(|e| format!("{e:#}"))
                });
                perform(stage.as_ref()?, strategy, test)
            }
            Err(missing) if std::env::var_os("CI").is_some_and(|ci| !ci.is_empty()) => {
                Err(missing.into())
            }
            Err(missing) => Ok(Completion::ignored_with(missing)),
        })
    }
}

/// Runs `test` with a browser of its own, which ends with it.
fn perform<T>(stage: &Stage, strategy: &str, test: T) -> Result<Completion, Failed>
where
    T: AsyncFn(&Stage, &Browser) -> Result<()>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let outcome = runtime.block_on(async {
        let browser = Browser::start(stage, strategy).await?;
        let outcome = tokio::time::timeout(GUARD, test(stage, &browser)).await;
        browser.quit().await?;
        match outcome {
            Ok(outcome) => outcome,
            Err(_) => bail!("no end after {} s", GUARD.as_secs()),
        }
    });
    match outcome {
        Ok(()) => Ok(Completion::Completed),
        Err(error) => Err(format!("{error:#}").into()),
    }
}
