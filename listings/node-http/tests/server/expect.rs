//! `Expect`, and interim answers.

use crate::peer::{Peer, echo, ok, ok_with, server};

const EXPECT: &str = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\
                      Expect: 100-continue\r\n\r\n";
const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn the_server_says_continue_before_the_handler_runs() {
    let server = server(|mut request, mut response| async move {
        let content = request.collect(10).await.unwrap();
        response.end(content).unwrap();
    });
    let mut peer = Peer::connect(&server);
    peer.send(EXPECT).await;
    assert_eq!(peer.second().await, CONTINUE);
    peer.send("abc").await;
    assert_eq!(peer.until("abc").await, ok_with("abc"));
}

#[tokio::test(start_paused = true)]
async fn with_a_listener_it_is_the_listeners_to_say() {
    let server = echo().on_check_continue(|mut request, mut response| async move {
        response.write_continue().unwrap();
        let content = request.collect(10).await.unwrap();
        response.end(content).unwrap();
    });
    let mut peer = Peer::connect(&server);
    peer.send(EXPECT.to_owned() + "abc").await;
    assert_eq!(
        peer.until("abc").await,
        CONTINUE.to_owned() + &ok_with("abc")
    );
}

/// The client may send the content or not: what follows cannot be read.
#[tokio::test(start_paused = true)]
async fn a_refusal_ends_the_connection() {
    let server = echo().on_check_continue(|_, mut response| async move {
        response.set_status(413);
        response.end("").unwrap();
    });
    let mut peer = Peer::connect(&server);
    let text = peer.ask(EXPECT).await;
    assert!(
        text.starts_with("HTTP/1.1 413 Payload Too Large\r\n"),
        "{text}"
    );
    assert!(text.contains("\r\nConnection: close\r\n"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn another_expectation_fails() {
    let other = EXPECT.replace("100-continue", "a miracle");
    let mut peer = Peer::connect(&echo());
    peer.send(&other).await;
    let text = peer.until("0\r\n\r\n").await;
    assert!(
        text.starts_with("HTTP/1.1 417 Expectation Failed\r\n"),
        "{text}"
    );
    let server = echo().on_check_expectation(|request, mut response| async move {
        let expected = request.header("expect").unwrap_or_default();
        response.end(expected).unwrap();
    });
    let mut peer = Peer::connect(&server);
    peer.send(&other).await;
    assert_eq!(peer.until("a miracle").await, ok_with("a miracle"));
}

#[tokio::test(start_paused = true)]
async fn interim_answers_come_before_the_final_one() {
    let server = server(|_, mut response| async move {
        response.write_processing().unwrap();
        let links = ["</a.css>; rel=preload", "</b.js>; rel=preload"];
        response.write_early_hints(&links, &[("X", "y")]).unwrap();
        response.write_early_hints(&[], &[]).unwrap();
        response.end("").unwrap();
    });
    let mut peer = Peer::connect(&server);
    peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let interim = "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\
                   Link: </a.css>; rel=preload, </b.js>; rel=preload\r\nX: y\r\n\r\n";
    let last = ok("Content-Length: 0\r\n");
    assert_eq!(peer.second().await, interim.to_owned() + &last);
}
