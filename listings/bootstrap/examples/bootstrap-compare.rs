//! One job of the comparison with Node: prints milliseconds per start.
//!
//! `cargo run --release -p bootstrap --example bootstrap-compare -- start snapshot`;
//! the jobs are in compare/compare.toml, the same work for Node in compare/bench.mjs.
//! The program that is started is this one: with `child` first, it does what
//! `bootstrap` does.

use bootstrap::{cli, stack};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};
use std::time::Instant;

const STARTS: usize = 15;
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let began = Instant::now();
    let mut arguments: Vec<String> = std::env::args().collect();
    if arguments.get(1).is_some_and(|first| first == "child") {
        arguments.remove(1);
        let code = stack::on_a_big_stack(|| cli::start(&arguments, began));
        return ExitCode::from(code as u8);
    }
    let words: Vec<&str> = arguments[1..].iter().map(String::as_str).collect();
    match measure(&words) {
        Ok(milliseconds) => {
            println!("{milliseconds:.4}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn measure(words: &[&str]) -> Result<f64> {
    let folder = std::env::temp_dir().join(format!("bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = job(words, &folder);
    std::fs::remove_dir_all(&folder)?;
    result
}

fn job(words: &[&str], folder: &Path) -> Result<f64> {
    let live: &[&str] = match words.get(1) {
        Some(&"live") => &["--no-node-snapshot"],
        _ => &[],
    };
    let empty = file(folder, "empty.cjs", "")?;
    match words {
        ["start", _] => timed(&[live, &[&empty]].concat()),
        ["phase-host", _] => phase(&empty, live, |name| name == "host"),
        ["phase-heap", _] => {
            const OTHERS: [&str; 4] = ["host", "user code", "loop", "in all"];
            phase(&empty, live, |name| !OTHERS.contains(&name))
        }
        ["state", way, records] => state(folder, *way == "live", records.parse()?),
        _ => Err("say a job of compare/compare.toml and `snapshot` or `live`".into()),
    }
}

fn file(folder: &Path, name: &str, text: &str) -> Result<String> {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, text)?;
    Ok(path.to_string_lossy().into_owned())
}

fn child(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("child").args(arguments);
    Ok(command)
}

fn start(mut command: Command) -> Result<(f64, Output)> {
    let began = Instant::now();
    let output = command.output()?;
    let took = began.elapsed().as_secs_f64() * 1e3;
    match output.status.success() {
        true => Ok((took, output)),
        false => Err(format!("{command:?} ended with {}", output.status).into()),
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// Starts in turn with `true`, and what the program adds to it.
fn timed(arguments: &[&str]) -> Result<f64> {
    let (mut own, mut floor) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        own.push(start(child(arguments)?)?.0);
        floor.push(start(Command::new("true"))?.0);
    }
    // On a noisy machine the difference may vanish; it is never nothing.
    Ok((median(own) - median(floor)).max(0.001))
}

/// Phases, as the child itself timed them.
fn phase(empty: &str, live: &[&str], wanted: fn(&str) -> bool) -> Result<f64> {
    let mut runs = Vec::new();
    for _ in 0..STARTS {
        let arguments = [live, &["--trace-boot", empty]].concat();
        let (_, output) = start(child(&arguments)?)?;
        let told = String::from_utf8(output.stderr)?;
        let mut sum = 0.0;
        for line in told.lines() {
            let (time, name) = line.trim().split_once(" ms  ").ok_or("no phase")?;
            let name = name.split("  ").next().unwrap_or_default().trim();
            if wanted(name) {
                sum += time.parse::<f64>()?;
            }
        }
        runs.push(sum);
    }
    Ok(median(runs).max(0.001))
}

fn state(folder: &Path, live: bool, records: u32) -> Result<f64> {
    let prepare = format!(
        "const records = [];
         for (let i = 0; i < {records}; i++) {{
           records.push({{ id: i, name: 'record ' + i, get: () => i }});
         }}
         function main() {{
           if (records[records.length - 1].get() !== records.length - 1) process.exit(1);
         }}"
    );
    if live {
        return timed(&[&file(folder, "state.cjs", &format!("{prepare} main();"))?]);
    }
    let main = "require('v8').startupSnapshot.setDeserializeMainFunction(main);";
    let entry = file(folder, "entry.cjs", &format!("{prepare} {main}"))?;
    let blob = folder.join("blob").to_string_lossy().into_owned();
    start(child(&[
        "--snapshot-blob",
        &blob,
        "--build-snapshot",
        &entry,
    ])?)?;
    timed(&["--snapshot-blob", &blob])
}
