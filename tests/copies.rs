//! Every listing, downloaded from its page, builds and passes its tests alone.

use book::copy;
use book::listing::Listing;
use flate2::read::GzDecoder;
use std::path::Path;
use std::process::Command;

#[test]
fn every_archive_passes_its_tests_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = tempfile::tempdir().expect("a temporary folder");
    for listing in Listing::all(root).expect("the listings are readable") {
        let archive = copy::archive(root, &listing).expect("the archive can be made");
        let mut archive = tar::Archive::new(GzDecoder::new(archive.as_slice()));
        // Files of an archive are old. As new as they are here, nothing that an earlier
        // run left in the target folder is taken for theirs.
        archive.set_preserve_mtime(false);
        archive
            .unpack(out.path())
            .expect("the archive can be unpacked");
        let output = Command::new(env!("CARGO"))
            .args(["test", "--quiet"])
            .current_dir(out.path().join(&listing.name))
            // One folder for all of them, so that what they share is built once.
            .env("CARGO_TARGET_DIR", root.join("target/copies"))
            .output()
            .expect("cargo runs");
        assert!(
            output.status.success(),
            "{} does not pass its tests alone:\n{}{}",
            listing.name,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
