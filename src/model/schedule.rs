//! On-call schedules as a native file states them.
//!
//! Names, dates and lengths are kept as their author meant them, each with its bytes; whose turn it
//! is at which instant is computed in [`super::schedules`]. The schema judges shape. What has the
//! right shape and still cannot be meant, such as the 30th of February, is a fault of its own.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;

use super::native::text;
use super::person::texts;
use super::schema::{Fault, FaultKind};
use super::zone;
use crate::binary::binary;
use crate::oncall::{Instant, Weekdays, Window};
use crate::parse::yaml::Node;
use crate::text::{Span, Spanned};
use crate::vocabulary;

/// Who is called, when, and what is promised, as one native file states it.
#[derive(Clone, Debug, Default)]
pub struct Rota {
    pub schedules: Vec<Schedule>,
    pub escalation: Vec<EscalationLevel>,
    pub leave: Vec<Leave>,
    /// None if the file requires nothing.
    pub require: Vec<Require>,
    /// Everybody and everything that is named, in order of the file.
    pub called: Vec<Called>,
    /// Where the escalation or the schedules begin.
    pub span: Option<Span>,
}

binary!(struct Rota { schedules, escalation, leave, require, called, span });

/// Somebody or something that a schedule or an escalation names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// The id of a person, or the name of a schedule.
    pub name: Spanned<String>,
    pub by: CalledBy,
}

binary!(struct Called { name, by });

/// What names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalledBy {
    /// A person in a rotation.
    Schedule,
    /// A person or schedule at a level of the escalation.
    Escalation,
    /// A change, a leave or a promise: named, but not thereby on call.
    Mention,
    /// The schedule that another one follows.
    Follow,
}

binary!(
    enum CalledBy {
        Schedule,
        Escalation,
        Mention,
        Follow,
    }
);

impl CalledBy {
    /// Whether somebody who is named so is on call.
    pub fn is_on_call(self) -> bool {
        matches!(self, CalledBy::Schedule | CalledBy::Escalation)
    }
}

/// One schedule.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub name: Spanned<String>,
    /// The whole entry.
    pub span: Span,
    /// What stands in the schedule itself; empty if it has layers or follows another.
    pub rotation: Rotation,
    /// The one that counts most first.
    pub layers: Vec<Rotation>,
    /// All layers count at once.
    pub is_together: bool,
    pub follow: Option<Spanned<String>>,
    /// Turns ahead of the schedule that is followed; one if it is not said.
    pub ahead: usize,
    pub ahead_span: Option<Span>,
    pub coverage: Option<Spanned<Coverage>>,
    pub changes: Vec<Change>,
    /// A link to the tool that keeps it.
    pub managed_in: Option<Spanned<String>>,
    /// Nothing in it is encrypted, of the wrong shape or impossible, so that it may be judged.
    pub is_understood: bool,
    /// Where it stands in its file, as a JSON Pointer.
    pub pointer: String,
}

binary!(struct Schedule {
    name,
    span,
    rotation,
    layers,
    is_together,
    follow,
    ahead,
    ahead_span,
    coverage,
    changes,
    managed_in,
    is_understood,
    pointer,
});

/// People in turn, or a list of dates.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// Only layers have names of their own.
    pub name: Option<Spanned<String>>,
    pub span: Span,
    pub people: Vec<Duty>,
    /// The list of people; none if it is not there.
    pub people_span: Option<Span>,
    pub every: Option<Spanned<Every>>,
    pub handoff: Option<Spanned<Handoff>>,
    pub from: Option<Spanned<Moment>>,
    pub until: Option<Spanned<Moment>>,
    pub eras: Vec<Era>,
    pub hours: Vec<Window>,
    pub hours_span: Option<Span>,
    /// Days on which `hours` begin.
    pub active_days: Weekdays,
    /// Where it says that only active days use up a turn.
    pub counts_active_days: Option<Span>,
    /// Seconds from the beginning of each turn.
    pub on_for: Option<Spanned<i64>>,
    pub dates: Vec<Shift>,
    pub dates_span: Option<Span>,
    pub zone: Option<Spanned<TimeZone>>,
}

binary!(struct Rotation {
    name,
    span,
    people,
    people_span,
    every,
    handoff,
    from,
    until,
    eras,
    hours,
    hours_span,
    active_days,
    counts_active_days,
    on_for,
    dates,
    dates_span,
    zone,
});

/// Who is on duty together; nobody if the list is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    pub people: Vec<Spanned<String>>,
    pub span: Span,
    /// Text that stands for a name that is still to come, such as `TBD`.
    pub is_placeholder: bool,
}

binary!(struct Duty { people, span, is_placeholder });

/// The length of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every {
    pub count: i64,
    pub unit: TurnUnit,
}

binary!(struct Every { count, unit });

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnUnit {
    Second,
    Hour,
    Day,
    Week,
    Month,
}

binary!(
    enum TurnUnit {
        Second,
        Hour,
        Day,
        Week,
        Month,
    }
);

