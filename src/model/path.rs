//! What a path alone says of a file: whether to read it, and what it may be.
//!
//! Runs over every path of a repository, a quarter of a million of them, so it looks at the ending
//! first and at words only for the few files that are left. Content has the last word; see
//! [`super::kind`].

use std::cell::RefCell;

use jiff::civil::Date;

use super::{Kind, date, owners};
use crate::binary::binary;
use crate::vocabulary::{self, normalise};

/// How deep below the root a document without any telling name is still looked into.
const UNNAMED_DEPTH: usize = 3;

/// What is written in a file, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Markdown,
    /// Markdown with ERB tags, as British government sites keep it.
    MarkdownErb,
    Yaml,
    /// `CODEOWNERS`, which has no ending.
    Codeowners,
    /// A format that people use for these documents and that is not read.
    NotRead(&'static str),
}

/// A native file by name; whether it is one, its keys decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NativeName {
    Preparedness,
    People,
    Oncall,
}

binary!(
    enum NativeName {
        Preparedness,
        People,
        Oncall,
    }
);

impl NativeName {
    /// The file's usual name.
    pub fn file(self) -> &'static str {
        match self {
            NativeName::Preparedness => "preparedness.yaml",
            NativeName::People => "people.yaml",
            NativeName::Oncall => "oncall.yaml",
        }
    }
}

/// What a path says of a file that is worth reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathFacts {
    pub format: Format,
    /// The kind that folders or the file's own name suggest.
    pub hint: Option<Kind>,
    /// The words that gave the hint, normalised.
    pub because: Option<String>,
    pub native: Option<NativeName>,
    /// The file's name without its endings, normalised.
    pub name: String,
    /// A README, an index or another page about its folder.
    pub is_index: bool,
    /// A template by the name of the file or its folder.
    pub is_template: bool,
    /// A folder or the file's name begins with a date.
    pub is_dated: bool,
    /// It lies below a folder of alerts or of what watches.
    pub is_of_alerts: bool,
    /// It lies below a folder of faults and how they were put right.
    pub is_of_faults: bool,
    /// A Backstage catalogue by name; whether it is one, its entries decide.
    pub is_catalogue: bool,
    /// The day in the file's name, else in the name of the folder it lies in.
    pub day: Option<Date>,
    /// It lies in a folder of what no longer holds.
    pub is_retired: bool,
    /// Whether it lies where operations documents lie, so that not reading it matters.
    pub is_expected: bool,
    /// A file at the root, or in an operations folder, that may answer questions in passing.
    pub may_answer: bool,
    /// The README or a page of support at the root, which speaks of the product.
    pub is_front_page: bool,
}

/// Whether a path is worth reading; for listing a tree.
pub fn is_wanted(path: &[u8]) -> bool {
    thread_local! {
        /// Only a memory of the last folder: a listing asks for a quarter of a million paths, and
        /// neighbours share their folder.
        static PATHS: RefCell<PathReader> = RefCell::default();
    }
    PATHS.with_borrow_mut(|paths| paths.facts(path).is_some())
}

/// The facts of a path below the root, or nothing for a file to leave alone.
pub fn facts(path: &[u8]) -> Option<PathFacts> {
    PathReader::default().facts(path)
}

/// Reads paths one after the other; those of one folder are best read in a row.
#[derive(Debug, Default)]
pub struct PathReader {
    /// The last folder, and what it says.
    folder: String,
    folders: Option<Folders>,
}

impl PathReader {
    /// As [`facts`].
    pub fn facts(&mut self, path: &[u8]) -> Option<PathFacts> {
        if !path.last().is_some_and(|byte| LAST_BYTES.contains(byte)) {
            return None;
        }
        let path = String::from_utf8_lossy(path);
        if owners::PLACES.contains(&&*path) {
            return Some(bare_facts(Format::Codeowners, "codeowners"));
        }
        let (format, stem) = format(&path)?;
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        if folder != self.folder || folder.is_empty() {
            self.folders = Folders::read(folder);
            folder.clone_into(&mut self.folder);
        }
        let folders = self.folders.as_ref()?;
        match format {
            Format::Yaml => yaml_facts(folders, name),
            _ => document_facts(format, folders, name),
        }
    }
}

