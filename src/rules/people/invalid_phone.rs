//! A phone number that cannot be dialled.

use super::phone;
use crate::model::{Phone, PhoneFault};
use crate::rule::{Answer, Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "people/invalid-phone",
    group: Group::People,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a phone number cannot be dialled from everywhere",
    why: "Whoever calls may sit in another country, or dial from a tool that knows no country at all. A number that is a digit short is noticed when it is needed.",
    fix: "Write `+`, the country code and the number. Short numbers of up to 6 digits, such as one in the house, are taken as they are.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    for person in &cx.document.people {
        let Some(number) = phone(person) else {
            continue;
        };
        let Err(fault) = Phone::parse(&number.value) else {
            continue;
        };
        let id = &person.id.value;
        let message = format!("the phone number of `{id}` {}", what(fault));
        out.at(Subject::Person(id.clone()), number.span, message)
            .help(help(fault));
    }
}

/// What is wrong; never the number, which belongs into no log.
fn what(fault: PhoneFault) -> String {
    match fault {
        PhoneFault::NoDigits => "holds no digits".to_owned(),
        PhoneFault::Signs => "holds letters or signs that cannot be dialled".to_owned(),
        PhoneFault::SeveralNumbers => "is more than one number".to_owned(),
        PhoneFault::NoCountryCode => "has no country code".to_owned(),
        PhoneFault::TooShort(1) => "is too short: 1 digit".to_owned(),
        PhoneFault::TooShort(count) => format!("is too short: {count} digits"),
        PhoneFault::TooLong(count) => format!("is too long: {count} digits, 15 at most"),
    }
}

fn help(fault: PhoneFault) -> &'static str {
    match fault {
        PhoneFault::NoDigits => "if this is where the number is kept, write it as `phone_in`",
        PhoneFault::Signs => "write digits only, with spaces or hyphens between them",
        PhoneFault::SeveralNumbers => "write the number to call first; others fit into `phone_in`",
        PhoneFault::NoCountryCode => "begin with `+` and the country code",
        PhoneFault::TooShort(_) => {
            "write the whole number: with its country code it has 8 digits or more"
        }
        PhoneFault::TooLong(_) => "check the digits; an extension goes behind `ext.`",
    }
}
