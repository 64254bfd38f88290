//! Measured numbers on a page: a `measured` fence names a listing and its jobs, and
//! becomes a table or a plot of what `compare` recorded. No number comes from
//! anywhere else.

mod plot;

use crate::compare::{
    Better, Circumstances, JobRecord, REBUILD, Record, Results, Summary, Versions,
};
use crate::listing::Listing;
use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::Deserialize;
use std::fmt::Write;
use std::path::Path;

/// The body of a `measured` fence.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    listing: String,
    /// In the order to show; every job, if left out.
    jobs: Option<Vec<String>>,
    /// The contestants to show; all of them, if left out.
    who: Option<Vec<String>>,
    #[serde(default)]
    show: Show,
    title: String,
    /// For those who cannot see a plot.
    description: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Show {
    /// Medians and ratios, in words and numbers.
    #[default]
    Table,
    /// A plot of the ratios to the rebuild.
    Ratios,
    /// A plot of the medians of one job over its points.
    Growth,
}

/// Renders the body of a `measured` fence as HTML without blank lines. The same
/// request and record give the same bytes.
///
/// An error says what is wrong with the request, or which command writes the record
/// that it needs.
pub fn render(root: &Path, request: &str) -> Result<String> {
    let request: Request = toml::from_str(request).map_err(|error| {
        anyhow!("a `measured` fence is not what it should be: {error}")
    })?;
    let listing = Listing::find(root, &request.listing)?;
    let record = Record::read(&listing)?.with_context(|| {
        let name = &listing.name;
        format!("nothing is measured of `{name}` yet; run: cargo run -- compare {name}")
    })?;
    let jobs = select(&record, &request)?;
    let html = match request.show {
        Show::Table => table(&request, &jobs)?,
        Show::Ratios => figure(&request, &jobs, plot::ratios(&jobs)?)?,
        Show::Growth => {
            let job = the_growth_job(&jobs)?;
            figure(&request, std::slice::from_ref(job), plot::growth(job)?)?
        }
    };
    Ok(without_blank_lines(&html))
}

/// The names of the jobs of `listing` that are recorded; none before the first run of
/// `compare`.
pub fn jobs_of(root: &Path, listing: &str) -> Result<Vec<String>> {
    let listing = Listing::find(root, listing)?;
    let jobs = Record::read(&listing)?.map(|record| record.jobs);
    let jobs = jobs.unwrap_or_default();
    Ok(jobs.into_iter().map(|job| job.name).collect())
}

/// The jobs to show, each with only the contestants to show, the rebuild first.
fn select(record: &Record, request: &Request) -> Result<Vec<JobRecord>> {
    let mut jobs = match &request.jobs {
        None => record.jobs.clone(),
        Some(names) => names
            .iter()
            .map(|name| job(record, name).cloned())
            .collect::<Result<_>>()?,
    };
    if request.show == Show::Growth && request.jobs.is_none() {
        jobs.retain(JobRecord::grows);
    }
    let listing = &record.listing;
    ensure!(!jobs.is_empty(), "listing `{listing}` has no such job");
    for job in &mut jobs {
        for who in request.who.iter().flatten() {
            ensure!(
                job.run(who).is_some(),
                "job `{}` of listing `{listing}` was measured without `{who}`; it has: \
                 {}. Add a `[[job.run]]` to listings/{listing}/compare/compare.toml, \
                 then: cargo run -- compare {listing} --job {}",
                job.name,
                names(job.runs.iter().map(|run| run.who.as_str())),
                job.name
            );
        }
        if let Some(wanted) = &request.who {
            job.runs
                .retain(|run| run.who == REBUILD || wanted.contains(&run.who));
        }
        job.runs.sort_by_key(|run| Role::of(&run.who));
    }
    Ok(jobs)
}

fn job<'a>(record: &'a Record, name: &str) -> Result<&'a JobRecord> {
    let listing = &record.listing;
    let found = record.jobs.iter().find(|job| job.name == name);
    found.with_context(|| {
        format!(
            "job `{name}` of listing `{listing}` is not measured; measured are: {}. \
             If listings/{listing}/compare/compare.toml declares it, run: \
             cargo run -- compare {listing} --job {name}",
            names(record.jobs.iter().map(|job| job.name.as_str()))
        )
    })
}

