//! Recorded runs that a page steps through: a `trace` fence names a listing and one of
//! its traces, and becomes a table for each voice that has it, inside an element that
//! `theme/trace-stepper.js` makes a picture of.
//!
//! ```trace
//! listing = "event-loop"
//! trace = "phase-cycle"
//! title = "Once around the loop"
//! ```
//!
//! The files are `listings/LISTING/traces/NAME.rebuild.json`, which the listing writes,
//! and `NAME.node.json`, which `oracle` records; CONTRIBUTING.md describes their form.
//! Where there are both, the two runs must be the same in everything but the names.

use crate::figure::escape;
use crate::listing::Listing;
use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The body of a `trace` fence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    listing: String,
    trace: String,
    title: String,
}

/// A recorded run.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    pub voice: Voice,
    /// Which Node, which listing.
    pub by: String,
    /// Where a run can be, in order; none where that means nothing.
    #[serde(default)]
    pub phases: Vec<Phase>,
    /// Where something can wait or be held, in the order to show.
    pub lanes: Vec<String>,
    pub steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Voice {
    Node,
    Rebuild,
}

/// A phase, or those that come round again and again.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(untagged)]
pub enum Phase {
    Once(String),
    Round(Vec<String>),
}

/// One thing that ran, and how everything stands after it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// How often the phases have come round.
    pub turn: Option<u64>,
    pub phase: Option<String>,
    pub runs: Option<String>,
    pub note: Option<String>,
    /// The lines that it added to the output.
    pub prints: Vec<String>,
    /// What each lane holds then, next one first; an empty lane may be left out.
    pub lanes: BTreeMap<String, Vec<String>>,
}

impl Voice {
    fn name(self) -> &'static str {
        match self {
            Voice::Node => "Node",
            Voice::Rebuild => "Rebuild",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Voice::Node => "node",
            Voice::Rebuild => "rebuild",
        }
    }
}

impl Trace {
    /// Reads a trace; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Trace> {
        let trace: Trace = serde_json::from_str(text)?;
        ensure!(!trace.steps.is_empty(), "it has no steps");
        let known = |phase: &String| {
            trace.phases.iter().any(|known| match known {
                Phase::Once(name) => name == phase,
                Phase::Round(names) => names.contains(phase),
            })
        };
        for (i, step) in trace.steps.iter().enumerate() {
            if let Some(phase) = step.phase.as_ref().filter(|phase| !known(phase)) {
                bail!("step {}: `{phase}` is none of its phases", i + 1);
            }
            if let Some(lane) = step.lanes.keys().find(|l| !trace.lanes.contains(l)) {
                bail!("step {}: `{lane}` is none of its lanes", i + 1);
            }
        }
        Ok(trace)
    }

    /// All that was printed, line by line.
    pub fn output(&self) -> impl Iterator<Item = &str> {
        let lines = self.steps.iter().flat_map(|step| &step.prints);
        lines.map(String::as_str)
    }
}

/// Refuses two runs that are not the same. Names may differ, if each of one run stands
/// for the same one of the other throughout: `TickObject #1` for `tick #1`.
fn agree(one: &Trace, other: &Trace) -> Result<()> {
    let places = |t: &Trace| (t.phases.clone(), t.lanes.clone());
    ensure!(
        places(one) == places(other),
        "they have not the same phases and lanes"
    );
    let (mut names, mut back) = (HashMap::new(), HashMap::new());
    for (i, (a, b)) in one.steps.iter().zip(&other.steps).enumerate() {
        let differ = |what: &str| anyhow!("they differ in {what} of step {}", i + 1);
        let place = |step: &Step| (step.turn, step.phase.clone(), step.note.clone());
        ensure!(place(a) == place(b), differ("turn, phase or note"));
        ensure!(a.prints == b.prints, differ("what is printed"));
        for lane in &one.lanes {
            let held = |step: &Step| step.lanes.get(lane).map_or(0, Vec::len);
            ensure!(held(a) == held(b), differ(&format!("the lane `{lane}`")));
        }
        let all = |step: &Step| -> Vec<String> {
            let held = step.lanes.values().flatten();
            step.runs.iter().chain(held).cloned().collect()
        };
        ensure!(a.runs.is_some() == b.runs.is_some(), differ("what runs"));
        for (x, y) in all(a).into_iter().zip(all(b)) {
            let known = names.entry(x.clone()).or_insert_with(|| y.clone());
            let known_back = back.entry(y.clone()).or_insert_with(|| x.clone());
            let same = *known == y && *known_back == x;
            ensure!(
                same,
                differ(&format!("which callback is which (`{x}`, `{y}`)"))
            );
        }
    }
    let (a, b) = (one.steps.len(), other.steps.len());
    ensure!(a == b, "they have {a} and {b} steps");
    Ok(())
}

