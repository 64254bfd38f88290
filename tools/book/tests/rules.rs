//! Every rule of the book, broken on purpose: each test breaks one thing in a small
//! healthy book and sees the finding with its file, its line and what to do.

use book::check::{self, Finding};
use book::listing::Listing;
use book::proof::Compared;
use book::{copy, skeleton};
use fixture::{CHAPTER, add, anchored, healthy, swap, write};
use std::fs;
use std::path::Path;

mod fixture;

/// Breaks a healthy book and returns what `check` finds.
fn broken(change: impl FnOnce(&Path)) -> Vec<Finding> {
    let book = healthy();
    change(book.path());
    check::all(book.path()).unwrap()
}

/// The one finding, which must be in this file, on this line, with these words.
#[track_caller]
fn one(findings: &[Finding], file: &str, line: usize, words: &str) {
    let [finding] = findings else {
        panic!("one finding was expected:\n{}", check::report(findings));
    };
    assert_eq!(
        (finding.file.to_str().unwrap(), finding.line),
        (file, line),
        "{finding}"
    );
    assert!(finding.what.contains(words), "{finding}");
    assert!(!finding.todo.is_empty(), "{finding}");
}

#[test]
fn a_healthy_book_has_no_findings() {
    assert_eq!(broken(|_| {}), []);
}

#[test]
fn a_fence_word_outside_the_list() {
    let wrong = [
        ("rust,norun", "fn main() {}", "fence words"),
        ("rust, no_run ,x", "fn main() {}", "fence words"),
        ("rust,compile_fail", "fn main() {}", "error code"),
        ("ts", "let a;", "fence words"),
        ("", "let a;", "fence words"),
    ];
    for (word, body, words) in wrong {
        let text = format!("\n```{word}\n{body}\n```\n");
        one(
            &broken(|root| add(root, CHAPTER, &text)),
            CHAPTER,
            15,
            words,
        );
    }
}

#[test]
fn ignored_code_typed_by_hand() {
    let text = "\n```rust,ignore\nfn f() {}\n```\n";
    one(
        &broken(|root| add(root, CHAPTER, text)),
        CHAPTER,
        15,
        "typed here",
    );
}

#[test]
fn output_and_programs_typed_by_hand() {
    let console = "\n```console\n$ ls\na b c\n```\n";
    one(
        &broken(|root| add(root, CHAPTER, console)),
        CHAPTER,
        15,
        "not recorded",
    );
    let js = "\n```js\nconsole.log(1);\n```\n";
    one(
        &broken(|root| add(root, CHAPTER, js)),
        CHAPTER,
        15,
        "typed here",
    );
    let command = "\n```console\n$ cargo run\n```\n";
    assert_eq!(broken(|root| add(root, CHAPTER, command)), []);
}

#[test]
fn code_by_indentation() {
    let text = "\nText.\n\n    let a;\n";
    one(
        &broken(|root| add(root, CHAPTER, text)),
        CHAPTER,
        17,
        "indentation",
    );
}

#[test]
fn an_include_that_does_not_exist() {
    let file = "\n```rust,ignore\n{{#include ../../listings/tiny/src/no.rs}}\n```\n";
    one(
        &broken(|root| add(root, CHAPTER, file)),
        CHAPTER,
        16,
        "does not exist",
    );
    let anchor =
        "\n```rust,ignore\n{{#include ../../listings/tiny/src/lib.rs:no}}\n```\n";
    one(
        &broken(|root| add(root, CHAPTER, anchor)),
        CHAPTER,
        16,
        "no anchor `no`",
    );
    let lines =
        "\n```rust,ignore\n{{#include ../../listings/tiny/src/lib.rs:1:2}}\n```\n";
    one(
        &broken(|root| add(root, CHAPTER, lines)),
        CHAPTER,
        16,
        "line number",
    );
    let list = "\n- A\n\n  ```rust,ignore\n  {{#include ../../listings/tiny/src/lib.rs}}\n  ```\n";
    one(
        &broken(|root| add(root, CHAPTER, list)),
        CHAPTER,
        18,
        "indented block",
    );
    let prose = "\n{{#include ../../listings/tiny/src/lib.rs}}\n";
    one(
        &broken(|root| add(root, CHAPTER, prose)),
        CHAPTER,
        15,
        "outside a code block",
    );
}

