//! The order of a closing handle.

use crate::common::Log;
use crate::node::{Immediates, busy_wait, run};
use mini_uv::{Error, Loop, MAX_WRITE_QUEUE, Read, Result, TcpListener, TcpStream};
use std::cell::{Cell, RefCell};
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;

fn anywhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// What Node calls a failure.
fn code(result: Result<()>) -> String {
    match result {
        Err(Error::Canceled) => "ECANCELED".to_string(),
        other => format!("{other:?}"),
    }
}

// ANCHOR: closing-writes
pub fn closing_writes(log: &Log) {
    let mut uv = Loop::new().unwrap();
    let immediates = Immediates::new(&mut uv).unwrap();
    let server = uv.tcp_listen(anywhere(), 511, |_, _| ()).unwrap();
    let address = uv.listener_address(server).unwrap();
    let own = Rc::new(Cell::new(None));
    let (socket, log) = (Rc::clone(&own), log.clone());
    let connected = move |uv: &mut Loop, _| {
        let socket: TcpStream = socket.get().unwrap();
        let say = |line: &str| {
            let (line, log) = (line.to_string(), log.clone());
            move |_: &mut Loop| log.say(&line)
        };
        let writes = [("write 1", MAX_WRITE_QUEUE - 4), ("write 2", 4)];
        for (name, length) in writes {
            let log = log.clone();
            uv.write(socket, vec![0; length], move |_, result| {
                log.say(format_args!("{name}: {}", code(result)));
            })
            .unwrap();
        }
        immediates.set(uv, say("immediate"));
        let timer = uv.timer();
        uv.timer_start(timer, 1, 0, say("timer")).unwrap();
        busy_wait(5); // the timer is due
        let closed = say("close");
        uv.close(socket, move |uv| {
            closed(uv);
            uv.close(server, |_| ()).unwrap();
        })
        .unwrap();
        log.say("destroyed");
    };
    own.set(Some(uv.tcp_connect(address, connected).unwrap()));
    run(uv);
}
// ANCHOR_END: closing-writes

/// So many connections of this process with itself: the server's ends, in the order
/// in which they were accepted, and the clients' ends.
fn connect(
    uv: &mut Loop,
    count: usize,
    ready: impl FnOnce(&mut Loop, TcpListener, Vec<TcpStream>, Vec<TcpStream>) + 'static,
) {
    let (accepted, clients) = (RefCell::default(), Rc::new(RefCell::new(Vec::new())));
    let (mut ready, connecting) = (Some(ready), Rc::clone(&clients));
    let server = Rc::new(Cell::new(None));
    let own = Rc::clone(&server);
    let listening = uv.tcp_listen(anywhere(), 511, move |uv, socket| {
        let mut accepted: std::cell::RefMut<'_, Vec<TcpStream>> = accepted.borrow_mut();
        accepted.push(socket.unwrap());
        let server = own.get().unwrap();
        if accepted.len() < count {
            let address = uv.listener_address(server).unwrap();
            let client = uv.tcp_connect(address, |_, _| ()).unwrap();
            connecting.borrow_mut().push(client);
        } else {
            ready.take().unwrap()(uv, server, accepted.clone(), connecting.take());
        }
    });
    server.set(Some(listening.unwrap()));
    let address = uv.listener_address(server.get().unwrap()).unwrap();
    let client = uv.tcp_connect(address, |_, _| ()).unwrap();
    clients.borrow_mut().push(client);
}

// ANCHOR: closing-batch
pub fn closing_batch(log: &Log) {
    let mut uv = Loop::new().unwrap();
    let (immediates, log) = (Immediates::new(&mut uv).unwrap(), log.clone());
    connect(&mut uv, 2, move |uv, server, sockets, clients| {
        let [a, b] = sockets[..] else { unreachable!() };
        uv.close(server, |_| ()).unwrap();
        let (told, turns, ends) = (log.clone(), immediates.clone(), clients.clone());
        let on_a = move |uv: &mut Loop, read: Read<'_>| {
            if !matches!(read, Read::Data(_)) {
                return;
            }
            told.say("A has data");
            let (log, clients) = (told.clone(), ends.clone());
            uv.close(b, move |uv| {
                log.say("B is closed");
                for handle in clients.into_iter().chain([a]) {
                    uv.close(handle, |_| ()).unwrap();
                }
            })
            .unwrap();
            let log = told.clone();
            turns.set(uv, move |_| log.say("immediate"));
        };
        uv.read_start(a, on_a).unwrap();
        uv.read_start(b, move |_, _| log.say("B has data")).unwrap();
        immediates.set(uv, move |uv| {
            for client in clients {
                uv.write(client, "x", |_, _| ()).unwrap(); // both are ready at once
            }
        });
    });
    run(uv);
}
// ANCHOR_END: closing-batch

pub fn closing_nested(log: &Log) {
    let mut uv = Loop::new().unwrap();
    let (immediates, log) = (Immediates::new(&mut uv).unwrap(), log.clone());
    connect(&mut uv, 3, move |uv, server, sockets, clients| {
        let [a, b, c] = sockets[..] else {
            unreachable!()
        };
        let told = log.clone();
        uv.close(b, move |_| told.say("B closed")).unwrap();
        uv.close(a, move |uv| {
            log.say("A closed");
            let told = log.clone();
            uv.close(c, move |uv| {
                told.say("C closed");
                uv.close(server, |_| ()).unwrap();
                for client in clients {
                    uv.close(client, |_| ()).unwrap();
                }
            })
            .unwrap();
            immediates.set(uv, move |_| log.say("immediate"));
        })
        .unwrap();
    });
    run(uv);
}
