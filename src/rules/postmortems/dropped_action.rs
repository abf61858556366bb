//! An open action item that was taken out of its post-mortem.

use std::collections::{BTreeMap, BTreeSet};

use super::{Held, all, counted};
use crate::model::{Author, Deleted, Dropped, PastItem, follow_items};
use crate::rule::{
    Answer, Cause, Context, Days, Extent, Findings, Group, Level, Past, Place, Rule, Shape, Subject,
};
use crate::text::sanitise;

pub(super) static RULE: Rule = Rule {
    name: "postmortems/dropped-action",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::History],
    since: "0.1.0",
    summary: "an open action item was taken out of a post-mortem",
    why: "What was promised after an incident and quietly goes is forgotten, and the next reader cannot tell that it was decided.",
    fix: "Put the item back, or close it where it stood as `- [x] text (won't do: why)`. Only a change that takes an item out fails; what was taken out before is a note. A post-mortem that is deleted takes its open items with it. An item that is moved to another post-mortem, or was there for less than a day, is not dropped.",
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
    report_deleted(cx, out);
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

/// Reports what went with post-mortems that this change deletes, once for each unit.
fn report_deleted(cx: &Context<'_>, out: &mut Findings) {
    let mut of_units: BTreeMap<&str, Vec<&Deleted>> = BTreeMap::new();
    for deleted in &cx.history.deleted {
        let unit = cx.ops.unit_of_path(&deleted.path);
        of_units.entry(unit).or_default().push(deleted);
    }
    for (folder, reports) in of_units {
        let unit = cx.units().find(|unit| unit.folder() == folder);
        let place = unit.map_or(Place::Nowhere, |unit| unit.anchor(Answer::Learn));
        let items = reports.iter().flat_map(|report| &report.items);
        let parts: Vec<Subject> = items.map(|item| Subject::Item(item.text.clone())).collect();
        let count = parts.len();
        let message = format!(
            "{} went with {}",
            counted(count, "open action item"),
            counted(reports.len(), "deleted post-mortem")
        );
        let mut entry = out
            .add(Subject::Unit, place, message)
            .unit(folder)
            .extent(Extent::Parts(parts))
            .help("put the post-mortem back, or move what is still to be done into another one");
        for (report, item) in named(&reports) {
            let path = sanitise::path(&report.path);
            entry = entry.note(format!("{}: was in {path}", shown(item)));
        }
        if count > NAMED {
            entry.note(format!("{} more are not named", count - NAMED));
        }
    }
}

fn named<'a>(reports: &[&'a Deleted]) -> impl Iterator<Item = (&'a Deleted, &'a PastItem)> {
    let items = reports
        .iter()
        .flat_map(|report| report.items.iter().map(|item| (*report, item)));
    items.take(NAMED)
}

fn told(dropped: &Dropped) -> String {
    let item = shown(&dropped.item);
    match &dropped.by {
        Author::Commit(change) => format!(
            "{item}: taken out on {} by commit {:.10}",
            change.day, change.commit
        ),
        Author::Nobody => format!("{item}: taken out by this change"),
        Author::Unknown => format!("{item}: taken out by a commit that is not known"),
    }
}

fn shown(item: &PastItem) -> String {
    let due = item.due.map(|day| format!(", due {day}"));
    format!("`{}`{}", item.text, due.unwrap_or_default())
}
