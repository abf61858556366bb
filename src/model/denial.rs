//! Sentences that say that something is not there.
//!
//! "None, we do not use Datadog" below a heading is no answer, and neither is a link to a tool that
//! "we no longer use". Only what says no more than that is told: "we have no status page, but we
//! post on Mastodon" is an answer.

use super::outline::{Entry, Form};
use crate::parse::markdown::{BlockId, BlockKind, Link, Markdown};
use crate::vocabulary;

/// Whoever writes more says more; in bytes.
const LONGEST: usize = 300;

/// Whether all that stands below a heading, or behind a label, is that there is nothing.
pub(super) fn is_denied(markdown: &Markdown<'_>, entry: &Entry) -> bool {
    match entry.form {
        Form::Heading => below(markdown, entry.block),
        Form::Label | Form::Lead => behind(markdown, entry.block),
    }
}

/// Whether the sentence that a link stands in says that what it leads to is not there.
pub(super) fn denies_link(markdown: &Markdown<'_>, link: &Link<'_>) -> bool {
    if markdown.block(link.block).content.range().len() > LONGEST {
        return false;
    }
    let words = markdown.source.slice(link.text_span);
    let text = markdown.text(link.block);
    let mut around = sentences(&text).filter(|sentence| sentence.contains(words));
    around.next().is_some_and(is_denial) && around.all(is_denial)
}

/// The few paragraphs below a heading, in a list or not.
fn below(markdown: &Markdown<'_>, heading: BlockId) -> bool {
    /// Whoever writes more says more.
    const MOST: u32 = 5;
    let level = |kind: &BlockKind| match kind {
        BlockKind::Heading { level } => Some(*level),
        _ => None,
    };
    let own = kind(markdown, heading).and_then(level);
    let mut has_text = false;
    for index in 1..=MOST {
        let id = BlockId(heading.0 + index);
        match kind(markdown, id) {
            Some(BlockKind::Paragraph) if is_denying(markdown, id) => has_text = true,
            Some(BlockKind::List { .. } | BlockKind::Item { .. }) => {}
            Some(kind) => return has_text && level(kind).is_some_and(|other| Some(other) <= own),
            None => return has_text,
        }
    }
    false
}

fn is_denying(markdown: &Markdown<'_>, paragraph: BlockId) -> bool {
    says_nothing(&markdown.text(paragraph)) || behind(markdown, paragraph)
}

/// The rest of a paragraph behind its label, or of a row behind its first cell.
fn behind(markdown: &Markdown<'_>, id: BlockId) -> bool {
    if let Some(BlockKind::Cell { .. }) = kind(markdown, id) {
        let second = BlockId(id.0 + 1);
        let is_last = !matches!(
            kind(markdown, BlockId(id.0 + 2)),
            Some(BlockKind::Cell { column: 2 })
        );
        return is_last && says_nothing(&markdown.text(second));
    }
    let text = markdown.text(id);
    let rest = text.split_once([':', '?']).map(|(_, rest)| rest);
    rest.is_some_and(says_nothing)
}

fn kind<'m>(markdown: &'m Markdown<'_>, id: BlockId) -> Option<&'m BlockKind> {
    markdown.blocks.get(id.index()).map(|block| &block.kind)
}

fn says_nothing(text: &str) -> bool {
    let mut sentences = sentences(text).peekable();
    text.len() <= LONGEST && sentences.peek().is_some() && sentences.all(is_denial)
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let ends = ['.', ';', '!', ':', '\n', '–', '—'];
    let sentences = text.split(ends).map(str::trim);
    sentences.filter(|sentence| !sentence.is_empty())
}

fn is_denial(sentence: &str) -> bool {
    let names = |name: &str, words: &str| vocabulary::names("placeholders", name, words);
    // "We do not use Datadog, New Relic or Sentry."
    let is_tool = |words: &str| !vocabulary::concepts("tools", words).is_empty();
    let mut parts = sentence.split(',').map(vocabulary::normalise);
    let is_first = parts.next().is_some_and(|words| names("refusal", &words));
    let mut rest = parts.filter(|words| !words.is_empty());
    is_first
        && rest.all(|words| names("refusal", &words) || is_tool(&words))
        && !names("refusal-yet", &vocabulary::normalise(sentence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_that_there_is_nothing() {
        for text in [
            "None. We do not use Datadog.",
            "None, we do not use Datadog",
            "We don't have a status page yet.",
            "We no longer use PagerDuty, Opsgenie or the like, for now.",
            "There is no monitoring (planned for next year).",
        ] {
            assert!(says_nothing(text), "{text}");
        }
    }

    #[test]
    fn what_says_something_beside_it() {
        for text in [
            "",
            "Datadog",
            "We have no status page, but we post on Mastodon.",
            "There is no rota, Ada answers at any time.",
            "There is no rota: Ada answers.",
            "We have no monitoring other than Pingdom.",
            "We don't have Datadog. Grafana shows it all.",
            "Nobody at night; Ada by day.",
        ] {
            assert!(!says_nothing(text), "{text}");
        }
    }
}
