//! The next level reaches the same person.

use std::collections::BTreeSet;

use super::pattern::patterns;
use super::words::quoted;
use super::{Found, Watch, find, watches};
use crate::model::UnitView;
use crate::oncall::Interval;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/same-person-twice",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "the next level of the escalation is the same person",
    why: "Whoever did not answer the first page will not answer the second one either.",
    fix: "Let the second schedule follow the first, `follow: primary`, which never gives both to one person, and check changes that touch only one of them.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        for (first, second) in pairs(cx, unit) {
            judge(out, unit, first, second);
        }
    }
}

/// Schedules that back each other: at different levels of the escalation, by following, or by their
/// names.
fn pairs<'a>(cx: &Context<'a>, unit: UnitView<'a>) -> Vec<(Watch<'a>, Watch<'a>)> {
    let mut names: Vec<(&str, &str)> = Vec::new();
    let own_levels = unit.own_rotas().any(|rota| !rota.escalation.is_empty());
    let levels = if own_levels {
        unit.escalation()
    } else {
        Vec::new()
    };
    for (one, next) in levels.iter().zip(levels.iter().skip(1)) {
        for first in &one.page {
            names.extend(
                next.page
                    .iter()
                    .map(|second| (&*first.value, &*second.value)),
            );
        }
    }
    let own = watches(cx, unit);
    for watch in &own {
        if let Some(follows) = &watch.schedule.follows {
            names.push((&follows.value, watch.name()));
        }
    }
    names.push(("primary", "secondary"));
    let mut seen = BTreeSet::new();
    let is_own = |name: &str| own.iter().any(|watch| watch.name() == name);
    names.retain(|(one, other)| {
        one != other
            && (is_own(one) || is_own(other))
            && seen.insert((*one.min(other), *one.max(other)))
    });
    let mut pairs = Vec::new();
    for (first, second) in names {
        if let (Found::Fit(first), Found::Fit(second)) =
            (find(cx, unit, first), find(cx, unit, second))
        {
            pairs.push((first, second));
        }
    }
    pairs
}

fn judge(out: &mut Findings, unit: UnitView<'_>, first: Watch<'_>, second: Watch<'_>) {
    let same = same(first, second);
    if same.is_empty() {
        return;
    }
    let zone = unit.timezone();
    let window = first.window().clip(second.window());
    for pattern in patterns(&same, window, &zone) {
        let who = quoted(&pattern.cause);
        let (one, other) = (first.name(), second.name());
        let times = pattern.times(window);
        let are = if pattern.cause.len() == 1 {
            "is"
        } else {
            "are"
        };
        let message = format!("{who} {are} on duty in `{one}` and in `{other}` at once, {times}");
        let mut entry = out
            .at(Subject::Schedule(other.to_owned()), second.schedule.name.span, message)
            .unit(unit.folder())
            .label(first.schedule.name.span, "on duty here too")
            .help(format!("let `{other}` follow `{one}` some turns ahead, or add a change that gives one of the two to somebody else"));
        let at = pattern.first().start;
        for watch in [first, second] {
            let changes = watch
                .plan
                .engine
                .overrides
                .iter()
                .zip(&watch.plan.overrides);
            for (_, span) in changes
                .filter(|(change, _)| change.interval.contains(at))
                .take(1)
            {
                entry = entry.label(*span, "by this change");
            }
        }
        pattern.notes(entry, &zone);
    }
}

/// When a page that goes on reaches nobody new, and who it is.
fn same<'a>(first: Watch<'a>, second: Watch<'a>) -> Vec<(Vec<&'a str>, Interval)> {
    let mut same: Vec<(Vec<&str>, Interval)> = Vec::new();
    let (one, other) = (first.rendered, second.rendered);
    let (mut left, mut right) = (0, 0);
    while left < one.shifts.len() && right < other.shifts.len() {
        let (a, b) = (one.shifts[left], other.shifts[right]);
        let both = a.interval.clip(b.interval);
        if !both.is_empty() {
            let (before, next) = (one.names(a), other.names(b));
            let is_known = next.iter().all(|name| before.contains(name));
            match same.last_mut() {
                Some((names, last)) if is_known && *names == next && last.end == both.start => {
                    last.end = both.end;
                }
                _ if is_known => same.push((next, both)),
                _ => {}
            }
        }
        match a.interval.end < b.interval.end {
            true => left += 1,
            false => right += 1,
        }
    }
    same
}
