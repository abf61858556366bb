//! One file while its text is alive.
//!
//! A reading holds the text, the tree over it and what went wrong on the way. It lives inside the
//! task of its file, where the document rules see it, and is dropped with the text.

use std::borrow::Cow;

use super::runbook::command_blocks;
use super::{CommandBlock, Document, Format, PathFacts};
use crate::limits;
use crate::parse::markdown::{self, Markdown, ProblemKind};
use crate::parse::mask;
use crate::parse::yaml::{self, Problem, Tree};
use crate::text::{FileId, LineIndex, Source, Span};

/// Why a file could not be read, or not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Defect {
    /// The first bytes that are not UTF-8, and what the file looks like instead.
    NotUtf8 {
        at: Span,
        encoding: &'static str,
    },
    TooLarge {
        bytes: u64,
    },
    EscapingSymlink {
        target: Vec<u8>,
    },
    /// In words that finish "cannot be read: …".
    Unreadable(String),
}

/// Keys of our front matter that no site generator uses.
pub(super) const OWN_KEYS: &[&str] = &["fixes", "incident", "incidents", "review_in", "reviewed"];

/// Further keys of front matter that are read, whoever put them there.
const READ_KEYS: &[&str] = &[
    "alerts",
    "deprecated",
    "last_reviewed",
    "last_reviewed_on",
    "obsolete",
    "owner",
    "owner_slack",
    "owners",
    "status",
    "superseded_by",
    "team",
];

/// What stands in a file.
#[derive(Debug)]
pub enum Parsed<'t> {
    Markdown {
        markdown: Box<Markdown<'t>>,
        /// If something in it is read.
        front_matter: Option<Tree<'t>>,
    },
    Yaml(Tree<'t>),
    Nothing,
}

/// The text of a file, decoded so that every byte keeps its offset.
#[derive(Debug, Default)]
pub struct Text {
    text: String,
    /// Bytes before the text: a byte-order mark.
    base: usize,
    defect: Option<(std::ops::Range<usize>, &'static str)>,
    /// Whether template tags were blanked.
    is_masked: bool,
}

/// One file while its text is alive.
#[derive(Debug)]
pub struct Reading<'t> {
    pub file: FileId,
    pub facts: &'t PathFacts,
    pub source: Source<'t>,
    pub parsed: Parsed<'t>,
    pub lines: &'t LineIndex,
    pub defect: Option<Defect>,
    /// Whether the text is the file's own, byte by byte: what was blanked or replaced may be more
    /// than it looks.
    pub is_verbatim: bool,
}

impl Text {
    /// Decodes a file. Bytes that are not UTF-8 become `?`, one each, so that offsets hold and what
    /// surrounds them is still understood; UTF-16 is not decoded, for its offsets would not hold.
    pub fn decode(bytes: Vec<u8>, format: Format) -> Text {
        let (base, utf16) = byte_order_mark(&bytes);
        if let Some(encoding) = utf16 {
            return Text {
                defect: Some((0..base, encoding)),
                ..Text::default()
            };
        }
        let mut defect = None;
        let whole = String::from_utf8(bytes).unwrap_or_else(|error| {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let length = bytes[at..]
                .utf8_chunks()
                .next()
                .map_or(1, |c| c.invalid().len());
            let encoding = match bytes.contains(&0) {
                true => "no text at all",
                false => "a single-byte encoding such as Latin-1",
            };
            defect = Some((at..at + length.max(1), encoding));
            replace_invalid(&bytes)
        });
        let mut text = whole;
        text.drain(..base);
        let masked = masked(&text, format);
        Text {
            is_masked: masked.is_some(),
            text: masked.unwrap_or(text),
            base,
            defect,
        }
    }
}

