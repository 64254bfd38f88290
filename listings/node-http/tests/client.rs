//! The client against servers that are raw sockets: what the oracle cannot show, because
//! Node does otherwise, or because it is about memory, time or loss.

use node_http::{
    Agent, AgentOptions, ClientEvent, ClientRequest, Counts, Error, RequestOptions,
    may_retry,
};
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// The deadline is for a test that hangs.
fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let deadline = tokio::time::timeout(Duration::from_secs(120), test);
        deadline.await.expect("the test comes to an end");
    });
}

/// A server that is only a socket: `serve` gets each connection, with its number.
async fn raw_server<F, T>(serve: F) -> u16
where
    F: Fn(usize, TcpStream) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        for number in 1.. {
            let (socket, _) = listener.accept().await.expect("a connection");
            tokio::spawn(serve(number, socket));
        }
    });
    port
}

/// Reads a head; false at the end of the stream.
async fn head(socket: &mut TcpStream) -> bool {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        if !matches!(socket.read_buf(&mut read).await, Ok(1..)) {
            return false;
        }
    }
    true
}

fn keep_alive() -> AgentOptions {
    AgentOptions {
        keep_alive: true,
        ..AgentOptions::default()
    }
}

fn ask(agent: &Agent, method: &str, port: u16) -> ClientRequest {
    let mut request = open(agent, method, port);
    request.end("").expect("it is written");
    request
}

fn open(agent: &Agent, method: &str, port: u16) -> ClientRequest {
    let options = RequestOptions {
        method: method.into(),
        ..RequestOptions::to("127.0.0.1", port)
    };
    agent.request(options).expect("a request")
}

/// All of the response, once its socket is the Agent's again, or closed.
async fn whole(mut request: ClientRequest) -> Result<Vec<u8>, Error> {
    let result = match request.response().await {
        Ok(mut response) => response.collect(1 << 20).await.map(Vec::from),
        Err(error) => Err(error),
    };
    request.closed().await;
    result
}

async fn until(what: impl Fn() -> bool) {
    while !what() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// A connection whose second request meets its end, or half an answer.
async fn gives_up(last: &'static [u8], seen: Arc<AtomicUsize>) -> u16 {
    raw_server(move |_, mut socket| {
        let seen = Arc::clone(&seen);
        async move {
            for answer in [OK, last] {
                if !head(&mut socket).await {
                    return;
                }
                seen.fetch_add(1, Ordering::Relaxed);
                socket.write_all(answer).await.expect("it is sent");
            }
        }
    })
    .await
}

async fn second(method: &str, last: &'static [u8]) -> (Result<Vec<u8>, Error>, usize) {
    let seen = Arc::new(AtomicUsize::new(0));
    let port = gives_up(last, Arc::clone(&seen)).await;
    let agent = Agent::new(AgentOptions {
        retry: true,
        ..keep_alive()
    });
    whole(ask(&agent, "GET", port))
        .await
        .expect("the first answer");
    let result = whole(ask(&agent, method, port)).await;
    (result, seen.load(Ordering::Relaxed))
}

#[test]
fn what_can_be_asked_again_is_asked_again_once() {
    run(async {
        for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"] {
            let (result, seen) = second(method, b"").await;
            assert!(result.is_ok(), "{method}: {result:?}");
            // The first request, the lost one, and the same again.
            assert_eq!(seen, 3, "{method}");
        }
    });
}

#[test]
fn what_may_have_been_done_is_not_asked_again() {
    run(async {
        for method in ["POST", "PATCH", "PURGE"] {
            let (result, seen) = second(method, b"").await;
            assert_eq!(result, Err(Error::HangUp), "{method}");
            assert_eq!(seen, 2, "{method}");
        }
        // Somebody has begun to answer.
        for last in [&b"HTTP/1.1 2"[..], b"HTTP/1.1 100 Continue\r\n\r\n"] {
            let (result, seen) = second("GET", last).await;
            assert_eq!((result, seen), (Err(Error::HangUp), 2));
        }
        let (result, seen) = second("GET", &OK[..OK.len() - 1]).await;
        assert_eq!((result, seen), (Err(Error::Aborted), 2));
    });
}

