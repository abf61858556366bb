//! Days and times of day as people write them in running text.
//!
//! Only what can be read in one way becomes a day: `3/4/26` is two days and stays two, and a day
//! that no calendar has is said to be none. Nothing is guessed from the clock or a locale.

use std::ops::Range;

use jiff::civil::{Date, Time};

use crate::vocabulary;

/// The two-digit years that are read belong to this century.
const CENTURY: i16 = 2000;

/// A date in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Bytes of the text.
    pub range: Range<usize>,
    pub day: Day,
}

/// What a date says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    Known(Date),
    /// Day first or month first: both are days.
    Either(Date, Date),
    /// Month and day, from 1.
    NoYear(i8, i8),
    /// A date in form that is on no calendar.
    Impossible,
}

impl Day {
    pub fn known(self) -> Option<Date> {
        match self {
            Day::Known(date) => Some(date),
            _ => None,
        }
    }
}

/// All dates of a text, in order.
pub(super) fn dates(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = first_from(text, at) {
        at = next.range.end;
        found.push(next);
    }
    found
}

/// The first date of a text.
pub(super) fn first(text: &str) -> Option<Found> {
    first_from(text, 0)
}

/// The first day that can be read in one way.
pub(super) fn first_day(text: &str) -> Option<Date> {
    let mut at = 0;
    while let Some(next) = first_from(text, at) {
        if let Day::Known(date) = next.day {
            return Some(date);
        }
        at = next.range.end;
    }
    None
}

/// A date that begins exactly at an offset.
pub(super) fn at_start(text: &str) -> Option<Found> {
    let starts_word = text.starts_with(|c: char| c.is_alphanumeric());
    starts_word.then(|| at_word(text, 0)).flatten()
}

fn first_from(text: &str, from: usize) -> Option<Found> {
    let mut before = text[..from].chars().next_back();
    for (offset, character) in text[from..].char_indices() {
        let joins = before.is_some_and(|before| joins(before, character));
        before = Some(character);
        if joins || !character.is_alphanumeric() {
            continue;
        }
        if let Some(found) = at_word(text, from + offset) {
            return Some(found);
        }
    }
    None
}

/// Whether two characters stand in one word or number.
fn joins(before: char, after: char) -> bool {
    match after.is_ascii_digit() {
        true => before.is_ascii_alphanumeric(),
        false => before.is_alphanumeric(),
    }
}

fn at_word(text: &str, start: usize) -> Option<Found> {
    let rest = &text[start..];
    let (length, day) = match rest.as_bytes().first()?.is_ascii_digit() {
        true => year_first(rest)
            .or_else(|| eight_digits(rest))
            .or_else(|| year_last(rest))
            .or_else(|| day_then_month(rest))?,
        false => month_then_day(rest)?,
    };
    let range = start..start + length;
    Some(Found { range, day })
}

/// `2026-01-05`, `2026/1/5`, `2026.01.05`, `2026年1月5日`.
fn year_first(text: &str) -> Option<(usize, Day)> {
    let (year, rest) = number(text, 4..=4)?;
    if !(1900..2200).contains(&year) {
        return None;
    }
    let (separator, rest) = split_first(rest)?;
    let (month, rest) = number(rest, 1..=2)?;
    let (second, rest) = split_first(rest)?;
    let (day, rest) = number(rest, 1..=2)?;
    let rest = match (separator, second) {
        ('年', '月') => rest.strip_prefix('日').unwrap_or(rest),
        ('-' | '/' | '.' | '‑', same) if same == separator => rest,
        _ => return None,
    };
    Some((text.len() - rest.len(), civil(year, month, day)))
}

/// `20260105`.
fn eight_digits(text: &str) -> Option<(usize, Day)> {
    let (number, rest) = number(text, 8..=8)?;
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let is_likely = (1990..2100).contains(&year);
    let date = civil(year, month, day).known().filter(|_| is_likely)?;
    Some((text.len() - rest.len(), Day::Known(date)))
}