/// Parses a decoded file.
pub fn read<'t>(
    file: FileId,
    facts: &'t PathFacts,
    text: &'t Text,
    lines: &'t LineIndex,
) -> Reading<'t> {
    let source = Source {
        file,
        text: &text.text,
        base: text.base,
    };
    let defect = text
        .defect
        .clone()
        .map(|(range, encoding)| Defect::NotUtf8 {
            at: Span::new(file, range),
            encoding,
        });
    Reading {
        file,
        facts,
        source,
        parsed: parse(source, facts.format),
        lines,
        is_verbatim: defect.is_none() && !text.is_masked,
        defect,
    }
}

impl<'t> Reading<'t> {
    /// The reading of a file that was not opened.
    pub fn unread(
        file: FileId,
        facts: &'t PathFacts,
        lines: &'t LineIndex,
        defect: Defect,
    ) -> Reading<'t> {
        Reading {
            file,
            facts,
            source: Source::new(file, ""),
            parsed: Parsed::Nothing,
            lines,
            defect: Some(defect),
            is_verbatim: false,
        }
    }

    /// The file's YAML: all of it, or the front matter.
    pub fn yaml(&self) -> Option<&Tree<'t>> {
        match &self.parsed {
            Parsed::Yaml(tree) => Some(tree),
            Parsed::Markdown { front_matter, .. } => front_matter.as_ref(),
            Parsed::Nothing => None,
        }
    }

    /// Whether a fault of the file as such is worth a word: ordinary documents of the repository
    /// are not our concern.
    pub fn matters(&self, document: &Document) -> bool {
        self.facts.is_expected || document.kind != super::Kind::Other
    }

    pub fn not_utf8(&self) -> Option<(Span, &'static str)> {
        match &self.defect {
            Some(Defect::NotUtf8 { at, encoding }) => Some((*at, encoding)),
            _ => None,
        }
    }

    /// The file's size and the limit, both in bytes.
    pub fn too_large(&self) -> Option<(u64, u64)> {
        match &self.defect {
            Some(Defect::TooLarge { bytes }) => Some((*bytes, limits::DOCUMENT_BYTES)),
            _ => None,
        }
    }

    /// Where the link leads.
    pub fn escaping_symlink(&self) -> Option<Cow<'_, str>> {
        match &self.defect {
            Some(Defect::EscapingSymlink { target }) => Some(String::from_utf8_lossy(target)),
            _ => None,
        }
    }

    pub fn unreadable(&self) -> Option<&str> {
        match &self.defect {
            Some(Defect::Unreadable(reason)) => Some(reason),
            _ => None,
        }
    }

    /// The command blocks of a document, in order; read anew at each call.
    pub fn commands(&self) -> Vec<CommandBlock<'t>> {
        match &self.parsed {
            Parsed::Markdown { markdown, .. } => command_blocks(markdown),
            Parsed::Yaml(_) | Parsed::Nothing => Vec::new(),
        }
    }

    /// Where a limit of the Markdown parser was reached, and which.
    pub fn limits_reached(&self) -> Vec<(Span, String)> {
        let Parsed::Markdown { markdown, .. } = &self.parsed else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for problem in &markdown.problems {
            let message = match problem.kind {
                ProblemKind::TooDeep => {
                    format!(
                        "quotes or lists are nested deeper than {} levels",
                        limits::MARKDOWN_DEPTH
                    )
                }
                ProblemKind::TooManyCells => {
                    format!("a table row has more than {} cells", limits::MARKDOWN_CELLS)
                }
                _ => continue,
            };
            found.push((problem.span, message));
        }
        found
    }

    /// Equal keys of one mapping, in YAML that is held to our schemas: key, first place, second
    /// place.
    pub fn duplicate_keys(&self, document: &Document) -> Vec<(&str, Span, Span)> {
        let mut found = Vec::new();
        for problem in self.problems(document) {
            if let Problem::DuplicateKey { key, first, second } = problem {
                found.push((key.as_str(), *first, *second));
            }
        }
        found
    }

    /// What keeps YAML that is held to our schemas from being read: place, message, help.
    pub fn syntax_problems(&self, document: &Document) -> Vec<(Span, String, &'static str)> {
        let mut found = Vec::new();
        for problem in self.problems(document) {
            let help = match problem {
                Problem::DuplicateKey { .. } => continue,
                Problem::Syntax { .. } => "check the indentation and the quotes around this place",
                Problem::TooDeep { .. } | Problem::TooManyNodes { .. } => {
                    "write it flatter, and repeat values instead of nesting aliases"
                }
                Problem::UnknownAlias { .. } | Problem::CyclicAlias { .. } => {
                    "define the anchor before it, or quote the value"
                }
            };
            found.push((problem.span(), problem.message(), help));
        }
        let second = self
            .yaml()
            .filter(|_| document.is_ours)
            .and_then(|yaml| yaml.documents().nth(1));
        if let Some(second) = second {
            let message = "a second YAML document begins here, and only the first is read";
            found.push((
                second.span(),
                message.to_owned(),
                "merge the two, without the `---`",
            ));
        }
        found
    }

    fn problems(&self, document: &Document) -> &[Problem] {
        match self.yaml() {
            Some(tree) if document.is_ours => tree.problems(),
            _ => &[],
        }
    }
}

