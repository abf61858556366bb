//! Titles as parts of file names.
//!
//! Letters and digits of any script stay, Latin ones without their accents; everything else only
//! separates words. So a slug holds no separator of folders, no control character and no dot at an
//! end, whatever the title was.

use std::collections::BTreeMap;

/// A slug takes whole words up to this length, in characters.
const LONGEST: usize = 60;

/// And in bytes: file systems allow 255 for the whole name.
const MOST_BYTES: usize = 150;

/// How a repository writes the words of its file names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Style {
    pub joint: Joint,
    pub case: Case,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Joint {
    Dash,
    Underscore,
    Blank,
    /// Each word begins with a capital letter.
    Camel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Case {
    Lower,
    Upper,
    AsWritten,
}

impl Style {
    pub const KEBAB: Style = Style {
        joint: Joint::Dash,
        case: Case::Lower,
    };

    /// The style of most of these slugs; those of one word tell nothing. Of equally common ones the
    /// first in the order of the type.
    pub fn of_most<'s>(slugs: impl IntoIterator<Item = &'s str>) -> Style {
        let mut votes: BTreeMap<Style, usize> = BTreeMap::new();
        for style in slugs.into_iter().filter_map(Style::of) {
            *votes.entry(style).or_default() += 1;
        }
        let best = votes
            .into_iter()
            .max_by_key(|(style, count)| (*count, std::cmp::Reverse(*style)));
        best.map_or(Style::KEBAB, |(style, _)| style)
    }

    fn of(slug: &str) -> Option<Style> {
        let count = |joint| slug.matches(joint).count();
        let joint = match (count(' '), count('-'), count('_')) {
            (0, 0, 0) if is_camel(slug) => Joint::Camel,
            (0, 0, 0) => return None,
            (blanks, _, _) if blanks > 0 => Joint::Blank,
            (_, dashes, underscores) if dashes >= underscores => Joint::Dash,
            _ => Joint::Underscore,
        };
        let case = match (
            slug.contains(char::is_uppercase),
            slug.contains(char::is_lowercase),
        ) {
            (false, _) => Case::Lower,
            (true, false) => Case::Upper,
            (true, true) => Case::AsWritten,
        };
        Some(Style { joint, case })
    }
}

/// A title as a slug; nothing if no word is in it.
pub(super) fn slug(title: &str, style: Style) -> Option<String> {
    let joint = match style.joint {
        Joint::Dash => "-",
        Joint::Underscore => "_",
        Joint::Blank => " ",
        Joint::Camel => "",
    };
    let words: Vec<String> = fitting(words(title))
        .iter()
        .map(|word| cased(word, style))
        .collect();
    (!words.is_empty()).then(|| words.join(joint))
}

fn is_camel(slug: &str) -> bool {
    let starts_high = slug.starts_with(char::is_uppercase);
    let capitals = slug.chars().filter(|c| c.is_uppercase()).count();
    starts_high && capitals >= 2 && slug.contains(char::is_lowercase)
}

fn cased(word: &str, style: Style) -> String {
    let word = match style.case {
        Case::Lower => word.to_lowercase(),
        Case::Upper => word.to_uppercase(),
        Case::AsWritten => word.to_owned(),
    };
    match style.joint {
        Joint::Camel => capitalised(&word),
        _ => word,
    }
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).collect()
}

