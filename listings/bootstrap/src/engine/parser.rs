//! Tokens to code: a recursive-descent parser that writes nodes into a [`Unit`],
//! children first.

use super::heap::{StringId, Strings};
use super::lexer::{self, Lexed, SyntaxError, Token};
use super::syntax::{
    BinaryOp, Block, Code, Declaration, Entry, LogicalOp, Node, NodeId, UnaryOp, Unit,
};
use std::rc::Rc;

/// How deep constructs may nest in each other.
const MAX_NESTING: u32 = 200;

/// What the subset leaves out, where it begins with a word.
const UNSUPPORTED: [&str; 7] = [
    "class", "async", "await", "yield", "import", "export", "with",
];

const RESERVED: [&str; 32] = [
    "break",
    "case",
    "catch",
    "const",
    "continue",
    "default",
    "delete",
    "do",
    "else",
    "finally",
    "for",
    "function",
    "if",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "return",
    "switch",
    "this",
    "throw",
    "true",
    "false",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "debugger",
    "enum",
    "super",
];

/// Parses `source` as the body of a function with these parameters; code 0 of the unit
/// is that function.
///
/// Mirrors `v8::ScriptCompiler::CompileFunction`, by which Node compiles its built-in
/// modules and yours: nobody pastes a wrapper around the text.
pub fn parse_function(
    source: &str,
    file: &str,
    parameters: &[&str],
    strings: &mut Strings,
) -> Result<Unit, SyntaxError> {
    let mut parser = Parser {
        tokens: lexer::lex(source)?,
        at: 0,
        unit: Unit {
            file: strings.intern(file),
            ..Unit::default()
        },
        strings,
        depth: 0,
        functions: Vec::new(),
        blocks: Vec::new(),
    };
    // Code 0 is the whole source; its place is taken before the functions inside.
    let name = parser.strings.intern("");
    let parameters = parameters.iter().map(|parameter| {
        let id = parser.strings.intern(parameter);
        parser.unit.nodes.push(Node::Name(id));
        (parser.unit.nodes.len() - 1) as NodeId
    });
    let whole = Code {
        name,
        parameters: parameters.collect(),
        rest: None,
        body: 0,
        arrow: false,
        expression: false,
        method: true,
        vars: Vec::new(),
    };
    parser.unit.codes.push(whole);
    parser.functions.push(Vec::new());
    let body = parser.block_until(&Token::End)?;
    let vars = parser.functions.pop().unwrap_or_default();
    let whole = &mut parser.unit.codes[0];
    (whole.body, whole.vars) = (body, vars);
    Ok(parser.unit)
}

struct Parser<'a> {
    tokens: Vec<Lexed>,
    at: usize,
    unit: Unit,
    strings: &'a mut Strings,
    depth: u32,
    /// The names that `var` declares, for each function that is being parsed.
    functions: Vec<Vec<StringId>>,
    blocks: Vec<Block>,
}

type Parsed = Result<NodeId, SyntaxError>;