/// When turns change: perhaps on one day of the week, always at a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handoff {
    pub weekday: Option<Weekday>,
    pub time: Time,
}

binary!(struct Handoff { weekday, time });

/// A day, a local time, or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Day(Date),
    Local(DateTime),
    Instant(Instant),
}

binary!(
    enum Moment {
        Day(day),
        Local(time),
        Instant(instant),
    }
);

/// How a rotation goes on.
#[derive(Clone, Debug)]
pub struct Era {
    pub span: Span,
    pub from: Spanned<Moment>,
    /// None if the people stay.
    pub people: Option<Vec<Duty>>,
    pub start_with: Option<Duty>,
    pub every: Option<Spanned<Every>>,
    pub handoff: Option<Spanned<Handoff>>,
}

binary!(struct Era { span, from, people, start_with, every, handoff });

/// Who is on duty from a moment to another.
#[derive(Clone, Debug)]
pub struct Shift {
    pub who: Duty,
    pub from: Spanned<Moment>,
    pub to: Spanned<Moment>,
    pub span: Span,
}

binary!(struct Shift { who, from, to, span });

/// A difference from the plan.
#[derive(Clone, Debug)]
pub struct Change {
    pub what: Changed,
    pub from: Spanned<Moment>,
    pub to: Spanned<Moment>,
    pub span: Span,
}

binary!(struct Change { what, from, to, span });

#[derive(Clone, Debug)]
pub enum Changed {
    /// In place of everybody.
    Cover(Duty),
    Swap {
        who: Duty,
        instead_of: Spanned<String>,
    },
    Add(Spanned<String>),
    Remove(Spanned<String>),
    Replace(Vec<Shift>),
}

binary!(enum Changed {
    Cover(who),
    Swap { who, instead_of },
    Add(who),
    Remove(who),
    Replace(shifts),
});

/// What is promised outside the hours of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    BusinessHours,
    BestEffort,
}

binary!(
    enum Coverage {
        BusinessHours,
        BestEffort,
    }
);

/// One level of an escalation.
#[derive(Clone, Debug)]
pub struct EscalationLevel {
    pub span: Span,
    /// Names of schedules and ids of people, paged at once.
    pub page: Vec<Spanned<String>>,
    /// Seconds before the next level is paged.
    pub wait: Option<Spanned<i64>>,
}

binary!(struct EscalationLevel { span, page, wait });

/// Somebody is away.
#[derive(Clone, Debug)]
pub struct Leave {
    pub who: Spanned<String>,
    pub from: Spanned<Moment>,
    pub to: Spanned<Moment>,
    pub span: Span,
}

binary!(struct Leave { who, from, to, span });

/// What schedules must cover.
#[derive(Clone, Debug)]
pub struct Require {
    pub span: Span,
    /// Names of schedules, each held to it.
    pub who: Vec<Spanned<String>>,
    /// Hours; none for always.
    pub cover: Vec<Window>,
    /// Seconds ahead.
    pub horizon: Option<Spanned<i64>>,
}

binary!(struct Require { span, who, cover, horizon });

impl Rotation {
    /// Whether it says who is on duty at all.
    pub fn has_plan(&self) -> bool {
        self.people_span.is_some() || self.dates_span.is_some()
    }

    /// Everybody who takes turns in it at some time, as often as they are named.
    pub fn everybody(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.duties().flat_map(|duty| &duty.people)
    }

    /// Each entry that says who is on duty, now or later.
    pub fn duties(&self) -> impl Iterator<Item = &Duty> {
        let later = self.eras.iter().filter_map(|era| era.people.as_ref());
        let turns = self.people.iter().chain(later.flatten());
        turns.chain(self.dates.iter().map(|shift| &shift.who))
    }
}

impl Schedule {
    /// The rotation, or the layers.
    pub fn rotations(&self) -> impl Iterator<Item = &Rotation> {
        let own = Some(&self.rotation).filter(|rotation| rotation.has_plan());
        own.into_iter().chain(&self.layers)
    }
}

impl Rota {
    /// What a native file says of being on call, and what of it cannot be meant.
    pub(super) fn read(root: Node<'_, '_>, schema: &'static str) -> (Rota, Vec<Fault>) {
        let mut reader = Reader {
            faults: Vec::new(),
            schema,
        };
        let mut rota = Rota {
            schedules: reader.schedules(root.get("schedules")),
            escalation: levels(root.get("escalation")),
            leave: reader.leave(root.get("leave")),
            require: reader.require(root.get("require")),
            ..Rota::default()
        };
        let first = |key: &str| items(root.get(key)).next().map(|node| node.span());
        rota.span = first("schedules").or(first("escalation"));
        rota.called = called(&rota);
        (rota, reader.faults)
    }

    pub fn is_empty(&self) -> bool {
        self.span.is_none() && self.called.is_empty()
    }

