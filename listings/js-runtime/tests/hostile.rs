//! Programs that are wrong, greedy or endless: each ends with a clear message and an
//! exit code, and whoever runs them survives.

mod support;

use js_runtime::{EXIT_BLOCKED, EXIT_HANDLER_THREW, EXIT_UNSETTLED_AWAIT, Limits};
use proptest::prelude::*;
use std::time::Duration;
use support::{Outcome, run, run_text};

const NO_LIMITS: Limits = Limits {
    memory: None,
    blocked: None,
};

/// Endless programs end by this. It says how long a test takes, not whether it passes.
const SOON: Limits = Limits {
    memory: None,
    blocked: Some(Duration::from_millis(20)),
};

const SMALL: Limits = Limits {
    memory: Some(24 * 1024 * 1024),
    blocked: None,
};

fn script(text: &str) -> Outcome {
    run_text("program.cjs", text, NO_LIMITS)
}

/// Proves: the code is Node's 1, stdout has what ran before, stderr says where and what.
#[track_caller]
fn fails(outcome: Outcome, stdout: &str, stderr: &[&str]) {
    assert_eq!(
        (&*outcome.stdout, outcome.code),
        (stdout, 1),
        "{}",
        outcome.stderr
    );
    for part in stderr {
        assert!(
            outcome.stderr.contains(part),
            "{part} is not in\n{}",
            outcome.stderr
        );
    }
}

#[test]
fn an_error_shows_its_line_and_a_mark_below() {
    let text = "console.log('before');\nfunction main() {\n  throw new TypeError('no');\n}\nmain();";
    let outcome = script(text);
    let mark = "program.cjs:3\n  throw new TypeError('no');\n            ^\n\nTypeError: no\n    at main";
    fails(outcome, "before\n", &[mark]);
    // The first line is wrapped; its columns are not the author's, but are shown as if.
    let outcome = script("missing()");
    fails(
        outcome,
        "",
        &["program.cjs:1\nmissing()\n^\n", "program.cjs:1:1)"],
    );
}

#[test]
fn a_script_that_cannot_be_parsed_does_not_run() {
    for text in [
        "let x = ;",
        "console.log('a'\n",
        "}",
        "return }",
        "await 1",
        "`",
    ] {
        let outcome = script(&format!("console.log('never')\n{text}"));
        fails(outcome, "", &["SyntaxError"]);
    }
    let outcome = run_text(
        "program.mjs",
        "console.log('never'); with (x) {}",
        NO_LIMITS,
    );
    fails(outcome, "", &["SyntaxError"]);
}

#[test]
fn what_is_thrown_may_be_anything() {
    for (text, shown) in [
        ("throw 'text'", "Uncaught 'text'"),
        ("throw null", "Uncaught null"),
        ("throw undefined", "Uncaught undefined"),
        ("throw { a: 1 }", "Uncaught { a: 1 }"),
        ("throw Symbol('s')", "Uncaught Symbol(s)"),
        (
            "throw Object.create(null)",
            "Uncaught [Object: null prototype] {}",
        ),
        (
            "throw Object.defineProperty(new Error('m'), 'stack', { value: 5 })",
            "[Error: m]",
        ),
        (
            "const e = new Error('m'); e.message = Symbol('s'); throw e",
            "rror",
        ),
        (
            "const e = new Error('m'); e.stack = 'at (/etc/passwd:1:1)'; throw e",
            "Error: m",
        ),
        (
            "throw Object.defineProperty(new Error('m'), 'stack', { get() { throw 1 } })",
            "Uncaught m",
        ),
        (
            "throw new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 } })",
            "",
        ),
        (
            "Promise.reject(5)",
            "rejecting a promise which was not handled",
        ),
        ("Promise.reject(new RangeError('r'))", "RangeError: r"),
    ] {
        fails(script(text), "", &[shown, "js-runtime"]);
    }
}

