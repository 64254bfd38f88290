//! Plots of a record, drawn with plotters. It knows literal colors only, so each role
//! draws in a color that stands for a variable of the page and is replaced at the end;
//! dashes, which its SVG backend lacks, come in the same way.

use super::{Role, number, plain, shown, verdict};
use crate::compare::{JobRecord, REBUILD, RunRecord, Summary};
use anyhow::{Context, Result, anyhow};
use plotters::coord::Shift;
use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The inside of an `<svg>` and its size.
pub struct Svg {
    pub width: u32,
    pub height: u32,
    pub body: String,
}

/// Two units are a pixel of a page 400 pixels wide: the backend rounds to units.
const WIDTH: i32 = 800;
const TEXT: i32 = 30;
/// The sans-serif fonts of a page stay below this width, as a share of the size.
const GLYPH: f64 = 0.58;
const MARK: i32 = 10;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const INK: RGBColor = RGBColor(1, 1, 1);
const FAINT: RGBColor = RGBColor(1, 1, 2);
const REFERENCE: RGBColor = RGBColor(1, 1, 3);
const GROUND: RGBColor = RGBColor(1, 1, 4);
const ROLES: [Role; 3] = [Role::Rebuild, Role::Node, Role::Peer];

/// The color of marks and text of `role`.
fn color(role: Role) -> RGBColor {
    RGBColor(2, 1, role as u8)
}

/// The color of the lines of the `nth` contestant of `role`, which carry its dashes:
/// two ways of Node are told apart without a second color.
fn stroke(role: Role, nth: usize) -> RGBColor {
    RGBColor(2, if nth == 0 { 2 } else { 3 }, role as u8)
}

/// Puts the page's variables in place of the colors, and its font in place of ours.
fn in_page_style(svg: &str) -> String {
    let hex = |RGBColor(r, g, b)| format!("\"#{r:02X}{g:02X}{b:02X}\"");
    let mut text = svg.replace(" font-family=\"sans-serif\"", "");
    text = text.replace(&hex(INK), "\"var(--fg)\"");
    text = text.replace(&hex(FAINT), "\"var(--fg)\" stroke-opacity=\"0.25\"");
    let dotted = "\"var(--fg)\" stroke-dasharray=\"4 6\"";
    text = text.replace(&hex(REFERENCE), dotted);
    text = text.replace(&hex(GROUND), "\"var(--bg)\"");
    for role in ROLES {
        let (name, dashes) = match role {
            Role::Rebuild => ("rebuild", ["", "24 6"]),
            Role::Node => ("node", ["16 8", "16 6 4 6"]),
            Role::Peer => ("peer", ["4 8", "4 4"]),
        };
        text = text.replace(&hex(color(role)), &format!("\"var(--{name})\""));
        for (nth, dashes) in dashes.into_iter().enumerate() {
            let lines = match dashes {
                "" => format!("\"var(--{name})\""),
                _ => format!("\"var(--{name})\" stroke-dasharray=\"{dashes}\""),
            };
            text = text.replace(&hex(stroke(role, nth)), &lines);
        }
    }
    text
}

/// Draws on an area of the given height and returns what is inside the `<svg>`.
fn draw(height: i32, paint: impl FnOnce(&Area) -> Result<()>) -> Result<Svg> {
    let (width, height) = (WIDTH as u32, height as u32);
    let mut text = String::new();
    {
        let backend = SVGBackend::with_string(&mut text, (width, height));
        let area = backend.into_drawing_area();
        paint(&area)?;
        area.present().map_err(|error| anyhow!("plot: {error}"))?;
    }
    let (_, inside) = text.split_once(">\n").context("plot: no svg")?;
    let (inside, _) = inside.rsplit_once("</svg>").context("plot: no svg")?;
    let body = in_page_style(inside);
    Ok(Svg {
        width,
        height,
        body,
    })
}

