//! No document answers the question "who gets called".

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};

pub(super) static RULE: Rule = Rule {
    name: "answers/unanswered-who",
    group: Group::Answers,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing says who gets called when something breaks",
    why: "An incident that reaches nobody lasts until a customer writes. The person who notices must not have to search for whom to call.",
    fix: "Write down who is called first, how they are reached and who is next: `people:` in `ops/preparedness.yaml`, an on-call document, or a link to the paging tool.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    super::unanswered(
        cx,
        out,
        Answer::Who,
        "nothing says who gets called when something breaks",
        "name a person, how to reach them and a backup",
    );
}
