//! Values as bytes, for the cache that one run leaves to the next.
//!
//! The format lives as long as a build of the program, so that it has neither names nor versions:
//! the fields of a type one behind the other, numbers in seven bits a byte. Reading is total: bytes
//! that are no such value give nothing, and no length in them is trusted with memory.
//!
//! Two things keep a general library out: a file has another number in every run, so that a
//! [`Span`] is written without it and must be told while it is read; and names that are compiled in
//! are `&'static str`, which come back by their place in a list ([`Words`]).

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;

use crate::text::{FileId, LineIndex, Span, Spanned};

/// Elements that are made room for before the first is read.
const ROOM: usize = 1024;

/// A value that can be written and read again.
pub trait Binary: Sized {
    fn encode(&self, to: &mut Encoder<'_>);

    /// The value; nothing if these bytes are none.
    fn decode(from: &mut Decoder<'_>) -> Option<Self>;
}

/// The names that are compiled in, each by its place.
#[derive(Debug, Default)]
pub struct Words {
    list: Mutex<(BTreeMap<&'static str, u64>, Vec<&'static str>)>,
}

impl Words {
    /// Without a name yet.
    pub const fn none() -> Words {
        Words {
            list: Mutex::new((BTreeMap::new(), Vec::new())),
        }
    }

    /// Names by the places that they had when they were written.
    pub fn new(list: &[&'static str]) -> Words {
        let places = list.iter().zip(0..).map(|(word, place)| (*word, place));
        Words {
            list: Mutex::new((places.collect(), list.to_vec())),
        }
    }

    /// All names, in order of their places.
    pub fn list(&self) -> Vec<&'static str> {
        self.lock().1.clone()
    }

    fn place(&self, word: &'static str) -> u64 {
        let (places, list) = &mut *self.lock();
        *places.entry(word).or_insert_with(|| {
            list.push(word);
            list.len() as u64 - 1
        })
    }

    fn lock(&self) -> MutexGuard<'_, (BTreeMap<&'static str, u64>, Vec<&'static str>)> {
        // Nothing between lock and release can panic and leave it half done.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the values of one file.
#[derive(Debug)]
pub struct Encoder<'w> {
    bytes: Vec<u8>,
    file: FileId,
    words: &'w Words,
    is_refused: bool,
}

impl<'w> Encoder<'w> {
    pub fn new(file: FileId, words: &'w Words) -> Encoder<'w> {
        Encoder {
            bytes: Vec::new(),
            file,
            words,
            is_refused: false,
        }
    }

    /// What was written; nothing if something in it has no form, such as a span of another file.
    pub fn finish(self) -> Option<Vec<u8>> {
        (!self.is_refused).then_some(self.bytes)
    }

    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }
}

/// Gives the values of one file.
#[derive(Debug)]
pub struct Decoder<'d> {
    rest: &'d [u8],
    file: FileId,
    words: &'d [&'static str],
}

