//! Somebody is on call with nobody behind them.

use super::{is_unread, listed, on_call};
use crate::model::{How, Person, Stated, UnitView};
use crate::rule::{Answer, Cause, Context, Extent, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "people/missing-backup",
    group: Group::People,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nobody is called when somebody on call does not answer",
    why: "Everybody sleeps deeply, flies or falls ill at times. Without a backup an incident then waits until morning.",
    fix: "Name a `backup` for each person, or add a second schedule or a second level of the escalation. Who works alone can ask a friend or a contractor to be the second call.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for (unit, mut people) in on_call(cx) {
        let is_alone = unit.people().len() == 1;
        people.retain(|person| has_no_backup(person));
        if people.is_empty() || has_second_line(unit) || is_unread(cx, out, unit) {
            continue;
        }
        let ids: Vec<&str> = people
            .iter()
            .map(|person| person.id.value.as_str())
            .collect();
        let (verb, help) = match (ids.len(), is_alone) {
            (1, true) => (
                "has no backup, for nobody else is declared",
                "declare somebody who can step in under `people`, and name them as `backup`",
            ),
            (1, false) => ("has no backup", HELP),
            _ => ("have no backup", HELP),
        };
        let message = format!("{} {verb}", listed(&ids));
        let subject = Subject::Slot("who.backup".to_owned());
        let parts = ids.iter().map(|id| Subject::Person((*id).to_owned()));
        let mut entry = out
            .at(subject, people[0].id.span, message)
            .extent(Extent::Parts(parts.collect()))
            .unit(unit.folder())
            .help(help);
        for person in &people[1..] {
            entry = entry.label(person.id.span, "no backup");
        }
    }
}

const HELP: &str = "name who is called next as `backup`, or add a second schedule or a second level of the escalation";

/// What could not be understood is not missing; the schema has said it.
fn has_no_backup(person: &Person) -> bool {
    matches!(person.backup, Stated::Missing)
}

/// Whether somebody is next for everybody: by a second schedule, or by a second level of the
/// escalation, which a page of text can hold too.
fn has_second_line(unit: UnitView<'_>) -> bool {
    let mut rotas = unit.around().flat_map(UnitView::own_rotas);
    unit.schedules().len() > 1 || rotas.any(|rota| rota.escalation.len() > 1) || has_page(unit)
}

/// An escalation that a native file does not list: a section, a link, or a reason why not.
fn has_page(unit: UnitView<'_>) -> bool {
    let documents = unit.around().flat_map(UnitView::documents);
    let pages = documents.flat_map(|document| {
        let of_text = document.native.is_none();
        let evidence = document.evidence.iter();
        evidence.filter(move |evidence| of_text || evidence.how != How::Written)
    });
    let mut slots = pages.map(|evidence| evidence.slot);
    slots.any(|slot| slot == "who.escalation")
}