#[test]
fn a_new_connection_that_breaks_is_not_tried_again() {
    run(async {
        let count = Arc::new(AtomicUsize::new(0));
        let connections = Arc::clone(&count);
        let port = raw_server(move |_, mut socket| {
            connections.fetch_add(1, Ordering::Relaxed);
            async move {
                head(&mut socket).await;
            }
        })
        .await;
        let agent = Agent::new(AgentOptions {
            retry: true,
            ..keep_alive()
        });
        let result = whole(ask(&agent, "GET", port)).await;
        assert_eq!(result, Err(Error::HangUp));
        assert_eq!(count.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn the_rule_of_asking_again() {
    use http_wire::Method;
    let (lost, reset) = (Error::HangUp, Error::Io(io::ErrorKind::ConnectionReset));
    assert!(may_retry(&Method::Get, true, false, &lost));
    assert!(may_retry(&Method::Put, true, false, &reset));
    assert!(!may_retry(&Method::Post, true, false, &lost));
    assert!(!may_retry(&Method::Get, false, false, &lost));
    assert!(!may_retry(&Method::Get, true, true, &lost));
    assert!(!may_retry(&Method::Get, true, false, &Error::Timeout));
    assert!(!may_retry(&Method::Get, true, false, &Error::TooLarge));
}

/// A content that is written and not ended goes again, too; one that is too large to be
/// kept does not.
#[test]
fn content_is_asked_again_as_far_as_it_was_kept() {
    run(async {
        for (length, is_kept) in [(1000, true), (100_000, false)] {
            let port = raw_server(|number, mut socket| async move {
                if number == 1 {
                    head(&mut socket).await;
                    socket.write_all(OK).await.expect("it is sent");
                    // The second request is read as far as its head, and lost.
                    head(&mut socket).await;
                    return;
                }
                let mut read = Vec::new();
                while !read.ends_with(b"\r\n0\r\n\r\n") {
                    if !matches!(socket.read_buf(&mut read).await, Ok(1..)) {
                        return;
                    }
                }
                socket.write_all(OK).await.expect("it is sent");
            })
            .await;
            let agent = Agent::new(AgentOptions {
                retry: true,
                ..keep_alive()
            });
            whole(ask(&agent, "GET", port))
                .await
                .expect("the first answer");
            let mut request = open(&agent, "PUT", port);
            request.write("").expect("it is written");
            request.flush_headers().expect("it is written");
            tokio::task::yield_now().await;
            let rest = vec![b'x'; length];
            let written = request.write(&rest).and_then(|_| request.end(""));
            written.expect("it is written");
            let result = whole(request).await;
            assert_eq!(result.is_ok(), is_kept, "{length}: {result:?}");
        }
    });
}

#[test]
fn an_idle_socket_that_the_server_closes_leaves_the_pool_at_once() {
    run(async {
        let close = Arc::new(Notify::new());
        let closes = Arc::clone(&close);
        let port = raw_server(move |_, mut socket| {
            let closes = Arc::clone(&closes);
            async move {
                head(&mut socket).await;
                socket.write_all(OK).await.expect("it is sent");
                closes.notified().await;
            }
        })
        .await;
        let agent = Agent::new(keep_alive());
        whole(ask(&agent, "GET", port)).await.expect("an answer");
        assert_eq!(agent.counts().free_sockets, 1);
        close.notify_one();
        until(|| agent.counts() == Counts::default()).await;
        // The next request has a new one and hears of nothing.
        whole(ask(&agent, "POST", port)).await.expect("an answer");
    });
}

#[test]
fn a_response_that_nobody_asked_for_answers_nobody() {
    run(async {
        let evil = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
        let go = Arc::new(Notify::new());
        let goes = Arc::clone(&go);
        let port = raw_server(move |number, mut socket| {
            let goes = Arc::clone(&goes);
            async move {
                while head(&mut socket).await {
                    socket.write_all(OK).await.expect("it is sent");
                    if number == 1 {
                        goes.notified().await;
                        socket.write_all(evil).await.expect("it is sent");
                        goes.notify_one();
                    }
                }
            }
        })
        .await;
        let agent = Agent::new(keep_alive());
        assert_eq!(whole(ask(&agent, "GET", port)).await.unwrap(), b"ok");
        go.notify_one();
        tokio::task::yield_now().await;
        go.notified().await;
        assert_eq!(whole(ask(&agent, "GET", port)).await.unwrap(), b"ok");
        let mut third = ask(&agent, "GET", port);
        assert_eq!(
            third.response().await.unwrap().collect(9).await.unwrap(),
            "ok"
        );
        assert!(third.reused_socket());
    });
}

/// Node drops the half response and uses the socket again.
#[test]
fn half_a_response_too_many_closes_the_socket() {
    run(async {
        let port = raw_server(|_, mut socket| async move {
            while head(&mut socket).await {
                let answer = [OK, b"HTTP/1.1 2"].concat();
                if socket.write_all(&answer).await.is_err() {
                    return;
                }
            }
        })
        .await;
        let agent = Agent::new(keep_alive());
        for _ in 0..3 {
            let mut request = ask(&agent, "GET", port);
            request.response().await.expect("an answer");
            request.closed().await;
            assert!(!request.reused_socket());
            assert_eq!(agent.counts(), Counts::default());
        }
    });
}

#[test]
fn an_idle_socket_grows_old() {
    run(async {
        let port = raw_server(|_, mut socket| async move {
            while head(&mut socket).await {
                socket.write_all(OK).await.expect("it is sent");
            }
        })
        .await;
        let agent = Agent::new(AgentOptions {
            timeout: Some(Duration::from_millis(20)),
            ..keep_alive()
        });
        whole(ask(&agent, "GET", port)).await.expect("an answer");
        until(|| agent.counts().free_sockets == 0).await;
    });
}

#[test]
fn the_last_clone_of_an_agent_takes_the_idle_sockets_with_it() {
    run(async {
        let gone = Arc::new(Notify::new());
        let tells = Arc::clone(&gone);
        let port = raw_server(move |_, mut socket| {
            let tells = Arc::clone(&tells);
            async move {
                while head(&mut socket).await {
                    socket.write_all(OK).await.expect("it is sent");
                }
                tells.notify_one();
            }
        })
        .await;
        let agent = Agent::new(keep_alive());
        whole(ask(&agent, "GET", port)).await.expect("an answer");
        drop(agent);
        gone.notified().await;
    });
}

#[test]
fn destroy_ends_busy_and_idle_sockets_and_the_agent_goes_on() {
    run(async {
        let port = raw_server(|number, mut socket| async move {
            while head(&mut socket).await {
                if number == 2 {
                    return std::future::pending().await;
                }
                socket.write_all(OK).await.expect("it is sent");
            }
        })
        .await;
        let agent = Agent::new(keep_alive());
        let first = ask(&agent, "GET", port);
        let second = ask(&agent, "GET", port);
        whole(first).await.expect("an answer");
        let counts = agent.counts();
        assert_eq!((counts.sockets, counts.free_sockets), (1, 1));
        agent.destroy();
        assert_eq!(whole(second).await, Err(Error::HangUp));
        until(|| agent.counts() == Counts::default()).await;
        whole(ask(&agent, "GET", port)).await.expect("an answer");
    });
}

#[test]
fn a_request_that_is_dropped_gives_its_place_to_the_next() {
    for is_seen in [true, false] {
        run(async move {
            let seen = Arc::new(Notify::new());
            let sees = Arc::clone(&seen);
            let port = raw_server(move |_, mut socket| {
                let sees = Arc::clone(&sees);
                async move {
                    let mut line = [0; 10];
                    socket.read_exact(&mut line).await.expect("a line");
                    head(&mut socket).await;
                    if &line == b"GET /first" {
                        sees.notify_one();
                        return std::future::pending().await;
                    }
                    socket.write_all(OK).await.expect("it is sent");
                }
            })
            .await;
            let agent = Agent::new(AgentOptions {
                max_sockets: 1,
                ..keep_alive()
            });
            let first = RequestOptions {
                path: "/first".into(),
                ..RequestOptions::to("127.0.0.1", port)
            };
            let first = agent.get(first).expect("a request");
            let second = ask(&agent, "GET", port);
            assert_eq!(agent.counts().requests, 1);
            if is_seen {
                seen.notified().await;
            }
            drop(first);
            whole(second).await.expect("an answer");
        });
    }
}

/// Node's second origin waits until the first one's socket dies.
#[test]
fn an_idle_socket_makes_room_for_another_origin() {
    run(async {
        let serve = |_, mut socket: TcpStream| async move {
            while head(&mut socket).await {
                socket.write_all(OK).await.expect("it is sent");
            }
        };
        let ports = [raw_server(serve).await, raw_server(serve).await];
        let agent = Agent::new(AgentOptions {
            max_total_sockets: 1,
            ..keep_alive()
        });
        for port in [ports[0], ports[1], ports[0]] {
            whole(ask(&agent, "GET", port)).await.expect("an answer");
            assert_eq!(agent.counts().free_sockets, 1);
        }
        // All at once, and one socket in all.
        let requests = [0, 1, 0, 1, 1].map(|n| ask(&agent, "GET", ports[n]));
        for request in requests {
            whole(request).await.expect("an answer");
        }
        assert_eq!(agent.counts().requests, 0);
    });
}

#[test]
fn nobody_listens_and_nobody_waits_for_ever() {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("an address");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let agent = Agent::new(AgentOptions {
            max_sockets: 2,
            ..keep_alive()
        });
        let requests: Vec<_> = (0..5).map(|_| ask(&agent, "GET", port)).collect();
        let refused = Error::Io(io::ErrorKind::ConnectionRefused);
        for request in requests {
            assert_eq!(whole(request).await, Err(refused.clone()));
        }
        assert_eq!(agent.counts(), Counts::default());
    });
}

/// A server that never stops, in each of the ways there are.
async fn endless(begin: &'static [u8], more: &'static [u8]) -> Error {
    let port = raw_server(move |_, mut socket| async move {
        head(&mut socket).await;
        let mut sent = socket.write_all(begin).await;
        while sent.is_ok() {
            sent = socket.write_all(more).await;
        }
    })
    .await;
    let agent = Agent::default();
    whole(ask(&agent, "GET", port))
        .await
        .expect_err("there is no end")
}

#[test]
fn everything_that_a_server_sends_has_a_limit() {
    run(async {
        let overflow = "HPE_HEADER_OVERFLOW";
        let ok = b"HTTP/1.1 200 OK\r\n";
        assert_eq!(endless(b"HTTP/1.1 200 ", b"O").await.code(), overflow);
        assert_eq!(endless(ok, b"a: b\r\n").await.code(), overflow);
        assert_eq!(
            endless(b"HTTP/1.1 200 OK\r\na: ", b"b").await.code(),
            overflow
        );
        let early = b"HTTP/1.1 103 Early Hints\r\n\r\n";
        assert_eq!(endless(early, early).await, Error::TooLarge);
        let chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        // The response was given away already.
        assert_eq!(endless(chunks, b"0").await, Error::Aborted);
        let long = b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n";
        assert_eq!(endless(long, &[b'x'; 1000]).await, Error::TooLarge);
    });
}

#[test]
fn the_rest_of_a_response_that_is_dropped_is_read_if_it_is_small() {
    run(async {
        for (length, is_kept) in [(1000, true), (1 << 30, false)] {
            let port = raw_server(move |_, mut socket| async move {
                head(&mut socket).await;
                let head =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
                socket.write_all(head.as_bytes()).await.expect("it is sent");
                let mut left = length;
                while left > 0 {
                    let piece = vec![b'x'; left.min(1000)];
                    if socket.write_all(&piece).await.is_err() {
                        return;
                    }
                    left -= piece.len();
                }
                std::future::pending().await
            })
            .await;
            let agent = Agent::new(keep_alive());
            let mut request = ask(&agent, "GET", port);
            drop(request.response().await.expect("an answer"));
            request.closed().await;
            assert_eq!(agent.counts().free_sockets, usize::from(is_kept));
        }
    });
}

#[test]
fn a_response_outlives_its_request_and_its_agent() {
    run(async {
        let go = Arc::new(Notify::new());
        let goes = Arc::clone(&go);
        let port = raw_server(move |_, mut socket| {
            let goes = Arc::clone(&goes);
            async move {
                head(&mut socket).await;
                socket
                    .write_all(&OK[..OK.len() - 2])
                    .await
                    .expect("it is sent");
                goes.notified().await;
                socket.write_all(b"ok").await.expect("it is sent");
            }
        })
        .await;
        let mut response = {
            let agent = Agent::new(keep_alive());
            ask(&agent, "GET", port)
                .response()
                .await
                .expect("an answer")
        };
        tokio::task::yield_now().await;
        go.notify_one();
        assert_eq!(response.collect(9).await.expect("all of it"), "ok");
    });
}

#[test]
fn a_request_that_waits_and_is_dropped_is_never_sent() {
    run(async {
        let port = raw_server(|_, mut socket| async move {
            let mut seen = 0;
            while head(&mut socket).await {
                seen += 1;
                let ok = format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{seen}");
                socket.write_all(ok.as_bytes()).await.expect("it is sent");
            }
        })
        .await;
        let agent = Agent::new(AgentOptions {
            max_sockets: 1,
            ..keep_alive()
        });
        let requests = [(); 3].map(|()| ask(&agent, "POST", port));
        let [first, second, third] = requests;
        drop(second);
        assert_eq!(whole(first).await.expect("an answer"), b"1");
        assert_eq!(whole(third).await.expect("an answer"), b"2");
    });
}

/// A client that says `close` and goes on is no client to rely on.
#[test]
fn a_connection_that_the_request_closes_is_not_kept() {
    run(async {
        let port = raw_server(|_, mut socket| async move {
            while head(&mut socket).await {
                socket.write_all(OK).await.expect("it is sent");
            }
        })
        .await;
        let close = vec![("Connection".to_string(), "close".to_string())];
        let set = RequestOptions {
            headers: close.clone(),
            ..RequestOptions::to("127.0.0.1", port)
        };
        let raw = RequestOptions {
            raw_headers: Some(close),
            ..RequestOptions::to("127.0.0.1", port)
        };
        for options in [set, raw] {
            let agent = Agent::new(keep_alive());
            let request = agent.get(options).expect("a request");
            whole(request).await.expect("an answer");
            assert_eq!(agent.counts(), Counts::default());
        }
    });
}

#[test]
fn nothing_is_read_for_a_program_that_reads_nothing() {
    const SENT: usize = 64 << 20;
    run(async {
        let taken = Arc::new(AtomicUsize::new(0));
        let (counts, stalled) = (Arc::clone(&taken), Arc::new(Notify::new()));
        let tells = Arc::clone(&stalled);
        let port = raw_server(move |_, mut socket| {
            let (counts, tells) = (Arc::clone(&counts), Arc::clone(&tells));
            async move {
                head(&mut socket).await;
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {SENT}\r\n\r\n");
                socket.write_all(head.as_bytes()).await.expect("it is sent");
                let piece = vec![b'x'; 64 << 10];
                let mut sent = 0;
                while sent < SENT {
                    let most = piece.len().min(SENT - sent);
                    let write = socket.write(&piece[..most]);
                    let second = Duration::from_secs(1);
                    match tokio::time::timeout(second, write).await {
                        Ok(count) => sent += count.expect("it is sent"),
                        Err(_) => tells.notify_one(),
                    }
                    counts.store(sent, Ordering::Relaxed);
                }
                tells.notify_one();
            }
        })
        .await;
        let mut request = ask(&Agent::default(), "GET", port);
        let mut response = request.response().await.expect("a response");
        stalled.notified().await;
        // The kernel has its buffers.
        let taken = taken.load(Ordering::Relaxed);
        assert!(taken < SENT / 2, "{taken} bytes were taken");
        let mut read = 0;
        while let Some(part) = response.next().await {
            read += part.expect("more").len();
        }
        assert_eq!(read, SENT);
    });
}

#[test]
fn a_program_that_writes_too_much_is_told_so() {
    run(async {
        let go = Arc::new(Notify::new());
        let goes = Arc::clone(&go);
        let port = raw_server(move |_, mut socket| {
            let goes = Arc::clone(&goes);
            async move {
                goes.notified().await;
                let mut read = Vec::new();
                while !read.ends_with(b"\r\n0\r\n\r\n") {
                    socket.read_buf(&mut read).await.expect("more");
                }
                socket.write_all(OK).await.expect("it is sent");
            }
        })
        .await;
        let mut request = open(&Agent::default(), "POST", port);
        let piece = vec![b'x'; 16 << 10];
        let write =
            |request: &mut ClientRequest| request.write(&piece).expect("it is taken");
        let returned = [(); 5].map(|()| write(&mut request));
        assert_eq!(returned, [true, true, true, false, false]);
        request.drain().await.expect("the kernel takes it");
        assert!(write(&mut request), "there is room again");
        // More than the kernel takes: it waits for the server.
        while write(&mut request) {
            tokio::task::yield_now().await;
        }
        go.notify_one();
        request.drain().await.expect("the server takes it");
        request.end("").expect("it is written");
        assert_eq!(whole(request).await.expect("an answer"), b"ok");
    });
}

#[test]
fn an_answer_before_the_end_of_the_request_is_heard_and_closes() {
    run(async {
        let port = raw_server(|_, mut socket| async move {
            head(&mut socket).await;
            let no =
                b"HTTP/1.1 413 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            socket.write_all(no).await.expect("it is sent");
            let mut rest = Vec::new();
            let _ = socket.read_to_end(&mut rest).await;
        })
        .await;
        let agent = Agent::new(keep_alive());
        let mut request = open(&agent, "POST", port);
        request.flush_headers().expect("it is written");
        let response = request.response().await.expect("an answer");
        assert_eq!(response.status_code(), 413);
        request.closed().await;
        assert_eq!(agent.counts(), Counts::default());
        assert!(request.drain().await.is_ok(), "nothing waits");
    });
}

/// Node sends it without a word of where it ends: examples/node/unframed.cjs.
#[test]
fn content_always_has_an_end() {
    run(async {
        let port = raw_server(|_, mut socket| async move {
            let mut read = Vec::new();
            while !read.ends_with(b"hello") {
                socket.read_buf(&mut read).await.expect("more");
            }
            let text = String::from_utf8(read).expect("ASCII");
            assert!(text.contains("\r\nContent-Length: 5\r\n"), "{text}");
            socket.write_all(OK).await.expect("it is sent");
        })
        .await;
        for method in ["GET", "DELETE", "OPTIONS"] {
            let mut request = open(&Agent::default(), method, port);
            request.end("hello").expect("it is written");
            whole(request).await.expect("an answer");
        }
        let mut request = open(&Agent::default(), "GET", port);
        request.flush_headers().expect("it is written");
        assert_eq!(request.write("hello"), Err(Error::BodyNotAllowed));
        assert_eq!(whole(request).await, Err(Error::HangUp));
    });
}

#[test]
fn content_has_one_end_whatever_the_program_sets() {
    run(async {
        let port = raw_server(|_, mut socket| async move {
            head(&mut socket).await;
            let mut rest = Vec::new();
            let _ = socket.read_to_end(&mut rest).await;
            assert!(rest.is_empty(), "{}", rest.escape_ascii());
        })
        .await;
        let less = Error::ContentLengthMismatch(5, 0);
        let more = Error::ContentLengthMismatch(5, 6);
        for (fields, error) in [
            (&[("Content-Length", "0")][..], less),
            (&[("Content-Length", "6")], more),
            (&[("Content-Length", "5x")], Error::Framing),
            (&[("Content-Length", "")], Error::Framing),
            (
                &[("Content-Length", "18446744073709551616")],
                Error::Framing,
            ),
            (&[("Transfer-Encoding", "gzip")], Error::Framing),
            (&[("Transfer-Encoding", "chunked, gzip")], Error::Framing),
            (
                &[("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
                Error::Framing,
            ),
        ] {
            for method in ["POST", "GET"] {
                let headers =
                    fields.iter().map(|(n, v)| (n.to_string(), v.to_string()));
                let options = RequestOptions {
                    method: method.into(),
                    headers: headers.collect(),
                    ..RequestOptions::to("127.0.0.1", port)
                };
                let mut request = Agent::default().request(options).expect("a request");
                assert_eq!(request.end("hello"), Err(error.clone()), "{fields:?}");
                assert_eq!(whole(request).await, Err(Error::HangUp));
            }
        }
        // What the program removed is not added, and then there can be no content.
        let mut request = open(&Agent::default(), "POST", port);
        request
            .remove_header("Content-Length")
            .expect("it is removed");
        request
            .remove_header("Transfer-Encoding")
            .expect("it is removed");
        assert_eq!(request.end("hello"), Err(Error::BodyNotAllowed));
        let mut options = RequestOptions::to("127.0.0.1", port);
        options.method = "POST".into();
        options.set_default_headers = false;
        let mut request = Agent::default().request(options).expect("a request");
        assert_eq!(request.end("hello"), Err(Error::BodyNotAllowed));
    });
}

#[test]
fn waiting_for_the_kernel_ends_with_the_connection() {
    run(async {
        let port = raw_server(|_, mut socket| async move {
            socket.read_exact(&mut [0; 100]).await.expect("some of it");
        })
        .await;
        let mut request = open(&Agent::default(), "POST", port);
        // More than the kernel takes.
        let written = request.write(vec![b'x'; 64 << 20]).expect("it is taken");
        assert!(!written);
        assert_eq!(request.drain().await, Err(Error::HangUp));
    });
}

#[test]
fn a_program_that_is_slow_is_not_a_silent_server() {
    run(async {
        let port = raw_server(|_, mut socket| async move {
            head(&mut socket).await;
            let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
            socket.write_all(head).await.expect("it is sent");
            let _ = socket.write_all(&[b'x'; 1_000_000]).await;
        })
        .await;
        let options = RequestOptions {
            timeout: Some(Duration::from_millis(200)),
            ..RequestOptions::to("127.0.0.1", port)
        };
        let mut request = Agent::default().get(options).expect("a request");
        let mut response = request.response().await.expect("an answer");
        tokio::time::sleep(Duration::from_millis(600)).await;
        let body = response.collect(2_000_000).await.expect("all of it");
        assert_eq!(body.len(), 1_000_000);
    });
}

/// The last read then fills its buffer, and the socket seems to have more.
#[test]
fn responses_of_every_length_leave_a_good_socket() {
    run(async {
        let head_length = "HTTP/1.1 200 OK\r\nContent-Length: 16000\r\n\r\n".len();
        let port = raw_server(move |_, mut socket| async move {
            let mut length = 16384 - head_length - 2;
            while head(&mut socket).await {
                let head =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
                let answer = [head.into_bytes(), vec![b'x'; length]].concat();
                socket.write_all(&answer).await.expect("it is sent");
                length += 1;
            }
        })
        .await;
        let agent = Agent::new(keep_alive());
        for n in 0..5 {
            let mut request = ask(&agent, "GET", port);
            let mut response = request.response().await.expect("an answer");
            response.collect(20_000).await.expect("all of it");
            request.closed().await;
            assert_eq!(request.reused_socket(), n > 0);
            // The socket is watched meanwhile.
            tokio::time::sleep(Duration::from_millis(5)).await;
            assert_eq!(agent.counts().free_sockets, 1);
        }
    });
}

#[test]
fn one_request_after_the_other_has_one_connection_on_two_threads() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let count = Arc::new(AtomicUsize::new(0));
        let connections = Arc::clone(&count);
        let port = raw_server(move |_, mut socket| {
            connections.fetch_add(1, Ordering::Relaxed);
            async move {
                while head(&mut socket).await {
                    socket.write_all(OK).await.expect("it is sent");
                }
            }
        })
        .await;
        let agent = Agent::new(keep_alive());
        for _ in 0..500 {
            let mut request = ask(&agent, "GET", port);
            let mut response = request.response().await.expect("an answer");
            assert_eq!(response.collect(9).await.expect("all of it"), "ok");
        }
        assert_eq!(count.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn what_node_takes_is_taken() {
    run(async {
        let many =
            "abcd: efghi\r\n".repeat(990) + &format!("x: {}\r\n", "y".repeat(5000));
        let answers = [
            "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok".to_string(),
            format!("HTTP/1.1 200 OK\r\n{many}Content-Length: 2\r\n\r\nok"),
        ];
        for answer in answers {
            let port = raw_server(move |_, mut socket| {
                let answer = answer.clone();
                async move {
                    head(&mut socket).await;
                    socket
                        .write_all(answer.as_bytes())
                        .await
                        .expect("it is sent");
                }
            })
            .await;
            let request = ask(&Agent::default(), "GET", port);
            assert_eq!(whole(request).await.expect("an answer"), b"ok");
        }
    });
}

#[test]
fn what_would_frame_the_next_response_is_refused() {
    run(async {
        let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
        let cases = [
            (format!("{chunks}Content-Length: 3\r\n\r\n"), Error::Aborted),
            // Another protocol, and nobody says which.
            ("HTTP/1.1 101 X\r\n\r\n".to_string(), Error::HangUp),
        ];
        for (answer, error) in cases {
            let port = raw_server(move |_, mut socket| {
                let answer = answer.clone();
                async move {
                    head(&mut socket).await;
                    socket
                        .write_all(answer.as_bytes())
                        .await
                        .expect("it is sent");
                    let _ = socket.read(&mut [0]).await;
                }
            })
            .await;
            let agent = Agent::new(keep_alive());
            assert_eq!(whole(ask(&agent, "GET", port)).await, Err(error));
            assert_eq!(agent.counts(), Counts::default());
        }
    });
}

/// However a response is cut, it is the same, and the connection is good for the next.
#[test]
fn a_response_may_be_cut_anywhere() {
    const ANSWER: &[u8] = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n\
        HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
        5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nSum: 11\r\n\r\n";
    run(async {
        let port = raw_server(|_, mut socket| async move {
            socket.set_nodelay(true).expect("an option");
            let mut cut = 0;
            while head(&mut socket).await {
                let (first, rest) = ANSWER.split_at(cut);
                socket.write_all(first).await.expect("it is sent");
                // The client reads it.
                for _ in 0..4 {
                    tokio::task::yield_now().await;
                }
                socket.write_all(rest).await.expect("it is sent");
                cut += 1;
            }
        })
        .await;
        let agent = Agent::new(keep_alive());
        for cut in 0..ANSWER.len() {
            let mut request = ask(&agent, "GET", port);
            let Ok(ClientEvent::Information(hints)) = request.event().await else {
                panic!("cut at {cut}: no hints");
            };
            assert_eq!(hints.fields.get("link"), Some(&b"x"[..]));
            let mut response = request.response().await.expect("an answer");
            let body = response.collect(100).await.expect("all of it");
            assert_eq!(body, "hello world", "cut at {cut}");
            assert_eq!(response.trailers().get("sum"), Some(&b"11"[..]));
            request.closed().await;
            assert_eq!(request.reused_socket(), cut > 0);
        }
    });
}

#[test]
fn no_path_is_the_root() {
    run(async {
        let port = raw_server(|_, mut socket| async move {
            let mut line = [0; 14];
            socket.read_exact(&mut line).await.expect("a line");
            assert_eq!(&line, b"GET / HTTP/1.1");
            head(&mut socket).await;
            socket.write_all(OK).await.expect("it is sent");
        })
        .await;
        let mut options = RequestOptions::to("127.0.0.1", port);
        options.path.clear();
        let request = Agent::default().get(options).expect("a request");
        assert_eq!(whole(request).await.expect("an answer"), b"ok");
    });
}

#[test]
fn leave_to_go_on_is_waited_for() {
    run(async {
        for is_welcome in [true, false] {
            let port = raw_server(move |_, mut socket| async move {
                head(&mut socket).await;
                if !is_welcome {
                    return socket.write_all(OK).await.expect("it is sent");
                }
                let go = b"HTTP/1.1 100 Continue\r\n\r\n";
                socket.write_all(go).await.expect("it is sent");
                let mut content = [0; 5];
                socket.read_exact(&mut content).await.expect("the content");
                socket.write_all(OK).await.expect("it is sent");
            })
            .await;
            let headers = [("Expect", "100-continue"), ("Content-Length", "5")];
            let options = RequestOptions {
                method: "PUT".into(),
                headers: headers.map(|(n, v)| (n.into(), v.into())).to_vec(),
                ..RequestOptions::to("127.0.0.1", port)
            };
            let mut request = Agent::default().request(options).expect("a request");
            let response = match request.proceed().await.expect("an answer") {
                Some(response) => response,
                None => {
                    assert!(is_welcome);
                    request.end("hello").expect("it is written");
                    request.response().await.expect("an answer")
                }
            };
            assert_eq!(response.status_code(), 200);
        }
    });
}

#[test]
fn a_tunnel_is_no_longer_the_agents() {
    run(async {
        let port = raw_server(|_, mut socket| async move {
            head(&mut socket).await;
            let ok = b"HTTP/1.1 200 OK\r\n\r\nhello";
            socket.write_all(ok).await.expect("it is sent");
            let mut read = [0; 3];
            socket.read_exact(&mut read).await.expect("more");
        })
        .await;
        let agent = Agent::new(AgentOptions {
            max_sockets: 1,
            ..keep_alive()
        });
        let mut request = ask(&agent, "CONNECT", port);
        let ClientEvent::Connect(_, mut socket) = request.event().await.expect("one")
        else {
            panic!("a tunnel was asked for");
        };
        assert_eq!(socket.head(), "hello");
        let mut hello = [0; 5];
        socket.read_exact(&mut hello).await.expect("the head again");
        request.closed().await;
        assert_eq!(agent.counts(), Counts::default());
        socket.write_all(b"bye").await.expect("it is sent");
    });
}

/// Servers that answer, close, reset or say nothing more, in every order: each request
/// comes to an end, and the pool is empty of what is busy or waits.
#[test]
fn the_pool_keeps_count_whatever_happens() {
    run(async {
        let count = Arc::new(AtomicUsize::new(0));
        let port = raw_server(move |_, mut socket| {
            let count = Arc::clone(&count);
            async move {
                while head(&mut socket).await {
                    let number = count.fetch_add(1, Ordering::Relaxed);
                    // No pattern that the ten clients could fall into.
                    let answer: &[u8] =
                        match number.wrapping_mul(2_654_435_761) >> 7 & 7 {
                            0 => return,
                            1 => b"HTTP/1.1 2",
                            2 => b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
                            3 => b"nonsense\r\n\r\n",
                            _ => OK,
                        };
                    if socket.write_all(answer).await.is_err() || answer != OK {
                        return;
                    }
                }
            }
        })
        .await;
        for retry in [false, true] {
            let agent = Agent::new(AgentOptions {
                max_sockets: 3,
                max_free_sockets: 2,
                retry,
                ..keep_alive()
            });
            let clients: Vec<_> = (0..10)
                .map(|n| {
                    let agent = agent.clone();
                    tokio::spawn(async move {
                        let mut answered = 0;
                        for i in 0..40 {
                            let method = if i % 3 == 0 { "POST" } else { "GET" };
                            let request = ask(&agent, method, port);
                            if (n + i) % 7 == 0 {
                                continue;
                            }
                            answered += usize::from(whole(request).await.is_ok());
                            let counts = agent.counts();
                            assert!(counts.sockets + counts.free_sockets <= 3);
                        }
                        answered
                    })
                })
                .collect();
            let mut answered = 0;
            for client in clients {
                answered += client.await.expect("it comes to an end");
            }
            assert!(answered > 100, "{answered}");
            until(|| {
                let Counts {
                    sockets, requests, ..
                } = agent.counts();
                sockets + requests == 0
            })
            .await;
        }
    });
}
