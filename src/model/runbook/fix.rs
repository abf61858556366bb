//! The fixes that a document gives: by a heading, by an instruction, or by the command itself.

use std::sync::LazyLock;

use super::aside::is_aside;
use super::{By, FIXES, FURTHER_FIXES, Page, Topics, Why};
use crate::model::Kind;
use crate::model::evidence::Substance;
use crate::model::native::SKELETON;
use crate::model::outline::{Entry, blocks, leads};
use crate::parse::markdown::{BlockId, BlockKind, Markdown, RunKind};
use crate::vocabulary::{self, Sieve, Signs};

pub(super) fn read(page: Page<'_, '_>, topics: &mut Topics) {
    read_names(page, topics);
    // A page that points elsewhere says how to do nothing.
    if page.substance != Substance::Own {
        return;
    }
    for entry in page.entries() {
        read_entry(entry, By::of(entry.form), topics);
    }
    // One page for everything lists what to do behind plain words: "Restart: `make restart`".
    let is_general = vocabulary::names("runbook", "name-general", page.name);
    if is_general || page.kind != Kind::Runbook {
        for entry in leads(page.markdown) {
            read_entry(&entry, By::Row, topics);
        }
    }
    for (id, block) in blocks(page.markdown) {
        match block.kind {
            BlockKind::Code { .. } => read_code(page.markdown, id, topics),
            BlockKind::Paragraph | BlockKind::Cell { .. } => read_text(page.markdown, id, topics),
            _ => {}
        }
    }
}

fn read_names(page: Page<'_, '_>, topics: &mut Topics) {
    let has_steps = page.substance != Substance::None;
    let title = page.title.map(|title| vocabulary::normalise(&title.value));
    let title = title.zip(page.title.map(|title| title.span));
    let name = (page.name.to_owned(), page.first_line);
    let mut unlike = Vec::new();
    for (by, text) in [(By::Title, title), (By::FileName, Some(name))] {
        let Some((text, span)) = text else { continue };
        let is_aside = page.is_aside() || is_aside(&text);
        for (fix, is_other) in named(&vocabulary::concepts("fixes", &text)) {
            // A title tells what a file called by one word is about.
            if is_aside {
                topics.miss(fix, Why::Aside, span);
            } else if is_other || unlike.contains(&fix) {
                unlike.push(fix);
                topics.miss(fix, Why::SomethingElse, span);
            } else {
                topics.name(fix, by, span, has_steps);
            }
        }
    }
}

fn read_entry(entry: &Entry, by: By, topics: &mut Topics) {
    for fix in entry.named("fixes").filter(|name| !name.contains('.')) {
        if entry.is_aside() {
            topics.miss(fix, Why::Aside, entry.span);
        } else if entry.is_only_like(fix) {
            topics.miss(fix, Why::SomethingElse, entry.span);
        } else {
            topics.name_entry(fix, by, entry);
        }
    }
}

/// The fixes that a text names, and of each whether it only sounds like it.
fn named(concepts: &[&'static str]) -> Vec<(&'static str, bool)> {
    let fixes = concepts.iter().filter(|name| !name.contains('.'));
    let is_other = |fix: &str| {
        let mut parts = concepts.iter().filter_map(|name| name.strip_prefix(fix));
        parts.any(|part| part == ".other")
    };
    fixes.map(|fix| (*fix, is_other(fix))).collect()
}

fn read_code(markdown: &Markdown<'_>, id: BlockId, topics: &mut Topics) {
    let block = markdown.block(id);
    let Some(language) = super::command::language(markdown, block) else {
        return;
    };
    for command in super::command::commands(markdown.source, block.content, language) {
        if command.is_comment {
            continue;
        }
        for fix in vocabulary::commands(&command.text) {
            topics.cover(fix, By::Command, command.span);
        }
    }
}

/// Instructions, and commands in code spans.
fn read_text(markdown: &Markdown<'_>, id: BlockId, topics: &mut Topics) {
    let block = markdown.block(id);
    if markdown.source.slice(block.span).contains(SKELETON) {
        return;
    }
    for run in markdown.runs(id) {
        if run.kind != RunKind::Code {
            continue;
        }
        let code = markdown.source.slice(run.span);
        for fix in vocabulary::commands(code) {
            // A name alone runs nothing.
            if vocabulary::normalise(code).contains(' ') {
                topics.cover(fix, By::Command, run.span);
            }
        }
    }
    let text = markdown.text(id);
    // Some write commands as plain items.
    if vocabulary::is_program(text.split(' ').next().unwrap_or_default()) {
        for fix in vocabulary::commands(&text) {
            topics.cover(fix, By::Step, block.content);
        }
    }
    sentences(&text, |sentence| {
        let words = vocabulary::normalise(sentence);
        let concepts = vocabulary::concepts("fixes", &words);
        if concepts.is_empty() || vocabulary::names("placeholders", "denial", &words) {
            return;
        }
        for concept in &concepts {
            let Some((fix, part)) = concept.split_once('.') else {
                continue;
            };
            let is_noun = |other: &&str| other.strip_prefix(fix) == Some(".noun");
            if part == "step" || (part == "verb" && concepts.iter().any(is_noun)) {
                topics.cover(fix, By::Step, block.content);
            }
        }
    });
}

/// The parts of a text that may tell to apply a fix: in one step, or by a verb and a noun of the
/// same.
fn sentences<'t>(text: &'t str, mut each: impl FnMut(&'t str)) {
    static ENDS: Signs = Signs::of(b".;!:,");
    static PARTS: LazyLock<Sieve> = LazyLock::new(|| {
        let fixes = || FIXES.iter().chain(FURTHER_FIXES);
        let parts = ["step", "verb", "noun"];
        let names = parts.map(|part| fixes().map(move |fix| format!("{fix}.{part}")));
        let names: Vec<String> = names.into_iter().flatten().collect();
        Sieve::told_apart("fixes", &names)
    });
    let count = FIXES.len() + FURTHER_FIXES.len();
    PARTS.parts(text, &ENDS, |sentence, found| {
        let of = |part: usize| found >> (part * count) & ((1 << count) - 1);
        if of(0) | (of(1) & of(2)) != 0 {
            each(sentence);
        }
    });
}
