//! The language's own functions. A name says where a function goes: `Object.keys` into
//! the constructor, `Array.prototype.push` into the prototype, `parseInt` into the
//! global object.

use super::heap::{Intrinsic, Kind, Object, Property, Slot, Value};
use super::interpreter::{MAX_ARRAY, MAX_STRING};
use super::{Abrupt, Engine, External, Outcome, text};
use std::rc::Rc;

/// The first part of the table of external references.
pub const LANGUAGE: &[External] = &[
    ext("Object", object),
    ext("Function", function),
    ext("Array", array),
    ext("String", string),
    ext("Number", number),
    ext("Boolean", boolean),
    ext("Error", |e, this, a| error(e, this, a, Intrinsic::Error)),
    ext("TypeError", |e, this, a| {
        error(e, this, a, Intrinsic::TypeError)
    }),
    ext("RangeError", |e, this, a| {
        error(e, this, a, Intrinsic::RangeError)
    }),
    ext("ReferenceError", |e, this, a| {
        error(e, this, a, Intrinsic::ReferenceError)
    }),
    ext("SyntaxError", |e, this, a| {
        error(e, this, a, Intrinsic::SyntaxError)
    }),
    ext("Object.keys", |e, _, a| keys(e, a, true)),
    ext("Object.getOwnPropertyNames", |e, _, a| keys(e, a, false)),
    ext("Object.defineProperty", define_property),
    ext("Object.getOwnPropertyDescriptor", descriptor),
    ext("Object.getPrototypeOf", get_prototype),
    ext("Object.setPrototypeOf", set_prototype),
    ext("Object.create", create),
    ext("Object.freeze", freeze),
    ext("Object.prototype.hasOwnProperty", has_own_property),
    ext("Object.prototype.toString", |e, _, _| {
        Ok(e.heap.string("[object Object]"))
    }),
    ext("Function.prototype.call", function_call),
    ext("Function.prototype.apply", function_apply),
    ext("Function.prototype.bind", function_bind),
    ext("Function.prototype.toString", |e, _, _| {
        Ok(e.heap.string("function () { [native code] }"))
    }),
    ext("Array.isArray", is_array),
    ext("Array.prototype.push", push),
    ext("Array.prototype.pop", |e, this, _| {
        Ok(e.elements(this)?.pop().unwrap_or(Value::Undefined))
    }),
    ext("Array.prototype.shift", shift),
    ext("Array.prototype.unshift", unshift),
    ext("Array.prototype.slice", array_slice),
    ext("Array.prototype.splice", splice),
    ext("Array.prototype.indexOf", array_index_of),
    ext("Array.prototype.join", join),
    ext("Array.prototype.reverse", |e, this, _| {
        e.elements(this)?.reverse();
        Ok(this)
    }),
    ext("Array.prototype.sort", sort),
    ext("Array.prototype.toString", |e, this, _| join(e, this, &[])),
    ext("String.fromCharCode", from_char_code),
    ext("String.prototype.toString", |e, this, _| same(e, this)),
    ext("String.prototype.slice", string_slice),
    ext("String.prototype.split", split),
    ext("String.prototype.indexOf", string_index_of),
    ext("String.prototype.lastIndexOf", last_index_of),
    ext("String.prototype.includes", |e, this, a| {
        test(e, this, a, |text, part| text.contains(part))
    }),
    ext("String.prototype.startsWith", |e, this, a| {
        test(e, this, a, |text, part| text.starts_with(part))
    }),
    ext("String.prototype.endsWith", |e, this, a| {
        test(e, this, a, |text, part| text.ends_with(part))
    }),
    ext("String.prototype.trim", |e, this, _| {
        map(e, this, |text| text.trim().to_string())
    }),
    ext("String.prototype.toUpperCase", |e, this, _| {
        map(e, this, |text| text.to_uppercase())
    }),
    ext("String.prototype.toLowerCase", |e, this, _| {
        map(e, this, |text| text.to_lowercase())
    }),
    ext("String.prototype.repeat", repeat),
    ext("String.prototype.padEnd", |e, this, a| {
        pad(e, this, a, false)
    }),
    ext("String.prototype.padStart", |e, this, a| {
        pad(e, this, a, true)
    }),
    ext("String.prototype.replaceAll", replace_all),
    ext("String.prototype.charCodeAt", char_code_at),
    ext("Number.prototype.toString", number_text),
    ext("Number.isInteger", is_integer),
    ext("Boolean.prototype.toString", |e, this, _| {
        let text = e.text_of(this)?;
        Ok(e.heap.string(&text))
    }),
    ext("Error.prototype.toString", error_text),
    ext("Math.floor", |e, _, a| math(e, a, f64::floor)),
    ext("Math.ceil", |e, _, a| math(e, a, f64::ceil)),
    ext("Math.trunc", |e, _, a| math(e, a, f64::trunc)),
    ext("Math.round", |e, _, a| math(e, a, round)),
    ext("Math.abs", |e, _, a| math(e, a, f64::abs)),
    ext("Math.max", |e, _, a| {
        fold(e, a, f64::NEG_INFINITY, f64::max)
    }),
    ext("Math.min", |e, _, a| fold(e, a, f64::INFINITY, f64::min)),
    ext("Math.random", |e, _, _| Ok(Value::Number(e.host.random()))),
    ext("Date.now", |e, _, _| Ok(Value::Number(e.host.unix_time()))),
    ext("JSON.stringify", stringify),
    ext("parseInt", parse_int),
    ext("isNaN", |e, _, a| {
        Ok(Value::Bool(e.number_of(arg(a, 0))?.is_nan()))
    }),
];

