//! Colours, or their absence.

use anstyle::{AnsiColor, Style};

use crate::finding::Level;
use crate::report::{self, Layout};

pub(super) const HEADING: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const ALARM: Style = AnsiColor::Red.on_default().bold();

/// Puts words into a colour if there may be any.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    is_on: bool,
}

impl Paint {
    /// Only the graphical style has colours.
    pub fn new(layout: Layout) -> Paint {
        Paint {
            is_on: layout.colour && layout.style == report::Style::Graphical,
        }
    }

    /// Colours words but not the blanks around them.
    pub fn words(self, words: &str, style: Style) -> String {
        let inner = words.trim();
        if !self.is_on || style.is_plain() || inner.is_empty() {
            return words.to_owned();
        }
        words.replacen(inner, &format!("{style}{inner}{style:#}"), 1)
    }
}

/// The colour of a level.
pub(super) fn of(level: Level) -> Style {
    match level {
        Level::Error => AnsiColor::Red.on_default().bold(),
        Level::Warning => AnsiColor::Yellow.on_default().bold(),
        Level::Note | Level::Off => AnsiColor::Cyan.on_default().bold(),
    }
}
