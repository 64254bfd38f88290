//! Source text to tokens.

use std::rc::Rc;

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Name(Rc<str>),
    Number(f64),
    String(Rc<str>),
    /// The texts between the expressions, and the tokens of each expression.
    Template(Vec<Rc<str>>, Vec<Vec<Lexed>>),
    Punctuator(&'static str),
    End,
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Lexed {
    pub token: Token,
    pub line: u32,
    /// A line ends between the token before and this one.
    pub after_newline: bool,
}

/// Why a source is not a program.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    pub line: u32,
    pub what: String,
}

/// Longest first, so that the first match is the right one.
const PUNCTUATORS: [&str; 54] = [
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>",
    "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=",
    "%=", "&=", "|=", "^=", "<<", ">>", "**", "{", "}", "(", ")", "[", "]", ";", ",",
    "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "!", "?", ":",
];
const LATE_PUNCTUATORS: [&str; 3] = ["=", ".", "~"];

/// Templates may hold templates; so deep and no deeper.
const MAX_TEMPLATE_DEPTH: u32 = 32;

pub fn lex(source: &str) -> Result<Vec<Lexed>, SyntaxError> {
    let mut lexer = Lexer {
        rest: source,
        line: 1,
        depth: 0,
    };
    if lexer.rest.starts_with("#!") {
        lexer.skip_line();
    }
    lexer.tokens(false)
}

struct Lexer<'a> {
    rest: &'a str,
    line: u32,
    depth: u32,
}

