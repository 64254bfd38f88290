//! One job of the comparison with Node: runs compare/bench.cjs, as Node does.
//!
//! `cargo run --release -p js-runtime --example js-runtime-compare -- calls`; the jobs
//! are in compare/compare.toml.

use event_loop::uv::Epoll;
use js_runtime::{Limits, Runtime};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["start"] => start(),
        ["empty"] => run("compare/empty.cjs", &[]),
        [job] => run("compare/bench.cjs", &[job]),
        _ => {
            eprintln!("say the name of one job of compare/compare.toml");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(code) => ExitCode::from(code as u8),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

type Done = Result<i32, Box<dyn std::error::Error>>;

fn run(file: &str, args: &[&str]) -> Done {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let names = ["js-runtime", file].into_iter().chain(args.iter().copied());
    let args = names.map(String::from).collect();
    let mut runtime = Runtime::new(Epoll::new()?, Limits::default(), args)?;
    Ok(runtime.run_file(&path)?)
}

/// Starts processes that do nothing, one after the other: milliseconds for one.
fn start() -> Done {
    const RUNS: u32 = 20;
    let me = std::env::current_exe()?;
    let start = Instant::now();
    for _ in 0..RUNS {
        let status = Command::new(&me).arg("empty").status()?;
        if !status.success() {
            return Err(format!("an empty program ended with {status}").into());
        }
    }
    println!(
        "{:.3}",
        start.elapsed().as_secs_f64() * 1e3 / f64::from(RUNS)
    );
    Ok(0)
}
