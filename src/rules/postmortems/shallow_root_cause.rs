//! A root cause that explains nothing.

use super::held;
use crate::model::postmortem::Shallow;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/shallow-root-cause",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "the root cause stops where the questions begin",
    why: "A person's slip, or the title in other words, is where an analysis starts. What made the slip possible, or easy, is what can be changed.",
    fix: "Ask why until the answer is something that can be changed: a check that was not there, a default that is dangerous, a page that misleads.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in held(cx, out) {
        let Some(cause) = &held.report.wording.shallow_cause else {
            continue;
        };
        let (message, help) = match cause.value {
            Shallow::HumanError => (
                "the root cause ends at a person",
                "say what made the slip possible: the check, the default or the words that were not there",
            ),
            Shallow::Title => (
                "the root cause says what the title says",
                "say why it could happen, and why it was not noticed before",
            ),
        };
        let subject = Subject::Section("root-cause".to_owned());
        held.tempered(out.at(subject, cause.span, message))
            .help(help);
    }
}