const fn ext(name: &'static str, function: super::Native) -> External {
    External { name, function }
}

/// The argument at this place, or undefined.
pub fn arg(arguments: &[Value], at: usize) -> Value {
    arguments.get(at).copied().unwrap_or(Value::Undefined)
}

/// Fills a new heap: prototypes, constructors, global functions.
pub fn install(engine: &mut Engine) {
    let heap = &mut engine.heap;
    for which in Intrinsic::ALL {
        let kind = match which {
            Intrinsic::Array => Kind::Array(Vec::new()),
            _ => Kind::Ordinary,
        };
        let object_prototype = heap.roots.intrinsics.first().copied();
        let parent = match which {
            Intrinsic::TypeError
            | Intrinsic::RangeError
            | Intrinsic::ReferenceError
            | Intrinsic::SyntaxError => Some(heap.intrinsic(Intrinsic::Error)),
            _ => object_prototype,
        };
        let prototype = heap.add(Object::new(kind, parent));
        heap.roots.intrinsics.push(prototype);
    }
    let global = engine.heap.plain();
    engine.heap.roots.global = global;
    engine
        .heap
        .hide(global, "globalThis", Value::Object(global));
    for name in ["Math", "JSON", "Date"] {
        let holder = Value::Object(engine.heap.plain());
        engine.heap.hide(global, name, holder);
    }
    for (index, external) in LANGUAGE.iter().enumerate() {
        let function = engine.native(index as u32);
        place(engine, external.name, function);
    }
    for (name, value) in [
        ("undefined", Value::Undefined),
        ("NaN", Value::Number(f64::NAN)),
        ("Infinity", Value::Number(f64::INFINITY)),
    ] {
        engine.heap.hide(global, name, value);
    }
}

fn place(engine: &mut Engine, name: &str, function: Value) {
    let global = engine.heap.roots.global;
    let parts: Vec<&str> = name.split('.').collect();
    if let [constructor] = parts[..] {
        engine.heap.hide(global, constructor, function);
        let which = Intrinsic::ALL.into_iter().find(|i| i.name() == constructor);
        if let (Some(which), Value::Object(id)) = (which, function) {
            let prototype = engine.heap.intrinsic(which);
            engine.heap.hide(id, "prototype", Value::Object(prototype));
            engine.heap.hide(prototype, "constructor", function);
            let text = engine.heap.string(constructor);
            engine.heap.hide(prototype, "name", text);
            engine.heap.hide(id, "name", text);
        }
        return;
    }
    let mut holder = Value::Object(global);
    for part in &parts[..parts.len() - 1] {
        let key = engine.heap.strings.intern(part);
        holder = engine.get(holder, key).expect("placed before its parts");
    }
    if let Value::Object(holder) = holder {
        engine.heap.hide(holder, parts[parts.len() - 1], function);
    }
}

