//! A heap as bytes, and back.
//!
//! ```text
//! "bootsnap"  format  version  fingerprint  length  checksum  body
//!    8 bytes    u32   u8+text          u32     u64       u32
//! ```
//!
//! Numbers are little-endian. The fingerprint is that of the table of external
//! references, the checksum a CRC-32 of the body, the body a [`Heap`].

use crate::engine::External;
use crate::engine::heap::{
    CLOSED, Heap, Intrinsic, Kind, Object, ObjectId, Property, Roots, Scope, ScopeId,
    Slot, StringId, UnitId, Value,
};
use crate::engine::syntax::{Code, Node, Unit};
use crate::externals::fingerprint;
use crate::host::Host;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

pub const MAGIC: &[u8; 8] = b"bootsnap";
/// Changes when a heap is written in another way.
pub const FORMAT: u32 = 1;
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The longest body, in bytes. In memory it can be a hundred times as long: a part of
/// code that is one byte here has the size of the largest there.
pub const MAX_BODY: usize = 8 << 20;
/// The longest snapshot: a header and a body.
pub const MAX_BLOB: usize = MAX_BODY + 512;

/// Why a heap is not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannotTake {
    /// Something reachable stands for something open.
    Open {
        /// How it is reached, such as `globalThis.dir.handle`.
        path: String,
    },
    /// The body would be longer than [`MAX_BODY`], so nobody would start from it.
    TooLarge {
        /// How long it would be, in bytes.
        bytes: usize,
    },
}

impl fmt::Display for CannotTake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CannotTake::Open { path } => {
                write!(f, "{path} is open, so it cannot be kept")
            }
            CannotTake::TooLarge { bytes } => {
                write!(
                    f,
                    "the snapshot has {bytes} bytes, at most {MAX_BODY} can be"
                )
            }
        }
    }
}

impl std::error::Error for CannotTake {}

// ANCHOR: take
/// Writes what can be reached from the roots: a walk that gives everything a new
/// number, in the order in which it is met.
///
/// Mirrors `v8::SnapshotCreator::CreateBlob`.
///
/// # Errors
/// The path to the first object that stands for something open; a heap too large.
pub fn take(
    heap: &Heap,
    host: &Host,
    table: &[External],
) -> Result<Vec<u8>, CannotTake> {
    let mut mover = Mover::new(heap, host);
    mover.new.roots = mover.roots()?;
    while let Some(object) = mover.waiting.pop() {
        mover.fill(object)?;
    }
    let body = postcard::to_stdvec(&mover.new).expect("plain data has a plain form");
    if body.len() > MAX_BODY {
        return Err(CannotTake::TooLarge { bytes: body.len() });
    }
    Ok(seal(&body, table))
}
// ANCHOR_END: take

/// Puts the header before a body.
pub fn seal(body: &[u8], table: &[External]) -> Vec<u8> {
    let mut blob = MAGIC.to_vec();
    blob.extend(FORMAT.to_le_bytes());
    blob.push(VERSION.len() as u8);
    blob.extend(VERSION.as_bytes());
    blob.extend(fingerprint(table).to_le_bytes());
    blob.extend((body.len() as u64).to_le_bytes());
    blob.extend(crc32fast::hash(body).to_le_bytes());
    blob.extend(body);
    blob
}

/// Copies what is reachable into a new heap.
struct Mover<'a> {
    old: &'a Heap,
    host: &'a Host,
    new: Heap,
    /// The new numbers, by old ones.
    objects: Vec<Option<ObjectId>>,
    scopes: Vec<Option<ScopeId>>,
    units: Vec<Option<UnitId>>,
    /// By new number: who led there, and how; for [`CannotTake`].
    trail: Vec<(Option<ObjectId>, StringId)>,
    /// The object that is being copied, and how it refers to what comes now.
    here: (Option<ObjectId>, StringId),
    /// Old numbers of objects that have a place, but are not copied yet.
    waiting: Vec<ObjectId>,
}