#[test]
fn an_anchor_nobody_uses_or_nobody_closes() {
    let lib = "listings/tiny/src/lib.rs";
    let unused = broken(|root| add(root, lib, &anchored("spare", "pub fn g() {}\n")));
    one(&unused, lib, 4, "no chapter uses the anchor `spare`");
    let open = anchored("open", "pub fn g() {}\n");
    let open = open.split_inclusive('\n').take(2).collect::<String>();
    one(&broken(|root| add(root, lib, &open)), lib, 4, "no end");
}

#[test]
fn an_empty_excerpt() {
    let found = broken(|root| {
        write(root, "listings/tiny/src/lib.rs", &anchored("turn", "\n"));
    });
    one(&found, CHAPTER, 12, "is empty");
}

#[test]
fn an_output_that_was_not_compared_since_it_changed() {
    let record = "listings/tiny/oracle/one.out";
    let page = "\n```text\n{{#include ../../listings/tiny/oracle/one.out}}\n```\n";
    let oracle = |root: &Path| {
        write(root, "listings/tiny/oracle/one.cjs", "console.log(1)\n");
        write(root, record, "1\n");
        add(root, CHAPTER, page);
    };
    let words = "one.out was not compared with the rebuild";
    one(&broken(oracle), CHAPTER, 16, words);
    let proven = |root: &Path| {
        oracle(root);
        let file = |name: &str| root.join("listings/tiny/oracle").join(name);
        let now = Compared::now(&file("one.cjs"), &file("one.out")).unwrap();
        let versions = r#"{"node": "26.10.0", "v8": "14", "uv": "1"}"#;
        let json = format!(
            r#"{{"date": "2026-11-25", "node": {versions}, "programs": {{"one":
            {{"program": "{}", "output": "{}"}}}}}}"#,
            now.program, now.output
        );
        write(root, "listings/tiny/proof.json", &json);
    };
    assert_eq!(broken(proven), []);
    let changed = broken(|root| {
        proven(root);
        write(root, record, "2\n");
    });
    one(&changed, CHAPTER, 16, words);
}

#[test]
fn an_orphan_chapter_and_a_stranger_in_src() {
    let found = broken(|root| write(root, "src/01-part/lost.md", "# Lost\n"));
    one(&found, "src/01-part/lost.md", 0, "does not list");
    let found = broken(|root| write(root, "src/01-part/a.rs", ""));
    one(&found, "src/01-part/a.rs", 0, "chapters only");
}

#[test]
fn an_orphan_listing() {
    let found = broken(|root| {
        write(
            root,
            "listings/lone/Cargo.toml",
            "[package]\nname = \"lone\"\n",
        );
        write(
            root,
            "listings/lone/README.md",
            "Of [L](../../src/01-part/loop.md).\n",
        );
    });
    assert_eq!(found.len(), 2, "{}", check::report(&found));
    assert!(found[0].what.contains("no chapter shows this listing"));
}

#[test]
fn a_listing_with_another_name_no_chapter_or_a_borrowed_field() {
    let manifest = "listings/tiny/Cargo.toml";
    let found = broken(|root| swap(root, manifest, "\"tiny\"", "\"small\""));
    one(&found, manifest, 0, "`small`");
    let found =
        broken(|root| swap(root, manifest, "\"0.1.0\"", "\"1\"\nx.workspace = true"));
    one(&found, manifest, 0, "inherited");
    let readme = "listings/tiny/README.md";
    one(
        &broken(|root| write(root, readme, "Tiny.\n")),
        readme,
        0,
        "link the chapter",
    );
}

#[test]
fn a_dead_link_and_a_dead_fragment() {
    let page = "\nSee [this](other.md).\n";
    one(
        &broken(|root| add(root, CHAPTER, page)),
        CHAPTER,
        15,
        "leads to no page",
    );
    let fragment = "\nSee [this](loop.md#the-tern).\n";
    one(
        &broken(|root| add(root, CHAPTER, fragment)),
        CHAPTER,
        15,
        "no heading",
    );
}

#[test]
fn a_dead_link_of_a_listing() {
    let readme = "listings/tiny/README.md";
    let gone = "\nSee [this](../../src/01-part/gone.md).\n";
    one(
        &broken(|root| add(root, readme, gone)),
        readme,
        0,
        "leads to no page",
    );
    let file =
        "\nSee [the code](src/lib.rs) and [the turn](../../src/01-part/loop.md).\n";
    assert_eq!(broken(|root| add(root, readme, file)), []);
}

