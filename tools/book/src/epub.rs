//! `epub [FILE]`: the chapters as an EPUB 3, for readers without a network or a browser.
//!
//! It is made from the pages that mdBook renders, so that it says what they say. What only
//! a browser can do is put in words: answers that fold stand at the end of their chapter,
//! colors are fixed, and links to the pages of listings are plain text.

use crate::chapter;
use crate::check::page_of;
use crate::figure::escape;
use crate::preprocess::BookPreprocessor;
use anyhow::{Context, Result, bail};
use mdbook_driver::book::BookItem;
use rbook::Epub;
use rbook::epub::EpubChapter;
use rbook::epub::manifest::DetachedEpubManifestEntry;
use regex::{Captures, Regex};
use scraper::node::Element;
use scraper::{ElementRef, Html, Node, Selector};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Where it goes unless another file is named; the folder is that of the pages.
const FILE: &str = "node-rebuilt.epub";

/// The book's own name among all books; it stays the same from edition to edition.
const IDENTIFIER: &str = "urn:uuid:5b0f3c1e-7d0a-4f2c-9a57-2d8f1f6f7a10";

const STYLE: &str = "style.css";

/// Elements with nothing inside.
const EMPTY: [&str; 8] = ["area", "br", "col", "hr", "img", "input", "source", "wbr"];

/// What a book on paper, or as good as that, cannot use.
const DROPPED: [&str; 5] = ["script", "style", "template", "button", "noscript"];