impl<'a> Mover<'a> {
    fn new(old: &'a Heap, host: &'a Host) -> Mover<'a> {
        let mut new = Heap::default();
        let start = new.strings.intern("globalThis");
        Mover {
            old,
            host,
            new,
            objects: vec![None; old.objects.len()],
            scopes: vec![None; old.scopes.len()],
            units: vec![None; old.units.len()],
            trail: Vec::new(),
            here: (None, start),
            waiting: Vec::new(),
        }
    }

    fn roots(&mut self) -> Result<Roots, CannotTake> {
        let old = &self.old.roots;
        let global = self.object(old.global)?;
        let intrinsics = old.intrinsics.iter().map(|id| self.object(*id));
        let intrinsics = intrinsics.collect::<Result<_, _>>()?;
        let mut slots = Vec::new();
        for (name, value) in &old.slots {
            let name = self.string(*name);
            self.here = (None, name);
            slots.push((name, self.value(*value)?));
        }
        Ok(Roots {
            global,
            intrinsics,
            slots,
        })
    }

    fn string(&mut self, id: StringId) -> StringId {
        let text = self.old.text(id);
        self.new.strings.intern(&text)
    }

    fn value(&mut self, value: Value) -> Result<Value, CannotTake> {
        Ok(match value {
            Value::String(id) => Value::String(self.string(id)),
            Value::Object(id) => Value::Object(self.object(id)?),
            primitive => primitive,
        })
    }

    // ANCHOR: walk
    /// The new number of an object. Who is met for the first time gets one, and waits.
    fn object(&mut self, id: ObjectId) -> Result<ObjectId, CannotTake> {
        if let Some(known) = self.objects[id as usize] {
            return Ok(known);
        }
        let new = self.new.add(Object::new(Kind::Ordinary, None));
        self.objects[id as usize] = Some(new);
        self.trail.push(self.here);
        if let Kind::Handle(number) = self.old.object(id).kind
            && let Some(Some(_)) = self.host.handles.get(number as usize)
        {
            return Err(CannotTake::Open {
                path: self.path(new),
            });
        }
        self.waiting.push(id);
        Ok(new)
    }
    // ANCHOR_END: walk

    fn path(&self, object: ObjectId) -> String {
        let mut labels = Vec::new();
        let mut next = Some(object);
        while let Some(id) = next {
            let (parent, label) = self.trail[id as usize];
            labels.push(self.new.text(label).to_string());
            next = parent;
        }
        labels.reverse();
        labels.join(".")
    }

    /// Copies an object that has a place already.
    fn fill(&mut self, id: ObjectId) -> Result<(), CannotTake> {
        let new = self.objects[id as usize].expect("given a place when met");
        let old = self.old.object(id);
        let prototype_label = self.new.strings.intern("[[Prototype]]");
        self.here = (Some(new), prototype_label);
        let prototype = old.prototype.map(|id| self.object(id)).transpose()?;
        let kind = self.kind(&old.kind, new)?;
        let mut properties = Vec::with_capacity(old.properties.len());
        for property in &old.properties {
            let key = self.string(property.key);
            self.here = (Some(new), key);
            let slot = match property.slot {
                Slot::Data(value) => Slot::Data(self.value(value)?),
                Slot::Accessor { get, set } => Slot::Accessor {
                    get: self.value(get)?,
                    set: self.value(set)?,
                },
            };
            properties.push(Property {
                key,
                slot,
                ..*property
            });
        }
        *self.new.object_mut(new) = Object {
            kind,
            prototype,
            properties,
        };
        Ok(())
    }

    fn kind(&mut self, kind: &Kind, of: ObjectId) -> Result<Kind, CannotTake> {
        Ok(match kind {
            Kind::Array(values) => {
                let mut moved = Vec::with_capacity(values.len());
                for (i, value) in values.iter().enumerate() {
                    // Only an object can lead to something that needs its path.
                    if let Value::Object(_) = value {
                        let label = self.new.strings.intern(&i.to_string());
                        self.here = (Some(of), label);
                    }
                    moved.push(self.value(*value)?);
                }
                Kind::Array(moved)
            }
            Kind::Closure { unit, code, scope } => Kind::Closure {
                unit: self.unit(*unit),
                code: *code,
                scope: self.scope(*scope, of)?,
            },
            Kind::Bound {
                target,
                this,
                arguments,
            } => {
                let label = self.new.strings.intern("[[Bound]]");
                self.here = (Some(of), label);
                let arguments = arguments.iter().map(|value| self.value(*value));
                let arguments = arguments.collect::<Result<_, _>>()?;
                Kind::Bound {
                    target: self.object(*target)?,
                    this: self.value(*this)?,
                    arguments,
                }
            }
            // What is open was refused when it was met. A number that was free again
            // would stand for something else in the next process.
            Kind::Handle(_) => Kind::Handle(CLOSED),
            Kind::Ordinary | Kind::Native(_) | Kind::Intercepted(_) => kind.clone(),
        })
    }

    /// A scope, its parents first: so that a parent has the smaller number.
    fn scope(&mut self, id: ScopeId, of: ObjectId) -> Result<ScopeId, CannotTake> {
        let mut missing = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next.filter(|id| self.scopes[*id as usize].is_none()) {
            missing.push(id);
            next = self.old.scopes[id as usize].parent;
        }
        for id in missing.into_iter().rev() {
            let old = &self.old.scopes[id as usize];
            let parent = old.parent.and_then(|p| self.scopes[p as usize]);
            let new = self.new.scopes.len() as ScopeId;
            self.scopes[id as usize] = Some(new);
            self.new.scopes.push(Scope {
                parent,
                this: None,
                bindings: Vec::new(),
                captured: true,
            });
            self.fill_scope(old, new, of)?;
        }
        Ok(self.scopes[id as usize].expect("copied above"))
    }

    fn fill_scope(
        &mut self,
        old: &Scope,
        new: ScopeId,
        of: ObjectId,
    ) -> Result<(), CannotTake> {
        let label = self.new.strings.intern("this");
        self.here = (Some(of), label);
        let this = old.this.map(|this| self.value(this)).transpose()?;
        let mut bindings = Vec::with_capacity(old.bindings.len());
        for binding in &old.bindings {
            let name = self.string(binding.name);
            self.here = (Some(of), name);
            let value = binding.value.map(|value| self.value(value)).transpose()?;
            let mut binding = *binding;
            (binding.name, binding.value) = (name, value);
            bindings.push(binding);
        }
        let scope = &mut self.new.scopes[new as usize];
        (scope.this, scope.bindings) = (this, bindings);
        Ok(())
    }

    fn unit(&mut self, id: UnitId) -> UnitId {
        if let Some(known) = self.units[id as usize] {
            return known;
        }
        let new = self.new.units.len() as UnitId;
        self.units[id as usize] = Some(new);
        let mut unit = Unit::clone(&self.old.units[id as usize]);
        unit.id = new;
        unit.strings(&mut |id| *id = self.string(*id));
        self.new.units.push(Rc::new(unit));
        new
    }
}

