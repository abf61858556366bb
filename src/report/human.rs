//! The report for people: findings by the question they leave open, then how the answers stand.
//!
//! Hundreds of findings must stay readable, so the fourth and later ones of a rule in a unit fold
//! into one line. All that a terminal can or cannot do comes in a [`Layout`]. Lines keep to its
//! width except where they are an address (`./path:line:column`), which one must be able to copy,
//! and in the plain style, which is for logs.

mod graphical;
mod narrated;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use self::graphical::Graphical;
use super::excerpt::columns;
use super::paint::{ALARM, DIM, GOOD, HEADING, Paint};
use super::wrap::push_paragraph;
use super::{
    AnswerRow, Header, Item, Layout, Mended, Past, Report, Style, Tree, counted, mask, plain,
};
use crate::compare::{Gain, ItemChange, State};
use crate::finding::{Answer, Level};
use crate::limits::FIX_ROUNDS;
use crate::text::sanitise;

/// Findings of a rule in a unit that are shown unless all are asked for.
const SHOWN: usize = 3;

/// Rules that are named in a line before the others are only counted.
const NAMED: usize = 4;

/// No layout is narrower or wider, in columns.
const WIDTHS: RangeInclusive<usize> = 40..=400;

/// The whole report as text, which ends with a line break.
pub fn render(report: &Report, layout: Layout) -> String {
    let layout = Layout {
        width: layout.width.clamp(*WIDTHS.start(), *WIDTHS.end()),
        ..layout
    };
    let mut page = Page {
        out: String::new(),
        layout,
        paint: Paint::new(layout),
        graphical: Graphical::new(layout),
    };
    page.push_header(report);
    page.push_findings(report);
    page.push_not_assessed(report);
    page.push_difference(report);
    page.push_answers(&report.answers);
    page.push_totals(report);
    page.push_bugs(&report.bugs);
    page.out
}

/// What is written so far, and how to go on.
struct Page {
    out: String,
    layout: Layout,
    paint: Paint,
    graphical: Graphical,
}

/// The root, and which tree of it was read.
fn root(header: &Header) -> String {
    let root = sanitise::text(&header.root);
    match &header.tree {
        Tree::Worktree => root,
        Tree::Staged => format!("{root} staged"),
        Tree::Revision(revision) => format!("{root} at {}", sanitise::text(revision)),
    }
}

impl Page {
    fn push_header(&mut self, report: &Report) {
        let header = &report.header;
        let mut parts = vec![
            format!("prepcheck {}", header.version),
            root(header),
            format!("policy {}", sanitise::text(&header.policy)),
            format!("as of {}", sanitise::text(&header.as_of)),
            counted(header.documents, "document"),
        ];
        if let Some(difference) = &report.difference {
            parts.push(format!("base {}", difference.base.show()));
        }
        if let Some(reason) = &header.no_base {
            parts.push(format!("no base: {}", sanitise::text(reason)));
        }
        if !header.is_git {
            parts.push("no git repository".to_owned());
        }
        let separator = match self.layout.style {
            Style::Graphical => " · ",
            Style::Plain => " - ",
            Style::Narrated => ", ",
        };
        self.paragraph("", "  ", &parts.join(separator), DIM);
    }

    fn push_findings(&mut self, report: &Report) {
        let groups = [None].into_iter().chain(Answer::ALL.map(Some));
        let counts = counts(report.new_items());
        for group in groups {
            let items = report.new_items().filter(|item| item.answer == group);
            let items: Vec<&Item> = items.collect();
            if items.is_empty() {
                continue;
            }
            let heading = group.map_or("The documents themselves", Answer::question);
            self.out.push('\n');
            self.paragraph("", "", heading, HEADING);
            self.push_group(&items, &counts);
        }
    }

    fn push_group(&mut self, items: &[&Item], counts: &BTreeMap<Key<'_>, usize>) {
        let mut seen: BTreeMap<Key<'_>, usize> = BTreeMap::new();
        for item in items {
            let seen = seen.entry(key(item)).or_insert(0);
            *seen += 1;
            if *seen > SHOWN && !self.layout.all {
                continue;
            }
            self.out.push('\n');
            self.push_finding(item);
            let count = counts.get(&key(item)).copied().unwrap_or(0);
            if *seen == SHOWN && count > SHOWN && !self.layout.all {
                self.push_fold(count - SHOWN, item);
            }
        }
    }

    fn push_finding(&mut self, item: &Item) {
        let (out, width) = (&mut self.out, self.layout.width);
        match self.layout.style {
            Style::Graphical => self.graphical.finding(out, item),
            Style::Plain => plain::finding(out, item, width),
            Style::Narrated => narrated::finding(out, item, width),
        }
    }

    fn push_fold(&mut self, count: usize, item: &Item) {
        let place = match item.unit.as_str() {
            "" => String::new(),
            unit => format!(" in {}", sanitise::text(unit)),
        };
        let words = match self.layout.style {
            Style::Narrated => format!("{count} more like this{place}; --all shows them"),
            _ => format!("+ {count} more like this{place}; --all shows them"),
        };
        self.out.push('\n');
        self.paragraph("", "  ", &words, DIM);
    }

