//! Every Rust snippet of every chapter. A test is named after the chapter and the line
//! of its block; `cargo test --test skeptic event_loop` runs those of one chapter.

use std::process::Command;

include!(concat!(env!("OUT_DIR"), "/skeptic-tests.rs"));
include!(concat!(env!("OUT_DIR"), "/compile-fail-tests.rs"));

/// A block that rustc must refuse, and for no other reason than `code`.
///
/// skeptic reports through the test harness, so the test runs itself once more as a
/// child and reads there what rustc said.
#[allow(dead_code)]
fn refused(name: &str, code: &str, program: &str) {
    const CHILD: &str = "BOOK_SNIPPET_IS_CHILD";
    if std::env::var_os(CHILD).is_some() {
        let (root, out) = (env!("CARGO_MANIFEST_DIR"), env!("OUT_DIR"));
        return skeptic::rt::compile_test(root, out, env!("SNIPPET_TARGET"), program);
    }
    let output = Command::new(std::env::current_exe().expect("this test has a path"))
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, "1")
        .output()
        .expect("this test can run itself");
    let said = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> = said.lines().filter(|l| l.starts_with("error")).collect();
    let wanted = format!("error[{code}]");
    let summary = |line: &str| line.starts_with("error: aborting due to");
    assert!(
        errors.iter().any(|line| line.starts_with(&wanted))
            && errors.iter().all(|l| l.starts_with(&wanted) || summary(l)),
        "{name}: rustc was to refuse this with {code} alone; it said:\n{said}"
    );
}

/// The runner itself, seen to fail. (Snippets are named `src_…`, these are not.)
mod runner {
    use std::panic::catch_unwind;

    #[test]
    fn a_block_refused_for_another_reason_is_found() {
        let name = "runner::a_block_refused_for_another_reason_is_found";
        let wrong = "fn main() { let _: u8 = \"\"; }";
        let outcome = catch_unwind(|| super::refused(name, "E0382", wrong));
        let panic = outcome.expect_err("E0308 is not E0382");
        let said = panic.downcast_ref::<String>().map_or("", String::as_str);
        assert!(said.contains("error[E0308]"), "{said}");
    }

    #[test]
    fn a_block_that_compiles_after_all_is_found() {
        let name = "runner::a_block_that_compiles_after_all_is_found";
        let outcome = catch_unwind(|| super::refused(name, "E0382", "fn main() {}"));
        if std::env::var_os("BOOK_SNIPPET_IS_CHILD").is_none() {
            outcome.expect_err("nothing was refused");
        }
    }
}
