//! Real peers: curl, and the client of Node. Where one is missing these tests say so and
//! pass, but fail where CI is set.

use crate::client::{app_into, app_of, patient, start};
use raw_http_server::App;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A program and these words; none if the machine does not have it.
fn run(program: &str, words: &[&str]) -> Option<Output> {
    match Command::new(program).args(words).output() {
        Ok(output) => Some(output),
        Err(error) => {
            let what = format!("needs {program}: {error}");
            assert!(std::env::var_os("CI").is_none(), "{what}");
            eprintln!("skipped: {what}");
            None
        }
    }
}

fn curl(words: &[&str]) -> Option<(i32, String)> {
    let quiet = ["--silent", "--show-error", "--http1.1", "--max-time", "60"];
    let output = run("curl", &[&quiet, words].concat())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some((output.status.code().unwrap_or(-1), text))
}

#[test]
fn curl_gets_puts_and_resumes() {
    let (folder, into) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let content: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    std::fs::write(folder.path().join("a.bin"), &content).unwrap();
    let app = App {
        files: app_of(folder.path()).files,
        ..app_into(into.path(), 4)
    };
    let server = start(patient(), app);
    let url = |path: &str| format!("http://{}{path}", server.address());
    let (got, sent) = (into.path().join("got"), folder.path().join("a.bin"));
    let (got, sent) = (got.to_str().unwrap(), sent.to_str().unwrap());

    // The first half, then the rest of it.
    let Some((code, _)) = curl(&["-r", "0-149999", "-o", got, &url("/a.bin")]) else {
        return;
    };
    assert_eq!(code, 0);
    let (code, _) = curl(&["-C", "-", "-o", got, &url("/a.bin")]).unwrap();
    assert_eq!(code, 0);
    assert!(
        std::fs::read(got).unwrap() == content,
        "what was put together differs"
    );

    // curl waits for 100 Continue before it sends the body.
    let expect = ["--fail", "-T", sent, "-H", "Expect: 100-continue"];
    let waits = ["--expect100-timeout", "50", "-v", "--stderr", "-"];
    let to = url("/upload/b.bin");
    let (code, text) = curl(&[&expect[..], &waits, &[&to]].concat()).unwrap();
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("< HTTP/1.1 100 Continue"), "{text}");
    assert!(std::fs::read(into.path().join("b.bin")).unwrap() == content);
    let chunked = ["--fail", "-T", sent, "-H", "Transfer-Encoding: chunked"];
    let (code, _) = curl(&[&chunked[..], &[&url("/upload/c.bin")]].concat()).unwrap();
    assert_eq!(code, 0);
    assert!(std::fs::read(into.path().join("c.bin")).unwrap() == content);

    let twice = ["-w", "%{num_connects} ", "-o", "/dev/null"];
    let twice = [
        &twice[..],
        &[&url("/a.bin"), "-o", "/dev/null", &url("/a.bin")],
    ];
    let (code, text) = curl(&twice.concat()).unwrap();
    assert_eq!(
        (code, text.as_str()),
        (0, "1 0 "),
        "the connection is used again"
    );
    let (_, text) = curl(&["-I", &url("/a.bin")]).unwrap();
    assert!(text.contains("Content-Length: 300000"), "{text}");
    let (code, text) = curl(&["--path-as-is", &url("/../etc/passwd")]).unwrap();
    assert_eq!((code, text.as_str()), (0, "400 Bad Request\n"));
    // Not if it is older than this file, and it is.
    let newer = [
        "-z",
        got,
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        &url("/a.bin"),
    ];
    let (code, text) = curl(&newer).unwrap();
    assert_eq!((code, text.as_str()), (0, "304"));
}

/// The pinned Node of the book, or the one in PATH: what is said here holds for both.
fn node() -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let pinned = folder.join("../../tools/node/node_modules");
    let entries = pinned.read_dir().into_iter().flatten().flatten();
    let mut paths = entries.map(|entry| entry.path().join("bin/node"));
    let found = paths.find(|path| path.is_file());
    found.map_or("node".into(), |path| path.to_string_lossy().into_owned())
}

#[test]
fn node_speaks_to_it_with_an_agent_and_with_fetch() {
    let into = tempfile::tempdir().unwrap();
    let server = start(patient(), app_into(into.path(), 4));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/server/client.mjs");
    let origin = format!("http://{}", server.address());
    let Some(output) = run(&node(), &[script, &origin]) else {
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    assert_eq!(text.trim(), "all is as it should be");
    assert_eq!(
        std::fs::read(into.path().join("a.bin")).unwrap().len(),
        1_000_000
    );
}
