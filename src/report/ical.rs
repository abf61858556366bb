//! Shifts as an iCalendar file (RFC 5545), for calendar programs.
//!
//! One event a shift, in UTC, as time that does not make anybody busy. An event keeps its UID from
//! one export to the next, whatever window is asked for, so that a calendar that is imported again
//! updates what it has.

use super::mask;
use crate::agenda::{Agenda, Entry};
use crate::oncall::{Instant, Interval, Shift, timestamp};
use crate::text::sanitise;

/// Octets of a line without its end (3.1).
const LINE: usize = 75;

/// All shifts of all schedules; `stamp` is when they were computed.
pub fn render(agenda: &Agenda<'_>, stamp: Instant) -> String {
    let mut out = String::new();
    push(&mut out, "BEGIN:VCALENDAR");
    push(&mut out, "VERSION:2.0");
    push(
        &mut out,
        concat!(
            "PRODID:-//prepcheck//prepcheck ",
            env!("CARGO_PKG_VERSION"),
            "//EN"
        ),
    );
    push(&mut out, "CALSCALE:GREGORIAN");
    for entry in &agenda.entries {
        let Ok(duty) = &entry.duty else {
            continue;
        };
        for shift in &duty.rendered.shifts {
            let names = duty.rendered.names(*shift);
            push_event(&mut out, entry, *shift, &names, stamp);
        }
    }
    push(&mut out, "END:VCALENDAR");
    out
}

fn push_event(out: &mut String, entry: &Entry<'_>, shift: Shift, names: &[&str], stamp: Instant) {
    let Interval { start, end } = shift.interval;
    let began = entry.began(shift, names);
    push(out, "BEGIN:VEVENT");
    push(out, &format!("UID:{}", uid(entry, began, names)));
    push(out, &format!("DTSTAMP:{}", utc(stamp)));
    push(out, &format!("DTSTART:{}", utc(start)));
    push(out, &format!("DTEND:{}", utc(end)));
    let summary = format!("{}: {}", entry.asked.name(), names.join(", "));
    push(out, &format!("SUMMARY:{}", text(&summary)));
    if !entry.asked.unit.folder().is_empty() {
        push(
            out,
            &format!("LOCATION:{}", text(entry.asked.unit.folder())),
        );
    }
    push(out, "TRANSP:TRANSPARENT");
    push(out, "END:VEVENT");
}

/// Made of what the event is, and of nothing that the window decides.
fn uid(entry: &Entry<'_>, began: Option<Instant>, names: &[&str]) -> String {
    let began = began.map_or("always".to_owned(), utc);
    let parts = [entry.asked.unit.folder(), entry.asked.name()];
    let parts = parts.into_iter().chain(names.iter().copied());
    // FNV-1a: the same on every machine and in every version.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{began}-{hash:016x}@prepcheck")
}

/// `20261019T080000Z`.
fn utc(instant: Instant) -> String {
    timestamp(instant).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A value of type TEXT (3.3.11).
fn text(foreign: &str) -> String {
    let mut out = String::new();
    for character in sanitise::text(&mask::mask(foreign)).chars() {
        if matches!(character, '\\' | ';' | ',') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

/// Adds a line, folded between characters.
fn push(out: &mut String, line: &str) {
    let mut octets = 0;
    for character in line.chars() {
        if octets + character.len_utf8() > LINE {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(character);
        octets += character.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut out = String::new();
        push(&mut out, &format!("SUMMARY:{}", "é".repeat(80)));
        let lines: Vec<&str> = out.split("\r\n").collect();
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.len() <= LINE));
        assert!(lines[1].starts_with(' ') && lines[2].starts_with(' '));
        assert_eq!(lines[3], "");
        let joined = out.replace("\r\n ", "");
        assert_eq!(joined, format!("SUMMARY:{}\r\n", "é".repeat(80)));
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(text("a;b, c\\d\n"), "a\\;b\\, c\\\\d\\\\u{a}");
    }
}