/// Builds the EPUB and says where it is.
pub fn run(root: &Path, file: Option<&Path>) -> Result<()> {
    let epub = build(root)?;
    let file = match file {
        Some(file) => file.to_path_buf(),
        None => {
            let config = chapter::stock_book(root)?.config;
            root.join(config.build.build_dir).join(FILE)
        }
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(&file, epub)
        .with_context(|| format!("cannot write {}", file.display()))?;
    println!("The EPUB is {}.", file.display());
    Ok(())
}

/// The EPUB as bytes.
pub fn build(root: &Path) -> Result<Vec<u8>> {
    let site = tempfile::tempdir()?;
    let mut book = chapter::stock_book(root)?;
    book.config.build.build_dir = site.path().to_path_buf();
    book.with_preprocessor(BookPreprocessor);
    book.build()?;
    let about = book.config.book.clone();
    let title = about.title.clone().unwrap_or_default();
    let words = about.description.clone().unwrap_or_default();

    let chapters = book.iter().filter_map(|item| match item {
        BookItem::Chapter(chapter) => chapter.path.as_deref(),
        _ => None,
    });
    let pages: BTreeSet<PathBuf> = chapters.map(page_of).collect();
    let colors = Colors::of(root)?;
    let mut epub = Epub::builder()
        .identifier(IDENTIFIER)
        .title(title.as_str())
        .language(about.language.clone().unwrap_or_else(|| "en".into()))
        .description(words.as_str())
        .author(about.authors.clone())
        .toc_title("Contents")
        .cover_image((
            "cover.svg",
            colors.fixed(&cover(&title, &words)).into_bytes(),
        ))
        .resource((STYLE, style(root, &colors)?.into_bytes()))
        .chapter(
            EpubChapter::unlisted("title.xhtml")
                .xhtml(document("", &title, &title_page(&title)).into_bytes()),
        );
    // A part holds the numbered chapters after it.
    let mut part: Option<EpubChapter> = None;
    for item in book.iter() {
        match item {
            BookItem::PartTitle(name) => {
                if let Some(before) = part.replace(EpubChapter::new(name)) {
                    epub = epub.chapter(before);
                }
            }
            BookItem::Chapter(chapter) => {
                let Some(path) = chapter.path.as_deref() else {
                    continue;
                };
                let made = Page::new(page_of(path), &pages, &colors)
                    .chapter(site.path(), &chapter.name)?;
                match part.take() {
                    Some(open) if chapter.number.is_some() => {
                        part = Some(open.children(made));
                    }
                    open => {
                        if let Some(open) = open {
                            epub = epub.chapter(open);
                        }
                        epub = epub.chapter(made);
                    }
                }
            }
            BookItem::Separator => {}
        }
    }
    if let Some(open) = part {
        epub = epub.chapter(open);
    }
    epub.write()
        .compression(9)
        .to_vec()
        .context("the EPUB cannot be packed")
}

/// The colors of the pages on white, by the name of their variable.
struct Colors(BTreeMap<String, String>);

impl Colors {
    /// Those of the theme in light.
    fn of(root: &Path) -> Result<Colors> {
        let css = fs::read_to_string(root.join("theme/book.css")).unwrap_or_default();
        let pair = Regex::new(r"(--[a-z-]+): light-dark\((#[0-9a-f]+),")?;
        let colors = pair
            .captures_iter(&css)
            .map(|found| (found[1].to_string(), found[2].to_string()));
        Ok(Colors(colors.collect()))
    }

    /// A text in which each variable is replaced by its color, because few readers know
    /// variables.
    fn fixed(&self, text: &str) -> String {
        let variable = Regex::new(r"var\((--[a-z-]+)\)").expect("a valid pattern");
        let color = |found: &Captures| match self.0.get(&found[1]) {
            Some(color) => color.clone(),
            None => "currentColor".into(),
        };
        variable.replace_all(text, color).into_owned()
    }
}

fn style(root: &Path, colors: &Colors) -> Result<String> {
    let file = root.join("theme/epub.css");
    let css = fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    Ok(colors.fixed(&css))
}

/// The two voices, one turn: what the book does to its subject.
fn cover(title: &str, words: &str) -> String {
    let (first, rest) = words.split_once(", ").unwrap_or((words, ""));
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 900" width="600" height="900">
<title>{title}</title>
<rect width="600" height="900" fill="var(--bg)"/>
<g transform="translate(0 80)">
<g fill="none" stroke-width="10">
<path stroke="var(--node)" stroke-dasharray="26 14" d="M170 470 a130 130 0 0 1 260 0"/>
<path stroke="var(--rebuild)" d="M430 510 a130 130 0 0 1 -260 0"/>
</g>
<rect x="152" y="472" width="36" height="36" fill="var(--node)"/>
<circle cx="430" cy="490" r="20" fill="var(--rebuild)"/>
</g>
<g fill="var(--fg)" text-anchor="middle" font-family="Georgia, serif">
<text x="300" y="240" font-size="68" font-weight="bold">{title}</text>
<text x="300" y="304" font-size="24">{first}</text>
<text x="300" y="338" font-size="24">{rest}</text>
</g>
</svg>
"##,
        title = escape(title),
        first = escape(first),
        rest = escape(rest),
    )
}

fn title_page(title: &str) -> String {
    format!(
        "<section class=\"title-page\">\n\
         <h1><img src=\"cover.svg\" alt=\"{}\"/></h1>\n</section>\n",
        escape(title)
    )
}

/// A document of the EPUB; `up` leads from it to the root.
fn document(up: &str, title: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" xml:lang=\"en\">\n\
         <head>\n<title>{}</title>\n\
         <link rel=\"stylesheet\" type=\"text/css\" href=\"{up}{STYLE}\"/>\n</head>\n\
         <body>\n{body}</body>\n</html>\n",
        escape(title)
    )
}

/// A page on its way from HTML to XHTML.
struct Page<'a> {
    /// Below the root of the pages.
    place: PathBuf,
    /// The pages that the EPUB has.
    pages: &'a BTreeSet<PathBuf>,
    colors: &'a Colors,
    /// What folds, in the order of the page, for the end of the chapter.
    answers: Vec<String>,
}

impl<'a> Page<'a> {
    fn new(place: PathBuf, pages: &'a BTreeSet<PathBuf>, colors: &'a Colors) -> Self {
        Page {
            place,
            pages,
            colors,
            answers: Vec::new(),
        }
    }

