//! A native file holds a key that prepcheck does not know.

use crate::rule::{Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "files/unknown-field",
    group: Group::Files,
    answer: None,
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a native file holds a key that nobody reads",
    why: "A misspelt key is an answer that silently does not count.",
    fix: "Correct the key, or delete it; `prepcheck schema` lists the keys.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    for fault in cx
        .document
        .faults
        .iter()
        .filter(|fault| fault.is_unknown_key())
    {
        let subject = Subject::Key(fault.pointer.clone());
        let entry = out.at(subject, fault.span, fault.message());
        let entry = entry.help(fault.help());
        if let Some(correction) = &fault.correction {
            entry.edit(correction.span, &correction.value);
        }
    }
}
