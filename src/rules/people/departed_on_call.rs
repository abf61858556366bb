//! Somebody who has left is still on call.

use super::listed;
use crate::model::{Person, UnitView};
use crate::oncall::Interval;
use crate::rule::{Answer, Cause, Context, Extent, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "people/departed-on-call",
    group: Group::People,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "somebody is on call after their last day with the team",
    why: "A page to somebody who has left is answered by nobody, or by somebody who may not help.",
    fix: "Let the others take the turns: go on in `then` with those who are there, and take the person out of the escalation.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        let today = cx.clock.today(&unit.timezone());
        let mut people = unit.people();
        people.retain(|person| person.has_left(today));
        for person in people {
            judge(cx, out, unit, person);
        }
    }
}

fn judge(cx: &Context<'_>, out: &mut Findings, unit: UnitView<'_>, person: &Person) {
    let Some(last) = person.last_day() else {
        return;
    };
    let id = person.id.value.as_str();
    let mut places = Vec::new();
    let mut duties = Vec::new();
    let mut names = Vec::new();
    let rendered = &cx.roster(unit).rendered;
    for (schedule, rendered) in unit.oncall().schedules.iter().zip(rendered) {
        let Some(Ok(rendered)) = rendered else {
            continue;
        };
        let own = duties_of(rendered, id);
        if !own.is_empty() {
            names.push(schedule.name.value.as_str());
            places.push(schedule.name.span);
            duties.extend(own);
        }
    }
    let levels = unit.own_rotas().flat_map(|rota| &rota.escalation);
    let pages = levels.flat_map(|level| &level.page);
    let pages: Vec<_> = pages.filter(|name| name.value == id).collect();
    let what = match (names.as_slice(), pages.is_empty()) {
        ([], true) => return,
        ([], false) => "is still paged by the escalation".to_owned(),
        (names, _) => format!("is still on call in {}", listed(names)),
    };
    duties.sort_unstable();
    let extent = duties.iter().map(|duty| (duty.start, duty.end));
    let message = format!("`{id}` left on {} and {what}", last.value);
    let mut entry = out
        .at(Subject::Person(id.to_owned()), last.span, message)
        .unit(unit.folder())
        .here("the last day")
        .extent(Extent::Intervals(extent.collect()))
        .help("go on in `then` with those who are there, and take them out of `escalation`");
    for place in places {
        entry = entry.label(place, "on duty here");
    }
    for page in pages {
        entry = entry.label(page.span, "paged here");
    }
}

fn duties_of(rendered: &crate::oncall::Rendered, id: &str) -> Vec<Interval> {
    let shifts = rendered.by_person().into_iter();
    shifts
        .filter(|shift| rendered.people[shift.person] == id)
        .map(|shift| shift.interval)
        .collect()
}
