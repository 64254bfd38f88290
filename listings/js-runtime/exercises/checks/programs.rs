//! What JavaScript programs and runtimes must do.

use super::support;
use js_runtime::Limits;
use js_runtime::rquickjs::Result as Run;
use std::path::Path;
use std::time::Duration;

/// A program that takes longer never ends.
const GUARD: Limits = Limits {
    memory: None,
    blocked: Some(Duration::from_secs(60)),
};

fn folder(file: &str) -> String {
    format!("{}/exercises/{file}", env!("CARGO_MANIFEST_DIR"))
}

/// The program exercises/FILE prints `wanted` and ends with 0.
pub fn prints(file: &str, wanted: &str) -> Result<(), String> {
    let outcome = support::run(Path::new(&folder(file)), &[], GUARD);
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

/// The file exercises/FILE does what checks/rebuild-require.cjs wants of it.
pub fn requires(file: &str) -> Result<(), String> {
    let check = folder("checks/rebuild-require.cjs");
    let outcome = support::run(Path::new(&check), &[&folder(file)], GUARD);
    let lines = outcome.stdout.lines();
    let wrong: Vec<&str> = lines.filter(|line| line.contains("no: ")).collect();
    match (wrong.is_empty(), outcome.code) {
        (true, 0) => Ok(()),
        (true, _) => Err(outcome.stderr),
        (false, _) => Err(wrong.join("\n")),
    }
}

/// Programs, and what a runtime must print for them.
const PROGRAMS: [(&str, &[&str]); 5] = [
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
        "setTimeout(() => { print('5'); setTimeout(() => print('5 + 1'), 1) }, 5);
         setTimeout(() => print('7'), 7)",
        &["5", "5 + 1", "7"],
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
    Ok(())
}
