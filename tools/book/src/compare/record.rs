//! `compare/results.json`: what was measured, where, and with which versions. Pages
//! take their numbers from this file and from nowhere else.

use super::declaration::{Better, REBUILD};
use crate::listing::Listing;
use anyhow::{Context, Result, anyhow, ensure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Version of the layout below; a file with another one has to be measured again.
pub const SCHEMA: u32 = 1;

/// Everything `compare` recorded for one listing.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub schema: u32,
    pub listing: String,
    pub jobs: Vec<JobRecord>,
}

/// One job. The circumstances stand with the job, since a run with `--job` measures
/// some jobs and keeps what is recorded of the others.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct JobRecord {
    pub name: String,
    pub title: String,
    /// Unit of every value of this job.
    pub unit: String,
    pub better: Better,
    /// What the points of a growth job count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points_unit: Option<String>,
    pub measured: Circumstances,
    /// Counted rounds. Round `r`, from 0, starts with contestant `r` modulo their
    /// number, in the order of `runs`; the others follow in that order.
    pub rounds: u32,
    pub runs: Vec<RunRecord>,
}

/// When, where and with what a job was measured.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Circumstances {
    /// UTC, as in "2026-05-04".
    pub date: String,
    pub machine: Machine,
    pub versions: Versions,
    /// The commit of the book that was measured, if it is in a git repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether listings or manifests differed from that commit.
    #[serde(default)]
    pub modified: bool,
}

/// The machine, as far as it bears on speed.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    pub cpu: String,
    /// Cores that this process could use.
    pub cores: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u64>,
    pub kernel: String,
    pub os: String,
    /// Runnable threads, averaged over the minute before the first round: well above
    /// zero means that something else had the machine too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<f64>,
}

/// Versions of what took part.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    pub rustc: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<crate::node::Versions>,
    /// Peers by the name they bear in `who`.
    #[serde(default)]
    pub peers: BTreeMap<String, String>,
}

/// One contestant of a job.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    pub who: String,
    /// The command, as declared.
    pub command: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// One entry per point; a job that does not grow has one, without a point.
    pub results: Vec<Results>,
}

/// The samples of one contestant at one point, and what follows from them.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub struct Results {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point: Option<u64>,
    /// In the unit of the job, as are the three figures of the summary.
    #[serde(flatten)]
    pub summary: Summary,
    /// Against the rebuild in the same round; the rebuild itself has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Ratio>,
    /// One per round, in order.
    pub samples: Vec<Sample>,
}

/// One run of one command.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// What the command printed, in the unit of the job.
    pub value: f64,
    /// From the start of the process to its end, in seconds.
    pub wall_s: f64,
    /// User CPU seconds of the process and the children it waited for, to 0.01 s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_s: Option<f64>,
    /// System CPU seconds, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_s: Option<f64>,
    /// Peak resident memory of the process itself, as last seen before it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_rss_kib: Option<u64>,
}

/// Median, smallest and largest of some values.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq)]
pub struct Summary {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

/// How many times better the rebuild is than another contestant: above 1 the rebuild
/// wins, whichever direction of the job's number is the better one.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub struct Ratio {
    #[serde(flatten)]
    pub summary: Summary,
    /// One per round, in order.
    pub rounds: Vec<f64>,
}

impl Summary {
    /// The summary of `values`; `None` if there are none. The median of an even number
    /// of values is the mean of the middle two.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Summary> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let half = values.len() / 2;
        let median = if values.len().is_multiple_of(2) {
            (values[half - 1] + values[half]) / 2.0
        } else {
            values[half]
        };
        Some(Summary { median, min, max })
    }

    fn is(&self, other: &Summary) -> bool {
        // JSON readers may differ in the last bit of a number.
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
        close(self.median, other.median)
            && close(self.min, other.min)
            && close(self.max, other.max)
    }
}

impl Ratio {
    /// The ratios of `other` to `rebuild`, round by round; `None` without rounds.
    pub fn of(better: Better, rebuild: &[Sample], other: &[Sample]) -> Option<Ratio> {
        let rounds: Vec<f64> = rebuild
            .iter()
            .zip(other)
            .map(|(rebuild, other)| match better {
                Better::Lower => other.value / rebuild.value,
                Better::Higher => rebuild.value / other.value,
            })
            .collect();
        let summary = Summary::of(rounds.iter().copied())?;
        Some(Ratio { summary, rounds })
    }
}

