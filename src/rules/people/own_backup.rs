//! A person's backup is that person.

use crate::model::Stated;
use crate::rule::{Answer, Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "people/own-backup",
    group: Group::People,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a person is their own backup",
    why: "Whoever is on a plane does not answer for the second time either. A backup is somebody else.",
    fix: "Name another person as `backup`.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    for person in &cx.document.people {
        let Stated::Known(backup) = &person.backup else {
            continue;
        };
        let id = &person.id.value;
        if backup.value != *id {
            continue;
        }
        let message = format!("`{id}` is named as their own backup");
        out.at(Subject::Person(id.clone()), backup.span, message)
            .label(person.id.span, "the same person")
            .help("name somebody else, who is called when this person does not answer");
    }
}
