//! A client that looks at the status and leaves the content where it is. What becomes of
//! its pool?

use node_http::{Agent, AgentOptions, ClientRequest, Error, RequestOptions};
use node_http::{Server, ServerOptions};
use std::time::Duration;
use tokio::time::timeout;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::new(ServerOptions::default(), |_, mut response| async move {
        // Whoever does not read it may go away.
        let _ = response.end(vec![b'x'; 1 << 20]);
    });
    let port = server.listen("127.0.0.1:0").await?.port();
    let agent = Agent::new(AgentOptions {
        keep_alive: true,
        max_sockets: 4,
        ..AgentOptions::default()
    });
    let mut kept = Vec::new();
    for number in 1..=4 {
        let response = ask(&agent, port)?.response().await?;
        println!("request {number}: {}", response.status_code());
        kept.push(response);
    }
    let mut fifth = ask(&agent, port)?;
    let waiting = timeout(Duration::from_millis(100), fifth.response());
    println!("request 5 has an answer: {}", waiting.await.is_ok());
    println!("{:?}", agent.counts());
    // A response that is dropped is read to its end.
    kept.clear();
    println!("request 5: {}", fifth.response().await?.status_code());
    Ok(())
}

fn ask(agent: &Agent, port: u16) -> Result<ClientRequest, Error> {
    let mut request = agent.request(RequestOptions {
        host: "127.0.0.1".into(),
        port,
        ..RequestOptions::default()
    })?;
    request.end("")?;
    Ok(request)
}
