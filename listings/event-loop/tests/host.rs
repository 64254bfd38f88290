//! Another host: an engine that has its own job queue and promises, and whose
//! callbacks reach the loop only through a cell, as functions of QuickJS must.

use event_loop::node::{
    Argument, EventLoop, Host, Origin, ProcessEvent, PromiseId, Repeat, Task, Thrown,
};
use event_loop::uv::{Request, Simulated};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

type Function = Rc<dyn Fn() -> Result<(), String>>;

/// The engine's side: functions are values of its own, without access to a stack frame
/// of ours. `world` is empty unless the engine runs.
#[derive(Default)]
struct Engine {
    world: RefCell<Option<EventLoop<Plugged>>>,
    jobs: RefCell<VecDeque<Function>>,
    output: RefCell<Vec<String>>,
    listener: RefCell<Option<Function>>,
}

impl Engine {
    fn print(&self, line: &str) {
        self.output.borrow_mut().push(line.to_string());
    }

    /// What a native function does: borrows the loop from the cell.
    fn with_loop<T>(&self, body: impl FnOnce(&mut EventLoop<Plugged>) -> T) -> T {
        body(self.world.borrow_mut().as_mut().expect("inside a callback"))
    }
}

/// The host: a handle to the engine.
#[derive(Clone)]
struct Plugged(Rc<Engine>);

impl Plugged {
    /// Swaps the loop into the cell, runs the engine, and swaps it back.
    fn enter<T>(el: &mut EventLoop<Self>, run: impl FnOnce(&Engine) -> T) -> T {
        let engine = Rc::clone(&el.host().0);
        let placeholder = EventLoop::new(Simulated::new(), el.host().clone());
        let world = std::mem::replace(el, placeholder);
        engine.world.replace(Some(world));
        let result = run(&engine);
        *el = engine.world.take().expect("still there");
        result
    }
}

impl Host for Plugged {
    type Callback = Function;
    type Error = String;

    fn call(
        el: &mut EventLoop<Self>,
        callback: &mut Function,
        argument: Argument,
    ) -> Result<(), Thrown<String>> {
        Plugged::enter(el, |engine| {
            if let Argument::Reply(reply) = argument
                && let Err(error) = *reply
            {
                engine.print(&format!("answer: {}", error.kind()));
            }
            callback().map_err(Thrown::exception)
        })
    }

    fn run_microtasks(el: &mut EventLoop<Self>) {
        loop {
            let job = el.host().0.jobs.borrow_mut().pop_front();
            let Some(job) = job else { return };
            if let Err(error) = Plugged::enter(el, |_| job()) {
                el.uncaught(error, Origin::UncaughtException);
            }
            if el.is_stopping() {
                return;
            }
        }
    }

    fn emit(
        el: &mut EventLoop<Self>,
        event: ProcessEvent<String>,
    ) -> Result<bool, Thrown<String>> {
        Plugged::enter(el, |engine| {
            engine.print(&format!("{event:?}"));
            let listener = engine.listener.borrow().clone();
            match (event, listener) {
                (ProcessEvent::UncaughtException(..), Some(listener)) => {
                    listener().map_err(Thrown::exception)?;
                    Ok(true)
                }
                _ => Ok(false),
            }
        })
    }

    fn no_op(_: &mut EventLoop<Self>) -> Function {
        Rc::new(|| Ok(()))
    }
}

fn function(
    engine: &Rc<Engine>,
    body: impl Fn(&Engine) -> Result<(), String> + 'static,
) -> Function {
    let engine = Rc::clone(engine);
    Rc::new(move || body(&engine))
}

fn run(
    main: impl FnOnce(&Rc<Engine>) -> Result<(), String> + 'static,
) -> (Vec<String>, i32) {
    let engine = Rc::new(Engine::default());
    let mut el = EventLoop::new(Simulated::new(), Plugged(Rc::clone(&engine)));
    let main_engine = Rc::clone(&engine);
    let code = el.run(|el| {
        Plugged::enter(el, |_| main(&main_engine)).map_err(Thrown::exception)
    });
    (engine.output.take(), code.expect("the simulated loop ends"))
}

/// Callbacks schedule through the cell; ticks, the engine's jobs and the phases come
/// in Node's order.
#[test]
fn an_engine_with_its_own_job_queue_plugs_in() {
    let (output, code) = run(|engine| {
        let say = |line: &'static str| {
            function(engine, move |e| {
                e.print(line);
                Ok(())
            })
        };
        let (job, in_timer) = (say("job"), say("tick of the timer"));
        let timer = function(engine, move |e| {
            e.print("timer");
            e.jobs.borrow_mut().push_back(job.clone());
            e.with_loop(|el| el.schedule_tick(Task::new(in_timer.clone())));
            Ok(())
        });
        engine.jobs.borrow_mut().push_back(say("main job"));
        engine.with_loop(|el| {
            el.schedule_timeout(Task::new(timer), 1.0, Repeat::Once);
            el.schedule_immediate(Task::new(say("immediate")));
            el.schedule_tick(Task::new(say("main tick")));
            el.submit(Request::Stat("missing".into()), Task::new(say("stat")));
        });
        Ok(())
    });
    let expected = [
        "main tick",
        "main job",
        "immediate",
        "answer: entity not found",
        "stat",
        "timer",
        "tick of the timer",
        "job",
        "BeforeExit(0)",
        "Exit(0)",
    ];
    assert_eq!((output, code), (expected.map(String::from).to_vec(), 0));
}

/// An error in a job reaches the engine's listener, and the checkpoint goes on.
#[test]
fn errors_of_jobs_and_rejections_reach_the_hooks() {
    let (output, code) = run(|engine| {
        let listener = function(engine, |e| {
            e.print("listener");
            Ok(())
        });
        *engine.listener.borrow_mut() = Some(listener);
        let fails = function(engine, |_| Err("in a job".to_string()));
        let after = function(engine, |e| {
            e.print("next job");
            let reason = "no handler".to_string();
            e.with_loop(|el| el.rejected_without_handler(PromiseId(1), reason));
            Ok(())
        });
        engine.jobs.borrow_mut().extend([fails, after]);
        Ok(())
    });
    let expected = [
        "UncaughtException(\"in a job\", UncaughtException)",
        "listener",
        "next job",
        "UnhandledRejection(\"no handler\", PromiseId(1))",
        "UncaughtException(\"no handler\", UnhandledRejection)",
        "listener",
        "BeforeExit(0)",
        "Exit(0)",
    ];
    assert_eq!((output, code), (expected.map(String::from).to_vec(), 0));
}

#[test]
fn without_a_listener_the_first_error_ends_the_program() {
    let (output, code) = run(|engine| {
        let never = function(engine, |e| {
            e.print("never");
            Ok(())
        });
        engine.jobs.borrow_mut().push_back(never.clone());
        engine.with_loop(|el| el.schedule_tick(Task::new(never)));
        Err("in main".to_string())
    });
    let expected = [
        "UncaughtException(\"in main\", UncaughtException)",
        "Exit(1)",
    ];
    assert_eq!((output, code), (expected.map(String::from).to_vec(), 1));
}
