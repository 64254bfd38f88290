//! All ticks, those that ticks queue too; then all microtasks, those that microtasks
//! queue too; and again, until neither has left anything.

use crate::checks::{Job, TickQueues};
use std::collections::VecDeque;

#[derive(Default)]
pub struct Queues {
    ticks: VecDeque<Job<Queues>>,
    microtasks: VecDeque<Job<Queues>>,
}

impl Queues {
    fn run_microtasks(&mut self) {
        while let Some(job) = self.microtasks.pop_front() {
            job(self);
        }
    }
}

impl TickQueues for Queues {
    fn next_tick(&mut self, job: Job<Queues>) {
        self.ticks.push_back(job);
    }

    fn queue_microtask(&mut self, job: Job<Queues>) {
        self.microtasks.push_back(job);
    }

    fn drain(&mut self) {
        loop {
            while let Some(job) = self.ticks.pop_front() {
                job(self);
            }
            self.run_microtasks();
            if self.ticks.is_empty() {
                break;
            }
        }
    }
}
