//! The Node level, where an oracle program cannot look: scopes, limits, memory.

use event_loop::closures::{Closures, Js, Promise, Value};
use event_loop::node::{Argument, Task};
use event_loop::uv::{Completion, Poll, Request, RequestId, Simulated};
use std::cell::{Cell, OnceCell};
use std::io;
use std::rc::Rc;
use std::time::Duration;

fn new_loop() -> Js {
    Js::new(Simulated::new(), Closures::quiet())
}

fn output(js: &Js) -> Vec<&str> {
    js.host().output().lines().collect()
}

/// Node drains when the depth of scopes falls to zero, not before.
#[test]
fn only_the_outermost_scope_drains_the_queues() {
    let mut js = new_loop();
    js.run_script(|js| {
        js.set_immediate(|js| {
            js.callback_scope(|js| {
                js.next_tick(|js| js.log("tick of the inner scope"));
                js.queue_microtask(|js| js.log("microtask of the inner scope"));
                Ok(())
            });
            js.log("the inner scope is closed");
        });
    })
    .unwrap();
    let expected = [
        "the inner scope is closed",
        "tick of the inner scope",
        "microtask of the inner scope",
    ];
    assert_eq!(output(&js), expected);
}

/// A microtask that exits ends everything, in the middle of a checkpoint.
#[test]
fn nothing_runs_after_exit_even_if_the_callback_ignores_it() {
    let mut js = new_loop();
    let code = js
        .run_script(|js| {
            js.set_immediate(|js| {
                js.next_tick(|js| js.log("never"));
                // A JavaScript engine would unwind here.
                let _ = js.exit(9);
            });
            js.set_immediate(|js| js.log("never"));
        })
        .unwrap();
    assert_eq!((code, output(&js)), (9, vec![]));
}

/// Takes no request.
struct Full(Simulated);

impl Poll for Full {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn submit(&mut self, _: RequestId, _: Request) -> io::Result<()> {
        Err(io::Error::other("full"))
    }

    fn poll(
        &mut self,
        timeout: Option<Duration>,
        ready: &mut Vec<Completion>,
    ) -> io::Result<()> {
        self.0.poll(timeout, ready)
    }
}

/// A request that cannot be started is answered all the same, later, once.
#[test]
fn a_refused_request_is_answered_in_the_pending_phase() {
    let mut js = Js::new(Full(Simulated::new()), Closures::quiet());
    js.run_script(|js| {
        js.read_file("any", |js, content| {
            let (phase, error) = (js.phase().name(), content.unwrap_err());
            js.log(format_args!("{phase}: {error}"));
        });
        js.log("main end");
    })
    .unwrap();
    assert_eq!(output(&js), ["main end", "pending: full"]);
}

#[test]
fn a_simulated_file_is_read() {
    let poll = Simulated::new()
        .file("a.txt", b"hello")
        .latency(Duration::from_millis(7));
    let mut js = Js::new(poll, Closures::quiet());
    js.run_script(|js| {
        js.read_file("a.txt", |js, content| {
            let text = String::from_utf8(content.unwrap()).unwrap();
            js.log(format_args!("{text} at {}", js.now()));
        });
        js.stat("b.txt", |js, size| js.log(size.unwrap_err().kind()));
    })
    .unwrap();
    assert_eq!(output(&js), ["hello at 7", "entity not found"]);
}

/// Neither running a long chain nor dropping it goes deep.
#[test]
fn long_chains_need_no_stack() {
    const LENGTH: u32 = 100_000;
    fn tick(js: &mut Js, n: u32) {
        if n < LENGTH {
            js.next_tick(move |js| tick(js, n + 1));
        }
    }
    fn microtask(js: &mut Js, n: u32) {
        if n < LENGTH {
            js.queue_microtask(move |js| microtask(js, n + 1));
        }
    }
    let mut js = new_loop();
    js.run_script(|js| {
        tick(js, 0);
        microtask(js, 0);
        let mut promise = js.resolved(0);
        for _ in 0..LENGTH {
            promise = js.then(&promise, |_, value| value);
        }
        js.then(&promise, |js, value| js.log(value));
    })
    .unwrap();
    assert_eq!(output(&js), ["0"]);
}

/// A chain that waits for its first promise is dropped with it, without recursion.
#[test]
fn a_long_chain_that_never_runs_needs_no_stack_either() {
    let first = Rc::new(OnceCell::new());
    let kept = Rc::clone(&first);
    let mut js = new_loop();
    js.run_script(move |js| {
        let mut promise = js.promise(|_, _| ());
        let _ = kept.set(promise.clone());
        for _ in 0..200_000 {
            promise = js.then(&promise, |_, value| value);
        }
    })
    .unwrap();
    assert!(first.get().is_some_and(Promise::is_pending));
    drop(first);
}

