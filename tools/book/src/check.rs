//! The rules of the book that a program can check. All findings are reported together.

use crate::chapter::{Chapter, Fence, Include};
use crate::figure::Figure;
use crate::listing::Listing;
use crate::{chapter, excerpt, measured, proof, site, snippet, trace, trail, versions};
use anyhow::{Context, Result, bail};
use scraper::{Html, Selector};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// No line of code on a page is wider, in characters.
pub const MAX_WIDTH: usize = 88;

/// Fence words that stand alone. A block of the second kind shows what a program wrote
/// or what a program is, so it comes from a file, by include.
const TYPED: [&str; 8] = [
    "toml", "c", "json", "sh", "pikchr", "measured", "trace", "trail",
];
const INCLUDED: [&str; 2] = ["js", "text"];

/// Something that breaks a rule: where, what, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Relative to the root of the book.
    pub file: PathBuf,
    /// From 1; 0 where the whole file is meant.
    pub line: usize,
    pub what: String,
    pub todo: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}\n    {}", self.what, self.todo)
    }
}

/// The findings as a reader sees them.
pub fn report(findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    let rules = if findings.len() == 1 {
        "rule is"
    } else {
        "rules are"
    };
    format!("{} {rules} broken:\n\n{}", findings.len(), lines.join("\n"))
}

/// `cargo run -- check`: every rule.
pub fn run(root: &Path) -> Result<()> {
    let findings = all(root)?;
    if !findings.is_empty() {
        bail!("{}", report(&findings));
    }
    println!("Every rule of the book holds.");
    Ok(())
}

/// Every rule, over the whole book.
pub fn all(root: &Path) -> Result<Vec<Finding>> {
    let chapters = chapter::load(root)?;
    let mut findings = chapters_only(root, &chapters)?;
    findings.extend(orphan_chapters(root, &chapters));
    findings.extend(listings(root, &chapters)?);
    findings.extend(versions::check(root)?);
    // A page with a broken figure or include cannot be rendered; say that first.
    if findings.is_empty() {
        findings.extend(links(root, &chapters)?);
    }
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// The rules that concern the text of chapters and what they include: those that a page
/// must keep before it is rendered.
pub fn chapters(root: &Path, chapters: &[Chapter]) -> Result<Vec<Finding>> {
    chapters_only(root, chapters)
}

fn chapters_only(root: &Path, chapters: &[Chapter]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for chapter in chapters {
        findings.extend(includes_outside_fences(chapter));
        findings.extend(indented_code(chapter));
        let before = findings.len();
        let written = chapter::fences(&chapter.source);
        for fence in &written {
            findings.extend(fence_word(chapter, fence));
            for include in fence.includes() {
                findings.extend(included(root, chapter, &include));
                findings.extend(unproven(root, chapter, &include)?);
                if indented(chapter, fence) {
                    findings.push(at(
                        chapter,
                        include.line,
                        "an include in an indented block".into(),
                        "mdBook does not indent what it includes; begin the block at \
                         the margin.",
                    ));
                }
            }
        }
        if findings.len() == before {
            for (written, shown) in chapter.fence_pairs()? {
                findings.extend(content(root, chapter, &written, &shown));
            }
        }
    }
    findings.extend(unused_anchors(root, chapters)?);
    findings.sort();
    Ok(findings)
}

/// A collector with the chapter's place filled in.
fn at(chapter: &Chapter, line: usize, what: String, todo: &str) -> Finding {
    Finding {
        file: chapter.file.clone(),
        line,
        what,
        todo: todo.to_string(),
    }
}

fn includes_outside_fences(chapter: &Chapter) -> Vec<Finding> {
    let fences = chapter::fences(&chapter.source);
    let mut findings = Vec::new();
    let mut offset = 0;
    for (i, text) in chapter.source.lines().enumerate() {
        let fenced = fences.iter().any(|f| f.range.contains(&offset));
        if Include::parse(text, i + 1).is_some() && !fenced {
            findings.push(at(
                chapter,
                i + 1,
                "an include outside a code block".into(),
                "Put it inside a fence; prose is written where it stands.",
            ));
        }
        offset += text.len() + 1;
    }
    findings
}

fn indented_code(chapter: &Chapter) -> Vec<Finding> {
    use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
    let parser = Parser::new_ext(&chapter.source, pulldown_cmark::Options::all());
    let mut findings = Vec::new();
    for (event, range) in parser.into_offset_iter() {
        if let Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) = event {
            findings.push(at(
                chapter,
                chapter::line_of(&chapter.source, range.start),
                "code by indentation, which no test sees".into(),
                "Use a fence with a word from the list in CONTRIBUTING.md.",
            ));
        }
    }
    findings
}

