//! Source trails: files and symbols of Node, in the order a call passes through them.
//!
//! ```trail
//! lib/internal/timers.js: insert, processTimers — a list for each duration
//! src/env.cc: Environment::RunTimers — called by the one uv_timer_t
//! deps/uv/src/unix/core.c: uv_run
//! ```
//!
//! Each file and each symbol is looked up in the pinned Node by `oracle`: those of lib/
//! in the sources that the binary carries, those of C and C++ in its symbol table.

use crate::chapter;
use crate::figure::escape;
use crate::node::{self, Node};
use anyhow::{Context, Result, bail};
use memchr::memmem;
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

/// One line of a trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// Below the root of Node's repository.
    pub file: String,
    pub symbols: Vec<String>,
    /// What happens there, in words; may be empty.
    pub words: String,
}

/// Reads a `trail` fence; the error says in words which line is wrong.
pub fn parse(body: &str) -> Result<Vec<Pointer>, String> {
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty());
    let pointers: Vec<Pointer> = lines.map(pointer).collect::<Result<_, _>>()?;
    match pointers.is_empty() {
        true => Err("the trail has no line".into()),
        false => Ok(pointers),
    }
}

fn pointer(line: &str) -> Result<Pointer, String> {
    let wrong = || format!("`{line}` is not `file: symbol, symbol — words`");
    let (place, words) = line.split_once(" — ").unwrap_or((line, ""));
    let (file, symbols) = place.split_once(": ").ok_or_else(wrong)?;
    let known = ["lib/", "src/", "deps/"]
        .iter()
        .any(|start| file.starts_with(start));
    let symbols: Vec<String> =
        symbols.split(',').map(|s| s.trim().to_string()).collect();
    if !known || symbols.iter().any(String::is_empty) {
        return Err(wrong());
    }
    Ok(Pointer {
        file: file.into(),
        symbols,
        words: words.into(),
    })
}

/// A trail as HTML, on one line.
pub fn render(pointers: &[Pointer]) -> String {
    let line = |p: &Pointer| {
        let code = |text: &String| format!("<code>{}</code>", escape(text));
        let symbols: Vec<String> = p.symbols.iter().map(code).collect();
        format!(
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
            escape(&p.file),
            symbols.join(" "),
            escape(&p.words)
        )
    };
    let lines: String = pointers.iter().map(line).collect();
    format!(
        "<div class=\"trail\"><table><thead><tr><th>File</th><th>Symbols</th>\
         <th>What happens there</th></tr></thead><tbody>{lines}</tbody></table></div>\n"
    )
}

/// Looks up every pointer of every chapter in the pinned Node.
pub fn verify(root: &Path) -> Result<()> {
    let mut pointers = Vec::new();
    for chapter in chapter::load(root)? {
        for fence in chapter::fences(&chapter.source) {
            if fence.info == "trail" {
                let at = format!("{}:{}", chapter.file.display(), fence.line);
                let found = parse(&fence.body).map_err(anyhow::Error::msg);
                pointers.extend(found?.into_iter().map(|p| (at.clone(), p)));
            }
        }
    }
    if pointers.is_empty() {
        return Ok(());
    }
    let node = node::find(root)?;
    let sources = Sources::of(&node)?;
    let lost: Vec<String> = pointers
        .iter()
        .flat_map(|(at, p)| {
            sources
                .missing(p)
                .into_iter()
                .map(move |m| format!("{at}: {m}"))
        })
        .collect();
    if !lost.is_empty() {
        bail!("not found in Node {}:\n{}", node.version, lost.join("\n"));
    }
    let symbols: usize = pointers.iter().map(|(_, p)| p.symbols.len()).sum();
    println!(
        "{symbols} symbols of the source trails found in Node {}.",
        node.version
    );
    Ok(())
}

/// What a Node binary carries of its own sources.
struct Sources {
    binary: Vec<u8>,
    /// The text of lib/, by path without `lib/` and `.js`.
    lib: HashMap<String, String>,
}

