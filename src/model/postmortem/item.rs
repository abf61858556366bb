//! What the text of one action item says beside what is to be done: owner, date, state, priority.
//!
//! Fields stand behind a key (`Owner: ada`), in brackets (`(owner: ada, due: 2 weeks)`), or bare at
//! the ends (`@ada: …`, `… - @ada - done`). A word is an owner only where nothing else can be meant:
//! a wrong name sends the wrong person a reminder, a missing one only asks for it again.

use std::cell::OnceCell;
use std::ops::Range;

use jiff::civil::Date;

use super::asked::{self, DayAtEnd};
use super::dated::within;
use super::prose::{Prose, trimmed};
use super::ticket::{self, is_ticket};
use super::{Done, Due};
use crate::model::date::{self, Day};
use crate::text::Spanned;
use crate::vocabulary;

/// A key is short; in bytes.
const LONGEST_KEY: usize = 40;

/// A field's value is short: more is a sentence with a colon in it.
const LONGEST_VALUE: usize = 120;

/// So much is looked at from the end of a text.
const LONGEST_TAIL: usize = 160;

/// What can stand behind one another at the end of a text.
const MOST_TAILS: usize = 8;

/// What was read of one item so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub owners: Vec<Spanned<String>>,
    /// They are a word with a capital that only its place makes a name.
    pub is_guessed: bool,
    pub unclear_owner: Option<Spanned<String>>,
    pub due: Due,
    /// Neither a word nor an owner says that something is due on this day, only its place.
    pub is_bare_day: bool,
    pub done: Done,
    pub done_on: Option<Spanned<Date>>,
    pub dropped: Option<Spanned<String>>,
    pub priority: Option<Spanned<String>>,
    pub tracker: Option<Spanned<String>>,
}

/// What the reader of items knows from around them.
#[derive(Debug, Default)]
pub(super) struct Around<'t> {
    /// The day of the incident, to tell the year of a date without one.
    incident: Option<Date>,
    /// People whom the document names elsewhere, normalised and sorted.
    people: Vec<String>,
    /// All of the document.
    text: &'t str,
    /// What is asked of all of the document, for which few items give a reason.
    small_words: OnceCell<Vec<Box<str>>>,
    projects: OnceCell<Vec<Box<str>>>,
}

impl<'t> Around<'t> {
    /// For a document with these people, normalised and sorted.
    pub fn new(incident: Option<Date>, people: Vec<String>, text: &'t str) -> Around<'t> {
        Around {
            incident,
            people,
            text,
            ..Around::default()
        }
    }

    /// Takes these for people of the document as well.
    pub fn learn(&mut self, people: &[String]) {
        let people = people.iter().map(|name| vocabulary::normalise(name));
        self.people.extend(people);
        self.people.sort_unstable();
        self.people.dedup();
    }

    /// Whether the document names somebody like this elsewhere.
    pub fn knows(&self, name: &str) -> bool {
        let name = vocabulary::normalise(name);
        self.people.binary_search(&name).is_ok()
    }

    /// Whether the document writes a word without a capital, which it does with no name.
    fn has_small_word(&self, word: &str) -> bool {
        let words = self
            .small_words
            .get_or_init(|| asked::small_words(self.text));
        words.binary_search_by(|other| (**other).cmp(word)).is_ok()
    }

    /// Whether the document writes all words of a possible name without a capital as well, and none
    /// of them is that of people too.
    pub fn is_of_words(&self, name: &str) -> bool {
        let is_word = |word: &str| {
            let word = word.to_lowercase();
            self.has_small_word(&word) && !vocabulary::names("wording", "word-and-name", &word)
        };
        name.split(' ').all(is_word)
    }

    /// Whether the document names several tickets of a project.
    pub fn has_tickets_of(&self, project: &str) -> bool {
        let projects = self.projects.get_or_init(|| ticket::projects(self.text));
        projects
            .binary_search_by(|other| (**other).cmp(project))
            .is_ok()
    }

    /// Whether a day can be that until when something is asked: later than the incident.
    fn is_ahead(&self, day: Day) -> bool {
        match (day, self.incident) {
            (Day::Known(day), Some(incident)) => day > incident,
            (Day::Either(one, other), Some(incident)) => one > incident && other > incident,
            (Day::Known(_), None) | (Day::NoYear(..), Some(_)) => true,
            _ => false,
        }
    }
}

/// Reads an item's text; what is left of it says what is to be done.
pub(super) fn read(
    facts: &mut Facts,
    prose: &Prose,
    range: Range<usize>,
    around: &Around<'_>,
) -> Range<usize> {
    let mut reader = Reader {
        facts,
        prose,
        around,
        rest: trimmed(&prose.text, range),
        pending: None,
        asked_by: None,
        is_dashed_day: false,
    };
    reader.lead();
    reader.behind_struck();
    // A sign at the end would be part of the last field.
    reader.mark_at_end();
    reader.keys();
    reader.tails();
    reader.all_of_it();
    reader.rest
}

/// Whether words say that something is done elsewhere: "duplicate of #4".
pub(super) fn is_duplicate(words: &str) -> bool {
    vocabulary::names("items", "status-duplicate", words)
}

struct Reader<'r> {
    facts: &'r mut Facts,
    prose: &'r Prose,
    around: &'r Around<'r>,
    /// What is left of the text.
    rest: Range<usize>,
    /// A date without a word to it, and what was left with it: due only if somebody is named.
    pending: Option<(Due, Range<usize>)>,
    /// The day that stands at the end.
    asked_by: Option<Day>,
    /// Whether that day is one to come, behind a dash: `Clean up — 2026-12-03`.
    is_dashed_day: bool,
}

/// How sure it is that words at the start are a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sure {
    Handle,
    Name,
    /// Only a colon and a day to come say so.
    ByPlace,
}

/// A key in a text: where it begins, where its value begins, what it means.
struct Key {
    start: usize,
    value: usize,
    concept: &'static str,
}

