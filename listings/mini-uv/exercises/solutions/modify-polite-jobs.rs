//! At most three at a time: when one is done, the next begins. The queue is ours, so
//! that the pool's stays short and whoever else comes is next.

use super::super::Job;
use mini_uv::{Loop, Result, WorkKind};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

const AT_ONCE: usize = 3;

type Jobs = Rc<RefCell<VecDeque<Job>>>;

/// Runs them all on the pool.
pub fn run_all(uv: &mut Loop, jobs: Vec<Job>) -> Result<()> {
    let jobs = Rc::new(RefCell::new(VecDeque::from(jobs)));
    for _ in 0..AT_ONCE {
        next(uv, &jobs)?;
    }
    Ok(())
}

fn next(uv: &mut Loop, jobs: &Jobs) -> Result<()> {
    let Some(job) = jobs.borrow_mut().pop_front() else {
        return Ok(());
    };
    let jobs = Rc::clone(jobs);
    uv.queue_work(WorkKind::Cpu, job, move |uv, _| {
        next(uv, &jobs).expect("there is room: one has just ended");
    })?;
    Ok(())
}
