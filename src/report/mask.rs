//! Hides credentials, and phone numbers and personal addresses, which belong to people and not into logs.
//!
//! A guess about plain text, and a cautious one: dates, versions, network addresses, ids and shared
//! mailboxes stay readable, since a report that hides what it talks about helps nobody. Every
//! character is kept or replaced by one other, so that what is counted in characters holds.

use std::borrow::Cow;
use std::ops::Range;

use crate::secret;
use crate::text::sanitise;

/// What stands for a hidden character.
const HIDDEN: char = '•';

/// Fewest and most digits of a phone number (E.164 allows 15).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// Most groups that the digits of a phone number stand in.
const GROUPS: usize = 8;

/// Longest local part of an address, and longest domain, in characters.
const LOCAL: usize = 64;
const DOMAIN: usize = 255;

/// How far before a number its surroundings are read, in characters.
const BEFORE: usize = 256;

/// How far around a part of a text one must look to mask that part rightly, in bytes.
pub(super) const REACH: usize = 128;

/// Words that make any run of digits behind them a phone number.
const PHONE_WORDS: [&str; 11] = [
    "cell",
    "dial",
    "fax",
    "mobile",
    "phone",
    "phones",
    "pager",
    "sms",
    "tel",
    "telephone",
    "whatsapp",
];

/// Words that make an address one of a team.
const ROLE_WORDS: [&str; 37] = [
    "abuse",
    "admin",
    "alert",
    "alerts",
    "billing",
    "bot",
    "call",
    "contact",
    "customer",
    "devops",
    "dev",
    "engineering",
    "feedback",
    "hello",
    "help",
    "helpdesk",
    "incident",
    "incidents",
    "info",
    "infra",
    "legal",
    "noreply",
    "oncall",
    "operations",
    "ops",
    "platform",
    "postmaster",
    "press",
    "privacy",
    "reply",
    "sales",
    "security",
    "service",
    "sre",
    "status",
    "support",
    "team",
];

/// Where nearly every mailbox is a person's.
const PUBLIC_MAIL: [&str; 10] = [
    "gmail.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "outlook.com",
    "proton.me",
    "protonmail.com",
    "yahoo.com",
];

/// Foreign text as a text format shows it: masked, then sanitised.
pub(super) fn shown(foreign: &str) -> String {
    sanitise::text(&mask(foreign))
}

/// Hides credentials, phone numbers and personal addresses.
pub(super) fn mask(text: &str) -> Cow<'_, str> {
    let steps = [mask_secrets, mask_phone_numbers, mask_addresses];
    let mut masked = Cow::Borrowed(text);
    for step in steps {
        if let Cow::Owned(changed) = step(&masked) {
            masked = Cow::Owned(changed);
        }
    }
    masked
}

/// Hides credentials whole, and long runs of letters drawn by lot: of a key over many lines, or of
/// a token that is cut, what tells its kind may not be in sight.
pub(super) fn mask_secrets(text: &str) -> Cow<'_, str> {
    let mut hidden: Vec<Range<usize>> = secret::find(text).into_iter().map(|s| s.value).collect();
    hidden.extend(secret::drawn_runs(text));
    hidden.extend(secret::cells(text));
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    hidden.sort_by_key(|range| range.start);
    let (mut masked, mut at) = (String::with_capacity(text.len()), 0);
    for range in hidden {
        let start = range.start.max(at);
        masked.push_str(&text[at..start]);
        let value = text.get(start..range.end).unwrap_or_default();
        masked.extend(
            value
                .chars()
                .map(|c| if c.is_whitespace() { c } else { HIDDEN }),
        );
        at = range.end.max(at);
    }
    masked.push_str(&text[at..]);
    Cow::Owned(masked)
}

/// Hides the digits of phone numbers but for the first three and last two characters.
pub(super) fn mask_phone_numbers(text: &str) -> Cow<'_, str> {
    if text.bytes().filter(u8::is_ascii_digit).count() < *DIGITS.start() {
        return Cow::Borrowed(text);
    }
    let original: Vec<char> = text.chars().collect();
    let mut masked = original.clone();
    let mut at = 0;
    while at < original.len() {
        if !may_begin(&original, at) {
            at += 1;
            continue;
        }
        let inside = at + usize::from(original[at] == '(');
        if let Some(end) = date_end(&original, inside) {
            at = end;
            continue;
        }
        let candidate = Candidate::read(&original, at);
        if candidate.is_phone_number(&original) {
            hide_number(&mut masked[candidate.range.clone()]);
            at = candidate.range.end;
        } else {
            at = candidate.first_group_end;
        }
    }
    changed(text, &original, masked)
}

