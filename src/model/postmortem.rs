//! What a post-mortem says: when, how bad, why, and what is to be done about it.
//!
//! People write post-mortems with headings, with bold labels, as lists, tables or front matter, in
//! several languages; this module reads all of these into one shape. It refuses to guess: what
//! stands there and is not understood is kept apart from what is missing, and whatever is judged
//! carries the bytes that say it. Words are data, in `vocabulary/postmortem.txt`.
//!
//! A template is read as well, so that a rule can ask which sections it asks for; its action items
//! are nobody's, and it has none.

mod action;
mod asked;
mod dated;
mod event;
mod field;
mod item;
mod left_over;
mod mention;
mod prose;
mod section;
mod sentence;
mod ticket;
mod wording;

use jiff::civil::{Date, DateTime, Time};

use super::outline::Outline;
use super::{Document, Kind, PathFacts};
use crate::binary::binary;
use crate::parse::markdown::Markdown;
use crate::parse::yaml::Tree;
use crate::text::{Span, Spanned};

pub use wording::{Blame, Charge, Shallow, Wording, is_group};

/// The facts of one post-mortem, or of a template for post-mortems.
#[derive(Clone, Debug, Default)]
pub struct PostMortem {
    /// The day of the incident by the most trusted statement.
    pub incident_date: Option<Stating>,
    /// Every statement of the day of the incident, the most trusted first.
    pub dates: Vec<Stating>,
    /// A date of the incident that stands there and says no day, such as `3/4/26`.
    pub unclear_date: Option<Spanned<String>>,
    /// The stated duration.
    pub duration: Option<Length>,
    pub start: Option<Moment>,
    pub end: Option<Moment>,
    /// The leading word of the severity: `SEV-2` of "SEV-2 (alerts were blind)".
    pub severity: Option<Spanned<String>>,
    pub authors: Vec<Spanned<String>>,
    /// The status of the document, as written.
    pub status: Option<Spanned<String>>,
    /// Its status says that it is not finished.
    pub is_draft: bool,
    pub timeline: Vec<Event>,
    /// The zone in which all times of the time line are meant, where it says so.
    pub timeline_zone: Option<Spanned<String>>,
    /// In document order; a concept may occur several times.
    pub sections: Vec<Section>,
    pub actions: Actions,
    /// In document order; empty for a template.
    pub action_items: Vec<ActionItem>,
    /// Paragraphs beside lists of items, which may be items or not, and are taken for none.
    pub asides: Vec<String>,
    /// Commits that are named, as written: seven to forty hexadecimal digits; empty for a template.
    pub commits: Vec<String>,
    /// Words of a template that nobody has replaced; empty for a template.
    pub left_over: Vec<Spanned<String>>,
    /// What its words say; nothing of a template's.
    pub wording: Wording,
}

binary!(struct PostMortem {
    incident_date,
    dates,
    unclear_date,
    duration,
    start,
    end,
    severity,
    authors,
    status,
    is_draft,
    timeline,
    timeline_zone,
    sections,
    actions,
    action_items,
    asides,
    commits,
    left_over,
    wording,
});

/// A day that some part of the document gives for the incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stating {
    pub day: Date,
    /// The last day of a range such as "2026-07-29 to 2026-07-30".
    pub until: Option<Date>,
    pub source: DateSource,
    /// The date's bytes; for a file name the document's first line.
    pub span: Span,
}

binary!(struct Stating { day, until, source, span });

/// Where a date was read, the most trusted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateSource {
    /// A label, a table or a heading for it, or front matter of ours.
    Field,
    FileName,
    Title,
    /// Front matter of a site's generator, which often means the day of publication.
    Publication,
    Timeline,
}

binary!(
    enum DateSource {
        Field,
        FileName,
        Title,
        Publication,
        Timeline,
    }
);

/// A length of time as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Length {
    pub text: Spanned<String>,
    /// In seconds, if it says one length and nothing else.
    pub seconds: Option<u64>,
}

binary!(struct Length { text, seconds });

