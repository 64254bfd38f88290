//! The EPUB: epubcheck finds nothing wrong with it, and what the pages have is in it.
//!
//! Where epubcheck is missing, its tests say so and count as ignored; with the variable
//! `CI` set they fail instead.

use fixture::{CHAPTER, add, healthy, write};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use rbook::Epub;
use scraper::{Html, Selector};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

mod fixture;

/// Where Debian's package has it.
const EPUBCHECK: &str = "/usr/share/java/epubcheck.jar";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = vec![
        checked("epubcheck_finds_nothing", || {
            let (passes, said) = epubcheck(&book::epub::build(&root())?)?;
            passes.then_some(()).ok_or(said.into())
        }),
        checked("epubcheck_finds_a_fault", || {
            let book = small();
            add(
                book.path(),
                CHAPTER,
                "\n<p id=\"twice\">A</p><p id=\"twice\">B</p>\n",
            );
            let (passes, said) = epubcheck(&book::epub::build(book.path())?)?;
            let found = !passes && said.contains("twice");
            found.then_some(()).ok_or(said.into())
        }),
        Trial::test("nothing_is_missing", nothing_is_missing),
        Trial::test("a_part_holds_its_chapters", a_part_holds_its_chapters),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A test that needs epubcheck.
fn checked(
    name: &str,
    test: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    Trial::ignorable_test(name, move || {
        if Path::new(EPUBCHECK).is_file() {
            return test().map(|()| Completion::Completed);
        }
        let missing = format!("no {EPUBCHECK}; apt-get install epubcheck");
        match std::env::var_os("CI").is_some_and(|ci| !ci.is_empty()) {
            true => Err(missing.into()),
            false => Ok(Completion::ignored_with(missing)),
        }
    })
}

/// Whether an EPUB passes without a warning, and what was said.
fn epubcheck(epub: &[u8]) -> Result<(bool, String), Failed> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("book.epub");
    fs::write(&file, epub)?;
    let output = Command::new("java")
        .args(["-jar", EPUBCHECK, "--failonwarnings"])
        .arg(&file)
        .output()?;
    let said = [output.stdout, output.stderr].concat();
    Ok((
        output.status.success(),
        String::from_utf8_lossy(&said).into(),
    ))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A book of one chapter, and the EPUB's style.
fn small() -> tempfile::TempDir {
    let book = healthy();
    let style = fs::read_to_string(root().join("theme/epub.css")).unwrap();
    write(book.path(), "theme/epub.css", &style);
    book
}

/// Every chapter is there, with all figures, tables, captions and answers of its page.
fn nothing_is_missing() -> Result<(), Failed> {
    let site = tempfile::tempdir()?;
    book::site::build(&root(), Some(site.path()))?;
    let epub = Epub::read(Cursor::new(book::epub::build(&root())?))?;
    let mut figures = 0;
    let chapters = book::chapter::load(&root())?;
    for chapter in &chapters {
        let below: PathBuf = chapter.file.components().skip(1).collect();
        let page = fs::read_to_string(site.path().join(below.with_extension("html")))?;
        let page = Html::parse_document(&page);
        let made = below.with_extension("xhtml").to_string_lossy().into_owned();
        let made = epub.read_resource_str(made.as_str())?;
        for left in ["var(--", "<script", "<details", "<button"] {
            assert!(!made.contains(left), "{}: {left}", chapter.title);
        }
        let made = Html::parse_document(&made);
        for what in ["svg desc", "table", "figcaption", "h2", "pre", ".verdict"] {
            let count = |html: &Html, scope: &str| {
                let what = Selector::parse(&format!("{scope} {what}")).unwrap();
                html.select(&what).count()
            };
            // The answers have a heading of their own.
            let answers = Selector::parse(".answers").unwrap();
            let more = usize::from(what == "h2") * made.select(&answers).count();
            let (here, there) = (count(&page, "main"), count(&made, "body"));
            assert_eq!(here + more, there, "{}: {what}", chapter.title);
            figures += usize::from(what == "svg desc") * here;
        }
        let folded = Selector::parse("main :is(.answer, .solution)").unwrap();
        let answers = Selector::parse(".answers > h3[id] > a[href]").unwrap();
        assert_eq!(
            page.select(&folded).count(),
            made.select(&answers).count(),
            "{}: answers",
            chapter.title
        );
    }
    assert!(figures > 0, "the book has no figures");
    // And the title page.
    assert_eq!(epub.spine().len(), chapters.len() + 1);
    Ok(())
}

/// The table of contents has the parts, the chapters and their sections.
fn a_part_holds_its_chapters() -> Result<(), Failed> {
    let book = small();
    let summary = "# Summary\n\n[Before](before.md)\n\n# Part\n\n- [Loop](01-part/loop.md)\n\n\
                   [After](after.md)\n";
    write(book.path(), "src/SUMMARY.md", summary);
    write(
        book.path(),
        "src/before.md",
        "# Before\n\n[On](01-part/loop.md#the-turn)\n",
    );
    write(book.path(), "src/after.md", "# After\n");
    let epub = Epub::read(Cursor::new(book::epub::build(book.path())?))?;
    let contents = epub.toc().contents().ok_or("no table of contents")?;
    let mut lines = Vec::new();
    for entry in contents.flatten() {
        lines.push(format!("{} {}", entry.depth(), entry.label()));
    }
    assert_eq!(
        lines,
        ["1 Before", "1 Part", "2 Loop", "3 The turn", "1 After"]
    );
    let before = epub.read_resource_str("before.xhtml")?;
    assert!(
        before.contains("href=\"01-part/loop.xhtml#the-turn\""),
        "{before}"
    );
    Ok(())
}
