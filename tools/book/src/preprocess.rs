//! The preprocessor: what a page has beyond its Markdown, and what `mdbook test` runs.

use crate::chapter::{self, Fence, Include, PREPROCESSOR};
use crate::figure::{Figure, escape};
use crate::versions;
use crate::{
    built, check, excerpt, glossary, measured, node, pages, proof, snippet, trace,
    trail,
};
use anyhow::{Context, Result, anyhow, bail};
use mdbook_preprocessor::book::{Book, BookItem};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// This crate as mdBook sees it.
pub struct BookPreprocessor;

impl Preprocessor for BookPreprocessor {
    fn name(&self) -> &str {
        PREPROCESSOR
    }

    fn run(&self, context: &PreprocessorContext, book: Book) -> Result<Book> {
        let root = &context.root;
        let chapters = chapter::chapters(root, &context.config.book.src, &book)?;
        let findings = check::chapters(root, &chapters)?;
        if !findings.is_empty() {
            bail!("{}", check::report(&findings));
        }
        if context.renderer == "test" {
            return hand_to_rustdoc(root, &context.config.book.src, book);
        }
        let terms = glossary::terms(&root.join(&context.config.book.src))?;
        let about = About {
            node: node::wanted(root)?,
            rust: versions::rust(root)?,
        };
        each_chapter(root, &context.config.book.src, book, |page, text, pairs| {
            dress(page, &about, &terms, text, pairs)
        })
    }
}

/// `book preprocess`, as `book.toml` has it called: reads the book from stdin, writes
/// it to stdout.
pub fn command() -> Result<()> {
    let (context, book) = mdbook_preprocessor::parse_input(io::stdin())?;
    let book = BookPreprocessor.run(&context, book)?;
    serde_json::to_writer(io::stdout(), &book)?;
    Ok(())
}

/// What the whole book is about.
struct About {
    node: String,
    rust: String,
}

/// What to put in place of which part of a chapter's text; in order, and apart.
type Edits = Vec<(Range<usize>, String)>;

/// The chapter that is being changed.
struct Page<'a> {
    root: &'a Path,
    file: PathBuf,
}

fn each_chapter(
    root: &Path,
    source: &Path,
    mut book: Book,
    change: impl Fn(&Page, &str, &[(Fence, Fence)]) -> Result<Edits>,
) -> Result<Book> {
    let mut failure = None;
    book.for_each_mut(|item| {
        let BookItem::Chapter(chapter) = item else {
            return;
        };
        let Some(path) = &chapter.source_path else {
            return;
        };
        let page = Page {
            root,
            file: source.join(path),
        };
        let changed = std::fs::read_to_string(root.join(&page.file))
            .with_context(|| format!("cannot read {}", page.file.display()))
            .and_then(|text| chapter::pair(&page.file, &text, &chapter.content))
            .and_then(|pairs| change(&page, &chapter.content, &pairs));
        match changed {
            Ok(edits) => replace(&mut chapter.content, edits),
            Err(error) => failure = failure.take().or(Some(error)),
        }
    });
    failure.map_or(Ok(book), Err)
}

/// Puts each text in place of its range. The ranges are in order and apart.
fn replace(content: &mut String, edits: Edits) {
    for (range, text) in edits.into_iter().rev() {
        content.replace_range(range, &text);
    }
}

/// Links to the glossary, figures, tables, captions, and what the page was proven on.
fn dress(
    page: &Page,
    about: &About,
    terms: &[glossary::Term],
    text: &str,
    pairs: &[(Fence, Fence)],
) -> Result<Edits> {
    let mut edits = fences(page, pairs)?;
    if !page.file.ends_with(glossary::FILE) {
        let source = page.file.components().next().expect("below the source");
        let depth = glossary::depth(Path::new(source.as_os_str()), &page.file);
        edits.extend(glossary::links(text, depth, terms));
    }
    edits.push((text.len()..text.len(), colophon(page, about, pairs)?));
    edits.sort_by_key(|(range, _)| range.start);
    Ok(edits)
}

