//! An operations document is larger than the limit.

use crate::rule::{Cause, DocumentContext, Findings, Group, Level, Place, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "files/too-large",
    group: Group::Files,
    answer: None,
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a document is too large to be judged",
    why: "Nobody reads a megabyte during an incident, and a checker that reads without a limit can be stopped by one file.",
    fix: "Split the document, or move attachments and logs out of it.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    let Some((bytes, limit)) = cx.reading.too_large() else {
        return;
    };
    if !cx.reading.matters(cx.document) {
        return;
    }
    let message = format!("this document has {bytes} bytes, {limit} bytes are judged at most");
    out.add(Subject::Document, Place::File(cx.document.file), message)
        .note("it was left alone, so nothing in it counts")
        .help("split the document, or move attachments and logs out of it");
}
