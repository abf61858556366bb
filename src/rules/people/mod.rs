//! The people who are called: whether they exist, can be reached, and are not alone.

mod departed_on_call;
mod invalid_phone;
mod left_over_skeleton;
mod missing_backup;
mod missing_response_time;
mod own_backup;
mod phone_in_clear;
mod shared_phone;
mod unknown_person;
mod unreachable_person;
mod unused_person;

use std::collections::BTreeSet;

use crate::model::{Person, Stated, UnitView};
use crate::rule::{Answer, Context, Findings, Rule};
use crate::rules::absence;
use crate::text::Spanned;

pub(super) static RULES: &[&Rule] = &[
    &departed_on_call::RULE,
    &invalid_phone::RULE,
    &left_over_skeleton::RULE,
    &missing_backup::RULE,
    &missing_response_time::RULE,
    &own_backup::RULE,
    &phone_in_clear::RULE,
    &shared_phone::RULE,
    &unknown_person::RULE,
    &unreachable_person::RULE,
    &unused_person::RULE,
];

/// The units and who is on call in each; a person once, with the outermost unit.
fn on_call<'a>(cx: &Context<'a>) -> Vec<(UnitView<'a>, Vec<&'a Person>)> {
    let lenders = lenders(cx);
    let mut seen = BTreeSet::new();
    let mut list = Vec::new();
    for unit in cx.units() {
        if lenders.contains(unit.folder()) || is_kept_elsewhere(unit) {
            continue;
        }
        let mut people = unit.on_call();
        people.retain(|person| seen.insert(person.id.span));
        if !people.is_empty() {
            list.push((unit, people));
        }
    }
    list
}

/// Units without a rota whose people are on call in units inside them: those say who, so that the
/// rest is an address book.
fn lenders<'a>(cx: &Context<'a>) -> BTreeSet<&'a str> {
    let declares = |unit: &UnitView<'a>| unit.own_people().next().is_some();
    let has_rota = |unit: &UnitView<'a>| unit.own_rotas().next().is_some();
    let mut lenders = BTreeSet::new();
    for unit in cx.units().filter(|unit| has_rota(unit) && !declares(unit)) {
        let lender = unit.around().find(declares);
        lenders.extend(lender.filter(|unit| !has_rota(unit)).map(UnitView::folder));
    }
    lenders
}

/// Whether the schedules name nobody, as they do when a tool keeps the rota.
fn is_kept_elsewhere(unit: UnitView<'_>) -> bool {
    let mut schedules = unit.own_rotas().flat_map(|rota| &rota.schedules);
    let mut called = unit.own_rotas().flat_map(|rota| &rota.called);
    schedules.next().is_some() && called.all(|called| !called.by.is_on_call())
}

/// Whether something about a unit's people may stand in a file that could not be read; says so.
fn is_unread(cx: &Context<'_>, out: &mut Findings, unit: UnitView<'_>) -> bool {
    absence::is_unread(cx, out, unit, Answer::Who)
}

/// A number that a person's entry shows, and where.
fn phone(person: &Person) -> Option<&Spanned<String>> {
    match &person.phone {
        Stated::Known(number) => Some(number),
        _ => None,
    }
}

/// A name that SOPS encrypted, which can be compared with nothing.
fn is_encrypted(name: &str) -> bool {
    name.starts_with("ENC[")
}

/// Names in backquotes as a sentence counts them: all of up to three, else two and how many more.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [one, two] => format!("`{one}` and `{two}`"),
        [one, two, three] => format!("`{one}`, `{two}` and `{three}`"),
        [one, two, rest @ ..] => format!("`{one}`, `{two}` and {} others", rest.len()),
    }
}
