//! The pages of the listings: every file readable inside the book, with lines to link to,
//! and every listing as an archive to download.
//!
//! mdBook would put each page into the table of contents and the search index; hundreds of
//! sources belong in neither. So they are written when its own pages are there, each in
//! the frame of one of them: the same menu, sidebar, search and theme.

use crate::chapter::{self, Chapter};
use crate::figure::escape;
use crate::listing::Listing;
use crate::{check, copy};
use anyhow::{Context, Result, bail};
use pulldown_cmark::{Event, Parser, Tag, html};
use regex::{Captures, Regex};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of these pages, below that of the site.
const FOLDER: &str = "listings";

/// What would weigh more, in bytes, has no page: it is downloaded.
const SHOWN: usize = 130_000;

/// What the number of a line weighs.
const NUMBER: usize = 50;

/// Writes the pages and the archives of all listings into `site`, where mdBook's own
/// pages are.
pub fn render(root: &Path, site: &Path, chapters: &[Chapter]) -> Result<()> {
    let listings = Listing::all(root)?;
    let writer = Writer {
        site,
        title: chapter::stock_book(root)?
            .config
            .book
            .title
            .unwrap_or_default(),
        frames: BTreeMap::from([(0, Frame::of(&site.join("index.html"))?)]).into(),
        chapters: chapters.iter().map(Shows::of).collect(),
    };
    writer.all(&listings)?;
    for listing in &listings {
        let archive = copy::archive(root, listing)?;
        let size = archive.len();
        write(&site.join(FOLDER).join(archive_name(listing)), &archive)?;
        writer.listing(root, listing, size)?;
        for file in listing.files()? {
            writer.file(listing, &file)?;
        }
    }
    Ok(())
}

/// Where the pages show line `line` of a listing's file: relative to their root, and none
/// for a file that belongs to no listing.
pub fn address(root: &Path, file: &Path, line: usize) -> Result<Option<String>> {
    let name = slashed(file);
    if !name.starts_with("listings/") {
        return Ok(None);
    }
    let page = match text(&root.join(file))? {
        Some(_) => format!("{name}.html#L{line}"),
        None => name,
    };
    Ok(Some(page))
}

/// The page about the listing that a file belongs to, relative to the root of the pages.
pub fn about(file: &Path) -> Option<(String, String)> {
    let mut parts = file.strip_prefix("listings").ok()?.components();
    let name = parts.next()?.as_os_str().to_string_lossy().into_owned();
    let archive = format!("{FOLDER}/{name}.tar.gz");
    Some((name, archive))
}

/// A file's text, if it is to have a page.
fn text(file: &Path) -> Result<Option<String>> {
    let bytes =
        fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let shown = |text: &String| text.len() + NUMBER * text.lines().count() < SHOWN;
    Ok(String::from_utf8(bytes).ok().filter(shown))
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn archive_name(listing: &Listing) -> String {
    format!("{}.tar.gz", listing.name)
}

fn write(file: &Path, content: &[u8]) -> Result<()> {
    let folder = file.parent().context("a file in a folder")?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(file, content))
        .with_context(|| format!("cannot write {}", file.display()))
}

/// A chapter: where its page is, relative to the root of the pages, its title, and the
/// files it shows, by their paths from the root of the book.
struct Shows {
    page: String,
    title: String,
    files: Vec<PathBuf>,
}

impl Shows {
    fn of(chapter: &Chapter) -> Shows {
        let fences = chapter::fences(&chapter.source);
        let includes = fences.iter().flat_map(chapter::Fence::includes);
        Shows {
            page: slashed(&check::page_of(&check::below_source(chapter))),
            title: chapter.title.clone(),
            files: includes.map(|i| i.target(&chapter.file)).collect(),
        }
    }
}

/// Writes pages into the site.
struct Writer<'a> {
    site: &'a Path,
    /// Of the book.
    title: String,
    /// By how far a page lies below the root of the site.
    frames: RefCell<BTreeMap<usize, Frame>>,
    chapters: Vec<Shows>,
}