fn indented(chapter: &Chapter, fence: &Fence) -> bool {
    !(fence.range.start == 0 || chapter.source[..fence.range.start].ends_with('\n'))
}

fn fence_word(chapter: &Chapter, fence: &Fence) -> Option<Finding> {
    let finding = |what: String, todo: &str| Some(at(chapter, fence.line, what, todo));
    let word = fence.words()[0];
    let lines: Vec<&str> = fence
        .body
        .lines()
        .filter(|l| !l.trim().is_empty())
        .collect();
    let is_include = |line: &&str| Include::parse(line, 0).is_some();
    if word == "rust" {
        return match snippet::kind_of(fence) {
            Err(why) => finding(why, "See the list of fence words in CONTRIBUTING.md."),
            Ok(None) if !lines.iter().all(is_include) || lines.is_empty() => finding(
                "`rust,ignore` around code that was typed here, which nothing tests"
                    .into(),
                "Include it from a listing by anchor, or make it a snippet that runs.",
            ),
            Ok(_) => None,
        };
    }
    if fence.info == "console" {
        let typed = lines.iter().any(|l| !is_include(l) && !l.starts_with("$ "));
        return typed.then_some(()).and_then(|()| {
            finding(
                "console output that was typed, not recorded".into(),
                "Keep only lines that start with `$ `, or include a recorded .console \
                 file.",
            )
        });
    }
    if INCLUDED.contains(&fence.info.as_str()) {
        return (!lines.iter().all(is_include) || lines.is_empty())
            .then_some(())
            .and_then(|()| {
                finding(
                    format!(
                        "a `{word}` block that was typed here, which nothing checks"
                    ),
                    "Include it from a file that a test or the oracle checks.",
                )
            });
    }
    if !TYPED.contains(&fence.info.as_str()) {
        return finding(
            format!("`{}` is not in the list of fence words", fence.info),
            "See the list of fence words in CONTRIBUTING.md.",
        );
    }
    None
}

fn included(root: &Path, chapter: &Chapter, include: &Include) -> Option<Finding> {
    let finding =
        |what: String, todo: &str| Some(at(chapter, include.line, what, todo));
    let file = include.target(&chapter.file);
    let name = file.display();
    let Ok(text) = fs::read_to_string(root.join(&file)) else {
        return finding(
            format!("the included file {name} does not exist"),
            "Correct the path; it is relative to the chapter's folder.",
        );
    };
    let anchor = include.anchor.as_deref();
    if anchor
        .is_some_and(|a| a.is_empty() || a.starts_with(|c: char| c.is_ascii_digit()))
    {
        return finding(
            "an include by line number".into(),
            "Use an anchor: line numbers move and show the wrong code.",
        );
    }
    let Some(lines) = excerpt::shown(&text, anchor) else {
        return finding(
            format!("{name} has no anchor `{}`", anchor.unwrap_or_default()),
            "Add both marks to the file, or correct the name.",
        );
    };
    if lines.iter().all(|(_, line)| line.trim().is_empty()) {
        return finding(
            format!("the excerpt from {name} is empty"),
            "Move the marks around the code to be shown.",
        );
    }
    None
}

