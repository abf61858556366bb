//! How a repository names its post-mortems and runbooks, and the next such name.
//!
//! A name is a prefix, a stamp and a slug: `2026-01-05-slug`, `20260105_slug`, `2026-01-slug`,
//! `001-slug`, `INC-001-slug`, `PM2019-009 - Title`. The scheme that most documents follow wins; of
//! equally common ones that of the last path, which is likely the newest.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::slug::{Style, slug};
use crate::model::path_stem;

/// A running number of more digits is an id of something else.
const MOST_DIGITS: usize = 9;

/// How names are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scheme {
    key: Key,
    /// Digits of the running number.
    width: usize,
    /// Between the stamp and the slug.
    separator: String,
    style: Style,
    /// The ending with its dot; behind it, for a folder of its own, the file in it.
    ending: String,
}

/// What two names of one scheme have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    prefix: String,
    form: Form,
    /// In a folder for each year.
    by_year: bool,
    /// In a folder of its own.
    has_folder: bool,
}

/// What identifies a document within its scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Plain,
    /// Year, month and day, joined.
    Day(Option<char>),
    Month(char),
    /// A number that may begin again each year.
    YearNumber(char),
    Number,
}

/// A document's place below the folder where all lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Placed<'p> {
    /// The folder where all lie, below the root.
    pub base: &'p str,
    /// The rest of the path without the folder of a year.
    pub rest: &'p str,
    pub by_year: bool,
}

/// A name taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parts<'n> {
    prefix: &'n str,
    form: Form,
    year: i16,
    number: u64,
    width: usize,
    separator: &'n str,
    slug: &'n str,
}

impl<'p> Placed<'p> {
    /// Where the document of this path lies; `is_index` if it is the page of its folder.
    pub fn of(path: &'p str, is_index: bool) -> Placed<'p> {
        let (mut base, _) = super::split(path);
        let (outer, own) = super::split(base);
        if is_index && has_stamp(own) {
            base = outer;
        }
        let rest = path[base.len()..].trim_start_matches('/');
        let (outer, last) = super::split(base);
        match year(last) {
            Some(_) => Placed {
                base: outer,
                rest,
                by_year: true,
            },
            None => Placed {
                base,
                rest,
                by_year: false,
            },
        }
    }
}

impl Scheme {
    /// `YYYY-MM-DD-slug.md`
    pub fn dated() -> Scheme {
        Scheme::plain().with(Form::Day(Some('-')))
    }

    /// `slug.md`
    pub fn plain() -> Scheme {
        let key = Key {
            prefix: String::new(),
            form: Form::Plain,
            by_year: false,
            has_folder: false,
        };
        Scheme {
            key,
            width: 3,
            separator: "-".to_owned(),
            style: Style::KEBAB,
            ending: ".md".to_owned(),
        }
    }

    fn with(self, form: Form) -> Scheme {
        let key = Key { form, ..self.key };
        Scheme { key, ..self }
    }

