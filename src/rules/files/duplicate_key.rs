//! A key stands twice in one mapping of a native file.

use crate::rule::{Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "files/duplicate-key",
    group: Group::Files,
    answer: None,
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a key stands twice in one mapping",
    why: "Readers of YAML keep one of two equal keys and silently drop the other, so half of what you wrote may count for nothing.",
    fix: "Merge the two, or delete the one that is wrong.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    for (key, first, second) in cx.reading.duplicate_keys(cx.document) {
        let message = format!("`{key}` stands twice in one mapping, only the first counts");
        out.at(Subject::Key(key.to_owned()), second, message)
            .here("and here again")
            .label(first, "first here")
            .help("merge the two, or delete the one that is wrong");
    }
}
