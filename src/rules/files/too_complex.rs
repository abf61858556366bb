//! A document goes beyond a limit of what is read.

use crate::rule::{Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "files/too-complex",
    group: Group::Files,
    answer: None,
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a document is nested too deeply or a table is too wide to be read whole",
    why: "What lies beyond the limit was not judged, so a fault there would go unseen.",
    fix: "Write the part that is marked flatter or narrower.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    if !cx.reading.matters(cx.document) {
        return;
    }
    for (span, message) in cx.reading.limits_reached() {
        out.at(Subject::Document, span, message)
            .note("what lies beyond was read as plain text or left out")
            .help("write this part flatter or narrower");
    }
}
