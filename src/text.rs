//! Where things stand in files, and how foreign text may be printed.
//!
//! A [`Span`] is a range of raw bytes of the original file, also for what was found inside front
//! matter, behind a byte-order mark or in masked text. Nothing above this module computes offsets
//! in any other coordinate system.
//!
//! Everything in a checked repository is hostile: names, keys, paths and excerpts may hold terminal
//! escapes, text that runs backwards, or commands for a CI runner. The functions in [`sanitise`]
//! are the one way from such text to an output, a function for each sink.

pub mod alike;
pub mod sanitise;
mod way;

use std::ops::Range;
use std::sync::Arc;

pub use way::Way;

/// A file of the snapshot, by its place in the sorted list of paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A half-open range of raw bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: FileId,
    /// First byte, from 0.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, range: Range<usize>) -> Span {
        Span {
            file,
            start: narrow(range.start),
            end: narrow(range.end),
        }
    }

    /// The same bytes as a range of `usize`, for slicing the file's bytes.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// From the first byte of `self` to the last byte of `other`, which lies in the same file.
    pub fn to(self, other: Span) -> Span {
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// A value and the bytes that say it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

impl<T> Spanned<T> {
    pub fn new(value: T, span: Span) -> Spanned<T> {
        Spanned { value, span }
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned {
            value: change(self.value),
            span: self.span,
        }
    }
}

/// Text to parse, and where in its file it begins.
///
/// A whole document, or a part such as front matter: parsers turn offsets in `text` into spans of
/// the file with [`Source::span`] and never add offsets themselves.
#[derive(Clone, Copy, Debug)]
pub struct Source<'t> {
    pub file: FileId,
    pub text: &'t str,
    /// Offset of the first byte of `text` in the file, in bytes.
    pub base: usize,
}

impl<'t> Source<'t> {
    pub fn new(file: FileId, text: &'t str) -> Source<'t> {
        Source {
            file,
            text,
            base: 0,
        }
    }

    /// The file's bytes for a range of offsets in `text`.
    pub fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, self.base + range.start..self.base + range.end)
    }

    /// A part of this text, which keeps its place in the file.
    pub fn part(&self, range: Range<usize>) -> Source<'t> {
        Source {
            file: self.file,
            base: self.base + range.start,
            text: &self.text[range],
        }
    }

    /// The text under a span of this source; empty if the span lies outside.
    pub fn slice(&self, span: Span) -> &'t str {
        let start = span.range().start.wrapping_sub(self.base);
        let end = span.range().end.wrapping_sub(self.base);
        self.text.get(start..end).unwrap_or_default()
    }
}

/// Where each line of a file begins.
///
/// A line ends with `\n`, `\r\n` or a lone `\r`, as in CommonMark and YAML.
#[derive(Clone, Debug, Default)]
pub struct LineIndex {
    starts: Starts,
    length: u32,
}

/// Shared: a report has the lines of every file that it points into. Nearly all documents are short
/// enough for the small numbers, and a large repository has millions of lines.
#[derive(Clone, Debug)]
enum Starts {
    Short(Arc<[u16]>),
    Long(Arc<[u32]>),
}

impl Default for Starts {
    fn default() -> Starts {
        Starts::Short(Arc::default())
    }
}

impl Starts {
    fn new(starts: &[u32]) -> Starts {
        let short = starts.iter().map(|start| u16::try_from(*start));
        match starts.last() {
            Some(last) if *last > u32::from(u16::MAX) => Starts::Long(starts.into()),
            _ => short
                .collect::<Result<_, _>>()
                .map_or_else(|_| Starts::Long(starts.into()), Starts::Short),
        }
    }

    fn get(&self, index: usize) -> Option<u32> {
        match self {
            Starts::Short(starts) => starts.get(index).map(|start| u32::from(*start)),
            Starts::Long(starts) => starts.get(index).copied(),
        }
    }

