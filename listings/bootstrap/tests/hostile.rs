//! Snapshots and sources that nobody vouches for: refused, or run within limits. Never a
//! panic, never an endless run.

use bootstrap::EMBEDDED_SNAPSHOT;
use bootstrap::boot::{boot_from, boot_live};
use bootstrap::engine::heap::{Heap, Kind, Object, Property, Scope, Value};
use bootstrap::engine::syntax::{BinaryOp, Node, Unit};
use bootstrap::externals::table;
use bootstrap::host::{Host, MAX_KEPT};
use bootstrap::options::Options;
use bootstrap::run::{OUT_OF_BOUNDS, UNCAUGHT, run_main};
use bootstrap::snapshot::{CannotOpen, MAGIC, MAX_BODY, open, seal, take, unseal};
use bootstrap::stack;
use proptest::prelude::*;
use std::rc::Rc;

fn host(program: &str) -> Host {
    Host::isolated(Options {
        eval: Some(program.into()),
        ..Options::default()
    })
}

fn refused(blob: &[u8]) -> CannotOpen {
    open(blob, table()).expect_err("it is not as it was made")
}

/// A snapshot whose checksum is right and whose heap was changed.
fn forge(change: impl FnOnce(&mut Heap)) -> CannotOpen {
    let body = unseal(EMBEDDED_SNAPSHOT, table()).expect("our own");
    let mut heap: Heap = postcard::from_bytes(body).expect("our own");
    change(&mut heap);
    let body = postcard::to_stdvec(&heap).expect("plain data");
    refused(&seal(&body, table()))
}

#[test]
fn every_kind_of_damage_has_its_own_answer() {
    let blob = EMBEDDED_SNAPSHOT;
    assert_eq!(refused(b""), CannotOpen::NotASnapshot);
    assert_eq!(refused(b"#!/bin/sh"), CannotOpen::NotASnapshot);
    assert_eq!(refused(MAGIC), CannotOpen::Truncated);
    assert_eq!(refused(&blob[..blob.len() - 1]), CannotOpen::Truncated);
    assert_eq!(refused(&[blob, &[0]].concat()), CannotOpen::TooLong);
    let with = |at: usize, value: u8| {
        let mut blob = blob.to_vec();
        blob[at] = value;
        refused(&blob)
    };
    assert_eq!(with(MAGIC.len(), 9), CannotOpen::OtherFormat(9));
    assert_eq!(
        with(MAGIC.len() + 5, b'7'),
        CannotOpen::OtherVersion("7.1.0".into())
    );
    assert_eq!(with(blob.len() - 1, 0xff), CannotOpen::Damaged);
    let length_at = MAGIC.len() + 4 + 1 + bootstrap::snapshot::VERSION.len() + 4;
    assert_eq!(with(length_at + 7, 1), CannotOpen::TooLarge);
    assert_eq!(refused(&seal(b"no heap", table())), CannotOpen::Malformed);
    let body = unseal(blob, table()).expect("our own");
    assert_eq!(
        refused(&seal(&[body, &[0]].concat(), table())),
        CannotOpen::Malformed
    );
    assert_eq!(
        refused(&seal(body, &table()[1..])),
        CannotOpen::OtherBindings
    );
    assert!(MAX_BODY > blob.len());
}

#[test]
fn a_native_function_beyond_the_table_is_refused() {
    let count = table().len() as u32;
    for index in [count, count + 1, u32::MAX] {
        let add = |heap: &mut Heap| {
            heap.objects.push(Object::new(Kind::Native(index), None));
        };
        let wanted = CannotOpen::NoSuchExternal {
            index,
            table: count,
        };
        assert_eq!(forge(add), wanted);
    }
}

