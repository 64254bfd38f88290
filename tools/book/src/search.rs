//! The search index, by the words an engineer types.
//!
//! mdBook's own takes what stands between two blanks for a word, so that
//! `process.nextTick(f)` is found only by who types all of it. Here its parts are words
//! too: `process`, `nextTick`, `next`, `tick`. The page's script cuts a query at the same
//! places (`theme/book-extra.js`); documents, ranking and file stay mdBook's.

use anyhow::{Context, Result};
use elasticlunr::IndexBuilder;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A longer word is no word: nobody types it.
const LONGEST: usize = 80;

const BEGIN: &str = "window.search = Object.assign(window.search, JSON.parse('";
const END: &str = "'));";

/// Indexes anew what mdBook has indexed in `site`, if it has.
pub fn refine(site: &Path) -> Result<()> {
    for entry in
        fs::read_dir(site).with_context(|| format!("cannot read {}", site.display()))?
    {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("searchindex") && name.ends_with(".js") {
            let script = fs::read_to_string(&file)?;
            let refined = refined(&script)
                .with_context(|| format!("{} is not mdBook's", file.display()))?;
            fs::write(&file, refined)?;
        }
    }
    Ok(())
}

/// Has mdBook's scripts for searching wait until somebody searches: they weigh as much as
/// a third of a chapter. `theme/book-extra.js` loads them.
pub fn put_off(page: &str) -> Option<String> {
    const NOW: &str = "<script src=\"";
    let is_its = |line: &str| {
        let line = line.trim_start();
        line.starts_with(NOW)
            && ["elasticlunr-", "mark-", "searcher-"]
                .iter()
                .any(|name| line.contains(name))
    };
    page.lines().any(is_its).then(|| {
        let lines = page.split_inclusive('\n').map(|line| match is_its(line) {
            true => line.replacen(NOW, "<script type=\"text/plain\" src=\"", 1),
            false => line.to_string(),
        });
        lines.collect()
    })
}

fn refined(script: &str) -> Result<String> {
    let json = script
        .strip_prefix(BEGIN)
        .and_then(|rest| rest.strip_suffix(END));
    let mut search: Value = serde_json::from_str(&unquoted(json.context("no index")?))?;
    let fields = search["index"]["fields"].as_array().context("no fields")?;
    let fields: Vec<String> = fields
        .iter()
        .filter_map(|f| Some(f.as_str()?.into()))
        .collect();
    let mut index = IndexBuilder::new();
    for field in &fields {
        index = index.add_field_with_tokenizer(field, Box::new(words));
    }
    let mut index = index.build();
    let documents = search["index"]["documentStore"]["docs"]
        .as_object()
        .context("no documents")?;
    for (name, document) in documents {
        let text = |field: &String| document[field].as_str().unwrap_or_default();
        index.add_doc(name, fields.iter().map(text));
    }
    search["index"] = serde_json::to_value(index)?;
    let json = search
        .to_string()
        .replace('\\', "\\\\")
        .replace('\'', "\\'");
    Ok(format!("{BEGIN}{json}{END}"))
}

/// What a JavaScript string in single quotes says.
fn unquoted(quoted: &str) -> String {
    let mut text = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(c) = characters.next() {
        text.extend(if c == '\\' {
            characters.next()
        } else {
            Some(c)
        });
    }
    text
}

/// The words of a text, and the parts of a name that was put together.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
        if word.is_empty() || word.len() > LONGEST {
            continue;
        }
        words.push(word.to_lowercase());
        let parts = parts(word);
        if parts.len() > 1 {
            words.extend(parts.iter().map(|part| part.to_lowercase()));
        }
    }
    words
}

/// `high_water_mark` and `highWaterMark` are three parts each.
fn parts(name: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in name.split('_').filter(|part| !part.is_empty()) {
        let mut start = 0;
        let mut last = ' ';
        for (i, c) in part.char_indices() {
            if c.is_uppercase() && last.is_lowercase() {
                parts.push(&part[start..i]);
                start = i;
            }
            last = c;
        }
        parts.push(&part[start..]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_of_the_search_wait() {
        let rest = "<script src=\"book-6.js\"></script>\n<p>searcher-</p>\n";
        let its = "  <script src=\"../searcher-09f2.js\"></script>\n";
        let waits =
            "  <script type=\"text/plain\" src=\"../searcher-09f2.js\"></script>\n";
        let put_off_page = put_off(&format!("{its}{rest}"));
        assert_eq!(put_off_page, Some(format!("{waits}{rest}")));
        assert_eq!(put_off(rest), None);
    }

    #[test]
    fn a_name_is_found_by_itself_and_by_its_parts() {
        let found = |text: &str| words(text).join(" ");
        assert_eq!(found("process.nextTick(f)"), "process nexttick next tick f");
        assert_eq!(
            found("high_water_mark: usize"),
            "high_water_mark high water mark usize"
        );
        assert_eq!(found("(highWaterMark)"), "highwatermark high water mark");
        assert_eq!(found("ECONNRESET, EPOLLIN|1"), "econnreset epollin 1");
        assert_eq!(found("__proto"), "__proto");
        assert_eq!(found(&"x".repeat(LONGEST + 1)), "");
    }

    #[test]
    fn the_script_of_mdbook_is_read_and_written() {
        let json = r#"{"doc_urls":["a.html"],"index":{"fields":["body"],"documentStore":
            {"docs":{"0":{"id":"0","body":"it's \"a\\b\" js.nextTick(f)"}}}}}"#;
        let quoted = json.replace('\\', "\\\\").replace('\'', "\\'");
        let made = refined(&format!("{BEGIN}{quoted}{END}")).unwrap();
        let made = made.strip_prefix(BEGIN).unwrap().strip_suffix(END).unwrap();
        let made: Value = serde_json::from_str(&unquoted(made)).unwrap();
        assert_eq!(made["doc_urls"][0], "a.html");
        let stored = &made["index"]["documentStore"]["docs"]["0"]["body"];
        assert_eq!(stored, "it's \"a\\b\" js.nextTick(f)");
        let tick = &made["index"]["index"]["body"]["root"]["t"]["i"]["c"]["k"];
        assert_eq!(tick["df"], 1, "{made}");
        assert!(refined("something else").is_err());
    }
}