impl Writer<'_> {
    /// The page about all listings.
    fn all(&self, listings: &[Listing]) -> Result<()> {
        let mut entries = String::new();
        for listing in listings {
            entries += &format!(
                "<dt><a href=\"{name}/index.html\"><code>{name}</code></a></dt>\n\
                 <dd>{}{}</dd>\n",
                escape(&listing.description()?),
                self.chapters(Path::new(&listing.name), 1),
                name = escape(&listing.name),
            );
        }
        let main = format!(
            "<h1>Listings</h1>\n<p>The programs of this book. Each is a crate of its own: \
             read it here, line by line, or take it home as an archive that builds and \
             passes its tests alone.</p>\n<dl class=\"listings\">\n{entries}</dl>\n"
        );
        let words = "The programs of this book, to read and to take home";
        self.page(Path::new("index.html"), "Listings", words, &main)
    }

    /// The page about one listing, whose archive has `size` bytes.
    fn listing(&self, root: &Path, listing: &Listing, size: usize) -> Result<()> {
        let name = escape(&listing.name);
        let folder = Path::new(&listing.name);
        let description = listing.description()?;
        let builds_on: Vec<String> = listing
            .builds_on(root)?
            .iter()
            .map(|l| {
                format!("<a href=\"../{0}/index.html\"><code>{0}</code></a>", l.name)
            })
            .collect();
        let builds_on = match builds_on.is_empty() {
            true => String::new(),
            false => format!(
                "<p>It builds on {}; the archive has them too.</p>\n",
                builds_on.join(", ")
            ),
        };
        let main = format!(
            "<nav class=\"crumbs\" aria-label=\"Above this listing\">\
             <a href=\"../index.html\">Listings</a></nav>\n\
             <h1><code>{name}</code></h1>\n{}{builds_on}{}\
             <h2 id=\"take-it-home\">Take it home</h2>\n\
             <p><a class=\"download\" href=\"../{name}.tar.gz\" download>{name}.tar.gz</a>, \
             {}, builds and passes its tests on its own:</p>\n\
             <pre><code class=\"language-console\">$ tar -xzf {name}.tar.gz\n\
             $ cd {name}\n$ cargo test\n</code></pre>\n\
             <h2 id=\"files\">Files</h2>\n{}",
            self.readme(listing)?,
            self.chapters(folder, 2),
            bytes(size as u64),
            self.files(listing)?,
        );
        self.page(
            &folder.join("index.html"),
            &listing.name,
            &description,
            &main,
        )
    }

    /// What the listing's README says, with links to pages.
    fn readme(&self, listing: &Listing) -> Result<String> {
        let Some(text) = text(&listing.dir.join("README.md")).unwrap_or(None) else {
            return Ok(format!("<p>{}</p>\n", escape(&listing.description()?)));
        };
        let here = Path::new("listings").join(&listing.name);
        let to_page = |link: &str| -> String {
            let target = chapter::normalize(&here.join(link));
            match target.strip_prefix("src") {
                Ok(below) => format!("../../{}", slashed(&check::page_of(below))),
                Err(_) if listing.dir.join(link).is_file() => format!("{link}.html"),
                Err(_) => link.to_string(),
            }
        };
        let events = Parser::new(&text).map(|event| match event {
            // It is written in lines, not in paragraphs.
            Event::SoftBreak => Event::HardBreak,
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => Event::Start(Tag::Link {
                link_type,
                dest_url: to_page(&dest_url).into(),
                title,
                id,
            }),
            other => other,
        });
        let mut readme = String::new();
        html::push_html(&mut readme, events);
        Ok(readme)
    }

    /// Every file, folder by folder; one without a page is put beside the pages.
    fn files(&self, listing: &Listing) -> Result<String> {
        let mut folders: BTreeMap<String, String> = BTreeMap::new();
        for file in listing.files()? {
            let from = listing.dir.join(&file);
            let folder = slashed(file.parent().unwrap_or(Path::new("")));
            let name = file.file_name().context("a file")?.to_string_lossy();
            let path = escape(&slashed(&file));
            let entry = match text(&from)? {
                Some(_) => {
                    format!("<li><a href=\"{path}.html\">{}</a></li>\n", escape(&name))
                }
                None => {
                    let to = self.site.join(FOLDER).join(&listing.name).join(&file);
                    write(&to, &fs::read(&from)?)?;
                    let size = bytes(fs::metadata(&from)?.len());
                    format!(
                        "<li><a href=\"{path}\" download>{}</a> <small>{size}, to \
                         download</small></li>\n",
                        escape(&name)
                    )
                }
            };
            *folders.entry(folder).or_default() += &entry;
        }
        let list = |(folder, entries): (&String, &String)| {
            let heading = match folder.is_empty() {
                true => String::new(),
                false => format!("<h3><code>{}/</code></h3>\n", escape(folder)),
            };
            format!("{heading}<ul class=\"files\">\n{entries}</ul>\n")
        };
        Ok(folders.iter().map(list).collect())
    }

    /// The page of one file, if it is to have one.
    fn file(&self, listing: &Listing, file: &Path) -> Result<()> {
        let Some(text) = text(&listing.dir.join(file))? else {
            return Ok(());
        };
        let name = escape(&listing.name);
        let path = slashed(file);
        let up = "../".repeat(path.matches('/').count());
        let count = text.lines().count();
        let numbers: String = (1..=count).map(number).collect();
        let below = Path::new(&listing.name).join(file);
        let main = format!(
            "<nav class=\"crumbs\" aria-label=\"Above this file\">\
             <a href=\"{up}../index.html\">Listings</a> \
             <a href=\"{up}index.html\"><code>{name}</code></a></nav>\n\
             <h1 class=\"file\"><code>{}</code></h1>\n{}\
             <p class=\"about\">{count} {}; all of <code>{name}</code>: \
             <a class=\"download\" href=\"{up}../{name}.tar.gz\" download>\
             {name}.tar.gz</a></p>\n\
             <div class=\"numbered\">\
             <div class=\"numbers\" role=\"group\" aria-label=\"Lines\">{numbers}</div>\
             <pre><code class=\"language-{}\">{}</code></pre></div>\n",
            // A long path breaks after a slash.
            escape(&path).replace('/', "/<wbr>"),
            self.chapters(&below, 1 + path.matches('/').count() + 1),
            if count == 1 { "line" } else { "lines" },
            language(file),
            escape(&text),
        );
        let page = PathBuf::from(format!("{}.html", slashed(&below)));
        let words = format!("{path}, a file of the listing {}", listing.name);
        let title = format!("{path} - {}", listing.name);
        self.page(&page, &title, &words, &main)
    }

    /// The chapters that show a file, or a file below a folder; `depth` says how far the
    /// page that names them lies below the root of the pages.
    fn chapters(&self, below: &Path, depth: usize) -> String {
        let below = Path::new("listings").join(below);
        let up = "../".repeat(depth);
        let shows = |chapter: &&Shows| {
            chapter.files.iter().any(|file| file.starts_with(&below))
        };
        let link = |Shows { page, title, .. }: &Shows| {
            format!("<a href=\"{up}{page}\">{}</a>", escape(title))
        };
        let links: Vec<_> = self.chapters.iter().filter(shows).map(link).collect();
        match links.is_empty() {
            true => String::new(),
            false => format!("<p class=\"about\">Shown in {}</p>\n", links.join(", ")),
        }
    }

    /// Writes a page, given by its place below the folder of these pages.
    fn page(&self, place: &Path, title: &str, words: &str, main: &str) -> Result<()> {
        let place = Path::new(FOLDER).join(place);
        let depth = place.components().count() - 1;
        let title = format!("{} - {}", escape(title), escape(&self.title));
        let mut frames = self.frames.borrow_mut();
        if !frames.contains_key(&depth) {
            let deeper = frames[&0].deeper(depth)?;
            frames.insert(depth, deeper);
        }
        let html = frames[&depth].around(&title, &escape(words), main);
        write(&self.site.join(place), html.as_bytes())
    }
}

