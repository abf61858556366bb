//! What a calendar cannot show: exact gaps, people whom nobody can reach, what is not computed.

use jiff::tz::TimeZone;

use super::time;
use crate::agenda::Entry;
use crate::oncall::Interval;
use crate::report::paint::{ALARM, Paint};
use crate::report::wrap::push_paragraph;
use crate::report::{Layout, mask};

/// Intervals of a schedule that are listed before the others are only counted.
const SHOWN: usize = 10;

/// Adds them, after a blank line if there is anything to say.
pub(super) fn push(out: &mut String, entries: &[Entry<'_>], zone: &TimeZone, layout: Layout) {
    let mut lines = String::new();
    for entry in entries {
        let name = shown(entry.asked.name());
        match &entry.duty {
            Err(reason) => {
                let words = format!("{name}: not computed: {}", mask::shown(reason));
                push_paragraph(&mut lines, ("", "  "), &words, layout.width);
            }
            Ok(duty) => {
                let words = format!("{name}: nobody from");
                push_intervals(&mut lines, &words, &duty.gaps, zone, layout);
                let words = format!("{name}: nobody who can be reached from");
                push_intervals(&mut lines, &words, &duty.unreachable, zone, layout);
            }
        }
    }
    if !lines.is_empty() {
        out.push('\n');
        out.push_str(&lines);
    }
}

fn push_intervals(
    out: &mut String,
    words: &str,
    intervals: &[Interval],
    zone: &TimeZone,
    layout: Layout,
) {
    let paint = Paint::new(layout);
    for interval in intervals.iter().take(SHOWN) {
        let mut lines = String::new();
        let words = format!("{words} {}", time::stretch(*interval, zone));
        push_paragraph(&mut lines, ("", "  "), &words, layout.width);
        for line in lines.lines() {
            out.push_str(&paint.words(line, ALARM));
            out.push('\n');
        }
    }
    let more = intervals.len().saturating_sub(SHOWN);
    if more > 0 {
        let words = format!("  + {more} more like this; `--format json` lists them all");
        push_paragraph(out, ("", "  "), &words, layout.width);
    }
}

/// A name from a file.
pub(super) fn shown(name: &str) -> String {
    mask::shown(name)
}
