//! Every request of the corpus, cut in every place and in random ones, is the same
//! request, or the same error at the same offset.

mod common;
#[path = "../corpus/mod.rs"]
#[allow(dead_code, reason = "only the bytes")]
mod corpus;

use common::{Found, halves, read};
use http_wire::{Config, Lenient, RequestParser};
use proptest::prelude::*;

fn requests<'a>(config: &Config, pieces: impl IntoIterator<Item = &'a [u8]>) -> Found {
    read(RequestParser::new(*config), config, pieces)
}

/// What a parser does that tolerates whatever it can.
fn tolerant() -> Config {
    Config {
        lenient: Lenient {
            bare_lf: true,
            obs_fold: true,
            space_before_colon: true,
            control_in_value: true,
            raw_target: true,
            any_version: true,
            missing_host: true,
            odd_host: true,
            length_and_transfer_encoding: true,
            equal_lengths: true,
            transfer_encoding_in_1_0: true,
            other_codings: true,
            chunk_spaces: true,
            no_reason: true,
        },
        ..Config::default()
    }
}

#[test]
fn every_cut_of_every_request_is_the_same() {
    for config in [Config::default(), tolerant()] {
        for case in corpus::cases() {
            let bytes = &case.bytes[..];
            let whole = requests(&config, [bytes]);
            let single = requests(&config, bytes.chunks(1));
            assert_eq!(whole, single, "{}, byte by byte", case.name);
            for cut in 0..=bytes.len() {
                let found = requests(&config, halves(bytes, cut));
                assert_eq!(whole, found, "{}, cut at {cut}", case.name);
            }
        }
    }
}

/// An error is not told later than with the line that holds it: what stands behind does
/// not matter, and neither does whether it is there.
#[test]
fn an_error_does_not_wait_for_what_is_behind() {
    for case in corpus::cases() {
        let config = Config::default();
        let Some((kind, offset)) = requests(&config, [&case.bytes[..]]).error else {
            continue;
        };
        let longer = [&case.bytes[..], b"\r\nGET / HTTP/1.1\r\n\r\n"];
        let again = requests(&config, longer).error;
        let is_end = kind == http_wire::ErrorKind::Truncated;
        assert!(
            is_end || again == Some((kind, offset)),
            "{}: {kind:?} at {offset}, and then {again:?}",
            case.name
        );
    }
}

proptest! {
    #[test]
    fn random_cuts_of_pipelined_requests_are_the_same(
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..5),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let cases = corpus::cases();
        let bytes: Vec<u8> = order
            .iter()
            .flat_map(|index| cases[index.index(cases.len())].bytes.clone())
            .collect();
        let mut places: Vec<usize> =
            cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        places.extend([0, bytes.len()]);
        places.sort_unstable();
        let pieces = places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]);
        let config = Config::default();
        prop_assert_eq!(requests(&config, [&bytes[..]]), requests(&config, pieces));
    }
}
