//! Streams: bytes, back-pressure, limits, errors, and events that come too late.
#![cfg(target_os = "linux")]

mod common;

use common::{Log, end, in_time};
use mini_uv::{
    Error, Loop, MAX_WRITE_QUEUE, PER_EVENT, READ_BUFFER, Read, RunMode, TcpListener,
    TcpStream,
};
use std::cell::{Cell, RefCell};
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr};
use std::rc::Rc;
use std::thread;

fn anywhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// A loop, its end of a connection, and the other end, which blocks.
fn connected() -> (Loop, TcpStream, std::net::TcpStream) {
    let mut uv = Loop::new().unwrap();
    let accepted = Rc::new(Cell::new(None));
    let seen = Rc::clone(&accepted);
    let on_connection = move |_: &mut Loop, stream: mini_uv::Result<_>| {
        seen.set(Some(stream.unwrap()));
    };
    let listener = uv.tcp_listen(anywhere(), 1, on_connection).unwrap();
    let address = uv.listener_address(listener).unwrap();
    let peer = std::net::TcpStream::connect(address).unwrap();
    while accepted.get().is_none() {
        uv.run(RunMode::Once).unwrap();
    }
    uv.close(listener, |_| ()).unwrap();
    uv.run(RunMode::NoWait).unwrap();
    (uv, accepted.get().unwrap(), peer)
}

/// Turns until `done` says so.
fn until(uv: &mut Loop, done: impl Fn() -> bool) {
    while !done() {
        assert!(
            uv.run(RunMode::Once).unwrap() || done(),
            "nothing to wait for"
        );
    }
}

#[test]
fn bytes_arrive_in_order_and_then_the_end() {
    in_time(|| {
        let (mut uv, stream, mut peer) = connected();
        let (log, ended) = (Log::default(), Rc::new(Cell::new(false)));
        let (told, end_seen) = (log.clone(), Rc::clone(&ended));
        uv.read_start(stream, move |_, read| match read {
            Read::Data(data) => told.say(String::from_utf8_lossy(data)),
            Read::End => end_seen.set(true),
            Read::Failed(error) => panic!("{error}"),
        })
        .unwrap();
        for word in ["one ", "two ", "three"] {
            peer.write_all(word.as_bytes()).unwrap();
        }
        peer.shutdown(Shutdown::Write).unwrap();
        until(&mut uv, || ended.get());
        assert_eq!(log.lines().concat(), "one two three");
        assert!(!uv.is_active(stream), "reading has ended");
        assert!(!uv.run(RunMode::Default).unwrap(), "and keeps nobody alive");
        end(uv);
    });
}

/// A peer that sends more than a turn may take: the loop comes round in between.
#[test]
fn one_stream_gets_so_many_reads_a_turn() {
    in_time(|| {
        let (mut uv, stream, mut peer) = connected();
        const TOTAL: usize = 64 << 20;
        let flood = thread::spawn(move || {
            let chunk = vec![7; 1 << 20];
            for _ in 0..TOTAL / chunk.len() {
                peer.write_all(&chunk).unwrap();
            }
        });
        let (seen, in_turn) = (Rc::new(Cell::new(0)), Rc::new(RefCell::new((0, 0))));
        let (bytes, reads) = (Rc::clone(&seen), Rc::clone(&in_turn));
        uv.read_start(stream, move |uv, read| match read {
            Read::Data(data) => {
                bytes.set(bytes.get() + data.len());
                assert!(data.len() <= READ_BUFFER);
                let (turn, count) = *reads.borrow();
                let count = if turn == uv.turns() { count + 1 } else { 1 };
                assert!(count <= PER_EVENT, "{count} reads in one turn");
                *reads.borrow_mut() = (uv.turns(), count);
            }
            Read::End => {}
            Read::Failed(error) => panic!("{error}"),
        })
        .unwrap();
        uv.run(RunMode::Default).unwrap();
        flood.join().unwrap();
        assert_eq!(seen.get(), TOTAL);
        end(uv);
    });
}

