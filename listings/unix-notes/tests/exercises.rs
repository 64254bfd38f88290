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
fn an_exercise_with_its_marker_fails() {
    for exercise in EXERCISES.iter().filter(|e| e.unsolved().is_some()) {
        let name = exercise.name;
        assert!(guarded(exercise.reader).is_err(), "{name} is right already");
        let wrong = exercise.check().expect_err(name);
        let (_, next) = exercise.unsolved().expect(name);
        assert!(wrong.contains(next), "{name} does not say what to do next");
    }
}

#[test]
fn an_exercise_without_its_marker_passes() {
    for exercise in EXERCISES.iter().filter(|e| e.unsolved().is_none()) {
        assert_eq!(exercise.check(), Ok(()), "exercises/{}.rs", exercise.name);
    }
}

/// An exercise that is right but still marked, one that panics.
#[test]
fn a_check_says_what_is_missing() {
    let mut exercise = checks::Exercise {
        name: "an-exercise",
        ring: Ring::Modify,
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
    let exercise = |name| EXERCISES.iter().find(|e| e.name == name);
    let exercise = exercise("predict-zombie").expect("there is such an exercise");
    assert_eq!(exercise.ring, Ring::Predict);
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
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let sources = paths.filter(|path| path.extension().is_some_and(|e| e == "rs"));
    let name = |path: std::path::PathBuf| {
        path.file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned()
    };
    sources.map(name).collect()
}

#[test]
fn every_exercise_has_a_solution_and_every_solution_an_exercise() {
    let listed: BTreeSet<String> =
        EXERCISES.iter().map(|e| e.name.to_string()).collect();
    assert_eq!(listed.len(), EXERCISES.len(), "two have one name");
    assert_eq!(names_in("exercises"), listed);
    assert_eq!(names_in("exercises/solutions"), listed);
    for ring in [Ring::Predict, Ring::Modify, Ring::Rebuild] {
        let count = EXERCISES.iter().filter(|e| e.ring == ring).count();
        assert!(count >= 2, "{ring} has {count} exercises");
    }
}

#[test]
fn a_name_says_the_ring_a_task_fits_a_line_and_a_solution_has_no_marker() {
    for exercise in EXERCISES {
        let name = exercise.name;
        assert!(name.starts_with(&format!("{}-", exercise.ring)), "{name}");
        let columns = exercise.task.chars().count();
        assert!(
            (1..=71).contains(&columns),
            "{name}: its task is not one line"
        );
        let path = format!(
            "{}/exercises/solutions/{name}.rs",
            env!("CARGO_MANIFEST_DIR")
        );
        let solution = std::fs::read_to_string(&path).expect(&path);
        assert!(!solution.contains(MARKER.trim()), "{path}");
    }
}
