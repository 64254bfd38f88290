//! Chapters as they lie in `src/`: their fences, and the excerpts they include.

use anyhow::{Context, Result, bail};
use mdbook_driver::MDBook;
use mdbook_driver::book::BookItem;
use mdbook_driver::config::Config;
use mdbook_preprocessor::book::Book;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use regex::Regex;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::LazyLock;

/// The name under which `book.toml` knows this crate's preprocessor.
pub const PREPROCESSOR: &str = "book";

/// The name under which it knows its renderer, which runs after mdBook's own.
pub const RENDERER: &str = "listings";

/// A chapter that SUMMARY.md lists.
#[derive(Clone, Debug)]
pub struct Chapter {
    pub title: String,
    /// Relative to the root of the book, as in `src/01-node-architecture/event-loop.md`.
    pub file: PathBuf,
    /// The text on disk, includes not expanded.
    pub source: String,
    /// The same after mdBook's own preprocessors: what a reader gets to see.
    pub expanded: String,
}

/// A fenced code block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// What stands after the opening backticks.
    pub info: String,
    /// The line of the opening backticks, from 1.
    pub line: usize,
    pub body: String,
    /// Where the whole block stands in the text it was parsed from.
    pub range: Range<usize>,
}

impl Fence {
    /// The words of the info string: `rust,no_run` is `["rust", "no_run"]`.
    pub fn words(&self) -> Vec<&str> {
        self.info.split(',').map(str::trim).collect()
    }

    /// The `{{#include …}}` directives of the body.
    pub fn includes(&self) -> Vec<Include> {
        let lines = self.body.lines().enumerate();
        lines
            .filter_map(|(i, text)| Include::parse(text, self.line + 1 + i))
            .collect()
    }
}

/// `{{#include path}}` or `{{#include path:anchor}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// As written, relative to the chapter's folder.
    pub path: String,
    pub anchor: Option<String>,
    /// The chapter's line, from 1.
    pub line: usize,
}

static INCLUDE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\{\{\s*#(\w+)\s+([^}]*?)\s*\}\}").unwrap());

impl Include {
    /// The include directive in one line of a chapter, if there is one.
    pub fn parse(text: &str, line: usize) -> Option<Include> {
        let found = INCLUDE.captures(text)?;
        if text.contains("\\{{") || !found[1].ends_with("include") {
            return None;
        }
        let mut parts = found[2].splitn(2, ':');
        Some(Include {
            path: parts.next()?.to_string(),
            anchor: parts.next().map(str::to_string),
            line,
        })
    }

    /// The included file, relative to the root of the book and without `..`.
    pub fn target(&self, chapter: &Path) -> PathBuf {
        let base = chapter.parent().unwrap_or(Path::new(""));
        normalize(&base.join(&self.path))
    }
}

/// `a/b/../c` as `a/c`.
pub fn normalize(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            std::path::Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// Every fenced block of a Markdown text, in order.
pub fn fences(text: &str) -> Vec<Fence> {
    let mut found = Vec::new();
    let mut open: Option<Fence> = None;
    let options = pulldown_cmark::Options::all();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                open = Some(Fence {
                    info: info.to_string(),
                    line: line_of(text, range.start),
                    body: String::new(),
                    range,
                });
            }
            Event::Text(part) => {
                if let Some(fence) = &mut open {
                    fence.body.push_str(&part);
                }
            }
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => found.extend(open.take()),
            _ => {}
        }
    }
    found
}

/// The line of a byte offset, from 1.
pub fn line_of(text: &str, offset: usize) -> usize {
    1 + text[..offset].bytes().filter(|&b| b == b'\n').count()
}

impl Chapter {
    /// The fences as written, each beside the same fence after expansion.
    ///
    /// Includes stand inside fences only, so both texts have the same fences; a chapter
    /// that breaks this is refused.
    pub fn fence_pairs(&self) -> Result<Vec<(Fence, Fence)>> {
        pair(&self.file, &self.source, &self.expanded)
    }
}

