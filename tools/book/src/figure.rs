//! Figures: pikchr in the chapter, inline SVG on the page, in the page's own colors.
//!
//! A figure begins with its title and its description, for those who cannot see it:
//!
//! ```pikchr
//! # title: One turn of the loop
//! # description: Five boxes in a ring …
//! box "poll" color $node
//! ```
//!
//! `$node`, `$rebuild`, `$kernel` and `$quiet` are the voices of the book; what has no
//! color of its own takes that of the text.

use anyhow::{Result, bail};
use pikchr::{Pikchr, PikchrFlags};
use regex::Regex;
use std::sync::LazyLock;

/// The colors a figure may name. The numbers are never seen: each is replaced by the
/// page's variable of that name, so that a figure follows the theme.
const VOICES: [(&str, u32, &str); 4] = [
    ("$node", 0x01_02_03, "var(--node)"),
    ("$rebuild", 0x01_02_04, "var(--rebuild)"),
    ("$kernel", 0x01_02_05, "var(--kernel)"),
    ("$quiet", 0x01_02_06, "var(--quiet)"),
];

static COLOR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"rgb\((\d+),(\d+),(\d+)\)").unwrap());

/// What pikchr says of its drawing: the width in CSS pixels, and a style of its own.
static WIDTH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"viewBox=['"]0 0 ([0-9.]+)"#).unwrap());
static STYLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"^(<svg[^>]*?) style=['"][^'"]*['"]"#).unwrap());

/// A figure's words and its program.
#[derive(Debug, PartialEq, Eq)]
pub struct Figure<'a> {
    pub title: &'a str,
    pub description: &'a str,
    pub program: &'a str,
}

impl<'a> Figure<'a> {
    /// Reads a `pikchr` fence; the error says in words what is missing.
    pub fn parse(body: &'a str) -> Result<Figure<'a>, String> {
        let line = |name: &str| {
            let prefix = format!("# {name}: ");
            let found = body
                .lines()
                .find_map(|l| l.strip_prefix(&prefix))
                .map(str::trim);
            found.filter(|text| !text.is_empty()).ok_or_else(|| {
                format!(
                    "the figure has no {name}; say it in a line `# {name}: …` of the block"
                )
            })
        };
        Ok(Figure {
            title: line("title")?,
            description: line("description")?,
            program: body,
        })
    }

    /// The figure as one line of HTML. `id` is unique on its page.
    pub fn render(&self, id: &str) -> Result<String> {
        let palette: String = VOICES
            .iter()
            .map(|(name, rgb, _)| format!("{name} = {rgb}\n"))
            .collect();
        let program = palette + "thickness = 1.4px\n" + self.program;
        let drawn = Pikchr::render(&program, None, PikchrFlags::default());
        let svg = match drawn {
            Ok(picture) => picture.to_string(),
            Err(error) => bail!("pikchr cannot draw this figure: {error}"),
        };
        if !svg.contains("<svg") {
            bail!("pikchr cannot draw this figure: {svg}");
        }
        Ok(self.dress(id, &svg[svg.find("<svg").unwrap_or(0)..]))
    }

    fn dress(&self, id: &str, svg: &str) -> String {
        let svg = STYLE.replace(svg, "$1");
        let colored = COLOR.replace_all(&svg, |rgb: &regex::Captures| {
            let part = |i: usize| rgb[i].parse::<u32>().unwrap_or(0);
            let value = part(1) << 16 | part(2) << 8 | part(3);
            match VOICES.iter().find(|voice| voice.1 == value) {
                Some(voice) => voice.2.to_string(),
                None if value == 0 => "currentColor".to_string(),
                None if value == 0xff_ff_ff => "var(--bg)".to_string(),
                None => rgb[0].to_string(),
            }
        });
        // The theme draws a figure at its own width where there is room for it.
        let width = WIDTH
            .captures(&svg)
            .map_or("100%".into(), |w| format!("{}px", &w[1]));
        let labels = format!(
            r#"<svg role="img" aria-labelledby="{id}-title {id}-desc" style="--w:{width}" "#
        );
        let words = format!(
            "<title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>",
            escape(self.title),
            escape(self.description)
        );
        let body = colored.replacen("<svg ", &labels, 1).replacen(
            '>',
            &format!(">{words}"),
            1,
        );
        format!(
            "<figure class=\"drawing\">{}<figcaption>{}</figcaption></figure>",
            body.replace('\n', " ").trim(),
            escape(self.title)
        )
    }
}

/// Text for HTML content and attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "# title: A box\n# description: One box & no more.\n\
                        box \"poll\" color $node\narrow\nbox \"check\"\n";

    #[test]
    fn a_figure_takes_the_colors_of_the_page_and_has_words() {
        let html = Figure::parse(BODY).unwrap().render("fig-1").unwrap();
        assert!(
            html.contains("var(--node)") && html.contains("currentColor"),
            "{html}"
        );
        assert!(!html.contains("rgb(") && !html.contains('\n'), "{html}");
        assert!(html.contains("style=\"--w:") && html.matches("style=").count() > 1);
        assert!(html.contains("One box &amp; no more."), "{html}");
    }

    #[test]
    fn a_figure_without_words_or_sense_is_refused() {
        assert!(Figure::parse("box").unwrap_err().contains("title"));
        let wrong = BODY.replace("arrow", "arow");
        let error = Figure::parse(&wrong).unwrap().render("f").unwrap_err();
        assert!(error.to_string().contains("arow"), "{error}");
    }
}