/// Why a snapshot is not started from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannotOpen {
    NotASnapshot,
    Truncated,
    /// There is something after the body.
    TooLong,
    TooLarge,
    OtherFormat(u32),
    OtherVersion(String),
    /// It was made by a host with other native functions.
    OtherBindings,
    /// The checksum does not fit.
    Damaged,
    /// The body is no heap.
    Malformed,
    /// It calls a native function that the table does not have.
    NoSuchExternal {
        index: u32,
        table: u32,
    },
    /// Something in it refers to nothing.
    Dangling(&'static str),
}

impl fmt::Display for CannotOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CannotOpen::NotASnapshot => f.write_str("this is not a snapshot"),
            CannotOpen::Truncated => f.write_str("the snapshot is cut short"),
            CannotOpen::TooLong => f.write_str("something follows the snapshot"),
            CannotOpen::TooLarge => {
                write!(f, "the snapshot is longer than {MAX_BODY} bytes")
            }
            CannotOpen::OtherFormat(format) => {
                write!(f, "the snapshot has format {format}, this program {FORMAT}")
            }
            CannotOpen::OtherVersion(version) => {
                let version = version.escape_debug();
                write!(f, "the snapshot is of version {version}, this is {VERSION}")
            }
            CannotOpen::OtherBindings => {
                f.write_str("the snapshot is of a program with other native functions")
            }
            CannotOpen::Damaged => f.write_str("the snapshot is damaged"),
            CannotOpen::Malformed => f.write_str("the snapshot does not hold a heap"),
            CannotOpen::NoSuchExternal { index, table } => {
                write!(f, "the snapshot calls native function {index} of {table}")
            }
            CannotOpen::Dangling(what) => {
                write!(f, "the snapshot refers to {what} that it does not have")
            }
        }
    }
}

impl std::error::Error for CannotOpen {}

