//! Says which exercises are solved, or what is still wrong with one of them.
//!
//! `cargo run -q -p js-runtime --example js-runtime-exercise` lists them; with a name
//! it checks the file under exercises/.

#[path = "../exercises/checks/mod.rs"]
#[allow(dead_code)]
mod checks;

use checks::EXERCISES;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => list(),
        [name] => check(name),
        _ => {
            eprintln!("say the name of one exercise, or nothing");
            ExitCode::from(2)
        }
    }
}

fn list() -> ExitCode {
    let mut solved = 0;
    for exercise in EXERCISES {
        let is_solved = exercise.check().is_ok();
        solved += usize::from(is_solved);
        let state = if is_solved { "solved" } else { "open" };
        println!("{state:<6}  {}\n{:8}{}", exercise.name(), "", exercise.task);
    }
    println!("{solved} of {} are solved", EXERCISES.len());
    ExitCode::SUCCESS
}

fn check(name: &str) -> ExitCode {
    let Some(exercise) = EXERCISES.iter().find(|e| e.name() == name) else {
        let names: Vec<&str> = EXERCISES.iter().map(|e| e.name()).collect();
        eprintln!("no exercise `{name}`; there are: {}", names.join(", "));
        return ExitCode::from(2);
    };
    println!("{name}: {}\n", exercise.task);
    match exercise.check() {
        Ok(()) => {
            println!("Solved.");
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            println!("{}", wrong.trim_end());
            ExitCode::FAILURE
        }
    }
}
