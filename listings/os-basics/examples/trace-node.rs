//! What a program of examples/node asks of the kernel, from its mark `begin` to its mark
//! `end`: calls about files, about waiting, and about other processes.
//!
//! `cargo run -p os-basics --example trace-node NAME [ARGUMENT…]`. With `start` before the
//! name it is the files that Node opens before your first line, with `count` how often
//! each call is made from the first to the last.

use std::process::ExitCode;

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    os_basics::needs_linux()
}

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use os_basics::process::Program;
    use os_basics::report::Report;

    const CALLS: [&str; 16] = [
        "access",
        "openat",
        "statx",
        "read",
        "write",
        "close",
        "dup2",
        "epoll_pwait",
        "epoll_ctl",
        "io_uring_enter",
        "ioctl",
        "socketpair",
        "pipe2",
        "clone",
        "execve",
        "wait4",
    ];
    let only = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
    let mut report = Report {
        names: true,
        only: only(&CALLS),
        between: Some(("\"-- begin\"".into(), "\"-- end\"".into())),
        brief: true,
        count: false,
    };
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("count") => {
            report = Report {
                count: true,
                ..Report::default()
            };
            args.remove(0);
        }
        Some("start") => {
            report.between = Some(("ld.so.cache".into(), "\"-- begin\"".into()));
            report.only = only(&["openat"]);
            report.names = false;
            args.remove(0);
        }
        _ => {}
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/node");
    let Some(name) = args.first_mut() else {
        eprintln!("trace-node: which program of {folder}?");
        return ExitCode::from(2);
    };
    *name = format!("{folder}/{name}.cjs");
    // Cargo sets it, and then the loader looks for its libraries in many places.
    let node = Program::new("node").args(args).without("LD_LIBRARY_PATH");
    match report.run(node, std::io::stderr()) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("trace-node: {error}");
            ExitCode::FAILURE
        }
    }
}
