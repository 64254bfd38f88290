//! The book keeps its own rules. What each rule is, and that each can be broken and
//! seen, is tested in `tools/book/tests/rules.rs`.

use std::path::Path;

#[test]
fn every_rule_of_the_book_holds() {
    let findings = book::check::all(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    assert!(findings.is_empty(), "{}", book::check::report(&findings));
}
