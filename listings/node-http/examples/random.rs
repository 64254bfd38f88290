//! Random conversations with Node's server and with ours: requests in all methods and
//! versions, pipelined, cut off, spoiled, to handlers that do random things. What comes
//! back has to be the same, byte for byte, but for the date.
//!
//! `cargo run -p node-http --example random -- 300 1`: 300 conversations, seed 1. Needs
//! the `node` of this book in the path.

use node_http::{Error, IncomingMessage, Server, ServerOptions, ServerResponse};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How long an answer may take. Handlers sleep five times 20 ms at most.
const WAIT: Duration = Duration::from_millis(400);
const AT_ONCE: usize = 24;

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let count: usize = words.next().map_or(Ok(300), |word| word.parse())?;
    let seed: u64 = words.next().map_or(Ok(1), |word| word.parse())?;
    let (mut node, theirs) = start_node()?;
    let ours = start_ours()?;
    let (next, unlike) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Relaxed);
                    if number >= count {
                        break;
                    }
                    let talk = Talk::new(seed, number);
                    let (left, right) = (talk.ask(theirs), talk.ask(ours));
                    if left != right {
                        unlike.fetch_add(1, Relaxed);
                        println!("{talk:?}\n  Node {left:?}\n  ours {right:?}");
                    }
                }
            });
        }
    });
    node.kill()?;
    let unlike = unlike.into_inner();
    println!("{count} conversations, {} alike", count - unlike);
    Ok(())
}

fn start_node() -> Result<(Child, SocketAddr)> {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/node/random.cjs");
    let mut node = Command::new("node");
    let mut node = node.arg(program).stdout(Stdio::piped()).spawn()?;
    let output = node.stdout.take().ok_or("node says nothing")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let Some(port) = line.trim().strip_prefix("v26.10.0 ") else {
        node.kill()?;
        return Err(format!("this is another Node: {line}").into());
    };
    let port: u16 = port.parse()?;
    Ok((node, SocketAddr::from(([127, 0, 0, 1], port))))
}

fn start_ours() -> Result<SocketAddr> {
    let (say, hear) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let server = Server::new(ServerOptions::default(), answer);
            let address = server.listen("127.0.0.1:0").await;
            say.send(address.expect("an address"))
                .expect("it is awaited");
            std::future::pending::<()>().await;
        });
    });
    Ok(hear.recv()?)
}

async fn answer(request: IncomingMessage, mut response: ServerResponse) {
    let path = request.url().to_owned();
    let mut request = Some(request);
    for word in path.trim_start_matches('/').split('-') {
        let (what, number) = word.split_at(word.len().min(1));
        let number = number.parse().unwrap_or(0);
        match what {
            "s" => tokio::time::sleep(Duration::from_millis(20)).await,
            // Whoever drops a request reads its content no more.
            "d" => drop(request.take()),
            // It came too late, or may not be.
            _ => drop(deed(&mut response, what, number)),
        }
    }
    if !response.writable_ended() {
        let _ = response.end("");
    }
}

fn deed(response: &mut ServerResponse, what: &str, number: u16) -> Outcome {
    let many = usize::from(number);
    match what {
        "w" => response.write("x".repeat(many)).map(drop)?,
        "e" => response.end("y".repeat(many))?,
        "h" => response.write_head(number, None, &[])?,
        "S" => response.set_status(number),
        "c" => response.set_header("Connection", "close")?,
        "k" => response.set_header("Connection", "keep-alive")?,
        "l" => response.set_header("Content-Length", number.to_string())?,
        "t" => response.set_header("Transfer-Encoding", "chunked")?,
        "r" => response.remove_header(NAMES[many])?,
        "x" => response.set_header(&format!("X-{number}"), "v")?,
        "f" => response.flush_headers()?,
        "i" => response.write_processing()?,
        "T" => response.add_trailers(&[("A", "1")])?,
        _ => {}
    }
    Ok(())
}

type Outcome = std::result::Result<(), Error>;

const NAMES: [&str; 4] = ["Connection", "Content-Length", "Transfer-Encoding", "Date"];

/// What a client says: in so many writes, with a pause for the answers between them.
#[derive(Debug)]
struct Talk {
    writes: Vec<String>,
    /// It ends its half behind the last.
    ends: bool,
}

impl Talk {
    fn new(seed: u64, number: usize) -> Talk {
        let mut random = Random(seed << 32 | number as u64);
        let writes = (0..random.below(3) + 1).map(|_| {
            let requests = random.of(&[1, 1, 2, 3]);
            (0..requests).map(|_| request(&mut random)).collect()
        });
        let writes: Vec<String> = writes.collect();
        let ends = random.percent(30);
        Talk { writes, ends }
    }

