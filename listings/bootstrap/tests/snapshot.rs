//! What is in a snapshot, what is not, and that both ways lead to the same heap.

use bootstrap::boot::{boot_from, boot_live};
use bootstrap::engine::Engine;
use bootstrap::externals::table;
use bootstrap::host::Host;
use bootstrap::options::Options;
use bootstrap::run::{self, BuildError, build_snapshot, build_startup_snapshot};
use bootstrap::snapshot::{CannotTake, MAX_BODY, open, take};
use bootstrap::{EMBEDDED_SNAPSHOT, stack};

fn host(eval: &str) -> Host {
    Host::isolated(Options {
        eval: Some(eval.into()),
        ..Options::default()
    })
}

fn live(host: Host) -> Engine {
    boot_live(host).expect("the prelude runs")
}

fn embedded(host: Host) -> Engine {
    boot_from(host, EMBEDDED_SNAPSHOT).expect("our own snapshot opens")
}

/// Runs a program to its end: exit code and output.
fn ran(mut engine: Engine) -> (i32, String, String) {
    let code = run::run_main(&mut engine);
    let host = engine.host;
    (code, host.stdout.kept().into(), host.stderr.kept().into())
}

fn on_both_ways(program: &str) -> [(i32, String, String); 2] {
    stack::on_a_big_stack(|| [ran(live(host(program))), ran(embedded(host(program)))])
}

/// The strongest way to say "the same": the heaps are the same bytes.
#[test]
fn both_ways_lead_to_the_same_heap() {
    stack::on_a_big_stack(|| {
        for engine in [live(host("")), embedded(host(""))] {
            let taken =
                take(&engine.heap, &engine.host, table()).expect("nothing open");
            assert!(taken == EMBEDDED_SNAPSHOT);
        }
    });
}

#[test]
fn both_ways_give_the_same_globals_and_load_list() {
    let program = "
        for (const name of Object.getOwnPropertyNames(globalThis)) {
          const d = Object.getOwnPropertyDescriptor(globalThis, name);
          console.log(name, typeof d.get, d.enumerable, d.configurable, typeof globalThis[name]);
        }
        console.log(process.moduleLoadList.join('\\n'));
        console.log(Object.getOwnPropertyNames(process).join());";
    let [live, embedded] = on_both_ways(program);
    assert_eq!(live, embedded);
    assert_eq!(live.0, 0, "{}", live.2);
    let lines: Vec<&str> = live.1.lines().collect();
    for wanted in [
        "process function false true object",
        "setTimeout undefined true true function",
        "Internal Binding builtins",
        "NativeModule internal/modules/cjs/loader",
    ] {
        assert!(lines.contains(&wanted), "{wanted} is not in {lines:#?}");
    }
}

/// Whoever builds it, wherever and whenever: the same bytes, and nothing of the builder.
#[test]
fn a_startup_snapshot_has_nothing_of_its_builder() {
    let mut builder = Host::isolated(Options {
        positional: vec!["builder-argument.js".into()],
        require: vec!["builder-preload.js".into()],
        argv0: "builder-argv0".into(),
        exec_argv: vec!["--builder-option".into()],
        ..Options::default()
    });
    builder.exec_path = "/builder/bin".into();
    builder.pid = 987_654_321;
    builder
        .environment
        .insert("BUILDER_NAME".into(), "builder-value".into());
    let blob = stack::on_a_big_stack(|| build_startup_snapshot(builder));
    let blob = blob.expect("the prelude runs");
    assert!(
        blob == EMBEDDED_SNAPSHOT,
        "the snapshot depends on its builder"
    );
    for secret in ["uilder-", "uilder/", "UILDER_NAME"] {
        let found = blob.windows(secret.len()).any(|w| w == secret.as_bytes());
        assert!(!found, "`{secret}` is in the snapshot");
    }
    let pid = 987_654_321_f64.to_le_bytes();
    assert!(!blob.windows(8).any(|w| w == pid), "the pid is in it");
}

