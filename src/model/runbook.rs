//! What to do in an incident, as runbooks, plans and pages on call say it.
//!
//! A document may be for one incident or hold one under each heading; both are as common. What it
//! is for its title and file name say first, then its headings; the text below only if it speaks of
//! little else. What came close is kept as well, so that a rule can say why it does not count.
//! Words are data: `vocabulary/incidents.txt`, `fixes.txt` and `commands.txt`.

mod aside;
mod caution;
mod command;
mod destruction;
mod fix;
mod review;
mod script;
mod step;
mod task;
mod topic;

use jiff::civil::Date;

pub use command::{Command, CommandBlock, Language};
pub use destruction::Destruction;
pub use review::{Interval, Unit as IntervalUnit};
pub use script::{Calls, ScriptCall};
pub use task::{Runner, Task, TaskCall};
pub use topic::{FIXES, FURTHER_FIXES, INCIDENTS};

pub(super) use aside::is_retired;
pub(super) use command::{blocks as command_blocks, may_be_commands};
pub(super) use review::is_field;
use topic::Naming;

use super::evidence::Substance;
use super::outline::{Entry, Form, Outline, blocks, leads};
use super::{Kind, Stated};
use crate::binary::binary;
use crate::parse::markdown::{BlockKind, Markdown};
use crate::parse::yaml::{Node, Tree};
use crate::text::{Span, Spanned};
use crate::vocabulary;

/// A runbook that names an incident in so many sentences is about it.
const BODY_SENTENCES: usize = 5;

/// A report that names an incident, or tells its cause, in so many sentences is about it.
const REPORT_SENTENCES: usize = 4;

/// So many sentences are worth a word as a near miss.
const NEAR_SENTENCES: usize = 2;

/// What a document says of incidents and fixes, and of itself.
#[derive(Clone, Debug)]
pub struct Runbook {
    /// The incident types and fixes that it is for, sorted by concept, best reason first; what
    /// has nothing to do below it is a near miss instead.
    pub covers: Vec<Coverage>,
    /// What looks like coverage and is none, of incidents and fixes that nothing here covers.
    pub near_misses: Vec<NearMiss>,
    /// Its sections by concept of `vocabulary/runbook.txt`, in document order.
    pub sections: Vec<Section>,
    pub owner: Option<Spanned<String>>,
    pub reviewed: Stated<Date>,
    pub review_in: Stated<Interval>,
    /// The last day on which the next review is in time.
    pub review_by: Option<Spanned<Date>>,
    /// The alerts that lead here, as far as it names them.
    pub alerts: Vec<Spanned<String>>,
    /// The scripts and tasks of its repository that its commands run.
    pub calls: Calls,
    /// Where a page that holds nothing of its own points to.
    pub pointer: Option<Spanned<String>>,
    /// It says at its top, or by its folder, that it no longer holds.
    pub is_retired: bool,
    /// Some of its headings and labels are written in HTML, which is not read.
    pub is_partly_unread: bool,
}

binary!(struct Runbook {
    covers,
    near_misses,
    sections,
    owner,
    reviewed,
    review_in,
    review_by,
    alerts,
    calls,
    pointer,
    is_retired,
    is_partly_unread,
});

/// Something that a document is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coverage {
    /// An incident type or a fix.
    pub concept: &'static str,
    pub by: By,
    /// It is no more than the link that comes next; what is more counts first.
    pub is_pointer: bool,
    pub span: Span,
    /// The steps lie behind a link out of the repository.
    pub is_elsewhere: bool,
}

binary!(struct Coverage { concept, by, is_pointer, span, is_elsewhere });

impl Coverage {
    /// Whether it is more than a sentence such as "then restart it", which does not say how.
    pub fn is_clear(&self) -> bool {
        self.by != By::Step
    }
}

/// What says that a document is for something, the clearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    FrontMatter,
    Title,
    FileName,
    Heading,
    Label,
    /// The first cell of a row.
    Row,
    /// A link's text.
    Link,
    /// A command that is the fix.
    Command,
    /// An instruction in a sentence.
    Step,
    /// The text as a whole.
    Body,
}

binary!(
    enum By {
        FrontMatter,
        Title,
        FileName,
        Heading,
        Label,
        Row,
        Link,
        Command,
        Step,
        Body,
    }
);

impl By {
    fn of(form: Form) -> By {
        match form {
            Form::Heading => By::Heading,
            Form::Label | Form::Lead => By::Label,
        }
    }

    pub fn id(self) -> &'static str {
        match self {
            By::FrontMatter => "front-matter",
            By::Title => "title",
            By::FileName => "file-name",
            By::Heading => "heading",
            By::Label => "label",
            By::Row => "row",
            By::Link => "link",
            By::Command => "command",
            By::Step => "step",
            By::Body => "text",
        }
    }
}

