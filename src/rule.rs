//! What a rule file needs to know, and nothing more.
//!
//! A rule is a [`Rule`] value and one function. It asks the model questions and reports into
//! [`Findings`]; it does not choose its level, look at allows, read a file or ask for the time.

mod roster;
mod setting;

use crate::clock::Clock;
pub use crate::finding::{Answer, Cause, Extent, Level, Place, Subject};
use crate::finding::{Edit, Finding, Label};
use crate::model::{Allow, Document, History, Ops, Reading, UnitView};
use crate::text::Span;
pub use roster::{HORIZON, Roster, UnitRoster};
pub use setting::{AnyParam, Choice, Count, Days, Param, Setting, Settings, Stricter, Value};

/// A group of rules: the first half of a rule's name, and its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Answers,
    Comms,
    Detect,
    Files,
    History,
    Oncall,
    People,
    Policy,
    Postmortems,
    Runbooks,
}

impl Group {
    pub fn id(self) -> &'static str {
        match self {
            Group::Answers => "answers",
            Group::Comms => "comms",
            Group::Detect => "detect",
            Group::Files => "files",
            Group::History => "history",
            Group::Oncall => "oncall",
            Group::People => "people",
            Group::Policy => "policy",
            Group::Postmortems => "postmortems",
            Group::Runbooks => "runbooks",
        }
    }
}

/// A rule: its words as data, its behaviour as one function.
#[derive(Debug)]
pub struct Rule {
    /// `group/defect`; permanent.
    pub name: &'static str,
    pub group: Group,
    /// The answer it serves, for the order of reports; none if it serves all of them.
    pub answer: Option<Answer>,
    /// The level in `team`; `policies/` lists what differs.
    pub level: Level,
    pub causes: &'static [Cause],
    /// The version that brought it.
    pub since: &'static str,
    /// One line: what is wrong when it fires.
    pub summary: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// What a policy may set, besides the settings that its group shares.
    pub params: &'static [&'static dyn AnyParam],
    pub shape: Shape,
}

