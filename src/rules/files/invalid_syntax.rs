//! A native file, or front matter of ours, is not valid YAML.

use crate::rule::{Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "files/invalid-syntax",
    group: Group::Files,
    answer: None,
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a native file is not valid YAML",
    why: "What cannot be parsed cannot be checked: every answer below the fault is unknown.",
    fix: "Correct the place that is marked; indentation and quotes are the usual causes.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    for (span, message, help) in cx.reading.syntax_problems(cx.document) {
        out.at(Subject::Document, span, message)
            .help(help)
            .note("what stands behind this place was not read");
    }
}