/// Something that looks like coverage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NearMiss {
    pub concept: &'static str,
    pub why: Why,
    pub span: Span,
}

binary!(struct NearMiss { concept, why, span });

/// Why something is no coverage, the closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It names the incident or fix, and nothing to do stands below.
    NothingToDo,
    /// It is no more than a link, and that leads nowhere.
    DeadEnd,
    /// The text speaks of it in passing.
    InPassing,
    /// It tells about the incident or fix, and not what to do.
    Aside,
    /// The page says at its top, or by its folder, that it no longer holds.
    Retired,
    /// It names something else that uses the same words.
    SomethingElse,
}

binary!(
    enum Why {
        NothingToDo,
        DeadEnd,
        InPassing,
        SomethingElse,
        Aside,
        Retired,
    }
);

impl Why {
    /// Words that finish "does not count, for …".
    pub fn words(self) -> &'static str {
        match self {
            Why::NothingToDo => "nothing to do stands below it",
            Why::DeadEnd => "all that stands below it is a link that leads nowhere",
            Why::InPassing => "it is mentioned in passing only",
            Why::Aside => "it tells about it, not what to do",
            Why::Retired => "the page says that it no longer holds",
            Why::SomethingElse => "it is about something else",
        }
    }
}

/// A section of a runbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Such as `mitigation`, `diagnosis`, `verification`, `prevention`, `escalation`.
    pub name: &'static str,
    pub span: Span,
    /// Something other than placeholders stands below it.
    pub is_filled: bool,
}

binary!(struct Section { name, span, is_filled });

/// A document while its text is alive.
#[derive(Clone, Copy)]
pub(super) struct Page<'p, 't> {
    pub kind: Kind,
    pub markdown: &'p Markdown<'t>,
    pub outline: &'p Outline,
    pub front_matter: Option<&'p Tree<'t>>,
    pub title: Option<&'p Spanned<String>>,
    /// The file's name in words.
    pub name: &'p str,
    pub first_line: Span,
    pub substance: Substance,
    /// It says at its top, or by its folder, that it no longer holds.
    pub is_retired: bool,
}

impl<'p> Page<'p, '_> {
    /// Whether its title tells about something and not what to do.
    fn is_aside(&self) -> bool {
        let title = self.title.map(|title| vocabulary::normalise(&title.value));
        title.is_some_and(|title| aside::is_aside(&title))
    }

    /// Headings and labels without the title.
    fn entries(&self) -> impl Iterator<Item = &'p Entry> + use<'p> {
        let title = self.title.map(|title| title.span);
        let entries = self.outline.entries.iter();
        entries.filter(move |entry| Some(entry.span) != title)
    }
}

impl Runbook {
    /// The first of its sections by that name.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// The day by which it says that it must be reviewed again; a review behind it sets no new one.
    pub fn due(&self) -> Option<&Spanned<Date>> {
        let due = self.review_by.as_ref()?;
        let reviewed = self.reviewed.known();
        let is_met = reviewed.is_some_and(|day| day.value > due.value);
        (!is_met).then_some(due)
    }

    /// When it is to be reviewed next by what it says itself, at the place that says it.
    pub fn next_review(&self) -> Option<Spanned<Date>> {
        if let Some(due) = self.due() {
            return Some(due.clone());
        }
        let (reviewed, term) = (self.reviewed.known()?, self.review_in.known()?);
        let day = term.value.after(reviewed.value)?;
        Some(Spanned::new(day, reviewed.span))
    }

    pub(super) fn read(page: Page<'_, '_>) -> Runbook {
        let upkeep = review::read(page.markdown, page.front_matter);
        let mut topics = Topics::default();
        topics.read(page);
        fix::read(page, &mut topics);
        if page.is_retired {
            topics.retire();
        }
        let (covers, near_misses) = topics.finish();
        Runbook {
            covers,
            near_misses,
            sections: sections(page.outline),
            owner: upkeep.owner,
            reviewed: upkeep.reviewed,
            review_in: upkeep.review_in,
            review_by: upkeep.review_by,
            alerts: alerts(page, upkeep.alerts),
            calls: script::calls(page.markdown),
            pointer: pointer(page),
            is_retired: page.is_retired,
            is_partly_unread: page.outline.is_partly_unread,
        }
    }
}

/// Whether a title names a common incident beyond doubt.
pub(super) fn names_incident(title: &str) -> bool {
    let named = topic::named_in(title);
    named.iter().any(|(_, naming)| *naming == Naming::Clear)
}

/// The incident types of a report, each where it is named.
pub(super) fn incidents_of_report(page: Page<'_, '_>) -> Vec<Spanned<&'static str>> {
    let mut topics = Topics::default();
    topics.read_names(page);
    topics.read_body(page);
    let (covers, _) = topics.finish();
    let mut found: Vec<Spanned<&'static str>> = Vec::new();
    for coverage in covers {
        if found
            .last()
            .is_none_or(|last| last.value != coverage.concept)
        {
            found.push(Spanned::new(coverage.concept, coverage.span));
        }
    }
    found
}