/// The facts of a file that the policy includes, wherever it lies.
pub fn facts_of_included(path: &[u8]) -> Option<PathFacts> {
    let path = String::from_utf8_lossy(path);
    let (format, stem) = format(&path)?;
    let name = stem.rsplit_once('/').map_or(stem, |(_, name)| name);
    let facts = match format {
        Format::Yaml => yaml_facts(&Folders::default(), "alerts"),
        _ => document_facts(format, &Folders::default(), name),
    };
    facts.map(|facts| PathFacts {
        is_expected: true,
        ..facts
    })
}

/// A path without the endings of a document's format; nothing for other files.
pub fn stem(path: &str) -> Option<&str> {
    format(path).map(|(_, stem)| stem)
}

/// What paths of documents end with, `CODEOWNERS` included: most files of a repository are none, and
/// are told from them by that.
const LAST_BYTES: &[u8] = b"bBcCdDgGlLnNtTxXS";

/// The endings of the formats of documents.
const ENDINGS: &[(&str, Format)] = &[
    (".html.md.erb", Format::MarkdownErb),
    (".md.erb", Format::MarkdownErb),
    (".html.md", Format::Markdown),
    (".md", Format::Markdown),
    (".mdx", Format::Markdown),
    (".markdown", Format::Markdown),
    (".yaml", Format::Yaml),
    (".yml", Format::Yaml),
    (".rst", Format::NotRead("reStructuredText")),
    (".adoc", Format::NotRead("AsciiDoc")),
    (".asciidoc", Format::NotRead("AsciiDoc")),
    (".org", Format::NotRead("Org")),
];

/// Format and path without its endings.
fn format(path: &str) -> Option<(Format, &str)> {
    for (ending, format) in ENDINGS {
        let at = path.len().wrapping_sub(ending.len());
        let matches = path
            .get(at..)
            .is_some_and(|end| end.eq_ignore_ascii_case(ending));
        if matches {
            return Some((*format, &path[..at]));
        }
    }
    None
}

/// What the folders of a path say, innermost last.
#[derive(Debug, Default)]
struct Folders {
    names: Vec<String>,
    hint: Option<(Kind, String)>,
    is_template: bool,
    is_ops: bool,
    is_code: bool,
    is_alerts: bool,
    is_faults: bool,
    is_dated: bool,
    is_retired: bool,
    /// The day in the innermost folder's name.
    day: Option<Date>,
}

impl Folders {
    /// Nothing if other people's files or build output lie there.
    fn read(path: &str) -> Option<Folders> {
        let mut folders = Folders::default();
        for folder in path.split('/').filter(|folder| !folder.is_empty()) {
            let name = normalise(folder);
            for concept in vocabulary::concepts("paths", &name) {
                match concept {
                    "folder-vendored" | "folder-test" => return None,
                    "folder-code" => folders.is_code = true,
                    "folder-ops" => folders.is_ops = true,
                    "folder-alerts" => folders.is_alerts = true,
                    "folder-faults" => folders.is_faults = true,
                    "folder-template" => folders.is_template = true,
                    "folder-retired" => folders.is_retired = true,
                    // Elsewhere it may be the name of a service.
                    "folder-archive" if folders.is_ops || folders.hint.is_some() => {
                        folders.is_retired = true;
                    }
                    _ => folders.hint_by(concept, &name),
                }
            }
            folders.is_dated |= begins_with_date(folder);
            folders.day = day_in(folder);
            folders.names.push(name);
        }
        Some(folders)
    }

