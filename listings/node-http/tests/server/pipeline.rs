//! Several requests on one connection.

use crate::peer::{GET, Peer, echo, ok, ok_with, server, soon};
use node_http::{Server, ServerOptions};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::sleep;

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")
}

/// Answers `/3` after three seconds, and says who starts and who is done.
fn slow(log: Arc<Mutex<Vec<String>>>) -> Server {
    server(move |request, mut response| {
        let log = Arc::clone(&log);
        async move {
            let path = request.url().to_owned();
            log.lock().unwrap().push(format!("start {path}"));
            let seconds = path[1..].parse().expect("seconds");
            sleep(Duration::from_secs(seconds)).await;
            log.lock().unwrap().push(format!("done {path}"));
            response.end(&path).unwrap();
        }
    })
}

#[tokio::test(start_paused = true)]
async fn all_handlers_start_and_the_answers_keep_their_order() {
    let log = Arc::default();
    let server = slow(Arc::clone(&log));
    let mut peer = Peer::connect(&server);
    peer.send(get("/3") + &get("/1") + &get("/2")).await;
    let text = peer.until("\r\n\r\n/2").await;
    assert_eq!(text, ok_with("/3") + &ok_with("/1") + &ok_with("/2"));
    let starts = ["start /3", "start /1", "start /2"];
    let ends = ["done /1", "done /2", "done /3"];
    assert_eq!(*log.lock().unwrap(), [starts, ends].concat());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_waits_makes_a_chunk_of_each_write() {
    let server = server(|request, mut response| async move {
        if request.url() == "/first" {
            sleep(Duration::from_secs(1)).await;
            response.end("1").unwrap();
        } else {
            response.write("a").unwrap();
            response.write("b").unwrap();
            response.end("c").unwrap();
        }
    });
    let mut peer = Peer::connect(&server);
    peer.send(get("/first") + &get("/second")).await;
    let text = peer.until("0\r\n\r\n").await;
    let chunks = "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n";
    let second = ok("Transfer-Encoding: chunked\r\n") + chunks;
    assert_eq!(text, ok_with("1") + &second);
}

#[tokio::test(start_paused = true)]
async fn complete_answers_share_a_write() {
    let server = server(|request, mut response| async move {
        if request.url() == "/later" {
            sleep(Duration::from_secs(1)).await;
        }
        response.end(request.url()).unwrap();
    });
    let mut peer = Peer::connect(&server);
    let close = "GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let paths = get("/a") + &get("/b") + &get("/later") + &get("/d");
    peer.send(paths + close).await;
    let last = "HTTP/1.1 200 OK\r\nDate: D\r\nConnection: close\r\n\
                Content-Length: 2\r\n\r\n/c";
    let first = ok_with("/a") + &ok_with("/b");
    let second = ok_with("/later") + &ok_with("/d") + last;
    assert_eq!(peer.rest().await, format!("{first}{second}"));
    assert_eq!(*peer.writes.lock().unwrap(), [first, second]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_whose_turn_comes_writes_as_the_first_one_does() {
    let server = server(|request, mut response| async move {
        if request.url() == "/first" {
            return response.end("1").unwrap();
        }
        sleep(Duration::from_secs(1)).await;
        response.write("a").unwrap();
        response.write("b").unwrap();
        response.end("c").unwrap();
    });
    let mut peer = Peer::connect(&server);
    peer.send(get("/first") + &get("/second")).await;
    let text = peer.until("0\r\n\r\n").await;
    let second = ok("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n0\r\n\r\n";
    assert_eq!(text, ok_with("1") + &second);
}

#[tokio::test(start_paused = true)]
async fn handlers_that_wake_together_go_on_one_after_the_other() {
    let server = server(|request, mut response| async move {
        sleep(Duration::from_secs(1)).await;
        if request.url() == "/first" {
            return response.end("1").unwrap();
        }
        response.write("a").unwrap();
        response.write("b").unwrap();
        response.end("c").unwrap();
    });
    let mut peer = Peer::connect(&server);
    peer.send(get("/first") + &get("/second")).await;
    let text = peer.until("0\r\n\r\n").await;
    let second = ok("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n0\r\n\r\n";
    assert_eq!(text, ok_with("1") + &second);
}

#[tokio::test(start_paused = true)]
async fn a_write_of_nothing_sends_the_head() {
    let server = server(|_, mut response| async move {
        response.write("").unwrap();
        sleep(Duration::from_secs(10)).await;
        response.end("").unwrap();
    });
    let mut peer = Peer::connect(&server);
    peer.send(GET).await;
    assert_eq!(peer.second().await, ok("Transfer-Encoding: chunked\r\n"));
    assert_eq!(peer.until("0\r\n\r\n").await, "0\r\n\r\n");
}

const BAD: &str = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn a_mistake_behind_a_request_takes_the_place_of_its_answer() {
    let log = Arc::default();
    let server = slow(Arc::clone(&log));
    let mut peer = Peer::connect(&server);
    assert_eq!(peer.ask(get("/3") + "BAD\r\n\r\n").await, BAD);
    let mut peer = Peer::connect(&server);
    peer.send(get("/3")).await;
    assert_eq!(peer.second().await, "");
    assert_eq!(peer.ask("BAD\r\n\r\n").await, BAD);
    // Nothing stops a handler.
    sleep(Duration::from_secs(5)).await;
    assert_eq!(log.lock().unwrap().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn no_400_stands_in_the_middle_of_an_answer() {
    let server = server(|_, mut response| async move {
        response.write("x").unwrap();
        sleep(Duration::from_secs(1)).await;
        let _ = response.end("1");
    });
    let mut peer = Peer::connect(&server);
    peer.send(GET).await;
    let text = peer.until("x\r\n").await;
    assert_eq!(text, ok("Transfer-Encoding: chunked\r\n") + "1\r\nx\r\n");
    assert_eq!(peer.ask("BAD\r\n\r\n").await, "");
    // In the same tick, `x` waits for the end of it, and is lost.
    let mut peer = Peer::connect(&server);
    assert_eq!(peer.ask(GET.to_owned() + "BAD\r\n\r\n").await, "");
}

#[tokio::test(start_paused = true)]
async fn a_handler_goes_on_behind_its_answer() {
    let (say, mut hear) = tokio::sync::mpsc::unbounded_channel();
    let server = server(move |_, mut response| {
        let say = say.clone();
        async move {
            response.end("x").unwrap();
            sleep(Duration::from_secs(100)).await;
            say.send(()).unwrap();
        }
    });
    let mut peer = Peer::connect(&server);
    assert_eq!(peer.ask(GET.repeat(2)).await, ok_with("x").repeat(2));
    for _ in 0..2 {
        soon(hear.recv()).await.unwrap();
    }
}

/// All of it in one read. Node finishes an answer in a tick, and runs ticks behind a
/// piece of content, but not between two requests without any.
#[tokio::test(start_paused = true)]
async fn a_mistake_finds_the_answers_before_it_sent_or_not() {
    let chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let ok = ok_with("/");
    let cases = [
        (format!("{GET}BAD\r\n\r\n"), ok.clone()),
        (format!("{GET}{GET}BAD\r\n\r\n"), ok.clone()),
        (format!("{chunked}x\r\n"), ok.clone()),
        (
            format!("{chunked}0\r\nT: 1\r\n\r\nBAD\r\n\r\n"),
            format!("{ok}{BAD}"),
        ),
        (format!("{chunked}1\r\na\r\nx\r\n"), format!("{ok}{BAD}")),
        (
            format!("{GET}{chunked}1\r\na\r\nx\r\n"),
            format!("{ok}{ok}{BAD}"),
        ),
    ];
    for (bytes, answer) in cases {
        let mut peer = Peer::connect(&echo());
        assert_eq!(peer.ask(&bytes).await, answer, "{bytes:?}");
    }
}

/// Node hands over 32 fields and more, and trailers, in pieces, and does so for each head
/// that follows on the connection.
#[tokio::test(start_paused = true)]
async fn a_connection_that_had_many_fields_runs_ticks_before_heads() {
    let many = |fields: usize| {
        let fields = "A: b\r\n".repeat(fields - 1);
        format!("GET / HTTP/1.1\r\nHost: x\r\n{fields}\r\n")
    };
    let trailers = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\
                    0\r\nT: 1\r\n\r\n";
    for (first, answers) in [(many(31), 1), (many(32), 2), (trailers.into(), 2)] {
        let mut peer = Peer::connect(&echo());
        peer.send(first).await;
        peer.until("\r\n\r\n/").await;
        let text = peer.ask(format!("{GET}{GET}BAD\r\n\r\n")).await;
        assert_eq!(text, ok_with("/").repeat(answers));
    }
}

#[tokio::test(start_paused = true)]
async fn behind_close_nothing_may_follow_but_line_ends() {
    let log = Arc::default();
    let server = slow(log);
    let close = "GET /1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let mut peer = Peer::connect(&server);
    assert_eq!(peer.ask(close.to_owned() + GET).await, BAD);
    let mut peer = Peer::connect(&server);
    let text = peer.ask(close.to_owned() + "\r\n\n").await;
    assert!(text.ends_with("Connection: close\r\nContent-Length: 2\r\n\r\n/1"));
}

/// llhttp goes on behind both; RFC 9112 §6.1 and §9.3 do not.
#[tokio::test(start_paused = true)]
async fn behind_doubtful_requests_of_http_1_0_nothing_follows() {
    let stays = "Connection: keep-alive\r\n";
    let doubtful = [
        format!("{stays}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        format!("{stays}Connection: close\r\n\r\n"),
    ];
    for rest in doubtful {
        let server = server(|_, mut response| async move {
            response.set_header("Content-Length", "1").unwrap();
            response.end("x").unwrap();
        });
        let mut peer = Peer::connect(&server);
        let text = peer.ask(format!("POST / HTTP/1.0\r\n{rest}")).await;
        assert!(
            text.contains("\r\nConnection: close\r\n"),
            "{rest:?}: {text}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_ends_before_the_answer_gets_none() {
    let server = server(|request, mut response| async move {
        if request.url() == "/later" {
            tokio::task::yield_now().await;
        }
        let _ = response.end("answer");
    });
    let mut peer = Peer::connect(&server);
    peer.send(get("/now")).await;
    peer.finish().await;
    assert_eq!(peer.rest().await, ok_with("answer"));
    let mut peer = Peer::connect(&server);
    peer.send(get("/later")).await;
    peer.finish().await;
    assert_eq!(peer.rest().await, "");
}

#[tokio::test(start_paused = true)]
async fn a_connection_has_so_many_requests() {
    let options = ServerOptions {
        max_requests_per_socket: 2,
        ..ServerOptions::default()
    };
    let dropped = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&dropped);
    let server = Server::new(options, |_, mut response| async move {
        response.end("x").unwrap();
    });
    let server = server.on_drop_request(move |_| {
        count.fetch_add(1, SeqCst);
    });
    let mut peer = Peer::connect(&server);
    peer.send(GET.repeat(3)).await;
    let text = peer.until("0\r\n\r\n").await;
    let first = "Connection: keep-alive\r\nKeep-Alive: timeout=5, max=2\r\n";
    assert_eq!(text.matches(first).count(), 1, "{text}");
    assert_eq!(text.matches("Connection: close\r\n").count(), 2, "{text}");
    assert!(
        text.contains("HTTP/1.1 503 Service Unavailable\r\n"),
        "{text}"
    );
    assert_eq!(dropped.load(SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_requests_without_answers_stops() {
    let started = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&started);
    let server = server(move |_, mut response| {
        count.fetch_add(1, SeqCst);
        async move {
            sleep(Duration::from_secs(60)).await;
            let _ = response.end("");
        }
    });
    let mut peer = Peer::connect_with(&server, 4096);
    let flood = GET.repeat(100_000);
    let sent = peer.send_some(flood.as_bytes()).await;
    assert_eq!(started.load(SeqCst), 256);
    // What the server holds: a read; and the pipe.
    assert!(sent < 256 * GET.len() + (8 << 10) + 4096, "{sent}");
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_large_heads_stops_earlier() {
    let started = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&started);
    let server = server(move |_, mut response| {
        count.fetch_add(1, SeqCst);
        async move {
            sleep(Duration::from_secs(60)).await;
            response.end("!").unwrap();
        }
    });
    let mut peer = Peer::connect_with(&server, 4096);
    let fields = "a:b\r\n".repeat(990);
    let head = format!("GET / HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
    let flood = head.repeat(20);
    let sent = peer.send_some(flood.as_bytes()).await;
    // Each counts for 34 bytes a field: the first, and 64 KiB behind it.
    assert_eq!(started.load(SeqCst), 3);
    assert!(sent < 3 * head.len() + (8 << 10) + 4096, "{sent}");
    peer.send(&flood[sent..]).await;
    for _ in 0..20 {
        peer.until("!").await;
    }
    assert_eq!(started.load(SeqCst), 20);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_requests_whose_answers_nobody_reads_stops() {
    let started = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&started);
    let server = server(move |_, mut response| {
        count.fetch_add(1, SeqCst);
        async move {
            let _ = response.end(vec![b'x'; 10_000]);
        }
    });
    let mut peer = Peer::connect_with(&server, 4096);
    peer.send_some(GET.repeat(100_000).as_bytes()).await;
    // 64 KiB of answers, and the one that is beyond.
    let started = started.load(SeqCst);
    assert!((7..=9).contains(&started), "{started}");
}

#[tokio::test(start_paused = true)]
async fn a_flood_goes_on_when_somebody_reads() {
    let server = echo();
    let mut peer = Peer::connect_with(&server, 4096);
    let all = GET.repeat(2000);
    let mut sent = 0;
    let mut answers = 0;
    while answers < 2000 {
        if sent < all.len() {
            sent += peer.send_some(&all.as_bytes()[sent..]).await;
        }
        answers += peer.second().await.matches("HTTP/1.1 200 OK").count();
    }
    assert_eq!(answers, 2000);
}