/// What was found so far.
#[derive(Debug, Default)]
struct Topics {
    covers: Vec<Coverage>,
    near: Vec<NearMiss>,
}

impl Topics {
    fn cover(&mut self, concept: &'static str, by: By, span: Span) {
        self.covers.push(Coverage {
            concept,
            by,
            span,
            is_elsewhere: false,
            is_pointer: false,
        });
    }

    fn miss(&mut self, concept: &'static str, why: Why, span: Span) {
        self.near.push(NearMiss { concept, why, span });
    }

    /// Something is named where steps should follow.
    fn name(&mut self, concept: &'static str, by: By, span: Span, has_steps: bool) {
        match has_steps {
            true => self.cover(concept, by, span),
            false => self.miss(concept, Why::NothingToDo, span),
        }
    }

    /// The same of a heading or a label.
    fn name_entry(&mut self, concept: &'static str, by: By, entry: &Entry) {
        self.name(concept, by, entry.span, entry.has_content);
        if let Some(coverage) = self.covers.last_mut().filter(|_| entry.has_content) {
            coverage.is_pointer = entry.is_pointer;
        }
    }

    /// Whatever the page is for, it no longer is.
    fn retire(&mut self) {
        for coverage in std::mem::take(&mut self.covers) {
            self.miss(coverage.concept, Why::Retired, coverage.span);
        }
    }

    fn read(&mut self, page: Page<'_, '_>) {
        self.read_names(page);
        let is_general = vocabulary::names("runbook", "name-general", page.name);
        for entry in page.entries() {
            self.read_entry(entry, By::of(entry.form), is_general);
        }
        if is_general || page.kind != Kind::Runbook {
            for entry in leads(page.markdown) {
                // A table of alerts says what each means and not what to do.
                let words = page.markdown.source.slice(entry.span).trim();
                if !review::is_alert_name(words) {
                    self.read_entry(&entry, By::Row, is_general);
                }
            }
        }
        self.read_links(page);
        if page.kind == Kind::Runbook && !page.is_aside() {
            self.read_body(page);
        }
    }

    /// Front matter, title and file name.
    fn read_names(&mut self, page: Page<'_, '_>) {
        let has_steps = page.substance != Substance::None;
        let is_elsewhere = page.substance == Substance::Elsewhere;
        for (key, known) in [
            ("incidents", INCIDENTS),
            ("incident", INCIDENTS),
            ("fixes", FIXES),
            ("fixes", FURTHER_FIXES),
        ] {
            for (concept, span) in front_matter(page.front_matter, key, known) {
                self.name(concept, By::FrontMatter, span, has_steps);
            }
        }
        let title = page.title.map(|title| vocabulary::normalise(&title.value));
        let title = title.zip(page.title.map(|title| title.span));
        let name = (page.name.to_owned(), page.first_line);
        let named = [(By::Title, title), (By::FileName, Some(name))];
        let is_aside = page.kind != Kind::Postmortem && page.is_aside();
        let mut unlike = Vec::new();
        for (by, text) in named {
            let Some((text, span)) = text else { continue };
            let is_aside = is_aside || aside::is_aside(&text);
            for (incident, naming) in topic::named_in(&text) {
                match naming {
                    _ if is_aside => self.miss(incident, Why::Aside, span),
                    Naming::Near => {
                        unlike.push(incident);
                        self.miss(incident, Why::SomethingElse, span);
                    }
                    // A title tells what a file called by one word is about.
                    Naming::AsTitle if unlike.contains(&incident) => {
                        self.miss(incident, Why::SomethingElse, span);
                    }
                    Naming::AsTitle | Naming::Clear => self.name(incident, by, span, has_steps),
                }
            }
        }
        for coverage in &mut self.covers {
            coverage.is_elsewhere = is_elsewhere;
        }
    }

    fn read_entry(&mut self, entry: &Entry, by: By, is_general: bool) {
        let concepts: Vec<&str> = entry.named("incidents").collect();
        let is_aside = entry.is_aside();
        for (incident, naming) in topic::named(&concepts) {
            match naming {
                _ if is_aside => self.miss(incident, Why::Aside, entry.span),
                Naming::Clear => self.name_entry(incident, by, entry),
                Naming::AsTitle if is_general => self.name_entry(incident, by, entry),
                Naming::AsTitle => self.miss(incident, Why::InPassing, entry.span),
                Naming::Near if is_general => {
                    self.miss(incident, Why::SomethingElse, entry.span);
                }
                Naming::Near => {}
            }
        }
    }

