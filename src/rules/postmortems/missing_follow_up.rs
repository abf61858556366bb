//! A post-mortem without a word to customers.

use super::held;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/missing-follow-up",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Note,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a post-mortem does not say what customers were told",
    why: "Customers who hear nothing after an incident assume that nothing was learnt. Whoever writes the next message looks for the last one.",
    fix: "Write who was told what and when, with a link to the message. If nobody outside noticed, write that.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in held(cx, out) {
        if held.report.wording.tells_customers || held.document.is_stub {
            continue;
        }
        let message = "nothing says what customers were told";
        let subject = Subject::Section("follow-up".to_owned());
        held.tempered(out.at(subject, held.place(), message))
            .help("write who was told what and when, or that nobody outside noticed");
    }
}