    /// Whether the file lies directly at the root or in a folder of operations documents.
    fn is_ops_folder(&self) -> bool {
        let named = |name: &String| vocabulary::names("paths", "folder-ops", name);
        self.names.last().is_none_or(named)
    }

    fn hint_by(&mut self, concept: &str, name: &str) {
        let kind = match concept {
            "folder-runbook" => Kind::Runbook,
            "folder-postmortem" => Kind::Postmortem,
            "folder-plan" => Kind::IncidentPlan,
            "folder-oncall" => Kind::Oncall,
            "folder-message" => Kind::Message,
            _ => return,
        };
        self.hint = Some((kind, name.to_owned()));
    }
}

fn document_facts(format: Format, folders: &Folders, name: &str) -> Option<PathFacts> {
    let words = normalise(name);
    let concepts = vocabulary::concepts("paths", &words);
    let has = |concept: &str| concepts.contains(&concept);
    let own = own_hint(&concepts).map(|kind| (kind, words.clone()));
    let hint = folders.hint.clone().or(own);
    let depth = folders.names.len();
    let at_root = depth == 0;
    let is_expected = hint.is_some() || (at_root && has("file-answers"));
    let is_near = depth <= UNNAMED_DEPTH && !folders.is_code;
    if !is_expected && !folders.is_ops && !is_near && !folders.is_alerts {
        return None;
    }
    let (kind, because) = hint.unzip();
    Some(PathFacts {
        format,
        hint: kind,
        because,
        native: None,
        is_catalogue: false,
        is_index: has("file-index"),
        is_template: has("file-template") || (folders.is_template && kind.is_some()),
        is_dated: folders.is_dated || begins_with_date(name),
        is_of_alerts: folders.is_alerts,
        is_of_faults: folders.is_faults,
        is_retired: folders.is_retired,
        day: day_in(name).or(folders.day),
        is_expected,
        is_front_page: at_root && has("file-index"),
        may_answer: (folders.is_ops_folder() && has("file-answers"))
            || (has("file-index") && folders.hint.is_some())
            || folders.names.last().is_some_and(|last| last == "ops")
            || (folders.is_ops_folder() && !vocabulary::concepts("answers", &words).is_empty()),
        name: words,
    })
}

fn own_hint(concepts: &[&str]) -> Option<Kind> {
    // A plan may call itself a runbook, and a page on how to write post-mortems names them.
    const BY_NAME: &[(&str, Kind)] = &[
        ("file-plan", Kind::IncidentPlan),
        ("file-oncall", Kind::Oncall),
        ("file-runbook", Kind::Runbook),
        ("file-postmortem", Kind::Postmortem),
    ];
    let named = BY_NAME.iter().find(|(name, _)| concepts.contains(name));
    named.map(|(_, kind)| *kind)
}

fn yaml_facts(folders: &Folders, name: &str) -> Option<PathFacts> {
    let words = normalise(name);
    let native = match name {
        "preparedness" => Some(NativeName::Preparedness),
        "people" => Some(NativeName::People),
        "oncall" | "on-call" => Some(NativeName::Oncall),
        _ => None,
    };
    // `people.yaml` is a common name for data of programs and pages.
    let in_ops = folders
        .names
        .last()
        .is_none_or(|last| last == "ops" || vocabulary::names("paths", "folder-oncall", last));
    let native = native.filter(|name| *name == NativeName::Preparedness || in_ops);
    let is_alerts = folders.is_alerts || words.contains("alert") || words.contains("rules");
    let is_catalogue = name == "catalog-info";
    if native.is_none() && !is_alerts && !is_catalogue {
        return None;
    }
    Some(PathFacts {
        hint: native.map(|_| Kind::Preparedness),
        because: native.map(|_| words.clone()),
        native,
        is_catalogue,
        is_expected: native.is_some(),
        ..bare_facts(Format::Yaml, &words)
    })
}