impl<'r> Reader<'r> {
    fn text(&self) -> &'r str {
        &self.prose.text[self.rest.clone()]
    }

    fn skip(&mut self, bytes: usize) {
        let start = (self.rest.start + bytes).min(self.rest.end);
        self.rest = trimmed(&self.prose.text, start..self.rest.end);
    }

    /// `✅ …`, `[DONE] …`, `TODO: …`, `[P1] …`, `@ada: …`.
    fn lead(&mut self) {
        for _ in 0..MOST_TAILS {
            let before = self.rest.start;
            self.lead_mark();
            self.lead_word();
            self.lead_bracket();
            self.lead_handle();
            if self.rest.start == before {
                break;
            }
        }
    }

    fn lead_mark(&mut self) {
        let text = self.text();
        if let Some((length, done, is_dropped)) = a_box(text) {
            let is_struck =
                text.starts_with("[~]") && self.prose.is_struck_from(self.rest.start + length);
            self.set_done(if is_struck { Done::Yes } else { done });
            if is_dropped || is_struck {
                let sign = self.rest.start..self.rest.start + length;
                self.facts.dropped = self.prose.spanned(sign);
            }
            self.skip(length);
            return;
        }
        let Some((length, done)) = mark_at_start(text) else {
            return;
        };
        self.set_done(done);
        let rest = text[length..].trim_start_matches(['\u{fe0f}', ' ', ':', '-']);
        self.skip(text.len() - rest.len());
    }

    /// `~~text~~ fixed in #12`: a state behind all that was to be done.
    fn behind_struck(&mut self) {
        let end = self.prose.struck_from(self.rest.start).min(self.rest.end);
        let range = trimmed(&self.prose.text, end..self.rest.end);
        if end == self.rest.start || range.is_empty() || range.len() > LONGEST_VALUE {
            return;
        }
        let text = &self.prose.text[range.clone()];
        if text.ends_with([')', ']']) {
            return;
        }
        let text = text.trim_start_matches(is_separator);
        let Some(value) = self.prose.spanned(range.end - text.len()..range.end) else {
            return;
        };
        if self.facts.take_state(&value) {
            self.cut(end);
        } else if let Some(done) = state_at_start(&value.value) {
            self.facts.done = done;
            self.cut(end);
        }
    }

    fn lead_word(&mut self) {
        let text = self.text();
        let (word, length) = match text.strip_prefix('[').or_else(|| text.strip_prefix('(')) {
            Some(rest) => match rest.find([']', ')']).filter(|end| *end <= 24) {
                Some(end) => (&rest[..end], end + 2),
                None => return,
            },
            None => {
                let head = head(text, 24);
                let end = head.find([':', '：', '–', '—']);
                match end.filter(|end| !head[..*end].contains(['(', '[', '（'])) {
                    Some(end) => (&head[..end], end + first_length(&text[end..])),
                    // A bold word needs no colon.
                    None => match self.bold_word() {
                        Some(end) => (&text[..end], end),
                        None => return,
                    },
                }
            }
        };
        let words = vocabulary::normalise(word);
        let is_key = |concept: &str| vocabulary::names("items", concept, &words);
        if is_priority(word.trim()) {
            let at = self.rest.start + (text.find(word).unwrap_or(0));
            self.facts.priority = self
                .facts
                .priority
                .take()
                .or_else(|| self.prose.spanned(at..at + word.len()));
        } else if let Some(done) = state(&words).filter(|_| is_state_alone(&words)) {
            self.set_done(done);
        } else if !is_key("key-action") {
            return;
        }
        self.skip(length);
    }

    /// The length of the bold words at the start, if they are a state.
    fn bold_word(&self) -> Option<usize> {
        let bold = self.prose.strong_lead().checked_sub(self.rest.start)?;
        (bold > 0 && bold <= 16).then_some(bold)
    }

    /// `(@ada, 2026-12-01) …`.
    fn lead_bracket(&mut self) {
        let text = self.text();
        let Some(inner) = text.strip_prefix(['(', '[', '（']) else {
            return;
        };
        let end = inner.find([')', ']', '）']);
        let Some(end) = end.filter(|end| *end <= LONGEST_VALUE) else {
            return;
        };
        let open = text.len() - inner.len();
        let start = self.rest.start + open;
        let behind = open + end + first_length(&inner[end..]);
        let Some(value) = self.prose.spanned(start..start + end) else {
            return;
        };
        if text[behind..].trim().is_empty() {
            return;
        }
        // `[Ada] … by 2026-12-01`.
        if self.is_asked_by_name(&value.value, &text[behind..]) && !self.around.knows(&value.value)
        {
            self.facts.owners.push(value);
            self.facts.is_guessed = true;
        } else if !self.takes_people(&value, false) {
            return;
        }
        let rest = text[behind..].trim_start_matches([':', '：', '-', '–', '—', ' ']);
        self.skip(text.len() - rest.len());
    }

    /// `@ada: …`, `@ada to …`, `@ada and @bob: …`, `**JP** …`, and a known person before "to" or a
    /// colon.
    fn lead_handle(&mut self) {
        let text = self.text();
        let Some((names, sure)) = self.lead_names(text) else {
            return;
        };
        let is_handle = sure == Sure::Handle;
        let length = names.last().map_or(0, |name| name.end);
        let behind = &text[length..];
        let after = behind.trim_start_matches([' ', '`', '*']);
        let is_label = after.starts_with([':', '：', '–', '—']) || after.starts_with("- ");
        let is_asked =
            vocabulary::names("items", "will-do", &vocabulary::normalise(head(after, 24)));
        let is_bold = self.prose.strong_lead() >= self.rest.start + length && !is_handle;
        if !is_label && !is_asked && !is_bold {
            return;
        }
        let start = self.rest.start;
        for name in names {
            let range = start + name.start..start + name.end;
            self.facts.owners.extend(self.prose.spanned(range));
        }
        self.facts.is_guessed |= sure == Sure::ByPlace;
        if !is_asked || is_label {
            let rest = after.trim_start_matches([':', '：', '-', '–', '—', ' ']);
            self.skip(text.len() - rest.len());
        }
    }

    /// The names at the start, and how sure it is that they are some.
    fn lead_names(&self, text: &str) -> Option<(Vec<Range<usize>>, Sure)> {
        let handles = asked::handles_at_start(text);
        if !handles.is_empty() {
            return Some((handles, Sure::Handle));
        }
        let colon = text.find([':', '：']);
        let words = head(text, colon.unwrap_or(text.len()).min(LONGEST_KEY));
        for end in word_ends(words).into_iter().rev() {
            if self.around.knows(&words[..end]) {
                return Some((std::iter::once(0..end).collect(), Sure::Name));
            }
        }
        let before = colon.map_or("", |colon| text[..colon].trim_end());
        if self.is_asked_by_name(before, &text[before.len()..]) {
            return Some((std::iter::once(0..before.len()).collect(), Sure::ByPlace));
        }
        let bold = self.prose.strong_lead().checked_sub(self.rest.start)?;
        let name = text.get(..bold)?.trim_end_matches([':', ' ', '：']);
        // Three capitals at the start of a sentence are as often an abbreviation.
        (name.len() == 2 && is_initials(name))
            .then_some((std::iter::once(0..name.len()).collect(), Sure::Name))
    }

    /// `Ada: … by 2026-12-01`: one word with a capital that is no word elsewhere in the document,
    /// and a day to come. `Checkout: …` is told from it by nothing else.
    fn is_asked_by_name(&self, name: &str, behind: &str) -> bool {
        let is_capital = name.starts_with(char::is_uppercase) && !name.contains(' ');
        if !is_capital || name.len() > LONGEST_KEY || !asked::is_bare_name(name) {
            return false;
        }
        let floor = ceil_boundary(behind, behind.len().saturating_sub(LONGEST_TAIL));
        let tail = behind[floor..].trim_end_matches(['.', ' ', ')', ']']);
        let is_dated = asked::day_at_end(tail).is_some_and(|found| self.around.is_ahead(found.day));
        is_dated && !self.around.has_small_word(&name.to_lowercase())
    }

    /// `Owner: ada - Due: 2026-01-05`, also in brackets.
    fn keys(&mut self) {
        let keys = self.find_keys();
        let Some(first) = keys.first() else {
            return;
        };
        let start = first.start;
        for (index, key) in keys.iter().enumerate() {
            let next = keys.get(index + 1).map_or(self.rest.end, |next| next.start);
            let end = value_end(&self.prose.text, key.value..next, key.concept);
            self.field(key, key.value..end);
        }
        let last = keys.last().map_or(start, |key| {
            value_end(&self.prose.text, key.value..self.rest.end, key.concept)
        });
        let before = without_separators(&self.prose.text, self.rest.start..start);
        let before = self.without_open_bracket(before);
        // Fields first, and what is to be done behind them.
        self.rest = match before.is_empty() {
            true => {
                let behind = &self.prose.text[last..self.rest.end];
                let rest = behind.trim_start_matches(|c| is_separator(c) || ")]）】".contains(c));
                trimmed(&self.prose.text, self.rest.end - rest.len()..self.rest.end)
            }
            false => {
                self.behind_keys(last);
                before
            }
        };
    }

    /// `… (owner: ada) - DONE`: what stands behind all fields may be a state.
    fn behind_keys(&mut self, start: usize) {
        let text = &self.prose.text[start..self.rest.end];
        let is_edge = |c: char| is_separator(c) || ")]）】.。".contains(c);
        let behind = text.trim_start_matches(is_edge);
        let range = self.rest.end - behind.len()..self.rest.end;
        let Some(value) = self.prose.spanned(range) else {
            return;
        };
        if value.value.len() <= LONGEST_VALUE {
            self.facts.take_state(&value);
        }
    }

    /// `… (Bob, due: 2026-12-01)`: the name before the first key.
    fn without_open_bracket(&mut self, before: Range<usize>) -> Range<usize> {
        let text = &self.prose.text[before.clone()];
        let Some(open) = text.rfind(['(', '[', '（']) else {
            return before;
        };
        let inner = before.start + open + first_length(&text[open..]);
        if text[open..].contains([')', ']', '）']) || !self.facts.owners.is_empty() {
            return before;
        }
        let Some(value) = self.prose.spanned(inner..before.end) else {
            return before;
        };
        let is_dated = matches!(self.facts.due, Due::Day(_));
        match self.takes_people(&value, is_dated) {
            true => without_separators(&self.prose.text, before.start..before.start + open),
            false => before,
        }
    }

    fn find_keys(&self) -> Vec<Key> {
        let text = self.text();
        let mut keys: Vec<Key> = Vec::new();
        for (at, colon) in text.match_indices([':', '：']) {
            let floor = keys.last().map_or(0, |key| key.value - self.rest.start);
            let Some((start, concept)) = key_before(text, floor..at) else {
                continue;
            };
            let value = at + colon.len();
            if !is_plausible(concept, head(text[value..].trim_start(), LONGEST_VALUE)) {
                continue;
            }
            keys.push(Key {
                start: self.rest.start + start,
                value: self.rest.start + value,
                concept,
            });
        }
        keys
    }

    fn field(&mut self, key: &Key, value: Range<usize>) {
        let Some(value) = self.prose.spanned(value) else {
            return;
        };
        self.facts.apply(key.concept, &value, self.around);
    }

    fn set_done(&mut self, done: Done) {
        if self.facts.done == Done::Unstated {
            self.facts.done = done;
        }
    }

    /// An item that says nothing but of which other one it is the duplicate.
    fn all_of_it(&mut self) {
        let is_short = self.rest.len() <= LONGEST_VALUE;
        if is_short && is_duplicate(&vocabulary::normalise(self.text())) {
            self.facts.dropped = self.prose.spanned(self.rest.clone());
            self.facts.done = Done::Yes;
        }
    }

    /// Brackets, dashes and handles at the end, one after the other.
    fn tails(&mut self) {
        for _ in 0..MOST_TAILS {
            let end = self.rest.end;
            let is_understood = self.bracket()
                || self.dash()
                || self.handle_at_end()
                || self.date_at_end()
                || self.mark_at_end()
                || self.stressed_at_end();
            if !is_understood {
                break;
            }
            if self.rest.end == end {
                break;
            }
        }
        self.settle_date();
    }

    /// A bare date is due if somebody is asked, and of completion if it is done; else it is text.
    fn settle_date(&mut self) {
        let Some((due, with_date)) = self.pending.take() else {
            return;
        };
        match (&due, self.facts.done) {
            (Due::Day(day), Done::Yes) => _ = self.facts.done_on.get_or_insert_with(|| day.clone()),
            _ if self.facts.owners.is_empty() && !self.is_dashed_day => {
                self.rest.end = with_date.end;
            }
            _ if self.facts.due == Due::Missing => {
                self.facts.is_bare_day = self.facts.owners.is_empty();
                self.facts.due = due;
            }
            _ => {}
        }
    }

    /// The text without a full stop, and where the part that is looked at begins.
    fn tail(&self) -> (Range<usize>, usize) {
        let text = self.text();
        let end = text.trim_end_matches(['.', ' ', '。', '*', '_']).len();
        let floor = ceil_boundary(text, end.saturating_sub(LONGEST_TAIL));
        (floor..end, self.rest.start)
    }

    fn bracket(&mut self) -> bool {
        let (tail, base) = self.tail();
        let text = &self.text()[..tail.end];
        let Some(close) = text
            .chars()
            .next_back()
            .filter(|c| matches!(c, ')' | ']' | '）'))
        else {
            return false;
        };
        let Some(open) = text[tail.start..].rfind(['(', '[', '（']) else {
            return false;
        };
        let open = tail.start + open;
        let inner_start = open + text[open..].chars().next().map_or(1, char::len_utf8);
        let inner = inner_start..text.len() - close.len_utf8();
        if inner.start > inner.end {
            return false;
        }
        // `[prevent]` tells the kind of action.
        let is_kind = close == ']' && is_category(&text[inner.clone()]);
        let inner = base + inner.start..base + inner.end;
        let is_understood = self.understands_parts(inner.clone()) || self.bracketed_name(inner);
        if !is_understood && !is_kind {
            return false;
        }
        self.cut(base + open);
        true
    }

    /// `… (Ada) by 2026-12-01`: one word with a capital before a day to come, that is no word
    /// elsewhere in the document.
    fn bracketed_name(&mut self, range: Range<usize>) -> bool {
        let is_asked = self.asked_by.is_some_and(|day| self.around.is_ahead(day));
        let name = &self.prose.text[range.clone()];
        let is_name = name.starts_with(char::is_uppercase)
            && !name.contains(' ')
            && asked::is_bare_name(name)
            && !self.around.has_small_word(&name.to_lowercase());
        let owner = self.prose.spanned(range).filter(|_| is_asked && is_name);
        let Some(owner) = owner.filter(|_| self.facts.owners.is_empty()) else {
            return false;
        };
        self.facts.owners.push(owner);
        self.facts.is_guessed = true;
        true
    }

    /// Whether all in brackets is understood, as one or part by part: `(due 2026-12-01, owner ada)`.
    fn understands_parts(&mut self, range: Range<usize>) -> bool {
        if self.understood(range.clone(), false) {
            return true;
        }
        let text = &self.prose.text[range.clone()];
        if text.len() > LONGEST_VALUE || !text.contains([',', ';']) {
            return false;
        }
        let before = self.facts.clone();
        let mut start = range.start;
        for part in text.split([',', ';']) {
            let end = start + part.len();
            if !self.understood(start..end, false) {
                *self.facts = before;
                return false;
            }
            start = end + 1;
        }
        true
    }

    fn dash(&mut self) -> bool {
        let (tail, base) = self.tail();
        let text = &self.text()[tail.clone()];
        let found = [
            " - ", " – ", " — ", " -- ", " | ", ", ", "; ", "，", "、", " · ", "→ ", "。", ". ",
        ];
        let cuts = found
            .iter()
            .filter_map(|dash| Some((text.rfind(dash)?, dash.len())));
        let Some((at, length)) = cuts.max() else {
            return false;
        };
        let inner = base + tail.start + at + length..base + tail.end;
        let is_dashed = text[at..].starts_with([' ', '→']);
        let was_undated = self.asked_by.is_none();
        if !self.understood(inner, is_dashed) {
            return false;
        }
        let day = self.asked_by.filter(|_| was_undated && is_dashed);
        let is_known = day.is_some_and(|day| matches!(day, Day::Known(_)));
        self.is_dashed_day |= is_known && day.is_some_and(|day| self.around.is_ahead(day));
        self.cut(base + tail.start + at);
        true
    }

    fn cut(&mut self, end: usize) {
        self.rest = without_separators(&self.prose.text, self.rest.start..end);
    }

    /// Whether a part at the end is a state, owners, a date, a priority or a ticket; if so it is
    /// taken. A word between dashes before a day to come is a name.
    fn understood(&mut self, range: Range<usize>, is_dashed: bool) -> bool {
        let range = trimmed(&self.prose.text, range);
        let text = &self.prose.text[range.clone()];
        if text.is_empty() || text.len() > LONGEST_VALUE {
            return false;
        }
        let Some(value) = self.prose.spanned(range) else {
            return false;
        };
        if self.facts.take_state(&value) {
            return true;
        }
        let asked_by = self.asked_by.filter(|_| self.facts.owners.is_empty());
        let is_dated = asked_by.is_some_and(|day| is_dashed && self.around.is_ahead(day));
        if self.takes_people(&value, is_dated) {
            return true;
        }
        if is_priority(text) {
            self.facts.priority.get_or_insert(value);
            return true;
        }
        if is_ticket(text) {
            self.facts.tracker.get_or_insert(value);
            return true;
        }
        self.is_undated() && (self.takes_bare_date(&value) || self.takes_time_span(value))
    }

    /// `EOW`, which names no day: only an owner beside it makes it a date.
    fn takes_time_span(&mut self, value: Spanned<String>) -> bool {
        let is_span = vocabulary::names("items", "no-day", &vocabulary::normalise(&value.value));
        if is_span {
            self.pending = Some((Due::OpenEnded(value), self.rest.clone()));
        }
        is_span
    }

    fn is_undated(&self) -> bool {
        self.facts.due == Due::Missing && self.pending.is_none()
    }

    /// `2026-01-05`, `by 5 January 2026`: a date and nothing else.
    fn takes_bare_date(&mut self, value: &Spanned<String>) -> bool {
        let found = asked::day_at_end(&value.value).filter(|found| found.start == 0);
        found.is_some_and(|found| self.takes_day(&found, value))
    }

    fn takes_day(&mut self, found: &DayAtEnd, value: &Spanned<String>) -> bool {
        // A slash date without a word or a name may be that of anything.
        if !found.is_due && !matches!(found.day, Day::Known(_)) && found.start == 0 {
            return false;
        }
        let length = value.value.len() - found.start;
        let words = Spanned::new(
            value.value[found.start..].to_owned(),
            within(value, found.start, length),
        );
        let due = due(&words, self.around.incident);
        self.asked_by = Some(found.day);
        match found.is_due {
            true => self.facts.due = due,
            false => self.pending = Some((due, self.rest.clone())),
        }
        true
    }

    /// Nothing but people, with a date behind them perhaps: `@ada, 2026-12-01`. Words without a
    /// sign are people if the document knows them, or if a day to come stands beside them.
    fn takes_people(&mut self, value: &Spanned<String>, is_dated: bool) -> bool {
        let day = asked::day_at_end(&value.value);
        // A slash date without a word may be that of anything, unless it is one to come.
        let is_slashed = |day: Day| matches!(day, Day::Either(..)) && self.around.is_ahead(day);
        let is_day = |day: &DayAtEnd| matches!(day.day, Day::Known(_)) || is_slashed(day.day);
        let day = day.filter(|day| day.is_due || is_day(day));
        let day = day.filter(|day| day.start > 0 && self.is_undated());
        let end = day.as_ref().map_or(value.value.len(), |day| day.start);
        let kept = value.value[..end].trim_end_matches(is_separator);
        let people = Spanned::new(kept.to_owned(), within(value, 0, kept.len()));
        if let Some(owner) = asked::behind_key(&people) {
            self.facts.take_owners(&owner, self.around);
        } else {
            let is_ahead = |day: &DayAtEnd| self.around.is_ahead(day.day);
            let is_dated = is_dated || day.as_ref().is_some_and(is_ahead);
            let Some(owners) = self.people(&people, is_dated) else {
                return false;
            };
            self.facts.owners.extend(owners);
        }
        if let Some(day) = day {
            self.takes_day(&day, value);
        }
        true
    }

    fn people(&self, value: &Spanned<String>, is_dated: bool) -> Option<Vec<Spanned<String>>> {
        let mut owners = Vec::new();
        for (start, part) in asked::split_names(&value.value) {
            let name = part.trim().trim_matches('`');
            let is_handle = asked::handle(name) == Some(name.len())
                || (is_dated && asked::team(name) == Some(name.len()));
            let is_name = is_dated && asked::is_bare_name(name);
            if !is_handle && !is_name && !self.around.knows(name) {
                return None;
            }
            let lead = part.len() - part.trim_start().len();
            let span = within(value, start + lead, part.trim().len());
            owners.push(Spanned::new(name.to_owned(), span));
        }
        (!owners.is_empty()).then_some(owners)
    }

    /// `… @ada`, `… @ada by 2026-12-01`, unless a word before it says another thing than an order.
    fn handle_at_end(&mut self) -> bool {
        let (tail, base) = self.tail();
        let text = &self.text()[tail.clone()];
        let day = asked::day_at_end(text).filter(|_| self.is_undated());
        let end = day.as_ref().map_or(text.len(), |day| day.start);
        let named = text[..end].trim_end_matches([' ', ',']);
        let Some(at) = named.rfind(char::is_whitespace).map(|at| at + 1) else {
            return false;
        };
        let word = named[at..].trim_matches('`');
        let is_ahead = day
            .as_ref()
            .is_some_and(|day| self.around.is_ahead(day.day));
        if !word.starts_with('@') || !asked::may_be_asked(&text[..at], word, is_ahead) {
            return false;
        }
        let start = base + tail.start + at;
        let Some(value) = self.prose.spanned(start..base + tail.end) else {
            return false;
        };
        if !self.takes_people(&value, false) {
            return false;
        }
        let before = text[..at].trim_end();
        self.cut(start - (at - before.strip_suffix(" by").unwrap_or(before).len()));
        true
    }

    /// `… by 2026-01-05`, `… due 2026-01-05`.
    fn date_at_end(&mut self) -> bool {
        let (tail, base) = self.tail();
        let found = asked::day_at_end(&self.text()[tail.clone()]);
        let Some(found) = found.filter(|found| found.is_due && self.is_undated()) else {
            return false;
        };
        let start = base + tail.start + found.start;
        let Some(value) = self.prose.spanned(start..base + tail.end) else {
            return false;
        };
        if !self.takes_bare_date(&value) {
            return false;
        }
        self.cut(start);
        true
    }

    /// A state in bold, in italics or in capitals: `… _done in the console_`, `… WONTDO`.
    fn stressed_at_end(&mut self) -> bool {
        let (tail, base) = self.tail();
        let text = &self.text()[tail.clone()];
        let start = base + tail.start;
        let end = base + tail.end;
        let last = text.rfind(' ').map(|at| start + at + 1);
        let is_loud = |at: &usize| {
            let word = &self.prose.text[*at..end];
            !word.contains(char::is_lowercase)
        };
        let stressed = self.prose.stressed_tail(end).filter(|at| *at > start);
        let Some(at) = stressed.or(last.filter(is_loud)) else {
            return false;
        };
        let Some(value) = self.prose.spanned(at..end) else {
            return false;
        };
        if value.value.len() > LONGEST_VALUE || !self.facts.take_state(&value) {
            return false;
        }
        self.cut(at);
        true
    }

    fn mark_at_end(&mut self) -> bool {
        let (tail, base) = self.tail();
        let text = self.text()[..tail.end].trim_end_matches('\u{fe0f}');
        let Some((length, done)) = mark_before_end(text) else {
            return false;
        };
        self.set_done(done);
        self.cut(base + text.len() - length);
        true
    }
}

