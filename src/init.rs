//! What `prepcheck init` would write: a place for every answer that nothing gives yet.
//!
//! A [`Plan`] is text and paths, made from what the repository says; this module touches no disk.
//! It asks nothing and repeats nothing: what a document answers already stays where it is and is
//! only named. It proposes no file that is there. Every value it leaves open is `FILL-IN`, which
//! counts as no answer, so that a skeleton never passes for a preparation.

mod native;
mod page;
mod parts;
mod template;

use crate::model::{Document, Kind, NativeName, Ops, UnitView};
use crate::new::shown;
use crate::policy;
use crate::text::{Way, sanitise};
use parts::{PARTS, Part};

pub use crate::new::NewFile;

/// How many people make a team, so that the policy of teams fits better than that of start-ups.
const TEAM: usize = 3;

/// Where the native skeleton goes.
const NATIVE_PATH: &str = "ops/preparedness.yaml";

/// What is wanted, and what the facts of documents do not tell.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    pub way: &'a Way,
    /// One page of Markdown instead of the native file.
    pub markdown: bool,
    /// Whether a folder `docs` is there.
    pub has_docs: bool,
    /// Whether the repository has a policy of its own.
    pub has_policy: bool,
}

/// What there is to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub files: Vec<NewFile>,
    /// What stays as it is, and why.
    pub kept: Vec<Kept>,
    pub snippet: Option<Snippet>,
    /// What to do afterwards.
    pub next: String,
}

/// A file that is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// For people, as `./…`.
    pub path: String,
    pub because: String,
}

/// Lines to add by hand to a file that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// For people, as `./…`.
    pub path: String,
    pub text: String,
}

/// What is missing in the repository itself; units inside it are left to themselves.
pub fn plan(ops: &Ops, options: Options<'_>) -> Plan {
    let mut planner = Planner {
        way: options.way,
        files: Vec::new(),
        kept: Vec::new(),
        snippet: None,
        to_fill_in: None,
    };
    let Some(root) = ops.views().next() else {
        return planner.finish();
    };
    if options.markdown {
        planner.add_page(ops, root, options);
    } else {
        planner.add_template(ops, root);
        planner.add_native(ops, root);
    }
    planner.add_policy(root, options);
    planner.finish()
}

#[derive(Debug)]
struct Planner<'a> {
    way: &'a Way,
    files: Vec<NewFile>,
    kept: Vec<Kept>,
    snippet: Option<Snippet>,
    /// The file with the places to fill in, as `./…`.
    to_fill_in: Option<String>,
}

impl Planner<'_> {
    fn add_native(&mut self, ops: &Ops, root: UnitView<'_>) {
        let open = Open::read(ops, root, self.template());
        let Some(document) = existing(ops, root, Some(NativeName::Preparedness), NATIVE_PATH)
        else {
            if open.is_any() {
                self.write(NATIVE_PATH, native::skeleton(&open));
            }
            return;
        };
        let text = native::snippet(&open.without(document));
        self.keep(ops, document, text);
    }

    fn add_page(&mut self, ops: &Ops, root: UnitView<'_>, options: Options<'_>) {
        let path = match options.has_docs {
            true => "docs/incident-response.md",
            false => "INCIDENT_RESPONSE.md",
        };
        let open = Open::read(ops, root, None);
        let Some(document) = existing(ops, root, None, path) else {
            if open.is_any() {
                self.write(path, page::skeleton(&open));
            }
            return;
        };
        let text = match document.skeletons.is_empty() {
            true => page::snippet(&open),
            // What is still open in it need not be added to it.
            false => String::new(),
        };
        self.keep(ops, document, text);
    }

    /// Writes a template for post-mortems beside those that are there.
    fn add_template(&mut self, ops: &Ops, root: UnitView<'_>) {
        if let Some(evidence) = root.evidence_of("learn.postmortem_template").first() {
            let file = evidence.span.file;
            let mut documents = ops.documents();
            // A native file that names it is spoken of as such.
            if documents.any(|document| document.file == file && document.native.is_none()) {
                self.kept.push(Kept {
                    path: self.shown(ops.sources.path(file)),
                    because: "it is a template for post-mortems".to_owned(),
                });
            }
            return;
        }
        let path = template::path(ops, root);
        if !is_there(ops, &path) {
            self.push(&path, crate::new::TEMPLATE.to_owned());
        }
    }

    fn add_policy(&mut self, root: UnitView<'_>, options: Options<'_>) {
        if root.people().len() < TEAM {
            return;
        }
        if options.has_policy {
            self.kept.push(Kept {
                path: self.shown(policy::FILE_NAME.as_bytes()),
                because: "it is there already".to_owned(),
            });
            return;
        }
        let text = "# Three people or more: the rules for teams apply.\nextends: team\n";
        self.push(policy::FILE_NAME, text.to_owned());
    }

    /// The template that is going to be written.
    fn template(&self) -> Option<&str> {
        self.files.first().map(|file| file.path.as_str())
    }

    fn push(&mut self, path: &str, text: String) {
        let file = NewFile::new(self.way, path.to_owned(), text);
        self.files.push(file);
    }

    fn write(&mut self, path: &str, text: String) {
        self.push(path, text);
        self.to_fill_in = Some(self.shown(path.as_bytes()));
    }

    fn keep(&mut self, ops: &Ops, document: &Document, missing: String) {
        let path = self.shown(ops.sources.path(document.file));
        let because = "it is there already".to_owned();
        if !document.skeletons.is_empty() {
            self.to_fill_in = Some(path.clone());
        }
        if !missing.is_empty() {
            let text = missing;
            self.snippet = Some(Snippet {
                path: path.clone(),
                text,
            });
        }
        self.kept.push(Kept { path, because });
    }

    fn shown(&self, path: &[u8]) -> String {
        shown(self.way, path)
    }

    fn finish(self) -> Plan {
        let next = match (&self.snippet, &self.to_fill_in) {
            (Some(snippet), _) => format!(
                "add these lines to {} and fill them in, then run prepcheck",
                snippet.path
            ),
            (None, Some(path)) => format!("fill in {path}, then run prepcheck"),
            (None, None) => "run prepcheck".to_owned(),
        };
        Plan {
            files: self.files,
            kept: self.kept,
            snippet: self.snippet,
            next,
        }
    }
}

