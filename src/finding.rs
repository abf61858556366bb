//! What prepcheck has to say about a repository.
//!
//! A [`Finding`] is a fault of what is written down, never of the program. It owns its words and
//! points into files by [`Span`]; it knows nothing of levels, policies or output formats.
//!
//! Strings in a finding are as their author wrote them, also where they quote the repository: each
//! report sanitises for its own sink, once.

use std::fmt;

use crate::binary::binary;
use crate::text::{FileId, Span};

/// One of the five questions that must be answered before an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    Who,
    Detect,
    Communicate,
    Fix,
    Learn,
}

binary!(
    enum Answer {
        Who,
        Detect,
        Communicate,
        Fix,
        Learn,
    }
);

impl Answer {
    pub const ALL: [Answer; 5] = [
        Answer::Who,
        Answer::Detect,
        Answer::Communicate,
        Answer::Fix,
        Answer::Learn,
    ];

    /// The name used as a YAML key, in rule names and in every format.
    pub fn id(self) -> &'static str {
        match self {
            Answer::Who => "who",
            Answer::Detect => "detect",
            Answer::Communicate => "communicate",
            Answer::Fix => "fix",
            Answer::Learn => "learn",
        }
    }

    pub fn question(self) -> &'static str {
        match self {
            Answer::Who => "Who gets called when something breaks?",
            Answer::Detect => "How do we know something is broken?",
            Answer::Communicate => "How do we talk to customers?",
            Answer::Fix => "How do we fix common problems?",
            Answer::Learn => "What do we do after it is fixed?",
        }
    }

    pub fn from_id(id: &str) -> Option<Answer> {
        Answer::ALL.into_iter().find(|answer| answer.id() == id)
    }
}

/// How much a finding weighs under the policy in force, lightest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Off,
    Note,
    Warning,
    Error,
}

binary!(
    enum Level {
        Off,
        Note,
        Warning,
        Error,
    }
);

impl Level {
    pub const ALL: [Level; 4] = [Level::Off, Level::Note, Level::Warning, Level::Error];

    pub fn id(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }

    pub fn from_id(id: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.id() == id)
    }
}

/// What can make a finding appear: an edit, the passing of time, or a commit's place in history.
///
/// Moving the clock forward may add findings of cause `Clock` and no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    Content,
    Clock,
    History,
}

binary!(
    enum Cause {
        Content,
        Clock,
        History,
    }
);

impl Cause {
    pub fn id(self) -> &'static str {
        match self {
            Cause::Content => "content",
            Cause::Clock => "clock",
            Cause::History => "history",
        }
    }
}

/// What a finding is about: the part of its identity that a rule chooses.
///
/// A subject survives edits around it: names and texts, never line numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The unit as a whole.
    Unit,
    Answer(Answer),
    /// A part of an answer, such as `communicate.status_page`.
    Slot(String),
    /// A person, by id.
    Person(String),
    /// The document as a whole.
    Document,
    /// A section of the document, by its concept.
    Section(String),
    /// An action item, by its text.
    Item(String),
    /// A schedule, by name.
    Schedule(String),
    /// A link, by its target.
    Link(String),
    /// A command in a code block, by its text.
    Command(String),
    /// A credential, by its kind and number: nothing of itself.
    Secret(String),
    /// A commit, by its name in hexadecimal.
    Commit(String),
    /// A key of a YAML file, as a JSON Pointer.
    Key(String),
    /// A key of the policy, as a JSON Pointer.
    PolicyKey(String),
    /// An `allow[…]` comment, by the rule it names.
    Allow(String),
}

binary!(
    enum Subject {
        Unit,
        Answer(answer),
        Slot(name),
        Person(id),
        Document,
        Section(name),
        Item(text),
        Schedule(name),
        Link(target),
        Command(text),
        Secret(kind),
        Commit(name),
        Key(pointer),
        PolicyKey(pointer),
        Allow(rule),
    }
);

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Unit => f.write_str("unit"),
            Subject::Document => f.write_str("document"),
            Subject::Answer(answer) => write!(f, "answer:{}", answer.id()),
            Subject::Slot(name) => write!(f, "slot:{name}"),
            Subject::Person(id) => write!(f, "person:{id}"),
            Subject::Section(name) => write!(f, "section:{name}"),
            Subject::Item(text) => write!(f, "item:{text}"),
            Subject::Schedule(name) => write!(f, "schedule:{name}"),
            Subject::Link(target) => write!(f, "link:{target}"),
            Subject::Command(text) => write!(f, "command:{text}"),
            Subject::Secret(kind) => write!(f, "secret:{kind}"),
            Subject::Commit(name) => write!(f, "commit:{name}"),
            Subject::Key(pointer) => write!(f, "key:{pointer}"),
            Subject::PolicyKey(pointer) => write!(f, "policy-key:{pointer}"),
            Subject::Allow(rule) => write!(f, "allow:{rule}"),
        }
    }
}