impl Parser<'_> {
    // What every rule uses.

    fn peek(&self) -> &Token {
        &self.tokens[self.at].token
    }

    fn ahead(&self, by: usize) -> &Token {
        let at = (self.at + by).min(self.tokens.len() - 1);
        &self.tokens[at].token
    }

    fn line(&self) -> u32 {
        self.tokens[self.at].line
    }

    fn advance(&mut self) -> Token {
        let token = self.tokens[self.at].token.clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn error<T>(&self, what: impl Into<String>) -> Result<T, SyntaxError> {
        Err(SyntaxError {
            line: self.line(),
            what: what.into(),
        })
    }

    fn unexpected<T>(&self) -> Result<T, SyntaxError> {
        match self.peek() {
            Token::Name(name) => self.error(format!("unexpected `{name}`")),
            Token::Number(number) => self.error(format!("unexpected number {number}")),
            Token::String(_) => self.error("unexpected string"),
            Token::Template(..) => self.error("tagged templates are not supported"),
            Token::Punctuator(p) => self.error(format!("unexpected `{p}`")),
            Token::End => self.error("unexpected end"),
        }
    }

    fn is(&self, punctuator: &str) -> bool {
        matches!(self.peek(), Token::Punctuator(p) if *p == punctuator)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(name) if &**name == word)
    }

    fn eat(&mut self, punctuator: &str) -> bool {
        let found = self.is(punctuator);
        if found {
            self.advance();
        }
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, punctuator: &str) -> Result<(), SyntaxError> {
        match self.eat(punctuator) {
            true => Ok(()),
            false => self.unexpected(),
        }
    }

    /// A semicolon, or the place where one may be missing.
    fn end_statement(&mut self) -> Result<(), SyntaxError> {
        let may_be_missing = self.tokens[self.at].after_newline
            || self.is("}")
            || *self.peek() == Token::End;
        match self.eat(";") || may_be_missing {
            true => Ok(()),
            false => self.unexpected(),
        }
    }

    fn node(&mut self, node: Node) -> NodeId {
        self.unit.nodes.push(node);
        (self.unit.nodes.len() - 1) as NodeId
    }

    fn intern(&mut self, text: &str) -> StringId {
        self.strings.intern(text)
    }

    fn nested<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return self.error("nested too deep");
        }
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// A name that is free to be declared.
    fn identifier(&mut self) -> Result<StringId, SyntaxError> {
        match self.peek().clone() {
            Token::Name(name) if UNSUPPORTED.contains(&&*name) => {
                self.error(format!("`{name}` is not supported"))
            }
            Token::Name(name) if !RESERVED.contains(&&*name) => {
                self.advance();
                Ok(self.intern(&name))
            }
            _ => self.unexpected(),
        }
    }

    /// The names that a pattern declares.
    fn names_of(&self, pattern: NodeId, names: &mut Vec<StringId>) {
        match &self.unit.nodes[pattern as usize] {
            Node::Name(name) => names.push(*name),
            Node::Default(inner, _) => self.names_of(*inner, names),
            Node::ObjectPattern(entries, rest) => {
                entries.iter().for_each(|(_, p)| self.names_of(*p, names));
                rest.iter().for_each(|p| self.names_of(*p, names));
            }
            Node::ArrayPattern(items, rest) => {
                let all = items.iter().chain([rest]).flatten();
                all.for_each(|p| self.names_of(*p, names));
            }
            _ => {}
        }
    }

    fn declare(&mut self, kind: Declaration, pattern: NodeId) {
        let mut names = Vec::new();
        self.names_of(pattern, &mut names);
        if kind == Declaration::Var {
            let vars = self.functions.last_mut().expect("inside a function");
            vars.extend(names);
        } else {
            let block = self.blocks.last_mut().expect("inside a block");
            let constant = kind == Declaration::Const;
            block.names.extend(names.into_iter().map(|n| (n, constant)));
        }
    }

    // Statements.

    fn block_until(&mut self, end: &Token) -> Parsed {
        self.blocks.push(Block::default());
        while self.peek() != end {
            if *self.peek() == Token::End {
                return self.unexpected();
            }
            let statement = self.statement()?;
            let block = self.blocks.last_mut().expect("pushed above");
            match self.unit.nodes[statement as usize] {
                Node::DeclareFunction(name, _) => {
                    block.names.push((name, false));
                    block.functions.push(statement);
                }
                Node::Empty => {}
                _ => block.statements.push(statement),
            }
        }
        self.advance();
        let block = self.blocks.pop().expect("pushed above");
        if let Some(twice) = duplicate(&block.names) {
            let name = self.strings.get(twice);
            return self.error(format!("`{name}` is declared twice"));
        }
        Ok(self.node(Node::Block(block)))
    }

    fn block(&mut self) -> Parsed {
        self.expect("{")?;
        self.block_until(&Token::Punctuator("}"))
    }

    fn statement(&mut self) -> Parsed {
        self.nested(Self::any_statement)
    }

    fn any_statement(&mut self) -> Parsed {
        if self.is("{") {
            return self.block();
        }
        if self.eat(";") {
            return Ok(self.node(Node::Empty));
        }
        let word = match self.peek() {
            Token::Name(name) => Rc::clone(name),
            _ => "".into(),
        };
        match &*word {
            "var" | "let" | "const" => {
                let node = self.declaration()?;
                self.end_statement()?;
                Ok(node)
            }
            "function" => self.function_declaration(),
            "if" => self.if_statement(),
            "for" => self.for_statement(),
            "while" => {
                self.advance();
                let test = self.parenthesized()?;
                let body = self.statement()?;
                Ok(self.node(Node::While {
                    test,
                    body,
                    body_first: false,
                }))
            }
            "do" => self.do_statement(),
            "switch" => self.switch_statement(),
            "try" => self.try_statement(),
            "return" => {
                self.advance();
                let value = self.optional_expression()?;
                self.end_statement()?;
                Ok(self.node(Node::Return(value)))
            }
            "throw" => {
                self.advance();
                let value = self.expression()?;
                self.end_statement()?;
                Ok(self.node(Node::Throw(value)))
            }
            "break" | "continue" => {
                self.advance();
                let breaks = &*word == "break";
                self.end_statement()?;
                Ok(self.node(if breaks { Node::Break } else { Node::Continue }))
            }
            _ => {
                let value = self.expression()?;
                self.end_statement()?;
                Ok(self.node(Node::Expression(value)))
            }
        }
    }

    fn optional_expression(&mut self) -> Result<Option<NodeId>, SyntaxError> {
        let none = self.is(";")
            || self.is("}")
            || self.tokens[self.at].after_newline
            || *self.peek() == Token::End;
        match none {
            true => Ok(None),
            false => self.expression().map(Some),
        }
    }

    fn parenthesized(&mut self) -> Parsed {
        self.expect("(")?;
        let node = self.expression()?;
        self.expect(")")?;
        Ok(node)
    }

    fn declaration_kind(&mut self) -> Option<Declaration> {
        let kind = match self.peek() {
            Token::Name(name) => match &**name {
                "var" => Declaration::Var,
                "let" => Declaration::Let,
                "const" => Declaration::Const,
                _ => return None,
            },
            _ => return None,
        };
        self.advance();
        Some(kind)
    }

    fn declaration(&mut self) -> Parsed {
        let kind = self.declaration_kind().expect("the caller looked");
        let mut items = Vec::new();
        loop {
            let pattern = self.pattern()?;
            self.declare(kind, pattern);
            let value = match self.eat("=") {
                true => Some(self.assignment()?),
                false => None,
            };
            let is_name = matches!(self.unit.nodes[pattern as usize], Node::Name(_));
            if value.is_none() && (kind == Declaration::Const || !is_name) {
                return self.error("a declaration lacks its value");
            }
            self.name_function(pattern, value);
            items.push((pattern, value));
            if !self.eat(",") {
                break;
            }
        }
        Ok(self.node(Node::Declare(kind, items)))
    }

    /// `const f = () => {}` calls the function `f`.
    fn name_function(&mut self, pattern: NodeId, value: Option<NodeId>) {
        let Some(value) = value else { return };
        let Node::Name(name) = self.unit.nodes[pattern as usize] else {
            return;
        };
        if let Node::Function(code) = self.unit.nodes[value as usize] {
            let empty = self.strings.intern("");
            let code = &mut self.unit.codes[code as usize];
            if code.name == empty {
                code.name = name;
            }
        }
    }

    fn function_declaration(&mut self) -> Parsed {
        self.advance();
        if self.is("*") {
            return self.error("generators are not supported");
        }
        let name = self.identifier()?;
        let function = self.function_rest(name, false)?;
        Ok(self.node(Node::DeclareFunction(name, function)))
    }

    fn if_statement(&mut self) -> Parsed {
        self.advance();
        let test = self.parenthesized()?;
        let yes = self.statement()?;
        let no = match self.eat_word("else") {
            true => Some(self.statement()?),
            false => None,
        };
        Ok(self.node(Node::If(test, yes, no)))
    }

    fn do_statement(&mut self) -> Parsed {
        self.advance();
        let body = self.statement()?;
        if !self.eat_word("while") {
            return self.unexpected();
        }
        let test = self.parenthesized()?;
        self.eat(";");
        Ok(self.node(Node::While {
            test,
            body,
            body_first: true,
        }))
    }

    fn for_statement(&mut self) -> Parsed {
        self.advance();
        self.expect("(")?;
        self.blocks.push(Block::default());
        if self.is(";") {
            return self.for_rest(None);
        }
        let line_start = self.at;
        if let Some(kind) = self.declaration_kind() {
            let pattern = self.pattern()?;
            if self.is_word("of") || self.is_word("in") {
                self.declare(kind, pattern);
                return self.for_each(Some(kind), pattern);
            }
            self.at = line_start;
            let start = self.declaration()?;
            return self.for_rest(Some(start));
        }
        let start = self.expression()?;
        if self.is_word("of") {
            return self.for_each(None, start);
        }
        let start = self.node(Node::Expression(start));
        self.for_rest(Some(start))
    }

    fn for_each(&mut self, declaration: Option<Declaration>, target: NodeId) -> Parsed {
        let keys = self.is_word("in");
        self.advance();
        let over = self.expression()?;
        self.expect(")")?;
        let body = self.statement()?;
        let names = self.blocks.pop().expect("pushed above").names;
        Ok(self.node(Node::ForEach {
            keys,
            declaration,
            target,
            over,
            body,
            names: names.into_iter().map(|(name, _)| name).collect(),
        }))
    }

    fn for_rest(&mut self, start: Option<NodeId>) -> Parsed {
        self.expect(";")?;
        let test = match self.is(";") {
            true => None,
            false => Some(self.expression()?),
        };
        self.expect(";")?;
        let step = match self.is(")") {
            true => None,
            false => Some(self.expression()?),
        };
        self.expect(")")?;
        let body = self.statement()?;
        let names = self.blocks.pop().expect("pushed by the caller").names;
        Ok(self.node(Node::For {
            start,
            test,
            step,
            body,
            names: names.into_iter().map(|(name, _)| name).collect(),
        }))
    }

    fn switch_statement(&mut self) -> Parsed {
        self.advance();
        let value = self.parenthesized()?;
        self.expect("{")?;
        let mut cases = Vec::new();
        while !self.eat("}") {
            let test = if self.eat_word("default") {
                None
            } else if self.eat_word("case") {
                Some(self.expression()?)
            } else {
                return self.unexpected();
            };
            self.expect(":")?;
            self.blocks.push(Block::default());
            while !(self.is_word("case") || self.is_word("default") || self.is("}")) {
                let statement = self.statement()?;
                let block = self.blocks.last_mut().expect("pushed above");
                block.statements.push(statement);
            }
            let block = self.blocks.pop().expect("pushed above");
            cases.push((test, self.node(Node::Block(block))));
        }
        Ok(self.node(Node::Switch(value, cases)))
    }

    fn try_statement(&mut self) -> Parsed {
        self.advance();
        let block = self.block()?;
        let handler = match self.eat_word("catch") {
            true => {
                let pattern = match self.eat("(") {
                    true => {
                        let pattern = self.pattern()?;
                        self.expect(")")?;
                        Some(pattern)
                    }
                    false => None,
                };
                let mut names = Vec::new();
                pattern.iter().for_each(|p| self.names_of(*p, &mut names));
                Some((pattern, names, self.block()?))
            }
            false => None,
        };
        let finalizer = match self.eat_word("finally") {
            true => Some(self.block()?),
            false => None,
        };
        if handler.is_none() && finalizer.is_none() {
            return self.unexpected();
        }
        Ok(self.node(Node::Try {
            block,
            handler,
            finalizer,
        }))
    }

    // Patterns and functions.

    fn pattern(&mut self) -> Parsed {
        self.nested(|parser| {
            if parser.eat("{") {
                parser.object_pattern()
            } else if parser.eat("[") {
                parser.array_pattern()
            } else {
                let name = parser.identifier()?;
                Ok(parser.node(Node::Name(name)))
            }
        })
    }

    fn with_default(&mut self, pattern: NodeId) -> Parsed {
        if !self.eat("=") {
            return Ok(pattern);
        }
        let value = self.assignment()?;
        self.name_function(pattern, Some(value));
        Ok(self.node(Node::Default(pattern, value)))
    }

    fn object_pattern(&mut self) -> Parsed {
        let (mut entries, mut rest) = (Vec::new(), None);
        while !self.eat("}") {
            if self.eat("...") {
                let name = self.identifier()?;
                rest = Some(self.node(Node::Name(name)));
                self.expect("}")?;
                break;
            }
            let (key, is_name) = self.property_name()?;
            let pattern = if self.eat(":") {
                self.pattern()?
            } else if is_name {
                self.node(Node::Name(key))
            } else {
                return self.unexpected();
            };
            entries.push((key, self.with_default(pattern)?));
            if !self.is("}") {
                self.expect(",")?;
            }
        }
        Ok(self.node(Node::ObjectPattern(entries, rest)))
    }

    fn array_pattern(&mut self) -> Parsed {
        let (mut items, mut rest) = (Vec::new(), None);
        while !self.eat("]") {
            if self.eat(",") {
                items.push(None);
                continue;
            }
            if self.eat("...") {
                rest = Some(self.pattern()?);
                self.expect("]")?;
                break;
            }
            let pattern = self.pattern()?;
            items.push(Some(self.with_default(pattern)?));
            if !self.is("]") {
                self.expect(",")?;
            }
        }
        Ok(self.node(Node::ArrayPattern(items, rest)))
    }

    /// Parameters and body, from the opening parenthesis on.
    fn function_rest(&mut self, name: StringId, method: bool) -> Parsed {
        self.functions.push(Vec::new());
        let (parameters, rest) = self.parameters()?;
        let body = self.block()?;
        let vars = self.functions.pop().unwrap_or_default();
        self.code(Code {
            name,
            parameters,
            rest,
            body,
            arrow: false,
            expression: false,
            method,
            vars,
        })
    }

    fn code(&mut self, code: Code) -> Parsed {
        self.unit.codes.push(code);
        let index = (self.unit.codes.len() - 1) as u32;
        Ok(self.node(Node::Function(index)))
    }

    fn parameters(&mut self) -> Result<(Vec<NodeId>, Option<NodeId>), SyntaxError> {
        self.expect("(")?;
        let (mut parameters, mut rest) = (Vec::new(), None);
        while !self.eat(")") {
            if self.eat("...") {
                rest = Some(self.pattern()?);
                self.expect(")")?;
                break;
            }
            let pattern = self.pattern()?;
            parameters.push(self.with_default(pattern)?);
            if !self.is(")") {
                self.expect(",")?;
            }
        }
        Ok((parameters, rest))
    }

    /// Whether an arrow function begins here.
    fn at_arrow(&self) -> bool {
        if let Token::Name(_) = self.peek() {
            return *self.ahead(1) == Token::Punctuator("=>");
        }
        if !self.is("(") {
            return false;
        }
        let mut depth = 0_u32;
        for (i, lexed) in self.tokens[self.at..].iter().enumerate() {
            match lexed.token {
                Token::Punctuator("(" | "[" | "{") => depth += 1,
                Token::Punctuator(")" | "]" | "}") => depth -= 1,
                Token::End => return false,
                _ => {}
            }
            if depth == 0 {
                return *self.ahead(i + 1) == Token::Punctuator("=>");
            }
        }
        false
    }

    fn arrow(&mut self) -> Parsed {
        self.functions.push(Vec::new());
        let (parameters, rest) = match self.is("(") {
            true => self.parameters()?,
            false => {
                let name = self.identifier()?;
                (vec![self.node(Node::Name(name))], None)
            }
        };
        self.expect("=>")?;
        let expression = !self.is("{");
        let body = match expression {
            true => self.assignment()?,
            false => self.block()?,
        };
        let vars = self.functions.pop().unwrap_or_default();
        let name = self.intern("");
        self.code(Code {
            name,
            parameters,
            rest,
            body,
            arrow: true,
            expression,
            method: false,
            vars,
        })
    }

    // Expressions, the loosest binding first.

    fn expression(&mut self) -> Parsed {
        let node = self.assignment()?;
        match self.is(",") {
            true => self.error("the comma operator is not supported"),
            false => Ok(node),
        }
    }

    fn assignment(&mut self) -> Parsed {
        self.nested(Self::any_assignment)
    }

    fn any_assignment(&mut self) -> Parsed {
        if self.at_arrow() {
            return self.arrow();
        }
        let target = self.conditional()?;
        let Token::Punctuator(operator) = *self.peek() else {
            return Ok(target);
        };
        if operator == "=" {
            let target = self.assignable(target, true)?;
            self.advance();
            let value = self.assignment()?;
            self.name_function(target, Some(value));
            return Ok(self.node(Node::Assign(target, value)));
        }
        let Some(stem) = operator.strip_suffix('=') else {
            return Ok(target);
        };
        if let Some(op) = logical_op(stem) {
            let target = self.assignable(target, false)?;
            self.advance();
            let value = self.assignment()?;
            return Ok(self.node(Node::AssignLogical(op, target, value)));
        }
        let op = binary_op(stem).filter(|(_, level)| *level > COMPARISON);
        let Some((op, _)) = op else {
            return Ok(target);
        };
        let target = self.assignable(target, false)?;
        self.advance();
        let value = self.assignment()?;
        Ok(self.node(Node::AssignBinary(op, target, value)))
    }

    /// The expression as the target of an assignment; literals become patterns.
    fn assignable(&mut self, target: NodeId, patterns: bool) -> Parsed {
        match self.unit.nodes[target as usize].clone() {
            Node::Name(_)
            | Node::Member {
                optional: false, ..
            }
            | Node::Index {
                optional: false, ..
            } => Ok(target),
            Node::Array(items) if patterns => {
                let items: Result<Vec<_>, _> = items
                    .into_iter()
                    .map(|item| self.assignable(item, true).map(Some))
                    .collect();
                Ok(self.node(Node::ArrayPattern(items?, None)))
            }
            Node::Object(entries) if patterns => {
                let mut pairs = Vec::new();
                for entry in entries {
                    let Entry::Value(key, node) = entry else {
                        return self.error("this cannot be assigned to");
                    };
                    pairs.push((key, self.assignable(node, true)?));
                }
                Ok(self.node(Node::ObjectPattern(pairs, None)))
            }
            _ => self.error("this cannot be assigned to"),
        }
    }

    fn conditional(&mut self) -> Parsed {
        let test = self.logical(0)?;
        if !self.eat("?") {
            return Ok(test);
        }
        let yes = self.assignment()?;
        self.expect(":")?;
        let no = self.assignment()?;
        Ok(self.node(Node::Conditional(test, yes, no)))
    }

    /// `??` and `||`, then `&&`, then everything that [`binary_op`] knows.
    fn logical(&mut self, level: u8) -> Parsed {
        if level == 2 {
            return self.binary(0);
        }
        let mut left = self.logical(level + 1)?;
        loop {
            let op = match self.peek() {
                Token::Punctuator(p) => logical_op(p),
                _ => None,
            };
            let Some(op) = op.filter(|op| (*op == LogicalOp::And) == (level == 1))
            else {
                return Ok(left);
            };
            self.advance();
            let right = self.logical(level + 1)?;
            left = self.node(Node::Logical(op, left, right));
        }
    }

    fn binary(&mut self, lowest: u8) -> Parsed {
        let mut left = self.unary()?;
        loop {
            let found = match self.peek() {
                Token::Punctuator(p) => binary_op(p),
                Token::Name(name) => match &**name {
                    "in" => Some((BinaryOp::In, COMPARISON)),
                    "instanceof" => Some((BinaryOp::InstanceOf, COMPARISON)),
                    _ => None,
                },
                _ => None,
            };
            let Some((op, level)) = found.filter(|(_, level)| *level >= lowest) else {
                return Ok(left);
            };
            self.advance();
            // All but `**` bind to the left.
            let right = self.nested(|parser| {
                parser.binary(level + u8::from(op != BinaryOp::Power))
            })?;
            left = self.node(Node::Binary(op, left, right));
        }
    }

    fn unary(&mut self) -> Parsed {
        self.nested(Self::any_unary)
    }

    fn any_unary(&mut self) -> Parsed {
        let op = match self.peek() {
            Token::Punctuator("-") => UnaryOp::Minus,
            Token::Punctuator("+") => UnaryOp::Plus,
            Token::Punctuator("!") => UnaryOp::Not,
            Token::Punctuator("~") => UnaryOp::BitNot,
            Token::Punctuator("++") => return self.prefix_update(1.0),
            Token::Punctuator("--") => return self.prefix_update(-1.0),
            Token::Name(name) => match &**name {
                "typeof" => UnaryOp::Typeof,
                "void" => UnaryOp::Void,
                "delete" => UnaryOp::Delete,
                _ => return self.postfix(),
            },
            _ => return self.postfix(),
        };
        self.advance();
        let operand = self.unary()?;
        Ok(self.node(Node::Unary(op, operand)))
    }

    fn prefix_update(&mut self, by: f64) -> Parsed {
        self.advance();
        let target = self.unary()?;
        let target = self.assignable(target, false)?;
        Ok(self.node(Node::Update {
            target,
            by,
            prefix: true,
        }))
    }

    fn postfix(&mut self) -> Parsed {
        let node = self.call_chain()?;
        let by = match self.peek() {
            Token::Punctuator("++") => 1.0,
            Token::Punctuator("--") => -1.0,
            _ => return Ok(node),
        };
        if self.tokens[self.at].after_newline {
            return Ok(node);
        }
        let target = self.assignable(node, false)?;
        self.advance();
        Ok(self.node(Node::Update {
            target,
            by,
            prefix: false,
        }))
    }

    fn call_chain(&mut self) -> Parsed {
        let (mut node, mut chained) = match self.is_word("new") {
            true => (self.new_expression()?, false),
            false => (self.primary()?, false),
        };
        loop {
            let line = self.line();
            let optional = self.eat("?.");
            chained |= optional;
            if self.is("(") {
                let arguments = self.arguments()?;
                node = self.node(Node::Call {
                    callee: node,
                    arguments,
                    optional,
                    line,
                });
            } else if self.eat("[") {
                node = self.index(node, optional, line)?;
            } else if optional || self.eat(".") {
                node = self.member(node, optional, line)?;
            } else if matches!(self.peek(), Token::Template(..)) {
                return self.unexpected();
            } else if chained {
                return Ok(self.node(Node::Chain(node)));
            } else {
                return Ok(node);
            }
        }
    }

    fn index(&mut self, object: NodeId, optional: bool, line: u32) -> Parsed {
        let key = self.expression()?;
        self.expect("]")?;
        Ok(self.node(Node::Index {
            object,
            key,
            optional,
            line,
        }))
    }

    fn member(&mut self, object: NodeId, optional: bool, line: u32) -> Parsed {
        let Token::Name(name) = self.peek().clone() else {
            return self.unexpected();
        };
        self.advance();
        let key = self.intern(&name);
        Ok(self.node(Node::Member {
            object,
            key,
            optional,
            line,
        }))
    }

    fn new_expression(&mut self) -> Parsed {
        let line = self.line();
        self.advance();
        let mut callee = match self.is_word("new") {
            true => self.nested(Self::new_expression)?,
            false => self.primary()?,
        };
        loop {
            callee = if self.eat(".") {
                self.member(callee, false, line)?
            } else if self.eat("[") {
                self.index(callee, false, line)?
            } else {
                break;
            };
        }
        let arguments = match self.is("(") {
            true => self.arguments()?,
            false => Vec::new(),
        };
        Ok(self.node(Node::New {
            callee,
            arguments,
            line,
        }))
    }

    fn arguments(&mut self) -> Result<Vec<NodeId>, SyntaxError> {
        self.expect("(")?;
        self.list(")")
    }

    /// Expressions and spreads, up to the closing bracket.
    fn list(&mut self, end: &str) -> Result<Vec<NodeId>, SyntaxError> {
        let mut items = Vec::new();
        while !self.eat(end) {
            let item = match self.eat("...") {
                true => {
                    let inner = self.assignment()?;
                    self.node(Node::Spread(inner))
                }
                false => self.assignment()?,
            };
            items.push(item);
            if !self.is(end) {
                self.expect(",")?;
            }
        }
        Ok(items)
    }

    fn primary(&mut self) -> Parsed {
        match self.peek().clone() {
            Token::Number(number) => {
                self.advance();
                Ok(self.node(Node::Number(number)))
            }
            Token::String(text) => {
                self.advance();
                let id = self.intern(&text);
                Ok(self.node(Node::String(id)))
            }
            Token::Template(texts, expressions) => {
                self.advance();
                self.template(&texts, expressions)
            }
            Token::Name(name) => self.word(&name),
            Token::Punctuator("(") => self.parenthesized(),
            Token::Punctuator("[") => {
                self.advance();
                let items = self.list("]")?;
                Ok(self.node(Node::Array(items)))
            }
            Token::Punctuator("{") => {
                self.advance();
                self.object()
            }
            Token::Punctuator("/" | "/=") => {
                self.error("regular expressions are not supported")
            }
            _ => self.unexpected(),
        }
    }

    fn word(&mut self, name: &str) -> Parsed {
        let node = match name {
            "null" => Node::Null,
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            "this" => Node::This,
            "function" => {
                self.advance();
                if self.is("*") {
                    return self.error("generators are not supported");
                }
                let name = match self.is("(") {
                    true => self.intern(""),
                    false => self.identifier()?,
                };
                return self.function_rest(name, false);
            }
            _ => {
                let name = self.identifier()?;
                return Ok(self.node(Node::Name(name)));
            }
        };
        self.advance();
        Ok(self.node(node))
    }

    fn template(&mut self, texts: &[Rc<str>], expressions: Vec<Vec<Lexed>>) -> Parsed {
        let mut parts = Vec::new();
        for tokens in expressions {
            let outer = (std::mem::replace(&mut self.tokens, tokens), self.at);
            self.at = 0;
            let part = self.expression()?;
            if *self.peek() != Token::End {
                return self.unexpected();
            }
            parts.push(part);
            (self.tokens, self.at) = outer;
        }
        let texts = texts.iter().map(|text| self.strings.intern(text)).collect();
        Ok(self.node(Node::Template(texts, parts)))
    }

    /// The name of a property, and whether it could be a variable's as well.
    fn property_name(&mut self) -> Result<(StringId, bool), SyntaxError> {
        let (name, free) = match self.peek().clone() {
            Token::Name(name) => {
                let free =
                    !RESERVED.contains(&&*name) && !UNSUPPORTED.contains(&&*name);
                (name, free)
            }
            Token::String(text) => (text, false),
            Token::Number(number) => {
                (super::text::number_to_string(number).into(), false)
            }
            _ => return self.unexpected(),
        };
        self.advance();
        Ok((self.intern(&name), free))
    }

    fn object(&mut self) -> Parsed {
        let mut entries = Vec::new();
        while !self.eat("}") {
            entries.push(self.entry()?);
            if !self.is("}") {
                self.expect(",")?;
            }
        }
        Ok(self.node(Node::Object(entries)))
    }

    fn entry(&mut self) -> Result<Entry, SyntaxError> {
        if self.eat("...") {
            return Ok(Entry::Spread(self.assignment()?));
        }
        if self.eat("[") {
            let key = self.expression()?;
            self.expect("]")?;
            self.expect(":")?;
            return Ok(Entry::Computed(key, self.assignment()?));
        }
        let accessor = self.is_word("get") || self.is_word("set");
        let more = matches!(self.ahead(1), Token::Name(_) | Token::String(_));
        if accessor && more {
            let getter = self.is_word("get");
            self.advance();
            let (key, _) = self.property_name()?;
            let function = self.function_rest(key, true)?;
            return Ok(match getter {
                true => Entry::Getter(key, function),
                false => Entry::Setter(key, function),
            });
        }
        let (key, is_name) = self.property_name()?;
        if self.is("(") {
            return Ok(Entry::Value(key, self.function_rest(key, true)?));
        }
        if self.eat(":") {
            let value = self.assignment()?;
            if &*self.strings.get(key) == "__proto__" {
                return Ok(Entry::Prototype(value));
            }
            let name = self.node(Node::Name(key));
            self.name_function(name, Some(value));
            return Ok(Entry::Value(key, value));
        }
        if !is_name {
            return self.unexpected();
        }
        let value = self.node(Node::Name(key));
        Ok(Entry::Value(key, value))
    }
}

