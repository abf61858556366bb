//! Somebody is declared and never named.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::{is_encrypted, is_kept_elsewhere, is_unread};
use crate::model::{Person, Stated, UnitView};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "people/unused-person",
    group: Group::People,
    answer: Some(Answer::Who),
    level: Level::Note,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "somebody is declared and nothing ever calls them",
    why: "Whoever reads the list in an incident takes everybody on it for somebody who can be called.",
    fix: "Add the person to a schedule or to the escalation, name them as a backup, or take them off the list.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    let owners = OnceCell::new();
    for unit in cx.units() {
        let declared: Vec<&Person> = unit.own_people().collect();
        let users: Vec<UnitView<'_>> = std::iter::once(unit).chain(unit.inside()).collect();
        let has_rota = |user: &UnitView<'_>| user.own_rotas().next().is_some();
        // Without a rota everybody who is declared is on call.
        if declared.is_empty()
            || !users.iter().any(has_rota)
            || users.iter().any(|u| is_kept_elsewhere(*u))
        {
            continue;
        }
        let named = named(&users);
        let today = cx.clock.today(&unit.timezone());
        for person in declared {
            let is_used = is_named(person, &named)
                || is_named(person, owners.get_or_init(|| all_owners(cx)))
                || is_encrypted(&person.id.value);
            if is_used || person.has_left(today) {
                continue;
            }
            if is_unread(cx, out, unit) {
                break;
            }
            let id = &person.id.value;
            let message = format!("`{id}` is declared, and nothing calls them");
            out.at(Subject::Person(id.clone()), person.id.span, message)
                .unit(unit.folder())
                .help("add them to a schedule, to the escalation or as a backup, or take them off the list");
        }
    }
}

/// Everybody who owns what is to be done.
fn all_owners<'a>(cx: &Context<'a>) -> BTreeSet<&'a str> {
    let items = cx
        .ops
        .documents()
        .flat_map(|document| document.action_items());
    let owners = items.flat_map(|item| &item.owners);
    owners.map(|owner| owner.value.as_str()).collect()
}

/// Every name that units use: in rotas, as backups, and of those who post.
fn named<'a>(users: &[UnitView<'a>]) -> BTreeSet<&'a str> {
    let mut named = BTreeSet::new();
    for unit in users {
        let called = unit.own_rotas().flat_map(|rota| &rota.called);
        named.extend(called.map(|called| called.name.value.as_str()));
        named.extend(unit.own_posters().map(|name| name.value.as_str()));
        for person in unit.own_people() {
            if let Stated::Known(backup) = &person.backup {
                named.insert(backup.value.as_str());
            }
        }
    }
    named
}

fn is_named(person: &Person, named: &BTreeSet<&str>) -> bool {
    let handles = person.handles.iter().map(|handle| handle.value.as_str());
    let full = match &person.name {
        Stated::Known(name) => Some(name.value.as_str()),
        _ => None,
    };
    let mut names = handles.chain(full).chain([person.id.value.as_str()]);
    names.any(|name| named.contains(name))
}
