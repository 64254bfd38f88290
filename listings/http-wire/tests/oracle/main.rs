//! Every program of oracle/ has a twin here, and both print the same.
//!
//! NAME.out is what the pinned Node printed for NAME.cjs: what its server or client
//! made of raw bytes. The twins give the same bytes to the parsers of this crate.

mod requests;
mod responses;
mod splits;

use std::collections::BTreeSet;
use std::path::PathBuf;

fn oracle() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracle")
}

/// What Node printed for the program with this name.
fn recorded(name: &str) -> String {
    let path = oracle().join(name).with_extension("out");
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn compare(twin: &str, output: &str) {
    let name = twin.replace('_', "-");
    // Where `cargo run -- oracle` looks on.
    if let Some(folder) = std::env::var_os("ORACLE_TWINS") {
        let file = PathBuf::from(folder).join(format!("{name}.out"));
        std::fs::write(file, output).expect("the folder takes it");
    }
    assert_eq!(
        output,
        recorded(&name),
        "{name}: the twin (left), Node (right)"
    );
}

/// A test for each twin, and the list of all twins.
macro_rules! twins {
    ($($module:ident::$twin:ident),+ $(,)?) => {
        const TWINS: &[&str] = &[$(stringify!($twin)),+];
        $(
            #[test]
            fn $twin() {
                let mut output = String::new();
                $module::$twin(&mut output);
                compare(stringify!($twin), &output);
            }
        )+
    };
}

twins! {
    requests::smuggling,
    requests::keep_alive,
    requests::targets,
    requests::one_byte_less,
    requests::who_is_accepted,
    responses::responses,
    splits::splits,
}

/// A program without a twin proves nothing, a twin without a program even less.
#[test]
fn every_program_has_a_twin_and_every_twin_a_program() {
    let expected: BTreeSet<String> = TWINS
        .iter()
        .map(|twin| twin.replace('_', "-"))
        .flat_map(|name| [format!("{name}.cjs"), format!("{name}.out")])
        .collect();
    let files = std::fs::read_dir(oracle()).expect("the folder oracle");
    let names = files.map(|f| f.expect("an entry").file_name().into_string().unwrap());
    assert_eq!(names.collect::<BTreeSet<String>>(), expected);
}

/// Each program says on its first line what it asks.
#[test]
fn every_program_begins_with_its_question() {
    for twin in TWINS {
        let path = oracle().join(twin.replace('_', "-")).with_extension("cjs");
        let text = std::fs::read_to_string(&path).expect("a text");
        assert!(text.starts_with("// "), "{}", path.display());
    }
}
