//! A stage of the chapter: bytes in, bytes out.
//!
//! `cargo run -q -p raw-http-server --example stage -- pipeline`; without a name it lists
//! the stages. `>` is what the client sends, `<` what the server answers.

mod common;

use raw_http_server::Config;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::ExitCode;

/// Each stage: a name, and what is sent on one connection.
const STAGES: &[(&str, &str)] = &[
    ("answer", "GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n"),
    (
        "pipeline",
        "GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n\
         HEAD /json HTTP/1.1\r\nHost: x\r\n\r\n\
         GET /json HTTP/1.0\r\n\r\n",
    ),
    (
        "routes",
        "POST /sum HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: 9\r\n\r\n[1, 2, 3]\
         DELETE /json HTTP/1.1\r\nHost: x\r\n\r\n",
    ),
    (
        "upload",
        "PUT /upload/new.txt HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
    ),
    (
        "refuse",
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\
         Content-Length: 1000000\r\n\r\n",
    ),
    (
        "range",
        "GET /page.html HTTP/1.1\r\nHost: x\r\nRange: bytes=3-7\r\n\r\n",
    ),
    (
        "variant",
        "GET /page.html HTTP/1.1\r\nHost: x\r\n\
         Accept-Encoding: gzip;q=0.5, br\r\n\r\n",
    ),
    (
        "escape",
        "GET /../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n\
         GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n\
         GET /%252e%252e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    ),
    (
        "malformed",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\nGET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n",
    ),
];

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    let Some((_, bytes)) = STAGES.iter().find(|(stage, _)| *stage == name) else {
        let names: Vec<&str> = STAGES.iter().map(|(name, _)| *name).collect();
        eprintln!("say a stage: {}", names.join(", "));
        return ExitCode::from(2);
    };
    match run(&name, bytes) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(name: &str, bytes: &str) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("page.html"), "<p>hello</p>\n")?;
    fs::write(folder.path().join("page.html.br"), "(compressed)")?;
    let config = Config::default();
    let app = common::app(&config, folder.path())?;
    let server = common::start(config, app)?;
    let mut stream = TcpStream::connect(server.address())?;
    show('>', bytes);
    stream.write_all(bytes.as_bytes())?;
    let mut answer = Vec::new();
    if name == "upload" {
        // The client waits for `100 Continue`, which ends with an empty line.
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            answer.push(byte[0]);
        }
        show('<', &String::from_utf8_lossy(&answer));
        answer.clear();
        let body = "6\r\nhello\n\r\n0\r\n\r\n";
        show('>', body);
        stream.write_all(body.as_bytes())?;
    }
    stream.shutdown(Shutdown::Write)?;
    stream.read_to_end(&mut answer)?;
    show('<', &String::from_utf8_lossy(&answer));
    server.stop();
    if name == "upload" {
        let text = fs::read_to_string(folder.path().join("new.txt"))?;
        println!("new.txt: {}", text.escape_default());
    }
    Ok(())
}

/// Lines with their ends; what is another one every time is left out.
fn show(who: char, text: &str) {
    for line in text.split_inclusive('\n') {
        let shown = match line.split_once(": ") {
            Some((name @ ("Date" | "ETag" | "Last-Modified"), _)) => {
                format!("{name}: …\\r\\n")
            }
            _ => line.escape_default().to_string(),
        };
        println!("{who} {shown}");
    }
}
