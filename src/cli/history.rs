//! `prepcheck history`: what git knows of a document, or of all.

use super::error::Error;
use super::{Subject, args, document, finished, from_here, now, print, terminal};
use crate::inspect::{learn_all, look_ahead_at_all};
use crate::report::{self, json};
use crate::view;

pub(super) fn run(args: args::History) -> Result<u8, Error> {
    let clock = args.as_of.unwrap_or_else(now);
    let (root, document) = document::apart(args.path)?;
    let input = args::Input {
        path: root,
        staged: false,
        rev: args.rev,
        policy: None,
        no_cache: false,
        threads: None,
    };
    let mut subject = Subject::read_beside(&input, None, &|tree, policy| {
        look_ahead_at_all(tree, policy, clock)
    })?;
    let only = document.as_deref();
    let only = only
        .map(|path| document::below_root(&subject, path))
        .transpose()?;
    let ahead = subject.ahead.take();
    learn_all(&mut subject.inspection, &subject.snapshot, clock, ahead);
    let mut view = view::history(&subject.inspection, clock.show(), only.as_deref());
    if let (Some(path), true) = (document, view.documents.is_empty()) {
        return Err(Error::NoDocument { path });
    }
    let layout = terminal::layout(&args.display, false);
    print(&match args.format {
        args::TextOrJson::Human => {
            view.each_path(from_here(&subject.way));
            report::history::render(&view, layout)
        }
        args::TextOrJson::Json => json::print(&view),
    })?;
    Ok(finished(&subject))
}