/// The end of a page: which versions it was proven on, and when.
fn colophon(page: &Page, about: &About, pairs: &[(Fence, Fence)]) -> Result<String> {
    let mut proofs = Vec::new();
    for include in pairs.iter().flat_map(|(written, _)| written.includes()) {
        proofs.extend(proof::covering(page.root, &include.target(&page.file))?);
    }
    let About { node, rust } = about;
    // The oldest is what holds for all of them.
    let words = match proofs.iter().min_by_key(|proof| &proof.date) {
        Some(proof) => format!(
            "Proven on <em class=\"voice-node\">Node {}</em>, V8 {}, libuv {}, and with \
             <em class=\"voice-rebuild\">Rust {rust}</em>, \
             <time datetime=\"{}\">{}</time>",
            escape(&proof.node.node),
            escape(&proof.node.v8),
            escape(&proof.node.uv),
            escape(&proof.date),
            escape(&proof.date),
        ),
        None => format!("About Node {node}, with Rust {rust}"),
    };
    Ok(format!("\n\n<footer class=\"proven\">{words}</footer>\n"))
}

/// Figures, tables, captions.
fn fences(page: &Page, pairs: &[(Fence, Fence)]) -> Result<Edits> {
    let mut edits = Vec::new();
    for (index, (written, shown)) in pairs.iter().enumerate() {
        let at = || format!("{}:{}", page.file.display(), written.line);
        let html = match written.words()[0] {
            "pikchr" => {
                let figure = Figure::parse(&shown.body).map_err(|e| anyhow!(e));
                figure
                    .and_then(|f| f.render(&format!("figure-{index}")))
                    .with_context(at)?
            }
            "measured" => measured::render(page.root, &shown.body).with_context(at)?,
            "trace" => trace::render(page.root, &shown.body).with_context(at)?,
            "trail" => {
                let pointers = trail::parse(&shown.body).map_err(|e| anyhow!(e));
                trail::render(&pointers.with_context(at)?)
            }
            _ => match written.includes().first() {
                Some(include) => captioned(page, written, shown, include)?,
                None => continue,
            },
        };
        edits.push((shown.range.clone(), html));
    }
    Ok(edits)
}

/// An excerpt with its caption: the file, the item, and whose voice it is.
fn captioned(
    page: &Page,
    written: &Fence,
    shown: &Fence,
    include: &Include,
) -> Result<String> {
    let file = include.target(&page.file);
    let name = file.to_string_lossy().replace('\\', "/");
    let (voice, words) = match file.extension().and_then(|e| e.to_str()) {
        Some("out") => return outputs(page, shown, &file),
        // A prelude or a library of the rebuild, written in JavaScript.
        Some("cjs" | "mjs" | "js") if is_of_the_rebuild(&file) => ("rebuild", ""),
        Some("cjs" | "mjs" | "js") => ("node", "runs on Node"),
        Some("rs") => ("rebuild", ""),
        _ => ("", ""),
    };
    let mut caption = leads_to_source(page, &file, include)?;
    if name.ends_with(".rs") {
        let place = excerpt::place(page.root, &file, include)?;
        if !place.is_empty() {
            caption += &format!(" <span>{}</span>", escape(&place));
        }
    } else if !words.is_empty() {
        caption += &format!(" <span>{words}</span>");
    }
    let info = &written.info;
    let fence = "`".repeat(12);
    Ok(format!(
        "<figure class=\"excerpt {voice}\">\n<figcaption>{caption}</figcaption>\n\n\
         {fence}{info}\n{}{fence}\n\n</figure>\n",
        at_the_margin(&shown.body)
    ))
}

/// Does `file` lie in `src/` or `lib/` of a listing?
fn is_of_the_rebuild(file: &Path) -> bool {
    let mut parts = file.iter().map(|part| part.to_string_lossy());
    let folder = (parts.next(), parts.next(), parts.next());
    folder.0.as_deref() == Some("listings")
        && matches!(folder.2.as_deref(), Some("src" | "lib"))
}

/// The name of an excerpt's file, which leads to that line of the listing's source, and
/// the way to take the listing home.
fn leads_to_source(page: &Page, file: &Path, include: &Include) -> Result<String> {
    let name = escape(&file.to_string_lossy().replace('\\', "/"));
    let lines = std::fs::read_to_string(page.root.join(file))
        .with_context(|| format!("cannot read {}", file.display()))?;
    let first = excerpt::shown(&lines, include.anchor.as_deref())
        .and_then(|shown| shown.first().map(|(line, _)| *line));
    let address = pages::address(page.root, file, first.unwrap_or(1))?;
    let (Some(address), Some((listing, archive))) = (address, pages::about(file))
    else {
        return Ok(format!("<code>{name}</code>"));
    };
    let up = up(page);
    Ok(format!(
        "<span class=\"whence\"><a href=\"{up}{address}\"><code>{name}</code></a>\
         \u{a0}<a class=\"take\" href=\"{up}{archive}\" download \
         title=\"Download {listing}\"></a></span>",
        address = escape(&address),
        archive = escape(&archive),
        listing = escape(&listing),
    ))
}