impl Sources {
    fn of(node: &Node) -> Result<Sources> {
        let binary = std::fs::read(&node.path)
            .with_context(|| format!("cannot read {}", node.path.display()))?;
        let script = "const { configs, ...lib } = process.binding('natives');\
                      process.stdout.write(JSON.stringify(lib))";
        let output = Command::new(&node.path)
            .args(["--no-deprecation", "-e", script])
            .output()
            .with_context(|| format!("cannot run {}", node.path.display()))?;
        let lib = serde_json::from_slice(&output.stdout)
            .context("Node did not print the sources it carries")?;
        Ok(Sources { binary, lib })
    }

    /// What of this pointer is not there.
    fn missing(&self, pointer: &Pointer) -> Vec<String> {
        let file = pointer.file.as_str();
        let lib = file
            .strip_prefix("lib/")
            .and_then(|f| f.strip_suffix(".js"));
        let text = lib.and_then(|key| self.lib.get(key));
        let known = match lib {
            Some(_) => text.is_some(),
            None => self.has(file.as_bytes()),
        };
        if !known {
            return vec![format!("the file {file}")];
        }
        let here = |symbol: &&String| match text {
            Some(text) => has_word(text, symbol),
            None => self.has_symbol(symbol),
        };
        let lost = pointer.symbols.iter().filter(|symbol| !here(symbol));
        lost.map(|symbol| format!("{symbol} in {file}")).collect()
    }

    fn has(&self, bytes: &[u8]) -> bool {
        memmem::find(&self.binary, bytes).is_some()
    }

    /// A C symbol stands between zero bytes; a C++ one as lengths and names, so that
    /// `Environment::RunTimers` is `11Environment9RunTimers`, with an `L` before the
    /// last name where that is static.
    fn has_symbol(&self, symbol: &str) -> bool {
        let mangle = |part: &str| format!("{}{part}", part.len());
        let (around, last) = symbol.rsplit_once("::").unwrap_or(("", symbol));
        let around: String = around
            .split("::")
            .filter(|part| !part.is_empty())
            .map(mangle)
            .collect();
        let names = ["", "L"].map(|mark| format!("{around}{mark}{}", mangle(last)));
        self.has(format!("\0{symbol}\0").as_bytes())
            || names.iter().any(|name| self.has(name.as_bytes()))
    }
}

/// Whether `name` stands in `text` as a whole word. The last part of a dotted name is
/// looked up: `Server.prototype.close` is a `close` in its file.
fn has_word(text: &str, name: &str) -> bool {
    let name = name.rsplit('.').next().unwrap_or(name);
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !part(before) && !part(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_names_files_symbols_and_what_happens() {
        let found = parse("src/env.cc: A::b, C — does it\ndeps/x.c: d\n").unwrap();
        assert_eq!(found[0].symbols, ["A::b", "C"]);
        assert_eq!(
            (found[0].words.as_str(), found[1].words.as_str()),
            ("does it", "")
        );
        for wrong in ["", "src/env.cc", "env.cc: A", "src/env.cc: A, "] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_symbol_that_is_not_there_is_found_missing() {
        let sources = Sources {
            binary: b"\0uv_run\0_ZN4node11Environment9RunTimersEv\0_ZN4node2fsL4StatE\0src/env.cc\0"
                .to_vec(),
            lib: HashMap::from([(
                "net".to_string(),
                "function listen2() {}".to_string(),
            )]),
        };
        let missing = |line: &str| sources.missing(&parse(line).unwrap()[0]);
        assert!(missing("src/env.cc: Environment::RunTimers, uv_run").is_empty());
        assert!(missing("src/env.cc: fs::Stat").is_empty());
        assert_eq!(missing("src/env.cc: uv_ru"), ["uv_ru in src/env.cc"]);
        assert_eq!(missing("lib/net.js: listen"), ["listen in lib/net.js"]);
        assert!(missing("lib/net.js: listen2").is_empty());
        assert_eq!(missing("lib/none.js: a"), ["the file lib/none.js"]);
    }
}