    /// Marks the schedules that a fault lies in, or all of a file that was not read to its end: what
    /// is not understood is not judged.
    pub(super) fn doubt(&mut self, faults: &[Fault], is_cut: bool) {
        for schedule in &mut self.schedules {
            let inside = |fault: &&Fault| {
                let rest = fault.pointer.strip_prefix(&schedule.pointer);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let mut faults = faults.iter().filter(inside);
            schedule.is_understood &= !is_cut && faults.next().is_none();
        }
    }
}

/// Whether a name stands for one that is still to come: `TBD`, `_fill_`, `Engineer A`.
pub fn is_stand_in(name: &str) -> bool {
    let frame = |c: char| "_<>[](){}*`?. -".contains(c);
    let core = name.trim_matches(frame).to_lowercase();
    name != "nobody" && (vocabulary::is_placeholder(name) || is_numbered(&core))
}

/// A role with a letter or a number, such as `engineer a` and `person2`.
fn is_numbered(name: &str) -> bool {
    const ROLES: &[&str] = &[
        "dev",
        "developer",
        "engineer",
        "member",
        "name",
        "person",
        "responder",
        "team member",
        "user",
    ];
    let role = ROLES.iter().filter_map(|role| name.strip_prefix(role));
    role.into_iter().any(|rest| {
        let mark = rest.trim_start_matches([' ', '-', '_', '#']);
        let is_number = matches!(mark.len(), 1 | 2) && mark.bytes().all(|b| b.is_ascii_digit());
        let is_letter = mark.len() == 1 && mark.bytes().all(|b| b.is_ascii_alphabetic());
        is_number || is_letter && mark.len() < rest.len()
    })
}

fn called(rota: &Rota) -> Vec<Called> {
    let mut called = Vec::new();
    for schedule in &rota.schedules {
        call_rotation(&mut called, &schedule.rotation);
        for change in &schedule.changes {
            match &change.what {
                Changed::Cover(who) => call(&mut called, CalledBy::Mention, &who.people),
                Changed::Swap { who, instead_of } => {
                    call(&mut called, CalledBy::Mention, &who.people);
                    call(&mut called, CalledBy::Mention, [instead_of]);
                }
                Changed::Add(who) | Changed::Remove(who) => {
                    call(&mut called, CalledBy::Mention, [who]);
                }
                Changed::Replace(shifts) => {
                    let people = shifts.iter().flat_map(|shift| &shift.who.people);
                    call(&mut called, CalledBy::Mention, people);
                }
            }
        }
        for layer in &schedule.layers {
            call_rotation(&mut called, layer);
        }
        call(&mut called, CalledBy::Follow, &schedule.follow);
    }
    for level in &rota.escalation {
        call(&mut called, CalledBy::Escalation, &level.page);
    }
    call(
        &mut called,
        CalledBy::Mention,
        rota.leave.iter().map(|leave| &leave.who),
    );
    let promises = rota.require.iter().flat_map(|promise| &promise.who);
    call(&mut called, CalledBy::Mention, promises);
    called
}

fn call_rotation(called: &mut Vec<Called>, rotation: &Rotation) {
    let people = rotation.people.iter().flat_map(|duty| &duty.people);
    call(called, CalledBy::Schedule, people);
    for era in &rotation.eras {
        let people = era.people.iter().flatten().flat_map(|duty| &duty.people);
        call(called, CalledBy::Schedule, people);
        let first = era.start_with.iter().flat_map(|duty| &duty.people);
        call(called, CalledBy::Mention, first);
    }
    let people = rotation.dates.iter().flat_map(|shift| &shift.who.people);
    call(called, CalledBy::Schedule, people);
}

fn call<'n>(
    called: &mut Vec<Called>,
    by: CalledBy,
    names: impl IntoIterator<Item = &'n Spanned<String>>,
) {
    let names = names
        .into_iter()
        .filter(|name| name.value != "nobody")
        .cloned();
    called.extend(names.map(|name| Called { name, by }));
}

/// Reads what holds dates and times, and notes what is wrong with them.
struct Reader {
    faults: Vec<Fault>,
    schema: &'static str,
}

impl Reader {
    fn schedules(&mut self, list: Option<Node<'_, '_>>) -> Vec<Schedule> {
        let mut names = BTreeSet::new();
        let mut schedules = Vec::new();
        for (index, node) in items(list).enumerate() {
            let pointer = format!("/schedules/{index}");
            let before = self.faults.len();
            let Some(mut schedule) = self.schedule(node, &pointer) else {
                continue;
            };
            if !names.insert(schedule.name.value.clone()) {
                let message = format!("two schedules are called `{}`", schedule.name.value);
                let help = "give each schedule a name of its own";
                self.fault(schedule.name.span, format!("{pointer}/name"), message, help);
            }
            schedule.is_understood = self.faults.len() == before && !holds_encrypted(node);
            schedules.push(schedule);
        }
        self.check_followers(&schedules);
        schedules
    }