fn parse(source: Source<'_>, format: Format) -> Parsed<'_> {
    match format {
        Format::Markdown | Format::MarkdownErb => {
            let markdown = markdown::parse(source);
            let has_title = markdown
                .title()
                .is_some_and(|title| !title.text.trim().is_empty());
            let front_matter = markdown.front_matter;
            let front_matter = front_matter.filter(|yaml| !has_title || is_for_us(yaml.text));
            let front_matter = front_matter.map(yaml::parse);
            Parsed::Markdown {
                markdown: Box::new(markdown),
                front_matter,
            }
        }
        Format::Yaml => Parsed::Yaml(yaml::parse(source)),
        Format::Codeowners | Format::NotRead(_) => Parsed::Nothing,
    }
}

/// Whether front matter may hold something that is read: a key of ours that no site generator has,
/// or an exception. The rest is the generator's, and parsing it would cost as much as the page.
fn is_for_us(front_matter: &str) -> bool {
    let is_own = |line: &str| {
        let key = line
            .split_once(':')
            .map(|(key, _)| key.trim_matches(['"', '\'', ' ']));
        let is_key = |key: &str| OWN_KEYS.contains(&key) || READ_KEYS.contains(&key);
        key.is_some_and(is_key) || line.contains("prepcheck:")
    };
    front_matter.lines().any(is_own)
}

/// The mark's length in bytes, and the encoding if the mark says that it is not UTF-8.
fn byte_order_mark(bytes: &[u8]) -> (usize, Option<&'static str>) {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => (3, None),
        [0xff, 0xfe, ..] => (2, Some("UTF-16 (little-endian)")),
        [0xfe, 0xff, ..] => (2, Some("UTF-16 (big-endian)")),
        _ => (0, None),
    }
}

fn replace_invalid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

/// Template tags are blanked in what a template engine would read before we do: pages with ERB,
/// and rule files inside a Helm chart. Nothing if there are none.
fn masked(text: &str, format: Format) -> Option<String> {
    let masked = match format {
        Format::MarkdownErb => mask::erb_tags(text),
        Format::Yaml if text.contains("{{") => mask::brace_tags(text),
        _ => return None,
    };
    match masked {
        Cow::Borrowed(_) => None,
        Cow::Owned(masked) => Some(masked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_survive_decoding() {
        let text = Text::decode(b"a\xffb\xe9\n".to_vec(), Format::Markdown);
        assert_eq!(text.text, "a?b?\n");
        assert_eq!(text.defect.map(|(range, _)| range), Some(1..2));
        let text = Text::decode(b"\xef\xbb\xbfa: b\n".to_vec(), Format::Yaml);
        assert_eq!((text.text.as_str(), text.base), ("a: b\n", 3));
        let text = Text::decode(b"\xff\xfea\0".to_vec(), Format::Markdown);
        assert_eq!((text.text.as_str(), text.defect.is_some()), ("", true));
    }
}