impl Facts {
    /// Takes the value of a field.
    pub fn apply(&mut self, concept: &str, value: &Spanned<String>, around: &Around<'_>) {
        match concept {
            "owner" => self.take_owners(value, around),
            "due" => self.take_due(value, around),
            "status" => _ = self.take_state(value),
            "done-on" => {
                self.done = Done::Yes;
                self.done_on = day_in(value);
            }
            "priority" if !value.value.is_empty() => self.priority = Some(value.clone()),
            "tracker" => _ = self.tracker.get_or_insert_with(|| value.clone()),
            _ => {}
        }
    }

    /// Takes owners, and the day behind them: `ada, due 2026-12-01`.
    pub fn take_owners(&mut self, value: &Spanned<String>, around: &Around<'_>) {
        let day = asked::day_at_end(&value.value);
        let day = day.filter(|day| day.is_due || matches!(day.day, Day::Known(_)));
        if let Some(day) = day.filter(|day| day.start > 0) {
            let (people, words) = value.value.split_at(day.start);
            let kept = people.trim_end_matches(is_separator);
            let due = Spanned::new(words.to_owned(), within(value, day.start, words.len()));
            self.take_due(&due, around);
            let people = Spanned::new(kept.to_owned(), within(value, 0, kept.len()));
            return self.take_names(&people);
        }
        self.take_names(value);
    }

