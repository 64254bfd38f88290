//! Twins of the programs about the Agent: which request gets which connection.

use crate::wire::{Out, raw_server, read_until};
use node_http::{
    Agent, AgentOptions, ClientRequest, Error, RequestOptions, Scheduling,
};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

fn is_head(bytes: &[u8]) -> bool {
    bytes.ends_with(b"\r\n\r\n")
}

fn keep_alive() -> AgentOptions {
    AgentOptions {
        keep_alive: true,
        ..AgentOptions::default()
    }
}

/// Reads a request; none if the client has closed.
async fn request(socket: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    let is_there = read_until(socket, &mut read, is_head).await;
    is_there.then(|| String::from_utf8(read).expect("ASCII"))
}

/// What a request got, once its connection is the Agent's again, or closed.
async fn outcome(mut request: ClientRequest) -> String {
    let mut told = String::new();
    match request.response().await {
        Ok(mut response) => {
            while let Some(part) = response.next().await {
                told += &part.map_or_else(
                    |error| error.code().to_owned(),
                    |data| String::from_utf8(data.to_vec()).expect("ASCII"),
                );
            }
        }
        Err(error) => told = error.code().into(),
    }
    request.closed().await;
    told
}

fn get(agent: &Agent, port: u16) -> ClientRequest {
    let options = RequestOptions::to("127.0.0.1", port);
    let mut request = agent.request(options).expect("a request");
    request.end("").expect("it is sent");
    request
}

// ANCHOR: client-reuse
pub async fn client_reuse(out: Out) {
    let ok = |fields: &str| {
        format!("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{fields}\r\nok")
    };
    let old = |fields: &str| ok(fields).replace("1.1", "1.0");
    let no_keep_alive = AgentOptions::default;
    let one = AgentOptions {
        max_sockets: 1,
        ..no_keep_alive()
    };
    let no_buffer = AgentOptions {
        agent_keep_alive_timeout_buffer: Duration::ZERO,
        ..keep_alive()
    };
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                   2\r\nok\r\n0\r\n\r\n";
    let evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    let (hint_1, hint_2) = (
        ok("Keep-Alive: timeout=1\r\n"),
        ok("Keep-Alive: timeout=2\r\n"),
    );
    let cases = [
        ("keep-alive", keep_alive(), ok("")),
        ("an Agent with keepAlive false", no_keep_alive(), ok("")),
        ("the same, at most one socket", one, ok("")),
        (
            "the server closes",
            keep_alive(),
            ok("Connection: close\r\n"),
        ),
        ("HTTP/1.0", keep_alive(), old("")),
        (
            "HTTP/1.0 that stays",
            keep_alive(),
            old("Connection: keep-alive\r\n"),
        ),
        (
            "a hint of 5 s",
            keep_alive(),
            ok("Keep-Alive: timeout=5\r\n"),
        ),
        ("a hint of 2 s", keep_alive(), hint_2),
        ("a hint of 1 s", keep_alive(), hint_1.clone()),
        ("a hint of 1 s, no buffer", no_buffer, hint_1),
        (
            "a hint that comes second",
            keep_alive(),
            ok("Keep-Alive: max=9, timeout=1\r\n"),
        ),
        (
            "until close",
            keep_alive(),
            "HTTP/1.1 200 OK\r\n\r\nok".into(),
        ),
        ("chunked", keep_alive(), chunked.into()),
        (
            "no content",
            keep_alive(),
            "HTTP/1.1 204 No Content\r\n\r\n".into(),
        ),
        ("more than was asked for", keep_alive(), ok("") + evil),
    ];
    for (name, options, answer) in cases {
        let ends = ["the server closes", "HTTP/1.0", "until close"].contains(&name);
        let served = Arc::new(Mutex::new(Vec::new()));
        let numbers = Arc::clone(&served);
        let port = raw_server(move |number, mut socket| {
            let (answer, numbers) = (answer.clone(), Arc::clone(&numbers));
            async move {
                while request(&mut socket).await.is_some() {
                    numbers.lock().unwrap().push(number);
                    socket
                        .write_all(answer.as_bytes())
                        .await
                        .expect("it is sent");
                    if ends {
                        return;
                    }
                }
            }
        })
        .await;
        let agent = Agent::new(options);
        let mut told = Vec::new();
        for n in 0..3 {
            let body = outcome(get(&agent, port)).await;
            let number = served.lock().unwrap()[n];
            told.push(format!("{body} on #{number}"));
        }
        out.line(&format!("{name}: {}", told.join(", ")));
    }
}
// ANCHOR_END: client-reuse

/// A request that has come to the server of [`client_pool`].
struct Asked {
    number: usize,
    path: String,
    answer: tokio::sync::oneshot::Sender<()>,
}

#[derive(Default)]
struct Pending {
    waiting: Vec<Asked>,
    order: Vec<String>,
}

impl Pending {
    /// Answers the youngest connection first, when as many ask as can.
    fn answer(&mut self, at_once: usize) {
        loop {
            let left = 6 - self.order.len();
            if left == 0 || self.waiting.len() < at_once.min(left) {
                return;
            }
            self.waiting.sort_by_key(|asked| asked.number);
            let Some(asked) = self.waiting.pop() else {
                return;
            };
            self.order
                .push(format!("{} on #{}", asked.path, asked.number));
            let _ = asked.answer.send(());
        }
    }
}

