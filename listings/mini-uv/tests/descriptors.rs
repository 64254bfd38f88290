//! Descriptors: none is leaked, and what happens when there are none left. Both look
//! at the whole process, so they are one test in a program of its own.
#![cfg(target_os = "linux")]

mod common;

use common::{Turnstile, end, in_time};
use mini_uv::{Loop, Pool, Read, RunMode, TcpStream, WorkKind};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::Read as _;
use std::net::Ipv4Addr;
use std::rc::Rc;

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

#[test]
fn none_is_leaked_and_none_left_is_survived() {
    in_time(|| {
        busy_loops_leave_nothing();
        a_dropped_loop_leaves_nothing();
        a_flood_is_shed();
    });
}

/// Everything that has a descriptor, closed in good order.
fn busy_loops_leave_nothing() {
    let before = (descriptors(), threads());
    for _ in 0..20 {
        let mut uv = Loop::new().unwrap();
        let anywhere = (Ipv4Addr::LOCALHOST, 0).into();
        let listener = uv.tcp_listen(anywhere, 8, |uv, stream| {
            let stream = stream.unwrap();
            uv.read_start(stream, move |uv, read| {
                if matches!(read, Read::End | Read::Failed(_)) {
                    uv.close(stream, |_| ()).unwrap();
                }
            })
            .unwrap();
        });
        let (listener, count) = (listener.unwrap(), Rc::new(Cell::new(0)));
        let counts = || {
            let count = Rc::clone(&count);
            move || count.set(count.get() + 1)
        };
        let done = counts();
        let (_, sender) = uv.async_handle(move |_| done());
        let address = uv.listener_address(listener).unwrap();
        for _ in 0..5 {
            let stream: Rc<Cell<Option<TcpStream>>> = Rc::default();
            let (own, done) = (Rc::clone(&stream), counts());
            let connected = move |uv: &mut Loop, _| {
                done();
                uv.close(own.get().unwrap(), |_| ()).unwrap();
            };
            stream.set(Some(uv.tcp_connect(address, connected).unwrap()));
        }
        let done = counts();
        uv.fs_open("Cargo.toml", move |_, file| {
            drop(file.unwrap());
            done();
        })
        .unwrap();
        sender.send();
        while count.get() < 7 {
            uv.run(RunMode::Once).unwrap();
        }
        end(uv);
    }
    assert_eq!((descriptors(), threads()), before);
}

/// A loop that is dropped in the middle of everything.
fn a_dropped_loop_leaves_nothing() {
    let before = (descriptors(), threads());
    for _ in 0..20 {
        let mut uv = Loop::with_pool(Pool::new(2)).unwrap();
        let anywhere = (Ipv4Addr::LOCALHOST, 0).into();
        let listener = uv.tcp_listen(anywhere, 8, |_, _| ()).unwrap();
        let address = uv.listener_address(listener).unwrap();
        for _ in 0..5 {
            let stream = uv.tcp_connect(address, |_, _| ()).unwrap();
            uv.write(stream, vec![0; 1 << 20], |_, _| ()).unwrap();
        }
        let gate = Turnstile::default();
        for _ in 0..5 {
            let gate = gate.clone();
            let file = File::open("Cargo.toml").unwrap();
            let work = move || {
                gate.pass();
                file
            };
            uv.queue_work(WorkKind::SlowIo, work, |_, _| ()).unwrap();
        }
        uv.run(RunMode::NoWait).unwrap();
        gate.allow(5);
        drop(uv);
    }
    assert_eq!((descriptors(), threads()), before);
}

/// No descriptor left: whoever connects is turned away at once, the loop goes on, and
/// when there are some again, it accepts again.
fn a_flood_is_shed() {
    let mut uv = Loop::new().unwrap();
    let accepted = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&accepted);
    let anywhere = (Ipv4Addr::LOCALHOST, 0).into();
    let listener = uv
        .tcp_listen(anywhere, 64, move |_, stream| {
            seen.borrow_mut().push(stream.unwrap());
        })
        .unwrap();
    let address = uv.listener_address(listener).unwrap();
    let (clients, mut rest) = exhaust(|| std::net::TcpStream::connect(address));
    assert!(clients.len() >= 8);
    // Two for the loop, so that it has to turn away the others.
    rest.truncate(rest.len() - 2);
    while accepted.borrow().len() < 2 || uv.shed() < clients.len() as u64 - 2 {
        uv.run(RunMode::Once).unwrap();
    }
    assert_eq!(accepted.borrow().len(), 2);
    assert_eq!(uv.shed(), clients.len() as u64 - 2);
    let ended = clients.iter().skip(2).filter(|client| {
        let mut client: &std::net::TcpStream = client;
        matches!(client.read(&mut [0]), Ok(0) | Err(_))
    });
    assert_eq!(ended.count(), clients.len() - 2);
    // The load is gone.
    drop((clients, rest));
    let _client = std::net::TcpStream::connect(address).unwrap();
    while accepted.borrow().len() < 3 {
        uv.run(RunMode::Once).unwrap();
    }
    end(uv);
}

/// Eight clients or more, then files until there is no descriptor left.
fn exhaust<T>(mut client: impl FnMut() -> std::io::Result<T>) -> (Vec<T>, Vec<File>) {
    let limit = getrlimit(Resource::Nofile);
    let few = Rlimit {
        current: Some(descriptors() as u64 + 24),
        ..limit
    };
    setrlimit(Resource::Nofile, few).unwrap();
    let clients = (0..10).map(|_| client().unwrap()).collect();
    let mut files = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        files.push(file);
    }
    (clients, files)
}
