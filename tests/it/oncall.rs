//! The on-call engine against worked cases and against an evaluator that asks for each instant.

mod case;
mod expect;
mod naive;
mod native;

use case::Case;
use prepcheck::oncall::{Interval, render};

/// Worked cases: the project's own, or those of the file that `PREPCHECK_ONCALL_CASES` names.
#[test]
fn oncall_cases() {
    let own = crate::root().join("tests/it/oncall/cases.json");
    let path = std::env::var_os("PREPCHECK_ONCALL_CASES").map_or(own, Into::into);
    let text = std::fs::read_to_string(&path).expect("a file of cases");
    let mut tally = Tally::default();
    for case in case::read(&text) {
        tally.run(&case);
    }
    println!("{}", tally.line());
    for (id, how) in &tally.ids {
        println!("{id}: {how}");
    }
    assert!(tally.faults.is_empty(), "{}", tally.faults.join("\n"));
    assert!(tally.held > 0, "there are cases");
}

#[derive(Default)]
struct Tally {
    held: usize,
    failed: usize,
    native: usize,
    not_sayable: usize,
    ids: Vec<(String, &'static str)>,
    faults: Vec<String>,
}

impl Tally {
    fn run(&mut self, case: &Case) {
        let mut faults = expect::faults(case, &case.schedule, case.secondary.as_ref());
        let how = match native::yaml(case) {
            None => {
                self.not_sayable += 1;
                "not sayable natively"
            }
            Some(yaml) => {
                self.native += 1;
                match native::read(&yaml) {
                    Ok(schedules) => {
                        let native = expect::faults(case, &schedules[0], schedules.get(1));
                        let native = native.into_iter();
                        faults.extend(native.map(|fault| format!("natively: {fault}\n{yaml}")));
                    }
                    Err(reason) => faults.push(format!("natively: {reason}\n{yaml}")),
                }
                "native"
            }
        };
        match faults.is_empty() {
            true => self.held += 1,
            false => self.failed += 1,
        }
        let how = if faults.is_empty() { how } else { "failed" };
        self.ids.push((case.id.clone(), how));
        let faults = faults.into_iter();
        self.faults
            .extend(faults.map(|fault| format!("{}: {fault}", case.id)));
    }