    /// Whoever follows so many turns ahead that the list has come round is the same person.
    fn check_followers(&mut self, schedules: &[Schedule]) {
        let by_name: BTreeMap<&str, &Schedule> = schedules
            .iter()
            .map(|schedule| (schedule.name.value.as_str(), schedule))
            .collect();
        for schedule in schedules {
            let Some(follow) = &schedule.follow else {
                continue;
            };
            let Some(followed) = by_name.get(follow.value.as_str()) else {
                continue;
            };
            let turns = |rotation: &Rotation| rotation.people.len();
            let mut lists = followed.rotations().map(turns).filter(|turns| *turns > 0);
            if lists.any(|turns| schedule.ahead % turns == 0) {
                let (name, span) = match schedule.ahead_span {
                    Some(span) => ("ahead", span),
                    None => ("follow", follow.span),
                };
                let message = format!(
                    "`{}` would always be whoever is on duty in `{}`",
                    schedule.name.value, follow.value
                );
                let help = "be ahead by fewer turns than there are people, of whom it takes two";
                self.fault(span, format!("{}/{name}", schedule.pointer), message, help);
            }
        }
    }

    fn schedule(&mut self, node: Node<'_, '_>, pointer: &str) -> Option<Schedule> {
        let layers = items(node.get("layers")).enumerate();
        let layers: Vec<Rotation> = layers
            .map(|(index, layer)| self.rotation(layer, &format!("{pointer}/layers/{index}")))
            .collect();
        let ahead = node.get("ahead").and_then(text);
        let turns = ahead.as_ref().and_then(|text| text.value.parse().ok());
        Some(Schedule {
            name: node.get("name").and_then(text)?,
            span: node.span(),
            rotation: self.rotation(node, pointer),
            layers,
            is_together: is(node.get("together"), "true"),
            follow: node.get("follow").and_then(text),
            ahead: turns.unwrap_or(1),
            ahead_span: ahead.map(|text| text.span),
            coverage: node.get("coverage").and_then(coverage),
            changes: self.changes(node.get("changes"), pointer),
            managed_in: node.get("managed_in").and_then(text),
            is_understood: true,
            pointer: pointer.to_owned(),
        })
    }

    fn rotation(&mut self, node: Node<'_, '_>, pointer: &str) -> Rotation {
        let windows = self.windows(node.get("hours"), &format!("{pointer}/hours"));
        let rotation = Rotation {
            name: node.get("name").and_then(text),
            span: node.span(),
            people: duties(node.get("people")),
            people_span: span(node.get("people")),
            every: self.every(node.get("every"), node.get("handoff"), pointer),
            handoff: self.handoff(node, pointer),
            from: self.moment(node.get("from"), &format!("{pointer}/from")),
            until: self.moment(node.get("until"), &format!("{pointer}/until")),
            eras: Vec::new(),
            active_days: windows
                .iter()
                .fold(Weekdays::default(), |days, (day, _)| days.with(*day)),
            hours: windows.into_iter().map(|(_, window)| window).collect(),
            hours_span: span(node.get("hours")),
            counts_active_days: node
                .get("count")
                .filter(|count| is(Some(*count), "active days"))
                .map(|count| count.span()),
            on_for: node.get("on_for").and_then(duration),
            dates: self.shifts(node.get("dates"), &format!("{pointer}/dates")),
            dates_span: span(node.get("dates")),
            zone: self.zone(node.get("timezone"), pointer),
        };
        let eras = self.eras(node.get("then"), &rotation, pointer);
        self.check_rotation(&rotation, pointer);
        Rotation { eras, ..rotation }
    }

    fn check_rotation(&mut self, rotation: &Rotation, pointer: &str) {
        let (Some(count), Some(every)) = (rotation.counts_active_days, &rotation.every) else {
            return;
        };
        if every.value.unit != TurnUnit::Day {
            let message = "active days are counted in days, and this turn is not".to_owned();
            let help = "write the turn as a number of days, such as `every: 5 days`";
            self.fault(count, format!("{pointer}/count"), message, help);
        }
    }

    fn eras(&mut self, list: Option<Node<'_, '_>>, first: &Rotation, pointer: &str) -> Vec<Era> {
        let mut people = first.people.clone();
        let mut before = first.from.as_ref().map(|from| from.value);
        let mut eras = Vec::new();
        for (index, node) in items(list).enumerate() {
            let pointer = format!("{pointer}/then/{index}");
            let from = self.moment(node.get("from"), &format!("{pointer}/from"));
            let Some(from) = from else {
                continue;
            };
            if before.is_some_and(|before| !is_before(before, from.value)) {
                let message = "this rotation does not begin after the one before it".to_owned();
                let help = "list later rotations in order of their `from`";
                self.fault(from.span, format!("{pointer}/from"), message, help);
            }
            before = Some(from.value);
            let own = node.get("people").map(|list| duties(Some(list)));
            people = own.clone().unwrap_or(people);
            let start_with = node.get("start_with").map(duty);
            let is_listed = |duty: &Duty| people.iter().any(|one| is_same(one, duty));
            if let Some(start) = start_with.as_ref().filter(|duty| !is_listed(duty)) {
                let message = "whoever starts is not in the list of people".to_owned();
                let help = "name an entry of `people`, as it is written there";
                self.fault(start.span, format!("{pointer}/start_with"), message, help);
            }
            eras.push(Era {
                span: node.span(),
                from,
                people: own,
                start_with,
                every: self.every(node.get("every"), node.get("handoff"), &pointer),
                handoff: self.handoff(node, &pointer),
            });
        }
        eras
    }

