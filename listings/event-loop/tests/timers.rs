//! Timers against a model without lists, heaps or links, on random programs.

use event_loop::closures::{Callback, Closures, Js};
use event_loop::node::{Order, PriorityQueue, Timeout};
use event_loop::uv::Simulated;
use proptest::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

/// No file of past failures beside the tests: a failure becomes a test of its own.
fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What a program does in its main part.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Arms the next timer.
    Arm(u32),
    /// Clears the timer with this number, modulo how many there are.
    Clear(usize),
    /// Refreshes that timer.
    Refresh(usize),
    /// Lets that many ms pass.
    Busy(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0_u32..12).prop_map(Step::Arm),
        2 => (0_usize..64).prop_map(Step::Clear),
        2 => (0_usize..64).prop_map(Step::Refresh),
        3 => (0_u64..8).prop_map(Step::Busy),
    ]
}

/// One timer of the model.
#[derive(Clone, Copy, Debug)]
struct Armed {
    number: usize,
    msecs: u64,
    start: u64,
}

/// One list of the model: a plain vector, found by searching.
#[derive(Debug)]
struct List {
    msecs: u64,
    expiry: u64,
    made: u64,
    timers: Vec<Armed>,
}

#[derive(Default)]
struct Model {
    now: u64,
    made: u64,
    lists: Vec<List>,
    msecs: Vec<Option<u64>>,
    fired: Vec<(usize, u64)>,
}

impl Model {
    fn made(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    fn insert(&mut self, number: usize, msecs: u64) {
        let armed = Armed {
            number,
            msecs,
            start: self.now,
        };
        if !self.lists.iter().any(|list| list.msecs == msecs) {
            let (expiry, made) = (self.now + msecs, self.made());
            let timers = Vec::new();
            self.lists.push(List {
                msecs,
                expiry,
                made,
                timers,
            });
        }
        let list = self.lists.iter_mut().find(|list| list.msecs == msecs);
        list.expect("it was made").timers.push(armed);
    }

    fn remove(&mut self, number: usize) {
        for list in &mut self.lists {
            list.timers.retain(|timer| timer.number != number);
        }
    }

    fn take(&mut self, step: Step) {
        let count = self.msecs.len();
        match step {
            Step::Arm(after) => {
                let msecs = u64::from(after.max(1));
                self.msecs.push(Some(msecs));
                self.insert(count, msecs);
            }
            Step::Busy(ms) => self.now += ms,
            _ if count == 0 => {}
            Step::Clear(which) => {
                self.remove(which % count);
                self.msecs[which % count] = None;
                self.lists.retain(|list| !list.timers.is_empty());
            }
            Step::Refresh(which) => {
                if let Some(msecs) = self.msecs[which % count] {
                    self.remove(which % count);
                    self.insert(which % count, msecs);
                }
            }
        }
    }

    /// Fires everything: the earliest list first, each until a timer is not due.
    fn run(&mut self) {
        loop {
            let first = (0..self.lists.len())
                .min_by_key(|at| (self.lists[*at].expiry, self.lists[*at].made));
            let Some(at) = first else { break };
            self.now = self.now.max(self.lists[at].expiry);
            let made = self.made();
            let (now, list) = (self.now, &mut self.lists[at]);
            let due = |timer: &Armed| timer.start + timer.msecs <= now;
            let until = list.timers.iter().position(|timer| !due(timer));
            let until = until.unwrap_or(list.timers.len());
            let ready = list.timers.drain(..until);
            self.fired.extend(ready.map(|timer| (timer.number, now)));
            match list.timers.first() {
                None => {
                    self.lists.remove(at);
                }
                Some(next) => {
                    list.expiry = (next.start + next.msecs).max(now + 1);
                    list.made = made;
                }
            }
        }
    }
}

/// The same program on the event loop: which timer fired, and when.
fn fired(steps: &[Step]) -> Vec<(usize, u64)> {
    let fired = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&fired);
    let steps = steps.to_vec();
    let mut js = Js::new(Simulated::new(), Closures::quiet());
    let main = move |js: &mut Js| {
        let mut timers: Vec<Timeout<Callback>> = Vec::new();
        for step in steps {
            match step {
                Step::Arm(after) => {
                    let (log, number) = (Rc::clone(&log), timers.len());
                    timers.push(js.set_timeout(after, move |js| {
                        log.borrow_mut().push((number, js.now()));
                    }));
                }
                Step::Busy(ms) => js.busy_wait(ms),
                _ if timers.is_empty() => {}
                Step::Clear(which) => js.clear_timeout(&timers[which % timers.len()]),
                Step::Refresh(which) => {
                    js.refresh_timeout(&timers[which % timers.len()]);
                }
            }
        }
    };
    js.run_script(main).expect("the simulated loop ends");
    fired.take()
}