    fn take_names(&mut self, value: &Spanned<String>) {
        let owners = names(value);
        if owners.is_empty() || value.value.len() > LONGEST_VALUE {
            self.unclear_owner.get_or_insert_with(|| value.clone());
            return;
        }
        for owner in owners {
            if !self.owners.iter().any(|known| known.value == owner.value) {
                self.owners.push(owner);
            }
        }
    }

    fn take_due(&mut self, value: &Spanned<String>, around: &Around<'_>) {
        let words = vocabulary::normalise(&without_brackets(&value.value));
        if state(&words) == Some(Done::Yes) && !vocabulary::names("items", "no-date", &words) {
            self.take_state(value);
            return;
        }
        if self.due == Due::Missing {
            self.due = due(value, around.incident);
        }
    }

    /// Takes a state such as "Done (2026-05-07)" or "won't do: too dear"; false if it is none.
    pub fn take_state(&mut self, value: &Spanned<String>) -> bool {
        let text = value.value.as_str();
        let head = text.split([':', '：']).next().unwrap_or(text);
        let words = vocabulary::normalise(head);
        if vocabulary::names("items", "status-dropped", &words) {
            let rest = text[head.len()..].trim_start_matches([':', '：', ' ']);
            let start = text.len() - rest.len();
            self.done = Done::Yes;
            self.dropped = Some(match rest.is_empty() {
                true => value.clone(),
                false => Spanned::new(rest.to_owned(), within(value, start, rest.len())),
            });
            return true;
        }
        if let Some(promise) = promise(value) {
            self.done = Done::No;
            if self.due == Due::Missing {
                self.due = due(&promise, None);
            }
            return true;
        }
        let Some(done) = state_of(text) else {
            return false;
        };
        self.done = done;
        if done == Done::Yes {
            self.done_on = self.done_on.take().or_else(|| day_in(value));
        }
        true
    }