    fn changes(&mut self, list: Option<Node<'_, '_>>, pointer: &str) -> Vec<Change> {
        let mut changes = Vec::new();
        for (index, node) in items(list).enumerate() {
            let pointer = format!("{pointer}/changes/{index}");
            let between = self.between(node, &pointer);
            let what = self.changed(node, &pointer);
            if let (Some((from, to)), Some(what)) = (between, what) {
                changes.push(Change {
                    what,
                    from,
                    to,
                    span: node.span(),
                });
            }
        }
        changes
    }

    fn changed(&mut self, node: Node<'_, '_>, pointer: &str) -> Option<Changed> {
        if let Some(who) = node.get("who").map(duty) {
            return Some(match node.get("instead_of").and_then(text) {
                Some(instead_of) => Changed::Swap { who, instead_of },
                None => Changed::Cover(who),
            });
        }
        if let Some(added) = node.get("add").and_then(text) {
            return Some(Changed::Add(added));
        }
        if let Some(removed) = node.get("remove").and_then(text) {
            return Some(Changed::Remove(removed));
        }
        let shifts = node.get("replace")?;
        Some(Changed::Replace(
            self.shifts(Some(shifts), &format!("{pointer}/replace")),
        ))
    }

    fn shifts(&mut self, list: Option<Node<'_, '_>>, pointer: &str) -> Vec<Shift> {
        let mut shifts = Vec::new();
        for (index, node) in items(list).enumerate() {
            let between = self.between(node, &format!("{pointer}/{index}"));
            if let (Some((from, to)), Some(who)) = (between, node.get("who").map(duty)) {
                shifts.push(Shift {
                    who,
                    from,
                    to,
                    span: node.span(),
                });
            }
        }
        shifts
    }

    fn leave(&mut self, list: Option<Node<'_, '_>>) -> Vec<Leave> {
        let mut leave = Vec::new();
        for (index, node) in items(list).enumerate() {
            let between = self.between(node, &format!("/leave/{index}"));
            if let (Some((from, to)), Some(who)) = (between, node.get("who").and_then(text)) {
                leave.push(Leave {
                    who,
                    from,
                    to,
                    span: node.span(),
                });
            }
        }
        leave
    }

    fn require(&mut self, list: Option<Node<'_, '_>>) -> Vec<Require> {
        let mut promises = Vec::new();
        for (index, node) in items(list).enumerate() {
            let cover = node.get("cover").filter(|cover| cover.is_sequence());
            let cover = self.windows(cover, &format!("/require/{index}/cover"));
            promises.push(Require {
                span: node.span(),
                who: texts(node.get("who")),
                cover: cover.into_iter().map(|(_, window)| window).collect(),
                horizon: node.get("horizon").and_then(duration),
            });
        }
        promises
    }

    /// `from` and `to` of an entry; neither if one is not understood.
    fn between(
        &mut self,
        node: Node<'_, '_>,
        pointer: &str,
    ) -> Option<(Spanned<Moment>, Spanned<Moment>)> {
        let from = self.moment(node.get("from"), &format!("{pointer}/from"));
        let to = self.moment(node.get("to"), &format!("{pointer}/to"));
        let (from, to) = (from?, to?);
        let is_backwards = match (from.value, to.value) {
            // A day as an end is included.
            (Moment::Day(from), Moment::Day(to)) => to < from,
            (from, Moment::Day(to)) => !is_before(from, Moment::Local(to.to_datetime(Time::MAX))),
            (from, to) => !is_before(from, to),
        };
        if is_backwards {
            let message = "this ends before it begins".to_owned();
            let help = "put the later moment in `to`; a day as an end is included";
            self.fault(to.span, format!("{pointer}/to"), message, help);
            return None;
        }
        Some((from, to))
    }

    fn moment(&mut self, node: Option<Node<'_, '_>>, pointer: &str) -> Option<Spanned<Moment>> {
        let written = node.and_then(text)?;
        match moment(&written.value) {
            Ok(moment) => Some(Spanned::new(moment, written.span)),
            Err(Wrong::Form) => None,
            Err(Wrong::Value) => {
                let message = "there is no such date or time".to_owned();
                let help = "write a day of the calendar as `YYYY-MM-DD`, or a time from 00:00 to 23:59 behind it";
                self.fault(written.span, pointer.to_owned(), message, help);
                None
            }
        }
    }