    /// Links out of the repository whose text names an incident; pages of the repository speak for
    /// themselves.
    fn read_links(&mut self, page: Page<'_, '_>) {
        for link in &page.markdown.links {
            if !link.target.contains("://") {
                continue;
            }
            let text = vocabulary::normalise(page.markdown.source.slice(link.text_span));
            for (concept, naming) in topic::named_in(&text) {
                if naming == Naming::Clear && !text.starts_with("http") {
                    self.covers.push(Coverage {
                        concept,
                        by: By::Link,
                        span: link.span,
                        is_elsewhere: true,
                        is_pointer: false,
                    });
                }
            }
        }
    }

    /// Sentences that name an incident, if there are enough of them.
    fn read_body(&mut self, page: Page<'_, '_>) {
        let mut counts = [0_usize; INCIDENTS.len()];
        let mut first = [None; INCIDENTS.len()];
        let is_report = page.kind == Kind::Postmortem;
        let enough = if is_report {
            REPORT_SENTENCES
        } else {
            BODY_SENTENCES
        };
        for (id, block) in blocks(page.markdown) {
            let is_heading = matches!(block.kind, BlockKind::Heading { .. });
            if !block.kind.is_text() || is_heading {
                continue;
            }
            topic::sentences(&page.markdown.text(id), is_report, |sentence| {
                let words = vocabulary::normalise(sentence);
                let concepts = vocabulary::concepts("incidents", &words);
                if concepts.is_empty() {
                    return;
                }
                for (at, incident) in INCIDENTS.iter().enumerate() {
                    if topic::is_spoken_of(&concepts, incident, is_report) {
                        counts[at] += 1;
                        first[at] = first[at].or(Some(block.content));
                    }
                }
            });
        }
        for (at, incident) in INCIDENTS.iter().enumerate() {
            let Some(span) = first[at] else { continue };
            if counts[at] >= enough {
                self.cover(incident, By::Body, span);
            } else if counts[at] >= NEAR_SENTENCES {
                self.miss(incident, Why::InPassing, span);
            }
        }
    }

    /// Each reason once, and near misses only of what is not covered.
    fn finish(mut self) -> (Vec<Coverage>, Vec<NearMiss>) {
        self.covers.sort();
        self.covers
            .dedup_by_key(|coverage| (coverage.concept, coverage.by));
        self.near.sort();
        self.near.dedup_by_key(|near| (near.concept, near.why));
        let covers = &self.covers;
        let is_missed = |near: &NearMiss| covers.iter().all(|c| c.concept != near.concept);
        self.near.retain(is_missed);
        self.covers.shrink_to_fit();
        self.near.shrink_to_fit();
        (self.covers, self.near)
    }
}

/// The known concepts that a key of front matter lists.
fn front_matter(
    tree: Option<&Tree<'_>>,
    key: &str,
    known: &'static [&'static str],
) -> Vec<(&'static str, Span)> {
    let node = tree.and_then(Tree::root).and_then(|root| root.get(key));
    let Some(node) = node else {
        return Vec::new();
    };
    let one = |node: Node<'_, '_>| {
        let text = node.as_str()?.trim();
        let concept = known.iter().find(|concept| **concept == text)?;
        Some((*concept, node.span()))
    };
    let items = node.items().chain([node]);
    items.filter_map(one).collect()
}

fn sections(outline: &Outline) -> Vec<Section> {
    const NOT_SECTIONS: &[&str] = &[
        "owner",
        "reviewed",
        "review-in",
        "review-by",
        "reviewed-by",
        "reviewed-said",
        "alert-name",
        "name-general",
    ];
    let mut sections = Vec::new();
    for entry in &outline.entries {
        for name in entry.named("runbook") {
            let is_title = name.starts_with("title-") || NOT_SECTIONS.contains(&name);
            if !is_title {
                sections.push(Section {
                    name,
                    span: entry.span,
                    is_filled: entry.has_content,
                });
            }
        }
    }
    sections
}

/// The alerts that a document is for: listed, or as its title, file name or a heading.
fn alerts(page: Page<'_, '_>, listed: Vec<Spanned<String>>) -> Vec<Spanned<String>> {
    let mut alerts = listed;
    for heading in page.markdown.headings() {
        let text = heading.text.trim();
        let text = text.strip_prefix("Alert: ").unwrap_or(text);
        if review::is_alert_name(text) {
            alerts.push(Spanned::new(text.to_owned(), heading.text_span));
        }
    }
    alerts.sort();
    alerts.dedup_by(|a, b| a.value == b.value);
    alerts
}

/// Where a page leads that holds nothing of its own.
fn pointer(page: Page<'_, '_>) -> Option<Spanned<String>> {
    let link = page.markdown.links.first()?;
    let is_pointer = page.substance != Substance::Own;
    is_pointer.then(|| Spanned::new(link.target.as_ref().to_owned(), link.span))
}
