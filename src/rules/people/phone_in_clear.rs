//! A phone number that anybody who reads the repository can read.

use super::phone;
use crate::model::Phone;
use crate::rule::{Answer, Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "people/phone-in-clear",
    group: Group::People,
    answer: Some(Answer::Who),
    level: Level::Off,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a phone number stands in git in clear",
    why: "Git forgets nothing: the number stays with every clone, long after its owner has left.",
    fix: "Write `phone_in` with the place where the number is kept, or encrypt the value with SOPS.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    for person in &cx.document.people {
        let Some(number) = phone(person).filter(|number| is_a_number(&number.value)) else {
            continue;
        };
        let id = &person.id.value;
        let message = format!("the phone number of `{id}` stands in git in clear");
        out.at(Subject::Person(id.clone()), number.span, message)
            .help("keep it in a password manager and say in `phone_in` where, or encrypt it with SOPS");
    }
}

/// Somebody's number; a short one such as 112 is no secret.
fn is_a_number(text: &str) -> bool {
    match Phone::parse(text) {
        Ok(number) => !number.is_short,
        Err(fault) => fault.shows_a_number(),
    }
}