// ANCHOR: open
/// Reads a heap out of a snapshot, and believes nothing: every number in it is looked
/// at before the engine follows one.
///
/// # Errors
/// What keeps this program from starting with it.
pub fn open(blob: &[u8], table: &[External]) -> Result<Heap, CannotOpen> {
    let body = unseal(blob, table)?;
    let mut heap: Heap = match postcard::take_from_bytes(body) {
        Ok((heap, [])) => heap,
        Ok(_) | Err(_) => return Err(CannotOpen::Malformed),
    };
    validate(&mut heap, table.len() as u32)?;
    Ok(heap)
}
// ANCHOR_END: open

/// The bytes of a file that may be a snapshot; never more than tell that it is too long.
///
/// # Errors
/// The file cannot be read.
pub fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut blob = Vec::new();
    let longest = MAX_BLOB as u64 + 1;
    File::open(file)?.take(longest).read_to_end(&mut blob)?;
    Ok(blob)
}

/// Checks the header; the body behind it.
pub fn unseal<'a>(blob: &'a [u8], table: &[External]) -> Result<&'a [u8], CannotOpen> {
    let mut reader = Reader(blob);
    if !blob.starts_with(MAGIC) {
        return Err(CannotOpen::NotASnapshot);
    }
    reader.take(MAGIC.len())?;
    let format = reader.u32()?;
    if format != FORMAT {
        return Err(CannotOpen::OtherFormat(format));
    }
    let length = reader.take(1)?[0];
    let version = reader.take(usize::from(length))?;
    if version != VERSION.as_bytes() {
        let version = String::from_utf8_lossy(version).into_owned();
        return Err(CannotOpen::OtherVersion(version));
    }
    if reader.u32()? != fingerprint(table) {
        return Err(CannotOpen::OtherBindings);
    }
    let length = u64::from(reader.u32()?) | u64::from(reader.u32()?) << 32;
    if length > MAX_BODY as u64 {
        return Err(CannotOpen::TooLarge);
    }
    let checksum = reader.u32()?;
    let body = reader.take(length as usize)?;
    if !reader.0.is_empty() {
        return Err(CannotOpen::TooLong);
    }
    if crc32fast::hash(body) != checksum {
        return Err(CannotOpen::Damaged);
    }
    Ok(body)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], CannotOpen> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or(CannotOpen::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    fn u32(&mut self) -> Result<u32, CannotOpen> {
        let bytes = self.take(4)?;
        let bytes = bytes.try_into().expect("four were taken");
        Ok(u32::from_le_bytes(bytes))
    }
}

/// How many there are of each thing that a number may refer to.
struct Limits {
    strings: u32,
    objects: u32,
    scopes: u32,
    units: u32,
    /// For each unit, how many functions it has.
    codes: Vec<u32>,
    externals: u32,
}

/// A heap that passes can be run: no number in it leads outside.
fn validate(heap: &mut Heap, externals: u32) -> Result<(), CannotOpen> {
    let limits = Limits {
        strings: heap.strings.len() as u32,
        objects: heap.objects.len() as u32,
        scopes: heap.scopes.len() as u32,
        units: heap.units.len() as u32,
        codes: heap.units.iter().map(|u| u.codes.len() as u32).collect(),
        externals,
    };
    limits.object(heap.roots.global)?;
    if heap.roots.intrinsics.len() != Intrinsic::ALL.len() {
        return Err(CannotOpen::Dangling("prototypes"));
    }
    for id in &heap.roots.intrinsics {
        limits.object(*id)?;
    }
    for (name, value) in &heap.roots.slots {
        limits.string(*name)?;
        limits.value(*value)?;
    }
    for object in &heap.objects {
        limits.whole_object(object)?;
    }
    for (id, scope) in (0..).zip(&heap.scopes) {
        limits.whole_scope(scope, id)?;
    }
    for (id, unit) in (0..).zip(&mut heap.units) {
        let unit = Rc::get_mut(unit).ok_or(CannotOpen::Malformed)?;
        limits.whole_unit(unit, id)?;
    }
    no_circular_prototypes(heap)
}

impl Limits {
    fn string(&self, id: StringId) -> Result<(), CannotOpen> {
        below(id, self.strings, "a string")
    }

    fn object(&self, id: ObjectId) -> Result<(), CannotOpen> {
        below(id, self.objects, "an object")
    }

    fn value(&self, value: Value) -> Result<(), CannotOpen> {
        match value {
            Value::String(id) => self.string(id),
            Value::Object(id) => self.object(id),
            _ => Ok(()),
        }
    }

