//! Who is on call over the horizon, computed once for all rules of a check.

use std::sync::OnceLock;

use super::{Days, Param, Settings, Stricter};
use crate::clock::Clock;
use crate::model::schedules::Plan;
use crate::model::{Ops, UnitView};
use crate::oncall::{self, Error, Interval, Rendered};

/// How far ahead rotas are looked at; all rules on being on call share it.
pub static HORIZON: Param<Days> = Param {
    name: "horizon",
    default: Days(90),
    help: "how far ahead the rota is looked at, where `require` does not say it itself",
    stricter: Stricter::Larger,
};

/// The rotas of all units; computed when the first rule asks.
#[derive(Debug, Default)]
pub struct Roster(OnceLock<Vec<UnitRoster>>);

/// The rota of one unit over the time that is looked at.
#[derive(Debug)]
pub struct UnitRoster {
    pub window: Interval,
    /// What the policy or its default looks ahead, in seconds.
    pub horizon: i64,
    /// As the schedules of the unit's plan; none where there is nothing to compute.
    pub rendered: Vec<Option<Result<Rendered, Error>>>,
}

impl Roster {
    /// As [`Ops::units`].
    pub(super) fn units(&self, ops: &Ops, clock: Clock, settings: &Settings) -> &[UnitRoster] {
        self.0.get_or_init(|| {
            let Days(days) = settings.get("oncall", "oncall", &HORIZON);
            let horizon = i64::from(days) * 86_400;
            let views = ops.views();
            views.map(|unit| render(unit, clock, horizon)).collect()
        })
    }
}

fn render(unit: UnitView<'_>, clock: Clock, horizon: i64) -> UnitRoster {
    let plan = unit.oncall();
    let stated = plan.promises.iter().filter_map(|promise| promise.horizon);
    let furthest = stated.fold(horizon, i64::max);
    let now = clock.instant(&unit.timezone());
    let window = Interval::new(now, now.saturating_add(furthest));
    let of = |plan: &Plan| oncall::render(&plan.engine, window);
    let schedules = plan.schedules.iter();
    UnitRoster {
        window,
        horizon,
        rendered: schedules
            .map(|schedule| schedule.plan.as_ref().ok().map(of))
            .collect(),
    }
}
