//! `cargo run` as a reader meets it: pages on loopback that follow the files, one clear
//! message for each thing that can be wrong, and a server that survives a broken save.

use fixture::{CHAPTER, add, healthy, swap};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

mod fixture;

/// A guard against hanging, not a measure of speed.
const GUARD: Duration = Duration::from_secs(60);

fn book(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
    command.args(arguments).current_dir(root);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(root: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = book(root, arguments).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// A running server: its address, and the lines it says on stdout and stderr.
struct Server {
    child: Child,
    address: String,
    lines: Receiver<String>,
}

impl Server {
    fn start(root: &Path) -> Server {
        let mut child = book(root, &["serve", "--port", "0"]).spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let streams: [Box<dyn Read + Send>; 2] = [
            Box::new(child.stdout.take().unwrap()),
            Box::new(child.stderr.take().unwrap()),
        ];
        for stream in streams {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        break;
                    }
                }
            });
        }
        let mut server = Server {
            child,
            address: String::new(),
            lines,
        };
        let said = server.wait_for("The book is at http://");
        let address = said.split("http://").nth(1).unwrap();
        server.address = address.split(' ').next().unwrap().to_string();
        server
    }

    /// The next line that holds these words.
    fn wait_for(&self, words: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(GUARD);
            let line = line.unwrap_or_else(|_| panic!("never said {words:?}"));
            if line.contains(words) {
                return line;
            }
        }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(GUARD)).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn pages_follow_the_files_and_a_broken_save_changes_nothing() {
    let book = healthy();
    let server = Server::start(book.path());
    let page = server.get("/01-part/loop.html");
    assert!(
        page.starts_with("HTTP/1.1 200") && page.contains("The turn"),
        "{page}"
    );
    assert!(server.get("/none.html").starts_with("HTTP/1.1 404"));

    add(book.path(), CHAPTER, "\nSecond edition.\n");
    server.wait_for("Built again");
    assert!(server.get("/01-part/loop.html").contains("Second edition."));

    swap(book.path(), CHAPTER, "lib.rs:turn", "lib.rs:tern");
    server.wait_for("has no anchor `tern`");
    server.wait_for("The pages stay as they were.");
    assert!(server.get("/01-part/loop.html").contains("Second edition."));

    swap(book.path(), CHAPTER, "lib.rs:tern", "lib.rs:turn");
    add(book.path(), CHAPTER, "\nThird edition.\n");
    server.wait_for("Built again");
    assert!(server.get("/01-part/loop.html").contains("Third edition."));
}

#[test]
fn a_taken_port_is_one_clear_line() {
    let book = healthy();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let (status, said) = run(book.path(), &["serve", "--port", &port]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains(&format!("port {port} is taken")), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_broken_chapter_is_named_with_its_line() {
    let book = healthy();
    swap(book.path(), CHAPTER, "lib.rs:turn", "lib.rs:tern");
    let (status, said) = run(book.path(), &["build"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("src/01-part/loop.md:12: "), "{said}");
}

#[test]
fn a_wrong_argument_is_one_line_and_status_2() {
    let book = healthy();
    let wrong: [&[&str]; 5] = [
        &["biuld"],
        &["serve", "--port", "http"],
        &["copy", "none", "x"],
        &["new", "chapter", "loop", "Loop"],
        &["oracle", "--fuzz", "many"],
    ];
    for arguments in wrong {
        let (status, said) = run(book.path(), arguments);
        assert_eq!(
            (status, said.lines().count()),
            (Some(2), 1),
            "{arguments:?}: {said}"
        );
    }
    let (status, said) = run(Path::new("/"), &["check"]);
    assert_eq!(status, Some(1));
    assert!(said.contains("not inside the book"), "{said}");
}
