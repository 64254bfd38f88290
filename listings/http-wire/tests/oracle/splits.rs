//! The twin that cuts a request in every place.

use bytes::BytesMut;
use http_wire::{Config, Event, Fields, RequestParser};
use std::collections::BTreeSet;
use std::fmt::Write;

const BYTES: &str = concat!(
    "POST /up?x=1 HTTP/1.1\r\nHost: example.com\r\n",
    "Transfer-Encoding: chunked\r\n\r\n",
    "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nSum: 11\r\n\r\n",
    "GET /next HTTP/1.1\r\nHost: example.com\r\n\r\n",
);

// ANCHOR: splits
pub fn splits(out: &mut String) {
    let bytes = BYTES.as_bytes();
    let cuts = 0..=bytes.len();
    let two_ways = cuts.map(|cut| parse(&[&bytes[..cut], &bytes[cut..]]));
    let results: BTreeSet<Vec<String>> = two_ways.collect();
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    let same = results.contains(&parse(&single));
    writeln!(out, "{} cuts: {} result", bytes.len() + 1, results.len()).unwrap();
    let same = if same { "the same" } else { "another" };
    writeln!(out, "byte by byte: {same}").unwrap();
    for line in results.first().expect("a result") {
        writeln!(out, "{line}").unwrap();
    }
}

fn parse(pieces: &[&[u8]]) -> Vec<String> {
    let mut parser = RequestParser::new(Config::default());
    let mut input = BytesMut::new();
    let (mut found, mut body, mut trailers) = (Vec::new(), Vec::new(), Vec::new());
    for piece in pieces {
        input.extend_from_slice(piece);
        while let Some(event) = parser.next(&mut input).expect("a right request") {
            match event {
                Event::Head(request) => {
                    found.push(request.target.as_str().to_string());
                    found.extend(lines(&request.fields));
                }
                Event::Data(data) => body.extend(data),
                Event::Trailers(fields) => trailers = lines(&fields),
                Event::End => {
                    found.push(format!("content: {}", body.escape_ascii()));
                    found.append(&mut trailers);
                    body.clear();
                }
            }
        }
    }
    found
}
// ANCHOR_END: splits

fn lines(fields: &Fields) -> Vec<String> {
    let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
    let pairs = fields
        .iter()
        .flat_map(|(name, value)| [text(name), text(value)]);
    pairs.collect()
}
