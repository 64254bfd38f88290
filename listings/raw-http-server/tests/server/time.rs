//! Timeouts, on a pipe in memory and a clock that goes only when nobody has anything to
//! do: each happens exactly when it should.

use bytes::Bytes;
use raw_http_server::{
    App, Body, Config, Content, Failure, Files, Handler, Request, Response, Root,
    serve_stream,
};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

/// A connection with buffers of so many bytes.
fn connect(buffer: usize, app: impl Handler) -> (DuplexStream, JoinHandle<()>) {
    let (ours, theirs) = duplex(buffer);
    let peer = SocketAddr::from(([127, 0, 0, 1], 1));
    let serve = async move {
        let config = Config::default();
        serve_stream(theirs, peer, &config, &app).await;
    };
    (ours, tokio::spawn(serve))
}

/// What comes until the end, and when that is.
async fn rest(stream: &mut DuplexStream, start: Instant) -> (String, u64) {
    let mut text = Vec::new();
    stream.read_to_end(&mut text).await.unwrap();
    let took = start.elapsed();
    assert!(took.subsec_millis() < 100, "{took:?}");
    (String::from_utf8_lossy(&text).into_owned(), took.as_secs())
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_hung_up_on_without_a_word() {
    let start = Instant::now();
    let (mut client, _task) = connect(1024, App::default());
    assert_eq!(rest(&mut client, start).await, (String::new(), 10));
}

#[tokio::test(start_paused = true)]
async fn a_head_has_ten_seconds_however_busily_it_comes() {
    let start = Instant::now();
    let (mut client, _task) = connect(1024, App::default());
    client.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    for _ in 0..9 {
        sleep(SECOND).await;
        client.write_all(b"X-Slow: 1\r\n").await.unwrap();
    }
    let (text, took) = rest(&mut client, start).await;
    assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
    // 408 at 10 s; then the server waits for us to hang up, for 2 s.
    assert_eq!(took, 10);
}

#[tokio::test(start_paused = true)]
async fn between_requests_there_are_five_seconds() {
    let (mut client, _task) = connect(1024, App::default());
    for _ in 0..3 {
        sleep(4 * SECOND).await;
        client
            .write_all(b"GET /none HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        let mut text = Vec::new();
        while !text.ends_with(b"404 Not Found\n") {
            text.push(client.read_u8().await.unwrap());
        }
    }
    let start = Instant::now();
    let (_, took) = rest(&mut client, start).await;
    assert_eq!(took, 5);
}

/// Line ends between requests are allowed, and must not keep a connection for ever.
#[tokio::test(start_paused = true)]
async fn empty_lines_are_no_sign_of_life() {
    let (mut client, task) = connect(1024, App::default());
    client
        .write_all(b"GET /none HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let start = Instant::now();
    let (mut reader, mut writer) = tokio::io::split(client);
    tokio::spawn(async move { while reader.read_u8().await.is_ok() {} });
    while !task.is_finished() {
        let _ = writer.write_all(b"\r\n").await;
        sleep(SECOND).await;
        assert!(start.elapsed() < 60 * SECOND, "it goes on for ever");
    }
    assert!(start.elapsed() <= 16 * SECOND, "{:?}", start.elapsed());
}

/// Some clients send one behind a body. A 408 for it would be taken for the answer to
/// what they ask next.
#[tokio::test(start_paused = true)]
async fn an_empty_line_gets_no_answer() {
    let (mut client, _task) = connect(1024, App::default());
    client
        .write_all(b"GET /none HTTP/1.1\r\nHost: x\r\n\r\n\r\n")
        .await
        .unwrap();
    let start = Instant::now();
    let (text, _) = rest(&mut client, start).await;
    assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
}

/// A stream that stays open and silent.
struct Silent;

impl Handler for Silent {
    async fn handle(&self, _: &Request, _: &mut Body<'_>) -> Result<Response, Failure> {
        let (sender, pieces) = tokio::sync::mpsc::channel(1);
        let _ = sender.try_send(Ok(Bytes::from_static(b"hello")));
        tokio::spawn(async move { sender.closed().await });
        Ok(Response::new(200).content(Content::Stream(pieces)))
    }
}

/// Behind what nobody reads the server could not see it hang up.
#[tokio::test(start_paused = true)]
async fn whoever_sends_on_and_on_has_ten_seconds_of_a_silent_stream() {
    let start = Instant::now();
    let (mut client, task) = connect(1 << 20, Silent);
    let request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    client.write_all(&request.repeat(10_000)).await.unwrap();
    task.await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 10);
    // One that is only silent may stay.
    let (mut client, task) = connect(1 << 20, Silent);
    client.write_all(request).await.unwrap();
    sleep(3600 * SECOND).await;
    assert!(!task.is_finished());
    drop(client);
    task.await.unwrap();
}

const POST: &[u8] = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_is_a_408() {
    let start = Instant::now();
    let (mut client, _task) = connect(1024, App::default());
    client.write_all(POST).await.unwrap();
    client.write_all(b"abc").await.unwrap();
    let (text, took) = rest(&mut client, start).await;
    assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
    assert_eq!(took, 10);
}

#[tokio::test(start_paused = true)]
async fn a_byte_a_second_is_not_enough_for_a_body() {
    let start = Instant::now();
    let (client, task) = connect(1024, App::default());
    let (mut reader, mut writer) = tokio::io::split(client);
    writer.write_all(POST).await.unwrap();
    let trickle = tokio::spawn(async move {
        while writer.write_all(b"x").await.is_ok() {
            sleep(SECOND).await;
        }
    });
    let mut status = [0; 12];
    reader.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 408");
    assert_eq!(start.elapsed().as_secs(), 10);
    task.await.unwrap();
    trickle.abort();
}

#[tokio::test(start_paused = true)]
async fn a_body_that_keeps_the_rate_may_take_its_time() {
    let (mut client, _task) = connect(1024, App::default());
    client.write_all(POST).await.unwrap();
    for _ in 0..50 {
        client.write_all(&[b'x'; 1000]).await.unwrap();
        sleep(SECOND).await;
    }
    let mut status = [0; 12];
    client.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
}

#[tokio::test(start_paused = true)]
async fn who_does_not_read_has_ten_seconds() {
    let start = Instant::now();
    let (mut client, task) = connect(64, App::default());
    client
        .write_all(b"GET /plaintext HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    task.await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 10);
    drop(client);
}

#[tokio::test(start_paused = true)]
async fn a_byte_a_second_is_not_enough_for_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("large.bin"), vec![b'x'; 100_000]).unwrap();
    let files = Some(Files::new(Root::open(folder.path()).unwrap()));
    let app = App {
        files,
        ..App::default()
    };
    let start = Instant::now();
    let (mut client, task) = connect(64, app);
    client
        .write_all(b"GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let reader = tokio::spawn(async move {
        let mut read = 0;
        while client.read_u8().await.is_ok() {
            read += 1;
            sleep(SECOND).await;
        }
        read
    });
    task.await.unwrap();
    let took = start.elapsed().as_secs();
    assert!((10..=11).contains(&took), "{took} s");
    // What was in the pipe is read to its end.
    assert!(reader.await.unwrap() < 200);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_hang_up_is_waited_for_two_seconds() {
    let start = Instant::now();
    let (mut client, task) = connect(1024, App::default());
    client
        .write_all(b"GET / HTTP/1.1\r\nA : b\r\n\r\n")
        .await
        .unwrap();
    let (text, took) = rest(&mut client, start).await;
    assert!(text.starts_with("HTTP/1.1 400 ") && took == 0, "{text}");
    let (_reader, mut writer) = tokio::io::split(client);
    let chatter = tokio::spawn(async move {
        while writer.write_all(b"and on").await.is_ok() {
            sleep(SECOND / 10).await;
        }
    });
    task.await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 2);
    chatter.abort();
}

/// What ten thousand of these hold is ten thousand times this.
#[tokio::test]
async fn a_connection_is_small() {
    let (_client, stream) = duplex(64);
    let (config, app) = (Config::default(), App::default());
    let peer = SocketAddr::from(([127, 0, 0, 1], 1));
    let connection = serve_stream(stream, peer, &config, &app);
    let size = size_of_val(&connection);
    assert!(size <= 2048, "{size} bytes");
}
