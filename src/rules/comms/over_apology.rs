//! A message apologises more than once.

use crate::rule::{Answer, Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "comms/over-apology",
    group: Group::Comms,
    answer: Some(Answer::Communicate),
    level: Level::Note,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a message apologises more than once",
    why: "One apology is heard; a second one takes the place of what customers want to know: what is broken, since when, and when they hear more.",
    fix: "Keep one apology and say more about the incident instead.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    let Some(message) = &cx.document.message else {
        return;
    };
    for apologies in &message.apologies {
        let [first, second, ..] = apologies.as_slice() else {
            continue;
        };
        let words = "this message apologises more than once";
        out.at(Subject::Document, *second, words)
            .label(*first, "the first apology")
            .help("keep one of them, and say what is broken and when customers hear more");
        // One is enough to read a page of messages again.
        return;
    }
}
