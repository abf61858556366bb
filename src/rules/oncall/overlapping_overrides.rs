//! Two changes that contradict each other.

use std::collections::BTreeMap;

use super::words::stretch;
use super::{Watch, all_watches};
use crate::oncall::{Change, Override, PersonIndex};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "oncall/overlapping-overrides",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "two changes of one schedule overlap and contradict each other",
    why: "One of the two counts, or both share the duty, and whoever wrote the other one does not know. On the night in question two people think that somebody else is on call.",
    fix: "Let one end where the other begins, or delete the one that no longer holds.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for watch in all_watches(cx) {
        judge(out, watch);
    }
}

/// What only one change can say at a time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Everybody,
    Person(PersonIndex),
}

fn judge(out: &mut Findings, watch: Watch<'_>) {
    let now = watch.window().start;
    let mut coming: Vec<(&Override, &Span)> = watch
        .plan
        .engine
        .overrides
        .iter()
        .zip(&watch.plan.overrides)
        .filter(|(change, _)| change.interval.end > now)
        .collect();
    coming.sort_by_key(|(change, span)| (change.interval, **span));
    let zone = watch.unit.timezone();
    // Of each kind the one that reaches furthest so far: one finding for each change, not each pair.
    let mut open: BTreeMap<About, (&Override, &Span)> = BTreeMap::new();
    for (change, span) in coming {
        let Some(about) = about(&change.change) else {
            continue;
        };
        let before = open.get(&about).copied();
        if let Some((other, place)) = before {
            let both = change.interval.clip(other.interval);
            if !both.is_empty() && change.change != other.change {
                out.at(
                    Subject::Schedule(watch.name().to_owned()),
                    *span,
                    format!("two changes of `{}` overlap", watch.name()),
                )
                .unit(watch.unit.folder())
                .here(says(&change.change))
                .label(*place, says(&other.change))
                .note(format!("both hold in {}", stretch(both, &zone)))
                .help("let one end where the other begins, or delete the one that no longer holds");
            }
        }
        if before.is_none_or(|(other, _)| other.interval.end < change.interval.end) {
            open.insert(about, (change, span));
        }
    }
}

fn about(change: &Change) -> Option<About> {
    match change {
        Change::Cover { .. } | Change::Replace(_) => Some(About::Everybody),
        Change::Swap { person, .. } | Change::Remove(person) => Some(About::Person(*person)),
        Change::Add(_) => None,
    }
}

fn says(change: &Change) -> &'static str {
    match change {
        Change::Cover { .. } => "takes the place of everybody",
        Change::Replace(_) => "replaces everything",
        Change::Swap { .. } => "takes this person's place",
        Change::Remove(_) => "takes this person off",
        Change::Add(_) => "adds somebody",
    }
}
