//! Expands the chapters as mdBook does and has skeptic make a test of every snippet.

use std::env;
use std::path::PathBuf;

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo"));
    for input in ["src", "listings", "book.toml"] {
        println!("cargo:rerun-if-changed={input}");
    }
    let target = env::var("TARGET").expect("set by cargo");
    println!("cargo:rustc-env=SNIPPET_TARGET={target}");
    let files = book::chapter::load(&root)
        .and_then(|chapters| book::snippet::all(&chapters))
        .and_then(|snippets| book::snippet::hand_over(&snippets, &out));
    match files {
        Ok(files) => skeptic::generate_doc_tests(&files),
        Err(error) => {
            eprintln!("error: {error:#}");
            std::process::exit(1);
        }
    }
}