    fn every(
        &mut self,
        node: Option<Node<'_, '_>>,
        handoff: Option<Node<'_, '_>>,
        pointer: &str,
    ) -> Option<Spanned<Every>> {
        let written = node.and_then(text)?;
        let every = every(&written.value)?;
        let weekday = handoff
            .and_then(text)
            .filter(|text| text.value.starts_with(char::is_alphabetic));
        if let Some(weekday) = weekday.filter(|_| !every.is_whole_weeks()) {
            let message = "a handover on a weekday needs turns of whole weeks".to_owned();
            let help = "write turns as weeks, or give the hour of the handover alone";
            self.fault(weekday.span, format!("{pointer}/handoff"), message, help);
        }
        Some(Spanned::new(every, written.span))
    }

    fn handoff(&mut self, node: Node<'_, '_>, pointer: &str) -> Option<Spanned<Handoff>> {
        let written = node.get("handoff").and_then(text)?;
        let (day, clock) = match written.value.split_once(char::is_whitespace) {
            Some((day, clock)) => (Some(weekday(day)?), clock.trim()),
            None => (None, written.value.as_str()),
        };
        let seconds = self.clock(clock, written.span, pointer, "handoff")?;
        if seconds >= DAY {
            self.no_such_time(written.span, format!("{pointer}/handoff"));
            return None;
        }
        Some(written.map(|_| Handoff {
            weekday: day,
            time: time_of(seconds),
        }))
    }

    /// Windows, each with the day on which it begins.
    fn windows(&mut self, list: Option<Node<'_, '_>>, pointer: &str) -> Vec<(Weekday, Window)> {
        let mut windows = Vec::new();
        for (index, node) in items(list).enumerate() {
            let pointer = format!("{pointer}/{index}");
            if let Some(span) = node.get("span").and_then(text) {
                windows.extend(self.span_window(&span, &pointer));
                continue;
            }
            let (key, days) = match node.get("daily") {
                Some(_) => ("daily", Weekday::Monday.cycle_forward().take(7).collect()),
                None => ("at", weekdays(node.get("days"))),
            };
            let Some(range) = node.get(key).and_then(text) else {
                continue;
            };
            let Some((from, to)) = range.value.split_once('-') else {
                continue;
            };
            let from = self.clock(from, range.span, &pointer, key);
            let to = self.clock(to, range.span, &pointer, key);
            if let (Some(from), Some(to)) = (from, to) {
                for day in days {
                    let only = Weekdays::default().with(day);
                    let window = Window::daily(only, from, to).into_iter();
                    windows.extend(window.map(|window| (day, window)));
                }
            }
        }
        windows
    }

    fn span_window(&mut self, span: &Spanned<String>, pointer: &str) -> Option<(Weekday, Window)> {
        let (from, to) = span.value.split_once('-')?;
        let mut end = |text: &str| {
            let (day, clock) = text.trim().split_once(char::is_whitespace)?;
            let seconds = self.clock(clock, span.span, pointer, "span")?;
            Some((weekday(day)?, seconds))
        };
        let (from, to) = (end(from)?, end(to)?);
        Some((from.0, Window::span(from, to)))
    }

    /// Seconds after midnight; `24:00` is the end of the day.
    fn clock(&mut self, text: &str, span: Span, pointer: &str, key: &str) -> Option<i64> {
        match clock(text) {
            Ok(seconds) => Some(seconds),
            Err(Wrong::Form) => None,
            Err(Wrong::Value) => {
                self.no_such_time(span, format!("{pointer}/{key}"));
                None
            }
        }
    }

    fn no_such_time(&mut self, span: Span, pointer: String) {
        let help = "write a time from 00:00 to 23:59, or 24:00 for the end of a day in `hours`";
        self.fault(
            span,
            pointer,
            "there is no such time of day".to_owned(),
            help,
        );
    }

    fn zone(&mut self, node: Option<Node<'_, '_>>, pointer: &str) -> Option<Spanned<TimeZone>> {
        let read = zone::read(node, format!("{pointer}/timezone"), self.schema);
        read.unwrap_or_else(|fault| {
            self.faults.push(*fault);
            None
        })
    }

    fn fault(&mut self, span: Span, pointer: String, message: String, help: &'static str) {
        self.faults.push(Fault {
            pointer,
            span,
            kind: FaultKind::Impossible {
                message,
                help: help.into(),
            },
            schema: self.schema,
            correction: None,
        });
    }
}

const DAY: i64 = 86_400;

/// Why a text is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    /// It is written in another form; the schema says so.
    Form,
    /// It has the form, and there is no such thing.
    Value,
}

impl Every {
    /// Seconds, for units of a fixed length on the wall clock.
    pub fn seconds(self) -> Option<i64> {
        let unit = match self.unit {
            TurnUnit::Second => 1,
            TurnUnit::Hour => 3600,
            TurnUnit::Day => DAY,
            TurnUnit::Week => 7 * DAY,
            TurnUnit::Month => return None,
        };
        self.count.checked_mul(unit)
    }

    fn is_whole_weeks(self) -> bool {
        self.seconds()
            .is_some_and(|seconds| seconds % (7 * DAY) == 0)
    }
}

fn items<'a, 't>(node: Option<Node<'a, 't>>) -> impl Iterator<Item = Node<'a, 't>> {
    node.into_iter().flat_map(|node| node.items())
}