// Constructors.

fn object(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    match arg(arguments, 0) {
        object @ Value::Object(_) => Ok(object),
        _ => Ok(Value::Object(engine.heap.plain())),
    }
}

fn function(engine: &mut Engine, _: Value, _: &[Value]) -> Outcome {
    engine.type_error("Function() is not supported")
}

fn array(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    if let [Value::Number(length)] = *arguments {
        let array = engine.heap.array(Vec::new());
        if let Value::Object(id) = array {
            engine.set_length(id, length)?;
        }
        return Ok(array);
    }
    Ok(engine.heap.array(arguments.to_vec()))
}

fn string(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let text = match arguments.first() {
        Some(value) => engine.text_of(*value)?,
        None => "".into(),
    };
    Ok(engine.heap.string(&text))
}

fn number(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    match arguments.first() {
        Some(value) => Ok(Value::Number(engine.number_of(*value)?)),
        None => Ok(Value::Number(0.0)),
    }
}

fn boolean(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    Ok(Value::Bool(engine.truthy(arg(arguments, 0))))
}

fn error(
    engine: &mut Engine,
    this: Value,
    arguments: &[Value],
    kind: Intrinsic,
) -> Outcome {
    let message = match arg(arguments, 0) {
        Value::Undefined => None,
        value => Some(engine.text_of(value)?),
    };
    let Value::Object(id) = this else {
        return Ok(engine.error(kind, message.as_deref().unwrap_or("")));
    };
    engine.fill_error(id, kind.name(), message.as_deref());
    Ok(this)
}

fn error_text(engine: &mut Engine, this: Value, _: &[Value]) -> Outcome {
    let mut part = |name: &str| {
        let key = engine.heap.strings.intern(name);
        let value = engine.get(this, key)?;
        match value {
            Value::Undefined => Ok("".into()),
            value => engine.text_of(value),
        }
    };
    let (name, message): (Rc<str>, Rc<str>) = (part("name")?, part("message")?);
    let text = match &*message {
        "" => name.to_string(),
        message => format!("{name}: {message}"),
    };
    Ok(engine.heap.string(&text))
}

// Object.

fn keys(engine: &mut Engine, arguments: &[Value], enumerable_only: bool) -> Outcome {
    let keys = engine.own_keys(arg(arguments, 0), enumerable_only)?;
    let keys = keys.into_iter().map(Value::String).collect();
    Ok(engine.heap.array(keys))
}

fn define_property(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let [Value::Object(id), key, wanted] = [0, 1, 2].map(|i| arg(arguments, i)) else {
        return engine.type_error("Object.defineProperty called on non-object");
    };
    let key = engine.key_of(key)?;
    let mut field = |name: &str| {
        let name = engine.heap.strings.intern(name);
        engine.get(wanted, name)
    };
    let [value, get, set] = [field("value")?, field("get")?, field("set")?];
    let flags = [
        field("enumerable")?,
        field("writable")?,
        field("configurable")?,
    ];
    let [enumerable, writable, configurable] = flags.map(|flag| engine.truthy(flag));
    if let Some(old) = engine.heap.object(id).property(key)
        && !old.configurable
    {
        let message = format!("Cannot redefine property: {}", engine.heap.text(key));
        return engine.type_error(&message);
    }
    let slot = match (get, set) {
        (Value::Undefined, Value::Undefined) => Slot::Data(value),
        (get, set) => Slot::Accessor { get, set },
    };
    let writable = writable || matches!(slot, Slot::Accessor { .. });
    engine.heap.define(id, key, slot, enumerable);
    if let Some(property) = engine.heap.object_mut(id).property_mut(key) {
        (property.writable, property.configurable) = (writable, configurable);
    }
    Ok(Value::Object(id))
}

