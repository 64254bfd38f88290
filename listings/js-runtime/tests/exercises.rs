//! Every exercise can be solved, and none is solved before the reader solved it.

#[path = "../exercises/checks/mod.rs"]
mod checks;

use checks::{EXERCISES, MARKER};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_solution_passes() {
    for exercise in EXERCISES {
        assert_eq!(exercise.solution(), Ok(()), "solutions/{}", exercise.file);
    }
}

/// The marker alone is not enough: what the exercise starts from must be wrong.
#[test]
fn an_exercise_with_its_marker_fails() {
    for exercise in EXERCISES {
        let Some((_, next)) = exercise.unsolved() else {
            continue;
        };
        assert!(
            exercise.reader().is_err(),
            "{} is right already",
            exercise.file
        );
        let wrong = exercise.check().expect_err(exercise.file);
        assert!(
            wrong.contains(&next),
            "{} does not say what to do",
            exercise.file
        );
    }
}

#[test]
fn an_exercise_without_its_marker_passes() {
    for exercise in EXERCISES.iter().filter(|e| e.unsolved().is_none()) {
        assert_eq!(exercise.check(), Ok(()), "exercises/{}", exercise.file);
    }
}

#[test]
fn a_wrong_prediction_is_told_where_but_not_what() {
    let told = |lines: &[&str]| checks::predicted(lines, "one\ntwo\n");
    assert_eq!(told(&["one", "two"]), Ok(()));
    for wrong in [&["two", "one"][..], &["one"], &["one", "two", "three"], &[]] {
        assert!(told(wrong).is_err(), "{wrong:?}");
    }
    let error = told(&["one", "three"]).expect_err("the second line is wrong");
    assert!(error.contains("three") && !error.contains("two"), "{error}");
}

#[test]
fn every_file_is_an_exercise_and_has_a_solution() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises");
    let files = |folder: &Path| -> BTreeSet<String> {
        let entries = folder.read_dir().expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let files = paths.filter(|path| path.is_file());
        files
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect()
    };
    let listed: BTreeSet<String> =
        EXERCISES.iter().map(|e| e.file.to_string()).collect();
    assert_eq!(files(&root), listed);
    assert_eq!(files(&root.join("solutions")), listed);
    for exercise in EXERCISES {
        let columns = exercise.task.chars().count();
        assert!((1..=72).contains(&columns), "{}: its task", exercise.name());
        let path = root.join("solutions").join(exercise.file);
        let text = std::fs::read_to_string(path).expect("a text");
        assert!(!text.contains(MARKER.trim()), "{}", exercise.file);
    }
}