/// The fences of a chapter's source beside those of its expanded text.
pub fn pair(file: &Path, source: &str, expanded: &str) -> Result<Vec<(Fence, Fence)>> {
    let (written, shown) = (fences(source), fences(expanded));
    if written.len() != shown.len() {
        bail!(
            "{}: {} code blocks as written, {} after the includes; an include may stand \
             only inside a code block, and what it brings must not end that block",
            file.display(),
            written.len(),
            shown.len()
        );
    }
    Ok(written.into_iter().zip(shown).collect())
}

/// The book at `root` with mdBook's own preprocessors and renderer only.
///
/// Those of this crate are left out: they are `cargo` commands, and inside a build script
/// they would wait for ever for the lock that cargo holds.
pub fn stock_book(root: &Path) -> Result<MDBook> {
    let file = root.join("book.toml");
    let text = fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let mut table: toml::Table = toml::from_str(&text)
        .with_context(|| format!("{} is not valid TOML", file.display()))?;
    for (kind, ours) in [("preprocessor", PREPROCESSOR), ("output", RENDERER)] {
        if let Some(toml::Value::Table(all)) = table.get_mut(kind) {
            all.remove(ours);
        }
    }
    let config = Config::from_str(&toml::to_string(&table)?)
        .with_context(|| format!("{} is not a book's", file.display()))?;
    MDBook::load_with_config(root, config)
}

/// A renderer that renders nothing: it only has the preprocessors run.
struct Expand;

impl mdbook_renderer::Renderer for Expand {
    fn name(&self) -> &str {
        "expand"
    }

    fn render(&self, _: &mdbook_renderer::RenderContext) -> Result<()> {
        Ok(())
    }
}

/// Every chapter in the order of SUMMARY.md, expanded.
pub fn load(root: &Path) -> Result<Vec<Chapter>> {
    let book = stock_book(root)?;
    let source_dir = book.config.book.src.clone();
    let (expanded, _) = book.preprocess_book(&Expand)?;
    chapters(root, &source_dir, &expanded)
}

/// The chapters of a book that mdBook has expanded already.
pub fn chapters(root: &Path, source_dir: &Path, book: &Book) -> Result<Vec<Chapter>> {
    let mut found = Vec::new();
    for item in book.iter() {
        let BookItem::Chapter(chapter) = item else {
            continue;
        };
        let Some(path) = &chapter.source_path else {
            continue;
        };
        let file = source_dir.join(path);
        let source = fs::read_to_string(root.join(&file))
            .with_context(|| format!("cannot read {}", file.display()))?;
        found.push(Chapter {
            title: chapter.name.clone(),
            file,
            source,
            expanded: chapter.content.clone(),
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_knows_its_line_words_and_includes() {
        let text = "# A\n\n```rust,ignore\n{{#include ../l/a.rs:turn}}\n```\n";
        let found = fences(text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 3);
        assert_eq!(found[0].words(), ["rust", "ignore"]);
        let include = &found[0].includes()[0];
        assert_eq!((include.line, include.anchor.as_deref()), (4, Some("turn")));
        assert_eq!(
            include.target(Path::new("src/x/c.md")),
            Path::new("src/l/a.rs")
        );
    }

    #[test]
    fn a_fence_in_a_list_is_found_too() {
        let found = fences("- one\n\n  ```rust\n  fn main() {}\n  ```\n");
        assert_eq!(found[0].body, "fn main() {}\n");
    }

    #[test]
    fn an_include_that_ends_its_block_is_refused() {
        let written = "```text\n{{#include a}}\n```\n";
        let shown = "```text\n```\nout\n```text\n```\n";
        let error = pair(Path::new("src/c.md"), written, shown).unwrap_err();
        assert!(error.to_string().contains("src/c.md"), "{error}");
    }
}
