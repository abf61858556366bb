//! Who keeps a document right, when it was last reviewed, and how long a review holds.
//!
//! Front matter says it, ours or that of a site's generator (`last_reviewed_on`, `owner_slack`),
//! and so do labels and rows near the top: `**Last reviewed:** 2026-01-02`. Dates that may be read
//! in two ways are not understood.

use std::fmt;
use std::sync::LazyLock;

use jiff::civil::Date;

use crate::binary::binary;
use crate::model::Stated;
use crate::model::date::{self, Day};
use crate::parse::markdown::{BlockId, BlockKind, Markdown};
use crate::parse::yaml::{Node, Tree};
use crate::text::{Span, Spanned};
use crate::vocabulary::{self, Sieve};

/// Labels are looked for in so many blocks at the top of a document.
const TOP_BLOCKS: usize = 80;

/// And in so many at its end, where some keep them.
const LAST_BLOCKS: usize = 20;

/// The words before a colon that may be a label, in bytes.
const LONGEST_LABEL: usize = 40;

/// A sentence that says when a page was reviewed, in bytes.
const LONGEST_SENTENCE: usize = 120;

static SAID: LazyLock<Sieve> = LazyLock::new(|| Sieve::new("runbook", &["reviewed-said"]));

/// A length of time as people state it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub count: u32,
    pub unit: Unit,
}

binary!(struct Interval { count, unit });

/// Days, weeks, months or years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Day,
    Week,
    Month,
    Year,
}

binary!(
    enum Unit {
        Day,
        Week,
        Month,
        Year,
    }
);

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
        };
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {unit}{plural}", self.count)
    }
}

impl Interval {
    /// At least as many days as it has.
    pub fn at_most_days(self) -> Option<u32> {
        let each = match self.unit {
            Unit::Day => 1,
            Unit::Week => 7,
            Unit::Month => 31,
            Unit::Year => 366,
        };
        self.count.checked_mul(each)
    }

    /// The day that lies so far behind another; none beyond the calendar.
    pub fn after(self, day: Date) -> Option<Date> {
        let count = i64::from(self.count);
        let span = match self.unit {
            Unit::Day => jiff::Span::new().try_days(count),
            Unit::Week => jiff::Span::new().try_weeks(count),
            Unit::Month => jiff::Span::new().try_months(count),
            Unit::Year => jiff::Span::new().try_years(count),
        };
        day.checked_add(span.ok()?).ok()
    }
}

/// What a document says of its own upkeep.
#[derive(Debug)]
pub(super) struct Upkeep {
    pub owner: Option<Spanned<String>>,
    pub reviewed: Stated<Date>,
    pub review_in: Stated<Interval>,
    pub review_by: Option<Spanned<Date>>,
    pub alerts: Vec<Spanned<String>>,
}

pub(super) fn read(markdown: &Markdown<'_>, front_matter: Option<&Tree<'_>>) -> Upkeep {
    let mut upkeep = Upkeep {
        owner: None,
        reviewed: Stated::Missing,
        review_in: Stated::Missing,
        review_by: None,
        alerts: Vec::new(),
    };
    if let Some(root) = front_matter.and_then(Tree::root) {
        for entry in root.entries() {
            let key = entry.key.as_str().unwrap_or_default();
            for value in values(entry.value) {
                upkeep.hear(key, Spanned::new(&value.value, value.span));
            }
        }
    }
    let count = markdown.blocks.len();
    let last = count.saturating_sub(LAST_BLOCKS).max(TOP_BLOCKS);
    for index in (0..count.min(TOP_BLOCKS)).chain(last..count) {
        hear_labels(markdown, index, &mut upkeep);
    }
    upkeep
}