/// The counter-test: what a user's snapshot keeps on purpose is found by that search.
#[test]
fn a_kept_value_is_in_the_snapshot() {
    let blob = build("globalThis.kept = 'builder-value' + process.pid;");
    let blob = blob.expect("nothing is open");
    let wanted = b"builder-value1";
    assert!(blob.windows(wanted.len()).any(|w| w == wanted));
}

#[test]
fn pre_execution_gives_each_process_its_own_values() {
    let own = |pid: u32, who: &str| {
        let mut host = host(
            "console.log(process.pid, process.argv.join(), process.env.WHO, process.execPath);",
        );
        host.options.positional = vec![who.into()];
        host.environment.insert("WHO".into(), who.into());
        host.pid = pid;
        host.exec_path = format!("/bin/{who}");
        let (code, printed, error) = stack::on_a_big_stack(|| ran(embedded(host)));
        assert_eq!(code, 0, "{error}");
        printed
    };
    assert_eq!(own(7, "one"), "7 /bin/one,one one /bin/one\n");
    assert_eq!(own(8, "two"), "8 /bin/two,two two /bin/two\n");
}

#[test]
fn chance_is_not_in_the_snapshot() {
    let draw =
        || stack::on_a_big_stack(|| ran(embedded(host("console.log(Math.random())"))));
    let (first, second) = (draw(), draw());
    assert_eq!((first.0, second.0), (0, 0));
    assert_ne!(first.1, second.1);
}

/// Builds a snapshot of `entry`, which is a built-in module here: no files are needed.
fn build(entry: &str) -> Result<Vec<u8>, BuildError> {
    stack::on_a_big_stack(|| {
        let mut host = host("");
        host.building_snapshot = true;
        let script = format!(
            "require('internal/process/pre_execution')\
             .prepareMainThreadExecution(false, false);\n{entry}"
        );
        host.replaced
            .insert("internal/main/mksnapshot".into(), script);
        build_snapshot(&mut live(host))
    })
}

fn start(blob: &[u8]) -> (i32, String, String) {
    stack::on_a_big_stack(|| ran(boot_from(host(""), blob).expect("it opens")))
}

const MAIN: &str = "require('v8').startupSnapshot.setDeserializeMainFunction";

#[test]
fn a_snapshot_can_be_started_from_again_and_again() {
    let entry = format!("let n = 1; {MAIN}(() => {{ n += 1; console.log(n); }});");
    let blob = build(&entry).expect("nothing is open");
    for _ in 0..3 {
        assert_eq!(start(&blob), (0, "2\n".into(), String::new()));
    }
}

/// The deepest thing that a walk by recursion would fall over.
#[test]
fn a_long_list_is_no_deep_recursion() {
    let entry = format!(
        "let list = null;
         for (let i = 0; i < 50000; i++) list = {{ next: list }};
         {MAIN}(() => {{
           let n = 0;
           for (let at = list; at !== null; at = at.next) n++;
           console.log(n);
         }});"
    );
    let blob = build(&entry).expect("nothing is open");
    assert_eq!(start(&blob).1, "50000\n");
}

#[test]
fn what_nobody_reaches_is_left_behind() {
    let small = build("").expect("nothing is open").len();
    let garbage = "for (let i = 0; i < 1000; i++) ({ garbage: 'garbage' + i });";
    let blob = build(garbage).expect("nothing is open");
    // Its code stays with nobody either: the entry point's function is gone.
    assert!(blob.len() < small + 200, "{} after {small}", blob.len());
}

#[test]
fn a_timer_that_was_unreferenced_goes_on_after_the_start() {
    let entry = format!(
        "let fired = false;
         setTimeout(() => {{ fired = true; console.log('unreferenced'); }}, 5).unref();
         {MAIN}(() => {{
           let left = 2000;
           const wait = () => {{
             left = left - 1;
             if (fired || left === 0) console.log('mine');
             else setTimeout(wait, 5);
           }};
           wait();
         }});"
    );
    let blob = build(&entry).expect("nothing is open");
    assert_eq!(start(&blob).1, "unreferenced\nmine\n");
}

