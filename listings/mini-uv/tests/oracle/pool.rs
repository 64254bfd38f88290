//! Who waits for the pool, and in which order it works.

use crate::common::{Log, Turnstile};
use crate::node::{Immediates, run};
use mini_uv::{Loop, Pool, WorkKind};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::thread;

/// What a call of Node's stands on.
#[derive(Clone, Copy)]
enum By {
    /// Nothing is waited for: the answer comes at once.
    Nothing,
    Timer,
    Check,
    /// A descriptor that becomes ready.
    Descriptor,
    /// A thread of its own, which wakes the loop.
    Thread,
    Pool(WorkKind),
}

const CALLS: &[(&str, By)] = &[
    ("fs.stat", By::Pool(WorkKind::FastIo)),
    ("fs.promises.readFile", By::Pool(WorkKind::FastIo)),
    ("fs.createReadStream", By::Pool(WorkKind::FastIo)),
    ("dns.lookup", By::Pool(WorkKind::SlowIo)),
    ("listen on a name", By::Pool(WorkKind::SlowIo)),
    ("crypto.randomBytes", By::Pool(WorkKind::Cpu)),
    ("crypto.subtle", By::Pool(WorkKind::Cpu)),
    ("zlib.deflate", By::Pool(WorkKind::Cpu)),
    ("setTimeout", By::Timer),
    ("setImmediate", By::Check),
    ("dns.lookup of an address", By::Nothing),
    ("listen on an address", By::Nothing),
    ("TCP", By::Descriptor),
    ("UDP", By::Descriptor),
    ("dns.resolve4: 127.0.0.1", By::Descriptor),
    ("a child process", By::Descriptor),
    ("a worker", By::Thread),
    ("WebAssembly.compile", By::Thread),
    ("import of a file", By::Nothing),
];

pub fn who_waits(log: &Log) {
    let mut uv = Loop::with_pool(Pool::new(1)).unwrap();
    let immediates = Immediates::new(&mut uv).unwrap();
    let (stuck, gate) = (Rc::new(Cell::new(true)), Turnstile::default());
    let (wait, unstick) = (gate.clone(), Rc::clone(&stuck));
    uv.queue_work(
        WorkKind::FastIo,
        move || wait.pass(),
        move |_, _| unstick.set(false),
    )
    .unwrap();

    let all: Rc<RefCell<[Vec<&str>; 2]>> = Rc::default();
    for &(name, by) in CALLS {
        let (stuck, all, gate) = (Rc::clone(&stuck), Rc::clone(&all), gate.clone());
        start(&mut uv, &immediates, by, move || {
            let [passed, waited] = &mut *all.borrow_mut();
            match stuck.get() {
                true => passed.push(name),
                false => waited.push(name),
            }
            if passed.len() == 11 && stuck.get() {
                gate.allow(1);
            }
        });
    }
    run(uv);
    for (title, names) in ["did not wait:", "waited:"]
        .iter()
        .zip(&mut *all.borrow_mut())
    {
        names.sort();
        log.say(format_args!("{title}\n  {}", names.join("\n  ")));
    }
}

fn start(
    uv: &mut Loop,
    immediates: &Immediates,
    by: By,
    done: impl FnOnce() + 'static,
) {
    match by {
        By::Nothing => done(),
        By::Check => immediates.set(uv, |_| done()),
        By::Timer => {
            let (timer, mut done) = (uv.timer(), Some(done));
            let fire = move |_: &mut Loop| done.take().expect("it fires once")();
            uv.timer_start(timer, 1, 0, fire).unwrap();
        }
        By::Thread => {
            let mut done = Some(done);
            let handle = Rc::new(Cell::new(None));
            let own = Rc::clone(&handle);
            let (wakeup, sender) = uv.async_handle(move |uv| {
                done.take().expect("it is closed after this")();
                uv.close(own.get().expect("set below"), |_| ()).unwrap();
            });
            handle.set(Some(wakeup));
            thread::spawn(move || sender.send());
        }
        By::Descriptor => {
            // A connection that is made is a descriptor that became writable.
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            uv.tcp_connect(address, move |_, result| {
                result.unwrap();
                drop(listener);
                done();
            })
            .unwrap();
        }
        By::Pool(kind) => {
            uv.queue_work(kind, || (), move |_, _| done()).unwrap();
        }
    }
}

// ANCHOR: slow-lane
pub fn slow_lane(log: &Log) {
    let mut uv = Loop::with_pool(Pool::new(4)).unwrap();
    let (gate, lookups) = (Turnstile::default(), Rc::new(Cell::new(0)));
    for _ in 0..6 {
        let (gate, lookups, log) = (gate.clone(), Rc::clone(&lookups), log.clone());
        let lookup = move || gate.pass(); // it hangs
        uv.queue_work(WorkKind::SlowIo, lookup, move |_, _| {
            lookups.set(lookups.get() + 1);
            log.say(format_args!("lookup done: {}", lookups.get()));
        })
        .unwrap();
    }
    let log = log.clone();
    uv.fs_stat(".", move |uv, _| {
        log.say("stat");
        uv.fs_read_file(file!(), move |_, _| {
            log.say("readFile");
            gate.allow(6); // now the lookups go on
        })
        .unwrap();
    })
    .unwrap();
    run(uv);
}
// ANCHOR_END: slow-lane

// ANCHOR: slow-lane-order
pub fn slow_lane_order(log: &Log) {
    let mut uv = Loop::with_pool(Pool::new(1)).unwrap();
    let gate = Turnstile::default();
    let stuck = gate.clone();
    let say = |line: &'static str| {
        let log = log.clone();
        move |_: &mut Loop| log.say(line)
    };
    let done = say("free");
    uv.queue_work(
        WorkKind::FastIo,
        move || stuck.pass(),
        move |uv, _| done(uv),
    )
    .unwrap();
    for what in ["lookup 1", "lookup 2", "stat 1", "lookup 3", "stat 2"] {
        let done = say(what);
        match what.starts_with("lookup") {
            true => uv.getaddrinfo("localhost", 0, move |uv, _| done(uv)),
            false => uv.fs_stat(".", move |uv, _| done(uv)),
        }
        .unwrap();
    }
    gate.allow(1); // now the thread is free
    run(uv);
}
// ANCHOR_END: slow-lane-order
