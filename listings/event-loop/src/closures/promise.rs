//! Promises by ECMA-262, with as many microtasks as V8 takes for each step.
//!
//! A reaction is one microtask. Resolving a promise *with a promise* costs two more:
//! one to call its `then`, one for the reaction that this registers.

use super::value::{Outcome, Value, error};
use super::{Job, Js, JsResult, Microtask};
use crate::node::{PromiseId, Thrown};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A promise. A clone is the same promise.
#[derive(Clone)]
pub struct Promise(Rc<Inner>);

struct Inner {
    id: PromiseId,
    state: RefCell<State>,
    /// `[[PromiseIsHandled]]`
    handled: Cell<bool>,
    gone: Rc<Gone>,
}

/// What promises leave behind when they are dropped.
#[derive(Default)]
pub(super) struct Gone {
    /// Ids of rejected promises, for the loop to forget.
    pub(super) rejected: RefCell<Vec<PromiseId>>,
    states: RefCell<Vec<State>>,
    dropping: Cell<bool>,
}

impl Gone {
    /// Drops what promises held, one after the other. A reaction, a value or a reason
    /// may own the next promise of a chain: left to itself, a long chain would drop as
    /// deep as it is long.
    fn drop_state(&self, state: State) {
        self.states.borrow_mut().push(state);
        if self.dropping.replace(true) {
            return;
        }
        loop {
            let next = self.states.borrow_mut().pop();
            if next.is_none() {
                break;
            }
        }
        self.dropping.set(false);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let state = self.state.replace(State::Fulfilled(Value::Undefined));
        if matches!(state, State::Rejected(_)) {
            self.gone.rejected.borrow_mut().push(self.id);
        }
        self.gone.drop_state(state);
    }
}

enum State {
    Pending(Reactions),
    Fulfilled(Value),
    Rejected(Value),
}

/// What waits for a promise: nearly always one, which needs no list.
#[derive(Default)]
struct Reactions {
    first: Option<Reaction>,
    others: Vec<Reaction>,
}

impl Reactions {
    fn push(&mut self, reaction: Reaction) {
        match self.first {
            None => self.first = Some(reaction),
            Some(_) => self.others.push(reaction),
        }
    }
}

impl IntoIterator for Reactions {
    type Item = Reaction;
    type IntoIter =
        std::iter::Chain<std::option::IntoIter<Reaction>, std::vec::IntoIter<Reaction>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.others)
    }
}

/// What becomes of a settled promise: called with its value or its reason.
struct Reaction {
    label: Option<Rc<str>>,
    job: ReactionJob,
}

pub(super) type ReactionJob = Box<dyn FnOnce(&mut Js, Settled) -> JsResult>;

/// What a handler returned, or threw.
type Returned = Result<Value, Thrown<Value>>;

/// A value, or the reason of a rejection.
pub type Settled = Result<Value, Value>;

/// The two functions that `new Promise((resolve, reject) => …)` hands out. Only the
/// first call of either counts.
#[derive(Clone)]
pub struct Resolver {
    promise: Promise,
    used: Rc<Cell<bool>>,
}

impl Resolver {
    /// `resolve(value)`
    pub fn resolve(&self, js: &mut Js, value: impl Into<Value>) {
        if !self.used.replace(true) {
            js.resolve_promise(&self.promise, value.into());
        }
    }

    /// `reject(reason)`
    pub fn reject(&self, js: &mut Js, reason: impl Into<Value>) {
        if !self.used.replace(true) {
            js.settle(&self.promise, Err(reason.into()));
        }
    }

    fn settle(&self, js: &mut Js, result: Returned) -> JsResult {
        match result {
            Ok(value) => self.resolve(js, value),
            Err(Thrown::Exception(reason)) => self.reject(js, *reason),
            Err(Thrown::Terminated) => return Err(Thrown::Terminated),
        }
        Ok(())
    }
}

/// Promises, as JavaScript has them.
impl Js {
    /// A pending promise and its two functions (`Promise.withResolvers()`).
    pub fn with_resolvers(&mut self) -> (Promise, Resolver) {
        let promise = self.pending();
        let resolver = Resolver {
            promise: promise.clone(),
            used: Rc::default(),
        };
        (promise, resolver)
    }

