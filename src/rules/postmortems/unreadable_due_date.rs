//! A due date that cannot be told.

use super::{Flaw, counted, held, report_items};
use crate::model::postmortem::{ActionItem, Due};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/unreadable-due-date",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "the due date of an open action item cannot be read",
    why: "One reader takes `3/4/26` for March and another for April, and `2026-02-30` never comes. Neither can be seen to pass.",
    fix: "Write the day as `2026-12-24`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in held(cx, out) {
        let flaws: Vec<Flaw<'_>> = held.report.open_items().filter_map(unreadable).collect();
        let (dates, are) = match flaws.len() {
            1 => ("due date", "is"),
            _ => ("due dates", "are"),
        };
        let items = counted(flaws.len(), "open action item");
        let message = format!("the {dates} of {items} {are} not understood");
        if let Some(entry) = report_items(out, &flaws, message) {
            held.tempered(entry)
                .help("write the day as in `Due: 2026-12-24`");
        }
    }
}

fn unreadable(item: &ActionItem) -> Option<Flaw<'_>> {
    let Due::Unreadable(text) = &item.due else {
        return None;
    };
    Some(Flaw {
        item,
        span: text.span,
        says: "which day is this?".to_owned(),
    })
}
