//! The time line: tables, bullets, plain lines, a heading an event, or a chat log in a fence.

use jiff::civil::{Date, Time};

use super::prose::Prose;
use super::{Event, Moment, PostMortem};
use crate::model::date::{self, Day};
use crate::parse::markdown::{BlockId, BlockKind, Markdown};
use crate::text::{Source, Span, Spanned};
use crate::vocabulary;

/// Reads the events of all time lines of a document.
pub(super) fn read(report: &mut PostMortem, markdown: &Markdown<'_>) {
    let sections = report.sections.iter();
    let timelines = sections.filter(|section| section.concept == "timeline");
    let ranges = timelines.map(|section| section.blocks.clone()).collect();
    let mut events = Events::default();
    for range in super::section::merged(ranges) {
        for index in range {
            events.block(markdown, BlockId(u32::try_from(index).unwrap_or(u32::MAX)));
        }
    }
    report.timeline = events.list;
    report.timeline_zone = events.zone;
}

/// A date, a time or both at the start of a text.
#[derive(Debug, Default)]
pub(super) struct Lead {
    pub day: Option<Date>,
    /// A date that names no day by itself, such as "Jan 16".
    pub partial: Option<Day>,
    pub time: Option<Time>,
    pub until: Option<Time>,
    pub zone: Option<String>,
    /// The bytes of the text that say it.
    pub range: std::ops::Range<usize>,
}

#[derive(Default)]
struct Events {
    list: Vec<Event>,
    zone: Option<Spanned<String>>,
    /// The day of what follows, by the last heading or entry that named one.
    day: Option<Date>,
    /// The last entry that named a day named one that cannot be told.
    is_unclear: bool,
    /// What was read as a whole already.
    after: usize,
}

impl Events {
    fn block(&mut self, markdown: &Markdown<'_>, id: BlockId) {
        if id.index() < self.after {
            return;
        }
        let block = markdown.block(id);
        match block.kind {
            BlockKind::Quote => self.after = block.after.index(),
            BlockKind::Heading { .. } => self.heading(markdown, id),
            BlockKind::Row { header: false } => self.row(markdown, id),
            BlockKind::Item { .. } => self.item(markdown, id),
            BlockKind::Paragraph if !is_in_item(markdown, id) => self.paragraph(markdown, id),
            BlockKind::Code { .. } => self.code(lines_of(markdown, block.content)),
            _ => {}
        }
    }

    /// A day above its events, or an event of its own.
    fn heading(&mut self, markdown: &Markdown<'_>, id: BlockId) {
        let prose = Prose::of_block(markdown, id);
        let Some(lead) = lead(&prose.text) else {
            if let Some(day) = date::first_day(&prose.text) {
                self.day = Some(day);
            }
            return;
        };
        self.day = lead.day.or(self.day);
        if lead.time.is_some() {
            self.add(markdown.block(id).span, &prose, lead);
        }
    }

    fn row(&mut self, markdown: &Markdown<'_>, id: BlockId) {
        self.after = markdown.block(id).after.index();
        let mut whole: Option<(Prose, Lead)> = None;
        for cell in markdown.children(id).take(3) {
            let prose = Prose::of_block(markdown, cell);
            let Some(lead) = lead(&prose.text) else {
                continue;
            };
            match &mut whole {
                None => whole = Some((prose, lead)),
                // A date in one column and a time in the next.
                Some((_, first)) if first.time.is_none() && lead.day.is_none() => {
                    (first.time, first.until, first.zone) = (lead.time, lead.until, lead.zone);
                }
                Some(_) => {}
            }
        }
        let span = markdown.block(id).span;
        let is_empty = markdown
            .children(id)
            .all(|cell| markdown.text(cell).trim().is_empty());
        match whole {
            Some((prose, lead)) => self.add(span, &prose, lead),
            None if !is_empty => self.add_untimed(span),
            None => {}
        }
    }

    /// A bullet; one without a time may be a detail or an event whose time nobody knew.
    fn item(&mut self, markdown: &Markdown<'_>, id: BlockId) {
        let prose = Prose::of_block(markdown, id);
        let Some(found) = lead(&prose.text).or_else(|| inside(&prose.text)) else {
            return;
        };
        let span = own_span(markdown, id);
        self.add(span, &prose, found);
    }

