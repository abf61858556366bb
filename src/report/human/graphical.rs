//! A finding as a drawing, by miette.
//!
//! miette scans a file from its start for every label, counts columns in its own way, passes
//! control characters on and lets overlapping labels push each other aside. So it never sees a
//! file: it gets the lines of an excerpt, addresses ready to print, text that is wrapped, and only
//! labels that stand apart. What it would draw badly is said in a line below the drawing.

use std::fmt;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents, ThemeStyles,
};

use crate::finding::Level;
use crate::report::excerpt::{self, Crop, InFile, Line, Marked, Place};
use crate::report::paint::{self, Paint};
use crate::report::wrap::{push_paragraph, wrapped};
use crate::report::{Item, Layout, mask};
use crate::text::sanitise;

/// Places of a finding that are drawn; miette's work grows with their square.
const DRAWN: usize = 32;

/// Columns before the first character of a line of an excerpt, besides its number.
const GUTTER: usize = 4;

/// Columns between the bar of a label and its text.
const HOOK: usize = 4;

/// Least columns in which the text of a label is wrapped.
const LABEL: usize = 16;

/// Draws findings.
pub(super) struct Graphical {
    width: usize,
    paint: Paint,
    is_coloured: bool,
}

impl Graphical {
    pub fn new(layout: Layout) -> Graphical {
        Graphical {
            width: layout.width,
            paint: Paint::new(layout),
            is_coloured: layout.colour,
        }
    }

    /// Adds one finding.
    pub fn finding(&self, out: &mut String, item: &Item) {
        self.push_name(out, item);
        let places = excerpt::places(item);
        let (drawing, undrawn) = self.drawing(item, &places);
        out.push_str(&self.drawn(&drawing));
        for place in undrawn {
            let sentence = places[place].sentence();
            push_paragraph(out, ("   ╰─ ", "      "), &sentence, self.width);
        }
        if let Some(help) = item.help() {
            self.push_remark(out, "help", &help);
        }
        for note in &item.notes {
            self.push_remark(out, "note", &mask::shown(note));
        }
    }

    fn push_name(&self, out: &mut String, item: &Item) {
        let name = format!("{}[{}]", item.level.id(), item.rule);
        let mut words = self.paint.words(&name, paint::of(item.level));
        if !item.unit.is_empty() {
            words.push_str(&format!(" in {}", sanitise::text(&item.unit)));
        }
        out.push_str(&words);
        out.push('\n');
    }

    fn push_remark(&self, out: &mut String, name: &str, remark: &str) {
        let mut lines = String::new();
        let first = format!("  {name}: ");
        push_paragraph(&mut lines, (&first, "        "), remark, self.width);
        let painted = self.paint.words(&first, paint::of(Level::Note));
        out.push_str(&lines.replacen(&first, &painted, 1));
    }

