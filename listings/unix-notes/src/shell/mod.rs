//! A small shell: pipelines, redirection, jobs, and a Ctrl-C that ends the right
//! process.
//!
//! It expands nothing: no variables, no `*`, no `~`. What a real shell would expand or
//! interpret is an error that says so, unless it is quoted.

mod builtin;
mod jobs;
mod lex;
mod parse;
mod pipeline;
mod run;

pub use jobs::{Job, JobState, Jobs};
pub use lex::{MAX_LINE, Position, Redirection, Span, SyntaxError, Token, tokens};
pub use parse::{Command, MAX_COMMANDS, MAX_WORDS, Pipeline, Redirect, parse};
pub use run::{Shell, Source};

/// What every message of the shell begins with.
pub const NAME: &str = "mini-sh";