    /// All that comes back, and whether the connection was ended.
    fn ask(&self, address: SocketAddr) -> String {
        let mut got = Vec::new();
        let over = self.talk(address, &mut got).is_none();
        let text = String::from_utf8_lossy(&got);
        let lines = text.split_inclusive("\r\n");
        let masked = lines.map(|line| match line.find("Date: ") {
            Some(at) => format!("{}Date: *\r\n", &line[..at]),
            None => line.to_owned(),
        });
        masked.collect::<String>() + if over { "<end>" } else { "" }
    }

    /// None when the connection has ended.
    fn talk(&self, address: SocketAddr, got: &mut Vec<u8>) -> Option<()> {
        let mut stream = TcpStream::connect(address).ok()?;
        for (number, bytes) in self.writes.iter().enumerate() {
            stream.write_all(bytes.as_bytes()).ok()?;
            if self.ends && number + 1 == self.writes.len() {
                stream.shutdown(Shutdown::Write).ok()?;
            }
            let end = Instant::now() + WAIT;
            while let Some(left) = end.checked_duration_since(Instant::now()) {
                let left = left.max(Duration::from_millis(1));
                stream.set_read_timeout(Some(left)).ok()?;
                let mut buffer = [0; 4096];
                match stream.read(&mut buffer) {
                    Ok(0) => return None,
                    Ok(length) => got.extend_from_slice(&buffer[..length]),
                    Err(error) if is_late(&error) => break,
                    Err(_) => return None,
                }
            }
        }
        Some(())
    }
}

fn is_late(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    matches!(error.kind(), TimedOut | WouldBlock)
}

fn request(random: &mut Random) -> String {
    let method = random.of(&["GET", "GET", "GET", "HEAD", "POST", "POST", "OPTIONS"]);
    let version = random.of(&["1.1", "1.1", "1.1", "1.1", "1.0", "2.0", "0.9"]);
    let deeds = random.below(5) + 1;
    let mut deeds: Vec<_> = (0..deeds).map(|_| random_deed(random)).collect();
    if random.percent(60) {
        deeds.push(format!("e{}", random.of(&[0, 1, 7])));
    }
    let mut text = format!("{method} /{} HTTP/{version}\r\n", deeds.join("-"));
    if random.percent(95) {
        text += "Host: a\r\n";
    }
    if random.percent(10) {
        let option = random.of(&["close", "keep-alive", "a"]);
        text = text + "Connection: " + option + "\r\n";
    }
    let fields = [
        "TE: chunked",
        "Expect: 100-continue",
        "Expect: tea",
        "Upgrade: a",
    ];
    for field in fields {
        if random.percent(5) {
            text = text + field + "\r\n";
        }
    }
    let content = if method == "POST" {
        "b".repeat(random.of(&[0, 1, 10, 500]))
    } else {
        String::new()
    };
    text += &match (method, version, random.percent(50)) {
        ("POST", "1.1", true) => chunked(&content, random.percent(30)),
        ("POST", ..) => format!("Content-Length: {}\r\n\r\n{content}", content.len()),
        _ => "\r\n".into(),
    };
    spoil(text, random)
}

fn chunked(content: &str, has_trailer: bool) -> String {
    let chunk = match content.len() {
        0 => String::new(),
        length => format!("{length:x}\r\n{content}\r\n"),
    };
    let trailer = if has_trailer { "T: 1\r\n" } else { "" };
    format!("Transfer-Encoding: chunked\r\n\r\n{chunk}0\r\n{trailer}\r\n")
}

fn random_deed(random: &mut Random) -> String {
    let sizes = [0, 1, 5, 300];
    match random.below(24) {
        0..7 => format!("w{}", random.of(&sizes)),
        7..10 => "s".into(),
        10..12 => format!("h{}", random.of(&[200, 204, 304, 404, 100, 99])),
        12 => format!("S{}", random.of(&[200, 204, 304, 500])),
        13..15 => format!("r{}", random.below(4)),
        15 => format!("l{}", random.of(&[0, 3, 5])),
        16 => format!("x{}", random.below(3)),
        17 => format!("e{}", random.of(&[0, 1, 7])),
        other => ["c", "k", "t", "f", "i", "d", "T"][other as usize % 7].into(),
    }
}

/// Now and then, something that is no request.
fn spoil(text: String, random: &mut Random) -> String {
    match random.below(40) {
        0 => "no HTTP\r\n\r\n".into(),
        1 => "\r\n".to_owned() + &text,
        2 => {
            let head = text.find("\r\n\r\n").unwrap_or(0);
            let at = random.below(head as u64) as usize;
            text[..at].to_owned() + "\0" + &text[at..]
        }
        _ => text,
    }
}

/// SplitMix64: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}
