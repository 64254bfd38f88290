//! Twins whose client is ours, and whose server is a raw socket.

use crate::wire::{Out, raw_server, read_until, to_end};
use http_wire::{Fields, Response};
use node_http::{
    Agent, AgentOptions, ClientEvent, ClientRequest, Error, IncomingMessage,
    RequestOptions, Upgraded,
};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Where the twin asks.
fn to(port: u16) -> RequestOptions {
    RequestOptions::to("127.0.0.1", port)
}

fn fields(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = fields.iter().map(|(n, v)| (n.to_string(), v.to_string()));
    owned.collect()
}

fn ends_with_chunk(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let (_, last) = text.rsplit_once("\r\n0\r\n").unwrap_or_default();
    last.ends_with("\r\n")
}

/// The end of chunks, or of "hello", or of the head where there is no content.
fn is_complete(bytes: &[u8]) -> bool {
    let has = |what: &str| String::from_utf8_lossy(bytes).contains(what);
    match () {
        () if has("chunked") => ends_with_chunk(bytes),
        () if has("Content-Length: 5") => bytes.ends_with(b"hello"),
        () => bytes.ends_with(b"\r\n\r\n"),
    }
}

type Send = fn(&mut ClientRequest) -> Result<(), Error>;

// ANCHOR: client-requests
pub async fn client_requests(out: Out) {
    let end: Send = |req| req.end("");
    let post = |name, send: Send| {
        let method = "POST".into();
        let options = RequestOptions { method, ..to(0) };
        (name, global(), options, send)
    };
    let get = |name, agent| (name, agent, to(0), end);
    let method = |method: &str| {
        let method = method.into();
        RequestOptions { method, ..to(0) }
    };
    let with = |list: &[(&str, &str)]| RequestOptions {
        headers: fields(list),
        ..to(0)
    };
    let one = Agent::new(AgentOptions {
        max_sockets: 1,
        ..AgentOptions::default()
    });
    let list = RequestOptions {
        raw_headers: Some(fields(&[("A", "1"), ("a", "2"), ("Host", "b")])),
        ..to(0)
    };
    let bare = RequestOptions {
        set_default_headers: false,
        ..to(0)
    };
    let path = RequestOptions {
        path: "/a?b".into(),
        ..to(0)
    };
    let length = RequestOptions {
        method: "POST".into(),
        ..with(&[("Content-Length", "5")])
    };
    let trailer = RequestOptions {
        method: "POST".into(),
        ..with(&[("Trailer", "Sum")])
    };
    let cases: Vec<(&str, Agent, RequestOptions, Send)> = vec![
        get("get", global()),
        get("get, another Agent", Agent::default()),
        get("get, at most one socket", one),
        get("get, no Agent", Agent::default()),
        (
            "fields",
            global(),
            with(&[("X-A", "1"), ("Host", "b")]),
            |req| {
                req.set_header_values("x-b", &["2", "3"])?;
                req.remove_header("x-a")?;
                req.end("")
            },
        ),
        ("fields as a list", global(), list, end),
        ("no default fields", global(), bare, end),
        ("a path", global(), path, end),
        ("HEAD", global(), method("HEAD"), end),
        ("a method in lower case", global(), method("purge"), end),
        post("POST nothing", end),
        post("POST, end with content", |req| req.end("hello")),
        post("POST, write, end", |req| {
            req.write("hello")?;
            req.end("")
        }),
        post("POST, write, write, end", |req| {
            req.write("a")?;
            req.write("b")?;
            req.end("c")
        }),
        ("POST, a length of its own", global(), length, |req| {
            req.write("hel")?;
            req.end("lo")
        }),
        ("POST, trailers", global(), trailer, |req| {
            req.write("hello")?;
            req.add_trailers(&[("Sum", "5")])?;
            req.end("")
        }),
        (
            "GET, chunked",
            global(),
            with(&[("Transfer-Encoding", "chunked")]),
            |req| req.end("hello"),
        ),
        (
            "Connection: close",
            global(),
            with(&[("Connection", "close")]),
            end,
        ),
    ];
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let read = Arc::clone(&bytes);
    let port = raw_server(move |_, mut socket| {
        let bytes = Arc::clone(&read);
        async move {
            let mut read = Vec::new();
            read_until(&mut socket, &mut read, is_complete).await;
            *bytes.lock().unwrap() = read;
            let answer = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
            socket.write_all(answer).await.expect("it is sent");
        }
    })
    .await;
    for (name, agent, options, send) in cases {
        let options = RequestOptions { port, ..options };
        let mut request = agent.request(options).expect("a request");
        send(&mut request).expect("a request");
        let mut response = request.response().await.expect("a response");
        response.collect(1000).await.expect("its end");
        out.line(name);
        out.show(&bytes.lock().unwrap());
    }
}
// ANCHOR_END: client-requests

