//! What is missing from an answer that is otherwise given.

use crate::model::{PARTS, Part, UnitView};
use crate::rule::{Answer, Context, Extent, Findings, Subject};
use crate::text::sanitise;

/// Reports each unit in which some of these parts of an answer are missing, in one finding.
///
/// Nothing is said of an answer that is missing as a whole, nor of what the unit around already
/// misses: each absence is said once.
pub(super) fn report(
    cx: &Context<'_>,
    out: &mut Findings,
    answer: Answer,
    names: &[&str],
    message: impl Fn(&[&str]) -> String,
    help: &str,
) {
    let is_named = |part: &&Part| part.answer == answer && names.contains(&part.name);
    let parts: Vec<&Part> = PARTS.iter().filter(is_named).collect();
    for unit in cx.units().filter(|unit| unit.is_answered(answer)) {
        let missing = missing_here(unit, answer, &parts);
        if missing.is_empty() {
            continue;
        }
        if is_unread(cx, out, unit, answer) {
            continue;
        }
        let names: Vec<&str> = missing.iter().map(|part| part.name).collect();
        // What is missing first may be mended first, and the rest stays the same finding.
        let subject = Subject::Slot(parts[0].slots[0].to_owned());
        let slot = |part: &&Part| Subject::Slot(part.slots[0].to_owned());
        out.add(subject, unit.anchor(answer), message(&names))
            .extent(Extent::Parts(missing.iter().map(slot).collect()))
            .unit(unit.folder())
            .help(help);
    }
}

/// Whether the answer may stand in a file that was not understood, or in a folder that was not
/// searched, so that it cannot be called missing; says so.
pub(super) fn is_unread(
    cx: &Context<'_>,
    out: &mut Findings,
    unit: UnitView<'_>,
    answer: Answer,
) -> bool {
    let reason = match (unit.unread(answer), unit.unsearched()) {
        (Some(file), _) => {
            let path = sanitise::path(cx.ops.sources.path(file));
            format!("{path} was not understood")
        }
        (None, Some(folder)) => format!("{} was not searched", sanitise::path(folder)),
        (None, None) => return false,
    };
    out.not_assessed(unit.folder(), reason);
    true
}

fn missing_here<'p>(unit: UnitView<'_>, answer: Answer, parts: &[&'p Part]) -> Vec<&'p Part> {
    let lacks = |unit: UnitView<'_>, part: &Part| !part.slots.iter().any(|slot| unit.has(slot));
    let around = unit.parent();
    let around = around.filter(|parent| !parent.is_mere_container() && parent.is_answered(answer));
    let is_said = |part: &Part| around.is_some_and(|parent| lacks(parent, part));
    let missing = parts
        .iter()
        .filter(|part| lacks(unit, part) && !is_said(part));
    missing.copied().collect()
}
