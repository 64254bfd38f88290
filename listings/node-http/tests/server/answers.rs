//! What an answer looks like, and in how many writes it leaves.

use crate::peer::{GET, Peer, echo, ok, ok_with, server, soon};
use node_http::{Error, ServerResponse};

/// What a handler makes of one request, up to the end of the answer.
async fn answer<F>(request: &str, handler: F) -> String
where
    F: Fn(&mut ServerResponse) + Send + Sync + 'static,
{
    let server = server(move |_, mut response| {
        handler(&mut response);
        async move {
            drop(response);
        }
    });
    let mut peer = Peer::connect(&server);
    peer.send(request).await;
    peer.finish().await;
    peer.rest().await
}

#[tokio::test(start_paused = true)]
async fn head_and_content_of_end_leave_in_one_write() {
    let server = echo();
    let mut peer = Peer::connect(&server);
    peer.send(GET).await;
    assert_eq!(peer.until("\r\n\r\n/").await, ok_with("/"));
    assert_eq!(*peer.writes.lock().unwrap(), [ok_with("/")]);
}

#[tokio::test(start_paused = true)]
async fn the_writes_between_two_awaits_are_one_write_and_one_chunk() {
    let server = server(|_, mut response| async move {
        response.write("a").unwrap();
        response.write("b").unwrap();
        tokio::task::yield_now().await;
        response.write("c").unwrap();
        response.end("d").unwrap();
    });
    let mut peer = Peer::connect(&server);
    peer.send(GET).await;
    peer.until("0\r\n\r\n").await;
    let first = ok("Transfer-Encoding: chunked\r\n") + "2\r\nab\r\n";
    let second = "2\r\ncd\r\n0\r\n\r\n".to_owned();
    assert_eq!(*peer.writes.lock().unwrap(), [first, second]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_be_given_by_another_task() {
    let server = server(|_, mut response| async move {
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            response.write("later").unwrap();
            tokio::task::yield_now().await;
            response.end("").unwrap();
        });
    });
    let mut peer = Peer::connect(&server);
    peer.send(GET).await;
    let text = peer.until("0\r\n\r\n").await;
    assert!(text.ends_with("\r\n\r\n5\r\nlater\r\n0\r\n\r\n"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn no_content_where_there_is_none() {
    let head = answer("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", |response| {
        response.end("content").unwrap();
    });
    assert_eq!(head.await, ok(""));
    for status in [204, 304] {
        let text = answer(GET, move |response| {
            response.set_status(status);
            response.write("content").unwrap();
            response.end("content").unwrap();
        });
        let text = text.await;
        assert!(text.ends_with("Keep-Alive: timeout=5\r\n\r\n"), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn chunks_that_204_was_asked_for_end_the_connection() {
    let text = answer(GET, |response| {
        response.set_status(204);
        response.set_header("Transfer-Encoding", "chunked").unwrap();
        response.end("").unwrap();
    });
    let text = text.await;
    assert!(text.ends_with("Connection: close\r\n\r\n"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn http_1_0_gets_no_chunks() {
    let text = answer("GET / HTTP/1.0\r\n\r\n", |response| {
        response.write("a").unwrap();
        response.end("b").unwrap();
    });
    let head = "HTTP/1.1 200 OK\r\nDate: D\r\nConnection: close\r\n\r\n";
    assert_eq!(text.await, format!("{head}ab"));
    let asks = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    let text = answer(asks, |response| {
        response.set_header("Content-Length", "1").unwrap();
        response.end("a").unwrap();
    });
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nDate: D\r\n\
                Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n";
    assert_eq!(text.await, format!("{head}a"));
}

/// Only the digits count: 2.0 has a 0 behind the dot, as 1.0.
#[tokio::test(start_paused = true)]
async fn http_2_0_is_taken_for_1_0() {
    let text = answer("GET / HTTP/2.0\r\n\r\n", |response| {
        response.set_header("Content-Length", "1").unwrap();
        response.end("a").unwrap();
    });
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nDate: D\r\n\
                Connection: close\r\n\r\n";
    assert_eq!(text.await, format!("{head}a"));
}

#[tokio::test(start_paused = true)]
async fn what_is_removed_stays_away() {
    let text = answer(GET, |response| {
        for name in ["date", "connection", "transfer-encoding", "content-length"] {
            response.remove_header(name).unwrap();
        }
        response.end("until the end").unwrap();
    });
    assert_eq!(text.await, "HTTP/1.1 200 OK\r\n\r\nuntil the end");
}

#[tokio::test(start_paused = true)]
async fn fields_keep_the_place_of_their_first_setting_and_the_case_of_the_last() {
    let text = answer(GET, |response| {
        response.set_header("x-a", "1").unwrap();
        response.set_header("X-B", "2").unwrap();
        response.set_header("X-A", "3").unwrap();
        response.append_header("x-b", "4").unwrap();
        response
            .set_header_values("Set-Cookie", &["a=1", "b=2"])
            .unwrap();
        response.end("").unwrap();
    });
    let fields = "X-A: 3\r\nX-B: 2\r\nX-B: 4\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n";
    let text = text.await;
    assert!(text.contains(&format!("OK\r\n{fields}Date")), "{text}");
}

#[tokio::test(start_paused = true)]
async fn write_head_replaces_what_was_set_and_keeps_its_own_duplicates() {
    let text = answer(GET, |response| {
        response.set_header("A", "set").unwrap();
        let fields = [("a", "1"), ("a", "2"), ("Content-Length", "0")];
        response.write_head(201, Some("Made"), &fields).unwrap();
        response.end("").unwrap();
    });
    let text = text.await;
    assert!(
        text.starts_with("HTTP/1.1 201 Made\r\na: 1\r\na: 2\r\n"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn trailers_stand_behind_the_last_chunk() {
    let text = answer(GET, |response| {
        response.set_header("Trailer", "X-Sum").unwrap();
        response.write("a").unwrap();
        response.add_trailers(&[("X-Sum", "7")]).unwrap();
        response.end("").unwrap();
    });
    let text = text.await;
    assert!(text.ends_with("1\r\na\r\n0\r\nX-Sum: 7\r\n\r\n"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn what_would_split_the_answer_is_refused() {
    let text = answer(GET, |response| {
        let split = response.set_header("Location", "/\r\nSet-Cookie: a=b");
        assert_eq!(split.unwrap_err().code(), "ERR_INVALID_CHAR");
        let name = response.set_header("a b", "1");
        assert_eq!(name.unwrap_err().code(), "ERR_INVALID_HTTP_TOKEN");
        let reason = response.write_head(200, Some("a\r\nb"), &[]);
        assert_eq!(reason.unwrap_err().code(), "ERR_INVALID_CHAR");
        let trailer = response.add_trailers(&[("a", "\n")]);
        assert_eq!(trailer.unwrap_err().code(), "ERR_INVALID_CHAR");
        response.set_status_message("OK");
        response.end("").unwrap();
    });
    assert_eq!(text.await, ok_with(""));
}

#[tokio::test(start_paused = true)]
async fn what_comes_too_late_is_refused() {
    let text = answer(GET, |response| {
        response.write("a").unwrap();
        let error = Err(Error::HeadersSent);
        assert_eq!(response.set_header("a", "b"), error);
        assert_eq!(response.remove_header("a"), error);
        assert_eq!(response.write_head(200, None, &[]), error);
        assert_eq!(response.write_continue(), error);
        response.end("").unwrap();
        assert_eq!(response.write("b"), Err(Error::WriteAfterEnd));
        assert_eq!(response.end("b"), Err(Error::WriteAfterEnd));
        assert_eq!(response.end(""), Ok(()));
    });
    assert!(text.await.ends_with("1\r\na\r\n0\r\n\r\n"));
}

#[tokio::test(start_paused = true)]
async fn statuses_have_three_digits() {
    let text = answer(GET, |response| {
        for status in [0, 99, 1000] {
            let error = response.write_head(status, None, &[]).unwrap_err();
            assert_eq!(error, Error::InvalidStatusCode(status));
        }
        let error = response.write_information(101, &[]).unwrap_err();
        assert_eq!(error, Error::InvalidStatusCode(101));
        assert_eq!(response.status(), 200);
        response.write_head(999, None, &[]).unwrap();
        response.end("").unwrap();
    });
    assert!(text.await.starts_with("HTTP/1.1 999 unknown\r\n"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_dropped_ends_the_connection() {
    let server = server(|_, mut response| async move {
        response.write("some").unwrap();
        tokio::task::yield_now().await;
        drop(response);
    });
    let mut peer = Peer::connect(&server);
    let text = peer.ask(GET).await;
    assert!(text.ends_with("4\r\nsome\r\n"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn write_says_no_at_the_high_water_mark_and_drain_waits() {
    let (say, mut hear) = tokio::sync::mpsc::unbounded_channel();
    let server = server(move |_, mut response| {
        let say = say.clone();
        async move {
            response.set_header("Content-Length", "200000").unwrap();
            let mut left = 200_000;
            while left > 0 {
                let part = left.min(10_000);
                left -= part;
                if !response.write(vec![b'x'; part]).unwrap() {
                    say.send(response.writable_length()).unwrap();
                    response.drain().await.unwrap();
                    assert_eq!(response.writable_length(), 0);
                }
            }
            response.end("").unwrap();
            response.finished().await.unwrap();
            say.send(0).unwrap();
        }
    });
    // A peer that reads nothing takes 20,000 bytes.
    let mut peer = Peer::connect_with(&server, 20_000);
    peer.send(GET).await;
    assert!(peer.second().await.len() > 200_000);
    let mut said = Vec::new();
    while let Ok(length) = hear.try_recv() {
        said.push(length);
    }
    // 64 KiB: the seventh of 10,000, with the head that comes before the first.
    assert!(said.len() >= 2, "{said:?}");
    assert!(said[0] >= 65_536 && said[0] < 65_536 + 10_000, "{said:?}");
    assert_eq!(said.last(), Some(&0));
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_goes_away_is_told_to_whoever_writes() {
    let (say, hear) = tokio::sync::oneshot::channel();
    let say = std::sync::Mutex::new(Some(say));
    let server = server(move |_, mut response| {
        let say = say.lock().unwrap().take().expect("one request");
        async move {
            response.write(vec![0; 100_000]).unwrap();
            let drained = response.drain().await;
            let written = response.write("more");
            say.send((drained, written)).unwrap();
        }
    });
    let mut peer = Peer::connect_with(&server, 1000);
    peer.send(GET).await;
    peer.until("\r\n\r\n").await;
    drop(peer);
    let (drained, written) = soon(hear).await.unwrap();
    assert_eq!(drained, Err(Error::Destroyed));
    assert_eq!(written, Err(Error::Destroyed));
}
