//! Who is on call at one instant: names, numbers, backups, and what happens next.
//!
//! Nothing is masked here: whoever asks is about to dial.

use jiff::tz::TimeZone;

use super::{NONE, fitted, time};
use crate::agenda::{Contact, Level, Moments, OnDuty, Paged, Phone, UnitMoment};
use crate::oncall::Instant;
use crate::report::Layout;
use crate::report::paint::{ALARM, DIM, HEADING, Paint};
use crate::report::wrap::push_paragraph;
use crate::text::sanitise;

/// What is said where nobody is on call and nobody else is paged.
const NOWHERE: &str = "nobody is on call: the page goes nowhere";

/// Who is called, unit by unit and level by level.
pub fn render(moments: &Moments<'_>, layout: Layout) -> String {
    let layout = fitted(layout);
    let mut page = Page {
        out: String::new(),
        paint: Paint::new(layout),
        layout,
        at: moments.at,
    };
    if moments.units.is_empty() {
        page.push(0, NONE, anstyle::Style::new());
    }
    for unit in &moments.units {
        page.push_unit(unit);
    }
    page.out
}

struct Page {
    out: String,
    paint: Paint,
    layout: Layout,
    at: Instant,
}

impl Page {
    fn push(&mut self, indent: usize, words: &str, style: anstyle::Style) {
        let (first, rest) = (" ".repeat(indent), " ".repeat(indent + 2));
        let mut lines = String::new();
        push_paragraph(&mut lines, (&first, &rest), words, self.layout.width);
        for line in lines.lines() {
            self.out.push_str(&self.paint.words(line, style));
            self.out.push('\n');
        }
    }

    fn plain(&mut self, indent: usize, words: &str) {
        self.push(indent, words, anstyle::Style::new());
    }

    fn push_unit(&mut self, unit: &UnitMoment<'_>) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let mut heading = format!("who is on call at {}", time::full(self.at, &unit.zone));
        if unit.zone != TimeZone::UTC {
            heading.push_str(&format!(" ({} UTC)", time::utc(self.at)));
        }
        if !unit.folder.is_empty() {
            heading.push_str(&format!(" in {}", sanitise::text(unit.folder)));
        }
        self.push(0, &heading, DIM);
        if !unit.has_anybody() {
            self.out.push('\n');
            self.push(0, NOWHERE, ALARM);
        }
        for (index, level) in unit.levels.iter().enumerate() {
            self.push_level(index + 1, level, unit);
        }
        for duty in &unit.others {
            self.out.push('\n');
            self.push(0, &sanitise::text(duty.name), HEADING);
            self.push_duty(2, duty, None, unit);
        }
        self.push_tools(unit);
    }

    fn push_level(&mut self, number: usize, level: &Level<'_>, unit: &UnitMoment<'_>) {
        self.out.push('\n');
        let names = level.paged.iter().map(|paged| match paged {
            Paged::Schedule(duty) => sanitise::text(duty.name),
            Paged::Person(contact) => sanitise::text(&contact.id),
        });
        let names: Vec<String> = names.collect();
        self.push(0, &format!("{number}. {}", names.join(", ")), HEADING);
        for paged in &level.paged {
            match paged {
                Paged::Schedule(duty) => self.push_duty(3, duty, level.next, unit),
                Paged::Person(contact) => self.push_contact(3, contact, &unit.zone),
            }
        }
        if let (Some(wait), true) = (level.wait, number < unit.levels.len()) {
            let words = format!(
                "nobody answers for {}: level {}",
                time::length(wait),
                number + 1
            );
            self.push(3, &words, DIM);
        }
    }

    fn push_duty(
        &mut self,
        indent: usize,
        duty: &OnDuty<'_>,
        next_level: Option<usize>,
        unit: &UnitMoment<'_>,
    ) {
        let people = match &duty.people {
            Err(reason) => {
                let words = format!("not computed: {}", sanitise::text(reason));
                return self.plain(indent, &words);
            }
            Ok(people) => people,
        };
        if people.is_empty() {
            match next_level {
                Some(level) => {
                    let words = format!("nobody is on call: the page goes on to level {level}");
                    self.push(indent, &words, ALARM);
                }
                None => self.push(indent, NOWHERE, ALARM),
            }
        }
        for person in people {
            self.push_contact(indent, person, &unit.zone);
        }
        self.push_next(indent, duty, &unit.zone);
    }

    fn push_contact(&mut self, indent: usize, contact: &Contact<'_>, zone: &TimeZone) {
        self.plain(indent, &called(contact));
        self.push_leave(indent + 2, contact, zone);
        if let Some(backup) = &contact.backup {
            self.plain(indent + 2, &format!("backup: {}", called(backup)));
            self.push_leave(indent + 4, backup, zone);
        }
    }

    fn push_leave(&mut self, indent: usize, contact: &Contact<'_>, zone: &TimeZone) {
        let Some(end) = contact.away_until else {
            return;
        };
        let words = format!("on leave until {}", time::full(end, zone));
        self.push(indent, &words, ALARM);
    }

    fn push_next(&mut self, indent: usize, duty: &OnDuty<'_>, zone: &TimeZone) {
        let who = |people: &[String]| match people {
            [] => "nobody".to_owned(),
            people => sanitise::text(&people.join(", ")),
        };
        let at = |instant: Instant| match zone == &TimeZone::UTC {
            true => time::full(instant, zone),
            false => format!("{} ({} UTC)", time::full(instant, zone), time::utc(instant)),
        };
        let next = match &duty.next {
            Some((instant, people)) => format!("next: {} from {}", who(people), at(*instant)),
            None => "next: nothing changes within ten years".to_owned(),
        };
        self.push(indent, &next, DIM);
        if let Some((instant, people)) = &duty.again {
            let words = format!("somebody again: {} from {}", who(people), at(*instant));
            self.push(indent, &words, DIM);
        }
    }

    fn push_tools(&mut self, unit: &UnitMoment<'_>) {
        let tools = [("paging", unit.paging), ("hotline", unit.hotline)];
        let tools = tools
            .into_iter()
            .filter_map(|(what, tool)| Some((what, tool?)));
        for (index, (what, tool)) in tools.enumerate() {
            if index == 0 {
                self.out.push('\n');
            }
            self.plain(0, &format!("{what}: {}", sanitise::text(tool)));
        }
    }
}

/// Who it is, and the number or where it is kept.
fn called(contact: &Contact<'_>) -> String {
    let id = sanitise::text(&contact.id);
    let name = match contact.name() {
        Some(name) => format!("{} ({id})", sanitise::text(name)),
        None => id,
    };
    let phone = match contact.phone {
        Phone::Number(number) => sanitise::text(number),
        Phone::KeptIn(place) => format!("number in {}", sanitise::text(place)),
        Phone::Encrypted => "number encrypted in the repository".to_owned(),
        Phone::NotUnderstood => "number not understood".to_owned(),
        Phone::Missing if contact.person.is_none() => "not declared in `people`".to_owned(),
        Phone::Missing => "no number".to_owned(),
    };
    format!("{name}: {phone}")
}
