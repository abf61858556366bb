//! From places in a file to the few lines of it that may be shown.
//!
//! Only the lines that are pointed at, and the one before the finding's own, are looked at, and of
//! a long line only the part around the place: what an excerpt costs does not depend on the size of
//! the file.
//! The text of an excerpt is masked and sanitised; offsets and columns in it are its own.

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::mask::{self, mask};
use super::{Item, Location, SourceText};
use crate::text::{LineIndex, sanitise};

/// Said of a file whose bytes are no longer those that were judged.
pub(super) const CHANGED: &str = "changed while it was being checked";

/// A place that a finding points at, with what is said there.
#[derive(Debug)]
pub(super) struct Place<'r> {
    pub location: &'r Location,
    pub text: Option<String>,
    /// Whether it is the finding's own place.
    pub is_primary: bool,
}

/// Places in one file.
#[derive(Debug)]
pub(super) struct InFile<'r> {
    pub file: &'r SourceText,
    /// Indices into the finding's places.
    pub places: Vec<usize>,
}

/// The places of a finding, its own first.
pub(super) fn places(item: &Item) -> Vec<Place<'_>> {
    let primary = item.place.iter().map(|location| Place {
        location,
        text: item.at.as_deref().map(mask::shown),
        is_primary: true,
    });
    let labels = item.labels.iter().map(|(location, text)| Place {
        location,
        text: Some(mask::shown(text)),
        is_primary: false,
    });
    primary.chain(labels).collect()
}

/// Places by file, in the order in which files are first named.
pub(super) fn by_file<'r>(places: &[Place<'r>]) -> Vec<InFile<'r>> {
    let mut files: Vec<InFile<'r>> = Vec::new();
    let mut known: BTreeMap<&[u8], usize> = BTreeMap::new();
    for (index, place) in places.iter().enumerate() {
        let file = &*place.location.file;
        let entry = known.entry(&file.path).or_insert(files.len());
        if *entry == files.len() {
            let places = Vec::new();
            files.push(InFile { file, places });
        }
        files[*entry].places.push(index);
    }
    files
}

impl Place<'_> {
    /// `./path:line:column`, as far as it is known.
    pub fn address(&self) -> String {
        let path = sanitise::path(&self.location.file.path);
        match &self.location.range {
            // Columns are counted in the bytes that were judged.
            Some(range) if self.location.file.bytes.is_some() => {
                format!("{path}:{}:{}", range.start.line, range.start.column)
            }
            Some(range) => format!("{path}:{}", range.start.line),
            None => path,
        }
    }

    /// The address with what is said there, where there is no excerpt to say it under.
    pub fn sentence(&self) -> String {
        let mut sentence = self.address();
        if let Some(text) = &self.text {
            sentence.push_str(": ");
            sentence.push_str(text);
        }
        if self.location.range.is_some() && self.location.file.bytes.is_none() {
            sentence.push_str(&format!(" ({CHANGED})"));
        }
        sentence
    }

    /// Whether there are bytes to show.
    pub fn has_excerpt(&self) -> bool {
        self.location.range.is_some() && self.location.file.bytes.is_some()
    }
}

impl InFile<'_> {
    /// The excerpts of those places that have bytes.
    pub fn blocks(&self, places: &[Place<'_>], crop: Crop) -> Vec<Vec<Line>> {
        let Some(bytes) = &self.file.bytes else {
            return Vec::new();
        };
        let ranged = |place: &usize| Some((*place, places[*place].location.range?));
        let marks = self.places.iter().filter_map(ranged);
        let marks: Vec<Mark> = marks
            .map(|(place, range)| Mark {
                bytes: range.span.range(),
                place,
                has_context: places[place].is_primary,
            })
            .collect();
        blocks(bytes, &self.file.lines, &marks, crop)
    }
}

/// How much of a line is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crop {
    /// Columns of a line of an excerpt.
    pub columns: usize,
    /// What stands for a part that is left out.
    pub ellipsis: &'static str,
}

/// Raw bytes to be marked.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub bytes: Range<usize>,
    /// Which of the finding's places it is.
    pub place: usize,
    /// Whether the line before is shown, too.
    pub has_context: bool,
}

/// A line of an excerpt, without its line end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// From 1.
    pub number: u32,
    pub text: String,
    /// From left to right.
    pub marks: Vec<Marked>,
}

/// A marked part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marked {
    pub place: usize,
    /// Bytes of the line's text; empty where a place is between two characters.
    pub bytes: Range<usize>,
    /// Columns of the line's text, from 0; never empty.
    pub columns: Range<usize>,
}

