//! The five questions, and whether anything answers them.

mod conflict;
mod never_exercised;
mod unanswered_communicate;
mod unanswered_detect;
mod unanswered_fix;
mod unanswered_learn;
mod unanswered_who;
mod undiscoverable;

use crate::rule::{Answer, Context, Findings, Rule, Subject};
use crate::rules::absence::is_unread;

pub(super) static RULES: &[&Rule] = &[
    &conflict::RULE,
    &never_exercised::RULE,
    &unanswered_communicate::RULE,
    &unanswered_detect::RULE,
    &unanswered_fix::RULE,
    &unanswered_learn::RULE,
    &unanswered_who::RULE,
    &undiscoverable::RULE,
];

/// Reports every unit in which no evidence at all answers a question, once for a unit and those
/// inside it.
fn unanswered(cx: &Context<'_>, out: &mut Findings, answer: Answer, message: &str, help: &str) {
    for unit in cx.units() {
        let is_said_outside = unit
            .parent()
            .is_some_and(|parent| !parent.is_mere_container() && !parent.is_answered(answer));
        if unit.is_answered(answer) || is_said_outside {
            continue;
        }
        if is_unread(cx, out, unit, answer) {
            continue;
        }
        let subject = Subject::Answer(answer);
        out.add(subject, unit.anchor(answer), message.to_owned())
            .unit(unit.folder())
            .help(help);
    }
}