/// A peer that does not read: writes wait, up to a limit, in the order of the calls.
#[test]
fn writes_wait_for_a_peer_that_does_not_read() {
    in_time(|| {
        let (mut uv, stream, mut peer) = connected();
        let (log, count) = (Log::default(), 8);
        let chunk = MAX_WRITE_QUEUE / count;
        let mut queued = 0;
        for n in 0..count {
            let told = log.clone();
            let written = move |_: &mut Loop, result: mini_uv::Result<()>| {
                result.unwrap();
                told.say(n);
            };
            uv.write(stream, vec![n as u8; chunk], written).unwrap();
            assert_eq!(log.lines().len(), 0, "never from within");
            let before = queued;
            queued = uv.write_queue_size(stream).unwrap();
            assert!(queued <= before + chunk);
        }
        assert!(queued > 0, "the kernel took it all: the test is too small");
        let too_much = vec![0; MAX_WRITE_QUEUE - queued + 1];
        let refused = uv.write(stream, too_much, |_, _| ());
        assert!(matches!(refused, Err(Error::Full)));
        let told = log.clone();
        uv.shutdown(stream, move |_, result| {
            result.unwrap();
            told.say("shutdown");
        })
        .unwrap();
        assert!(uv.write(stream, "more", |_, _| ()).is_err());
        assert!(uv.shutdown(stream, |_, _| ()).is_err());
        let reader = thread::spawn(move || {
            let mut all = Vec::new();
            peer.read_to_end(&mut all).unwrap();
            all
        });
        uv.run(RunMode::Default).unwrap();
        let all = reader.join().unwrap();
        assert_eq!(all.len(), count * chunk);
        assert!(
            all.chunks(chunk)
                .enumerate()
                .all(|(n, part)| { part.iter().all(|byte| *byte == n as u8) })
        );
        let order: Vec<String> = (0..count).map(|n| n.to_string()).collect();
        assert_eq!(log.lines()[..count], order);
        assert_eq!(log.lines()[count..], ["shutdown"]);
        end(uv);
    });
}

/// Whoever stops reading leaves the bytes with the kernel, and gets them later.
#[test]
fn reading_stops_and_goes_on() {
    in_time(|| {
        let (mut uv, stream, mut peer) = connected();
        let got = Rc::new(RefCell::new(Vec::new()));
        let seen = Rc::clone(&got);
        uv.read_start(stream, move |uv, read| {
            if let Read::Data(data) = read {
                seen.borrow_mut().extend_from_slice(data);
                uv.read_stop(stream).unwrap();
            }
        })
        .unwrap();
        for round in 1..=3 {
            peer.write_all(b"x").unwrap();
            until(&mut uv, || got.borrow().len() == round);
            assert!(!uv.run(RunMode::NoWait).unwrap(), "nothing is active");
            uv.read_resume(stream).unwrap();
        }
        drop(peer);
        uv.run(RunMode::Default).unwrap();
        end(uv);
    });
}

/// Nobody reads yet: nothing to go on with, and no byte is thrown away.
#[test]
fn reading_goes_on_only_where_it_had_begun() {
    in_time(|| {
        let (mut uv, stream, mut peer) = connected();
        peer.write_all(b"x").unwrap();
        assert!(matches!(uv.read_resume(stream), Err(Error::Io(_))));
        uv.run(RunMode::NoWait).unwrap();
        let got = Rc::new(Cell::new(false));
        let seen = Rc::clone(&got);
        uv.read_start(stream, move |uv, read| {
            assert!(matches!(read, Read::Data(b"x")));
            seen.set(true);
            uv.read_stop(stream).unwrap();
            uv.read_resume(stream).unwrap(); // from within as well
        })
        .unwrap();
        until(&mut uv, || got.get());
        end(uv);
    });
}

/// A stopped stream whose peer hangs up must not make epoll spin.
#[test]
fn a_hang_up_of_a_stopped_stream_wakes_nobody() {
    in_time(|| {
        let (mut uv, stream, peer) = connected();
        uv.read_start(stream, |_, _| panic!("it is stopped"))
            .unwrap();
        uv.run(RunMode::NoWait).unwrap();
        uv.read_stop(stream).unwrap();
        drop(peer);
        let timer = uv.timer();
        uv.timer_start(timer, 20, 0, |_| ()).unwrap();
        let before = uv.turns();
        uv.run(RunMode::Default).unwrap();
        assert_eq!(uv.turns() - before, 1, "one sleep until the timer is due");
        end(uv);
    });
}

#[test]
fn a_refused_connection_is_told_from_the_loop() {
    in_time(|| {
        let gone = std::net::TcpListener::bind(anywhere()).unwrap();
        let address = gone.local_addr().unwrap();
        drop(gone);
        let mut uv = Loop::new().unwrap();
        let log = Log::default();
        let told = log.clone();
        let stream = uv
            .tcp_connect(address, move |_, result| match result {
                Err(Error::Io(error)) => told.say(error.kind()),
                other => panic!("{other:?}"),
            })
            .unwrap();
        assert_eq!(log.lines().len(), 0, "never from within");
        let told = log.clone();
        uv.write(stream, "early", move |_, result| {
            told.say(format_args!("{result:?}"));
        })
        .unwrap();
        uv.run(RunMode::Default).unwrap();
        assert_eq!(log.lines(), ["connection refused", "Err(Canceled)"]);
        end(uv);
    });
}