fn the_growth_job(jobs: &[JobRecord]) -> Result<&JobRecord> {
    match jobs {
        [job] if job.grows() => Ok(job),
        [job] => bail!(
            "`show = \"growth\"` needs a job with `points`, and `{}` has none",
            job.name
        ),
        _ => bail!(
            "`show = \"growth\"` shows one job; name it, as in `jobs = [\"{}\"]`",
            jobs[0].name
        ),
    }
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// Whose voice a contestant has on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Rebuild,
    Node,
    Peer,
}

impl Role {
    fn of(who: &str) -> Role {
        match who {
            REBUILD => Role::Rebuild,
            "node" => Role::Node,
            _ if who.starts_with("node-") => Role::Node,
            _ => Role::Peer,
        }
    }
}

/// A contestant's name on the page: `node-batched` becomes "Node (batched)".
fn shown(who: &str) -> String {
    match who.strip_prefix("node") {
        Some("") => "Node".to_string(),
        Some(variant) if variant.starts_with('-') => {
            format!("Node ({})", variant[1..].replace('-', " "))
        }
        _ => who.to_string(),
    }
}

/// A group of rows for every job and point, a row for every contestant: three columns
/// fit a narrow page, however many contestants there are.
fn table(request: &Request, jobs: &[JobRecord]) -> Result<String> {
    let mut html = String::from("<div class=\"measured\"><table>\n");
    writeln!(html, "<caption>{}</caption>", escape(&request.title))?;
    html += "<thead><tr><th scope=\"col\">who</th>\
             <th scope=\"col\">median [min–max]</th>\
             <th scope=\"col\">ratio to the rebuild</th></tr></thead>\n";
    for job in jobs {
        let points = job.run(REBUILD).map_or(0, |run| run.results.len());
        for at in 0..points {
            html += &group(job, at);
        }
    }
    html += "</table>\n";
    html += &method(&request.listing, jobs)?;
    html += "</div>\n";
    Ok(html)
}

/// The rows of `job` at its point number `at`.
fn group(job: &JobRecord, at: usize) -> String {
    let better = match job.better {
        Better::Lower => "lower is better",
        Better::Higher => "higher is better",
    };
    let point = job.runs[0].results.get(at).and_then(|r| r.point);
    let mut html = format!(
        "<tbody><tr class=\"work\"><th scope=\"rowgroup\" colspan=\"3\">{} \
         <span class=\"unit\">({}, {better})</span></th></tr>\n",
        escape(&work(job, point)),
        escape(&job.unit)
    );
    for run in &job.runs {
        if let Some(results) = run.results.get(at) {
            html += &row(&run.who, results);
        }
    }
    html + "</tbody>\n"
}

fn row(who: &str, results: &Results) -> String {
    let class = match Role::of(who) {
        Role::Rebuild => "rebuild",
        Role::Node => "node",
        Role::Peer => "peer",
    };
    format!(
        "<tr class=\"{class}\"><th scope=\"row\">{}</th><td>{}</td>{}</tr>\n",
        escape(&shown(who)),
        span(&results.summary, ""),
        ratio_cell(results)
    )
}

/// What was done, with the point of a growth job.
fn work(job: &JobRecord, point: Option<u64>) -> String {
    match (point, &job.points_unit) {
        (None, _) => job.title.clone(),
        (Some(point), None) => format!("{}: {}", job.title, grouped(point)),
        (Some(point), Some(unit)) => {
            format!("{}: {} {unit}", job.title, grouped(point))
        }
    }
}

fn ratio_cell(results: &Results) -> String {
    let Some(ratio) = &results.ratio else {
        return "<td>–</td>".to_string();
    };
    let value = span(&ratio.summary, "×");
    match verdict(&ratio.summary) {
        None => format!("<td>{value}</td>"),
        Some((class, words)) => {
            format!("<td class=\"{class}\">{value} <strong>{words}</strong></td>")
        }
    }
}

/// A class and the words for a ratio that is no clear win of the rebuild.
fn verdict(ratio: &Summary) -> Option<(&'static str, &'static str)> {
    if ratio.median < 1.0 {
        Some(("loses", "the rebuild loses"))
    } else if ratio.min < 1.0 {
        Some(("unclear", "not in every round"))
    } else {
        None
    }
}

