//! No template for post-mortems.

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};
use crate::rules::absence::report;

pub(super) static RULE: Rule = Rule {
    name: "postmortems/missing-template",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "no template says what a post-mortem holds",
    why: "The first post-mortem is written by somebody tired who has never written one. A template asks the right questions, and the same ones each time.",
    fix: "Write one, such as `docs/postmortems/template.md`: date, duration, severity, author, time line, root cause, contributing factors, what went well, what went poorly, action items. `prepcheck init` does.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    report(
        cx,
        out,
        Answer::Learn,
        &["template"],
        |_| "there is no template for post-mortems".to_owned(),
        "write one, such as `docs/postmortems/template.md`, or say where it is under `learn: postmortem_template:`",
    );
}
