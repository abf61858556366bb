//! Three people or more, and nobody behind the one on call.

use std::collections::BTreeSet;

use super::watches;
use crate::model::{NotComputable, UnitView};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/missing-secondary",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "three people or more are on call, and nobody is next when the first does not answer",
    why: "Phones run flat and people sleep deeply. With three people there is somebody to take the second call, and a page that is not answered within minutes should reach them.",
    fix: "Add a schedule that follows the first, `{name: secondary, follow: primary, ahead: 1}`, and page it next under `escalation`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        let watches = watches(cx, unit);
        let [watch] = watches[..] else {
            continue;
        };
        if has_second_line(unit) {
            continue;
        }
        let engine = &watch.plan.engine;
        let layers = engine.layers.iter().flat_map(|layer| &layer.positions);
        let duties: Vec<_> = layers
            .chain(engine.fixed.iter().map(|fixed| &fixed.people))
            .collect();
        let people: BTreeSet<usize> = duties
            .iter()
            .flat_map(|duty| duty.iter().copied())
            .collect();
        // Two on duty together back each other.
        let are_pairs = duties.iter().all(|duty| duty.len() != 1);
        if people.len() < 3 || are_pairs {
            continue;
        }
        let name = watch.name();
        let message = format!(
            "{} people take turns in `{name}`, and nobody is next when one does not answer",
            people.len()
        );
        out.at(Subject::Slot("who.escalation".to_owned()), watch.schedule.name.span, message)
            .unit(unit.folder())
            .help(format!(
                "add `{{name: secondary, follow: {name}, ahead: 1}}` to `schedules`, and page it next under `escalation`"
            ));
    }
}

/// Whether a second schedule or a second level is there, in text or in a tool too.
fn has_second_line(unit: UnitView<'_>) -> bool {
    let mut plans = unit.around().flat_map(|unit| &unit.oncall().schedules);
    let is_kept_elsewhere =
        plans.any(|schedule| matches!(schedule.plan, Err(NotComputable::ManagedIn(_))));
    let is_written = unit.escalation().is_empty() && unit.has("who.escalation");
    is_kept_elsewhere || is_written || unit.schedules().len() > 1 || unit.escalation().len() > 1
}
