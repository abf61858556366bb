//! One operations document and what it says.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::lead::joined;
use super::{
    Alert, Allow, Anchors, Catalogue, Dead, Evidence, Fault, Link, LinkForm, Message, NativeName,
    OwnerRule, Person, PostMortem, Promise, Rota, Runbook, Stated,
};
use crate::binary::binary;
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

binary!(
    enum Kind {
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
);

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
    /// What a message that is kept ready holds; none for pages about messages and for those that
    /// were sent, which bear a date.
    pub message: Option<Box<Message>>,
    /// What it says of incidents and fixes; of runbooks, incident plans and pages on call.
    pub runbook: Option<Box<Runbook>>,
    /// The incident types that a post-mortem is about.
    pub incidents: Vec<Spanned<&'static str>>,
    /// What a post-mortem says, or a template for post-mortems asks for.
    pub postmortem: Option<Box<PostMortem>>,
    /// What it contributes to the five answers.
    pub evidence: Vec<Evidence>,
    /// It holds only placeholders, or a pointer to another page.
    pub is_stub: bool,
    /// Its YAML is held to our schemas.
    pub is_ours: bool,
    /// Its YAML could not be read to the end, so that what is missing may stand behind the fault.
    pub is_cut: bool,
    /// Its text is the file's own, byte by byte, so that edits worked out from it fit.
    pub is_verbatim: bool,
    /// Which native file it is, if it is one of ours.
    pub native: Option<NativeName>,
    /// The zone that a native file states for its unit; where there is none of that name, the
    /// bytes of the name.
    pub timezone: Option<Result<TimeZone, Span>>,
    /// Alerts of a rule file, in order.
    pub alerts: Vec<Alert>,
    /// People that a native file declares.
    pub people: Vec<Person>,
    /// Text of `prepcheck init` that was left in.
    pub skeletons: Vec<Span>,
    /// Who owns which files, if it is a `CODEOWNERS` file.
    pub owner_rules: Vec<OwnerRule>,
    /// What it says of its folder, if it is of a catalogue.
    pub catalogue: Option<Box<Catalogue>>,
    /// Who is called, as a native file lists it.
    pub rota: Option<Box<Rota>>,
    /// Who can post to the status page, as a native file lists them.
    pub posters: Vec<Spanned<String>>,
    /// What a native file states slot by slot.
    pub slots: BTreeMap<&'static str, Stated<String>>,
    /// Where a native file or front matter of ours does not fit its schema.
    pub faults: Vec<Fault>,
    pub allows: Vec<Allow>,
    /// Where it leads: of a page about its folder all links and the paths that it names in code
    /// spans, of other operations documents the links that stay in the repository.
    pub links: Vec<Link>,
    /// What links may lead to in a page.
    pub anchors: Anchors,
    /// The first line, to anchor what is absent.
    pub first_line: Span,
    /// Places of our top-level keys, to anchor what is absent below them.
    pub keys: BTreeMap<String, Span>,
}

binary!(struct Document {
    file,
    kind,
    because,
    title,
    sections,
    message,
    runbook,
    incidents,
    postmortem,
    evidence,
    is_stub,
    is_ours,
    is_cut,
    is_verbatim,
    native,
    timezone,
    alerts,
    people,
    skeletons,
    owner_rules,
    catalogue,
    rota,
    posters,
    slots,
    allows,
    links,
    anchors,
    first_line,
    keys,
} but { faults: Vec::new() });

impl Document {
    /// Whether it can be kept for another run: not with faults, which are there to be mended, and in
    /// few documents at a time.
    pub fn is_cacheable(&self) -> bool {
        self.faults.is_empty()
    }

    /// What a value of a native file at `own` names: a path and its anchor as seen from the root.
    /// Nothing for what cannot be a path.
    pub fn named_from(own: &[u8], value: &str) -> Option<String> {
        let path = linked_path(&String::from_utf8_lossy(own), value)?;
        let anchor = value.find('#').map_or("", |at| &value[at..]);
        Some(format!("{path}{anchor}"))
    }

