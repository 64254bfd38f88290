//! Twins whose server is ours, and whose client is a raw socket.

use crate::wire::{Out, ask, ask_open, converse};
use http_wire::Fields;
use node_http::{
    Error, IncomingMessage, Server, ServerOptions, ServerResponse, Upgraded,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// A server whose handler may fail, as any does whose client is gone.
fn server<F, T>(options: ServerOptions, handler: F) -> Server
where
    F: Fn(IncomingMessage, ServerResponse) -> T + Send + Sync + 'static,
    T: Future<Output = Result<(), Error>> + Send + 'static,
{
    Server::new(options, move |request, response| {
        let handled = handler(request, response);
        async move {
            let _ = handled.await;
        }
    })
}

/// As [`exchange`], with another request behind, which is answered if the connection
/// goes on.
async fn framed<F, T>(out: &Out, name: &str, request: &str, handler: F)
where
    F: Fn(IncomingMessage, ServerResponse) -> T + Send + Sync + 'static,
    T: Future<Output = Result<(), Error>> + Send + 'static,
{
    let server = Server::new(ServerOptions::default(), move |req, mut res| {
        let handled = if req.url() == "/next" {
            res.end("").expect("it is written");
            None
        } else {
            Some(handler(req, res))
        };
        async move {
            if let Some(handled) = handled {
                let _ = handled.await;
            }
        }
    });
    let address = server.listen("127.0.0.1:0").await.expect("an address");
    let next = "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answer = ask_open(address, format!("{request}{next}").as_bytes()).await;
    let answers = String::from_utf8(answer).expect("ASCII");
    let end = answers[1..].find("HTTP/1.1 200").map(|at| at + 1);
    let stays = end.map_or("closes", |_| "goes on");
    out.line(&format!("{name}: {stays}"));
    out.show(&answers.as_bytes()[..end.unwrap_or(answers.len())]);
    server.close();
}

async fn exchange<F, T>(out: &Out, name: &str, request: &str, handler: F)
where
    F: Fn(IncomingMessage, ServerResponse) -> T + Send + Sync + 'static,
    T: Future<Output = Result<(), Error>> + Send + 'static,
{
    let server = server(ServerOptions::default(), handler);
    let address = server.listen("127.0.0.1:0").await.expect("an address");
    let answer = ask(address, request.as_bytes()).await;
    out.line(name);
    out.show(&answer);
    server.close();
}

// ANCHOR: server-framing
pub async fn server_framing(out: Out) {
    framed(&out, "end with content", GET, |_, mut res| async move {
        res.end("hello")
    })
    .await;
    framed(&out, "end with nothing", GET, |_, mut res| async move {
        res.end("")
    })
    .await;
    framed(&out, "write, then end", GET, |_, mut res| async move {
        res.write("hello")?;
        res.end("")
    })
    .await;
    framed(&out, "write, write, end", GET, |_, mut res| async move {
        res.write("a")?;
        res.write("bc")?;
        res.end("d")
    })
    .await;
    framed(&out, "writes in two ticks", GET, |_, mut res| async move {
        res.write("a")?;
        tokio::task::yield_now().await;
        res.write("b")?;
        res.end("")
    })
    .await;
    // ANCHOR_END: server-framing
    let name = "flushHeaders, then end";
    framed(&out, name, GET, |_, mut res| async move {
        res.flush_headers()?;
        res.end("hello")
    })
    .await;
    framed(&out, "a length of its own", GET, |_, mut res| async move {
        res.set_header("Content-Length", "5")?;
        res.write("hel")?;
        res.end("lo")
    })
    .await;
    framed(&out, "no length, no chunks", GET, |_, mut res| async move {
        res.remove_header("Content-Length")?;
        res.remove_header("Transfer-Encoding")?;
        res.end("hello")
    })
    .await;
    framed(&out, "no length", GET, |_, mut res| async move {
        res.remove_header("content-length")?;
        res.end("hello")
    })
    .await;
    framed(&out, "trailers", GET, |_, mut res| async move {
        res.write_head(200, None, &[("Trailer", "Sum")])?;
        res.write("hello")?;
        res.add_trailers(&[("Sum", "5")])?;
        res.end("")
    })
    .await;
    let head = GET.replace("GET", "HEAD");
    framed(&out, "to HEAD, content", &head, |_, mut res| async move {
        res.end("hello")
    })
    .await;
    framed(&out, "to HEAD, write", &head, |_, mut res| async move {
        res.write("hello")?;
        res.end("")
    })
    .await;
    framed(&out, "204", GET, |_, mut res| async move {
        res.set_status(204);
        res.end("hello")
    })
    .await;
    framed(&out, "304", GET, |_, mut res| async move {
        res.write_head(304, None, &[("ETag", "x")])?;
        res.end("")
    })
    .await;
    framed(&out, "204, chunked", GET, |_, mut res| async move {
        res.write_head(204, None, &[("Transfer-Encoding", "chunked")])?;
        res.end("")
    })
    .await;
    let old = "GET / HTTP/1.0\r\n\r\n";
    framed(&out, "to HTTP/1.0, content", old, |_, mut res| async move {
        res.end("hello")
    })
    .await;
    framed(&out, "to HTTP/1.0, write", old, |_, mut res| async move {
        res.write("hello")?;
        res.end("")
    })
    .await;
    let stays = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    let name = "to HTTP/1.0 that stays";
    framed(
        &out,
        name,
        stays,
        |_, mut res| async move { res.end("hello") },
    )
    .await;
}

pub async fn server_fields(out: Out) {
    let name = "set, get, has, remove";
    exchange(&out, name, GET, |_, mut res| async move {
        res.set_header("X-One", "1")?;
        res.set_header("x-two", "2")?;
        res.set_header("X-ONE", "one")?;
        res.remove_header("X-Two")?;
        let one = String::from_utf8(res.header("x-one").unwrap()).unwrap();
        let names = format!("{one} {}", res.has_header("x-two"));
        res.set_header("Names", names)?;
        let names = res.header_names().join(",");
        res.end(names)
    })
    .await;
    let name = "removed and set again";
    exchange(&out, name, GET, |_, mut res| async move {
        res.set_header("A", "1")?;
        res.set_header("B", "2")?;
        res.remove_header("a")?;
        res.set_header("A", "3")?;
        res.end("")
    })
    .await;
    exchange(&out, "several values", GET, |_, mut res| async move {
        res.set_header_values("Set-Cookie", &["a=1", "b=2"])?;
        res.append_header("Via", "x")?;
        res.append_header("via", "y")?;
        res.set_header_values("Cookie", &["a", "b"])?;
        res.end("")
    })
    .await;
    let name = "writeHead over setHeader";
    exchange(&out, name, GET, |_, mut res| async move {
        res.set_header("A", "1")?;
        res.set_header("B", "2")?;
        res.write_head(201, None, &[("a", "over"), ("C", "3")])?;
        res.end("")
    })
    .await;
    let name = "writeHead alone, twice the same";
    exchange(&out, name, GET, |_, mut res| async move {
        res.write_head(200, None, &[("A", "1"), ("a", "2")])?;
        res.end("")
    })
    .await;
    exchange(&out, "a reason of its own", GET, |_, mut res| async move {
        res.write_head(404, Some("No Such Thing"), &[])?;
        res.end("")
    })
    .await;
    exchange(&out, "statusMessage", GET, |_, mut res| async move {
        res.set_status_message("Fine");
        res.end("")
    })
    .await;
    let name = "a status without a name";
    exchange(&out, name, GET, |_, mut res| async move {
        res.write_head(299, None, &[])?;
        res.end("")
    })
    .await;
    exchange(&out, "a date of its own", GET, |_, mut res| async move {
        res.set_header("date", "today")?;
        res.end("")
    })
    .await;
    exchange(&out, "no date", GET, |_, mut res| async move {
        res.set_send_date(false);
        res.end("")
    })
    .await;
    exchange(&out, "no Connection", GET, |_, mut res| async move {
        res.remove_header("Connection")?;
        res.end("")
    })
    .await;
    exchange(&out, "its own Connection", GET, |_, mut res| async move {
        res.set_header("Connection", "close")?;
        res.end("")
    })
    .await;
    exchange(&out, "its own Keep-Alive", GET, |_, mut res| async move {
        res.set_header("Keep-Alive", "timeout=9")?;
        res.end("")
    })
    .await;
    exchange(&out, "Latin-1", GET, |_, mut res| async move {
        res.set_header("X", b"caf\xe9")?;
        res.end("")
    })
    .await;
    let name = "a trailer without chunks";
    exchange(&out, name, GET, |_, mut res| async move {
        res.set_header("Trailer", "A")?;
        res.set_header("Content-Length", "24")?;
        let error = res.write_head(200, None, &[]).unwrap_err();
        res.remove_header("Trailer")?;
        res.end(error.code())
    })
    .await;
    exchange(&out, "what is refused", GET, |_, mut res| async move {
        let mut errors = vec![
            res.set_header("a b", "1"),
            res.set_header("A", "x\r\nB: y"),
            res.write_head(99, None, &[]),
            res.write_head(1000, None, &[]),
            res.add_trailers(&[("a b", "1")]),
        ];
        res.write_head(200, None, &[])?;
        errors.extend([
            res.write_head(200, None, &[]),
            res.set_header("A", "1"),
            res.remove_header("A"),
        ]);
        let codes = errors.into_iter().map(|error| error.unwrap_err().code());
        let codes: Vec<&str> = codes.collect();
        res.end(codes.join("\n"))
    })
    .await;
}

pub async fn server_keep_alive(out: Out) {
    let request = |path: &str, fields: &str, version: &str| {
        format!("GET {path} HTTP/{version}\r\nHost: a\r\n{fields}\r\n")
    };
    let get = |path: &str| request(path, "", "1.1");
    let both = get("/1") + &get("/2");
    let first_closes = request("/1", "Connection: close\r\n", "1.1") + &get("/2");
    let old = request("/1", "", "1.0") + &get("/2");
    let stays = request("/1", "Connection: keep-alive\r\n", "1.0") + &get("/2");
    let most = |max_requests_per_socket| ServerOptions {
        max_requests_per_socket,
        ..ServerOptions::default()
    };
    let timeout = |milliseconds| ServerOptions {
        keep_alive_timeout: Duration::from_millis(milliseconds),
        ..ServerOptions::default()
    };
    let usual = ServerOptions::default;
    let cases = [
        ("both stay", usual(), both.clone()),
        ("the first closes", usual(), first_closes),
        ("the answer closes", usual(), both.clone()),
        ("HTTP/1.0", usual(), old),
        ("HTTP/1.0 that stays, a length", usual(), stays),
        ("one request a socket", most(1), both.clone()),
        ("two requests a socket", most(2), both),
        ("keepAliveTimeout 0", timeout(0), get("/1")),
        ("keepAliveTimeout 999", timeout(999), get("/1")),
        ("keepAliveTimeout 72500", timeout(72500), get("/1")),
    ];
    for (name, options, requests) in cases {
        let server = server(options, move |req, mut res| async move {
            match name {
                "the answer closes" => res.set_header("Connection", "close")?,
                "HTTP/1.0 that stays, a length" => {
                    res.set_header("Content-Length", "2")?
                }
                _ => {}
            }
            res.end(req.url())
        });
        let address = server.listen("127.0.0.1:0").await.expect("an address");
        let answer = ask(address, requests.as_bytes()).await;
        out.line(name);
        out.show(&answer);
        server.close();
    }
}

/// Reads all of the request, then answers: a tick after the end, as Node's `'end'` is.
async fn plain(mut req: IncomingMessage, mut res: ServerResponse) -> Result<(), Error> {
    while let Some(part) = req.next().await {
        part?;
    }
    tokio::task::yield_now().await;
    res.end("served")
}

// ANCHOR: server-mistakes
pub async fn server_mistakes(out: Out) {
    let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let (bad, chunk) = ("hello\r\n\r\n", "1\r\na\r\n");
    let whole = format!("{chunked}{chunk}0\r\n\r\n");
    let fields = |count: usize| {
        let fields = "A: b\r\n".repeat(count - 1);
        format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n{GET}{GET}{bad}")
    };
    let cases = [
        ("a request, then no HTTP", format!("{GET}{bad}")),
        ("two requests, then no HTTP", format!("{GET}{GET}{bad}")),
        ("a chunk that is none", format!("{chunked}x\r\n")),
        (
            "a chunk, then one that is none",
            format!("{chunked}{chunk}x\r\n"),
        ),
        (
            "a request, a chunk, and none",
            format!("{GET}{chunked}{chunk}x\r\n"),
        ),
        ("two contents, then no HTTP", format!("{whole}{whole}{bad}")),
        ("a request of 31 fields, two, no HTTP", fields(31)),
        ("a request of 32 fields, two, no HTTP", fields(32)),
    ];
    for (name, bytes) in cases {
        let options = ServerOptions::default();
        let server = server(options, |_, mut res| async move { res.end("") });
        let address = server.listen("127.0.0.1:0").await.expect("an address");
        let answer = ask(address, bytes.as_bytes()).await;
        let answer = String::from_utf8(answer).expect("ASCII");
        let lines = answer.lines();
        let statuses = lines.filter_map(|line| line.strip_prefix("HTTP/1.1 "));
        let statuses: Vec<_> = statuses.map(|line| &line[..3]).collect();
        out.line(&format!("{name}: {}", statuses.join(", ")));
    }
}
// ANCHOR_END: server-mistakes

pub async fn server_refuses(out: Out) {
    let head = "POST / HTTP/1.1\r\nHost: a\r\n";
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
    let large = "x".repeat(16384);
    let cases = [
        ("no Host", "GET / HTTP/1.1\r\n\r\n".into()),
        ("no HTTP", "hello\r\n\r\n".into()),
        (
            "a method it does not know",
            "FOO / HTTP/1.1\r\nHost: a\r\n\r\n".into(),
        ),
        (
            "two lengths",
            format!("{head}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        ),
        (
            "length and chunks",
            format!("{head}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ),
        (
            "a head of 16 KiB",
            format!("GET / HTTP/1.1\r\nHost: a\r\nX: {large}\r\n\r\n"),
        ),
        (
            "16 KiB of chunk extensions",
            format!("{chunked}5;x{large}\r\nhello\r\n0\r\n\r\n"),
        ),
        (
            "another expectation",
            format!("{head}Expect: tea\r\nContent-Length: 0\r\n\r\n"),
        ),
        ("an error behind a request", format!("{GET}hello\r\n\r\n")),
    ];
    for (name, request) in cases {
        exchange(&out, name, &request, plain).await;
    }
    let wrong = format!("{chunked}5\r\nhello\r\nx\r\n");
    let name = "an error in the content, answered already";
    exchange(
        &out,
        name,
        &wrong,
        |_, mut res| async move { res.end("early") },
    )
    .await;
    let name = "an error in the content, half answered";
    exchange(&out, name, &wrong, |_, mut res| async move {
        res.write("early")?;
        std::future::pending().await
    })
    .await;
    let name = "a request cut off";
    exchange(&out, name, "GET / HTTP/1.1\r\nHo", plain).await;
    let cut = format!("{head}Content-Length: 5\r\n\r\nhel");
    exchange(&out, "content cut off", &cut, plain).await;
}

/// Responses by the path of their request, for handlers that end them all together.
type Waiting = Arc<Mutex<BTreeMap<String, ServerResponse>>>;

// ANCHOR: server-pipeline
pub async fn server_pipeline(out: Out) {
    let ends = out.clone();
    let name = "the last one ends first";
    pipeline(&out, name, "GET", move |_, path, res, waiting| {
        let mut waiting = waiting.lock().unwrap();
        waiting.insert(path.clone(), res);
        if path == "/last" {
            for path in ["/last", "/fast", "/slow"] {
                ends.line(&format!("  {path} ends"));
                waiting.get_mut(path).unwrap().end(path).unwrap();
            }
        }
    })
    .await;
    // ANCHOR_END: server-pipeline
    let name = "the first one closes";
    pipeline(&out, name, "GET", |_, path, mut res, waiting| {
        if path == "/slow" {
            res.set_header("Connection", "close").unwrap();
        }
        let mut waiting = waiting.lock().unwrap();
        waiting.insert(path.clone(), res);
        if path == "/last" {
            for path in ["/last", "/fast", "/slow"] {
                waiting.get_mut(path).unwrap().end(path).unwrap();
            }
        }
    })
    .await;
    let name = "the first one is half written";
    pipeline(&out, name, "GET", |_, path, mut res, waiting| {
        if path == "/slow" {
            res.write("be").unwrap();
            res.write("gin ").unwrap();
        }
        let all = Arc::clone(&waiting);
        let mut waiting = waiting.lock().unwrap();
        waiting.insert(path.clone(), res);
        if path == "/last" {
            for text in ["written ", "in time"] {
                waiting.get_mut("/last").unwrap().write(text).unwrap();
            }
            waiting.get_mut("/last").unwrap().end("").unwrap();
            waiting.get_mut("/fast").unwrap().end("fast").unwrap();
            tokio::spawn(async move {
                let mut waiting = all.lock().unwrap();
                waiting.get_mut("/slow").unwrap().end("end").unwrap();
            });
        }
    })
    .await;
    let name = "the second one is HEAD";
    pipeline(&out, name, "HEAD", |method, _, mut res, _| {
        res.end(method).unwrap();
    })
    .await;
}

/// Three requests in one write; the second has this method.
async fn pipeline<F>(out: &Out, name: &str, second: &str, handler: F)
where
    F: Fn(String, String, ServerResponse, Waiting) + Send + Sync + 'static,
{
    out.line(name);
    let (waiting, handlers) = (Waiting::default(), out.clone());
    let responses = Arc::clone(&waiting);
    let server = server(ServerOptions::default(), move |req, res| {
        handlers.line(&format!("  {} {}", req.method(), req.url()));
        let (method, path) = (req.method().to_owned(), req.url().to_owned());
        handler(method, path, res, Arc::clone(&responses));
        async { Ok(()) }
    });
    let address = server.listen("127.0.0.1:0").await.expect("an address");
    let three = format!(
        "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n\
         {second} /fast HTTP/1.1\r\nHost: a\r\n\r\n\
         GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    );
    let answer = ask_open(address, three.as_bytes()).await;
    out.show(&answer);
    waiting.lock().unwrap().clear();
    server.close();
}

/// Answers with the content.
async fn echo(mut req: IncomingMessage, mut res: ServerResponse) -> Result<(), Error> {
    let body = req.collect(1000).await?;
    res.end([b"got ", &body[..]].concat())
}

async fn ignore(handled: impl Future<Output = Result<(), Error>>) {
    let _ = handled.await;
}

pub async fn server_continue(out: Out) {
    let usual = || server(ServerOptions::default(), echo);
    let head = |fields: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
    let waits = head("Expect: 100-continue\r\nContent-Length: 5\r\n");
    let tea = head("Expect: tea\r\nConnection: close\r\n");
    let dialog =
        |pieces: &[&str]| pieces.iter().map(|p| p.to_string()).collect::<Vec<_>>();
    let cases = [
        ("nobody listens", dialog(&[&waits, "hello"]), usual()),
        (
            "checkContinue goes on",
            dialog(&[&waits, "hello"]),
            usual().on_check_continue(|req, mut res| async move {
                res.write_continue().unwrap();
                ignore(echo(req, res)).await;
            }),
        ),
        (
            "checkContinue refuses",
            dialog(&[&waits]),
            usual().on_check_continue(|_, mut res| async move {
                res.write_head(413, None, &[]).unwrap();
                res.end("").unwrap();
            }),
        ),
        (
            "checkContinue refuses, the content was sent",
            dialog(&[&(waits.clone() + "hello")]),
            usual().on_check_continue(|_, mut res| async move {
                res.set_status(413);
                res.end("no").unwrap();
            }),
        ),
        ("another expectation", dialog(&[&tea]), usual()),
        (
            "checkExpectation",
            dialog(&[&tea]),
            usual().on_check_expectation(|req, mut res| async move {
                res.end(req.header("expect").unwrap()).unwrap();
            }),
        ),
        (
            "HTTP/1.0 cannot",
            dialog(&[&(waits.replace("1.1", "1.0") + "hello")]),
            usual(),
        ),
        (
            "early hints",
            dialog(&[&head("Connection: close\r\n")]),
            server(ServerOptions::default(), |_, mut res| async move {
                res.write_processing()?;
                res.write_early_hints(&["</a.css>; rel=preload"], &[("x-of", "b")])?;
                res.end("late")
            }),
        ),
    ];
    for (name, pieces, server) in cases {
        let address = server.listen("127.0.0.1:0").await.expect("an address");
        let pieces: Vec<&[u8]> = pieces.iter().map(|piece| piece.as_bytes()).collect();
        let answer = converse(address, &pieces).await;
        out.line(name);
        out.show(&answer);
        server.close();
    }
}

const UPGRADE: &str =
    "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n";

/// What `take` of the program does.
async fn take(out: Out, req: IncomingMessage, mut socket: Upgraded, line: &str) {
    let head = socket.head().clone();
    let text = head.escape_ascii();
    out.line(&format!(
        "  {} {}, head \"{text}\"",
        req.method(),
        req.url()
    ));
    let line = format!("HTTP/1.1 {line}\r\n\r\n");
    socket.write_all(line.as_bytes()).await.expect("it is sent");
    let mut first = vec![0; head.len()];
    socket.read_exact(&mut first).await.expect("the head");
    let mut data = Vec::new();
    socket.read_buf(&mut data).await.expect("more");
    let echo = [b"echo ", &data[..]].concat();
    socket.write_all(&echo).await.expect("it is sent");
    socket.shutdown().await.expect("it is sent");
}

pub async fn server_upgrade(out: Out) {
    let usual = || {
        server(ServerOptions::default(), |req, mut res| async move {
            res.end(format!("request {}", req.url()))
        })
    };
    let chat = |out: Out| {
        usual().on_upgrade(move |req, socket| {
            take(out.clone(), req, socket, "101 Switching Protocols")
        })
    };
    let connect = "CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n";
    let tunnels = out.clone();
    let tunnel = usual()
        .on_connect(move |req, socket| take(tunnels.clone(), req, socket, "200 OK"));
    let cases = [
        (
            "upgrade",
            vec![format!("{UPGRADE}\r\nfirst"), "second".into()],
            chat(out.clone()),
        ),
        (
            "upgrade with content",
            vec![
                format!("{UPGRADE}Content-Length: 5\r\n\r\nhellofirst"),
                "second".into(),
            ],
            with_content(usual(), out.clone()),
        ),
        (
            "upgrade behind a request",
            vec![
                format!("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n{UPGRADE}\r\nfirst"),
                "second".into(),
            ],
            chat(out.clone()),
        ),
        (
            "upgrade, nobody listens",
            vec![format!("{UPGRADE}\r\n")],
            usual(),
        ),
        (
            "Upgrade without Connection",
            vec![UPGRADE.replace("Connection: Upgrade\r\n", "") + "\r\n"],
            chat(out.clone()),
        ),
        (
            "CONNECT",
            vec![format!("{connect}first"), "second".into()],
            tunnel,
        ),
        ("CONNECT, nobody listens", vec![connect.into()], usual()),
    ];
    for (name, pieces, server) in cases {
        out.line(name);
        let address = server.listen("127.0.0.1:0").await.expect("an address");
        let pieces: Vec<&[u8]> = pieces.iter().map(|piece| piece.as_bytes()).collect();
        let answer = converse(address, &pieces).await;
        match answer.is_empty() {
            true => out.line("  nothing"),
            false => out.show(&answer),
        }
        server.close();
    }
}

fn with_content(server: Server, out: Out) -> Server {
    server.on_upgrade(move |mut req, mut socket| {
        let out = out.clone();
        async move {
            let head = socket.head().clone();
            let text = head.escape_ascii();
            out.line(&format!(
                "  {} {}, head \"{text}\"",
                req.method(),
                req.url()
            ));
            let content = req.collect(1000).await.expect("the content");
            out.line(&format!("  content {}", content.escape_ascii()));
            let line = b"HTTP/1.1 101 Switching Protocols\r\n\r\n";
            socket.write_all(line).await.expect("it is sent");
            let mut first = vec![0; head.len()];
            socket.read_exact(&mut first).await.expect("the head");
            let mut data = Vec::new();
            socket.read_buf(&mut data).await.expect("more");
            out.line(&format!("  read {}", data.escape_ascii()));
            socket.write_all(b"bye").await.expect("it is sent");
            socket.shutdown().await.expect("it is sent");
        }
    })
}

/// Fields as `[[name,value],…]`, names in small letters, without `Host`.
fn headers(req: &IncomingMessage) -> String {
    let mut told = Vec::<(String, String)>::new();
    for (name, _) in req.raw_headers().iter() {
        let name = text(name).to_ascii_lowercase();
        if name == "host" || told.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let value = match name.as_str() {
            "set-cookie" => format!("[{}]", values(req.raw_headers(), &name)),
            _ => text(&req.header(&name).expect("a field")),
        };
        told.push((name, value));
    }
    let pairs: Vec<_> = told.iter().map(|(n, v)| format!("[{n},{v}]")).collect();
    format!("[{}]", pairs.join(","))
}

fn text(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// The values of a field, each by itself.
fn values(fields: &Fields, name: &str) -> String {
    let values: Vec<String> = fields.get_all(name).map(text).collect();
    values.join(",")
}

/// Names and values as they came.
fn raw(fields: &Fields) -> String {
    let pairs = fields
        .iter()
        .flat_map(|(name, value)| [text(name), text(value)]);
    pairs.collect::<Vec<_>>().join(",")
}

fn trailers(req: &IncomingMessage) -> String {
    let trailers = req.trailers();
    let joined = node_http::joined(&trailers, "sum").expect("a trailer");
    format!("[[[sum,{}]],[{}]]", text(&joined), raw(&trailers))
}

pub async fn server_reads(out: Out) {
    type Tell = fn(&IncomingMessage) -> String;
    let request = |fields: &str| format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
    let post = |fields: &str| request(fields).replace("GET", "POST");
    let line = |line: &str| request("").replace("GET / HTTP/1.1", line);
    let chunks = "5\r\nhello\r\n6\r\n world\r\n0\r\nSum: 11\r\nSum: x\r\n\r\n";
    let chunked = post("Transfer-Encoding: chunked\r\n") + chunks;
    let more = request("").replace("GET /", "GET /more");
    let url: Tell = |req| format!("[{}]", req.url());
    let cases: [(&str, String, Tell); 13] = [
        ("field twice", request("X-A: 1\r\nx-a: 2\r\n"), headers),
        (
            "Cookie twice",
            request("Cookie: a=1\r\nCookie: b=2\r\n"),
            headers,
        ),
        (
            "Set-Cookie twice",
            request("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n"),
            headers,
        ),
        (
            "User-Agent twice",
            request("User-Agent: a\r\nUser-Agent: b\r\n"),
            headers,
        ),
        ("Host twice", request("Host: b\r\n"), |req| {
            format!("[{}]", text(&req.header("host").expect("a host")))
        }),
        ("as it came", request("x-A:  1 \r\n"), |req| {
            format!("[{}]", raw(req.raw_headers()))
        }),
        ("distinct", request("X-A: 1\r\nx-a: 2\r\n"), |req| {
            format!("[{}]", values(req.raw_headers(), "x-a"))
        }),
        (
            "the start line",
            line("PUT /a/../b?c=%20 HTTP/1.1"),
            |req| format!("[{},{},{}]", req.method(), req.url(), req.http_version()),
        ),
        ("an absolute target", line("GET http://x/y HTTP/1.1"), url),
        ("OPTIONS *", line("OPTIONS * HTTP/1.1"), |req| {
            format!("[{},{}]", req.method(), req.url())
        }),
        ("chunks and trailers", chunked, trailers),
        (
            "content of a GET",
            request("Content-Length: 5\r\n") + "hello",
            |_| "[]".into(),
        ),
        (
            "more than its length",
            post("Content-Length: 2\r\n") + "hi" + &more,
            url,
        ),
    ];
    for (name, bytes, tell) in cases {
        let server = server(
            ServerOptions::default(),
            move |mut req, mut res| async move {
                let body = req.collect(1000).await?;
                res.end(format!("{} {}", tell(&req), text(&body)))
            },
        );
        let address = server.listen("127.0.0.1:0").await.expect("an address");
        let answer = ask(address, bytes.as_bytes()).await;
        out.line(name);
        let answer = String::from_utf8(answer).expect("ASCII");
        for response in answer.split("HTTP/1.1 200 OK\r\n").skip(1) {
            let (_, body) = response.split_once("\r\n\r\n").expect("a head");
            out.line(&format!("  {body}"));
        }
        server.close();
    }
}

pub async fn server_close(out: Out) {
    let request = |path: &str, fields: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: a\r\n{fields}\r\n")
    };
    // The handler of /busy waits here for its time.
    let late = Arc::new(tokio::sync::Notify::new());
    let asked = Arc::new(tokio::sync::Notify::new());
    let (waits, tells) = (Arc::clone(&late), Arc::clone(&asked));
    let server = server(ServerOptions::default(), move |req, mut res| {
        let (waits, tells) = (Arc::clone(&waits), Arc::clone(&tells));
        async move {
            if req.url() != "/busy" {
                return res.end(req.url());
            }
            tells.notify_one();
            waits.notified().await;
            res.end("late")
        }
    });
    let address = server.listen("127.0.0.1:0").await.expect("an address");
    let idle = Client::connect(address, &request("/idle", "")).await;
    let busy = TcpStream::connect(address).await.expect("a connection");
    let mut busy = Client {
        socket: busy,
        read: Vec::new(),
    };
    let get = request("/busy", "");
    busy.socket
        .write_all(get.as_bytes())
        .await
        .expect("it is sent");
    asked.notified().await;
    server.close();
    let refused = TcpStream::connect(address).await.is_err();
    // Node says so at once; here the kernel is asked.
    out.line(&format!("listening: {}", !refused));
    idle.end(&out, "idle").await;
    late.notify_one();
    busy.socket
        .read_buf(&mut busy.read)
        .await
        .expect("an answer");
    let again = request("/again", "Connection: close\r\n");
    busy.socket
        .write_all(again.as_bytes())
        .await
        .expect("it is sent");
    let mut read = busy.read;
    read.extend(crate::wire::to_end(&mut busy.socket).await);
    server.closed().await;
    out.line("closed");
    out.line("busy");
    out.show(&read);
}

struct Client {
    socket: TcpStream,
    read: Vec<u8>,
}

impl Client {
    /// Asks, and reads the beginning of the answer.
    async fn connect(address: std::net::SocketAddr, bytes: &str) -> Client {
        let mut socket = TcpStream::connect(address).await.expect("a connection");
        socket
            .write_all(bytes.as_bytes())
            .await
            .expect("it is sent");
        let mut read = Vec::new();
        socket.read_buf(&mut read).await.expect("an answer");
        Client { socket, read }
    }

    /// Tells what came until the server closed.
    async fn end(mut self, out: &Out, name: &str) {
        self.read
            .extend(crate::wire::to_end(&mut self.socket).await);
        out.line(name);
        out.show(&self.read);
    }
}

pub async fn server_timeouts(out: Out) {
    let post = |path: &str| {
        format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
    };
    let cases = [
        ("nothing", String::new()),
        ("half a line", "GET / HT".into()),
        ("half a head", "GET / HTTP/1.1\r\nHost: a\r\n".into()),
        ("half the content", post("/")),
        ("half the content, answered", post("/early")),
        ("half the content, half answered", post("/half")),
        ("half a second request", format!("{GET}GET /2 HT")),
    ];
    let options = ServerOptions {
        headers_timeout: Duration::from_millis(50),
        request_timeout: Duration::from_millis(100),
        connections_checking_interval: Duration::from_millis(25),
        ..ServerOptions::default()
    };
    let handlers = out.clone();
    let server = server(options, move |mut req, mut res| {
        let out = handlers.clone();
        async move {
            match req.url() {
                "/early" => return res.end("early"),
                "/half" => {
                    res.write("half")?;
                    return std::future::pending().await;
                }
                _ => {}
            }
            while let Some(part) = req.next().await {
                if let Err(error) = part {
                    out.line(&format!("   {}", error.code()));
                    return Err(error);
                }
            }
            res.end(req.url())
        }
    });
    let address = server.listen("127.0.0.1:0").await.expect("an address");
    for (name, bytes) in cases {
        let answer = ask_open(address, bytes.as_bytes()).await;
        out.line(name);
        out.show(&answer);
    }
    server.close();
}

pub async fn server_idle(out: Out) {
    type Handle = fn(ServerResponse) -> Option<ServerResponse>;
    let stalled = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel";
    let half = format!("{GET}GET / HT");
    let short = || ServerOptions {
        keep_alive_timeout: Duration::from_millis(50),
        keep_alive_timeout_buffer: Duration::from_millis(50),
        ..ServerOptions::default()
    };
    let timed = || ServerOptions {
        timeout: Duration::from_millis(100),
        ..ServerOptions::default()
    };
    let no_keep_alive = ServerOptions {
        keep_alive_timeout: Duration::ZERO,
        ..timed()
    };
    let answer: Handle = |mut res| {
        res.end("hello").expect("it is written");
        None
    };
    let cases = [
        ("silent behind an answer", short(), GET, answer),
        ("half a head behind an answer", short(), &half, answer),
        ("answered, and the content stalls", short(), stalled, answer),
        (
            "no keepAliveTimeout, but a timeout",
            no_keep_alive,
            GET,
            answer,
        ),
        (
            "a handler that takes longer than the timeout",
            timed(),
            GET,
            |res| Some(res),
        ),
        (
            "an answer that stops longer than the timeout",
            timed(),
            GET,
            |mut res| {
                res.write("hel").expect("it is written");
                Some(res)
            },
        ),
        ("nothing at all", timed(), "", answer),
    ];
    for (name, options, request, handle) in cases {
        let server = server(options, move |_, res| async move {
            match handle(res) {
                Some(_open) => std::future::pending().await,
                None => Ok(()),
            }
        });
        let address = server.listen("127.0.0.1:0").await.expect("an address");
        let answer = ask_open(address, request.as_bytes()).await;
        out.line(name);
        match answer.is_empty() {
            true => out.line("  nothing"),
            false => out.show(&answer),
        }
        server.close();
    }
}

const PIECE: usize = 16384;

/// What six writes of 16 KiB return.
fn six_writes(res: &mut ServerResponse) -> String {
    let mut write = || res.write([b'x'; PIECE]).unwrap().to_string();
    let returned: Vec<String> = (0..6).map(|_| write()).collect();
    returned.join(",")
}

pub async fn server_back_pressure(out: Out) {
    for name in ["chunks", "a length", "behind another response"] {
        out.line(name);
        let handlers = out.clone();
        let server = server(ServerOptions::default(), move |req, mut res| {
            let out = handlers.clone();
            async move {
                if name == "a length" {
                    res.set_header("Content-Length", (6 * PIECE).to_string())?;
                }
                if req.url() == "/1" {
                    // The other handler writes meanwhile.
                    tokio::task::yield_now().await;
                    tokio::task::yield_now().await;
                    return res.end("");
                }
                out.line(&format!("  {}", six_writes(&mut res)));
                res.drain().await?;
                out.line(&format!("  drain, {} left", res.writable_length()));
                res.end("")
            }
        });
        let address = server.listen("127.0.0.1:0").await.expect("an address");
        let last = |path: &str| {
            format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        };
        let bytes = match name {
            "behind another response" => GET.replacen('/', "/1", 1) + &last("/2"),
            _ => last("/"),
        };
        let read = ask_open(address, bytes.as_bytes()).await.len();
        let all = if read > 6 * PIECE { "all" } else { "not all" };
        out.line(&format!("  {all} was read"));
        server.close();
    }
}

// ANCHOR: half-close
pub async fn half_close(out: Out) {
    let get = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let server = server(ServerOptions::default(), |_, mut res| async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        res.end("hello")
    });
    let address = server.listen("127.0.0.1:0").await.expect("an address");
    let asked = [
        ("write", ask_open(address, get).await),
        ("end", ask(address, get).await),
    ];
    for (send, answer) in asked {
        let answer = String::from_utf8(answer).expect("ASCII");
        let line = answer.lines().next().unwrap_or("no answer");
        out.line(&format!("socket.{send}: {line}"));
    }
}
// ANCHOR_END: half-close

/// The run of the trace.
pub async fn pipelined(out: Out) {
    let story = crate::trace::pipelined().await;
    for line in story.printed.lines() {
        out.line(line);
    }
}