pub async fn client_pool(out: Out) {
    let two = || AgentOptions {
        max_sockets: 2,
        ..keep_alive()
    };
    let none_kept = AgentOptions {
        keep_alive: false,
        ..two()
    };
    let in_all = AgentOptions {
        max_total_sockets: 2,
        ..keep_alive()
    };
    let one_idle = AgentOptions {
        max_free_sockets: 1,
        ..keep_alive()
    };
    let cases = [
        ("as many sockets as requests", 6, keep_alive()),
        ("at most two sockets", 2, two()),
        ("at most two sockets, none kept", 2, none_kept),
        ("at most two in all", 2, in_all),
        ("one idle socket", 6, one_idle),
    ];
    for (name, at_once, options) in cases {
        let pending = Arc::new(Mutex::new(Pending::default()));
        let asked = Arc::clone(&pending);
        let port = raw_server(move |number, mut socket| {
            let asked = Arc::clone(&asked);
            async move {
                while let Some(head) = request(&mut socket).await {
                    let path = head.split(' ').nth(1).expect("a path").to_owned();
                    let (answer, answered) = tokio::sync::oneshot::channel();
                    {
                        let mut pending = asked.lock().unwrap();
                        pending.waiting.push(Asked {
                            number,
                            path,
                            answer,
                        });
                        pending.answer(at_once);
                    }
                    answered.await.expect("an answer");
                    let ok = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                    socket.write_all(ok).await.expect("it is sent");
                }
            }
        })
        .await;
        let agent = Agent::new(options);
        let requests: Vec<ClientRequest> = (1..=6)
            .map(|n| {
                let path = format!("/{n}");
                let options = RequestOptions {
                    path,
                    ..RequestOptions::to("127.0.0.1", port)
                };
                let mut request = agent.request(options).expect("a request");
                request.end("").expect("it is sent");
                request
            })
            .collect();
        out.line(&format!("{name}: {} wait", agent.counts().requests));
        for request in requests {
            outcome(request).await;
        }
        out.line(&format!("  {}", pending.lock().unwrap().order.join(", ")));
        out.line(&format!("  idle: {}", agent.counts().free_sockets));
    }
}

pub async fn client_turns(out: Out) {
    for (name, scheduling) in [("lifo", Scheduling::Lifo), ("fifo", Scheduling::Fifo)] {
        let port = raw_server(|number, mut socket| async move {
            while request(&mut socket).await.is_some() {
                let head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
                let answer = format!("{head}#{number}");
                socket
                    .write_all(answer.as_bytes())
                    .await
                    .expect("it is sent");
            }
        })
        .await;
        let agent = Agent::new(AgentOptions {
            scheduling,
            ..keep_alive()
        });
        // One at a time is answered, and all three are open at once.
        let first: Vec<_> = (0..3).map(|_| get(&agent, port)).collect();
        for request in first {
            outcome(request).await;
        }
        let mut told = Vec::new();
        for _ in 0..4 {
            let mut request = get(&agent, port);
            let mut response = request.response().await.expect("a response");
            let body = response.collect(10).await.expect("its end");
            request.closed().await;
            let again = if request.reused_socket() {
                " again"
            } else {
                ""
            };
            told.push(format!("{}{again}", body.escape_ascii()));
        }
        out.line(&format!("{name}: {}", told.join(", ")));
    }
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// ANCHOR: client-reset
pub async fn client_reset(out: Out) {
    let cases = [
        ("closed without an answer", "GET", Some("")),
        ("reset", "GET", None),
        ("half a head", "GET", Some("HTTP/1.1 2")),
        ("half the content", "GET", Some(&OK[..OK.len() - 1])),
        (
            "100 Continue, then closed",
            "GET",
            Some("HTTP/1.1 100 Continue\r\n\r\n"),
        ),
        ("a POST", "POST", Some("")),
    ];
    for (name, method, last) in cases {
        out.line(name);
        // Whatever comes second on a connection meets the end of it.
        let port = raw_server(move |_, mut socket| async move {
            request(&mut socket).await;
            socket.write_all(OK.as_bytes()).await.expect("it is sent");
            if request(&mut socket).await.is_none() {
                return;
            }
            match last {
                Some(last) => {
                    let _ = socket.write_all(last.as_bytes()).await;
                }
                None => {
                    let socket = socket2::SockRef::from(&socket);
                    socket.set_linger(Some(Duration::ZERO)).expect("a reset");
                }
            }
        })
        .await;
        let agent = Agent::new(keep_alive());
        for _ in 0..3 {
            ask(&out, &agent, method, port).await;
        }
    }
}

async fn ask(out: &Out, agent: &Agent, method: &str, port: u16) {
    let method = method.into();
    let mut request = agent
        .request(RequestOptions {
            method,
            ..RequestOptions::to("127.0.0.1", port)
        })
        .expect("a request");
    request.end("").expect("it is sent");
    let result = match request.response().await {
        Ok(mut response) => {
            let mut told = format!("{} ", response.status_code());
            while let Some(part) = response.next().await {
                told += &match part {
                    Ok(data) => String::from_utf8(data.to_vec()).expect("ASCII"),
                    Err(error) => format!(" {}", describe(&error)),
                };
                if told.ends_with(')') {
                    break;
                }
            }
            told
        }
        Err(error) => describe(&error),
    };
    request.closed().await;
    let old = if request.reused_socket() {
        "old"
    } else {
        "new"
    };
    out.line(&format!("  {old} connection: {result}"));
}
// ANCHOR_END: client-reset

/// The error as Node words it: with the system call, where one failed.
fn describe(error: &Error) -> String {
    match error {
        Error::Io(_) => format!("{} (read {0})", error.code()),
        _ => format!("{} ({error})", error.code()),
    }
}