#[test]
fn a_number_that_leads_nowhere_is_refused() {
    let object = |kind: Kind| forge(|heap| heap.objects.push(Object::new(kind, None)));
    let nowhere = u32::MAX;
    let dangling = |what: &'static str| CannotOpen::Dangling(what);
    let array = |value| object(Kind::Array(vec![value]));
    assert_eq!(array(Value::Object(nowhere)), dangling("an object"));
    assert_eq!(array(Value::String(nowhere)), dangling("a string"));
    let closure = |unit, code, scope| object(Kind::Closure { unit, code, scope });
    assert_eq!(closure(nowhere, 0, 0), dangling("code"));
    assert_eq!(closure(0, nowhere, 0), dangling("a function"));
    assert_eq!(closure(0, 0, nowhere), dangling("a scope"));
    assert_eq!(object(Kind::Handle(0)), dangling("something open"));
    assert_eq!(forge(|h| h.roots.global = nowhere), dangling("an object"));
    assert_eq!(
        forge(|heap| heap.roots.intrinsics.truncate(3)),
        dangling("prototypes")
    );
    let node = |node: Node| {
        forge(|heap| {
            let unit = Rc::make_mut(&mut heap.units[0]);
            unit.nodes.push(node);
        })
    };
    assert_eq!(node(Node::Function(nowhere)), dangling("a function"));
    assert_eq!(node(Node::Name(nowhere)), dangling("a string"));
    assert_eq!(node(Node::Throw(nowhere)), dangling("a part of code"));
}

/// What would be walked for ever.
#[test]
fn a_circle_is_refused() {
    let parent = forge(|heap| {
        let own = heap.scopes.len() as u32;
        heap.scopes.push(Scope {
            parent: Some(own),
            this: None,
            bindings: Vec::new(),
            captured: true,
        });
    });
    assert_eq!(parent, CannotOpen::Dangling("a scope"));
    let prototypes = forge(|heap| {
        let first = heap.objects.len() as u32;
        heap.objects
            .push(Object::new(Kind::Ordinary, Some(first + 1)));
        heap.objects.push(Object::new(Kind::Ordinary, Some(first)));
    });
    assert_eq!(prototypes, CannotOpen::Dangling("a prototype"));
    let code = forge(|heap| {
        let unit = Rc::make_mut(&mut heap.units[0]);
        let own = unit.nodes.len() as u32;
        unit.nodes.push(Node::Spread(own));
    });
    assert_eq!(code, CannotOpen::Dangling("a part of code"));
}

