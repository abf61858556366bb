//! A native file does not fit its schema.

use crate::rule::{Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "files/schema",
    group: Group::Files,
    answer: None,
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a native file does not fit its schema",
    why: "A value of another shape than the schema asks for is not understood, and an answer that is not understood protects nobody.",
    fix: "Write the value as the message says; `prepcheck schema` prints the whole schema.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    for fault in cx
        .document
        .faults
        .iter()
        .filter(|fault| !fault.is_unknown_key())
    {
        out.at(
            Subject::Key(fault.pointer.clone()),
            fault.span,
            fault.message(),
        )
        .help(fault.help());
    }
}
