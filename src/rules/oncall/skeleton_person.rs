//! A schedule with a blank in place of a person.

use super::words::counted;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/skeleton-person",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a schedule names a placeholder in place of a person",
    why: "A rota with `Engineer A` or `TBD` in it looks finished and pages nobody.",
    fix: "Write the id of a person who is declared under `people`, or `nobody` where nobody is meant.",
    params: &[],
    shape: Shape::Repository(check),
};

/// Places that are shown besides the first one.
const MORE: usize = 2;

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        for schedule in &unit.oncall().schedules {
            let [first, others @ ..] = schedule.placeholders.as_slice() else {
                continue;
            };
            let name = &schedule.name.value;
            let count = counted(schedule.placeholders.len() as i64, "placeholder");
            let message = format!("`{name}` has {count} in place of people");
            out.at(Subject::Schedule(name.clone()), *first, message)
                .unit(unit.folder())
                .here("nobody can be called by this name")
                .help("write the id of somebody who is declared under `people`, or `nobody` where nobody is meant")
                .and_here(others, MORE, |more| format!("+ {more} more"));
        }
    }
}
