//! Memory: what a loop and all its callbacks took is given back. The count is that of
//! the whole process, so this is one test in a program of its own.
#![cfg(target_os = "linux")]

mod common;

use common::end;
use mini_uv::{Loop, Pool, RunMode, TcpStream, WorkKind};
use std::cell::Cell;
use std::net::Ipv4Addr;
use std::rc::Rc;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

#[test]
fn every_block_is_given_back() {
    let _profiler = dhat::Profiler::builder().testing().build();
    // What the standard library allocates once, and keeps.
    let (pool, answers) = (Pool::new(2), [round(None), round(None)]);
    assert_eq!(answers, [2, 2]);
    let mut warm = Loop::with_pool(pool.clone()).unwrap();
    warm.queue_work(WorkKind::Cpu, || (), |_, _| ()).unwrap();
    warm.run(RunMode::Default).unwrap();
    end(warm);
    let before = dhat::HeapStats::get().curr_blocks;
    for _ in 0..ROUNDS {
        assert_eq!(round(Some(pool.clone())), 2);
    }
    let after = dhat::HeapStats::get().curr_blocks;
    // A thread of the pool may still hold its last job, or keep a queue it grew: a few
    // blocks, however many rounds. A leak is a block a round.
    assert!(
        after < before + ROUNDS / 2,
        "from {before} blocks to {after}"
    );
}

const ROUNDS: usize = 60;

/// A bit of everything; how many requests were answered. The pool's threads outlive
/// the loop: a round that left a job there would be seen.
fn round(pool: Option<Pool>) -> u32 {
    let mut uv = Loop::with_pool(pool.unwrap_or_default()).unwrap();
    let done = Rc::new(Cell::new(0));
    let answered = || {
        let done = Rc::clone(&done);
        move |_: &mut Loop, _| done.set(done.get() + 1)
    };
    uv.queue_work(WorkKind::SlowIo, || vec![0_u8; 1000], answered())
        .unwrap();
    uv.fs_read_file("Cargo.toml", {
        let done = Rc::clone(&done);
        move |_, bytes| {
            bytes.unwrap();
            done.set(done.get() + 1);
        }
    })
    .unwrap();
    let (_, sender) = uv.async_handle(|_| ());
    sender.send();
    let timer = uv.timer();
    uv.timer_start(timer, 1, 0, |_| ()).unwrap();
    let anywhere = (Ipv4Addr::LOCALHOST, 0).into();
    let listener = uv.tcp_listen(anywhere, 8, |_, _| ()).unwrap();
    let address = uv.listener_address(listener).unwrap();
    let own: Rc<Cell<Option<TcpStream>>> = Rc::default();
    let stream = uv.tcp_connect(address, |_, _| ()).unwrap();
    own.set(Some(stream));
    uv.write(stream, vec![1; 100_000], |_, _| ()).unwrap();
    while done.get() < 2 {
        uv.run(RunMode::Once).unwrap();
    }
    end(uv);
    done.get()
}