    /// The scheme of most of these documents, sorted by path; nothing if no name has a stamp.
    pub fn of_most(documents: &[Placed<'_>]) -> Option<Scheme> {
        let seen: Vec<Seen<'_>> = documents.iter().filter_map(Seen::read).collect();
        let stamped = seen.iter().filter(|seen| seen.key.form != Form::Plain);
        let key = most(stamped.map(|seen| &seen.key))?.clone();
        Some(Scheme::of_key(key, &seen))
    }

    /// The same for names that need no stamp.
    pub fn of_most_plain(documents: &[Placed<'_>]) -> Option<Scheme> {
        let seen: Vec<Seen<'_>> = documents.iter().filter_map(Seen::read).collect();
        let undated = seen
            .iter()
            .filter(|seen| matches!(seen.key.form, Form::Plain | Form::Number));
        let key = most(undated.map(|seen| &seen.key))?.clone();
        Some(Scheme::of_key(key, &seen))
    }

    fn of_key(key: Key, seen: &[Seen<'_>]) -> Scheme {
        let alike: Vec<&Seen<'_>> = seen.iter().filter(|seen| seen.key == key).collect();
        let separators = alike.iter().map(|seen| seen.parts.separator);
        let separator = most(separators.filter(|text| !text.is_empty()));
        let ending = most(alike.iter().map(|seen| seen.ending)).unwrap_or(".md");
        Scheme {
            width: most(alike.iter().map(|seen| seen.parts.width)).unwrap_or(3),
            separator: separator.unwrap_or("-").to_owned(),
            style: Style::of_most(alike.iter().map(|seen| seen.parts.slug)),
            ending: ending.to_owned(),
            key,
        }
    }

    /// The same scheme for a folder that is named, which has none for each year.
    pub fn in_one_folder(mut self) -> Scheme {
        self.key.by_year = false;
        self
    }

    /// The folder for documents of a day, below the one where all lie.
    pub fn folder(&self, base: &str, date: Date) -> String {
        match self.key.by_year {
            true => super::joined(base, &format!("{:04}", date.year())),
            false => base.to_owned(),
        }
    }

    /// The next name among those that are there, with its ending. Of several titles the first with
    /// a word in it counts.
    pub fn name(&self, titles: &[&str], date: Date, taken: &[String]) -> String {
        let mut slugs = titles.iter().filter_map(|title| slug(title, self.style));
        let slug = slugs.next().unwrap_or_default();
        let stamp = self.stamp(date, taken);
        let separator = match stamp.is_empty() {
            true => "",
            false => &self.separator,
        };
        let (prefix, ending) = (&self.key.prefix, &self.ending);
        format!("{prefix}{stamp}{separator}{slug}{ending}")
    }

    fn stamp(&self, date: Date, taken: &[String]) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        match self.key.form {
            Form::Plain => String::new(),
            Form::Day(None) => format!("{year:04}{month:02}{day:02}"),
            Form::Day(Some(joint)) => format!("{year:04}{joint}{month:02}{joint}{day:02}"),
            Form::Month(joint) => format!("{year:04}{joint}{month:02}"),
            Form::YearNumber(joint) => {
                let number = self.next_number(taken, Some(year));
                format!("{year:04}{joint}{number:0width$}", width = self.width)
            }
            Form::Number => {
                let number = self.next_number(taken, None);
                format!("{number:0width$}", width = self.width)
            }
        }
    }

    /// One more than the highest number, so that the number of a document that was deleted is not
    /// given again.
    fn next_number(&self, taken: &[String], year: Option<i16>) -> u64 {
        let names = taken.iter().filter_map(|name| parts(without_ending(name)));
        let alike: Vec<Parts<'_>> = names
            .filter(|parts| parts.prefix == self.key.prefix && parts.form == self.key.form)
            .collect();
        let year = year.filter(|_| begins_again(&alike));
        let of_year = alike
            .iter()
            .filter(|parts| year.is_none_or(|year| parts.year == year));
        of_year.map(|parts| parts.number).max().unwrap_or(0) + 1
    }
}

/// Whether numbers begin again each year: unless every year goes on where the last one ended.
fn begins_again(parts: &[Parts<'_>]) -> bool {
    let mut years: BTreeMap<i16, (u64, u64)> = BTreeMap::new();
    for parts in parts {
        let (least, most) = years
            .entry(parts.year)
            .or_insert((parts.number, parts.number));
        *least = (*least).min(parts.number);
        *most = (*most).max(parts.number);
    }
    let ranges: Vec<&(u64, u64)> = years.values().collect();
    let mut neighbours = ranges.windows(2);
    ranges.len() < 2 || neighbours.any(|pair| pair[1].0 <= pair[0].1)
}

/// A document with its name taken apart.
struct Seen<'p> {
    key: Key,
    parts: Parts<'p>,
    ending: &'p str,
}

impl<'p> Seen<'p> {
    fn read(placed: &Placed<'p>) -> Option<Seen<'p>> {
        let (folder, _) = super::split(placed.rest);
        let name = match folder.is_empty() {
            true => path_stem(placed.rest)?,
            false => folder,
        };
        let parts = parts(name).unwrap_or(Parts {
            slug: name,
            ..Parts::PLAIN
        });
        let key = Key {
            prefix: parts.prefix.to_owned(),
            form: parts.form,
            by_year: placed.by_year,
            has_folder: !folder.is_empty(),
        };
        Some(Seen {
            key,
            parts,
            ending: &placed.rest[name.len()..],
        })
    }
}

impl Parts<'static> {
    const PLAIN: Parts<'static> = Parts {
        prefix: "",
        form: Form::Plain,
        year: 0,
        number: 0,
        width: 0,
        separator: "",
        slug: "",
    };
}

/// The most common of some values; of equally common ones that which was seen last.
fn most<T: Ord>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut votes: BTreeMap<T, (usize, usize)> = BTreeMap::new();
    for (at, value) in values.enumerate() {
        let vote = votes.entry(value).or_default();
        *vote = (vote.0 + 1, at);
    }
    let best = votes.into_iter().max_by_key(|(_, vote)| *vote);
    best.map(|(value, _)| value)
}

fn without_ending(name: &str) -> &str {
    path_stem(name).unwrap_or(name)
}

/// Whether a name begins with a date or a running number.
fn has_stamp(name: &str) -> bool {
    parts(name).is_some()
}

/// Takes a name apart, if a stamp is in it.
fn parts(name: &str) -> Option<Parts<'_>> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let joint = match letters {
        0 => 0,
        _ => usize::from(name[letters..].starts_with(['-', '_', ' '])),
    };
    let (prefix, rest) = name.split_at(letters + joint);
    let (form, length, year) = stamp(rest)?;
    let digits = trailing_digits(&rest[..length]);
    let (number, width) = match form {
        Form::YearNumber(_) | Form::Number => (digits.parse().ok()?, digits.len()),
        Form::Plain | Form::Day(_) | Form::Month(_) => (0, 0),
    };
    let tail = &rest[length..];
    let slug = tail.trim_start_matches(|c: char| c.is_whitespace() || "-_.:–—".contains(c));
    let separator = &tail[..tail.len() - slug.len()];
    // `404s-on-login` and `s3-outage` are titles.
    let is_word = separator.is_empty() && !slug.is_empty();
    let is_short = letters > 0 && form == Form::Number && width < 2;
    (!is_word && !is_short).then_some(Parts {
        prefix,
        form,
        year,
        number,
        width,
        separator,
        slug,
    })
}