impl Upkeep {
    /// Takes what a key or label says; the first counts.
    fn hear(&mut self, label: &str, value: Spanned<&str>) {
        static LABELS: LazyLock<Sieve> = LazyLock::new(|| {
            let names = [
                "owner",
                "reviewed",
                "reviewed-by",
                "review-in",
                "review-by",
                "alert-name",
            ];
            Sieve::new("runbook", &names)
        });
        if !LABELS.may_match(label) {
            return;
        }
        let text = value.value.trim();
        if text.is_empty() || vocabulary::is_placeholder(text) || text.starts_with(['<', '{']) {
            return;
        }
        for concept in vocabulary::concepts("runbook", &vocabulary::normalise(label)) {
            match concept {
                "owner" if self.owner.is_none() => {
                    self.owner = Some(Spanned::new(text.to_owned(), value.span));
                }
                "reviewed" if !self.reviewed.is_given() => {
                    let (past, next) = parted(text);
                    self.reviewed = stated(newest(past), value.span);
                    self.hear_next(next, value.span);
                }
                "reviewed-by" if !self.reviewed.is_given() => self.hear_said(text, value.span),
                "review-by" => self.hear_next(text, value.span),
                "review-in" if !self.review_in.is_given() => {
                    self.review_in = stated(interval(text), value.span);
                }
                "alert-name" => {
                    let names = text.split([',', ' ', '`', '/']);
                    let names = names.filter(|name| is_alert_name(name));
                    let alert = |name: &str| Spanned::new(name.to_owned(), value.span);
                    self.alerts.extend(names.map(alert));
                }
                _ => {}
            }
        }
    }
}

impl Upkeep {
    /// Takes what may hold the day of a review, and may as well not.
    fn hear_said(&mut self, text: &str, span: Span) {
        let (past, next) = parted(text);
        if let Some(day) = newest(past) {
            self.reviewed = Stated::Known(Spanned::new(day, span));
        }
        self.hear_next(next, span);
    }

    /// "Last reviewed by Ann on 2026-01-02".
    fn hear_sentence(&mut self, text: &str, span: Span) {
        if self.reviewed.is_given() || text.len() > LONGEST_SENTENCE || !SAID.may_match(text) {
            return;
        }
        if vocabulary::names("runbook", "reviewed-said", &vocabulary::normalise(text)) {
            self.hear_said(text, span);
        }
    }

    fn hear_next(&mut self, text: &str, span: Span) {
        let day = newest(text).filter(|_| self.review_by.is_none());
        self.review_by = day
            .map(|day| Spanned::new(day, span))
            .or(self.review_by.take());
    }
}

/// What is said of the last review, and of the next one.
fn parted(text: &str) -> (&str, &str) {
    let lower = text.to_ascii_lowercase();
    let next = ["next ", "due "]
        .iter()
        .filter_map(|word| lower.find(word))
        .min();
    text.split_at(next.unwrap_or(text.len()))
}

/// The latest day of a text; of dates that may be read in two ways, none.
fn newest(text: &str) -> Option<Date> {
    let days = date::dates(text).into_iter();
    days.filter_map(|found| match found.day {
        Day::Known(date) => Some(date),
        _ => None,
    })
    .max()
}

fn stated<T>(value: Option<T>, span: Span) -> Stated<T> {
    match value {
        Some(value) => Stated::Known(Spanned::new(value, span)),
        None => Stated::NotUnderstood(span),
    }
}

/// A scalar, or the items of a list.
fn values(node: Node<'_, '_>) -> Vec<Spanned<String>> {
    let scalar = |node: Node<'_, '_>| Some(Spanned::new(node.as_str()?.to_owned(), node.span()));
    match node.is_sequence() {
        true => node.items().filter_map(scalar).collect(),
        false => scalar(node).into_iter().collect(),
    }
}

/// The labels in a block with what stands behind each.
fn hear_labels(markdown: &Markdown<'_>, index: usize, upkeep: &mut Upkeep) {
    let id = BlockId(u32::try_from(index).unwrap_or(u32::MAX));
    let block = markdown.block(id);
    match block.kind {
        BlockKind::Paragraph => {
            // What holds no colon has no label.
            let has_colon = markdown.source.slice(block.span).contains(':');
            if !has_colon && !SAID.may_match(markdown.source.slice(block.span)) {
                return;
            }
            for runs in markdown.lines(id) {
                let (Some(first), Some(last)) = (runs.first(), runs.last()) else {
                    continue;
                };
                let span = first.span.to(last.span);
                for part in markdown.text_of(runs).split(" | ") {
                    let Some((label, value)) = part.split_once(':') else {
                        upkeep.hear_sentence(part, span);
                        continue;
                    };
                    if label.len() <= LONGEST_LABEL {
                        upkeep.hear(label, Spanned::new(value, span));
                    }
                }
            }
        }
        BlockKind::Cell { column: 0 } => {
            let row = block.parent.map(|row| markdown.block(row).after);
            let next = BlockId(id.0 + 1);
            if row.is_some_and(|after| next < after) {
                let (value, span) = (markdown.text(next), markdown.block(next).content);
                upkeep.hear(&markdown.text(id), Spanned::new(&value, span));
            }
        }
        _ => {}
    }
}