fn put<'a, E>(area: &Area<'a>, element: E) -> Result<()>
where
    for<'b> &'b E: PointCollection<'b, (i32, i32)>,
    E: Drawable<SVGBackend<'a>>,
{
    area.draw(&element)
        .map_err(|error| anyhow!("plot: {error}"))
}

fn line(area: &Area, from: (i32, i32), to: (i32, i32), color: RGBColor) -> Result<()> {
    put(area, PathElement::new([from, to], color.stroke_width(3)))
}

/// Text whose middle line is at `at`.
fn text(
    area: &Area,
    text: &str,
    at: (i32, i32),
    anchor: HPos,
    color: RGBColor,
) -> Result<()> {
    write(area, text, at, anchor, color, FontStyle::Normal)
}

fn write(
    area: &Area,
    text: &str,
    at: (i32, i32),
    anchor: HPos,
    color: RGBColor,
    style: FontStyle,
) -> Result<()> {
    // The backend divides the size by 1.24.
    let font = FontDesc::new(FontFamily::SansSerif, f64::from(TEXT) * 1.24, style);
    let style = TextStyle::from(font)
        .color(&color)
        .pos(Pos::new(anchor, VPos::Center));
    put(area, Text::new(text.to_string(), at, style))
}

/// The mark of the `nth` contestant of a role: a circle for the rebuild, a square for
/// Node, hollow from the second on, and for peers one of four further shapes.
fn mark(area: &Area, (x, y): (i32, i32), role: Role, nth: usize) -> Result<()> {
    let style = color(role).filled();
    let s = MARK;
    let hollow = GROUND.filled();
    let square = |s: i32| [(-s, -s), (s, -s), (s, s), (-s, s)].to_vec();
    let points = match (role, nth % 4) {
        (Role::Rebuild, _) => {
            put(area, Circle::new((x, y), s, style))?;
            return match nth {
                0 => Ok(()),
                _ => put(area, Circle::new((x, y), s / 2, hollow)),
            };
        }
        (Role::Node, 0) => square(s),
        (Role::Node, _) => {
            for (s, style) in [(s, style), (s / 2, hollow)] {
                let points = square(s).into_iter().map(|(dx, dy)| (x + dx, y + dy));
                put(area, Polygon::new(points.collect::<Vec<_>>(), style))?;
            }
            return Ok(());
        }
        (Role::Peer, 0) => vec![(0, -s - 2), (s + 2, s), (-s - 2, s)],
        (Role::Peer, 1) => vec![(0, -s - 4), (s + 4, 0), (0, s + 4), (-s - 4, 0)],
        (Role::Peer, 2) => vec![(0, s + 2), (s + 2, -s), (-s - 2, -s)],
        (Role::Peer, _) => vec![(-s - 6, -4), (s + 6, -4), (s + 6, 4), (-s - 6, 4)],
    };
    let points: Vec<_> = points.iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
    put(area, Polygon::new(points, style))
}

/// How many contestants of the same role are before `at`.
fn nth_of_role(runs: &[RunRecord], at: usize) -> usize {
    let role = Role::of(&runs[at].who);
    let before = runs[..at].iter();
    before.filter(|run| Role::of(&run.who) == role).count()
}

/// A logarithmic scale from values to units.
struct Scale {
    values: (f64, f64),
    units: (i32, i32),
}

impl Scale {
    /// A scale that holds `values` with a little room at both ends.
    fn new(values: impl IntoIterator<Item = f64>, units: (i32, i32)) -> Scale {
        let start = (f64::INFINITY, f64::NEG_INFINITY);
        let (min, max) = values
            .into_iter()
            .fold(start, |(min, max), v| (v.min(min), v.max(max)));
        let room = (max / min).powf(0.06).max(1.05);
        Scale {
            values: (min / room, max * room),
            units,
        }
    }

    /// Makes the ends at least `times` apart: a flat curve must look flat.
    fn widen(&mut self, times: f64) {
        let (low, high) = self.values;
        let room = (times / (high / low)).sqrt().max(1.0);
        self.values = (low / room, high * room);
    }

