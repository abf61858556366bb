//! A handover at night.

use super::words::clock;
use super::{Watch, all_watches};
use crate::model::schedules::LayerOrigin;
use crate::oncall::{Layer, Rhythm, Unit};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/night-handoff",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Note,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "turns change between 22:00 and 06:00",
    why: "Whoever takes over at night is asleep, and whoever hands over is tired: what is going on gets lost between them.",
    fix: "Hand over when both are awake, such as `handoff: Mon 09:00`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for watch in all_watches(cx).filter(|watch| watch.schedule.follows.is_none()) {
        let layers = watch.plan.engine.layers.iter().zip(&watch.plan.layers);
        for (layer, origin) in layers {
            // What is over cannot be handed over better.
            let is_over = layer.ends.is_some_and(|end| end <= watch.window().start);
            if let Some(hour) = hour(layer).filter(|_| !is_over) {
                report(out, watch, origin, hour);
            }
        }
    }
}

fn report(out: &mut Findings, watch: Watch<'_>, origin: &LayerOrigin, hour: i64) {
    let name = watch.name();
    let place = origin.handoff.unwrap_or(origin.span);
    let help = match origin.handoff {
        Some(_) => "hand over when both are awake, such as `Mon 09:00`",
        None => {
            "say when turns change, such as `handoff: Mon 09:00`: without it they change at the hour of `from`"
        }
    };
    let message = format!("turns of `{name}` change at {}", clock(hour));
    out.at(Subject::Schedule(name.to_owned()), place, message)
        .unit(watch.unit.folder())
        .help(help);
}

/// The local hour of the handover, if it is at night. Where hours limit duty, a turn may change while
/// nobody is on duty, and whoever is next begins with the hours.
fn hour(layer: &Layer) -> Option<i64> {
    const NIGHT_ENDS: i64 = 6 * 3600;
    const NIGHT_BEGINS: i64 = 22 * 3600;
    if layer.positions.len() < 2 || !layer.windows.is_empty() {
        return None;
    }
    let anchor = match layer.rhythm {
        Rhythm::Wall {
            unit: Unit::Hour,
            count,
            ..
        } if count % 24 != 0 => return None,
        Rhythm::Wall { anchor, .. } | Rhythm::ActiveDays { anchor, .. } => anchor,
        Rhythm::Always | Rhythm::Elapsed { .. } | Rhythm::IsoWeeks { .. } => return None,
    };
    let time = anchor.time();
    let hour = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60;
    (!(NIGHT_ENDS..NIGHT_BEGINS).contains(&hour)).then_some(hour)
}
