//! An open action item that is due on no day.

use super::{Flaw, TRACKER_LINK, held, open_items_have, report_items};
use crate::model::postmortem::{ActionItem, Due};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/undated-action",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "an open action item is due on no day",
    why: "Work without a day loses against work with one. A quarter or a sprint is no day: nobody can tell when it has passed.",
    fix: "Give each open item a day, as in `- [ ] text - Owner: ada - Due: 2026-12-24`, or link the tracker's issue that has one. What will not be done is closed as `- [x] text (won't do: why)`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    let tracker = cx.get(&TRACKER_LINK).chosen;
    for held in held(cx, out) {
        // Where every item must be in the tracker, the day is kept there.
        if tracker == "required" {
            continue;
        }
        let flaws: Vec<Flaw<'_>> = held.bound_items(cx).filter_map(undated).collect();
        let message = format!("{} no due date", open_items_have(flaws.len()));
        let help = match tracker {
            "ignored" => "add `- Due: YYYY-MM-DD`",
            _ => "add `- Due: YYYY-MM-DD`, or link the tracker's issue that has a date",
        };
        if let Some(entry) = report_items(out, &flaws, message) {
            held.tempered(entry).help(help);
        }
    }
}

fn undated(item: &ActionItem) -> Option<Flaw<'_>> {
    let (span, says) = match &item.due {
        // What cannot be read is not missing; another rule says so.
        Due::Day(_) | Due::Unreadable(_) => return None,
        Due::Missing => (item.text.span, "no due date"),
        Due::Placeholder(text) => (text.span, "no date yet"),
        Due::OpenEnded(text) => (text.span, "names no day"),
    };
    Some(Flaw {
        item,
        span,
        says: says.to_owned(),
    })
}