    fn unit(&self, value: f64) -> i32 {
        let (low, high) = self.values;
        let share = (value / low).ln() / (high / low).ln();
        let (from, to) = self.units;
        from + (share * f64::from(to - from)).round() as i32
    }

    /// Round values within the scale, no nearer to each other than `apart` units.
    fn ticks(&self, apart: i32) -> Vec<f64> {
        let (low, high) = self.values;
        let decades = low.log10().floor() as i32..=high.log10().ceil() as i32;
        let by = |steps: &[f64], every: i32| -> Vec<f64> {
            let decades = decades.clone().filter(|d| d % every == 0);
            let all = decades
                .flat_map(|d| steps.iter().map(move |s| (s, d)))
                .map(|(step, d)| format!("{step}e{d}").parse().unwrap_or(*step));
            all.filter(|v| (low..=high).contains(v)).collect()
        };
        let fits = |ticks: &Vec<f64>| {
            let units: Vec<i32> = ticks.iter().map(|v| self.unit(*v)).collect();
            units.windows(2).all(|two| (two[1] - two[0]).abs() >= apart)
        };
        let halves = [1.0, 1.5, 2.0, 3.0, 5.0, 7.0];
        let choices = [
            by(&halves, 1),
            by(&[1.0, 2.0, 5.0], 1),
            by(&[1.0, 3.0], 1),
            by(&[1.0], 1),
            by(&[1.0], 2),
        ];
        let fitting = choices.iter().find(|ticks| fits(ticks));
        fitting.cloned().unwrap_or_else(|| by(&[1.0], 3))
    }
}

/// A tick's value without needless zeros.
fn tick(value: f64) -> String {
    let text = number(value);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

/// One line of the plot of ratios.
enum Row<'a> {
    Work(String),
    Ratio {
        role: Role,
        nth: usize,
        who: &'a str,
        ratio: &'a Summary,
    },
}

const WORK_HEIGHT: i32 = 48;
const RATIO_HEIGHT: i32 = 92;
const AXIS_HEIGHT: i32 = 132;
const MARGIN: i32 = 16;

/// A row for every ratio of every job: the mark at the median, a line from the worst
/// round to the best, the same in numbers above it. The scale is logarithmic, so that
/// twice as good and half as good are equally far from 1.
pub fn ratios(jobs: &[JobRecord]) -> Result<Svg> {
    let rows = rows(jobs);
    let ends = rows.iter().filter_map(|row| match row {
        Row::Ratio { ratio, .. } => Some([ratio.min, ratio.max]),
        Row::Work(_) => None,
    });
    let scale = Scale::new(
        ends.flatten().chain([1.0]),
        (MARGIN + MARK, WIDTH - MARGIN - MARK),
    );
    let height: i32 = rows.iter().map(Row::height).sum();
    draw(height + AXIS_HEIGHT, |area| {
        let mut top = 0;
        for row in &rows {
            row.draw(area, top, &scale)?;
            top += row.height();
        }
        ratio_axis(area, top, &scale)
    })
}

fn rows(jobs: &[JobRecord]) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for job in jobs {
        let points = job.run(REBUILD).map_or(0, |run| run.results.len());
        for at in 0..points {
            let point = job.runs[0].results.get(at).and_then(|r| r.point);
            let work = super::work(job, point);
            rows.extend(wrapped(&work).into_iter().map(Row::Work));
            for (n, run) in job.runs.iter().enumerate() {
                let results = run.results.get(at);
                if let Some(ratio) = results.and_then(|r| r.ratio.as_ref()) {
                    rows.push(Row::Ratio {
                        role: Role::of(&run.who),
                        nth: nth_of_role(&job.runs, n),
                        who: &run.who,
                        ratio: &ratio.summary,
                    });
                }
            }
        }
    }
    rows
}