    fn line(&self) -> String {
        format!(
            "{} held, {} failed, {} native, {} not sayable natively",
            self.held, self.failed, self.native, self.not_sayable
        )
    }
}

/// Days, handovers, eras, followers, lists and hours mean what the schema's descriptions say.
#[test]
fn native_schedules_mean_what_the_schema_says() {
    let shown = |yaml: &str, from: &str, to: &str| -> String {
        let zone = "timezone: Europe/London\n";
        let schedules = native::read(&format!("{zone}schedules:\n{yaml}")).expect(yaml);
        let at = |text: &str| {
            text.parse::<jiff::Timestamp>()
                .expect("an instant")
                .as_second()
        };
        let window = Interval::new(at(from), at(to));
        let mut lines = Vec::new();
        for schedule in &schedules {
            let rendered = render(schedule, window).expect("a schedule");
            for shift in &rendered.shifts {
                let show = |at| jiff::Timestamp::from_second(at).expect("an instant");
                let (start, end) = (show(shift.interval.start), show(shift.interval.end));
                let names = rendered.names(*shift).join(" ");
                lines.push(format!("{start:.0} {end:.0} {names}"));
            }
            lines.push("---".to_owned());
        }
        lines.join("\n").replace(":00Z", "")
    };
    let mut whole = String::new();
    let mut case = |what: &str, yaml: &str, from: &str, to: &str| {
        whole.push_str(&format!("{what}\n{}\n\n", shown(yaml, from, to)));
    };
    let (june, july) = ("2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z");
    case(
        "a day begins at the hour of the handover",
        "  - {name: a, people: [x, y], every: 1 week, handoff: Mon 09:00, from: 2026-06-01, until: 2026-06-14}",
        june,
        july,
    );
    case(
        "a beginning in the middle makes turn 0 short",
        "  - {name: a, people: [x, y], every: 2 weeks, handoff: Mon 09:00, from: 2026-06-10 12:00}",
        june,
        july,
    );
    case(
        "hours of a turn are counted from the handover",
        "  - {name: a, people: [x, y], every: 12 hours, handoff: 09:00, from: 2026-06-29 15:00}",
        june,
        july,
    );
    case(
        "months keep their day",
        "  - {name: a, people: [x, y], every: 1 month, from: 2026-01-31}",
        "2026-01-01T00:00:00Z",
        "2026-05-01T00:00:00Z",
    );
    case(
        "a later rotation deals nothing before it anew, and a follower follows the plan",
        "  - name: a\n    people: [x, y]\n    every: 1 week\n    from: 2026-06-01\n    then: [{from: 2026-06-15, people: [x, y, z], start_with: z}]\n    changes: [{who: z, from: 2026-06-02, to: 2026-06-02}]\n  - {name: b, follow: a}",
        june,
        july,
    );
    case(
        "a list of dates includes its last days, limited to hours",
        "  - name: a\n    hours: [{days: Mon-Fri, at: \"22:00-06:00\"}]\n    dates: [{who: x, from: 2026-06-05, to: 2026-06-07}, {who: [y, z], from: 2026-06-08, to: 2026-06-08}]",
        june,
        july,
    );
    case(
        "only active days count, and a handover at midnight splits a window",
        "  - {name: a, people: [x, y], every: 2 days, count: active days, from: 2026-06-04, hours: [{days: Mon-Fri, at: \"20:00-02:00\"}]}",
        june,
        "2026-06-11T00:00:00Z",
    );
    case(
        "a lower layer counts where the higher has nobody",
        "  - name: a\n    layers:\n      - {people: [x, nobody], every: 1 day, from: 2026-06-29}\n      - {people: [y], until: 2026-06-30 12:00}",
        "2026-06-28T23:00:00Z",
        "2026-07-02T23:00:00Z",
    );
    case(
        "changes are meant in the schedule's zone, at midnight",
        "  - name: a\n    timezone: Asia/Kolkata\n    people: [x]\n    changes: [{remove: x, from: 2026-06-29, to: 2026-06-29}, {add: y, from: 2026-06-29 12:00, to: 2026-06-29T18:30Z}]",
        "2026-06-28T00:00:00Z",
        july,
    );
    snapbox::assert_data_eq!(
        whole,
        snapbox::str![[r#"
a day begins at the hour of the handover
2026-06-01T08:00 2026-06-08T08:00 x
2026-06-08T08:00 2026-06-15T08:00 y
---

a beginning in the middle makes turn 0 short
2026-06-10T11:00 2026-06-22T08:00 x
2026-06-22T08:00 2026-07-01T00:00 y
---

hours of a turn are counted from the handover
2026-06-29T14:00 2026-06-29T20:00 x
2026-06-29T20:00 2026-06-30T08:00 y
2026-06-30T08:00 2026-06-30T20:00 x
2026-06-30T20:00 2026-07-01T00:00 y
---

months keep their day
2026-01-31T00:00 2026-02-28T00:00 x
2026-02-28T00:00 2026-03-30T23:00 y
2026-03-30T23:00 2026-04-29T23:00 x
2026-04-29T23:00 2026-05-01T00:00 y
---

a later rotation deals nothing before it anew, and a follower follows the plan
2026-06-01T00:00 2026-06-01T23:00 x
2026-06-01T23:00 2026-06-02T23:00 z
2026-06-02T23:00 2026-06-07T23:00 x
2026-06-07T23:00 2026-06-14T23:00 y
2026-06-14T23:00 2026-06-21T23:00 z
2026-06-21T23:00 2026-06-28T23:00 x
2026-06-28T23:00 2026-07-01T00:00 y
---
2026-06-01T00:00 2026-06-07T23:00 y
2026-06-07T23:00 2026-06-21T23:00 x
2026-06-21T23:00 2026-06-28T23:00 y
2026-06-28T23:00 2026-07-01T00:00 z
---

a list of dates includes its last days, limited to hours
2026-06-04T23:00 2026-06-05T05:00 x
2026-06-05T21:00 2026-06-06T05:00 x
2026-06-08T21:00 2026-06-08T23:00 y z
---

only active days count, and a handover at midnight splits a window
2026-06-03T23:00 2026-06-04T01:00 x
2026-06-04T19:00 2026-06-05T01:00 x
2026-06-05T19:00 2026-06-06T01:00 x
2026-06-08T19:00 2026-06-09T01:00 y
2026-06-09T19:00 2026-06-09T23:00 y
2026-06-09T23:00 2026-06-10T01:00 x
2026-06-10T19:00 2026-06-11T00:00 x
---

a lower layer counts where the higher has nobody
2026-06-28T23:00 2026-06-29T23:00 x
2026-06-29T23:00 2026-06-30T11:00 y
2026-06-30T23:00 2026-07-01T23:00 x
---

changes are meant in the schedule's zone, at midnight
2026-06-28T00:00 2026-06-28T18:30 x
2026-06-29T06:30 2026-06-29T18:30 y
2026-06-29T18:30 2026-07-01T00:00 x
---


"#]]
    );
}

/// What the schema's forms allow and the calendar, the clock or the other keys do not.
#[test]
fn what_cannot_be_meant_is_said() {
    let cases = [
        "{name: a, people: [x, y], every: 1 week, from: 2026-02-30}",
        "{name: a, people: [x, y], every: 1 week, from: 2024-1-5}",
        "{name: a, people: [x, y], every: 1 week, from: 05/01/2024}",
        "{name: a, people: [x, y]}",
        "{name: a, people: [x, y], every: 1 week, from: 2026-01-05 24:30}",
        "{name: a, people: [x, y], every: 3 days, handoff: Mon 09:00, from: 2026-01-05}",
        "{name: a, people: [x], timezone: Europe/Londn}",
        "{name: a, people: [x], hours: [{daily: \"09:00-25:00\"}]}",
        "{name: a, people: [x], layers: [{people: [y]}]}",
        "{name: a, people: [x], changes: [{add: y, from: 2026-01-05, to: 2026-01-04}]}",
        "{name: a, people: [x], on_for: 12 hours}",
        "{name: a, people: [x, y], every: 1 week, from: 2026-01-05, hours: [{daily: \"09:00-17:00\"}], count: active days}",
        "{name: a, people: [x, y], every: 1 week, from: 2026-01-05, then: [{from: 2026-01-05, start_with: z}]}",
        "{name: a, follow: a}",
        "{name: a, people: [x]}, {name: b, follow: a}",
        "{name: a, people: [x, y], every: 1 week, from: 2026-01-05}, {name: b, follow: a, ahead: 2}",
        "{name: a, people: [x]}, {name: a, people: [y]}",
        "{name: b, follow: a}",
    ];
    let mut whole = String::new();
    for case in cases {
        let found = native::read(&format!("schedules: [{case}]\n")).expect_err(case);
        whole.push_str(&format!("{case}\n  {found}\n"));
    }
    snapbox::assert_data_eq!(
        whole,
        snapbox::str![[r#"
{name: a, people: [x, y], every: 1 week, from: 2026-02-30}
  there is no such date or time
{name: a, people: [x, y], every: 1 week, from: 2024-1-5}
  `from` is not written in a form that is understood
{name: a, people: [x, y], every: 1 week, from: 05/01/2024}
  `from` is not written in a form that is understood
{name: a, people: [x, y]}
  `every` is missing in an entry of `schedules`; `from` is missing in an entry of `schedules`
{name: a, people: [x, y], every: 1 week, from: 2026-01-05 24:30}
  there is no such date or time
{name: a, people: [x, y], every: 3 days, handoff: Mon 09:00, from: 2026-01-05}
  a handover on a weekday needs turns of whole weeks
{name: a, people: [x], timezone: Europe/Londn}
  there is no time zone `Europe/Londn`
{name: a, people: [x], hours: [{daily: "09:00-25:00"}]}
  there is no such time of day
{name: a, people: [x], layers: [{people: [y]}]}
  `people` cannot stand beside the other keys here
{name: a, people: [x], changes: [{add: y, from: 2026-01-05, to: 2026-01-04}]}
  this ends before it begins
{name: a, people: [x], on_for: 12 hours}
  `every` is missing in an entry of `schedules`; `from` is missing in an entry of `schedules`
{name: a, people: [x, y], every: 1 week, from: 2026-01-05, hours: [{daily: "09:00-17:00"}], count: active days}
  active days are counted in days, and this turn is not
{name: a, people: [x, y], every: 1 week, from: 2026-01-05, then: [{from: 2026-01-05, start_with: z}]}
  this rotation does not begin after the one before it; whoever starts is not in the list of people
{name: a, follow: a}
  FollowsItself(Span { file: FileId(0), start: 30, end: 31 })
{name: a, people: [x]}, {name: b, follow: a}
  `b` would always be whoever is on duty in `a`
{name: a, people: [x, y], every: 1 week, from: 2026-01-05}, {name: b, follow: a, ahead: 2}
  `b` would always be whoever is on duty in `a`
{name: a, people: [x]}, {name: a, people: [y]}
  two schedules are called `a`
{name: b, follow: a}
  UnknownSchedule(Spanned { value: "a", span: Span { file: FileId(0), start: 30, end: 31 } })

"#]]
    );
}
