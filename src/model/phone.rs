//! Phone numbers, as far as one can tell without dialling them.
//!
//! In an incident a number is dialled from anywhere, so it must name its country. What is accepted
//! is what people write: separators, `tel:`, a trunk zero in brackets, an extension. Whether a
//! country or an area exists is not judged: numbering plans change more often than this program.

use std::cmp::Ordering;

/// Fewest and most digits of a number with its country code (E.164 allows 15).
const FEWEST: usize = 8;
const MOST: usize = 15;

/// Fewest and most digits of a number that is dialled as it stands, such as 112 or a desk in the
/// house: nobody expects a country code there.
const SHORT: std::ops::RangeInclusive<usize> = 3..=6;

/// What may stand in front of an extension.
const EXTENSION_MARKS: &[&str] = &[";ext=", "extension", "ext.", "ext", "x", "#", ","];

/// A number that can be dialled; equal ones ring the same phone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phone {
    /// With the country code and without `+` or `00`, unless it is short.
    digits: String,
    extension: String,
    /// An emergency number, or one in the house: too short for a country code.
    pub is_short: bool,
}

/// Why a text is no number that can be dialled from everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneFault {
    /// Words instead of a number.
    NoDigits,
    /// Letters or signs among the digits.
    Signs,
    SeveralNumbers,
    NoCountryCode,
    /// How many digits there are.
    TooShort(usize),
    /// How many digits there are.
    TooLong(usize),
}

impl Phone {
    /// Whether a text holds a number with a country code, such as `+31 20 794 6095`.
    ///
    /// Only these are looked for: digits without a code are order numbers more often than phones.
    pub(super) fn stands_in(text: &str) -> bool {
        /// Fewer digits than any number with its country code has.
        const FEWEST: usize = 8;
        text.match_indices('+').any(|(at, _)| {
            let rest = text[at + 1..].chars();
            let number = rest.take_while(|c| c.is_ascii_digit() || " -.()/\u{a0}".contains(*c));
            text[at + 1..].starts_with(|c: char| c.is_ascii_digit())
                && number.filter(char::is_ascii_digit).count() >= FEWEST
        })
    }

    /// Reads a number as people write it.
    ///
    /// # Errors
    ///
    /// What keeps it from being dialled; the number itself is in no fault.
    pub fn parse(text: &str) -> Result<Phone, PhoneFault> {
        let lower = text.trim().to_lowercase();
        let number = lower.strip_prefix("tel:").unwrap_or(&lower).trim();
        if !number.contains(|c: char| c.is_ascii_digit()) {
            return Err(PhoneFault::NoDigits);
        }
        if number.matches('+').count() > 1 {
            return Err(PhoneFault::SeveralNumbers);
        }
        let (number, extension) = split_extension(number);
        // The zero that is dialled inside the country and left out from abroad.
        let digits = significant(&number.replacen("(0)", "", 1))?;
        let international = digits.strip_prefix('+').or(digits.strip_prefix("00"));
        let Some(digits) = international else {
            return local(digits, extension);
        };
        // No country code begins with a zero.
        if digits.starts_with('0') {
            return Err(PhoneFault::NoCountryCode);
        }
        match range(digits.len()) {
            Ordering::Less => Err(PhoneFault::TooShort(digits.len())),
            Ordering::Greater => Err(PhoneFault::TooLong(digits.len())),
            Ordering::Equal => Ok(Phone {
                digits: digits.to_owned(),
                extension,
                is_short: false,
            }),
        }
    }
}

impl PhoneFault {
    /// Whether somebody's number can be read from it all the same.
    pub fn shows_a_number(self) -> bool {
        !matches!(self, PhoneFault::NoDigits | PhoneFault::TooShort(_))
    }
}

/// A number without a country code.
fn local(digits: String, extension: String) -> Result<Phone, PhoneFault> {
    match digits.len() {
        length if SHORT.contains(&length) => Ok(Phone {
            digits,
            extension,
            is_short: true,
        }),
        length if length < *SHORT.start() => Err(PhoneFault::TooShort(length)),
        length if length > MOST => Err(PhoneFault::TooLong(length)),
        _ => Err(PhoneFault::NoCountryCode),
    }
}

fn range(length: usize) -> Ordering {
    match length {
        ..FEWEST => Ordering::Less,
        FEWEST..=MOST => Ordering::Equal,
        _ => Ordering::Greater,
    }
}

