//! What a document contributes to the five answers.
//!
//! An answer is met by any evidence: a native slot, a section with something in it, a link, a tool
//! by name, or a document whose very existence is one. Which words count is data
//! (`vocabulary/answers.txt` and `tools.txt`); which documents may speak is decided here, so that a
//! product's page on its own monitoring feature answers nothing.

use std::sync::LazyLock;

use super::denial;
use super::native::SKELETON;
use super::outline::{Entry, Form, Outline, blocks, leads};
use super::{INCIDENTS, Kind, PathFacts, Phone, Runbook};
use crate::binary::binary;
use crate::finding::Answer;
use crate::parse::markdown::{BlockKind, Markdown};
use crate::text::Span;
use crate::vocabulary::{self, Sieve};

/// How an answer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Written down in the repository.
    Written,
    /// A link out of the repository: given, not verified.
    Linked,
    /// `{not_applicable: reason}`.
    NotApplicable,
    /// Encrypted by SOPS: given, but not for us to read.
    Encrypted,
}

binary!(
    enum How {
        Written,
        Linked,
        NotApplicable,
        Encrypted,
    }
);

impl How {
    pub fn id(self) -> &'static str {
        match self {
            How::Written => "written",
            How::Linked => "linked",
            How::NotApplicable => "not-applicable",
            How::Encrypted => "encrypted",
        }
    }
}

/// Something that answers a part of a question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    pub answer: Answer,
    /// The part, such as `communicate.status_page`.
    pub slot: &'static str,
    pub span: Span,
    pub how: How,
    /// Why the part does not apply, if it is said.
    pub reason: Option<Box<str>>,
}

binary!(struct Evidence { answer, slot, span, how, reason });

impl Evidence {
    pub(super) fn new(slot: &'static str, span: Span, how: How) -> Option<Evidence> {
        let answer = slot.split('.').next().and_then(Answer::from_id)?;
        Some(Evidence {
            answer,
            slot,
            span,
            how,
            reason: None,
        })
    }
}

/// The evidence of a Markdown document, in order, one for each slot and way of answering.
pub(super) fn of_markdown(
    facts: &PathFacts,
    kind: Kind,
    substance: Substance,
    first_line: Span,
    outline: &Outline,
    markdown: &Markdown<'_>,
) -> Vec<Evidence> {
    let mut list = Vec::new();
    // And yet it asks for something.
    let title = markdown.title().map(|title| title.text_span);
    if kind != Kind::Template || !outline.is_bare(title) {
        list.extend(by_kind(kind, substance, first_line, &facts.name));
    }
    let voice = Voice::of(kind, substance, facts);
    let speaks_in_passing = matches!(voice, Voice::FrontPage | Voice::Page | Voice::Plan);
    let leads = match speaks_in_passing {
        true => leads(markdown),
        false => Vec::new(),
    };
    let entries = outline.entries.iter().chain(&leads);
    for entry in entries.filter(|entry| entry.has_content) {
        list.extend(by_words(markdown, voice, entry));
    }
    if speaks_in_passing {
        list.extend(by_links(markdown, voice));
    }
    match voice {
        Voice::Plan => list.extend(by_tools(markdown)),
        Voice::FrontPage => list.extend(by_practice(markdown)),
        _ => {}
    }
    // Where nobody else is named, a backup is a copy of data and no person.
    let names_somebody = |e: &Evidence| e.answer == Answer::Who && e.slot != "who.backup";
    let is_of_people = voice != Voice::Headings && list.iter().any(names_somebody);
    list.retain(|evidence| is_of_people || voice == Voice::Plan || evidence.slot != "who.backup");
    if voice == Voice::Headings && is_among_others(facts) {
        list.retain(|evidence| !is_of_one_incident(evidence));
    }
    settle(&mut list);
    list
}

/// Whether a runbook is one of several: its name says what it is for, as that of a repository's only
/// one, `RUNBOOK.md`, does not.
fn is_among_others(facts: &PathFacts) -> bool {
    let is_only = vocabulary::names("paths", "file-runbook", &facts.name);
    let says_more = !is_only || facts.name.contains(' ');
    facts.hint == Some(Kind::Runbook) && says_more
}

