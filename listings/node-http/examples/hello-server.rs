//! The smallest server, and what it says to one request.

use node_http::{Server, ServerOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let server = Server::new(
        ServerOptions::default(),
        |request, mut response| async move {
            let text = format!("{} {}\n", request.method(), request.url());
            response.end(text).expect("an answer that is not begun");
        },
    );
    let address = server.listen("127.0.0.1:0").await?;

    let mut client = TcpStream::connect(address).await?;
    let request = "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    client.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    client.read_to_string(&mut answer).await?;
    for line in answer.lines().filter(|line| !line.starts_with("Date: ")) {
        println!("{line}");
    }
    server.close();
    server.closed().await;
    Ok(())
}