/// The number, and the digits of an extension behind it. A mark with anything but digits behind it
/// is none, so that `555-XXXX` stays whole.
fn split_extension(number: &str) -> (&str, String) {
    for mark in EXTENSION_MARKS {
        let Some((before, behind)) = number.split_once(mark) else {
            continue;
        };
        let behind = behind.trim();
        let is_extension = !behind.is_empty() && behind.len() <= MOST;
        if is_extension && behind.bytes().all(|byte| byte.is_ascii_digit()) {
            return (before, behind.to_owned());
        }
    }
    (number, String::new())
}

/// The digits without what separates them; a plus only in front.
fn significant(number: &str) -> Result<String, PhoneFault> {
    let mut digits = String::new();
    for c in number.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => digits.push(c),
            _ if is_separator(c) => {}
            _ => return Err(PhoneFault::Signs),
        }
    }
    Ok(digits)
}

fn is_separator(c: char) -> bool {
    // Hyphens and dashes of all widths, and marks of direction that copying from a contact leaves.
    const UNSEEN: &[char] = &['\u{200e}', '\u{200f}', '\u{202a}', '\u{202c}', '\u{2060}'];
    let is_dash = c == '-' || ('\u{2010}'..='\u{2015}').contains(&c);
    c.is_whitespace() || is_dash || UNSEEN.contains(&c) || "./()[]_\u{b7}".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> String {
        Phone::parse(text).expect(text).digits
    }

    #[test]
    fn numbers_in_text() {
        assert!(Phone::stands_in("call +31 20 794 6095, then Sam"));
        assert!(Phone::stands_in("+44(20)79460958"));
        for text in [
            "C++ 11",
            "1 + 20794609",
            "a+b",
            "+100 % in 2026",
            "0207 946 0958",
        ] {
            assert!(!Phone::stands_in(text), "{text}");
        }
    }

    #[test]
    fn what_people_write_can_be_dialled() {
        for text in [
            "+442079460000",
            "+44 20 7946 0000",
            "+44 (0)20 7946 0000",
            "+44 (20) 7946-0000",
            "0044 20 7946 0000",
            "(+44) 20 7946 0000",
            "tel:+44-20-7946-0000",
            "+44.20.7946.0000",
            "+44/20/79460000",
            "\u{202a}+44\u{a0}20\u{2011}7946\u{2009}0000\u{202c}",
        ] {
            assert_eq!(digits(text), "442079460000", "{text}");
        }
        assert_eq!(digits("+49 1234 56"), "49123456");
    }

    #[test]
    fn an_extension_tells_phones_apart() {
        let desk = Phone::parse("+1 555 010 0123 x45").unwrap();
        for same in ["ext. 45", "ext45", ";ext=45", "#45", ", 45", "Extension 45"] {
            let text = format!("+1 555 010 0123 {same}");
            assert_eq!(Phone::parse(&text).as_ref(), Ok(&desk), "{text}");
        }
        assert_ne!(Phone::parse("+1 555 010 0123"), Ok(desk));
    }

    #[test]
    fn short_numbers_need_no_country() {
        for text in ["112", "911", "4711", "116 117"] {
            assert!(Phone::parse(text).unwrap().is_short, "{text}");
        }
    }

    #[test]
    fn each_fault_has_its_name() {
        for (text, fault) in [
            ("", PhoneFault::NoDigits),
            ("+", PhoneFault::NoDigits),
            ("ask Grace", PhoneFault::NoDigits),
            ("+1 800 FLOWERS", PhoneFault::Signs),
            ("+1 555 555 XXXX", PhoneFault::Signs),
            ("+44 20 7946 0000 (mobile)", PhoneFault::Signs),
            ("44 +20 7946 0000", PhoneFault::Signs),
            (
                "+44 20 7946 0000 / +44 20 7946 0001",
                PhoneFault::SeveralNumbers,
            ),
            ("++44 20 7946 0000", PhoneFault::SeveralNumbers),
            ("020 7946 0000", PhoneFault::NoCountryCode),
            ("442079460000", PhoneFault::NoCountryCode),
            ("555-0123", PhoneFault::NoCountryCode),
            ("+020 7946 0000", PhoneFault::NoCountryCode),
            ("11", PhoneFault::TooShort(2)),
            ("+44 20", PhoneFault::TooShort(4)),
            ("+44 20 7946 0000 0000", PhoneFault::TooLong(16)),
            ("1234567890123456", PhoneFault::TooLong(16)),
        ] {
            assert_eq!(Phone::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_long_text_takes_no_time() {
        let long = "x,".repeat(500_000);
        assert_eq!(Phone::parse(&long), Err(PhoneFault::NoDigits));
        let long = "+1".to_owned() + &"0".repeat(1_000_000);
        assert_eq!(Phone::parse(&long), Err(PhoneFault::TooLong(1_000_001)));
    }
}