    /// Takes what a cell answers to a heading such as `Done?`: `Y`, `true`, `[x]`; false if it
    /// answers nothing.
    pub fn take_answer(&mut self, value: &Spanned<String>) -> bool {
        if let Some((_, done, is_dropped)) = a_box(&value.value) {
            self.done = done;
            self.dropped = is_dropped.then(|| value.clone());
            return true;
        }
        let words = vocabulary::normalise(&value.value);
        let is = |concept| vocabulary::names("items", concept, &words);
        self.done = match (is("answer-done"), is("answer-open")) {
            (true, _) => Done::Yes,
            (_, true) => Done::No,
            _ => return false,
        };
        true
    }
}

/// Whether a short state says how much of it is done, or asks: `50% done`, `1/2 done`, `Done?`.
fn is_partial(text: &str) -> bool {
    /// Whoever says more tells of another share.
    const WORDS: usize = 4;
    let text = text.trim();
    if text.split_whitespace().count() > WORDS {
        return false;
    }
    let plain = text.trim_start_matches(['~', '≈', '(', ' ']);
    let part = plain.split_once('/').is_some_and(|(part, rest)| {
        let whole = rest.split(' ').next().unwrap_or_default();
        let numbers = part.parse::<u16>().ok().zip(whole.parse::<u16>().ok());
        numbers.is_some_and(|(part, whole)| part < whole)
    });
    let share = text.split('%').next().filter(|share| *share != text);
    let share = share.map(|share| share.trim_end());
    let share = share.and_then(|share| {
        share
            .rsplit(|c: char| !c.is_ascii_digit())
            .next()?
            .parse()
            .ok()
    });
    text.ends_with(['?', '？']) || part || share.is_some_and(|share: u16| share < 100)
}

