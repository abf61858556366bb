//! Web and mail addresses in plain text.
//!
//! Only `http` and `https` addresses, and mail addresses whose domain ends in letters. What looks
//! like one inside another address, a git remote or a connection string is left alone.

use std::ops::Range;

use memchr::Memchr;
use memchr::memmem::{self, FindIter};

/// Schemes that are looked for, lower case, without `://`.
const SCHEMES: [&str; 2] = ["https", "http"];

/// As in the mail standards; they also bound how far is searched around each `@`.
const LOCAL_PART: usize = 64;
const DOMAIN: usize = 253;

/// Tells quickly whether a stretch of text can hold an address.
///
/// Most runs of text hold none, and a search for each costs more than one for the document.
pub(super) struct Marks<'t> {
    web: FindIter<'t, 'static>,
    mail: Memchr<'t>,
    next_web: usize,
    next_mail: usize,
}

impl<'t> Marks<'t> {
    pub fn new(text: &'t str) -> Marks<'t> {
        Marks {
            web: memmem::find_iter(text.as_bytes(), "://"),
            mail: Memchr::new(b'@', text.as_bytes()),
            next_web: 0,
            next_mail: 0,
        }
    }

    /// Whether there is a mark of an address in a range, which begins no earlier than that of the
    /// call before.
    pub fn are_in(&mut self, range: &Range<usize>) -> bool {
        while self.next_web < range.start {
            self.next_web = self.web.next().unwrap_or(usize::MAX);
        }
        while self.next_mail < range.start {
            self.next_mail = self.mail.next().unwrap_or(usize::MAX);
        }
        self.next_web.min(self.next_mail) < range.end
    }
}

/// The addresses in a stretch of text, in order, with whether they are mail addresses.
pub(super) fn find(text: &str) -> impl Iterator<Item = (Range<usize>, bool)> {
    let mut done = 0;
    memchr::memchr2_iter(b':', b'@', text.as_bytes()).filter_map(move |mark| {
        if mark < done {
            return None;
        }
        let is_mail = text.as_bytes()[mark] == b'@';
        let range = if is_mail {
            mail(text, done, mark)
        } else {
            web(text, done, mark)
        }?;
        done = range.end;
        Some((range, is_mail))
    })
}

fn web(text: &str, from: usize, colon: usize) -> Option<Range<usize>> {
    let rest = text[colon..].strip_prefix("://")?;
    if !rest.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[') {
        return None;
    }
    let bytes = text.as_bytes();
    let scheme = SCHEMES.into_iter().find(|scheme| {
        let start = colon
            .checked_sub(scheme.len())
            .filter(|start| *start >= from);
        start.is_some_and(|start| bytes[start..colon].eq_ignore_ascii_case(scheme.as_bytes()))
    })?;
    let start = colon - scheme.len();
    if start > from && bytes[start - 1].is_ascii_alphanumeric() {
        return None;
    }
    let body = colon + 3;
    let length = rest
        .bytes()
        .position(|byte| !is_web(byte))
        .unwrap_or(rest.len());
    let end = body + without_punctuation(&bytes[body..body + length]);
    (end > body).then_some(start..end)
}

/// Text in other scripts often follows an address without a blank, so it ends there.
fn is_web(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"<>\"`{}|\\^".contains(&byte)
}

/// The length without the punctuation of the sentence around the address.
fn without_punctuation(address: &[u8]) -> usize {
    let count = |wanted: u8| address.iter().filter(|byte| **byte == wanted).count();
    let mut surplus_round = count(b')').saturating_sub(count(b'('));
    let mut surplus_square = count(b']').saturating_sub(count(b'['));
    let mut length = address.len();
    while let Some(last) = length.checked_sub(1).map(|last| address[last]) {
        match last {
            b')' if surplus_round > 0 => surplus_round -= 1,
            b']' if surplus_square > 0 => surplus_square -= 1,
            b'?' | b'!' | b'.' | b',' | b':' | b';' | b'*' | b'_' | b'~' | b'\'' => {}
            _ => break,
        }
        length -= 1;
    }
    length
}

fn mail(text: &str, from: usize, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let earliest = from.max(at.saturating_sub(LOCAL_PART));
    let local = bytes[earliest..at]
        .iter()
        .rev()
        .take_while(|byte| is_local(**byte));
    let start = at - local.count();
    let latest = bytes.len().min(at + 1 + DOMAIN);
    let domain = bytes[at + 1..latest]
        .iter()
        .take_while(|byte| is_domain(**byte));
    let mut end = at + 1 + domain.count();
    while bytes[end - 1] == b'.' || bytes[end - 1] == b'-' {
        end -= 1;
    }
    let (_, last_label) = text.get(at + 1..end)?.rsplit_once('.')?;
    let is_named =
        last_label.len() > 1 && last_label.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_part = start > from && is_inside(&bytes[earliest.min(start - 1)..start]);
    let is_remote = text[end..].starts_with([':', '/', '@'])
        && text[end + 1..].starts_with(|next: char| !next.is_whitespace());
    (start < at && is_named && !is_part && !is_remote).then_some(start..end)
}

/// Whether text that ends with these bytes has the local part as a part of something longer.
fn is_inside(before: &[u8]) -> bool {
    match before {
        [.., b'/' | b'@'] => true,
        [.., b':'] => {
            let word = before.iter().rposition(u8::is_ascii_whitespace);
            let word = &before[word.map_or(0, |blank| blank + 1)..];
            word.windows(2).any(|pair| pair == b"//")
        }
        [.., last] => is_local(*last),
        [] => false,
    }
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-_+".contains(&byte)
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-".contains(&byte)
}