fn descriptor(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let key = engine.key_of(arg(arguments, 1))?;
    let Value::Object(id) = arg(arguments, 0) else {
        return Ok(Value::Undefined);
    };
    let Some(property) = engine.heap.object(id).property(key).copied() else {
        return Ok(Value::Undefined);
    };
    let Property {
        slot,
        enumerable,
        writable,
        configurable,
        ..
    } = property;
    let result = engine.heap.plain();
    match slot {
        Slot::Data(value) => {
            engine.heap.put(result, "value", value);
            engine.heap.put(result, "writable", Value::Bool(writable));
        }
        Slot::Accessor { get, set } => {
            engine.heap.put(result, "get", get);
            engine.heap.put(result, "set", set);
        }
    }
    engine
        .heap
        .put(result, "enumerable", Value::Bool(enumerable));
    engine
        .heap
        .put(result, "configurable", Value::Bool(configurable));
    Ok(Value::Object(result))
}

fn get_prototype(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    match arg(arguments, 0) {
        Value::Object(id) => Ok(match engine.heap.object(id).prototype {
            Some(prototype) => Value::Object(prototype),
            None => Value::Null,
        }),
        _ => Ok(Value::Null),
    }
}

fn set_prototype(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let (Value::Object(id), parent) = (arg(arguments, 0), arg(arguments, 1)) else {
        return engine.type_error("Object.setPrototypeOf called on non-object");
    };
    let parent = match parent {
        Value::Object(parent) => Some(parent),
        _ => None,
    };
    let mut next = parent;
    while let Some(ancestor) = next {
        if ancestor == id {
            return engine.type_error("Cyclic __proto__ value");
        }
        next = engine.heap.object(ancestor).prototype;
    }
    engine.heap.object_mut(id).prototype = parent;
    Ok(Value::Object(id))
}

fn create(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let prototype = match arg(arguments, 0) {
        Value::Object(id) => Some(id),
        _ => None,
    };
    let object = Object::new(Kind::Ordinary, prototype);
    Ok(Value::Object(engine.heap.add(object)))
}

fn freeze(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    if let Value::Object(id) = arg(arguments, 0) {
        for property in &mut engine.heap.object_mut(id).properties {
            (property.writable, property.configurable) = (false, false);
        }
    }
    Ok(arg(arguments, 0))
}

fn has_own_property(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let key = engine.key_of(arg(arguments, 0))?;
    match this {
        Value::Object(id) => Ok(Value::Bool(engine.has_own(id, key))),
        _ => Ok(Value::Bool(false)),
    }
}

// Function.

fn function_call(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let rest = arguments.get(1..).unwrap_or_default();
    engine.call(this, arg(arguments, 0), rest)
}

fn function_apply(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let list = match arg(arguments, 1) {
        Value::Undefined | Value::Null => Vec::new(),
        list => engine.iterate(list)?,
    };
    engine.call(this, arg(arguments, 0), &list)
}

fn function_bind(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let Value::Object(target) = this else {
        return engine.type_error("Bind must be called on a function");
    };
    let kind = Kind::Bound {
        target,
        this: arg(arguments, 0),
        arguments: arguments.get(1..).unwrap_or_default().to_vec(),
    };
    let prototype = engine.heap.intrinsic(Intrinsic::Function);
    let bound = Object::new(kind, Some(prototype));
    engine.heap.slots_made += arguments.len();
    Ok(Value::Object(engine.heap.add(bound)))
}

// Array.

fn is_array(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    Ok(Value::Bool(match arg(arguments, 0) {
        Value::Object(id) => matches!(engine.heap.object(id).kind, Kind::Array(_)),
        _ => false,
    }))
}

fn push(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let values = engine.elements(this)?;
    if values.len() + arguments.len() > MAX_ARRAY {
        return engine.throw(Intrinsic::RangeError, "Invalid array length");
    }
    values.extend(arguments);
    let length = values.len();
    engine.heap.slots_made += arguments.len();
    Ok(Value::Number(length as f64))
}

fn shift(engine: &mut Engine, this: Value, _: &[Value]) -> Outcome {
    let values = engine.elements(this)?;
    match values.is_empty() {
        true => Ok(Value::Undefined),
        false => Ok(values.remove(0)),
    }
}

fn unshift(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let values = engine.elements(this)?;
    if values.len() + arguments.len() > MAX_ARRAY {
        return engine.throw(Intrinsic::RangeError, "Invalid array length");
    }
    values.splice(0..0, arguments.iter().copied());
    let length = values.len();
    engine.heap.slots_made += arguments.len();
    Ok(Value::Number(length as f64))
}

