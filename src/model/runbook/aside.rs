//! Pages that are about something and no runbook for it.
//!
//! "Why we never roll back" tells no way to, and a page whose title says that it is obsolete tells
//! one that no longer holds. Both are told by a title, by a heading or by the first words of a page
//! alone: further down, "deprecated" is said of what a runbook handles.

use crate::model::outline::blocks;
use crate::parse::markdown::{BlockKind, Markdown};
use crate::parse::yaml::{Node, Tree};
use crate::text::Spanned;
use crate::vocabulary;

/// Whether a title or heading, in words, tells about something and not what to do.
pub(super) fn is_aside(words: &str) -> bool {
    vocabulary::names("runbook", "title-aside", words)
}

/// Whether a page says at its top that it no longer holds.
pub(in crate::model) fn is_retired(
    title: Option<&Spanned<String>>,
    markdown: &Markdown<'_>,
    front_matter: Option<&Tree<'_>>,
) -> bool {
    let title = title.map_or("", |title| title.value.as_str());
    says_retired(title) || is_marked(front_matter) || opens_retired(markdown)
}

/// `deprecated: true`, `status: obsolete`.
fn is_marked(front_matter: Option<&Tree<'_>>) -> bool {
    let root = front_matter.and_then(Tree::root);
    let value = |key| root.and_then(|root| root.get(key)).and_then(Node::as_str);
    let is_set = |key| value(key).is_some_and(|text| !matches!(text, "" | "false" | "no"));
    let marks = ["deprecated", "obsolete", "superseded_by"];
    marks.into_iter().any(is_set) || value("status").is_some_and(says_retired)
}

/// Whether the first paragraph, in a quote or not, begins with it.
fn opens_retired(markdown: &Markdown<'_>) -> bool {
    /// Longer first paragraphs begin with what matters as well.
    const LONGEST: usize = 200;
    const NOTICES: &[&str] = &[
        "",
        "warning",
        "caution",
        "important",
        "note",
        "notice",
        "attention",
    ];
    let mut blocks = blocks(markdown);
    let first = blocks.find(|(_, block)| block.kind == BlockKind::Paragraph);
    let Some((id, _)) = first else { return false };
    let text: String = markdown.text(id).chars().take(LONGEST).collect();
    let parts = parts(&text);
    let mut parts = parts.iter().map(|part| vocabulary::normalise(part));
    let first = parts.find(|part| !NOTICES.contains(&part.as_str()));
    first.is_some_and(|part| is_mark(&part))
}

fn says_retired(title: &str) -> bool {
    // A word in capitals before a title that has others.
    let first = title.split(' ').next().unwrap_or_default();
    let is_cry = is_in_capitals(first) && !is_in_capitals(title);
    let mut parts = parts(title);
    parts.extend(is_cry.then_some(first));
    let mut parts = parts.iter().map(|part| vocabulary::normalise(part));
    parts.any(|part| is_mark(&part))
}

/// What stands between brackets, dashes, colons and the like.
fn parts(text: &str) -> Vec<&str> {
    const ENDS: &[&str] = &[
        "[", "]", "(", ")", ": ", ", ", ". ", "! ", "; ", " - ", " – ", " — ", " | ", "\n",
    ];
    let mut parts = vec![text];
    for end in ENDS {
        parts = parts.iter().flat_map(|part| part.split(end)).collect();
    }
    parts
}

fn is_mark(words: &str) -> bool {
    vocabulary::names("runbook", "title-retired", words)
}

fn is_in_capitals(text: &str) -> bool {
    text.contains(char::is_uppercase) && !text.contains(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_no_longer_hold() {
        for title in [
            "Roll back the shop (obsolete)",
            "[DEPRECATED] Roll back the shop",
            "DEPRECATED: Roll back the shop",
            "OBSOLETE Roll back the shop",
            "Roll back the shop – deprecated",
            "Roll back the shop (superseded by the deploy guide)",
            "Superseded by docs/deploy.md",
            "Rollback, superseded by redeploy",
            "This runbook is deprecated, see the deploy guide.",
        ] {
            assert!(says_retired(title), "{title}");
        }
    }

    #[test]
    fn titles_of_what_is_old() {
        for title in [
            "Deprecated API versions in use",
            "KubeDeprecatedAPI",
            "Replace deprecated nodes",
            "Restart the worker (deprecated images too)",
            "ROLL BACK THE SHOP",
            "Delete obsolete volumes when the disk is full",
            "Logs: archived ones",
        ] {
            assert!(!says_retired(title), "{title}");
        }
    }
}
