//! Text of a skeleton that nobody replaced.

use crate::model::Kind;
use crate::rule::{
    Answer, Cause, DocumentContext, Extent, Findings, Group, Level, Rule, Shape, Subject,
};

pub(super) static RULE: Rule = Rule {
    name: "people/left-over-skeleton",
    group: Group::People,
    answer: Some(Answer::Who),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a document still holds text that prepcheck wrote to be replaced",
    why: "A form that is laid out looks like an answer and is none. Whoever opens it in an incident finds a blank.",
    fix: "Replace each `FILL-IN` by your answer, by a link to it, or by `{not_applicable: reason}`; delete what you do not need.",
    params: &[],
    shape: Shape::Document(check),
};

/// Places that are shown besides the first one.
const MORE: usize = 2;

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    // A page that answers nothing may speak of forms to fill in.
    if cx.document.kind == Kind::Other {
        return;
    }
    let [first, others @ ..] = cx.document.skeletons.as_slice() else {
        return;
    };
    let message = match others.len() + 1 {
        1 => "1 answer is still to be filled in".to_owned(),
        count => format!("{count} answers are still to be filled in"),
    };
    let parts = vec![Subject::Section("FILL-IN".to_owned()); others.len() + 1];
    out.at(Subject::Document, *first, message)
        .extent(Extent::Parts(parts))
        .help("replace `FILL-IN`, which prepcheck wrote, by your answer")
        .and_here(others, MORE, |more| format!("+ {more} more"));
}
