//! What JavaScript programs and runtimes must do.

use super::support;
use js_runtime::Limits;
use js_runtime::rquickjs::Result as Run;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A program that takes longer never ends.
const GUARD: Limits = Limits {
    memory: None,
    blocked: Some(Duration::from_secs(60)),
};

fn path(file: &str) -> PathBuf {
    let exercises = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises");
    exercises.join(file)
}

/// The program exercises/FILE prints `wanted` and ends with 0.
pub fn prints(file: &str, wanted: &str) -> Result<(), String> {
    let outcome = support::run(&path(file), &[], GUARD);
    if outcome.stdout == wanted && outcome.code == 0 {
        return Ok(());
    }
    let printed = format!("{}{}", outcome.stdout, outcome.stderr);
    let block =
        |text: &str| text.lines().map(|l| format!("  {l}\n")).collect::<String>();
    Err(format!(
        "It prints\n{}\nIt should print\n{}",
        block(&printed),
        block(wanted).trim_end()
    ))
}

/// So it does, and does not do it by looking away: the rejection of somebody else
/// still ends it.
pub fn prints_in_time(file: &str, wanted: &str) -> Result<(), String> {
    prints(file, wanted)?;
    let program = std::fs::read_to_string(path(file)).map_err(|e| e.to_string())?;
    let other = "setTimeout(() => Promise.reject(new Error('of another')), 20);";
    let outcome =
        support::run_text("program.cjs", &format!("{program}\n{other}"), GUARD);
    if outcome.code == 1 && outcome.stderr.contains("of another") {
        return Ok(());
    }
    Err(format!(
        "With this line at its end, it must still fail:\n  {other}"
    ))
}

/// The file exercises/FILE does what checks/rebuild-require.cjs wants of it.
pub fn requires(file: &str) -> Result<(), String> {
    let (check, file) = (path("checks/rebuild-require.cjs"), path(file));
    let outcome = support::run(&check, &[&file.to_string_lossy()], GUARD);
    let lines = outcome.stdout.lines();
    let wrong: Vec<&str> = lines.filter(|line| line.contains("no: ")).collect();
    match (wrong.is_empty(), outcome.code) {
        (true, 0) if outcome.stdout.ends_with("\nall was asked\n") => Ok(()),
        (true, 0) => Err("It ends before all was asked.".to_string()),
        (true, _) => Err(outcome.stderr),
        (false, _) => Err(wrong.join("\n")),
    }
}

/// Programs, and what a runtime must print for them.
const PROGRAMS: [(&str, &[&str]); 6] = [
    ("print('a')", &["a"]),
    (
        "Promise.resolve().then(() => print('job')); print('main')",
        &["main", "job"],
    ),
    (
        "setTimeout(() => print('2 ms'), 2);
         setTimeout(() => print('1 ms'), 1);
         print('main')",
        &["main", "1 ms", "2 ms"],
    ),
    (
        "for (const name of ['a', 'b']) setTimeout(() => {
           print(name); Promise.resolve().then(() => print(`job of ${name}`)); }, 1)",
        &["a", "job of a", "b", "job of b"],
    ),
    (
        "setTimeout(() => {
           Promise.resolve().then(() => print('job 1')).then(() => print('job 2')) }, 1);
         setTimeout(() => print('2 ms'), 2)",
        &["job 1", "job 2", "2 ms"],
    ),
    (
        "setTimeout(() => { print('5'); setTimeout(() => print('5 + 3'), 3) }, 5);
         setTimeout(() => print('7'), 7)",
        &["5", "7", "5 + 3"],
    ),
];

/// A runtime, as a function from a program to the lines that it prints, runs them all.
pub fn runs(run: fn(&str) -> Run<Vec<String>>) -> Result<(), String> {
    for (program, wanted) in PROGRAMS {
        match run(program) {
            Ok(printed) if printed == wanted => {}
            Ok(printed) => {
                return Err(format!(
                    "{program}\nprints {printed:?}\nand should {wanted:?}"
                ));
            }
            Err(error) => return Err(format!("{program}\nfails: {error}")),
        }
    }
    let fails = "setTimeout(() => { throw 1 }, 1); setTimeout(() => {}, 2)";
    match run(fails) {
        Err(_) => Ok(()),
        Ok(_) => Err(format!("{fails}\nshould fail: the timer throws")),
    }
}
