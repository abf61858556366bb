//! The words by which people's documents are recognised, as data.
//!
//! Each file below `src/vocabulary/` lists terms by concept; no code holds a word of its own, so
//! that another language is a few more lines.
//!
//! A term is matched against normalised text (see [`normalise`]): a whole heading, file name or
//! folder name. `*` at an end stands for any further words, so `timeline *` matches "Timeline of
//! events" and `* status page *` matches any text that holds these two words.

mod normal;
mod sieve;
mod terms;

use std::sync::{LazyLock, OnceLock};

pub use normal::normalise;
pub use sieve::{Sieve, Signs};
use terms::{ByWord, Terms};

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
    ("practice", include_str!("vocabulary/practice.txt")),
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
    let mut found = Vec::new();
    group_of(group).each(normalised, |concept| found.push(concept.name));
    found.sort_unstable();
    found.dedup();
    found
}

/// The fixes that a command line is, by its words in order with anything between them, but for
/// those that it only looks like.
pub fn commands(line: &str) -> Vec<&'static str> {
    let mut found = command_terms(line);
    let is_other = |fix: &str, name: &str| name.strip_prefix(fix) == Some(".other");
    let others: Vec<&str> = found
        .iter()
        .copied()
        .filter(|name| name.contains('.'))
        .collect();
    found.retain(|fix| !fix.contains('.') && !others.iter().any(|name| is_other(fix, name)));
    found
}

fn command_terms(line: &str) -> Vec<&'static str> {
    static WORDS: LazyLock<Sieve> = LazyLock::new(|| Sieve::of_words(telling_words()));
    let mut found = Vec::new();
    if !WORDS.may_match(line) {
        return found;
    }
    let normalised = normalise(line);
    let mut rest = Some(normalised.as_str());
    while let Some(text) = rest {
        let (word, behind) = match text.split_once(' ') {
            Some((word, behind)) => (word, Some(behind)),
            None => (text, None),
        };
        for (fix, words) in COMMANDS.get(word).into_iter().flatten() {
            let mut behind = behind.unwrap_or_default().split(' ');
            if words.iter().all(|word| behind.any(|other| other == *word)) {
                found.push(*fix);
            }
        }
        rest = behind;
    }
    found
}

/// The longest word of each command behind its program, which alone says little.
fn telling_words() -> impl Iterator<Item = (&'static str, u64)> {
    let commands = COMMANDS.iter().flat_map(|(program, commands)| {
        let words = commands.iter().map(|(_, words)| words);
        words.map(|words| {
            words
                .iter()
                .max_by_key(|word| word.len())
                .unwrap_or(program)
        })
    });
    commands.map(|word| (*word, 1))
}

/// Whether a known command begins with this word.
pub fn is_program(word: &str) -> bool {
    COMMANDS.contains_key(word)
}

/// Every concept that a heading or label names, sorted, each once: of the groups that are asked for
/// there.
pub fn heading_concepts(normalised: &str) -> Vec<Concept> {
    let mut found = Vec::new();
    VOCABULARY.each(normalised, |concept| found.push(concept));
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a text names one concept.
pub fn names(group: &str, name: &str, normalised: &str) -> bool {
    let mut is_named = false;
    group_of(group).each(normalised, |concept| is_named |= concept.name == name);
    is_named
}

/// Whether a short text is nothing but what a template leaves to fill in.
///
/// Every short paragraph and cell is asked, so this compares in place instead of normalising.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let Some(first) = text.bytes().next() else {
        return true;
    };
    let first = first.to_ascii_lowercase();
    let start = PLACEHOLDERS.partition_point(|(words, _)| words.as_bytes()[0] < first);
    let terms = PLACEHOLDERS[start..].iter();
    let mut terms = terms.take_while(|(words, _)| words.as_bytes()[0] == first);
    terms.any(|(words, is_start)| begins_with(text, words, *is_start))
}

/// The placeholders in order, and whether further words may follow.
static PLACEHOLDERS: LazyLock<Vec<(&'static str, bool)>> = LazyLock::new(|| {
    let file = FILES.iter().find(|(group, _)| *group == "placeholders");
    let terms = file.into_iter().flat_map(|(_, text)| entries(text));
    let terms = terms.filter(|(name, _)| *name == "left-open");
    let open_end = |line: &'static str| line.strip_suffix(" *");
    let terms = terms.map(|(_, line)| (open_end(line).unwrap_or(line), open_end(line).is_some()));
    let mut terms: Vec<(&str, bool)> = terms.collect();
    terms.sort_unstable();
    terms
});

/// The fix that a command is, and the words behind its first.
type CommandTerm = (&'static str, Vec<&'static str>);

/// Commands by their first word.
static COMMANDS: LazyLock<ByWord<&'static str, Vec<CommandTerm>>> = LazyLock::new(|| {
    let mut commands: ByWord<&str, Vec<_>> = ByWord::default();
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

/// The groups that headings and labels are asked for.
const OF_HEADINGS: &[&str] = &["answers", "fixes", "incidents", "postmortem", "runbook"];

/// These groups together, so that a heading is read once for all of them.
static VOCABULARY: LazyLock<Terms> = LazyLock::new(|| {
    let files = FILES.iter();
    Terms::of(files.filter(|(group, _)| OF_HEADINGS.contains(group)))
});

/// Each file by itself: most text is asked for one group.
static GROUPS: [OnceLock<Terms>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];

fn group_of(name: &str) -> &'static Terms {
    let index = FILES.iter().position(|(group, _)| *group == name);
    let index = index.unwrap_or_else(|| panic!("there is no vocabulary `{name}`"));
    GROUPS[index].get_or_init(|| Terms::of(FILES[index..=index].iter()))
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
    fn commands_and_what_only_looks_like_them() {
        for (line, fixes) in [
            ("redis-cli -h cache ping", &[][..]),
            ("redis-cli -h cache info", &["database"]),
            ("kubectl -n shop scale deploy/web --replicas=6", &["scale"]),
            ("kubectl scale deploy/web --replicas=0", &["restart"]),
            ("psql --version", &[]),
            ("alembic downgrade -1", &["rollback"]),
        ] {
            assert_eq!(commands(line), fixes, "{line}");
        }
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
