//! A server that takes each read for a request, against every way in which the bytes
//! can come in two reads.

use bytes::BytesMut;
use http_wire::{Config, Event, RequestParser};

const BYTES: &[u8] =
    b"POST /pay HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\namount=100";

fn main() {
    let (mut naive_right, mut ours_right) = (0, 0);
    let mut shortest = None;
    for cut in 1..BYTES.len() {
        let pieces = [&BYTES[..cut], &BYTES[cut..]];
        // Whichever read has the empty line in it.
        let naive = pieces.into_iter().find_map(naive);
        naive_right += u32::from(naive == Some("amount=100".into()));
        ours_right += u32::from(ours(&pieces) == "amount=100");
        let is_part = |body: &String| !body.is_empty() && body != "amount=100";
        shortest = shortest.or(naive.filter(is_part));
    }
    let cuts = BYTES.len() - 1;
    println!("each read a request: right for {naive_right} of {cuts} cuts");
    println!("  one of its answers: {}", shortest.unwrap_or_default());
    println!("the parser:          right for {ours_right} of {cuts} cuts");
}

/// Splits what a read brought at the empty line.
fn naive(read: &[u8]) -> Option<String> {
    let text = str::from_utf8(read).ok()?;
    let (_, body) = text.split_once("\r\n\r\n")?;
    Some(body.to_string())
}

fn ours(pieces: &[&[u8]]) -> String {
    let mut parser = RequestParser::new(Config::default());
    let (mut input, mut body) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        input.extend_from_slice(piece);
        while let Some(event) = parser.next(&mut input).expect("a request") {
            if let Event::Data(data) = event {
                body.extend(data);
            }
        }
    }
    String::from_utf8(body).expect("text")
}