    /// What miette is to draw, and the places whose text it cannot.
    fn drawing(&self, item: &Item, places: &[Place<'_>]) -> (Drawing, Vec<usize>) {
        let message = wrapped(&mask::shown(&item.message), self.width - GUTTER);
        let mut drawing = Drawing::new(message.join("\n"), item.level);
        let count = places.len().min(DRAWN);
        let (drawable, mut undrawn): (Vec<usize>, Vec<usize>) =
            (0..count).partition(|index| places[*index].has_excerpt());
        undrawn.extend(count..places.len());
        for mut in_file in excerpt::by_file(&places[..count]) {
            in_file.places.retain(|index| drawable.contains(index));
            if !in_file.places.is_empty() {
                undrawn.extend(self.add_file(&mut drawing, &in_file, places));
            }
        }
        undrawn.sort_unstable();
        (drawing, undrawn)
    }

    /// Adds the excerpts of one file; gives back the places that are yet to be said.
    fn add_file(
        &self,
        drawing: &mut Drawing,
        in_file: &InFile<'_>,
        places: &[Place<'_>],
    ) -> Vec<usize> {
        let ranges = in_file
            .places
            .iter()
            .filter_map(|index| places[*index].location.range);
        let last = ranges.map(|range| range.start.line).max().unwrap_or(0);
        let gutter = GUTTER + last.to_string().len();
        let crop = Crop {
            columns: self.width - gutter,
            ellipsis: "…",
        };
        let mut undrawn = Vec::new();
        for block in in_file.blocks(places, crop) {
            undrawn.extend(drawing.add_block(&block, places, crop.columns));
        }
        undrawn
    }

    fn drawn(&self, drawing: &Drawing) -> String {
        let handler = GraphicalReportHandler::new_themed(self.theme(drawing))
            .with_links(false)
            .with_wrap_lines(false)
            .without_primary_span_start()
            .with_context_lines(0)
            .with_width(self.width);
        let mut drawn = String::new();
        handler
            .render_report(&mut drawn, drawing)
            .expect("a drawing reads only its own text");
        let lines = drawn.lines().map(|line| line.trim_end().to_owned() + "\n");
        lines.collect()
    }

    /// The finding's own place in the colour of its level, other places in another one.
    fn theme(&self, drawing: &Drawing) -> GraphicalTheme {
        if !self.is_coloured {
            return GraphicalTheme::unicode_nocolor();
        }
        let mut theme = GraphicalTheme::unicode();
        let own = match drawing.level {
            Level::Error => theme.styles.error,
            Level::Warning => theme.styles.warning,
            Level::Note | Level::Off => theme.styles.advice,
        };
        let marks = drawing.marks.iter();
        theme.styles.highlights = marks
            .map(|mark| {
                if mark.is_primary {
                    own
                } else {
                    theme.styles.help
                }
            })
            .collect();
        if theme.styles.highlights.is_empty() {
            theme.styles.highlights.push(own);
        }
        theme.styles.link = ThemeStyles::none().link;
        theme
    }
}

/// A message and the excerpts below it, as miette wants to be told.
#[derive(Debug)]
struct Drawing {
    message: String,
    level: Level,
    /// The lines of all blocks.
    text: String,
    blocks: Vec<Block>,
    /// In the order of the text.
    marks: Vec<Mark>,
}

/// Lines that follow each other, from one file.
#[derive(Debug)]
struct Block {
    bytes: Range<usize>,
    /// Lines before the block in its file.
    before: usize,
    lines: usize,
}

#[derive(Debug)]
struct Mark {
    bytes: Range<usize>,
    text: Option<String>,
    address: String,
    is_primary: bool,
}

impl Drawing {
    fn new(message: String, level: Level) -> Drawing {
        Drawing {
            message,
            level,
            text: String::new(),
            blocks: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Adds lines; gives back the places that are yet to be said.
    fn add_block(&mut self, lines: &[Line], places: &[Place<'_>], columns: usize) -> Vec<usize> {
        let start = self.text.len();
        let mut undrawn = Vec::new();
        for line in lines {
            undrawn.extend(self.add_line(line, places, columns));
        }
        self.blocks.push(Block {
            bytes: start..self.text.len(),
            before: lines.first().map_or(0, |line| line.number as usize - 1),
            lines: lines.len(),
        });
        undrawn
    }

    fn add_line(&mut self, line: &Line, places: &[Place<'_>], columns: usize) -> Vec<usize> {
        let mut drawn: Vec<&Marked> = Vec::new();
        let mut undrawn = Vec::new();
        let mut marks: Vec<&Marked> = line.marks.iter().collect();
        marks.sort_by_key(|mark| !places[mark.place].is_primary);
        for mark in marks {
            let is_apart = is_apart(mark, &drawn);
            if is_apart {
                drawn.push(mark);
            }
            if !is_apart || !has_room(mark, &places[mark.place], columns) {
                undrawn.push(mark.place);
            }
        }
        drawn.sort_by_key(|mark| mark.columns.start);
        for mark in drawn {
            self.add_mark(mark, &places[mark.place], columns);
        }
        self.text.push_str(&line.text);
        self.text.push('\n');
        undrawn
    }

    fn add_mark(&mut self, mark: &Marked, place: &Place<'_>, columns: usize) {
        let start = self.text.len();
        let room = columns.saturating_sub(bar(mark) + HOOK);
        let text = place
            .text
            .as_ref()
            .filter(|_| has_room(mark, place, columns));
        self.marks.push(Mark {
            bytes: start + mark.bytes.start..start + mark.bytes.end,
            text: text.map(|text| wrapped(text, room).join("\n")),
            address: place.address(),
            is_primary: place.is_primary,
        });
    }

    fn block(&self, span: &SourceSpan) -> Option<&Block> {
        let end = span.offset() + span.len();
        let holds = |block: &&Block| block.bytes.start <= span.offset() && end <= block.bytes.end;
        self.blocks.iter().find(holds)
    }
}

/// Whether a mark touches none of those drawn, so that miette puts it where it belongs.
fn is_apart(mark: &Marked, drawn: &[&Marked]) -> bool {
    let apart = |other: &&Marked| {
        mark.columns.end <= other.columns.start || other.columns.end <= mark.columns.start
    };
    drawn.iter().all(apart)
}

/// Whether the text of a label fits beside its bar.
fn has_room(mark: &Marked, place: &Place<'_>, columns: usize) -> bool {
    let Some(text) = &place.text else {
        return true;
    };
    let room = columns.saturating_sub(bar(mark) + HOOK);
    room >= excerpt::columns(text).min(LABEL)
}

/// The column of the bar between a mark and its text, where miette draws it.
fn bar(mark: &Marked) -> usize {
    usize::midpoint(mark.columns.start, mark.columns.end)
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn severity(&self) -> Option<Severity> {
        Some(match self.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note | Level::Off => Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.blocks.is_empty()).then_some(self as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = self.marks.iter().map(|mark| {
            let span = SourceSpan::from(mark.bytes.clone());
            if mark.is_primary {
                LabeledSpan::new_primary_with_span(mark.text.clone(), span)
            } else {
                LabeledSpan::new_with_span(mark.text.clone(), span)
            }
        });
        Some(Box::new(labels))
    }
}

/// Every place is shown with the whole block that it lies in. A span over two blocks is refused,
/// which keeps miette from drawing them as one with wrong line numbers.
impl SourceCode for Drawing {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let block = self.block(span).ok_or(MietteError::OutOfBounds)?;
        let mark = self
            .marks
            .iter()
            .find(|mark| mark.bytes.start == span.offset());
        let contents = MietteSpanContents::new_named(
            mark.map_or_else(String::new, |mark| mark.address.clone()),
            &self.text.as_bytes()[block.bytes.clone()],
            SourceSpan::from(block.bytes.clone()),
            block.before,
            0,
            block.lines,
        );
        Ok(Box::new(contents))
    }
}
