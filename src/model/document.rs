//! One operations document and what it says.

use std::collections::BTreeMap;

use super::{Allow, Evidence, Fault, NativeName, Person, Rota, Stated};
use crate::finding::Answer;
use crate::text::{FileId, Span, Spanned};

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Postmortem,
    Runbook,
    IncidentPlan,
    Oncall,
    Message,
    Template,
    AlertRules,
    Preparedness,
    Other,
}

impl Kind {
    pub const ALL: [Kind; 9] = [
        Kind::Postmortem,
        Kind::Runbook,
        Kind::IncidentPlan,
        Kind::Oncall,
        Kind::Message,
        Kind::Template,
        Kind::AlertRules,
        Kind::Preparedness,
        Kind::Other,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Kind::Postmortem => "postmortem",
            Kind::Runbook => "runbook",
            Kind::IncidentPlan => "incident-plan",
            Kind::Oncall => "oncall",
            Kind::Message => "message",
            Kind::Template => "template",
            Kind::AlertRules => "alert-rules",
            Kind::Preparedness => "preparedness",
            Kind::Other => "other",
        }
    }

    /// The questions that a document of this kind may answer.
    pub fn answers(self) -> &'static [Answer] {
        match self {
            Kind::Postmortem | Kind::Template => &[Answer::Learn],
            Kind::Runbook => &[Answer::Fix],
            Kind::Oncall => &[Answer::Who],
            Kind::Message => &[Answer::Communicate],
            Kind::AlertRules => &[Answer::Detect],
            Kind::IncidentPlan | Kind::Preparedness | Kind::Other => &Answer::ALL,
        }
    }

    pub fn from_id(id: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

/// The facts of one document.
#[derive(Clone, Debug)]
pub struct Document {
    pub file: FileId,
    pub kind: Kind,
    /// Why it was taken for that kind, in a few words.
    pub because: String,
    pub title: Option<Spanned<String>>,
    /// Sections by concept, each at its first heading or label.
    pub sections: BTreeMap<&'static str, Span>,
    /// What it contributes to the five answers.
    pub evidence: Vec<Evidence>,
    /// It holds only placeholders, or a pointer to another page.
    pub is_stub: bool,
    /// Its YAML is held to our schemas.
    pub is_ours: bool,
    /// Its YAML could not be read to the end, so that what is missing may stand behind the fault.
    pub is_cut: bool,
    /// Which native file it is, if it is one of ours.
    pub native: Option<NativeName>,
    /// The zone that a native file states for its unit, as written.
    pub timezone: Option<Spanned<String>>,
    /// Alerts of a rule file, in order.
    pub alerts: Vec<Spanned<String>>,
    /// People that a native file declares.
    pub people: Vec<Person>,
    /// Text of `prepcheck init` that was left in.
    pub skeletons: Vec<Span>,
    /// Who is called, as a native file lists it.
    pub rota: Rota,
    /// Who can post to the status page, as a native file lists them.
    pub posters: Vec<Spanned<String>>,
    /// What a native file states slot by slot.
    pub slots: BTreeMap<&'static str, Stated<String>>,
    /// Where a native file or front matter of ours does not fit its schema.
    pub faults: Vec<Fault>,
    pub allows: Vec<Allow>,
    /// The first line, to anchor what is absent.
    pub first_line: Span,
    /// Places of our top-level keys, to anchor what is absent below them.
    pub keys: BTreeMap<String, Span>,
}

impl Document {
    /// Whether something stands under an answer's key that does not fit the schema: it is not
    /// understood, which is another thing than missing.
    pub fn has_fault_in(&self, answer: Answer) -> bool {
        let key = format!("/{}", answer.id());
        let is_below = |pointer: &str| {
            let rest = pointer.strip_prefix(&key);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut faults = self.faults.iter().filter(|fault| !fault.is_unknown_key());
        self.native.is_some() && faults.any(|fault| is_below(&fault.pointer))
    }
}
