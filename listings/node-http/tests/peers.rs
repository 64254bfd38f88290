//! Real peers: Node's client and Node's server. Without the Node of the book these tests
//! say so and pass; in the book itself they fail where CI is set.

#[path = "../examples/cross.rs"]
#[allow(dead_code, reason = "the example has its own main")]
mod cross;

use cross::Who::{Node, Rebuild};
use cross::told;
use std::path::Path;
use std::process::Command;

/// Another version may answer otherwise.
fn has_node() -> bool {
    let version = Command::new(cross::node()).arg("--version").output();
    let version = version.map(|output| output.stdout).unwrap_or_default();
    let version = String::from_utf8_lossy(&version).into_owned();
    if version.trim() != "v26.10.0" {
        let what = format!("needs Node 26.10.0, not `{}`", version.trim());
        // A listing that somebody took home has no Node of its own.
        let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/node");
        assert!(!book.exists() || std::env::var_os("CI").is_none(), "{what}");
        eprintln!("skipped: {what}");
        return false;
    }
    true
}

#[test]
fn each_client_gets_the_same_from_each_server() {
    let ours = told(Rebuild, Rebuild).expect("it runs");
    assert!(
        ours.ends_with("CONNECT a:1\n  200\n  \"you said a word\"\n"),
        "{ours}"
    );
    if !has_node() {
        return;
    }
    for (client, server) in [(Node, Node), (Node, Rebuild), (Rebuild, Node)] {
        let other = told(client, server).expect("it runs");
        assert_eq!(other, ours, "{client:?} asks {server:?}");
    }
}
