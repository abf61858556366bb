//! Text as terms see it.

/// Words as terms see them: lower case, single blanks between, without numbering, emphasis, emoji,
/// punctuation at the ends, or a bracketed tail such as "(UTC)".
///
/// CamelCase is split, and `-` and `_` count as blanks, so that file names and headings read alike.
pub fn normalise(text: &str) -> String {
    let text = without_tail(text);
    let mut out = match text.is_ascii() {
        true => of_ascii(text.as_bytes()),
        false => of_any(text),
    };
    let end = out.trim_end().len();
    out.truncate(end);
    let number = number_length(&out);
    if number > 0 {
        out.drain(..number);
    }
    out
}

/// The same as [`of_any`] for most of all text, byte by byte.
fn of_ascii(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len() + 8);
    let mut before = b' ';
    let mut is_after_blank = true;
    for (at, byte) in text.iter().copied().enumerate() {
        match KINDS[usize::from(byte)] {
            ByteKind::Letter => {
                if byte.is_ascii_uppercase() {
                    let next = text.get(at + 1).copied().unwrap_or(b' ');
                    if begins_camel_word(before.into(), next.is_ascii_lowercase())
                        && !is_after_blank
                    {
                        out.push(b' ');
                    }
                }
                out.push(byte.to_ascii_lowercase());
                is_after_blank = false;
            }
            ByteKind::LeftOut => {}
            ByteKind::Blank if is_after_blank && byte != b'&' => {}
            ByteKind::Blank | ByteKind::Foreign => {
                if !is_after_blank {
                    out.push(b' ');
                }
                if byte == b'&' {
                    out.extend_from_slice(b"and ");
                }
                is_after_blank = true;
            }
        }
        before = byte;
    }
    String::from_utf8(out).unwrap_or_default()
}

#[derive(Clone, Copy)]
pub(super) enum ByteKind {
    /// Or a digit.
    Letter,
    LeftOut,
    /// Whatever of ASCII parts words.
    Blank,
    /// Beyond ASCII.
    Foreign,
}

/// Of each byte.
pub(super) static KINDS: [ByteKind; 256] = {
    let mut kinds = [ByteKind::Foreign; 256];
    let mut byte = 0;
    while byte < 128 {
        kinds[byte] = match (byte as u8).is_ascii_alphanumeric() {
            true => ByteKind::Letter,
            false => ByteKind::Blank,
        };
        byte += 1;
    }
    kinds[b'\'' as usize] = ByteKind::LeftOut;
    kinds[b'*' as usize] = ByteKind::LeftOut;
    kinds[b'`' as usize] = ByteKind::LeftOut;
    kinds
};

fn of_any(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let is_capital = character.is_uppercase();
        let next_is_lower = is_capital && characters.peek().is_some_and(|next| next.is_lowercase());
        if is_capital && begins_camel_word(before, next_is_lower) {
            push_blank(&mut out);
        }
        push_normal(&mut out, character);
        before = character;
    }
    out
}

/// Whether a capital letter begins a word.
pub(super) fn begins_camel_word(before: char, next_is_lower: bool) -> bool {
    let after_word = before.is_lowercase() || before.is_ascii_digit();
    let after_acronym = before.is_uppercase() && next_is_lower;
    after_word || after_acronym
}

fn push_normal(out: &mut String, character: char) {
    match character {
        '\'' | '’' | '*' | '`' => {}
        '&' => {
            push_blank(out);
            out.push_str("and ");
        }
        _ if character.is_ascii_alphanumeric() => out.push(character.to_ascii_lowercase()),
        _ if !character.is_ascii() && character.is_alphanumeric() => {
            out.extend(character.to_lowercase())
        }
        _ => push_blank(out),
    }
}

fn push_blank(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// "Timeline (UTC)" without the bracket; a text that is all bracket stays.
fn without_tail(text: &str) -> &str {
    let trimmed = text
        .trim_end()
        .trim_end_matches([':', '?', '.', '：', '？', '。']);
    let open = match trimmed.chars().next_back() {
        Some(')') => trimmed.rfind('('),
        Some('）') => trimmed.rfind('（'),
        _ => None,
    };
    let Some(open) = open else {
        return trimmed;
    };
    let head = trimmed[..open].trim_end();
    if head.is_empty() { trimmed } else { head }
}

/// The bytes of a heading's number: "3 root cause" and "2 1 impact" have one, dates and years are
/// none.
fn number_length(text: &str) -> usize {
    let mut rest = text;
    while let Some((first, more)) = rest.split_once(' ') {
        let is_number = first.len() <= 2 && first.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            break;
        }
        rest = more;
    }
    text.len() - rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_agree() {
        for text in [
            "",
            "## 3. **Root Cause**:",
            "What didn't go well",
            "KubeAPIDown-on_db2 && r&d",
            "a`B`c A'B aB Ab AB ABc a1B",
            " -x- ",
        ] {
            assert_eq!(of_ascii(text.as_bytes()), of_any(text), "{text}");
        }
    }
}