/// `text` in lines that fit the width of a plot, in bold.
fn wrapped(text: &str) -> Vec<String> {
    let fits = (f64::from(WIDTH) / (f64::from(TEXT) * GLYPH * 1.1)) as usize;
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= fits => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

impl Row<'_> {
    fn height(&self) -> i32 {
        match self {
            Row::Work(_) => WORK_HEIGHT,
            Row::Ratio { .. } => RATIO_HEIGHT,
        }
    }

    fn draw(&self, area: &Area, top: i32, scale: &Scale) -> Result<()> {
        let (role, nth, who, ratio) = match self {
            Row::Work(work) => {
                let at = (MARGIN, top + WORK_HEIGHT / 2 + 4);
                return write(area, work, at, HPos::Left, INK, FontStyle::Bold);
            }
            Row::Ratio {
                role,
                nth,
                who,
                ratio,
            } => (*role, *nth, who, ratio),
        };
        let words = verdict(ratio).map(|(_, words)| format!(", {words}"));
        let label = format!(
            "{} {}{}",
            shown(who),
            plain(ratio, "×"),
            words.unwrap_or_default()
        );
        text(area, &label, (MARGIN, top + 22), HPos::Left, color(role))?;
        let y = top + 60;
        let one = scale.unit(1.0);
        line(area, (one, top + 42), (one, top + 80), REFERENCE)?;
        let (from, to) = (scale.unit(ratio.min), scale.unit(ratio.max));
        line(area, (from, y), (to, y), color(role))?;
        for end in [from, to] {
            line(area, (end, y - 8), (end, y + 8), color(role))?;
        }
        mark(area, (scale.unit(ratio.median), y), role, nth)
    }
}

/// The axis below the rows: ticks, and what each side of 1 means.
fn ratio_axis(area: &Area, top: i32, scale: &Scale) -> Result<()> {
    line(area, (MARGIN, top + 8), (WIDTH - MARGIN, top + 8), FAINT)?;
    for value in scale.ticks(90) {
        let x = scale.unit(value);
        line(area, (x, top + 2), (x, top + 14), FAINT)?;
        let label = format!("{}×", tick(value));
        text(area, &label, inside(x, &label, top + 34), HPos::Center, INK)?;
    }
    let level = "1×: as good as the rebuild";
    let one = scale.unit(1.0);
    let at = inside(one, level, top + 72);
    text(area, level, at, HPos::Center, INK)?;
    let right = (WIDTH - MARGIN, top + 110);
    text(area, "the rebuild wins →", right, HPos::Right, INK)?;
    if scale.values.0 < 0.9 {
        let left = (MARGIN, top + 110);
        text(area, "← the rebuild loses", left, HPos::Left, INK)?;
    }
    Ok(())
}

/// The place for a centered text near `x` that leaves none of it outside.
fn inside(x: i32, text: &str, y: i32) -> (i32, i32) {
    let half = (text_width(text) / 2).min(WIDTH / 2);
    (x.clamp(half, WIDTH - half), y)
}

fn text_width(text: &str) -> i32 {
    (text.chars().count() as f64 * f64::from(TEXT) * GLYPH).ceil() as i32
}

const GROWTH_HEIGHT: i32 = 640;

/// The medians of a job over its points, both axes logarithmic, with a line from the
/// worst round to the best at each mark and the contestant's name at the end.
pub fn growth(job: &JobRecord) -> Result<Svg> {
    let all = || job.runs.iter().flat_map(|run| &run.results);
    let ends = all().flat_map(|r| [r.summary.min, r.summary.max]);
    let mut y = Scale::new(ends, (GROWTH_HEIGHT - 110, 70));
    y.widen(10.0);
    let ticks = y.ticks(60);
    let labels = ticks.iter().map(|value| text_width(&tick(*value)));
    let left = labels.max().unwrap_or(0) + MARGIN;
    let names = job.runs.iter().map(|run| text_width(&shown(&run.who)));
    let right = WIDTH - names.max().unwrap_or(0) - 3 * MARGIN;
    let points = all().filter_map(|results| results.point);
    let x = Scale::new(points.map(|point| point as f64), (left, right));
    draw(GROWTH_HEIGHT, |area| {
        growth_axes(area, job, &x, &y, &ticks)?;
        let mut ends = Vec::new();
        for (at, run) in job.runs.iter().enumerate() {
            let nth = nth_of_role(&job.runs, at);
            let end = curve(area, run, nth, &x, &y)?;
            ends.push((end, run));
        }
        name_curves(area, ends, right)
    })
}

