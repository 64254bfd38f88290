//! The corpus: the same bytes for three parsers, and what each makes of them.
//!
//! Shared by tests/corpus.rs and examples/corpus.rs.

use bytes::BytesMut;
use http_wire::{Config, Error, ErrorKind, Event, Method, RequestParser};

const REQUESTS: &str = include_str!("requests.txt");
/// What examples/node/corpus.cjs printed, run by the pinned Node.
const NODE: &str = include_str!("../examples/corpus-node.console");

/// One request of requests.txt.
pub struct Case {
    pub name: &'static str,
    /// The clause that decides.
    pub clause: &'static str,
    /// Whose answer differs, and why.
    pub notes: Vec<(&'static str, &'static str)>,
    pub bytes: Vec<u8>,
}

impl Case {
    #[allow(dead_code, reason = "the example shows all notes")]
    /// Why `who` answers differently, if it is known to.
    pub fn note(&self, who: &str) -> Option<&'static str> {
        let own = self.notes.iter().find(|(name, _)| *name == who);
        own.map(|(_, why)| *why)
    }
}

/// All requests of the corpus.
pub fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in REQUESTS.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((name, clause)) = heading(line) {
            cases.push(Case {
                name,
                clause,
                notes: Vec::new(),
                bytes: Vec::new(),
            });
            continue;
        }
        let case = cases.last_mut().expect("a case begins with its name");
        match line
            .strip_prefix("> ")
            .and_then(|note| note.split_once(": "))
        {
            Some(note) => case.notes.push(note),
            None => unescape(line, &mut case.bytes),
        }
    }
    cases
}

/// `[name] clause`
fn heading(line: &'static str) -> Option<(&'static str, &'static str)> {
    line.strip_prefix('[')?.split_once("] ")
}

fn unescape(line: &str, out: &mut Vec<u8>) {
    let mut rest = line.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        out.push(match rest.next().expect("something is escaped") {
            b'r' => b'\r',
            b'n' => b'\n',
            b't' => b'\t',
            b'0' => 0,
            b'\\' => b'\\',
            b'x' => {
                let digit = |byte: u8| (byte as char).to_digit(16).expect("a digit");
                let (high, low) =
                    (rest.next().expect("two"), rest.next().expect("two"));
                (digit(high) * 16 + digit(low)) as u8
            }
            other => panic!("\\{} is no escape", other as char),
        });
    }
}

/// A request that was read to its end, or as far as it went.
#[derive(Default)]
struct Seen {
    line: String,
    body: Vec<u8>,
    rest: Vec<u8>,
}

/// What [`RequestParser`] finds in `bytes`, in the words of corpus.cjs.
pub fn http_wire(bytes: &[u8]) -> String {
    let mut seen = Vec::new();
    match read(bytes, &mut seen) {
        Ok(()) => said(&seen),
        Err(error) => {
            let code = error.code().unwrap_or("-");
            format!("{} {} {code}", seen.len(), error.status())
        }
    }
}

fn read(bytes: &[u8], seen: &mut Vec<Seen>) -> Result<(), Error> {
    let mut parser = RequestParser::new(Config::default());
    let mut input = BytesMut::from(bytes);
    while let Some(event) = parser.next(&mut input)? {
        match event {
            Event::Head(request) => {
                if request.method == Method::Connect {
                    parser.switch_protocols();
                }
                let (method, target) = (request.method, request.target);
                seen.push(Seen {
                    line: format!("{method} {}", target.as_str()),
                    ..Seen::default()
                });
            }
            Event::Data(data) => seen.last_mut().unwrap().body.extend(data),
            Event::Trailers(_) | Event::End => {}
        }
    }
    if let Some(last) = seen.last_mut() {
        last.rest = input.to_vec();
    }
    parser.finish()
}

fn said(seen: &[Seen]) -> String {
    let text = |bytes: &[u8]| format!("\"{}\"", bytes.escape_ascii());
    let one = |seen: &Seen| {
        let then = match &seen.rest[..] {
            b"" => String::new(),
            rest => format!(" then {}", text(rest)),
        };
        format!("{} {}{then}", seen.line, text(&seen.body))
    };
    seen.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What Node made of each case, as recorded.
pub fn node() -> Vec<(&'static str, &'static str)> {
    let lines = NODE.lines().filter(|line| !line.starts_with("$ "));
    lines.filter_map(|line| line.split_once(": ")).collect()
}

/// What httparse makes of the head: `Ok` if it is complete and right, or the error. It
/// says nothing about hosts, content and its end.
pub fn httparse(bytes: &[u8]) -> Result<httparse::Status<usize>, httparse::Error> {
    let mut fields = [httparse::EMPTY_HEADER; 64];
    httparse::Request::new(&mut fields).parse(bytes)
}

/// How far `RequestParser` takes the first head: complete, partial, or the error.
pub fn first_head(bytes: &[u8]) -> Result<bool, ErrorKind> {
    let mut parser = RequestParser::new(Config::default());
    let event = parser.next(&mut BytesMut::from(bytes));
    event
        .map(|event| event.is_some())
        .map_err(|error| error.kind())
}

/// Whether an error is about more than the lines of a head, so that httparse has no
/// opinion.
pub fn is_beyond_syntax(kind: ErrorKind) -> bool {
    use ErrorKind as Kind;
    matches!(
        kind,
        Kind::MissingHost
            | Kind::RepeatedHost
            | Kind::Host
            | Kind::ContentLength
            | Kind::RepeatedContentLength
            | Kind::LengthAndTransferEncoding
            | Kind::TransferEncoding
            | Kind::UnsupportedCoding
            | Kind::ConnectContent
    )
}
