//! Nobody is on call at a time for which somebody is promised.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::pattern::{Pattern, patterns};
use super::words::{length, moment};
use super::{EscalationStep, Found, Watch, find, is_unclear, steps};
use crate::model::UnitView;
use crate::model::schedules::Promise;
use crate::oncall::{
    self, Change, Instant, Interval, Rendered, hours, intersection, subtraction, turns, union,
};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "oncall/gap",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "nobody is on call at a time for which somebody is promised",
    why: "An incident that begins in a gap pages nobody, and nobody notices that. What counts is whether each instant is covered: hours with two people do not make up for hours with none.",
    fix: "Give the hours to somebody: extend the hours of a layer, put a person in place of `nobody`, continue a rota that ends. If nobody is wanted at those hours, promise less: state the hours in `require`, or state `hours` with `coverage: business-hours`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        let plan = unit.oncall();
        let mut holes = Vec::new();
        for promise in &plan.promises {
            match find(cx, unit, &promise.schedule.value) {
                Found::Fit(watch) => holes.extend(judge(cx, out, watch, promise)),
                Found::Unknown(schedule) if is_unclear(schedule) => {
                    let name = &schedule.name.value;
                    out.not_assessed(unit.folder(), format!("`{name}` cannot be computed"));
                }
                Found::Unknown(_) | Found::Nothing => {}
            }
        }
        if !holes.is_empty() {
            report(cx, out, unit, &holes);
        }
    }
}

/// Holes in what one promise is about.
struct Holes<'a> {
    watch: Watch<'a>,
    promise: &'a Promise,
    window: Interval,
    /// Never none.
    intervals: Vec<Interval>,
}

fn judge<'a>(
    cx: &Context<'a>,
    out: &mut Findings,
    watch: Watch<'a>,
    promise: &'a Promise,
) -> Option<Holes<'a>> {
    let roster = cx.roster(watch.unit);
    let window = promise.window(watch.window().start, roster.horizon);
    // A unit may ask a schedule around it to hold for longer than that one looks ahead.
    let further = match window.end > watch.window().end {
        true => oncall::render(&watch.plan.engine, window).ok(),
        false => None,
    };
    let rendered = further.as_ref().unwrap_or(watch.rendered);
    let Ok(wanted) = promised(watch, promise, window) else {
        let name = watch.name();
        let reason = format!("the hours that `{name}` promises change too often to be compared");
        out.not_assessed(watch.unit.folder(), reason);
        return None;
    };
    let mut intervals = subtraction(&wanted, &rendered.covered());
    intervals.retain(|hole| !is_near_miss(*hole, window));
    (!intervals.is_empty()).then_some(Holes {
        watch,
        promise,
        window,
        intervals,
    })
}

/// Holes of a minute or less are said by `oncall/near-miss`.
fn is_near_miss(hole: Interval, window: Interval) -> bool {
    let is_cut = hole.start == window.start || hole.end == window.end;
    hole.seconds() <= super::NEAR_MISS && !is_cut
}

/// What is promised. Layers that all have hours promise just those, if the schedule says that
/// nobody is wanted outside.
fn promised(
    watch: Watch<'_>,
    promise: &Promise,
    window: Interval,
) -> Result<Vec<Interval>, oncall::Error> {
    let layers = &watch.plan.engine.layers;
    let are_hours = layers.iter().all(|layer| !layer.windows.is_empty());
    let is_own = promise.stated.is_none() && promise.hours.is_empty();
    if !is_own || watch.schedule.coverage.is_none() || layers.is_empty() || !are_hours {
        return promise.intervals(window);
    }
    let mut wanted = Vec::new();
    for layer in layers {
        wanted.extend(hours(&layer.windows, &layer.zone, window)?);
    }
    Ok(union(wanted))
}

/// What opens a hole, in the order in which it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Opening {
    /// A change takes somebody off.
    Change(usize),
    Ended,
    NotBegun,
    /// The position of nobody, in this layer.
    Nobody(usize),
    /// Between the shifts of a list of dates.
    Dates,
    Hours,
}

