//! A finding in words, without drawing: for screen readers and braille lines.

use crate::report::excerpt::{self, Crop, InFile, Place};
use crate::report::wrap::push_paragraph;
use crate::report::{Item, LocatedRange, mask};
use crate::text::sanitise;

/// What stands before each line but a finding's first.
const INDENT: &str = "  ";

/// Adds one finding.
pub(super) fn finding(out: &mut String, item: &Item, width: usize) {
    let message = mask::shown(&item.message);
    let first = format!("{} {}: {message}", item.level.id(), item.rule);
    push_paragraph(out, ("", INDENT), &first, width);
    if !item.unit.is_empty() {
        push(out, &format!("unit {}", sanitise::text(&item.unit)), width);
    }
    let places = excerpt::places(item);
    for (index, place) in places.iter().enumerate() {
        push_place(out, place, index, &places, width);
    }
    if let Some(help) = item.help() {
        push(out, &format!("help: {help}"), width);
    }
    for note in &item.notes {
        push(out, &format!("note: {}", mask::shown(note)), width);
    }
}

fn push(out: &mut String, words: &str, width: usize) {
    push_paragraph(out, (INDENT, "    "), words, width);
}

/// Says where a place is and reads out its line.
fn push_place(
    out: &mut String,
    place: &Place<'_>,
    index: usize,
    places: &[Place<'_>],
    width: usize,
) {
    push_address(out, place, width);
    if !place.has_excerpt() {
        return;
    }
    let in_file = InFile {
        file: &place.location.file,
        places: vec![index],
    };
    let number = place.location.range.map_or(0, |range| range.start.line);
    let label = format!("{INDENT}line {number}: ");
    let crop = Crop {
        columns: width.saturating_sub(label.len()),
        ellipsis: "...",
    };
    for line in in_file.blocks(places, crop).iter().flatten() {
        let text = line.text.trim();
        if !line.marks.is_empty() && !text.is_empty() {
            out.push_str(&format!("{label}{text}\n"));
        }
    }
}

fn push_address(out: &mut String, place: &Place<'_>, width: usize) {
    let mut words = format!("at {}", sanitise::path(&place.location.file.path));
    if let Some(range) = &place.location.range {
        words.push_str(&format!(", {}", position(range, place.has_excerpt())));
    }
    if let Some(text) = &place.text {
        words.push_str(&format!(": {text}"));
    }
    if place.location.range.is_some() && !place.has_excerpt() {
        words.push_str(&format!(", {}", excerpt::CHANGED));
    }
    push(out, &words, width);
}

/// Lines and columns in words; columns only if they are known.
fn position(range: &LocatedRange, has_columns: bool) -> String {
    let (start, end) = (range.start, range.end);
    if !has_columns {
        return format!("line {}", start.line);
    }
    if end.line > start.line {
        return format!(
            "line {}, column {}, to line {}",
            start.line, start.column, end.line
        );
    }
    if end.column > start.column + 1 {
        let last = end.column - 1;
        return format!("line {}, columns {} to {last}", start.line, start.column);
    }
    format!("line {}, column {}", start.line, start.column)
}