/// A summary as HTML, `1.72× [1.63–1.81]`.
fn span(summary: &Summary, suffix: &str) -> String {
    let Summary { median, min, max } = *summary;
    format!(
        "{}{suffix} <span class=\"range\">[{}–{}]</span>",
        number(median),
        number(min),
        number(max)
    )
}

/// A summary as plain text.
fn plain(summary: &Summary, suffix: &str) -> String {
    let Summary { median, min, max } = *summary;
    format!(
        "{}{suffix} [{}–{}]",
        number(median),
        number(min),
        number(max)
    )
}

/// An inline plot with its title and caption.
fn figure(request: &Request, jobs: &[JobRecord], svg: plot::Svg) -> Result<String> {
    let description = request.description.as_deref().with_context(|| {
        format!(
            "the plot \"{}\" needs a `description` for those who cannot see it",
            request.title
        )
    })?;
    let id = identifier(request, jobs);
    let title = escape(&request.title);
    let mut html = String::from("<figure class=\"measured\">\n");
    let plot::Svg {
        width,
        height,
        body,
    } = svg;
    writeln!(
        html,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" \
         style=\"width:100%;max-width:480px;height:auto\">"
    )?;
    writeln!(html, "<title id=\"{id}-title\">{title}</title>")?;
    let values = escape(&values(jobs, request.show));
    let description = escape(description);
    writeln!(html, "<desc id=\"{id}-desc\">{description} {values}</desc>")?;
    html += &body;
    html += "</svg>\n";
    writeln!(html, "<figcaption><p>{title}</p>")?;
    html += &method(&request.listing, jobs)?;
    html += "</figcaption>\n</figure>\n";
    Ok(html)
}

/// An id that two plots of one page share only if they show the same.
fn identifier(request: &Request, jobs: &[JobRecord]) -> String {
    let show = match request.show {
        Show::Table => "table",
        Show::Ratios => "ratios",
        Show::Growth => "growth",
    };
    let mut id = format!("measured-{}-{show}", request.listing);
    for job in jobs {
        id += "-";
        id += &job.name;
    }
    for who in request.who.iter().flatten() {
        id += "-";
        id += who;
    }
    id
}

/// What a plot shows, as a sentence per job and contestant.
fn values(jobs: &[JobRecord], show: Show) -> String {
    let mut text = Vec::new();
    for job in jobs {
        for run in &job.runs {
            for results in &run.results {
                let work = work(job, results.point);
                let who = shown(&run.who);
                let value = match (&results.ratio, show) {
                    (Some(ratio), Show::Ratios) => {
                        format!("against {who} {}", plain(&ratio.summary, "×"))
                    }
                    (None, Show::Ratios) => continue,
                    _ => format!("{who} {} {}", plain(&results.summary, ""), job.unit),
                };
                text.push(format!("{work}: {value}."));
            }
        }
    }
    text.join(" ")
}

/// How the numbers came about: rounds, machine, versions, notes, and the command that
/// measures them again. Jobs that were measured on different occasions say so.
fn method(listing: &str, jobs: &[JobRecord]) -> Result<String> {
    let mut occasions: Vec<Occasion> = Vec::new();
    for job in jobs {
        if !occasions.iter_mut().any(|occasion| occasion.join(job)) {
            occasions.push(Occasion::of(job));
        }
    }
    let several = occasions.len() > 1;
    let mut html = String::from("<p class=\"method\">");
    for occasion in &occasions {
        if several {
            write!(html, "{}: ", escape(&occasion.titles.join(", ")))?;
        }
        write!(html, "{} ", escape(&occasion.sentence()))?;
    }
    html += &escape(&notes(jobs));
    html += "A ratio above 1× says that the rebuild is better. ";
    let listing = escape(listing);
    writeln!(
        html,
        "Measure again: <code>cargo run -- compare {listing}</code></p>"
    )?;
    Ok(html)
}

/// Jobs that were measured together, for all that a reader is told.
struct Occasion<'a> {
    rounds: u32,
    measured: Circumstances,
    titles: Vec<&'a str>,
}