    fn len(&self) -> usize {
        match self {
            Starts::Short(starts) => starts.len(),
            Starts::Long(starts) => starts.len(),
        }
    }

    /// How many lines begin at a byte or before it.
    fn up_to(&self, offset: u32) -> usize {
        match self {
            Starts::Short(starts) => starts.partition_point(|start| u32::from(*start) <= offset),
            Starts::Long(starts) => starts.partition_point(|start| *start <= offset),
        }
    }
}

impl LineIndex {
    pub fn new(bytes: &[u8]) -> LineIndex {
        // A byte-order mark is no part of the first line.
        let mark = if bytes.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        let mut starts = vec![mark];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let is_half = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
            if !is_half {
                starts.push(narrow(at + 1));
            }
        }
        LineIndex {
            starts: Starts::new(&starts),
            length: narrow(bytes.len()),
        }
    }

    /// An index by its parts: where lines begin, in order, and how many bytes the file has.
    pub fn from_starts(starts: &[u32], length: u32) -> LineIndex {
        LineIndex {
            starts: Starts::new(starts),
            length,
        }
    }

    /// Where lines begin, in order.
    pub fn starts(&self) -> impl Iterator<Item = u32> {
        (0..self.starts.len()).filter_map(|line| self.starts.get(line))
    }

    /// Bytes of the file.
    pub fn length(&self) -> u32 {
        self.length
    }

    /// The line that holds the byte at `offset`, from 1.
    pub fn line(&self, offset: u32) -> u32 {
        let before = self.starts.up_to(offset);
        u32::try_from(before).unwrap_or(u32::MAX).max(1)
    }

    /// How many lines the file has; a file without a byte has one.
    pub fn lines(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// The bytes of a line (from 1), its line end included; empty beyond the last.
    pub fn range(&self, line: u32) -> Range<usize> {
        let start = |line: usize| self.starts.get(line).unwrap_or(self.length) as usize;
        let index = (line as usize).saturating_sub(1);
        start(index)..start(index + 1)
    }
}

/// A place for people: line and column from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

impl Position {
    /// The position of a byte; bytes that are not UTF-8 count as one character each.
    pub fn of(offset: u32, lines: &LineIndex, bytes: &[u8]) -> Position {
        let line = lines.line(offset);
        let start = lines.range(line).start;
        let before = bytes.get(start..offset as usize).unwrap_or_default();
        let column = before.utf8_chunks().fold(1, |column, chunk| {
            column + chunk.valid().chars().count() + chunk.invalid().len()
        });
        Position {
            line,
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }
}

/// Files are limited to far less than 4 GiB before they are read.
fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways() {
        let lines = LineIndex::new(b"a\nb\r\nc\rd");
        assert_eq!(lines.lines(), 4);
        assert_eq!(lines.range(2), 2..5);
        assert_eq!(lines.range(4), 7..8);
        assert_eq!(lines.range(9), 8..8);
        assert_eq!(lines.line(4), 2);
        assert_eq!(lines.line(5), 3);
    }

    #[test]
    fn a_byte_order_mark_is_no_character() {
        let bytes = "\u{feff}who:\n".as_bytes();
        let lines = LineIndex::new(bytes);
        assert_eq!(lines.range(1), 3..8);
        assert_eq!(lines.line(0), 1);
        let first = Position::of(3, &lines, bytes);
        assert_eq!(first, Position { line: 1, column: 1 });
    }

    #[test]
    fn columns_count_characters() {
        let bytes = "é\u{1F600}x".as_bytes();
        let lines = LineIndex::new(bytes);
        assert_eq!(
            Position::of(6, &lines, bytes),
            Position { line: 1, column: 3 }
        );
    }

    #[test]
    fn parts_keep_their_place_in_the_file() {
        let whole = Source::new(FileId(0), "--- title: x");
        let part = whole.part(4..12);
        let span = part.span(7..8);
        assert_eq!(span.range(), 11..12);
        assert_eq!(part.slice(span), "x");
        assert_eq!(whole.slice(span), "x");
    }
}
