//! A post-mortem without its date, time line, root cause or actions.

use super::held;
use super::section::{CORE, has, heading, words};
use crate::model::postmortem::PostMortem;
use crate::rule::{Answer, Cause, Context, Extent, Findings, Group, Level, Rule, Shape, Subject};
use crate::rules::words::listed;

pub(super) static RULE: Rule = Rule {
    name: "postmortems/missing-core-section",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a post-mortem lacks its date, time line, root cause or action items",
    why: "When it was, what happened, why, and what will change: without one of these the others cannot be used.",
    fix: "Write what is missing. A heading, a bold label, a row of a table or a field of front matter is found in any of the usual words; contributing factors or five whys stand for a root cause.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for held in held(cx, out).iter().filter(|held| !held.document.is_stub) {
        let is_missing = |concept: &&str| {
            // Whether the section for action items is empty is for another rule.
            !has(held.report, concept) && (*concept != "action-items" || !held.report.has(concept))
        };
        let missing: Vec<&str> = CORE.iter().copied().filter(is_missing).collect();
        if missing.is_empty() {
            continue;
        }
        let names = missing
            .iter()
            .map(|concept| format!("no {}", words(concept)));
        let names: Vec<String> = names.collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let message = format!("the post-mortem has {}", listed(&names));
        let parts = missing
            .iter()
            .map(|concept| Subject::Section((*concept).to_owned()));
        let mut entry = out
            .at(Subject::Document, held.place(), message)
            .extent(Extent::Parts(parts.collect()))
            .help(help(held.report, &missing));
        for concept in &missing {
            if let Some(empty) = heading(held.report, concept) {
                entry = entry.label(empty, "nothing stands here");
            }
        }
        held.tempered(entry);
    }
}

/// What was looked for: so that a section by another name can be seen.
fn help(report: &PostMortem, missing: &[&str]) -> String {
    if missing
        .iter()
        .any(|concept| heading(report, concept).is_some())
    {
        return "write it below the heading that is there".to_owned();
    }
    let looked_for = missing.iter().map(|concept| match *concept {
        "date" => "a day in a field such as `Date:`, in the file's name or the title",
        "timeline" => "a heading such as `Timeline` or `Chronology`",
        "root-cause" => "a heading such as `Root cause` or `Contributing factors`",
        _ => "a heading such as `Action items`, `Next steps` or `Prevention`",
    });
    let looked_for: Vec<&str> = looked_for.collect();
    format!("add {}", listed(&looked_for))
}
