//! Says which exercises are solved, or what is still wrong with one of them.
//!
//! `cargo run -q -p event-loop --example event-loop-exercise` lists them; with a name
//! it checks exercises/NAME.rs, with `--solutions` the solutions.

#[path = "../exercises/checks/mod.rs"]
mod checks;

use checks::{EXERCISES, Exercise, guarded};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => list(),
        ["--solutions"] => check_solutions(),
        [name] if !name.starts_with('-') => check_one(name),
        _ => usage("say the name of one exercise, nothing, or `--solutions`"),
    }
}

fn usage(line: &str) -> ExitCode {
    eprintln!("{line}");
    ExitCode::from(2)
}

fn list() -> ExitCode {
    let mut solved = 0;
    for exercise in EXERCISES {
        let is_solved = exercise.check().is_ok();
        solved += usize::from(is_solved);
        let state = if is_solved { "solved" } else { "open" };
        let Exercise {
            name, ring, task, ..
        } = exercise;
        println!("{state:<6}  {ring:<7}  {name}\n{:17}{task}", "");
    }
    println!("{solved} of {} are solved", EXERCISES.len());
    ExitCode::SUCCESS
}

fn check_solutions() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for Exercise { name, solution, .. } in EXERCISES {
        match guarded(*solution) {
            Ok(()) => println!("{name}: the solution passes"),
            Err(wrong) => {
                println!("{name}: the solution fails\n{wrong}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn check_one(name: &str) -> ExitCode {
    let Some(exercise) = EXERCISES.iter().find(|e| e.name == name) else {
        let names: Vec<&str> = EXERCISES.iter().map(|e| e.name).collect();
        return usage(&format!(
            "no exercise `{name}`; there are: {}",
            names.join(", ")
        ));
    };
    println!("{name}: {}", exercise.task);
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