    /// A promise that only we can settle.
    fn pending(&mut self) -> Promise {
        let host = self.host_mut();
        host.promises += 1;
        Promise(Rc::new(Inner {
            id: PromiseId(host.promises),
            state: RefCell::new(State::Pending(Reactions::default())),
            handled: Cell::new(false),
            gone: Rc::clone(&host.gone),
        }))
    }

    /// `new Promise(executor)`
    pub fn promise<R: Outcome>(
        &mut self,
        executor: impl FnOnce(&mut Js, Resolver) -> R,
    ) -> Promise {
        let (promise, resolver) = self.with_resolvers();
        if let Err(Thrown::Exception(reason)) =
            executor(self, resolver.clone()).outcome()
        {
            resolver.reject(self, *reason);
        }
        promise
    }

    /// `Promise.resolve(value)`
    pub fn resolved(&mut self, value: impl Into<Value>) -> Promise {
        match value.into() {
            Value::Promise(promise) => promise,
            value => {
                let (promise, resolver) = self.with_resolvers();
                resolver.resolve(self, value);
                promise
            }
        }
    }

    /// `Promise.reject(new Error(message))`
    pub fn rejected(&mut self, message: &str) -> Promise {
        let (promise, resolver) = self.with_resolvers();
        resolver.reject(self, error(message));
        promise
    }

    /// `promise.then(on_fulfilled)`
    pub fn then<R: Outcome>(
        &mut self,
        promise: &Promise,
        on_fulfilled: impl FnOnce(&mut Js, Value) -> R + 'static,
    ) -> Promise {
        self.derive(promise, |js, settled| {
            let value = settled.map_err(Thrown::exception)?;
            on_fulfilled(js, value).outcome()
        })
    }

    /// `promise.catch(on_rejected)`
    pub fn catch<R: Outcome>(
        &mut self,
        promise: &Promise,
        on_rejected: impl FnOnce(&mut Js, Value) -> R + 'static,
    ) -> Promise {
        self.derive(promise, |js, settled| match settled {
            Ok(value) => Ok(value),
            Err(reason) => on_rejected(js, reason).outcome(),
        })
    }

    /// `promise.finally(on_settled)`: two more microtasks than `then`, because the
    /// result passes through a promise and a `then` of its own.
    pub fn finally<R: Outcome>(
        &mut self,
        promise: &Promise,
        on_settled: impl FnOnce(&mut Js) -> R + 'static,
    ) -> Promise {
        self.derive(promise, |js, settled| {
            let result = on_settled(js).outcome()?;
            let waited = js.resolved(result);
            let passed = js.then(&waited, |_, _| settled.map_err(Thrown::exception));
            Ok(Value::Promise(passed))
        })
    }

    /// `Promise.all(promises)`
    pub fn all(&mut self, promises: &[Promise]) -> Promise {
        let (all, resolver) = self.with_resolvers();
        let values = Rc::new(RefCell::new(vec![Value::Undefined; promises.len()]));
        let missing = Rc::new(Cell::new(promises.len()));
        if promises.is_empty() {
            resolver.resolve(self, Value::Array([].into()));
        }
        for (i, promise) in promises.iter().enumerate() {
            let (values, missing) = (Rc::clone(&values), Rc::clone(&missing));
            let resolver = resolver.clone();
            self.derive(promise, move |js, settled| {
                match settled {
                    Ok(value) => {
                        values.borrow_mut()[i] = value;
                        missing.set(missing.get() - 1);
                        if missing.get() == 0 {
                            let values = values.borrow().clone();
                            resolver.resolve(js, Value::Array(values.into()));
                        }
                    }
                    Err(reason) => resolver.reject(js, reason),
                }
                Ok(Value::Undefined)
            });
        }
        all
    }

    /// `Promise.race(promises)`
    pub fn race(&mut self, promises: &[Promise]) -> Promise {
        let (first, resolver) = self.with_resolvers();
        for promise in promises {
            let resolver = resolver.clone();
            self.derive(promise, move |js, settled| {
                match settled {
                    Ok(value) => resolver.resolve(js, value),
                    Err(reason) => resolver.reject(js, reason),
                }
                Ok(Value::Undefined)
            });
        }
        first
    }

