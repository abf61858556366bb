//! A calendar in words, for screen readers and braille lines.

use jiff::tz::TimeZone;

use super::listing::shown;
use super::time;
use crate::agenda::Entry;
use crate::oncall::Interval;
use crate::report::wrap::push_paragraph;

/// Adds each schedule, shift by shift, then clock changes.
pub(super) fn push(
    out: &mut String,
    entries: &[Entry<'_>],
    window: Interval,
    zone: &TimeZone,
    width: usize,
) {
    for entry in entries {
        let Ok(duty) = &entry.duty else {
            continue;
        };
        push_paragraph(
            out,
            ("", "  "),
            &format!("{}:", shown(entry.asked.name())),
            width,
        );
        let mut stretches: Vec<(Interval, String)> = Vec::new();
        for shift in &duty.rendered.shifts {
            let names: Vec<String> = duty.rendered.names(*shift).into_iter().map(shown).collect();
            stretches.push((shift.interval, names.join(" and ")));
        }
        let gaps = duty.gaps.iter();
        stretches.extend(gaps.map(|gap| (*gap, "nobody".to_owned())));
        let quiet = duty.quiet().into_iter();
        stretches.extend(quiet.map(|gap| (gap, "nobody, and nobody is promised".to_owned())));
        stretches.sort();
        for (interval, who) in stretches {
            let (from, to) = (interval.start, interval.end);
            let (from, to) = (time::day_and_time(from, zone), time::day_and_time(to, zone));
            push_paragraph(
                out,
                ("  ", "    "),
                &format!("{from} to {to}: {who}"),
                width,
            );
        }
    }
    for change in time::clock_changes(zone, window) {
        let day = time::local(change.at, zone, "%a %Y-%m-%d");
        push_paragraph(out, ("", "  "), &format!("{day}: {}", change.words), width);
    }
}
