//! Breaks text into lines of at most so many columns.
//!
//! Only at blanks, so that names with hyphens stay whole; a word that is wider than a line is
//! broken where it must be. A CI runner takes `::` at the beginning of a line, behind blanks, for a
//! command; no line is broken so that it begins like that.

use crate::report::excerpt::{columns, width};

/// Adds text with an indent for its first line and one for the others.
pub(super) fn push_paragraph(
    out: &mut String,
    (first, rest): (&str, &str),
    words: &str,
    columns_of_line: usize,
) {
    let indent = columns(first).max(columns(rest));
    let lines = wrapped(words, columns_of_line.saturating_sub(indent));
    for (index, line) in lines.iter().enumerate() {
        out.push_str(if index == 0 { first } else { rest });
        out.push_str(line);
        out.push('\n');
    }
}

/// Lines of at most `limit` columns; at least one line.
pub(super) fn wrapped(words: &str, limit: usize) -> Vec<String> {
    let limit = limit.max(1);
    if columns(words) <= limit {
        return vec![words.to_owned()];
    }
    let mut lines = Vec::new();
    let mut line = Line::default();
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        let length = columns(word);
        if line.columns > 0 && line.columns + 1 + length > limit {
            lines.push(line.take());
        }
        if line.columns > 0 {
            line.push(' ');
        }
        for character in word.chars() {
            if line.columns > 0 && line.columns + width(character) > limit {
                lines.push(line.take());
            }
            line.push(character);
        }
    }
    lines.push(line.take());
    for line in lines.iter_mut().skip(1) {
        if line.starts_with("::") {
            line.replace_range(..1, "\\u{3a}");
        }
    }
    lines
}

#[derive(Default)]
struct Line {
    text: String,
    columns: usize,
}

impl Line {
    fn push(&mut self, character: char) {
        self.text.push(character);
        self.columns += width(character);
    }

    fn take(&mut self) -> String {
        self.columns = 0;
        std::mem::take(&mut self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_break_at_blanks_and_only_there() {
        assert_eq!(
            wrapped("one two-three four", 9),
            ["one", "two-three", "four"]
        );
        assert_eq!(wrapped("kept  as  is", 12), ["kept  as  is"]);
        assert_eq!(wrapped("", 5), [""]);
    }

    #[test]
    fn no_line_becomes_a_command() {
        assert_eq!(wrapped("a ::error::b", 10), ["a", "\\u{3a}:error::b"]);
        assert_eq!(
            wrapped("abc::error::b", 3),
            ["abc", "\\u{3a}:e", "rro", "r::", "b"]
        );
    }

    #[test]
    fn words_wider_than_a_line_are_broken() {
        assert_eq!(wrapped("a abcdefgh b", 3), ["a", "abc", "def", "gh", "b"]);
        assert_eq!(wrapped("東京都", 4), ["東京", "都"]);
        assert_eq!(wrapped("東京", 1), ["東", "京"]);
    }
}