fn duplicate(names: &[(StringId, bool)]) -> Option<StringId> {
    let mut sorted: Vec<StringId> = names.iter().map(|(name, _)| *name).collect();
    sorted.sort_unstable();
    let pair = sorted.windows(2).find(|pair| pair[0] == pair[1]);
    pair.map(|pair| pair[0])
}

fn logical_op(text: &str) -> Option<LogicalOp> {
    Some(match text {
        "&&" => LogicalOp::And,
        "||" => LogicalOp::Or,
        "??" => LogicalOp::Coalesce,
        _ => return None,
    })
}

const COMPARISON: u8 = 4;

/// A binary operator and how tightly it binds.
fn binary_op(text: &str) -> Option<(BinaryOp, u8)> {
    Some(match text {
        "===" => (BinaryOp::Equal, 3),
        "!==" => (BinaryOp::NotEqual, 3),
        "==" => (BinaryOp::LooseEqual, 3),
        "!=" => (BinaryOp::LooseNotEqual, 3),
        "<" => (BinaryOp::Less, COMPARISON),
        "<=" => (BinaryOp::LessEqual, COMPARISON),
        ">" => (BinaryOp::Greater, COMPARISON),
        ">=" => (BinaryOp::GreaterEqual, COMPARISON),
        "<<" => (BinaryOp::ShiftLeft, 5),
        ">>" => (BinaryOp::ShiftRight, 5),
        ">>>" => (BinaryOp::ShiftRightUnsigned, 5),
        "+" => (BinaryOp::Add, 6),
        "-" => (BinaryOp::Subtract, 6),
        "*" => (BinaryOp::Multiply, 7),
        "/" => (BinaryOp::Divide, 7),
        "%" => (BinaryOp::Remainder, 7),
        "**" => (BinaryOp::Power, 8),
        "|" => (BinaryOp::BitOr, 0),
        "^" => (BinaryOp::BitXor, 1),
        "&" => (BinaryOp::BitAnd, 2),
        _ => return None,
    })
}