/// A line's number, which leads to the line. One of them is reached with Tab, the others
/// from there with the arrows.
fn number(line: usize) -> String {
    let reach = if line == 1 { "" } else { " tabindex=\"-1\"" };
    format!("<a id=\"L{line}\" href=\"#L{line}\"{reach}>{line}</a>")
}

/// The name under which the pages' highlighter knows what a file is written in.
fn language(file: &Path) -> &'static str {
    match file.extension().and_then(|e| e.to_str()) {
        Some("rs") => "rust",
        Some("cjs" | "mjs" | "js") => "js",
        Some("toml") => "toml",
        Some("json") => "json",
        Some("c" | "h") => "c",
        Some("sh") => "sh",
        Some("console") => "console",
        _ => "text",
    }
}

/// A size as people read it.
fn bytes(count: u64) -> String {
    match count {
        0..1000 => format!("{count} bytes"),
        _ => format!("{} kB", count.div_ceil(1000)),
    }
}

/// What surrounds the main text of a page that lies at the root of the site. `{title}` and
/// `{words}` stand where a page has its own.
struct Frame {
    before: String,
    after: String,
}

const OWN_TITLE: &str = "<title>{title}</title>";
const OWN_WORDS: &str = "<meta name=\"description\" content=\"{words}\">";

