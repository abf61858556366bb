//! `prepcheck history`: what git knows of a document, or of all.

use std::path::{Path, PathBuf};

use super::error::Error;
use super::{Subject, args, finished, now, print, terminal};
use crate::inspect::learn_all;
use crate::report::{self, json};
use crate::view;

pub(super) fn run(args: args::History) -> Result<u8, Error> {
    let clock = args.as_of.unwrap_or_else(now);
    let (root, document) = match args.path {
        Some(path) if path.is_dir() => (Some(path), None),
        Some(path) => (None, Some(path)),
        None => (None, None),
    };
    let input = args::Input {
        path: root,
        staged: false,
        rev: args.rev,
        policy: None,
        threads: None,
    };
    let mut subject = Subject::read(&input)?;
    let only = document
        .map(|path| below_root(&subject, path))
        .transpose()?;
    learn_all(&mut subject.inspection, &subject.snapshot, clock);
    let view = view::history(&subject.inspection, clock.show(), only.as_deref());
    if let (Some(_), true) = (&only, view.documents.is_empty()) {
        let path = only.map(|path| String::from_utf8_lossy(&path).into_owned());
        return Err(Error::NoDocument {
            path: path.unwrap_or_default().into(),
        });
    }
    let layout = terminal::layout(&args.display, false);
    print(&match args.format {
        args::TextOrJson::Human => report::history::render(&view, layout),
        args::TextOrJson::Json => json::print(&view),
    })?;
    Ok(finished(&subject))
}

/// The path of a document below the root. Neither it nor its folders need be there, as with `--rev`.
fn below_root(subject: &Subject, path: PathBuf) -> Result<Vec<u8>, Error> {
    let below = whole(&path).and_then(|whole| {
        let below = whole.strip_prefix(subject.snapshot.root()).ok()?;
        let parts = below.iter().map(|part| part.as_encoded_bytes());
        Some(parts.collect::<Vec<_>>().join(&b'/'))
    });
    below.ok_or(Error::NoDocument { path })
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
