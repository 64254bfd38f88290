//! Modifications: entry points of snapshots, built and started in this process.

use bootstrap::boot::{boot_from, boot_live};
use bootstrap::engine::heap::Value;
use bootstrap::host::Host;
use bootstrap::options::Options;
use bootstrap::run::build_snapshot;
use bootstrap::stack;

/// A host that may open files; what it prints is kept.
fn host(token: &str) -> Host {
    let mut host = Host::isolated(Options::default());
    host.isolated = false;
    host.environment.insert("TOKEN".into(), token.into());
    host
}

/// Builds a snapshot of the entry point; what was printed, and the snapshot.
fn build(entry: &str) -> Result<(String, Vec<u8>), String> {
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
    Ok((engine.host.stdout.kept().to_string(), blob))
}

/// Starts from the snapshot; what was printed, and how many steps that took.
fn start(blob: &[u8]) -> Result<(String, u64), String> {
    const FUEL: u64 = 10_000_000;
    let mut engine =
        boot_from(host("own-token"), blob).map_err(|error| error.to_string())?;
    engine.fuel = Some(FUEL);
    let main = engine.heap.slot("deserializeMain");
    let main = main.ok_or("The snapshot has no main function.")?;
    if engine.call(main, Value::Undefined, &[]).is_err() {
        return Err("The main function fails.".into());
    }
    let steps = FUEL - engine.fuel.unwrap_or_default();
    Ok((engine.host.stdout.kept().to_string(), steps))
}

fn expect(what: &str, printed: &str, wanted: &str) -> Result<(), String> {
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
        let wanted = "https://example.test Bearer own-token\n";
        expect("The program", &start(&blob)?.0, wanted)
    })
}

pub fn start_warm(entry: &'static str) -> Result<(), String> {
    stack::on_a_big_stack(|| {
        let (_, blob) = build(entry)?;
        let (printed, steps) = start(&blob)?;
        expect("The program", &printed, "9 1000000 2000\n")?;
        match steps <= 1_000 {
            true => Ok(()),
            false => Err(format!("The start takes {steps} steps, not at most 1,000.")),
        }
    })
}

pub fn open_again(entry: &'static str) -> Result<(), String> {
    stack::on_a_big_stack(|| {
        let (printed, blob) = build(entry)?;
        expect("The builder", &printed, "builder: object\n")?;
        for _ in 0..2 {
            expect("The program", &start(&blob)?.0, "program: object\n")?;
        }
        Ok(())
    })
}