/// A position, which may count from the end.
fn position(
    engine: &mut Engine,
    value: Value,
    length: usize,
    default: usize,
) -> Result<usize, Abrupt> {
    if value == Value::Undefined {
        return Ok(default);
    }
    let number = engine.number_of(value)?.trunc();
    let length = length as f64;
    let at = if number < 0.0 {
        length + number
    } else {
        number
    };
    Ok(at.clamp(0.0, length) as usize)
}

fn array_slice(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let values = engine.elements(this)?.clone();
    let length = values.len();
    let from = position(engine, arg(arguments, 0), length, 0)?;
    let to = position(engine, arg(arguments, 1), length, length)?;
    let part = values.get(from..to).unwrap_or_default().to_vec();
    Ok(engine.heap.array(part))
}

fn splice(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let length = engine.elements(this)?.len();
    let from = position(engine, arg(arguments, 0), length, 0)?;
    let count = match arguments.get(1) {
        Some(count) => engine.number_of(*count)?.max(0.0) as usize,
        None => length,
    };
    let to = from.saturating_add(count).min(length);
    let new = arguments.get(2..).unwrap_or_default();
    if length + new.len() > MAX_ARRAY {
        return engine.throw(Intrinsic::RangeError, "Invalid array length");
    }
    let values = engine.elements(this)?;
    let removed: Vec<Value> = values.splice(from..to, new.iter().copied()).collect();
    engine.heap.slots_made += new.len();
    Ok(engine.heap.array(removed))
}

fn array_index_of(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let wanted = arg(arguments, 0);
    let values = engine.elements(this)?;
    let at = values.iter().position(|value| *value == wanted);
    Ok(Value::Number(at.map_or(-1.0, |at| at as f64)))
}

fn join(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let values = engine.elements(this)?.clone();
    let separator = match arg(arguments, 0) {
        Value::Undefined => ",".into(),
        value => engine.text_of(value)?,
    };
    let mut result = String::new();
    for (i, value) in values.into_iter().enumerate() {
        if i > 0 {
            result.push_str(&separator);
        }
        if !matches!(value, Value::Undefined | Value::Null) {
            result.push_str(&engine.text_of(value)?);
        }
        engine.fits(result.len())?;
    }
    Ok(engine.heap.string(&result))
}

/// Insertion by halving: stable, and a comparison that throws leaves the array alone.
fn sort(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let compare = arg(arguments, 0);
    let mut sorted: Vec<Value> = Vec::new();
    for value in engine.elements(this)?.clone() {
        let (mut from, mut to) = (0, sorted.len());
        while from < to {
            let middle = (from + to) / 2;
            match is_before(engine, compare, value, sorted[middle])? {
                true => to = middle,
                false => from = middle + 1,
            }
        }
        sorted.insert(from, value);
    }
    *engine.elements(this)? = sorted;
    Ok(this)
}

fn is_before(
    engine: &mut Engine,
    compare: Value,
    a: Value,
    b: Value,
) -> Result<bool, Abrupt> {
    if compare == Value::Undefined {
        let (a, b) = (engine.text_of(a)?, engine.text_of(b)?);
        return Ok(a.encode_utf16().lt(b.encode_utf16()));
    }
    let order = engine.call(compare, Value::Undefined, &[a, b])?;
    Ok(engine.number_of(order)? < 0.0)
}

// String.

fn same(engine: &mut Engine, this: Value) -> Outcome {
    match this {
        Value::String(_) => Ok(this),
        _ => engine.type_error("not a string"),
    }
}

fn map(engine: &mut Engine, this: Value, change: fn(&str) -> String) -> Outcome {
    let text = engine.text_of(this)?;
    Ok(engine.heap.string(&change(&text)))
}

fn test(
    engine: &mut Engine,
    this: Value,
    arguments: &[Value],
    test: fn(&str, &str) -> bool,
) -> Outcome {
    let (text, part) = (engine.text_of(this)?, engine.text_of(arg(arguments, 0))?);
    Ok(Value::Bool(test(&text, &part)))
}