/// Whether a heading of a runbook among others speaks of its own incident: whom to ask when its steps
/// do not help, and what to look at once it is over.
fn is_of_one_incident(evidence: &Evidence) -> bool {
    evidence.slot == "who.escalation" || evidence.answer == Answer::Learn
}

/// Adds what a document says of fixes, and a plan of incidents; runbooks are evidence as such.
pub(super) fn add_of_runbook(list: &mut Vec<Evidence>, kind: Kind, runbook: &Runbook) {
    for coverage in runbook.covers.iter().filter(|coverage| coverage.is_clear()) {
        let slot = match coverage.concept {
            "rollback" => "fix.rollback",
            "restart" => "fix.restart",
            "database" => "fix.database",
            "logs" => "fix.logs",
            "scale" => "fix.scale",
            incident if kind != Kind::Runbook && INCIDENTS.contains(&incident) => "fix.incidents",
            _ => continue,
        };
        let how = match coverage.is_elsewhere {
            true => How::Linked,
            false => How::Written,
        };
        list.extend(Evidence::new(slot, coverage.span, how));
    }
    settle(list);
}

/// In order, one for each slot and way of answering.
fn settle(list: &mut Vec<Evidence>) {
    list.sort();
    list.dedup_by_key(|evidence| (evidence.slot, evidence.how));
}

/// What a document holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Substance {
    Own,
    /// A link out of the repository and no more.
    Elsewhere,
    /// Placeholders, or a pointer to another page of the repository.
    None,
}

/// How much of a document is taken as an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Voice {
    /// A report or an ordinary document: nothing it says is a promise.
    Silent,
    /// A README speaks of the product: only what leads somewhere is an answer.
    FrontPage,
    /// Headings that name a part of an answer, with something below them.
    Headings,
    /// Headings, labels and links.
    Page,
    /// All of these, and tools by name in the text.
    Plan,
}

impl Voice {
    fn of(kind: Kind, substance: Substance, facts: &PathFacts) -> Voice {
        match kind {
            Kind::IncidentPlan | Kind::Oncall => Voice::Plan,
            Kind::Runbook if substance == Substance::Own => Voice::Headings,
            // A list of incidents names what broke, not how it is mended.
            Kind::Other if facts.hint == Some(Kind::Postmortem) => Voice::Silent,
            Kind::Other if facts.may_answer && facts.is_front_page => Voice::FrontPage,
            Kind::Other if facts.may_answer => Voice::Page,
            _ => Voice::Silent,
        }
    }

    /// Whether an entry of the outline speaks.
    fn hears(self, entry: &Entry) -> bool {
        match self {
            Voice::Silent => false,
            Voice::FrontPage => entry.has_link,
            // A label such as "Alert:" or "Logs:" in a runbook is a field of a form.
            Voice::Headings => entry.form == Form::Heading,
            Voice::Page | Voice::Plan => true,
        }
    }
}

/// A document that is evidence by being there.
fn by_kind(kind: Kind, substance: Substance, first_line: Span, name: &str) -> Option<Evidence> {
    let how = match substance {
        Substance::Elsewhere => How::Linked,
        // A template is empty by nature.
        Substance::None if kind != Kind::Template => return None,
        Substance::Own | Substance::None => How::Written,
    };
    let slot = match kind {
        Kind::Runbook => "fix.runbooks",
        Kind::Postmortem => "learn.postmortems",
        Kind::Template => "learn.postmortem_template",
        Kind::Message => message_slot(name),
        Kind::Oncall => "who.rotation",
        _ => return None,
    };
    Evidence::new(slot, first_line, how)
}

/// The message that a file's name promises.
fn message_slot(name: &str) -> &'static str {
    let named = vocabulary::concepts("answers", name);
    let of_messages =
        |slot: &&&str| slot.starts_with("communicate.") && **slot != "communicate.support";
    named
        .iter()
        .find(of_messages)
        .copied()
        .unwrap_or("communicate.messages")
}

