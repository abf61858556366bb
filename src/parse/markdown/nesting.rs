//! Keeps the nesting of quotes and lists bounded before the Markdown parser sees it.
//!
//! The parser walks every open container for each line, so a line of a hundred thousand `>` with
//! as many lines below it takes minutes. A line that could open a container too many loses the
//! mark that would do so: one byte is replaced, all offsets stay, and the rest of the line is
//! read as plain text.

use std::ops::Range;

use crate::limits::MARKDOWN_DEPTH;

pub(super) struct Limited {
    /// As long as the original.
    pub text: String,
    /// The first mark that was replaced.
    pub first: Range<usize>,
}

/// The text with no more than [`MARKDOWN_DEPTH`] nested containers; none if that is the text.
pub(super) fn limit(text: &str) -> Option<Limited> {
    if !may_be_deep(text.as_bytes()) {
        return None;
    }
    let surplus = surplus_marks(text.as_bytes());
    let first = *surplus.first()?;
    let mut limited = String::with_capacity(text.len());
    let mut kept = 0;
    for mark in surplus {
        limited.push_str(&text[kept..mark]);
        limited.push('x');
        kept = mark + 1;
    }
    limited.push_str(&text[kept..]);
    Some(Limited {
        text: limited,
        first: first..first + 1,
    })
}

/// Whether a line begins with so many marks and blanks that it might be nested too deep.
///
/// A prefix as long as that has one of the probed bytes in it, so the rest of the text need not
/// be looked at.
fn may_be_deep(bytes: &[u8]) -> bool {
    let probes = bytes.iter().enumerate().skip(PREFIX - 1).step_by(PREFIX);
    for (index, byte) in probes {
        if is_prefix(*byte) && is_in_long_prefix(bytes, index) {
            return true;
        }
    }
    false
}

/// Bytes that a prefix needs at least for one level more than the limit: a tab stands for two
/// levels of lists, any other byte for one at most.
const PREFIX: usize = MARKDOWN_DEPTH / 2;

/// Whether the byte is one of the first of a line that begins with a long prefix.
fn is_in_long_prefix(bytes: &[u8], index: usize) -> bool {
    let before = bytes[..index].iter().rev().take(PREFIX);
    let start = index - before.take_while(|byte| is_prefix(**byte)).count();
    let begins_line = start == 0 || matches!(bytes[start - 1], b'\n' | b'\r');
    let prefix = bytes[start..].iter().take(PREFIX);
    begins_line && prefix.take_while(|byte| is_prefix(**byte)).count() == PREFIX
}

fn surplus_marks(bytes: &[u8]) -> Vec<usize> {
    let mut deepest = 0;
    let mut surplus = Vec::new();
    for line in lines(bytes) {
        let start = line.start;
        let line = &bytes[line];
        if is_rule(line) {
            continue;
        }
        let (depth, mark) = depth(line, deepest);
        deepest = deepest.max(depth);
        surplus.extend(mark.map(|mark| start + mark));
    }
    surplus
}

/// How deep a line nests at most, given how deep the lines before it may, and the first mark
/// that would go beyond the limit.
///
/// A line continues as many lists as its indentation has room for, two columns each, if that
/// many are open; and it opens one container a mark. It is an upper bound: what the parser makes
/// of the line is never deeper.
fn depth(line: &[u8], before: usize) -> (usize, Option<usize>) {
    let mut marks = 0;
    let mut columns = 0;
    let mut deepest = 0;
    for (index, byte) in line.iter().enumerate() {
        if is_mark(line, index) {
            marks += 1;
            let depth = (columns / 2).min(before) + marks;
            let depth = depth.min(before + marks);
            if depth > MARKDOWN_DEPTH {
                return (deepest, Some(index));
            }
            deepest = depth;
        } else if !is_prefix(*byte) {
            break;
        }
        columns += match byte {
            b'\t' => 4,
            b' ' | 0x0b | 0x0c if index == 0 || !is_mark(line, index - 1) => 1,
            _ => 0,
        };
    }
    (deepest, None)
}

/// Whether a quote or an item can begin with this byte, or with the digits before it.
fn is_mark(line: &[u8], index: usize) -> bool {
    match line[index] {
        b'>' => true,
        b'-' | b'+' | b'*' => ends_mark(line, index),
        b'.' | b')' => index > 0 && line[index - 1].is_ascii_digit() && ends_mark(line, index),
        _ => false,
    }
}

fn ends_mark(line: &[u8], index: usize) -> bool {
    line.get(index + 1).is_none_or(|next| is_blank(*next))
}

fn is_prefix(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b'0'..=b'9' | b'>' | b'-' | b'+' | b'*' | b'.' | b')')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c)
}

/// A rule such as `- - -` opens nothing, however long it is.
fn is_rule(line: &[u8]) -> bool {
    let mut marks = line.iter().filter(|byte| !is_blank(**byte));
    let Some(first) = marks.next() else {
        return false;
    };
    let mut count = 1;
    for mark in marks {
        if mark != first {
            return false;
        }
        count += 1;
    }
    b"-*".contains(first) && count > 2
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
    ends.chain([bytes.len()]).map(move |end| {
        let line = start..end;
        start = end + 1;
        line
    })
}