/// `5-26-21`, `11/9/23`, `05.01.2026`.
fn year_last(text: &str) -> Option<(usize, Day)> {
    let (first, rest) = number(text, 1..=2)?;
    let (separator, rest) = split_first(rest)?;
    let (second, rest) = number(rest, 1..=2)?;
    let rest = rest.strip_prefix(separator)?;
    let (year, rest) = match separator {
        '/' | '-' => number(rest, 4..=4).or_else(|| number(rest, 2..=2))?,
        '.' => number(rest, 4..=4)?,
        _ => return None,
    };
    let year = if year < 100 {
        year + i32::from(CENTURY)
    } else {
        year
    };
    let day_first = civil(year, second, first);
    let month_first = match separator {
        '.' => Day::Impossible,
        _ => civil(year, first, second),
    };
    let day = match (day_first, month_first) {
        (Day::Known(a), Day::Known(b)) if a != b => Day::Either(a, b),
        (Day::Known(date), _) | (_, Day::Known(date)) => Day::Known(date),
        _ => Day::Impossible,
    };
    Some((text.len() - rest.len(), day))
}

/// `11 October 2025`, `28th of February`, `5 de março de 2026`.
fn day_then_month(text: &str) -> Option<(usize, Day)> {
    let (day, rest) = number(text, 1..=2)?;
    let rest = ordinal(rest).trim_start_matches([' ', '-', '\u{a0}']);
    let name = preposition(rest);
    let (month, rest) = month(name)?;
    let (year, rest) = year_behind(rest).map_or((None, rest), |(year, rest)| (Some(year), rest));
    if year.is_none() && !name.starts_with(char::is_uppercase) {
        return None;
    }
    Some((text.len() - rest.len(), with_year(year, month, day)))
}

/// `Oct 11, 2025`, `October 29–30 2025`, `Mar 25`.
fn month_then_day(text: &str) -> Option<(usize, Day)> {
    let is_capital = text.starts_with(char::is_uppercase);
    let (month, rest) = month(text)?;
    let rest = rest.trim_start_matches([' ', '.', '-', '\u{a0}']);
    let (day, rest) = number(rest, 1..=2)?;
    let rest = ordinal(rest);
    if rest.starts_with(':') {
        return None;
    }
    let last_day = rest.trim_start().strip_prefix(['-', '–', '—']);
    let behind = last_day.and_then(|rest| number(rest.trim_start(), 1..=2));
    let behind = behind.map_or(rest, |(_, rest)| ordinal(rest));
    let (year, rest) = year_behind(behind).map_or((None, rest), |(year, rest)| (Some(year), rest));
    if year.is_none() && !is_capital {
        return None;
    }
    Some((text.len() - rest.len(), with_year(year, month, day)))
}

fn with_year(year: Option<i32>, month: i32, day: i32) -> Day {
    match year {
        Some(year) => civil(year, month, day),
        None => match civil(2024, month, day) {
            Day::Known(date) => Day::NoYear(date.month(), date.day()),
            impossible => impossible,
        },
    }
}

fn year_behind(text: &str) -> Option<(i32, &str)> {
    let rest = text.trim_start_matches([' ', ',', '-', '.', '\u{a0}']);
    let rest = preposition(rest);
    let (year, rest) = number(rest, 4..=4)?;
    (1900..2200).contains(&year).then_some((year, rest))
}

/// A month's name, from 1.
fn month(text: &str) -> Option<(i32, &str)> {
    let end = text
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(text.len());
    // The longest name of a month has fewer letters.
    if !(3..=24).contains(&end) {
        return None;
    }
    let word = text[..end].to_lowercase();
    let names = vocabulary::concepts("dates", &word);
    let month = names.iter().find_map(|name| name.strip_prefix("month-"))?;
    Some((month.parse().ok()?, &text[end..]))
}

fn ordinal(text: &str) -> &str {
    const ENDINGS: &[&str] = &["st", "nd", "rd", "th", "º", "ª", "."];
    let ending = ENDINGS.iter().find_map(|ending| text.strip_prefix(ending));
    match ending {
        Some(rest) if !rest.starts_with(char::is_alphanumeric) => rest,
        _ => text,
    }
}

fn preposition(text: &str) -> &str {
    let text = text.trim_start();
    let words = ["of ", "de ", "del ", "do "];
    let rest = words.iter().find_map(|word| text.strip_prefix(word));
    rest.unwrap_or(text).trim_start()
}

/// A number of so many digits, and what stands behind it.
fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<(i32, &str)> {
    let length = text
        .bytes()
        .take(digits.end() + 1)
        .take_while(u8::is_ascii_digit)
        .count();
    if !digits.contains(&length) {
        return None;
    }
    Some((text[..length].parse().ok()?, &text[length..]))
}