/// The file that would take what is missing, if it is there: the unit's native file of that name
/// wherever it lies, or whatever lies at the path.
fn existing<'a>(
    ops: &'a Ops,
    root: UnitView<'a>,
    native: Option<NativeName>,
    path: &str,
) -> Option<&'a Document> {
    let is_named = |document: &&Document| native.is_some() && document.native == native;
    let is_plan = |document: &&Document| native.is_none() && document.kind == Kind::IncidentPlan;
    let lies_there = |document: &&Document| ops.sources.path(document.file) == path.as_bytes();
    let mut own = root.documents();
    let own = own.find(|document| is_named(document) || is_plan(document));
    own.or_else(|| ops.documents().find(lies_there))
}

fn is_there(ops: &Ops, path: &str) -> bool {
    let mut documents = ops.documents();
    documents.any(|document| ops.sources.path(document.file) == path.as_bytes())
}

/// Which parts of the answers are open, and what gives the others.
#[derive(Clone, Debug)]
struct Open {
    /// For each of [`PARTS`].
    states: Vec<State>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// By a document, as a path below the root that is fit to be shown.
    Answered(String),
    /// A place for it is there, whether or not it is filled in.
    Placed,
}

impl Open {
    /// `template` is a template for post-mortems that is about to be written.
    fn read(ops: &Ops, root: UnitView<'_>, template: Option<&str>) -> Open {
        let state = |part: &Part| {
            let stated = root.slot(part.key).filter(|stated| stated.is_given());
            let slots = part.answered_by();
            let mut evidence = slots.flat_map(|slot| root.evidence_of(slot));
            let span = evidence.next().map(|evidence| evidence.span);
            let span = span.or_else(|| stated.and_then(|stated| stated.span()));
            if let Some(span) = span {
                return State::Answered(sanitise::bytes(ops.sources.path(span.file)));
            }
            match template.filter(|_| part.key == "learn.postmortem_template") {
                Some(path) => State::Answered(sanitise::text(path)),
                None => State::Open,
            }
        };
        Open {
            states: PARTS.iter().map(state).collect(),
        }
    }

    /// Without the parts for which a native file has a place.
    fn without(&self, document: &Document) -> Open {
        let mut open = self.clone();
        for (part, state) in PARTS.iter().zip(&mut open.states) {
            if *state == State::Open && document.slots.contains_key(part.key) {
                *state = State::Placed;
            }
        }
        open
    }

    fn is_any(&self) -> bool {
        self.states.contains(&State::Open)
    }

    fn parts(&self) -> impl Iterator<Item = (&'static Part, &State)> {
        PARTS.iter().zip(&self.states)
    }
}
