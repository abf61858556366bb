//! One line a finding, for problem matchers and editors.
//!
//! What was not assessed has a line of another form, which they overlook: it fails a run as well,
//! and nobody should have to guess why.
//!
//! With a base, only what is new: an annotation on a line that a change did not touch is noise.

use std::fmt::Write as _;

use super::{Item, Report, mask};
use crate::compare::State;
use crate::text::sanitise;

/// Every finding as `./path:line:column: level[rule]: message`.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    for item in report.new_items() {
        let (level, message) = (item.level.id(), mask::shown(&item.message));
        writeln!(out, "{}: {level}[{}]: {message}", address(item), item.rule)
            .expect("writing to a string");
    }
    let inherited = Some(State::Inherited.id());
    for unknown in &report.not_assessed {
        if unknown.state == inherited {
            continue;
        }
        let unit = match unknown.unit.as_str() {
            "" => ".".to_owned(),
            unit => sanitise::path(unit.as_bytes()),
        };
        let (rule, reason) = (unknown.rule, mask::shown(&unknown.reason));
        writeln!(out, "{unit}: not assessed[{rule}]: {reason}").expect("writing to a string");
    }
    out
}

/// The place with line and column, the file, or the root.
fn address(item: &Item) -> String {
    let Some(place) = &item.place else {
        return ".".to_owned();
    };
    let path = sanitise::path(&place.file.path);
    match &place.range {
        Some(range) => format!("{path}:{}:{}", range.start.line, range.start.column),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;
    use crate::report::plain::samples::*;

    #[test]
    fn one_line_a_finding() {
        let hostile = file(b"x\n::error::\xff.md", "\u{e9}\tmark".as_bytes());
        let marked = Item {
            place: Some(on(&hostile, "mark")),
            ..item(
                "group/defect",
                Level::Note,
                "a\nb ##[error] +44 20 7946 0958",
            )
        };
        let whole = Item {
            place: Some(nowhere_in(&hostile)),
            ..item("files/too-large", Level::Warning, "not judged")
        };
        assert_eq!(
            render(&report(vec![unanswered(), stale(), marked, whole])),
            r".: error[answers/unanswered-who]: nothing says who gets called
./runbooks/db-failover.md:3:11: warning[runbooks/stale]: last reviewed 400 days ago, 365 days allowed
./x\u{a}::error::\xff.md:1:3: note[group/defect]: a\u{a}b ##\u{5b}error] +44 •• •••• ••58
./x\u{a}::error::\xff.md: warning[files/too-large]: not judged
"
        );
    }
}