#[test]
fn a_figure_without_words() {
    let text = "\n```pikchr\n# title: A box\nbox\n```\n";
    one(
        &broken(|root| add(root, CHAPTER, text)),
        CHAPTER,
        15,
        "no description",
    );
    let text = "\n```pikchr\n# title: A\n# description: B\nbxo\n```\n";
    one(
        &broken(|root| add(root, CHAPTER, text)),
        CHAPTER,
        15,
        "cannot draw",
    );
}

#[test]
fn a_trail_that_points_nowhere() {
    let text = "\n```trail\nsrc/env.cc Environment::RunTimers\n```\n";
    one(
        &broken(|root| add(root, CHAPTER, text)),
        CHAPTER,
        15,
        "file: symbol",
    );
}

#[test]
fn a_trace_that_is_not_there_or_is_none() {
    const FENCE: &str =
        "\n```trace\nlisting = \"tiny\"\ntrace = \"run\"\ntitle = \"A run\"\n```\n";
    let run = |voice: &str, prints: &str| {
        format!(
            "{{\"voice\": \"{voice}\", \"by\": \"1\", \"lanes\": [], \"steps\": \
             [{{\"runs\": \"{voice}\", \"prints\": [\"{prints}\"]}}]}}"
        )
    };
    let shown = |ours: Option<&str>, node: Option<&str>| {
        broken(|root| {
            add(root, CHAPTER, FENCE);
            for (voice, text) in [("rebuild", ours), ("node", node)] {
                if let Some(text) = text {
                    let file = format!("listings/tiny/traces/run.{voice}.json");
                    write(root, &file, text);
                }
            }
        })
    };
    let (ours, node) = (run("rebuild", "a"), run("node", "a"));
    assert_eq!(shown(Some(&ours), None), []);
    assert_eq!(shown(None, Some(&node)), []);
    assert_eq!(shown(Some(&ours), Some(&node)), []);

    let one = |findings: Vec<Finding>, words| one(&findings, CHAPTER, 15, words);
    one(shown(None, None), "no trace `run`");
    one(shown(Some("{}"), None), "run.rebuild.json is no trace");
    one(shown(Some(&node), None), "says that its voice is another");
    let other = run("node", "b");
    one(
        shown(Some(&ours), Some(&other)),
        "are not one run: they differ in what is printed of step 1",
    );
    let untitled = FENCE.replace("title", "titel");
    one(broken(|root| add(root, CHAPTER, &untitled)), "titel");
}

#[test]
fn code_wider_than_the_page() {
    let wide = format!("\n```toml\nkey = \"{}\"\n```\n", "x".repeat(80));
    assert_eq!(broken(|root| add(root, CHAPTER, &wide)), []);
    let wide = wide.replace("key", "keys");
    one(
        &broken(|root| add(root, CHAPTER, &wide)),
        CHAPTER,
        15,
        "89 characters",
    );
}

#[test]
fn versions_that_disagree() {
    let found = broken(|root| swap(root, "README.md", "0.5.4", "0.5.3"));
    one(
        &found,
        "README.md",
        1,
        "mdBook 0.5.3 here, 0.5.4 in Cargo.lock",
    );
    let found = broken(|root| swap(root, "README.md", "26.10.0", "26.9.0"));
    one(&found, "README.md", 1, "Node 26.9.0 here");
    let install = "cargo install mdbook --version 0.4.1 --locked\n";
    one(
        &broken(|root| write(root, ".ci/run", install)),
        ".ci/run",
        1,
        "mdBook 0.4.1",
    );
    let rust = "rust-version = \"1.90\"\n";
    let file = "listings/tiny/Cargo.toml";
    one(&broken(|root| add(root, file, rust)), file, 4, "Rust 1.90");
}

#[test]
fn findings_are_reported_together() {
    let found = broken(|root| {
        add(
            root,
            CHAPTER,
            "\n```ts\na\n```\n\n```rust,no\nfn main() {}\n```\n",
        );
        swap(root, "README.md", "0.5.4", "0.5.3");
    });
    assert_eq!(found.len(), 3, "{}", check::report(&found));
    let report = check::report(&found);
    assert!(report.starts_with("3 rules are broken"), "{report}");
    assert!(
        report.contains("src/01-part/loop.md:19: `rust,no`"),
        "{report}"
    );
}