/// A page shows an output as Node's and the rebuild's alike: it must have been compared.
fn unproven(
    root: &Path,
    chapter: &Chapter,
    include: &Include,
) -> Result<Option<Finding>> {
    let file = include.target(&chapter.file);
    let record = file.extension().is_some_and(|e| e == "out");
    if !record || !root.join(&file).is_file() || proof::covering(root, &file)?.is_some()
    {
        return Ok(None);
    }
    let what = format!(
        "{} was not compared with the rebuild since it or its program changed",
        file.display()
    );
    let todo = "Compare and record: cargo run -- oracle LISTING --record";
    Ok(Some(at(chapter, include.line, what, todo)))
}

/// What a block holds, once it is expanded.
fn content(
    root: &Path,
    chapter: &Chapter,
    written: &Fence,
    shown: &Fence,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let wide = shown
        .body
        .lines()
        .enumerate()
        .find(|(_, l)| l.chars().count() > MAX_WIDTH);
    let prose = ["pikchr", "measured", "trace", "trail"].contains(&written.words()[0]);
    if let Some((i, line)) = wide.filter(|_| !prose) {
        findings.push(at(
            chapter,
            written.line,
            format!(
                "line {} of this block is {} characters wide, {MAX_WIDTH} fit: {}",
                i + 1,
                line.chars().count(),
                line.trim()
            ),
            "Break the line where it is written.",
        ));
    }
    match written.info.as_str() {
        "pikchr" => {
            let figure = Figure::parse(&shown.body)
                .and_then(|f| f.render("check").map_err(|e| format!("{e:#}")));
            if let Err(why) = figure {
                let todo = "The figures of other chapters show how.";
                findings.push(at(chapter, written.line, why, todo));
            }
        }
        "trail" => {
            if let Err(why) = trail::parse(&shown.body) {
                let todo = "Write one `file: symbol, symbol — words` a line.";
                findings.push(at(chapter, written.line, why, todo));
            }
        }
        "trace" => {
            if let Err(why) = trace::render(root, &shown.body) {
                let todo = "The listing writes its traces, `cargo run -- oracle --record` \
                            Node's.";
                findings.push(at(chapter, written.line, format!("{why:#}"), todo));
            }
        }
        "measured" => {
            if let Err(why) = measured::render(root, &shown.body) {
                let todo = "`cargo run -- compare` writes what a page may show.";
                findings.push(at(chapter, written.line, format!("{why:#}"), todo));
            }
        }
        _ => {}
    }
    findings
}

fn unused_anchors(root: &Path, chapters: &[Chapter]) -> Result<Vec<Finding>> {
    let used: HashSet<(PathBuf, String)> = chapters
        .iter()
        .flat_map(|c| {
            let fences = chapter::fences(&c.source);
            let includes = fences.iter().flat_map(Fence::includes).collect::<Vec<_>>();
            includes
                .into_iter()
                .filter_map(|i| Some((i.target(&c.file), i.anchor?)))
        })
        .collect();
    let mut findings = Vec::new();
    let mut files = Vec::new();
    for listing in Listing::all(root)? {
        let below = Path::new("listings").join(&listing.name);
        files.extend(listing.files()?.iter().map(|file| below.join(file)));
    }
    for file in files {
        let Ok(text) = fs::read_to_string(root.join(&file)) else {
            continue;
        };
        for anchor in excerpt::anchors(&text) {
            let finding = |what: String, todo: &str| Finding {
                file: file.clone(),
                line: anchor.line,
                what,
                todo: todo.into(),
            };
            if !anchor.closed {
                findings.push(finding(
                    format!("the anchor `{}` has no end", anchor.name),
                    "Add its end mark.",
                ));
            } else if !used.contains(&(file.clone(), anchor.name.clone())) {
                findings.push(finding(
                    format!("no chapter uses the anchor `{}`", anchor.name),
                    "Remove both marks, or include the excerpt.",
                ));
            }
        }
    }
    Ok(findings)
}

