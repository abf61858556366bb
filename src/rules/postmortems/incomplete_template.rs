//! A template that does not ask for everything.

use super::section::{self, ASKED, words};
use crate::rule::{Answer, Cause, Context, Extent, Findings, Group, Level, Rule, Shape, Subject};
use crate::rules::words::listed;

pub(super) static RULE: Rule = Rule {
    name: "postmortems/incomplete-template",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "the template for post-mortems does not ask for everything",
    why: "What the template does not ask for, nobody writes down: without a time line nobody sees what took long, without action items nothing changes.",
    fix: "Add the headings and fields that are missing.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for (document, template) in section::templates(cx).chain(section::bare_templates(cx)) {
        let lacks = |concept: &&str| !section::asks(document, template, concept);
        let missing: Vec<&str> = ASKED.iter().copied().filter(lacks).collect();
        if missing.is_empty() {
            continue;
        }
        let names: Vec<&str> = missing.iter().map(|concept| words(concept)).collect();
        let message = format!("the template does not ask for {}", listed(&names));
        let parts = missing
            .iter()
            .map(|concept| Subject::Section((*concept).to_owned()));
        out.at(Subject::Document, document.first_line, message)
            .extent(Extent::Parts(parts.collect()))
            .help("add a heading or field for each");
    }
}