/// Renders the body of a `trace` fence as HTML without blank lines.
pub fn render(root: &Path, request: &str) -> Result<String> {
    let request: Request = toml::from_str(request).map_err(|error| {
        anyhow!("a `trace` fence is not what it should be: {error}")
    })?;
    let listing = Listing::find(root, &request.listing)?;
    let mut traces = Vec::new();
    for voice in [Voice::Node, Voice::Rebuild] {
        traces.extend(read(&listing, &request.trace, voice)?);
    }
    let agreed = match traces.as_slice() {
        [] => bail!(
            "listing `{}` has no trace `{}`: neither traces/{1}.rebuild.json nor \
             traces/{1}.node.json is there",
            listing.name,
            request.trace
        ),
        [node, rebuild] => {
            let name = &request.trace;
            agree(node, rebuild).with_context(|| {
                format!(
                    "the traces `{name}` of Node and of the rebuild are not one run"
                )
            })?;
            true
        }
        _ => false,
    };
    picture(&request.title, &traces, agreed)
}

fn read(listing: &Listing, name: &str, voice: Voice) -> Result<Option<Trace>> {
    let below = format!("traces/{name}.{}.json", voice.class());
    let Ok(text) = fs::read_to_string(listing.dir.join(&below)) else {
        return Ok(None);
    };
    let shown = format!("listings/{}/{below}", listing.name);
    let trace = Trace::parse(&text).with_context(|| format!("{shown} is no trace"))?;
    ensure!(
        trace.voice == voice,
        "{shown} says that its voice is another"
    );
    Ok(Some(trace))
}

fn picture(title: &str, traces: &[Trace], agreed: bool) -> Result<String> {
    let Trace { phases, lanes, .. } = &traces[0];
    let attribute = |value: String| escape(&value);
    let mut html = format!(
        "<trace-stepper data-phases=\"{}\" data-lanes=\"{}\">\n<figure class=\"trace\">\n\
         <figcaption><strong>{}</strong>",
        attribute(serde_json::to_string(phases)?),
        attribute(serde_json::to_string(lanes)?),
        escape(title)
    );
    if agreed {
        let steps = traces[0].steps.len();
        write!(
            html,
            " <span>the same {steps} steps, compared by a test</span>"
        )?;
    }
    html += "</figcaption>\n";
    for trace in traces {
        html += &table(trace)?;
    }
    html += "</figure>\n</trace-stepper>\n";
    Ok(html)
}

/// A row for each step. What is nowhere in the run has no column.
fn table(trace: &Trace) -> Result<String> {
    let (voice, by) = (trace.voice, escape(&trace.by));
    let has = |what: fn(&Step) -> bool| trace.steps.iter().any(what);
    let columns = [
        ("turn", "Turn", has(|s| s.turn.is_some())),
        ("phase", "Phase", has(|s| s.phase.is_some())),
        ("runs", "Runs", true),
        ("prints", "Prints", has(|s| !s.prints.is_empty())),
        ("lanes", "Then holds", true),
    ];
    let columns: Vec<_> = columns.into_iter().filter(|column| column.2).collect();
    let heads: String = columns
        .iter()
        .map(|(_, head, _)| format!("<th scope=\"col\">{head}</th>"))
        .collect();
    let mut html = format!(
        "<div class=\"table-wrapper\"><table class=\"{}\">\n\
         <caption>{} <span>{by}</span></caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n",
        voice.class(),
        voice.name(),
    );
    for step in &trace.steps {
        html += "<tr>";
        for (name, ..) in &columns {
            html += &cell(name, step, &trace.lanes);
        }
        html += "</tr>\n";
    }
    html += "</tbody>\n</table></div>\n";
    Ok(html)
}