    /// Every `then` is this: a reaction that settles a new promise.
    fn derive(
        &mut self,
        promise: &Promise,
        handler: impl FnOnce(&mut Js, Settled) -> Returned + 'static,
    ) -> Promise {
        let derived = self.pending();
        let target = derived.clone();
        self.react(promise, move |js, settled| {
            match handler(js, settled) {
                Ok(value) => js.resolve_promise(&target, value),
                Err(Thrown::Exception(reason)) => js.settle(&target, Err(*reason)),
                Err(Thrown::Terminated) => return Err(Thrown::Terminated),
            }
            Ok(())
        });
        derived
    }

    /// Registers a reaction (ECMA-262 `PerformPromiseThen`).
    pub(super) fn react(
        &mut self,
        promise: &Promise,
        reaction: impl FnOnce(&mut Js, Settled) -> JsResult + 'static,
    ) {
        let inner = &promise.0;
        let reaction = Reaction {
            label: self.host_mut().label.take(),
            job: Box::new(reaction),
        };
        let settled = match &mut *inner.state.borrow_mut() {
            State::Pending(reactions) => {
                reactions.push(reaction);
                None
            }
            State::Fulfilled(value) => Some((Ok(value.clone()), reaction)),
            State::Rejected(reason) => Some((Err(reason.clone()), reaction)),
        };
        let is_first = !inner.handled.replace(true);
        if let Some((settled, reaction)) = settled {
            let late = settled.is_err() && is_first;
            if late && self.handled_after_rejection(inner.id) {
                self.host_mut().unhandled.remove(&inner.id);
            }
            self.enqueue_reaction(reaction, settled);
        }
    }

    fn enqueue_reaction(&mut self, reaction: Reaction, settled: Settled) {
        self.enqueue_job(
            "reaction",
            reaction.label,
            Job::React(reaction.job, settled),
        );
    }

    /// What `resolve` does (ECMA-262 "Promise Resolve Functions"): follows a promise or
    /// a thenable, settles with anything else.
    fn resolve_promise(&mut self, promise: &Promise, value: Value) {
        let then: Microtask = match value {
            Value::Promise(other) if Rc::ptr_eq(&other.0, &promise.0) => {
                let reason = error("Chaining cycle detected for promise #<Promise>");
                return self.settle(promise, Err(reason));
            }
            Value::Promise(other) => {
                let resolver = self.fresh_resolver(promise);
                Box::new(move |js| {
                    js.react(&other, move |js, settled| {
                        resolver.settle(js, settled.map_err(Thrown::exception))
                    });
                    Ok(())
                })
            }
            Value::Thenable(then) => {
                let resolver = self.fresh_resolver(promise);
                Box::new(move |js| match then(js, resolver.clone()) {
                    Ok(()) => Ok(()),
                    Err(thrown) => resolver.settle(js, Err(thrown)),
                })
            }
            value => return self.settle(promise, Ok(value)),
        };
        // ECMA-262 `NewPromiseResolveThenableJob`: not now, in a microtask of its own.
        self.enqueue("thenable", None, then);
    }

    fn fresh_resolver(&self, promise: &Promise) -> Resolver {
        Resolver {
            promise: promise.clone(),
            used: Rc::default(),
        }
    }

    fn settle(&mut self, promise: &Promise, settled: Settled) {
        let inner = &promise.0;
        let state = match settled.clone() {
            Ok(value) => State::Fulfilled(value),
            Err(reason) => State::Rejected(reason),
        };
        let State::Pending(reactions) = inner.state.replace(state) else {
            unreachable!("a promise settles once: a resolver works once");
        };
        if let Err(reason) = &settled
            && !inner.handled.get()
        {
            self.host_mut().unhandled.insert(inner.id, promise.clone());
            self.rejected_without_handler(inner.id, reason.clone());
        }
        for reaction in reactions {
            self.enqueue_reaction(reaction, settled.clone());
        }
    }
}

impl Promise {
    /// Is it neither fulfilled nor rejected?
    pub fn is_pending(&self) -> bool {
        matches!(*self.0.state.borrow(), State::Pending(_))
    }

    /// Names it towards the loop.
    pub fn id(&self) -> PromiseId {
        self.0.id
    }
}
