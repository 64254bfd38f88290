//! The content of requests: bounded, in order, and never taken for the next request.

use crate::peer::{GET, PIPE, Peer, ok_with, server, soon};
use node_http::Error;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::sleep;

fn post(length: usize) -> String {
    format!("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n")
}

const CHUNKED: &str =
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn content_comes_piece_by_piece_and_ends() {
    let server = server(|mut request, mut response| async move {
        assert!(!request.complete());
        let mut pieces = Vec::new();
        while let Some(piece) = request.next().await {
            pieces.push(String::from_utf8(piece.unwrap().to_vec()).unwrap());
        }
        assert!(request.complete());
        let sum = request.trailers();
        let sum = sum.get("x-sum").unwrap_or(b"none").escape_ascii();
        response.end(format!("{pieces:?} {sum}")).unwrap();
    });
    let mut peer = Peer::connect(&server);
    peer.send(CHUNKED.to_owned() + "3\r\nabc\r\n1\r\n").await;
    peer.second().await;
    peer.send("d\r\n0\r\nX-Sum: 7\r\n\r\n").await;
    assert_eq!(peer.until(" 7").await, ok_with("[\"abc\", \"d\"] 7"));
}

#[tokio::test(start_paused = true)]
async fn content_that_nobody_reads_stops_the_reading() {
    let server = server(|mut request, mut response| async move {
        sleep(Duration::from_secs(60)).await;
        let all = request.collect(20 << 20).await.unwrap();
        response.end(all.len().to_string()).unwrap();
    });
    let mut peer = Peer::connect_with(&server, 4096);
    let content = vec![b'x'; 10 << 20];
    peer.send(post(content.len())).await;
    let sent = peer.send_some(&content).await;
    // 64 KiB in the message, one read more, and the pipe.
    assert!(sent >= 64 << 10, "{sent}");
    assert!(sent <= (64 << 10) + (64 << 10) + (8 << 10) + 4096, "{sent}");
    peer.send(&content[sent..]).await;
    assert_eq!(peer.until("10485760").await, ok_with("10485760"));
}

#[tokio::test(start_paused = true)]
async fn small_pieces_are_counted_with_what_they_cost() {
    let server = server(|mut request, mut response| async move {
        sleep(Duration::from_secs(60)).await;
        let all = request.collect(1 << 20).await.unwrap();
        response.end(all.len().to_string()).unwrap();
    });
    let mut peer = Peer::connect_with(&server, 4096);
    peer.send(CHUNKED).await;
    let content = "1\r\nx\r\n".repeat(50_000);
    let sent = peer.send_some(content.as_bytes()).await;
    // 65 bytes for each in the message, one read more, and the pipe.
    let most = 6 * (1 + (64 << 10) / 65) + (64 << 10) + (8 << 10) + 4096;
    assert!(sent <= most, "{sent}");
    peer.send(&content[sent..]).await;
    peer.send("0\r\n\r\n").await;
    assert_eq!(peer.until("50000").await, ok_with("50000"));
}

#[tokio::test(start_paused = true)]
async fn content_may_be_read_by_another_task() {
    let server = server(|mut request, mut response| async move {
        tokio::spawn(async move {
            let mut sum = 0;
            while let Some(part) = request.next().await {
                sum += part.unwrap().len();
                sleep(Duration::from_millis(1)).await;
            }
            response.end(sum.to_string()).unwrap();
        });
    });
    let mut peer = Peer::connect_with(&server, 4096);
    let content = vec![b'x'; 1 << 20];
    peer.send(post(content.len())).await;
    peer.send(content).await;
    assert_eq!(peer.until("1048576").await, ok_with("1048576"));
}

