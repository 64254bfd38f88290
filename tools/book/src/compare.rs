//! `cargo run -- compare`: the same job by the rebuild, by Node and by the best peer,
//! in turn, and a record of what each took.
//!
//! Machines drift: clocks throttle, neighbors wake up. So the contestants of a job run
//! one after the other within a round, a round starts with another contestant than
//! the round before, and what counts is the ratio within a round, not a time.

mod context;
mod declaration;
mod process;
mod record;

pub use declaration::{Better, Declaration, Job, Measure, Program, REBUILD, Run};
pub use record::{
    Circumstances, JobRecord, Machine, Ratio, Record, Results, RunRecord, SCHEMA,
    Sample, Summary, Versions,
};

use crate::{Usage, listing::Listing};
use anyhow::{Context, Result, bail, ensure};
use context::Stage;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::path::Path;
use std::time::Duration;

/// What to compare, and how often.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// One listing; every listing that declares a comparison, if `None`.
    pub listing: Option<String>,
    /// Only jobs with these names; every job, if empty. The others' records stay.
    pub jobs: Vec<String>,
    /// Counted rounds instead of those declared.
    pub rounds: Option<u32>,
}

/// How long one run of one command may take.
pub const DEADLINE: Duration = Duration::from_secs(120);

/// A listing and those of its jobs that are to be measured.
struct Plan {
    listing: Listing,
    declaration: Declaration,
    jobs: Vec<Job>,
}

/// Measures what `options` names and writes `compare/results.json` of each listing,
/// job by job: what was measured before an error stays.
///
/// A [`Usage`] error if the listing or a job does not exist. Whatever a job needs is
/// looked for before the first round.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    run_within(root, options, DEADLINE)
}

/// [`run`] with another deadline for each run of a command.
pub fn run_within(root: &Path, options: &Options, deadline: Duration) -> Result<()> {
    if options.rounds == Some(0) {
        return Err(Usage("`--rounds` needs a number above 0".into()).into());
    }
    let root = root.canonicalize().context("cannot find the book")?;
    let plans = plans(&root, options)?;
    let mut staged = Vec::new();
    for plan in plans {
        let stage = Stage::set(&root, &plan.listing, &plan.jobs)?;
        staged.push((plan, stage));
    }
    for (plan, stage) in &staged {
        stage.warn_if_busy();
        compare(plan, stage, options, deadline)?;
    }
    Ok(())
}

/// The names of the jobs that `listing` declares; none if it compares nothing.
pub fn declared_jobs(listing: &Listing) -> Result<Vec<String>> {
    if !Declaration::path(listing).exists() {
        return Ok(Vec::new());
    }
    let jobs = Declaration::read(listing)?.jobs;
    Ok(jobs.iter().flat_map(Job::names).cloned().collect())
}

/// What is to be measured, listing by listing.
fn plans(root: &Path, options: &Options) -> Result<Vec<Plan>> {
    let listings = match &options.listing {
        Some(name) => vec![Listing::find(root, name)?],
        None => {
            let mut all = Listing::all(root)?;
            all.retain(|listing| Declaration::path(listing).exists());
            all
        }
    };
    let mut plans = Vec::new();
    let mut known = Vec::new();
    for listing in listings {
        let declaration = Declaration::read(&listing)?;
        known.extend(declaration.jobs.iter().map(|job| job.name.clone()));
        let mut jobs = declaration.jobs.clone();
        jobs.retain(|job| options.jobs.is_empty() || options.jobs.contains(&job.name));
        if !jobs.is_empty() {
            plans.push(Plan {
                listing,
                declaration,
                jobs,
            });
        }
    }
    if let Some(unknown) = options.jobs.iter().find(|job| !known.contains(job)) {
        let known = known.join(", ");
        let text = format!("there is no job `{unknown}`; there are: {known}");
        return Err(Usage(text).into());
    }
    ensure!(
        !plans.is_empty(),
        "no listing compares anything: none has a compare/compare.toml"
    );
    Ok(plans)
}