impl Lexer<'_> {
    fn error<T>(&self, what: impl Into<String>) -> Result<T, SyntaxError> {
        Err(SyntaxError {
            line: self.line,
            what: what.into(),
        })
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.chars().next()?;
        self.rest = &self.rest[next.len_utf8()..];
        self.line += u32::from(next == '\n');
        Some(next)
    }

    fn skip_line(&mut self) {
        let end = self.rest.find('\n').unwrap_or(self.rest.len());
        self.rest = &self.rest[end..];
    }

    /// Skips spaces and comments; whether a line ended.
    fn skip(&mut self) -> Result<bool, SyntaxError> {
        let before = self.line;
        loop {
            if self.rest.starts_with("//") {
                self.skip_line();
            } else if self.rest.starts_with("/*") {
                let Some(end) = self.rest.find("*/") else {
                    return self.error("a comment does not end");
                };
                self.line += self.rest[..end].matches('\n').count() as u32;
                self.rest = &self.rest[end + 2..];
            } else if self.rest.starts_with(char::is_whitespace) {
                self.next();
            } else {
                return Ok(self.line > before);
            }
        }
    }

    /// All tokens; inside a template, those up to the brace that ends an expression.
    fn tokens(&mut self, in_template: bool) -> Result<Vec<Lexed>, SyntaxError> {
        let mut tokens = Vec::new();
        let mut braces = 0_u32;
        loop {
            let after_newline = self.skip()?;
            let line = self.line;
            let token = match self.rest.chars().next() {
                None if in_template => return self.error("a template does not end"),
                None => Token::End,
                Some('}') if in_template && braces == 0 => {
                    self.next();
                    Token::End
                }
                Some(first) => self.token(first)?,
            };
            match token {
                Token::Punctuator("{") => braces += 1,
                Token::Punctuator("}") => braces = braces.saturating_sub(1),
                _ => {}
            }
            let end = token == Token::End;
            tokens.push(Lexed {
                token,
                line,
                after_newline,
            });
            if end {
                return Ok(tokens);
            }
        }
    }

    fn token(&mut self, first: char) -> Result<Token, SyntaxError> {
        let second = self.rest[first.len_utf8()..].chars().next();
        if first.is_ascii_digit()
            || (first == '.' && second.is_some_and(|c| c.is_ascii_digit()))
        {
            return self.number();
        }
        if first.is_alphabetic() || first == '_' || first == '$' {
            let end = self
                .rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
            let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
            let name = Token::Name(name.into());
            self.rest = rest;
            return Ok(name);
        }
        match first {
            '\'' | '"' => self.string(first),
            '`' => self.template(),
            _ => {
                let mut known = PUNCTUATORS.iter().chain(&LATE_PUNCTUATORS);
                match known.find(|p| self.rest.starts_with(**p)) {
                    Some(punctuator) => {
                        self.rest = &self.rest[punctuator.len()..];
                        Ok(Token::Punctuator(punctuator))
                    }
                    None => self.error(format!("`{first}` is nothing known here")),
                }
            }
        }
    }

    fn number(&mut self) -> Result<Token, SyntaxError> {
        let is_hex = self.rest.starts_with("0x") || self.rest.starts_with("0X");
        let end = if is_hex {
            let digits = &self.rest[2..];
            2 + digits
                .find(|c: char| !c.is_ascii_hexdigit())
                .unwrap_or(digits.len())
        } else {
            self.decimal_end()
        };
        let (text, rest) = self.rest.split_at(end);
        let number = match is_hex {
            true => u64::from_str_radix(&text[2..], 16).ok().map(|n| n as f64),
            false => text.replace('_', "").parse().ok(),
        };
        self.rest = rest;
        match number {
            Some(number) if !rest.starts_with(|c: char| c.is_alphanumeric()) => {
                Ok(Token::Number(number))
            }
            _ => self.error(format!("`{text}` is not a number here")),
        }
    }

    fn decimal_end(&self) -> usize {
        let bytes = self.rest.as_bytes();
        let digits = |mut at: usize| {
            while bytes
                .get(at)
                .is_some_and(|b| b.is_ascii_digit() || *b == b'_')
            {
                at += 1;
            }
            at
        };
        let mut end = digits(0);
        if bytes.get(end) == Some(&b'.') {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = end + 1 + sign;
            if bytes.get(exponent).is_some_and(u8::is_ascii_digit) {
                end = digits(exponent);
            }
        }
        end
    }

    fn string(&mut self, quote: char) -> Result<Token, SyntaxError> {
        self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                None | Some('\n') => return self.error("a string does not end"),
                Some('\\') => self.escape(&mut text)?,
                Some(c) if c == quote => return Ok(Token::String(text.into())),
                Some(c) => text.push(c),
            }
        }
    }

    fn template(&mut self) -> Result<Token, SyntaxError> {
        self.next();
        self.depth += 1;
        if self.depth > MAX_TEMPLATE_DEPTH {
            return self.error("templates in templates, too deep");
        }
        let (mut texts, mut expressions) = (Vec::new(), Vec::new());
        let mut text = String::new();
        loop {
            match self.next() {
                None => return self.error("a template does not end"),
                Some('\\') => self.escape(&mut text)?,
                Some('`') => break,
                Some('$') if self.rest.starts_with('{') => {
                    self.next();
                    texts.push(std::mem::take(&mut text).into());
                    expressions.push(self.tokens(true)?);
                }
                Some(c) => text.push(c),
            }
        }
        texts.push(text.into());
        self.depth -= 1;
        Ok(Token::Template(texts, expressions))
    }

    fn escape(&mut self, text: &mut String) -> Result<(), SyntaxError> {
        let c = match self.next() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('0') => '\0',
            Some('\n') => return Ok(()),
            Some('x') => self.code_point(2)?,
            Some('u') if self.rest.starts_with('{') => {
                let end = self.rest.find('}').unwrap_or(0);
                let digits = self.rest[1..end.max(1)].to_string();
                self.rest = &self.rest[(end + 1).min(self.rest.len())..];
                self.character(&digits)?
            }
            Some('u') => self.code_point(4)?,
            Some(c) => c,
            None => return self.error("a string does not end"),
        };
        text.push(c);
        Ok(())
    }

    fn code_point(&mut self, digits: usize) -> Result<char, SyntaxError> {
        match self.rest.get(..digits) {
            Some(text) => {
                let text = text.to_string();
                self.rest = &self.rest[digits..];
                self.character(&text)
            }
            None => self.error("an escape is cut short"),
        }
    }

    fn character(&self, digits: &str) -> Result<char, SyntaxError> {
        let code = u32::from_str_radix(digits, 16).ok();
        match code.and_then(char::from_u32) {
            Some(c) => Ok(c),
            None => self.error(format!("`{digits}` is no character")),
        }
    }
}
