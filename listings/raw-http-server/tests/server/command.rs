//! The command: its words, its signals, its log, and a process without descriptors.

use crate::client::{Client, GUARD};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_raw-http-server");

struct Process {
    child: Child,
    address: SocketAddr,
    out: BufReader<std::process::ChildStdout>,
}

impl Process {
    fn start(command: &mut Command) -> Process {
        let streams = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = streams.spawn().expect("it starts");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        out.read_line(&mut line).expect("it says where it is");
        let address = line.split_whitespace().next().unwrap_or_default();
        let address = address.trim_start_matches("http://").parse().expect(&line);
        Process {
            child,
            address,
            out,
        }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// The exit code, what it still printed, and what it complained of.
    fn end(mut self) -> (Option<i32>, String, String) {
        let (mut out, mut err) = (String::new(), String::new());
        self.out.read_to_string(&mut out).unwrap();
        let mut errors = self.child.stderr.take().expect("a pipe");
        errors.read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap().code(), out, err)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(words: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["--listen", "127.0.0.1:0"]).args(words);
    command
}

fn said(words: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } =
        Command::new(PROGRAM).args(words).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn a_wrong_word_is_one_line_and_status_2() {
    let wrong: [&[&str]; 6] = [
        &["--workers", "0"],
        &["--workers", "many"],
        &["--listen", "somewhere"],
        &["--accept", "both"],
        &["--grace", "-1"],
        &["a", "b"],
    ];
    for words in wrong {
        let (status, text) = said(words);
        assert_eq!(
            (status, text.lines().count()),
            (Some(2), 1),
            "{words:?}: {text}"
        );
    }
}

#[test]
fn what_cannot_be_served_is_one_line_and_status_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for words in [
        ["--listen", &taken],
        ["/no/such/folder", "--log"],
        ["--uploads", "/no"],
    ] {
        let (status, text) = said(&words);
        assert_eq!(
            (status, text.lines().count()),
            (Some(1), 1),
            "{words:?}: {text}"
        );
        assert!(text.starts_with("error: "), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_signal_stops_it_gracefully_and_the_log_is_complete() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.txt"), "text").unwrap();
        let path = folder.path().to_str().unwrap();
        let process = Process::start(&mut program(&[path, "--log", "--workers", "2"]));
        let mut client = Client::to(process.address);
        assert_eq!(client.get("/a.txt").text(), "text");
        assert_eq!(client.get("/b.txt\"").status(), 400);
        process.signal(signal);
        let (code, out, err) = process.end();
        assert_eq!(code, Some(0), "{err}");
        assert!(err.starts_with("stopping\n"), "{err}");
        let lines: Vec<&str> = out.lines().collect();
        assert!(
            lines[0].contains(" 127.0.0.1 \"GET /a.txt HTTP/1.1\" 200 4 "),
            "{out}"
        );
        assert!(lines[1].contains(" 127.0.0.1 \"-\" 400 "), "{out}");
    }
}

#[cfg(unix)]
#[test]
fn a_second_signal_does_not_wait() {
    let process = Process::start(&mut program(&["--grace", "1000"]));
    let mut half = Client::to(process.address);
    half.send("GET / HTTP/1.1\r\n");
    // Answered on the same loop, so what came before is read.
    Client::to(process.address).get("/plaintext");
    process.signal("-TERM");
    half.stream.set_read_timeout(Some(GUARD)).unwrap();
    // It has stopped to listen when it refuses.
    crate::client::until(|| std::net::TcpStream::connect(process.address).is_err());
    process.signal("-TERM");
    assert_eq!(process.end().0, Some(130));
}

/// A shell's soft limit is below what the limits of the server allow.
#[cfg(target_os = "linux")]
#[test]
fn it_takes_as_many_descriptors_as_it_may() {
    let mut shell = Command::new("sh");
    let line = format!("ulimit -Sn 40; exec {PROGRAM} --listen 127.0.0.1:0");
    let process = Process::start(shell.args(["-c", &line]));
    let limits = format!("/proc/{}/limits", process.child.id());
    let limits = std::fs::read_to_string(limits).unwrap();
    let open = limits
        .lines()
        .find_map(|l| l.strip_prefix("Max open files"));
    let words: Vec<&str> = open.unwrap().split_whitespace().collect();
    assert_eq!(words[0], words[1], "soft and hard");
}

/// Without descriptors nobody new comes in; who is in is served, and when one hangs up
/// the next gets in.
#[cfg(target_os = "linux")]
#[test]
fn a_process_without_descriptors_goes_on() {
    let mut shell = Command::new("sh");
    let line = format!("ulimit -n 40; exec {PROGRAM} --listen 127.0.0.1:0");
    let process = Process::start(shell.args(["-c", &line]));
    let mut clients: Vec<Client> =
        (0..60).map(|_| Client::to(process.address)).collect();
    assert_eq!(clients[0].get("/plaintext").status(), 200);
    let page = clients[0].get("/metrics");
    let errors = page.text().lines().any(|line| {
        line.strip_prefix("http_accept_errors_total ")
            .is_some_and(|n| n != "0")
    });
    assert!(errors, "there were descriptors enough: {}", page.text());
    let mut last = clients.pop().unwrap();
    clients.clear();
    assert_eq!(last.get("/plaintext").status(), 200);
}

/// What the kernel counts for the process, and not what its own gauge says.
#[cfg(target_os = "linux")]
#[test]
fn clients_that_never_read_cost_the_process_little() {
    const CLIENTS: usize = 200;
    let folder = tempfile::tempdir().unwrap();
    let film = std::fs::File::create(folder.path().join("film.bin")).unwrap();
    film.set_len(64 << 20).unwrap();
    let path = folder.path().to_str().unwrap();
    let process = Process::start(&mut program(&[path, "--patience", "600"]));
    let resident = || -> usize {
        let status = format!("/proc/{}/status", process.child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
        let kib = line.unwrap().split_whitespace().next().unwrap();
        kib.parse::<usize>().unwrap() << 10
    };
    Client::to(process.address).get("/plaintext");
    let before = resident();
    let clients: Vec<Client> = (0..CLIENTS)
        .map(|_| {
            let mut client = Client::to(process.address);
            client.send("GET /film.bin HTTP/1.1\r\nHost: x\r\n\r\n");
            let mut first = [0; 100];
            client.stream.read_exact(&mut first).unwrap();
            client
        })
        .collect();
    assert_eq!(Client::to(process.address).get("/plaintext").status(), 200);
    let each = resident().saturating_sub(before) / CLIENTS;
    assert!(each < 40 << 10, "{each} bytes for each client");
    drop(clients);
}