/// The stamp at the start: its form, its length in bytes, and the year in it.
fn stamp(text: &str) -> Option<(Form, usize, i16)> {
    let first = leading_digits(text);
    let joint = text[first.len()..].chars().next();
    let joint = joint.filter(|c| matches!(c, '-' | '_' | '.'));
    if first.len() == 8 && is_day(&first[..4], &first[4..6], &first[6..]) {
        return Some((Form::Day(None), 8, year(&first[..4])?));
    }
    let (Some(year), Some(joint)) = (year(first), joint) else {
        let is_number = !first.is_empty() && first.len() <= MOST_DIGITS;
        return is_number.then_some((Form::Number, first.len(), 0));
    };
    let second = leading_digits(&text[5..]);
    let third = text[5 + second.len()..].strip_prefix(joint);
    let third = third.map(leading_digits).unwrap_or_default();
    if is_day(first, second, third) {
        return Some((Form::Day(Some(joint)), 10, year));
    }
    if is_day(first, second, "01") {
        return Some((Form::Month(joint), 7, year));
    }
    match second.len() {
        2..=MOST_DIGITS => Some((Form::YearNumber(joint), 5 + second.len(), year)),
        _ => Some((Form::Number, 4, 0)),
    }
}

fn leading_digits(text: &str) -> &str {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    &text[..length]
}

fn trailing_digits(text: &str) -> &str {
    let length = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    &text[text.len() - length..]
}

/// A year in which somebody may have written something down.
fn year(text: &str) -> Option<i16> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = text.parse().ok().filter(|_| is_year)?;
    (1990..2100).contains(&year).then_some(year)
}

fn is_day(year: &str, month: &str, day: &str) -> bool {
    let two = |text: &str| text.parse::<i8>().ok().filter(|_| text.len() == 2);
    let (Some(year), Some(month), Some(day)) = (self::year(year), two(month), two(day)) else {
        return false;
    };
    Date::new(year, month, day).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The next names in a folder of these documents.
    fn next(paths: &[&str]) -> String {
        let placed: Vec<Placed<'_>> = paths
            .iter()
            .map(|path| Placed::of(path, path.ends_with("README.md")))
            .collect();
        let scheme = Scheme::of_most(&placed).expect("a scheme");
        let taken: Vec<String> = paths
            .iter()
            .filter_map(|path| path[2..].split('/').next())
            .map(str::to_owned)
            .collect();
        let date = Date::constant(2026, 11, 23);
        let name = scheme.name(&["Disk full"], date, &taken);
        super::super::joined(&scheme.folder("", date), &name)
    }

    #[test]
    fn schemes_are_continued() {
        assert_eq!(next(&["p/2026-01-05-a.md"]), "2026-11-23-disk-full.md");
        assert_eq!(next(&["p/2026-01-05_a_b.md"]), "2026-11-23_disk_full.md");
        assert_eq!(next(&["p/20260105-a.mdx"]), "20261123-disk-full.mdx");
        assert_eq!(next(&["p/2026-01-a.md"]), "2026-11-disk-full.md");
        assert_eq!(next(&["p/009-a.md", "p/010-b.md"]), "011-disk-full.md");
        assert_eq!(next(&["p/INC-007-a.md"]), "INC-008-disk-full.md");
        assert_eq!(next(&["p/PM-2026-012-a.md"]), "PM-2026-013-disk-full.md");
        assert_eq!(
            next(&["p/PM2025-001 - Node was lost.md", "p/PM2024-002 - Pods.md"]),
            "PM2026-001 - Disk full.md"
        );
        assert_eq!(
            next(&["p/2020-02-12.html.md.erb"]),
            "2026-11-23-disk-full.html.md.erb"
        );
        assert_eq!(
            next(&["p/2026-01-05-a/README.md"]),
            "2026-11-23-disk-full/README.md"
        );
        assert_eq!(
            next(&["p/2025/2025-01-05-a.md"]),
            "2026/2026-11-23-disk-full.md"
        );
    }

    #[test]
    fn numbers_begin_again_unless_they_go_on() {
        let going_on = ["p/PM-2025-001-a.md", "p/PM-2026-002-a.md"];
        assert_eq!(next(&going_on), "PM-2026-003-disk-full.md");
        let again = ["p/PM-2025-001-a.md", "p/PM-2026-001-a.md"];
        assert_eq!(next(&again), "PM-2026-002-disk-full.md");
    }

    #[test]
    fn titles_with_digits_are_no_schemes() {
        assert_eq!(parts("s3-outage"), None);
        assert_eq!(parts("404s-on-login"), None);
        assert_eq!(parts("disk-full"), None);
        assert_eq!(parts("99999999999-x"), None);
        assert!(has_stamp("2026-01-05"));
    }
}
