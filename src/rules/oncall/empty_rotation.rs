//! A schedule that nobody is in.

use crate::model::schedule::{Rotation, Schedule};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/empty-rotation",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a schedule or a layer of it names nobody",
    why: "A schedule with a name and nobody in it looks like an answer and pages nobody.",
    fix: "Name the people who take turns, link the tool that keeps the rota with `managed_in`, or delete the schedule.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        for schedule in unit.own_rotas().flat_map(|rota| &rota.schedules) {
            let is_elsewhere = schedule.managed_in.is_some() || schedule.follow.is_some();
            if schedule.is_understood && !is_elsewhere {
                judge(out, schedule);
            }
        }
    }
}

fn judge(out: &mut Findings, schedule: &Schedule) {
    let name = &schedule.name.value;
    let mut report = |span, message: String| {
        out.at(Subject::Schedule(name.clone()), span, message)
            .help("name who takes turns under `people`, or link the tool that keeps the rota with `managed_in`");
    };
    // Each layer that is empty is said, unless all are.
    if schedule.rotations().all(is_empty) {
        return report(schedule.name.span, format!("nobody is in `{name}`"));
    }
    for (index, layer) in schedule.layers.iter().enumerate() {
        if is_empty(layer) {
            let (span, layer) = match &layer.name {
                Some(layer) => (layer.span, format!("layer `{}`", layer.value)),
                None => (layer.span, format!("layer {}", index + 1)),
            };
            report(span, format!("nobody is in {layer} of `{name}`"));
        }
    }
}

fn is_empty(rotation: &Rotation) -> bool {
    let mut duties = rotation.duties();
    duties.all(|duty| duty.people.is_empty() && !duty.is_placeholder)
}