#[test]
fn the_skeletons_keep_every_rule() {
    let found = broken(|root| {
        skeleton::chapter(root, "02-core-modules/events", "events").unwrap();
        skeleton::listing(root, "node-events", "02-core-modules/events").unwrap();
        let summary = fs::read_to_string(root.join("src/SUMMARY.md")).unwrap();
        assert!(
            summary.contains("- [events](02-core-modules/events.md)"),
            "{summary}"
        );
        let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
        assert!(manifest.contains("listings/node-events"), "{manifest}");
    });
    assert!(found.is_empty(), "{}", check::report(&found));
}

#[test]
fn a_skeleton_overwrites_nothing_and_refuses_bad_names() {
    let book = healthy();
    let root = book.path();
    let before = fs::read_to_string(root.join(CHAPTER)).unwrap();
    let exists = skeleton::chapter(root, "01-part/loop", "Loop").unwrap_err();
    assert!(exists.to_string().contains("exists"), "{exists}");
    assert_eq!(fs::read_to_string(root.join(CHAPTER)).unwrap(), before);
    for place in ["loop", "../x/y", "01-part/Loop", ""] {
        let refused = skeleton::chapter(root, place, "X").unwrap_err();
        assert!(
            refused.to_string().contains("no place"),
            "{place}: {refused}"
        );
    }
    let no_chapter = skeleton::listing(root, "a", "01-part/none").unwrap_err();
    assert!(
        no_chapter.to_string().contains("new chapter"),
        "{no_chapter}"
    );
}

#[test]
fn a_copy_never_overwrites() {
    let book = healthy();
    let target = book.path().join("copy");
    copy::run(book.path(), "tiny", &target).unwrap();
    write(&target, "mine.txt", "keep");
    let refused = copy::run(book.path(), "tiny", &target).unwrap_err();
    assert!(refused.to_string().contains("left as it is"), "{refused}");
    assert_eq!(fs::read_to_string(target.join("mine.txt")).unwrap(), "keep");
    let unknown = copy::run(book.path(), "none", &target.join("x")).unwrap_err();
    assert!(unknown.to_string().contains("there are: tiny"), "{unknown}");
}

#[test]
fn an_archive_is_a_copy_and_the_same_each_time() {
    let book = healthy();
    let root = book.path();
    write(root, "listings/tiny/target/debug/left", "behind");
    let tiny = Listing::find(root, "tiny").unwrap();
    let archive = copy::archive(root, &tiny).unwrap();
    // The same files, at another time and in another place.
    let other = healthy();
    let twin = Listing::find(other.path(), "tiny").unwrap();
    assert_eq!(archive, copy::archive(other.path(), &twin).unwrap());

    copy::run(root, "tiny", &root.join("copy")).unwrap();
    tar::Archive::new(flate2::read::GzDecoder::new(archive.as_slice()))
        .unpack(root.join("unpacked"))
        .unwrap();
    let files = |folder: &str| -> Vec<(String, String)> {
        let at = root.join(folder);
        let walk = walkdir::WalkDir::new(&at).sort_by_file_name().into_iter();
        walk.map(Result::unwrap)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let path = entry.path().strip_prefix(&at).unwrap();
                let text = fs::read_to_string(entry.path()).unwrap();
                (path.to_str().unwrap().to_string(), text)
            })
            .collect()
    };
    assert_eq!(files("copy"), files("unpacked/tiny"));
    let names: Vec<_> = files("copy").into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["Cargo.lock", "Cargo.toml", "README.md", "src/lib.rs"]
    );
}

#[test]
fn a_copy_brings_what_the_listing_builds_on() {
    let book = healthy();
    let root = book.path();
    let on = "[package]\nname = \"on\"\nversion = \"0.1.0\"\n\
              [dependencies]\ntiny = { path = \"../tiny\" }\n";
    write(root, "listings/on/Cargo.toml", on);
    write(root, "listings/on/src/lib.rs", "");
    let target = root.join("copy");
    copy::run(root, "on", &target).unwrap();
    assert!(target.join("tiny/src/lib.rs").is_file());
    let workspace = fs::read_to_string(target.join("Cargo.toml")).unwrap();
    assert!(
        workspace.contains("members = [\"tiny\", \"on\"]"),
        "{workspace}"
    );
}