    fn push_not_assessed(&mut self, report: &Report) {
        let inherited = Some(State::Inherited.id());
        let unknown = report.not_assessed.iter();
        let unknown: Vec<_> = unknown.filter(|it| it.state != inherited).collect();
        if unknown.is_empty() {
            return;
        }
        self.out.push('\n');
        self.paragraph("", "", "Not assessed", HEADING);
        self.out.push('\n');
        for unknown in unknown {
            let place = match unknown.unit.as_str() {
                "" => String::new(),
                unit => format!(" in {}", sanitise::text(unit)),
            };
            let reason = mask::shown(&unknown.reason);
            let words = format!("{}{place}: {reason}", unknown.rule);
            self.paragraph("  ", "    ", &words, anstyle::Style::new());
        }
        let words = "what was not assessed does not pass: it weighs as much as its rule";
        self.paragraph("  ", "    ", words, anstyle::Style::new());
    }

    /// What was there before, and what is no more: a line each.
    fn push_difference(&mut self, report: &Report) {
        let Some(difference) = &report.difference else {
            return;
        };
        let old = report.items.iter().filter(|item| !item.is_new());
        let unknown = report.not_assessed.iter();
        let unknown = unknown.filter(|it| it.state == Some(State::Inherited.id()));
        let lines = [
            (
                "inherited, not for this change to mend",
                by_rule(old.map(|item| item.rule)),
            ),
            (
                "not assessed before either",
                by_rule(unknown.map(|unknown| unknown.rule)),
            ),
            ("fixed, thank you", past(&difference.fixed)),
            ("gone with what they were about", past(&difference.removed)),
            ("won", gains(&difference.change.won)),
            ("lost", gains(&difference.change.lost)),
            ("action items", items(&difference.change.items)),
        ];
        let lines = lines.into_iter().filter(|(_, names)| !names.is_empty());
        for (index, (what, names)) in lines.enumerate() {
            if index == 0 {
                self.out.push('\n');
            }
            let words = format!("{what}: {names}");
            self.paragraph("", "  ", &words, DIM);
        }
    }

    fn push_answers(&mut self, answers: &[AnswerRow]) {
        let short = |count: usize, noun: &str| format!("{count}{}", &noun[..1]);
        let tallies = [
            answers
                .iter()
                .map(|row| tally(row, ", ", counted))
                .collect(),
            answers.iter().map(|row| tally(row, " ", short)).collect(),
            vec![String::new(); answers.len()],
        ];
        let widest = |tally: &Vec<String>| {
            let rows = answers.iter().zip(tally);
            rows.map(|(row, tally)| columns(&self.row(row)) + 2 + columns(tally))
                .max()
        };
        let fits = |tally: &&Vec<String>| widest(tally) <= Some(self.layout.width);
        let Some(tallies) = tallies.iter().find(fits) else {
            return;
        };
        self.out.push('\n');
        for (row, tally) in answers.iter().zip(tallies) {
            let style = if row.is_answered { GOOD } else { ALARM };
            let words = self.row(row);
            let (id, state) = words.split_at(row.answer.id().len());
            let state = self.paint.words(state, style);
            let line = match self.layout.style {
                Style::Narrated if tally.is_empty() => format!("{id}{}", state.trim_end()),
                Style::Narrated => format!("{id}{}, {tally}", state.trim_end()),
                _ => format!("{id}{state}  {tally}"),
            };
            plain::push_line(&mut self.out, &line);
        }
    }

    /// A row of the table without its counts.
    fn row(&self, row: &AnswerRow) -> String {
        let id = row.answer.id();
        match (self.layout.style, row.is_answered) {
            (Style::Graphical, true) => format!("{id:11}  ✓ answered   "),
            (Style::Graphical, false) => format!("{id:11}  ✗ nothing yet"),
            (Style::Plain, true) => format!("{id:11}  yes"),
            (Style::Plain, false) => format!("{id:11}  no "),
            (Style::Narrated, true) => format!("{id}: yes"),
            (Style::Narrated, false) => format!("{id}: no"),
        }
    }

