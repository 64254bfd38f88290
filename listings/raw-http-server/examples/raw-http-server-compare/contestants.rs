//! The contestants, each started as a process of its own.

use crate::Result;
use crate::load::{PROCESSOR, pinned};
use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use raw_http_server::{App, Config, Files, Root, Server};
use socket2::{Domain, Socket, Type};
use std::convert::Infallible;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const IDLE: Duration = Duration::from_secs(600);

/// A server that runs, with a folder of files.
pub struct Contestant {
    child: Child,
    pub port: u16,
    _folder: TempDir,
}

impl Contestant {
    pub fn start(who: &str, workers: usize) -> Result<Contestant> {
        let folder = folder()?;
        let port = free_port()?;
        let (port_word, workers_word) = (port.to_string(), workers.to_string());
        let path = folder.path().to_str().ok_or("a path that is text")?;
        let mut command = match who {
            "node" => {
                let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("compare");
                let mut command = Command::new(here.join("node.sh"));
                command.arg(here.join("server.mjs"));
                command.args([&port_word, &workers_word, path]);
                command
            }
            "nginx" => {
                let file = nginx(folder.path(), port, workers)?;
                let mut command = Command::new(nginx_program()?);
                command.arg("-p").arg(path).arg("-c").arg(file);
                command
            }
            "rebuild" | "hyper" => {
                let mut command = Command::new(std::env::current_exe()?);
                command.args(["serve", who, &port_word, &workers_word, path]);
                command
            }
            _ => return Err(format!("there is no contestant `{who}`").into()),
        };
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let processor = (workers == 1).then_some(PROCESSOR - 1);
        let child = pinned(processor, || command.spawn())?;
        let child = child.map_err(|error| format!("cannot start {who}: {error}"))?;
        let mut contestant = Contestant {
            child,
            port,
            _folder: folder,
        };
        contestant.wait_until_it_listens()?;
        Ok(contestant)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn wait_until_it_listens(&mut self) -> Result<()> {
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the server ended: {status}").into());
            }
            if start.elapsed() > Duration::from_secs(20) {
                return Err("the server does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Contestant {
    fn drop(&mut self) {
        // nginx and cluster stop their workers when they are asked to stop.
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let _ = self.child.wait();
    }
}

fn folder() -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let bytes = |count: u32| (0..count).map(|n| (n % 251) as u8).collect::<Vec<u8>>();
    fs::write(folder.path().join("10k.bin"), bytes(10_000))?;
    fs::write(folder.path().join("10m.bin"), bytes(10_000_000))?;
    // The workers of nginx may be of another user.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
    }
    Ok(folder)
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// Where distributions put it is not always in PATH.
fn nginx_program() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    let mut programs = folders.map(|folder| folder.join("nginx"));
    let found = programs.find(|path| path.is_file());
    Ok(found.ok_or("needs nginx: apt install nginx")?)
}

fn nginx(folder: &Path, port: u16, workers: usize) -> Result<PathBuf> {
    let root = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {root}/{name};\n"))
        .concat();
    let text = format!(
        "daemon off;\nworker_processes {workers};\npid {root}/pid;\n\
         error_log stderr crit;\n\
         events {{ worker_connections 20000; }}\n\
         http {{\n{temporary}access_log off;\nsendfile on;\ntcp_nopush on;\n\
         keepalive_timeout 600;\nkeepalive_requests 1000000000;\n\
         default_type application/octet-stream;\n\
         server {{\nlisten 127.0.0.1:{port} backlog=1024;\nroot {root};\n\
         location = /plaintext {{ default_type text/plain; return 200 'Hello, World!'; }}\n\
         location = /json {{ default_type application/json;\n\
         return 200 '{{\"message\":\"Hello, World!\"}}'; }}\n}}\n}}\n"
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, text)?;
    Ok(file)
}

/// In the process of the contestant.
pub fn serve(who: &str, port: &str, workers: &str, folder: &str) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.parse()?));
    let workers = workers.parse()?;
    match who {
        "hyper" => serve_hyper(address, workers),
        _ => {
            let mut config = Config {
                address,
                workers,
                ..Config::default()
            };
            config.limits.connections = 20_000;
            config.limits.connections_per_address = 20_000;
            config.timeouts.idle = IDLE;
            let app = App {
                files: Some(Files::new(Root::open(folder)?)),
                ..App::default()
            };
            Server::start(config, app)?.wait();
            Ok(())
        }
    }
}

/// hyper as its guide has it, on the same kind of workers. It has no limits and no
/// timeouts then.
fn serve_hyper(address: SocketAddr, workers: usize) -> Result<()> {
    let mut threads = Vec::new();
    for _ in 0..workers {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_reuse_address(true)?;
        #[cfg(target_os = "linux")]
        socket.set_reuse_port(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(1024)?;
        let listener = TcpListener::from(socket);
        threads.push(std::thread::spawn(move || accept_hyper(listener)));
    }
    for thread in threads {
        thread.join().map_err(|_| "a worker panicked")??;
    }
    Ok(())
}

fn accept_hyper(listener: TcpListener) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let mut builder = hyper::server::conn::http1::Builder::new();
            builder.pipeline_flush(true);
            let service = service_fn(|request| async move { answer(&request) });
            tokio::spawn(builder.serve_connection(TokioIo::new(stream), service));
        }
    })
}

fn answer(
    request: &Request<Incoming>,
) -> std::result::Result<Response<Full<Bytes>>, Infallible> {
    let (kind, text) = match request.uri().path() {
        "/plaintext" => ("text/plain; charset=utf-8", Bytes::from("Hello, World!")),
        _ => {
            let value = serde_json::json!({ "message": "Hello, World!" });
            ("application/json", value.to_string().into())
        }
    };
    let mut response = Response::new(Full::new(text));
    let kind = hyper::header::HeaderValue::from_static(kind);
    response
        .headers_mut()
        .insert(hyper::header::CONTENT_TYPE, kind);
    Ok(response)
}
