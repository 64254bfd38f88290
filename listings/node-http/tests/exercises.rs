//! Every exercise can be solved, and none is solved before the reader solved it.
//!
//! This file is the same in each listing, as exercises/checks/harness.rs is.

#[path = "../exercises/checks/mod.rs"]
mod checks;

use checks::EXERCISES;
use checks::harness::{Exercise, MARKER, guarded, predicted};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_solution_passes() {
    for exercise in EXERCISES {
        let result = guarded(exercise.solution);
        assert_eq!(result, Ok(()), "solutions/{}", exercise.file);
    }
}

/// The marker alone is not enough: what the exercise starts from must be wrong.
#[test]
fn an_exercise_with_its_marker_fails() {
    for exercise in EXERCISES.iter().filter(|e| e.unsolved().is_some()) {
        let file = exercise.file;
        assert!(guarded(exercise.reader).is_err(), "{file} is right already");
        let wrong = exercise.check().expect_err(file);
        let (_, next) = exercise.unsolved().expect(file);
        assert!(wrong.contains(next), "{file} does not say what to do next");
    }
}

#[test]
fn an_exercise_without_its_marker_passes() {
    for exercise in EXERCISES.iter().filter(|e| e.unsolved().is_none()) {
        assert_eq!(exercise.check(), Ok(()), "exercises/{}", exercise.file);
    }
}

/// An exercise that is right but still marked, one that panics.
#[test]
fn a_check_says_what_is_missing() {
    let mut exercise = Exercise {
        file: "modify-something.rs",
        task: "",
        source: "// UNSOLVED: do it\n",
        reader: || Ok(()),
        solution: || Ok(()),
    };
    let wrong = exercise.check().expect_err("it is marked");
    assert!(wrong.contains("Delete its line 1"), "{wrong}");
    exercise.reader = || panic!("wanted: the check must survive this");
    let wrong = exercise.check().expect_err("it panics");
    assert!(wrong.contains("panics"), "{wrong}");
    assert!(wrong.contains("do it"), "{wrong}");
}

/// What a prediction that is wrong, too short, too long is told.
#[test]
fn a_wrong_prediction_is_told_where_but_not_what() {
    let told = |lines: &[&str]| predicted(lines, "one\ntwo\n");
    assert_eq!(told(&["one", "two"]), Ok(()));
    for wrong in [&["two", "one"][..], &["one"], &["one", "two", "three"], &[]] {
        assert!(told(wrong).is_err(), "{wrong:?}");
    }
    let error = told(&["one", "three"]).expect_err("the second line is wrong");
    assert!(error.contains("three") && !error.contains("two"), "{error}");
}

fn files_in(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = folder.read_dir().expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let files = paths.filter(|path| path.is_file());
    files
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect()
}

#[test]
fn every_exercise_has_a_solution_and_every_solution_an_exercise() {
    let listed: BTreeSet<String> =
        EXERCISES.iter().map(|e| e.file.to_string()).collect();
    assert_eq!(listed.len(), EXERCISES.len(), "two have one name");
    assert_eq!(files_in("exercises"), listed);
    assert_eq!(files_in("exercises/solutions"), listed);
    let rings: Vec<&str> = EXERCISES.iter().map(Exercise::ring).collect();
    for (ring, least) in [("predict", 2), ("modify", 2), ("rebuild", 1)] {
        let count = rings.iter().filter(|r| **r == ring).count();
        assert!(count >= least, "{ring} has {count} exercises");
    }
    let known = |ring: &&str| ["predict", "modify", "rebuild"].contains(ring);
    assert!(rings.iter().all(known), "{rings:?}");
}

#[test]
fn a_task_fits_a_line_and_a_solution_has_no_marker() {
    for exercise in EXERCISES {
        let file = exercise.file;
        let columns = exercise.task.chars().count();
        assert!((1..=71).contains(&columns), "{file}: its task is no line");
        let solutions = concat!(env!("CARGO_MANIFEST_DIR"), "/exercises/solutions");
        let solution =
            std::fs::read_to_string(Path::new(solutions).join(file)).expect(file);
        assert!(!solution.contains(MARKER.trim()), "solutions/{file}");
    }
}
