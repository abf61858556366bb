//! A handover at an hour that the clocks skip or repeat.

use jiff::Timestamp;

use super::words::{clock, moment, time_of_day};
use super::{Watch, all_watches};
use crate::model::schedules::LayerOrigin;
use crate::oncall::{Instant, Interval, Layer, Rhythm, Unit, turns};
use crate::rule::{Answer, Cause, Context, Extent, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/handoff-in-clock-change",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Clock],
    since: "0.1.0",
    summary: "a handover falls on an hour that the clocks skip or repeat",
    why: "At a time that comes twice or never, two people each think that the other one is on call.",
    fix: "Hand over at an hour that every day has once, such as 09:00.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for watch in all_watches(cx).filter(|watch| watch.schedule.follows.is_none()) {
        let layers = watch.plan.engine.layers.iter().zip(&watch.plan.layers);
        for (layer, origin) in layers.filter(|(layer, _)| layer.positions.len() > 1) {
            judge(out, watch, layer, origin);
        }
    }
}

fn judge(out: &mut Findings, watch: Watch<'_>, layer: &Layer, origin: &LayerOrigin) {
    let hour = match layer.rhythm {
        // Turns of a few hours meet every hour of a day.
        Rhythm::Wall {
            unit: Unit::Hour,
            count,
            ..
        } if count < 6 => return,
        Rhythm::Wall { anchor, .. } => anchor.time(),
        _ => return,
    };
    let hour = i64::from(hour.hour()) * 3600 + i64::from(hour.minute()) * 60;
    let window = watch.window();
    let from = Timestamp::from_second(window.start).unwrap_or_default();
    for change in layer.zone.following(from) {
        let at = change.timestamp().as_second();
        if at >= window.end {
            return;
        }
        let before = Timestamp::from_second(at - 1).unwrap_or_default();
        let before = i64::from(layer.zone.to_offset(before).seconds());
        let jump = i64::from(change.offset().seconds()) - before;
        if let Some((turn, how)) = met(layer, at, jump, hour) {
            let name = watch.name();
            let hour = match how {
                "repeat" => time_of_day(turn, &layer.zone),
                _ => hour,
            };
            out.at(
                Subject::Schedule(name.to_owned()),
                origin.handoff.unwrap_or(origin.span),
                format!(
                    "a handover of `{name}` is at {}, which the clocks {how}",
                    clock(hour)
                ),
            )
            .unit(watch.unit.folder())
            .extent(Extent::Intervals(vec![(turn, turn + 1)]))
            .note(format!(
                "turns change then at {}",
                moment(turn, &layer.zone)
            ))
            .help("hand over at an hour that every day has once, such as 09:00");
        }
    }
}

/// The handover that a clock change moves or doubles.
fn met(layer: &Layer, at: Instant, jump: i64, hour: i64) -> Option<(Instant, &'static str)> {
    let around = match jump > 0 {
        true => Interval::new(at, at + 1),
        false => Interval::new(at + jump, at),
    };
    if around.is_empty() {
        return None;
    }
    let turns = turns(layer, around).ok()?;
    let mut starts = turns.iter().map(|turn| turn.interval.start);
    let start = starts.find(|start| around.contains(*start))?;
    match jump > 0 {
        // It begins at the landing, though it is written for an hour before it.
        true => {
            let landing = time_of_day(at, &layer.zone);
            let early = (landing - hour).rem_euclid(86_400);
            (early > 0 && early <= jump).then_some((start, "skip"))
        }
        false => Some((start, "repeat")),
    }
}
