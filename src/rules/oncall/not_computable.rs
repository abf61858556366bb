//! A schedule that cannot be computed.

use crate::model::NotComputable;
use crate::model::schedules::PlannedSchedule;
use crate::oncall::Error;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "oncall/not-computable",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a schedule cannot be computed, so that nobody knows whether it has gaps",
    why: "What cannot be computed is not proven to be covered, however well it is meant.",
    fix: "Follow the help of the finding. A schedule that a tool keeps is linked with `managed_in`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        let roster = cx.roster(unit);
        for (schedule, rendered) in unit.oncall().schedules.iter().zip(&roster.rendered) {
            let error = rendered
                .as_ref()
                .and_then(|rendered| rendered.as_ref().err());
            let Some((span, what, help)) = reason(schedule, error.copied()) else {
                continue;
            };
            let name = &schedule.name.value;
            out.at(
                Subject::Schedule(name.clone()),
                span,
                format!("`{name}` {what}"),
            )
            .unit(unit.folder())
            .help(help);
        }
    }
}

/// Where, what and what to do. Silent where a tool keeps the schedule, and where another finding
/// names the cause.
fn reason(
    schedule: &PlannedSchedule,
    error: Option<Error>,
) -> Option<(Span, String, &'static str)> {
    match &schedule.plan {
        Err(NotComputable::FollowsItself(span)) => {
            let what = "follows itself in the end".to_owned();
            Some((*span, what, "name who takes turns in one of the schedules"))
        }
        Err(NotComputable::TooLarge(span)) => {
            let what = "stands for more turns than are computed".to_owned();
            Some((*span, what, "name fewer people, later rotations or shifts"))
        }
        Err(_) => None,
        Ok(_) => {
            let help = match error? {
                Error::TooManyTransitions => "let turns be longer",
                Error::TooManyAtOnce => "let fewer changes overlap",
                Error::TurnLength => "let turns be from a second to a hundred years long",
            };
            Some((schedule.name.span, error?.to_string(), help))
        }
    }
}
