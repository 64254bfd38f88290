//! One queue, in which the whole slow lane has one place: `None`. Whoever draws it
//! takes the first slow job and puts the place to the end.

use super::super::Lanes;
use std::collections::{HashSet, VecDeque};

pub struct Queue {
    jobs: VecDeque<Option<u32>>,
    slow: VecDeque<u32>,
    running: HashSet<u32>,
    limit: usize,
}

impl Lanes for Queue {
    fn new(threads: usize) -> Self {
        Queue {
            jobs: VecDeque::new(),
            slow: VecDeque::new(),
            running: HashSet::new(),
            limit: threads.div_ceil(2),
        }
    }

    fn submit(&mut self, name: u32, slow: bool) {
        if !slow {
            self.jobs.push_back(Some(name));
            return;
        }
        if self.slow.is_empty() {
            self.jobs.push_back(None);
        }
        self.slow.push_back(name);
    }

    fn take(&mut self) -> Option<u32> {
        for _ in 0..self.jobs.len() {
            match self.jobs.pop_front()? {
                Some(name) => return Some(name),
                None if self.running.len() < self.limit => {
                    let name = self.slow.pop_front()?;
                    self.running.insert(name);
                    if !self.slow.is_empty() {
                        self.jobs.push_back(None);
                    }
                    return Some(name);
                }
                None => self.jobs.push_back(None),
            }
        }
        None
    }

    fn done(&mut self, name: u32) {
        self.running.remove(&name);
    }
}
