//! Three programs on three loops do the same, and a peer cannot take more than it may.
#![cfg(target_os = "linux")]

mod common;
#[path = "../examples/three/limits.rs"]
mod limits;
#[path = "../examples/three/on_mini_uv.rs"]
mod on_mini_uv;
#[path = "../examples/three/on_mio.rs"]
mod on_mio;
#[path = "../examples/three/on_tokio.rs"]
mod on_tokio;

use common::in_time;
pub use limits::Limits;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

#[test]
fn timers_fire_in_order_and_a_stopped_one_does_not() {
    in_time(|| {
        let wanted = ["10 ms", "30 ms"];
        assert_eq!(on_mini_uv::timers().unwrap(), wanted, "mini-uv");
        assert_eq!(on_tokio::timers().unwrap(), wanted, "tokio");
        assert_eq!(on_mio::timers().unwrap(), wanted, "mio");
    });
}

#[derive(Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn cat_copies_every_byte() {
    in_time(|| {
        for length in [0, 1, 64 * 1024, 64 * 1024 + 1, 1_000_000] {
            let content: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&content).unwrap();
            let path = file.path().to_str().unwrap();
            let outs = [(); 3].map(|()| Out::default());
            on_mini_uv::cat(path, outs[0].clone()).unwrap();
            on_tokio::cat(path, outs[1].clone()).unwrap();
            on_mio::cat(path, outs[2].clone()).unwrap();
            for out in outs {
                assert_eq!(*out.0.lock().unwrap(), content);
            }
        }
        let missing = "/no/such/file";
        assert!(on_mini_uv::cat(missing, io::sink()).is_err());
        assert!(on_tokio::cat(missing, io::sink()).is_err());
        assert!(on_mio::cat(missing, io::sink()).is_err());
    });
}

type Echo = fn(Limits, usize, Sender<SocketAddr>) -> io::Result<()>;

fn told(sender: Sender<SocketAddr>) -> impl FnOnce(SocketAddr) {
    move |address| sender.send(address).unwrap()
}

const SERVERS: [(&str, Echo); 3] = [
    ("mini-uv", |limits, count, ready| {
        Ok(on_mini_uv::echo(limits, count, told(ready))?)
    }),
    ("tokio", |limits, count, ready| {
        on_tokio::echo(limits, count, told(ready))
    }),
    ("mio", |limits, count, ready| {
        on_mio::echo(limits, count, told(ready))
    }),
];

/// Runs `clients` against each server, which must then end by itself.
fn against_each(limits: Limits, count: usize, clients: fn(SocketAddr)) {
    for (name, echo) in SERVERS {
        println!("on {name}");
        let (ready, address) = channel();
        let server = thread::spawn(move || echo(limits, count, ready));
        clients(address.recv().unwrap());
        server.join().unwrap().unwrap();
    }
}

/// Writes everything before it reads anything would never end: more than the kernel
/// holds goes out while it comes back.
fn round_trip(address: SocketAddr, seed: u8) {
    let mut stream = TcpStream::connect(address).unwrap();
    let data: Vec<u8> = (0..16 << 20).map(|n: u32| (n as u8) ^ seed).collect();
    let (mut writer, sent) = (stream.try_clone().unwrap(), data.clone());
    let writing = thread::spawn(move || {
        writer.write_all(&sent).unwrap();
        writer.shutdown(Shutdown::Write).unwrap();
    });
    let mut back = Vec::new();
    stream.read_to_end(&mut back).unwrap();
    writing.join().unwrap();
    assert!(back == data, "the echo differs");
}

#[test]
fn every_byte_comes_back() {
    in_time(|| {
        against_each(Limits::default(), 3, |address| {
            let clients: Vec<_> = [1, 2, 3]
                .map(|seed| thread::spawn(move || round_trip(address, seed)))
                .into();
            for client in clients {
                client.join().unwrap();
            }
        });
    });
}

#[test]
fn one_connection_too_many_is_closed() {
    in_time(|| {
        let limits = Limits {
            connections: 1,
            ..Limits::default()
        };
        against_each(limits, 1, |address| {
            let mut first = TcpStream::connect(address).unwrap();
            first.write_all(b"x").unwrap();
            first.read_exact(&mut [0]).unwrap();
            let mut second = TcpStream::connect(address).unwrap();
            assert!(matches!(second.read(&mut [0]), Ok(0) | Err(_)));
            first.write_all(b"y").unwrap();
            first.read_exact(&mut [0]).unwrap();
        });
    });
}

#[test]
fn an_idle_connection_is_closed() {
    in_time(|| {
        let limits = Limits {
            idle: Duration::from_millis(20),
            ..Limits::default()
        };
        against_each(limits, 2, |address| {
            // One says nothing, the other takes nothing back.
            let mut silent = TcpStream::connect(address).unwrap();
            let mut greedy = TcpStream::connect(address).unwrap();
            let chunk = vec![0; 1 << 16];
            while greedy.write_all(&chunk).is_ok() {}
            assert!(matches!(silent.read(&mut [0]), Ok(0) | Err(_)));
        });
    });
}
