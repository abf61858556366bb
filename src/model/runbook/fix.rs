//! The fixes that a document gives: by a heading, by an instruction, or by the command itself.

use std::sync::LazyLock;

use super::{By, Page, Topics};
use crate::model::Kind;
use crate::model::evidence::Substance;
use crate::model::native::SKELETON;
use crate::model::outline::{blocks, leads};
use crate::parse::markdown::{BlockId, BlockKind, Markdown, RunKind};
use crate::vocabulary::{self, Filter};

pub(super) fn read(page: Page<'_, '_>, topics: &mut Topics) {
    read_names(page, topics);
    // A page that points elsewhere says how to do nothing.
    if page.substance != Substance::Own {
        return;
    }
    for entry in page.entries() {
        let by = By::of(entry.form);
        for fix in entry.named("fixes").filter(|name| !name.contains('.')) {
            topics.name(fix, by, entry.span, entry.has_content);
        }
    }
    // One page for everything lists what to do behind plain words: "Restart: `make restart`".
    let is_general = vocabulary::names("runbook", "name-general", page.name);
    if is_general || page.kind != Kind::Runbook {
        for entry in leads(page.markdown) {
            for fix in entry.named("fixes").filter(|name| !name.contains('.')) {
                topics.name(fix, By::Row, entry.span, entry.has_content);
            }
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
    for (by, text) in [(By::Title, title), (By::FileName, Some(name))] {
        let Some((text, span)) = text else { continue };
        for fix in vocabulary::concepts("fixes", &text) {
            if !fix.contains('.') {
                topics.name(fix, by, span, has_steps);
            }
        }
    }
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
        for fix in vocabulary::commands(&vocabulary::normalise(&command.text)) {
            topics.cover(fix, By::Command, command.span);
        }
    }
}

/// Instructions, and commands in code spans.
fn read_text(markdown: &Markdown<'_>, id: BlockId, topics: &mut Topics) {
    static ABOUT: LazyLock<Filter> = LazyLock::new(|| Filter::new("fixes", &[]));
    let block = markdown.block(id);
    if markdown.source.slice(block.span).contains(SKELETON) {
        return;
    }
    for run in markdown.runs(id) {
        if run.kind != RunKind::Code {
            continue;
        }
        let words = vocabulary::normalise(markdown.source.slice(run.span));
        if words.contains(' ') {
            for fix in vocabulary::commands(&words) {
                topics.cover(fix, By::Command, run.span);
            }
        }
    }
    if !ABOUT.may_match(markdown.source.slice(block.span)) {
        return;
    }
    for sentence in markdown.text(id).split(['.', ';', '!', ':', ',']) {
        if !ABOUT.may_match(sentence) {
            continue;
        }
        let words = vocabulary::normalise(sentence);
        let concepts = vocabulary::concepts("fixes", &words);
        if concepts.is_empty() || vocabulary::names("placeholders", "denial", &words) {
            continue;
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
    }
}