/// The state that a value says, with its signs and what stands in brackets.
fn state_of(text: &str) -> Option<Done> {
    let text = text.strip_prefix("100%").map_or(text, str::trim_start);
    let words = vocabulary::normalise(&without_brackets(text));
    let done = match mark_at_start(text.trim_start()) {
        Some((_, done)) => done,
        None => state(&vocabulary::normalise(text)).or_else(|| state(&words))?,
    };
    match is_taken_back(&words) || is_partial(text) {
        true => Some(Done::No),
        false => Some(done),
    }
}

/// The state that a word says.
pub(super) fn state(words: &str) -> Option<Done> {
    let is = |concept| vocabulary::names("items", concept, words);
    if is("status-open") {
        return Some(Done::No);
    }
    if is("status-dropped") {
        return Some(Done::Yes);
    }
    let is_done = is("status-done");
    is_done.then(|| match is_taken_back(words) {
        true => Done::No,
        false => Done::Yes,
    })
}

/// The state that the first word of a cell says, unless a later one takes it back: "Done in v2.3".
pub(super) fn state_at_start(text: &str) -> Option<Done> {
    let mut words = text.split([' ', ',', '(', '-', '–', '—', ':', ';', '.']);
    let first = words.find(|word| !word.is_empty())?;
    let done = state(&vocabulary::normalise(first))?;
    let is_open =
        is_taken_back(&vocabulary::normalise(&without_brackets(text))) || is_partial(text);
    Some(if is_open { Done::No } else { done })
}

/// The day that a value is, if it is nothing else.
pub(super) fn only_day(value: &Spanned<String>) -> Option<Spanned<Date>> {
    let found = date::at_start(&value.value)?;
    let is_all = found.range.end == value.value.len();
    is_all.then(|| day_in(value)).flatten()
}

/// Whether a word of finishing is followed by one that it is not all: "done except the docs".
pub(super) fn is_taken_back(words: &str) -> bool {
    let is = |concept| vocabulary::names("items", concept, words);
    is("status-taken-back") && !is("status-closed-anyway") && !is("status-dropped")
}

/// The day in "Done by 2026-12-01", which is one to be done by and not one it was done on.
fn promise(value: &Spanned<String>) -> Option<Spanned<String>> {
    let text = value.value.as_str();
    let word = [" by ", " before ", " until "];
    let found = word
        .iter()
        .filter_map(|word| Some(text.find(word)? + word.len()));
    let start = found.min()?;
    date::at_start(&text[start..])?;
    let is_done = state(&vocabulary::normalise(&text[..start])) == Some(Done::Yes);
    let is_plain = state(&vocabulary::normalise(text)) == Some(Done::Yes);
    let span = within(value, start, text.len() - start);
    (is_done || is_plain).then(|| Spanned::new(text[start..].to_owned(), span))
}

