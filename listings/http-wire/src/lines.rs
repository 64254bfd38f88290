//! Lines of an input that grows, each byte looked at once.

use memchr::memchr;

/// One line: `start..end` is what it says, `end..next` how it ends.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub start: usize,
    pub end: usize,
    pub next: usize,
}

impl Line {
    /// Whether the line ends in LF alone.
    pub fn has_bare_lf(&self) -> bool {
        self.next - self.end == 1
    }
}

/// Finds the lines of an input that keeps its front and grows at its end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lines {
    start: usize,
    scanned: usize,
}

/// There is no line end within the bytes that a line may have.
#[derive(Clone, Copy, Debug)]
pub struct TooLong;

impl Lines {
    /// Whether nothing was searched yet.
    pub fn is_untouched(&self) -> bool {
        self.scanned == 0
    }

    /// Where the next line begins.
    pub fn start(&self) -> usize {
        self.start
    }

    // ANCHOR: next-line
    /// The next line, if all of it is there; it may have `max` bytes with its end.
    pub fn next(&mut self, input: &[u8], max: usize) -> Result<Option<Line>, TooLong> {
        let last = input.len().min(self.start.saturating_add(max));
        let Some(found) = memchr(b'\n', &input[self.scanned..last]) else {
            // What was searched is not searched again: a peer that sends one byte at a
            // time costs as much as one that sends them all.
            self.scanned = last;
            let used_up = input.len() - self.start >= max;
            return if used_up { Err(TooLong) } else { Ok(None) };
        };
        let (start, lf) = (self.start, self.scanned + found);
        let has_cr = lf > start && input[lf - 1] == b'\r';
        (self.start, self.scanned) = (lf + 1, lf + 1);
        Ok(Some(Line {
            start,
            end: lf - usize::from(has_cr),
            next: lf + 1,
        }))
    }
    // ANCHOR_END: next-line
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However a line comes, each of its bytes is searched once.
    #[test]
    fn no_byte_is_searched_twice() {
        let text = b"a line that comes byte by byte\r\n";
        let mut lines = Lines::default();
        for length in 1..text.len() {
            let line = lines.next(&text[..length], 100).expect("short enough");
            assert!(line.is_none());
            assert_eq!(lines.scanned, length, "all of it, and no more next time");
        }
        let line = lines
            .next(text, 100)
            .expect("short enough")
            .expect("a line");
        assert_eq!((line.start, line.end, line.next), (0, 30, 32));
        assert_eq!(lines.scanned, 32);
    }
}
