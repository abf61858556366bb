//! What git knows of documents, as plain values.
//!
//! History is often cut off, moved or wrongly dated. What cannot be known is [`Unknown`] and says
//! why; a date that only looks like one is never given.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::item_history::{ItemVersion, PastItem};

/// The name that git gives to an object: the hash of its content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub [u8; 20]);

/// The history of the documents that were asked for.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// By path below the root.
    pub documents: BTreeMap<Box<[u8]>, DocumentHistory>,
    /// Commits of the main line that take another one back, and those that take back one of the
    /// main line; newest first. The main line is the newest commit, its first parent and so on.
    pub reverts: Vec<Revert>,
    /// Why something is unknown, for the whole of it, each reason once.
    pub limits: Vec<Unknown>,
    /// How many commits were walked.
    pub commits: usize,
    /// The rules that it was read for.
    pub asked_by: Vec<&'static str>,
    /// Post-mortems that the base has and this tree has no more, where something was left to do.
    pub deleted: Vec<Deleted>,
}

/// A post-mortem that was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Its path below the root.
    pub path: Box<[u8]>,
    /// Its open action items that live on in no other document.
    pub items: Vec<PastItem>,
}

/// What git knows of one document, also under its earlier names.
#[derive(Clone, Debug)]
pub struct DocumentHistory {
    /// The commit that brought it.
    pub first: Fact<Change>,
    /// The last commit that changed its content; a mere move, and a commit that
    /// `.git-blame-ignore-revs` lists, does not count.
    pub last: Fact<Change>,
    /// How many contents it has had.
    pub versions: Fact<usize>,
    /// Who changed it, by name, each once.
    pub authors: Fact<Vec<String>>,
    /// Its earlier paths, the latest first.
    pub earlier_paths: Vec<Box<[u8]>>,
    /// What the newest commit has of it.
    pub committed: Option<ObjectId>,
    /// What was judged is not what the newest commit has.
    pub is_changed: bool,
    /// Its contents, the newest first, where they were asked for; as far back as was walked.
    pub contents: Vec<Version>,
    /// The action items of a post-mortem in each of its contents.
    pub items: Vec<ItemVersion>,
}

/// A value, or why it is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact<T> {
    Known(T),
    Unknown(Unknown),
}

/// One commit, as far as documents are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub commit: ObjectId,
    /// When it was committed.
    pub time: Timestamp,
    /// The author's day, in the zone that the author had.
    pub day: Date,
    pub author: String,
    /// The commit brought most of the documents at once, as an import does: nobody wrote, or
    /// looked at, one of them on that day.
    pub is_import: bool,
}

/// A content that a document has had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub blob: ObjectId,
    pub change: Change,
}

/// A commit that says of itself that it takes another one back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revert {
    pub change: Change,
    pub subject: String,
    /// The commit that was taken back, where it says which.
    pub of: Option<ObjectId>,
}

/// Why something cannot be known from git.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unknown {
    /// History was not asked for.
    NotLoaded,
    NoRepository,
    /// No commit has the document yet.
    NotCommitted,
    /// It lies before the time that was asked for.
    Before(Timestamp),
    /// The clone is shallow, and ends before it.
    Shallow,
    /// A commit was replaced or grafted, so that what lies behind it may be made up.
    Grafted(ObjectId),
    /// An object is not there, as in a partial clone.
    Missing(ObjectId),
    Corrupt(ObjectId),
    /// The commit's date lies after the time of the run.
    FromTheFuture(ObjectId),
    /// The commit's date lies long before that of a commit it builds on, or before 1970.
    WrongDate(ObjectId),
}

impl<T> Fact<T> {
    pub fn known(&self) -> Option<&T> {
        match self {
            Fact::Known(value) => Some(value),
            Fact::Unknown(_) => None,
        }
    }
}

impl History {
    /// A history of which nothing is known, for one reason.
    pub fn unknown(reason: Unknown) -> History {
        History {
            limits: vec![reason],
            ..History::default()
        }
    }

    /// What is known of the document at a path below the root.
    pub fn of(&self, path: &[u8]) -> Option<&DocumentHistory> {
        self.documents.get(path)
    }
}

impl DocumentHistory {
    /// A document of which nothing is known, for one reason.
    pub fn unknown(reason: Unknown) -> DocumentHistory {
        DocumentHistory {
            first: Fact::Unknown(reason.clone()),
            last: Fact::Unknown(reason.clone()),
            versions: Fact::Unknown(reason.clone()),
            authors: Fact::Unknown(reason),
            earlier_paths: Vec::new(),
            committed: None,
            is_changed: false,
            contents: Vec::new(),
            items: Vec::new(),
        }
    }
}

impl DocumentHistory {
    /// Adds what is known of the document under an earlier path, to which no commit links it: it was
    /// changed while it was moved, or the move is not committed. The items are read from the
    /// contents afterwards.
    pub fn continue_with(&mut self, path: &[u8], older: DocumentHistory) {
        self.earlier_paths.push(path.into());
        self.earlier_paths.extend(older.earlier_paths);
        self.contents.extend(older.contents);
        self.first = older.first;
        self.versions = Fact::Unknown(Unknown::NotLoaded);
        self.authors = Fact::Unknown(Unknown::NotLoaded);
        if self.committed.is_none() {
            self.committed = older.committed;
            self.last = older.last;
        }
    }
}

impl Unknown {
    /// What to run so that it can be known, if that helps.
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Unknown::Shallow => Some("git fetch --unshallow"),
            Unknown::Missing(_) => Some("git fetch --refetch --no-filter"),
            Unknown::Corrupt(_) => Some("git fsck"),
            _ => None,
        }
    }
}

impl fmt::Display for Unknown {
    /// In words that follow "not known:".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unknown::NotLoaded => write!(f, "history was not read"),
            Unknown::NoRepository => write!(f, "there is no git repository"),
            Unknown::NotCommitted => write!(f, "it was never committed"),
            Unknown::Before(time) => {
                write!(f, "it lies before {}", time.strftime("%Y-%m-%d"))
            }
            Unknown::Shallow => write!(f, "the clone is shallow"),
            Unknown::Grafted(id) => write!(f, "commit {id:.10} was replaced or grafted"),
            Unknown::Missing(id) => write!(f, "git has not fetched object {id:.10}"),
            Unknown::Corrupt(id) => write!(f, "git cannot read object {id:.10}"),
            Unknown::FromTheFuture(id) => write!(f, "commit {id:.10} is dated in the future"),
            Unknown::WrongDate(id) => {
                write!(f, "commit {id:.10} is dated before what it builds on")
            }
        }
    }
}

impl ObjectId {
    /// From forty hexadecimal digits.
    pub fn from_hex(digits: &[u8]) -> Option<ObjectId> {
        let digits = str::from_utf8(digits).ok()?;
        let is_whole = digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut id = [0; 20];
        for (at, byte) in id.iter_mut().enumerate().filter(|_| is_whole) {
            *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()?;
        }
        is_whole.then_some(ObjectId(id))
    }
}

impl fmt::Display for ObjectId {
    /// In hexadecimal; a precision shortens it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        write!(f, "{}", &digits[..f.precision().unwrap_or(40).min(40)])
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