fn levels(list: Option<Node<'_, '_>>) -> Vec<EscalationLevel> {
    let level = |node: Node<'_, '_>| EscalationLevel {
        span: node.span(),
        page: texts(node.get("page")),
        wait: node.get("wait").and_then(duration),
    };
    items(list).map(level).collect()
}

/// The bytes of a value that is there.
fn span(node: Option<Node<'_, '_>>) -> Option<Span> {
    node.filter(|node| !node.is_null()).map(|node| node.span())
}

fn is(node: Option<Node<'_, '_>>, expected: &str) -> bool {
    node.and_then(|node| node.as_str())
        .is_some_and(|text| text == expected)
}

fn holds_encrypted(node: Node<'_, '_>) -> bool {
    let is_encrypted = node.as_str().is_some_and(|text| text.starts_with("ENC["));
    let mut below = node.entries().map(|entry| entry.value).chain(node.items());
    is_encrypted || below.any(holds_encrypted)
}

fn duties(list: Option<Node<'_, '_>>) -> Vec<Duty> {
    items(list).map(duty).collect()
}

fn duty(node: Node<'_, '_>) -> Duty {
    let mut people = match node.is_sequence() {
        true => texts(Some(node)),
        false => text(node).into_iter().collect(),
    };
    people.retain(|name| name.value != "nobody");
    let is_named = |node: Node<'_, '_>| text(node).is_some() || is(Some(node), "nobody");
    let is_placeholder = match node.is_sequence() {
        true => !node.items().all(is_named),
        false => !is_named(node),
    };
    Duty {
        people,
        span: node.span(),
        is_placeholder,
    }
}

fn is_same(one: &Duty, other: &Duty) -> bool {
    let names = |duty: &Duty| -> BTreeSet<String> {
        duty.people.iter().map(|name| name.value.clone()).collect()
    };
    names(one) == names(other)
}

fn coverage(node: Node<'_, '_>) -> Option<Spanned<Coverage>> {
    let coverage = match node.as_str()? {
        "business-hours" => Coverage::BusinessHours,
        "best-effort" => Coverage::BestEffort,
        _ => return None,
    };
    Some(Spanned::new(coverage, node.span()))
}

/// Whether a moment comes before another, as far as it can be told without a zone.
fn is_before(one: Moment, other: Moment) -> bool {
    match (one, other) {
        (Moment::Instant(one), Moment::Instant(other)) => one < other,
        // A zone is at most a day away from another.
        (Moment::Instant(_), _) | (_, Moment::Instant(_)) => true,
        (one, other) => local(one) < local(other),
    }
}

fn local(moment: Moment) -> DateTime {
    match moment {
        Moment::Day(day) => day.to_datetime(Time::midnight()),
        Moment::Local(local) => local,
        Moment::Instant(_) => DateTime::MIN,
    }
}

fn moment(text: &str) -> Result<Moment, Wrong> {
    let (day, rest) = text
        .split_at_checked("2026-11-23".len())
        .ok_or(Wrong::Form)?;
    let is_digit = |index: usize| day.as_bytes()[index].is_ascii_digit();
    if ![0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(is_digit)
        || !rest.is_empty() && !rest.starts_with(['T', ' '])
    {
        return Err(Wrong::Form);
    }
    let day: Date = day.parse().map_err(|_| Wrong::Value)?;
    let Some(rest) = rest.get(1..) else {
        return Ok(Moment::Day(day));
    };
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != ':')
        .unwrap_or(rest.len());
    let seconds = clock(&rest[..end])?;
    if seconds >= DAY {
        return Err(Wrong::Value);
    }
    let local = day.to_datetime(time_of(seconds));
    let Some(offset) = offset(rest[end..].trim())? else {
        return Ok(Moment::Local(local));
    };
    let utc = TimeZone::UTC
        .to_timestamp(local)
        .map_err(|_| Wrong::Value)?;
    Ok(Moment::Instant(utc.as_second() - offset))
}

/// Seconds east of UTC; nothing if there is no offset.
fn offset(text: &str) -> Result<Option<i64>, Wrong> {
    let sign = match text.as_bytes().first() {
        None => return Ok(None),
        Some(b'Z') => return Ok(Some(0)),
        Some(b'-') => -1,
        Some(_) => 1,
    };
    let digits: String = text[1..].chars().filter(char::is_ascii_digit).collect();
    let (Some(hours), Some(minutes)) = (digits.get(..2), digits.get(2..)) else {
        return Err(Wrong::Form);
    };
    let number = |text: &str| text.parse::<i64>().map_err(|_| Wrong::Form);
    let seconds = number(hours)? * 3600 + number(minutes)? * 60;
    if seconds > 15 * 3600 {
        return Err(Wrong::Value);
    }
    Ok(Some(sign * seconds))
}