fn split_first(text: &str) -> Option<(char, &str)> {
    let first = text.chars().next()?;
    Some((first, &text[first.len_utf8()..]))
}

fn civil(year: i32, month: i32, day: i32) -> Day {
    let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    let (Ok(year), Ok(month), Ok(day)) = parts else {
        return Day::Impossible;
    };
    Date::new(year, month, day).map_or(Day::Impossible, Day::Known)
}

/// The first such day on or after another: the year that a date without one means.
pub(super) fn next_on_or_after(start: Date, month: i8, day: i8) -> Option<Date> {
    let of_year = |year| Date::new(year, month, day).ok();
    let candidates = (0..=4).filter_map(|years| of_year(start.year().checked_add(years)?));
    candidates.into_iter().find(|date| *date >= start)
}

/// A time of day at the start of a text, and the bytes it takes: `08:47`, `8:47 AM`, `14.05`,
/// `10:42:13`, `9 am`, `14h05`.
pub(super) fn time_at_start(text: &str) -> Option<(usize, Time)> {
    let (hour, rest) = number(text, 1..=2)?;
    let mut parts = [hour, 0, 0];
    let mut rest = rest;
    let mut count = 1;
    while count < 3 {
        let after = rest.strip_prefix([':', '.', 'h', '：', '時']);
        let Some((part, behind)) = after.and_then(|rest| number(rest, 2..=2)) else {
            break;
        };
        parts[count] = part;
        count += 1;
        rest = behind.strip_prefix('分').unwrap_or(behind);
    }
    let (half, rest) = half_of_day(rest);
    if count == 1 && half.is_none() {
        return None;
    }
    let hour = match (half, parts[0]) {
        (Some(half), 1..=12) => parts[0] % 12 + if half == Half::After { 12 } else { 0 },
        (Some(_), _) => return None,
        (None, hour) => hour,
    };
    let time = Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(parts[1]).ok()?,
        i8::try_from(parts[2]).ok()?,
        0,
    );
    let is_whole = !rest.starts_with(|c: char| c.is_alphanumeric() && c.is_ascii() && c != 'Z');
    let time = time.ok().filter(|_| is_whole || count > 1)?;
    Some((text.len() - rest.len(), time))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Before,
    After,
}

fn half_of_day(text: &str) -> (Option<Half>, &str) {
    let trimmed = text.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let forms = [
        ("am", Half::Before),
        ("a.m.", Half::Before),
        ("pm", Half::After),
        ("p.m.", Half::After),
    ];
    for (form, half) in forms {
        let Some(start) = trimmed.get(..form.len()) else {
            continue;
        };
        let rest = &trimmed[form.len()..];
        if start.eq_ignore_ascii_case(form) && !rest.starts_with(char::is_alphanumeric) {
            return (Some(half), rest);
        }
    }
    (None, text)
}

/// A length of time in seconds, if a text says one and nothing else: `5h 16m`, `~4 hours`,
/// `2 hours and 5 minutes`, `47 min (estimated)`.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let head = text.split(['(', '（']).next().unwrap_or(text);
    let mut total = 0.0;
    let mut quantity: Option<f64> = None;
    let mut has_any = false;
    for token in tokens(head) {
        if let Ok(number) = token.parse::<f64>() {
            if quantity.replace(number).is_some() {
                return None;
            }
            continue;
        }
        match (unit(&token), quantity.take()) {
            (Some(unit), Some(number)) => {
                total += number * unit;
                has_any = true;
            }
            (None, None) if vocabulary::names("dates", "about", &token) => {}
            _ => return None,
        }
    }
    let is_sound = has_any && quantity.is_none() && total.is_finite() && total < 1e12;
    // Not negative, and small enough for a whole number.
    is_sound.then_some(total as u64)
}

fn unit(word: &str) -> Option<f64> {
    for concept in vocabulary::concepts("dates", word) {
        let seconds = match concept {
            "unit-second" => 1.0,
            "unit-minute" => 60.0,
            "unit-hour" => 3600.0,
            "unit-day" => 86_400.0,
            "unit-week" => 604_800.0,
            _ => continue,
        };
        return Some(seconds);
    }
    None
}

