//! Random streams: no panic, no more kept than the limits allow, and the same result
//! however the stream is cut. `cargo run --example fuzz` goes on for as long as you
//! like.

mod common;
#[path = "../fuzz/mod.rs"]
mod fuzz;

use common::{Found, read};
use fuzz::{REQUESTS, RESPONSES, Random};
use http_wire::{Config, ErrorKind, Method, RequestParser, ResponseParser};

fn requests(config: &Config, pieces: &[&[u8]]) -> Found {
    read(RequestParser::new(*config), config, pieces.iter().copied())
}

fn responses(config: &Config, pieces: &[&[u8]]) -> Found {
    let mut parser = ResponseParser::new(*config);
    for method in [Method::Get, Method::Head, Method::Get] {
        parser.expect(&method);
    }
    read(parser, config, pieces.iter().copied())
}

type Read = fn(&Config, &[&[u8]]) -> Found;

#[test]
fn a_stream_means_the_same_however_it_is_cut() {
    let kinds: [(&[&str], Read); 2] = [(REQUESTS, requests), (RESPONSES, responses)];
    for (first_lines, read) in kinds {
        let (mut right, mut wrong) = (0, 0);
        for seed in 0..4000 {
            let mut random = Random::new(seed);
            let (bytes, config) = (random.stream(first_lines), random.config());
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            let whole = read(&config, &[&bytes]);
            for pieces in [&single, &random.cut(&bytes), &random.cut(&bytes)] {
                let cut = read(&config, pieces);
                assert_eq!(whole, cut, "seed {seed}: {}", bytes.escape_ascii());
            }
            match whole.error {
                None => right += 1,
                Some((_, offset)) => {
                    assert!(offset <= bytes.len() as u64, "seed {seed}");
                    wrong += 1;
                }
            }
        }
        // The generator is of no use if it makes only one sort.
        assert!(right > 400 && wrong > 400, "{right} right, {wrong} wrong");
    }
}

/// The streams are about where a message ends: each way to leave that in doubt is among
/// them, and not only broken lines.
#[test]
fn random_streams_frame_in_doubtful_ways() {
    let mut kinds = Vec::new();
    for seed in 0..4000 {
        let mut random = Random::new(seed);
        let (bytes, config) = (random.stream(REQUESTS), random.config());
        kinds.extend(requests(&config, &[&bytes]).error.map(|(kind, _)| kind));
    }
    for kind in [
        ErrorKind::LengthAndTransferEncoding,
        ErrorKind::RepeatedContentLength,
        ErrorKind::ContentLength,
        ErrorKind::TransferEncoding,
        ErrorKind::UnsupportedCoding,
        ErrorKind::ConnectContent,
        ErrorKind::RepeatedHost,
        ErrorKind::ChunkSize,
    ] {
        let count = kinds.iter().filter(|other| **other == kind).count();
        assert!(count >= 10, "{kind:?}: {count} of {}", kinds.len());
    }
}
