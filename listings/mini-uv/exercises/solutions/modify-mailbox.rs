//! The wakeup says that there is something. What, and how much, is in a queue.

use mini_uv::{Loop, Sender};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// Posts letters, from any thread.
pub struct Post {
    letters: Arc<Mutex<VecDeque<u32>>>,
    wakeup: Sender,
}

impl Post {
    pub fn send(&self, letter: u32) {
        self.letters.lock().expect("no panic").push_back(letter);
        self.wakeup.send();
    }
}

/// A mailbox of this loop; `read` is called with each letter.
pub fn mailbox(uv: &mut Loop, mut read: impl FnMut(u32) + 'static) -> Post {
    let letters = Arc::new(Mutex::new(VecDeque::new()));
    let inside = Arc::clone(&letters);
    let (_, wakeup) = uv.async_handle(move |_| {
        // Take them all, and let go of the lock before anything is called.
        let all = std::mem::take(&mut *inside.lock().expect("no panic"));
        all.into_iter().for_each(&mut read);
    });
    Post { letters, wakeup }
}
