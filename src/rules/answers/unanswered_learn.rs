//! No document answers the question "what do we do after it is fixed".

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};

pub(super) static RULE: Rule = Rule {
    name: "answers/unanswered-learn",
    group: Group::Answers,
    answer: Some(Answer::Learn),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing says what happens after an incident",
    why: "What nobody writes down happens again. A template makes the first post-mortem a matter of minutes.",
    fix: "Keep a blameless post-mortem template and track its action items with an owner and a date: `learn:` in `ops/preparedness.yaml`, a folder of post-mortems, or a section in the incident plan.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    super::unanswered(
        cx,
        out,
        Answer::Learn,
        "nothing says what happens after an incident",
        "add a post-mortem template and a place for its action items",
    );
}
