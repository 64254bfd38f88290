//! Rebuild the runtime: an engine alone cannot say anything, cannot wait, and does not
//! run its jobs. Give it `print(text)`, `setTimeout(f, ms)` and what runs all of it:
//! the program, then its jobs; then timer by timer, the earliest first, its jobs after
//! each. Time is what the timers say it is: nobody waits. What a timer throws is what
//! `run` returns.
//!
//! The engine checks at its end that nothing of it is left, and aborts if something is:
//! a function that still waits must be dropped before it.

use js_runtime::rquickjs::{Context, Function, Result, Runtime};
use std::cell::RefCell;
use std::rc::Rc;

// UNSOLVED: add setTimeout, and run jobs and timers, then delete this line
/// Runs a program; what it printed.
pub fn run(program: &str) -> Result<Vec<String>> {
    let runtime = Runtime::new()?;
    let context = Context::full(&runtime)?;
    let printed = Rc::new(RefCell::new(Vec::new()));
    let lines = Rc::clone(&printed);
    context.with(|ctx| {
        let print = move |text: String| lines.borrow_mut().push(text);
        ctx.globals()
            .set("print", Function::new(ctx.clone(), print)?)?;
        ctx.eval::<(), _>(program)
    })?;
    drop(context);
    Ok(printed.take())
}