#[tokio::test(start_paused = true)]
async fn what_is_left_of_the_content_is_no_request() {
    let server = server(|request, mut response| async move {
        let answer = request.url().to_owned();
        // Kept, but not read; and dropped before the answer.
        let kept = (request.url() == "/kept").then_some(request);
        response.end(answer).unwrap();
        std::future::pending::<()>().await;
        drop(kept);
    });
    for path in ["/kept", "/dropped"] {
        let mut peer = Peer::connect_with(&server, 4096);
        let inside = GET.repeat(10_000);
        let head = post(inside.len()).replace("POST /", &format!("POST {path}"));
        peer.send(head).await;
        assert_eq!(peer.until(&format!("\r\n\r\n{path}")).await, ok_with(path));
        peer.send(inside).await;
        peer.send("GET /next HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert_eq!(peer.until("/next").await, ok_with("/next"));
    }
}

#[tokio::test(start_paused = true)]
async fn content_is_read_on_behind_the_answer_by_whoever_began() {
    let (say, mut hear) = mpsc::unbounded_channel();
    let server = server(move |mut request, mut response| {
        let say = say.clone();
        async move {
            let first = request.next().await.unwrap().unwrap();
            response.end("early").unwrap();
            let rest = request.collect(1000).await.unwrap();
            say.send((first, rest)).unwrap();
        }
    });
    let mut peer = Peer::connect(&server);
    peer.send(post(6) + "abc").await;
    assert_eq!(peer.until("early").await, ok_with("early"));
    peer.send("def").await;
    let (first, rest) = soon(hear.recv()).await.unwrap();
    assert_eq!((&first[..], &rest[..]), (&b"abc"[..], &b"def"[..]));
}

#[tokio::test(start_paused = true)]
async fn content_that_breaks_off_is_an_error_and_not_an_end() {
    let (say, mut hear) = mpsc::unbounded_channel();
    let server = server(move |mut request, response| {
        let say = say.clone();
        async move {
            let read = request.collect(1000).await;
            say.send((read, request.complete())).unwrap();
            drop(response);
        }
    });
    // The stream ends, or goes away, or is no chunks any more.
    let mut peer = Peer::connect(&server);
    peer.send(post(6) + "abc").await;
    peer.finish().await;
    let bad = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
    assert_eq!(peer.rest().await, bad);
    let mut gone = Peer::connect(&server);
    gone.send(post(6) + "abc").await;
    drop(gone);
    let mut peer = Peer::connect(&server);
    assert_eq!(peer.ask(CHUNKED.to_owned() + "3\r\nabcd\r\n").await, bad);
    for _ in 0..3 {
        assert_eq!(soon(hear.recv()).await, Some((Err(Error::Aborted), false)));
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_collects_says_how_much() {
    let server = server(|mut request, mut response| async move {
        let read = request.collect(4).await;
        let words = read.map_err(|error| error.code());
        response.end(format!("{words:?}")).unwrap();
    });
    let mut peer = Peer::connect(&server);
    peer.send(post(4) + "four").await;
    assert_eq!(peer.until("Ok(b\"four\")").await, ok_with("Ok(b\"four\")"));
    peer.send(post(5) + "fives").await;
    let text = peer.until("ERR_BODY_TOO_LARGE\")").await;
    assert_eq!(text, ok_with("Err(\"ERR_BODY_TOO_LARGE\")"));
}

#[tokio::test(start_paused = true)]
async fn a_request_can_end_its_connection() {
    let server = server(|mut request, mut response| async move {
        request.destroy();
        tokio::task::yield_now().await;
        assert_eq!(response.end("x"), Err(Error::Destroyed));
    });
    let mut peer = Peer::connect(&server);
    assert_eq!(peer.ask(GET).await, "");
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_http_1_1_may_stream_what_the_request_streams() {
    let server = server(|mut request, mut response| async move {
        while let Some(piece) = request.next().await {
            if !response.write(piece.unwrap()).unwrap() {
                response.drain().await.unwrap();
            }
        }
        response.end("").unwrap();
    });
    let mut peer = Peer::connect_with(&server, 4096);
    let content = vec![b'x'; PIPE];
    peer.send(post(content.len())).await;
    // Sends and reads in turn: neither side waits for the other for ever.
    let (mut sent, mut got) = (0, String::new());
    while !got.ends_with("0\r\n\r\n") {
        sent += peer.send_some(&content[sent..]).await;
        got += &peer.second().await;
    }
    assert_eq!(got.matches('x').count(), PIPE);
}

#[tokio::test(start_paused = true)]
async fn values_of_a_field_are_joined_as_node_joins_them() {
    let server = server(|request, mut response| async move {
        let names = ["host", "cookie", "accept", "none"];
        let values = names.map(|name| {
            let value = request.header(name);
            value.map(|value| String::from_utf8_lossy(&value).into_owned())
        });
        response.end(format!("{values:?}")).unwrap();
    });
    let mut peer = Peer::connect(&server);
    let fields = "Host: a\r\nHost: b\r\nCookie: a=1\r\nCookie: b=2\r\n\
                  Accept: a\r\naccept: b\r\n";
    peer.send(format!("GET / HTTP/1.1\r\n{fields}\r\n")).await;
    let text = peer.until("]").await;
    let values = r#"[Some("a"), Some("a=1; b=2"), Some("a, b"), None]"#;
    assert!(text.ends_with(values), "{text}");
}

#[tokio::test(start_paused = true)]
async fn content_that_was_dumped_is_not_taken_for_none() {
    for (early, late) in [("hello", ""), ("", "hello"), ("he", "llo"), ("", "")] {
        let (tell, mut told) = mpsc::unbounded_channel();
        let server = server(move |mut request, mut response| {
            let tell = tell.clone();
            async move {
                response.end("early").unwrap();
                response.finished().await.unwrap();
                let first = request.collect(100).await;
                let second = request.collect(100).await;
                assert_eq!(first, second);
                while !request.complete() {
                    sleep(Duration::from_secs(1)).await;
                }
                tell.send(first).unwrap();
            }
        });
        let mut peer = Peer::connect(&server);
        peer.send(CHUNKED).await;
        if !early.is_empty() {
            peer.send(format!("{:x}\r\n{early}\r\n", early.len())).await;
        }
        peer.until("early").await;
        if !late.is_empty() {
            peer.send(format!("{:x}\r\n{late}\r\n", late.len())).await;
        }
        peer.send("0\r\n\r\n").await;
        let wanted = match early.len() + late.len() {
            0 => Ok(Vec::new().into()),
            _ => Err(Error::Dumped),
        };
        assert_eq!(soon(told.recv()).await, Some(wanted));
        // The connection is none the worse for it.
        peer.send(GET).await;
        peer.until("early").await;
    }
}
