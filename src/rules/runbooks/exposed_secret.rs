//! A credential that works, in a document that everybody may read.

use std::collections::BTreeMap;

use crate::model::Kind;
use crate::rule::{Answer, Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};
use crate::secret;

pub(super) static RULE: Rule = Rule {
    name: "runbooks/exposed-secret",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "an operations document holds a credential",
    why: "Git keeps it for ever, and everybody who can read the repository can use it, as can whoever gets hold of one clone.",
    fix: "Revoke it first: deleting the line does not take it out of the history. Then write where the new one is kept. Placeholders such as `<token>` and `${TOKEN}`, and the examples of handbooks, are not reported; if this is one, write it so that everybody sees it.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    if cx.document.kind == Kind::Other {
        return;
    }
    let source = cx.reading.source;
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for secret in secret::find(source.text) {
        let number = numbers.entry(secret.kind).or_default();
        *number += 1;
        // What it is and the how manieth: no part of the secret, and no sum over it.
        let subject = Subject::Secret(format!("{} {number}", secret.kind));
        let length = source.text[secret.value.clone()].trim().len();
        let message = format!("{}, {length} characters long, is written here", secret.kind);
        out.at(subject, source.span(secret.place), message)
            .help("revoke it now, for git keeps it, then write where the new one is kept");
    }
}
