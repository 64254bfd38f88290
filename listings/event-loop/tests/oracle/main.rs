//! Every program of oracle/ has a twin here, and both print the same.
//!
//! NAME.out is what the pinned Node printed for NAME.cjs or NAME.mjs. The twins run on
//! the simulated poll phase: no clock, no threads, no chance.

mod errors;
mod exit;
mod immediates;
mod io;
mod modules;
mod order;
mod promises;
mod rejections;
mod timers;

use event_loop::closures::{Closures, Js};
use event_loop::uv::Simulated;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A loop for a twin: `__filename` is `program.js`, 100 bytes long.
fn new_loop() -> Js {
    let poll = Simulated::new().file("program.js", &[0; 100]);
    Js::new(poll, Closures::quiet())
}

fn oracle() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracle")
}

/// What Node printed for the program with this name.
fn recorded(name: &str) -> String {
    let path = oracle().join(name).with_extension("out");
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What the twin `main` prints.
fn printed(run: impl FnOnce(&mut Js) -> std::io::Result<i32>) -> (String, i32) {
    let mut js = new_loop();
    let code = run(&mut js).expect("the simulated loop ends");
    (js.host().output().to_string(), code)
}

fn compare(twin: &str, output: &str) {
    let name = twin.replace('_', "-");
    // Where `cargo run -- oracle` looks on.
    if let Some(folder) = std::env::var_os("ORACLE_TWINS") {
        let file = PathBuf::from(folder).join(format!("{name}.out"));
        std::fs::write(file, output).expect("the folder takes it");
    }
    assert_eq!(
        output,
        recorded(&name),
        "{name}: the twin (left), Node (right)"
    );
}

/// A script, an ES module, or a script run as a child whose exit code is printed too.
macro_rules! test {
    (script $module:ident $twin:ident) => {
        let (output, _) = printed(|js| js.run_script($module::$twin));
        compare(stringify!($twin), &output);
    };
    (module $module:ident $twin:ident) => {
        let (output, _) = printed(|js| js.run_module($module::$twin));
        compare(stringify!($twin), &output);
    };
    (child $module:ident $twin:ident) => {
        let (output, code) = printed(|js| js.run_script($module::$twin));
        compare(stringify!($twin), &format!("{output}exit code {code}\n"));
    };
}

/// A test for each twin, and the list of all twins.
macro_rules! twins {
    ($($kind:ident $module:ident::{$($twin:ident),+ $(,)?})*) => {
        const TWINS: &[(&str, &str)] =
            &[$($((stringify!($kind), stringify!($twin))),+),*];
        $($(
            #[test]
            fn $twin() {
                test!($kind $module $twin);
            }
        )+)*
    };
}

twins! {
    script order::{
        main_order_script, tick_recursion, microtask_recursion,
        microtask_tick_microtask, ticks_between_timers, ticks_between_immediates,
        timer_or_immediate, timer_in_timer, nested_timers,
        starvation,
    }
    script immediates::{
        immediate_generations, clear_immediate_sibling, immediate_from_tick,
        immediate_unref,
    }
    script timers::{
        timer_lists, timer_late_but_first, timer_fraction, timer_floor,
        interval_clear, clear_timer_sibling, timer_unref, timer_refresh, timer_has_ref,
        interval_among_timers, interval_late, interval_unref, timer_clear_refresh,
        timer_clear_own, timer_unref_last_turn,
    }
    script errors::{
        immediate_throws, immediate_throws_last, tick_throws, tick_throws_no_timer,
        timer_throws, main_throws, microtask_throws, interval_throws, handler_queues,
        tick_of_timer_throws, tick_of_immediate_throws,
    }
    script exit::{
        before_exit, exit_event, exit_in_tick, exit_code, uncaught_exit,
        exit_in_microtask, exit_in_before_exit, before_exit_unref,
    }
    child exit::{
        exit_in_exit, error_in_handler, exit_listener_throws, exit_listener_caught,
    }
    script io::{
        phase_cycle, io_immediate_timer, io_callback_or_promise, server_close,
        socket_close, closing_order,
    }
    script rejections::{
        rejection_where, rejection_handled, rejection_exit, rejection_uncaught,
        rejection_queues, await_rejected, rejection_chain, rejection_in_listener,
        rejection_batch, rejection_batch_throws,
    }
    script promises::{
        thenable_hops, async_return, resolve_pending, await_or_then, finally_hops, all_and_race,
        promise_executor, promise_cycle,
    }
    module modules::{
        main_order_module, module_await, module_unsettled, module_exit_code,
        module_throws, module_rejected_await, module_throws_hops, module_rejects_hops,
    }
    script modules::{
        module_required,
    }
}

/// A program without a twin proves nothing, a twin without a program even less.
#[test]
fn every_program_has_a_twin_and_every_twin_a_program() {
    let twins: BTreeSet<String> = TWINS
        .iter()
        .map(|(kind, twin)| match *kind {
            "module" => format!("{}.mjs", twin.replace('_', "-")),
            _ => format!("{}.cjs", twin.replace('_', "-")),
        })
        .collect();
    let files = std::fs::read_dir(oracle()).expect("the folder oracle");
    let names = files.map(|f| f.expect("an entry").file_name().into_string().unwrap());
    let (outputs, programs): (BTreeSet<String>, BTreeSet<String>) =
        names.partition(|name| name.ends_with(".out"));
    assert_eq!(programs, twins);
    let recorded: BTreeSet<String> = programs
        .iter()
        .map(|name| format!("{}.out", &name[..name.len() - 4]))
        .collect();
    assert_eq!(outputs, recorded);
}

/// Each program says on its first line what it asks.
#[test]
fn every_program_begins_with_its_question() {
    for file in std::fs::read_dir(oracle()).expect("the folder oracle") {
        let path = file.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "cjs" || e == "mjs") {
            let text = std::fs::read_to_string(&path).expect("a text");
            assert!(text.starts_with("// "), "{}", path.display());
        }
    }
}
