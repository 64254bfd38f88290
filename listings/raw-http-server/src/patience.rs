//! Waiting for a peer, with a limit.

use crate::config::Patience;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// The time so long from now; one that no clock can hold is in thirty years.
pub fn after(wait: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
    let now = Instant::now();
    now.checked_add(wait).unwrap_or_else(|| now + FAR)
}

// ANCHOR: alarm
/// The one timer of a connection. Moving a timer costs more than looking at the clock,
/// and most deadlines are only ever moved later: so it is left where it is, and looks
/// when it fires whether that is still the time.
pub struct Alarm(Pin<Box<Sleep>>);

impl Alarm {
    /// An alarm that goes off at `at`, unless another time is polled for.
    pub fn new(at: Instant) -> Alarm {
        Alarm(Box::pin(sleep_until(at)))
    }

    /// Ready when `deadline` has passed.
    pub fn poll(&mut self, cx: &mut Context<'_>, deadline: Instant) -> Poll<()> {
        if deadline < self.0.deadline() {
            self.0.as_mut().reset(deadline);
        }
        loop {
            ready!(self.0.as_mut().poll(cx));
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            self.0.as_mut().reset(deadline);
        }
    }
}
// ANCHOR_END: alarm

// ANCHOR: budget
/// What is left of a [`Patience`]. Only waiting uses it up.
#[derive(Debug)]
pub struct Budget {
    patience: Patience,
    left: Duration,
    /// When it is used up, while somebody waits.
    deadline: Option<Instant>,
}

impl Budget {
    /// All of it.
    pub fn new(patience: Patience) -> Budget {
        let left = patience.most;
        Budget {
            patience,
            left,
            deadline: None,
        }
    }

    /// The peer is waited for: until when?
    pub fn waiting(&mut self) -> Instant {
        let left = self.left;
        *self.deadline.get_or_insert_with(|| after(left))
    }

    /// The peer moved so many bytes.
    pub fn earned(&mut self, bytes: usize) {
        if let Some(deadline) = self.deadline.take() {
            self.left = deadline.saturating_duration_since(Instant::now());
        }
        let seconds = bytes as f64 / f64::from(self.patience.rate.max(1));
        let earned = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        self.left = self.left.saturating_add(earned).min(self.patience.most);
    }
}
// ANCHOR_END: budget

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    fn budget() -> Budget {
        Budget::new(Patience {
            most: Duration::from_secs(10),
            rate: 100,
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_now_and_then_does_not_earn_enough() {
        let mut budget = budget();
        let start = Instant::now();
        // The next byte comes after a second, if the time is not up before.
        while budget.waiting() > Instant::now() + Duration::from_secs(1) {
            tokio::time::advance(Duration::from_secs(1)).await;
            budget.earned(1);
            assert!(start.elapsed() < Duration::from_secs(60), "it never ends");
        }
        let up = budget.waiting() - start;
        // Ten seconds, and a hundredth for each of ten bytes.
        assert!(up > Duration::from_secs(10), "{up:?}");
        assert!(up < Duration::from_millis(10_200), "{up:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_keeps_the_rate_may_go_on_and_hoards_nothing() {
        let mut budget = budget();
        for _ in 0..1000 {
            tokio::time::advance(Duration::from_secs(1)).await;
            assert!(budget.waiting() >= Instant::now());
            budget.earned(100);
        }
        budget.earned(1 << 30);
        let most = Instant::now() + Duration::from_secs(10);
        assert_eq!(budget.waiting(), most);
    }

    #[tokio::test(start_paused = true)]
    async fn only_waiting_uses_time_up() {
        let mut budget = budget();
        budget.waiting();
        budget.earned(0);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert!(budget.waiting() > Instant::now());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_for_ever_waits_long() {
        let mut budget = Budget::new(Patience {
            most: Duration::MAX,
            rate: 1,
        });
        let year = Duration::from_secs(365 * 24 * 60 * 60);
        assert!(budget.waiting() > Instant::now() + year);
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_follows_its_deadline_both_ways() {
        let start = Instant::now();
        let mut alarm = Alarm::new(start + Duration::from_secs(5));
        let later = start + Duration::from_secs(7);
        poll_fn(|cx| alarm.poll(cx, later)).await;
        assert!(Instant::now() >= later);
        let far = Instant::now() + Duration::from_secs(50);
        let near = Instant::now() + Duration::from_secs(1);
        assert!(poll_fn(|cx| Poll::Ready(alarm.poll(cx, far).is_pending())).await);
        poll_fn(|cx| alarm.poll(cx, near)).await;
        assert!(Instant::now() >= near && Instant::now() < far);
    }
}
