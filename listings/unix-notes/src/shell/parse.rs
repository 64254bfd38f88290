//! From tokens to pipelines.

use super::lex::{Position, Redirection, Span, SyntaxError, Token, tokens};

/// A longer pipeline is an error.
pub const MAX_COMMANDS: usize = 64;
/// More words in one command are an error.
pub const MAX_WORDS: usize = 4096;

/// Where a descriptor of a command shall lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// Descriptor 0 reads this file.
    Read(String),
    /// The descriptor writes to this file.
    Write { fd: i32, path: String, append: bool },
    /// The descriptor becomes a copy of the other as it is at this point.
    Copy { fd: i32, of: i32 },
}

/// A program, its arguments, its redirections in the order they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    pub words: Vec<String>,
    pub redirects: Vec<Redirect>,
}

/// Commands, each of which reads what the one before it writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    pub commands: Vec<Command>,
    pub background: bool,
    /// As it was typed.
    pub text: String,
}

struct Parser<'a> {
    line: &'a str,
    tokens: std::iter::Peekable<std::vec::IntoIter<(Span, Token)>>,
    end: Position,
    /// Where the last token of the command ends.
    seen: Position,
}

/// The pipelines of a line, in order.
///
/// # Errors
/// As [`tokens`]; an operator where a command should be; a redirection without a file;
/// more than [`MAX_COMMANDS`] or [`MAX_WORDS`].
pub fn parse(line: &str) -> Result<Vec<Pipeline>, SyntaxError> {
    let tokens = tokens(line)?.into_iter().peekable();
    let end = line.chars().count();
    let mut parser = Parser {
        line,
        tokens,
        end,
        seen: 0,
    };
    let mut pipelines = Vec::new();
    while parser.tokens.peek().is_some() {
        pipelines.push(parser.pipeline()?);
    }
    Ok(pipelines)
}

impl Parser<'_> {
    fn at(&mut self) -> Position {
        self.tokens.peek().map_or(self.end, |(span, _)| span.start)
    }

    fn pipeline(&mut self) -> Result<Pipeline, SyntaxError> {
        let start = self.at();
        let mut commands = vec![self.command(None)?];
        let background = loop {
            let (at, token) = match self.tokens.next() {
                None => break false,
                Some((span, token)) => (span.start, token),
            };
            match token {
                Token::Pipe if commands.len() == MAX_COMMANDS => {
                    let what =
                        format!("more than {MAX_COMMANDS} commands in a pipeline");
                    return Err(SyntaxError::new(at, what));
                }
                Token::Pipe => commands.push(self.command(Some(at))?),
                Token::Background => break true,
                _ => break false, // only `;` ends a command that way
            }
        };
        let text = self
            .line
            .chars()
            .skip(start)
            .take(self.seen - start)
            .collect();
        Ok(Pipeline {
            commands,
            background,
            text,
        })
    }

    /// One command; `after` is the pipe that it follows.
    fn command(&mut self, after: Option<Position>) -> Result<Command, SyntaxError> {
        let mut command = Command::default();
        loop {
            let start = self.at();
            match self.tokens.peek() {
                Some((_, Token::Word(_))) if command.words.len() == MAX_WORDS => {
                    let what = format!("more than {MAX_WORDS} words in a command");
                    return Err(SyntaxError::new(start, what));
                }
                Some((_, Token::Word(_))) => command.words.push(self.word(start, "")?),
                Some((_, Token::Redirection(redirection))) => {
                    let redirection = *redirection;
                    self.next();
                    command.redirects.push(self.redirect(start, redirection)?);
                }
                Some(_) | None if !command.words.is_empty() => return Ok(command),
                Some(_) | None => {
                    let what = match after {
                        Some(_) => "this pipe leads nowhere",
                        None => "a command should stand here",
                    };
                    return Err(SyntaxError::new(after.unwrap_or(start), what));
                }
            }
        }
    }

    fn redirect(
        &mut self,
        start: Position,
        redirection: Redirection,
    ) -> Result<Redirect, SyntaxError> {
        let missing = "the name of a file should follow";
        Ok(match redirection {
            Redirection::Read => Redirect::Read(self.word(start, missing)?),
            Redirection::Write(fd) | Redirection::Append(fd) => {
                let append = matches!(redirection, Redirection::Append(_));
                Redirect::Write {
                    fd,
                    path: self.word(start, missing)?,
                    append,
                }
            }
            Redirection::Copy(fd, of) => Redirect::Copy { fd, of },
        })
    }

    fn word(&mut self, start: Position, missing: &str) -> Result<String, SyntaxError> {
        let next = self.tokens.peek().map(|(_, token)| token);
        if !matches!(next, Some(Token::Word(_))) {
            return Err(SyntaxError::new(start, missing));
        }
        match self.next() {
            Some(Token::Word(word)) => Ok(word),
            _ => unreachable!("it has just been looked at"),
        }
    }

    /// The next token, which belongs to the command.
    fn next(&mut self) -> Option<Token> {
        let (span, token) = self.tokens.next()?;
        self.seen = span.end;
        Some(token)
    }
}