    fn paragraph(&mut self, markdown: &Markdown<'_>, id: BlockId) {
        for line in markdown.lines(id) {
            let prose = Prose::of(markdown, line);
            self.zone_of_all(&prose);
            let Some(lead) = lead(&prose.text) else {
                continue;
            };
            if lead.time.is_none() {
                self.day = lead.day.or(self.day);
                continue;
            }
            if let Some(span) = prose.span(0..prose.text.len()) {
                self.add(span, &prose, lead);
            }
        }
    }

    /// A chat log in a fence.
    fn code(&mut self, source: Source<'_>) {
        let mut at = 0;
        for line in source.text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let Some(lead) = lead(line) else {
                continue;
            };
            if lead.time.is_none() {
                continue;
            }
            let span = source.span(start..start + line.trim_end().len());
            let place = source.span(start + lead.range.start..start + lead.range.end);
            self.push(span, place, lead);
        }
    }

    /// "All times in UTC."
    fn zone_of_all(&mut self, prose: &Prose) {
        /// Such a line is short.
        const LONGEST: usize = 120;
        if self.zone.is_some() || prose.text.len() > LONGEST {
            return;
        }
        let words = vocabulary::normalise(&prose.text);
        if !vocabulary::names("items", "all-times", &words) {
            return;
        }
        let mut start = 0;
        for word in prose.text.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let range = start..start + word.len();
            start = range.end;
            if is_zone(word.trim_end_matches(|c: char| !c.is_alphanumeric())) {
                self.zone = prose.spanned(range).map(|zone| zone.map(clean));
                return;
            }
        }
    }

    fn add(&mut self, span: Span, prose: &Prose, lead: Lead) {
        let place = prose.span(lead.range.clone()).unwrap_or(span);
        self.push(span, place, lead);
    }

    fn push(&mut self, span: Span, place: Span, lead: Lead) {
        let own = lead.day.or_else(|| nearest(lead.partial?, self.day?));
        let names_day = own.is_some();
        match lead.partial {
            Some(_) if own.is_none() => (self.day, self.is_unclear) = (None, true),
            _ if names_day => (self.day, self.is_unclear) = (own, false),
            _ => {}
        }
        self.list.push(Event {
            span,
            at: Moment {
                span: place,
                day: self.day,
                time: lead.time,
                zone: lead.zone,
            },
            names_day,
            is_day_unclear: self.is_unclear,
            until: lead.until,
        });
    }

    fn add_untimed(&mut self, span: Span) {
        self.list.push(Event {
            span,
            at: Moment {
                span,
                day: self.day,
                time: None,
                zone: None,
            },
            names_day: false,
            is_day_unclear: self.is_unclear,
            until: None,
        });
    }
}

/// The day without a year that lies nearest to another.
fn nearest(partial: Day, to: Date) -> Option<Date> {
    let Day::NoYear(month, day) = partial else {
        return None;
    };
    let years = [to.year() - 1, to.year(), to.year() + 1];
    let days = years
        .into_iter()
        .filter_map(|year| Date::new(year, month, day).ok());
    days.min_by_key(|day| (*day - to).get_days().abs())
}

/// The lines of a fence at their place.
fn lines_of<'t>(markdown: &Markdown<'t>, span: Span) -> Source<'t> {
    Source {
        file: span.file,
        text: markdown.source.slice(span),
        base: span.range().start,
    }
}

fn clean(zone: String) -> String {
    zone.trim_end_matches(|c: char| !c.is_alphanumeric())
        .to_owned()
}

/// An item without the lists nested in it.
pub(super) fn own_span(markdown: &Markdown<'_>, id: BlockId) -> Span {
    let block = markdown.block(id);
    let nested = markdown
        .children(id)
        .find(|child| matches!(markdown.block(*child).kind, BlockKind::List { .. }));
    let Some(nested) = nested.filter(|nested| nested.0 > id.0 + 1) else {
        return block.span;
    };
    let last = markdown.outermost(id.index() + 1..nested.index()).last();
    last.map_or(block.span, |last| Span {
        end: markdown.block(last).span.end,
        ..block.span
    })
}

fn is_in_item(markdown: &Markdown<'_>, id: BlockId) -> bool {
    let parent = markdown.block(id).parent;
    parent.is_some_and(|parent| {
        let kind = markdown.block(parent).kind;
        let is_first = parent.0 + 1 == id.0;
        matches!(kind, BlockKind::Item { .. }) && is_first
    })
}

/// A date, a time or both at the start of a text.
pub(super) fn lead(text: &str) -> Option<Lead> {
    /// What may stand before it.
    const MARKS: &[char] = &[
        '[', '(', '~', '≈', '*', '_', '<', '>', '-', '–', '•', ' ', '@', '`',
    ];
    let start = text.len() - text.trim_start_matches(MARKS).len();
    moment(text, start)
}