fn global() -> Agent {
    Agent::new(AgentOptions::global())
}

pub async fn client_refuses(out: Out) {
    let port = raw_server(|_, _| async {}).await;
    let request = |options: RequestOptions| {
        Agent::default().request(RequestOptions { port, ..options })
    };
    let post = || {
        let method = "POST".into();
        RequestOptions { method, ..to(port) }
    };
    let path = |path: &str| {
        let path = path.into();
        RequestOptions { path, ..to(port) }
    };
    let with = |name, value| RequestOptions {
        headers: fields(&[(name, value)]),
        ..to(port)
    };
    let after_head = || {
        let mut request = request(post())?;
        request.write("x")?;
        request.set_header("a", "1")
    };
    let method = RequestOptions {
        method: "GET /".into(),
        ..to(port)
    };
    let cases = [
        ("a space in the path", request(path("/a b")).map(drop)),
        (
            "a line end in the path",
            request(path("/a\r\nHost: b")).map(drop),
        ),
        ("a method that is no token", request(method).map(drop)),
        (
            "a name that is no token",
            request(with("a b", "1")).map(drop),
        ),
        (
            "a line end in a value",
            request(with("a", "1\r\nb: 2")).map(drop),
        ),
        ("a field behind the head", after_head()),
        (
            "trailers without chunks",
            request(with("Trailer", "Sum")).and_then(|mut req| req.end("")),
        ),
        (
            "a trailer of two lines",
            request(post()).and_then(|mut req| req.add_trailers(&[("a", "1\r\nb: 2")])),
        ),
    ];
    for (name, result) in cases {
        let result = result.map_or_else(|error| error.code(), |()| "sent");
        out.line(&format!("{name}: {result}"));
    }
}

fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// A raw server that answers every head with this and closes.
async fn answering(answer: &str) -> u16 {
    let answer = answer.to_owned();
    raw_server(move |_, mut socket| {
        let answer = answer.clone();
        async move {
            let mut read = Vec::new();
            read_until(&mut socket, &mut read, is_complete).await;
            // The client may not want all of it.
            let _ = socket.write_all(answer.as_bytes()).await;
            let _ = socket.shutdown().await;
            to_end(&mut socket).await;
        }
    })
    .await
}

/// Fields as the program shows them.
fn show_headers(out: &Out, response: &IncomingMessage<Response>) {
    let mut told = Vec::<String>::new();
    for (name, _) in response.raw_headers().iter() {
        let name = text(name).to_ascii_lowercase();
        let frames = ["content-length", "transfer-encoding"].contains(&name.as_str());
        if frames || told.contains(&name) {
            continue;
        }
        let value = match name.as_str() {
            "set-cookie" => list(response.raw_headers(), &name),
            _ => text(&response.header(&name).expect("a field")),
        };
        out.line(&format!("  {name}: {value}"));
        told.push(name);
    }
}

fn list(fields: &Fields, name: &str) -> String {
    let values: Vec<String> = fields.get_all(name).map(text).collect();
    values.join(",")
}

