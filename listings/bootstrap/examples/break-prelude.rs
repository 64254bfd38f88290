//! Breaks the prelude, in four places, and starts on both ways.
//!
//! `cargo run -q -p bootstrap --example break-prelude`

use bootstrap::boot::{self, BootError};
use bootstrap::engine::Engine;
use bootstrap::host::Host;
use bootstrap::options::Options;
use bootstrap::{EMBEDDED_SNAPSHOT, run, stack};

const BREAKS: [(&str, &str); 4] = [
    ("internal/bootstrap/realm", "const map = {"),
    ("events", "throw new Error('broken on purpose');"),
    ("internal/timers", "module.exports = {};"),
    ("os", "throw new Error('broken on purpose');"),
];
const PROGRAM: &str = "console.log('the program runs'); require('os');";

fn main() {
    stack::on_a_big_stack(|| BREAKS.iter().for_each(|(id, text)| show(id, text)));
}

fn show(id: &str, text: &str) {
    println!("{id}.js is now: {text}");
    for (way, live) in [("live", true), ("from the snapshot", false)] {
        let booted = match live {
            true => boot::boot_live(host(id, text)),
            false => boot::boot_from(host(id, text), EMBEDDED_SNAPSHOT),
        };
        println!("  {way}:");
        match booted {
            Ok(mut engine) => indent(&ran(&mut engine)),
            Err(BootError::Prelude { script, error }) => {
                println!("    no program: {script} failed");
                indent(&error);
            }
            Err(error) => indent(&error.to_string()),
        }
    }
}

fn host(id: &str, text: &str) -> Host {
    let options = Options {
        eval: Some(PROGRAM.into()),
        ..Options::default()
    };
    let mut host = Host::isolated(options);
    host.replaced.insert(id.into(), text.into());
    host
}

fn ran(engine: &mut Engine) -> String {
    let code = run::run_main(engine);
    let (stdout, stderr) = (engine.host.stdout.kept(), engine.host.stderr.kept());
    let why = stderr.lines().take(2).collect::<Vec<_>>().join("\n");
    format!("{stdout}{why}\nexit {code}")
}

fn indent(text: &str) {
    for line in text.lines().filter(|line| !line.is_empty()) {
        println!("    {line}");
    }
}
