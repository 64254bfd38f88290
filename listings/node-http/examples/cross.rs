//! Node's client and ours, Node's server and ours: each client asks each server the same
//! and tells what it got.
//!
//! `cargo run -p node-http --example cross`

use http_wire::Response;
use node_http::{
    Agent, AgentOptions, ClientEvent, ClientRequest, Error, IncomingMessage,
    RequestOptions, Server, ServerOptions, ServerResponse, Upgraded,
};
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn main() {
    let told = |client, server| told(client, server).expect("Node runs");
    let first = told(Node, Node);
    println!("Node's client asks Node's server\n{first}");
    for (name, client, server) in [
        ("Node's client asks our server", Node, Rebuild),
        ("Our client asks Node's server", Rebuild, Node),
        ("Our client asks our server", Rebuild, Rebuild),
    ] {
        let other = told(client, server);
        match other == first {
            true => println!("{name}\nThe same, {} lines", other.lines().count()),
            false => println!("{name}\n{other}"),
        }
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future)
}

use Who::{Node, Rebuild};

/// Who plays a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Node,
    Rebuild,
}

/// The pinned Node, or else the one in PATH.
pub fn node() -> PathBuf {
    let modules = "../../tools/node/node_modules";
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join(modules);
    let packages = std::fs::read_dir(modules).into_iter().flatten().flatten();
    let programs = packages.map(|package| package.path().join("bin/node"));
    let mut programs = programs.filter(|program| program.is_file());
    programs.next().unwrap_or_else(|| "node".into())
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/node/cross.cjs")
}

/// Node's server, until this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the client tells of the server.
pub fn told(client: Who, server: Who) -> std::io::Result<String> {
    let (port, _running) = match server {
        Node => start()?,
        Rebuild => {
            let (sender, port) = std::sync::mpsc::channel();
            std::thread::spawn(move || run(serve(sender)));
            (port.recv().expect("the server listens"), None)
        }
    };
    if client == Rebuild {
        return Ok(run(ask_all(port)));
    }
    let mut client = Command::new(node());
    client.arg(script()).args(["client", &port.to_string()]);
    let output = client.output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned() + &errors)
}

fn start() -> std::io::Result<(u16, Option<Running>)> {
    let mut server = Command::new(node());
    server.arg(script()).arg("server");
    server.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut server = server.spawn().map(Running)?;
    let mut port = String::new();
    let stdout = server.0.stdout.take().expect("it is piped");
    BufReader::new(stdout).read_line(&mut port)?;
    Ok((port.trim().parse().expect("a port"), Some(server)))
}

async fn serve(port: std::sync::mpsc::Sender<u16>) {
    let take = |line: &'static str| {
        move |_: IncomingMessage, socket| async move {
            let _ = echo(socket, line).await;
        }
    };
    let switch = "101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo";
    let server = Server::new(ServerOptions::default(), |req, res| async move {
        // A client that is gone hears nothing.
        let _ = answer(req, res).await;
    })
    .on_upgrade(take(switch))
    .on_connect(take("200 OK"));
    let address = server.listen("127.0.0.1:0").await.expect("an address");
    port.send(address.port()).expect("somebody wants to know");
    std::future::pending().await
}

async fn echo(mut socket: Upgraded, line: &str) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 {line}\r\n\r\n");
    socket.write_all(head.as_bytes()).await?;
    let mut data = Vec::new();
    socket.read_buf(&mut data).await?;
    socket
        .write_all(&[b"you said ", &data[..]].concat())
        .await?;
    socket.shutdown().await
}

async fn answer(
    mut req: IncomingMessage,
    mut res: ServerResponse,
) -> Result<(), Error> {
    let body = req.collect(10 << 20).await?;
    match req.url() {
        "/text" => {
            res.set_header("Content-Length", "5")?;
            res.end("hello")
        }
        "/none" => {
            res.set_status(204);
            res.end("")
        }
        "/hints" => {
            res.write_early_hints(&["</a.css>; rel=preload"], &[])?;
            res.end("late")
        }
        "/raw" => {
            let lines = req.raw_headers().iter().flat_map(|(n, v)| [n, v]);
            let text = lines.collect::<Vec<_>>().join(&b","[..]);
            let text = String::from_utf8_lossy(&text).into_owned();
            let host = req.header("host").unwrap_or_default();
            let host = String::from_utf8_lossy(&host);
            res.end(text.replace(&*host, "*"))
        }
        "/close" => {
            res.set_header("Connection", "close")?;
            res.end("bye")
        }
        _ => {
            let trailers = req.trailers();
            let sum = trailers.get("sum").unwrap_or(b"no sum").escape_ascii();
            res.write_head(200, None, &[("Trailer", "Length")])?;
            res.write(format!("{} {sum} ", req.method()))?;
            res.write(&body)?;
            res.add_trailers(&[("Length", &body.len().to_string())])?;
            res.end("")
        }
    }
}