/// The lines around the marks of one file, as blocks of lines that follow each other.
///
/// A mark over several lines is shown on its first one. A place that is cut off because another
/// one lies too far from it in the same line gets a block of its own.
pub(super) fn blocks(
    bytes: &[u8],
    lines: &LineIndex,
    marks: &[Mark],
    crop: Crop,
) -> Vec<Vec<Line>> {
    let mut marks: Vec<(u32, Mark)> = marks
        .iter()
        .map(|mark| on_one_line(bytes, lines, mark))
        .collect();
    marks.sort_by_key(|(number, mark)| (*number, mark.bytes.start, mark.bytes.end, mark.place));
    let mut blocks: Vec<Vec<Line>> = Vec::new();
    for same_line in marks.chunk_by(|left, right| left.0 == right.0) {
        let number = same_line[0].0;
        let marks: Vec<&Mark> = same_line.iter().map(|(_, mark)| mark).collect();
        if marks.iter().any(|mark| mark.has_context) {
            push_context(&mut blocks, bytes, lines, number, crop);
        }
        let line = content(bytes, lines, number);
        for shown in parts(line, number, &marks, crop) {
            push(&mut blocks, shown);
        }
    }
    blocks
}

/// The columns that a text takes in a terminal.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// The columns that a character takes in a terminal.
pub(super) fn width(character: char) -> usize {
    character.width().unwrap_or(0)
}

/// A mark within the first line that it touches, in offsets of that line.
fn on_one_line(bytes: &[u8], lines: &LineIndex, mark: &Mark) -> (u32, Mark) {
    let start = mark.bytes.start.min(bytes.len());
    let number = lines.line(u32::try_from(start).unwrap_or(u32::MAX));
    let length = content(bytes, lines, number).len();
    let line_start = lines.range(number).start;
    let start = start.saturating_sub(line_start).min(length);
    let end = mark
        .bytes
        .end
        .saturating_sub(line_start)
        .clamp(start, length);
    let mark = Mark {
        bytes: start..end,
        ..*mark
    };
    (number, mark)
}

/// The bytes of a line without its line end.
fn content<'b>(bytes: &'b [u8], lines: &LineIndex, number: u32) -> &'b [u8] {
    let line = bytes.get(lines.range(number)).unwrap_or_default();
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Adds the line before `number`, unless it is there or says nothing.
fn push_context(
    blocks: &mut Vec<Vec<Line>>,
    bytes: &[u8],
    lines: &LineIndex,
    number: u32,
    crop: Crop,
) {
    let last = blocks.last().and_then(|block| block.last());
    let last = last.map_or(0, |line| line.number);
    let before = number - 1;
    if before <= last {
        return;
    }
    let line = content(bytes, lines, before);
    let is_blank = Decoded::new(line, 0, crop).text.trim().is_empty();
    if is_blank && before != last + 1 {
        return;
    }
    for shown in parts(line, before, &[], crop) {
        push(blocks, shown);
    }
}

fn push(blocks: &mut Vec<Vec<Line>>, line: Line) {
    if let Some(block) = blocks.last_mut()
        && block
            .last()
            .is_some_and(|last| last.number + 1 == line.number)
    {
        block.push(line);
        return;
    }
    blocks.push(vec![line]);
}

/// One line with its marks; more than one if the marks lie too far apart. Without a mark the
/// beginning is shown.
fn parts(line: &[u8], number: u32, marks: &[&Mark], crop: Crop) -> Vec<Line> {
    let mut parts = Vec::new();
    let mut rest = marks;
    loop {
        let first = rest.first().map_or(0..0, |mark| mark.bytes.clone());
        let window = Window::new(line, first, crop);
        let fitting = rest
            .iter()
            .take_while(|mark| window.shows(mark.bytes.start));
        let count = fitting.count().max(1).min(rest.len());
        let shown = rest[..count].iter().map(|mark| window.marked(mark));
        parts.push(Line {
            number,
            marks: shown.collect(),
            text: window.text,
        });
        rest = &rest[count..];
        if rest.is_empty() {
            return parts;
        }
    }
}

/// Where a raw character of a line stands in its shown text.
#[derive(Clone, Copy)]
struct Stop {
    /// Offset in the line, in bytes.
    raw: usize,
    /// Offset in the text, in bytes.
    text: usize,
    column: usize,
}

/// A stretch of a line as it may be shown, wide enough for every crop around one place.
struct Decoded {
    text: String,
    /// One for each raw character, and one past the last.
    stops: Vec<Stop>,
    is_start: bool,
    is_end: bool,
}

