//! Writes traces/pipelined.rebuild.json: three requests in one write, and handlers that
//! answer in another order, as oracle/pipelined.cjs has it.
//!
//! `cargo run -p node-http --example node-http-trace`

use node_http::{Server, ServerOptions, ServerResponse};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

const LANES: [&str; 4] = ["handlers", "socket", "queue", "sent"];

/// What has happened, and the responses that are not sent.
#[derive(Default)]
pub struct Story {
    responses: BTreeMap<String, ServerResponse>,
    sent: Vec<String>,
    /// Lines of the file.
    pub steps: Vec<String>,
    pub printed: String,
}

impl Story {
    fn step(&mut self, runs: &str, line: &str) {
        let which = |test: &dyn Fn(&ServerResponse) -> bool| -> Vec<&String> {
            let all = self.responses.iter();
            all.filter(|(_, res)| test(res))
                .map(|(path, _)| path)
                .collect()
        };
        let waits = |res: &ServerResponse| res.writable_length() > 0;
        let sent = self.sent.iter().collect();
        let held = [
            which(&|res| !res.writable_ended()),
            which(&|res| res.has_socket()),
            which(&|res| !res.has_socket() && waits(res)),
            sent,
        ];
        let lanes = LANES.into_iter().zip(held);
        let lanes = lanes.filter(|(_, held)| !held.is_empty());
        let lanes: Vec<String> = lanes
            .map(|(lane, held)| format!("{}:{}", json!(lane), json!(held)))
            .collect();
        // By hand: in which order serde_json has names depends on who else uses it.
        self.steps.push(format!(
            "{{\"runs\":{},\"prints\":[{}],\"lanes\":{{{}}}}}",
            json!(runs),
            json!(line),
            lanes.join(",")
        ));
        self.printed += &format!("{line}\n");
    }
}

type Shared = Arc<Mutex<Story>>;

/// Lets the connection do what it can.
async fn turn() {
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}

/// Waits until all of a response is sent, and takes it out.
async fn sent(story: &Shared, path: &str) {
    let response = story.lock().unwrap().responses.remove(path);
    let mut response = response.expect("a response");
    response.finished().await.expect("it is sent");
    story.lock().unwrap().sent.push(path.into());
}

/// The run.
pub async fn pipelined() -> Story {
    let story = Shared::default();
    let all = Arc::new(Notify::new());
    let (asked, seen) = (Arc::clone(&story), Arc::clone(&all));
    let server = Server::new(ServerOptions::default(), move |req, res| {
        let mut story = asked.lock().unwrap();
        let path = req.url().to_owned();
        story.responses.insert(path.clone(), res);
        story.step(&format!("request {path}"), &format!("GET {path}"));
        if path == "/3" {
            seen.notify_one();
        }
        async {}
    });
    let address = server.listen("127.0.0.1:0").await.expect("an address");
    let mut client = TcpStream::connect(address).await.expect("a connection");
    let request = |path: &str, fields: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: a\r\n{fields}\r\n")
    };
    let last = request("/3", "Connection: close\r\n");
    let three = request("/1", "") + &request("/2", "") + &last;
    client
        .write_all(three.as_bytes())
        .await
        .expect("it is sent");
    all.notified().await;
    answer(&story).await;
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).await.expect("the end");
    server.close();
    std::mem::take(&mut story.lock().unwrap())
}

async fn answer(story: &Shared) {
    let write = |path: &str, text: &str, ends: bool| {
        let mut story = story.lock().unwrap();
        let response = story.responses.get_mut(path).expect("a response");
        match ends {
            true => response.end(text).expect("it is written"),
            false => response.write(text).map(drop).expect("it is written"),
        }
    };
    let step = |runs: &str, line: &str| story.lock().unwrap().step(runs, line);
    write("/3", "three", true);
    turn().await;
    step("handler /3", "/3 ends");
    write("/2", "tw", false);
    turn().await;
    step("handler /2", "/2 writes");
    write("/1", "one", true);
    sent(story, "/1").await;
    turn().await;
    step("handler /1", "/1 ends");
    write("/2", "o", true);
    sent(story, "/2").await;
    sent(story, "/3").await;
    step("handler /2", "/2 ends");
}

/// Runs it as Node runs a program: on one thread. The deadline is for a run that hangs.
pub fn run() -> Story {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let run =
        async { tokio::time::timeout(Duration::from_secs(60), pipelined()).await };
    runtime.block_on(run).expect("the run comes to an end")
}

/// The file.
pub fn file(story: &Story) -> String {
    format!(
        "{{\n  \"voice\": \"rebuild\",\n  \"by\": \"node-http\",\n  \"lanes\": {},\n  \
         \"steps\": [\n    {}\n  ]\n}}\n",
        json!(LANES),
        story.steps.join(",\n    ")
    )
}

/// Where it lies.
pub fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("traces/pipelined.rebuild.json")
}

#[allow(dead_code, reason = "the tests write nothing")]
fn main() -> std::io::Result<()> {
    std::fs::create_dir_all(path().parent().expect("a folder"))?;
    std::fs::write(path(), file(&run()))
}
