//! The day of the incident, and what the fields say of its length, weight and authors.

use super::field::Field;
use super::item::names;
use super::{DateSource, Input, Length, Moment, PostMortem, Stating, event};
use crate::model::date::{self, Day};
use crate::parse::yaml::Tree;
use crate::text::{Span, Spanned};
use crate::vocabulary;

use super::SectionForm;

/// Keys of front matter that a site's generator reads: beside these `date` is that of a page.
const GENERATOR_KEYS: &[&str] = &[
    "categories",
    "layout",
    "permalink",
    "slug",
    "tags",
    "weight",
    "description",
    "aliases",
];

pub(super) fn read(report: &mut PostMortem, input: &Input<'_, '_>, fields: &[Field]) {
    fields_of(report, input, fields);
    of_file_name(report, input);
    of_title(report, input);
    of_timeline(report);
    of_duration(report);
    if report.dates.is_empty() {
        of_partial_title(report, input.title);
    }
    report.dates.sort_by_key(|stating| stating.source);
    report.incident_date = report.dates.first().cloned();
}

fn fields_of(report: &mut PostMortem, input: &Input<'_, '_>, fields: &[Field]) {
    let is_page = is_page(input.front_matter);
    for field in fields {
        let Some(value) = &field.value else {
            continue;
        };
        if field.says("date") || field.says("start") {
            let is_publication = is_page && field.form == SectionForm::FrontMatter;
            of_date(report, value, is_publication, field.says("start"));
        }
        if vocabulary::is_placeholder(&value.value) {
            continue;
        }
        if field.says("start") && report.start.is_none() {
            report.start = moment(value);
        }
        if field.says("end") && report.end.is_none() {
            report.end = moment(value);
        }
        if field.says("duration") && report.duration.is_none() {
            let seconds = date::seconds(&value.value);
            let text = value.clone();
            report.duration = Some(Length { text, seconds });
        }
        if field.says("severity") && report.severity.is_none() {
            report.severity = severity(value);
        }
        if field.says("author") && report.authors.is_empty() {
            report.authors = names(value);
        }
        if field.says("status") && report.status.is_none() {
            let words = vocabulary::normalise(&value.value);
            report.is_draft = vocabulary::names("items", "draft", &words);
            report.status = Some(value.clone());
        }
    }
}

fn is_page(front_matter: Option<&Tree<'_>>) -> bool {
    let root = front_matter.and_then(Tree::root);
    root.is_some_and(|root| GENERATOR_KEYS.iter().any(|key| root.get(key).is_some()))
}

fn of_date(report: &mut PostMortem, value: &Spanned<String>, is_publication: bool, is_start: bool) {
    let found = date::dates(&value.value);
    let Some(first) = found.first() else {
        return;
    };
    let Some(day) = first.day.known() else {
        let unclear = || value.clone();
        if !is_start && matches!(first.day, Day::Either(..) | Day::Impossible) {
            report.unclear_date.get_or_insert_with(unclear);
        }
        return;
    };
    let last = found.get(1).and_then(|found| found.day.known());
    report.dates.push(Stating {
        day,
        until: last.filter(|last| *last > day),
        source: match is_publication {
            true => DateSource::Publication,
            false => DateSource::Field,
        },
        span: value.span,
    });
}

fn of_file_name(report: &mut PostMortem, input: &Input<'_, '_>) {
    let Some(day) = input.facts.day else {
        return;
    };
    report.dates.push(Stating {
        day,
        until: None,
        source: DateSource::FileName,
        span: input.first_line,
    });
}

fn of_title(report: &mut PostMortem, input: &Input<'_, '_>) {
    let Some(title) = input.title else {
        return;
    };
    let Some(day) = date::first_day(&title.value) else {
        return;
    };
    report.dates.push(Stating {
        day,
        until: None,
        source: DateSource::Title,
        span: title.span,
    });
}

/// "Outage on 11 April" says a day, and not of which year.
fn of_partial_title(report: &mut PostMortem, title: Option<&Spanned<String>>) {
    let is_partial = |title: &&Spanned<String>| {
        let found = date::first(&title.value);
        found.is_some_and(|found| !matches!(found.day, Day::Impossible))
    };
    if let Some(title) = title.filter(is_partial) {
        report.unclear_date.get_or_insert_with(|| title.clone());
    }
}

fn of_timeline(report: &mut PostMortem) {
    let first = report.timeline.iter().find(|event| event.at.day.is_some());
    let Some((at, day)) = first.and_then(|event| Some((&event.at, event.at.day?))) else {
        return;
    };
    let last = report.timeline.iter().rev().find_map(|event| event.at.day);
    report.dates.push(Stating {
        day,
        until: last.filter(|last| *last > day),
        source: DateSource::Timeline,
        span: at.span,
    });
}

/// `**Duration:** 2026-01-05 09:00 to 10:30`, where nothing else names the day.
fn of_duration(report: &mut PostMortem) {
    let Some(length) = report.duration.as_ref().filter(|_| report.dates.is_empty()) else {
        return;
    };
    let text = length.text.clone();
    of_date(report, &text, false, true);
}

fn moment(value: &Spanned<String>) -> Option<Moment> {
    let text = &value.value;
    let start = date::first(text).map_or(0, |found| found.range.start);
    let lead = event::moment(text, start).or_else(|| event::lead(text))?;
    Some(Moment {
        span: value.span,
        day: lead.day,
        time: lead.time,
        zone: lead.zone,
    })
}

/// `SEV-2` of "SEV-2 (alert pipeline blind)", `Critical` of "🔴 Critical — all customers".
fn severity(value: &Spanned<String>) -> Option<Spanned<String>> {
    const ENDS: &[char] = &['(', '（', ',', ';', '\n', '|', '–', '—', '.', ':'];
    let text = &value.value;
    let start = text.find(char::is_alphanumeric)?;
    let rest = &text[start..];
    let end = rest.find(ENDS).into_iter().chain(rest.find(" - ")).min();
    let token = rest[..end.unwrap_or(rest.len())].trim_end();
    let token = token.trim_end_matches(|c: char| !c.is_alphanumeric());
    if token.is_empty() {
        return None;
    }
    Some(Spanned::new(
        token.to_owned(),
        within(value, start, token.len()),
    ))
}

/// The bytes of a part of a value, if its own bytes say it; else all of them.
pub(super) fn within(value: &Spanned<String>, start: usize, length: usize) -> Span {
    if value.span.range().len() != value.value.len() {
        return value.span;
    }
    let narrow = |offset: usize| u32::try_from(offset).unwrap_or(0);
    let start = value.span.start + narrow(start);
    Span {
        file: value.span.file,
        start,
        end: start + narrow(length),
    }
}
