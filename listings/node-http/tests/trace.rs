//! The trace that a page steps through is what a run does now.

#[path = "../examples/node-http-trace.rs"]
mod example;

#[test]
fn the_recorded_trace_is_what_a_run_writes() {
    let recorded = std::fs::read_to_string(example::path()).expect("the trace");
    assert_eq!(example::file(&example::run()), recorded);
}
