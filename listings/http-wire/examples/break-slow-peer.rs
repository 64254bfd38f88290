//! A head of 16 KiB that comes byte by byte, for a parser that begins anew each time
//! and for one that goes on: how many bytes does each look at?

use bytes::BytesMut;
use http_wire::{Config, RequestParser};

fn main() {
    let line = "GET / HTTP/1.1\r\nHost: a\r\n";
    let cookie = format!("Cookie: {}\r\n\r\n", "x".repeat(16_384 - line.len() - 12));
    let head = format!("{line}{cookie}");
    println!("{} bytes, one by one", head.len());
    let (mut anew, mut buffer) = (0_u64, Vec::new());
    for byte in head.bytes() {
        buffer.push(byte);
        // httparse has no memory between calls; its users call it again.
        let mut fields = [httparse::EMPTY_HEADER; 16];
        let mut request = httparse::Request::new(&mut fields);
        anew += buffer.len() as u64;
        if request.parse(&buffer).expect("a head").is_complete() {
            break;
        }
    }
    let mut parser = RequestParser::new(Config::default());
    let (mut input, mut calls) = (BytesMut::new(), 0_u64);
    for byte in head.bytes() {
        input.extend_from_slice(&[byte]);
        calls += 1;
        if parser.next(&mut input).expect("a head").is_some() {
            break;
        }
    }
    println!("anew each time: {anew} bytes given to the parser");
    println!("goes on:        {calls} calls, each for one byte more");
}
