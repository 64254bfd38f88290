//! Answers that look right and are not: the checks of the exercises refuse them.

#[path = "../exercises/checks/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "only the checks are of interest here"
)]
mod checks;

use checks::programs::{prints_in_time, requires};

const IN_TIME: &str = "asked in time: no user 1\nasked late: no user 1\n";

/// A file that says `line` first, and then what the exercise says.
fn answer(line: &str, exercise: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("answer.cjs");
    std::fs::write(&file, format!("{line}\n{exercise}")).expect("it can be written");
    let file = file.to_string_lossy().into_owned();
    (folder, file)
}

#[test]
fn a_listener_for_all_rejections_hides_too_much() {
    let line = "process.on('unhandledRejection', () => {});";
    let exercise = include_str!("../exercises/modify-in-time.cjs");
    let (_folder, file) = answer(line, exercise);
    let wrong = prints_in_time(&file, IN_TIME).expect_err("it hides every error");
    assert!(wrong.contains("must still fail"), "{wrong}");
    let solution = include_str!("../exercises/solutions/modify-in-time.cjs");
    let (_folder, file) = answer("", solution);
    assert_eq!(prints_in_time(&file, IN_TIME), Ok(()));
}

#[test]
fn an_exit_is_no_answer() {
    let exercise = include_str!("../exercises/rebuild-require.cjs");
    let (_folder, file) = answer("process.exit(0);", exercise);
    let wrong = requires(&file).expect_err("nothing was asked");
    assert!(wrong.contains("before all was asked"), "{wrong}");
}

/// A cache of what `module.exports` was at first, instead of the module.
#[test]
fn exports_that_were_replaced_are_not_forgotten() {
    let answer_text = r#"
exports.makeRequire = function makeRequire(files, compile) {
  const cache = new Map();
  return function require(name) {
    if (cache.has(name)) return cache.get(name);
    if (!(name in files)) throw new Error(`no module ${name}`);
    const module = { exports: {} };
    cache.set(name, module.exports);
    try {
      compile(files[name])(module.exports, require, module);
    } catch (error) {
      cache.delete(name);
      throw error;
    }
    return module.exports;
  };
};"#;
    let (_folder, file) = answer("", answer_text);
    let wrong = requires(&file).expect_err("it forgets");
    assert!(wrong.contains("exports that were replaced"), "{wrong}");
}
