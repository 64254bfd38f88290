//! The same race as examples/node/race.cjs: a server that closes what is idle for 20 ms,
//! and ten clients that ask again after 20 ms. Our Agent looks at a socket before it
//! sends, which Node's does not, and asks again by itself if it is told to.
//!
//! `cargo run -p node-http --example race -- 20`: each of the clients asks 20 times.

use node_http::{Agent, AgentOptions, Error, RequestOptions, Server, ServerOptions};
use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

const IDLE: Duration = Duration::from_millis(20);
const CLIENTS: usize = 10;

fn main() {
    let times = std::env::args().nth(1);
    let times = times.map_or(Ok(20), |word| word.parse());
    let Ok(times) = times else {
        eprintln!("say how often each client asks");
        std::process::exit(2);
    };
    let (sender, port) = mpsc::channel();
    std::thread::spawn(move || run(serve(sender)));
    let port = port.recv().expect("the server listens");
    for (name, retry) in [("looks", false), ("looks, and asks again", true)] {
        let results = run(clients(port, retry, times));
        println!("an Agent that {name}, {} requests", CLIENTS * times);
        for (name, count) in results {
            println!("  {name}: {count}");
        }
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future)
}

async fn serve(port: mpsc::Sender<u16>) {
    let options = ServerOptions {
        keep_alive_timeout: IDLE,
        keep_alive_timeout_buffer: Duration::ZERO,
        ..ServerOptions::default()
    };
    let server = Server::new(options, |_, mut res| async move {
        // The hint would be 0 s, and the Agent would keep nothing.
        let _ = res.set_header("Keep-Alive", "max=1000000");
        let _ = res.end("");
    });
    let address = server.listen("127.0.0.1:0").await.expect("an address");
    port.send(address.port()).expect("somebody wants to know");
    std::future::pending().await
}

type Results = BTreeMap<&'static str, usize>;

async fn clients(port: u16, retry: bool, times: usize) -> Results {
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| tokio::spawn(client(port, retry, times)))
        .collect();
    let names = ["on an old connection", "on a new one", "ECONNRESET"];
    let mut results = Results::from(names.map(|name| (name, 0)));
    for client in clients {
        for (name, count) in client.await.expect("a client") {
            *results.entry(name).or_default() += count;
        }
    }
    results
}

async fn client(port: u16, retry: bool, times: usize) -> Results {
    let agent = Agent::new(AgentOptions {
        keep_alive: true,
        retry,
        ..AgentOptions::default()
    });
    let mut results = Results::new();
    for _ in 0..times {
        let asked = ask(&agent, port).await;
        let name = asked.unwrap_or_else(|error| error.code());
        *results.entry(name).or_default() += 1;
        tokio::time::sleep(IDLE).await;
    }
    results
}

async fn ask(agent: &Agent, port: u16) -> Result<&'static str, Error> {
    let mut request = agent.request(RequestOptions::to("127.0.0.1", port))?;
    request.end("")?;
    let mut response = request.response().await?;
    response.collect(0).await?;
    Ok(match request.reused_socket() {
        true => "on an old connection",
        false => "on a new one",
    })
}
