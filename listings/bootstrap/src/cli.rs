//! The command line, from arguments to an exit code.

use crate::EMBEDDED_SNAPSHOT;
use crate::boot::{self, BootError};
use crate::host::Host;
use crate::options::Options;
use crate::run::{self, BAD_OPTION, BOOTSTRAP_FAILED, SNAPSHOT_FAILED};
use crate::snapshot;
use std::time::{Duration, Instant};

/// Does what `arguments` say; the first of them is the program's name. The process
/// `began` some time ago.
pub fn start(arguments: &[String], began: Instant) -> i32 {
    let node_options = std::env::var("NODE_OPTIONS").unwrap_or_default();
    match Options::parse(arguments, &node_options) {
        Ok(options) if options.build_snapshot => build(options),
        Ok(options) => start_execution(options, began),
        Err(error) => {
            eprintln!("bootstrap: {error}");
            BAD_OPTION
        }
    }
}

fn start_execution(options: Options, began: Instant) -> i32 {
    let blob = options.snapshot_blob.clone();
    let (live, trace) = (options.no_node_snapshot, options.trace_boot);
    let mut host = Host::of_process(options);
    host.started = began;
    host.phase("host", "options, environment");
    let booted = match blob {
        Some(file) => match snapshot::read(file.as_ref()) {
            Ok(bytes) => boot::boot_from(host, &bytes),
            Err(error) => {
                eprintln!("bootstrap: cannot read {file}: {error}");
                return SNAPSHOT_FAILED;
            }
        },
        None if live => boot::boot_live(host),
        None => boot::boot_from(host, EMBEDDED_SNAPSHOT),
    };
    let mut engine = match booted {
        Ok(engine) => engine,
        Err(error) => return refuse(&error),
    };
    let code = run::run_main(&mut engine);
    if trace {
        engine.host.phase("loop", "");
        narrate(&engine.host);
    }
    code
}

fn refuse(error: &BootError) -> i32 {
    eprintln!("bootstrap: {error}");
    match error {
        BootError::Prelude { .. } => BOOTSTRAP_FAILED,
        BootError::Snapshot(_) => SNAPSHOT_FAILED,
    }
}

fn build(options: Options) -> i32 {
    let file = options.snapshot_blob.clone();
    let file = file.unwrap_or_else(|| "snapshot.blob".into());
    let mut host = Host::of_process(options);
    host.building_snapshot = true;
    let mut engine = match boot::boot_live(host) {
        Ok(engine) => engine,
        Err(error) => return refuse(&error),
    };
    match run::build_snapshot(&mut engine) {
        Ok(blob) => match std::fs::write(&file, blob) {
            Ok(()) => 0,
            Err(error) => {
                eprintln!("bootstrap: cannot write {file}: {error}");
                SNAPSHOT_FAILED
            }
        },
        Err(run::BuildError::Program(code)) => code,
        Err(error) => {
            eprintln!("bootstrap: {error}");
            SNAPSHOT_FAILED
        }
    }
}

/// The phases of the start, and what each of them took.
fn narrate(host: &Host) {
    let mut before = Duration::ZERO;
    for phase in &host.phases {
        let took = (phase.ended - before).as_secs_f64() * 1e3;
        before = phase.ended;
        eprintln!("{took:8.3} ms  {:<42}  {}", phase.name, phase.detail);
    }
    eprintln!("{:8.3} ms  in all", before.as_secs_f64() * 1e3);
}
