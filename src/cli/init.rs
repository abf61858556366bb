//! `prepcheck init`: writes what is planned, and nothing over anything.

use std::path::Path;

use super::create::create;
use super::error::Error;
use super::{FAILED, Subject, args, print};
use crate::init::{Options, Plan, plan};
use crate::load::Unreadable;
use crate::policy;
use crate::text::sanitise;

pub(super) fn run(args: args::Init) -> Result<u8, Error> {
    let input = args::Input {
        path: args.path,
        policy: None,
        staged: false,
        rev: None,
        no_cache: false,
        threads: None,
    };
    let subject = Subject::read(&input)?;
    let snapshot = &subject.snapshot;
    let options = Options {
        way: &subject.way,
        markdown: args.markdown,
        has_docs: snapshot.contains_dir(b"docs"),
        has_policy: !matches!(
            snapshot.read(policy::FILE_NAME.as_bytes(), 0),
            Err(Unreadable::Vanished)
        ),
    };
    let plan = plan(&subject.inspection.ops, options);
    let (text, failed) = carry_out(snapshot.root(), &plan);
    print(&text)?;
    for words in &failed {
        eprintln!("error: {words}");
    }
    Ok(if failed.is_empty() {
        super::finished(&subject)
    } else {
        FAILED
    })
}

/// What was done, in words, and what could not be done.
fn carry_out(root: &Path, plan: &Plan) -> (String, Vec<String>) {
    let (mut text, mut failed) = (String::new(), Vec::new());
    for file in &plan.files {
        let path = &file.shown;
        match create(root, &file.path, &file.text) {
            Ok(true) => text.push_str(&format!("wrote {path}\n")),
            Ok(false) => text.push_str(&format!("left {path} as it is: it is there already\n")),
            Err(error) => {
                let reason = sanitise::text(&error.to_string());
                failed.push(format!("{path} was not written: {reason}"));
            }
        }
    }
    for kept in &plan.kept {
        text.push_str(&format!("left {} as it is: {}\n", kept.path, kept.because));
    }
    if let Some(snippet) = &plan.snippet {
        let path = &snippet.path;
        text.push_str(&format!(
            "\nnothing answers this yet; add it to {path}, below the keys or headings that are \
             there:\n\n{}\n",
            snippet.text
        ));
    }
    if plan.files.is_empty() && plan.snippet.is_none() && plan.kept.is_empty() {
        text.push_str("wrote nothing: everything is answered\n");
    }
    if failed.is_empty() {
        text.push_str(&format!("next: {}\n", plan.next));
    }
    (text, failed)
}
