//! The words by which people's documents are recognised, as data.
//!
//! Each file below `src/vocabulary/` lists terms by concept; no code holds a word of its own, so
//! that another language is a few more lines. All languages are matched together, by one automaton
//! that is built when it is first needed.
//!
//! A term is matched against normalised text (see [`normalise`]): a whole heading, file name or
//! folder name. `*` at an end stands for any further words, so `timeline *` matches "Timeline of
//! events" and `* status page *` matches any text that holds these two words.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

const FILES: &[(&str, &str)] = &[
    ("alerts", include_str!("vocabulary/alerts.txt")),
    ("answers", include_str!("vocabulary/answers.txt")),
    ("blanks", include_str!("vocabulary/blanks.txt")),
    ("cautions", include_str!("vocabulary/cautions.txt")),
    ("dates", include_str!("vocabulary/dates.txt")),
    ("fixes", include_str!("vocabulary/fixes.txt")),
    ("incidents", include_str!("vocabulary/incidents.txt")),
    ("items", include_str!("vocabulary/items.txt")),
    ("message", include_str!("vocabulary/message.txt")),
    ("paths", include_str!("vocabulary/paths.txt")),
    ("plan", include_str!("vocabulary/plan.txt")),
    ("placeholders", include_str!("vocabulary/placeholders.txt")),
    ("postmortem", include_str!("vocabulary/postmortem.txt")),
    ("runbook", include_str!("vocabulary/runbook.txt")),
    ("tools", include_str!("vocabulary/tools.txt")),
    ("whereabouts", include_str!("vocabulary/whereabouts.txt")),
    ("wording", include_str!("vocabulary/wording.txt")),
];

/// A concept: its file and its section there, such as `postmortem` and `timeline`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Concept {
    pub group: &'static str,
    pub name: &'static str,
}

/// The concepts of one group that a text names, sorted, each once.
pub fn concepts(group: &str, normalised: &str) -> Vec<&'static str> {
    let concepts = group_of(group).find(normalised);
    let mut found: Vec<&str> = concepts.map(|concept| concept.name).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The fixes that a command line is, by its words in order with anything between them.
pub fn commands(normalised: &str) -> impl Iterator<Item = &'static str> {
    let given: Vec<&str> = normalised.split(' ').collect();
    let mut found = Vec::new();
    for (at, word) in given.iter().enumerate() {
        for (fix, rest) in COMMANDS.get(word).into_iter().flatten() {
            let mut behind = given[at + 1..].iter();
            if rest.iter().all(|word| behind.any(|other| other == word)) {
                found.push(*fix);
            }
        }
    }
    found.into_iter()
}

/// Whether a known command begins with this word.
pub fn is_program(word: &str) -> bool {
    COMMANDS.contains_key(word)
}

/// Every concept that a heading or label names, sorted, each once: of the groups that are asked for
/// there.
pub fn heading_concepts(normalised: &str) -> Vec<Concept> {
    let mut found: Vec<Concept> = VOCABULARY.find(normalised).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a text names one concept.
pub fn names(group: &str, name: &str, normalised: &str) -> bool {
    let mut concepts = group_of(group).find(normalised);
    concepts.any(|concept| concept.name == name)
}

/// Tells text that surely names none of some concepts, as it is written: looking costs a fraction
/// of normalising it.
#[derive(Debug)]
pub struct Filter(AhoCorasick);

impl Filter {
    /// For some concepts of a group, or for all of it if none is named.
    pub fn new(group: &str, names: &[&str]) -> Filter {
        let file = FILES.iter().find(|(name, _)| *name == group);
        let terms = file.into_iter().flat_map(|(_, text)| entries(text));
        let terms = terms.filter(|(name, _)| names.is_empty() || names.contains(name));
        let longest = |line: &'static str| line.split([' ', '*']).max_by_key(|word| word.len());
        let words: BTreeSet<&str> = terms.filter_map(|(_, line)| longest(line)).collect();
        Filter(
            AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::DFA))
                .ascii_case_insensitive(true)
                .build(words)
                .expect("the words are few enough for an automaton"),
        )
    }

    /// Whether the longest word of some term stands in the text, in whatever case. Text in other
    /// letters than ASCII always may, and so may text with an apostrophe, which terms leave out.
    pub fn may_match(&self, text: &str) -> bool {
        !text.is_ascii() || text.contains('\'') || self.0.is_match(text)
    }
}