/// Hides the local part of personal addresses but for its first character.
pub(super) fn mask_addresses(text: &str) -> Cow<'_, str> {
    if !text.contains('@') {
        return Cow::Borrowed(text);
    }
    let original: Vec<char> = text.chars().collect();
    let mut masked = original.clone();
    for at in 0..original.len() {
        if original[at] != '@' {
            continue;
        }
        let (Some(local), Some(domain)) = (local_part(&original, at), domain(&original, at)) else {
            continue;
        };
        if !is_personal(&original[local.clone()], &domain) {
            continue;
        }
        masked[local.start + 1..local.end].fill(HIDDEN);
    }
    changed(text, &original, masked)
}

fn changed<'t>(text: &'t str, original: &[char], masked: Vec<char>) -> Cow<'t, str> {
    if masked == original {
        return Cow::Borrowed(text);
    }
    Cow::Owned(masked.into_iter().collect())
}

fn hide_number(number: &mut [char]) {
    let last = number.len().saturating_sub(2);
    for character in number.iter_mut().take(last).skip(3) {
        if character.is_ascii_digit() {
            *character = HIDDEN;
        }
    }
}

/// Something made of digits and what people put between the digits of a phone number.
struct Candidate {
    range: Range<usize>,
    first_group_end: usize,
    /// How many digits stand together, group by group.
    groups: Vec<usize>,
    digits: Vec<char>,
    separators: Vec<char>,
    has_plus: bool,
    has_parenthesis: bool,
}

impl Candidate {
    fn read(text: &[char], start: usize) -> Candidate {
        let mut at = start;
        while text.get(at).is_some_and(|next| matches!(next, '+' | '(')) {
            at += 1;
        }
        let mut candidate = Candidate {
            range: start..at,
            first_group_end: at,
            groups: Vec::with_capacity(GROUPS + 1),
            digits: Vec::with_capacity(2 * DIGITS.end()),
            separators: Vec::with_capacity(3 * GROUPS),
            has_plus: text[start..at].contains(&'+'),
            has_parenthesis: text[start..at].contains(&'('),
        };
        while candidate.groups.len() <= GROUPS
            && candidate.digits.len() <= *DIGITS.end()
            && candidate.read_group(text)
        {}
        candidate
    }

    /// Reads digits and the separators behind them; says whether another group follows.
    fn read_group(&mut self, text: &[char]) -> bool {
        let start = self.range.end + self.pending_separators(text);
        let length = digits_at(text, start);
        if length == 0 {
            return false;
        }
        self.separators.extend(&text[self.range.end..start]);
        self.range.end = start + length;
        self.groups.push(length);
        // The digits of an endless run are not of interest.
        let kept = length.min(*DIGITS.end() + 1);
        self.digits.extend(&text[start..start + kept]);
        if self.groups.len() == 1 {
            self.first_group_end = self.range.end;
        }
        let next = self.range.end + self.pending_separators(text);
        next > self.range.end && date_end(text, next).is_none()
    }

    /// How many separators stand before the next digit: at most three, as in `) - `.
    fn pending_separators(&self, text: &[char]) -> usize {
        if self.groups.is_empty() {
            return 0;
        }
        let behind = text[self.range.end..].iter().take(4);
        let count = behind.take_while(|next| is_separator(**next)).count();
        let is_followed = digits_at(text, self.range.end + count) > 0;
        if is_followed && count < 4 { count } else { 0 }
    }

    /// Whether it is to be hidden.
    fn is_phone_number(&self, text: &[char]) -> bool {
        DIGITS.contains(&self.digits.len())
            && self.groups.len() <= GROUPS
            && self.ends_well(text)
            && (self.has_plus || self.follows_phone_word(text) || self.has_shape())
            && !self.is_compact_date()
            && !is_in_link(text, self.range.start)
            && !names_commit(text, self.range.start)
    }

