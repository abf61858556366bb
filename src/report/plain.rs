//! Findings in ASCII, for CI logs, pipes and expected output.
//!
//! Only the frame is ASCII: what is quoted keeps its own characters. Nothing is wrapped, since
//! whoever reads a log can search it and a line that is whole can be found.

#[cfg(test)]
pub(super) mod samples;

use std::fmt::Write as _;

use super::excerpt::{self, Crop, InFile, Line, Place};
use super::{Item, Past, Report, mask};
use crate::text::sanitise;

/// Columns of an excerpt where no terminal says how many there are.
const COLUMNS: usize = 120;

/// Least columns of line numbers.
const NUMBER: usize = 4;

/// Every finding, with a blank line between two; the form of expected output in tests.
pub fn render_cases(report: &Report) -> String {
    let mut out = String::new();
    for item in &report.items {
        if !out.is_empty() {
            out.push('\n');
        }
        finding(&mut out, item, COLUMNS);
        if let Some(state) = item.state {
            push_line(&mut out, &format!("   = state: {state}"));
        }
    }
    if let Some(difference) = &report.difference {
        push_past(&mut out, "fixed", &difference.fixed);
        push_past(&mut out, "removed", &difference.removed);
    }
    out
}

/// Findings that are no more, a line each.
fn push_past(out: &mut String, what: &str, list: &[Past]) {
    for past in list {
        let message = mask::shown(&past.message);
        push_line(out, &format!("\n{what}[{}]: {message}", past.rule));
    }
}

/// One finding; its excerpts take `width` columns at most.
pub(super) fn finding(out: &mut String, item: &Item, width: usize) {
    let message = mask::shown(&item.message);
    push_line(
        out,
        &format!("{}[{}]: {message}", item.level.id(), item.rule),
    );
    let places = excerpt::places(item);
    for in_file in excerpt::by_file(&places) {
        push_file(out, &in_file, &places, width);
    }
    if !item.unit.is_empty() {
        push_line(out, &format!("   = unit: {}", sanitise::text(&item.unit)));
    }
    if let Some(help) = item.help() {
        push_line(out, &format!("   = help: {help}"));
    }
    for note in &item.notes {
        push_line(out, &format!("   = note: {}", mask::shown(note)));
    }
}

/// Adds a line without blanks at its end.
pub(super) fn push_line(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

fn push_file(out: &mut String, in_file: &InFile<'_>, places: &[Place<'_>], width: usize) {
    let own = || in_file.places.iter().map(|index| &places[*index]);
    if let Some(first) = own().find(|place| place.has_excerpt()) {
        push_line(out, &format!("  {}", first.address()));
        let digits = digits(in_file, places);
        let crop = Crop {
            columns: width.saturating_sub(digits + 3),
            ellipsis: "...",
        };
        push_blocks(out, &in_file.blocks(places, crop), places, digits);
    }
    for place in own().filter(|place| !place.has_excerpt()) {
        push_line(out, &format!("  {}", place.sentence()));
    }
}

/// Columns of the widest line number in a file's excerpts.
fn digits(in_file: &InFile<'_>, places: &[Place<'_>]) -> usize {
    let ranges = in_file
        .places
        .iter()
        .filter_map(|index| places[*index].location.range);
    let last = ranges.map(|range| range.start.line).max().unwrap_or(0);
    last.to_string().len().max(NUMBER)
}

fn push_blocks(out: &mut String, blocks: &[Vec<Line>], places: &[Place<'_>], digits: usize) {
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            push_line(out, &format!("{:>digits$}", "..."));
        }
        for line in block {
            push_excerpt_line(out, line, places, digits);
        }
    }
}

