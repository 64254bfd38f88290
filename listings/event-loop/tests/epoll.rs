//! The real poll phase: epoll, eventfd, threads. No test depends on how long something
//! takes; each has a deadline only so that it cannot hang.
#![cfg(target_os = "linux")]

use event_loop::closures::{Closures, Js};
use event_loop::node::{Argument, Task};
use event_loop::uv::{Epoll, Poll, Pool, Request};
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Fails the test if `body` takes longer than a minute.
fn in_time(body: impl FnOnce() + Send + 'static) {
    let (done, finished) = mpsc::channel();
    let test = thread::spawn(move || {
        body();
        let _ = done.send(());
    });
    match finished.recv_timeout(Duration::from_secs(60)) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("the loop hangs"),
        _ => test.join().unwrap(),
    }
}

fn new_loop() -> Js {
    Js::new(Epoll::new().unwrap(), Closures::quiet())
}

fn output(js: &Js) -> Vec<&str> {
    js.host().output().lines().collect()
}

#[test]
fn a_file_is_read_and_a_missing_one_is_an_error() {
    in_time(|| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"content").unwrap();
        let path = file.path().to_path_buf();
        let mut js = new_loop();
        js.run_script(move |js| {
            js.read_file(path.clone(), move |js, content| {
                js.log(String::from_utf8(content.unwrap()).unwrap());
                js.stat(&path, |js, size| {
                    js.log(size.unwrap());
                    js.read_file("/no/such/file", |js, content| {
                        js.log(content.unwrap_err().kind());
                    });
                });
            });
        })
        .unwrap();
        assert_eq!(output(&js), ["content", "7", "entity not found"]);
    });
}

/// Timers count from the loop's whole milliseconds: none is early by that clock.
#[test]
fn timers_fire_in_order_and_not_early() {
    in_time(|| {
        let mut js = new_loop();
        let fired = Rc::new(RefCell::new(Vec::new()));
        let log = Rc::clone(&fired);
        js.run_script(move |js| {
            let start = js.now();
            for after in [30_u32, 1, 15] {
                let log = Rc::clone(&log);
                js.set_timeout(after, move |js| {
                    log.borrow_mut().push((after, js.now() - start));
                });
            }
        })
        .unwrap();
        let fired = fired.take();
        assert!(
            fired.iter().all(|(after, at)| *at >= u64::from(*after)),
            "{fired:?}"
        );
        let order: Vec<u32> = fired.iter().map(|(after, _)| *after).collect();
        assert_eq!(order, [1, 15, 30]);
    });
}

/// The loop sleeps without a timer, and an answer of the pool wakes it.
#[test]
fn an_answer_wakes_a_loop_that_sleeps_for_ever() {
    in_time(|| {
        let (go, gate) = mpsc::channel::<()>();
        let mut js = new_loop();
        let opener = thread::spawn(move || {
            // Whether the loop sleeps already or not, the answer must arrive.
            thread::sleep(Duration::from_millis(20));
            go.send(()).unwrap();
        });
        js.run_script(|js| {
            let work = Request::Work(Box::new(move || {
                gate.recv().map_err(std::io::Error::other)?;
                Ok(b"done".to_vec())
            }));
            js.submit(work, task("work"));
        })
        .unwrap();
        opener.join().unwrap();
        assert_eq!(output(&js), ["work: 4 bytes"]);
    });
}

fn task(name: &'static str) -> Task<event_loop::closures::Callback> {
    Task::new(Box::new(move |js: &mut Js, argument| {
        let Argument::Reply(reply) = argument else {
            panic!("{name} has no answer");
        };
        match *reply {
            Ok(event_loop::uv::Reply::Bytes(bytes)) => {
                js.log(format_args!("{name}: {} bytes", bytes.len()));
            }
            other => js.log(format_args!("{name}: {other:?}")),
        }
        Ok(())
    }))
}

#[test]
fn a_job_that_panics_is_an_error_and_the_pool_goes_on() {
    in_time(|| {
        let mut js = Js::new(Epoll::with_threads(1).unwrap(), Closures::quiet());
        js.run_script(|js| {
            js.submit(
                Request::Work(Box::new(|| panic!("on purpose"))),
                task("first"),
            );
            js.submit(Request::Work(Box::new(|| Ok(vec![0; 3]))), task("second"));
        })
        .unwrap();
        let lines = output(&js);
        assert!(lines[0].contains("the job panicked"), "{lines:?}");
        assert_eq!(lines[1], "second: 3 bytes");
    });
}

/// One thread answers in the order of submission; every answer arrives once.
#[test]
fn every_request_is_answered_once() {
    in_time(|| {
        for threads in [1, 4] {
            let mut js =
                Js::new(Epoll::with_threads(threads).unwrap(), Closures::quiet());
            js.run_script(|js| {
                for n in 0..500_usize {
                    let work = Request::Work(Box::new(move || Ok(vec![0; n])));
                    js.submit(work, task("n"));
                }
            })
            .unwrap();
            let mut numbers: Vec<usize> = output(&js)
                .iter()
                .map(|line| line.split(' ').nth(1).unwrap().parse().unwrap())
                .collect();
            if threads > 1 {
                numbers.sort_unstable();
            }
            assert!(numbers.into_iter().eq(0..500));
        }
    });
}

/// No thread before the first job; 0 means 1; the size has a limit.
#[test]
fn the_pool_starts_with_its_first_job() {
    in_time(|| {
        let mut pool = Pool::new(0, || ());
        assert_eq!(pool.threads(), 0);
        let mut uv = event_loop::uv::Loop::new(Box::new(Epoll::new().unwrap()));
        let id = uv.begin_request();
        pool.submit(id, Request::Work(Box::new(|| Ok(Vec::new()))))
            .unwrap();
        assert_eq!(pool.threads(), 1);
        while pool.take_done().is_empty() {
            thread::yield_now();
        }
    });
}

/// Dropping waits for the job that runs and drops those that wait.
#[test]
fn a_dropped_pool_ends_its_threads() {
    in_time(|| {
        let (started, running) = mpsc::channel();
        let (go, gate) = mpsc::channel::<()>();
        let (late, ran) = mpsc::channel::<()>();
        let mut pool = Pool::new(1, || ());
        let mut uv = event_loop::uv::Loop::new(Box::new(Epoll::new().unwrap()));
        let first = Request::Work(Box::new(move || {
            started.send(()).unwrap();
            gate.recv().unwrap();
            Ok(Vec::new())
        }));
        let second = Request::Work(Box::new(move || {
            late.send(()).unwrap();
            Ok(Vec::new())
        }));
        pool.submit(uv.begin_request(), first).unwrap();
        pool.submit(uv.begin_request(), second).unwrap();
        running.recv().unwrap();
        let dropper = thread::spawn(move || drop(pool));
        // The second job is dropped unrun while the first still runs.
        assert_eq!(ran.recv(), Err(mpsc::RecvError));
        go.send(()).unwrap();
        dropper.join().unwrap();
    });
}

#[test]
fn a_poll_with_a_timeout_sleeps_at_least_that_long() {
    in_time(|| {
        let mut epoll = Epoll::new().unwrap();
        let (before, mut ready) = (Instant::now(), Vec::new());
        epoll
            .poll(Some(Duration::from_millis(20)), &mut ready)
            .unwrap();
        assert!(before.elapsed() >= Duration::from_millis(20));
        assert!(ready.is_empty());
    });
}