    fn push_totals(&mut self, report: &Report) {
        let levels = [Level::Error, Level::Warning, Level::Note];
        let counts = levels.map(|level| (report.count_new(level), level.id()));
        let mut totals = parts(&counts, ", ", counted);
        if totals.is_empty() {
            let nothing = report
                .difference
                .as_ref()
                .map_or("no findings", |_| "nothing new");
            totals.push_str(nothing);
        } else if report.difference.is_some() {
            totals.insert_str(0, "new: ");
        }
        if let Some(difference) = &report.difference {
            let counts = [
                (report.inherited(), "inherited"),
                (difference.fixed.len(), "fixed"),
                (difference.removed.len(), "gone"),
            ];
            for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
                totals.push_str(&format!("; {count} {what}"));
            }
        }
        if report.allowed > 0 {
            totals.push_str(&format!("; {} allowed", report.allowed));
        }
        self.out.push('\n');
        self.paragraph("", "  ", &totals, HEADING);
        if let Some(mended) = report.mended {
            self.push_mended(mended);
        }
        for remark in &report.remarks {
            self.paragraph("", "  ", &mask::shown(remark), DIM);
        }
        if let Some(step) = &report.next_step {
            let words = mask::shown(step);
            self.paragraph("next: ", "      ", &words, anstyle::Style::new());
        }
        if report.fixable() > 0 && report.mended.is_none() {
            let words = format!(
                "{} can be mended with --fix",
                counted(report.fixable(), "finding")
            );
            self.paragraph("", "  ", &words, anstyle::Style::new());
        }
    }

    fn push_mended(&mut self, mended: Mended) {
        let refused = counted(mended.refused, "finding");
        let words = match (mended.findings, mended.refused) {
            (0, 0) => "nothing to mend".to_owned(),
            (0, _) => format!("{refused} could not be mended"),
            (_, 0) => format!("mended {}", mended.words()),
            _ => format!("mended {}; {refused} could not be mended", mended.words()),
        };
        self.paragraph("", "  ", &words, anstyle::Style::new());
        if mended.is_unfinished {
            let words = format!(
                "stopped mending after {FIX_ROUNDS} rounds with something left; run it again"
            );
            self.paragraph("", "  ", &words, anstyle::Style::new());
        }
    }

    fn push_bugs(&mut self, bugs: &[String]) {
        if bugs.is_empty() {
            return;
        }
        self.out.push('\n');
        let heading = "BUG IN PREPCHECK: something above may be missing. Please report this:";
        self.paragraph("", "  ", heading, ALARM);
        for bug in bugs {
            self.paragraph("  ", "    ", &mask::shown(bug), ALARM);
        }
    }

    /// Adds wrapped text, or a whole line in the plain style.
    fn paragraph(&mut self, first: &str, rest: &str, words: &str, style: anstyle::Style) {
        let width = match self.layout.style {
            Style::Plain => usize::MAX,
            Style::Graphical | Style::Narrated => self.layout.width,
        };
        let mut text = String::new();
        push_paragraph(&mut text, (first, rest), words, width);
        for line in text.lines() {
            let line = self.paint.words(line, style);
            plain::push_line(&mut self.out, &line);
        }
    }
}

/// Rules with how often each was found, the most frequent first; few by name, and how many more.
fn by_rule(rules: impl Iterator<Item = &'static str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in rules {
        *counts.entry(rule).or_insert(0) += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let named = counts.iter().take(NAMED);
    let mut words: Vec<String> = named
        .map(|(rule, count)| format!("{count} {rule}"))
        .collect();
    let others: usize = counts.iter().skip(NAMED).map(|(_, count)| count).sum();
    if others > 0 {
        words.push(format!("{others} more"));
    }
    words.join(", ")
}

/// Findings that are no more: each with its document where they are few, else by rule.
fn past(list: &[Past]) -> String {
    if list.len() > NAMED {
        return by_rule(list.iter().map(|past| past.rule));
    }
    let words = list.iter().map(|past| match &past.path {
        Some(path) => format!("{} in {}", past.rule, sanitise::path(path)),
        None => past.rule.to_owned(),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// What is won or lost: few by name, and how many more.
fn gains(list: &[Gain]) -> String {
    let named = list.iter().take(NAMED);
    let mut words: Vec<String> = named.map(|gain| sanitise::text(&gain.name)).collect();
    if list.len() > NAMED {
        words.push(format!("{} more", list.len() - NAMED));
    }
    words.join(", ")
}

/// How many action items were added, dropped, postponed or completed.
fn items(list: &[ItemChange]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for change in list {
        *counts.entry(change.what.id()).or_insert(0) += 1;
    }
    let words = counts.iter().map(|(what, count)| format!("{count} {what}"));
    words.collect::<Vec<_>>().join(", ")
}

/// What is folded together.
type Key<'r> = (&'static str, &'r str);

fn key(item: &Item) -> Key<'_> {
    (item.rule, &item.unit)
}

fn counts<'r>(items: impl Iterator<Item = &'r Item>) -> BTreeMap<Key<'r>, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(key(item)).or_insert(0) += 1;
    }
    counts
}

fn tally(row: &AnswerRow, separator: &str, words: impl Fn(usize, &str) -> String) -> String {
    let counts = [
        (row.errors, Level::Error.id()),
        (row.warnings, Level::Warning.id()),
        (row.notes, Level::Note.id()),
    ];
    parts(&counts, separator, words)
}

/// Counts with their nouns, those of nothing left out.
fn parts(
    counts: &[(usize, &str)],
    separator: &str,
    words: impl Fn(usize, &str) -> String,
) -> String {
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = counts.map(|(count, noun)| words(*count, noun)).collect();
    parts.join(separator)
}