/// Opens a blob and, if that works, runs a program on it: for so many steps, without
/// files or processes.
fn open_and_run(blob: &[u8]) {
    stack::on_a_big_stack(|| {
        let program = "console.log(Object.keys(globalThis).join()); require('os');
                       setTimeout(() => { throw new Error('seen'); }, 1);";
        if let Ok(mut engine) = boot_from(host(program), blob) {
            engine.fuel = Some(20_000);
            run_main(&mut engine);
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_changed_byte_is_noticed(at in 0..EMBEDDED_SNAPSHOT.len(), by in 1..=255_u8) {
        let mut blob = EMBEDDED_SNAPSHOT.to_vec();
        blob[at] ^= by;
        prop_assert!(open(&blob, table()).is_err());
    }

    #[test]
    fn a_cut_is_noticed(length in 0..EMBEDDED_SNAPSHOT.len()) {
        prop_assert!(open(&EMBEDDED_SNAPSHOT[..length], table()).is_err());
    }

    /// The checksum is no protection against somebody who can compute it. What keeps
    /// the process whole is that every number is looked at.
    #[test]
    fn a_forged_body_is_refused_or_runs_within_limits(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)
    ) {
        let body = unseal(EMBEDDED_SNAPSHOT, table()).expect("our own");
        let mut body = body.to_vec();
        for (at, value) in changes {
            let at = at.index(body.len());
            body[at] = value;
        }
        open_and_run(&seal(&body, table()));
    }

    #[test]
    fn any_text_is_a_program_or_a_syntax_error(text in "\\PC{0,60}") {
        run_text(&text);
    }

    #[test]
    fn any_words_are_a_program_or_a_syntax_error(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..40)
    ) {
        run_text(&words.join(" "));
    }
}

const WORDS: &[&str] = &[
    "a", "b", "1", "'s'", "`t${", "}`", "{", "}", "(", ")", "[", "]", ";", ",", "=",
    "=>", "+", "?.", "?", ":", "...", "let", "const", "var", "function", "return",
    "if", "else", "for", "of", "in", "while", "try", "catch", "finally", "throw",
    "new", "this", "typeof", "delete", "get", "switch", "case", "default", "break",
    "++", "Object",
];

fn run_text(text: &str) {
    stack::on_a_big_stack(|| {
        let mut engine = boot_from(host(text), EMBEDDED_SNAPSHOT).expect("our own");
        engine.fuel = Some(5_000);
        run_main(&mut engine);
    });
}

/// Runs code that no parser writes, out of a snapshot that has it as its main function.
fn run_forged(change: impl FnOnce(&mut Unit) + Send) -> (i32, String) {
    stack::on_a_big_stack(|| {
        let mut builder = boot_from(host(""), EMBEDDED_SNAPSHOT).expect("our own");
        let main = builder.compile_function("", "forged", &["a"]);
        let unit = builder.heap.units.last_mut().expect("just compiled");
        change(Rc::make_mut(unit));
        builder
            .heap
            .set_slot("deserializeMain", main.expect("no text is a text"));
        let blob = take(&builder.heap, &builder.host, table()).expect("nothing open");
        let mut engine =
            boot_from(host(""), &blob).expect("each number leads somewhere");
        engine.fuel = Some(100_000);
        let code = run_main(&mut engine);
        (code, engine.host.stderr.kept().trim_end().to_string())
    })
}

/// What `open` lets through is finite, but it need not be small when it is walked.
#[test]
fn forged_code_runs_within_limits() {
    let out_of_steps = (OUT_OF_BOUNDS, "out of steps".to_string());
    let deep_pattern = |unit: &mut Unit| {
        let value = unit.nodes.len() as u32;
        unit.nodes.push(Node::Null);
        let mut pattern = unit.codes[0].parameters[0];
        for _ in 0..1_000_000 {
            unit.nodes.push(Node::Default(pattern, value));
            pattern = unit.nodes.len() as u32 - 1;
        }
        unit.codes[0].parameters[0] = pattern;
    };
    assert_eq!(run_forged(deep_pattern), out_of_steps);
    let shared = |unit: &mut Unit, first: Node, node: fn(u32) -> Node| {
        unit.nodes.push(first);
        for _ in 0..60 {
            let last = unit.nodes.len() as u32 - 1;
            unit.nodes.push(node(last));
        }
        unit.nodes.len() as u32 - 1
    };
    let shared_expression = |unit: &mut Unit| {
        let twice = |node| Node::Binary(BinaryOp::Add, node, node);
        unit.codes[0].body = shared(unit, Node::Number(1.0), twice);
        unit.codes[0].expression = true;
    };
    assert_eq!(run_forged(shared_expression), out_of_steps);
    let shared_pattern = |unit: &mut Unit| {
        let name = unit.file;
        let twice = |node| Node::ArrayPattern(vec![Some(node), Some(node)], None);
        unit.codes[0].parameters[0] = shared(unit, Node::Name(name), twice);
    };
    assert_eq!(run_forged(shared_pattern), out_of_steps);
}

/// The promise of [`MAX_BODY`]: what a byte of a body can become.
#[test]
fn a_body_grows_a_hundredfold_at_most() {
    let least = |what: usize, bytes: usize| what.div_ceil(bytes);
    // Parts of code without children; empty objects and scopes; values.
    assert_eq!(postcard::to_stdvec(&Node::Empty).expect("plain").len(), 1);
    assert!(least(size_of::<Node>(), 1) <= 100);
    assert!(least(size_of::<Object>(), 3) <= 100);
    assert!(least(size_of::<Scope>(), 4) <= 100);
    assert!(least(size_of::<Property>(), 6) <= 100);
    assert!(least(size_of::<Value>(), 1) <= 100);
}

#[test]
fn what_is_kept_of_an_output_has_a_limit() {
    let program = "const s = 'x'.repeat(1e5);
                   for (let i = 0; i < 40; i++) console.log(s);
                   console.error('done');";
    stack::on_a_big_stack(|| {
        let mut engine = boot_from(host(program), EMBEDDED_SNAPSHOT).expect("our own");
        assert_eq!(run_main(&mut engine), 0);
        let kept = engine.host.stdout.kept().len();
        assert!(kept > MAX_KEPT / 2 && kept <= MAX_KEPT, "{kept}");
        assert_eq!(engine.host.stderr.kept(), "done\n");
    });
}

/// Exit code and the first line of stderr.
fn ends(program: &str) -> (i32, String) {
    ends_within(20_000_000, program)
}

fn ends_within(fuel: u64, program: &str) -> (i32, String) {
    stack::on_a_big_stack(|| {
        let mut engine = boot_from(host(program), EMBEDDED_SNAPSHOT).expect("our own");
        engine.fuel = Some(fuel);
        let code = run_main(&mut engine);
        let stderr = engine.host.stderr.kept();
        (code, stderr.lines().next().unwrap_or_default().to_string())
    })
}

/// Recursion in each way that the engine has.
#[test]
fn recursion_ends_in_a_range_error() {
    let too_deep = "RangeError: Maximum call stack size exceeded";
    for program in [
        "function f() { return f(); } f();",
        "const f = () => [...f()]; f();",
        "const o = { get p() { return this.p; } }; o.p;",
        "const o = { toString() { return `${this}`; } }; `${o}`;",
        "const f = () => [2, 1].sort(f); f();",
        "const f = () => [1].map(f); f();",
        "const f = (g) => g.call(null, g); f(f);",
        "let f = () => {}; for (let i = 0; i < 10000; i++) f = f.bind(null); f();",
        "function F() { return new F(); } new F();",
        "const f = ({ a = f({}) }) => a; f({});",
    ] {
        assert_eq!(ends(program), (UNCAUGHT, too_deep.into()), "{program}");
    }
}

#[test]
fn growth_ends() {
    let cases = [
        (
            "const a = []; for (;;) a.push(a);",
            UNCAUGHT,
            "RangeError: Invalid array length",
        ),
        (
            "const a = []; a[1e9] = 1;",
            UNCAUGHT,
            "RangeError: Invalid array length",
        ),
        (
            "'x'.repeat(1e9);",
            UNCAUGHT,
            "RangeError: Invalid count value",
        ),
        (
            "let s = 'x'; for (;;) s += s;",
            UNCAUGHT,
            "RangeError: Invalid string length",
        ),
        (
            "let l; for (;;) l = { l };",
            OUT_OF_BOUNDS,
            "heap out of memory",
        ),
        (
            "let f; for (;;) { const g = f; f = () => g; }",
            OUT_OF_BOUNDS,
            "heap out of memory",
        ),
        (
            "for (;;) new Array(1048576);",
            OUT_OF_BOUNDS,
            "heap out of memory",
        ),
        (
            "const a = new Array(1e6); for (;;) process.cwd.bind(null, ...a);",
            OUT_OF_BOUNDS,
            "heap out of memory",
        ),
        (
            "const s = 'x'.repeat(1e7); `${s}${s}`;",
            UNCAUGHT,
            "RangeError: Invalid string length",
        ),
        (
            "const s = 'x'.repeat(1e7); [s, s].join();",
            UNCAUGHT,
            "RangeError: Invalid string length",
        ),
        (
            "const s = 'x'.repeat(1e7); JSON.stringify([s, s]);",
            UNCAUGHT,
            "RangeError: Invalid string length",
        ),
        (
            "'x'.repeat(2e6).split('');",
            UNCAUGHT,
            "RangeError: Invalid array length",
        ),
        (
            "[...'x'.repeat(2e6)];",
            UNCAUGHT,
            "RangeError: Invalid array length",
        ),
    ];
    for (program, code, error) in cases {
        assert_eq!(ends(program), (code, error.into()), "{program}");
    }
}

/// And no program can catch that.
#[test]
fn endless_runs_end_if_there_is_a_limit() {
    for program in [
        "for (;;);",
        "try { for (;;); } catch { console.log('caught'); }",
        "try { for (;;); } finally { for (;;); }",
        "setInterval(() => {}, 1); for (;;);",
        // 2 to the 60th objects, in one call of one native function.
        "let o = {}; for (let i = 0; i < 60; i++) o = { l: o, r: o }; JSON.stringify(o);",
    ] {
        let wanted = (OUT_OF_BOUNDS, "out of steps".to_string());
        assert_eq!(ends_within(100_000, program), wanted, "{program}");
    }
}

#[test]
fn deep_sources_are_syntax_errors() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("-", ""), ("f(", ")")] {
        let program = format!("{}1{}", open.repeat(5_000), close.repeat(5_000));
        let (code, error) = ends(&program);
        assert_eq!(code, UNCAUGHT, "{open}");
        assert!(error.starts_with("SyntaxError: nested too deep"), "{error}");
    }
    let (_, error) = ends(&"`${".repeat(500));
    assert!(
        error.starts_with("SyntaxError: templates in templates"),
        "{error}"
    );
    let (_, error) = ends("1 +".repeat(3_000).as_str());
    assert!(error.starts_with("SyntaxError: unexpected end"), "{error}");
}

