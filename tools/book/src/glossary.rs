//! The glossary as the other pages use it: a term that is set in emphasis, and the first
//! mention of a term of several words, lead to its definition and carry it as a title.

use crate::chapter;
use anyhow::{Context, Result};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::fs;
use std::ops::Range;
use std::path::Path;

/// Where the definitions are, below the folder of the chapters.
pub const FILE: &str = "glossary.md";

/// One entry of the glossary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// As the glossary writes it: `Poll phase`.
    pub name: String,
    /// The first paragraph, as plain text, without the arrow that ends it.
    pub definition: String,
}

impl Term {
    /// The fragment that mdBook gives the entry.
    pub fn id(&self) -> String {
        let kept = self.name.chars().filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => {
                Some(c.to_ascii_lowercase())
            }
            _ => None,
        });
        kept.collect()
    }
}

/// The terms of the book whose chapters are in `source`; none if it has no glossary.
pub fn terms(source: &Path) -> Result<Vec<Term>> {
    let path = source.join(FILE);
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(parse(&text))
}

fn parse(text: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let mut into: Option<bool> = None;
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Start(Tag::DefinitionListTitle) => {
                terms.push(Term {
                    name: String::new(),
                    definition: String::new(),
                });
                into = Some(true);
            }
            Event::Start(Tag::DefinitionListDefinition) => into = Some(false),
            Event::End(
                TagEnd::DefinitionListTitle | TagEnd::DefinitionListDefinition,
            ) => into = None,
            Event::Text(part) | Event::Code(part) => add(&mut terms, into, &part),
            Event::SoftBreak | Event::HardBreak => add(&mut terms, into, " "),
            _ => {}
        }
    }
    for term in &mut terms {
        let plain = term.definition.split(" →").next().unwrap_or_default();
        term.definition = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    terms
}

fn add(terms: &mut [Term], into: Option<bool>, part: &str) {
    if let (Some(term), Some(name)) = (terms.last_mut(), into) {
        let field = if name {
            &mut term.name
        } else {
            &mut term.definition
        };
        field.push_str(part);
    }
}

/// All of mdBook's extensions but the quotation marks: the text stays as written.
fn options() -> Options {
    Options::all() - Options::ENABLE_SMART_PUNCTUATION
}

/// The links that a chapter's text gets: what to put in place of which part of it.
/// `depth` is how many folders below the glossary the chapter lies.
pub fn links(text: &str, depth: usize, terms: &[Term]) -> Vec<(Range<usize>, String)> {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut linked = vec![false; terms.len()];
    let (mut closed, mut emphasis) = (0, None);
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            // Nothing inside these is prose that may become a link.
            Event::Start(
                Tag::Link { .. }
                | Tag::Heading { .. }
                | Tag::CodeBlock(_)
                | Tag::Image { .. }
                | Tag::HtmlBlock
                | Tag::DefinitionListTitle,
            ) => closed += 1,
            Event::End(
                TagEnd::Link
                | TagEnd::Heading(_)
                | TagEnd::CodeBlock
                | TagEnd::Image
                | TagEnd::HtmlBlock
                | TagEnd::DefinitionListTitle,
            ) => closed -= 1,
            Event::Start(Tag::Emphasis) => emphasis = Some(range),
            Event::End(TagEnd::Emphasis) => emphasis = None,
            Event::Text(part) if closed == 0 && text[range.clone()] == *part => {
                let whole = emphasis.as_ref().is_some_and(|e| {
                    e.start + 1 == range.start && e.end - 1 == range.end
                });
                if whole {
                    let known = terms.iter().position(|t| is(&part, &t.name));
                    if let Some(index) = known {
                        linked[index] = true;
                        edits.push((range.clone(), link(&part, &terms[index], depth)));
                    }
                    continue;
                }
                for (index, term) in terms.iter().enumerate() {
                    if linked[index] || !term.name.contains(' ') {
                        continue;
                    }
                    let Some(found) = mention(&part, &term.name) else {
                        continue;
                    };
                    let at = range.start + found.start..range.start + found.end;
                    if edits
                        .iter()
                        .any(|(r, _)| r.start < at.end && at.start < r.end)
                    {
                        continue;
                    }
                    linked[index] = true;
                    edits.push((at.clone(), link(&text[at], term, depth)));
                }
            }
            _ => {}
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    edits
}

/// Whether the words are the term, in the singular or the plural.
fn is(words: &str, term: &str) -> bool {
    let (words, term) = (words.to_lowercase(), term.to_lowercase());
    words == term || words.strip_suffix('s') == Some(&term)
}

/// Where in a text the term is mentioned, as whole words.
fn mention(text: &str, term: &str) -> Option<Range<usize>> {
    let (lower, term) = (text.to_lowercase(), term.to_lowercase());
    // Rarely, a capital letter is longer or shorter than its small one.
    if lower.len() != text.len() {
        return None;
    }
    let boundary = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    lower.match_indices(&term).find_map(|(start, _)| {
        let mut end = start + term.len();
        end += usize::from(lower[end..].starts_with('s'));
        let apart = boundary(lower[..start].chars().next_back())
            && boundary(lower[end..].chars().next());
        apart.then_some(start..end)
    })
}

fn link(words: &str, term: &Term, depth: usize) -> String {
    let title = term.definition.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "[{words}]({}{FILE}#{} \"{title}\")",
        "../".repeat(depth),
        term.id()
    )
}

/// How many folders below the glossary a chapter lies.
pub fn depth(source: &Path, chapter: &Path) -> usize {
    let below = chapter::normalize(chapter);
    let below = below.strip_prefix(source).unwrap_or(&below);
    below.components().count().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLOSSARY: &str = "# Glossary\n\nHandle\n: Something that can \"call\" \
        back. → [Loop]\n\nPoll phase\n: The [phase](#x) that\n  waits. → [Loop]\n";

    #[test]
    fn the_terms_and_their_definitions() {
        let terms = parse(GLOSSARY);
        assert_eq!(terms[0].definition, "Something that can \"call\" back.");
        assert_eq!(
            (terms[1].id(), terms[1].definition.as_str()),
            ("poll-phase".to_string(), "The phase that waits.")
        );
    }

    #[test]
    fn emphasis_and_the_first_of_several_words_become_links() {
        let terms = parse(GLOSSARY);
        let linked = |text: &str| {
            let mut text = text.to_string();
            for (range, link) in links(&text.clone(), 1, &terms).into_iter().rev() {
                text.replace_range(range, &link);
            }
            text
        };
        assert_eq!(
            linked("A handle, *handles*; `poll phase`, the poll phase."),
            "A handle, *[handles](../glossary.md#handle \"Something that can \
             \\\"call\\\" back.\")*; `poll phase`, the [poll phase]\
             (../glossary.md#poll-phase \"The phase that waits.\")."
        );
        for same in [
            "# The poll phase\n",
            "[poll phase](x)\n",
            "trampoll phases\n",
        ] {
            assert_eq!(linked(same), same);
        }
        assert_eq!(
            linked("Poll phase, poll phase").matches("glossary").count(),
            1
        );
    }
}