fn clock(text: &str) -> Result<i64, Wrong> {
    let mut numbers = text.trim().split(':').map(|part| part.parse::<i64>());
    let mut next = || numbers.next().transpose().map_err(|_| Wrong::Form);
    let (hour, minute, second) = (next()?, next()?, next()?);
    let (Some(hour), Some(minute)) = (hour, minute) else {
        return Err(Wrong::Form);
    };
    let seconds = hour * 3600 + minute * 60 + second.unwrap_or_default();
    let is_real = (0..60).contains(&minute) && (0..60).contains(&second.unwrap_or_default());
    match is_real && (0..=DAY).contains(&seconds) {
        true => Ok(seconds),
        false => Err(Wrong::Value),
    }
}

/// The time of day after so many seconds, below a day.
fn time_of(seconds: i64) -> Time {
    let part = |value: i64| i8::try_from(value).unwrap_or_default();
    let time = Time::new(
        part(seconds / 3600),
        part(seconds / 60 % 60),
        part(seconds % 60),
        0,
    );
    time.unwrap_or(Time::midnight())
}

fn weekday(text: &str) -> Option<Weekday> {
    let text = text.trim().to_ascii_lowercase();
    Some(match text.get(..3)? {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}

/// `Mon-Fri`, `Sat, Sun`, or a list of such.
fn weekdays(node: Option<Node<'_, '_>>) -> Vec<Weekday> {
    let mut days = Vec::new();
    for text in texts(node) {
        for part in text.value.split(',') {
            let mut ends = part.split('-').filter_map(weekday);
            let Some(first) = ends.next() else {
                continue;
            };
            let last = ends.next().unwrap_or(first);
            let mut all = first.cycle_forward().take(7);
            for day in all.by_ref() {
                days.push(day);
                if day == last {
                    break;
                }
            }
        }
    }
    days.sort_by_key(|day| day.to_monday_zero_offset());
    days.dedup();
    days
}

fn every(text: &str) -> Option<Every> {
    let (count, unit) = number_and_unit(text)?;
    let unit = match unit {
        "second" => TurnUnit::Second,
        "hour" | "h" => TurnUnit::Hour,
        "day" | "d" => TurnUnit::Day,
        "week" | "w" => TurnUnit::Week,
        "month" => TurnUnit::Month,
        _ => return None,
    };
    Some(Every { count, unit })
}

/// Seconds; a month is thirty days and a year 365.
fn duration(node: Node<'_, '_>) -> Option<Spanned<i64>> {
    let written = text(node)?;
    let (count, unit) = number_and_unit(&written.value)?;
    let seconds = match unit {
        "second" => 1,
        "minute" | "min" => 60,
        "hour" | "h" => 3600,
        "day" | "d" => DAY,
        "week" | "w" => 7 * DAY,
        "month" => 30 * DAY,
        "year" => 365 * DAY,
        _ => return None,
    };
    Some(written.map(|_| count.saturating_mul(seconds)))
}

fn number_and_unit(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let unit = text[end..].trim();
    let unit = unit
        .strip_suffix('s')
        .filter(|unit| unit.len() > 1)
        .unwrap_or(unit);
    Some((text[..end].parse().ok()?, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_days_local_times_or_instants() {
        let day = |text| moment(text).map(|moment| format!("{moment:?}"));
        assert_eq!(day("2026-12-24").unwrap(), "Day(2026-12-24)");
        assert_eq!(
            day("2026-12-24 9:05").unwrap(),
            "Local(2026-12-24T09:05:00)"
        );
        assert_eq!(moment("1970-01-01T00:00Z"), Ok(Moment::Instant(0)));
        assert_eq!(moment("1970-01-01 02:00 +02:00"), Ok(Moment::Instant(0)));
        assert_eq!(moment("1969-12-31 19:00:30-0500"), Ok(Moment::Instant(30)));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_guessed() {
        for text in [
            "2024-1-5",
            "05/01/2024",
            "24-01-05",
            "tomorrow",
            "2024-01-05x",
        ] {
            assert_eq!(moment(text), Err(Wrong::Form), "{text}");
        }
        for text in [
            "2026-02-30",
            "2026-13-01",
            "2026-01-05 25:00",
            "2026-01-05 24:00",
        ] {
            assert_eq!(moment(text), Err(Wrong::Value), "{text}");
        }
    }

    #[test]
    fn some_names_stand_for_names_that_are_still_to_come() {
        let blanks = [
            "TBD",
            "_fill_",
            "<name>",
            "Engineer A",
            "engineer-2",
            "person1",
            "???",
        ];
        for name in blanks {
            assert!(is_stand_in(name), "{name}");
        }
        for name in [
            "ada",
            "deva",
            "Dev",
            "nobody",
            "usera",
            "bo",
            "tb",
            "devon",
            "user-4711",
        ] {
            assert!(!is_stand_in(name), "{name}");
        }
    }

    #[test]
    fn lengths_have_units() {
        assert_eq!(number_and_unit("2 weeks"), Some((2, "week")));
        assert_eq!(number_and_unit("12h"), Some((12, "h")));
        assert_eq!(every("90 minutes"), None);
        let week = every("168 hours").unwrap();
        assert!(week.is_whole_weeks());
    }
}
