//! Answers that look right and are not: the checks of the exercises refuse them. Beside
//! each stands the same answer without its mistake, which they take.

#[path = "../exercises/checks/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "only the checks are of interest here"
)]
mod checks;

use checks::tasks::{multipart, ranges, rate_limit, slow_head};
use checks::{Part, RateLimit};
use std::collections::HashMap;
use std::net::IpAddr;

#[test]
fn a_deadline_is_counted_from_the_first_byte() {
    assert_eq!(slow_head(|first, _| first + 10_000), Ok(()));
    assert!(slow_head(|_, _| 15_000).is_err(), "always the same time");
}

/// All that the solution does, but as if the file had bytes.
fn range<const COUNTS_DOWN: bool>(
    value: &str,
    length: u64,
) -> Result<Option<(u64, u64)>, ()> {
    match checks::list::modify_ranges_solved::range(value, length) {
        Ok(None) if COUNTS_DOWN && value == "bytes=-3" => Err(()),
        wanted => wanted,
    }
}

#[test]
fn the_last_bytes_of_nothing_are_nothing() {
    assert_eq!(ranges(range::<false>), Ok(()));
    assert!(ranges(range::<true>).is_err());
}

/// With mistakes: text that is repaired, a boundary looked for in the whole file.
fn parts<const IS_TEXT: bool, const IN_FILE: bool>(
    file: &[u8],
    parts: &[Part],
    kind: &str,
    boundary: &str,
) -> Option<Vec<u8>> {
    let mut in_file = file.windows(boundary.len());
    if IN_FILE && in_file.any(|bytes| bytes == boundary.as_bytes()) {
        return None;
    }
    let write = checks::list::rebuild_multipart_solved::multipart;
    let content = write(file, parts, kind, boundary)?;
    Some(match IS_TEXT {
        true => String::from_utf8_lossy(&content).into_owned().into_bytes(),
        false => content,
    })
}

#[test]
fn parts_are_bytes_and_only_they_count() {
    assert_eq!(multipart(parts::<false, false>), Ok(()));
    assert!(multipart(parts::<true, false>).is_err(), "no text");
    assert!(multipart(parts::<false, true>).is_err(), "not in a part");
    // MIME allows a line end in front of the first boundary, and nginx sends one.
    let with_line_end = |file: &[u8], parts: &[Part], kind: &str, boundary: &str| {
        let write = checks::list::rebuild_multipart_solved::multipart;
        let content = write(file, parts, kind, boundary)?;
        Some([b"\r\n", &content[..]].concat())
    };
    assert_eq!(multipart(with_line_end), Ok(()));
}

/// What a limiter does when it is full.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Full {
    Refuses,
    Forgets,
    Allows,
}

/// When each bucket is full; with a mistake, or counting whole intervals only.
struct Limiter<const FULL: u8, const ROUNDS: bool> {
    buckets: HashMap<IpAddr, (u32, u64)>,
    burst: u32,
    interval: u64,
    most: usize,
}

impl<const FULL: u8, const ROUNDS: bool> RateLimit for Limiter<FULL, ROUNDS> {
    fn new(burst: u32, interval: u64, most: usize) -> Self {
        Limiter {
            buckets: HashMap::new(),
            burst,
            interval,
            most,
        }
    }

    fn allows(&mut self, address: IpAddr, now: u64) -> bool {
        let full = [Full::Refuses, Full::Forgets, Full::Allows][usize::from(FULL)];
        let (burst, interval) = (self.burst, self.interval);
        let refilled = |tokens: u32, at: u64| {
            let more = ((now - at) / interval).min(u64::from(burst)) as u32;
            let at = if ROUNDS {
                now
            } else {
                at + u64::from(more) * interval
            };
            ((tokens + more).min(burst), at)
        };
        if !self.buckets.contains_key(&address) && self.buckets.len() >= self.most {
            self.buckets
                .retain(|_, (tokens, at)| refilled(*tokens, *at).0 < burst);
            match full {
                _ if self.buckets.len() < self.most => {}
                Full::Refuses => return false,
                Full::Forgets => self.buckets.clear(),
                Full::Allows => return true,
            }
        }
        let (tokens, at) = self.buckets.entry(address).or_insert((burst, now));
        let (had, since) = refilled(*tokens, *at);
        // A full bucket begins to fill when something is taken.
        let since = if had == burst { now } else { since };
        (*tokens, *at) = (had.saturating_sub(1), since);
        had > 0
    }

    fn remembered(&self) -> usize {
        self.buckets.len()
    }
}

#[test]
fn a_flood_gives_nobody_a_full_bucket() {
    assert_eq!(rate_limit::<Limiter<0, false>>(), Ok(()));
    assert!(rate_limit::<Limiter<1, false>>().is_err(), "it forgets all");
    assert!(rate_limit::<Limiter<2, false>>().is_err(), "it lets in");
    assert!(rate_limit::<Limiter<0, true>>().is_err(), "it loses parts");
}
