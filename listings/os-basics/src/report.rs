//! A trace for people: which lines are printed, or how often each call was made.

use crate::decode::Line;
use crate::process::{Ending, Program, signal_name};
use crate::tracer::{Event, Tracer};
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::Path;

/// What a report shows. By default: every call, a line each.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Only calls with these names; all, if it is empty.
    pub only: Vec<String>,
    /// Only from a line with the one text in it to a line with the other. Both lines are
    /// shown, whatever call they are.
    pub between: Option<(String, String)>,
    /// The name of the thread before each line, indented if it is of a child.
    pub names: bool,
    /// An error's name without its words.
    pub brief: bool,
    /// Only how often each call was made, and how often with an error.
    pub count: bool,
}

impl Report {
    /// Runs `program` and writes to `out` what it does.
    ///
    /// # Errors
    /// `EPERM` where tracing is forbidden, those of writing, and those of the tracer.
    pub fn run(&self, program: Program, out: impl Write) -> io::Result<Ending> {
        let mut tracer = Tracer::start(program)?;
        let mut writer = Writer {
            report: self,
            out,
            lines: HashMap::new(),
            names: HashMap::new(),
            counts: BTreeMap::new(),
            showing: self.between.is_none(),
            first: None,
        };
        let mut ended = None;
        while let Some(event) = tracer.next_event()? {
            if let Event::Ended(thread, _, ending) = event
                && writer.first.is_none_or(|first| first == thread)
            {
                ended = Some(ending);
            }
            writer.event(event)?;
        }
        writer.counts()?;
        writer.out.flush()?;
        ended.ok_or_else(|| io::Error::other("nobody said how the program ended"))
    }
}

struct Writer<'a, W> {
    report: &'a Report,
    out: W,
    /// The calls on their way, by thread.
    lines: HashMap<i32, Line>,
    /// What each thread is called. One that ends has no name any more.
    names: HashMap<i32, String>,
    counts: BTreeMap<String, Count>,
    showing: bool,
    /// The program's own process; the others are its children.
    first: Option<i32>,
}

/// What a thread is called; with an indent if it is not one of the process `first`.
fn name_of(thread: i32, first: i32) -> String {
    let comm = std::fs::read_to_string(format!("/proc/{thread}/comm"));
    let name = comm.unwrap_or_default();
    let own = Path::new(&format!("/proc/{first}/task/{thread}")).exists();
    format!("{}{}", if own { "" } else { "  " }, name.trim())
}

#[derive(Default)]
struct Count {
    calls: u64,
    errors: u64,
}

impl<W: Write> Writer<'_, W> {
    fn event(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Entered(call) => {
                let first = *self.first.get_or_insert(call.thread);
                self.lines.insert(call.thread, Line::entered(&call));
                if self.report.names {
                    self.names.insert(call.thread, name_of(call.thread, first));
                }
                Ok(())
            }
            Event::Left(call, answer) => match self.lines.remove(&call.thread) {
                Some(line) => {
                    self.call(call.thread, &line, &line.left(&call, answer), answer)
                }
                None => Ok(()),
            },
            Event::Signaled(thread, signal) => {
                self.line(thread, &format!("--- {} ---", signal_name(signal)))
            }
            Event::Ended(thread, call, ending) => {
                if let (Some(line), Some(_)) = (self.lines.remove(&thread), call) {
                    self.call(thread, &line, &line.unanswered(), 0)?;
                }
                let how = match ending {
                    Ending::Exited(code) => format!("exited with {code}"),
                    Ending::Killed(signal) => {
                        format!("killed by {}", signal_name(signal))
                    }
                };
                self.line(thread, &format!("+++ {how} +++"))
            }
        }
    }

    fn call(
        &mut self,
        thread: i32,
        line: &Line,
        text: &str,
        answer: i64,
    ) -> io::Result<()> {
        let between = self.report.between.as_ref();
        let begins = between.is_some_and(|(from, _)| text.contains(from));
        let ends = between.is_some_and(|(_, to)| text.contains(to));
        self.showing |= begins;
        let only = &self.report.only;
        let wanted = only.is_empty() || only.iter().any(|name| name == line.name());
        if self.showing && (wanted || begins || ends) {
            let count = self.counts.entry(line.name().to_string()).or_default();
            count.calls += 1;
            count.errors += u64::from((-4095..0).contains(&answer));
            let words = text.rfind(" (").filter(|_| self.report.brief && answer < 0);
            self.line(thread, &text[..words.unwrap_or(text.len())])?;
        }
        self.showing &= !ends;
        Ok(())
    }

    fn line(&mut self, thread: i32, text: &str) -> io::Result<()> {
        if !self.showing || self.report.count {
            return Ok(());
        }
        match self.names.get(&thread) {
            Some(name) => writeln!(self.out, "{name:<15} {text}"),
            None => writeln!(self.out, "{text}"),
        }
    }

    /// The calls that were made most often first.
    fn counts(&mut self) -> io::Result<()> {
        if !self.report.count {
            return Ok(());
        }
        let mut counts: Vec<_> = self.counts.iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(count.calls));
        writeln!(self.out, "{:>6} {:>6}  call", "calls", "errors")?;
        for (name, Count { calls, errors }) in counts {
            writeln!(self.out, "{calls:>6} {errors:>6}  {name}")?;
        }
        let all: u64 = self.counts.values().map(|count| count.calls).sum();
        writeln!(self.out, "{all:>6} in all")
    }
}