fn string_slice(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let whole = engine.text_of(this)?;
    let length = text::length(&whole);
    let from = position(engine, arg(arguments, 0), length, 0)?;
    let to = position(engine, arg(arguments, 1), length, length)?;
    let part = text::slice(&whole, from, to);
    Ok(engine.heap.string(&part))
}

fn split(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let text = engine.text_of(this)?;
    let parts: Vec<String> = match arg(arguments, 0) {
        Value::Undefined => vec![text.to_string()],
        separator => match &*engine.text_of(separator)? {
            "" => text.chars().map(String::from).take(MAX_ARRAY + 1).collect(),
            separator => {
                let parts = text.split(separator).map(String::from);
                parts.take(MAX_ARRAY + 1).collect()
            }
        },
    };
    if parts.len() > MAX_ARRAY {
        return engine.throw(Intrinsic::RangeError, "Invalid array length");
    }
    let parts = parts.iter().map(|part| engine.heap.string(part)).collect();
    Ok(engine.heap.array(parts))
}

/// A byte position as one in UTF-16 code units.
fn units_before(text: &str, at: Option<usize>) -> Value {
    Value::Number(at.map_or(-1.0, |at| text::length(&text[..at]) as f64))
}

fn string_index_of(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let (text, part) = (engine.text_of(this)?, engine.text_of(arg(arguments, 0))?);
    Ok(units_before(&text, text.find(&*part)))
}

fn last_index_of(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let (text, part) = (engine.text_of(this)?, engine.text_of(arg(arguments, 0))?);
    Ok(units_before(&text, text.rfind(&*part)))
}

fn repeat(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let text = engine.text_of(this)?;
    let count = engine.number_of(arg(arguments, 0))?;
    if !(0.0..=MAX_STRING as f64).contains(&(count * text.len().max(1) as f64)) {
        return engine.throw(Intrinsic::RangeError, "Invalid count value");
    }
    Ok(engine.heap.string(&text.repeat(count as usize)))
}

fn pad(engine: &mut Engine, this: Value, arguments: &[Value], before: bool) -> Outcome {
    let text = engine.text_of(this)?;
    let wanted = engine.number_of(arg(arguments, 0))?.clamp(0.0, 1e6) as usize;
    let filler = match arg(arguments, 1) {
        Value::Undefined => " ".into(),
        value => engine.text_of(value)?,
    };
    let missing = wanted.saturating_sub(text::length(&text));
    let padding: String = filler.chars().cycle().take(missing).collect();
    let padded = match before {
        true => format!("{padding}{text}"),
        false => format!("{text}{padding}"),
    };
    Ok(engine.heap.string(&padded))
}

fn replace_all(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let text = engine.text_of(this)?;
    let (from, to) = (
        engine.text_of(arg(arguments, 0))?,
        engine.text_of(arg(arguments, 1))?,
    );
    engine.fits(text.len().saturating_mul(to.len() + 1))?;
    Ok(engine.heap.string(&text.replace(&*from, &to)))
}

fn char_code_at(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let text = engine.text_of(this)?;
    let at = match arg(arguments, 0) {
        Value::Undefined => 0.0,
        value => engine.number_of(value)?,
    };
    let unit = (at >= 0.0)
        .then(|| text.encode_utf16().nth(at as usize))
        .flatten();
    Ok(Value::Number(unit.map_or(f64::NAN, f64::from)))
}

fn from_char_code(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let mut units = Vec::new();
    for value in arguments {
        units.push(engine.number_of(*value)? as u16);
    }
    let text = String::from_utf16_lossy(&units);
    Ok(engine.heap.string(&text))
}

// Number, Math.

fn number_text(engine: &mut Engine, this: Value, arguments: &[Value]) -> Outcome {
    let Value::Number(number) = this else {
        return engine.type_error("not a number");
    };
    let radix = match arg(arguments, 0) {
        Value::Undefined => 10.0,
        radix => engine.number_of(radix)?.trunc(),
    };
    if radix == 10.0 || !number.is_finite() {
        let text = text::number_to_string(number);
        return Ok(engine.heap.string(&text));
    }
    if !(2.0..=36.0).contains(&radix) {
        let message = "toString() radix must be between 2 and 36";
        return engine.throw(Intrinsic::RangeError, message);
    }
    if number.fract() != 0.0 || number.abs() >= 2_f64.powi(53) {
        return engine.type_error("toString(radix) of such a number is not supported");
    }
    let text = text::integer_to_string(number as i64, radix as u32);
    Ok(engine.heap.string(&text))
}