    /// The chapter, from its rendered page.
    fn chapter(mut self, site: &Path, title: &str) -> Result<EpubChapter> {
        let file = site.join(&self.place);
        let text = fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let html = Html::parse_document(&text);
        let select = |what: &str| Selector::parse(what).expect("a valid selector");
        let Some(main) = html.select(&select("main")).next() else {
            bail!("{} has no main text", file.display());
        };
        let href = slashed(&self.place.with_extension("xhtml"));
        let sections: Vec<EpubChapter> = main
            .select(&select("h2[id]"))
            .map(|heading| {
                let name: String = heading.text().collect();
                let id = heading.attr("id").unwrap_or_default();
                EpubChapter::new(name).href(format!("{href}#{id}"))
            })
            .collect();
        let up = "../".repeat(href.matches('/').count());
        let body = self.colors.fixed(&self.body(main));
        let mut entry = DetachedEpubManifestEntry::new("").href(href.as_str());
        if body.contains("<svg") {
            entry = entry.property("svg");
        }
        Ok(EpubChapter::new(title)
            .with_manifest_entry(entry)
            .href(href)
            .xhtml(document(&up, title, &body).into_bytes())
            .children(sections))
    }

    /// The main text, and the answers after it.
    fn body(&mut self, main: ElementRef) -> String {
        let mut body = String::new();
        self.inside(main, &mut body);
        let answers = std::mem::take(&mut self.answers);
        if !answers.is_empty() {
            body += "<section class=\"answers\">\n<h2>Answers</h2>\n";
            body.extend(answers);
            body += "</section>\n";
        }
        body
    }

    fn inside(&mut self, element: ElementRef, out: &mut String) {
        for node in element.children() {
            match node.value() {
                Node::Text(text) => out.push_str(&escape(text)),
                Node::Element(_) => {
                    if let Some(element) = ElementRef::wrap(node) {
                        self.element(element, out);
                    }
                }
                _ => {}
            }
        }
    }

    fn element(&mut self, element: ElementRef, out: &mut String) {
        let value = element.value();
        let has = |class: &str| value.classes().any(|c| c == class);
        match value.name() {
            name if DROPPED.contains(&name) => {}
            // Hidden lines, and what downloads.
            "span" if has("boring") => {}
            "a" if has("take") => {}
            "a" => match value.attr("href").map(|href| self.target(href)) {
                Some(None) => self.inside(element, out),
                _ if has("header") => self.inside(element, out),
                Some(Some(href)) => self.tagged("a", value, Some(href), element, out),
                None => self.tagged("a", value, None, element, out),
            },
            "details" if has("answer") || has("solution") => self.answer(element, out),
            "details" => self.tagged("div", value, None, element, out),
            "summary" => {
                out.push_str("<p class=\"summary\">");
                self.inside(element, out);
                out.push_str("</p>");
            }
            "input" => {
                let done = value.attr("checked").is_some();
                out.push_str(if done { "☑ " } else { "☐ " });
            }
            // An element of our own: what is inside it reads without script.
            name if name.contains('-') => {
                self.tagged("div", value, None, element, out);
            }
            name => self.tagged(name, value, None, element, out),
        }
    }

    /// What folds: here a link to the end of the chapter, there the text and a way back.
    fn answer(&mut self, details: ElementRef, out: &mut String) {
        // Its place is kept, for what folds inside it.
        let number = self.answers.len() + 1;
        self.answers.push(String::new());
        let mut summary = String::new();
        let mut text = String::new();
        for child in details.child_elements() {
            match child.value().name() {
                "summary" => self.inside(child, &mut summary),
                _ => self.element(child, &mut text),
            }
        }
        *out += &format!(
            "<p class=\"summary\"><a id=\"to-answer-{number}\" \
             href=\"#answer-{number}\">{summary} ({number})</a></p>\n"
        );
        self.answers[number - 1] = format!(
            "<h3 id=\"answer-{number}\"><a href=\"#to-answer-{number}\">{summary} \
             ({number})</a></h3>\n{text}\n"
        );
    }