pub async fn client_reads(out: Out) {
    let ok = "HTTP/1.1 200 OK\r\n";
    let two = "Content-Length: 2\r\n\r\nhi";
    let once = "ETag: a\r\nETag: b\r\nServer: a\r\nServer: b\r\n";
    let several = "X-A: 1\r\nx-a: 2\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n";
    let chunks = "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nSum: 2\r\n\r\n";
    let early = "HTTP/1.1 103 Early Hints\r\n\r\n";
    let cases = [
        ("a reason", format!("HTTP/1.1 200 So Be It\r\n{two}")),
        ("no reason", format!("HTTP/1.1 299 \r\n{two}")),
        ("fields", format!("{ok}{several}{two}")),
        (
            "fields of which the first counts",
            format!("{ok}{once}{two}"),
        ),
        ("trailers", format!("{ok}{chunks}")),
        ("cut off", format!("{ok}Content-Length: 5\r\n\r\nhi")),
        ("nothing", String::new()),
        ("no HTTP", "hi\r\n\r\n".into()),
        (
            "a head of 16 KiB",
            format!("{ok}X: {}\r\n{two}", "x".repeat(16384)),
        ),
        (
            "hints, hints, an answer",
            format!("{early}{early}{ok}{two}"),
        ),
    ];
    for (name, answer) in cases {
        out.line(name);
        let port = answering(&answer).await;
        let mut request = Agent::default().request(to(port)).expect("a request");
        request.end("").expect("a request");
        loop {
            match request.event().await {
                Ok(ClientEvent::Information(head)) => {
                    out.line(&format!("  information {}", head.status));
                    continue;
                }
                Ok(ClientEvent::Response(response)) => show(&out, response).await,
                Ok(_) => unreachable!("nobody asked for another protocol"),
                Err(error) => out.line(&format!("  {}", error.code())),
            }
            break;
        }
    }
}

async fn show(out: &Out, mut response: IncomingMessage<Response>) {
    let status = response.status_code();
    out.line(&format!("  {status} {}", response.status_message()));
    show_headers(out, &response);
    while let Some(part) = response.next().await {
        match part {
            Ok(data) => out.line(&format!("  \"{}\"", text(&data))),
            Err(error) => return out.line(&format!("  {} {error}", error.code())),
        }
    }
    let trailers = response.trailers();
    let told = trailers.iter().map(|(name, value)| {
        format!(" {},{}", text(name).to_ascii_lowercase(), text(value))
    });
    out.line(&format!("  end{}", told.collect::<String>()));
}

pub async fn client_continue(out: Out) {
    let go = "HTTP/1.1 100 Continue\r\n\r\n";
    let early = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let no = "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n";
    let expect = ("Expect", "100-continue");
    let length = ("Content-Length", "5");
    let early_go = format!("{early}{go}");
    let cases = [
        ("goes on", fields(&[expect]), vec![go, ok]),
        ("with a length", fields(&[expect, length]), vec![go, ok]),
        ("hints first", fields(&[expect]), vec![&early_go, ok]),
        ("refused", fields(&[expect]), vec![no]),
    ];
    for (name, headers, answers) in cases {
        out.line(name);
        let (port, bytes) = dialog(&answers, is_head_or_content).await;
        let options = RequestOptions {
            method: "POST".into(),
            headers,
            ..to(port)
        };
        let mut request = Agent::default().request(options).expect("a request");
        loop {
            match request.event().await.expect("an answer") {
                ClientEvent::Information(head) => {
                    if head.status == 100 {
                        out.line("  continue");
                        request.end("hello").expect("it is sent");
                    }
                    let fields = head.fields.iter();
                    let lines = fields.map(|(n, v)| format!("{},{}", text(n), text(v)));
                    let lines: Vec<String> = lines.collect();
                    let status = head.status;
                    out.line(&format!("  information {status} {}", lines.join(",")));
                }
                ClientEvent::Response(mut response) => {
                    out.line(&format!("  response {}", response.status_code()));
                    response.collect(1000).await.expect("its end");
                    break;
                }
                other => panic!("{other:?}"),
            }
        }
        drop(request);
        out.show(&bytes.await.expect("the connection ends"));
    }
}

/// A head, or content that is complete.
fn is_head_or_content(bytes: &[u8]) -> bool {
    bytes.ends_with(b"\r\n\r\n") || bytes.ends_with(b"hello")
}

