//! Who owns a file: `CODEOWNERS`, as GitHub and GitLab read it.
//!
//! The last pattern that matches a path decides, and one without owners gives the path to nobody.
//! Patterns are those of `.gitignore` without negation; `docs/*` reaches the files of the folder
//! and nothing deeper. GitLab's `[Section]` lines are passed over: the owners on them are defaults
//! for a section, and who approves what is no business of ours.
//!
//! Sources: GitHub Docs, "About code owners"; GitLab Docs, "Code Owners syntax".

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::binary::binary;
use crate::text::{Source, Span, Spanned};

/// Where the file may lie; the first that is there is the one in force.
pub(super) const PLACES: &[&str] = &[
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
];

/// Patterns that are read of one file; the rest is not looked at.
const MOST_PATTERNS: usize = 5_000;

/// One line: files and who owns them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRule {
    pub pattern: Spanned<String>,
    /// Handles, teams and addresses, as written; none if the line gives the files to nobody.
    pub owners: Vec<Spanned<String>>,
}

binary!(struct OwnerRule { pattern, owners });

/// The lines of a `CODEOWNERS` file.
pub(super) fn read(source: Source<'_>) -> Vec<OwnerRule> {
    let mut rules = Vec::new();
    let mut at = 0;
    for line in source.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if rules.len() == MOST_PATTERNS {
            break;
        }
        let mut words = words(line).into_iter().map(|(from, word)| {
            let span: Span = source.span(start + from..start + from + word.len());
            Spanned::new(word.replace("\\ ", " "), span)
        });
        let Some(pattern) = words.next() else {
            continue;
        };
        if pattern.value.starts_with(['[', '^', '!']) {
            continue;
        }
        rules.push(OwnerRule {
            pattern,
            owners: words.collect(),
        });
    }
    rules
}

/// The words of a line up to a comment, with their offsets; an escaped blank belongs to its word.
fn words(line: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let (mut start, mut escaped) = (None, false);
    for (at, character) in line.char_indices() {
        let is_blank = character.is_whitespace() && !escaped;
        if character == '#' && start.is_none() {
            return words;
        }
        match (is_blank, start) {
            (true, Some(from)) => {
                words.push((from, &line[from..at]));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
        escaped = character == '\\' && !escaped;
    }
    words.extend(start.map(|from| (from, &line[from..])));
    words
}

/// The patterns of the file in force, ready to be asked.
#[derive(Debug, Default)]
pub struct Owners {
    patterns: GlobSet,
    /// The rule of each pattern in `patterns`.
    of_pattern: Vec<usize>,
    rules: Vec<OwnerRule>,
}

impl Owners {
    /// A pattern that cannot be understood owns nothing.
    pub(super) fn new(rules: Vec<OwnerRule>) -> Owners {
        let mut set = GlobSetBuilder::new();
        let mut of_pattern = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            for glob in globs(&rule.pattern.value) {
                let glob = GlobBuilder::new(&glob).literal_separator(true).build();
                if let Ok(glob) = glob {
                    set.add(glob);
                    of_pattern.push(index);
                }
            }
        }
        Owners {
            patterns: set.build().unwrap_or_else(|_| GlobSet::empty()),
            of_pattern,
            rules,
        }
    }

    /// All who own anything.
    pub fn all(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.rules.iter().flat_map(|rule| &rule.owners)
    }

    /// The owners of a path below the root; none if no line speaks of it, or the last one gives it
    /// to nobody.
    pub fn of(&self, path: &[u8]) -> &[Spanned<String>] {
        let Ok(path) = str::from_utf8(path) else {
            return &[];
        };
        let matching = self.patterns.matches(path).into_iter();
        let last = matching.map(|index| self.of_pattern[index]).max();
        last.map_or(&[], |index| &self.rules[index].owners)
    }
}

/// A pattern as globs: one for the file itself, one for what lies below a folder of that name.
fn globs(pattern: &str) -> Vec<String> {
    let body = pattern.trim_start_matches('/');
    let is_anchored = pattern.starts_with('/') || body.trim_end_matches('/').contains('/');
    let prefix = if is_anchored { "" } else { "**/" };
    let folder = body.trim_end_matches('/');
    let below = format!("{prefix}{folder}/**");
    let is_whole = matches!(folder, "*" | "**") && !is_anchored;
    match () {
        () if is_whole => vec!["**".to_owned()],
        () if body.ends_with('/') => vec![below],
        () if folder.ends_with("/*") => vec![format!("{prefix}{folder}")],
        () => vec![format!("{prefix}{folder}"), below],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn owners(text: &str, path: &str) -> Vec<String> {
        let rules = read(Source::new(FileId(0), text));
        let owners = Owners::new(rules);
        let of = owners.of(path.as_bytes()).iter();
        of.map(|owner| owner.value.clone()).collect()
    }

    #[test]
    fn the_last_line_that_matches_decides() {
        let text = "# all\n* @all\n*.md @docs @acme/writers # words\n/ops/ ops@acme.example\n/ops/drafts/\n";
        assert_eq!(owners(text, "src/main.rs"), ["@all"]);
        assert_eq!(owners(text, "docs/a.md"), ["@docs", "@acme/writers"]);
        assert_eq!(owners(text, "ops/runbooks/a.md"), ["ops@acme.example"]);
        assert_eq!(owners(text, "ops/drafts/a.md"), Vec::<String>::new());
    }

    #[test]
    fn patterns_reach_as_far_as_the_hosts_say() {
        assert_eq!(owners("docs/* @a", "docs/a.md"), ["@a"]);
        assert_eq!(owners("docs/* @a", "docs/b/a.md"), Vec::<String>::new());
        assert_eq!(owners("docs @a", "x/docs/b/a.md"), ["@a"]);
        assert_eq!(owners("/docs @a", "x/docs/b/a.md"), Vec::<String>::new());
        assert_eq!(owners("docs/ @a", "x/docs/b/a.md"), ["@a"]);
        assert_eq!(owners("**/runbooks @a", "x/y/runbooks/a.md"), ["@a"]);
        assert_eq!(owners("/a/**/c.md @a", "a/b/b/c.md"), ["@a"]);
        assert_eq!(owners("/my\\ docs/ @a", "my docs/a.md"), ["@a"]);
        assert_eq!(owners("[Docs] @b\n* @a", "a.md"), ["@a"]);
        assert_eq!(owners("a{ @b\n*.rs @c", "a.md"), Vec::<String>::new());
    }

    #[test]
    fn owners_stand_where_they_are_written() {
        let text = "* @a\n*.md  @b @c\n";
        let rules = read(Source::new(FileId(0), text));
        let spans = rules[1].owners.iter().map(|owner| owner.span.range());
        let words: Vec<&str> = spans.map(|range| &text[range]).collect();
        assert_eq!(words, ["@b", "@c"]);
    }
}