    /// Whether what follows does not make it a part of something longer, such as an id.
    fn ends_well(&self, text: &[char]) -> bool {
        let is_digit = |at: usize| text.get(at).is_some_and(char::is_ascii_digit);
        let is_word = |at: usize| text.get(at).is_some_and(|next| next.is_alphanumeric());
        let end = self.range.end;
        match text.get(end) {
            Some('x') => is_digit(end + 1),
            Some('_' | '@' | '%') => false,
            Some('-' | '/' | '=') => !is_word(end + 1),
            Some(':' | '.') => !is_digit(end + 1),
            Some(next) => !next.is_ascii_alphanumeric(),
            None => true,
        }
    }

    fn follows_phone_word(&self, text: &[char]) -> bool {
        let start = self.range.start;
        let before: String = text[start.saturating_sub(24)..start].iter().collect();
        let before = before.to_lowercase();
        let mut words = before.split(|next: char| !next.is_alphabetic());
        words.any(|word| PHONE_WORDS.contains(&word))
    }

    /// Whether digits are grouped as phone numbers are, where nothing else says that it is one.
    fn has_shape(&self) -> bool {
        let only = |wanted: char| self.separators.iter().all(|next| plain(*next) == wanted);
        let groups = self.groups.as_slice();
        let starts_with_zero = self.digits[0] == '0' && groups[0] > 1 && self.digits.len() > 8;
        let is_local = matches!(self.digits[0], '2'..='9');
        match groups {
            [_] => self.is_bare_number(),
            [3, 3, 4] => is_local || starts_with_zero,
            _ if only('.') => starts_with_zero && groups.iter().all(|group| *group > 1),
            _ if starts_with_zero => true,
            _ if self.separators.contains(&'/') => false,
            [3, 4] => is_local && only('-'),
            [1, 3, 3, 4] => self.digits[0] == '1',
            [1, 3, 3, 2, 2] => matches!(self.digits[0], '7' | '8'),
            _ if self.has_parenthesis => groups[0] > 1,
            _ => only('-') && self.digits.len() > 8 && has_uneven_groups(groups),
        }
    }

    /// National numbers without any separator. Shorter ones are as likely a count or a commit,
    /// and ten digits that begin with 1 are seconds since 1970.
    fn is_bare_number(&self) -> bool {
        match (self.digits.len(), self.digits[0]) {
            (9..=15, '0') | (10, '2'..='9') => true,
            (11, '1') => matches!(self.digits[1], '2'..='9'),
            _ => false,
        }
    }

    /// `20261123` and what follows it in a timestamp.
    fn is_compact_date(&self) -> bool {
        let number = |range: Range<usize>| {
            let digits = self.digits.get(range).unwrap_or_default();
            let text: String = digits.iter().collect();
            text.parse::<u32>().unwrap_or(0)
        };
        self.groups[0] >= 8
            && !self.has_plus
            && matches!(number(0..4), 1900..=2099)
            && matches!(number(4..6), 1..=12)
            && matches!(number(6..8), 1..=31)
    }
}

/// Whether what stands at `at` is the name of a commit, some of which have digits alone.
fn names_commit(text: &[char], at: usize) -> bool {
    const WORD: &str = "commit ";
    let start = at.saturating_sub(WORD.len());
    text[start..at].iter().copied().eq(WORD.chars())
}

fn has_uneven_groups(groups: &[usize]) -> bool {
    groups.len() > 2
        && groups.iter().all(|group| (2..=5).contains(group))
        && groups.iter().any(|group| *group != groups[0])
}

/// Whether a phone number can begin here: not within a word, a path, a version or an id.
fn may_begin(text: &[char], at: usize) -> bool {
    let next = |offset: usize| text.get(at + offset).copied().unwrap_or(' ');
    let begins = match next(0) {
        '+' => next(1).is_ascii_digit() || next(1) == '(' && next(2).is_ascii_digit(),
        '(' => next(1).is_ascii_digit() || next(1) == '+' && next(2).is_ascii_digit(),
        first => first.is_ascii_digit(),
    };
    begins && begins_well(text, at)
}

fn begins_well(text: &[char], at: usize) -> bool {
    let before = |count: usize| at.checked_sub(count).map(|index| text[index]);
    match before(1) {
        Some('_' | '.' | '-' | '/' | '\\' | '#' | '%' | '@' | '&' | '+' | '$' | '€' | '£') => {
            false
        }
        Some(':') => !before(2).is_some_and(|character| character.is_ascii_digit()),
        Some(character) => !character.is_ascii_alphanumeric(),
        None => true,
    }
}

