//! A link, mail address or channel that cannot work as written.

use crate::rule::{Answer, Cause, DocumentContext, Findings, Group, Level, Rule, Shape, Subject};

pub(super) static RULE: Rule = Rule {
    name: "comms/invalid-address",
    group: Group::Comms,
    answer: Some(Answer::Communicate),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a link, mail address or channel cannot work as written",
    why: "An address is tried for the first time when it is needed most. One that leads nowhere costs minutes and trust.",
    fix: "Correct the address as the message says, and try it once.",
    params: &[],
    shape: Shape::Document(check),
};

fn check(cx: &DocumentContext<'_>, out: &mut Findings) {
    for address in cx.document.malformed_addresses() {
        let (slot, defect) = (address.slot, address.defect);
        let message = format!("the {} in `{slot}` {}", defect.noun(), defect.words());
        out.at(Subject::Slot(slot.to_owned()), address.span, message)
            .help(defect.help());
    }
}
