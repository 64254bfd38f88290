//! One job of the comparison, for this crate or for httparse: prints nanoseconds per
//! message. The same work in JavaScript: compare/bench.mjs, job by job.

use bytes::BytesMut;
use http_wire::{Config, Event, RequestParser};
use std::hint::black_box;
use std::time::Instant;

/// The bytes of a job, and how many messages these are.
fn job(name: &str) -> Option<(Vec<u8>, u32)> {
    let small = "GET /index.html HTTP/1.1\r\nHost: localhost:3000\r\n\
                 User-Agent: bench\r\nAccept: */*\r\n\r\n";
    let fields: String = (0..30)
        .map(|i| format!("X-Field-Number-{i}: {}\r\n", "some value ".repeat(5).trim()))
        .collect();
    let large =
        format!("GET /index.html HTTP/1.1\r\nHost: localhost:3000\r\n{fields}\r\n");
    let chunk = format!("400\r\n{}\r\n", "x".repeat(1024));
    let chunked = format!(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n",
        chunk.repeat(32)
    );
    Some(match name {
        "small-heads" => (small.into(), 1),
        "large-heads" => (large.into(), 1),
        "pipelined" => (small.repeat(16).into(), 16),
        "chunked" => (chunked.into(), 1),
        _ => return None,
    })
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [who, name] = &args[..] else {
        eprintln!("say who, `rebuild` or `httparse`, and the job");
        std::process::exit(2);
    };
    let Some((bytes, messages)) = job(name) else {
        eprintln!("no job `{name}`");
        std::process::exit(2);
    };
    let mut connection = Connection::new();
    let mut once = |bytes: &[u8]| match who.as_str() {
        "rebuild" => connection.receive(bytes),
        _ => peer(bytes),
    };
    // Content and heads, so that nobody can leave something out unseen.
    let expected = once(&bytes);
    let rounds = (200_000_000 / (bytes.len() + 200)).min(400_000) as u32;
    for _ in 0..rounds / 10 {
        assert_eq!(once(black_box(&bytes)), expected);
    }
    let start = Instant::now();
    for _ in 0..rounds {
        assert_eq!(once(black_box(&bytes)), expected);
    }
    let spent = start.elapsed().as_nanos() as f64;
    println!("{}", spent / f64::from(rounds) / f64::from(messages));
}

/// A connection of a server: a parser and the buffer it reads from.
struct Connection {
    parser: RequestParser,
    input: BytesMut,
}

impl Connection {
    fn new() -> Connection {
        Connection {
            parser: RequestParser::new(Config::default()),
            input: BytesMut::with_capacity(64 << 10),
        }
    }

    /// The bytes are copied into the buffer, as a read would do.
    fn receive(&mut self, bytes: &[u8]) -> u64 {
        self.input.extend_from_slice(bytes);
        let mut sum = 0;
        while let Some(event) = self.parser.next(&mut self.input).expect("a request") {
            sum += match event {
                Event::Head(head) => head.fields.len() as u64 + 1,
                Event::Data(data) => data.len() as u64,
                Event::Trailers(_) | Event::End => 0,
            };
        }
        sum
    }
}

/// httparse reads heads and sizes of chunks, in place; what is between is this.
fn peer(mut bytes: &[u8]) -> u64 {
    let mut sum = 0;
    while !bytes.is_empty() {
        let mut fields = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut fields);
        let parsed = request.parse(bytes).expect("a request");
        let httparse::Status::Complete(length) = parsed else {
            panic!("a whole head");
        };
        sum += request.headers.len() as u64 + 1;
        let is_coding =
            |h: &httparse::Header| h.name.eq_ignore_ascii_case("transfer-encoding");
        let chunked = request.headers.iter().any(is_coding);
        bytes = &bytes[length..];
        if chunked {
            let (length, data) = chunks(bytes);
            sum += data;
            bytes = &bytes[length..];
        }
    }
    sum
}

/// How many bytes the chunks at the front are, and how many of these are data.
fn chunks(bytes: &[u8]) -> (usize, u64) {
    let (mut at, mut sum) = (0, 0);
    loop {
        let parsed = httparse::parse_chunk_size(&bytes[at..]).expect("a size");
        let httparse::Status::Complete((start, size)) = parsed else {
            panic!("a whole line");
        };
        let data = black_box(&bytes[at + start..][..size as usize]);
        sum += data.len() as u64;
        at += start + data.len() + 2;
        if size == 0 {
            return (at, sum);
        }
    }
}
