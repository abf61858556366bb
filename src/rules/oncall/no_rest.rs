//! Turns back to back.

use super::words::stretch;
use super::{Watch, all_watches};
use crate::oncall::{Interval, turns};
use crate::rule::{
    Answer, Cause, Context, Days, Extent, Findings, Group, Level, Rule, Shape, Subject,
};

pub(super) static RULE: Rule = Rule {
    name: "oncall/no-rest",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "somebody has two turns in a row",
    why: "After a turn people need nights without a telephone.",
    fix: "Put somebody else between the two turns.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    let Days(long) = super::long_shift::MAX.default;
    for watch in all_watches(cx).filter(|watch| watch.takes_turns()) {
        let turns = whole_turns(watch);
        let mut rows: Vec<(&str, Interval)> = Vec::new();
        for shift in watch.bearable().by_person() {
            // Longer ones are `oncall/long-shift`.
            if shift.interval.seconds() > i64::from(long) * 86_400 + 3600 {
                continue;
            }
            let from = turns.partition_point(|turn| turn.start < shift.interval.start);
            let inside = turns[from..]
                .iter()
                .take_while(|turn| turn.end <= shift.interval.end);
            if inside.take(2).count() == 2 {
                let person = watch.plan.engine.people[shift.person].id.as_str();
                rows.push((person, shift.interval));
            }
        }
        report(out, watch, &rows);
    }
}

fn report(out: &mut Findings, watch: Watch<'_>, rows: &[(&str, Interval)]) {
    let mut people: Vec<&str> = rows.iter().map(|(person, _)| *person).collect();
    people.sort_unstable();
    people.dedup();
    let zone = watch.unit.timezone();
    for person in people {
        let own = rows.iter().filter(|(of, _)| *of == person);
        let own: Vec<Interval> = own.map(|(_, interval)| *interval).collect();
        let name = watch.name();
        let times = super::words::counted(own.len() as i64, "time");
        out.at(
            Subject::Schedule(name.to_owned()),
            watch.schedule.name.span,
            format!("`{person}` has turns of `{name}` back to back, {times}"),
        )
        .unit(watch.unit.folder())
        .extent(Extent::Intervals(
            own.iter().map(|i| (i.start, i.end)).collect(),
        ))
        .note(format!("first: {}", stretch(own[0], &zone)))
        .help("put somebody else between the two turns");
    }
}

/// The turns of the layers that are dealt, and the shifts of lists, by their beginning.
fn whole_turns(watch: Watch<'_>) -> Vec<Interval> {
    let engine = &watch.plan.engine;
    let mut all: Vec<Interval> = engine.fixed.iter().map(|fixed| fixed.interval).collect();
    for layer in engine
        .layers
        .iter()
        .filter(|layer| layer.positions.len() > 1)
    {
        let turns = turns(layer, watch.window()).unwrap_or_default();
        all.extend(turns.iter().map(|turn| turn.interval));
    }
    all.sort_unstable();
    all
}