fn orphan_chapters(root: &Path, chapters: &[Chapter]) -> Vec<Finding> {
    let known: HashSet<&Path> = chapters.iter().map(|c| c.file.as_path()).collect();
    WalkDir::new(root.join("src"))
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|e| e.file_type().is_file())
        .filter_map(|e| Some(e.path().strip_prefix(root).ok()?.to_path_buf()))
        .filter(|file| !known.contains(file.as_path()) && !file.ends_with("SUMMARY.md"))
        .map(|file| {
            let markdown = file.extension().is_some_and(|e| e == "md");
            let (what, todo) = match markdown {
                true => (
                    "SUMMARY.md does not list this chapter",
                    "List it, or remove it.",
                ),
                false => ("src/ holds chapters only", "Move this file to its listing."),
            };
            Finding {
                file,
                line: 0,
                what: what.into(),
                todo: todo.into(),
            }
        })
        .collect()
}

fn listings(root: &Path, chapters: &[Chapter]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for listing in Listing::all(root)? {
        let dir = PathBuf::from("listings").join(&listing.name);
        let mut finding = |file: &str, what: String, todo: &str| {
            findings.push(Finding {
                file: dir.join(file),
                line: 0,
                what,
                todo: todo.into(),
            })
        };
        let path = format!("listings/{}/", listing.name);
        if !chapters.iter().any(|c| c.source.contains(&path)) {
            finding(
                "",
                "no chapter shows this listing".into(),
                "Include it, or remove it.",
            );
        }
        match package_name(&listing.dir) {
            Ok(name) if name == listing.name => {}
            Ok(name) => finding(
                "Cargo.toml",
                format!(
                    "the package is called `{name}`, its folder `{}`",
                    listing.name
                ),
                "Give both the same name.",
            ),
            Err(error) => finding(
                "Cargo.toml",
                format!("{error:#}"),
                "Write a complete manifest.",
            ),
        }
        let readme =
            fs::read_to_string(listing.dir.join("README.md")).unwrap_or_default();
        let linked = chapters.iter().any(|c| {
            let link = format!("../../{}", c.file.display());
            readme.contains(&link) && c.source.contains(&path)
        });
        if !linked {
            finding(
                "README.md",
                "the listing does not link the chapter it belongs to".into(),
                "Link the chapter that shows it, as in `../../src/…/chapter.md`.",
            );
        }
        if let Ok(text) = fs::read_to_string(listing.dir.join("Cargo.toml"))
            && text.contains("workspace = true")
        {
            finding(
                "Cargo.toml",
                "a field is inherited from the workspace, so a copied folder cannot build"
                    .into(),
                "Write the value out.",
            );
        }
    }
    Ok(findings)
}

fn package_name(dir: &Path) -> Result<String> {
    let text =
        fs::read_to_string(dir.join("Cargo.toml")).context("there is no manifest")?;
    let manifest: toml::Table = toml::from_str(&text)?;
    let name = manifest
        .get("package")
        .and_then(|p| p.get("name")?.as_str());
    Ok(name.context("the manifest names no package")?.to_string())
}

/// A rendered page: the fragments it has and the addresses it points to.
struct RenderedPage {
    ids: HashSet<String>,
    links: BTreeSet<String>,
}

/// Renders the book and follows every internal link to its page and its fragment.
fn links(root: &Path, chapters: &[Chapter]) -> Result<Vec<Finding>> {
    let out = tempfile::tempdir()?;
    site::build(root, Some(out.path()))?;
    let pages = rendered(out.path())?;
    let mut findings = Vec::new();
    for (page, rendered) in &pages {
        let chapter = chapters.iter().find(|c| page_of(&below_source(c)) == *page);
        if chapter.is_none() && !page.starts_with("listings") {
            continue;
        }
        for link in &rendered.links {
            let Some(what) = dead(out.path(), &pages, page, link) else {
                continue;
            };
            findings.push(match chapter {
                Some(chapter) => {
                    let line = line_with(&chapter.source, link);
                    let todo =
                        "Correct the link; it is relative to the chapter's folder.";
                    at(chapter, line, what, todo)
                }
                None => Finding {
                    file: origin(page),
                    line: 0,
                    what,
                    todo: "Correct the link; it is relative to the listing's folder."
                        .into(),
                },
            });
        }
    }
    Ok(findings)
}