/// Whether a short text is nothing but what a template leaves to fill in.
///
/// Every short paragraph and cell is asked, so this compares in place instead of normalising.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let mut terms = PLACEHOLDERS.iter();
    text.is_empty() || terms.any(|(words, is_start)| begins_with(text, words, *is_start))
}

/// Words as terms see them: lower case, single blanks between, without numbering, emphasis, emoji,
/// punctuation at the ends, or a bracketed tail such as "(UTC)".
///
/// CamelCase is split, and `-` and `_` count as blanks, so that file names and headings read alike.
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut before = ' ';
    let mut characters = without_tail(text).chars().peekable();
    while let Some(character) = characters.next() {
        let is_capital = character.is_uppercase();
        let next_is_lower = is_capital && characters.peek().is_some_and(|next| next.is_lowercase());
        if is_capital && begins_camel_word(before, next_is_lower) {
            push_blank(&mut out);
        }
        push_normal(&mut out, character);
        before = character;
    }
    let end = out.trim_end().len();
    out.truncate(end);
    let number = number_length(&out);
    out.drain(..number);
    out
}

/// The placeholders, and whether further words may follow.
static PLACEHOLDERS: LazyLock<Vec<(&'static str, bool)>> = LazyLock::new(|| {
    let file = FILES.iter().find(|(group, _)| *group == "placeholders");
    let terms = file.into_iter().flat_map(|(_, text)| entries(text));
    let terms = terms.filter(|(name, _)| *name == "left-open");
    let open_end = |line: &'static str| line.strip_suffix(" *");
    terms
        .map(|(_, line)| (open_end(line).unwrap_or(line), open_end(line).is_some()))
        .collect()
});

/// The fix that a command is, and the words behind its first.
type CommandTerm = (&'static str, Vec<&'static str>);

/// Commands by their first word.
static COMMANDS: LazyLock<BTreeMap<&'static str, Vec<CommandTerm>>> = LazyLock::new(|| {
    let mut commands: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (fix, words) in entries(include_str!("vocabulary/commands.txt")) {
        let mut words = words.split(' ');
        let first = words.next().unwrap_or_default();
        let rest = words.collect();
        commands.entry(first).or_default().push((fix, rest));
    }
    commands
});

/// Whether a text is these words, or begins with them, whatever stands between words.
fn begins_with(text: &str, words: &str, may_go_on: bool) -> bool {
    let (text, words) = (text.as_bytes(), words.as_bytes());
    let is_long_enough = match may_go_on {
        true => text.len() >= words.len(),
        false => text.len() == words.len(),
    };
    let same = |(text, word): (&u8, &u8)| match word {
        b' ' => !text.is_ascii_alphanumeric(),
        _ => text.eq_ignore_ascii_case(word),
    };
    let ends_word = text
        .get(words.len())
        .is_none_or(|next| !next.is_ascii_alphanumeric());
    is_long_enough && ends_word && text.iter().zip(words).all(same)
}

struct Term {
    concept: Concept,
    /// The term must begin where the text begins.
    from_start: bool,
    /// The term must end where the text ends.
    to_end: bool,
}

struct Vocabulary {
    automaton: AhoCorasick,
    /// By the automaton's pattern, the terms that share these words.
    terms: Vec<Vec<Term>>,
}

/// The groups that headings and labels are asked for.
const OF_HEADINGS: &[&str] = &["answers", "fixes", "incidents", "postmortem", "runbook"];

/// These groups together, so that a heading is read once for all of them.
static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let files = FILES.iter();
    Vocabulary::build(files.filter(|(group, _)| OF_HEADINGS.contains(group)))
});

/// Each file by itself. Most text is asked for one group, and the fewer terms an automaton knows,
/// the fewer words of running text it stops at.
static GROUPS: [OnceLock<Vocabulary>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];

fn group_of(name: &str) -> &'static Vocabulary {
    let index = FILES.iter().position(|(group, _)| *group == name);
    let index = index.unwrap_or_else(|| panic!("there is no vocabulary `{name}`"));
    GROUPS[index].get_or_init(|| Vocabulary::build(FILES[index..=index].iter()))
}