fn growth_axes(
    area: &Area,
    job: &JobRecord,
    x: &Scale,
    y: &Scale,
    ticks: &[f64],
) -> Result<()> {
    let (left, right) = x.units;
    let (bottom, _) = y.units;
    text(area, &job.unit, (MARGIN, 28), HPos::Left, INK)?;
    for value in ticks {
        let at = y.unit(*value);
        line(area, (left, at), (right, at), FAINT)?;
        text(area, &tick(*value), (left - 10, at), HPos::Right, INK)?;
    }
    line(area, (left, bottom), (right, bottom), INK)?;
    let points = job.runs[0].results.iter().filter_map(|r| r.point);
    let mut free = i32::MIN;
    for point in points {
        let (at, label) = (x.unit(point as f64), short(point));
        line(area, (at, bottom), (at, bottom + 10), INK)?;
        let half = text_width(&label) / 2;
        if at - half >= free {
            text(area, &label, (at, bottom + 32), HPos::Center, INK)?;
            free = at + half + 10;
        }
    }
    let unit = job.points_unit.as_deref().unwrap_or("size");
    let at = ((left + right) / 2, bottom + 76);
    text(area, unit, at, HPos::Center, INK)
}

/// Draws one contestant and returns the height at which its curve ends.
fn curve(
    area: &Area,
    run: &RunRecord,
    nth: usize,
    x: &Scale,
    y: &Scale,
) -> Result<i32> {
    let role = Role::of(&run.who);
    let mut path = Vec::new();
    for results in &run.results {
        let Some(point) = results.point else { continue };
        let at = x.unit(point as f64);
        let Summary { median, min, max } = results.summary;
        line(area, (at, y.unit(min)), (at, y.unit(max)), color(role))?;
        path.push((at, y.unit(median)));
    }
    let end = path.last().map_or(0, |(_, height)| *height);
    put(
        area,
        PathElement::new(path.clone(), stroke(role, nth).stroke_width(4)),
    )?;
    for at in path {
        mark(area, at, role, nth)?;
    }
    Ok(end)
}

/// Writes each name beside the end of its curve, one line apart at least.
fn name_curves(
    area: &Area,
    mut ends: Vec<(i32, &RunRecord)>,
    right: i32,
) -> Result<()> {
    ends.sort_by_key(|(end, _)| *end);
    let apart = TEXT + 6;
    let mut places: Vec<i32> = Vec::new();
    for (end, _) in &ends {
        let free = places.last().map_or(i32::MIN, |last| last + apart);
        places.push((*end).max(free));
    }
    // Names that were pushed below the axis move up again, and push the others.
    let mut limit = GROWTH_HEIGHT - 110;
    for place in places.iter_mut().rev() {
        *place = (*place).min(limit);
        limit = *place - apart;
    }
    for ((_, run), place) in ends.iter().zip(places) {
        let at = (right + 4, place);
        let name = shown(&run.who);
        text(area, &name, at, HPos::Left, color(Role::of(&run.who)))?;
    }
    Ok(())
}

/// A point in few characters and without rounding: `10k`, `64Ki`, `1M`.
fn short(point: u64) -> String {
    let units = [
        (1_000_000_000, "G"),
        (1_000_000, "M"),
        (1_000, "k"),
        (1 << 30, "Gi"),
        (1 << 20, "Mi"),
        (1 << 10, "Ki"),
    ];
    let unit = units.iter().find(|(unit, _)| point.is_multiple_of(*unit));
    match unit {
        Some((unit, name)) => format!("{}{name}", point / unit),
        None => super::grouped(point),
    }
}