fn by_words(markdown: &Markdown<'_>, voice: Voice, entry: &Entry) -> Vec<Evidence> {
    if !voice.hears(entry) {
        return Vec::new();
    }
    // "Why we never page" and "Scale of the problem" answer nothing.
    if entry.is_aside() {
        return Vec::new();
    }
    let is_other = |slot: &&str| {
        let fix = slot.strip_prefix("fix.");
        fix.is_some_and(|fix| entry.is_only_like(fix))
    };
    let slots = entry.named("answers").filter(|slot| !is_other(slot));
    let mut slots = slots.peekable();
    if slots.peek().is_some() && denial::is_denied(markdown, entry) {
        return Vec::new();
    }
    slots
        .filter_map(|slot| Evidence::new(slot, entry.span, How::Written))
        .collect()
}

fn by_links(markdown: &Markdown<'_>, voice: Voice) -> Vec<Evidence> {
    let mut list = Vec::new();
    for link in &markdown.links {
        let words = vocabulary::normalise(markdown.source.slice(link.text_span));
        let target = link.target.as_ref();
        let how = match target.contains("://") {
            true => How::Linked,
            false => How::Written,
        };
        let named = vocabulary::concepts("answers", &words);
        let by_target = slot_of_address(target);
        // A front page links to the tools that its product works with.
        let by_tool = match voice {
            Voice::FrontPage => Vec::new(),
            _ => vocabulary::concepts("tools", &vocabulary::normalise(target)),
        };
        let slots = named.into_iter().chain(by_target).chain(by_tool);
        let mut slots = slots.peekable();
        if slots.peek().is_some() && denial::denies_link(markdown, link) {
            continue;
        }
        for slot in slots {
            list.extend(Evidence::new(slot, link.span, how));
        }
    }
    list
}

/// What an address alone tells: a host called `status`, a mailbox called `support`, a telephone.
pub(super) fn slot_of_address(target: &str) -> Option<&'static str> {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let address = target.strip_prefix("mailto:").unwrap_or(target);
    if target.starts_with("tel:") {
        return Some("who.phone");
    }
    if target.contains("://") && rest.starts_with("status.") {
        return Some("communicate.status_page");
    }
    if address.contains('@') && address.starts_with("support") {
        return Some("communicate.support");
    }
    None
}

fn by_tools(markdown: &Markdown<'_>) -> Vec<Evidence> {
    let mut list = Vec::new();
    for (id, block) in blocks(markdown) {
        // A heading promises a section, and is heard as one.
        let is_heading = matches!(block.kind, BlockKind::Heading { .. });
        if !block.kind.is_text() || is_heading {
            continue;
        }
        let text = markdown.text(id);
        if text.contains(SKELETON) {
            continue;
        }
        if Phone::stands_in(&text) {
            list.extend(Evidence::new("who.phone", block.span, How::Written));
        }
        for (_, slot) in tools(&text) {
            list.extend(Evidence::new(slot, block.span, How::Written));
        }
    }
    list
}

/// The slots that a text answers by the name of a tool, each with its sentence in words.
fn tools(text: &str) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for sentence in text.split(['.', ';', '!']) {
        let words = vocabulary::normalise(sentence);
        // "We have no PagerDuty" says nothing of who is called.
        if vocabulary::names("placeholders", "denial", &words) {
            continue;
        }
        for slot in vocabulary::concepts("tools", &words) {
            found.push((words.clone(), slot));
        }
    }
    found
}

/// What watches and pages by what a front page says that its team does; what a product works with
/// is another thing.
fn by_practice(markdown: &Markdown<'_>) -> Vec<Evidence> {
    static OWN: LazyLock<Sieve> = LazyLock::new(|| Sieve::new("practice", &["own"]));
    let names = |name, words: &str| vocabulary::names("practice", name, words);
    let mut list = Vec::new();
    for (id, block) in blocks(markdown) {
        if block.kind != BlockKind::Paragraph || !OWN.may_match(markdown.source.slice(block.span)) {
            continue;
        }
        for (words, slot) in tools(&markdown.text(id)) {
            let watches = slot.starts_with("detect.monitoring.") || slot == "who.paging";
            if watches && names("own", &words) && !names("other", &words) {
                list.extend(Evidence::new(slot, block.span, How::Written));
            }
        }
    }
    list
}
