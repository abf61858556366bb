//! An operations document is not UTF-8.

use crate::rule::{Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "files/not-utf-8",
    group: Group::Files,
    answer: None,
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a document is not UTF-8",
    why: "Tools guess at other encodings and guess differently; in an incident the runbook should not be full of question marks.",
    fix: "Save the file as UTF-8.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    let Some((span, encoding)) = cx.reading.not_utf8() else {
        return;
    };
    if !cx.reading.matters(cx.document) {
        return;
    }
    let message = format!("this document is not UTF-8; it looks like {encoding}");
    out.at(Subject::Document, span, message)
        .here("the first bytes that are not UTF-8")
        .help("save the file as UTF-8");
}
