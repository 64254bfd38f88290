//! Runs code: a walk over the nodes. Conversions and properties are in files of their
//! own.

use super::External;
use super::heap::{
    Binding, Heap, Intrinsic, Kind, Object, ObjectId, Property, Scope, ScopeId, Slot,
    StringId, UnitId, Value,
};
use super::lexer::SyntaxError;
use super::parser;
use super::syntax::{
    BinaryOp, Block, Code, Declaration, Entry, LogicalOp, Node, NodeId, UnaryOp, Unit,
};
use crate::host::Host;
use std::rc::Rc;

/// How deep expressions, statements and calls may nest at run time. Beyond it a program
/// gets a RangeError. [`crate::on_a_big_stack`] makes room for so many.
pub const MAX_DEPTH: u32 = 6_000;
/// The longest array.
pub const MAX_ARRAY: usize = 1 << 20;
/// Objects and scopes together.
const MAX_CELLS: usize = 1 << 20;
/// Properties, elements and variables together: some 64 bytes each.
const MAX_SLOTS: usize = 1 << 22;
/// The longest string, in bytes.
pub const MAX_STRING: usize = 16 << 20;
/// All strings together, in bytes.
const MAX_STRING_BYTES: usize = 64 << 20;

/// Why an evaluation did not end with a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Abrupt {
    /// An exception of JavaScript.
    Throw(Value),
    /// `process.exit(code)`
    Exit(i32),
    /// A limit of the engine. No program can catch it.
    Stop(&'static str),
    /// `a?.b` with nothing in `a`; ends the chain.
    Short,
}

pub type Outcome = Result<Value, Abrupt>;

enum Flow {
    Normal,
    Return(Value),
    Break,
    Continue,
}

type Completion = Result<Flow, Abrupt>;

/// A call on its way, for stack traces.
#[derive(Clone, Copy)]
struct Frame {
    name: StringId,
    file: StringId,
    line: u32,
}

/// Strings that the engine itself asks for.
pub(super) struct Known {
    pub(super) length: StringId,
    pub(super) prototype: StringId,
    pub(super) constructor: StringId,
    pub(super) name: StringId,
    pub(super) message: StringId,
    pub(super) stack: StringId,
    pub(super) to_string: StringId,
}

/// How a pattern meets its value.
#[derive(Clone, Copy)]
enum Bind {
    Assign,
    Initialize,
}

/// An engine: a heap of JavaScript on this side, a host on the other.
pub struct Engine {
    pub heap: Heap,
    pub host: Host,
    /// What `Kind::Native` counts in.
    pub(super) externals: &'static [External],
    pub(super) known: Known,
    frames: Vec<Frame>,
    depth: u32,
    /// Steps left, where a program must not run for ever.
    pub fuel: Option<u64>,
}

impl Engine {
    /// An engine around a heap that is complete: one out of a snapshot.
    pub fn with_heap(heap: Heap, host: Host, externals: &'static [External]) -> Self {
        let mut heap = heap;
        let mut id = |text: &str| heap.strings.intern(text);
        let known = Known {
            length: id("length"),
            prototype: id("prototype"),
            constructor: id("constructor"),
            name: id("name"),
            message: id("message"),
            stack: id("stack"),
            to_string: id("toString"),
        };
        Engine {
            heap,
            host,
            externals,
            known,
            frames: Vec::new(),
            depth: 0,
            fuel: None,
        }
    }

    /// An engine with a new heap: the language, nothing of the host.
    pub fn new(host: Host, externals: &'static [External]) -> Self {
        let mut engine = Engine::with_heap(Heap::default(), host, externals);
        super::language::install(&mut engine);
        engine
    }

    // Errors.

    /// An error object; the caller throws it.
    pub fn error(&mut self, kind: Intrinsic, message: &str) -> Value {
        let prototype = self.heap.intrinsic(kind);
        let error = Object::new(Kind::Ordinary, Some(prototype));
        let error = self.heap.add(error);
        self.fill_error(error, kind.name(), Some(message));
        Value::Object(error)
    }

    /// Gives an error its message and its stack.
    pub fn fill_error(&mut self, error: ObjectId, name: &str, message: Option<&str>) {
        let stack = self.stack_trace(name, message.unwrap_or(""));
        let stack = self.heap.string(&stack);
        self.heap
            .define(error, self.known.stack, Slot::Data(stack), false);
        if let Some(message) = message {
            let message = self.heap.string(message);
            self.heap
                .define(error, self.known.message, Slot::Data(message), false);
        }
    }

    fn stack_trace(&self, name: &str, message: &str) -> String {
        let mut stack = match message {
            "" => name.to_string(),
            _ => format!("{name}: {message}"),
        };
        for frame in self.frames.iter().rev().take(10) {
            let file = self.heap.text(frame.file);
            let line = frame.line;
            stack.push_str(&match &*self.heap.text(frame.name) {
                "" => format!("\n    at {file}:{line}"),
                name => format!("\n    at {name} ({file}:{line})"),
            });
        }
        stack
    }

    pub fn throw<T>(&mut self, kind: Intrinsic, message: &str) -> Result<T, Abrupt> {
        Err(Abrupt::Throw(self.error(kind, message)))
    }

    pub fn type_error<T>(&mut self, message: &str) -> Result<T, Abrupt> {
        self.throw(Intrinsic::TypeError, message)
    }

    /// An Error with a `code`, as Node's errors have.
    pub fn coded<T>(&mut self, code: &str, message: &str) -> Result<T, Abrupt> {
        let error = self.error(Intrinsic::Error, message);
        let Value::Object(object) = error else {
            return Err(Abrupt::Throw(error));
        };
        let code = self.heap.string(code);
        self.heap.put(object, "code", code);
        Err(Abrupt::Throw(error))
    }

    // Limits.