    /// The path below the root and the anchor that a link in a document at `own` names, as GitHub
    /// resolves it. Nothing for what leads out of the repository.
    pub fn resolve<'l>(own: &[u8], target: &'l str) -> Option<(String, Option<&'l str>)> {
        let own = String::from_utf8_lossy(own);
        let fragment = target.split_once('#').map(|(_, fragment)| fragment);
        match target.starts_with('#') {
            true => Some((own.into_owned(), fragment)),
            false => Some((linked_path(&own, target)?, fragment)),
        }
    }

    /// The paths below the root that its links name, given its own; whether anything is there is
    /// another question.
    pub fn linked_paths(&self, own: &[u8]) -> impl Iterator<Item = String> {
        let own = String::from_utf8_lossy(own).into_owned();
        let resolve = move |link: &Link| linked_path(&own, &link.target);
        let links = self.links.iter();
        links
            .filter(|link| link.form != LinkForm::Image)
            .filter_map(resolve)
    }

    /// The paths and anchors that it says are there, in the order of its bytes: links that stay in
    /// the repository, slots that name a file, and where alerts say that their runbooks are.
    pub fn promises(&self) -> Vec<Promise<'_>> {
        if self.kind == Kind::Other {
            return Vec::new();
        }
        let links = self.links.iter().filter(|link| link.is_promise());
        let mut found: Vec<Promise<'_>> = links.map(Promise::of_link).collect();
        let slots = self.slots.values().filter_map(Promise::of_slot);
        found.extend(slots);
        found.extend(self.alerts.iter().filter_map(Promise::of_alert));
        found.sort_by_key(|promise| promise.span);
        found
    }

    /// Its links that lead nowhere whatever is there.
    pub fn dead_links(&self) -> impl Iterator<Item = (&Link, Dead)> {
        let links = self.links.iter().filter(|_| self.kind != Kind::Other);
        links.filter_map(|link| Some((link, link.defect()?)))
    }

    /// Whether all its anchors are known and this is none of them.
    pub fn lacks_anchor(&self, fragment: &str) -> bool {
        self.is_verbatim && !self.anchors.may_have(fragment)
    }

    /// Whether it is for an incident type or a fix, or reports on such an incident.
    pub fn is_about(&self, concept: &str) -> bool {
        let mut covers = self.runbook.iter().flat_map(|runbook| &runbook.covers);
        covers.any(|coverage| coverage.concept == concept)
            || self
                .incidents
                .iter()
                .any(|incident| incident.value == concept)
    }

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

/// The path below the root that a link names, without a slash at its end; nothing for a link that
/// leads elsewhere.
fn linked_path(own: &str, target: &str) -> Option<String> {
    let end = target.find(['#', '?']).unwrap_or(target.len());
    let target = target[..end].replace("%20", " ");
    let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (folder, target) = match (below_forge(&target), target.strip_prefix('/')) {
        (Some(path), _) | (None, Some(path)) => ("", path),
        (None, None) if target.is_empty() || target.contains("://") => return None,
        (None, None) => (folder, target.as_str()),
    };
    joined(folder, target)
}

/// The path in an address of a code host, such as `https://host/owner/name/blob/main/docs/a.md`.
/// Which repository it means cannot be known here; the path tells enough.
fn below_forge(target: &str) -> Option<&str> {
    let (_, rest) = target.split_once("://")?;
    let (_, rest) = rest.split_once("/blob/").or(rest.split_once("/tree/"))?;
    Some(rest.split_once('/')?.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_name_paths_below_the_root() {
        let path = |own, target| linked_path(own, target);
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(path("README.md", "docs/a.md#b"), is("docs/a.md"));
        assert_eq!(path("README.md", "./docs/"), is("docs"));
        assert_eq!(path("docs/README.md", "../ops/a.md"), is("ops/a.md"));
        assert_eq!(
            path("docs/README.md", "/ops/on%20call.md"),
            is("ops/on call.md")
        );
        assert_eq!(path("README.md", "../other/a.md"), None);
        assert_eq!(path("README.md", "https://acme.example/docs/a.md"), None);
        assert_eq!(path("README.md", "#top"), None);
        let hosted = "https://git.example/acme/shop/blob/main/docs/a.md?plain=1";
        assert_eq!(path("README.md", hosted), is("docs/a.md"));
    }
}