#[test]
fn an_engine_that_opened_a_snapshot_can_take_one() {
    stack::on_a_big_stack(|| {
        let heap = open(EMBEDDED_SNAPSHOT, table()).expect("our own");
        let mut engine = Engine::with_heap(heap, host(""), table());
        let global = engine.heap.roots.global;
        let value = engine.heap.string("added later");
        engine.heap.put(global, "added", value);
        let blob = take(&engine.heap, &engine.host, table()).expect("nothing open");
        let program = host("console.log(added)");
        let (code, printed, _) = ran(boot_from(program, &blob).expect("it opens"));
        assert_eq!((code, &*printed), (0, "added later\n"));
    });
}

/// The path names how a program can reach it: through properties, arrays, closures.
#[test]
fn what_is_open_is_refused_with_its_path() {
    let folder = tempfile::tempdir().expect("a directory");
    let path = folder.path().to_string_lossy().into_owned();
    let refused = |entry: &str| {
        stack::on_a_big_stack(|| {
            let mut host = host("");
            host.isolated = false;
            host.building_snapshot = true;
            let script = format!("const open = require('fs').opendirSync; {entry}");
            let script = script.replace("DIR", &path);
            host.replaced
                .insert("internal/main/mksnapshot".into(), script);
            match build_snapshot(&mut live(host)) {
                Err(BuildError::Take(CannotTake::Open { path })) => path,
                Err(error) => panic!("{error}"),
                Ok(_) => "nothing".to_string(),
            }
        })
    };
    for (entry, wanted) in [
        ("globalThis.dir = open('DIR');", "globalThis.dir.handle"),
        (
            "globalThis.all = [1, { deep: open('DIR') }];",
            "globalThis.all.1.deep.handle",
        ),
        (
            "const kept = open('DIR'); globalThis.f = () => kept;",
            "globalThis.f.kept.handle",
        ),
        (
            "globalThis.dir = open('DIR'); globalThis.dir.closeSync();",
            "nothing",
        ),
        ("open('DIR');", "nothing"),
    ] {
        assert_eq!(refused(entry), wanted, "{entry}");
    }
}

/// A handle that was closed must not come to stand for what the next process opens.
#[test]
fn a_closed_handle_stays_closed() {
    let folder = tempfile::tempdir().expect("a directory");
    let path = folder.path().to_string_lossy().into_owned();
    let open_host = || {
        let mut host = host("");
        host.isolated = false;
        host
    };
    let printed = stack::on_a_big_stack(|| {
        let mut builder = open_host();
        builder.building_snapshot = true;
        let script = format!(
            "const {{ opendirSync }} = require('fs');
             const old = opendirSync('{path}');
             old.closeSync();
             {MAIN}(() => {{
               const first = opendirSync('{path}');
               try {{ old.readSync(); }} catch (error) {{ console.log(error.code); }}
               first.closeSync();
             }});"
        );
        builder
            .replaced
            .insert("internal/main/mksnapshot".into(), script);
        let blob = build_snapshot(&mut live(builder)).expect("nothing is open");
        ran(boot_from(open_host(), &blob).expect("it opens"))
    });
    assert_eq!(printed, (0, "EBADF\n".into(), String::new()));
}

/// What nobody could start from is not written in the first place.
#[test]
fn a_heap_too_large_to_be_read_is_not_written() {
    stack::on_a_big_stack(|| {
        let mut engine = embedded(host(""));
        let value = engine.heap.string(&"x".repeat(MAX_BODY));
        engine.heap.set_slot("large", value);
        let taken = take(&engine.heap, &engine.host, table());
        let Err(CannotTake::TooLarge { bytes }) = taken else {
            panic!("it was written");
        };
        assert!(bytes > MAX_BODY, "{bytes}");
    });
}