/// Whether the word before `at` is the beginning of a link.
fn is_in_link(text: &[char], at: usize) -> bool {
    let before = text[at.saturating_sub(BEFORE)..at].iter().rev();
    let word: Vec<char> = before
        .take_while(|character| !character.is_whitespace())
        .copied()
        .collect();
    word.windows(3).any(|window| window == ['/', '/', ':'])
}

/// The end of a calendar date that begins here, in any of the usual orders.
fn date_end(text: &[char], at: usize) -> Option<usize> {
    const YEAR_FIRST: [[usize; 3]; 1] = [[4, 2, 2]];
    const YEAR_LAST: [[usize; 3]; 4] = [[2, 2, 4], [1, 2, 4], [2, 1, 4], [1, 1, 4]];
    let year = |start: usize| matches!(text[start..start + 2], ['1', '9'] | ['2', '0']);
    for lengths in YEAR_FIRST {
        if let Some(end) = groups_end(text, at, lengths).filter(|_| year(at)) {
            return Some(end);
        }
    }
    for lengths in YEAR_LAST {
        if let Some(end) = groups_end(text, at, lengths).filter(|end| year(end - 4)) {
            return Some(end);
        }
    }
    None
}

/// The end of three groups of digits of these lengths, with the same separator between them.
fn groups_end(text: &[char], at: usize, lengths: [usize; 3]) -> Option<usize> {
    let separator = *text.get(at + lengths[0])?;
    if !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    let mut start = at;
    for (index, length) in lengths.into_iter().enumerate() {
        if index > 0 && text.get(start - 1) != Some(&separator) {
            return None;
        }
        if digits_at(text, start) != length {
            return None;
        }
        start += length + 1;
    }
    Some(start - 1)
}

fn digits_at(text: &[char], at: usize) -> usize {
    let behind = text.get(at..).unwrap_or_default();
    behind
        .iter()
        .take_while(|next| next.is_ascii_digit())
        .count()
}

fn is_separator(character: char) -> bool {
    matches!(plain(character), ' ' | '-' | '.' | '(' | ')' | '/')
}

/// A separator without its typography.
fn plain(character: char) -> char {
    match character {
        '\u{a0}' | '\u{2009}' | '\u{202f}' => ' ',
        '\u{2010}'..='\u{2013}' => '-',
        other => other,
    }
}

fn local_part(text: &[char], at: usize) -> Option<Range<usize>> {
    let before = text[at.saturating_sub(LOCAL + 1)..at].iter().rev();
    let is_part = |character: &&char| {
        character.is_alphanumeric() || matches!(character, '.' | '_' | '%' | '+' | '-')
    };
    let length = before.take_while(is_part).count();
    (1..=LOCAL).contains(&length).then(|| at - length..at)
}

/// The domain behind an `@`, in lower case, if it can be one of an address.
fn domain(text: &[char], at: usize) -> Option<String> {
    let behind = text[at + 1..].iter().take(DOMAIN);
    let is_part = |character: &&char| character.is_alphanumeric() || matches!(character, '.' | '-');
    let domain: String = behind.take_while(is_part).collect();
    let domain = domain.trim_end_matches(['.', '-']).to_lowercase();
    let (_, top) = domain.rsplit_once('.')?;
    let is_name = top.chars().count() > 1 && top.chars().all(char::is_alphabetic);
    is_name.then_some(domain)
}