proptest! {
    #![proptest_config(config())]

    /// Same timers, same order, same times as the model.
    #[test]
    fn timers_fire_as_the_model_says(steps in prop::collection::vec(step(), 0..80)) {
        let mut model = Model::default();
        for step in &steps {
            model.take(*step);
        }
        model.run();
        prop_assert_eq!(fired(&steps), model.fired);
    }

    /// Whatever the model says: none fires early, twice, or ahead of its elders.
    #[test]
    fn timers_of_one_duration_fire_once_in_order_never_early(
        armed in prop::collection::vec((1_u32..6, 0_u64..4), 1..60),
    ) {
        let steps: Vec<Step> = armed
            .iter()
            .flat_map(|(after, busy)| [Step::Arm(*after), Step::Busy(*busy)])
            .collect();
        let fired = fired(&steps);
        prop_assert_eq!(fired.len(), armed.len());
        let mut clock = 0;
        let starts: Vec<u64> = armed
            .iter()
            .map(|(_, busy)| { clock += busy; clock - busy })
            .collect();
        for (number, at) in &fired {
            prop_assert!(*at >= starts[*number] + u64::from(armed[*number].0));
        }
        for after in 1..6 {
            let of_list: Vec<usize> = fired
                .iter()
                .map(|(number, _)| *number)
                .filter(|number| armed[*number].0 == after)
                .collect();
            prop_assert!(of_list.is_sorted(), "{:?}", of_list);
        }
    }
}

/// Keys by item, and where each item stands.
#[derive(Default)]
struct Keys {
    keys: Vec<u32>,
    positions: Vec<Option<usize>>,
}

impl Order<usize> for Keys {
    fn before(&self, a: usize, b: usize) -> bool {
        (self.keys[a], a) < (self.keys[b], b)
    }

    fn moved(&mut self, item: usize, position: usize) {
        self.positions[item] = Some(position);
    }
}

proptest! {
    #![proptest_config(config())]

    /// Insert, remove from anywhere, make the first one later: after each step the
    /// first item is the least, and every item is where it was told to be.
    #[test]
    fn the_queue_keeps_its_order_and_its_positions(
        steps in prop::collection::vec((0_u8..4, 0_u32..20, 0_usize..40), 0..120),
    ) {
        let mut order = Keys::default();
        let mut queue = PriorityQueue::default();
        let mut inside: Vec<usize> = Vec::new();
        for (what, key, which) in steps {
            match what {
                0 | 1 => {
                    let item = order.keys.len();
                    order.keys.push(key);
                    order.positions.push(None);
                    queue.insert(item, &mut order);
                    inside.push(item);
                }
                2 if !inside.is_empty() => {
                    let item = inside.swap_remove(which % inside.len());
                    let position = order.positions[item].expect("it is inside");
                    prop_assert_eq!(queue.remove_at(position, &mut order), Some(item));
                }
                3 if !inside.is_empty() => {
                    let first = queue.peek().expect("not empty");
                    order.keys[first] += key;
                    queue.percolate_down(0, &mut order);
                }
                _ => prop_assert_eq!(queue.remove_at(inside.len(), &mut order), None),
            }
            let by_key = |item: &usize| (order.keys[*item], *item);
            prop_assert_eq!(queue.peek(), inside.iter().copied().min_by_key(by_key));
            prop_assert_eq!(queue.len(), inside.len());
            prop_assert_eq!(queue.is_empty(), inside.is_empty());
            for (position, item) in queue.iter().enumerate() {
                prop_assert_eq!(order.positions[item], Some(position));
            }
        }
    }
}