fn report(cx: &Context<'_>, out: &mut Findings, unit: UnitView<'_>, holes: &[Holes<'_>]) {
    let zone = unit.timezone();
    let steps = steps(cx, unit);
    let followers = followers(holes);
    let is_follower: BTreeSet<usize> = followers.values().flatten().copied().collect();
    for (index, hole) in holes.iter().enumerate() {
        // Whoever follows has the same holes, and is mended with the one that is followed.
        if is_follower.contains(&index) {
            continue;
        }
        let plain = plain(hole);
        let opened: Vec<(Opening, Interval)> = hole
            .intervals
            .iter()
            .map(|interval| (opening(hole, plain.as_ref(), *interval), *interval))
            .collect();
        let with = followers.get(&index).into_iter().flatten();
        let with: Vec<Span> = with
            .map(|follower| holes[*follower].watch.schedule.name.span)
            .collect();
        for pattern in patterns(&opened, hole.window, &zone) {
            say(out, unit, hole, &pattern, (&zone, &with, steps.as_deref()));
        }
    }
}

/// Holes of schedules that follow another one and have the same, by the place of that one's.
fn followers(holes: &[Holes<'_>]) -> BTreeMap<usize, Vec<usize>> {
    let names = holes.iter().enumerate();
    let by_name: BTreeMap<&str, usize> = names
        .map(|(index, hole)| (hole.watch.name(), index))
        .collect();
    let mut followers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, hole) in holes.iter().enumerate() {
        let follows = hole.watch.schedule.follows.as_ref();
        let leader = follows.and_then(|name| by_name.get(name.value.as_str()));
        let same = leader.filter(|leader| holes[**leader].intervals == hole.intervals);
        if let Some(leader) = same {
            followers.entry(*leader).or_default().push(index);
        }
    }
    followers
}

/// The plan without its changes, where it has some.
fn plain(hole: &Holes<'_>) -> Option<Rendered> {
    let has_changes = !hole.watch.plan.overrides.is_empty();
    let plain = has_changes.then(|| hole.watch.schedule.render_plan(hole.window));
    plain.flatten()?.ok()
}

fn opening(hole: &Holes<'_>, plain: Option<&Rendered>, interval: Interval) -> Opening {
    let at = interval.start;
    let engine = &hole.watch.plan.engine;
    if plain.is_some_and(|plain| plain.at(at).is_some()) {
        let takes = |change: &oncall::Override| {
            change.interval.contains(at) && !matches!(change.change, Change::Add(_))
        };
        let change = engine.overrides.iter().position(takes);
        return change.map_or(Opening::Hours, Opening::Change);
    }
    let shifts = engine.fixed.iter();
    let ends = |layer: &oncall::Layer| layer.ends.unwrap_or(Instant::MAX);
    let layers = engine.layers.iter();
    let last = layers
        .map(ends)
        .chain(shifts.clone().map(|s| s.interval.end));
    if interval.end == hole.window.end && last.max().is_some_and(|end| end <= at) {
        return Opening::Ended;
    }
    let starts = |layer: &oncall::Layer| layer.starts.unwrap_or(Instant::MIN);
    let layers = engine.layers.iter();
    let first = layers.map(starts).chain(shifts.map(|s| s.interval.start));
    if first.min().is_some_and(|start| start >= interval.end) {
        return Opening::NotBegun;
    }
    if engine.layers.is_empty() {
        return Opening::Dates;
    }
    let has_nobody = |layer: &oncall::Layer| {
        let turns = turns(layer, Interval::new(at, at + 1)).unwrap_or_default();
        let mut positions = turns
            .iter()
            .filter_map(|turn| layer.positions.get(turn.position));
        positions.any(|people| people.is_empty())
    };
    let nobody = engine.layers.iter().position(has_nobody);
    nobody.map_or(Opening::Hours, Opening::Nobody)
}

fn say(
    out: &mut Findings,
    unit: UnitView<'_>,
    hole: &Holes<'_>,
    pattern: &Pattern<Opening>,
    (zone, followers, steps): (&TimeZone, &[Span], Option<&[EscalationStep<'_>]>),
) {
    let (place, at) = place(hole, pattern.cause);
    let name = hole.watch.name();
    let when = when(hole, pattern, zone);
    let mut entry = out
        .at(
            Subject::Schedule(name.to_owned()),
            place,
            format!("nobody is on call in `{name}` {when}"),
        )
        .unit(unit.folder())
        .here(at)
        .help(help(pattern, zone));
    if place != hole.watch.schedule.name.span {
        entry = entry.label(hole.watch.schedule.name.span, "in this schedule");
    }
    for follower in followers {
        entry = entry.label(*follower, "follows it, and has the same gap");
    }
    if let Some(stated) = hole.promise.stated {
        entry = entry.label(stated, "promised here");
    }
    entry = pattern.notes(entry, zone);
    if let Some(steps) = steps {
        entry.note(where_to(hole, pattern, steps));
    }
}

fn when(hole: &Holes<'_>, pattern: &Pattern<Opening>, zone: &TimeZone) -> String {
    let first = pattern.first();
    let is_open = first.end == hole.window.end;
    match pattern.cause {
        Opening::Ended => {
            let from = moment(first.start, zone);
            return match first.start == hole.window.start {
                true => "any more: it has ended".to_owned(),
                false => format!("from {from} on: it ends there"),
            };
        }
        Opening::NotBegun if first.start == hole.window.start && !is_open => {
            return format!("before {}", moment(first.end, zone));
        }
        _ => {}
    }
    let times = pattern.times(hole.window);
    let length = length(first.seconds());
    match (pattern.rhythm(zone), pattern.intervals.len()) {
        (Some(rhythm), _) => format!("{rhythm}, {times}"),
        (None, 1) => format!("for {length} from {}", moment(first.start, zone)),
        (None, _) => format!("for {length}, {times}"),
    }
}

/// Where a hole comes from, in bytes, and what stands there.
fn place(hole: &Holes<'_>, opening: Opening) -> (Span, &'static str) {
    let schedule = hole.watch.schedule;
    let plan = hole.watch.plan;
    match opening {
        Opening::Change(index) => (plan.overrides[index], "this change leaves nobody"),
        Opening::Nobody(layer) => (plan.layers[layer].span, "`nobody` is next here"),
        Opening::Ended => match plan.layers.iter().rev().find_map(|layer| layer.until) {
            Some(until) => (until, "it ends here"),
            None => match plan.fixed.last() {
                Some(last) => (*last, "the last shift"),
                None => (schedule.name.span, "this schedule"),
            },
        },
        Opening::Dates | Opening::NotBegun | Opening::Hours => match schedule.hours_span {
            Some(hours) => (hours, "these hours"),
            None => (schedule.name.span, "this schedule"),
        },
    }
}

fn help(pattern: &Pattern<Opening>, zone: &TimeZone) -> String {
    match pattern.cause {
        Opening::Change(_) => "name who takes over in this change, or end it earlier".to_owned(),
        Opening::Ended => {
            "extend `until`, go on in `then`, or add the next shifts to `dates`".to_owned()
        }
        Opening::NotBegun => {
            "let the rota begin earlier with `from`, or add who is on duty until then".to_owned()
        }
        Opening::Nobody(_) => {
            "put somebody in place of `nobody`, or promise less in `require`".to_owned()
        }
        Opening::Dates => "add a shift for that time to `dates`".to_owned(),
        Opening::Hours => {
            let what = match pattern.days_and_hours(zone) {
                Some((days, hours)) => format!("{hours} {days}"),
                None => "that time".to_owned(),
            };
            format!("let a layer cover {what}, or state in `require` what is promised instead")
        }
    }
}

/// What becomes of a page.
fn where_to(hole: &Holes<'_>, pattern: &Pattern<Opening>, steps: &[EscalationStep<'_>]) -> String {
    let mut left = pattern.intervals.clone();
    let mut taken = Vec::new();
    for step in steps {
        if !intersection(&left, &step.reached).is_empty() {
            let others = step.names.iter().filter(|name| **name != hole.watch.name());
            taken.extend(others.map(|name| format!("`{name}`")));
            left = subtraction(&left, &step.reached);
        }
    }
    if steps.len() < 2 {
        return "nobody else is paged then: the page goes nowhere".to_owned();
    }
    match (left.is_empty(), taken.is_empty()) {
        (true, _) => format!("a page then goes to {} alone", taken.join(" and ")),
        (false, true) => {
            "nobody at any other level can be reached then either: the page goes nowhere".to_owned()
        }
        (false, false) => format!(
            "a page then goes to {} for a part of that time, and nowhere for the rest of it",
            taken.join(" and ")
        ),
    }
}