impl Decoded {
    fn new(line: &[u8], around: usize, crop: Crop) -> Decoded {
        // A column takes four bytes at most, unless its bytes take no column.
        let reach = 4 * crop.columns + mask::REACH;
        let start = boundary(line, around.saturating_sub(reach));
        let end = boundary(line, (around + reach).min(line.len()));
        let mut decoded = Decoded {
            text: String::with_capacity(end - start),
            stops: Vec::with_capacity(end - start + 1),
            is_start: start == 0,
            is_end: end == line.len(),
        };
        let mut raw = start;
        let mut column = 0;
        for chunk in line[start..end].utf8_chunks() {
            raw = decoded.push_valid(chunk.valid(), raw, &mut column);
            for byte in chunk.invalid() {
                let shown = sanitise::bytes(&[*byte]);
                decoded.push(&shown, raw, &mut column);
                raw += 1;
            }
        }
        decoded.push("", raw, &mut column);
        decoded
    }

    fn push_valid(&mut self, valid: &str, mut raw: usize, column: &mut usize) -> usize {
        for (original, shown) in valid.chars().zip(mask(valid).chars()) {
            if shown == '\t' {
                self.push("    ", raw, column);
            } else if shown == '[' && self.text.ends_with("##") {
                // As the sanitiser does, which here sees one character at a time.
                self.push("\\u{5b}", raw, column);
            } else if sanitise::prints(shown) {
                self.push(shown.encode_utf8(&mut [0; 4]), raw, column);
            } else {
                self.push(&shown.escape_unicode().to_string(), raw, column);
            }
            raw += original.len_utf8();
        }
        raw
    }

    fn push(&mut self, shown: &str, raw: usize, column: &mut usize) {
        let text = self.text.len();
        self.stops.push(Stop {
            raw,
            text,
            column: *column,
        });
        self.text.push_str(shown);
        *column += columns(shown);
    }

    /// The index of the character that holds a raw byte.
    fn holding(&self, raw: usize) -> usize {
        let after = self.stops.partition_point(|stop| stop.raw <= raw);
        after.saturating_sub(1)
    }

    /// The index of the first character that begins at a raw byte or behind it.
    fn from(&self, raw: usize) -> usize {
        let before = self.stops.partition_point(|stop| stop.raw < raw);
        before.min(self.stops.len() - 1)
    }

    fn column(&self, index: usize) -> usize {
        self.stops[index].column
    }

    fn last(&self) -> usize {
        self.stops.len() - 1
    }
}

/// The nearest offset before `at` that does not split a character.
fn boundary(line: &[u8], at: usize) -> usize {
    let mut start = at;
    // No character is longer than four bytes.
    while start > 0 && at - start < 3 && is_continuation(line.get(start)) {
        start -= 1;
    }
    if is_continuation(line.get(start)) {
        at
    } else {
        start
    }
}

fn is_continuation(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte & 0xc0 == 0x80)
}

/// The part of a line that is shown.
struct Window {
    text: String,
    decoded: Decoded,
    /// Indices of the first stop shown and of the one past the last.
    stops: Range<usize>,
    /// Columns and bytes of the ellipsis at the left, if there is one.
    ellipsis: (usize, usize),
}

impl Window {
    fn new(line: &[u8], around: Range<usize>, crop: Crop) -> Window {
        let decoded = Decoded::new(line, around.start, crop);
        let stops = cropped(&decoded, around, crop);
        let from = decoded.stops[stops.start].text;
        let to = decoded.stops[stops.end].text;
        let is_cut = |inner: bool, complete: bool| inner || !complete;
        let mut text = String::new();
        let mut ellipsis = (0, 0);
        if is_cut(stops.start > 0, decoded.is_start) {
            text.push_str(crop.ellipsis);
            ellipsis = (columns(crop.ellipsis), crop.ellipsis.len());
        }
        text.push_str(&decoded.text[from..to]);
        if is_cut(stops.end < decoded.last(), decoded.is_end) {
            text.push_str(crop.ellipsis);
        }
        Window {
            text,
            decoded,
            stops,
            ellipsis,
        }
    }

    /// Whether a place in the line, which is not left of the window, can be marked in it.
    fn shows(&self, raw: usize) -> bool {
        let end = self.decoded.stops[self.stops.end];
        let is_line_end = self.stops.end == self.decoded.last() && self.decoded.is_end;
        raw < end.raw || is_line_end
    }

