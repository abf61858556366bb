//! Two native files of a unit give different answers, or declare a person in different ways.

use std::collections::BTreeMap;

use crate::model::{Document, Person, Stated, UnitView};
use crate::rule::{Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "answers/conflict",
    group: Group::Answers,
    answer: None,
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "two files give different answers to the same question",
    why: "Whoever finds the wrong one first, in an incident, believes it. Of two answers only the first is read.",
    fix: "Keep the answer that holds, and delete the other one or link to the first.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        check_people(unit, out);
        for (slot, answers) in answers(cx, unit) {
            let first = &answers[0];
            let Some(other) = answers.iter().find(|answer| !answer.agrees(first)) else {
                continue;
            };
            let message = format!("`{slot}` is answered in two ways");
            let subject = Subject::Slot(slot.to_owned());
            out.at(subject, other.span, message)
                .here("another answer")
                .label(first.span, "one answer")
                .unit(unit.folder())
                .help("keep the answer that holds, and delete the other one");
        }
    }
}

/// People whom two files declare by one id, and not alike; twice in one file is a fault of its shape.
fn check_people(unit: UnitView<'_>, out: &mut Findings) {
    let mut known: BTreeMap<&str, &Person> = BTreeMap::new();
    for person in unit.own_people() {
        let first = *known.entry(&person.id.value).or_insert(person);
        let is_elsewhere = first.id.span.file != person.id.span.file;
        if !is_elsewhere || !says_otherwise(person, first) {
            continue;
        }
        let id = &person.id.value;
        let message = format!("`{id}` is declared in two ways");
        out.at(Subject::Person(id.clone()), person.id.span, message)
            .here("another entry")
            .label(first.id.span, "one entry")
            .unit(unit.folder())
            .help("keep one entry for each person, or give each person an id of their own");
    }
}

/// Whether an entry states something that another of the same id does not, or states otherwise.
fn says_otherwise(person: &Person, first: &Person) -> bool {
    let stated = |person: &Person| -> Vec<Option<String>> {
        let fields = [
            &person.name,
            &person.phone,
            &person.phone_in,
            &person.backup,
            &person.email,
            &person.until,
        ];
        let known = fields.into_iter().map(|field| match field {
            Stated::Known(value) | Stated::Elsewhere(value) => Some(value.value.clone()),
            _ => None,
        });
        known.collect()
    };
    let (own, other) = (stated(person), stated(first));
    let mut fields = own.iter().zip(&other);
    fields.any(|(own, other)| own.is_some() && own != other)
}

/// What a file gives for a slot.
struct Given<'a> {
    text: &'a str,
    /// For a path, which is relative to its file, the same one as seen from the root.
    path: Option<String>,
    span: Span,
}

impl Given<'_> {
    fn agrees(&self, other: &Given<'_>) -> bool {
        self.text == other.text || (self.path.is_some() && self.path == other.path)
    }
}

/// What the unit's own native files give, slot by slot, in order of their paths.
fn answers<'a>(cx: &Context<'a>, unit: UnitView<'a>) -> BTreeMap<&'static str, Vec<Given<'a>>> {
    let mut answers: BTreeMap<&'static str, Vec<Given<'a>>> = BTreeMap::new();
    for document in unit.documents() {
        let own = cx.ops.sources.path(document.file);
        for (slot, stated) in &document.slots {
            if let Stated::Known(value) | Stated::Elsewhere(value) = stated {
                let text = value.value.trim_end_matches('/');
                answers.entry(slot).or_default().push(Given {
                    text,
                    path: Document::named_from(own, text),
                    span: value.span,
                });
            }
        }
    }
    answers
}
