//! Excerpts: what an include brings from a listing, and where in the file it stands.

use crate::chapter::Include;
use anyhow::{Context, Result};
use proc_macro2::Span;
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;
use syn::spanned::Spanned;
use syn::{ImplItem, Item, TraitItem};

/// The marks of mdBook, built here from parts so that this file has none itself.
const MARK: &str = concat!("ANC", "HOR");

/// An anchor in a file, and the lines between its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub name: String,
    /// From 1, the mark itself.
    pub line: usize,
    /// The lines between the marks; empty when there are none.
    pub lines: RangeInclusive<usize>,
    /// False when the closing mark is missing.
    pub closed: bool,
}

/// Every anchor of a text.
pub fn anchors(text: &str) -> Vec<Anchor> {
    let open = format!("{MARK}: ");
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let Some(name) = line.split_once(&open).map(|(_, name)| first_word(name))
        else {
            continue;
        };
        let close = format!("{MARK}_END: {name}");
        let end = lines[i + 1..].iter().position(|l| {
            l.find(&close)
                .is_some_and(|at| first_word(&l[at + MARK.len() + 6..]) == name)
        });
        found.push(Anchor {
            name: name.to_string(),
            line: i + 1,
            lines: i + 2..=i + 1 + end.unwrap_or(0),
            closed: end.is_some(),
        });
    }
    found
}

/// Anchor names as mdBook reads them: up to the first blank.
fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or("")
}

/// Whether a line is one of mdBook's marks, which no reader sees.
pub fn is_mark(line: &str) -> bool {
    line.contains(&format!("{MARK}: ")) || line.contains(&format!("{MARK}_END: "))
}

/// The lines of `text` that an include shows, with their numbers; `None` if there is no
/// such anchor.
pub fn shown<'a>(text: &'a str, anchor: Option<&str>) -> Option<Vec<(usize, &'a str)>> {
    let lines = text.lines().enumerate().map(|(i, line)| (i + 1, line));
    let Some(name) = anchor else {
        return Some(lines.collect());
    };
    let anchor = anchors(text)
        .into_iter()
        .find(|a| a.name == name && a.closed)?;
    let inside = |(n, line): &(usize, &str)| anchor.lines.contains(n) && !is_mark(line);
    Some(lines.filter(inside).collect())
}

/// The item a Rust excerpt stands in, as in `impl Timers · fn insert`; empty when it
/// stands at the top of its file or is whole items itself.
pub fn place(root: &Path, file: &Path, include: &Include) -> Result<String> {
    let text = fs::read_to_string(root.join(file))
        .with_context(|| format!("cannot read {}", file.display()))?;
    let Some(lines) = shown(&text, include.anchor.as_deref()) else {
        return Ok(String::new());
    };
    let code: Vec<usize> = lines
        .iter()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(n, _)| *n)
        .collect();
    let (Some(first), Some(last)) = (code.first(), code.last()) else {
        return Ok(String::new());
    };
    let parsed = syn::parse_file(&text)
        .with_context(|| format!("{} is not valid Rust", file.display()))?;
    let mut path = Vec::new();
    items(&parsed.items, *first, *last, &mut path);
    Ok(path.join(" · "))
}

/// Whether the lines from `first` to `last` lie inside, and do not begin the item.
fn inside(span: Span, first: usize, last: usize) -> bool {
    span.start().line < first && last <= span.end().line
}

fn items(all: &[Item], first: usize, last: usize, path: &mut Vec<String>) {
    let Some(item) = all.iter().find(|item| inside(item.span(), first, last)) else {
        return;
    };
    match item {
        Item::Fn(f) => path.push(format!("fn {}", f.sig.ident)),
        Item::Struct(s) => path.push(format!("struct {}", s.ident)),
        Item::Enum(e) => path.push(format!("enum {}", e.ident)),
        Item::Mod(m) => {
            path.push(format!("mod {}", m.ident));
            if let Some((_, content)) = &m.content {
                items(content, first, last, path);
            }
        }
        Item::Trait(t) => {
            path.push(format!("trait {}", t.ident));
            let methods = t.items.iter().filter_map(|i| match i {
                TraitItem::Fn(f) => Some((f.span(), &f.sig)),
                _ => None,
            });
            method(methods, first, last, path);
        }
        Item::Impl(i) => {
            path.push(format!("impl {}", type_name(&i.self_ty)));
            let methods = i.items.iter().filter_map(|i| match i {
                ImplItem::Fn(f) => Some((f.span(), &f.sig)),
                _ => None,
            });
            method(methods, first, last, path);
        }
        _ => {}
    }
}

fn method<'a>(
    mut all: impl Iterator<Item = (Span, &'a syn::Signature)>,
    first: usize,
    last: usize,
    path: &mut Vec<String>,
) {
    if let Some((_, signature)) = all.find(|(span, _)| inside(*span, first, last)) {
        path.push(format!("fn {}", signature.ident));
    }
}

fn type_name(ty: &syn::Type) -> String {
    match ty {
        syn::Type::Path(p) => p
            .path
            .segments
            .last()
            .map(|s| s.ident.to_string())
            .unwrap_or_default(),
        _ => "…".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> String {
        let (open, close) = (format!("// {MARK}:"), format!("// {MARK}_END:"));
        format!(
            "struct A;\nimpl A {{\n    fn f() {{\n        {open} body\n        g();\n\
             \x20       {close} body\n    }}\n    {open} empty\n    {close} empty\n}}\n"
        )
    }

    #[test]
    fn anchors_are_found_with_what_they_hold() {
        let found = anchors(&source());
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].name.as_str(), found[0].lines.clone()),
            ("body", 5..=5)
        );
        assert!(found[1].lines.is_empty() && found[1].closed);
        let lines = shown(&source(), Some("body")).unwrap().len();
        assert_eq!(lines, 1);
        assert_eq!(shown(&source(), Some("nobody")), None);
    }

    #[test]
    fn an_excerpt_knows_the_item_it_stands_in() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.rs"), source()).unwrap();
        let include = Include {
            path: "a.rs".into(),
            anchor: Some("body".into()),
            line: 1,
        };
        let place = place(dir.path(), Path::new("a.rs"), &include).unwrap();
        assert_eq!(place, "impl A · fn f");
    }
}
