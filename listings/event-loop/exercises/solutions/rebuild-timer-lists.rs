//! A list for each duration. A list's expiry is that of its first timer when the list
//! was made, or when it was put off; lists of equal expiry run in the order of that.

use crate::checks::TimerLists;
use std::collections::{HashMap, VecDeque};

struct List {
    expiry: u64,
    /// Who was put there first, among lists of equal expiry.
    order: u64,
    /// When each timer was armed, and its name.
    timers: VecDeque<(u64, String)>,
}

#[derive(Default)]
pub struct Timers {
    /// By the duration in ms.
    lists: HashMap<u64, List>,
    next_order: u64,
}

impl Timers {
    fn order(&mut self) -> u64 {
        self.next_order += 1;
        self.next_order
    }

    /// The list to run next: its expiry, and its duration.
    fn first(&self) -> Option<(u64, u64)> {
        let lists = self.lists.iter();
        let (duration, list) = lists.min_by_key(|(_, l)| (l.expiry, l.order))?;
        Some((list.expiry, *duration))
    }
}

impl TimerLists for Timers {
    fn set_timeout(&mut self, now: u64, after: f64, name: &str) {
        // The floor of 1 ms, then the truncation. A duration that is too long is 1.
        let in_range = (1.0..=2_147_483_647.0).contains(&after);
        let duration = if in_range { after as u64 } else { 1 };
        let order = self.order();
        let list = self.lists.entry(duration).or_insert_with(|| List {
            expiry: now + duration,
            order,
            timers: VecDeque::new(),
        });
        list.timers.push_back((now, name.to_string()));
    }

    fn take_due(&mut self, now: u64) -> Vec<String> {
        let mut due = Vec::new();
        while let Some((_, duration)) = self.first().filter(|(at, _)| *at <= now) {
            let order = self.order();
            let Some(mut list) = self.lists.remove(&duration) else {
                break;
            };
            while let Some((armed, name)) = list.timers.pop_front() {
                if armed + duration > now {
                    // Not due yet: the whole list is put off until then.
                    list.expiry = armed + duration;
                    list.order = order;
                    list.timers.push_front((armed, name));
                    self.lists.insert(duration, list);
                    break;
                }
                due.push(name);
            }
        }
        due
    }

    fn next_expiry(&self) -> Option<u64> {
        self.first().map(|(expiry, _)| expiry)
    }
}