type Send = fn(&mut ClientRequest) -> Result<(), Error>;

async fn ask_all(port: u16) -> String {
    let agent = Agent::new(AgentOptions {
        keep_alive: true,
        max_sockets: 1,
        ..AgentOptions::default()
    });
    let end: Send = |req| req.end("");
    let exchanges: [(&str, &str, Send); 11] = [
        ("GET", "/text", end),
        ("HEAD", "/text", end),
        ("POST", "/echo", |req| req.end("hello")),
        ("PUT", "/echo", |req| {
            req.set_header("Trailer", "Sum")?;
            req.write("in ")?;
            req.add_trailers(&[("Sum", "9")])?;
            req.end("chunks")
        }),
        ("POST", "/echo", |req| req.end([b'x'; 1_000_000])),
        ("POST", "/raw", |req| req.end("hello")),
        ("GET", "/none", end),
        ("GET", "/hints", end),
        ("POST", "/echo", |req| {
            req.set_header("Expect", "100-continue")?;
            req.flush_headers()
        }),
        ("GET", "/close", end),
        ("GET", "/text", end),
    ];
    let mut out = String::new();
    for (method, path, send) in exchanges {
        let exchanged = exchange(&agent, port, method, path, send, &mut out).await;
        exchanged.expect("an answer");
    }
    let upgrade = [("Connection", "Upgrade"), ("Upgrade", "echo")];
    for (method, path, fields) in
        [("GET", "/chat", &upgrade[..]), ("CONNECT", "a:1", &[])]
    {
        let options = RequestOptions {
            headers: fields
                .iter()
                .map(|(n, v)| (n.to_string(), v.to_string()))
                .collect(),
            ..to(port, method, path)
        };
        let told = tunnel(&agent, options).await.expect("a tunnel");
        write!(out, "{method} {path}\n{told}").expect("a string takes it");
    }
    out
}

fn to(port: u16, method: &str, path: &str) -> RequestOptions {
    RequestOptions {
        method: method.into(),
        path: path.into(),
        ..RequestOptions::to("127.0.0.1", port)
    }
}

async fn exchange(
    agent: &Agent,
    port: u16,
    method: &str,
    path: &str,
    send: Send,
    out: &mut String,
) -> Result<(), Error> {
    let mut request = agent.request(to(port, method, path))?;
    let mut interim = Vec::new();
    send(&mut request)?;
    let mut response = loop {
        match request.event().await? {
            ClientEvent::Information(head) => {
                interim.push(head.status.to_string());
                if head.status == 100 && path == "/echo" {
                    request.end("at last")?;
                }
            }
            ClientEvent::Response(response) => break response,
            _ => return Err(Error::HangUp),
        }
    };
    let body = response.collect(10 << 20).await?;
    request.closed().await;
    let socket = if request.reused_socket() {
        "old"
    } else {
        "new"
    };
    *out += &format!("{method} {path} ({socket} connection)\n");
    if !interim.is_empty() {
        *out += &format!("  {}\n", interim.join(","));
    }
    *out += &head_of(&response);
    *out += &match body.len() {
        101.. => format!("  {} bytes\n", body.len()),
        _ => format!("  \"{}\"\n", body.escape_ascii()),
    };
    for (name, value) in response.trailers().iter() {
        let name = name.to_ascii_lowercase();
        *out += &format!("  {}: {}\n", name.escape_ascii(), value.escape_ascii());
    }
    Ok(())
}

fn head_of(response: &IncomingMessage<Response>) -> String {
    let (status, message) = (response.status_code(), response.status_message());
    let mut out = format!("  {status} {message}\n");
    for (name, value) in response.raw_headers().iter() {
        let value = if name == b"Date" { b"*" } else { value };
        out += &format!("  {}: {}\n", name.escape_ascii(), value.escape_ascii());
    }
    out
}

async fn tunnel(agent: &Agent, options: RequestOptions) -> Result<String, Error> {
    let mut request = agent.request(options)?;
    request.end("")?;
    let (response, mut socket) = match request.event().await? {
        ClientEvent::Upgrade(response, socket) => (response, socket),
        ClientEvent::Connect(response, socket) => (response, socket),
        _ => return Err(Error::HangUp),
    };
    socket.write_all(b"a word").await?;
    socket.shutdown().await?;
    let mut said = Vec::new();
    socket.read_to_end(&mut said).await?;
    let status = response.status_code();
    Ok(format!("  {status}\n  \"{}\"\n", said.escape_ascii()))
}