/// A raw server that gives one answer after the other, each when `is_turn` says so of
/// what came, and then waits for the end. What it read comes at the end.
async fn dialog(
    answers: &[&str],
    is_turn: fn(&[u8]) -> bool,
) -> (u16, tokio::sync::oneshot::Receiver<Vec<u8>>) {
    let answers: Vec<String> =
        answers.iter().map(|answer| answer.to_string()).collect();
    let (sender, bytes) = tokio::sync::oneshot::channel();
    let sender = Mutex::new(Some(sender));
    let port = raw_server(move |_, mut socket| {
        let (answers, sender) = (answers.clone(), sender.lock().unwrap().take());
        async move {
            let mut read = Vec::new();
            for answer in answers {
                if !read_until(&mut socket, &mut read, is_turn).await {
                    break;
                }
                socket
                    .write_all(answer.as_bytes())
                    .await
                    .expect("it is sent");
            }
            read.extend(to_end(&mut socket).await);
            let _ = sender.expect("one connection").send(read);
        }
    })
    .await;
    (port, bytes)
}

pub async fn client_upgrade(out: Out) {
    let chat = |port| RequestOptions {
        headers: fields(&[("Connection", "Upgrade"), ("Upgrade", "chat")]),
        ..to(port)
    };
    let connect = |port| RequestOptions {
        method: "CONNECT".into(),
        path: "b:443".into(),
        ..to(port)
    };
    let plain = |port| to(port);
    let switched = "HTTP/1.1 101 Switching Protocols\r\n\
                    Connection: Upgrade\r\nUpgrade: chat\r\n\r\nfirst";
    let early = format!("HTTP/1.1 103 Early Hints\r\n\r\n{switched}");
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let tunnel = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst";
    let refused =
        "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno";
    type Options = fn(u16) -> RequestOptions;
    let cases: [(&str, Options, &str); 6] = [
        ("upgrade", chat, switched),
        ("upgrade refused", chat, ok),
        ("upgrade with hints before", chat, &early),
        ("101 not asked for", plain, switched),
        ("tunnel", connect, tunnel),
        ("tunnel refused", connect, refused),
    ];
    for (name, options, answer) in cases {
        out.line(name);
        let (port, bytes) =
            dialog(&[answer], |bytes| bytes.ends_with(b"\r\n\r\n")).await;
        let agent = Agent::default();
        let mut request = agent.request(options(port)).expect("a request");
        request.end("").expect("it is sent");
        loop {
            match request.event().await.expect("an answer") {
                ClientEvent::Information(_) => continue,
                ClientEvent::Upgrade(response, socket) => {
                    take(&out, "upgrade", &response, socket).await;
                }
                ClientEvent::Connect(response, socket) => {
                    take(&out, "connect", &response, socket).await;
                }
                ClientEvent::Response(response) => {
                    out.line(&format!("  response {}", response.status_code()));
                }
            }
            break;
        }
        request.closed().await;
        out.show(&bytes.await.expect("the connection ends"));
    }
}

async fn take(
    out: &Out,
    event: &str,
    response: &IncomingMessage<Response>,
    mut socket: Upgraded,
) {
    let (status, head) = (response.status_code(), text(socket.head()));
    out.line(&format!("  {event} {status}, head \"{head}\""));
    socket.write_all(b"second").await.expect("it is sent");
    socket.shutdown().await.expect("it is sent");
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).await.expect("the end");
}

pub async fn client_timeout(out: Out) {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    let cases = [
        ("no answer", String::new()),
        ("half a head", head[..20].into()),
        ("half the content", format!("{head}hel")),
        ("an answer", format!("{head}hello")),
    ];
    for (name, answer) in cases {
        out.line(name);
        let (port, _bytes) = dialog(&[&answer], |_| true).await;
        let options = RequestOptions {
            timeout: Some(Duration::from_millis(200)),
            ..to(port)
        };
        let mut request = Agent::default().request(options).expect("a request");
        request.end("").expect("it is sent");
        match request.response().await {
            Ok(response) => tell(&out, response).await,
            Err(Error::Timeout) => out.line("  timeout"),
            Err(other) => panic!("{other}"),
        }
    }
}

async fn tell(out: &Out, mut response: IncomingMessage<Response>) {
    while let Some(part) = response.next().await {
        match part {
            Ok(data) => out.line(&format!("  data {}", text(&data))),
            Err(Error::Timeout) => return out.line("  timeout"),
            Err(other) => panic!("{other}"),
        }
    }
    out.line("  end");
}
