//! The listing `event-loop` on this loop: its own twins, against what Node printed.
#![cfg(target_os = "linux")]

#[path = "../../event-loop/tests/oracle/immediates.rs"]
#[allow(dead_code)]
mod immediates;
#[path = "../../event-loop/tests/oracle/io.rs"]
#[allow(dead_code)]
mod io;
#[path = "../../event-loop/tests/oracle/modules.rs"]
#[allow(dead_code)]
mod modules;
#[path = "../../event-loop/tests/oracle/order.rs"]
#[allow(dead_code)]
mod order;

mod common;

use common::in_time;
use event_loop::closures::{Closures, Js};
use event_loop::uv::{Completion, Poll, Request, RequestId};
use mini_uv::{MiniUv, Pool};
use std::io as std_io;
use std::path::Path;
use std::time::{Duration, Instant};

/// The twins ask for a file that is made up: here it is this one.
struct WithFile(MiniUv);

impl Poll for WithFile {
    fn now(&self) -> Duration {
        self.0.now()
    }

    fn submit(&mut self, id: RequestId, request: Request) -> std_io::Result<()> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let request = match request {
            Request::Stat(_) => Request::Stat(here),
            Request::ReadFile(_) => Request::ReadFile(here),
            work => work,
        };
        self.0.submit(id, request)
    }

    fn poll(
        &mut self,
        timeout: Option<Duration>,
        ready: &mut Vec<Completion>,
    ) -> std_io::Result<()> {
        self.0.poll(timeout, ready)
    }
}

fn new_loop() -> Js {
    Js::new(WithFile(MiniUv::new().unwrap()), Closures::quiet())
}

fn recorded(twin: &str) -> String {
    let listings = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let name = twin.replace('_', "-");
    let path = listings.join("event-loop/oracle").join(name);
    std::fs::read_to_string(path.with_extension("out")).expect("a recording")
}

macro_rules! twins {
    ($($run:ident $module:ident::{$($twin:ident),+ $(,)?})*) => {$($(
        #[test]
        fn $twin() {
            in_time(|| {
                let mut js = new_loop();
                js.$run($module::$twin).unwrap();
                assert_eq!(js.host().output(), recorded(stringify!($twin)));
            });
        }
    )+)*};
}

// Those that do not depend on how long anything takes.
twins! {
    run_script order::{
        main_order_script, tick_recursion, microtask_recursion,
        microtask_tick_microtask, ticks_between_timers, ticks_between_immediates,
        starvation,
    }
    run_script immediates::{ immediate_generations, clear_immediate_sibling }
    run_script io::{ phase_cycle, io_immediate_timer, io_callback_or_promise }
    run_module modules::{ main_order_module, module_await }
}

#[test]
fn a_sleep_is_not_shorter_than_its_timeout_and_nothing_waits_for_ever() {
    in_time(|| {
        let mut poll = MiniUv::with_pool(Pool::new(1)).unwrap();
        let (before, mut ready) = (Instant::now(), Vec::new());
        poll.poll(Some(Duration::from_millis(20)), &mut ready)
            .unwrap();
        assert!(before.elapsed() >= Duration::from_millis(20));
        assert!(poll.poll(None, &mut ready).is_err());
        assert!(ready.is_empty());
    });
}

#[test]
fn a_panic_and_a_missing_file_are_answers() {
    in_time(|| {
        let mut uv = event_loop::uv::Loop::new(Box::new(MiniUv::new().unwrap()));
        let missing = Request::ReadFile("/no/such/file".into());
        let panics = Request::Work(Box::new(|| panic!("on purpose")));
        for request in [missing, panics] {
            uv.submit(request).unwrap();
        }
        struct Owner(event_loop::uv::Loop, Vec<String>);
        impl event_loop::uv::Embedder for Owner {
            fn uv(&mut self) -> &mut event_loop::uv::Loop {
                &mut self.0
            }
            fn enter(&mut self, _: event_loop::uv::Phase) {}
            fn callback(&mut self, ready: event_loop::uv::Ready) {
                if let event_loop::uv::Ready::Completion(completion) = ready {
                    self.1.push(completion.result.unwrap_err().to_string());
                }
            }
        }
        let mut owner = Owner(uv, Vec::new());
        event_loop::uv::run(&mut owner, event_loop::uv::RunMode::Default).unwrap();
        owner.1.sort();
        assert!(owner.1[0].starts_with("No such file"), "{:?}", owner.1);
        assert_eq!(owner.1[1], "the work panicked");
    });
}
