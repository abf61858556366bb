//! Nothing says how soon somebody answers.

use super::is_unread;
use crate::model::{Stated, UnitView};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "people/missing-response-time",
    group: Group::People,
    answer: Some(Answer::Who),
    level: Level::Note,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "nothing says how soon somebody answers a page",
    why: "Without a time nobody knows when to call the next person, and whoever is on call does not know how far from a keyboard they may be.",
    fix: "Write `who: {respond_within: 30 minutes}` in `ops/preparedness.yaml`, with the time that is agreed.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        let is_said_outside = unit.around().skip(1).any(lacks);
        if !lacks(unit) || is_said_outside || is_unread(cx, out, unit) {
            continue;
        }
        let subject = Subject::Slot(SLOT.to_owned());
        let message = "nothing says how soon somebody answers a page";
        out.add(subject, unit.anchor(Answer::Who), message.to_owned())
            .unit(unit.folder())
            .help("write `who: {respond_within: 30 minutes}` in `ops/preparedness.yaml`, with the time that is agreed");
    }
}

const SLOT: &str = "who.respond_within";

/// Whether a unit says in native files who is called, and neither it nor one around it how soon.
fn lacks(unit: UnitView<'_>) -> bool {
    says_who(unit) && !unit.around().any(|unit| states(unit, SLOT))
}

fn says_who(unit: UnitView<'_>) -> bool {
    let has_people = unit.own_people().next().is_some();
    has_people || unit.own_rotas().next().is_some() || states(unit, "who.paging")
}

/// What could not be understood is not missing.
fn states(unit: UnitView<'_>, slot: &str) -> bool {
    let stated = unit.slot(slot);
    stated.is_some_and(|stated| !matches!(stated, Stated::Missing))
}
