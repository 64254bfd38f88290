//! Find the end of a head in a buffer that grows. This attempt begins anew each time,
//! and a peer that sends byte by byte makes it look at 16,000 bytes 16,000 times.
//!
//! `buffer.len()` costs nothing. `buffer.byte(at)` is a look, and there may be four for
//! each byte that came.

use crate::checks::{Buffer, HeadFinder};

#[derive(Default)]
pub struct Finder;

impl HeadFinder for Finder {
    // UNSOLVED: remember how far you looked, then delete this line
    fn find(&mut self, buffer: &Buffer) -> Option<usize> {
        let end = b"\r\n\r\n";
        let starts = 0..(buffer.len() + 1).saturating_sub(end.len());
        let is_end = |start: &usize| {
            let mut bytes = end.iter().enumerate();
            bytes.all(|(i, byte)| buffer.byte(start + i) == *byte)
        };
        starts
            .into_iter()
            .find(is_end)
            .map(|start| start + end.len())
    }
}
