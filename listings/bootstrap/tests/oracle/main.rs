//! Every program of oracle/ runs on the rebuild, unmodified, and prints what the pinned
//! Node printed.
//!
//! The programs start processes: with `process.execPath`, so each starts its own kind.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

fn oracle() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracle")
}

// ANCHOR: same
/// The twin of a program is the program: the same file, run by the rebuild.
fn same(program: &str) {
    let run = Command::new(env!("CARGO_BIN_EXE_bootstrap"))
        .arg(format!("{program}.cjs"))
        .current_dir(oracle())
        .env_remove("NODE_OPTIONS")
        .output()
        .expect("the rebuild runs");
    let printed = String::from_utf8_lossy(&run.stdout);
    let complained = String::from_utf8_lossy(&run.stderr);
    let node = std::fs::read_to_string(oracle().join(format!("{program}.out")))
        .expect("it is recorded");
    tell(program, &printed);
    assert_eq!(printed, node, "{program}: the rebuild, Node; {complained}");
}
// ANCHOR_END: same

/// Where `cargo run -- oracle` looks on, what the rebuild printed.
fn tell(program: &str, printed: &str) {
    if let Some(folder) = std::env::var_os("ORACLE_TWINS") {
        let file = PathBuf::from(folder).join(format!("{program}.out"));
        std::fs::write(file, printed).expect("the folder takes it");
    }
}

/// A test for each program, and the list of all of them.
macro_rules! programs {
    ($($program:ident),+ $(,)?) => {
        const PROGRAMS: &[&str] = &[$(stringify!($program)),+];
        $(
            #[test]
            fn $program() {
                same(&stringify!($program).replace('_', "-"));
            }
        )+
    };
}

programs! {
    argv,
    bad_options,
    bindings,
    builtin_modules,
    environment,
    files,
    globals,
    language,
    load_list,
    preload_order,
    preload_throws,
    primordials,
    snapshot_closures,
    snapshot_damaged,
    snapshot_descriptor,
    snapshot_misuse,
    snapshot_natives,
    snapshot_open_directory,
    snapshot_order,
    snapshot_require,
    snapshot_sides,
    snapshot_throws,
    snapshot_timer,
    snapshot_without_main,
}

#[test]
fn every_program_is_tested_and_every_record_has_a_program() {
    let files = std::fs::read_dir(oracle()).expect("the folder oracle");
    let names = files.map(|f| f.expect("an entry").file_name().into_string().unwrap());
    let (records, programs): (BTreeSet<String>, BTreeSet<String>) =
        names.partition(|name| name.ends_with(".out"));
    let named = |extension: &str| -> BTreeSet<String> {
        let name = |p: &&str| format!("{}.{extension}", p.replace('_', "-"));
        PROGRAMS.iter().map(name).collect()
    };
    assert_eq!(programs, named("cjs"));
    assert_eq!(records, named("out"));
}

#[test]
fn every_program_begins_with_its_question() {
    for program in PROGRAMS {
        let file = oracle().join(format!("{}.cjs", program.replace('_', "-")));
        let text = std::fs::read_to_string(&file).expect("a text");
        let first = text.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("// ") && first.ends_with('?'),
            "{program}"
        );
    }
}
