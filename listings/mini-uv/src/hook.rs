//! Idle, prepare and check handles (libuv: src/unix/loop-watcher.c).

use crate::Result;
use crate::handle::{Check, Entry, Idle, Prepare, What};
use crate::run::Loop;
use crate::slots::Id;

macro_rules! hooks {
    ($($name:ident $make:ident $start:ident $stop:ident)+) => {
        /// Idle, prepare and check handles.
        impl Loop {$(
            #[doc = concat!("A handle that is not started (`uv_", stringify!($make), "_init`).")]
            pub fn $make(&mut self) -> $name {
                $name(self.add(Entry::new(What::$name)))
            }

            #[doc = concat!("Starts it (`uv_", stringify!($start), "`). Started already, ")]
            /// it keeps its callback, as in libuv.
            ///
            /// # Errors
            /// [`Error::Closed`](crate::Error::Closed).
            pub fn $start(
                &mut self,
                handle: $name,
                callback: impl FnMut(&mut Loop) + 'static,
            ) -> Result<()> {
                self.start_hook(handle.0, Box::new(callback))
            }

            #[doc = concat!("Stops it (`uv_", stringify!($stop), "`).")]
            ///
            /// # Errors
            /// [`Error::Closed`](crate::Error::Closed).
            pub fn $stop(&mut self, handle: $name) -> Result<()> {
                self.open_entry(handle.0)?;
                self.stop_hook(handle.0);
                Ok(())
            }
        )+}
    };
}

hooks! {
    Idle idle idle_start idle_stop
    Prepare prepare prepare_start prepare_stop
    Check check check_start check_stop
}

impl Loop {
    fn start_hook(&mut self, id: Id, callback: crate::run::Callback) -> Result<()> {
        let entry = self.open_entry_mut(id)?;
        if !entry.active {
            entry.callback = Some(callback);
            self.hooks.push(id);
            self.set_active(id, true);
        }
        Ok(())
    }

    pub(crate) fn stop_hook(&mut self, id: Id) {
        self.hooks.retain(|started| *started != id);
        self.hooks_to_run.retain(|waiting| *waiting != id);
        self.set_active(id, false);
    }

    pub(crate) fn has_idle(&self) -> bool {
        self.hooks_of(|what| matches!(what, What::Idle))
            .next()
            .is_some()
    }

    /// libuv puts a started handle in front of its queue: the last one comes first.
    fn hooks_of(&self, kind: fn(&What) -> bool) -> impl Iterator<Item = Id> {
        let is = move |id: &Id| self.handles.get(*id).is_some_and(|e| kind(&e.what));
        self.hooks.iter().rev().copied().filter(is)
    }

    /// Runs the handles of one phase that are started when it begins; one that is
    /// stopped by another of them, and be it to start anew, has to wait.
    pub(crate) fn run_hooks(&mut self, kind: fn(&What) -> bool) {
        if self.hooks.is_empty() {
            return;
        }
        self.hooks_to_run = self.hooks_of(kind).collect();
        while let Some(id) = self.hooks_to_run.pop_front() {
            self.call(id);
        }
    }
}
