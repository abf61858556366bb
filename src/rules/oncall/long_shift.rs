//! A turn that nobody can bear.

use super::all_watches;
use super::words::{counted, length, quoted, stretch};
use crate::rule::{
    Answer, Cause, Context, Days, Extent, Findings, Group, Level, Param, Rule, Shape, Stricter,
    Subject,
};

pub(super) static RULE: Rule = Rule {
    name: "oncall/long-shift",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "somebody is on call for longer than `max` without a break",
    why: "Who is woken for weeks on end sleeps badly, decides badly and leaves.",
    fix: "Let turns be shorter, such as `every: 1 week`.",
    params: &[&MAX],
    shape: Shape::Repository(check),
};

pub(super) static MAX: Param<Days> = Param {
    name: "max",
    default: Days(14),
    help: "how long somebody may be on call without a break",
    stricter: Stricter::Smaller,
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    let Days(max) = cx.get(&MAX);
    let max = i64::from(max) * 86_400;
    for watch in all_watches(cx).filter(|watch| watch.takes_turns()) {
        // A clock change makes two weeks an hour longer, which is nobody's fault.
        let mut long = watch.bearable().by_person();
        long.retain(|shift| shift.interval.seconds() > max + 3600);
        let Some(first) = long.iter().max_by_key(|shift| shift.interval.seconds()) else {
            continue;
        };
        let mut names: Vec<&str> = long
            .iter()
            .map(|shift| &*watch.plan.engine.people[shift.person].id)
            .collect();
        names.sort_unstable();
        names.dedup();
        let name = watch.name();
        let who = match names.len() {
            ..=3 => quoted(&names),
            count => counted(count as i64, "person").replace("persons", "people"),
        };
        let be = if names.len() == 1 { "is" } else { "are" };
        let zone = watch.unit.timezone();
        let message = format!(
            "{who} {be} on duty in `{name}` for up to {} without a break",
            length(first.interval.seconds())
        );
        let extent = long
            .iter()
            .map(|shift| (shift.interval.start, shift.interval.end));
        let mut extent: Vec<(i64, i64)> = extent.collect();
        extent.sort_unstable();
        out.at(
            Subject::Schedule(name.to_owned()),
            watch.schedule.name.span,
            message,
        )
        .unit(watch.unit.folder())
        .extent(Extent::Intervals(extent))
        .help("let turns be shorter, such as `every: 1 week`")
        .note(format!("longest: {}", stretch(first.interval, &zone)));
    }
}
