//! The same questions as one page of Markdown, for those who would rather write prose.
//!
//! A heading alone answers nothing, and neither does a line with skeleton text below it. So no
//! other text may stand in a section that is open, and neither a heading nor a hint uses words by
//! which the text of a plan answers, such as the name of a tool.

use super::parts::{Form, INCIDENTS, PEOPLE, Part};
use super::{Open, State};
use crate::finding::Answer;
use crate::model::SKELETON;

/// The whole page.
pub(super) fn skeleton(open: &Open) -> String {
    let mut out = "# Incident response\n\n\
                   <!-- Write a line or two wherever one is left open, or link to where it is \
                   written. Then run prepcheck. -->\n"
        .to_owned();
    for answer in Answer::ALL {
        out.push_str(&format!("\n## {}\n", answer.question()));
        write_answered(&mut out, open, answer);
        write_open(&mut out, open, answer);
    }
    out
}

/// Only what is open, to be added to a page by hand.
pub(super) fn snippet(open: &Open) -> String {
    let mut out = String::new();
    for answer in Answer::ALL {
        let mut parts = String::new();
        write_open(&mut parts, open, answer);
        if !parts.is_empty() {
            out.push_str(&format!("## {}\n{parts}\n", answer.question()));
        }
    }
    out
}

/// Which documents answer what.
fn write_answered(out: &mut String, open: &Open, answer: Answer) {
    let mut list = String::new();
    for (part, state) in parts(open, answer) {
        if let (State::Answered(path), Some(heading)) = (state, part.heading) {
            // A backquote would end the quotation early.
            let path = path.replace('`', "'");
            list.push_str(&format!("- {heading}: `{path}`\n"));
        }
    }
    if !list.is_empty() {
        out.push_str(&format!("\n{list}"));
    }
}

fn write_open(out: &mut String, open: &Open, answer: Answer) {
    for (part, state) in parts(open, answer) {
        let Some(heading) = part.heading.filter(|_| *state == State::Open) else {
            continue;
        };
        out.push_str(&format!("\n### {heading}\n"));
        if part.form != Form::Incidents {
            out.push_str(&format!("\n{SKELETON}: {}\n", part.hint));
        }
        let (level, lines) = match part.form {
            Form::People => ("###", PEOPLE),
            Form::Incidents => ("####", INCIDENTS),
            Form::Text | Form::Empty => continue,
        };
        for (_, name, hint) in lines {
            out.push_str(&format!("\n{level} {name}\n\n{SKELETON}: {hint}\n"));
        }
    }
}

fn parts(open: &Open, answer: Answer) -> impl Iterator<Item = (&'static Part, &State)> {
    let parts = open.parts();
    parts.filter(move |(part, _)| part.section() == answer.id())
}
