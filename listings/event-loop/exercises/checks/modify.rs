//! Modifications: what a program prints against what it should print.

use event_loop::closures::{Closures, Js};
use event_loop::uv::{Completion, Poll, Request, RequestId, Simulated};
use std::io;
use std::time::Duration;

pub const FAIR: &str = "timer of 10 ms after 10 ms\n100 steps after 100 ms\n";
const SAVED: &str = "work done\nstate saved\nexit 0\n";

/// No program of an exercise needs more turns.
const MAX_TURNS: u32 = 10_000;

/// The simulated poll phase, for so many turns.
struct Limited {
    poll: Simulated,
    turns: u32,
}

impl Poll for Limited {
    fn now(&self) -> Duration {
        self.poll.now()
    }

    fn submit(&mut self, id: RequestId, request: Request) -> io::Result<()> {
        self.poll.submit(id, request)
    }

    fn poll(
        &mut self,
        timeout: Option<Duration>,
        ready: &mut Vec<Completion>,
    ) -> io::Result<()> {
        self.turns += 1;
        if self.turns > MAX_TURNS {
            let why = format!("it still turns after {MAX_TURNS} turns");
            return Err(io::Error::other(why));
        }
        self.poll.poll(timeout, ready)
    }

    fn busy(&mut self, time: Duration) {
        self.poll.busy(time);
    }
}

/// An interval of 100 ms that makes up for a script that is busy: for 150 ms, and for
/// another time, so that no answer is good for one only.
pub fn steady(program: fn(&mut Js, busy: u64)) -> Result<(), String> {
    for busy in [150, 130] {
        let wanted = format!(
            "beat at {busy} ms\nbeat at 200 ms\nbeat at 300 ms\nbeat at 400 ms\n"
        );
        check(|js| program(js, busy), &wanted)
            .map_err(|wrong| format!("Busy for {busy} ms. {wrong}"))?;
    }
    Ok(())
}

/// The state is saved once, at the end, however long the work takes.
pub fn saved(program: fn(&mut Js, work: u32)) -> Result<(), String> {
    for work in [50, 250] {
        check(|js| program(js, work), SAVED)
            .map_err(|wrong| format!("Work for {work} ms. {wrong}"))?;
    }
    Ok(())
}

/// Runs `program` on a simulated clock, with a file `state.json`.
pub fn check(program: impl FnOnce(&mut Js), wanted: &str) -> Result<(), String> {
    let poll = Limited {
        poll: Simulated::new().file("state.json", b"{}"),
        turns: 0,
    };
    let mut js = Js::new(poll, Closures::quiet());
    let ended = js.run_script(program);
    let printed = js.host().output();
    match ended {
        Ok(_) if printed == wanted => Ok(()),
        Ok(_) => Err(format!(
            "It prints\n{}\nIt should print\n{}",
            block(printed),
            block(wanted).trim_end()
        )),
        Err(error) => {
            let first: String = printed.lines().take(10).map(line).collect();
            Err(format!("The loop failed: {error}. It began\n{first}"))
        }
    }
}

fn block(text: &str) -> String {
    text.lines().map(line).collect()
}

fn line(text: &str) -> String {
    format!("  {text}\n")
}
