//! Which edits can be made together.

use std::collections::BTreeMap;

use crate::finding::{Edit, Finding};
use crate::text::{FileId, Span};

/// Edits that do not get in each other's way.
#[derive(Debug, Default)]
pub struct Choice {
    /// By file, in order of their places.
    pub edits: BTreeMap<FileId, Vec<Edit>>,
    /// Findings that these edits mend, by the file of their first edit.
    pub findings: BTreeMap<FileId, usize>,
}

/// Takes the edits of one finding after the other, in order of their places, and passes over those
/// that reach into what was taken before, or that do not fit their file.
pub fn choose<'f>(
    findings: impl IntoIterator<Item = &'f Finding>,
    mut fits: impl FnMut(&Edit) -> bool,
) -> Choice {
    let mut wishes: Vec<Vec<Edit>> = Vec::new();
    for finding in findings {
        let mut edits = finding.edits.clone();
        edits.sort();
        edits.dedup();
        if !edits.is_empty() && edits.iter().all(&mut fits) {
            wishes.push(edits);
        }
    }
    wishes.sort();
    let mut taken = Taken::default();
    let mut choice = Choice::default();
    for wish in wishes {
        if taken.holds(&wish) || taken.take(&wish) {
            *choice.findings.entry(wish[0].span.file).or_default() += 1;
        }
    }
    for edit in taken.0.into_values() {
        choice.edits.entry(edit.span.file).or_default().push(edit);
    }
    choice
}

/// Disjoint edits by the place where they begin.
#[derive(Default)]
struct Taken(BTreeMap<(FileId, u32), Edit>);

impl Taken {
    fn holds(&self, wish: &[Edit]) -> bool {
        let mut edits = wish.iter();
        edits.all(|edit| self.0.get(&key(edit.span)) == Some(edit))
    }

    /// Adds all of these edits, or none.
    fn take(&mut self, wish: &[Edit]) -> bool {
        let added = wish.iter().take_while(|edit| self.add(edit)).count();
        if added == wish.len() {
            return true;
        }
        for edit in &wish[..added] {
            self.0.remove(&key(edit.span));
        }
        false
    }

    fn add(&mut self, edit: &Edit) -> bool {
        let span = edit.span;
        let before = self.0.range(..=key(span)).next_back();
        let after = self.0.range(key(span)..).next();
        let mut neighbours = before.into_iter().chain(after);
        if neighbours.any(|(_, taken)| collide(taken.span, span)) {
            return false;
        }
        self.0.insert(key(span), edit.clone());
        true
    }
}

fn key(span: Span) -> (FileId, u32) {
    (span.file, span.start)
}

/// Of two insertions at one place nobody knows which comes first.
fn collide(one: Span, other: Span) -> bool {
    let overlaps = one.start.max(other.start) < one.end.min(other.end);
    one.file == other.file && (overlaps || one.start == other.start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Cause, Place, Subject};

    fn finding(edits: &[(u32, u32, u32, &str)]) -> Finding {
        let edits = edits.iter().map(|(file, start, end, text)| Edit {
            span: Span {
                file: FileId(*file),
                start: *start,
                end: *end,
            },
            text: (*text).to_owned(),
        });
        Finding {
            rule: "group/defect",
            unit: String::new(),
            subject: Subject::Document,
            extent: None,
            cause: Cause::Content,
            cap: None,
            standing_cap: None,
            message: String::new(),
            place: Place::Nowhere,
            at: None,
            labels: Vec::new(),
            help: None,
            notes: Vec::new(),
            edits: edits.collect(),
        }
    }

    /// What is taken, as file, start, end and text; and how many findings that mends.
    fn chosen(findings: &[Finding]) -> (String, usize) {
        let choice = choose(findings, |edit| edit.span.end <= 100);
        let edits = choice.edits.values().flatten().map(|edit| {
            let Span { file, start, end } = edit.span;
            format!("{}:{start}-{end}={}", file.0, edit.text)
        });
        let edits: Vec<String> = edits.collect();
        (edits.join(" "), choice.findings.values().sum())
    }

    #[test]
    fn neighbours_are_taken_and_overlaps_are_not() {
        let findings = [
            finding(&[(0, 4, 8, "c")]),
            finding(&[(0, 0, 4, "a")]),
            finding(&[(0, 3, 5, "b")]),
            finding(&[(1, 3, 5, "d")]),
        ];
        assert_eq!(chosen(&findings), ("0:0-4=a 0:4-8=c 1:3-5=d".to_owned(), 3));
    }

    #[test]
    fn a_finding_is_mended_whole_or_not_at_all() {
        let findings = [
            finding(&[(0, 0, 2, "a"), (0, 20, 22, "a")]),
            finding(&[(0, 5, 6, "b"), (0, 21, 23, "b")]),
            finding(&[(0, 7, 8, "c"), (0, 99, 101, "c")]),
        ];
        assert_eq!(chosen(&findings), ("0:0-2=a 0:20-22=a".to_owned(), 1));
    }

    #[test]
    fn one_edit_can_mend_two_findings() {
        let findings = [finding(&[(0, 0, 2, "a")]), finding(&[(0, 0, 2, "a")])];
        assert_eq!(chosen(&findings), ("0:0-2=a".to_owned(), 2));
    }

    #[test]
    fn of_two_insertions_at_one_place_one_is_taken() {
        let findings = [
            finding(&[(0, 5, 5, "b")]),
            finding(&[(0, 5, 5, "a")]),
            finding(&[(0, 3, 5, "c")]),
        ];
        assert_eq!(chosen(&findings), ("0:3-5=c 0:5-5=a".to_owned(), 2));
    }
}
