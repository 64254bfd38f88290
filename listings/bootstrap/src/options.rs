//! The command line, read before any JavaScript exists.

use std::fmt;

/// What the command line and NODE_OPTIONS say. The names are Node's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `-r`, `--require`: run before the program, in this order.
    pub require: Vec<String>,
    /// `--import`: run after those. Here, too, only CommonJS files.
    pub import: Vec<String>,
    /// `-e`, `--eval`: the program itself.
    pub eval: Option<String>,
    /// `--snapshot-blob`: the snapshot to start from, or to write.
    pub snapshot_blob: Option<String>,
    /// `--build-snapshot`: write a snapshot instead of running the program.
    pub build_snapshot: bool,
    /// `--no-node-snapshot`: run the prelude instead of reading its snapshot.
    pub no_node_snapshot: bool,
    /// `--expose-internals`: let programs require `internal/…`.
    pub expose_internals: bool,
    /// `--trace-boot`, which Node does not have: tell the phases of the start.
    pub trace_boot: bool,
    /// The program as first of all, then its arguments.
    pub positional: Vec<String>,
    /// `process.execArgv`: the options as they were given, without NODE_OPTIONS.
    pub exec_argv: Vec<String>,
    /// `process.argv0`
    pub argv0: String,
}

/// What NODE_OPTIONS may set, of what there is here.
const ALLOWED_IN_NODE_OPTIONS: [&str; 5] = [
    "-r",
    "--require",
    "--import",
    "--snapshot-blob",
    "--no-node-snapshot",
];

/// The command line asks for something that there is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadOption(String);

impl fmt::Display for BadOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadOption {}

impl Options {
    /// Reads NODE_OPTIONS, then the command line. NODE_OPTIONS is split at spaces; Node
    /// also knows quotes in it.
    ///
    /// # Errors
    /// An option that is not known, that lacks its value, or that NODE_OPTIONS may not
    /// set. Node exits with 9 then, and has not started V8 yet.
    pub fn parse(
        arguments: &[String],
        node_options: &str,
    ) -> Result<Options, BadOption> {
        let mut options = Options {
            argv0: arguments.first().cloned().unwrap_or_default(),
            ..Options::default()
        };
        let words: Vec<String> = node_options.split(' ').map(String::from).collect();
        let words: Vec<String> = words.into_iter().filter(|w| !w.is_empty()).collect();
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            if !ALLOWED_IN_NODE_OPTIONS.contains(&name_of(word)) {
                let text = format!("{word} is not allowed in NODE_OPTIONS");
                return Err(BadOption(text));
            }
            options.option(word, &mut rest)?;
        }
        let mut rest = arguments.get(1..).unwrap_or_default().iter();
        while let Some(word) = rest.next() {
            if word == "--" {
                break;
            }
            if !word.starts_with('-') || word == "-" {
                options.positional.push(word.clone());
                break;
            }
            let before = rest.clone();
            options.option(word, &mut rest)?;
            let taken = before.len() - rest.len();
            options.exec_argv.push(word.clone());
            options.exec_argv.extend(before.take(taken).cloned());
        }
        options.positional.extend(rest.cloned());
        if options.build_snapshot && options.positional.is_empty() {
            let text = "--build-snapshot needs the file of an entry point";
            return Err(BadOption(text.into()));
        }
        Ok(options)
    }

    fn option<'a>(
        &mut self,
        word: &str,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<(), BadOption> {
        let inline = word.split_once('=').map(|(_, value)| value.to_string());
        let mut value = || {
            // What looks like an option is one.
            let next = || rest.next().filter(|next| !next.starts_with('-')).cloned();
            let value = inline.clone().or_else(next);
            value.ok_or_else(|| BadOption(format!("{word} requires an argument")))
        };
        match name_of(word) {
            "-r" | "--require" => self.require.push(value()?),
            "--import" => self.import.push(value()?),
            "-e" | "--eval" => self.eval = Some(value()?),
            "--snapshot-blob" => self.snapshot_blob = Some(value()?),
            "--build-snapshot" => self.build_snapshot = true,
            "--no-node-snapshot" => self.no_node_snapshot = true,
            "--expose-internals" => self.expose_internals = true,
            "--trace-boot" => self.trace_boot = true,
            _ => return Err(BadOption(format!("bad option: {word}"))),
        }
        Ok(())
    }
}

fn name_of(word: &str) -> &str {
    word.split_once('=').map_or(word, |(name, _)| name)
}
