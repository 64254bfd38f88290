//! Three parsers on one corpus: where they differ is written down with the reason, and
//! nothing else is.

#[path = "../corpus/mod.rs"]
mod corpus;

use corpus::{cases, first_head, http_wire, httparse, is_beyond_syntax, node};
use httparse::Status;
use std::collections::BTreeSet;

#[test]
fn each_case_was_sent_to_node() {
    let names: Vec<&str> = cases().iter().map(|case| case.name).collect();
    let recorded: Vec<&str> = node().iter().map(|(name, _)| *name).collect();
    assert_eq!(names, recorded);
    let unique: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(unique.len(), names.len(), "two cases have one name");
}

/// The same requests, contents and error names as Node, unless a note says why not.
#[test]
fn differences_to_node_are_noted() {
    let mut wrong = Vec::new();
    for (case, (_, node)) in cases().iter().zip(node()) {
        let ours = http_wire(&case.bytes);
        if (ours == node) != case.note("node").is_none() {
            wrong.push(format!("{}: {ours} | Node {node}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// httparse reads heads and has no opinion on hosts, contents and their ends.
#[test]
fn differences_to_httparse_are_noted() {
    let mut wrong = Vec::new();
    for case in &cases() {
        let (ours, theirs) = (first_head(&case.bytes), httparse(&case.bytes));
        let same = match ours {
            Ok(true) => matches!(theirs, Ok(Status::Complete(_))),
            Ok(false) => matches!(theirs, Ok(Status::Partial)),
            Err(kind) if is_beyond_syntax(kind) => {
                matches!(theirs, Ok(Status::Complete(_)))
            }
            Err(_) => theirs.is_err(),
        };
        if same != case.note("httparse").is_none() {
            wrong.push(format!("{}: {ours:?} | httparse {theirs:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_note_is_about_one_of_the_parsers() {
    for case in cases() {
        for (who, why) in &case.notes {
            assert!(["node", "httparse"].contains(who), "{}: {who}", case.name);
            assert!(!why.is_empty());
        }
        assert!(case.clause.starts_with("RFC 9"), "{}", case.name);
    }
}
