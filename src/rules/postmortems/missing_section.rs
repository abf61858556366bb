//! A post-mortem without sections that its template asks for.

use super::held;
use super::section::{self, has, words};
use crate::rule::{Answer, Cause, Context, Extent, Findings, Group, Level, Rule, Shape, Subject};
use crate::rules::words::listed;

pub(super) static RULE: Rule = Rule {
    name: "postmortems/missing-section",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a post-mortem lacks a section that the template asks for",
    why: "What went well is worth keeping, what went poorly worth changing, and how long and how bad it was is what the next decision rests on.",
    fix: "Write the section, or take it out of the template: where the repository has a template of its own, it alone says what is asked for.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    let asked = section::asked(cx);
    for held in held(cx, out).iter().filter(|held| !held.document.is_stub) {
        let own = asked.of(held.document);
        let lacks = |concept: &&str| !has(held.report, concept) && !held.report.has(concept);
        let missing: Vec<&str> = own.concepts.iter().copied().filter(lacks).collect();
        if missing.is_empty() {
            continue;
        }
        let names: Vec<&str> = missing.iter().map(|concept| words(concept)).collect();
        let (said, listed) = match own.template {
            Some(_) => ("lacks what its template asks for", listed(&names)),
            None => ("does not say", listed(&names)),
        };
        let message = format!("the post-mortem {said}: {listed}");
        let parts = missing
            .iter()
            .map(|concept| Subject::Section((*concept).to_owned()));
        let mut entry = out
            .at(Subject::Document, held.place(), message)
            .extent(Extent::Parts(parts.collect()))
            .help("add a heading or field for each, if only to say that there is nothing to say");
        if let Some(template) = own.template {
            entry = entry.label(template, "this template");
        }
        held.tempered(entry);
    }
}
