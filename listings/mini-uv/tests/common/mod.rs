//! What several tests share.
#![allow(dead_code)]

use mini_uv::Loop;
use std::cell::RefCell;
use std::fmt::Display;
use std::rc::Rc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// Fails the test if `body` takes longer than a minute: no test depends on how long
/// something takes, but none may hang.
pub fn in_time(body: impl FnOnce() + Send + 'static) {
    let (done, finished) = channel();
    let test = thread::spawn(move || {
        body();
        let _ = done.send(());
    });
    match finished.recv_timeout(Duration::from_secs(60)) {
        Err(RecvTimeoutError::Timeout) => panic!("the loop hangs"),
        _ => test.join().unwrap(),
    }
}

/// What a program printed.
#[derive(Clone, Default)]
pub struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    pub fn say(&self, line: impl Display) {
        self.0.borrow_mut().push(line.to_string());
    }

    pub fn lines(&self) -> Vec<String> {
        self.0.borrow().clone()
    }

    pub fn text(&self) -> String {
        self.lines()
            .iter()
            .map(|line| format!("{line}\n"))
            .collect()
    }
}

/// Where threads wait until they may pass, one by one or all.
#[derive(Clone, Default)]
pub struct Turnstile(Arc<(Mutex<usize>, Condvar)>);

impl Turnstile {
    /// Waits for a permit and uses it up.
    pub fn pass(&self) {
        let (permits, changed) = &*self.0;
        let free = changed.wait_while(permits.lock().unwrap(), |n| *n == 0);
        *free.unwrap() -= 1;
    }

    pub fn allow(&self, more: usize) {
        *self.0.0.lock().unwrap() += more;
        self.0.1.notify_all();
    }
}

/// Closes every handle that is left, and sees that the loop then ends clean.
pub fn end(mut uv: Loop) {
    let open: Vec<_> = uv.walk().filter(|info| !info.closing).collect();
    for info in open {
        uv.close(info.handle, |_| ()).unwrap();
    }
    uv.run(mini_uv::RunMode::Default).unwrap();
    assert!(uv.end().is_ok(), "a handle or a request is left");
}
