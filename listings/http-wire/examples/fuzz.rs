//! Random streams against the parsers, for as long as you like:
//! `cargo run --release -p http-wire --example fuzz -- 1000000`

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../fuzz/mod.rs"]
mod fuzz;

use common::read;
use fuzz::{REQUESTS, Random};
use http_wire::RequestParser;
use std::collections::BTreeMap;

fn main() {
    let count = std::env::args()
        .nth(1)
        .map_or(Ok(20_000), |arg| arg.parse());
    let Ok(count) = count else {
        eprintln!("say how many streams, such as 1000000");
        std::process::exit(2);
    };
    let mut kinds = BTreeMap::new();
    for seed in 0..count {
        let mut random = Random::new(seed);
        let (bytes, config) = (random.stream(REQUESTS), random.config());
        let whole = read(RequestParser::new(config), &config, [&bytes[..]]);
        let cut = read(RequestParser::new(config), &config, random.cut(&bytes));
        assert_eq!(whole, cut, "seed {seed}: {}", bytes.escape_ascii());
        let kind = whole
            .error
            .map_or("no error".into(), |(k, _)| format!("{k:?}"));
        *kinds.entry(kind).or_insert(0) += 1;
    }
    for (kind, count) in kinds {
        println!("{count:>7}  {kind}");
    }
}
