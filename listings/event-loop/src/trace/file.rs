//! A trace as a file that a page steps through.
//!
//! The form is not this listing's own: the book's CONTRIBUTING.md describes it, and
//! every listing that has a picture to show writes it. A step of the file is a callback
//! with all that it did, where a [`Step`] is one thing that happened.

use super::{Event, Queue, Queues, Step, Trace};
use serde::Serialize;
use serde_json::json;
use std::io::{self, Write};

/// The queues, in the order in which a page shows them.
const LANES: [Queue; 6] = [
    Queue::Ticks,
    Queue::Microtasks,
    Queue::Timers,
    Queue::Immediates,
    Queue::Requests,
    Queue::Closing,
];

/// A step of the file.
#[derive(Debug, Serialize)]
struct Picture<'a> {
    turn: u64,
    phase: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    runs: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    prints: Vec<&'a str>,
    lanes: &'a Queues,
}

impl<'a> Picture<'a> {
    fn begin(step: &'a Step) -> Self {
        Picture {
            turn: step.turn,
            phase: step.phase.name(),
            runs: None,
            note: None,
            prints: Vec::new(),
            lanes: &step.queues,
        }
    }

    fn is_at(&self, step: &Step) -> bool {
        (self.turn, self.phase) == (step.turn, step.phase.name())
    }
}

impl Trace {
    /// Writes the file, a step a line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, mut writer: impl Write) -> io::Result<()> {
        let round = [
            "pending", "idle", "prepare", "poll", "check", "closing", "timers",
        ];
        let phases = json!(["main", round, "exit"]);
        let lanes = json!(LANES.map(Queue::name));
        writeln!(writer, "{{\n  \"voice\": \"rebuild\",")?;
        writeln!(writer, "  \"by\": \"event-loop\",")?;
        writeln!(writer, "  \"phases\": {phases},")?;
        writeln!(writer, "  \"lanes\": {lanes},\n  \"steps\": [")?;
        let pictures = self.pictures();
        for (i, picture) in pictures.iter().enumerate() {
            let comma = if i + 1 < pictures.len() { "," } else { "" };
            writeln!(writer, "    {}{comma}", serde_json::to_string(picture)?)?;
        }
        writeln!(writer, "  ]\n}}")
    }

    /// One for each callback, for what happens outside of any, and for the end.
    fn pictures(&self) -> Vec<Picture<'_>> {
        let mut pictures: Vec<Picture> = Vec::new();
        for step in &self.steps {
            let outside = || !pictures.last().is_some_and(|last| last.is_at(step));
            let begins = match step.event {
                Event::Start | Event::Ended => true,
                Event::Output | Event::Throw | Event::Queue(_) => outside(),
                Event::Phase | Event::Poll | Event::End => false,
            };
            if begins {
                pictures.push(Picture::begin(step));
            }
            let Some(last) = pictures.last_mut() else {
                continue;
            };
            match step.event {
                Event::Start => last.runs = Some(&step.label),
                Event::Throw => last.note = Some("throws"),
                Event::Ended => last.note = Some(&step.label),
                Event::Output => last.prints.push(&step.label),
                _ => {}
            }
            // What waits when the next one begins: the last word on it counts.
            last.lanes = &step.queues;
        }
        if self.truncated
            && let Some(last) = pictures.last_mut()
        {
            last.note = Some("and so on; the rest is left out");
        }
        pictures
    }
}