    fn marked(&self, mark: &Mark) -> Marked {
        let range = self.stops.clone();
        let start = self
            .decoded
            .holding(mark.bytes.start)
            .clamp(range.start, range.end);
        let end = self.decoded.from(mark.bytes.end).clamp(start, range.end);
        let origin = self.decoded.stops[range.start];
        let (columns, bytes) = self.ellipsis;
        let place = |index: usize| {
            let stop = self.decoded.stops[index];
            (
                stop.column - origin.column + columns,
                stop.text - origin.text + bytes,
            )
        };
        let (first_column, first_byte) = place(start);
        // A mark of nothing is empty, also inside a character.
        let (end_column, end_byte) = place(if mark.bytes.is_empty() { start } else { end });
        Marked {
            place: mark.place,
            bytes: first_byte..end_byte,
            columns: first_column..end_column.max(first_column + 1),
        }
    }
}

/// Which characters of a stretch are shown: all of them if they fit, else those around a place.
fn cropped(decoded: &Decoded, around: Range<usize>, crop: Crop) -> Range<usize> {
    let total = decoded.column(decoded.last());
    let mark = crop.ellipsis.chars().map(width).sum::<usize>();
    let start = decoded.column(decoded.holding(around.start));
    let end = decoded.column(decoded.from(around.end));
    let room = crop.columns.saturating_sub(2 * mark).max(1);
    let is_whole = decoded.is_start && decoded.is_end;
    if is_whole && total <= crop.columns {
        return 0..decoded.last();
    }
    if decoded.is_start && end.max(start + 1) <= room + mark {
        return 0..last_before(decoded, room + mark);
    }
    // The place stands in the middle, but nothing is wasted behind the end of the line.
    let lead = room.saturating_sub(end.saturating_sub(start).max(1)) / 2;
    let mut left = start.saturating_sub(lead);
    if decoded.is_end && total < left + room + mark {
        left = total.saturating_sub(room + mark);
    }
    let first = decoded.stops.partition_point(|stop| stop.column < left);
    let first = first.min(decoded.holding(around.start));
    let begin = decoded.column(first);
    if decoded.is_end && total <= begin + room + mark {
        return first..decoded.last();
    }
    // One character is shown even where it does not fit.
    first..last_before(decoded, begin + room).max((first + 1).min(decoded.last()))
}

/// The last stop that is not beyond a column.
fn last_before(decoded: &Decoded, column: usize) -> usize {
    let after = decoded.stops.partition_point(|stop| stop.column <= column);
    after.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_a_file_holds_excerpts_fit_and_marks_lie_in_them(
            bytes in any_bytes(),
            marks in prop::collection::vec((0..600_usize, 0..300_usize), 1..6),
            columns in 8..60_usize,
        ) {
            let crop = Crop { columns, ellipsis: "..." };
            let lines = LineIndex::new(&bytes);
            let marks = marks.iter().enumerate().map(|(place, (start, length))| Mark {
                bytes: *start..start + length,
                place,
                has_context: place == 0,
            });
            let marks: Vec<Mark> = marks.collect();
            let blocks = blocks(&bytes, &lines, &marks, crop);
            let mut seen = Vec::new();
            for line in blocks.iter().flatten() {
                check(line, crop);
                seen.extend(line.marks.iter().map(|mark| mark.place));
            }
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..marks.len()).collect::<Vec<_>>());
        }
    }

    fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
        let part = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..4),
            Just(b"word ".to_vec()),
            Just(b"##[".to_vec()),
            Just(b"\r\n".to_vec()),
            Just(b"\t".to_vec()),
            Just("東e\u{301}\u{202e}".into()),
            Just(b"+44 20 7946 0958".to_vec()),
        ];
        prop::collection::vec(part, 0..150).prop_map(|parts| parts.concat())
    }

    fn check(line: &Line, crop: Crop) {
        assert!(columns(&line.text) <= crop.columns.max(24), "{line:?}");
        assert!(line.text.chars().all(sanitise::prints), "{line:?}");
        assert!(!line.text.contains("##["), "{line:?}");
        for mark in &line.marks {
            let before = columns(&line.text[..mark.bytes.start]);
            let within = columns(&line.text[mark.bytes.clone()]);
            assert_eq!(mark.columns, before..before + within.max(1), "{line:?}");
        }
    }

    #[test]
    fn one_character_is_shown_even_where_it_does_not_fit() {
        let crop = Crop {
            columns: 8,
            ellipsis: "...",
        };
        let bytes = "\u{202e}".repeat(9);
        let mark = Mark {
            bytes: 3..6,
            place: 0,
            has_context: true,
        };
        let blocks = blocks(
            bytes.as_bytes(),
            &LineIndex::new(bytes.as_bytes()),
            &[mark],
            crop,
        );
        let texts = blocks.iter().flatten().map(|line| line.text.as_str());
        assert_eq!(texts.collect::<Vec<_>>(), ["...\\u{202e}..."]);
    }
}
