//! Properties: found along prototypes, answered by accessors, by arrays, by the host.

use super::heap::{Intrinsic, Kind, ObjectId, Property, Slot, StringId, Value};
use super::interpreter::MAX_ARRAY;
use super::{Abrupt, Engine, MAX_DEPTH, Outcome, text};

impl Engine {
    /// The number that an array index is, if the key is one.
    pub(super) fn index(&self, key: StringId) -> Option<usize> {
        let text = self.heap.text(key);
        let canonical = text.as_bytes().first()? != &b'0' || text.len() == 1;
        if !canonical || text.len() > 9 {
            return None;
        }
        text.parse().ok()
    }

    pub fn get_at(&mut self, object: Value, key: Value) -> Outcome {
        if let (Value::Object(id), Value::Number(number)) = (object, key)
            && let Kind::Array(values) = &self.heap.object(id).kind
            && number >= 0.0
            && number.fract() == 0.0
        {
            let value = values.get(number as usize);
            return Ok(value.copied().unwrap_or(Value::Undefined));
        }
        let key = self.key_of(key)?;
        if matches!(object, Value::Undefined | Value::Null) {
            return self.nothing_to_read(object, key);
        }
        self.get(object, key)
    }

    /// `object[key]`
    pub fn get(&mut self, object: Value, key: StringId) -> Outcome {
        let start = match object {
            Value::Object(id) => id,
            Value::String(id) => {
                let text = self.heap.text(id);
                if key == self.known.length {
                    return Ok(Value::Number(text::length(&text) as f64));
                }
                if let Some(index) = self.index(key) {
                    let unit = text::slice(&text, index, index + 1);
                    return Ok(match unit.as_str() {
                        "" => Value::Undefined,
                        unit => self.heap.string(unit),
                    });
                }
                self.heap.intrinsic(Intrinsic::String)
            }
            Value::Number(_) => self.heap.intrinsic(Intrinsic::Number),
            Value::Bool(_) => self.heap.intrinsic(Intrinsic::Boolean),
            Value::Undefined | Value::Null => return self.nothing_to_read(object, key),
        };
        let mut next = Some(start);
        for _ in 0..MAX_DEPTH {
            let Some(id) = next else { break };
            match self.own(id, key)? {
                Some(Slot::Data(value)) => return Ok(value),
                Some(Slot::Accessor { get, .. }) if self.is_callable(get) => {
                    return self.call(get, object, &[]);
                }
                Some(Slot::Accessor { .. }) => return Ok(Value::Undefined),
                None => next = self.heap.object(id).prototype,
            }
        }
        Ok(Value::Undefined)
    }

    /// A property of the object itself, whatever kind it is.
    pub(super) fn own(
        &mut self,
        id: ObjectId,
        key: StringId,
    ) -> Result<Option<Slot>, Abrupt> {
        match &self.heap.object(id).kind {
            Kind::Array(values) => {
                if key == self.known.length {
                    return Ok(Some(Slot::Data(Value::Number(values.len() as f64))));
                }
                if let Some(index) = self.index(key) {
                    return Ok(values.get(index).copied().map(Slot::Data));
                }
            }
            Kind::Intercepted(interceptor) => {
                let get = self.externals[interceptor.get as usize].function;
                let value = get(self, Value::Object(id), &[Value::String(key)])?;
                return Ok((value != Value::Undefined).then_some(Slot::Data(value)));
            }
            _ => {}
        }
        if let Some(property) = self.heap.object(id).property(key) {
            return Ok(Some(property.slot));
        }
        Ok(self.implied(id, key))
    }

    /// What every function has: `name`, and a `prototype` that is made when asked for.
    pub(super) fn implied(&mut self, id: ObjectId, key: StringId) -> Option<Slot> {
        let Kind::Closure { unit, code, .. } = self.heap.object(id).kind else {
            return None;
        };
        let code = &self.heap.units[unit as usize].codes[code as usize];
        if key == self.known.name {
            return Some(Slot::Data(Value::String(code.name)));
        }
        if key != self.known.prototype || code.arrow || code.method {
            return None;
        }
        let prototype = self.heap.plain();
        let slot = Slot::Data(Value::Object(prototype));
        self.heap.define(id, key, slot, false);
        let constructor = Slot::Data(Value::Object(id));
        self.heap
            .define(prototype, self.known.constructor, constructor, false);
        Some(slot)
    }

    pub fn has_own(&mut self, id: ObjectId, key: StringId) -> bool {
        matches!(self.own(id, key), Ok(Some(_)))
    }

    pub fn has_property(&mut self, object: ObjectId, key: StringId) -> bool {
        let mut next = Some(object);
        for _ in 0..MAX_DEPTH {
            let Some(id) = next else { return false };
            if self.has_own(id, key) {
                return true;
            }
            next = self.heap.object(id).prototype;
        }
        false
    }

    pub fn set_at(
        &mut self,
        object: Value,
        key: Value,
        value: Value,
    ) -> Result<(), Abrupt> {
        if let (Value::Object(id), Value::Number(number)) = (object, key)
            && matches!(self.heap.object(id).kind, Kind::Array(_))
            && number >= 0.0
            && number.fract() == 0.0
        {
            return self.set_element(id, number as usize, value);
        }
        let key = self.key_of(key)?;
        self.set(object, key, value)
    }

