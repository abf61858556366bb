//! An operations document is a symbolic link that leads out of the repository.

use crate::rule::{Cause, DocumentContext, Findings, Group, Level, Place, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "files/escaping-symlink",
    group: Group::Files,
    answer: None,
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a symbolic link leads out of the repository",
    why: "A link out of the repository means something else on every machine, and could make a checker read files that it should not.",
    fix: "Replace the link by the document itself, or by a page that links to where it is kept.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    let Some(target) = cx.reading.escaping_symlink() else {
        return;
    };
    let place = Place::File(cx.document.file);
    let message = format!("this symbolic link leads out of the repository, to `{target}`");
    out.add(Subject::Document, place, message)
        .note("it was not followed, so nothing in it counts")
        .help("replace the link by the document, or by a page that links to it");
}
