//! How JSON is written: indented, safe to show, and with nothing in it that belongs to people.

use std::io;

use serde_json::ser::{CharEscape, Formatter, PrettyFormatter};

use crate::report::mask;
use crate::text::sanitise;

/// What is shown of what the repository says.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Shows {
    Everything,
    NothingPersonal,
}

/// Names under which a place in the repository stands, or an address that must stay what it is.
const PLACES: &[&str] = &[
    "earlier_paths",
    "folder",
    "path",
    "root",
    "target",
    "tracker",
    "unit",
];

/// Strings come from serde_json in pieces; what is to be hidden shows in the whole only.
pub(super) struct Writer {
    layout: PrettyFormatter<'static>,
    shows: Shows,
    /// The string that is being written.
    text: String,
    is_key: bool,
    key: String,
}

impl Writer {
    pub fn new(shows: Shows) -> Writer {
        Writer {
            layout: PrettyFormatter::new(),
            shows,
            text: String::new(),
            is_key: false,
            key: String::new(),
        }
    }

    fn shown(&self) -> String {
        let is_open = self.shows == Shows::Everything || self.is_key;
        match is_open {
            true => self.text.clone(),
            // A credential is nowhere a part of a place.
            false if PLACES.contains(&&*self.key) => mask::mask_secrets(&self.text).into_owned(),
            false => mask::mask(&self.text).into_owned(),
        }
    }
}

impl Formatter for Writer {
    fn begin_string<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.text.clear();
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        _: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        self.text.push_str(fragment);
        Ok(())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        _: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.text.push(match escape {
            CharEscape::Quote => '"',
            CharEscape::ReverseSolidus => '\\',
            CharEscape::Solidus => '/',
            CharEscape::Backspace => '\u{8}',
            CharEscape::FormFeed => '\u{c}',
            CharEscape::LineFeed => '\n',
            CharEscape::CarriageReturn => '\r',
            CharEscape::Tab => '\t',
            CharEscape::AsciiControl(byte) => char::from(byte),
        });
        Ok(())
    }

    fn end_string<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let text = self.shown();
        // serde_json escapes what JSON must, and this what does not print.
        let text = serde_json::to_string(&text)?;
        writer.write_all(sanitise::json(&text).as_bytes())
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.is_key = true;
        self.layout.begin_object_key(writer, first)
    }

    fn end_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.is_key = false;
        self.key.clone_from(&self.text);
        self.layout.end_object_key(writer)
    }
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.layout.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_object(writer)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.layout.end_object_value(writer)
    }
}