/// Numbers and words, each on its own.
fn tokens(text: &str) -> Vec<String> {
    /// Longer texts say more than a length of time.
    const MOST: usize = 64;
    if text.len() > MOST {
        return vec![String::new()];
    }
    let mut tokens: Vec<String> = Vec::new();
    let mut before = ' ';
    for character in text.to_lowercase().chars() {
        let is_number = character.is_ascii_digit() || character == '.';
        let goes_on = match before {
            before if before.is_ascii_digit() => is_number,
            '.' => is_number,
            before => before.is_alphabetic() && character.is_alphabetic(),
        };
        let is_word = is_number || character.is_alphabetic();
        match tokens.last_mut() {
            Some(last) if goes_on && is_word => last.push(character),
            _ if is_word && character != '.' => tokens.push(character.to_string()),
            _ if character == '?' => tokens.push(character.to_string()),
            _ => {}
        }
        before = character;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn only(text: &str) -> Day {
        first(text).expect(text).day
    }

    #[test]
    fn dates_that_say_one_day() {
        for text in [
            "2026-01-05",
            "on 2026-01-05T10:00Z",
            "2026/1/5",
            "20260105",
            "20260105-outage",
            "2026年1月5日",
            "January 5, 2026",
            "Jan. 5th, 2026",
            "5 January 2026",
            "the 5th of January 2026",
            "5-Jan-2026",
            "Monday, January 5 2026",
            "5 de janeiro de 2026",
            "5 de enero de 2026",
            "January 5–6, 2026",
            "05.01.2026",
        ] {
            assert_eq!(only(text), Day::Known(date(2026, 1, 5)), "{text}");
        }
        assert_eq!(only("5-26-21"), Day::Known(date(2021, 5, 26)));
        assert_eq!(only("26/5/2021"), Day::Known(date(2021, 5, 26)));
        assert_eq!(only("5/5/21"), Day::Known(date(2021, 5, 5)));
    }

    #[test]
    fn dates_that_say_less() {
        let either = Day::Either(date(2023, 9, 11), date(2023, 11, 9));
        assert_eq!(only("11/9/23"), either);
        assert_eq!(only("by Mar 25"), Day::NoYear(3, 25));
        assert_eq!(only("2026-02-31"), Day::Impossible);
        assert_eq!(only("31/02/2026"), Day::Impossible);
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "v1.270.0",
            "1.2.3",
            "10.0.0.1",
            "12345678",
            "PM2019-009",
            "PM-2026-001",
            "2026-01",
            "Q4 2025",
            "may 5 users",
            "marching 5",
            "14:05",
            "CVE-2021-44228",
            "24/7",
        ] {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn all_dates_in_order() {
        let found = dates("from 2026-07-29 to 30 July 2026, or Aug 1");
        let days: Vec<Day> = found.iter().map(|found| found.day).collect();
        assert_eq!(
            days,
            [
                Day::Known(date(2026, 7, 29)),
                Day::Known(date(2026, 7, 30)),
                Day::NoYear(8, 1)
            ]
        );
    }

    #[test]
    fn times_of_day() {
        let is = |text, hour, minute, length| {
            let expected = Some((length, time(hour, minute, 0, 0)));
            assert_eq!(time_at_start(text), expected, "{text}");
        };
        is("08:47] merged", 8, 47, 5);
        is("8:47 AM PST", 8, 47, 7);
        is("12:05am", 0, 5, 7);
        is("14.05 x", 14, 5, 5);
        is("14h05", 14, 5, 5);
        is("9 pm", 21, 0, 4);
        is("10:42Z", 10, 42, 5);
        for text in ["9 people", "25:00", "3 hours", "13:75", "15 pm"] {
            assert_eq!(time_at_start(text), None, "{text}");
        }
    }

    #[test]
    fn lengths_of_time() {
        for (text, expected) in [
            ("5h 16m", 18_960),
            ("02h 37min", 9_420),
            ("47 minutes", 2_820),
            ("~4 hours", 14_400),
            ("about 2 hours and 5 minutes (estimated)", 7_500),
            ("1.5 days", 129_600),
            ("5840 minutes", 350_400),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for text in [
            "?",
            "unknown",
            "34 hours undetected, 22 minutes to resolve",
            "~4 min/hour, recurring",
            "Unknown start to October 11",
            "5",
            "",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn a_year_is_the_next_one_that_fits() {
        let start = date(2026, 3, 26);
        assert_eq!(next_on_or_after(start, 3, 25), Some(date(2027, 3, 25)));
        assert_eq!(next_on_or_after(start, 3, 26), Some(date(2026, 3, 26)));
        assert_eq!(next_on_or_after(start, 2, 29), Some(date(2028, 2, 29)));
    }
}