/// Measures the jobs of one listing and records each as soon as it is done.
fn compare(
    plan: &Plan,
    stage: &Stage,
    options: &Options,
    deadline: Duration,
) -> Result<()> {
    let listing = &plan.listing;
    let rounds = options.rounds.unwrap_or(plan.declaration.rounds);
    let mut record =
        Record::read(listing)?.unwrap_or_else(|| Record::new(&listing.name));
    for job in &plan.jobs {
        let measured = measure(stage, job, rounds, deadline)?;
        for measured in measured {
            for line in outcome(&measured) {
                println!("{} {line}", listing.name);
            }
            record.put(measured);
        }
        arrange(&mut record, plan, false);
        record.write(listing)?;
    }
    if options.jobs.is_empty() {
        arrange(&mut record, plan, true);
        record.write(listing)?;
    }
    Ok(())
}

/// Puts the jobs of a record into the order of the declaration. Jobs that are not
/// declared any more come last, or go.
fn arrange(record: &mut Record, plan: &Plan, drop_undeclared: bool) {
    let jobs = plan.declaration.jobs.iter();
    let declared: Vec<&String> = jobs.flat_map(Job::names).collect();
    let place = |job: &JobRecord| declared.iter().position(|name| **name == job.name);
    if drop_undeclared {
        record.jobs.retain(|job| place(job).is_some());
    }
    record
        .jobs
        .sort_by_key(|job| place(job).unwrap_or(declared.len()));
}

/// All rounds of one job, the warm-up first: its record, and one for whatever else its
/// commands find out.
fn measure(
    stage: &Stage,
    job: &Job,
    rounds: u32,
    deadline: Duration,
) -> Result<Vec<JobRecord>> {
    let points = job.points();
    let mut records = empty_records(stage, job, rounds)?;
    let each = job.runs.len() * points.len();
    let progress = Progress::new(&stage.listing.name, &job.name, rounds, each);
    for round in 0..=rounds {
        progress.round(round);
        for (at, point) in points.iter().enumerate() {
            for who in turns(job.runs.len(), round) {
                let run = &job.runs[who];
                progress.turn(round, &run.who);
                let samples = samples(stage, job, run, *point, deadline);
                let samples = samples.with_context(|| {
                    let listing = &stage.listing.name;
                    whereabouts(listing, job, run, round, rounds, *point)
                })?;
                let counts = round > 0;
                for (record, sample) in
                    records.iter_mut().zip(samples).filter(|_| counts)
                {
                    record.runs[who].results[at].samples.push(sample);
                }
                progress.done();
            }
        }
    }
    progress.finish();
    for record in &mut records {
        record.summarize()?;
    }
    Ok(records)
}

/// The order of `count` contestants in `round`; round 0 is the warm-up. Every
/// contestant comes first, second and last equally often in `count` rounds.
fn turns(count: usize, round: u32) -> impl Iterator<Item = usize> {
    let first = round.saturating_sub(1) as usize;
    (0..count).map(move |turn| (first + turn) % count)
}

fn empty_records(stage: &Stage, job: &Job, rounds: u32) -> Result<Vec<JobRecord>> {
    let none = Summary {
        median: f64::NAN,
        min: f64::NAN,
        max: f64::NAN,
    };
    let results = |point| Results {
        point,
        summary: none,
        ratio: None,
        samples: Vec::new(),
    };
    let run = |run: &Run| {
        Ok(RunRecord {
            who: run.who.clone(),
            command: stage.shown(run)?,
            note: run.note.clone(),
            results: job.points().into_iter().map(results).collect(),
        })
    };
    let record = JobRecord {
        name: job.name.clone(),
        title: job.title.clone(),
        unit: job.unit.clone(),
        better: job.better,
        points_unit: job.points_unit.clone(),
        measured: stage.circumstances(job),
        rounds,
        runs: job.runs.iter().map(run).collect::<Result<_>>()?,
    };
    let also = job.also.iter().map(|measure| JobRecord {
        name: measure.name.clone(),
        title: measure.title.clone(),
        unit: measure.unit.clone(),
        better: measure.better,
        ..record.clone()
    });
    Ok([record.clone()].into_iter().chain(also).collect())
}