/// The bytes of a box that the parser knows nothing of, as in cells and of some editors, what it
/// says, and whether that is that nothing will be done.
///
/// `[-]` is cancelled and `[/]` in progress to the plug-ins of Obsidian. `[~]` is *in progress* in
/// most repositories, and to GitLab it does not apply, which only its page shows: what may be open
/// is open, unless the text is struck through as well.
fn a_box(text: &str) -> Option<(usize, Done, bool)> {
    let (inner, behind) = text.strip_prefix('[')?.split_once(']')?;
    let (done, is_dropped) = match inner.trim() {
        "x" | "X" | "✓" | "✔" | "✔\u{fe0f}" | "✅" | "☑" => (Done::Yes, false),
        "-" => (Done::Yes, true),
        "" | "/" | "~" => (Done::No, false),
        _ => return None,
    };
    let ends = behind.is_empty() || behind.starts_with(' ');
    ends.then_some((inner.len() + 2, done, is_dropped))
}

/// The bytes of a sign at the start, `✅` or `:white_check_mark:`, and its state.
fn mark_at_start(text: &str) -> Option<(usize, Done)> {
    if let Some((name, _)) = text.strip_prefix(':').and_then(|rest| rest.split_once(':')) {
        return Some((name.len() + 2, shortcode(name)?));
    }
    let first = text.chars().next()?;
    Some((first.len_utf8(), mark(first)?))
}

fn mark_before_end(text: &str) -> Option<(usize, Done)> {
    if let Some((_, name)) = text
        .strip_suffix(':')
        .and_then(|rest| rest.rsplit_once(':'))
    {
        return Some((name.len() + 2, shortcode(name)?));
    }
    let last = text.chars().next_back()?;
    Some((last.len_utf8(), mark(last)?))
}

/// The state that a sign shows which is written by its name.
fn shortcode(name: &str) -> Option<Done> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_+-".contains(c);
    if name.len() > LONGEST_KEY || !name.chars().all(is_name) {
        return None;
    }
    let words = vocabulary::normalise(name);
    let is = |concept| vocabulary::names("items", concept, &words);
    match (is("shortcode-done"), is("shortcode-open")) {
        (true, _) => Some(Done::Yes),
        (_, true) => Some(Done::No),
        _ => None,
    }
}

/// Whether nothing but a day stands behind the word of a state: "done thing" is no state.
fn is_state_alone(words: &str) -> bool {
    let Some((first, rest)) = words.split_once(' ') else {
        return true;
    };
    let rest = rest.strip_prefix("on ").unwrap_or(rest);
    state(first).is_none() || rest.starts_with(|c: char| c.is_ascii_digit())
}

/// The state that a sign shows.
fn mark(sign: char) -> Option<Done> {
    match sign {
        '✅' | '☑' | '✔' | '✓' | '🎉' => Some(Done::Yes),
        '⬜' | '☐' | '🔲' | '⏳' | '🚧' | '🔄' | '🟡' | '🔴' | '❌' | '⏸' => {
            Some(Done::No)
        }
        _ => None,
    }
}

/// The owners that a value names; none if it is `TBD`, a dash or the like.
pub(super) fn names(value: &Spanned<String>) -> Vec<Spanned<String>> {
    let mut names = Vec::new();
    if vocabulary::names("items", "no-owner", &vocabulary::normalise(&value.value)) {
        return names;
    }
    for (start, part) in asked::split_names(&value.value) {
        let head = match part.trim_start().starts_with(['(', '[']) {
            true => part,
            false => before_bracket(part),
        };
        let range = trimmed(head, 0..head.len());
        let name =
            head[range.clone()].trim_matches(['`', '*', '_', '.', '。', '[', ']', '(', ')', ' ']);
        let words = vocabulary::normalise(name);
        let is_name = words.contains(char::is_alphabetic);
        if !is_name || vocabulary::names("items", "no-owner", &words) {
            continue;
        }
        let offset = head.find(name).unwrap_or(range.start);
        let span = within(value, start + offset, name.len());
        names.push(Spanned::new(name.to_owned(), span));
    }
    names
}

fn before_bracket(part: &str) -> &str {
    let end = part.find(" (").or_else(|| part.find('（'));
    &part[..end.unwrap_or(part.len())]
}

/// When something is due, by the words of a field for it.
pub(super) fn due(value: &Spanned<String>, incident: Option<Date>) -> Due {
    // A line end that is meant, such as `<br>`, is a blank in a sentence.
    let value = &Spanned::new(value.value.replace('\n', " "), value.span);
    let text = value.value.trim();
    let words = vocabulary::normalise(text);
    if !text.contains(char::is_alphanumeric) || vocabulary::names("items", "no-date", &words) {
        return Due::Placeholder(value.clone());
    }
    let Some(found) = date::first(&value.value) else {
        return match looks_like_a_day(text) {
            true => Due::Unreadable(value.clone()),
            false => Due::OpenEnded(value.clone()),
        };
    };
    let day = match found.day {
        Day::Known(day) => Some(day),
        Day::NoYear(month, day) => {
            incident.and_then(|start| date::next_on_or_after(start, month, day))
        }
        Day::Either(..) | Day::Impossible => None,
    };
    let span = within(value, found.range.start, found.range.len());
    match day {
        Some(day) => Due::Day(Spanned::new(day, span)),
        None => Due::Unreadable(value.clone()),
    }
}

/// Numbers joined as in a date, but not a year and a month.
fn looks_like_a_day(text: &str) -> bool {
    let numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty());
    let is_joined = text.as_bytes().windows(3).any(|three| {
        three[0].is_ascii_digit()
            && matches!(three[1], b'/' | b'-' | b'.')
            && three[2].is_ascii_digit()
    });
    let has_year = text
        .split(|c: char| !c.is_ascii_digit())
        .any(|part| part.len() == 4);
    is_joined && (numbers.count() > 2 || !has_year)
}

fn day_in(value: &Spanned<String>) -> Option<Spanned<Date>> {
    let found = date::dates(&value.value);
    let found = found
        .into_iter()
        .find(|found| found.day.known().is_some())?;
    let span = within(value, found.range.start, found.range.len());
    Some(Spanned::new(found.day.known()?, span))
}

