//! Bodies into files: whole or not at all, in bounded memory.

use crate::client::{Client, app_into, patient, start, until};
use std::fs;
use std::path::Path;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.unwrap().file_name().into_string().unwrap()
    };
    entries.map(name).collect()
}

#[test]
fn an_upload_is_there_when_it_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let config = patient();
    let metrics = config.metrics.clone();
    let server = start(config, app_into(folder.path(), 4));
    let mut client = Client::to(server.address());
    let content: Vec<u8> = (0..2_000_000_u32).map(|n| (n % 251) as u8).collect();
    client.send(
        "PUT /upload/a.bin HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    for chunk in content.chunks(70_001) {
        client
            .send(format!("{:x}\r\n", chunk.len()))
            .send(chunk)
            .send("\r\n");
        let waits = metrics.snapshot().buffered_bytes;
        assert!(waits <= 100_000, "{waits} bytes wait");
        assert!(!folder.path().join("a.bin").exists(), "it is not complete");
    }
    client.send("0\r\n\r\n");
    assert_eq!(client.answer_to("PUT").status(), 201);
    assert!(fs::read(folder.path().join("a.bin")).unwrap() == content);
    assert_eq!(names(folder.path()), ["a.bin"]);
    let again = client.ask("PUT /upload/a.bin", &["Content-Length: 0"]);
    assert_eq!(again.status(), 204);
    assert_eq!(fs::read(folder.path().join("a.bin")).unwrap(), b"");
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let config = patient();
    let metrics = config.metrics.clone();
    let server = start(config, app_into(folder.path(), 4));
    let head = "PUT /upload/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n";
    for bytes in [0, 1, 500_000] {
        let mut client = Client::to(server.address());
        client.send(head).send(vec![b'x'; bytes]);
        until(|| !names(folder.path()).is_empty());
        drop(client);
        until(|| metrics.snapshot().connections_open == 0);
        assert_eq!(names(folder.path()), [""; 0], "after {bytes} bytes");
    }
    let mut client = Client::to(server.address());
    client.send(
        "PUT /upload/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
    );
    assert_eq!(client.answer_to("PUT").status(), 400);
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn names_are_plain_and_places_limited() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(patient(), app_into(folder.path(), 1));
    for name in ["..", "%2e%2e", "a/b", "a%2fb", ".x", "", "a%00"] {
        let mut client = Client::to(server.address());
        let answer = client.ask(&format!("PUT /upload/{name}"), &["Content-Length: 1"]);
        assert_eq!(answer.status(), 400, "{name}");
    }
    fs::create_dir(folder.path().join("folder")).unwrap();
    let answer =
        Client::to(server.address()).ask("PUT /upload/folder", &["Content-Length: 0"]);
    assert_eq!(answer.status(), 409);
    fs::remove_dir(folder.path().join("folder")).unwrap();
    let mut first = Client::to(server.address());
    first.send("PUT /upload/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n");
    until(|| !names(folder.path()).is_empty());
    let second =
        Client::to(server.address()).ask("PUT /upload/b", &["Content-Length: 1"]);
    assert_eq!(second.status(), 503);
    first.send("x");
    assert_eq!(first.answer_to("PUT").status(), 201);
    assert_eq!(names(folder.path()), ["a"]);
}
