//! The heap: values, objects, scopes and code, all of them plain data.

use super::syntax::Unit;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::rc::Rc;

pub type StringId = u32;
pub type ObjectId = u32;
pub type ScopeId = u32;
pub type UnitId = u32;

// ANCHOR: value
/// A value: a primitive, or the index of an object. No pointer anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    String(StringId),
    Object(ObjectId),
}

/// What an object is besides its properties.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    Ordinary,
    Array(Vec<Value>),
    /// A function of JavaScript: which code, and the scope that it closes over.
    Closure {
        unit: UnitId,
        code: u32,
        scope: ScopeId,
    },
    /// A function of the host: an index into the table of external references.
    Native(u32),
    /// `target.bind(this, ...arguments)`
    Bound {
        target: ObjectId,
        this: Value,
        arguments: Vec<Value>,
    },
    /// Properties that the host answers, as `process.env`: four external references.
    Intercepted(Interceptor),
    /// Something open that the host holds. Only the process that opened it has it.
    Handle(u32),
}
// ANCHOR_END: value

/// The number of a [`Kind::Handle`] that stands for nothing any more.
pub const CLOSED: u32 = u32::MAX;

/// Who answers for the properties of an [`Kind::Intercepted`] object.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interceptor {
    pub get: u32,
    pub set: u32,
    pub delete: u32,
    pub keys: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Slot {
    Data(Value),
    Accessor { get: Value, set: Value },
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Property {
    pub key: StringId,
    pub slot: Slot,
    pub enumerable: bool,
    pub writable: bool,
    pub configurable: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Object {
    pub kind: Kind,
    pub prototype: Option<ObjectId>,
    /// In the order in which they were added.
    pub properties: Vec<Property>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    pub name: StringId,
    /// None until the declaration has run: the temporal dead zone.
    pub value: Option<Value>,
    pub constant: bool,
}

/// Variables of one block or one call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    pub parent: Option<ScopeId>,
    /// What `this` is, in the scope of a call.
    pub this: Option<Value>,
    pub bindings: Vec<Binding>,
    /// A function was made in here or below, so the scope may outlive its block.
    pub captured: bool,
}

// ANCHOR: heap
/// Everything that JavaScript has made. All of it can be written to a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Heap {
    pub strings: Strings,
    pub objects: Vec<Object>,
    pub scopes: Vec<Scope>,
    /// Parsed sources, one for each file.
    pub units: Vec<Rc<Unit>>,
    pub roots: Roots,
    /// Properties, elements and variables that this process made, to limit them.
    #[serde(skip)]
    pub slots_made: usize,
}

/// Where the host enters the heap.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Roots {
    /// `globalThis`
    pub global: ObjectId,
    /// The prototypes of the language, in the order of [`Intrinsic`].
    pub intrinsics: Vec<ObjectId>,
    /// What the prelude handed to the host by name: `process`, callbacks, loaders.
    pub slots: Vec<(StringId, Value)>,
}
// ANCHOR_END: heap

/// Prototypes that the engine itself needs to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intrinsic {
    Object,
    Function,
    Array,
    String,
    Number,
    Boolean,
    Error,
    TypeError,
    RangeError,
    ReferenceError,
    SyntaxError,
}

impl Intrinsic {
    pub const ALL: [Intrinsic; 11] = [
        Intrinsic::Object,
        Intrinsic::Function,
        Intrinsic::Array,
        Intrinsic::String,
        Intrinsic::Number,
        Intrinsic::Boolean,
        Intrinsic::Error,
        Intrinsic::TypeError,
        Intrinsic::RangeError,
        Intrinsic::ReferenceError,
        Intrinsic::SyntaxError,
    ];

    /// The name of its constructor.
    pub fn name(self) -> &'static str {
        match self {
            Intrinsic::Object => "Object",
            Intrinsic::Function => "Function",
            Intrinsic::Array => "Array",
            Intrinsic::String => "String",
            Intrinsic::Number => "Number",
            Intrinsic::Boolean => "Boolean",
            Intrinsic::Error => "Error",
            Intrinsic::TypeError => "TypeError",
            Intrinsic::RangeError => "RangeError",
            Intrinsic::ReferenceError => "ReferenceError",
            Intrinsic::SyntaxError => "SyntaxError",
        }
    }
}

