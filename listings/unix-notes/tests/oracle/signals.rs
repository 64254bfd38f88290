//! Signals. A process has one self-pipe, so each twin is a process.

use crate::{Said, actor};
use std::io;

fn run(role: &str, said: &mut Said) -> io::Result<()> {
    let output = actor(role, "").output()?;
    said.extend(
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(String::from),
    );
    Ok(())
}

pub fn signal_order(said: &mut Said) -> io::Result<()> {
    run("signal-order", said)
}

pub fn signals_lost(said: &mut Said) -> io::Result<()> {
    run("signals-lost", said)
}
