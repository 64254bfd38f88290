//! Connections that speak something else from here on.

use crate::peer::{GET, Peer, echo, ok_with, server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const UPGRADE: &str = "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n\
                       Upgrade: shout\r\n\r\n";

/// Answers in capitals to whatever comes.
async fn shout(mut socket: node_http::Upgraded) {
    let head = b"HTTP/1.1 101 Switching Protocols\r\n\r\n";
    socket.write_all(head).await.unwrap();
    let mut buffer = [0; 100];
    loop {
        match socket.read(&mut buffer).await.unwrap() {
            0 => return,
            length => {
                let text = buffer[..length].to_ascii_uppercase();
                socket.write_all(&text).await.unwrap();
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_listener_gets_the_connection_with_what_came_already() {
    let server = echo().on_upgrade(|request, socket| async move {
        assert_eq!(request.url(), "/chat");
        assert_eq!(socket.head(), "early");
        shout(socket).await;
    });
    let mut peer = Peer::connect(&server);
    peer.send(UPGRADE.to_owned() + "early").await;
    let text = peer.until("EARLY").await;
    assert_eq!(text, "HTTP/1.1 101 Switching Protocols\r\n\r\nEARLY");
    peer.send("and late").await;
    assert_eq!(peer.until("LATE").await, "AND LATE");
    peer.finish().await;
    assert_eq!(peer.rest().await, "");
}

#[tokio::test(start_paused = true)]
async fn without_a_listener_it_is_a_request_like_any_other() {
    let server = echo();
    let mut peer = Peer::connect(&server);
    peer.send(UPGRADE.to_owned() + GET).await;
    let text = peer.until("\r\n\r\n/").await + &peer.second().await;
    assert!(text.starts_with(&ok_with("/chat")), "{text}");
}

#[tokio::test(start_paused = true)]
async fn connect_needs_a_listener() {
    let connect = "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nbytes";
    let mut peer = Peer::connect(&echo());
    assert_eq!(peer.ask(connect).await, "");
    let server = echo().on_connect(|request, mut socket| async move {
        assert_eq!(request.method(), "CONNECT");
        let answer = format!("to {}: ", request.url());
        socket.write_all(answer.as_bytes()).await.unwrap();
        let mut bytes = [0; 5];
        socket.read_exact(&mut bytes).await.unwrap();
        socket.write_all(&bytes).await.unwrap();
    });
    let mut peer = Peer::connect(&server);
    assert_eq!(peer.ask(connect).await, "to a:1: bytes");
}

#[tokio::test(start_paused = true)]
async fn earlier_answers_come_first() {
    let server = server(|_, mut response| async move {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        response.end("first").unwrap();
    });
    let server = server.on_upgrade(|_, mut socket| async move {
        socket.write_all(b"second").await.unwrap();
    });
    let mut peer = Peer::connect(&server);
    peer.send(GET.to_owned() + UPGRADE).await;
    assert_eq!(peer.rest().await, ok_with("first") + "second");
}

#[tokio::test(start_paused = true)]
async fn the_content_of_an_upgrade_comes_with_it_if_it_is_small() {
    let server = echo().on_upgrade(|mut request, mut socket| async move {
        let content = request.collect(1000).await.unwrap();
        socket.write_all(&content).await.unwrap();
    });
    let head = |length: usize| {
        UPGRADE.replace("\r\n\r\n", &format!("\r\nContent-Length: {length}\r\n\r\n"))
    };
    let mut peer = Peer::connect(&server);
    assert_eq!(peer.ask(head(5) + "small").await, "small");
    let mut peer = Peer::connect(&server);
    peer.send(head(1 << 20)).await;
    peer.send_some(&vec![b'x'; 1 << 20]).await;
    assert_eq!(peer.second().await, "");
    assert_eq!(server.connections(), 0);
}
