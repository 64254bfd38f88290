//! A mailbox between threads. It works, as long as the loop is not busy.

use mini_uv::{Loop, Sender};
use std::sync::{Arc, Mutex};

/// Posts letters, from any thread.
pub struct Post {
    letter: Arc<Mutex<Option<u32>>>,
    wakeup: Sender,
}

impl Post {
    pub fn send(&self, letter: u32) {
        *self.letter.lock().expect("no panic") = Some(letter);
        self.wakeup.send();
    }
}

/// A mailbox of this loop; `read` is called with each letter.
pub fn mailbox(uv: &mut Loop, mut read: impl FnMut(u32) + 'static) -> Post {
    // UNSOLVED: a thousand wakeups may be one callback. Where are the other letters?
    let letter = Arc::new(Mutex::new(None));
    let inside = Arc::clone(&letter);
    let (_, wakeup) = uv.async_handle(move |_| {
        if let Some(letter) = inside.lock().expect("no panic").take() {
            read(letter);
        }
    });
    Post { letter, wakeup }
}
