//! The book keeps its own rules. What each rule is, and that each can be broken and
//! seen, is tested in `tools/book/tests/rules.rs`.

use book::listing::Listing;
use std::path::Path;

#[test]
fn every_rule_of_the_book_holds() {
    let findings = book::check::all(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    assert!(findings.is_empty(), "{}", book::check::report(&findings));
}

/// Each listing can be copied out alone, so what checks its exercises is in it; it is the
/// same in all of them, but for a first line that wants Linux.
#[test]
fn exercises_are_checked_alike_in_each_listing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listings = Listing::all(root).expect("the listings are readable");
    let with_exercises = |l: &&Listing| {
        root.join("listings")
            .join(&l.name)
            .join("exercises")
            .exists()
    };
    let names: Vec<&str> = listings
        .iter()
        .filter(with_exercises)
        .map(|l| l.name.as_str())
        .collect();
    assert!(names.len() > 1, "which listings have exercises? {names:?}");
    for file in ["exercises/checks/harness.rs", "tests/exercises.rs"] {
        let text = |name: &str| {
            let path = root.join("listings").join(name).join(file);
            let text = std::fs::read_to_string(&path);
            let text =
                text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            text.replace("#![cfg(target_os = \"linux\")]\n", "")
        };
        for name in &names[1..] {
            let same = text(name) == text(names[0]);
            assert!(same, "{file} of {name} is not that of {}", names[0]);
        }
    }
}
