//! Wakeups and connections: how many in one turn?

use crate::common::Log;
use crate::node::{Immediates, run};
use mini_uv::Loop;
use std::cell::Cell;
use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::thread;

// ANCHOR: wakeups-coalesce
pub fn wakeups_coalesce(log: &Log) {
    let mut uv = Loop::new().unwrap();
    let (immediates, log) = (Immediates::new(&mut uv).unwrap(), log.clone());
    let posted = Arc::new(Mutex::new(VecDeque::new()));
    let (port, own) = (Arc::clone(&posted), Rc::new(Cell::new(None)));
    let itself = Rc::clone(&own);
    let (handle, sender) = uv.async_handle(move |uv| {
        // One wakeup: take whatever is there.
        for n in std::mem::take(&mut *port.lock().unwrap()) {
            log.say(format_args!("message {n}"));
            let log = log.clone();
            immediates.set(uv, move |_| log.say(format_args!("immediate {n}")));
        }
        uv.close(itself.get().unwrap(), |_| ()).unwrap();
    });
    own.set(Some(handle));
    let worker = thread::spawn(move || {
        for n in [1, 2, 3] {
            posted.lock().unwrap().push_back(n);
            sender.send();
        }
    });
    worker.join().unwrap(); // busy until all three are there
    run(uv);
}
// ANCHOR_END: wakeups-coalesce

pub fn accept_one(log: &Log) {
    let mut uv = Loop::new().unwrap();
    let (immediates, log) = (Immediates::new(&mut uv).unwrap(), log.clone());
    let (own, accepted) = (Rc::new(Cell::new(None)), Cell::new(0));
    let itself = Rc::clone(&own);
    let on_connection = move |uv: &mut Loop, socket: mini_uv::Result<_>| {
        let n = accepted.get() + 1;
        accepted.set(n);
        log.say(format_args!("connection {n}"));
        let log = log.clone();
        immediates.set(uv, move |_| log.say(format_args!("immediate {n}")));
        let socket: mini_uv::TcpStream = socket.unwrap();
        uv.close(socket, |_| ()).unwrap();
        if n == 3 {
            uv.close(itself.get().unwrap(), |_| ()).unwrap();
        }
    };
    let anywhere = (Ipv4Addr::LOCALHOST, 0).into();
    let server = uv.tcp_listen(anywhere, 511, on_connection).unwrap();
    own.set(Some(server));
    let address = uv.listener_address(server).unwrap();
    for _ in 0..3 {
        uv.tcp_connect(address, |_, _| ()).unwrap();
    }
    run(uv);
}