/// A chapter's file below the folder of the chapters.
pub fn below_source(chapter: &Chapter) -> PathBuf {
    chapter.file.components().skip(1).collect()
}

/// What a listing's page was made from.
fn origin(page: &Path) -> PathBuf {
    match page.file_name().is_some_and(|name| name == "index.html") {
        true => page.with_file_name("README.md"),
        false => page.with_extension(""),
    }
}

/// `a/b.md` is rendered as `a/b.html`, a README as the index of its folder.
pub fn page_of(chapter: &Path) -> PathBuf {
    match chapter.file_stem().and_then(|s| s.to_str()) {
        Some(stem) if stem.eq_ignore_ascii_case("readme") => {
            chapter.with_file_name("index.html")
        }
        _ => chapter.with_extension("html"),
    }
}

fn rendered(site: &Path) -> Result<BTreeMap<PathBuf, RenderedPage>> {
    let with_id = Selector::parse("[id]").expect("a valid selector");
    let main =
        Selector::parse("main a[href], main img[src]").expect("a valid selector");
    let mut pages = BTreeMap::new();
    for entry in WalkDir::new(site).into_iter().filter_map(Result::ok) {
        if entry.path().extension().is_none_or(|e| e != "html") {
            continue;
        }
        let text = fs::read_to_string(entry.path())?;
        let place = entry.path().strip_prefix(site)?.to_path_buf();
        if place.starts_with("listings") {
            pages.insert(place, scanned(&text));
            continue;
        }
        let html = Html::parse_document(&text);
        let attr =
            |e: scraper::ElementRef, name: &str| e.attr(name).map(str::to_string);
        let target =
            |e: scraper::ElementRef| attr(e, "href").or_else(|| attr(e, "src"));
        let page = RenderedPage {
            ids: html
                .select(&with_id)
                .filter_map(|e| attr(e, "id"))
                .collect(),
            links: html.select(&main).filter_map(target).collect(),
        };
        pages.insert(place, page);
    }
    Ok(pages)
}

/// A listing's page, without parsing it: there are hundreds, and no text on them has an
/// unescaped quotation mark.
fn scanned(html: &str) -> RenderedPage {
    let main = html.split_once("<main>").map_or("", |(_, main)| main);
    let main = main.split_once("</main>").map_or("", |(main, _)| main);
    let values = |name: &str| -> Vec<String> {
        let value = |rest: &str| rest.split('"').next().unwrap_or("").to_string();
        main.split(name).skip(1).map(value).collect()
    };
    RenderedPage {
        ids: values(" id=\"").into_iter().collect(),
        links: values(" href=\"").into_iter().collect(),
    }
}

/// Why an internal link leads nowhere, if it does.
fn dead(
    site: &Path,
    pages: &BTreeMap<PathBuf, RenderedPage>,
    page: &Path,
    link: &str,
) -> Option<String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let target = match path {
        "" => page.to_path_buf(),
        path => chapter::normalize(&page.parent().unwrap_or(Path::new("")).join(path)),
    };
    let Some(found) = pages.get(&target) else {
        let exists = site.join(&target).is_file();
        return (!exists).then(|| format!("the link `{link}` leads to no page"));
    };
    let known = fragment.is_empty() || found.ids.contains(fragment);
    (!known).then(|| format!("the link `{link}` names no heading of its page"))
}

/// The line that writes this link, given as rendered; 0 if none does.
fn line_with(source: &str, link: &str) -> usize {
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let written = path.replace(".html", ".md");
    let needle = if fragment.is_empty() {
        written
    } else {
        format!("{written}#{fragment}")
    };
    let found = source.lines().position(|l| l.contains(&needle));
    found.map_or(0, |i| i + 1)
}