impl<'a> Occasion<'a> {
    fn of(job: &'a JobRecord) -> Occasion<'a> {
        let mut measured = job.measured.clone();
        measured.machine.load = None;
        Occasion {
            rounds: job.rounds,
            measured,
            titles: vec![&job.title],
        }
    }

    /// Takes in `job` if the two differ in nothing but the contestants they name.
    fn join(&mut self, job: &'a JobRecord) -> bool {
        let mut mine = self.measured.clone();
        let mut theirs = Occasion::of(job).measured;
        add_contestants(&mut mine.versions, &theirs.versions);
        add_contestants(&mut theirs.versions, &mine.versions);
        let together = self.rounds == job.rounds && mine == theirs;
        if together {
            self.measured = mine;
            self.titles.push(&job.title);
        }
        together
    }

    fn sentence(&self) -> String {
        let (rounds, measured) = (self.rounds, &self.measured);
        let machine = &measured.machine;
        let memory = machine
            .memory_mib
            .map(|mib| format!(", {} GiB", number(mib as f64 / 1024.0)));
        let mut versions = vec![format!("rustc {}", measured.versions.rustc)];
        if let Some(node) = &measured.versions.node {
            let (v8, uv) = (&node.v8, &node.uv);
            versions.push(format!("Node {} (V8 {v8}, libuv {uv})", node.node));
        }
        for (peer, version) in &measured.versions.peers {
            // What a program says of its version may begin with its name.
            versions.push(match version.starts_with(peer.as_str()) {
                true => version.clone(),
                false => format!("{peer} {version}"),
            });
        }
        let commit = measured.commit.as_ref().map(|commit| {
            let changes = if measured.modified {
                " with changes"
            } else {
                ""
            };
            format!(", commit {commit}{changes}")
        });
        format!(
            "Median [min–max] of {rounds} {}, the contestants in turn, after a warm-up. \
         {}, {} {}{}, {}, {}; {}; {}{}.",
            if rounds == 1 { "round" } else { "rounds" },
            machine.cpu,
            machine.cores,
            if machine.cores == 1 { "core" } else { "cores" },
            memory.unwrap_or_default(),
            machine.os,
            machine.kernel,
            versions.join(", "),
            measured.date,
            commit.unwrap_or_default(),
        )
    }
}

/// Adds to `versions` the contestants that only `other` has.
fn add_contestants(versions: &mut Versions, other: &Versions) {
    versions.node = versions.node.take().or_else(|| other.node.clone());
    for (who, version) in &other.peers {
        let entry = versions.peers.entry(who.clone());
        entry.or_insert_with(|| version.clone());
    }
}

/// The variants that the contestants' notes name.
fn notes(jobs: &[JobRecord]) -> String {
    let mut text = String::new();
    for job in jobs {
        let notes = job.runs.iter().filter_map(|run| {
            let note = run.note.as_ref()?;
            Some(format!("{}: {note}", shown(&run.who)))
        });
        let notes: Vec<String> = notes.collect();
        if !notes.is_empty() {
            text += &format!("{} – {}. ", job.title, notes.join("; "));
        }
    }
    text
}

/// `value` to three significant digits, thousands grouped.
fn number(value: f64) -> String {
    let scientific = format!("{value:.2e}");
    let exponent = scientific.split_once('e').map(|(_, exponent)| exponent);
    let exponent: i32 = exponent.and_then(|e| e.parse().ok()).unwrap_or(0);
    let rounded: f64 = scientific.parse().unwrap_or(value);
    let decimals = usize::try_from(2 - exponent).unwrap_or(0);
    let text = format!("{rounded:.decimals$}");
    match text.parse() {
        Ok(whole) if decimals == 0 => grouped(whole),
        _ => text,
    }
}

/// `1234567` as `1,234,567`.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// A blank line would end the HTML block for the Markdown reader.
fn without_blank_lines(html: &str) -> String {
    let lines = html.lines().filter(|line| !line.trim().is_empty());
    lines.fold(String::new(), |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_significant_digits() {
        let cases = [
            (1.0, "1.00"),
            (1.7249, "1.72"),
            (9.996, "10.0"),
            (38.04, "38.0"),
            (412.3, "412"),
            (999.6, "1,000"),
            (1_234_567.0, "1,230,000"),
            (0.04561, "0.0456"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_variant_of_node_is_node() {
        assert_eq!(shown("node"), "Node");
        assert_eq!(shown("node-one-by-one"), "Node (one by one)");
        assert_eq!(shown("nodejs"), "nodejs");
        assert_eq!(Role::of("node-batched"), Role::Node);
        assert_eq!(Role::of("nodejs"), Role::Peer);
    }
}