/// A date inside a text, with the time behind it.
fn inside(text: &str) -> Option<Lead> {
    let found = date::first(text)?;
    found.day.known()?;
    moment(text, found.range.start)
}

/// A date and time that begin at an offset.
pub(super) fn moment(text: &str, start: usize) -> Option<Lead> {
    let mut lead = Lead::default();
    let mut rest = &text[start..];
    let mut end = start;
    if let Some(found) = date::at_start(rest) {
        lead.day = found.day.known();
        lead.partial = (lead.day.is_none()).then_some(found.day);
        rest = &rest[found.range.end..];
        end = text.len() - rest.len();
        let behind = rest.trim_start_matches([' ', ',', '-', '–', '—', ':', '|', '~', '\u{a0}']);
        let behind = behind.strip_prefix("at ").unwrap_or(behind);
        rest = behind
            .strip_prefix('T')
            .filter(|rest| begins_with_digit(rest))
            .unwrap_or(behind);
    }
    let is_dated = end > start;
    if let Some((length, time)) = date::time_at_start(rest) {
        lead.time = Some(time);
        rest = &rest[length..];
        end = text.len() - rest.len();
        (lead.zone, rest) = zone(rest);
        if lead.zone.is_some() {
            end = text.len() - rest.len();
        }
        if let Some((until, behind)) = until(rest) {
            lead.until = Some(until);
            end = text.len() - behind.len();
            let (second, _) = zone(behind);
            lead.zone = lead.zone.or(second);
        }
    } else if !is_dated {
        return None;
    }
    lead.range = start..end;
    Some(lead)
}

fn begins_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The end of a range, and what stands behind it.
fn until(text: &str) -> Option<(Time, &str)> {
    let trimmed = text.trim_start();
    let behind = trimmed.strip_prefix(['-', '–', '—', '~', '→', '〜', '～']);
    let behind = behind.or_else(|| trimmed.strip_prefix("to "))?.trim_start();
    let (length, time) = date::time_at_start(behind)?;
    Some((time, &behind[length..]))
}

/// A zone at the start of a text, and what stands behind it.
fn zone(text: &str) -> (Option<String>, &str) {
    let trimmed = text.trim_start_matches([' ', '(', '\u{a0}']);
    let end = trimmed
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(trimmed.len());
    let word = &trimmed[..end];
    if is_zone(word) {
        return (Some(word.to_owned()), &trimmed[end..]);
    }
    let offset = text.strip_prefix(['+', '-']).filter(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits == 4 || (digits == 2 && rest[2..].starts_with(':'))
    });
    let Some(rest) = offset else {
        return (None, text);
    };
    let length = 1 + rest
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b':')
        .take(5)
        .count();
    (Some(text[..length].to_owned()), &text[length..])
}

/// Whether a word names a zone: in capitals, for `est` and `art` are words.
fn is_zone(word: &str) -> bool {
    let is_capital =
        !word.is_empty() && word.len() <= 5 && word.bytes().all(|b| b.is_ascii_uppercase());
    is_capital && vocabulary::names("dates", "zone", &word.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    #[test]
    fn leads() {
        let read = |text: &str| {
            let lead = lead(text)?;
            Some((lead.day, lead.time, lead.until, lead.zone))
        };
        let day = Some(date(2026, 1, 5));
        let ten = Some(time(10, 5, 0, 0));
        let utc = Some("UTC".to_owned());
        assert_eq!(
            read("2026-01-05 10:05 UTC: x"),
            Some((day, ten, None, utc.clone()))
        );
        assert_eq!(
            read("2026-01-05 - 10:05 UTC: x"),
            Some((day, ten, None, utc.clone()))
        );
        assert_eq!(read("~2026-01-05 10:05"), Some((day, ten, None, None)));
        assert_eq!(read("[10:05] x"), Some((None, ten, None, None)));
        assert_eq!(read("10.05 x"), Some((None, ten, None, None)));
        let later = Some(time(10, 20, 0, 0));
        assert_eq!(read("10:05–10:20 UTC"), Some((None, ten, later, utc)));
        let z = Some("Z".to_owned());
        assert_eq!(read("2026-01-05T10:05Z"), Some((day, ten, None, z)));
        assert_eq!(read("2026-01-05 x"), Some((day, None, None, None)));
        assert_eq!(read("first alert"), None);
        assert_eq!(read("3 pods"), None);
    }
}
