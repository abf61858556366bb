//! Where a link's destination is written.
//!
//! Only needed for destinations with escapes or entities: any other is lent by the parser from
//! the text itself, which tells its place.

use std::ops::Range;

/// In what follows the text of an inline link: its `]`, perhaps on a new line.
pub(super) fn in_link(rest: &str) -> Option<Range<usize>> {
    let inside = rest[rest.find(']')?..].strip_prefix("](")?;
    read(rest, rest.len() - inside.len())
}

/// In a definition `[label]: destination`.
pub(super) fn in_definition(definition: &str) -> Option<Range<usize>> {
    let mut escaped = false;
    for (index, byte) in definition.bytes().enumerate() {
        if byte == b']' && !escaped {
            let inside = definition[index..].strip_prefix("]:")?;
            return read(definition, definition.len() - inside.len());
        }
        escaped = byte == b'\\' && !escaped;
    }
    None
}

/// The destination that begins at `from`, behind blanks.
fn read(text: &str, from: usize) -> Option<Range<usize>> {
    let start = text.len() - text[from..].trim_start().len();
    if let Some(inside) = text[start..].strip_prefix('<') {
        let length = end(inside.as_bytes(), |byte| byte == b'>')?;
        return Some(start + 1..start + 1 + length);
    }
    let mut depth = 0;
    let length = end(&text.as_bytes()[start..], |byte| {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return true,
            b')' => depth -= 1,
            _ => {}
        }
        byte.is_ascii_whitespace()
    });
    Some(start..length.map_or(text.len(), |length| start + length))
}

/// The first byte without a backslash before it that ends the destination.
fn end(bytes: &[u8], mut ends: impl FnMut(u8) -> bool) -> Option<usize> {
    let mut escaped = false;
    for (index, byte) in bytes.iter().enumerate() {
        if !escaped && ends(*byte) {
            return Some(index);
        }
        escaped = *byte == b'\\' && !escaped;
    }
    None
}