/// The words of a title, Latin letters without accents.
fn words(title: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut characters = title.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        let Some(word) = words.last_mut() else {
            return words;
        };
        if is_of_word(before, character, next) {
            push_folded(word, character);
        } else if !is_silent(character) {
            words.push(String::new());
        }
        before = character;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// As many whole words as fit; of a first word that is too long its beginning.
fn fitting(words: Vec<String>) -> Vec<String> {
    let (mut characters, mut bytes) = (0, 0);
    let mut kept = Vec::new();
    for word in words {
        characters += word.chars().count() + 1;
        bytes += word.len() + 1;
        if characters <= LONGEST && bytes <= MOST_BYTES {
            kept.push(word);
            continue;
        }
        if kept.is_empty() {
            let whole = word.char_indices().take(LONGEST);
            let fits = whole.take_while(|(at, c)| at + c.len_utf8() <= MOST_BYTES);
            kept.push(fits.map(|(_, character)| character).collect());
        }
        break;
    }
    kept
}

fn is_of_word(before: char, character: char, next: char) -> bool {
    let is_version = character == '.' && before.is_ascii_digit() && next.is_ascii_digit();
    character.is_alphanumeric() || is_mark(character) || is_version
}

/// Signs that belong to the letter before them without being letters, in scripts that need them.
fn is_mark(character: char) -> bool {
    matches!(character,
        '\u{93c}' | '\u{94d}' | '\u{9bc}' | '\u{9cd}' | '\u{a3c}' | '\u{a4d}' | '\u{abc}'
        | '\u{acd}' | '\u{b3c}' | '\u{b4d}' | '\u{bcd}' | '\u{c4d}' | '\u{cbc}' | '\u{ccd}'
        | '\u{d4d}' | '\u{dca}' | '\u{e47}'..='\u{e4e}' | '\u{ec8}'..='\u{ecd}' | '\u{1037}'
        | '\u{1039}' | '\u{103a}' | '\u{17c9}'..='\u{17d3}' | '\u{3099}' | '\u{309a}')
}

/// What does not even end a word: apostrophes, and accents that stand by themselves.
fn is_silent(character: char) -> bool {
    matches!(character, '\'' | '’' | '`' | '\u{300}'..='\u{36f}')
}

fn push_folded(word: &mut String, character: char) {
    const FOLDED: &[(&str, &str)] = &[
        ("ÀÁÂÃÄÅĀĂĄ", "A"),
        ("àáâãäåāăą", "a"),
        ("Æ", "AE"),
        ("æ", "ae"),
        ("ÇĆĈĊČ", "C"),
        ("çćĉċč", "c"),
        ("ÐĎĐ", "D"),
        ("ðďđ", "d"),
        ("ÈÉÊËĒĔĖĘĚ", "E"),
        ("èéêëēĕėęě", "e"),
        ("ĜĞĠĢ", "G"),
        ("ĝğġģ", "g"),
        ("ĤĦ", "H"),
        ("ĥħ", "h"),
        ("ÌÍÎÏĨĪĬĮİ", "I"),
        ("ìíîïĩīĭįı", "i"),
        ("Ĵ", "J"),
        ("ĵ", "j"),
        ("Ķ", "K"),
        ("ķ", "k"),
        ("ĹĻĽĿŁ", "L"),
        ("ĺļľŀł", "l"),
        ("ÑŃŅŇ", "N"),
        ("ñńņň", "n"),
        ("ÒÓÔÕÖØŌŎŐ", "O"),
        ("òóôõöøōŏő", "o"),
        ("Œ", "OE"),
        ("œ", "oe"),
        ("ŔŖŘ", "R"),
        ("ŕŗř", "r"),
        ("ŚŜŞŠȘ", "S"),
        ("śŝşšș", "s"),
        ("ß", "ss"),
        ("ŢŤŦȚ", "T"),
        ("ţťŧț", "t"),
        ("Þ", "Th"),
        ("þ", "th"),
        ("ÙÚÛÜŨŪŬŮŰŲ", "U"),
        ("ùúûüũūŭůűų", "u"),
        ("Ŵ", "W"),
        ("ŵ", "w"),
        ("ÝŶŸ", "Y"),
        ("ýŷÿ", "y"),
        ("ŹŻŽ", "Z"),
        ("źżž", "z"),
    ];
    if character.is_ascii() {
        word.push(character);
        return;
    }
    match FOLDED.iter().find(|(from, _)| from.contains(character)) {
        Some((_, to)) => word.push_str(to),
        None => word.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kebab(title: &str) -> Option<String> {
        slug(title, Style::KEBAB)
    }

    #[test]
    fn titles_become_slugs() {
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(kebab("Checkout didn't work"), is("checkout-didnt-work"));
        assert_eq!(
            kebab("Ausfall in Zürich, Straße 3"),
            is("ausfall-in-zurich-strasse-3")
        );
        assert_eq!(kebab("re\u{301}seau"), is("reseau"));
        assert_eq!(kebab("障害 報告"), is("障害-報告"));
        assert_eq!(kebab("Upgrade to 2.289.1."), is("upgrade-to-2.289.1"));
        assert_eq!(kebab("../../etc/passwd"), is("etc-passwd"));
        assert_eq!(kebab("a\0b\nc\u{202e}d"), is("a-b-c-d"));
        assert_eq!(kebab("../.. \u{1b}"), None);
    }

    #[test]
    fn styles_are_kept() {
        let most = |names: &[&str]| Style::of_most(names.iter().copied());
        let written = |names: &[&str]| slug("Disk full on db 1", most(names));
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(written(&["KubeNodeDown", "HighLoad"]), is("DiskFullOnDb1"));
        assert_eq!(
            written(&["node_down", "high_load"]),
            is("disk_full_on_db_1")
        );
        assert_eq!(written(&["NODE_DOWN"]), is("DISK_FULL_ON_DB_1"));
        assert_eq!(written(&["Node is down"]), is("Disk full on db 1"));
        assert_eq!(written(&["node"]), is("disk-full-on-db-1"));
    }

    #[test]
    fn long_titles_end_with_a_word() {
        let long = kebab(&"outage ".repeat(100)).expect("a slug");
        assert_eq!(long, ["outage"; 8].join("-"));
        let one = kebab(&"障".repeat(1000)).expect("a slug");
        assert_eq!(one.len(), MOST_BYTES);
    }
}