/// All strings, each of them once: equal strings have equal ids.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Rc<str>>", into = "Vec<Rc<str>>")]
pub struct Strings {
    texts: Vec<Rc<str>>,
    index: HashMap<Rc<str>, StringId>,
    bytes: usize,
}

impl From<Vec<Rc<str>>> for Strings {
    fn from(texts: Vec<Rc<str>>) -> Strings {
        let bytes = texts.iter().map(|text| text.len()).sum();
        let ids = texts.iter().cloned().zip(0..);
        let index = ids.collect();
        Strings {
            texts,
            index,
            bytes,
        }
    }
}

impl From<Strings> for Vec<Rc<str>> {
    fn from(strings: Strings) -> Vec<Rc<str>> {
        strings.texts
    }
}

impl Strings {
    pub fn intern(&mut self, text: &str) -> StringId {
        if let Some(id) = self.index.get(text) {
            return *id;
        }
        let id = self.texts.len() as StringId;
        let text: Rc<str> = text.into();
        self.bytes += text.len();
        self.texts.push(Rc::clone(&text));
        self.index.insert(text, id);
        id
    }

    pub fn get(&self, id: StringId) -> Rc<str> {
        Rc::clone(&self.texts[id as usize])
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The length of all texts together.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|text| &**text)
    }
}

impl Object {
    pub fn new(kind: Kind, prototype: Option<ObjectId>) -> Object {
        Object {
            kind,
            prototype,
            properties: Vec::new(),
        }
    }

    pub fn property(&self, key: StringId) -> Option<&Property> {
        self.properties.iter().find(|property| property.key == key)
    }

    pub fn property_mut(&mut self, key: StringId) -> Option<&mut Property> {
        self.properties
            .iter_mut()
            .find(|property| property.key == key)
    }
}

impl Heap {
    pub fn object(&self, id: ObjectId) -> &Object {
        &self.objects[id as usize]
    }

    pub fn object_mut(&mut self, id: ObjectId) -> &mut Object {
        &mut self.objects[id as usize]
    }

    pub fn add(&mut self, object: Object) -> ObjectId {
        self.objects.push(object);
        (self.objects.len() - 1) as ObjectId
    }

    pub fn intrinsic(&self, which: Intrinsic) -> ObjectId {
        self.roots.intrinsics[which as usize]
    }

    pub fn string(&mut self, text: &str) -> Value {
        Value::String(self.strings.intern(text))
    }

    pub fn text(&self, id: StringId) -> Rc<str> {
        self.strings.get(id)
    }

    /// An array of `values`.
    pub fn array(&mut self, values: Vec<Value>) -> Value {
        let prototype = self.intrinsic(Intrinsic::Array);
        self.slots_made += values.len();
        Value::Object(self.add(Object::new(Kind::Array(values), Some(prototype))))
    }

    /// An empty object with the usual prototype.
    pub fn plain(&mut self) -> ObjectId {
        let prototype = self.intrinsic(Intrinsic::Object);
        self.add(Object::new(Kind::Ordinary, Some(prototype)))
    }

    /// Defines a property that can be seen, changed and deleted.
    pub fn put(&mut self, object: ObjectId, key: &str, value: Value) {
        let key = self.strings.intern(key);
        self.define(object, key, Slot::Data(value), true);
    }

    /// Defines a property that does not show up when properties are listed.
    pub fn hide(&mut self, object: ObjectId, key: &str, value: Value) {
        let key = self.strings.intern(key);
        self.define(object, key, Slot::Data(value), false);
    }

    /// Defines or replaces a property, whatever it was.
    pub fn define(
        &mut self,
        object: ObjectId,
        key: StringId,
        slot: Slot,
        enumerable: bool,
    ) {
        let new = Property {
            key,
            slot,
            enumerable,
            writable: true,
            configurable: true,
        };
        let object = self.object_mut(object);
        match object.property_mut(key) {
            Some(old) => *old = new,
            None => {
                object.properties.push(new);
                self.slots_made += 1;
            }
        }
    }

    /// What the prelude handed to the host under `name`.
    pub fn slot(&self, name: &str) -> Option<Value> {
        let mut slots = self.roots.slots.iter();
        let found = slots.find(|(key, _)| &*self.strings.texts[*key as usize] == name);
        found.map(|(_, value)| *value)
    }

    pub fn set_slot(&mut self, name: &str, value: Value) {
        let key = self.strings.intern(name);
        match self.roots.slots.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = value,
            None => self.roots.slots.push((key, value)),
        }
    }
}
