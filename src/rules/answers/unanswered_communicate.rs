//! No document answers the question "how do we talk to customers".

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};

pub(super) static RULE: Rule = Rule {
    name: "answers/unanswered-communicate",
    group: Group::Answers,
    answer: Some(Answer::Communicate),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing says how you talk to customers",
    why: "Silence costs more trust than the outage. In an incident nobody has the calm to find words, or to find out where to post them.",
    fix: "Name the status page and the support address, and keep a message ready for the start, during, the end and the day after: `communicate:` in `ops/preparedness.yaml`, or a section in the incident plan.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    super::unanswered(
        cx,
        out,
        Answer::Communicate,
        "nothing says how you talk to customers",
        "name a status page, a support address and the messages to send",
    );
}
