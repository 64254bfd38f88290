//! Says which exercises are solved, or what is still wrong with one of them.
//!
//! `cargo run -q -p mini-uv --example mini-uv-exercise` lists them; with a name it
//! checks exercises/NAME.rs, with `--solutions` the solutions.

#[path = "../exercises/checks/mod.rs"]
mod checks;

use checks::{EXERCISES, Exercise, guarded};
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let name = match words[..] {
        [] => return list(),
        ["--solutions"] => return solutions(),
        [name] => name,
        _ => return usage("say the name of one exercise, or nothing"),
    };
    match EXERCISES.iter().find(|exercise| exercise.name == name) {
        Some(exercise) => check(exercise),
        None => {
            let names: Vec<&str> = EXERCISES.iter().map(|e| e.name).collect();
            let names = names.join(", ");
            usage(&format!("no exercise `{name}`; there are: {names}"))
        }
    }
}

fn usage(line: &str) -> ExitCode {
    eprintln!("{line}");
    ExitCode::from(2)
}

fn list() -> ExitCode {
    for exercise in EXERCISES {
        let solved = exercise.unsolved().is_none() && exercise.check().is_ok();
        let state = if solved { "solved" } else { "open" };
        let Exercise {
            name, ring, task, ..
        } = exercise;
        println!("{state:<6}  {ring:<7}  {name}\n{:17}{task}", "");
    }
    ExitCode::SUCCESS
}

fn solutions() -> ExitCode {
    for Exercise { name, solution, .. } in EXERCISES {
        match guarded(*solution) {
            Ok(()) => println!("{name}: the solution passes"),
            Err(wrong) => println!("{name}: the solution fails\n{wrong}"),
        }
    }
    ExitCode::SUCCESS
}

fn check(exercise: &Exercise) -> ExitCode {
    println!("{}: {}", exercise.name, exercise.task);
    match exercise.check() {
        Ok(()) => {
            println!("\nSolved.");
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            println!("\n{}", wrong.trim_end());
            ExitCode::FAILURE
        }
    }
}
