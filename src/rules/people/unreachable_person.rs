//! Somebody is on call and nothing says how they are reached.

use std::collections::BTreeMap;

use super::{is_unread, on_call};
use crate::model::{CalledBy, Person, Stated, UnitView};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "people/unreachable-person",
    group: Group::People,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing says how somebody on call is reached",
    why: "A name without a number wakes nobody, and the night of an incident is a poor time to ask around for one.",
    fix: "Say under `phone_in` where the number is kept, or name the tool or the hotline that reaches whoever is on call: `who: {paging: …}` in `ops/preparedness.yaml`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for (unit, mut people) in on_call(cx) {
        people.retain(|person| is_unreachable(person));
        let is_paged = unit.has("who.paging") || unit.has("who.hotline");
        if people.is_empty() || is_paged || is_unread(cx, out, unit) {
            continue;
        }
        let called = first_calls(unit);
        for person in people {
            let id = &person.id.value;
            let message = format!("nothing says how `{id}` is reached");
            let mut entry = out
                .at(Subject::Person(id.clone()), person.id.span, message)
                .unit(unit.folder())
                .help("say in `phone_in` where the number is kept, or name the tool that pages people in `who: {paging: …}`");
            if let Some((span, text)) = called.get(id.as_str()) {
                entry = entry.label(*span, *text);
            }
        }
    }
}

/// What could not be understood is not missing; the schema has said it.
fn is_unreachable(person: &Person) -> bool {
    let is_unclear = |stated: &Stated<String>| matches!(stated, Stated::NotUnderstood(_));
    !person.is_reachable() && !is_unclear(&person.phone) && !is_unclear(&person.phone_in)
}

/// Where each person is first put on call.
fn first_calls(unit: UnitView<'_>) -> BTreeMap<&str, (Span, &'static str)> {
    let mut first = BTreeMap::new();
    for called in unit.own_rotas().flat_map(|rota| &rota.called) {
        let text = match called.by {
            CalledBy::Schedule => "on call in this schedule",
            CalledBy::Escalation => "paged by this escalation",
            CalledBy::Mention | CalledBy::Follow => continue,
        };
        let name = called.name.value.as_str();
        first.entry(name).or_insert((called.name.span, text));
    }
    first
}