/// The way from the page to the top of the site.
fn up(page: &Page) -> String {
    "../".repeat(page.file.components().count() - 2)
}

/// What Node printed, which leads to the record, and what the rebuild printed, side by
/// side, and the verdict of the comparison.
fn outputs(page: &Page, shown: &Fence, file: &Path) -> Result<String> {
    let proof = proof::covering(page.root, file)?
        .with_context(|| format!("{} was not compared", file.display()))?;
    let printed = match pages::address(page.root, file, 1)? {
        Some(record) => {
            format!("<a href=\"{}{}\">printed</a>", up(page), escape(&record))
        }
        None => "printed".to_string(),
    };
    let fence = "`".repeat(12);
    let side = |voice: &str, who: &str| {
        format!(
            "<figure class=\"excerpt {voice}\">\n<figcaption>{who}</figcaption>\n\n\
             {fence}text\n{}{fence}\n\n</figure>\n",
            shown.body
        )
    };
    Ok(format!(
        "<div class=\"outputs\" role=\"group\" aria-label=\"What both printed\">\n{}{}\
         <p class=\"verdict\">Identical, checked \
         <time datetime=\"{date}\">{date}</time></p>\n\n</div>\n",
        side("node", &format!("{} {printed}", escape(&proof.node.node))),
        side("rebuild", "printed"),
        date = escape(&proof.date),
    ))
}

/// The code moved left as far as it goes: an excerpt from inside an `impl` would begin
/// with an indentation that nothing around it explains.
fn at_the_margin(code: &str) -> String {
    let filled = code.lines().filter(|line| !line.trim().is_empty());
    let depth = filled
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min();
    let depth = depth.unwrap_or(0);
    let cut = |line: &str| line.get(depth..).unwrap_or("").to_string() + "\n";
    code.lines().map(cut).collect()
}

/// For `mdbook test`: in place of every snippet a small program that runs the snippet's
/// own test, the one `cargo test` runs. rustdoc knows no crate but `std`; that test
/// knows them all.
fn hand_to_rustdoc(root: &Path, source: &Path, book: Book) -> Result<Book> {
    let chapters = chapter::chapters(root, source, &book)?;
    let snippets = snippet::all(&chapters)?;
    let tests = build_tests(root)?;
    eprintln!(
        "Testing {} snippets of {} chapters.",
        snippets.len(),
        chapters
            .iter()
            .filter(|c| snippets.iter().any(|s| s.file == c.file))
            .count()
    );
    let mut book = book;
    book.for_each_mut(|item| {
        let BookItem::Chapter(chapter) = item else {
            return;
        };
        let Some(path) = &chapter.source_path else {
            return;
        };
        let file = source.join(path);
        let own: Vec<_> = snippets.iter().filter(|s| s.file == file).collect();
        chapter.content = own.iter().map(|s| program(s, &tests)).collect();
    });
    Ok(book)
}

/// Builds `tests/skeptic.rs`, and says where it is.
fn build_tests(root: &Path) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let tests = built::tests(Path::new(&cargo), root, "skeptic")?;
    let test = tests.into_iter().next();
    Ok(test.context("cargo built no test named `skeptic`")?.program)
}

fn program(snippet: &snippet::Snippet, tests: &Path) -> String {
    let place = format!("{}:{}", snippet.file.display(), snippet.line);
    let name = snippet.test_name();
    format!(
        r#"
```rust
// {place}
fn main() {{
    let output = std::process::Command::new({tests:?})
        .args(["--exact", {name:?}, "--color", "never"])
        .output()
        .expect("the snippets' tests run");
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || !said.contains("1 passed") {{
        panic!("{place}: this snippet fails\n{{said}}");
    }}
}}
```
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_begins_at_the_margin() {
        let code = "    fn f() {\n\n        g();\n    }\n";
        assert_eq!(at_the_margin(code), "fn f() {\n\n    g();\n}\n");
        assert_eq!(at_the_margin("a\n  b\n"), "a\n  b\n");
    }
}
