//! Resolving with a promise queues a microtask that calls its then(). The reaction that
//! this registers is the second microtask (ECMA-262 `NewPromiseResolveThenableJob`).

use crate::checks::{MicrotaskPromise, Microtasks};
use std::cell::RefCell;
use std::rc::Rc;

type Reaction = Box<dyn FnOnce(&mut Microtasks)>;

/// Pending with its reactions, or fulfilled.
#[derive(Clone)]
pub struct Promise(Rc<RefCell<Option<Vec<Reaction>>>>);

impl Promise {
    fn pending() -> Promise {
        Promise(Rc::new(RefCell::new(Some(Vec::new()))))
    }

    fn fulfill(&self, tasks: &mut Microtasks) {
        for reaction in self.0.take().unwrap_or_default() {
            tasks.push(reaction);
        }
    }

    /// Runs `reaction` in a microtask, once the promise is fulfilled.
    fn react(&self, tasks: &mut Microtasks, reaction: Reaction) {
        match &mut *self.0.borrow_mut() {
            Some(reactions) => reactions.push(reaction),
            None => tasks.push(reaction),
        }
    }

    fn resolve(&self, tasks: &mut Microtasks, value: Option<Promise>) {
        let promise = self.clone();
        match value {
            None => promise.fulfill(tasks),
            Some(value) => tasks.push(Box::new(move |tasks: &mut Microtasks| {
                value.react(tasks, Box::new(move |tasks| promise.fulfill(tasks)));
            })),
        }
    }
}

impl MicrotaskPromise for Promise {
    fn resolved(tasks: &mut Microtasks, value: Option<Promise>) -> Promise {
        let promise = Promise::pending();
        promise.resolve(tasks, value);
        promise
    }

    fn then(
        &self,
        tasks: &mut Microtasks,
        job: impl FnOnce(&mut Microtasks) -> Option<Promise> + 'static,
    ) -> Promise {
        let derived = Promise::pending();
        let promise = derived.clone();
        let reaction = move |tasks: &mut Microtasks| {
            let value = job(tasks);
            promise.resolve(tasks, value);
        };
        self.react(tasks, Box::new(reaction));
        derived
    }
}
