//! Every listing, copied out of the book, builds and passes its tests alone.

use book::listing::Listing;
use std::path::Path;
use std::process::Command;

#[test]
fn every_listing_copied_out_passes_its_tests_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = tempfile::tempdir().expect("a temporary folder");
    for listing in Listing::all(root).expect("the listings are readable") {
        let copied = out.path().join(&listing.name);
        book::copy::run(root, &listing.name, &copied)
            .expect("the listing can be copied");
        let output = Command::new(env!("CARGO"))
            .args(["test", "--quiet"])
            .current_dir(&copied)
            // One folder for all copies, so that what they share is built once.
            .env("CARGO_TARGET_DIR", root.join("target/copies"))
            .output()
            .expect("cargo runs");
        assert!(
            output.status.success(),
            "{} does not pass its tests as a copy:\n{}{}",
            listing.name,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
