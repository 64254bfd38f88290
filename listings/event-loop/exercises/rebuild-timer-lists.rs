//! Build timers that fire in Node's order. This attempt sorts them by the time at which
//! they are due, which looks right, and is wrong in several ways.

use crate::checks::TimerLists;

#[derive(Default)]
pub struct Timers {
    /// When it is due, in ms, and the timer's name.
    timers: Vec<(f64, String)>,
}

// UNSOLVED: keep a list for each duration and run list by list, then delete this line
impl TimerLists for Timers {
    fn set_timeout(&mut self, now: u64, after: f64, name: &str) {
        let due = now as f64 + after;
        let at = self.timers.partition_point(|(other, _)| *other <= due);
        self.timers.insert(at, (due, name.to_string()));
    }

    fn take_due(&mut self, now: u64) -> Vec<String> {
        let due = self.timers.partition_point(|(due, _)| *due <= now as f64);
        self.timers.drain(..due).map(|(_, name)| name).collect()
    }

    fn next_expiry(&self) -> Option<u64> {
        self.timers.first().map(|(due, _)| *due as u64)
    }
}