impl Vocabulary {
    fn build(files: impl Iterator<Item = &'static (&'static str, &'static str)>) -> Vocabulary {
        let mut by_words: BTreeMap<String, Vec<Term>> = BTreeMap::new();
        for (group, file) in files {
            for (name, line) in entries(file) {
                let (words, term) = term(Concept { group, name }, line);
                by_words.entry(words).or_default().push(term);
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(by_words.keys())
            .expect("the vocabulary is small enough for an automaton");
        Vocabulary {
            automaton,
            terms: by_words.into_values().collect(),
        }
    }

    fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Concept> + 'a {
        let matches = self.automaton.find_overlapping_iter(text);
        matches.flat_map(move |found| {
            let whole_words = is_word(text, found.start(), found.end());
            let at_start = found.start() == 0;
            let at_end = found.end() == text.len();
            self.terms[found.pattern().as_usize()]
                .iter()
                .filter(move |term| {
                    whole_words && (at_start || !term.from_start) && (at_end || !term.to_end)
                })
                .map(|term| term.concept)
        })
    }
}

/// The terms of a file with the section that each stands in.
fn entries(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut section = "";
    file.lines().filter_map(move |line| {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = name;
            return None;
        }
        let is_term = !line.is_empty() && !line.starts_with('#');
        is_term.then_some((section, line))
    })
}

fn term(concept: Concept, line: &str) -> (String, Term) {
    let after_start = line.strip_prefix("* ");
    let rest = after_start.unwrap_or(line);
    let before_end = rest.strip_suffix(" *");
    let words = before_end.unwrap_or(rest).to_owned();
    let term = Term {
        concept,
        from_start: after_start.is_none(),
        to_end: before_end.is_none(),
    };
    (words, term)
}

/// Whether the range is bounded by the ends of words; scripts without blanks have no such bounds.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let joins = |a: Option<char>, b: Option<char>| match (a, b) {
        (Some(a), Some(b)) => is_spaced(a) && is_spaced(b),
        _ => false,
    };
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    let inside = &text[start..end];
    !joins(before, inside.chars().next()) && !joins(inside.chars().next_back(), after)
}

/// Letters of scripts that put blanks between words.
fn is_spaced(character: char) -> bool {
    character.is_alphanumeric()
        && !matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}')
}

/// Whether a capital letter begins a word.
fn begins_camel_word(before: char, next_is_lower: bool) -> bool {
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
    let trimmed = text.trim_end().trim_end_matches([':', '?', '.']);
    let Some(open) = trimmed.rfind('(').filter(|_| trimmed.ends_with(')')) else {
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
    fn headings_and_file_names_read_alike() {
        assert_eq!(normalise("## 3. **Root Cause**:"), "root cause");
        assert_eq!(normalise("🔴 What went well?"), "what went well");
        assert_eq!(normalise("Timeline (UTC)"), "timeline");
        assert_eq!(
            normalise("KubePersistentVolumeFillingUp"),
            "kube persistent volume filling up"
        );
        assert_eq!(normalise("KubeAPIDown"), "kube api down");
        assert_eq!(normalise("disk-full_2"), "disk full 2");
        assert_eq!(normalise("What didn’t go well"), "what didnt go well");
        assert_eq!(normalise("根本原因"), "根本原因");
        assert_eq!(normalise("(all)"), "all");
    }

    #[test]
    fn terms_are_whole_words() {
        assert!(names("postmortem", "timeline", "timeline of events"));
        assert!(!names("postmortem", "timeline", "timelined"));
        assert!(names(
            "postmortem",
            "timeline",
            &normalise("1. タイムライン")
        ));
    }

    #[test]
    fn placeholders() {
        for text in [
            "TODO",
            "_TBD_",
            "…",
            "YYYY-MM-DD",
            "Describe what happened",
            "n/a",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["None yet.", "-", "TBD (see the ticket)", "Coming soon"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["Todoist is down", "Name the incident", "describing", "Ada"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn every_term_is_normalised_and_stands_once_in_its_concept() {
        for (group, file) in FILES {
            let mut seen = BTreeSet::new();
            for (name, line) in entries(file) {
                let words = line.trim_start_matches("* ").trim_end_matches(" *");
                assert!(
                    !name.is_empty(),
                    "{group}: `{line}` stands before any concept"
                );
                assert_eq!(normalise(words), words, "{group}/{name}");
                assert!(seen.insert((name, line)), "{group}/{name}: `{line}` twice");
            }
        }
    }
}