/// A line and, for each place in it, a line of its own: so nothing has to make room.
fn push_excerpt_line(out: &mut String, line: &Line, places: &[Place<'_>], digits: usize) {
    push_line(out, &format!("{:>digits$} | {}", line.number, line.text));
    for marked in &line.marks {
        let place = &places[marked.place];
        let underline = if place.is_primary { "^" } else { "-" };
        let underline = underline.repeat(marked.columns.len());
        let text = place.text.as_deref().unwrap_or_default();
        let indent = marked.columns.start;
        let mut row = String::new();
        write!(row, "{:>digits$} | {:indent$}{underline} {text}", "", "")
            .expect("writing to a string");
        push_line(out, &row);
    }
}

#[cfg(test)]
mod tests {
    use super::samples::*;
    use super::*;
    use crate::finding::Level;
    use crate::report::SourceText;
    use std::ops::Range;
    use std::sync::Arc;

    /// A finding with marks in one file, as it is shown.
    fn shown(
        file: &Arc<SourceText>,
        place: Range<usize>,
        labels: &[(Range<usize>, &str)],
    ) -> String {
        let labels = labels.iter();
        let marked = Item {
            place: Some(at(file, place)),
            labels: labels
                .map(|(range, text)| (at(file, range.clone()), (*text).to_owned()))
                .collect(),
            ..item("group/defect", Level::Error, "a message")
        };
        format!("\n{}", render_cases(&report(vec![marked])))
    }

    #[test]
    fn an_example() {
        let shown = format!("\n{}", render_cases(&report(vec![stale()])));
        assert_eq!(
            shown,
            r"
warning[runbooks/stale]: last reviewed 400 days ago, 365 days allowed
  ./runbooks/db-failover.md:3:11
   2 | title: Database failover
     |        ----------------- this runbook
   3 | reviewed: 2024-04-27
     |           ^^^^^^^^^^
   = help: walk through the steps, then update `reviewed:`
"
        );
    }

    #[test]
    fn findings_without_bytes() {
        let big = file(b"docs/big.md", b"");
        let gone = changed_file(b"gone.md", b"one\ntwo\n");
        let too_large = Item {
            place: Some(nowhere_in(&big)),
            notes: vec!["1 MiB is the limit".to_owned()],
            ..item("files/too-large", Level::Warning, "not judged")
        };
        let changed = Item {
            place: Some(at(&gone, 4..7)),
            at: Some("here".to_owned()),
            labels: vec![(at(&gone, 0..3), "there".to_owned())],
            unit: "services/x".to_owned(),
            ..item("group/defect", Level::Note, "a message")
        };
        let items = vec![unanswered(), too_large, changed];
        let shown = format!("\n{}", render_cases(&report(items)));
        assert_eq!(
            shown,
            r"
error[answers/unanswered-who]: nothing says who gets called
   = help: write down who is called, with a number and a backup
   = note: a link to where it is kept is enough

warning[files/too-large]: not judged
  ./docs/big.md
   = note: 1 MiB is the limit

note[group/defect]: a message
  ./gone.md:2: here (changed while it was being checked)
  ./gone.md:1: there (changed while it was being checked)
   = unit: services/x
"
        );
    }

    #[test]
    fn every_string_is_sanitised_and_masked() {
        let evil = "a\x1b[31m\u{202e}b\n##[error] c +44 20 7946 0958 ada.byron@acme.example";
        let bytes = evil.replace('\n', "\r\n\u{200b}\u{9b}");
        let bytes = [bytes.as_bytes(), b"\xff"].concat();
        let evil_file = file(b"x\x1b\xff\n::error::.md", &bytes);
        let marked = Item {
            unit: evil.to_owned(),
            place: Some(on(&evil_file, "error]")),
            at: Some(evil.to_owned()),
            labels: vec![(at(&evil_file, 1..3), evil.to_owned())],
            help: Some(evil.to_owned()),
            notes: vec![evil.to_owned()],
            ..item("group/defect", Level::Error, evil)
        };
        let shown = format!("\n{}", render_cases(&report(vec![marked])));
        assert_eq!(
            shown,
            r"
error[group/defect]: a\u{1b}[31m\u{202e}b\u{a}##\u{5b}error] c +44 •• •••• ••58 a••••••••@acme.example
  ./x\u{1b}\xff\u{a}::error::.md:2:6
   1 | a\u{1b}[31m\u{202e}b
     |  ------- a\u{1b}[31m\u{202e}b\u{a}##\u{5b}error] c +44 •• •••• ••58 a••••••••@acme.example
   2 | \u{200b}\u{9b}##\u{5b}error] c +44 •• •••• ••58 a••••••••@acme.example\xff
     |                       ^^^^^^ a\u{1b}[31m\u{202e}b\u{a}##\u{5b}error] c +44 •• •••• ••58 a••••••••@acme.example
   = unit: a\u{1b}[31m\u{202e}b\u{a}##\u{5b}error] c +44 20 7946 0958 ada.byron@acme.example
   = help: a\u{1b}[31m\u{202e}b\u{a}##\u{5b}error] c +44 •• •••• ••58 a••••••••@acme.example
   = note: a\u{1b}[31m\u{202e}b\u{a}##\u{5b}error] c +44 •• •••• ••58 a••••••••@acme.example
"
        );
    }

    #[test]
    fn carets_stand_under_wide_and_expanded_characters() {
        let file = file(b"x.md", "\t東京 \x1bé x\u{301} mark\r\nnext\r\n".as_bytes());
        let shown = shown(
            &file,
            16..20,
            &[(1..7, "wide"), (8..9, "escape"), (0..1, "tab")],
        );
        assert_eq!(
            shown,
            r"
error[group/defect]: a message
  ./x.md:1:11
   1 |     東京 \u{1b}é x́ mark
     | ---- tab
     |     ---- wide
     |          ------ escape
     |                    ^^^^
"
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_shown() {
        let file = file(b"x.md", b"a\xff\xfe mark \xe6\x9d");
        let shown = shown(
            &file,
            4..8,
            &[(1..3, "two bytes"), (9..11, "half a character")],
        );
        assert_eq!(
            shown,
            r"
error[group/defect]: a message
  ./x.md:1:5
   1 | a\xff\xfe mark \xe6\x9d
     |  -------- two bytes
     |           ^^^^
     |                -------- half a character
"
        );
    }

    #[test]
    fn an_empty_file() {
        let shown = shown(&file(b"x.md", b""), 0..0, &[]);
        assert_eq!(
            shown,
            r"
error[group/defect]: a message
  ./x.md:1:1
   1 |
     | ^
"
        );
    }

    #[test]
    fn the_end_of_a_file() {
        let shown = shown(
            &file(b"x.md", b"one\ntwo\n"),
            8..8,
            &[(7..8, "its line end")],
        );
        assert_eq!(
            shown,
            r"
error[group/defect]: a message
  ./x.md:3:1
   2 | two
     |    - its line end
   3 |
     | ^
"
        );
    }

    #[test]
    fn the_end_of_a_line_that_has_no_end() {
        let shown = shown(&file(b"x.md", b"one\ntwo"), 7..7, &[(6..7, "last")]);
        assert_eq!(
            shown,
            r"
error[group/defect]: a message
  ./x.md:2:4
   1 | one
   2 | two
     |   - last
     |    ^
"
        );
    }

    #[test]
    fn places_beyond_the_file() {
        let shown = shown(
            &file(b"x.md", b"one\n\ntwo"),
            70..80,
            &[(5..90, "too long")],
        );
        assert_eq!(
            shown,
            r"
error[group/defect]: a message
  ./x.md:3:1
   3 | two
     | --- too long
     |    ^
"
        );
    }

    #[test]
    fn a_place_over_several_lines() {
        let file = file(b"x.md", b"one\r\n\r\ntwo three\r\nfour\r\n");
        let shown = shown(&file, 11..24, &[(3..9, "begins at a line end")]);
        assert_eq!(
            shown,
            r"
error[group/defect]: a message
  ./x.md:3:5
   1 | one
     |    - begins at a line end
   2 |
   3 | two three
     |     ^^^^^
"
        );
    }

    #[test]
    fn places_far_apart_are_not_joined() {
        let file = file(b"x.md", b"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
        let shown = shown(
            &file,
            12..13,
            &[(0..1, "one"), (16..17, "nine"), (18..20, "ten")],
        );
        assert_eq!(
            shown,
            r"
error[group/defect]: a message
  ./x.md:7:1
   1 | 1
     | - one
 ...
   6 | 6
   7 | 7
     | ^
 ...
   9 | 9
     | - nine
  10 | 10
     | -- ten
"
        );
    }

    #[test]
    fn long_lines_are_cropped_around_places() {
        let text = format!("{} mark {}", "ab ".repeat(33_333), "cd ".repeat(33_333));
        let file = file(b"x.md", text.as_bytes());
        let far = text.len() - 4;
        let shown = shown(
            &file,
            100_000..100_004,
            &[(0..2, "start"), (far..far + 2, "end")],
        );
        assert_eq!(
            shown,
            r"
error[group/defect]: a message
  ./x.md:1:100001
   1 | ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab...
     | -- start
 ...
   1 | ...b ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab  mark cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd ...
     |                                                       ^^^^
 ...
   1 | ...d cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd cd
     |                                                                                                              -- end
"
        );
    }

    #[test]
    fn a_place_wider_than_a_line() {
        let file = file(b"x.md", "東".repeat(30_000).as_bytes());
        let shown = shown(&file, 3_000..60_000, &[]);
        assert_eq!(
            shown,
            r"
error[group/defect]: a message
  ./x.md:1:1001
   1 | ...東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東東...
     |    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
"
        );
    }

    #[test]
    fn a_number_is_masked_where_it_is_cropped() {
        let text = format!("{}+44 20 7946 0958{}", "x ".repeat(500), " y".repeat(500));
        let file = file(b"x.md", text.as_bytes());
        let shown = shown(&file, 1_060..1_061, &[]);
        assert_eq!(
            shown,
            r"
error[group/defect]: a message
  ./x.md:1:1061
   1 | ...•••• ••58 y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y y...
     |                                                         ^
"
        );
    }
}
