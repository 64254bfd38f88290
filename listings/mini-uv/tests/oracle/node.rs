//! What Node puts into libuv's check phase.

use crate::common;
use mini_uv::{Idle, Loop, Result, RunMode};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

type Callback = Box<dyn FnOnce(&mut Loop)>;

// ANCHOR: immediates
/// `setImmediate`: one check handle runs all of them; one idle handle, started while
/// there are any, keeps the poll phase from sleeping.
#[derive(Clone)]
pub struct Immediates {
    queue: Rc<RefCell<VecDeque<Callback>>>,
    idle: Idle,
}

impl Immediates {
    pub fn new(uv: &mut Loop) -> Result<Immediates> {
        let (check, idle) = (uv.check(), uv.idle());
        let this = Immediates {
            queue: Rc::default(),
            idle,
        };
        let all = this.clone();
        uv.check_start(check, move |uv| all.run(uv))?;
        uv.set_referenced(check, false)?;
        Ok(this)
    }

    pub fn set(&self, uv: &mut Loop, callback: impl FnOnce(&mut Loop) + 'static) {
        self.queue.borrow_mut().push_back(Box::new(callback));
        uv.idle_start(self.idle, |_| ()).expect("an open handle");
    }

    fn run(&self, uv: &mut Loop) {
        let generation = self.queue.take();
        uv.idle_stop(self.idle).expect("an open handle");
        for callback in generation {
            callback(uv);
        }
    }
}
// ANCHOR_END: immediates

/// Runs a program to its end and sees that it leaves nothing behind.
pub fn run(mut uv: Loop) {
    uv.run(RunMode::Default).unwrap();
    common::end(uv);
}

/// `for (const end = Date.now() + ms; Date.now() < end;);`
pub fn busy_wait(ms: u64) {
    let end = Instant::now() + Duration::from_millis(ms);
    while Instant::now() < end {
        std::hint::spin_loop();
    }
}
