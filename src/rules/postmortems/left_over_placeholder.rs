//! Words of a template that nobody has replaced.

use super::{counted, held};
use crate::model::postmortem::{Content, PostMortem, SectionForm};
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "postmortems/left-over-placeholder",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "words of a template are left over",
    why: "Whoever reads it cannot tell what was decided from what was never filled in.",
    fix: "Replace the words, or take out the section that does not apply.",
    params: &[],
    shape: Shape::Repository(check),
};

/// What takes a sentence or more, and not a value: a duration may be `?` and a severity `N/A`.
const IN_WORDS: &[&str] = &[
    "summary",
    "impact",
    "timeline",
    "root-cause",
    "contributing-factors",
    "went-well",
    "went-poorly",
    "lessons",
];

/// Marks that one finding shows.
const MARKED: usize = 20;

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in held(cx, out) {
        let places = places(held.report);
        let Some((first, rest)) = places.split_first() else {
            continue;
        };
        let verb = if rest.is_empty() { "is" } else { "are" };
        let message = format!("{} {verb} left over", counted(places.len(), "placeholder"));
        let mut entry = out
            .at(Subject::Document, *first, message)
            .help("replace each with what happened, or take out what does not apply");
        for span in rest.iter().take(MARKED - 1) {
            entry = entry.label(*span, "left over");
        }
        held.tempered(entry);
    }
}

/// Texts of a template, and sections that hold nothing but a placeholder. Whether the section
/// for action items is empty is for another rule.
fn places(report: &PostMortem) -> Vec<Span> {
    let texts = report.left_over.iter().map(|text| text.span);
    let mut places: Vec<Span> = texts.collect();
    for section in &report.sections {
        if section.concept == "action-items" {
            continue;
        }
        let is_said = places.iter().any(|place| section.body.contains(*place));
        let is_asked = section.form == SectionForm::Heading || IN_WORDS.contains(&section.concept);
        if is_asked
            && section.content == Content::Placeholder
            && !section.body.range().is_empty()
            && !is_said
        {
            places.push(section.body);
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}