/// When a rule runs, and over what.
#[derive(Debug)]
pub enum Shape {
    /// Over one file, while its text is alive.
    Document(fn(&DocumentContext<'_>, &mut Findings)),
    /// Over the facts of all documents.
    Repository(fn(&Context<'_>, &mut Findings)),
    /// Over the facts of all documents, and what git knows of them.
    History(Past, fn(&Context<'_>, &mut Findings)),
    /// Over the exceptions, once it is known what each of them covered.
    Allow(fn(&AllowContext<'_>, &mut Findings)),
    /// Over what a change relaxes, where there is a base to compare with.
    Change(fn(&ChangeContext<'_>, &mut Findings)),
}

/// How much of history a rule must see.
#[derive(Debug)]
pub struct Past {
    /// How far back, in days; nothing where there is nothing to look at. It may ask everything of
    /// the context but history.
    pub horizon: fn(&Context<'_>) -> Option<Days>,
    /// Whether it asks what became of action items, for which every content of a post-mortem is
    /// read.
    pub items: bool,
}

/// What a document rule may ask.
#[derive(Debug)]
pub struct DocumentContext<'a> {
    pub reading: &'a Reading<'a>,
    pub document: &'a Document,
}

/// What a repository rule may ask.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub ops: &'a Ops,
    /// For a rule that says how far back it must see.
    pub history: &'a History,
    pub clock: Clock,
    pub rule: &'static Rule,
    pub settings: &'a Settings,
    roster: &'a Roster,
}

impl<'a> Context<'a> {
    pub fn new(
        (ops, history): (&'a Ops, &'a History),
        clock: Clock,
        rule: &'static Rule,
        settings: &'a Settings,
        roster: &'a Roster,
    ) -> Context<'a> {
        Context {
            ops,
            history,
            clock,
            rule,
            settings,
            roster,
        }
    }

    /// Who is on call in a unit, computed once for all rules of a check.
    pub fn roster(&self, unit: UnitView<'a>) -> &'a UnitRoster {
        let rosters = self.roster.units(self.ops, self.clock, self.settings);
        &rosters[unit.index()]
    }

    /// What the policy in force sets, else the default.
    pub fn get<T: Setting>(&self, param: &Param<T>) -> T {
        self.settings
            .get(self.rule.name, self.rule.group.id(), param)
    }

    /// The units that are judged, outer ones first.
    pub fn units(&self) -> impl Iterator<Item = UnitView<'a>> {
        let views = self.ops.views();
        views.filter(|unit| !unit.is_mere_container())
    }
}

/// What a rule about exceptions may ask.
#[derive(Debug)]
pub struct AllowContext<'a> {
    pub allow: &'a Allow,
    /// The rule it names, if there is one.
    pub rule: Option<&'static str>,
    /// The nearest rule's name, if there is none.
    pub nearest: Option<&'static str>,
    /// Whether a finding stood there that it could cover.
    pub covers: bool,
    /// Whether the rule it names was in force and could judge everything.
    pub is_judged: bool,
    /// Whether its last day has passed.
    pub is_expired: bool,
}

/// What a rule about changes may ask.
#[derive(Debug)]
pub struct ChangeContext<'a> {
    pub relaxed: &'a [Relaxation],
}

/// Something that is asked less than before.
#[derive(Clone, Debug)]
pub struct Relaxation {
    pub subject: Subject,
    pub place: Place,
    /// Lower case, without a full stop.
    pub message: String,
}

/// Where a rule puts what it found.
#[derive(Debug)]
pub struct Findings {
    rule: &'static Rule,
    list: Vec<Finding>,
    not_assessed: Vec<NotAssessed>,
    remarks: Vec<String>,
}

/// All that a rule said.
#[derive(Debug)]
pub struct Found {
    pub findings: Vec<Finding>,
    pub not_assessed: Vec<NotAssessed>,
    pub remarks: Vec<String>,
}

/// What a rule could not judge, and why; said in every report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotAssessed {
    pub rule: &'static str,
    pub unit: String,
    pub reason: String,
}

impl Findings {
    pub fn new(rule: &'static Rule) -> Findings {
        Findings {
            rule,
            list: Vec::new(),
            not_assessed: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Reports a fault at some bytes.
    pub fn at(&mut self, subject: Subject, span: Span, message: impl Into<String>) -> Entry<'_> {
        self.add(subject, Place::Bytes(span), message.into())
    }

    /// Reports a fault at a place that may have no bytes.
    pub fn add(&mut self, subject: Subject, place: Place, message: String) -> Entry<'_> {
        self.list.push(Finding {
            rule: self.rule.name,
            unit: String::new(),
            subject,
            extent: None,
            cause: self.rule.causes[0],
            cap: None,
            standing_cap: None,
            message,
            place,
            at: None,
            labels: Vec::new(),
            help: None,
            notes: Vec::new(),
            edits: Vec::new(),
        });
        Entry(self.list.last_mut().expect("just pushed"))
    }

    /// Says that the rule could not judge a unit, and why.
    pub fn not_assessed(&mut self, unit: &str, reason: String) {
        self.not_assessed.push(NotAssessed {
            rule: self.rule.name,
            unit: unit.to_owned(),
            reason,
        });
    }

    /// Says what the reader of a report should know and nobody has to mend. What several rules say
    /// in the same words is said once.
    pub fn remark(&mut self, text: String) {
        self.remarks.push(text);
    }

    pub fn into_parts(self) -> Found {
        Found {
            findings: self.list,
            not_assessed: self.not_assessed,
            remarks: self.remarks,
        }
    }
}

/// A finding that is being written.
#[derive(Debug)]
pub struct Entry<'f>(&'f mut Finding);

impl Entry<'_> {
    /// What is at the finding's own place.
    pub fn here(self, text: impl Into<String>) -> Self {
        self.0.at = Some(text.into());
        self
    }

    /// A further place that explains it.
    pub fn label(self, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        self.0.labels.push(Label { span, text });
        self
    }

    /// Further places of the same, so many at most; the others are counted in a note.
    pub fn and_here(
        mut self,
        others: &[Span],
        most: usize,
        more: impl Fn(usize) -> String,
    ) -> Self {
        for span in others.iter().take(most) {
            self = self.label(*span, "and here");
        }
        match others.len().saturating_sub(most) {
            0 => self,
            rest => self.note(more(rest)),
        }
    }

    /// What to do about it.
    pub fn help(self, text: impl Into<String>) -> Self {
        self.0.help = Some(text.into());
        self
    }

    pub fn note(self, text: impl Into<String>) -> Self {
        self.0.notes.push(text.into());
        self
    }

    /// The unit it belongs to, where that is not the unit of its place.
    pub fn unit(self, folder: &str) -> Self {
        folder.clone_into(&mut self.0.unit);
        self
    }

    /// A cause other than the rule's first.
    pub fn cause(self, cause: Cause) -> Self {
        self.0.cause = cause;
        self
    }

    /// Weighs this much at most, whatever the policy says of the rule.
    pub fn at_most(self, level: Level) -> Self {
        self.0.cap = Some(level);
        self
    }

    /// Weighs this much at most, unless a change made it true: what stands can be mended today,
    /// and yet be nothing that fails a run.
    pub fn at_most_while_it_stands(self, level: Level) -> Self {
        self.0.standing_cap = Some(level);
        self
    }

    pub fn extent(self, extent: Extent) -> Self {
        self.0.extent = Some(extent);
        self
    }

    pub fn edit(self, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        self.0.edits.push(Edit { span, text });
        self
    }
}
