//! A sentence that charges a person.

use super::held;
use crate::model::postmortem::Blame;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/blame",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a sentence charges a person",
    why: "Whoever fears to be blamed tells less, and what is not told is not mended. People act sensibly with what they see; what they saw is what can be changed.",
    fix: "Write what the system allowed, showed or hid: \"the console does not tell production from staging\". Names of who did what belong in the time line, and are welcome there.",
    params: &[],
    shape: Shape::Repository(check),
};

/// Marks that one finding shows.
const MARKED: usize = 10;

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in held(cx, out) {
        let Some((first, rest)) = held.report.wording.blame.split_first() else {
            continue;
        };
        let message = match rest.len() {
            0 => "a sentence charges a person".to_owned(),
            more => format!("{} sentences charge a person", more + 1),
        };
        let mut entry = out
            .at(Subject::Document, first.span, message)
            .here(says(first.value))
            .help("say what made it possible, easy or hard to see: what the system allowed, showed or hid");
        for blame in rest.iter().take(MARKED - 1) {
            entry = entry.label(blame.span, says(blame.value));
        }
        held.tempered(entry);
    }
}

fn says(blame: Blame) -> &'static str {
    match blame {
        Blame::HumanError => "a person's error as a cause",
        Blame::Failing => "a person's failing",
        Blame::Damage => "harm laid at a person",
        Blame::Charge => "fault as a person's",
    }
}
