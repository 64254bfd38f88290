//! Modifications: entry points of snapshots, built and started in this process.

use bootstrap::boot::{boot_from, boot_live};
use bootstrap::engine::Engine;
use bootstrap::engine::heap::{Kind, Object, Value};
use bootstrap::externals;
use bootstrap::host::Host;
use bootstrap::options::Options;
use bootstrap::run::build_snapshot;
use bootstrap::snapshot::open;
use bootstrap::stack;

/// A host that may open files; what it prints is kept.
fn host(token: &str) -> Host {
    let mut host = Host::isolated(Options::default());
    host.isolated = false;
    host.environment.insert("TOKEN".into(), token.into());
    host
}

/// Builds a snapshot of the entry point; the engine that did, and the snapshot.
fn build(entry: &str) -> Result<(Engine, Vec<u8>), String> {
    let mut host = host("builder-token");
    host.building_snapshot = true;
    let prepare = "require('internal/process/pre_execution')\
                   .prepareMainThreadExecution(false, false);";
    host.replaced.insert(
        "internal/main/mksnapshot".into(),
        format!("{prepare}\n{entry}"),
    );
    let mut engine = boot_live(host).map_err(|error| error.to_string())?;
    let blob = build_snapshot(&mut engine).map_err(|error| {
        let said = engine.host.stderr.kept();
        format!("No snapshot: {error}. {said}")
    })?;
    Ok((engine, blob))
}

/// Starts from the snapshot, in a process with this token: the engine after the main
/// function, and how many steps that took.
fn start(blob: &[u8], token: &str) -> Result<(Engine, u64), String> {
    const FUEL: u64 = 10_000_000;
    let mut engine = boot_from(host(token), blob).map_err(|error| error.to_string())?;
    engine.fuel = Some(FUEL);
    let main = engine.heap.slot("deserializeMain");
    let main = main.ok_or("The snapshot has no main function.")?;
    if engine.call(main, Value::Undefined, &[]).is_err() {
        return Err("The main function fails.".into());
    }
    let steps = FUEL - engine.fuel.unwrap_or_default();
    Ok((engine, steps))
}

fn expect(what: &str, engine: &Engine, wanted: &str) -> Result<(), String> {
    let printed = engine.host.stdout.kept();
    match printed == wanted {
        true => Ok(()),
        false => Err(format!(
            "{what} prints\n  {printed}It should print\n  {wanted}"
        )),
    }
}

pub fn keep_no_secret(entry: &'static str) -> Result<(), String> {
    stack::on_a_big_stack(|| {
        let (_, blob) = build(entry)?;
        let token = b"builder-token";
        if blob.windows(token.len()).any(|part| part == token) {
            return Err("The snapshot holds the token of its builder.".into());
        }
        for token in ["own-token", "another-one"] {
            let (program, _) = start(&blob, token)?;
            let wanted = format!("https://example.test Bearer {token}\n");
            expect("The program", &program, &wanted)?;
        }
        Ok(())
    })
}

pub fn start_warm(entry: &'static str) -> Result<(), String> {
    const MOST: u64 = 5_000;
    stack::on_a_big_stack(|| {
        let (_, blob) = build(entry)?;
        let (program, steps) = start(&blob, "")?;
        expect("The program", &program, "9 1000000 2000\n")?;
        if steps > MOST {
            return Err(format!(
                "The start takes {steps} steps, not at most {MOST}."
            ));
        }
        let heap =
            open(&blob, externals::table()).map_err(|error| error.to_string())?;
        let square =
            |(i, value): (u32, &Value)| *value == Value::Number(f64::from(i * i));
        let is_table = |object: &Object| match &object.kind {
            Kind::Array(values) => {
                values.len() == 2_000 && (0..).zip(values).all(square)
            }
            _ => false,
        };
        match heap.objects.iter().any(is_table) {
            true => Ok(()),
            false => Err("The snapshot does not hold the table.".into()),
        }
    })
}

pub fn open_again(entry: &'static str) -> Result<(), String> {
    let has_open = |engine: &Engine| engine.host.handles.iter().any(Option::is_some);
    stack::on_a_big_stack(|| {
        let (builder, blob) = build(entry)?;
        expect("The builder", &builder, "builder: object\n")?;
        if builder.host.handles.is_empty() {
            return Err("The builder has opened no directory.".into());
        }
        if has_open(&builder) {
            return Err("The builder's directory was never closed.".into());
        }
        let heap =
            open(&blob, externals::table()).map_err(|error| error.to_string())?;
        let is_handle = |object: &Object| matches!(object.kind, Kind::Handle(_));
        if heap.objects.iter().any(is_handle) {
            let wrong = "The snapshot holds the object of a closed directory: \
                         Node aborts there.";
            return Err(wrong.into());
        }
        for _ in 0..2 {
            let (program, _) = start(&blob, "")?;
            expect("The program", &program, "program: object\n")?;
            if !has_open(&program) {
                return Err("The program has no directory open.".into());
            }
        }
        Ok(())
    })
}

/// What is typed in, and not done, is no solution.
#[cfg(test)]
#[test]
fn a_typed_answer_is_refused() {
    const MAIN: &str = "require('v8').startupSnapshot.setDeserializeMainFunction";
    let entry =
        |main: &str| -> &'static str { format!("{MAIN}(() => {{ {main} }});").leak() };
    let own = "console.log('https://example.test', 'Bearer own-token');";
    assert!(keep_no_secret(entry(own)).is_err());
    assert!(start_warm(entry("console.log(9, 1000000, 2000);")).is_err());
    let object = entry("console.log('program:', 'object');");
    let both: &'static str =
        format!("console.log('builder:', 'object');{object}").leak();
    assert!(open_again(both).is_err());
}

/// Half of a solution is none: closed and kept, given up and not closed.
#[cfg(test)]
#[test]
fn half_an_open_again_is_refused() {
    use super::solution::modify_open_again::ENTRY;
    let without = |line: &str| -> &'static str {
        assert!(ENTRY.contains(line));
        ENTRY.replace(line, "").leak()
    };
    let kept = open_again(without("directory = undefined;"));
    assert!(kept.is_err_and(|wrong| wrong.contains("closed directory")));
    let open = open_again(without("directory.closeSync();"));
    assert!(open.is_err_and(|wrong| wrong.contains("never closed")));
}