/// A peer that resets the connection while we write: an error, no signal.
#[test]
fn a_reset_is_an_error() {
    in_time(|| {
        let (mut uv, stream, peer) = connected();
        let failed = Rc::new(Cell::new(0));
        let seen = Rc::clone(&failed);
        uv.read_start(stream, move |_, read| match read {
            Read::Failed(error) => {
                assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
                seen.set(seen.get() + 1);
            }
            other => panic!("{other:?}"),
        })
        .unwrap();
        let seen = Rc::clone(&failed);
        uv.write(stream, vec![0; MAX_WRITE_QUEUE], move |_, result| {
            assert!(matches!(result, Err(Error::Io(_))), "{result:?}");
            seen.set(seen.get() + 1);
        })
        .unwrap();
        // There is something unread: the kernel answers with a reset.
        drop(peer);
        until(&mut uv, || failed.get() == 2);
        end(uv);
    });
}

/// Two connections with data, in one batch of events.
fn two_with_data() -> (Loop, [TcpStream; 2], [std::net::TcpStream; 2], TcpListener) {
    let mut uv = Loop::new().unwrap();
    let accepted = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&accepted);
    let listener = uv.tcp_listen(anywhere(), 8, move |_, stream| {
        seen.borrow_mut().push(stream.unwrap());
    });
    let listener = listener.unwrap();
    let address = uv.listener_address(listener).unwrap();
    let peers = [(); 2].map(|()| {
        let mut peer = std::net::TcpStream::connect(address).unwrap();
        let before = accepted.borrow().len();
        until(&mut uv, || accepted.borrow().len() > before);
        peer.write_all(b"x").unwrap();
        peer
    });
    let streams = [accepted.borrow()[0], accepted.borrow()[1]];
    (uv, streams, peers, listener)
}

/// The heart of `uv__platform_invalidate_fd`: whoever is first closes the other, and
/// opens a connection that gets the very same descriptor. The event that is left in
/// the batch belongs to nobody.
#[test]
fn a_handle_closed_in_the_batch_gets_no_event_and_neither_does_its_heir() {
    in_time(|| {
        let (mut uv, streams, _peers, listener) = two_with_data();
        let address = uv.listener_address(listener).unwrap();
        let (log, heir) = (Log::default(), Rc::new(Cell::new(None)));
        for (me, other) in [(0, 1), (1, 0)] {
            let (told, heir) = (log.clone(), Rc::clone(&heir));
            uv.read_start(streams[me], move |uv, read| {
                assert!(matches!(read, Read::Data(b"x")));
                told.say("data");
                uv.close(streams[other], |_| ()).unwrap();
                let heard = told.clone();
                let new = uv.tcp_connect(address, |_, _| ()).unwrap();
                uv.read_start(new, move |_, _| heard.say("a stranger's data"))
                    .unwrap();
                heir.set(Some(new));
            })
            .unwrap();
        }
        until(&mut uv, || heir.get().is_some());
        uv.run(RunMode::NoWait).unwrap();
        assert_eq!(log.lines(), ["data"]);
        end(uv);
    });
}

/// The same for one that only stops the other: what was ready is read later.
#[test]
fn a_handle_stopped_in_the_batch_is_not_read() {
    in_time(|| {
        let (mut uv, streams, _peers, _) = two_with_data();
        let (log, first) = (Log::default(), Rc::new(Cell::new(None)));
        for (me, other) in [(0, 1), (1, 0)] {
            let (told, first) = (log.clone(), Rc::clone(&first));
            uv.read_start(streams[me], move |uv, _| {
                told.say("data");
                if first.get().is_none() {
                    first.set(Some(other));
                    uv.read_stop(streams[other]).unwrap();
                }
            })
            .unwrap();
        }
        until(&mut uv, || first.get().is_some());
        uv.run(RunMode::NoWait).unwrap();
        assert_eq!(log.lines().len(), 1);
        uv.read_resume(streams[first.get().unwrap()]).unwrap();
        until(&mut uv, || log.lines().len() == 2);
        end(uv);
    });
}

#[test]
fn a_paused_listener_leaves_connections_to_the_kernel() {
    in_time(|| {
        let mut uv = Loop::new().unwrap();
        let count = Rc::new(Cell::new(0));
        let seen = Rc::clone(&count);
        let listener = uv
            .tcp_listen(anywhere(), 8, move |_, stream| {
                stream.unwrap();
                seen.set(seen.get() + 1);
            })
            .unwrap();
        uv.listen_pause(listener, true).unwrap();
        let address = uv.listener_address(listener).unwrap();
        let _peer = std::net::TcpStream::connect(address).unwrap();
        assert!(!uv.run(RunMode::NoWait).unwrap());
        assert_eq!(count.get(), 0);
        uv.listen_pause(listener, false).unwrap();
        until(&mut uv, || count.get() == 1);
        end(uv);
    });
}
