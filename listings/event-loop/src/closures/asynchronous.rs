//! Async functions as what they are: a function that runs until an `await`, and the
//! rest of it as a reaction of the awaited promise.

use super::promise::{Promise, Resolver, Settled};
use super::value::{Outcome, Value};
use super::{Js, JsResult};
use crate::node::Thrown;

/// Where a part of an async function ends.
pub enum Part {
    /// `return value`
    Return(Value),
    /// `await value`, and the rest of the function.
    Await(Value, Rest),
}

/// The rest of an async function, called with what its `await` yields or throws.
pub type Rest = Box<dyn FnOnce(&mut Js, Settled) -> Result<Part, Thrown<Value>>>;

/// What a part of an async function may return: a [`Part`], or whatever an
/// [`Outcome`] is, as a `return` of it.
pub trait IntoPart {
    /// The part.
    ///
    /// # Errors
    /// What the function threw.
    fn into_part(self) -> Result<Part, Thrown<Value>>;
}

impl IntoPart for Part {
    fn into_part(self) -> Result<Part, Thrown<Value>> {
        Ok(self)
    }
}

impl IntoPart for Result<Part, Thrown<Value>> {
    fn into_part(self) -> Result<Part, Thrown<Value>> {
        self
    }
}

impl<T: Outcome> IntoPart for T {
    fn into_part(self) -> Result<Part, Thrown<Value>> {
        self.outcome().map(Part::Return)
    }
}

/// `const value = await awaited; …rest`: a rejection is thrown.
pub fn await_<R: IntoPart>(
    awaited: impl Into<Value>,
    rest: impl FnOnce(&mut Js, Value) -> R + 'static,
) -> Part {
    let rest: Rest = Box::new(|js, settled| {
        let value = settled.map_err(Thrown::exception)?;
        rest(js, value).into_part()
    });
    Part::Await(awaited.into(), rest)
}

/// `try { value = await awaited } catch (reason) { … }`: the rest gets either.
pub fn try_await<R: IntoPart>(
    awaited: impl Into<Value>,
    rest: impl FnOnce(&mut Js, Settled) -> R + 'static,
) -> Part {
    let rest: Rest = Box::new(|js, settled| rest(js, settled).into_part());
    Part::Await(awaited.into(), rest)
}

impl Js {
    /// Calls an async function: runs `body` up to its first `await`, now.
    pub fn async_fn<R: IntoPart>(
        &mut self,
        body: impl FnOnce(&mut Js) -> R,
    ) -> Promise {
        let (promise, resolver) = self.with_resolvers();
        let part = body(self).into_part();
        // A termination is seen by whoever called: `EventLoop::is_stopping`.
        let _ = self.go_on(resolver, part);
        promise
    }

    fn go_on(&mut self, done: Resolver, part: Result<Part, Thrown<Value>>) -> JsResult {
        match part {
            Ok(Part::Return(value)) => done.resolve(self, value),
            Ok(Part::Await(value, rest)) => {
                // One microtask if the value is no promise, or a settled one.
                let awaited = self.resolved(value);
                self.react(&awaited, |js, settled| {
                    let part = rest(js, settled);
                    js.go_on(done, part)
                });
            }
            Err(Thrown::Exception(reason)) => done.reject(self, *reason),
            Err(Thrown::Terminated) => return Err(Thrown::Terminated),
        }
        Ok(())
    }
}
