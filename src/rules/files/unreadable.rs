//! An operations document cannot be opened.

use crate::rule::{Cause, DocumentContext, Findings, Group, Level, Place, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "files/unreadable",
    group: Group::Files,
    answer: None,
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a document cannot be opened",
    why: "What cannot be read cannot be checked, and whoever is on call may not be able to read it either.",
    fix: "Make it a regular file that everybody may read.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    let Some(reason) = cx.reading.unreadable() else {
        return;
    };
    if !cx.reading.matters(cx.document) {
        return;
    }
    let message = format!("this document cannot be read: {reason}");
    out.add(Subject::Document, Place::File(cx.document.file), message)
        .help("make it a regular file that everybody may read");
}
