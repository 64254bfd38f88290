//! Which parts of `process` come out of the snapshot, and which from this process?
//!
//! `cargo run -q -p bootstrap --example sides`

use bootstrap::engine::Engine;
use bootstrap::engine::heap::{Kind, Object, Property, Slot, Value};
use bootstrap::host::Host;
use bootstrap::options::Options;
use bootstrap::{EMBEDDED_SNAPSHOT, boot, run, stack};

fn main() {
    stack::on_a_big_stack(show);
}

fn show() {
    let options = Options {
        eval: Some(String::new()),
        ..Options::default()
    };
    let mut host = Host::of_process(options);
    let mark = "only this process has it".to_string();
    host.environment.insert("MARK".into(), mark.clone());
    let own = [mark, host.exec_path.clone()];
    let mut engine = boot::boot_from(host, EMBEDDED_SNAPSHOT).expect("our own");
    let kept = properties(&engine);
    assert_eq!(run::run_main(&mut engine), 0);
    let all = properties(&engine);
    let (old, new): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|(name, _)| kept.iter().any(|(k, _)| k == name));
    for (title, side) in [
        ("in the snapshot, the same in every process", "value"),
        (
            "in the snapshot, but a function that asks the host",
            "native",
        ),
        (
            "in the snapshot, and every property asks the host",
            "window",
        ),
        ("in the snapshot, made when first asked for", "accessor"),
    ] {
        let names = old.iter().filter(|(_, kind)| *kind == side);
        let names: Vec<&str> = names.map(|(name, _)| &**name).collect();
        println!("{title}:");
        names
            .chunks(5)
            .for_each(|row| println!("    {}", row.join(", ")));
    }
    let names: Vec<&str> = new.iter().map(|(name, _)| &**name).collect();
    println!("written by pre-execution:\n    {}", names.join(", "));
    let found = own
        .iter()
        .filter(|s| contains(EMBEDDED_SNAPSHOT, s))
        .count();
    println!("values of this process in the snapshot: {found}");
}

/// The own properties of `process`, and how each of them gets its value.
fn properties(engine: &Engine) -> Vec<(String, &'static str)> {
    let Some(Value::Object(process)) = engine.heap.slot("process") else {
        panic!("the prelude hands over `process`");
    };
    let Object { properties, .. } = engine.heap.object(process);
    let describe = |property: &Property| {
        let name = engine.heap.text(property.key).to_string();
        (name, side(engine, property.slot))
    };
    properties.iter().map(describe).collect()
}

fn side(engine: &Engine, slot: Slot) -> &'static str {
    let Slot::Data(value) = slot else {
        return "accessor";
    };
    let Value::Object(id) = value else {
        return "value";
    };
    match engine.heap.object(id).kind {
        Kind::Native(_) => "native",
        Kind::Intercepted(_) => "window",
        _ => "value",
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}