/// One run of one contestant: what the job measures, then what it measures also.
fn samples(
    stage: &Stage,
    job: &Job,
    run: &Run,
    point: Option<u64>,
    deadline: Duration,
) -> Result<Vec<Sample>> {
    let mut command = stage.command(run)?;
    command.args(&run.args);
    command.args(point.map(|point| point.to_string()));
    let finished = process::execute(&mut command, deadline)?;
    let last = finished.stdout.trim_end().lines().last();
    let last = last.unwrap_or_default().trim();
    let mut values = vec![match last.parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => value,
        _ => bail!("its last line is `{last}`, not a number above 0"),
    }];
    for Measure { name, .. } in &job.also {
        let mut lines = finished.stdout.lines();
        let value = lines.find_map(|line| {
            let (said, number) = line.split_once(' ')?;
            (said == name).then(|| number.trim().parse::<f64>().ok())?
        });
        match value {
            Some(value) if value.is_finite() && value > 0.0 => values.push(value),
            _ => bail!("it prints no line `{name} NUMBER` with a number above 0"),
        }
    }
    let sample = |value| Sample {
        value,
        wall_s: (finished.wall.as_secs_f64() * 1e4).round() / 1e4,
        user_s: finished.cost.user_s,
        system_s: finished.cost.system_s,
        peak_rss_kib: finished.cost.peak_rss_kib,
    };
    Ok(values.into_iter().map(sample).collect())
}

/// Where an error happened, for its message.
fn whereabouts(
    listing: &str,
    job: &Job,
    run: &Run,
    round: u32,
    rounds: u32,
    point: Option<u64>,
) -> String {
    let mut text = format!("listing `{listing}`, job `{}`, `{}`", job.name, run.who);
    text += &match round {
        0 => ", warm-up round".to_string(),
        _ => format!(", round {round} of {rounds}"),
    };
    if let Some(point) = point {
        text += &format!(", at {point}");
    }
    text + "; the record of this job stays as it was"
}

/// The ratios of a job, one line per contestant and point.
fn outcome(job: &JobRecord) -> Vec<String> {
    let mut lines = Vec::new();
    for run in &job.runs {
        for results in &run.results {
            let Some(ratio) = &results.ratio else {
                continue;
            };
            let at = results.point.map(|point| format!(" at {point}"));
            let Summary { median, min, max } = ratio.summary;
            lines.push(format!(
                "{}{}: against {} {median:.2}x [{min:.2}-{max:.2}]",
                job.name,
                at.unwrap_or_default(),
                run.who,
            ));
        }
    }
    lines
}

/// A bar on a terminal, a line per round elsewhere.
struct Progress {
    bar: Option<ProgressBar>,
    label: String,
    rounds: u32,
}

impl Progress {
    fn new(listing: &str, job: &str, rounds: u32, runs_a_round: usize) -> Progress {
        let total = runs_a_round as u64 * u64::from(rounds + 1);
        let bar = stderr().is_terminal().then(|| {
            let style = "{prefix} [{bar:24}] {pos}/{len} runs, {eta} left: {msg}";
            let style = ProgressStyle::with_template(style)
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(total).with_style(style.progress_chars("=> "))
        });
        let label = format!("{listing} {job}");
        if let Some(bar) = &bar {
            bar.set_prefix(label.clone());
        }
        Progress { bar, label, rounds }
    }

    fn name(&self, round: u32) -> String {
        match round {
            0 => "warm-up".to_string(),
            _ => format!("round {round} of {}", self.rounds),
        }
    }

    fn round(&self, round: u32) {
        if self.bar.is_none() {
            eprintln!("{}: {}", self.label, self.name(round));
        }
    }

    fn turn(&self, round: u32, who: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{}, {who}", self.name(round)));
        }
    }

    fn done(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_round_starts_with_the_next_contestant() {
        let orders: Vec<Vec<usize>> = (0..=4).map(|r| turns(3, r).collect()).collect();
        let warm_up = vec![0, 1, 2];
        let rounds = [vec![0, 1, 2], vec![1, 2, 0], vec![2, 0, 1], vec![0, 1, 2]];
        assert_eq!(orders[0], warm_up);
        assert_eq!(orders[1..], rounds);
    }

    #[test]
    fn a_summary_is_the_middle_and_the_ends() {
        let summary = |values: &[f64]| Summary::of(values.iter().copied());
        let expected = |median, min, max| Some(Summary { median, min, max });
        assert_eq!(summary(&[]), None);
        assert_eq!(summary(&[3.0]), expected(3.0, 3.0, 3.0));
        assert_eq!(summary(&[9.0, 1.0, 4.0]), expected(4.0, 1.0, 9.0));
        assert_eq!(summary(&[8.0, 1.0, 2.0, 4.0]), expected(3.0, 1.0, 8.0));
    }
}