/// `AG`, `JP`: two or three capitals that are no common abbreviation.
pub(super) fn is_initials(name: &str) -> bool {
    let is_short = (2..=3).contains(&name.len());
    let is_capital = name.bytes().all(|byte| byte.is_ascii_uppercase());
    is_short && is_capital && !is_category(name)
}

/// Whether a word of a possible name tells of a kind of actions or of a system.
pub(super) fn is_category(name: &str) -> bool {
    vocabulary::normalise(name).split(' ').any(is_category_word)
}

/// Whether a heading says nothing but the kind of what stands below.
pub(super) fn is_kind(heading: &str) -> bool {
    vocabulary::normalise(heading)
        .split(' ')
        .all(is_category_word)
}

fn is_category_word(word: &str) -> bool {
    let is_noun = CATEGORY_ENDINGS.iter().any(|end| word.ends_with(end));
    is_noun || vocabulary::names("items", "category", word)
}

/// Endings of words for activities and qualities, which names hardly have.
const CATEGORY_ENDINGS: &[&str] = &["ing", "tion", "ment", "ness", "ability", "ware"];

/// `P0` to `P5`.
fn is_priority(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes, [b'P' | b'p', b'0'..=b'5'])
}

/// The key that ends before a colon, if it is one of ours.
fn key_before(text: &str, range: Range<usize>) -> Option<(usize, &'static str)> {
    let before = &text[range.clone()];
    let floor = ceil_boundary(before, before.len().saturating_sub(LONGEST_KEY));
    let window = before[floor..].trim_end();
    let separator = window
        .char_indices()
        .rev()
        .find(|(at, c)| is_key_separator(*c) && !is_hyphen(window, *at))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let start = range.start + floor;
    let whole = window[separator..].trim_start();
    let offset = window.len() - whole.len();
    if let Some(concept) = key_concept(whole) {
        return Some((start + offset, concept));
    }
    // "… fix it Owner: ada": the last words alone, if they begin like a key.
    let mut starts: Vec<usize> = whole.match_indices(' ').map(|(at, _)| at + 1).collect();
    starts.reverse();
    let is_behind_key = range.start > 0;
    // "… fix it owner:ada".
    let is_tag = text[range.end..].starts_with(':')
        && text[range.end + 1..].starts_with(|c: char| !c.is_whitespace());
    let blank = before.len() - before.trim_start().len();
    for at in starts.into_iter().take(2) {
        let word = &whole[at..];
        let is_capital = word.starts_with(|c: char| c.is_uppercase() || !c.is_ascii());
        // "due: 2026-01-05 owner: ada": in small letters behind the short value of another key.
        let is_next = is_behind_key && floor + offset == blank && is_short(&whole[..at]);
        if let Some(concept) = key_concept(word).filter(|_| is_capital || is_next || is_tag) {
            return Some((start + offset + at, concept));
        }
    }
    None
}

/// Whether what follows a key may be its value: "Issue: the pool was small" names no ticket.
fn is_plausible(concept: &str, value: &str) -> bool {
    let word = value.split([' ', ',', ';', ')']).next().unwrap_or_default();
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#');
    match concept {
        "tracker" => value.starts_with("http") || is_ticket(word),
        "status" => {
            let first = vocabulary::normalise(word);
            let two: Vec<&str> = value.split(' ').take(2).collect();
            mark_at_start(value).is_some()
                || state(&first).is_some()
                || state(&vocabulary::normalise(&two.join(" "))).is_some()
        }
        "done-on" => date::at_start(value).is_some(),
        "priority" => word.len() <= 12,
        _ => true,
    }
}

fn key_concept(key: &str) -> Option<&'static str> {
    // A number before it is that of a value: normalised, it would be left out.
    if key.is_empty() || key.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let concepts = vocabulary::concepts("items", &vocabulary::normalise(key));
    let key = concepts
        .iter()
        .find_map(|concept| concept.strip_prefix("key-"));
    key.filter(|key| *key != "action")
}

/// Whether a value is a day or one or two words.
fn is_short(value: &str) -> bool {
    let value = value.trim();
    let day = date::at_start(value).is_some_and(|found| found.range.end == value.len());
    day || value.split(' ').count() <= 2
}

/// Whether a sign stands in a word or a date.
fn is_hyphen(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let around = [before, bytes.get(at + 1)];
    let are = |is: fn(&u8) -> bool| around.iter().all(|byte| byte.is_some_and(is));
    match bytes.get(at) {
        Some(b'-') => are(u8::is_ascii_alphanumeric),
        Some(b'.') => are(u8::is_ascii_digit),
        _ => false,
    }
}

fn is_key_separator(c: char) -> bool {
    "-–—,;|()[]（）【】.。、·•*\n".contains(c)
}

/// Where a field's value ends.
fn value_end(text: &str, range: Range<usize>, concept: &str) -> usize {
    const ENDS: &[&str] = &[
        " - ", " – ", " — ", "|", ";", ")", "]", "）", "】", "。", "\n", ". ",
    ];
    let window = &text[range.clone()];
    let lead = window.len() - window.trim_start().len();
    let end = ENDS.iter().filter_map(|end| window[lead..].find(end)).min();
    let end = end.map_or(window.len(), |end| lead + end);
    // A link's text or a bracket at the start is part of the value.
    let is_date = matches!(concept, "due" | "done-on");
    let dated = date::at_start(window[lead..].trim_start()).filter(|_| is_date);
    let end = dated.map_or(end, |found| {
        end.min(lead + found.range.end).max(lead + found.range.end)
    });
    let kept = without_separators(text, range.start..range.start + end);
    kept.end.max(range.start)
}

/// A range without separators at its end and blanks at its start.
fn without_separators(text: &str, range: Range<usize>) -> Range<usize> {
    let range = trimmed(text, range);
    let kept = text[range.clone()].trim_end_matches(is_separator);
    trimmed(text, range.start..range.start + kept.len())
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || "-–—,;|([（【、·•:：*_".contains(c)
}

fn without_brackets(text: &str) -> String {
    text.replace(['(', ')', '（', '）', '[', ']'], " ")
}

/// The ends of the first words of a text.
fn word_ends(text: &str) -> Vec<usize> {
    let mut ends: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).take(3).collect();
    if ends.len() < 3 {
        ends.push(text.len());
    }
    ends
}

/// At most so many bytes from the start.
fn head(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn ceil_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}
