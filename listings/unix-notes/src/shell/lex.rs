//! Words and operators.

use std::fmt;

/// A longer line, in bytes, is an error.
pub const MAX_LINE: usize = 64 * 1024;

/// Where in a line, in characters, from 0.
pub type Position = usize;

/// From where to where, the end not included.
pub type Span = std::ops::Range<Position>;

/// What is wrong with a line, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub at: Position,
    pub what: String,
}

impl SyntaxError {
    pub(super) fn new(at: Position, what: impl Into<String>) -> SyntaxError {
        SyntaxError {
            at,
            what: what.into(),
        }
    }

    /// The message, the line, and a mark below the place.
    pub fn show(&self, line: &str) -> String {
        // A tab stays a tab, so that the mark stands below its character.
        let blank = |c| if c == '\t' { '\t' } else { ' ' };
        let indent: String = line.chars().take(self.at).map(blank).collect();
        format!("{}\n  {line}\n  {indent}^", self)
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.at + 1, self.what)
    }
}

impl std::error::Error for SyntaxError {}

/// What follows is where a descriptor shall lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirection {
    /// `<`
    Read,
    /// `>`, `2>`: the descriptor.
    Write(i32),
    /// `>>`, `2>>`
    Append(i32),
    /// `2>&1`: the first becomes a copy of the second.
    Copy(i32, i32),
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Without its quotes.
    Word(String),
    Redirection(Redirection),
    Pipe,
    /// `&`
    Background,
    /// `;`
    Then,
}

struct Lexer<'a> {
    chars: std::iter::Peekable<std::iter::Enumerate<std::str::Chars<'a>>>,
    end: Position,
}

/// Takes a line apart. Quotes and backslashes mean what they mean in sh.
///
/// # Errors
/// A quote without its end, what a shell would expand or interpret and this one does
/// not, a NUL, a line longer than [`MAX_LINE`].
pub fn tokens(line: &str) -> Result<Vec<(Span, Token)>, SyntaxError> {
    if line.len() > MAX_LINE {
        let what = format!("the line has more than {MAX_LINE} bytes");
        return Err(SyntaxError::new(0, what));
    }
    let end = line.chars().count();
    let mut lexer = Lexer {
        chars: line.chars().enumerate().peekable(),
        end,
    };
    let mut tokens = Vec::new();
    while let Some(&(at, c)) = lexer.chars.peek() {
        match c {
            ' ' | '\t' | '\r' => drop(lexer.chars.next()),
            '#' => break,
            _ => {
                let token = lexer.token(at, c)?;
                tokens.push((at..lexer.position(), token));
            }
        }
    }
    Ok(tokens)
}

impl Lexer<'_> {
    fn position(&mut self) -> Position {
        self.chars.peek().map_or(self.end, |(at, _)| *at)
    }

    fn next_is(&mut self, wanted: char) -> bool {
        self.chars.next_if(|(_, c)| *c == wanted).is_some()
    }

    fn token(&mut self, at: Position, c: char) -> Result<Token, SyntaxError> {
        let no = |what: &str| Err(SyntaxError::new(at, what));
        match c {
            '|' | '&' | ';' => {
                self.chars.next();
                if c != ';' && self.next_is(c) {
                    return no(&format!("`{c}{c}` is left out of this shell"));
                }
                Ok(match c {
                    '|' => Token::Pipe,
                    '&' => Token::Background,
                    _ => Token::Then,
                })
            }
            '<' => {
                self.chars.next();
                if self.next_is('<') {
                    return no("here-documents are left out of this shell");
                }
                Ok(Token::Redirection(Redirection::Read))
            }
            '>' => {
                self.chars.next();
                self.output(at, 1)
            }
            _ => self.word(at),
        }
    }

    /// What comes after the first `>`.
    fn output(&mut self, at: Position, fd: i32) -> Result<Token, SyntaxError> {
        Ok(Token::Redirection(if self.next_is('>') {
            Redirection::Append(fd)
        } else if self.next_is('&') {
            match self.chars.next() {
                Some((_, '1')) => Redirection::Copy(fd, 1),
                Some((_, '2')) => Redirection::Copy(fd, 2),
                _ => {
                    return Err(SyntaxError::new(
                        at,
                        "`>&` wants 1 or 2 right behind it",
                    ));
                }
            }
        } else {
            Redirection::Write(fd)
        }))
    }

    fn word(&mut self, start: Position) -> Result<Token, SyntaxError> {
        let mut word = String::new();
        let mut quoted = false;
        while let Some(&(at, c)) = self.chars.peek() {
            match c {
                ' ' | '\t' | '\r' | '|' | '&' | ';' | '<' => break,
                '>' if !quoted && (word == "1" || word == "2") => {
                    self.chars.next();
                    return self.output(start, if word == "1" { 1 } else { 2 });
                }
                '>' => break,
                _ => drop(self.chars.next()),
            }
            match c {
                '\'' | '"' => self.quoted(at, c, &mut word)?,
                '\\' => word.push(self.escaped(at)?),
                _ => word.push(literal(at, c, &word)?),
            }
            quoted |= matches!(c, '\'' | '"' | '\\');
        }
        Ok(Token::Word(word))
    }

    fn quoted(
        &mut self,
        start: Position,
        quote: char,
        word: &mut String,
    ) -> Result<(), SyntaxError> {
        while let Some((at, c)) = self.chars.next() {
            match c {
                _ if c == quote => return Ok(()),
                '\\' if quote == '"' => match self.escaped(at)? {
                    c @ ('"' | '\\' | '$' | '`') => word.push(c),
                    c => word.extend(['\\', c]),
                },
                '$' | '`' if quote == '"' => return Err(unexpanded(at, c)),
                '\0' => return Err(SyntaxError::new(at, "a NUL ends no argument")),
                c => word.push(c),
            }
        }
        Err(SyntaxError::new(
            start,
            format!("this {quote} has no other to end it"),
        ))
    }

    fn escaped(&mut self, at: Position) -> Result<char, SyntaxError> {
        match self.chars.next() {
            Some((at, '\0')) => Err(SyntaxError::new(at, "a NUL ends no argument")),
            Some((_, c)) => Ok(c),
            None => Err(SyntaxError::new(at, "nothing follows this backslash")),
        }
    }
}

/// A character that stands for itself, unless a shell would see more in it.
fn literal(at: Position, c: char, word: &str) -> Result<char, SyntaxError> {
    match c {
        '$' | '`' | '*' | '?' | '[' => Err(unexpanded(at, c)),
        '~' if word.is_empty() => Err(unexpanded(at, c)),
        '(' | ')' => Err(SyntaxError::new(
            at,
            "subshells are left out: quote the `(`",
        )),
        '\0' => Err(SyntaxError::new(at, "a NUL ends no argument")),
        c => Ok(c),
    }
}

fn unexpanded(at: Position, c: char) -> SyntaxError {
    SyntaxError::new(
        at,
        format!("this shell expands no `{c}`: quote it with ' '"),
    )
}
