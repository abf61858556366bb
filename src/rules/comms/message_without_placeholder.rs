//! A message that is kept ready has nothing to fill in.

use crate::rule::{Answer, Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "comms/message-without-placeholder",
    group: Group::Comms,
    answer: Some(Answer::Communicate),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a message that is kept ready has nothing to fill in",
    why: "A message that fits every incident tells nobody whether they are affected, since when, and when they hear more. Blanks remind whoever is in a hurry to say it.",
    fix: "Mark what changes from one incident to the next, such as `[service]`, `[time]` and `[next update]`.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    let document = cx.document;
    let Some(message) = &document.message else {
        return;
    };
    // Text of `prepcheck init` is to be replaced as a whole, which is said elsewhere.
    let is_unwritten = document.is_stub || !document.skeletons.is_empty();
    if is_unwritten || !message.placeholders.is_empty() {
        return;
    }
    let words = "this message has nothing to fill in";
    out.at(Subject::Document, document.first_line, words)
        .help("mark what changes each time, such as `[service]`, `[time]` and `[next update]`");
}
