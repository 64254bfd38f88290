//! The command: serves a folder until it is told to stop.

#![forbid(unsafe_code)]

use clap::error::ErrorKind;
use clap::{Parser, ValueEnum};
use raw_http_server::{
    Accept, AccessLog, App, Config, Files, Limits, Root, Running, Server, Timeouts,
    Uploads,
};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Serves a folder over HTTP/1.1, and survives the peers it has.
///
/// Routes beside the files: GET /plaintext, /json, /metrics; POST /echo, /sum;
/// PUT /upload/NAME.
///
/// Ctrl-C or SIGTERM stops it gracefully, a second one at once.
#[derive(Parser)]
#[command(name = "raw-http-server", version)]
struct Cli {
    /// The folder to serve; without it there are only the routes
    folder: Option<PathBuf>,
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// Threads, each with its own loop
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: u16,
    /// One port: reuse-port or shared
    #[arg(long, default_value = "reuse-port", hide_possible_values = true)]
    accept: How,
    /// Take uploads into this folder
    #[arg(long, value_name = "FOLDER")]
    uploads: Option<PathBuf>,
    /// Bytes of a request's content
    #[arg(long, default_value_t = Limits::default().wire.body, value_name = "BYTES")]
    max_body: u64,
    /// Bytes of a request's head
    #[arg(long, default_value_t = Limits::default().wire.head_bytes, value_name = "BYTES")]
    max_head: u32,
    /// Connections at once
    #[arg(long, default_value_t = Limits::default().connections, value_name = "N")]
    max_connections: usize,
    /// Connections at once of one address
    #[arg(long, default_value_t = Limits::default().connections_per_address, value_name = "N")]
    max_per_address: usize,
    /// Seconds for a head
    #[arg(long, default_value_t = Timeouts::default().head.as_secs_f64(), value_parser = seconds, value_name = "SECONDS")]
    head_timeout: f64,
    /// Seconds between two requests
    #[arg(long, default_value_t = Timeouts::default().idle.as_secs_f64(), value_parser = seconds, value_name = "SECONDS")]
    idle_timeout: f64,
    /// Seconds of patience in a body or an answer
    #[arg(long, default_value_t = Timeouts::default().body.most.as_secs_f64(), value_parser = seconds, value_name = "SECONDS")]
    patience: f64,
    /// Seconds for busy connections at a stop
    #[arg(long, default_value_t = Timeouts::default().grace.as_secs_f64(), value_parser = seconds, value_name = "SECONDS")]
    grace: f64,
    /// Write a line for each request to stdout
    #[arg(long)]
    log: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum How {
    /// A listening socket for each worker (SO_REUSEPORT)
    ReusePort,
    /// One listening socket for all
    Shared,
}

/// More than nothing, and less than what a clock can hold.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds")?;
    let is_some = seconds > 0.0 && seconds <= 1e6;
    is_some
        .then_some(seconds)
        .ok_or_else(|| "above 0, at most 1000000".into())
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One line that says what is wrong and what is right.
fn refuse(error: &clap::Error) -> ExitCode {
    use ErrorKind::{DisplayHelp, DisplayVersion};
    if matches!(error.kind(), DisplayHelp | DisplayVersion) {
        // Nobody is left to tell if stdout is closed.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let lines = text.lines().map(str::trim);
    let words: Vec<&str> = lines
        .filter(|line| !line.is_empty() && !line.starts_with("For more information"))
        .collect();
    eprintln!("{}", words.join(" "));
    ExitCode::from(2)
}

fn run(cli: &Cli) -> io::Result<()> {
    raise_limit();
    let config = config(cli)?;
    let named = |path: &PathBuf, error: io::Error| {
        io::Error::new(error.kind(), format!("{}: {error}", path.display()))
    };
    let files = cli.folder.as_ref().map(|folder| {
        let root = Root::open(folder).map_err(|error| named(folder, error))?;
        Ok::<_, io::Error>(Files::new(root).not_found_page("404.html"))
    });
    let uploads = cli
        .uploads
        .as_ref()
        .map(|folder| Uploads::new(folder, 64).map_err(|error| named(folder, error)));
    let app = App {
        files: files.transpose()?,
        uploads: uploads.transpose()?,
        metrics: config.metrics.clone(),
    };
    let listen = |error: io::Error| {
        io::Error::new(
            error.kind(),
            format!("cannot listen on {}: {error}", cli.listen),
        )
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    // From here on a signal is heard, and not the end of the process.
    let signals = runtime.block_on(async { Signals::new() })?;
    let server = Server::start(config, app).map_err(listen)?;
    println!("http://{} with {} workers", server.address(), cli.workers);
    runtime.block_on(wait(server, signals))
}

/// As many descriptors as this process may have, as Node does at its start
/// (`PlatformInit` in src/node.cc): with the usual 1,024 the limits on connections would
/// never be reached.
fn raise_limit() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        // Where that is refused, as on macOS without a maximum, it stays as it is.
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

fn config(cli: &Cli) -> io::Result<Config> {
    let mut config = Config {
        address: cli.listen,
        workers: usize::from(cli.workers),
        accept: match cli.accept {
            How::ReusePort => Accept::ReusePort,
            How::Shared => Accept::Shared,
        },
        ..Config::default()
    };
    let limits = &mut config.limits;
    limits.wire.body = cli.max_body;
    limits.wire.head_bytes = cli.max_head;
    limits.connections = cli.max_connections;
    limits.connections_per_address = cli.max_per_address;
    let timeouts = &mut config.timeouts;
    timeouts.head = Duration::from_secs_f64(cli.head_timeout);
    timeouts.idle = Duration::from_secs_f64(cli.idle_timeout);
    timeouts.body.most = Duration::from_secs_f64(cli.patience);
    timeouts.write.most = timeouts.body.most;
    timeouts.grace = Duration::from_secs_f64(cli.grace);
    if cli.log {
        config.log = AccessLog::to(io::stdout())?;
    }
    Ok(config)
}

/// Waits for a signal, then for the connections, or for another signal.
async fn wait(server: Running, mut signals: Signals) -> io::Result<()> {
    signals.next().await?;
    eprintln!("stopping");
    let stopped = tokio::task::spawn_blocking(move || server.stop());
    tokio::select! {
        stopped = stopped => {
            let stopped = stopped?;
            eprintln!(
                "{} idle, {} finished, {} aborted",
                stopped.idle, stopped.finished, stopped.aborted
            );
            Ok(())
        }
        _ = signals.next() => std::process::exit(130),
    }
}

/// Ctrl-C, and what a supervisor sends.
struct Signals {
    #[cfg(unix)]
    both: [tokio::signal::unix::Signal; 2],
}

impl Signals {
    #[cfg(unix)]
    fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        let both = [SignalKind::interrupt(), SignalKind::terminate()];
        let [interrupt, terminate] = both.map(signal);
        let both = [interrupt?, terminate?];
        Ok(Signals { both })
    }

    #[cfg(not(unix))]
    fn new() -> io::Result<Signals> {
        Ok(Signals {})
    }

    #[cfg(unix)]
    async fn next(&mut self) -> io::Result<()> {
        let [interrupt, terminate] = &mut self.both;
        tokio::select! {
            _ = interrupt.recv() => Ok(()),
            _ = terminate.recv() => Ok(()),
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}
