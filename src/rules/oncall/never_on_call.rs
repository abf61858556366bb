//! Somebody is in a rotation and never on duty.

use super::load::{Load, loads};
use super::words::{counted, length, quoted};
use super::{Watch, watches};
use crate::model::UnitView;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/never-on-call",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "somebody is in a rotation and never on duty, or one person is always",
    why: "A turn that always falls on days without duty leaves one person out and gives the others more. Who works alone is on call for ever, and nobody can be.",
    fix: "Count only active days, `count: active days`, or let the number of people not divide the week. Who works alone can say when nobody is wanted, with `hours` and `coverage: best-effort`, or find a second person.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        for load in loads(cx, unit) {
            judge(out, unit, &load);
        }
        if let [watch] = watches(cx, unit)[..] {
            judge_alone(out, unit, watch);
        }
    }
}

fn judge(out: &mut Findings, unit: UnitView<'_>, load: &Load<'_>) {
    let idle = load.duty.iter().filter(|(_, seconds)| **seconds == 0);
    let idle: Vec<&str> = idle.map(|(name, _)| *name).collect();
    if idle.is_empty() || idle.len() == load.duty.len() {
        return;
    }
    let name = load.watch.name();
    let who = match idle.len() {
        ..=3 => quoted(&idle),
        count => counted(count as i64, "person").replace("persons", "people"),
    };
    let be = if idle.len() == 1 { "is" } else { "are" };
    let window = length(load.window.seconds());
    let message = format!("{who} {be} in `{name}` and never on duty in {window}");
    out.at(
        Subject::Schedule(name.to_owned()),
        load.watch.schedule.name.span,
        message,
    )
    .unit(unit.folder())
    .help("let turns meet the hours of duty: `count: active days`, or turns of whole weeks");
}

/// One note for who works alone.
fn judge_alone(out: &mut Findings, unit: UnitView<'_>, watch: Watch<'_>) {
    let [person] = watch.plan.engine.people.as_slice() else {
        return;
    };
    let window = watch.window();
    let covered = watch.rendered.covered();
    let is_always = covered.first().is_some_and(|stretch| *stretch == window);
    if !is_always || watch.schedule.coverage.is_some() || unit.people().len() > 2 {
        return;
    }
    let name = watch.name();
    let message = format!(
        "nobody but `{}` is ever on call, and nobody can be on call for ever",
        person.id
    );
    out.at(Subject::Schedule(name.to_owned()), watch.schedule.name.span, message)
        .unit(unit.folder())
        .help("say when nobody is wanted, with `hours` and `coverage: best-effort`, or find somebody who takes over at times");
}