/// Whether an address is `first.last@…`, or any but a team's at a public provider.
fn is_personal(local: &[char], domain: &str) -> bool {
    let local: String = local.iter().collect::<String>().to_lowercase();
    let name = local.split('+').next().unwrap_or_default();
    let mut words = name.split(['.', '_', '-']);
    if words.any(|word| ROLE_WORDS.contains(&word)) {
        return false;
    }
    let mut names = name.split(['.', '_']).filter(|part| !part.is_empty());
    let is_full_name = names.clone().count() > 1
        && names.all(|part| part.starts_with(|first: char| first.is_alphabetic()));
    is_full_name || PUBLIC_MAIL.contains(&domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_are_hidden() {
        let cases = [
            ("+44 20 7946 0958", "+44 •• •••• ••58"),
            ("tel:+442079460958.", "tel:+44••••••••58."),
            ("call +1 (555) 123-4567 now", "call +1 (•••) •••-••67 now"),
            ("(555) 123-4567", "(55•) •••-••67"),
            ("555-123-4567", "555-•••-••67"),
            ("555.123.4567", "555.•••.••67"),
            ("1-800-555-0199", "1-8••-•••-••99"),
            ("555-0199", "555-••99"),
            ("06.12.34.56.78", "06.••.••.••.78"),
            ("06 12 34 56 78", "06 •• •• •• 78"),
            ("030/12345678", "030/••••••78"),
            ("07700900123", "077••••••23"),
            ("5552345678,", "555•••••78,"),
            ("phone: 12345678", "phone: 123•••78"),
            ("`phone` is 447700900123", "`phone` is 447•••••••23"),
            (
                "+44\u{a0}20\u{a0}7946\u{2011}0958",
                "+44\u{a0}••\u{a0}••••\u{2011}••58",
            ),
            ("2026-11-23 +44 20 7946 0958", "2026-11-23 +44 •• •••• ••58"),
            ("+44 20 7946 0958 2026-11-23", "+44 •• •••• ••58 2026-11-23"),
            ("(+44) 20 7946 0958", "(+4•) •• •••• ••58"),
            ("555-123-4567x12", "555-•••-••67x12"),
            ("8-800-555-35-35", "8-8••-•••-••-35"),
        ];
        for (text, masked) in cases {
            assert_eq!(mask(text), masked);
            assert_eq!(mask(text).chars().count(), text.chars().count());
        }
    }

    #[test]
    fn other_numbers_stay() {
        let cases = [
            "2026-11-23",
            "(2026-11-23)",
            "Add a limit (Sam) (23.11.2026) (11/23/2026)",
            "2026-11-23T09:00:00Z",
            "2026-11-23T09:00:00.123456789+0000",
            "2026-11-23 - 2026-11-30",
            "2026-11-23 09:00-17:00 2026-11-24 10:00-18:00",
            "from 23.11.2026 to 30.11.2026",
            "11/23/2026 1/2/2026",
            "20261123 20261123T090000 20261123090000",
            "phone checked 20261123",
            "2020-2024 and 2024 2025 2026",
            "v10.0.19045 10.0.19045.3570 1.2.3-20240115 2024.10.123",
            "192.168.100.200:8080 10.0.0.1/24 255.255.255.255",
            "commit 1234567 of 12345678",
            "set by commit 6131234575",
            "1234567890123456789012345678901234567890",
            "550e8400-e29b-41d4-a716-446655440000",
            "1700000000 1700000000.123456 1700000000123",
            "https://x.example/issues/5552345678?id=5552345678",
            "#5552345678 $5552345678 id_5552345678 arn:aws:iam::123456789012:role",
            "1048576 bytes, 123456789 rows",
            "ports 8080 9090 3000, 30000-32767",
            "1 234 567 and 12.345.678",
            "ISBN 978-3-16-148410-0",
            "telemetry: 12345678",
            "0 30 9 1 1 0 15 30 45",
            "3.14159265358979",
            "4111 1111 1111 1111",
            "+ 12 - 34",
            "+12:00 +0100",
        ];
        for text in cases {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn personal_addresses_are_hidden() {
        let cases = [
            ("ada.byron@acme.example", "a••••••••@acme.example"),
            ("<Ada_Byron+x@acme.example>", "<A••••••••••@acme.example>"),
            ("ada@gmail.com", "a••@gmail.com"),
            ("zoë.müller@acme.example.", "z•••••••••@acme.example."),
            ("a.b@x.org, c.d@x.org", "a••@x.org, c••@x.org"),
        ];
        for (text, masked) in cases {
            assert_eq!(mask(text), masked);
            assert_eq!(mask(text).chars().count(), text.chars().count());
        }
    }

    #[test]
    fn shared_addresses_stay() {
        let cases = [
            "support@acme.example",
            "customer.support@acme.example",
            "on-call@acme.example",
            "payments@acme.example",
            "acme.support@gmail.com",
            "git@github.com:acme/ops.git",
            "lodash.merge@1.2.3",
            "user.name@localhost",
            "@ada.byron",
            "a@b",
            "@@@",
        ];
        for text in cases {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn hostile_text_takes_no_time() {
        let length = 1 << 16;
        for text in [
            "1",
            "+",
            "(",
            "+1 ",
            "1-",
            "a@",
            "a.b@",
            "1.",
            "555-123-4567 ",
            "(1",
        ] {
            let long = text.repeat(length / text.len());
            assert_eq!(mask(&long).chars().count(), long.chars().count());
        }
    }
}