    /// `object[key] = value`, as strict code does it.
    pub fn set(
        &mut self,
        object: Value,
        key: StringId,
        value: Value,
    ) -> Result<(), Abrupt> {
        let Value::Object(id) = object else {
            let what = self.text_of(object)?;
            let key = self.heap.text(key);
            let message = format!("Cannot set properties of {what} (setting '{key}')");
            return self.type_error(&message);
        };
        match &self.heap.object(id).kind {
            Kind::Array(_) if key == self.known.length => {
                let length = self.number_of(value)?;
                return self.set_length(id, length);
            }
            Kind::Array(_) => {
                if let Some(index) = self.index(key) {
                    return self.set_element(id, index, value);
                }
            }
            Kind::Intercepted(interceptor) => {
                let set = self.externals[interceptor.set as usize].function;
                return set(self, object, &[Value::String(key), value]).map(|_| ());
            }
            _ => {}
        }
        let mut next = Some(id);
        for _ in 0..MAX_DEPTH {
            let Some(holder) = next else { break };
            let found = self.heap.object_mut(holder).property_mut(key);
            match found {
                Some(Property {
                    slot: Slot::Accessor { set, .. },
                    ..
                }) => {
                    let set = *set;
                    if !self.is_callable(set) {
                        let key = self.heap.text(key);
                        let message =
                            format!("Cannot set property {key}: it has only a getter");
                        return self.type_error(&message);
                    }
                    return self.call(set, object, &[value]).map(|_| ());
                }
                Some(property) if !property.writable => {
                    let key = self.heap.text(key);
                    let message =
                        format!("Cannot assign to read only property '{key}'");
                    return self.type_error(&message);
                }
                Some(property) if holder == id => {
                    property.slot = Slot::Data(value);
                    return Ok(());
                }
                Some(_) => break,
                None => next = self.heap.object(holder).prototype,
            }
        }
        self.heap.define(id, key, Slot::Data(value), true);
        Ok(())
    }

    /// The values of an array, to change them.
    ///
    /// # Errors
    /// A TypeError if it is none.
    pub fn elements(&mut self, array: Value) -> Result<&mut Vec<Value>, Abrupt> {
        let is_array = |id| matches!(self.heap.object(id).kind, Kind::Array(_));
        match array {
            Value::Object(id) if is_array(id) => {
                let Kind::Array(values) = &mut self.heap.object_mut(id).kind else {
                    unreachable!("just looked at");
                };
                Ok(values)
            }
            _ => self.type_error("this method needs an array"),
        }
    }

    pub fn set_length(&mut self, array: ObjectId, length: f64) -> Result<(), Abrupt> {
        if !(0.0..=MAX_ARRAY as f64).contains(&length) || length.fract() != 0.0 {
            return self.throw(Intrinsic::RangeError, "Invalid array length");
        }
        if let Kind::Array(values) = &mut self.heap.object_mut(array).kind {
            let more = (length as usize).saturating_sub(values.len());
            values.resize(length as usize, Value::Undefined);
            self.heap.slots_made += more;
        }
        Ok(())
    }

    pub(super) fn set_element(
        &mut self,
        array: ObjectId,
        index: usize,
        value: Value,
    ) -> Result<(), Abrupt> {
        let Kind::Array(values) = &mut self.heap.object_mut(array).kind else {
            return Ok(());
        };
        if index >= MAX_ARRAY {
            return self.throw(Intrinsic::RangeError, "Invalid array length");
        }
        let more = (index + 1).saturating_sub(values.len());
        if more > 0 {
            values.resize(index + 1, Value::Undefined);
        }
        values[index] = value;
        self.heap.slots_made += more;
        Ok(())
    }

    /// Keys in the order of the language: indices ascending, then names as added.
    pub fn own_keys(
        &mut self,
        object: Value,
        enumerable_only: bool,
    ) -> Result<Vec<StringId>, Abrupt> {
        let Value::Object(id) = object else {
            return Ok(Vec::new());
        };
        if let Kind::Intercepted(interceptor) = self.heap.object(id).kind {
            let keys = self.externals[interceptor.keys as usize].function;
            let keys = keys(self, object, &[])?;
            let keys = self.iterate(keys)?;
            return keys.into_iter().map(|key| self.key_of(key)).collect();
        }
        let mut keys = Vec::new();
        if let Kind::Array(values) = &self.heap.object(id).kind {
            let count = values.len();
            let indices = (0..count).map(|i| self.heap.strings.intern(&i.to_string()));
            keys.extend(indices);
        }
        let properties = self.heap.object(id).properties.iter();
        let shown = properties.filter(|p| p.enumerable || !enumerable_only);
        let names: Vec<StringId> = shown.map(|p| p.key).collect();
        let mut indices: Vec<(usize, StringId)> = names
            .iter()
            .filter_map(|key| Some((self.index(*key)?, *key)))
            .collect();
        indices.sort_unstable();
        keys.extend(indices.iter().map(|(_, key)| *key));
        keys.extend(names.iter().filter(|key| self.index(**key).is_none()));
        Ok(keys)
    }
}
