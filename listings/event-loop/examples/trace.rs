//! Writes what the twins of some oracle programs do, for pages to step through.
//!
//! `cargo run -p event-loop --example trace` writes `traces/NAME.rebuild.json`; then
//! `cargo run -- oracle event-loop --record` writes `NAME.node.json` beside it.

// Only some of the twins have a picture.
#![allow(dead_code)]

use event_loop::closures::{Closures, Js};
use event_loop::trace::Trace;
use event_loop::uv::Simulated;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

#[path = "../tests/oracle/errors.rs"]
mod errors;
#[path = "../tests/oracle/io.rs"]
mod io_twins;
#[path = "../tests/oracle/order.rs"]
mod order;

/// A program as the listing runs it.
pub type Twin = fn(&mut Js);

/// The oracle programs that a page steps through, each with its twin.
pub const TRACED: [(&str, Twin); 3] = [
    ("main-order-script", order::main_order_script),
    ("phase-cycle", io_twins::phase_cycle),
    ("tick-throws", errors::tick_throws),
];

/// What this twin does, step by step.
pub fn trace(twin: Twin) -> io::Result<Trace> {
    let poll = Simulated::new().file("program.js", &[0; 100]);
    let mut js = Js::new(poll, Closures::quiet());
    js.record();
    js.run_script(twin)?;
    Ok(js.take_trace().unwrap_or_default())
}

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("traces");
    std::fs::create_dir_all(&folder)?;
    for (name, twin) in TRACED {
        let file = format!("{name}.rebuild.json");
        let mut writer = BufWriter::new(File::create(folder.join(&file))?);
        trace(twin)?.write(&mut writer)?;
        writer.flush()?;
        println!("wrote traces/{file}");
    }
    Ok(())
}