impl Frame {
    /// The frame of a page that mdBook wrote.
    fn of(page: &Path) -> Result<Frame> {
        let title = Regex::new("<title>[^<]*</title>")?;
        let words = Regex::new(r#"<meta name="description" content="[^"]*">"#)?;
        let way_on = Regex::new(r#"(?s)<a rel="(?:prev|next)[" ].*?</a>"#)?;
        let html = fs::read_to_string(page)
            .with_context(|| format!("cannot read {}", page.display()))?;
        let (before, rest) = html.split_once("<main>").unwrap_or_default();
        let (_, after) = rest.split_once("</main>").unwrap_or_default();
        let whole = title.is_match(before) && before.contains("path_to_root = \"\"");
        if !whole || after.is_empty() {
            bail!("{} is not a page as mdBook writes it", page.display());
        }
        let before = title.replace(before, OWN_TITLE);
        Ok(Frame {
            before: words.replace(&before, OWN_WORDS).into_owned(),
            after: way_on.replace_all(after, "").into_owned(),
        })
    }

    /// The same for a page that lies `depth` folders below the root.
    fn deeper(&self, depth: usize) -> Result<Frame> {
        // An address in an attribute or in one of mdBook's two variables. What begins
        // with a scheme or a fragment is none of the site's.
        let name = r#"(\b(?:href|src)=|path_to_root = |path_to_searchindex_js = )"#;
        let address = Regex::new(&format!(r#"{name}"([^":\#]*)""#))?;
        let up = "../".repeat(depth);
        let below = |part: &str| {
            let deeper =
                |found: &Captures| format!("{}\"{up}{}\"", &found[1], &found[2]);
            address.replace_all(part, deeper).into_owned()
        };
        Ok(Frame {
            before: below(&self.before),
            after: below(&self.after),
        })
    }

    /// A page. Its title and what says in a few words what it is are escaped already.
    fn around(&self, title: &str, words: &str, main: &str) -> String {
        let before = self.before.replacen("{title}", title, 1);
        let before = before.replacen("{words}", words, 1);
        format!("{before}<main>\n{main}</main>{}", self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_keeps_its_addresses_where_a_page_lies_deeper() {
        let dir = tempfile::tempdir().unwrap();
        let page = dir.path().join("index.html");
        let html = "<title>A - B</title><meta name=\"description\" content=\"C\">\
                    <link href=\"a.css\"><script>const path_to_root = \"\";</script>\
                    <a href=\"https://x.y/\">x</a><a href=\"#z\">z</a><main>Old</main>\
                    <a rel=\"next\" href=\"b.html\">Next</a><script src=\"c.js\"></script>";
        fs::write(&page, html).unwrap();
        let made = Frame::of(&page).unwrap().deeper(2).unwrap();
        let made = made.around("D$1", "E", "New");
        assert_eq!(
            made,
            "<title>D$1</title><meta name=\"description\" content=\"E\">\
             <link href=\"../../a.css\"><script>const path_to_root = \"../../\";</script>\
             <a href=\"https://x.y/\">x</a><a href=\"#z\">z</a><main>\nNew</main>\
             <script src=\"../../c.js\"></script>"
        );
    }

    #[test]
    fn a_page_of_another_kind_is_no_frame() {
        let dir = tempfile::tempdir().unwrap();
        let page = dir.path().join("index.html");
        fs::write(&page, "<title>A</title><main>Old</main>").unwrap();
        let error = Frame::of(&page).err().unwrap().to_string();
        assert!(error.contains("index.html is not a page"), "{error}");
    }
}
