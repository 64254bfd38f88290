//! The contestants, each a process of its own on the first processor.

use crate::Result;
use bytes::Bytes;
use http_body_util::Full;
use hyper::Response;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use node_http::{Agent, AgentOptions, RequestOptions, Server, ServerOptions};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::convert::Infallible;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const TEXT: &str = "Hello, World!";

/// This process runs on this processor alone, if the machine has it.
pub fn pin(processor: usize) -> Result<()> {
    if sched_getaffinity(None)?.is_set(processor) {
        let mut only = CpuSet::new();
        only.set(processor);
        sched_setaffinity(None, &only)?;
    }
    Ok(())
}

/// A server that runs.
pub struct Contestant {
    child: Child,
    pub port: u16,
}

fn command(who: &str) -> Result<Command> {
    Ok(match who {
        "node" => {
            let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("compare");
            let mut command = Command::new(here.join("node.sh"));
            command.arg(here.join("server.mjs"));
            command
        }
        _ => Command::new(std::env::current_exe()?),
    })
}

impl Contestant {
    pub fn serve(who: &str) -> Result<Contestant> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        drop(listener);
        let mut command = command(who)?;
        match who {
            "node" => command.args(["serve", &port.to_string()]),
            "rebuild" | "hyper" => command.args(["serve", who, &port.to_string()]),
            _ => return Err(format!("there is no contestant `{who}`").into()),
        };
        pin(0)?;
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let mut contestant = Contestant { child, port };
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if let Some(status) = contestant.child.try_wait()? {
                return Err(format!("the server ended: {status}").into());
            }
            if start.elapsed() > Duration::from_secs(20) {
                return Err("the server does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(contestant)
    }

    /// Seconds of CPU, in ticks of 10 ms.
    pub fn cpu(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields = stat.rsplit_once(')').ok_or("no stat")?.1;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        // proc_pid_stat(5): utime and stime are fields 14 and 15, the state is 3.
        let ticks = |field: usize| fields[field - 3].parse::<f64>();
        Ok((ticks(14)? + ticks(15)?) / 100.0)
    }

    pub fn peak_mib(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let words = line.ok_or("no memory")?.split_whitespace().next();
        Ok(words.ok_or("no memory")?.parse::<f64>()? / 1024.0)
    }
}

impl Drop for Contestant {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a client achieves in a second.
pub fn client(who: &str, port: u16, seconds: u64, connections: &str) -> Result<f64> {
    let mut command = command(who)?;
    let (port, seconds) = (port.to_string(), seconds.to_string());
    command.args(["ask", &port, &seconds, connections]);
    pin(0)?;
    let output = command.stdin(Stdio::null()).output()?;
    pin(1)?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(text.into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn run<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(future)
}

/// In the process of a server.
pub fn serve(who: &str, port: &str) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse()?));
    match who {
        "hyper" => run(serve_hyper(address)),
        _ => run(serve_rebuild(address)),
    }
}

async fn serve_rebuild(address: SocketAddr) -> Result<()> {
    let server = Server::new(ServerOptions::default(), |_, mut res| async move {
        // A client that is gone gets nothing.
        let _ = res.set_header("Content-Type", "text/plain");
        let _ = res.end(TEXT);
    });
    server.listen(address).await?;
    std::future::pending().await
}

/// hyper as its guide has it.
async fn serve_hyper(address: SocketAddr) -> Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let mut builder = hyper::server::conn::http1::Builder::new();
        builder.pipeline_flush(true);
        let service = service_fn(|_| async { hello() });
        tokio::spawn(builder.serve_connection(TokioIo::new(stream), service));
    }
}

fn hello() -> std::result::Result<Response<Full<Bytes>>, Infallible> {
    let mut response = Response::new(Full::new(Bytes::from_static(TEXT.as_bytes())));
    let kind = hyper::header::HeaderValue::from_static("text/plain");
    let headers = response.headers_mut();
    headers.insert(hyper::header::CONTENT_TYPE, kind);
    Ok(response)
}

/// In the process of a client.
pub fn ask(port: &str, seconds: &str, connections: &str) -> Result<()> {
    let (port, seconds) = (port.parse()?, seconds.parse()?);
    let agent = Agent::new(AgentOptions {
        keep_alive: connections == "kept",
        ..AgentOptions::default()
    });
    run(async move {
        // Caches warm up.
        rate(&agent, port, 1).await?;
        println!("{}", rate(&agent, port, seconds).await?);
        Ok(())
    })
}

/// How many requests a second, for so many seconds.
async fn rate(agent: &Agent, port: u16, seconds: u64) -> Result<f64> {
    let start = Instant::now();
    let end = start + Duration::from_secs(seconds);
    let count = Arc::new(AtomicU64::new(0));
    let clients: Vec<_> = (0..16)
        .map(|_| tokio::spawn(ask_until(end, agent.clone(), port, count.clone())))
        .collect();
    for client in clients {
        client.await??;
    }
    Ok(count.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64())
}

async fn ask_until(
    end: Instant,
    agent: Agent,
    port: u16,
    count: Arc<AtomicU64>,
) -> std::result::Result<(), node_http::Error> {
    while Instant::now() < end {
        let mut request = agent.request(RequestOptions::to("127.0.0.1", port))?;
        request.end("")?;
        let mut response = request.response().await?;
        response.collect(1000).await?;
        count.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
