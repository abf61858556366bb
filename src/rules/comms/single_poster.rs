//! One person alone can post to the status page.

use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "comms/single-poster",
    group: Group::Comms,
    answer: Some(Answer::Communicate),
    level: Level::Note,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "one person alone can post to the status page",
    why: "The one with the password is on a plane when the page must say something.",
    fix: "Give a second person access and name both under `communicate: posters:`.",
    params: &[],
    shape: Shape::Repository(check),
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        let posters: Vec<_> = unit.own_posters().collect();
        let [only] = posters.as_slice() else {
            continue;
        };
        // Where nobody else is declared, there is nobody to give access to.
        if unit.people().len() < 2 {
            continue;
        }
        let message = format!("`{}` alone can post to the status page", only.value);
        let subject = Subject::Slot("communicate.posters".to_owned());
        out.at(subject, only.span, message)
            .help("give a second person access and name them here");
    }
}