fn is_integer(_: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    Ok(Value::Bool(match arg(arguments, 0) {
        Value::Number(number) => number.is_finite() && number.fract() == 0.0,
        _ => false,
    }))
}

fn math(engine: &mut Engine, arguments: &[Value], function: fn(f64) -> f64) -> Outcome {
    let number = engine.number_of(arg(arguments, 0))?;
    Ok(Value::Number(function(number)))
}

/// ECMA-262, *Math.round*: halves go up, and zero keeps the sign.
fn round(number: f64) -> f64 {
    let below = number.floor();
    let rounded = if number - below >= 0.5 {
        below + 1.0
    } else {
        below
    };
    rounded.copysign(number)
}

fn fold(
    engine: &mut Engine,
    arguments: &[Value],
    start: f64,
    function: fn(f64, f64) -> f64,
) -> Outcome {
    let mut result = start;
    for value in arguments {
        let number = engine.number_of(*value)?;
        if number.is_nan() {
            return Ok(Value::Number(number));
        }
        result = function(result, number);
    }
    Ok(Value::Number(result))
}

fn parse_int(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let text = engine.text_of(arg(arguments, 0))?;
    let text = text.trim();
    let radix = match engine.number_of(arg(arguments, 1))? {
        radix if (2.0..=36.0).contains(&radix) => radix as u32,
        _ => 10,
    };
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut result = None;
    for digit in digits.chars().map_while(|c| c.to_digit(radix)) {
        let so_far = result.unwrap_or(0.0);
        result = Some(so_far * f64::from(radix) + f64::from(digit));
    }
    Ok(Value::Number(result.map_or(f64::NAN, |n| sign * n)))
}

// JSON.

fn stringify(engine: &mut Engine, _: Value, arguments: &[Value]) -> Outcome {
    let mut json = String::new();
    match write_json(engine, arg(arguments, 0), &mut json, 0)? {
        true => {
            engine.fits(json.len())?;
            Ok(engine.heap.string(&json))
        }
        false => Ok(Value::Undefined),
    }
}

/// Writes a value; whether there is anything to write.
fn write_json(
    engine: &mut Engine,
    value: Value,
    json: &mut String,
    depth: u32,
) -> Result<bool, Abrupt> {
    if depth > 100 {
        return engine.type_error("Converting circular structure to JSON");
    }
    engine.step()?;
    engine.fits(json.len())?;
    match value {
        Value::Undefined => return Ok(false),
        Value::Null => json.push_str("null"),
        Value::Bool(value) => json.push_str(if value { "true" } else { "false" }),
        Value::Number(number) if number.is_finite() => {
            json.push_str(&text::number_to_string(number));
        }
        Value::Number(_) => json.push_str("null"),
        Value::String(id) => json.push_str(&text::quote(&engine.heap.text(id))),
        Value::Object(_) if engine.is_callable(value) => return Ok(false),
        Value::Object(id) => {
            if let Kind::Array(values) = &engine.heap.object(id).kind {
                let values = values.clone();
                json.push('[');
                for (i, value) in values.into_iter().enumerate() {
                    json.push_str(if i > 0 { "," } else { "" });
                    if !write_json(engine, value, json, depth + 1)? {
                        json.push_str("null");
                    }
                }
                json.push(']');
                return Ok(true);
            }
            json.push('{');
            let mut first = true;
            for key in engine.own_keys(value, true)? {
                let before = json.len();
                let name = text::quote(&engine.heap.text(key));
                json.push_str(if first { "" } else { "," });
                json.push_str(&name);
                json.push(':');
                let value = engine.get(value, key)?;
                match write_json(engine, value, json, depth + 1)? {
                    true => first = false,
                    false => json.truncate(before),
                }
            }
            json.push('}');
        }
    }
    Ok(true)
}
