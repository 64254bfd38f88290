//! Timers (libuv: src/timer.c).

use crate::Result;
use crate::handle::{Entry, Timer, What};
use crate::run::Loop;
use crate::slots::Id;

impl Loop {
    /// A timer that is not started (`uv_timer_init`).
    pub fn timer(&mut self) -> Timer {
        let what = What::Timer {
            due: None,
            firing: false,
            repeat: 0,
        };
        Timer(self.add(Entry::new(what)))
    }

    /// Starts a timer, or starts it anew: due `timeout` ms from the loop's time, then
    /// every `repeat` ms unless that is 0 (`uv_timer_start`). The clock is not read: a
    /// callback that was busy calls [`Loop::update_time`] first.
    ///
    /// # Errors
    /// [`Error::Closed`](crate::Error::Closed).
    pub fn timer_start(
        &mut self,
        timer: Timer,
        timeout: u64,
        repeat: u64,
        callback: impl FnMut(&mut Loop) + 'static,
    ) -> Result<()> {
        let entry = self.open_entry_mut(timer.0)?;
        entry.callback = Some(Box::new(callback));
        if let What::Timer { repeat: every, .. } = &mut entry.what {
            *every = repeat;
        }
        self.arm(timer.0, timeout);
        Ok(())
    }

    /// Stops a timer (`uv_timer_stop`).
    ///
    /// # Errors
    /// [`Error::Closed`](crate::Error::Closed).
    pub fn timer_stop(&mut self, timer: Timer) -> Result<()> {
        self.open_entry(timer.0)?;
        self.stop_timer(timer.0);
        Ok(())
    }

    /// Starts a repeating timer anew, due `repeat` ms from the loop's time
    /// (`uv_timer_again`). A timer that does not repeat is left alone.
    ///
    /// # Errors
    /// [`Error::Closed`](crate::Error::Closed).
    pub fn timer_again(&mut self, timer: Timer) -> Result<()> {
        let entry = self.open_entry(timer.0)?;
        if let What::Timer {
            repeat: repeat @ 1..,
            ..
        } = entry.what
        {
            self.arm(timer.0, repeat);
        }
        Ok(())
    }

    fn arm(&mut self, id: Id, timeout: u64) {
        self.stop_timer(id);
        let key = (self.time.saturating_add(timeout), self.timer_counter);
        self.timer_counter += 1;
        if let Ok(entry) = self.open_entry_mut(id)
            && let What::Timer { due, .. } = &mut entry.what
        {
            *due = Some(key);
            self.timers.insert((key.0, key.1, id));
            self.set_active(id, true);
        }
    }

    pub(crate) fn stop_timer(&mut self, id: Id) {
        if let Some(entry) = self.handles.get_mut(id)
            && let What::Timer { due, firing, .. } = &mut entry.what
        {
            *firing = false;
            if let Some((at, order)) = due.take() {
                self.timers.remove(&(at, order, id));
                self.set_active(id, false);
            }
        }
    }

    // ANCHOR: run-timers
    /// Runs every timer that is due by the loop's time (`uv__run_timers`). All of them
    /// are taken out first: one that a callback starts waits for the next turn.
    pub(crate) fn run_timers(&mut self) {
        let mut due = Vec::new();
        while let Some(&(at, _, id)) = self.timers.first()
            && at <= self.time
        {
            self.stop_timer(id);
            self.set_firing(id, true);
            due.push(id);
        }
        for id in due {
            // Unless a callback before this one stopped it, or closed it.
            if self.set_firing(id, false) && self.timer_again(Timer(id)).is_ok() {
                self.call(id);
            }
        }
    }
    // ANCHOR_END: run-timers

    /// What it was before.
    fn set_firing(&mut self, id: Id, now: bool) -> bool {
        match self.open_entry_mut(id).map(|entry| &mut entry.what) {
            Ok(What::Timer { firing, .. }) => std::mem::replace(firing, now),
            _ => false,
        }
    }
}