/// Counts how many of its clones live.
#[derive(Clone)]
struct Token(Rc<Cell<i32>>);

impl Token {
    fn new(count: &Rc<Cell<i32>>) -> Self {
        count.set(count.get() + 1);
        Token(Rc::clone(count))
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Each promise is the reason of the next one's rejection: dropping the last must not
/// drop them all from within each other.
#[test]
fn a_long_chain_of_reasons_needs_no_stack() {
    let mut js = new_loop();
    js.run_script(|js| {
        let mut last = js.resolved(());
        for _ in 0..200_000 {
            let (next, resolver) = js.with_resolvers();
            resolver.reject(js, &last);
            js.catch(&next, |_, _| ());
            last = next;
        }
    })
    .unwrap();
}

/// The end of time comes, and no sum overflows.
#[test]
fn time_saturates() {
    let mut js = new_loop();
    js.run_script(|js| {
        js.busy_wait(u64::MAX);
        js.busy_wait(u64::MAX);
        js.set_timeout(5, |js| js.log("timer"));
        js.set_immediate(|js| js.busy_wait(u64::MAX));
        js.exit(0)
    })
    .unwrap();
    assert!(output(&js).is_empty());
}

/// What has run or was cleared is dropped while the loop goes on, not at its end.
#[test]
fn callbacks_are_dropped_once_they_cannot_run_again() {
    let count = Rc::new(Cell::new(0));
    let alive = Rc::clone(&count);
    let mut js = new_loop();
    js.run_script(move |js| {
        let token = || {
            let token = Token::new(&alive);
            move |_: &mut Js| {
                let _held = &token;
            }
        };
        js.set_timeout(1, token());
        let cleared = js.set_timeout(1000, token());
        js.clear_timeout(&cleared);
        js.set_immediate(token());
        let cleared = js.set_immediate(token());
        js.clear_immediate(&cleared);
        js.next_tick(token());
        js.queue_microtask(token());
        let mut calls = 0;
        let body = token();
        js.set_interval(1, move |js| {
            body(js);
            calls += 1;
            if calls == 3 {
                js.clear_this();
            }
        });
        let alive = Rc::clone(&alive);
        js.set_timeout(50, move |js| js.log(alive.get()));
    })
    .unwrap();
    assert_eq!(output(&js), ["0"]);
}

/// The loop forgets a reported rejection when its promise is gone: a program that
/// listens to 'unhandledRejection' may run for years.
#[test]
fn promises_that_are_gone_are_forgotten() {
    let mut js = new_loop();
    let kept = Rc::new(Cell::new(0_usize));
    let sum = Rc::clone(&kept);
    js.run_script(move |js| {
        js.on_unhandled_rejection(|_, _| ());
        js.on_rejection_handled(|js, ()| js.log("handled late"));
        let mut late: Option<Promise> = None;
        let mut calls = 0;
        js.set_interval(1, move |js| {
            sum.set(sum.get().max(js.reported_rejections()));
            js.rejected("dropped at once");
            calls += 1;
            match calls {
                50 => late = Some(js.rejected("kept")),
                100 => {
                    let promise = late.take().expect("kept");
                    js.catch(&promise, |_, _| ());
                    js.clear_this();
                }
                _ => {}
            }
        });
    })
    .unwrap();
    assert_eq!(output(&js), ["handled late"]);
    assert!(kept.get() <= 3, "{} rejections are remembered", kept.get());
}

/// Values print as the programs of the oracle expect.
#[test]
fn values_print_like_strings_in_javascript() {
    let values = [Value::Number(1.0), Value::Number(0.5), Value::from("a")];
    let array = Value::Array(values.to_vec().into());
    assert_eq!(array.to_string(), "1,0.5,a");
    assert_eq!(Value::Undefined.to_string(), "undefined");
}

/// Callbacks of the host's own kind, without the closures' convenience.
#[test]
fn a_raw_callback_gets_its_argument() {
    let mut js = new_loop();
    js.run_script(|js| {
        let callback = Box::new(|js: &mut Js, argument: Argument| {
            js.log(format_args!("{argument:?}"));
            Ok(())
        });
        js.submit(
            Request::Work(Box::new(|| Ok(vec![1, 2]))),
            Task::new(callback),
        );
    })
    .unwrap();
    assert_eq!(output(&js), ["Reply(Ok(Bytes([1, 2])))"]);
}