/// A file of which the path says nothing but how it is written.
fn bare_facts(format: Format, name: &str) -> PathFacts {
    PathFacts {
        format,
        hint: None,
        because: None,
        native: None,
        is_index: false,
        is_template: false,
        is_dated: false,
        is_of_alerts: false,
        is_of_faults: false,
        is_retired: false,
        is_catalogue: false,
        is_expected: false,
        day: None,
        may_answer: false,
        is_front_page: false,
        name: name.to_owned(),
    }
}

/// The day in a name such as `2021-05-25-x` or `outage_20210525`.
fn day_in(name: &str) -> Option<Date> {
    /// No date takes fewer.
    const FEWEST_DIGITS: usize = 5;
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    if digits < FEWEST_DIGITS {
        return None;
    }
    date::first_day(&name.replace('_', " "))
}

/// A date, a year and month, or a running number of at least three digits at the start of a name,
/// perhaps behind the letters of an incident's id: `2021-05-25-x`, `PM2019-009 - x`, `INC-001-x`.
fn begins_with_date(name: &str) -> bool {
    const IDS: &[&str] = &["pm", "inc", "incident", "postmortem"];
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let is_id = IDS
        .iter()
        .any(|id| name[..letters].eq_ignore_ascii_case(id));
    if letters > 0 && !is_id {
        return false;
    }
    let rest = name[letters..].trim_start_matches(['-', '_', ' ']);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let ends = rest[digits..].starts_with(['-', '_', ' ', '.']) || rest.len() == digits;
    matches!(digits, 3 | 4 | 6 | 8) && ends
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(path: &str) -> Option<Kind> {
        facts(path.as_bytes()).and_then(|facts| facts.hint)
    }

    #[test]
    fn folders_and_names_hint_at_a_kind() {
        assert_eq!(hint("docs/runbooks/disk-full.md"), Some(Kind::Runbook));
        assert_eq!(hint("RUNBOOK.md"), Some(Kind::Runbook));
        assert_eq!(
            hint("docs/post-mortems/2019-02-05.md"),
            Some(Kind::Postmortem)
        );
        assert_eq!(hint("INCIDENT_RESPONSE.md"), Some(Kind::IncidentPlan));
        assert_eq!(hint("source/on-call.html.md.erb"), Some(Kind::Oncall));
        assert_eq!(hint("source/on-call.html.md"), Some(Kind::Oncall));
        assert_eq!(
            hint("services/x/ops/preparedness.yaml"),
            Some(Kind::Preparedness)
        );
        assert_eq!(hint("README.md"), None);
    }

    #[test]
    fn programs_and_vendored_files_are_left_alone() {
        assert!(facts(b"node_modules/x/runbooks/a.md").is_none());
        assert!(facts(b"src/data/people.yaml").is_none());
        assert!(facts(b"services/x/src/cart/legacy/f12.md").is_none());
        assert!(facts(b"services/x/config.yaml").is_none());
        assert!(facts(b"src/runbooks/a.md").is_some());
    }

    #[test]
    fn last_bytes_are_those_of_all_documents() {
        let endings = ENDINGS.iter().map(|(ending, _)| *ending);
        let last = endings.flat_map(|ending| {
            let last = ending.as_bytes()[ending.len() - 1];
            [last, last.to_ascii_uppercase()]
        });
        let mut last: Vec<u8> = last.collect();
        last.extend(owners::PLACES.iter().filter_map(|path| path.bytes().last()));
        last.sort_unstable();
        last.dedup();
        let mut known = LAST_BYTES.to_vec();
        known.sort_unstable();
        assert_eq!(last, known);
    }

    #[test]
    fn dated_names() {
        assert!(begins_with_date("2021-05-25-window-outage"));
        assert!(begins_with_date("20210525-window-outage"));
        assert!(begins_with_date("PM2019-009 - Kubernetes"));
        assert!(begins_with_date("INC-001-slug"));
        assert!(begins_with_date("001-slug"));
        assert!(!begins_with_date("incident-process"));
        assert!(!begins_with_date("disk-full"));
    }
}
