//! Every exercise can be solved, and none is solved before the reader solved it.
#![cfg(target_os = "linux")]

#[path = "../exercises/checks/mod.rs"]
mod checks;

use checks::{EXERCISES, MARKER, Ring, guarded};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_solution_passes() {
    for exercise in EXERCISES {
        let result = guarded(exercise.solution);
        assert_eq!(result, Ok(()), "solutions/{}.rs", exercise.name);
    }
}

/// The marker alone is not enough: what the exercise starts from must be wrong.
#[test]
fn an_exercise_with_its_marker_fails_and_says_what_to_do() {
    for exercise in EXERCISES {
        let name = exercise.name;
        match exercise.unsolved() {
            Some(next) => {
                assert!(guarded(exercise.reader).is_err(), "{name} is right already");
                let wrong = exercise.check().expect_err(name);
                assert!(wrong.contains(next), "{name} does not say what to do next");
            }
            None => assert_eq!(exercise.check(), Ok(()), "exercises/{name}.rs"),
        }
    }
}

#[test]
fn a_wrong_prediction_is_told_where_but_not_what() {
    let told = |lines: &[&str]| checks::predict::check(lines, "one\ntwo\n");
    assert_eq!(told(&["one", "two"]), Ok(()));
    for wrong in [&["two", "one"][..], &["one"], &["one", "two", "three"], &[]] {
        assert!(told(wrong).is_err(), "{wrong:?}");
    }
    let error = told(&["one", "three"]).expect_err("the second line is wrong");
    assert!(error.contains("three") && !error.contains("two"), "{error}");
}

fn names_in(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = folder.read_dir().expect("the folder is there");
    let names =
        entries.map(|e| e.expect("an entry").file_name().into_string().unwrap());
    names
        .filter_map(|name| Some(name.strip_suffix(".rs")?.to_string()))
        .collect()
}

#[test]
fn the_list_is_complete_and_in_order() {
    let listed: BTreeSet<String> =
        EXERCISES.iter().map(|e| e.name.to_string()).collect();
    assert_eq!(names_in("exercises"), listed);
    assert_eq!(names_in("exercises/solutions"), listed);
    for exercise in EXERCISES {
        let (name, ring) = (exercise.name, exercise.ring);
        assert!(name.starts_with(&format!("{ring}-")), "{name}");
        assert!((1..=71).contains(&exercise.task.chars().count()), "{name}");
        let source = format!("exercises/solutions/{name}.rs");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(source);
        let solution = std::fs::read_to_string(path).expect("a solution");
        assert!(!solution.contains(MARKER.trim()), "{name}");
    }
    for (ring, least) in [(Ring::Predict, 2), (Ring::Modify, 2), (Ring::Rebuild, 1)] {
        let count = EXERCISES.iter().filter(|e| e.ring == ring).count();
        assert!(count >= least, "{ring}");
    }
}