fn cell(column: &str, step: &Step, lanes: &[String]) -> String {
    let text =
        |value: &Option<String>| value.as_deref().map(escape).unwrap_or_default();
    let inside = match column {
        "turn" => step.turn.map(|turn| turn.to_string()).unwrap_or_default(),
        "phase" => text(&step.phase),
        "runs" => {
            let note = match &step.note {
                Some(note) => format!("<em>{}</em>", escape(note)),
                None => String::new(),
            };
            let words = format!("<span>{}</span> {note}", text(&step.runs));
            return format!("<th scope=\"row\" class=\"runs\">{words}</th>");
        }
        "prints" => {
            let line = |line: &String| format!("<samp>{}</samp>", escape(line));
            step.prints
                .iter()
                .map(line)
                .collect::<Vec<_>>()
                .join("<br>")
        }
        _ => held(step, lanes),
    };
    format!("<td class=\"{column}\">{inside}</td>")
}

/// The lanes that hold anything.
fn held(step: &Step, lanes: &[String]) -> String {
    let lane = |name: &String| {
        let items = step.lanes.get(name).filter(|items| !items.is_empty())?;
        let item = |item: &String| format!("<span>{}</span>", escape(item));
        let items: Vec<String> = items.iter().map(item).collect();
        let name = escape(name);
        Some(format!("<div><b>{name}</b> {}</div>", items.join(", ")))
    };
    lanes.iter().filter_map(lane).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = r#"{"voice": "node", "by": "1", "phases": ["main", ["poll", "check"]],
        "lanes": ["ticks", "timers"], "steps": [
        {"phase": "main", "runs": "M", "lanes": {"ticks": ["A", "B"]}},
        {"phase": "main", "runs": "A", "prints": ["a < b"], "lanes": {"ticks": ["B"]}},
        {"turn": 1, "phase": "check", "note": "end"}]}"#;

    fn differ(from: &str, to: &str) -> String {
        assert!(RUN.contains(from), "{from}");
        let other = Trace::parse(&RUN.replace(from, to)).unwrap();
        let outcome = agree(&Trace::parse(RUN).unwrap(), &other);
        outcome.map_or_else(|error| error.to_string(), |()| "the same".into())
    }

    #[test]
    fn two_runs_are_the_same_up_to_the_names() {
        assert_eq!(differ("\"A\"", "\"first\""), "the same");
        let swapped = differ("[\"A\", \"B\"]", "[\"B\", \"A\"]");
        assert!(swapped.contains("which callback is which"), "{swapped}");
        let merged = differ("\"B\"", "\"A\"");
        assert!(merged.contains("which callback is which"), "{merged}");
        assert!(differ("a < b", "c").contains("printed of step 2"));
        assert!(differ("\"turn\": 1", "\"turn\": 2").contains("turn, phase"));
        assert!(differ("\"end\"", "\"END\"").contains("note of step 3"));
        assert!(differ("\"check\", \"note\"", "\"poll\", \"note\"").contains("step 3"));
        assert!(differ(": [\"B\"]", ": []").contains("lane `ticks` of step 2"));
        assert!(differ("[\"ticks\", \"timers\"]", "[\"ticks\"]").contains("lanes"));
        let shorter = differ(
            ",\n        {\"turn\": 1, \"phase\": \"check\", \"note\": \"end\"}",
            "",
        );
        assert_eq!(shorter, "they have 3 and 2 steps");
    }

    #[test]
    fn a_trace_that_is_none_is_refused() {
        let refused = |from: &str, to: &str| {
            Trace::parse(&RUN.replace(from, to))
                .unwrap_err()
                .to_string()
        };
        assert!(
            refused("\"check\", \"note\"", "\"chick\", \"note\"").contains("chick")
        );
        assert!(refused("{\"ticks\": [\"B\"]}", "{\"tacks\": []}").contains("tacks"));
        assert!(refused("\"runs\"", "\"run\"").contains("unknown field"));
        assert!(Trace::parse(&RUN[..40]).is_err());
        let empty = r#"{"voice": "node", "by": "1", "lanes": [], "steps": []}"#;
        assert!(
            Trace::parse(empty)
                .unwrap_err()
                .to_string()
                .contains("no steps")
        );
    }

    #[test]
    fn a_trace_is_a_table() {
        let trace = Trace::parse(RUN).unwrap();
        let html = picture("A & B", &[trace], false).unwrap();
        assert!(
            html.contains("<strong>A &amp; B</strong></figcaption>"),
            "{html}"
        );
        assert!(html.contains("<samp>a &lt; b</samp>"), "{html}");
        let held = "<b>ticks</b> <span>A</span>, <span>B</span>";
        assert!(html.contains(held), "{html}");
        assert_eq!(html.matches("<tr>").count(), 4, "{html}");
        assert!(!html.contains("\n\n"), "{html}");
    }
}