/// A point in time, as far as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    pub span: Span,
    pub day: Option<Date>,
    pub time: Option<Time>,
    /// A zone's name as written.
    pub zone: Option<String>,
}

binary!(struct Moment { span, day, time, zone });

/// One entry of a time line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// All of it.
    pub span: Span,
    /// Its date and time; its day may be that of an entry or heading before it.
    pub at: Moment,
    /// Whether the entry names its day itself.
    pub names_day: bool,
    /// It, or an entry before it, names a day that cannot be told, such as "Jan 16" of no year.
    pub is_day_unclear: bool,
    /// The end of a range such as `10:05–10:20`.
    pub until: Option<Time>,
}

binary!(struct Event { span, at, names_day, is_day_unclear, until });

/// A part of the document by what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// A section name of the vocabulary, such as `root-cause`.
    pub concept: &'static str,
    /// The heading's or label's text.
    pub heading: Span,
    /// From the first to the last byte below it; empty behind the heading if nothing stands there.
    pub body: Span,
    pub form: SectionForm,
    pub content: Content,
    /// The indices of the blocks below it.
    blocks: std::ops::Range<usize>,
}

binary!(struct Section { concept, heading, body, form, content, blocks });

/// How a section is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SectionForm {
    Heading,
    /// A bold lead with a text or blocks below it.
    Label,
    /// A label or a row of a table with a value.
    Field,
    FrontMatter,
}

binary!(
    enum SectionForm {
        Heading,
        Label,
        Field,
        FrontMatter,
    }
);

/// What stands in a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    Nothing,
    /// Only what a template leaves to fill in.
    Placeholder,
    Something,
}

binary!(
    enum Content {
        Nothing,
        Placeholder,
        Something,
    }
);

/// Whether there are action items, and if not, why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Actions {
    /// No section for them.
    #[default]
    NoSection,
    /// Nothing, or only placeholders, stands in the section.
    Empty(Span),
    /// The section says that there are none.
    NoneNeeded(Span),
    /// The section leads to another place, such as a tracker.
    Elsewhere(Spanned<String>),
    /// Something stands in the section, and no item was understood.
    NotUnderstood(Span),
    /// There are items.
    Listed,
}

binary!(
    enum Actions {
        NoSection,
        Empty(span),
        NoneNeeded(span),
        Elsewhere(link),
        NotUnderstood(span),
        Listed,
    }
);

/// Something that is to be done, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionItem {
    /// All of it with its marks; of a table the row.
    pub span: Span,
    /// What is to be done, without owner, date and marks.
    pub text: Spanned<String>,
    pub form: ItemForm,
    pub owners: Vec<Spanned<String>>,
    /// The owner is a word with a capital that only its place makes a name.
    pub is_guessed: bool,
    /// What stands for an owner and names nobody, such as `TBD`.
    pub unclear_owner: Option<Spanned<String>>,
    pub due: Due,
    pub done: Done,
    /// The day of completion, where one is written.
    pub done_on: Option<Spanned<Date>>,
    /// Why it was dropped: `- [x] … (won't do: why)`. A dropped item is done.
    pub dropped: Option<Spanned<String>>,
    pub priority: Option<Spanned<String>>,
    /// A link, `#123` or `ABC-123`.
    pub tracker: Option<Spanned<String>>,
    /// What stands above the item and may be a person's name.
    pub name_above: Option<Spanned<String>>,
}

binary!(struct ActionItem {
    span,
    text,
    form,
    owners,
    is_guessed,
    unclear_owner,
    due,
    done,
    done_on,
    dropped,
    priority,
    tracker,
    name_above,
});

/// How an item is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemForm {
    /// `- [ ]`
    Task,
    Bullet,
    Numbered,
    Row,
    Paragraph,
    Heading,
}

binary!(
    enum ItemForm {
        Task,
        Bullet,
        Numbered,
        Row,
        Paragraph,
        Heading,
    }
);

