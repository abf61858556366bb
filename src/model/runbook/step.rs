//! Commands in the text of a page that its reader is told to run.
//!
//! "1. Run `rm -rf /srv/data`." is pasted as the lines of a fence are. Prose also names commands to
//! say what they do, or to warn of them; so only code that is a whole step, or that its sentence
//! says to run, counts.

use crate::parse::markdown::{Block, BlockId, BlockKind, Markdown, Run, RunKind};

/// So many words may stand between "run" and the command.
const WORDS_BETWEEN: usize = 5;

/// The code in a paragraph that its reader is told to run.
pub(super) fn told<'m>(markdown: &'m Markdown<'_>, index: usize) -> Vec<&'m Run> {
    let block = &markdown.blocks[index];
    let id = BlockId(u32::try_from(index).unwrap_or(u32::MAX));
    let runs = markdown.runs(id);
    let mut code = runs.iter().filter(|run| run.kind == RunKind::Code);
    if block.kind != BlockKind::Paragraph || code.next().is_none() {
        return Vec::new();
    }
    let is_single = code.next().is_none();
    let is_whole =
        is_single && begins_item(markdown, id, block) && says_nothing_else(markdown, runs);
    let mut sentence = String::new();
    let mut found = Vec::new();
    for run in runs {
        match run.kind {
            RunKind::Code => {
                let is_plain = run.link.is_none() && !run.strike;
                if is_plain && (is_whole || says_to_run(&sentence)) {
                    found.push(run);
                }
                sentence.push_str(" ` ");
            }
            RunKind::Text => go_on(&mut sentence, &markdown.run_text(run)),
            RunKind::SoftBreak => sentence.push(' '),
            RunKind::HardBreak => sentence.clear(),
            RunKind::Html => {}
        }
    }
    found
}

fn begins_item(markdown: &Markdown<'_>, id: BlockId, block: &Block) -> bool {
    let parent = block.parent.filter(|parent| {
        let kind = markdown.block(*parent).kind;
        matches!(kind, BlockKind::Item { .. })
    });
    parent.is_some_and(|parent| markdown.children(parent).next() == Some(id))
}

fn says_nothing_else(markdown: &Markdown<'_>, runs: &[Run]) -> bool {
    let mut others = runs.iter().filter(|run| run.kind != RunKind::Code);
    others.all(|run| {
        let text = markdown.run_text(run);
        !text.contains(char::is_alphanumeric)
    })
}

/// Adds to a sentence, or begins the next.
fn go_on(sentence: &mut String, text: &str) {
    const ENDS: &[&str] = &[". ", "! ", "? ", "; "];
    let end = ENDS
        .iter()
        .filter_map(|end| Some(text.rfind(end)? + end.len()));
    match end.max() {
        Some(end) => {
            sentence.clear();
            sentence.push_str(&text[end..]);
        }
        None => sentence.push_str(text),
    }
}

/// Whether a sentence says, up to here, to run what comes next.
fn says_to_run(sentence: &str) -> bool {
    const VERBS: &[&str] = &["run", "execute", "use", "type", "enter"];
    const BEFORE: &[&str] = &[
        "then", "and", "please", "now", "first", "finally", "next", "must", "should", "just",
        "simply", "can",
    ];
    const NEVER: &[&str] = &[
        "never", "not", "don't", "dont", "avoid", "cannot", "can't", "without", "would", "instead",
        "rather", "unless", "used",
    ];
    let sentence = sentence.to_lowercase().replace('’', "'");
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let is_any = |word: &str, of: &[&str]| of.contains(&bare(word).as_str());
    if words.iter().any(|word| is_any(word, NEVER)) {
        return false;
    }
    let Some(verb) = words.iter().rposition(|word| is_any(word, VERBS)) else {
        return false;
    };
    let is_order = verb.checked_sub(1).is_none_or(|before| {
        let before = words[before];
        before.ends_with([',', ':', ')', '-', '–', '—']) || is_any(before, BEFORE)
    });
    is_order && words.len() - verb - 1 <= WORDS_BETWEEN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::markdown;
    use crate::text::{FileId, Source};

    fn told_in(text: &str) -> Vec<String> {
        let markdown = markdown::parse(Source::new(FileId(0), text));
        let blocks = 0..markdown.blocks.len();
        let told = blocks.flat_map(|index| told(&markdown, index));
        let code = told.map(|run| markdown.source.slice(run.span).to_owned());
        code.collect()
    }

    #[test]
    fn what_a_reader_is_told_to_run() {
        for text in [
            "1. Run `a b`.",
            "2. `a b`",
            "- [ ] `a b`:",
            "If it is full, run `a b` on the host.",
            "Log in. Then execute the command `a b`.",
            "Rollback: use `a b`",
            "You can run `a b`.",
        ] {
            assert_eq!(told_in(text), ["a b"], "{text}");
        }
        for text in [
            "`a b` removes everything.",
            "- `a b` removes everything",
            "Never run `a b`.",
            "Do not\nrun `a b`.",
            "Use the console instead of `a b`.",
            "When you run `a b`, it takes an hour.",
            "What `a b` does",
            "| Run | `a b` |\n| - | - |\n| run | `a b` |",
            "# Run `a b`",
            "We run the shop on two hosts in one room; `a b` shows them.",
        ] {
            assert!(told_in(text).is_empty(), "{text}");
        }
    }
}
