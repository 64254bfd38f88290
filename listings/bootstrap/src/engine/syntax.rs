//! Parsed code. Nodes lie in a table, children before parents, and name each other by
//! index: code is as flat as the rest of the heap, and travels with it.

use super::heap::StringId;
use serde::{Deserialize, Serialize};

pub type NodeId = u32;

/// One parsed source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Its place in `Heap::units`.
    pub id: u32,
    pub file: StringId,
    pub nodes: Vec<Node>,
    pub codes: Vec<Code>,
}

/// One function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Code {
    pub name: StringId,
    pub parameters: Vec<NodeId>,
    pub rest: Option<NodeId>,
    /// A block; or an expression, whose value is returned.
    pub body: NodeId,
    pub arrow: bool,
    pub expression: bool,
    /// A method or accessor, which `new` refuses.
    pub method: bool,
    /// Names declared by `var` anywhere inside.
    pub vars: Vec<StringId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Node {
    // Expressions.
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    String(StringId),
    Template(Vec<StringId>, Vec<NodeId>),
    This,
    Name(StringId),
    Array(Vec<NodeId>),
    Object(Vec<Entry>),
    Function(u32),
    Spread(NodeId),
    Unary(UnaryOp, NodeId),
    Update {
        target: NodeId,
        by: f64,
        prefix: bool,
    },
    Binary(BinaryOp, NodeId, NodeId),
    Logical(LogicalOp, NodeId, NodeId),
    Conditional(NodeId, NodeId, NodeId),
    Assign(NodeId, NodeId),
    AssignBinary(BinaryOp, NodeId, NodeId),
    AssignLogical(LogicalOp, NodeId, NodeId),
    Member {
        object: NodeId,
        key: StringId,
        optional: bool,
        line: u32,
    },
    Index {
        object: NodeId,
        key: NodeId,
        optional: bool,
        line: u32,
    },
    Call {
        callee: NodeId,
        arguments: Vec<NodeId>,
        optional: bool,
        line: u32,
    },
    New {
        callee: NodeId,
        arguments: Vec<NodeId>,
        line: u32,
    },
    /// Around a chain with `?.`: where it ends early.
    Chain(NodeId),

    // Patterns: Name, Member and Index are patterns, too.
    ObjectPattern(Vec<(StringId, NodeId)>, Option<NodeId>),
    ArrayPattern(Vec<Option<NodeId>>, Option<NodeId>),
    Default(NodeId, NodeId),

    // Statements.
    Empty,
    Expression(NodeId),
    Declare(Declaration, Vec<(NodeId, Option<NodeId>)>),
    /// A function declaration: the name, and a Function.
    DeclareFunction(StringId, NodeId),
    Block(Block),
    If(NodeId, NodeId, Option<NodeId>),
    /// `while`, and `do` if the body comes first.
    While {
        test: NodeId,
        body: NodeId,
        body_first: bool,
    },
    For {
        start: Option<NodeId>,
        test: Option<NodeId>,
        step: Option<NodeId>,
        body: NodeId,
        /// What `let` declares, anew for each round.
        names: Vec<StringId>,
    },
    ForEach {
        /// `in` lists keys, `of` values.
        keys: bool,
        declaration: Option<Declaration>,
        target: NodeId,
        over: NodeId,
        body: NodeId,
        names: Vec<StringId>,
    },
    Switch(NodeId, Vec<(Option<NodeId>, NodeId)>),
    Return(Option<NodeId>),
    Throw(NodeId),
    Try {
        block: NodeId,
        handler: Option<(Option<NodeId>, Vec<StringId>, NodeId)>,
        finalizer: Option<NodeId>,
    },
    Break,
    Continue,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Block {
    pub statements: Vec<NodeId>,
    /// What `let` and `const` declare in it, and whether it is constant.
    pub names: Vec<(StringId, bool)>,
    /// Its function declarations, which exist before the first statement runs.
    pub functions: Vec<NodeId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Declaration {
    Var,
    Let,
    Const,
}

/// One entry of an object literal.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    Value(StringId, NodeId),
    Computed(NodeId, NodeId),
    Getter(StringId, NodeId),
    Setter(StringId, NodeId),
    Spread(NodeId),
    /// `__proto__: value`
    Prototype(NodeId),
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum UnaryOp {
    Minus,
    Plus,
    Not,
    BitNot,
    Typeof,
    Void,
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    Equal,
    NotEqual,
    LooseEqual,
    LooseNotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
    ShiftRightUnsigned,
    In,
    InstanceOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum LogicalOp {
    And,
    Or,
    Coalesce,
}

impl Node {
    /// Calls `visit` with the children.
    pub fn children(&self, visit: &mut impl FnMut(NodeId)) {
        let all = |ids: &[NodeId], visit: &mut dyn FnMut(NodeId)| {
            ids.iter().for_each(|id| visit(*id));
        };
        match self {
            Node::Undefined
            | Node::Null
            | Node::Bool(_)
            | Node::Number(_)
            | Node::String(_)
            | Node::This
            | Node::Name(_)
            | Node::Function(_)
            | Node::Empty
            | Node::Break
            | Node::Continue => {}
            Node::Template(_, parts) | Node::Array(parts) => all(parts, visit),
            Node::Object(entries) => {
                for entry in entries {
                    match entry {
                        Entry::Computed(key, value) => all(&[*key, *value], visit),
                        Entry::Value(_, node)
                        | Entry::Getter(_, node)
                        | Entry::Setter(_, node)
                        | Entry::Spread(node)
                        | Entry::Prototype(node) => visit(*node),
                    }
                }
            }
            Node::Spread(node)
            | Node::Unary(_, node)
            | Node::Chain(node)
            | Node::Expression(node)
            | Node::Throw(node)
            | Node::DeclareFunction(_, node)
            | Node::Update { target: node, .. }
            | Node::Member { object: node, .. } => visit(*node),
            Node::Binary(_, a, b)
            | Node::Logical(_, a, b)
            | Node::Assign(a, b)
            | Node::AssignBinary(_, a, b)
            | Node::AssignLogical(_, a, b)
            | Node::Default(a, b)
            | Node::Index {
                object: a, key: b, ..
            }
            | Node::While {
                test: a, body: b, ..
            } => all(&[*a, *b], visit),
            Node::Conditional(a, b, c) => all(&[*a, *b, *c], visit),
            Node::Call {
                callee, arguments, ..
            }
            | Node::New {
                callee, arguments, ..
            } => {
                visit(*callee);
                all(arguments, visit);
            }
            Node::ObjectPattern(entries, rest) => {
                entries.iter().for_each(|(_, node)| visit(*node));
                rest.iter().for_each(|node| visit(*node));
            }
            Node::ArrayPattern(items, rest) => {
                items.iter().chain([rest]).flatten().for_each(|n| visit(*n));
            }
            Node::Declare(_, items) => {
                for (pattern, value) in items {
                    visit(*pattern);
                    value.iter().for_each(|node| visit(*node));
                }
            }
            Node::Block(block) => {
                all(&block.statements, visit);
                all(&block.functions, visit);
            }
            Node::If(test, yes, no) => {
                all(&[*test, *yes], visit);
                no.iter().for_each(|node| visit(*node));
            }
            Node::For {
                start,
                test,
                step,
                body,
                ..
            } => {
                let parts = [start, test, step];
                parts.into_iter().flatten().for_each(|node| visit(*node));
                visit(*body);
            }
            Node::ForEach {
                target, over, body, ..
            } => all(&[*target, *over, *body], visit),
            Node::Switch(value, cases) => {
                visit(*value);
                for (test, body) in cases {
                    test.iter().for_each(|node| visit(*node));
                    visit(*body);
                }
            }
            Node::Return(value) => value.iter().for_each(|node| visit(*node)),
            Node::Try {
                block,
                handler,
                finalizer,
            } => {
                visit(*block);
                if let Some((pattern, _, body)) = handler {
                    pattern.iter().for_each(|node| visit(*node));
                    visit(*body);
                }
                finalizer.iter().for_each(|node| visit(*node));
            }
        }
    }

    /// Calls `visit` with the strings that the node names itself.
    pub fn strings(&mut self, visit: &mut impl FnMut(&mut StringId)) {
        match self {
            Node::String(id)
            | Node::Name(id)
            | Node::Member { key: id, .. }
            | Node::DeclareFunction(id, _) => visit(id),
            Node::Template(ids, _)
            | Node::For { names: ids, .. }
            | Node::ForEach { names: ids, .. }
            | Node::Try {
                handler: Some((_, ids, _)),
                ..
            } => ids.iter_mut().for_each(visit),
            Node::Object(entries) => {
                for entry in entries {
                    if let Entry::Value(id, _)
                    | Entry::Getter(id, _)
                    | Entry::Setter(id, _) = entry
                    {
                        visit(id);
                    }
                }
            }
            Node::ObjectPattern(entries, _) => {
                entries.iter_mut().for_each(|(id, _)| visit(id));
            }
            Node::Block(block) => {
                block.names.iter_mut().for_each(|(id, _)| visit(id));
            }
            _ => {}
        }
    }
}

impl Unit {
    /// Calls `visit` with every string that the code names.
    pub fn strings(&mut self, visit: &mut impl FnMut(&mut StringId)) {
        visit(&mut self.file);
        for code in &mut self.codes {
            visit(&mut code.name);
            code.vars.iter_mut().for_each(&mut *visit);
        }
        self.nodes.iter_mut().for_each(|node| node.strings(visit));
    }
}
