//! From foreign text to an output, a function for each sink.
//!
//! What must not reach a sink raw is shown, not dropped, so that a reader sees that something is
//! there: control characters as `\u{1b}`, bytes that are not UTF-8 as `\xff`.

use std::fmt::Write as _;

/// For terminals, pipes and CI logs: no control characters, nothing that reorders or hides text,
/// no line break, no runner command.
///
/// `##[` is broken because a CI runner takes it for a command anywhere in a line.
pub fn text(foreign: &str) -> String {
    let mut out = String::with_capacity(foreign.len());
    push_text(&mut out, foreign);
    out
}

/// As [`text`], for bytes that may not be UTF-8, such as paths.
pub fn bytes(foreign: &[u8]) -> String {
    let mut out = String::with_capacity(foreign.len());
    for chunk in foreign.utf8_chunks() {
        push_text(&mut out, chunk.valid());
        for byte in chunk.invalid() {
            write!(out, "\\x{byte:02x}").expect("writing to a string");
        }
    }
    out
}

/// A path for people, which never begins a line with foreign text.
pub fn path(foreign: &[u8]) -> String {
    match foreign.starts_with(b"../") {
        true => bytes(foreign),
        false => format!("./{}", bytes(foreign)),
    }
}

/// For Markdown: a code span, in which nothing is markup, no name calls anybody and no cell of a
/// table ends.
pub fn code_span(foreign: &str) -> String {
    let shown = text(foreign).replace('|', "\\u{7c}");
    let longest = shown.split(|c| c != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default() + 1);
    // A blank keeps a backquote at either end apart from the fence.
    let pad = if shown.is_empty() || shown.starts_with('`') || shown.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// For JSON strings, after the writer's own escapes: everything that does not print becomes
/// `\uXXXX`, which means the same to every reader of JSON.
pub fn json(foreign: &str) -> String {
    let mut out = String::with_capacity(foreign.len());
    for character in foreign.chars() {
        let is_command = character == '[' && out.ends_with("##");
        if prints(character) && !is_command {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            write!(out, "\\u{unit:04x}").expect("writing to a string");
        }
    }
    out
}

/// Whether a character can be shown without changing how its surroundings are read.
pub fn prints(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{ad}' // soft hyphen
            | '\u{34f}' // grapheme joiner
            | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // bidi
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // fillers that look like nothing
            | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' // zero width
            | '\u{206a}'..='\u{206f}' // deprecated format characters
            | '\u{2028}' | '\u{2029}' // line and paragraph separators
            | '\u{fff9}'..='\u{fffb}' // interlinear annotation
            | '\u{e0000}'..='\u{e0fff}' // tags and invisible selectors
        )
}

fn push_text(out: &mut String, foreign: &str) {
    for character in foreign.chars() {
        if !prints(character) {
            write!(out, "{}", character.escape_unicode()).expect("writing to a string");
        } else if character == '[' && out.ends_with("##") {
            out.push_str("\\u{5b}");
        } else {
            out.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_print_is_shown() {
        assert_eq!(text("a\x1b[31m\u{9b}b"), "a\\u{1b}[31m\\u{9b}b");
        assert_eq!(text("x\u{202e}y\nz\u{2028}"), "x\\u{202e}y\\u{a}z\\u{2028}");
        assert_eq!(text("zürich 東京 ✅"), "zürich 東京 ✅");
    }

    #[test]
    fn runner_commands_are_broken_anywhere() {
        assert_eq!(text("a ##[error]b"), "a ##\\u{5b}error]b");
        assert_eq!(text("###[x]"), "###\\u{5b}x]");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_shown() {
        assert_eq!(bytes(b"a\xffb\xc3"), "a\\xffb\\xc3");
        assert_eq!(path(b"::error::"), "./::error::");
    }

    #[test]
    fn json_keeps_the_value() {
        let escaped = json("a\u{9b}\u{e0041}é##[x");
        assert_eq!(escaped, "a\\u009b\\udb40\\udc41é##\\u005bx");
        let back: String = serde_json::from_str(&format!("\"{escaped}\"")).unwrap();
        assert_eq!(back, "a\u{9b}\u{e0041}é##[x");
    }
}