/// How far a finding reaches: in time, or over the things that are folded into it.
///
/// Compared between two trees judged with one clock, never part of a fingerprint: a horizon slides.
/// A finding that reaches further than before is new for what was added and for nothing else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Half-open intervals in seconds since 1970-01-01T00:00:00Z, sorted.
    Intervals(Vec<(i64, i64)>),
    /// Calendar days as written, `YYYY-MM-DD`, sorted.
    Dates(Vec<String>),
    /// What one finding says of several things, each as it would be the subject of a finding of its
    /// own.
    Parts(Vec<Subject>),
}

binary!(
    enum Extent {
        Intervals(intervals),
        Dates(dates),
        Parts(parts),
    }
);

impl Extent {
    pub fn is_empty(&self) -> bool {
        match self {
            Extent::Intervals(intervals) => intervals.is_empty(),
            Extent::Dates(dates) => dates.is_empty(),
            Extent::Parts(parts) => parts.is_empty(),
        }
    }
}

/// Where a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Absence in a repository that has no document to point at.
    Nowhere,
    /// A file of which no byte may be shown, such as one that was not opened.
    File(FileId),
    Bytes(Span),
}

binary!(
    enum Place {
        Nowhere,
        File(file),
        Bytes(span),
    }
);

impl Place {
    pub fn file(self) -> Option<FileId> {
        match self {
            Place::Nowhere => None,
            Place::File(file) => Some(file),
            Place::Bytes(span) => Some(span.file),
        }
    }
}

/// A further place that explains a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

binary!(struct Label { span, text });

/// A replacement of bytes that would mend a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

binary!(struct Edit { span, text });

/// One fault, with its place, its words and its identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule, as `group/defect`.
    pub rule: &'static str,
    /// Folder of the unit it belongs to, below the root; empty for the root's unit.
    pub unit: String,
    pub subject: Subject,
    pub extent: Option<Extent>,
    pub cause: Cause,
    /// The most that it may weigh, where a rule says so; a policy may give it less.
    pub cap: Option<Level>,
    /// The most that it may weigh where no change made it true.
    pub standing_cap: Option<Level>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    pub place: Place,
    /// What is at the place itself, if the message leaves it open.
    pub at: Option<String>,
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    pub edits: Vec<Edit>,
}

binary!(struct Finding {
    rule,
    unit,
    subject,
    extent,
    cause,
    cap,
    standing_cap,
    message,
    place,
    at,
    labels,
    help,
    notes,
    edits,
});

/// What makes two findings of different trees the same one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    pub rule: &'static str,
    pub unit: String,
    /// Path of the document below the root, where the finding has one.
    pub document: Option<Box<[u8]>>,
    pub subject: Subject,
}

impl Finding {
    /// What it weighs under a policy that gives its rule this level.
    pub fn weigh(&self, level: Level, is_new: bool) -> Level {
        let standing = self.standing_cap.filter(|_| !is_new);
        let caps = [self.cap, standing];
        caps.into_iter().flatten().fold(level, Level::min)
    }

    /// The key for comparing trees; `path` names a file of this finding's tree.
    pub fn identity(&self, path: impl Fn(FileId) -> Box<[u8]>) -> Identity {
        Identity {
            rule: self.rule,
            unit: self.unit.clone(),
            document: self.document().map(path),
            subject: self.subject.clone(),
        }
    }

    /// The document that the finding is about. What is absent has none, wherever it is anchored:
    /// writing the first operations document must not turn an old absence into a new one.
    fn document(&self) -> Option<FileId> {
        match self.subject {
            Subject::Unit | Subject::Answer(_) | Subject::Slot(_) => None,
            _ => self.place.file(),
        }
    }
}