/// A longer paragraph, in bytes, is no row of fields.
const LONGEST_FIELDS: usize = 300;

/// Whether a block says no more than whose a document is, when it was reviewed, and the like.
pub(in crate::model) fn is_field(markdown: &Markdown<'_>, id: BlockId) -> bool {
    let block = markdown.block(id);
    if block.span.range().len() > LONGEST_FIELDS {
        return false;
    }
    match block.kind {
        BlockKind::Paragraph if markdown.source.slice(block.span).contains(':') => {
            markdown.lines(id).all(|runs| {
                let text = markdown.text_of(runs);
                let parts = text.split(" | ").flat_map(|part| part.split(". "));
                let mut parts = parts.flat_map(|part| part.split(" · "));
                parts.all(|part| {
                    let label = part.split_once(':').map(|(label, _)| label);
                    label.is_some_and(is_field_name)
                })
            })
        }
        BlockKind::Cell { column: 0 } => is_field_name(&markdown.text(id)),
        _ => false,
    }
}

/// Whether a label is of a document's upkeep and says nothing to do.
fn is_field_name(label: &str) -> bool {
    const OTHERS: &[&str] = &[
        "author",
        "authors",
        "created",
        "date",
        "last updated",
        "priority",
        "service",
        "severity",
        "status",
        "tags",
        "updated",
        "version",
    ];
    const UPKEEP: &[&str] = &["owner", "reviewed", "review-in"];
    let words = vocabulary::normalise(label);
    let named = vocabulary::concepts("runbook", &words);
    OTHERS.contains(&words.trim()) || named.iter().any(|name| UPKEEP.contains(name))
}

/// Whether a word looks like the name of an alert: one word of several, as `DiskWillFill`.
pub(super) fn is_alert_name(word: &str) -> bool {
    let is_word = word.len() > 4
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let capitals = word.bytes().filter(u8::is_ascii_uppercase).count();
    let has_lower = word.bytes().any(|byte| byte.is_ascii_lowercase());
    is_word && has_lower && capitals >= 2
}

/// `6 months`, `90 days`, `2w`, `quarterly`.
pub(super) fn interval(text: &str) -> Option<Interval> {
    let text = text.trim().to_lowercase();
    let text = text.strip_prefix("every ").unwrap_or(&text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = match (digits, text) {
        (0, "monthly" | "month") => {
            return Some(Interval {
                count: 1,
                unit: Unit::Month,
            });
        }
        (0, "quarterly" | "quarter") => {
            return Some(Interval {
                count: 3,
                unit: Unit::Month,
            });
        }
        (0, "yearly" | "annually" | "year") => {
            return Some(Interval {
                count: 1,
                unit: Unit::Year,
            });
        }
        (0, _) => ("1", text),
        _ => text.split_at(digits),
    };
    let unit = match unit
        .trim_start_matches([' ', '-'])
        .split([' ', '.', ','])
        .next()?
    {
        "d" | "day" | "days" => Unit::Day,
        "w" | "week" | "weeks" => Unit::Week,
        "m" | "month" | "months" => Unit::Month,
        "y" | "year" | "years" => Unit::Year,
        _ => return None,
    };
    let count = count.parse().ok()?;
    Some(Interval { count, unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals() {
        let days = |text: &str| {
            let from = Date::new(2026, 1, 31).ok()?;
            Some(interval(text)?.after(from)?.to_string())
        };
        assert_eq!(days("6 months").as_deref(), Some("2026-07-31"));
        assert_eq!(days("1 month").as_deref(), Some("2026-02-28"));
        assert_eq!(days("90 days").as_deref(), Some("2026-05-01"));
        assert_eq!(days("every quarter").as_deref(), Some("2026-04-30"));
        assert_eq!(days("4294967295 years"), None);
        assert_eq!(days("soon"), None);
    }
}