#[test]
fn what_the_subset_leaves_out_is_said() {
    for (program, what) in [
        ("class A {}", "`class` is not supported"),
        ("async () => {}", "`async` is not supported"),
        ("function* f() {}", "generators are not supported"),
        ("const r = /x/;", "regular expressions are not supported"),
        ("1, 2", "the comma operator is not supported"),
    ] {
        let (code, error) = ends(program);
        assert_eq!(code, UNCAUGHT, "{program}");
        assert!(error.contains(what), "{program}: {error}");
    }
}

/// Code out of a snapshot that nobody vouches for reaches no file and no process.
#[test]
fn an_isolated_host_opens_nothing() {
    for call in [
        "require('fs').readFileSync('/etc/hosts')",
        "require('fs').writeFileSync('/tmp/x', '')",
        "require('fs').rmSync('/tmp/x', { recursive: true })",
        "require('fs').openSync('/etc/hosts')",
        "require('fs').opendirSync('/')",
        "require('fs').mkdtempSync('/tmp/x')",
        "require('child_process').spawnSync('true')",
        "process.chdir('/')",
    ] {
        let program =
            format!("try {{ {call} }} catch (e) {{ throw new Error(e.code); }}");
        let denied = "Error: ERR_ACCESS_DENIED";
        assert_eq!(ends(&program), (UNCAUGHT, denied.into()), "{call}");
    }
}

/// A prelude that is broken, in each of its scripts.
#[test]
fn a_broken_prelude_is_named() {
    for (script, _) in bootstrap::bindings::BUILTINS {
        if !bootstrap::boot::BOOTSTRAP.contains(script) {
            continue;
        }
        for text in [
            "throw new Error('broken');",
            "const x = ;",
            "null.x;",
            "throw 1;",
        ] {
            let mut host = host("");
            host.replaced.insert((*script).into(), text.into());
            let error = stack::on_a_big_stack(|| boot_live(host).map(|_| ()));
            let error = error.expect_err("it is broken").to_string();
            assert!(error.contains(script), "{error}");
        }
    }
}
