//! An open action item that is nobody's.

use super::{Flaw, TRACKER_LINK, held, open_items_have, report_items};
use crate::model::postmortem::{ActionItem, Actions};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};
use crate::text::sanitise;

pub(super) static RULE: Rule = Rule {
    name: "postmortems/unowned-action",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "an open action item names nobody who does it",
    why: "What everybody should do, nobody does: the next incident is the one that this item would have prevented.",
    fix: "Name one person or team for each open item, as in `- [ ] text - Owner: ada - Due: 2026-12-24`, or link the tracker's issue that names one. What will not be done is closed as `- [x] text (won't do: why)`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in held(cx, out) {
        if let Actions::NotUnderstood(_) = held.report.actions {
            let path = sanitise::path(cx.ops.sources.path(held.document.file));
            let unit = cx.ops.unit_of(held.document.file);
            let reason = format!(
                "the action items of {path} are not understood; write each as a bullet or as a row of a Markdown table"
            );
            out.not_assessed(unit, reason);
        }
        let flaws: Vec<Flaw<'_>> = match cx.get(&TRACKER_LINK).chosen {
            "required" => held.report.open_items().filter_map(untracked).collect(),
            _ => held.bound_items(cx).filter_map(unowned).collect(),
        };
        let subject = open_items_have(flaws.len());
        let (message, help) = match cx.get(&TRACKER_LINK).chosen {
            "required" => (
                format!("{subject} no link to a tracker"),
                "link the tracker's issue, or close what will not be done as `- [x] … (won't do: why)`",
            ),
            "ignored" => (format!("{subject} no owner"), "add `- Owner: name`"),
            _ => (
                format!("{subject} no owner"),
                "add `- Owner: name`, or link the tracker's issue that names one",
            ),
        };
        if let Some(entry) = report_items(out, &flaws, message) {
            held.tempered(entry).help(help);
        }
    }
}

fn unowned(item: &ActionItem) -> Option<Flaw<'_>> {
    if !item.owners.is_empty() {
        return None;
    }
    let (span, says) = match &item.unclear_owner {
        Some(unclear) => (unclear.span, "names nobody"),
        None => (item.text.span, "no owner"),
    };
    Some(Flaw {
        item,
        span,
        says: says.to_owned(),
    })
}

fn untracked(item: &ActionItem) -> Option<Flaw<'_>> {
    let is_untracked = item.tracker.is_none();
    is_untracked.then(|| Flaw {
        item,
        span: item.text.span,
        says: "no link".to_owned(),
    })
}
