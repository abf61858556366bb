//! `prepcheck history`: what git knows of a document, or of all.

use std::path::{Path, PathBuf};

use super::error::Error;
use super::{Subject, args, finished, from_here, now, print, terminal};
use crate::inspect::{learn_all, look_ahead_at_all};
use crate::load;
use crate::report::{self, json};
use crate::view;

pub(super) fn run(args: args::History) -> Result<u8, Error> {
    let clock = args.as_of.unwrap_or_else(now);
    let (root, document) = match args.path {
        Some(path) if path.is_dir() => (Some(path), None),
        Some(path) => (root_around(&path)?, Some(path)),
        None => (None, None),
    };
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
    let only = only.map(|path| below_root(&subject, path)).transpose()?;
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

/// The repository that a document lies in, unless it is the one around here.
fn root_around(document: &Path) -> Result<Option<PathBuf>, Error> {
    let current = terminal::current_folder().map_err(|source| Error::CurrentFolder { source })?;
    let Some(document) = whole(document) else {
        return Ok(None);
    };
    let here = load::marked_folder(&current);
    if here.is_some_and(|here| document.starts_with(here)) {
        return Ok(None);
    }
    Ok(load::marked_folder(&document))
}

/// The path of a document below the root. Neither it nor its folders need be there, as with `--rev`.
fn below_root(subject: &Subject, path: &Path) -> Result<Vec<u8>, Error> {
    let below = whole(path).and_then(|whole| {
        let below = whole.strip_prefix(subject.snapshot.root()).ok()?;
        let parts = below.iter().map(|part| part.as_encoded_bytes());
        Some(parts.collect::<Vec<_>>().join(&b'/'))
    });
    below.ok_or_else(|| Error::NoDocument {
        path: path.to_owned(),
    })
}

/// A path from the system's root, with links resolved as far as there are any. The file itself may
/// be a link that is asked for.
fn whole(path: &Path) -> Option<PathBuf> {
    let mut absent = vec![path.file_name()?];
    let mut folder = path.parent()?;
    loop {
        let here = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        if let Ok(mut whole) = here.canonicalize() {
            whole.extend(absent.iter().rev());
            return Some(whole);
        }
        absent.push(folder.file_name()?);
        folder = folder.parent()?;
    }
}