impl<'d> Decoder<'d> {
    pub fn new(bytes: &'d [u8], file: FileId, words: &'d [&'static str]) -> Decoder<'d> {
        Decoder {
            rest: bytes,
            file,
            words,
        }
    }

    /// Whether all bytes were read.
    pub fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub fn bytes(&mut self) -> Option<&'d [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }
}

/// Gives a type its form: all fields of a structure, or all variants of an enumeration, each with
/// its one value if it has one.
///
/// Fields behind `but` are not written, and are made anew by the expressions given.
macro_rules! binary {
    (struct $name:ident { $($field:ident),* $(,)? } $(but { $($other:ident : $value:expr),* $(,)? })?) => {
        impl $crate::binary::Binary for $name {
            fn encode(&self, to: &mut $crate::binary::Encoder<'_>) {
                $($crate::binary::Binary::encode(&self.$field, to);)*
            }

            fn decode(from: &mut $crate::binary::Decoder<'_>) -> Option<Self> {
                $(let $field = $crate::binary::Binary::decode(from)?;)*
                Some($name { $($field,)* $($($other: $value,)*)? })
            }
        }
    };
    (enum $name:ident $(<$parameter:ident>)? { $($variant:ident $(($value:ident))? $({ $($part:ident),* })?),* $(,)? }) => {
        impl$(<$parameter: $crate::binary::Binary>)? $crate::binary::Binary
            for $name$(<$parameter>)?
        {
            fn encode(&self, to: &mut $crate::binary::Encoder<'_>) {
                #[derive(Clone, Copy)]
                enum Tag { $($variant),* }
                match self {
                    $($name::$variant $(($value))? $({ $($part),* })? => {
                        to.byte(Tag::$variant as u8);
                        $($crate::binary::Binary::encode($value, to);)?
                        $($($crate::binary::Binary::encode($part, to);)*)?
                    })*
                }
            }

            fn decode(from: &mut $crate::binary::Decoder<'_>) -> Option<Self> {
                #[derive(Clone, Copy)]
                enum Tag { $($variant),* }
                let tag = from.byte()?;
                $(if tag == Tag::$variant as u8 {
                    $(let $value = $crate::binary::Binary::decode(from)?;)?
                    $($(let $part = $crate::binary::Binary::decode(from)?;)*)?
                    return Some($name::$variant $(($value))? $({ $($part),* })?);
                })*
                None
            }
        }
    };
}
pub(crate) use binary;

impl Binary for bool {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.byte(u8::from(*self));
    }

    fn decode(from: &mut Decoder<'_>) -> Option<bool> {
        match from.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Binary for u64 {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.number(*self);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<u64> {
        from.number()
    }
}

impl Binary for u8 {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.byte(*self);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<u8> {
        from.byte()
    }
}

impl Binary for u32 {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.number(u64::from(*self));
    }

    fn decode(from: &mut Decoder<'_>) -> Option<u32> {
        u32::try_from(from.number()?).ok()
    }
}

impl Binary for usize {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.number(*self as u64);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<usize> {
        usize::try_from(from.number()?).ok()
    }
}

impl Binary for i64 {
    fn encode(&self, to: &mut Encoder<'_>) {
        // The sign goes last, so that small numbers of either sign are short.
        to.number(((self << 1) ^ (self >> 63)).cast_unsigned());
    }

    fn decode(from: &mut Decoder<'_>) -> Option<i64> {
        let number = from.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

impl Binary for String {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.bytes(self.as_bytes());
    }

    fn decode(from: &mut Decoder<'_>) -> Option<String> {
        let text = str::from_utf8(from.bytes()?).ok()?;
        Some(text.to_owned())
    }
}

impl Binary for Box<str> {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.bytes(self.as_bytes());
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Box<str>> {
        str::from_utf8(from.bytes()?).ok().map(Into::into)
    }
}

impl Binary for &'static str {
    fn encode(&self, to: &mut Encoder<'_>) {
        let place = to.words.place(self);
        to.number(place);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<&'static str> {
        let place = usize::decode(from)?;
        from.words.get(place).copied()
    }
}

impl<T: Binary> Binary for Option<T> {
    fn encode(&self, to: &mut Encoder<'_>) {
        self.is_some().encode(to);
        if let Some(value) = self {
            value.encode(to);
        }
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Option<T>> {
        match bool::decode(from)? {
            true => T::decode(from).map(Some),
            false => Some(None),
        }
    }
}

impl<T: Binary> Binary for Vec<T> {
    fn encode(&self, to: &mut Encoder<'_>) {
        encode_all(self, to);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Vec<T>> {
        let length = usize::decode(from)?;
        let mut values = Vec::with_capacity(length.min(ROOM));
        for _ in 0..length {
            values.push(T::decode(from)?);
        }
        Some(values)
    }
}

impl<T: Binary> Binary for Box<[T]> {
    fn encode(&self, to: &mut Encoder<'_>) {
        encode_all(self, to);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Box<[T]>> {
        Vec::decode(from).map(Vec::into_boxed_slice)
    }
}

fn encode_all<T: Binary>(values: &[T], to: &mut Encoder<'_>) {
    to.number(values.len() as u64);
    for value in values {
        value.encode(to);
    }
}

impl<T: Binary> Binary for Box<T> {
    fn encode(&self, to: &mut Encoder<'_>) {
        self.as_ref().encode(to);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Box<T>> {
        T::decode(from).map(Box::new)
    }
}

impl<K: Binary + Ord, V: Binary> Binary for BTreeMap<K, V> {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.number(self.len() as u64);
        for (key, value) in self {
            key.encode(to);
            value.encode(to);
        }
    }

    fn decode(from: &mut Decoder<'_>) -> Option<BTreeMap<K, V>> {
        let pairs: Vec<(K, V)> = Vec::decode(from)?;
        Some(pairs.into_iter().collect())
    }
}

impl<A: Binary, B: Binary> Binary for (A, B) {
    fn encode(&self, to: &mut Encoder<'_>) {
        self.0.encode(to);
        self.1.encode(to);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<(A, B)> {
        Some((A::decode(from)?, B::decode(from)?))
    }
}

impl Binary for Range<usize> {
    fn encode(&self, to: &mut Encoder<'_>) {
        (self.start, self.end).encode(to);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Range<usize>> {
        let (start, end) = Binary::decode(from)?;
        Some(start..end)
    }
}

impl Binary for FileId {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.is_refused |= *self != to.file;
    }

    fn decode(from: &mut Decoder<'_>) -> Option<FileId> {
        Some(from.file)
    }
}

impl Binary for Span {
    fn encode(&self, to: &mut Encoder<'_>) {
        self.file.encode(to);
        self.start.encode(to);
        // A span's end is never before its start; whatever it is comes back the same.
        self.end.wrapping_sub(self.start).encode(to);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Span> {
        let start = u32::decode(from)?;
        Some(Span {
            file: from.file,
            start,
            end: start.wrapping_add(u32::decode(from)?),
        })
    }
}

impl<T: Binary> Binary for Spanned<T> {
    fn encode(&self, to: &mut Encoder<'_>) {
        self.value.encode(to);
        self.span.encode(to);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Spanned<T>> {
        Some(Spanned {
            value: T::decode(from)?,
            span: Span::decode(from)?,
        })
    }
}

impl Binary for LineIndex {
    fn encode(&self, to: &mut Encoder<'_>) {
        self.length().encode(to);
        to.number(self.starts().count() as u64);
        let mut before = 0;
        for start in self.starts() {
            start.wrapping_sub(before).encode(to);
            before = start;
        }
    }

    fn decode(from: &mut Decoder<'_>) -> Option<LineIndex> {
        let length = u32::decode(from)?;
        let mut starts: Vec<u32> = Vec::decode(from)?;
        let mut before: u32 = 0;
        for start in &mut starts {
            before = before.wrapping_add(*start);
            *start = before;
        }
        Some(LineIndex::from_starts(&starts, length))
    }
}

impl Binary for Date {
    fn encode(&self, to: &mut Encoder<'_>) {
        i64::from(self.year()).encode(to);
        to.byte(self.month().cast_unsigned());
        to.byte(self.day().cast_unsigned());
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Date> {
        let year = i16::try_from(i64::decode(from)?).ok()?;
        let month = from.byte()?.cast_signed();
        Date::new(year, month, from.byte()?.cast_signed()).ok()
    }
}

impl Binary for Time {
    fn encode(&self, to: &mut Encoder<'_>) {
        let parts = [self.hour(), self.minute(), self.second()];
        for part in parts {
            to.byte(part.cast_unsigned());
        }
        i64::from(self.subsec_nanosecond()).encode(to);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Time> {
        let mut part = || from.byte().map(u8::cast_signed);
        let (hour, minute, second) = (part()?, part()?, part()?);
        let nanosecond = i32::try_from(i64::decode(from)?).ok()?;
        Time::new(hour, minute, second, nanosecond).ok()
    }
}

impl Binary for DateTime {
    fn encode(&self, to: &mut Encoder<'_>) {
        (self.date(), self.time()).encode(to);
    }

    fn decode(from: &mut Decoder<'_>) -> Option<DateTime> {
        let (date, time) = Binary::decode(from)?;
        Some(DateTime::from_parts(date, time))
    }
}

impl Binary for Weekday {
    fn encode(&self, to: &mut Encoder<'_>) {
        to.byte(self.to_monday_zero_offset().cast_unsigned());
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Weekday> {
        Weekday::from_monday_zero_offset(from.byte()?.cast_signed()).ok()
    }
}

impl Binary for TimeZone {
    fn encode(&self, to: &mut Encoder<'_>) {
        match self.iana_name() {
            Some(name) => to.bytes(name.as_bytes()),
            None => to.is_refused = true,
        }
    }

    fn decode(from: &mut Decoder<'_>) -> Option<TimeZone> {
        TimeZone::get(str::from_utf8(from.bytes()?).ok()?).ok()
    }
}

impl<T: Binary, E: Binary> Binary for Result<T, E> {
    fn encode(&self, to: &mut Encoder<'_>) {
        self.is_ok().encode(to);
        match self {
            Ok(value) => value.encode(to),
            Err(value) => value.encode(to),
        }
    }

    fn decode(from: &mut Decoder<'_>) -> Option<Result<T, E>> {
        match bool::decode(from)? {
            true => T::decode(from).map(Ok),
            false => E::decode(from).map(Err),
        }
    }
}