    fn external(&self, index: u32) -> Result<(), CannotOpen> {
        let table = self.externals;
        match index < table {
            true => Ok(()),
            false => Err(CannotOpen::NoSuchExternal { index, table }),
        }
    }

    fn whole_object(&self, object: &Object) -> Result<(), CannotOpen> {
        if let Some(prototype) = object.prototype {
            self.object(prototype)?;
        }
        match &object.kind {
            Kind::Ordinary | Kind::Handle(CLOSED) => {}
            Kind::Handle(_) => return Err(CannotOpen::Dangling("something open")),
            Kind::Array(values) => {
                values.iter().try_for_each(|value| self.value(*value))?;
            }
            Kind::Closure { unit, code, scope } => {
                below(*unit, self.units, "code")?;
                below(*code, self.codes[*unit as usize], "a function")?;
                below(*scope, self.scopes, "a scope")?;
            }
            Kind::Native(index) => self.external(*index)?,
            Kind::Bound {
                target,
                this,
                arguments,
            } => {
                self.object(*target)?;
                self.value(*this)?;
                arguments.iter().try_for_each(|value| self.value(*value))?;
            }
            Kind::Intercepted(interceptor) => {
                self.external(interceptor.get)?;
                self.external(interceptor.set)?;
                self.external(interceptor.delete)?;
                self.external(interceptor.keys)?;
            }
        }
        for property in &object.properties {
            self.string(property.key)?;
            match property.slot {
                Slot::Data(value) => self.value(value)?,
                Slot::Accessor { get, set } => {
                    self.value(get)?;
                    self.value(set)?;
                }
            }
        }
        Ok(())
    }

    // ANCHOR: scope
    /// A parent comes before its children, so no walk up the scopes is endless.
    fn whole_scope(&self, scope: &Scope, id: ScopeId) -> Result<(), CannotOpen> {
        if let Some(parent) = scope.parent {
            below(parent, id, "a scope")?;
        }
        scope.this.map_or(Ok(()), |this| self.value(this))?;
        for binding in &scope.bindings {
            self.string(binding.name)?;
            binding.value.map_or(Ok(()), |value| self.value(value))?;
        }
        Ok(())
    }
    // ANCHOR_END: scope

    /// Children come before their parents, so no walk down the nodes is endless.
    fn whole_unit(&self, unit: &mut Unit, id: UnitId) -> Result<(), CannotOpen> {
        if unit.id != id {
            return Err(CannotOpen::Dangling("code"));
        }
        let mut wrong_string = Ok(());
        unit.strings(&mut |id| {
            if let Err(error) = self.string(*id) {
                wrong_string = Err(error);
            }
        });
        wrong_string?;
        let codes = unit.codes.len() as u32;
        for (id, node) in (0..).zip(&unit.nodes) {
            if let Node::Function(code) = node {
                below(*code, codes, "a function")?;
            }
            let mut wrong_child = Ok(());
            node.children(&mut |child| {
                if let Err(error) = below(child, id, "a part of code") {
                    wrong_child = Err(error);
                }
            });
            wrong_child?;
        }
        let nodes = unit.nodes.len() as u32;
        for code in &unit.codes {
            let Code {
                parameters,
                rest,
                body,
                ..
            } = code;
            for node in parameters.iter().chain(rest).chain([body]) {
                below(*node, nodes, "a part of code")?;
            }
        }
        Ok(())
    }
}

fn below(id: u32, count: u32, what: &'static str) -> Result<(), CannotOpen> {
    match id < count {
        true => Ok(()),
        false => Err(CannotOpen::Dangling(what)),
    }
}

/// Follows each chain once: what an earlier walk has passed is known to end.
fn no_circular_prototypes(heap: &Heap) -> Result<(), CannotOpen> {
    let mut seen = vec![0; heap.objects.len()];
    for (walk, start) in (1_u32..).zip(0..heap.objects.len()) {
        let mut next = Some(start);
        while let Some(at) = next.filter(|at| seen[*at] == 0) {
            seen[at] = walk;
            next = heap.objects[at].prototype.map(|id| id as usize);
        }
        if next.is_some_and(|at| seen[at] == walk) {
            return Err(CannotOpen::Dangling("a prototype"));
        }
    }
    Ok(())
}
