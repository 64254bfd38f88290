//! Real peers: Node's client and Node's server. Where there is no Node these tests say so
//! and pass, but fail where CI is set.

#[path = "../examples/cross.rs"]
#[allow(dead_code, reason = "the example has its own main")]
mod cross;

use cross::Who::{Node, Rebuild};
use cross::told;
use std::process::Command;

fn has_node() -> bool {
    let version = Command::new(cross::node()).arg("--version").output();
    if let Err(error) = &version {
        let what = format!("needs Node: {error}");
        assert!(std::env::var_os("CI").is_none(), "{what}");
        eprintln!("skipped: {what}");
    }
    version.is_ok()
}

#[test]
fn each_client_gets_the_same_from_each_server() {
    let ours = told(Rebuild, Rebuild).expect("it runs");
    assert_eq!(ours.lines().count(), 70, "{ours}");
    if !has_node() {
        return;
    }
    for (client, server) in [(Node, Node), (Node, Rebuild), (Rebuild, Node)] {
        let other = told(client, server).expect("it runs");
        assert_eq!(other, ours, "{client:?} asks {server:?}");
    }
}
