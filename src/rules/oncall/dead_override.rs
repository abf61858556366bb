//! A change that changes nothing.

use super::words::quoted;
use super::{Watch, all_watches};
use crate::oncall::{Change, Instant, Interval, Override, PersonIndex, Rendered};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "oncall/dead-override",
    group: Group::Oncall,
    answer: Some(Answer::Who),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a change to the plan changes nothing",
    why: "Whoever wrote it believes that a swap is arranged. It is not: the dates or the name do not meet the plan.",
    fix: "Correct the dates or the name, or delete the change.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for watch in all_watches(cx) {
        let now = watch.window().start;
        let overrides = &watch.plan.engine.overrides;
        // What is over did its work, or nobody will mend it any more.
        let coming = overrides.iter().zip(&watch.plan.overrides);
        let coming: Vec<_> = coming.filter(|(one, _)| one.interval.end > now).collect();
        let Some(span) = reach(&coming) else {
            continue;
        };
        let Some(Ok(plan)) = watch.schedule.render_plan(span) else {
            let name = watch.name();
            let reason =
                format!("the changes of `{name}` reach too far to be compared with its plan");
            out.not_assessed(watch.unit.folder(), reason);
            continue;
        };
        let plan = ByPerson::of(&plan);
        for (change, span) in coming {
            if let Some(why) = plan.why_dead(watch, change) {
                out.at(
                    Subject::Schedule(watch.name().to_owned()),
                    *span,
                    format!("this change does nothing: {why}"),
                )
                .unit(watch.unit.folder())
                .help("correct its dates or its name, or delete it");
            }
        }
    }
}

fn reach(changes: &[(&Override, &crate::text::Span)]) -> Option<Interval> {
    let starts = changes.iter().map(|(change, _)| change.interval.start);
    let ends = changes.iter().map(|(change, _)| change.interval.end);
    Some(Interval::new(starts.min()?, ends.max()?))
}

/// The plan without changes, as each person's duties.
struct ByPerson<'r> {
    plan: &'r Rendered,
    duties: Vec<Vec<Interval>>,
}

impl<'r> ByPerson<'r> {
    fn of(plan: &'r Rendered) -> ByPerson<'r> {
        let mut duties = vec![Vec::new(); plan.people.len()];
        for shift in plan.by_person() {
            duties[shift.person].push(shift.interval);
        }
        ByPerson { plan, duties }
    }

    fn why_dead(&self, watch: Watch<'_>, change: &Override) -> Option<String> {
        let people = &watch.plan.engine.people;
        let name = |person: PersonIndex| people[person].id.as_str();
        let at = change.interval;
        match &change.change {
            Change::Remove(person) if !self.is_ever(*person, at) => {
                Some(format!("`{}` is not on duty then", name(*person)))
            }
            Change::Swap { person, .. } if !self.is_ever(*person, at) => {
                Some(format!("`{}` is not on duty then", name(*person)))
            }
            Change::Swap { person, by } if by == &[*person] => {
                Some(format!("`{}` takes their own place", name(*person)))
            }
            Change::Add(person) if self.is_always(*person, at) => {
                Some(format!("`{}` is on duty then anyway", name(*person)))
            }
            Change::Cover { people, .. } if self.is_just(people, at) => {
                let names: Vec<&str> = people.iter().map(|person| name(*person)).collect();
                let are = if names.len() == 1 { "is" } else { "are" };
                Some(format!("{} {are} on duty then anyway", quoted(&names)))
            }
            _ => None,
        }
    }

    fn is_ever(&self, person: PersonIndex, at: Interval) -> bool {
        let duty = self.next(person, at.start);
        duty.is_some_and(|duty| duty.start < at.end)
    }

    fn is_always(&self, person: PersonIndex, at: Interval) -> bool {
        let duty = self.next(person, at.start);
        duty.is_some_and(|duty| duty.start <= at.start && at.end <= duty.end)
    }

    /// The duty of a person that ends next.
    fn next(&self, person: PersonIndex, after: Instant) -> Option<Interval> {
        let duties = self.duties.get(person)?;
        let index = duties.partition_point(|duty| duty.end <= after);
        duties.get(index).copied()
    }

    fn is_just(&self, people: &[PersonIndex], at: Interval) -> bool {
        let mut people = people.to_vec();
        people.sort_unstable();
        people.dedup();
        let shift = self
            .plan
            .at(at.start)
            .filter(|shift| at.end <= shift.interval.end);
        shift.is_some_and(|shift| {
            let mut on_call = self.plan.on_call(shift).to_vec();
            on_call.sort_unstable();
            on_call == people
        })
    }
}
