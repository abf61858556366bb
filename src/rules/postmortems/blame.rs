//! A sentence that charges a person.

use std::collections::{BTreeMap, BTreeSet};

use super::held;
use crate::model::postmortem::{Blame, Charge, is_group};
use crate::model::{Stated, UnitView};
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
    let mut by_unit: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for held in held(cx, out) {
        let unit = cx.ops.view_of(held.document.file);
        let declared = by_unit.entry(unit.folder());
        let declared = declared.or_insert_with(|| names_of_people(unit));
        let is_of_person = |charge: &Charge| {
            let name = charge.if_declared.as_deref();
            name.is_none_or(|name| declared.contains(name))
        };
        let charges = held.report.wording.blame.iter();
        let charges = charges.filter(|charge| is_of_person(&charge.value));
        let mut charges: Vec<_> = charges.collect();
        charges.dedup_by_key(|charge| charge.span);
        let Some((first, rest)) = charges.split_first() else {
            continue;
        };
        let message = match rest.len() {
            0 => "a sentence charges a person".to_owned(),
            more => format!("{} sentences charge a person", more + 1),
        };
        let mut entry = out
            .at(Subject::Document, first.span, message)
            .here(says(first.value.blame))
            .help("say what made it possible, easy or hard to see: what the system allowed, showed or hid");
        for blame in rest.iter().take(MARKED - 1) {
            entry = entry.label(blame.span, says(blame.value.blame));
        }
        held.tempered(entry);
    }
}

/// What people are called who are declared here or around, each part of a name by itself, in lower
/// case.
fn names_of_people(unit: UnitView<'_>) -> BTreeSet<String> {
    /// Shorter ones are initials, or words of grammar.
    const LEAST: usize = 3;
    let mut names = BTreeSet::new();
    for person in unit.around().flat_map(UnitView::own_people) {
        let name = match &person.name {
            Stated::Known(name) => name.value.as_str(),
            _ => "",
        };
        if is_group(name) || is_group(&person.id.value) {
            continue;
        }
        let handles = person.handles.iter().map(|handle| handle.value.as_str());
        let all = handles.chain([person.id.value.as_str()]);
        let parts = all.chain(name.split_whitespace());
        let parts = parts.map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()));
        names.extend(
            parts
                .filter(|part| part.chars().count() >= LEAST)
                .map(str::to_lowercase),
        );
    }
    names
}

fn says(blame: Blame) -> &'static str {
    match blame {
        Blame::HumanError => "a person's error as a cause",
        Blame::Failing => "a person's failing",
        Blame::Damage => "harm laid at a person",
        Blame::Charge => "fault as a person's",
    }
}
