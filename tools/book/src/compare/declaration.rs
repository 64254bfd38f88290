//! `compare/compare.toml`: which jobs a listing compares, and who does them.

use crate::{Usage, listing::Listing};
use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

/// The contestant every other one is compared with.
pub const REBUILD: &str = "rebuild";

/// Everything a listing compares: the body of `listings/NAME/compare/compare.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Counted rounds, after one warm-up round that is not counted.
    #[serde(default = "default_rounds")]
    pub rounds: u32,
    #[serde(rename = "job", default)]
    pub jobs: Vec<Job>,
}

fn default_rounds() -> u32 {
    7
}

/// One piece of work that several contestants do.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Kebab-case, unique in the file.
    pub name: String,
    pub title: String,
    /// Unit of the number that every command of the job prints, such as "ns per tick".
    pub unit: String,
    pub better: Better,
    /// A growth job is measured once per point; the point is the last argument.
    #[serde(default)]
    pub points: Vec<u64>,
    /// What the points count, such as "timers".
    pub points_unit: Option<String>,
    /// What else each command of the job finds out, and prints as lines `NAME NUMBER`
    /// above its last one. Each is recorded as a job of its own.
    #[serde(default)]
    pub also: Vec<Measure>,
    #[serde(rename = "run", default)]
    pub runs: Vec<Run>,
}

/// A second number of a job, such as a latency beside a throughput.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    pub name: String,
    pub title: String,
    pub unit: String,
    pub better: Better,
}

/// Which direction of a job's number is the better one.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    Lower,
    Higher,
}

/// One contestant of a job: who it is and the command that does the work.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// `rebuild`, `node`, a variant of Node such as `node-batched`, or a peer's name.
    pub who: String,
    /// A cargo example of the listing, built once in release mode.
    example: Option<String>,
    /// A script for the pinned Node, relative to the listing's folder.
    script: Option<String>,
    /// Any other program; with a `/` in its name, relative to the listing's folder.
    command: Option<Vec<String>>,
    #[serde(default)]
    pub args: Vec<String>,
    /// The variant in words, such as "default highWaterMark".
    pub note: Option<String>,
    /// The command that prints the version of a contestant that is no crate.
    pub version: Option<Vec<String>>,
    /// How to get `command` where it is missing, such as "apt install nginx".
    pub install: Option<String>,
}

/// The one way in which a contestant is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program<'a> {
    Example(&'a str),
    Script(&'a str),
    Command(&'a [String]),
}

impl Run {
    /// How the contestant is started; an error unless exactly one way is declared.
    pub fn program(&self) -> Result<Program<'_>> {
        match (&self.example, &self.script, self.command.as_deref()) {
            (Some(example), None, None) => Ok(Program::Example(example)),
            (None, Some(script), None) => Ok(Program::Script(script)),
            (None, None, Some(words @ [_, ..])) => Ok(Program::Command(words)),
            (None, None, Some([])) => bail!("`{}`: `command` is empty", self.who),
            _ => bail!(
                "`{}` needs exactly one of `example`, `script` and `command`",
                self.who
            ),
        }
    }
}

impl Job {
    /// The points to measure at; one nameless point for a job that does not grow.
    pub fn points(&self) -> Vec<Option<u64>> {
        match self.points.as_slice() {
            [] => vec![None],
            points => points.iter().copied().map(Some).collect(),
        }
    }

    /// The names under which the job is recorded.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        let also = self.also.iter().map(|measure| &measure.name);
        std::iter::once(&self.name).chain(also)
    }

    fn check(&self) -> Result<()> {
        ensure!(
            self.names().all(|name| is_kebab(name)),
            "a name is kebab-case, as in `two-words`"
        );
        ensure!(
            self.points.is_sorted_by(|a, b| a < b) && self.points.first() != Some(&0),
            "`points` must be above 0 and ascend"
        );
        let mut names = HashSet::new();
        for run in &self.runs {
            ensure!(
                is_kebab(&run.who),
                "`who = \"{}\"` is not kebab-case",
                run.who
            );
            ensure!(
                names.insert(&run.who),
                "`{}` takes part twice; give a variant a name of its own",
                run.who
            );
            run.program()?;
        }
        ensure!(
            self.runs.len() > 1 && self.runs.iter().any(|run| run.who == REBUILD),
            "a comparison needs the `rebuild` and at least one other `[[job.run]]`"
        );
        Ok(())
    }
}

impl Declaration {
    /// Where the declaration of `listing` lies, whether or not it exists.
    pub fn path(listing: &Listing) -> PathBuf {
        listing.dir.join("compare/compare.toml")
    }

    /// Reads and checks the declaration of `listing`. A [`Usage`] error if there is
    /// none; any other error names the file and the job.
    pub fn read(listing: &Listing) -> Result<Declaration> {
        let path = Self::path(listing);
        let shown = format!("listings/{}/compare/compare.toml", listing.name);
        if !path.exists() {
            let text = format!(
                "listing `{}` compares nothing: there is no {shown}",
                listing.name
            );
            return Err(Usage(text).into());
        }
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {shown}"))?;
        let declaration: Declaration = toml::from_str(&text)
            .map_err(|error| anyhow!("{shown} is not what `compare` reads: {error}"))?;
        declaration
            .check()
            .with_context(|| format!("{shown} is not what `compare` reads"))?;
        Ok(declaration)
    }

    fn check(&self) -> Result<()> {
        ensure!(self.rounds > 0, "`rounds` must be above 0");
        ensure!(!self.jobs.is_empty(), "there is no `[[job]]`");
        let mut names = HashSet::new();
        for job in &self.jobs {
            for name in job.names() {
                ensure!(names.insert(name), "two jobs are called `{name}`");
            }
            job.check().with_context(|| format!("job `{}`", job.name))?;
        }
        Ok(())
    }
}

fn is_kebab(name: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    name.split('-').all(word)
}