    /// Where a link leads in the EPUB; none for a page that it does not have.
    fn target(&self, href: &str) -> Option<String> {
        if href.starts_with('#') || href.contains("://") || href.starts_with("mailto:")
        {
            return Some(href.to_string());
        }
        let (path, fragment) = href.split_once('#').unwrap_or((href, ""));
        let folder = self.place.parent().unwrap_or(Path::new(""));
        let page = chapter::normalize(&folder.join(path));
        if !self.pages.contains(&page) {
            return None;
        }
        let path = slashed(&Path::new(path).with_extension("xhtml"));
        Some(match fragment.is_empty() {
            true => path,
            false => format!("{path}#{fragment}"),
        })
    }

    fn tagged(
        &mut self,
        name: &str,
        value: &Element,
        href: Option<String>,
        element: ElementRef,
        out: &mut String,
    ) {
        out.push('<');
        out.push_str(name);
        if name == "svg" {
            out.push_str(" xmlns=\"http://www.w3.org/2000/svg\"");
        }
        for (attribute, content) in value.attrs() {
            let content = match (name, attribute) {
                (_, "xmlns" | "tabindex" | "open" | "download") => continue,
                ("a", "href") => href.as_deref().unwrap_or(content),
                // The theme's measure of a figure.
                ("svg", "style") => &content.replace("--w:", "max-width:"),
                _ => content,
            };
            *out += &format!(" {attribute}=\"{}\"", escape(content));
        }
        if EMPTY.contains(&name) {
            out.push_str("/>");
            return;
        }
        out.push('>');
        self.inside(element, out);
        *out += &format!("</{name}>");
    }
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(html: &str) -> String {
        let pages = BTreeSet::from([PathBuf::from("a/b.html"), "c.html".into()]);
        let colors = Colors(BTreeMap::from([("--node".into(), "#006775".into())]));
        let html = Html::parse_document(&format!("<main>{html}</main>"));
        let main = html
            .select(&Selector::parse("main").unwrap())
            .next()
            .unwrap();
        let body = Page::new("a/b.html".into(), &pages, &colors).body(main);
        colors.fixed(&body)
    }

    #[test]
    fn html_becomes_well_formed() {
        assert_eq!(
            made("<p>a<br>b &amp; &lt;c<img alt='\"' src=x><!-- no -->"),
            "<p>a<br/>b &amp; &lt;c<img alt=\"&quot;\" src=\"x\"/></p>"
        );
        assert_eq!(
            made(
                "<svg viewbox='0 0 1 1' style='--w:9px'><path stroke='var(--node)'/></svg>"
            ),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" style=\"max-width:9px\" \
             viewBox=\"0 0 1 1\"><path stroke=\"#006775\"></path></svg>"
        );
        assert_eq!(made("<x-y>a<script>b</script></x-y>"), "<div>a</div>");
    }

    #[test]
    fn links_lead_to_what_the_epub_has() {
        assert_eq!(
            made("<a href='../c.html#d'>c</a>"),
            "<a href=\"../c.xhtml#d\">c</a>"
        );
        assert_eq!(made("<a href='#d'>d</a>"), "<a href=\"#d\">d</a>");
        assert_eq!(
            made("<a href='https://e.f/'>e</a>")
                .matches("https")
                .count(),
            1
        );
        assert_eq!(
            made("<h2 id='d'><a class='header' href='#d'>d</a></h2>"),
            "<h2 id=\"d\">d</h2>"
        );
        let listing = "<a href='../listings/l/x.rs.html#L1'>x</a>\
                       <a class='take' href='../listings/l.tar.gz' download>↓</a>";
        assert_eq!(made(listing), "x");
    }

    #[test]
    fn an_answer_stands_at_the_end_with_a_way_there_and_back() {
        let page =
            "<details class='answer'><summary>S</summary><p>T</p></details><p>U</p>";
        let made = made(page);
        let (text, answers) = made.split_once("<section class=\"answers\">").unwrap();
        assert!(text.contains("href=\"#answer-1\">S (1)") && text.contains("<p>U</p>"));
        assert!(!text.contains("<p>T</p>") && answers.contains("<p>T</p>"));
        assert!(answers.contains("<h3 id=\"answer-1\"><a href=\"#to-answer-1\">"));
    }
}
