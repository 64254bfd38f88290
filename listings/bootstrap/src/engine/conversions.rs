//! Values as values of another type: ECMA-262, *Type Conversion*.

use super::heap::{Intrinsic, Kind, StringId, Value};
use super::interpreter::MAX_ARRAY;
use super::{Abrupt, Engine, Outcome, text};
use std::rc::Rc;

impl Engine {
    pub fn truthy(&self, value: Value) -> bool {
        match value {
            Value::Undefined | Value::Null => false,
            Value::Bool(value) => value,
            Value::Number(number) => number != 0.0 && !number.is_nan(),
            Value::String(id) => !self.heap.text(id).is_empty(),
            Value::Object(_) => true,
        }
    }

    pub fn is_callable(&self, value: Value) -> bool {
        let Value::Object(id) = value else {
            return false;
        };
        matches!(
            self.heap.object(id).kind,
            Kind::Closure { .. } | Kind::Native(_) | Kind::Bound { .. }
        )
    }

    pub fn type_of(&self, value: Value) -> &'static str {
        match value {
            Value::Undefined => "undefined",
            Value::Null => "object",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Object(_) if self.is_callable(value) => "function",
            Value::Object(_) => "object",
        }
    }

    pub(super) fn primitive_of(&mut self, value: Value) -> Outcome {
        let Value::Object(_) = value else {
            return Ok(value);
        };
        let method = self.get(value, self.known.to_string)?;
        if !self.is_callable(method) {
            return self.type_error("Cannot convert object to primitive value");
        }
        match self.call(method, value, &[])? {
            Value::Object(_) => {
                self.type_error("Cannot convert object to primitive value")
            }
            value => Ok(value),
        }
    }

    pub fn number_of(&mut self, value: Value) -> Result<f64, Abrupt> {
        Ok(match self.primitive_of(value)? {
            Value::Null | Value::Bool(false) => 0.0,
            Value::Bool(true) => 1.0,
            Value::Number(number) => number,
            Value::String(id) => text::string_to_number(&self.heap.text(id)),
            Value::Undefined | Value::Object(_) => f64::NAN,
        })
    }

    pub fn text_of(&mut self, value: Value) -> Result<Rc<str>, Abrupt> {
        Ok(match self.primitive_of(value)? {
            Value::Undefined | Value::Object(_) => "undefined".into(),
            Value::Null => "null".into(),
            Value::Bool(value) => value.to_string().into(),
            Value::Number(number) => text::number_to_string(number).into(),
            Value::String(id) => self.heap.text(id),
        })
    }

    pub fn key_of(&mut self, value: Value) -> Result<StringId, Abrupt> {
        match value {
            Value::String(id) => Ok(id),
            value => {
                let text = self.text_of(value)?;
                Ok(self.heap.strings.intern(&text))
            }
        }
    }

    /// The values of an array or the characters of a string.
    pub fn iterate(&mut self, value: Value) -> Result<Vec<Value>, Abrupt> {
        match value {
            Value::Object(id) => match &self.heap.object(id).kind {
                Kind::Array(values) => Ok(values.clone()),
                _ => self.type_error("object is not iterable"),
            },
            Value::String(id) => {
                let text = self.heap.text(id);
                if text.chars().nth(MAX_ARRAY).is_some() {
                    return self.throw(Intrinsic::RangeError, "Invalid array length");
                }
                let chars = text.chars();
                Ok(chars
                    .map(|c| self.heap.string(c.encode_utf8(&mut [0; 4])))
                    .collect())
            }
            value => {
                let name = self.text_of(value)?;
                self.type_error(&format!("{name} is not iterable"))
            }
        }
    }
}
