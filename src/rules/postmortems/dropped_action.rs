//! An open action item that was taken out of its post-mortem.

use std::collections::BTreeSet;

use super::{Held, all, counted};
use crate::model::{Dropped, follow_items};
use crate::rule::{
    Answer, Cause, Context, Days, Extent, Findings, Group, Level, Past, Rule, Shape, Subject,
};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/dropped-action",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::History],
    since: "0.1.0",
    summary: "an open action item was taken out of a post-mortem",
    why: "What was promised after an incident and quietly goes is forgotten, and the next reader cannot tell that it was decided.",
    fix: "Put the item back, or close it where it stood as `- [x] text (won't do: why)`. Only a change that takes an item out fails; what was taken out before is a note. An item that is moved to another post-mortem, or was there for less than a day, is not dropped.",
    params: &[],
    shape: Shape::History(PAST, check),
};

const PAST: Past = Past {
    horizon,
    items: true,
};

/// Items that went longer ago than this are let go.
const HORIZON: Days = Days(365);

/// Items that are named in one finding.
const NAMED: usize = 10;

fn horizon(cx: &Context<'_>) -> Option<Days> {
    all(cx).next().map(|_| HORIZON)
}

fn check(cx: &Context<'_>, out: &mut Findings) {
    let standing = standing(cx);
    for held in all(cx) {
        let known = cx.history.of(cx.ops.sources.path(held.document.file));
        let Some(known) = known else {
            continue;
        };
        let mut dropped = follow_items(held.report, &known.items).dropped;
        dropped.retain(|dropped| !standing.contains(dropped.item.text.as_str()));
        if !dropped.is_empty() {
            report(out, &held, &dropped);
        }
    }
}

/// The texts of all items: one of them may have been moved from one document to another.
fn standing<'a>(cx: &Context<'a>) -> BTreeSet<&'a str> {
    let items = all(cx).flat_map(|held| &held.report.action_items);
    items.map(|item| item.text.value.as_str()).collect()
}

fn report(out: &mut Findings, held: &Held<'_>, dropped: &[Dropped]) {
    let verb = if dropped.len() == 1 { "was" } else { "were" };
    let message = format!(
        "{} {verb} taken out",
        counted(dropped.len(), "open action item")
    );
    let section = held.report.section("action-items");
    let place = section.map_or(held.place(), |section| section.heading);
    let parts = dropped.iter();
    let parts = parts.map(|dropped| Subject::Item(dropped.item.text.clone()));
    let mut entry = out
        .at(Subject::Document, place, message)
        .extent(Extent::Parts(parts.collect()))
        .help("put back what is still to be done, and close the rest in its place as `- [x] … (won't do: why)`")
        .at_most_while_it_stands(Level::Note);
    for dropped in dropped.iter().take(NAMED) {
        entry = entry.note(told(dropped));
    }
    if dropped.len() > NAMED {
        entry.note(format!("{} more are not named", dropped.len() - NAMED));
    }
}

fn told(dropped: &Dropped) -> String {
    let due = dropped.item.due.map(|day| format!(", due {day}"));
    let due = due.unwrap_or_default();
    let text = &dropped.item.text;
    match &dropped.change {
        Some(change) => format!(
            "`{text}`{due}: taken out on {} by commit {:.10}",
            change.day, change.commit
        ),
        None => format!("`{text}`{due}: taken out by this change"),
    }
}
