//! Snippets: the Rust blocks of the chapters, handed to skeptic one by one.
//!
//! skeptic knows blocks that run and blocks that compile. The two kinds that must fail
//! are handed over so that they pass only when they fail *for the stated reason*:
//! a `should_panic` block inside a program that catches the panic and looks at its
//! message, a `compile_fail,E0123` block through a test that reads rustc's own report.

use crate::chapter::{Chapter, Fence};
use anyhow::{Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What is expected of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Compiles and runs to its end.
    Run,
    /// Compiles; it serves or waits for ever.
    Compile,
    /// Panics, with this text in the message when one is stated in a `// panics: …` line.
    Panics(Option<String>),
    /// Does not compile, for this very reason (`E0499`).
    Refused(String),
}

/// One block to be tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The chapter, relative to the root of the book.
    pub file: PathBuf,
    /// The line of the opening backticks in the chapter, from 1.
    pub line: usize,
    pub code: String,
    pub kind: Kind,
}

/// What the closed list of fence words makes of a `rust` block: `None` for an excerpt
/// (`rust,ignore`), which its listing tests, an error in words for anything else.
pub fn kind_of(fence: &Fence) -> Result<Option<Kind>, String> {
    let words = fence.words();
    match words.as_slice() {
        ["rust"] => Ok(Some(Kind::Run)),
        ["rust", "no_run"] => Ok(Some(Kind::Compile)),
        ["rust", "ignore"] => Ok(None),
        ["rust", "should_panic"] => {
            let stated = fence.body.lines().find_map(|l| l.split_once("// panics: "));
            Ok(Some(Kind::Panics(
                stated.map(|(_, m)| m.trim().to_string()),
            )))
        }
        ["rust", "compile_fail", code] if is_error_code(code) => {
            Ok(Some(Kind::Refused(code.to_string())))
        }
        ["rust", "compile_fail", ..] => {
            Err("`compile_fail` needs the error code it stands for, as in \
                 `rust,compile_fail,E0382`"
                .to_string())
        }
        _ => Err(format!(
            "`{}` is not in the list of fence words",
            fence.info
        )),
    }
}

fn is_error_code(word: &str) -> bool {
    word.len() == 5
        && word.starts_with('E')
        && word[1..].bytes().all(|b| b.is_ascii_digit())
}

/// Every snippet of these chapters, in order.
pub fn all(chapters: &[Chapter]) -> Result<Vec<Snippet>> {
    let mut found = Vec::new();
    for chapter in chapters {
        for (written, shown) in chapter.fence_pairs()? {
            if written.words()[0] != "rust" {
                continue;
            }
            match kind_of(&shown) {
                Ok(None) => {}
                Ok(Some(kind)) => found.push(Snippet {
                    file: chapter.file.clone(),
                    line: written.line,
                    code: shown.body,
                    kind,
                }),
                Err(why) => bail!("{}:{}: {why}", chapter.file.display(), written.line),
            }
        }
    }
    Ok(found)
}

impl Snippet {
    /// The name of the test, as skeptic forms it:
    /// `src_01_node_architecture_event_loop_line_42`.
    pub fn test_name(&self) -> String {
        format!("{}_line_{}", self.slug(), self.line)
    }

    fn slug(&self) -> String {
        let path = self.file.with_extension("");
        let words: Vec<String> = path
            .to_string_lossy()
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        words.join("_")
    }

    /// The program that skeptic compiles.
    fn program(&self) -> String {
        match &self.kind {
            Kind::Panics(message) => panics(&self.code, message.as_deref()),
            _ => self.code.clone(),
        }
    }

    /// A Markdown file with this snippet alone. The blank lines before the block give
    /// the test the chapter's line in its name, those inside give it to rustc's errors.
    fn markdown(&self) -> String {
        let blank = "\n".repeat(self.line - 1);
        let run = if self.kind == Kind::Compile {
            ",no_run"
        } else {
            ""
        };
        let fence = "`".repeat(12);
        let program = self.program();
        format!("{blank}{fence}rust{run}\n{blank}{program}\n{fence}\n")
    }
}

/// A program that ends well only if `code` panics, with `message` in the message.
fn panics(code: &str, message: Option<&str>) -> String {
    let wanted = message.unwrap_or_default();
    format!(
        r#"mod snippet {{
{code}
    pub fn run() {{
        let _ = main();
    }}
}}

fn main() {{
    let wanted = {wanted:?};
    let Err(panic) = std::panic::catch_unwind(snippet::run) else {{
        panic!("the snippet was to panic and ended well");
    }};
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| s.to_string()));
    let text = text.unwrap_or_default();
    assert!(text.contains(wanted), "the snippet panicked with {{text:?}}, not {{wanted:?}}");
}}"#
    )
}

/// Writes what skeptic and the test harness need below `out`, a build script's
/// `OUT_DIR`, and returns the files for `skeptic::generate_doc_tests`.
///
/// A file is written only when it changes, and always with an old date: cargo would
/// otherwise find it newer than the build script's run and run the script again.
pub fn hand_over(snippets: &[Snippet], out: &Path) -> Result<Vec<PathBuf>> {
    let dir = out.join("snippets");
    let mut files = Vec::new();
    let mut refused = String::new();
    for snippet in snippets {
        if let Kind::Refused(code) = &snippet.kind {
            refused.push_str(&refusal(snippet, code));
            continue;
        }
        let file = dir
            .join(snippet.line.to_string())
            .join(format!("{}.md", snippet.slug()));
        write_if_changed(&file, &snippet.markdown())?;
        files.push(file);
    }
    write_if_changed(&out.join("compile-fail-tests.rs"), &refused)?;
    write_if_changed(&out.join("skeptic-tests.rs"), "")?;
    Ok(files)
}

fn refusal(snippet: &Snippet, code: &str) -> String {
    format!(
        "#[test]\nfn {name}() {{\n    refused({name:?}, {code:?}, {program:?});\n}}\n",
        name = snippet.test_name(),
        program = "\n".repeat(snippet.line) + &snippet.code,
    )
}

fn write_if_changed(file: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::create_dir_all(file.parent().expect("a file in a folder"))?;
    fs::write(file, text)?;
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(86_400);
    fs::File::options()
        .write(true)
        .open(file)?
        .set_modified(old)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fence(info: &str) -> Fence {
        Fence {
            info: info.into(),
            line: 3,
            body: "fn main() {\n    panic!(\"no\"); // panics: no\n}\n".into(),
            range: 0..0,
        }
    }

    #[test]
    fn the_list_of_fence_words_is_closed() {
        assert_eq!(kind_of(&fence("rust")), Ok(Some(Kind::Run)));
        assert_eq!(kind_of(&fence("rust,ignore")), Ok(None));
        let panics = Kind::Panics(Some("no".into()));
        assert_eq!(kind_of(&fence("rust,should_panic")), Ok(Some(panics)));
        for wrong in [
            "rust,norun",
            "rust,compile_fail",
            "rust,compile_fail,E1",
            "rust,",
        ] {
            assert!(kind_of(&fence(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_test_is_named_after_chapter_and_line() {
        let snippet = Snippet {
            file: "src/01-node/event-loop.md".into(),
            line: 3,
            code: "fn main() {}\n".into(),
            kind: Kind::Run,
        };
        assert_eq!(snippet.test_name(), "src_01_node_event_loop_line_3");
        let lines: Vec<_> = snippet.markdown().lines().map(str::to_string).collect();
        assert_eq!(lines[2], "````````````rust");
        assert_eq!(lines[5], "fn main() {}");
    }
}
