//! A section for action items with nothing in it.

use super::held;
use crate::model::postmortem::Actions;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/no-action-items",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "the section for action items is empty",
    why: "An incident from which nothing follows will happen again.",
    fix: "List what is to be done, each with an owner and a day. If nothing is, write that and why; if a tracker holds the items, link it.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in held(cx, out) {
        let Actions::Empty(span) = held.report.actions else {
            continue;
        };
        let message = "nothing stands in the section for action items";
        let subject = Subject::Section("action-items".to_owned());
        held.tempered(out.at(subject, span, message))
            .help("list what is to be done, link the tracker that holds it, or write that nothing is to be done and why");
    }
}
