//! The parsers: one message after the other, event by event.

use crate::body::{Body, Piece};
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::fields::Fields;
use crate::framing::{self, Asked};
use crate::head::{HeadReader, ReadHead, RequestLine, StartLine, StatusLine};
use crate::message::{Framing, Method, Request, Response};
use crate::target::Target;
use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;

// ANCHOR: event
/// What a parser finds, in this order: one head, data, trailers if there are any, the
/// end. How data is cut into events depends on how it came; nothing else does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<H> {
    /// A message begins.
    Head(H),
    /// A piece of its content, not empty.
    Data(Bytes),
    /// The fields behind chunked content.
    Trailers(Fields),
    /// The message is complete.
    End,
}
// ANCHOR_END: event

/// Where the next byte belongs.
#[derive(Debug)]
enum State {
    Head,
    Body(Body),
    /// No message may follow; what comes is dropped.
    Closed,
    /// Another protocol follows; what comes is left alone.
    Switched,
    Failed(Error),
}

/// What the two parsers have in common.
#[derive(Debug)]
struct Parser<S> {
    config: Config,
    state: State,
    head: HeadReader<S>,
    /// Bytes of the connection before those in the input.
    offset: u64,
    /// What follows the message.
    after: After,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Message,
    Nothing,
    OtherProtocol,
}

impl<S: StartLine> Parser<S> {
    fn new(config: Config) -> Parser<S> {
        Parser {
            config,
            state: State::Head,
            head: HeadReader::default(),
            offset: 0,
            after: After::Message,
        }
    }

    // ANCHOR: parser-next
    /// The next event. `make` turns a head that was read, with its text, into a
    /// message, says how that is framed and what follows it.
    fn next<H>(
        &mut self,
        input: &mut BytesMut,
        make: impl FnOnce(ReadHead<S>, Bytes, &Config) -> Result<Made<H>, Error>,
    ) -> Result<Option<Event<H>>, Error> {
        let event = match &mut self.state {
            State::Head => self.next_head(input, make),
            State::Body(body) => {
                let piece = body.next(input, &self.config, &mut self.offset);
                piece.map(|piece| piece.map(Event::from))
            }
            State::Closed => {
                self.offset += input.len() as u64;
                input.clear();
                Ok(None)
            }
            State::Switched => Ok(None),
            State::Failed(error) => Err(*error),
        };
        match event {
            Ok(Some(Event::End)) => self.state = self.after.state(),
            Err(error) => self.state = State::Failed(error),
            _ => {}
        }
        event
    }
    // ANCHOR_END: parser-next

    fn next_head<H>(
        &mut self,
        input: &mut BytesMut,
        make: impl FnOnce(ReadHead<S>, Bytes, &Config) -> Result<Made<H>, Error>,
    ) -> Result<Option<Event<H>>, Error> {
        let offset = self.offset;
        let placed = |error: Error| error.behind(offset);
        let skipped = self.head.skip_empty_lines(input, &self.config);
        self.offset += skipped.map_err(placed)? as u64;
        let offset = self.offset;
        let placed = |error: Error| error.behind(offset);
        let read = self.head.read(input, &self.config).map_err(placed)?;
        let Some(read) = read else {
            return Ok(None);
        };
        let text = input.split_to(read.length).freeze();
        self.offset += text.len() as u64;
        let made = make(read, text, &self.config).map_err(placed)?;
        let body = Body::new(made.framing, &self.config);
        let body = body.map_err(|kind| placed(Error::new(kind, made.length_at)))?;
        self.state = State::Body(body);
        self.after = made.after;
        Ok(Some(Event::Head(made.head)))
    }

    fn finish<H>(&mut self) -> Result<Option<Event<H>>, Error> {
        let truncated = Error::new(ErrorKind::Truncated, 0).behind(self.offset);
        let complete = match &self.state {
            State::Head if self.head.is_untouched() => Ok(None),
            State::Body(body) if body.ends_with_connection() => Ok(Some(Event::End)),
            State::Closed | State::Switched => Ok(None),
            State::Head | State::Body(_) => Err(truncated),
            State::Failed(error) => Err(*error),
        };
        self.state = match complete {
            Ok(_) => State::Closed,
            Err(error) => State::Failed(error),
        };
        complete
    }
}

/// A message made from a head.
struct Made<H> {
    head: H,
    framing: Framing,
    after: After,
    /// Where `Content-Length` stands in the head.
    length_at: usize,
}

impl After {
    fn of(keeps_alive: bool) -> After {
        if keeps_alive {
            After::Message
        } else {
            After::Nothing
        }
    }

    fn state(self) -> State {
        match self {
            After::Message => State::Head,
            After::Nothing => State::Closed,
            After::OtherProtocol => State::Switched,
        }
    }
}

impl<H> From<Piece> for Event<H> {
    fn from(piece: Piece) -> Event<H> {
        match piece {
            Piece::Data(data) => Event::Data(data),
            Piece::Trailers(fields) => Event::Trailers(fields),
            Piece::End => Event::End,
        }
    }
}

fn length_at(framing: Framing, fields: &Fields) -> usize {
    let is_length =
        |(name, _): (&[u8], _)| name.eq_ignore_ascii_case(b"content-length");
    match framing {
        Framing::Length(_) => {
            let number = fields.iter().position(is_length);
            number.map_or(0, |number| fields.place(number))
        }
        _ => 0,
    }
}

/// Reads the requests of a connection. For servers.
#[derive(Debug)]
pub struct RequestParser(Parser<RequestLine>);

