//! A small JavaScript engine whose heap is plain data.
//!
//! It is here because of one property that large engines do not offer from outside:
//! *everything* a program has made, functions and their captured variables included,
//! lies in tables of [`heap::Heap`] and refers to other things by index. So the heap
//! can be written out and read back, which is all that a snapshot is.
//!
//! The language is a strict-mode subset: functions and closures, objects with
//! prototypes and accessors, arrays, destructuring, spread, templates, exceptions.
//! There are no classes, regular expressions, symbols, generators or promises; the
//! parser says so. Nothing is ever freed: programs that boot a process are short.

mod conversions;
pub mod heap;
mod interpreter;
mod language;
mod lexer;
mod parser;
mod properties;
pub mod syntax;
pub mod text;

pub use interpreter::{Abrupt, Engine, MAX_DEPTH, Outcome};
pub use language::LANGUAGE;

use heap::Value;

/// A function of the host that JavaScript can call.
pub type Native = fn(&mut Engine, Value, &[Value]) -> Outcome;

/// A native function as the heap knows it: by its place in a table, never by address.
///
/// Mirrors V8's *external references*, which an embedder must list, in the same order
/// in the program that makes a snapshot and in the one that starts from it.
pub struct External {
    /// Names the function in errors and in the fingerprint of the table.
    pub name: &'static str,
    pub function: Native,
}
