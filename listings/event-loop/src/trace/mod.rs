//! What the loop did, step by step: for the narration, and for a file that a page can
//! step through, [`Trace::write`].
//!
//! Each [`Step`] says where the loop was, what happened, and what every queue held right
//! *after* it. When a program takes more than [`MAX_STEPS`] steps, the rest is left out.

mod file;

use crate::uv::Phase;
use std::fmt;
use std::rc::Rc;

/// How many steps a trace holds at most.
pub const MAX_STEPS: usize = 20_000;
/// How many labels of one queue a step holds at most; the last of them then says how
/// many are left out.
pub const MAX_LABELS: usize = 32;

/// The name of a callback: its label, or what it is and its number.
#[derive(Clone, Debug)]
pub struct TaskName {
    kind: &'static str,
    number: u64,
    label: Option<Rc<str>>,
}

impl TaskName {
    /// The name of the `number`th callback of this kind.
    pub fn new(kind: &'static str, number: u64, label: Option<Rc<str>>) -> Self {
        TaskName {
            kind,
            number,
            label,
        }
    }

    /// The name of the only callback of its kind.
    pub fn only(kind: &'static str) -> Self {
        TaskName::new(kind, 0, None)
    }
}

impl fmt::Display for TaskName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.label, self.number) {
            (Some(label), _) => write!(f, "{} \u{201c}{label}\u{201d}", self.kind),
            (None, 0) => f.write_str(self.kind),
            (None, number) => write!(f, "{} #{number}", self.kind),
        }
    }
}

/// A queue that a callback waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// `process.nextTick`
    Ticks,
    /// Promise jobs and `queueMicrotask`
    Microtasks,
    /// `setTimeout` and `setInterval`
    Timers,
    /// `setImmediate`
    Immediates,
    /// Requests on their way
    Requests,
    /// Close callbacks
    Closing,
}

impl Queue {
    fn name(self) -> &'static str {
        match self {
            Queue::Ticks => "ticks",
            Queue::Microtasks => "microtasks",
            Queue::Timers => "timers",
            Queue::Immediates => "immediates",
            Queue::Requests => "requests",
            Queue::Closing => "closing",
        }
    }
}

/// What happened in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A phase begins; the label is its name.
    Phase,
    /// The loop is about to wait; the label says how long at most.
    Poll,
    /// A callback starts; the label is its name.
    Start,
    /// A callback ended.
    End,
    /// A callback entered a queue.
    Queue(Queue),
    /// The program printed a line; the label is the line.
    Output,
    /// A callback threw and nobody caught it.
    Throw,
    /// The process ended; the label names the exit code.
    Ended,
}

/// The names of what waits in each queue, in the order in which it will run.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Queues {
    /// Ticks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ticks: Vec<String>,
    /// Microtasks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub microtasks: Vec<String>,
    /// Timers, by the expiry of their lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub timers: Vec<String>,
    /// Immediates, those of the running generation first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub immediates: Vec<String>,
    /// Requests that were not answered yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<String>,
    /// Handles whose close callback has not run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub closing: Vec<String>,
}

/// The names of what waits in one queue, at most [`MAX_LABELS`] of them: for
/// [`Queues`], and for [`Host::microtask_labels`](crate::node::Host::microtask_labels).
pub fn labels<'a>(mut names: impl Iterator<Item = &'a TaskName>) -> Vec<String> {
    let mut labels: Vec<String> = names
        .by_ref()
        .take(MAX_LABELS - 1)
        .map(TaskName::to_string)
        .collect();
    if let Some(next) = names.next() {
        match names.count() {
            0 => labels.push(next.to_string()),
            more => labels.push(format!("and {} more", more + 1)),
        }
    }
    labels
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The turn of the loop; 0 before the first.
    pub turn: u64,
    /// The phase.
    pub phase: Phase,
    /// The loop's time, in ms.
    pub at: u64,
    /// What happened.
    pub event: Event,
    /// To what.
    pub label: String,
    /// The callback that runs, the innermost if there are several.
    pub running: Option<String>,
    /// What waits, after this step.
    pub queues: Queues,
    /// How many lines the program has printed.
    pub lines: usize,
}

/// A recorded run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// All lines that the program printed.
    pub output: Vec<String>,
    /// The exit code, if the program ended.
    pub exit_code: Option<i32>,
    /// Are there steps beyond the last?
    pub truncated: bool,
    /// What happened.
    pub steps: Vec<Step>,
}

/// A run in which nothing was recorded.
impl Default for Trace {
    fn default() -> Self {
        Recorder::default().into_trace()
    }
}

impl Trace {
    /// The run as text: a line for each callback and for what it does. Phases in which
    /// nothing runs are left out.
    pub fn narrate(&self) -> String {
        let mut text = String::new();
        for step in &self.steps {
            let place = format!("turn {} \u{b7} {}", step.turn, step.phase.name());
            let line = match step.event {
                Event::Start => format!("{place} \u{b7} {}", step.label),
                Event::Poll if step.label != "0 ms" => {
                    format!("{place} \u{b7} waits, at most {}", step.label)
                }
                Event::Queue(queue) => {
                    format!("    {} \u{2192} {}", step.label, queue.name())
                }
                Event::Output => format!("    prints: {}", step.label),
                Event::Throw => "    throws".to_string(),
                Event::Ended => step.label.clone(),
                Event::Phase | Event::End | Event::Poll => continue,
            };
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}

#[derive(Default)]
pub(crate) struct Recorder {
    steps: Vec<Step>,
    output: Vec<String>,
    running: Vec<String>,
    exit_code: Option<i32>,
    truncated: bool,
}

impl Recorder {
    pub(crate) fn start(&mut self, name: String) {
        self.running.push(name);
    }

    pub(crate) fn end(&mut self) {
        self.running.pop();
    }

    pub(crate) fn output(&mut self, line: &str) {
        if !self.truncated {
            self.output.push(line.to_string());
        }
    }

    pub(crate) fn exit(&mut self, code: i32) {
        self.exit_code = Some(code);
    }

    pub(crate) fn step(
        &mut self,
        turn: u64,
        phase: Phase,
        at: u64,
        event: Event,
        label: String,
        queues: impl FnOnce() -> Queues,
    ) {
        if self.steps.len() >= MAX_STEPS {
            self.truncated = true;
            return;
        }
        self.steps.push(Step {
            turn,
            phase,
            at,
            event,
            label,
            running: self.running.last().cloned(),
            queues: queues(),
            lines: self.output.len(),
        });
    }

    pub(crate) fn into_trace(self) -> Trace {
        Trace {
            output: self.output,
            exit_code: self.exit_code,
            truncated: self.truncated,
            steps: self.steps,
        }
    }
}