impl JobRecord {
    /// The contestant called `who`.
    pub fn run(&self, who: &str) -> Option<&RunRecord> {
        self.runs.iter().find(|run| run.who == who)
    }

    /// Whether the job was measured at several points.
    pub fn grows(&self) -> bool {
        let points = self.runs.iter().flat_map(|run| &run.results);
        points.filter(|results| results.point.is_some()).count() > 0
    }

    /// Fills in every ratio and summary from the samples.
    pub(super) fn summarize(&mut self) -> Result<()> {
        let rebuild = self.run(REBUILD).context("there is no rebuild")?.clone();
        for run in &mut self.runs {
            ensure!(
                run.results.len() == rebuild.results.len(),
                "`{}` was not measured at every point",
                run.who
            );
            let is_rebuild = run.who == REBUILD;
            for (results, base) in run.results.iter_mut().zip(&rebuild.results) {
                ensure!(
                    results.samples.len() == self.rounds as usize
                        && results.point == base.point,
                    "`{}` lacks samples",
                    run.who
                );
                let values = results.samples.iter().map(|sample| sample.value);
                results.summary = Summary::of(values).context("there is no round")?;
                results.ratio = Ratio::of(self.better, &base.samples, &results.samples)
                    .filter(|_| !is_rebuild);
            }
        }
        Ok(())
    }

    /// Checks that the figures of the record are those of its samples.
    fn check(&self) -> Result<()> {
        let mut again = self.clone();
        again.summarize()?;
        let figures = |job: &JobRecord| -> Vec<Summary> {
            let results = job.runs.iter().flat_map(|run| run.results.clone());
            results
                .flat_map(|r| [Some(r.summary), r.ratio.map(|ratio| ratio.summary)])
                .flatten()
                .collect()
        };
        let (said, found) = (figures(self), figures(&again));
        ensure!(
            said.len() == found.len() && said.iter().zip(&found).all(|(a, b)| a.is(b)),
            "its medians and ratios are not those of its samples"
        );
        Ok(())
    }
}

impl Record {
    /// A record without jobs.
    pub fn new(listing: &str) -> Record {
        Record {
            schema: SCHEMA,
            listing: listing.to_string(),
            jobs: Vec::new(),
        }
    }

    /// Where the record of `listing` lies, whether or not it exists.
    pub fn path(listing: &Listing) -> PathBuf {
        listing.dir.join("compare/results.json")
    }

    /// The record of `listing`; `None` if nothing was measured yet. An error if the
    /// file is no record, or if its figures do not follow from its samples.
    pub fn read(listing: &Listing) -> Result<Option<Record>> {
        let path = Self::path(listing);
        if !path.exists() {
            return Ok(None);
        }
        let name = &listing.name;
        let mend = format!(
            "listings/{name}/compare/results.json is not a record of `compare`; \
             delete it and measure again: cargo run -- compare {name}"
        );
        let text = fs::read_to_string(&path).with_context(|| mend.clone())?;
        let record: Record = serde_json::from_str(&text)
            .map_err(|error| anyhow!(error))
            .with_context(|| mend.clone())?;
        ensure!(record.schema == SCHEMA, "{mend} (another schema)");
        for job in &record.jobs {
            job.check()
                .with_context(|| format!("job `{}`", job.name))
                .with_context(|| mend.clone())?;
        }
        Ok(Some(record))
    }

    /// Writes the record of `listing` in one step: a reader finds the old file or the
    /// new one, never a part.
    pub fn write(&self, listing: &Listing) -> Result<()> {
        let path = Self::path(listing);
        let partial = path.with_extension("json.partial");
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(&partial, text)
            .and_then(|()| fs::rename(&partial, &path))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Puts `job` in place of the one with its name, or at the end.
    pub fn put(&mut self, job: JobRecord) {
        match self.jobs.iter_mut().find(|old| old.name == job.name) {
            Some(old) => *old = job,
            None => self.jobs.push(job),
        }
    }
}