    /// One step: of each expression, statement, call and pattern, so that nothing runs
    /// for long without one. Looks at the limits.
    pub(super) fn step(&mut self) -> Result<(), Abrupt> {
        if let Some(fuel) = &mut self.fuel {
            if *fuel == 0 {
                return Err(Abrupt::Stop("out of steps"));
            }
            *fuel -= 1;
        }
        if self.heap.objects.len() + self.heap.scopes.len() > MAX_CELLS
            || self.heap.slots_made > MAX_SLOTS
            || self.heap.strings.bytes() > MAX_STRING_BYTES
        {
            return Err(Abrupt::Stop("heap out of memory"));
        }
        Ok(())
    }

    fn nested<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T, Abrupt>,
    ) -> Result<T, Abrupt> {
        if self.depth >= MAX_DEPTH {
            return self
                .throw(Intrinsic::RangeError, "Maximum call stack size exceeded");
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    /// Whether a string may be so long, in bytes.
    ///
    /// # Errors
    /// A RangeError, as V8 has it.
    pub(super) fn fits(&mut self, length: usize) -> Result<(), Abrupt> {
        match length <= MAX_STRING {
            true => Ok(()),
            false => self.throw(Intrinsic::RangeError, "Invalid string length"),
        }
    }

    // Code.

    /// Compiles `source` into a function with these parameters, like
    /// `BuiltinLoader::LookupAndCompile` does with a file of lib/.
    ///
    /// # Errors
    /// A SyntaxError, as an exception of JavaScript.
    pub fn compile_function(
        &mut self,
        source: &str,
        file: &str,
        parameters: &[&str],
    ) -> Outcome {
        let strings = &mut self.heap.strings;
        match parser::parse_function(source, file, parameters, strings) {
            Ok(mut unit) => {
                let id = self.heap.units.len() as UnitId;
                unit.id = id;
                self.heap.units.push(Rc::new(unit));
                // A function of the top level closes over nothing.
                let scope = self.push_scope(None, None);
                self.heap.scopes[scope as usize].captured = true;
                Ok(self.closure(id, 0, scope))
            }
            Err(SyntaxError { line, what }) => {
                let message = format!("{what} ({file}:{line})");
                self.throw(Intrinsic::SyntaxError, &message)
            }
        }
    }

    fn closure(&mut self, unit: UnitId, code: u32, scope: ScopeId) -> Value {
        let mut next = Some(scope);
        while let Some(id) = next {
            let scope = &mut self.heap.scopes[id as usize];
            if scope.captured {
                break;
            }
            scope.captured = true;
            next = scope.parent;
        }
        let prototype = self.heap.intrinsic(Intrinsic::Function);
        let kind = Kind::Closure { unit, code, scope };
        Value::Object(self.heap.add(Object::new(kind, Some(prototype))))
    }

    /// A function of the host as a value.
    pub fn native(&mut self, index: u32) -> Value {
        let prototype = self.heap.intrinsic(Intrinsic::Function);
        let object = Object::new(Kind::Native(index), Some(prototype));
        Value::Object(self.heap.add(object))
    }

    /// The index of the external reference with this name.
    ///
    /// # Panics
    /// If there is none: the table and its users are both ours.
    pub fn external(&self, name: &str) -> u32 {
        let found = self.externals.iter().position(|e| e.name == name);
        found.unwrap_or_else(|| panic!("no external reference `{name}`")) as u32
    }

    pub fn externals(&self) -> &'static [External] {
        self.externals
    }

    // ANCHOR: call
    /// Calls a function of JavaScript or of the host: a closure is code and a scope, a
    /// native one is a place in the table.
    pub fn call(
        &mut self,
        function: Value,
        this: Value,
        arguments: &[Value],
    ) -> Outcome {
        self.step()?;
        let Value::Object(id) = function else {
            return self.type_error("not a function");
        };
        match self.heap.object(id).kind.clone() {
            Kind::Closure { unit, code, scope } => self.nested(|engine| {
                engine.call_closure(unit, code, scope, this, arguments)
            }),
            Kind::Native(index) => {
                let native = self.externals[index as usize].function;
                self.nested(|engine| native(engine, this, arguments))
            }
            // ANCHOR_END: call
            Kind::Bound {
                target,
                this,
                arguments: first,
            } => {
                let all = [&first, arguments].concat();
                self.nested(|engine| engine.call(Value::Object(target), this, &all))
            }
            _ => self.type_error("not a function"),
        }
    }

    /// Calls the function that the prelude handed over as `slot`.
    pub fn call_slot(&mut self, slot: &str, arguments: &[Value]) -> Outcome {
        match self.heap.slot(slot) {
            Some(function) => self.call(function, Value::Undefined, arguments),
            None => self.type_error(&format!("the prelude gave no `{slot}`")),
        }
    }

    fn call_closure(
        &mut self,
        unit: UnitId,
        code: u32,
        scope: ScopeId,
        this: Value,
        arguments: &[Value],
    ) -> Outcome {
        let unit = Rc::clone(&self.heap.units[unit as usize]);
        let code = &unit.codes[code as usize];
        self.frames.push(Frame {
            name: code.name,
            file: unit.file,
            line: 0,
        });
        let this = (!code.arrow).then_some(this);
        let scope = self.push_scope(Some(scope), this);
        let result = self.run_body(&unit, code, scope, arguments);
        self.pop_scope(scope);
        self.frames.pop();
        result
    }

    fn run_body(
        &mut self,
        unit: &Unit,
        code: &Code,
        scope: ScopeId,
        arguments: &[Value],
    ) -> Outcome {
        for (i, parameter) in code.parameters.iter().enumerate() {
            self.declare_pattern(unit, *parameter, scope)?;
            let value = arguments.get(i).copied().unwrap_or(Value::Undefined);
            self.bind(unit, *parameter, value, scope, Bind::Initialize)?;
        }
        if let Some(rest) = code.rest {
            self.declare_pattern(unit, rest, scope)?;
            let rest_of = arguments.get(code.parameters.len()..).unwrap_or_default();
            let value = self.heap.array(rest_of.to_vec());
            self.bind(unit, rest, value, scope, Bind::Initialize)?;
        }
        for name in &code.vars {
            let bindings = &mut self.heap.scopes[scope as usize].bindings;
            if bindings.iter().all(|binding| binding.name != *name) {
                bindings.push(Binding {
                    name: *name,
                    value: Some(Value::Undefined),
                    constant: false,
                });
                self.heap.slots_made += 1;
            }
        }
        if code.expression {
            return self.eval(unit, code.body, scope);
        }
        match self.exec(unit, code.body, scope)? {
            Flow::Return(value) => Ok(value),
            _ => Ok(Value::Undefined),
        }
    }

    /// `new callee(...arguments)`
    pub fn construct(&mut self, callee: Value, arguments: &[Value]) -> Outcome {
        let Value::Object(id) = callee else {
            return self.type_error("not a constructor");
        };
        let constructs = match &self.heap.object(id).kind {
            Kind::Closure { unit, code, .. } => {
                let code = &self.heap.units[*unit as usize].codes[*code as usize];
                !code.arrow && !code.method
            }
            Kind::Native(_) => true,
            _ => false,
        };
        if !constructs {
            return self.type_error("not a constructor");
        }
        let prototype = match self.get(callee, self.known.prototype)? {
            Value::Object(prototype) => prototype,
            _ => self.heap.intrinsic(Intrinsic::Object),
        };
        let this = Object::new(Kind::Ordinary, Some(prototype));
        let this = Value::Object(self.heap.add(this));
        match self.call(callee, this, arguments)? {
            object @ Value::Object(_) => Ok(object),
            _ => Ok(this),
        }
    }

    // Scopes.

    fn push_scope(&mut self, parent: Option<ScopeId>, this: Option<Value>) -> ScopeId {
        self.heap.scopes.push(Scope {
            parent,
            this,
            bindings: Vec::new(),
            captured: false,
        });
        (self.heap.scopes.len() - 1) as ScopeId
    }

    /// Frees a scope that nothing can refer to any more, if it is the newest one.
    fn pop_scope(&mut self, scope: ScopeId) {
        let newest = self.heap.scopes.len() as ScopeId == scope + 1;
        if newest && !self.heap.scopes[scope as usize].captured {
            let freed = self.heap.scopes.pop().map_or(0, |s| s.bindings.len());
            self.heap.slots_made = self.heap.slots_made.saturating_sub(freed);
        }
    }

    fn declare(&mut self, scope: ScopeId, name: StringId, constant: bool) {
        self.heap.scopes[scope as usize].bindings.push(Binding {
            name,
            value: None,
            constant,
        });
        self.heap.slots_made += 1;
    }

    /// Declares the names of a pattern. Patterns nest as deep as a snapshot says.
    fn declare_pattern(
        &mut self,
        unit: &Unit,
        pattern: NodeId,
        scope: ScopeId,
    ) -> Result<(), Abrupt> {
        let mut waiting = vec![pattern];
        while let Some(pattern) = waiting.pop() {
            self.step()?;
            match &unit.nodes[pattern as usize] {
                Node::Name(name) => self.declare(scope, *name, false),
                Node::Default(inner, _) => waiting.push(*inner),
                Node::ObjectPattern(entries, rest) => {
                    waiting.extend(entries.iter().map(|(_, p)| p).chain(rest));
                }
                Node::ArrayPattern(items, rest) => {
                    waiting.extend(items.iter().chain([rest]).flatten());
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn find(&self, name: StringId, scope: ScopeId) -> Option<(ScopeId, usize)> {
        let mut next = Some(scope);
        while let Some(id) = next {
            let scope = &self.heap.scopes[id as usize];
            let found = scope.bindings.iter().rposition(|b| b.name == name);
            if let Some(at) = found {
                return Some((id, at));
            }
            next = scope.parent;
        }
        None
    }

    fn lookup(&mut self, name: StringId, scope: ScopeId) -> Outcome {
        if let Some((scope, at)) = self.find(name, scope) {
            let value = self.heap.scopes[scope as usize].bindings[at].value;
            return match value {
                Some(value) => Ok(value),
                None => self.not_yet(name),
            };
        }
        let global = self.heap.roots.global;
        if self.has_property(global, name) {
            return self.get(Value::Object(global), name);
        }
        let message = format!("{} is not defined", self.heap.text(name));
        self.throw(Intrinsic::ReferenceError, &message)
    }

    fn not_yet<T>(&mut self, name: StringId) -> Result<T, Abrupt> {
        let name = self.heap.text(name);
        let message = format!("Cannot access '{name}' before initialization");
        self.throw(Intrinsic::ReferenceError, &message)
    }

    fn assign_name(
        &mut self,
        name: StringId,
        value: Value,
        scope: ScopeId,
        how: Bind,
    ) -> Result<(), Abrupt> {
        if let Some((scope, at)) = self.find(name, scope) {
            let binding = &mut self.heap.scopes[scope as usize].bindings[at];
            match how {
                Bind::Initialize => binding.value = Some(value),
                Bind::Assign if binding.value.is_none() => return self.not_yet(name),
                Bind::Assign if binding.constant => {
                    return self.type_error("Assignment to constant variable.");
                }
                Bind::Assign => binding.value = Some(value),
            }
            return Ok(());
        }
        let global = self.heap.roots.global;
        if self.has_property(global, name) {
            return self.set(Value::Object(global), name, value);
        }
        let message = format!("{} is not defined", self.heap.text(name));
        self.throw(Intrinsic::ReferenceError, &message)
    }

    fn this(&self, scope: ScopeId) -> Value {
        let mut next = Some(scope);
        while let Some(id) = next {
            let scope = &self.heap.scopes[id as usize];
            if let Some(this) = scope.this {
                return this;
            }
            next = scope.parent;
        }
        Value::Undefined
    }

    fn bind(
        &mut self,
        unit: &Unit,
        pattern: NodeId,
        value: Value,
        scope: ScopeId,
        how: Bind,
    ) -> Result<(), Abrupt> {
        self.step()?;
        self.nested(|engine| match &unit.nodes[pattern as usize] {
            Node::Name(name) => engine.assign_name(*name, value, scope, how),
            Node::Default(inner, default) => {
                let value = match value {
                    Value::Undefined => engine.eval(unit, *default, scope)?,
                    value => value,
                };
                engine.bind(unit, *inner, value, scope, how)
            }
            Node::Member { object, key, .. } => {
                let object = engine.eval(unit, *object, scope)?;
                engine.set(object, *key, value)
            }
            Node::Index { object, key, .. } => {
                let object = engine.eval(unit, *object, scope)?;
                let key = engine.eval(unit, *key, scope)?;
                engine.set_at(object, key, value)
            }
            Node::ObjectPattern(entries, rest) => {
                engine.bind_object(unit, entries, *rest, value, scope, how)
            }
            Node::ArrayPattern(items, rest) => {
                let values = engine.iterate(value)?;
                for (i, item) in items.iter().enumerate() {
                    let Some(item) = item else { continue };
                    let value = values.get(i).copied().unwrap_or(Value::Undefined);
                    engine.bind(unit, *item, value, scope, how)?;
                }
                if let Some(rest) = rest {
                    let left = values.get(items.len()..).unwrap_or_default().to_vec();
                    let left = engine.heap.array(left);
                    engine.bind(unit, *rest, left, scope, how)?;
                }
                Ok(())
            }
            _ => engine.type_error("this cannot be assigned to"),
        })
    }

    fn bind_object(
        &mut self,
        unit: &Unit,
        entries: &[(StringId, NodeId)],
        rest: Option<NodeId>,
        value: Value,
        scope: ScopeId,
        how: Bind,
    ) -> Result<(), Abrupt> {
        if matches!(value, Value::Undefined | Value::Null) {
            return self.type_error("Cannot destructure undefined or null");
        }
        for (key, pattern) in entries {
            let value = self.get(value, *key)?;
            self.bind(unit, *pattern, value, scope, how)?;
        }
        let Some(rest) = rest else { return Ok(()) };
        let object = self.heap.plain();
        for key in self.own_keys(value, true)? {
            if entries.iter().all(|(taken, _)| *taken != key) {
                let value = self.get(value, key)?;
                self.heap.define(object, key, Slot::Data(value), true);
            }
        }
        self.bind(unit, rest, Value::Object(object), scope, how)
    }

    // Statements.

    fn exec(&mut self, unit: &Unit, node: NodeId, scope: ScopeId) -> Completion {
        self.step()?;
        self.nested(|engine| engine.exec_node(unit, node, scope))
    }

    fn exec_node(&mut self, unit: &Unit, node: NodeId, scope: ScopeId) -> Completion {
        match &unit.nodes[node as usize] {
            Node::Empty | Node::DeclareFunction(..) => Ok(Flow::Normal),
            Node::Expression(node) => {
                self.eval(unit, *node, scope)?;
                Ok(Flow::Normal)
            }
            Node::Declare(kind, items) => {
                for (pattern, value) in items {
                    let value = match value {
                        Some(value) => self.eval(unit, *value, scope)?,
                        None if *kind == Declaration::Var => continue,
                        None => Value::Undefined,
                    };
                    self.bind(unit, *pattern, value, scope, Bind::Initialize)?;
                }
                Ok(Flow::Normal)
            }
            Node::Block(block) => self.exec_block(unit, block, scope),
            Node::If(test, yes, no) => {
                let test = self.eval(unit, *test, scope)?;
                match (self.truthy(test), no) {
                    (true, _) => self.exec(unit, *yes, scope),
                    (false, Some(no)) => self.exec(unit, *no, scope),
                    (false, None) => Ok(Flow::Normal),
                }
            }
            Node::While {
                test,
                body,
                body_first,
            } => self.exec_while(unit, *test, *body, *body_first, scope),
            Node::For {
                start,
                test,
                step,
                body,
                names,
            } => {
                let parts = [*start, *test, *step];
                self.exec_for(unit, parts, *body, names, scope)
            }
            Node::ForEach { .. } => self.exec_for_each(unit, node, scope),
            Node::Switch(value, cases) => self.exec_switch(unit, *value, cases, scope),
            Node::Return(value) => match value {
                Some(value) => Ok(Flow::Return(self.eval(unit, *value, scope)?)),
                None => Ok(Flow::Return(Value::Undefined)),
            },
            Node::Throw(value) => Err(Abrupt::Throw(self.eval(unit, *value, scope)?)),
            Node::Try { .. } => self.exec_try(unit, node, scope),
            Node::Break => Ok(Flow::Break),
            Node::Continue => Ok(Flow::Continue),
            _ => {
                self.eval(unit, node, scope)?;
                Ok(Flow::Normal)
            }
        }
    }

    fn exec_block(&mut self, unit: &Unit, block: &Block, scope: ScopeId) -> Completion {
        if block.names.is_empty() {
            return self.exec_all(unit, &block.statements, scope);
        }
        let inner = self.push_scope(Some(scope), None);
        for (name, constant) in &block.names {
            self.declare(inner, *name, *constant);
        }
        let result = self.exec_declared(unit, block, inner);
        self.pop_scope(inner);
        result
    }

    fn exec_declared(
        &mut self,
        unit: &Unit,
        block: &Block,
        scope: ScopeId,
    ) -> Completion {
        for function in &block.functions {
            if let Node::DeclareFunction(name, node) = unit.nodes[*function as usize] {
                let value = self.eval(unit, node, scope)?;
                self.assign_name(name, value, scope, Bind::Initialize)?;
            }
        }
        self.exec_all(unit, &block.statements, scope)
    }

    fn exec_all(
        &mut self,
        unit: &Unit,
        statements: &[NodeId],
        scope: ScopeId,
    ) -> Completion {
        for statement in statements {
            match self.exec(unit, *statement, scope)? {
                Flow::Normal => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Normal)
    }

    fn exec_while(
        &mut self,
        unit: &Unit,
        test: NodeId,
        body: NodeId,
        body_first: bool,
        scope: ScopeId,
    ) -> Completion {
        let mut skip_test = body_first;
        loop {
            let test = match skip_test {
                true => Value::Bool(true),
                false => self.eval(unit, test, scope)?,
            };
            skip_test = false;
            if !self.truthy(test) {
                return Ok(Flow::Normal);
            }
            match self.exec(unit, body, scope)? {
                Flow::Break => return Ok(Flow::Normal),
                flow @ Flow::Return(_) => return Ok(flow),
                _ => {}
            }
        }
    }

    fn exec_for(
        &mut self,
        unit: &Unit,
        [start, test, step]: [Option<NodeId>; 3],
        body: NodeId,
        names: &[StringId],
        scope: ScopeId,
    ) -> Completion {
        let mut round = self.push_scope(Some(scope), None);
        names.iter().for_each(|n| self.declare(round, *n, false));
        let mut result = match start {
            Some(start) => self.exec(unit, start, round),
            None => Ok(Flow::Normal),
        };
        while matches!(result, Ok(Flow::Normal)) {
            result = self.exec_round(unit, test, body, round);
            if !matches!(result, Ok(Flow::Normal | Flow::Continue)) {
                break;
            }
            // Each round has variables of its own, which a closure may keep.
            if self.heap.scopes[round as usize].captured {
                let bindings = self.heap.scopes[round as usize].bindings.clone();
                round = self.push_scope(Some(scope), None);
                self.heap.slots_made += bindings.len();
                self.heap.scopes[round as usize].bindings = bindings;
            }
            result = match step {
                Some(step) => self.eval(unit, step, round).map(|_| Flow::Normal),
                None => Ok(Flow::Normal),
            };
        }
        self.pop_scope(round);
        match result? {
            Flow::Break => Ok(Flow::Normal),
            flow => Ok(flow),
        }
    }

    fn exec_round(
        &mut self,
        unit: &Unit,
        test: Option<NodeId>,
        body: NodeId,
        scope: ScopeId,
    ) -> Completion {
        if let Some(test) = test {
            let test = self.eval(unit, test, scope)?;
            if !self.truthy(test) {
                return Ok(Flow::Break);
            }
        }
        self.exec(unit, body, scope)
    }

    fn exec_for_each(
        &mut self,
        unit: &Unit,
        node: NodeId,
        scope: ScopeId,
    ) -> Completion {
        let Node::ForEach {
            keys,
            declaration,
            target,
            over,
            body,
            names,
        } = &unit.nodes[node as usize]
        else {
            return Ok(Flow::Normal);
        };
        let over = self.eval(unit, *over, scope)?;
        let values = match keys {
            true => {
                let keys = self.own_keys(over, true)?;
                keys.into_iter().map(Value::String).collect()
            }
            false => self.iterate(over)?,
        };
        let how = match declaration {
            Some(_) => Bind::Initialize,
            None => Bind::Assign,
        };
        for value in values {
            let round = self.push_scope(Some(scope), None);
            names.iter().for_each(|n| self.declare(round, *n, false));
            let bound = self.bind(unit, *target, value, round, how);
            let result = bound.and_then(|()| self.exec(unit, *body, round));
            self.pop_scope(round);
            match result? {
                Flow::Break => return Ok(Flow::Normal),
                flow @ Flow::Return(_) => return Ok(flow),
                _ => {}
            }
        }
        Ok(Flow::Normal)
    }

    fn exec_switch(
        &mut self,
        unit: &Unit,
        value: NodeId,
        cases: &[(Option<NodeId>, NodeId)],
        scope: ScopeId,
    ) -> Completion {
        let value = self.eval(unit, value, scope)?;
        let mut chosen = None;
        for (i, (test, _)) in cases.iter().enumerate() {
            if let Some(test) = test
                && self.eval(unit, *test, scope)? == value
            {
                chosen = Some(i);
                break;
            }
        }
        let chosen = chosen.or_else(|| cases.iter().position(|(t, _)| t.is_none()));
        let Some(chosen) = chosen else {
            return Ok(Flow::Normal);
        };
        for (_, body) in &cases[chosen..] {
            match self.exec(unit, *body, scope)? {
                Flow::Normal => {}
                Flow::Break => return Ok(Flow::Normal),
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Normal)
    }

    fn exec_try(&mut self, unit: &Unit, node: NodeId, scope: ScopeId) -> Completion {
        let Node::Try {
            block,
            handler,
            finalizer,
        } = &unit.nodes[node as usize]
        else {
            return Ok(Flow::Normal);
        };
        let mut result = self.exec(unit, *block, scope);
        if let (Err(Abrupt::Throw(error)), Some((pattern, names, body))) =
            (&result, handler)
        {
            let error = *error;
            let inner = self.push_scope(Some(scope), None);
            names.iter().for_each(|n| self.declare(inner, *n, false));
            let bound = match pattern {
                Some(pattern) => {
                    self.bind(unit, *pattern, error, inner, Bind::Initialize)
                }
                None => Ok(()),
            };
            result = bound.and_then(|()| self.exec(unit, *body, inner));
            self.pop_scope(inner);
        }
        let Some(finalizer) = finalizer else {
            return result;
        };
        // What ends the program ends it here, too.
        if matches!(result, Err(Abrupt::Exit(_) | Abrupt::Stop(_))) {
            return result;
        }
        match self.exec(unit, *finalizer, scope)? {
            Flow::Normal => result,
            flow => Ok(flow),
        }
    }

    // Expressions.

    fn eval(&mut self, unit: &Unit, node: NodeId, scope: ScopeId) -> Outcome {
        self.step()?;
        self.nested(|engine| engine.eval_node(unit, node, scope))
    }

    fn eval_node(&mut self, unit: &Unit, node: NodeId, scope: ScopeId) -> Outcome {
        match &unit.nodes[node as usize] {
            Node::Undefined => Ok(Value::Undefined),
            Node::Null => Ok(Value::Null),
            Node::Bool(value) => Ok(Value::Bool(*value)),
            Node::Number(value) => Ok(Value::Number(*value)),
            Node::String(id) => Ok(Value::String(*id)),
            Node::This => Ok(self.this(scope)),
            Node::Name(name) => self.lookup(*name, scope),
            Node::Template(texts, parts) => self.template(unit, texts, parts, scope),
            Node::Array(items) => {
                let values = self.eval_list(unit, items, scope)?;
                Ok(self.heap.array(values))
            }
            Node::Object(entries) => self.object_literal(unit, entries, scope),
            Node::Function(code) => Ok(self.closure(unit.id, *code, scope)),
            Node::Unary(op, operand) => self.unary(unit, *op, *operand, scope),
            Node::Update { target, by, prefix } => {
                let old = self.eval(unit, *target, scope)?;
                let old = self.number_of(old)?;
                let new = Value::Number(old + by);
                self.bind(unit, *target, new, scope, Bind::Assign)?;
                Ok(if *prefix { new } else { Value::Number(old) })
            }
            Node::Binary(op, left, right) => {
                let left = self.eval(unit, *left, scope)?;
                let right = self.eval(unit, *right, scope)?;
                self.binary(*op, left, right)
            }
            Node::Logical(op, left, right) => {
                let left = self.eval(unit, *left, scope)?;
                match self.decides(*op, left) {
                    true => Ok(left),
                    false => self.eval(unit, *right, scope),
                }
            }
            Node::Conditional(test, yes, no) => {
                let test = self.eval(unit, *test, scope)?;
                let node = if self.truthy(test) { yes } else { no };
                self.eval(unit, *node, scope)
            }
            Node::Assign(target, value) => {
                let value = self.eval(unit, *value, scope)?;
                self.bind(unit, *target, value, scope, Bind::Assign)?;
                Ok(value)
            }
            Node::AssignBinary(op, target, value) => {
                let left = self.eval(unit, *target, scope)?;
                let right = self.eval(unit, *value, scope)?;
                let value = self.binary(*op, left, right)?;
                self.bind(unit, *target, value, scope, Bind::Assign)?;
                Ok(value)
            }
            Node::AssignLogical(op, target, value) => {
                let left = self.eval(unit, *target, scope)?;
                if self.decides(*op, left) {
                    return Ok(left);
                }
                let value = self.eval(unit, *value, scope)?;
                self.bind(unit, *target, value, scope, Bind::Assign)?;
                Ok(value)
            }
            Node::Member { .. } | Node::Index { .. } => {
                self.reference(unit, node, scope).map(|(_, value)| value)
            }
            Node::Call {
                callee,
                arguments,
                optional,
                line,
            } => {
                let (this, function) = self.reference(unit, *callee, scope)?;
                if *optional && matches!(function, Value::Undefined | Value::Null) {
                    return Err(Abrupt::Short);
                }
                let arguments = self.eval_list(unit, arguments, scope)?;
                self.at_line(*line);
                if !self.is_callable(function) {
                    let what = describe(self, unit, *callee);
                    return self.type_error(&format!("{what} is not a function"));
                }
                self.call(function, this, &arguments)
            }
            Node::New {
                callee,
                arguments,
                line,
            } => {
                let callee = self.eval(unit, *callee, scope)?;
                let arguments = self.eval_list(unit, arguments, scope)?;
                self.at_line(*line);
                self.construct(callee, &arguments)
            }
            Node::Chain(inner) => match self.eval(unit, *inner, scope) {
                Err(Abrupt::Short) => Ok(Value::Undefined),
                result => result,
            },
            _ => self.type_error("not an expression"),
        }
    }

    fn at_line(&mut self, line: u32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.line = line;
        }
    }

    /// An expression's value, with the object that it is a property of.
    fn reference(
        &mut self,
        unit: &Unit,
        node: NodeId,
        scope: ScopeId,
    ) -> Result<(Value, Value), Abrupt> {
        match &unit.nodes[node as usize] {
            Node::Member {
                object,
                key,
                optional,
                line,
            } => {
                let of = self.eval(unit, *object, scope)?;
                self.at_line(*line);
                if matches!(of, Value::Undefined | Value::Null) {
                    if *optional {
                        return Err(Abrupt::Short);
                    }
                    return self.nothing_to_read(of, *key);
                }
                Ok((of, self.get(of, *key)?))
            }
            Node::Index {
                object,
                key,
                optional,
                line,
            } => {
                let of = self.eval(unit, *object, scope)?;
                self.at_line(*line);
                if *optional && matches!(of, Value::Undefined | Value::Null) {
                    return Err(Abrupt::Short);
                }
                let key = self.eval(unit, *key, scope)?;
                Ok((of, self.get_at(of, key)?))
            }
            _ => Ok((Value::Undefined, self.eval(unit, node, scope)?)),
        }
    }

    pub(super) fn nothing_to_read<T>(
        &mut self,
        of: Value,
        key: StringId,
    ) -> Result<T, Abrupt> {
        let of = self.text_of(of)?;
        let key = self.heap.text(key);
        let message = format!("Cannot read properties of {of} (reading '{key}')");
        self.type_error(&message)
    }

    fn eval_list(
        &mut self,
        unit: &Unit,
        items: &[NodeId],
        scope: ScopeId,
    ) -> Result<Vec<Value>, Abrupt> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match unit.nodes[*item as usize] {
                Node::Spread(inner) => {
                    let inner = self.eval(unit, inner, scope)?;
                    values.extend(self.iterate(inner)?);
                }
                _ => values.push(self.eval(unit, *item, scope)?),
            }
            if values.len() > MAX_ARRAY {
                return self.throw(Intrinsic::RangeError, "Invalid array length");
            }
        }
        Ok(values)
    }

    fn template(
        &mut self,
        unit: &Unit,
        texts: &[StringId],
        parts: &[NodeId],
        scope: ScopeId,
    ) -> Outcome {
        let mut result = String::new();
        for (i, text) in texts.iter().enumerate() {
            result.push_str(&self.heap.text(*text));
            if let Some(part) = parts.get(i) {
                let part = self.eval(unit, *part, scope)?;
                result.push_str(&self.text_of(part)?);
            }
            self.fits(result.len())?;
        }
        Ok(self.heap.string(&result))
    }

    fn object_literal(
        &mut self,
        unit: &Unit,
        entries: &[Entry],
        scope: ScopeId,
    ) -> Outcome {
        let object = self.heap.plain();
        for entry in entries {
            match *entry {
                Entry::Value(key, node) => {
                    let value = self.eval(unit, node, scope)?;
                    self.heap.define(object, key, Slot::Data(value), true);
                }
                Entry::Computed(key, node) => {
                    let key = self.eval(unit, key, scope)?;
                    let key = self.key_of(key)?;
                    let value = self.eval(unit, node, scope)?;
                    self.heap.define(object, key, Slot::Data(value), true);
                }
                Entry::Getter(key, node) | Entry::Setter(key, node) => {
                    let function = self.eval(unit, node, scope)?;
                    let getter = matches!(entry, Entry::Getter(..));
                    self.define_accessor(object, key, function, getter);
                }
                Entry::Spread(node) => {
                    let from = self.eval(unit, node, scope)?;
                    if matches!(from, Value::Undefined | Value::Null) {
                        continue;
                    }
                    for key in self.own_keys(from, true)? {
                        let value = self.get(from, key)?;
                        self.heap.define(object, key, Slot::Data(value), true);
                    }
                }
                Entry::Prototype(node) => {
                    let prototype = match self.eval(unit, node, scope)? {
                        Value::Object(id) => Some(id),
                        _ => None,
                    };
                    self.heap.object_mut(object).prototype = prototype;
                }
            }
        }
        Ok(Value::Object(object))
    }

    fn define_accessor(
        &mut self,
        object: ObjectId,
        key: StringId,
        function: Value,
        getter: bool,
    ) {
        let (mut get, mut set) = match self.heap.object(object).property(key) {
            Some(Property {
                slot: Slot::Accessor { get, set },
                ..
            }) => (*get, *set),
            _ => (Value::Undefined, Value::Undefined),
        };
        match getter {
            true => get = function,
            false => set = function,
        }
        self.heap
            .define(object, key, Slot::Accessor { get, set }, true);
    }

    fn unary(
        &mut self,
        unit: &Unit,
        op: UnaryOp,
        operand: NodeId,
        scope: ScopeId,
    ) -> Outcome {
        if op == UnaryOp::Delete {
            return self.delete(unit, operand, scope);
        }
        if op == UnaryOp::Typeof
            && let Node::Name(name) = unit.nodes[operand as usize]
            && self.find(name, scope).is_none()
            && !self.has_property(self.heap.roots.global, name)
        {
            return Ok(self.heap.string("undefined"));
        }
        let value = self.eval(unit, operand, scope)?;
        Ok(match op {
            UnaryOp::Minus => Value::Number(-self.number_of(value)?),
            UnaryOp::Plus => Value::Number(self.number_of(value)?),
            UnaryOp::Not => Value::Bool(!self.truthy(value)),
            UnaryOp::BitNot => {
                Value::Number(f64::from(!to_int32(self.number_of(value)?)))
            }
            UnaryOp::Typeof => {
                let name = self.type_of(value);
                self.heap.string(name)
            }
            UnaryOp::Void | UnaryOp::Delete => Value::Undefined,
        })
    }

    fn delete(&mut self, unit: &Unit, operand: NodeId, scope: ScopeId) -> Outcome {
        let (object, key) = match unit.nodes[operand as usize] {
            Node::Member { object, key, .. } => {
                (self.eval(unit, object, scope)?, Value::String(key))
            }
            Node::Index { object, key, .. } => {
                let object = self.eval(unit, object, scope)?;
                (object, self.eval(unit, key, scope)?)
            }
            _ => return Ok(Value::Bool(true)),
        };
        let Value::Object(id) = object else {
            return Ok(Value::Bool(true));
        };
        let key = self.key_of(key)?;
        if let Kind::Intercepted(interceptor) = self.heap.object(id).kind {
            let delete = self.externals[interceptor.delete as usize].function;
            return delete(self, object, &[Value::String(key)]);
        }
        let properties = &mut self.heap.object_mut(id).properties;
        let Some(at) = properties.iter().position(|p| p.key == key) else {
            return Ok(Value::Bool(true));
        };
        if !properties[at].configurable {
            let message = format!("Cannot delete property '{}'", self.heap.text(key));
            return self.type_error(&message);
        }
        properties.remove(at);
        Ok(Value::Bool(true))
    }

    fn decides(&self, op: LogicalOp, left: Value) -> bool {
        match op {
            LogicalOp::And => !self.truthy(left),
            LogicalOp::Or => self.truthy(left),
            LogicalOp::Coalesce => !matches!(left, Value::Undefined | Value::Null),
        }
    }

    fn binary(&mut self, op: BinaryOp, left: Value, right: Value) -> Outcome {
        Ok(match op {
            BinaryOp::Equal => Value::Bool(left == right),
            BinaryOp::NotEqual => Value::Bool(left != right),
            BinaryOp::LooseEqual => Value::Bool(self.loosely_equal(left, right)?),
            BinaryOp::LooseNotEqual => Value::Bool(!self.loosely_equal(left, right)?),
            BinaryOp::Add => return self.add(left, right),
            BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual => Value::Bool(self.compare(op, left, right)?),
            BinaryOp::In => {
                let Value::Object(object) = right else {
                    return self.type_error("`in` needs an object at its right");
                };
                let key = self.key_of(left)?;
                Value::Bool(self.has_property(object, key))
            }
            BinaryOp::InstanceOf => Value::Bool(self.instance_of(left, right)?),
            _ => {
                let (a, b) = (self.number_of(left)?, self.number_of(right)?);
                Value::Number(arithmetic(op, a, b))
            }
        })
    }

    fn add(&mut self, left: Value, right: Value) -> Outcome {
        let (left, right) = (self.primitive_of(left)?, self.primitive_of(right)?);
        if !matches!(left, Value::String(_)) && !matches!(right, Value::String(_)) {
            let (a, b) = (self.number_of(left)?, self.number_of(right)?);
            return Ok(Value::Number(a + b));
        }
        let (left, right) = (self.text_of(left)?, self.text_of(right)?);
        self.fits(left.len() + right.len())?;
        Ok(self.heap.string(&format!("{left}{right}")))
    }

    fn compare(
        &mut self,
        op: BinaryOp,
        left: Value,
        right: Value,
    ) -> Result<bool, Abrupt> {
        let (left, right) = (self.primitive_of(left)?, self.primitive_of(right)?);
        let order = match (left, right) {
            (Value::String(a), Value::String(b)) => {
                let (a, b) = (self.heap.text(a), self.heap.text(b));
                Some(a.encode_utf16().cmp(b.encode_utf16()))
            }
            _ => self.number_of(left)?.partial_cmp(&self.number_of(right)?),
        };
        Ok(order.is_some_and(|order| match op {
            BinaryOp::Less => order.is_lt(),
            BinaryOp::LessEqual => order.is_le(),
            BinaryOp::Greater => order.is_gt(),
            _ => order.is_ge(),
        }))
    }

    fn loosely_equal(&mut self, left: Value, right: Value) -> Result<bool, Abrupt> {
        use Value::{Null, Object, Undefined};
        Ok(match (left, right) {
            (Undefined | Null, Undefined | Null) => true,
            (Undefined | Null, _) | (_, Undefined | Null) => false,
            (Object(_), Object(_)) | (Value::String(_), Value::String(_)) => {
                left == right
            }
            _ => {
                let (left, right) =
                    (self.primitive_of(left)?, self.primitive_of(right)?);
                match (left, right) {
                    (Value::String(a), Value::String(b)) => a == b,
                    _ => self.number_of(left)? == self.number_of(right)?,
                }
            }
        })
    }

    fn instance_of(&mut self, left: Value, right: Value) -> Result<bool, Abrupt> {
        if !self.is_callable(right) {
            return self.type_error("Right-hand side of 'instanceof' is not callable");
        }
        let prototype = self.get(right, self.known.prototype)?;
        let Value::Object(mut object) = left else {
            return Ok(false);
        };
        for _ in 0..MAX_DEPTH {
            match self.heap.object(object).prototype {
                Some(next) if Value::Object(next) == prototype => return Ok(true),
                Some(next) => object = next,
                None => return Ok(false),
            }
        }
        Ok(false)
    }
}

/// A callee as the error names it: `a.b.c`.
fn describe(engine: &Engine, unit: &Unit, node: NodeId) -> String {
    match &unit.nodes[node as usize] {
        Node::Name(name) => engine.heap.text(*name).to_string(),
        Node::Member { object, key, .. } => {
            let object = describe(engine, unit, *object);
            format!("{object}.{}", engine.heap.text(*key))
        }
        Node::This => "this".into(),
        _ => "(intermediate value)".into(),
    }
}

fn arithmetic(op: BinaryOp, a: f64, b: f64) -> f64 {
    let (x, y) = (to_int32(a), to_int32(b));
    let shift = y as u32 & 31;
    match op {
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide => a / b,
        BinaryOp::Remainder => a % b,
        // IEEE 754 says 1 to these; ECMA-262 says NaN.
        BinaryOp::Power if b.is_nan() || (a.abs() == 1.0 && b.is_infinite()) => {
            f64::NAN
        }
        BinaryOp::Power => a.powf(b),
        BinaryOp::BitAnd => f64::from(x & y),
        BinaryOp::BitOr => f64::from(x | y),
        BinaryOp::BitXor => f64::from(x ^ y),
        BinaryOp::ShiftLeft => f64::from(x.wrapping_shl(shift)),
        BinaryOp::ShiftRight => f64::from(x.wrapping_shr(shift)),
        BinaryOp::ShiftRightUnsigned => f64::from((x as u32).wrapping_shr(shift)),
        _ => f64::NAN,
    }
}

/// ECMA-262, *ToInt32*.
fn to_int32(number: f64) -> i32 {
    if !number.is_finite() {
        return 0;
    }
    number.trunc().rem_euclid(4_294_967_296.0) as u32 as i32
}
