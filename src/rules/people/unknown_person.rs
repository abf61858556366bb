//! A schedule, a backup or an escalation names somebody who is declared nowhere.

use std::collections::{BTreeMap, BTreeSet};

use super::{is_encrypted, is_unread};
use crate::model::schedule::is_stand_in;
use crate::model::{CalledBy, Person, Stated, UnitView};
use crate::nearest::nearest;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::{FileId, Span, Spanned};

pub(super) static RULE: Rule = Rule {
    name: "people/unknown-person",
    group: Group::People,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "somebody is named who is declared nowhere",
    why: "A name that leads to no entry leads to no phone: in an incident that page goes to nobody.",
    fix: "Correct the id, or declare the person under `people`.",
    params: &[],
    shape: Shape::Repository(check),
};

/// Most pairs of names that are compared in a unit to find what was probably meant; beyond it, a
/// finding goes without.
const PAIRS: usize = 50_000;

fn check(cx: &Context<'_>, out: &mut Findings) {
    let mut said: Vec<&str> = Vec::new();
    for unit in cx.units() {
        let declared = Declared::of(unit);
        let unknown = declared.unknown(unit);
        if unknown.is_empty() || is_unread(cx, out, unit) {
            continue;
        }
        if declared.is_encrypted {
            out.not_assessed(unit.folder(), "the ids of people are encrypted".to_owned());
        } else if !declared.people.is_empty() {
            report(&declared, &unknown, out);
        } else if !unit.around().any(|outer| said.contains(&outer.folder())) {
            said.push(unit.folder());
            report_nobody(unit, &unknown, out);
        }
    }
}

/// Where a name stands, and as what.
type Places<'a> = BTreeMap<(FileId, &'a str), Vec<(Span, Role)>>;

#[derive(Clone, Copy)]
enum Role {
    Backup,
    Called(CalledBy),
}

impl Role {
    fn says(self) -> &'static str {
        match self {
            Role::Backup => "named as a backup",
            Role::Called(CalledBy::Schedule) => "named in a schedule",
            Role::Called(CalledBy::Escalation) => "named in the escalation",
            Role::Called(CalledBy::Mention) => "named here",
            Role::Called(CalledBy::Follow) => "followed here",
        }
    }

    fn is_in_rotation(self) -> bool {
        matches!(self, Role::Called(CalledBy::Schedule))
    }

    /// Only a schedule can be followed.
    fn may_be_person(self) -> bool {
        !matches!(self, Role::Called(CalledBy::Follow))
    }

    fn may_be_schedule(self) -> bool {
        matches!(
            self,
            Role::Called(CalledBy::Escalation | CalledBy::Mention | CalledBy::Follow)
        )
    }
}

/// Who and what can be meant in a unit.
struct Declared<'a> {
    /// The people of the unit and of those around it: an outer unit's person does exist.
    people: BTreeMap<&'a str, &'a Person>,
    schedules: BTreeSet<&'a str>,
    is_encrypted: bool,
}

impl<'a> Declared<'a> {
    fn of(unit: UnitView<'a>) -> Declared<'a> {
        let people = unit.around().flat_map(UnitView::own_people);
        let people: BTreeMap<&str, &Person> = people
            .map(|person| (person.id.value.as_str(), person))
            .collect();
        Declared {
            is_encrypted: people.keys().any(|id| is_encrypted(id)),
            people,
            schedules: unit.schedules().into_iter().collect(),
        }
    }

    /// The names in a unit's own files that lead nowhere.
    fn unknown(&self, unit: UnitView<'a>) -> Places<'a> {
        let mut unknown = Places::new();
        for (name, role) in mentions(unit) {
            let text = name.value.as_str();
            let is_schedule = role.may_be_schedule() && self.schedules.contains(text);
            let is_person = role.may_be_person() && self.people.contains_key(text);
            // A name that is still to come is said to be one.
            let is_blank = role.is_in_rotation() && is_stand_in(text);
            if is_person || is_schedule || is_blank || is_encrypted(text) {
                continue;
            }
            let places = unknown.entry((name.span.file, text)).or_default();
            // An anchored list that is used twice stands in one place.
            if places.last().is_none_or(|(span, _)| *span != name.span) {
                places.push((name.span, role));
            }
        }
        unknown
    }

    /// What was probably meant: another name of somebody, or a slip of the fingers.
    fn meant(&self, name: &str, may_be_schedule: bool) -> Option<&'a str> {
        let known_as = |person: &&&Person| {
            let full = matches!(&person.name, Stated::Known(full) if full.value == name);
            full || person.handles.iter().any(|handle| handle.value == name)
        };
        let person = self.people.values().find(known_as);
        let schedules = self.schedules.iter().filter(|_| may_be_schedule);
        let candidates = self.people.keys().chain(schedules).copied();
        let id = person.map(|person| person.id.value.as_str());
        id.or_else(|| nearest(name, candidates))
    }
}

/// Everybody whom a unit's own files name.
fn mentions<'a>(unit: UnitView<'a>) -> Vec<(&'a Spanned<String>, Role)> {
    let mut mentions = Vec::new();
    for person in unit.own_people() {
        if let Stated::Known(backup) = &person.backup {
            mentions.push((backup, Role::Backup));
        }
    }
    for rota in unit.own_rotas() {
        let called = rota.called.iter();
        mentions.extend(called.map(|called| (&called.name, Role::Called(called.by))));
    }
    mentions
}

fn report(declared: &Declared<'_>, unknown: &Places<'_>, out: &mut Findings) {
    let compared = PAIRS / (declared.people.len() + declared.schedules.len());
    for (index, ((_, name), places)) in unknown.iter().enumerate() {
        let may_be_schedule = places.iter().all(|(_, role)| role.may_be_schedule());
        let message = match may_be_schedule {
            true => format!("no person and no schedule is called `{name}`"),
            false => format!("nobody with the id `{name}` is declared"),
        };
        let meant = Some(*name).filter(|_| index < compared);
        let help = match meant.and_then(|name| declared.meant(name, may_be_schedule)) {
            Some(id) => format!("did you mean `{id}`? If not, declare `{name}` under `people`"),
            None if declared.schedules.contains(name) => {
                format!("`{name}` is a schedule: name people here, by their ids")
            }
            None if may_be_schedule => {
                format!("declare `{name}` under `people` or `schedules`, or name one that is there")
            }
            None => format!("declare `{name}` under `people`, or name somebody who is there"),
        };
        let (span, role) = places[0];
        let mut entry = out.at(Subject::Person((*name).to_owned()), span, message);
        entry = entry.here(role.says()).help(help);
        for (span, role) in &places[1..] {
            entry = entry.label(*span, role.says());
        }
    }
}

/// One finding in place of one for each name.
fn report_nobody(unit: UnitView<'_>, unknown: &Places<'_>, out: &mut Findings) {
    let Some(((_, name), places)) = unknown.first_key_value() else {
        return;
    };
    let (span, role) = places[0];
    let message = "people are named, but none are declared";
    out.at(Subject::Unit, span, message)
        .unit(unit.folder())
        .here(role.says())
        .help(format!(
            "declare `{name}` and everybody else who can be called under `people`, with how to reach them"
        ));
}