impl RequestParser {
    /// A parser at the begin of a connection.
    pub fn new(config: Config) -> RequestParser {
        RequestParser(Parser::new(config))
    }

    /// The next event, which is cut off the front of `input`; `None` if more input is
    /// wanted. Append to `input` between calls and change nothing else in it: the
    /// parser knows how far it looked.
    ///
    /// Behind a request that said `Connection: close` nothing follows, and whatever
    /// comes is dropped.
    ///
    /// # Errors
    /// What is wrong with the message. Every later call returns the same error.
    pub fn next(
        &mut self,
        input: &mut BytesMut,
    ) -> Result<Option<Event<Request>>, Error> {
        self.0.next(input, request)
    }

    /// The connection has ended.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] if that was inside a message, or the error there was.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.0.finish::<Request>().map(|_| ())
    }

    /// The server takes up the protocol of [`Request::upgrade`], or a `CONNECT`: what
    /// stands behind the request that is being read is no HTTP and is left in the
    /// input. To be called between its [`Event::Head`] and its [`Event::End`].
    ///
    /// A server that refuses a `CONNECT` closes the connection: the client may have
    /// sent what is meant for the tunnel already, and that must not be read as a
    /// request.
    pub fn switch_protocols(&mut self) {
        if matches!(self.0.state, State::Body(_)) {
            self.0.after = After::OtherProtocol;
        }
    }

    /// Whether the parser waits for a head and has seen nothing of one.
    pub fn is_between_messages(&self) -> bool {
        matches!(self.0.state, State::Head) && self.0.head.is_untouched()
    }

    /// How many bytes of the connection were cut off the input so far.
    pub fn offset(&self) -> u64 {
        self.0.offset
    }
}

fn request(
    read: ReadHead<RequestLine>,
    text: Bytes,
    config: &Config,
) -> Result<Made<Request>, Error> {
    let line = read.start;
    let method = Method::of(text.slice(..line.method));
    let target = Target::new(line.form, text.slice(line.method + 1..line.target));
    let (version, fields) = (line.version, Fields::parsed(text, read.spans));
    let framing = framing::of_request(&method, version, &fields, &config.lenient)?;
    let head = Request {
        method,
        target,
        version,
        fields,
        framing,
    };
    Ok(Made {
        framing,
        after: After::of(head.keep_alive()),
        length_at: length_at(framing, &head.fields),
        head,
    })
}

/// Reads the responses of a connection. For clients.
#[derive(Debug)]
pub struct ResponseParser {
    parser: Parser<StatusLine>,
    asked: VecDeque<Asked>,
}

impl ResponseParser {
    /// A parser at the begin of a connection.
    pub fn new(config: Config) -> ResponseParser {
        ResponseParser {
            parser: Parser::new(config),
            asked: VecDeque::new(),
        }
    }

    /// A request with this method was sent. Where its response ends depends on it, so
    /// this has to be said, in the order of the requests, before their responses come.
    pub fn expect(&mut self, method: &Method) {
        self.asked.push_back(match method {
            Method::Head => Asked::Head,
            Method::Connect => Asked::Connect,
            _ => Asked::Other,
        });
    }

    /// The next event, as [`RequestParser::next`]. Behind 101, and 2xx for a `CONNECT`,
    /// follows another protocol, which is left in the input. How many interim responses
    /// come before a final one is not limited: the caller sees each of them.
    ///
    /// # Errors
    /// What is wrong with the message. Every later call returns the same error.
    pub fn next(
        &mut self,
        input: &mut BytesMut,
    ) -> Result<Option<Event<Response>>, Error> {
        let ResponseParser { parser, asked } = self;
        parser.next(input, |read, text, config| {
            let status = read.start.status;
            let is_final = !(100..200).contains(&status) || status == 101;
            let question = if is_final {
                asked.pop_front()
            } else {
                asked.front().copied()
            };
            let unexpected = Error::new(ErrorKind::UnexpectedResponse, 0);
            response(read, text, config, question.ok_or(unexpected)?)
        })
    }

    /// The connection has ended: the end of a response that has no other, or none at
    /// all.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] if that was inside a message, or the error there was.
    pub fn finish(&mut self) -> Result<Option<Event<Response>>, Error> {
        self.parser.finish()
    }

    /// Whether another protocol follows.
    pub fn is_switched(&self) -> bool {
        matches!(self.parser.state, State::Switched)
    }

    /// Whether the parser waits for a head and has seen nothing of one.
    pub fn is_between_messages(&self) -> bool {
        matches!(self.parser.state, State::Head) && self.parser.head.is_untouched()
    }

    /// How many bytes of the connection were cut off the input so far.
    pub fn offset(&self) -> u64 {
        self.parser.offset
    }
}

fn response(
    read: ReadHead<StatusLine>,
    text: Bytes,
    config: &Config,
    asked: Asked,
) -> Result<Made<Response>, Error> {
    let StatusLine {
        version,
        status,
        reason,
    } = read.start;
    let reason = text.slice(reason.0..reason.1);
    let fields = Fields::parsed(text, read.spans);
    let framing =
        framing::of_response(asked, status, version, &fields, &config.lenient)?;
    let head = Response {
        status,
        reason,
        version,
        fields,
        framing,
    };
    let is_tunnel = asked == Asked::Connect && (200..300).contains(&status);
    Ok(Made {
        framing,
        after: match status == 101 || is_tunnel {
            true => After::OtherProtocol,
            false => After::of(head.keep_alive() || head.is_interim()),
        },
        length_at: length_at(framing, &head.fields),
        head,
    })
}
