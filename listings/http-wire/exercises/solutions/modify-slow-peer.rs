//! Find the end of a head in a buffer that grows.
//!
//! What was looked at is remembered as one number: how much of the end stands directly
//! before the next byte. A byte that does not continue it may still begin it.

use crate::checks::{Buffer, HeadFinder};

#[derive(Default)]
pub struct Finder {
    looked: usize,
    matched: usize,
}

impl HeadFinder for Finder {
    fn find(&mut self, buffer: &Buffer) -> Option<usize> {
        let end = b"\r\n\r\n";
        while self.looked < buffer.len() {
            let byte = buffer.byte(self.looked);
            self.looked += 1;
            self.matched = match byte == end[self.matched] {
                true => self.matched + 1,
                false => usize::from(byte == end[0]),
            };
            if self.matched == end.len() {
                return Some(self.looked);
            }
        }
        None
    }
}
