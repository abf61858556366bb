//! The native skeleton: what is open, as YAML that fits its schema.

use super::parts::{Form, INCIDENTS, Part};
use super::{Open, State};
use crate::finding::Answer;
use crate::model::SKELETON;

/// The whole file, with the parts that are answered named in comments.
pub(super) fn skeleton(open: &Open) -> String {
    let mut out = format!(
        "# How this team is prepared for an incident.\n\
         # Replace every {SKELETON} by a path (relative to this file), a link or an address, or by\n\
         # {{not_applicable: the reason}}. Until then it counts as no answer. Then run `prepcheck`.\n"
    );
    for section in sections(open) {
        out.push_str(&format!("\n# {}\n", question(section)));
        for (part, state) in open.parts().filter(|(part, _)| part.section() == section) {
            if let State::Answered(path) = state {
                out.push_str(&format!("# {}: {path} answers this\n", part.rest()));
            }
        }
        write_section(&mut out, open, section);
    }
    out
}

/// Only what is open, to be added to a file by hand.
pub(super) fn snippet(open: &Open) -> String {
    let mut out = String::new();
    for section in sections(open) {
        write_section(&mut out, open, section);
    }
    out
}

fn sections(open: &Open) -> Vec<&'static str> {
    let mut sections: Vec<&str> = open.parts().map(|(part, _)| part.section()).collect();
    sections.dedup();
    sections
}

fn question(section: &str) -> &'static str {
    match Answer::from_id(section) {
        Some(answer) => answer.question(),
        None => "When did we last rehearse an incident?",
    }
}

/// The open parts of a section below their keys; nothing if there are none.
fn write_section(out: &mut String, open: &Open, section: &str) {
    let mut parents: Vec<&str> = Vec::new();
    for (part, state) in open.parts() {
        if part.section() != section || *state != State::Open {
            continue;
        }
        if part.form == Form::People {
            out.push_str(PEOPLE);
            continue;
        }
        let mut keys: Vec<&str> = part.key.split('.').collect();
        let key = keys.pop().unwrap_or(part.key);
        for (depth, parent) in keys.iter().enumerate() {
            if parents.get(depth) != Some(parent) {
                out.push_str(&format!("{}{parent}:\n", "  ".repeat(depth)));
            }
        }
        write_part(out, part, key, &"  ".repeat(keys.len()));
        parents = keys;
    }
}

/// One person; the next ones look alike.
const PEOPLE: &str = "\
people:
  - id: FILL-IN        # a short name, such as ada
    name: FILL-IN
    phone_in: FILL-IN  # where the number is kept, such as the password manager: git never forgets one
    backup: FILL-IN    # the id of who is called next
";

fn write_part(out: &mut String, part: &Part, key: &str, indent: &str) {
    let hint = part.hint;
    match part.form {
        Form::People => {}
        Form::Text => out.push_str(&format!("{indent}{key}: {SKELETON}  # {hint}\n")),
        Form::Empty => out.push_str(&format!("{indent}{key}:  # {hint}\n")),
        Form::Incidents => {
            out.push_str(&format!("{indent}{key}:  # {hint}\n"));
            for (incident, _, _) in INCIDENTS {
                out.push_str(&format!("{indent}  {incident}: {SKELETON}\n"));
            }
        }
    }
}
