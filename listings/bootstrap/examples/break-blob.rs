//! Damages a snapshot in every way there is, and starts from each.
//!
//! `cargo run -q -p bootstrap --example break-blob`

use bootstrap::EMBEDDED_SNAPSHOT;
use bootstrap::engine::heap::{Heap, Kind, Object};
use bootstrap::externals::table;
use bootstrap::snapshot::{MAGIC, open, seal, unseal};

fn main() {
    let blob = EMBEDDED_SNAPSHOT;
    tell("as it is", blob);
    tell("text", b"#!/bin/sh\n");
    tell("the first half", &blob[..blob.len() / 2]);
    tell("something behind it", &[blob, b"\n"].concat());
    let mut next_format = blob.to_vec();
    next_format[MAGIC.len()] += 1;
    tell("of the next format", &next_format);
    let mut next_version = blob.to_vec();
    next_version[MAGIC.len() + 5] += 1;
    tell("of another version", &next_version);
    let body = unseal(blob, table()).expect("our own");
    tell("made with one binding less", &seal(body, &table()[1..]));
    tell("an external reference too many", &forged(body));
    one_bit_at_a_time(blob);
}

fn tell(what: &str, blob: &[u8]) {
    match open(blob, table()) {
        Ok(heap) => println!("{what}: {} objects", heap.objects.len()),
        Err(error) => println!("{what}: {error}"),
    }
}

/// A snapshot with a right checksum that calls a function beyond the table.
fn forged(body: &[u8]) -> Vec<u8> {
    let mut heap: Heap = postcard::from_bytes(body).expect("our own");
    let beyond = table().len() as u32;
    heap.objects.push(Object::new(Kind::Native(beyond), None));
    seal(&postcard::to_stdvec(&heap).expect("plain data"), table())
}

fn one_bit_at_a_time(blob: &[u8]) {
    let started = (0..blob.len()).filter(|at| {
        let mut damaged = blob.to_vec();
        damaged[*at] ^= 1 << (at % 8);
        open(&damaged, table()).is_ok()
    });
    let (started, all) = (started.count(), blob.len());
    println!("one bit changed, in each of {all} bytes in turn: {started} start");
}