/// When an item is due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Due {
    #[default]
    Missing,
    /// Words that stand for a date still to be given: `TBD`, `YYYY-MM-DD`.
    Placeholder(Spanned<String>),
    Day(Spanned<Date>),
    /// No day is meant: `Ongoing`, `Q4 2025`, `2 weeks`, `Sprint 4`.
    OpenEnded(Spanned<String>),
    /// A day may be meant, and it cannot be told which: `3/4/26`, `2026-02-31`.
    Unreadable(Spanned<String>),
}

binary!(
    enum Due {
        Missing,
        Placeholder(text),
        Day(day),
        OpenEnded(text),
        Unreadable(text),
    }
);

/// Whether an item is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Done {
    Yes,
    /// An empty box, or a word such as `Open`.
    No,
    /// Nothing says so: open, as far as can be told.
    #[default]
    Unstated,
}

binary!(
    enum Done {
        Yes,
        No,
        Unstated,
    }
);

/// What may be a name at the end of a text, and the text before it.
fn named_at_end(text: &str) -> Option<(&str, &str)> {
    if let Some((before, name)) = text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once('('))
    {
        let before = before.trim();
        return (!before.is_empty()).then(|| (before, name.trim()));
    }
    let (before, name) = text.rsplit_once("owner ")?;
    let is_word = before.ends_with([' ', ',']);
    let before = before.trim_end_matches([' ', ',', '-']);
    is_word.then(|| (before, name.trim()))
}

impl PostMortem {
    /// Gives items without an owner to the person whom their text ends with, as in `… (ada)` and
    /// `… owner ada`, or whose name stands above them as in `### Ada`. Only a person who is declared is one there: any word may stand at an end.
    pub(super) fn assign(&mut self, is_person: &dyn Fn(&str) -> bool) {
        for item in &mut self.action_items {
            if !item.owners.is_empty() || item.unclear_owner.is_some() {
                continue;
            }
            let named = named_at_end(&item.text.value).filter(|(_, name)| is_person(name));
            if let Some((text, name)) = named {
                let owner = Spanned::new(name.to_owned(), item.text.span);
                item.text.value = text.to_owned();
                item.owners.push(owner);
                continue;
            }
            let above = item.name_above.iter();
            item.owners
                .extend(above.filter(|name| is_person(&name.value)).cloned());
        }
    }

    /// Takes guessed owners back that are services or folders of the repository and no people; of
    /// headings all, if one of them is.
    pub(super) fn unassign(
        &mut self,
        is_person: &dyn Fn(&str) -> bool,
        is_thing: &dyn Fn(&str) -> bool,
    ) {
        let is_guess = |item: &ActionItem| {
            let mut owners = item.owners.iter();
            item.is_guessed && !owners.any(|owner| is_person(&owner.value))
        };
        let names_thing = |item: &ActionItem| {
            let mut owners = item.owners.iter();
            is_guess(item) && owners.any(|owner| is_thing(&owner.value))
        };
        let stands_above =
            |item: &ActionItem| !item.owners.iter().any(|o| item.span.contains(o.span));
        let mut items = self.action_items.iter();
        let is_list_of_things = items.any(|item| stands_above(item) && names_thing(item));
        for item in &mut self.action_items {
            let is_thing = match stands_above(item) {
                true => is_list_of_things && is_guess(item),
                false => names_thing(item),
            };
            if is_thing {
                item.give_back_owner();
            }
        }
    }

    /// Reads a post-mortem or a template; nothing for other documents.
    pub(super) fn read(input: &Input<'_, '_>) -> Option<PostMortem> {
        match input.kind {
            Kind::Template => return Some(PostMortem::read_statements(input)),
            Kind::Postmortem => {}
            _ => return None,
        }
        let mut report = PostMortem::read_items(input);
        report.commits = mention::commits(input.text);
        report.left_over = left_over::read(input.markdown, &report);
        let title = input.title.map(|title| title.value.as_str());
        report.wording = wording::read(&report, input.markdown, title);
        Some(report)
    }

