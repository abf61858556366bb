//! Two people have the same phone number.

use std::collections::BTreeMap;

use super::{listed, phone};
use crate::model::{Person, Phone, UnitView};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "people/shared-phone",
    group: Group::People,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "several people have the same phone number",
    why: "A backup behind the same number does not answer when the first does not; often one of the numbers was copied and never changed.",
    fix: "Give each person their own number. A number that reaches whoever is on call is a hotline: `who: {hotline: …}` in `ops/preparedness.yaml`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        for owners in by_number(unit).into_values() {
            let [(first, _), (second, span), ..] = owners.as_slice() else {
                continue;
            };
            let ids: Vec<&str> = owners.iter().map(|(person, _)| id(person)).collect();
            let message = format!("{} have the same phone number", listed(&ids));
            let subject = Subject::Person(id(second).to_owned());
            let mut entry = out
                .at(subject, *span, message)
                .here(format!("also the number of `{}`", id(first)))
                .help("give each person their own number; one that reaches whoever is on call is a `hotline`");
            for (person, span) in owners.iter().filter(|(person, _)| id(person) != id(second)) {
                entry = entry.label(*span, format!("the number of `{}`", id(person)));
            }
        }
    }
}

/// A unit's own people by their number; who is declared twice counts once.
fn by_number<'a>(unit: UnitView<'a>) -> BTreeMap<Phone, Vec<(&'a Person, Span)>> {
    let mut owners = BTreeMap::<Phone, BTreeMap<&str, (&Person, Span)>>::new();
    for person in unit.own_people() {
        let Some(number) = phone(person) else {
            continue;
        };
        let Ok(parsed) = Phone::parse(&number.value) else {
            continue;
        };
        let same = owners.entry(parsed).or_default();
        same.entry(id(person)).or_insert((person, number.span));
    }
    let in_order = |same: BTreeMap<&str, (&'a Person, Span)>| {
        let mut same: Vec<_> = same.into_values().collect();
        same.sort_by_key(|(_, span)| *span);
        same
    };
    let owners = owners.into_iter();
    owners
        .map(|(number, same)| (number, in_order(same)))
        .collect()
}

fn id(person: &Person) -> &str {
    &person.id.value
}
