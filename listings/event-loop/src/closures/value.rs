//! The values that the twins speak about: as few as their programs need.

use super::promise::{Promise, Resolver};
use super::{Js, JsResult};
use crate::node::{Immediate, Thrown, Timeout};
use std::fmt;
use std::rc::Rc;

/// An object with a method `then`, which gets the two functions of a promise.
pub type ThenMethod = Rc<dyn Fn(&mut Js, Resolver) -> JsResult>;

/// A JavaScript value.
#[derive(Clone)]
pub enum Value {
    /// `undefined`
    Undefined,
    /// A number.
    Number(f64),
    /// A string.
    Text(Rc<str>),
    /// `new Error(message)`
    Error(Rc<str>),
    /// A promise.
    Promise(Promise),
    /// An object with a method `then` that is no promise.
    Thenable(ThenMethod),
    /// An array, as [`Js::all`] makes it.
    Array(Rc<[Value]>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Undefined => f.write_str("undefined"),
            Value::Number(number) => write!(f, "{number}"),
            // An error prints its message: programs print `error.message`.
            Value::Text(text) | Value::Error(text) => f.write_str(text),
            Value::Promise(_) => f.write_str("[object Promise]"),
            Value::Thenable(_) => f.write_str("[object Object]"),
            Value::Array(values) => {
                for (i, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if i > 0 { "," } else { "" })?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl From<()> for Value {
    fn from((): ()) -> Self {
        Value::Undefined
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Number(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Value::Number(number.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text.into())
    }
}

impl From<Promise> for Value {
    fn from(promise: Promise) -> Self {
        Value::Promise(promise)
    }
}

impl From<&Promise> for Value {
    fn from(promise: &Promise) -> Self {
        Value::Promise(promise.clone())
    }
}

/// `new Error(message)`
pub fn error(message: &str) -> Value {
    Value::Error(message.into())
}

/// `throw new Error(message)`, as the result of a callback.
///
/// # Errors
/// Always.
pub fn throw<T>(message: &str) -> Result<T, Thrown<Value>> {
    Err(Thrown::exception(error(message)))
}

/// What a callback may return: a value, nothing, or an error that it throws.
pub trait Outcome {
    /// The value, or the error.
    ///
    /// # Errors
    /// What the callback threw.
    fn outcome(self) -> Result<Value, Thrown<Value>>;
}

macro_rules! outcome {
    ($($type:ty => $value:expr),* $(,)?) => {$(
        impl Outcome for $type {
            fn outcome(self) -> Result<Value, Thrown<Value>> {
                let convert: fn($type) -> Value = $value;
                Ok(convert(self))
            }
        }
        impl Outcome for Result<$type, Thrown<Value>> {
            fn outcome(self) -> Result<Value, Thrown<Value>> {
                let convert: fn($type) -> Value = $value;
                self.map(convert)
            }
        }
    )*};
}

outcome! {
    () => Value::from,
    i32 => Value::from,
    f64 => Value::from,
    &'static str => Value::from,
    String => Value::from,
    Promise => Value::from,
    Value => |value| value,
    // So that `|js| js.set_timeout(…)` is as good as `() => setTimeout(…)`.
    Timeout<super::Callback> => |_| Value::Undefined,
    Immediate<super::Callback> => |_| Value::Undefined,
}