    /// Reads of a post-mortem what its action items need, and nothing else.
    pub(super) fn read_items(input: &Input<'_, '_>) -> PostMortem {
        let mut report = PostMortem::read_statements(input);
        action::read(&mut report, input.markdown);
        report
    }

    fn read_statements(input: &Input<'_, '_>) -> PostMortem {
        let mut report = PostMortem::default();
        let fields = field::read(input);
        report.sections = section::read(input.markdown, input.outline, &fields);
        event::read(&mut report, input.markdown);
        dated::read(&mut report, input, &fields);
        report
    }

    /// The first section of a concept.
    pub fn section(&self, concept: &str) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| section.concept == concept)
    }

    /// Whether some section of a concept is there, whatever stands in it.
    pub fn has(&self, concept: &str) -> bool {
        self.section(concept).is_some()
    }

    /// Items that are neither done nor dropped.
    pub fn open_items(&self) -> impl Iterator<Item = &ActionItem> {
        self.action_items.iter().filter(|item| !item.is_done())
    }

    /// Statements that give another day than the most trusted one. A day inside a range of it, and
    /// a time line that runs on from it, contradict nothing.
    pub fn conflicting_dates(&self) -> impl Iterator<Item = &Stating> {
        let first = self.incident_date.as_ref();
        self.dates.iter().filter(move |stating| {
            first.is_some_and(|first| {
                let last = first.until.unwrap_or(first.day);
                !(first.day..=last).contains(&stating.day)
            })
        })
    }

    /// From start to end as stated, in seconds; nothing unless both name a day and a time in one
    /// zone. Negative if the end comes first.
    pub fn measured_seconds(&self) -> Option<i64> {
        let (start, end) = (self.start.as_ref()?, self.end.as_ref()?);
        if start.zone != end.zone {
            return None;
        }
        let between = start.instant()?.duration_until(end.instant()?);
        Some(between.as_secs())
    }
}

impl Moment {
    /// Day and time on the clock of its zone.
    pub fn instant(&self) -> Option<DateTime> {
        Some(self.day?.to_datetime(self.time?))
    }
}

impl ActionItem {
    /// A word that was taken for its owner is part of what is to be done, or of what stands above.
    fn give_back_owner(&mut self) {
        self.is_guessed = false;
        for owner in std::mem::take(&mut self.owners) {
            if self.span.contains(owner.span) && owner.span.end <= self.text.span.start {
                let text = format!("{}: {}", owner.value, self.text.value);
                self.text = Spanned::new(text, owner.span.to(self.text.span));
            }
        }
    }

    pub fn is_done(&self) -> bool {
        self.done == Done::Yes
    }

    /// Whether its text says nothing that could be seen to be done, such as "improve monitoring".
    pub fn is_vague(&self) -> bool {
        wording::is_vague(&self.text.value)
    }
}

impl Due {
    /// The day, if it is one.
    pub fn day(&self) -> Option<Date> {
        match self {
            Due::Day(day) => Some(day.value),
            _ => None,
        }
    }

    /// The bytes that say it; nothing if it is missing.
    pub fn span(&self) -> Option<Span> {
        match self {
            Due::Missing => None,
            Due::Day(day) => Some(day.span),
            Due::Placeholder(text) | Due::OpenEnded(text) | Due::Unreadable(text) => {
                Some(text.span)
            }
        }
    }
}

/// What there is to read a post-mortem from.
pub(super) struct Input<'a, 't> {
    pub kind: Kind,
    pub facts: &'a PathFacts,
    /// All of it.
    pub text: &'a str,
    pub markdown: &'a Markdown<'t>,
    pub outline: &'a Outline,
    pub front_matter: Option<&'a Tree<'t>>,
    pub title: Option<&'a Spanned<String>>,
    /// Where what has no bytes of its own is anchored.
    pub first_line: Span,
}

impl Document {
    /// Its action items; none for other kinds of documents.
    pub fn action_items(&self) -> &[ActionItem] {
        self.postmortem
            .as_ref()
            .map_or(&[], |report| &report.action_items)
    }
}