#[test]
fn a_listener_that_throws_ends_the_program() {
    let text = "process.on('uncaughtException', () => { throw new Error('second') });\
                throw new Error('first')";
    let outcome = script(text);
    assert_eq!(outcome.code, EXIT_HANDLER_THREW);
    assert!(
        outcome.stderr.contains("Error: second"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_module_that_waits_for_nothing_is_named() {
    let outcome = run_text("program.mjs", "await new Promise(() => {})", NO_LIMITS);
    assert_eq!(outcome.code, EXIT_UNSETTLED_AWAIT);
    assert!(outcome.stderr.contains("unsettled top-level await in"));
    assert!(outcome.stderr.contains("program.mjs"));
}

/// Proves: no program holds the thread for ever, and none can catch its end.
#[test]
fn an_endless_program_is_stopped() {
    for text in [
        "for (;;);",
        "for (;;) { try { for (;;); } catch {} finally { console.log('finally') } }",
        "const f = () => { process.nextTick(f) }; f()",
        "const f = () => { queueMicrotask(f) }; f()",
        "const f = () => Promise.resolve().then(f); f()",
        "(async () => { for (;;) await null })()",
        "(function* () { try { for (;;) yield } finally { console.log('f') } })().toArray()",
        "/(a+)+b/.test('a'.repeat(60))",
        "new Array(1e6).fill(0).sort(() => { for (;;); })",
        "const p = new Proxy({}, { get: (_, k, r) => r[k + 1] }); for (;;) try { p.x } catch {}",
        "process.on('exit', () => { for (;;); }); process.exit()",
        "setImmediate(() => { for (;;); })",
        "Object.defineProperty(globalThis, 'then', { get() { for (;;); } }); then",
    ] {
        let outcome = run_text("program.cjs", text, SOON);
        assert_eq!(
            (&*outcome.stdout, outcome.code),
            ("", EXIT_BLOCKED),
            "{text}"
        );
        assert!(
            outcome.stderr.contains("did not turn"),
            "{text}\n{}",
            outcome.stderr
        );
    }
}

#[test]
fn the_function_that_does_not_end_is_named() {
    let outcome = run_text(
        "program.cjs",
        "function spin() {\n  for (;;);\n}\nspin();",
        SOON,
    );
    let stderr = outcome.stderr;
    assert!(stderr.contains("at spin"), "{stderr}");
}

/// Proves: the limit is on one turn, not on the program. This one runs for much longer,
/// and each callback ends.
#[test]
fn a_program_that_gives_way_is_not_stopped() {
    let text = "let turns = 0;\
                const turn = () => { if (++turns < 20000) setImmediate(turn); else console.log('done') };\
                turn()";
    let limits = Limits {
        blocked: Some(Duration::from_secs(600)),
        ..NO_LIMITS
    };
    let outcome = run_text("program.cjs", text, limits);
    assert_eq!(
        (&*outcome.stdout, outcome.code),
        ("done\n", 0),
        "{}",
        outcome.stderr
    );
}

#[test]
fn memory_that_is_not_there_is_an_error_like_another() {
    let greedy = "const kept = []; for (;;) kept.push(new Array(100000).fill(0))";
    fails(
        run_text("program.cjs", greedy, SMALL),
        "",
        &["InternalError: out of memory"],
    );
    for text in [
        "'x'.repeat(2 ** 28)",
        "new ArrayBuffer(2 ** 28)",
        "[].length = 5; Array(2 ** 27).fill(1)",
    ] {
        fails(
            run_text("program.cjs", text, SMALL),
            "",
            &["InternalError: out of memory"],
        );
    }
    let survives = format!(
        "try {{ {greedy} }} catch (e) {{ console.log(e.message) }}\
         setImmediate(() => console.log('the loop turns'))"
    );
    let outcome = run_text("program.cjs", &survives, SMALL);
    let expected = "out of memory\nthe loop turns\n";
    assert_eq!(
        (&*outcome.stdout, outcome.code),
        (expected, 0),
        "{}",
        outcome.stderr
    );
}

/// Proves: memory may end anywhere, also inside the runtime's own functions.
#[test]
fn memory_may_end_anywhere() {
    for text in [
        "const f = () => { setTimeout(f, 1); setTimeout(f, 1) }; f()",
        "for (;;) process.nextTick(() => {})",
        "for (;;) setImmediate(() => {})",
        "for (;;) Promise.reject(new Error('r'))",
        "const f = () => { queueMicrotask(f); queueMicrotask(f) }; f()",
        "const list = []; for (;;) { list.push(list.concat(list)); console.log }",
        "let s = 'x'; for (;;) s += s + s.toUpperCase()",
    ] {
        let outcome = run_text("program.cjs", text, SMALL);
        assert!(
            [1, EXIT_HANDLER_THREW].contains(&outcome.code),
            "{text}: {outcome:?}"
        );
        // Where there is no memory even for the error, QuickJS throws null.
        let words = ["out of memory", "Uncaught null"];
        let is_said = words.iter().any(|words| outcome.stderr.contains(words));
        assert!(is_said, "{text}: {outcome:?}");
    }
}

#[test]
fn too_little_memory_to_start_is_an_error() {
    use event_loop::uv::Simulated;
    for kib in [0, 1, 16, 64, 100, 200] {
        let limits = Limits {
            memory: Some(kib * 1024),
            ..NO_LIMITS
        };
        let runtime = js_runtime::Runtime::new(Simulated::new(), limits, Vec::new());
        assert!(runtime.is_err(), "{kib} KiB were enough");
    }
}

#[test]
fn a_stack_that_is_exhausted_is_an_error_like_another() {
    fails(
        script("const f = () => f(); f()"),
        "",
        &["RangeError: Maximum call stack size exceeded"],
    );
    for text in [
        "const f = async () => { await f() }; f().catch((e) => console.log(e.name))",
        "const f = () => { try { f() } finally { f.n = 1 } }; try { f() } catch (e) { console.log(e.name) }",
        "const o = {}; o.toString = () => `${o}`; try { `${o}` } catch (e) { console.log(e.name) }",
        "const a = []; a[0] = a; let d = []; for (let i = 0; i < 1e6; i++) d = [d]; try { JSON.stringify(d) } catch (e) { console.log(e.name) }",
    ] {
        let outcome = script(text);
        assert_eq!(
            (&*outcome.stdout, outcome.code),
            ("RangeError\n", 0),
            "{text}: {outcome:?}"
        );
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing.cjs");
    let outcome = run(&missing, &[], NO_LIMITS);
    fails(
        outcome,
        "",
        &["Cannot find module", "missing.cjs", "MODULE_NOT_FOUND"],
    );
    fails(
        run(folder.path(), &[], NO_LIMITS),
        "",
        &["Cannot find module"],
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let secret = folder.path().join("secret.cjs");
        std::fs::write(&secret, "console.log('read')").expect("it can be written");
        let none = std::fs::Permissions::from_mode(0o000);
        std::fs::set_permissions(&secret, none).expect("it is ours");
        let outcome = run(&secret, &[], NO_LIMITS);
        // Root may read everything.
        match std::fs::read(&secret) {
            Ok(_) => assert_eq!(outcome.stdout, "read\n"),
            Err(_) => fails(
                outcome,
                "",
                &["EACCES: permission denied, open", "secret.cjs"],
            ),
        }
    }
}

#[test]
fn a_text_is_read_as_node_reads_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for (bytes, printed) in [
        (&b"console.log('caf\xe9')"[..], "caf\u{fffd}\n"),
        (b"\xef\xbb\xbfconsole.log('bom')", "bom\n"),
        (b"#!/usr/bin/env node\nconsole.log('shebang')", "shebang\n"),
        (b"", ""),
    ] {
        let path = folder.path().join("program.cjs");
        std::fs::write(&path, bytes).expect("it can be written");
        let outcome = run(&path, &[], NO_LIMITS);
        assert_eq!(
            (&*outcome.stdout, outcome.code),
            (printed, 0),
            "{}",
            outcome.stderr
        );
    }
    fails(script("console.log('\0')"), "", &["NUL"]);
}

#[test]
fn a_module_that_is_missing_or_lacks_an_export_is_named() {
    for (text, words) in [
        ("import './missing.mjs'", "Cannot find module"),
        ("import 'package'", "Cannot find package 'package'"),
        (
            "import 'node:nothing'",
            "No such built-in module: node:nothing",
        ),
        ("import { nothing } from 'node:fs'", "nothing"),
        ("import { nothing } from './program.mjs'", "nothing"),
    ] {
        let text = format!("{text}; console.log('never')");
        fails(run_text("program.mjs", &text, NO_LIMITS), "", &[words]);
    }
}

/// Proves: a program cannot make the report of its error, or its loader, read without
/// an end. Each of these was read until the memory was gone.
#[cfg(unix)]
#[test]
fn a_file_without_an_end_is_not_read() {
    let text =
        "const e = new Error('m'); e.stack = '    at f (/dev/zero:1:1)'; throw e";
    fails(script(text), "", &["Error: m"]);
    fails(script("require('/dev/zero')"), "", &["EFBIG", "/dev/zero"]);
}

/// Proves: half a surrogate pair is printed as Node prints it, and is no error in a
/// path.
#[test]
fn half_a_character_is_no_error() {
    let text = "console.log('\\ud800x', { '\\ud800': 1 }); process.stdout.write('\\udc00\\n');\
        require('node:fs').stat('/\\ud800', (e) => console.log(e.code));\
        try { require('./\\ud800') } catch (e) { console.log(e.code) }";
    let outcome = script(text);
    let printed = "\u{fffd}x { '\\ud800': 1 }\n\u{fffd}\nMODULE_NOT_FOUND\nENOENT\n";
    assert_eq!(
        (&*outcome.stdout, outcome.code),
        (printed, 0),
        "{}",
        outcome.stderr
    );
}

/// Proves: the limit on the time between two polls does not count what passes before
/// the program.
#[test]
fn the_limit_on_time_is_not_used_up_before_the_program() {
    use event_loop::uv::Simulated;
    let limits = Limits {
        blocked: Some(Duration::from_millis(400)),
        ..NO_LIMITS
    };
    let runtime = js_runtime::Runtime::new(Simulated::new(), limits, Vec::new());
    let runtime = runtime.expect("the engine starts");
    std::thread::sleep(Duration::from_millis(500));
    let counted = runtime
        .with(|ctx| ctx.eval::<i32, _>("let i = 0; while (i < 50_000) i += 1; i"));
    assert_eq!(counted.ok(), Some(50_000));
}

/// Proves: nothing is kept by what is over. The engine aborts the process if something
/// of it is alive when it ends, so that this test ends is half of the proof.
#[test]
fn a_timer_that_is_over_is_let_go() {
    let text = "
        const alive = new Set();
        globalThis.gone = new FinalizationRegistry((name) => alive.delete(name));
        const watch = (name, object) => { alive.add(name); gone.register(object, name); return object };
        (() => {
          const fired = watch('fired', setTimeout(() => fired.hasRef(), 1));
          const cleared = watch('cleared', setTimeout(() => cleared.hasRef(), 1000));
          clearTimeout(cleared);
          let times = 0;
          const interval = watch('interval', setInterval(() => { if (++times === 3) clearInterval(interval) }, 1));
          const immediate = watch('immediate', setImmediate(() => immediate.hasRef()));
          const refreshed = watch('refreshed', setTimeout(() => { if (!times++) refreshed.refresh() }, 1));
        })();
        setTimeout(gc, 50); setTimeout(() => console.log([...alive].join() || 'all gone'), 100)";
    let outcome = script(text);
    assert_eq!(
        (&*outcome.stdout, outcome.code),
        ("all gone\n", 0),
        "{}",
        outcome.stderr
    );
}

/// Proves: a runtime may be dropped with everything still waiting.
#[test]
fn an_exit_leaves_everything_behind() {
    let text = "
        setInterval(function () { this.self = this }, 1);
        setImmediate(() => {}); process.nextTick(() => {});
        globalThis.waits = new Promise(() => {}).then(() => waits);
        Promise.reject(new Error('never heard of'));
        require('node:fs').stat('.', () => {});
        process.exit(7)";
    let outcome = script(text);
    assert_eq!(
        (&*outcome.stdout, &*outcome.stderr, outcome.code),
        ("", "", 7)
    );
}

/// What programs are made of.
const TOKENS: [&str; 40] = [
    "a",
    "b",
    "f",
    "1",
    "'s'",
    "`${a}`",
    "/x/g",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ",",
    ".",
    "=>",
    "=",
    "+",
    "?.",
    "...",
    "let a =",
    "const f =",
    "async",
    "await",
    "yield",
    "function*",
    "class",
    "try {",
    "} catch {",
    "} finally {",
    "throw",
    "new",
    "import(",
    "require(",
    "console.log(",
    "setTimeout(",
    "process.nextTick(",
    "Promise.reject(",
    "process.exit(",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Proves: whatever the text, there is an exit code in the end, and a message if it
    /// is not 0.
    #[test]
    fn any_text_ends(tokens in proptest::collection::vec(0..TOKENS.len(), 0..40), module: bool) {
        let text: Vec<&str> = tokens.into_iter().map(|i| TOKENS[i]).collect();
        let name = if module { "program.mjs" } else { "program.cjs" };
        let outcome = run_text(name, &text.join(" "), SOON);
        prop_assert!(outcome.code == 0 || !outcome.stderr.is_empty(), "{outcome:?}");
    }

    #[test]
    fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("program.cjs");
        std::fs::write(&path, bytes).expect("it can be written");
        let outcome = run(&path, &[], SOON);
        prop_assert!(outcome.code == 0 || !outcome.stderr.is_empty(), "{outcome:?}");
    }
}
