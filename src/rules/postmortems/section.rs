//! Which sections a post-mortem should have, and whether it has them.

use std::collections::BTreeMap;

use crate::model::postmortem::{Content, PostMortem};
use crate::model::{Document, Kind};
use crate::rule::Context;
use crate::text::Span;

/// Without these nothing can be learnt.
pub(super) const CORE: &[&str] = &["date", "timeline", "root-cause", "action-items"];

/// What a post-mortem has besides them, unless the repository's own template says otherwise.
const OTHERS: &[&str] = &[
    "duration",
    "severity",
    "author",
    "contributing-factors",
    "went-well",
    "went-poorly",
];

/// What a template asks for.
pub(super) const ASKED: &[&str] = &[
    "date",
    "duration",
    "severity",
    "author",
    "timeline",
    "root-cause",
    "contributing-factors",
    "went-well",
    "went-poorly",
    "action-items",
];

/// What else a repository's own template may ask for.
const FURTHER: &[&str] = &[
    "summary",
    "impact",
    "detection",
    "resolution",
    "lessons",
    "lucky",
    "five-whys",
    "follow-up",
];

/// A section as messages name it.
pub(super) fn words(concept: &str) -> &str {
    match concept {
        "timeline" => "time line",
        "root-cause" => "root cause",
        "action-items" => "action items",
        "contributing-factors" => "contributing factors",
        "went-well" => "what went well",
        "went-poorly" => "what went poorly",
        "lucky" => "where you got lucky",
        "five-whys" => "five whys",
        "follow-up" => "follow-up to customers",
        other => other,
    }
}

/// Whether a post-mortem says something of it, in whatever form.
pub(super) fn has(report: &PostMortem, concept: &str) -> bool {
    let is_given = |concept: &str| {
        let mut sections = report.sections.iter();
        sections.any(|section| section.concept == concept && section.content != Content::Nothing)
    };
    is_given(concept)
        || match concept {
            "date" => {
                report.incident_date.is_some() || report.unclear_date.is_some() || is_given("start")
            }
            "timeline" => !report.timeline.is_empty(),
            // Many hold that there is never one root cause.
            "root-cause" => is_given("contributing-factors") || is_given("five-whys"),
            "duration" => {
                report.duration.is_some() || (report.start.is_some() && report.end.is_some())
            }
            "severity" => report.severity.is_some(),
            "author" => !report.authors.is_empty(),
            _ => false,
        }
}

/// Whether a template has a place for it.
pub(super) fn asks(document: &Document, template: &PostMortem, concept: &str) -> bool {
    let titled = |words: &[&str]| {
        let title = document.title.as_ref();
        title.is_some_and(|title| words.iter().any(|word| title.value.contains(word)))
    };
    template.has(concept)
        || match concept {
            "date" => template.has("start") || titled(&["YYYY", "yyyy", "Date", "date"]),
            "duration" => template.has("start") && template.has("end"),
            "root-cause" => template.has("contributing-factors") || template.has("five-whys"),
            "contributing-factors" => template.has("five-whys"),
            _ => false,
        }
}

/// The heading of a section with nothing below it.
pub(super) fn heading(report: &PostMortem, concept: &str) -> Option<Span> {
    report.section(concept).map(|section| section.heading)
}

/// The templates for post-mortems; a template for runbooks is another thing.
pub(super) fn templates<'a>(
    cx: &Context<'a>,
) -> impl Iterator<Item = (&'a Document, &'a PostMortem)> {
    let documents = cx.ops.documents();
    documents.filter_map(|document| {
        let report = document.postmortem.as_deref();
        let report = report.filter(|_| document.kind == Kind::Template)?;
        let marks = [
            "timeline",
            "root-cause",
            "contributing-factors",
            "went-well",
            "went-poorly",
            "lessons",
            "action-items",
        ];
        let marks = marks.iter().filter(|concept| report.has(concept));
        (marks.count() >= 2).then_some((document, report))
    })
}

/// The templates that ask for nothing at all.
pub(super) fn bare_templates<'a>(
    cx: &Context<'a>,
) -> impl Iterator<Item = (&'a Document, &'a PostMortem)> {
    let documents = cx.ops.documents();
    documents.filter_map(|document| {
        let report = document.postmortem.as_deref();
        let report = report.filter(|_| document.kind == Kind::Template)?;
        let slot = "learn.postmortem_template";
        let mut evidence = document.evidence.iter();
        let is_bare = document.is_stub && report.sections.is_empty();
        (is_bare && evidence.all(|evidence| evidence.slot != slot)).then_some((document, report))
    })
}

/// What is asked for besides the core, unit by unit.
pub(super) struct Asked<'a> {
    cx: Context<'a>,
    by_unit: BTreeMap<&'a str, Sections>,
    default: Sections,
}

/// Sections, and what asks for them.
pub(super) struct Sections {
    pub concepts: Vec<&'static str>,
    /// The first line of the template; none where the repository has none.
    pub template: Option<Span>,
}

/// What the templates of each unit ask for. Of several in one unit a section counts that all of
/// them ask for: it cannot be told which one a post-mortem was made from.
pub(super) fn asked<'a>(cx: &Context<'a>) -> Asked<'a> {
    let mut by_unit: BTreeMap<&str, Sections> = BTreeMap::new();
    for (document, template) in templates(cx) {
        let unit = cx.ops.unit_of(document.file);
        let sections = by_unit.entry(unit).or_insert_with(|| Sections {
            concepts: OTHERS.iter().chain(FURTHER).copied().collect(),
            template: Some(document.first_line),
        });
        sections.concepts.retain(|concept| template.has(concept));
    }
    Asked {
        cx: *cx,
        by_unit,
        default: Sections {
            concepts: OTHERS.to_vec(),
            template: None,
        },
    }
}

impl Asked<'_> {
    /// What is asked of a post-mortem: by its unit's own templates, else by those of the unit
    /// around, else by ours.
    pub fn of(&self, document: &Document) -> &Sections {
        let mut around = self.cx.ops.view_of(document.file).around();
        let stated = around.find_map(|unit| self.by_unit.get(unit.folder()));
        stated.unwrap_or(&self.default)
    }
}
