//! Which untracked files `.gitignore` hides.
//!
//! Ignore files are read as every other file here: no link followed, nothing but a regular file,
//! and not more than a limit. They are read and compiled when a name has to be judged.

use std::cell::{Cell, OnceCell};
use std::path::Path;
use std::rc::Rc;

use git2::Repository;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::disk::{self, Root};

/// Bytes of all `.gitignore` files that are compiled, which is slow for patterns made to be slow.
/// Those beyond hide nothing, so that too much is checked and not too little.
const IGNORE_BYTES: u64 = 512 * 1024;

/// The ignore files of a tree, and where the listed root lies in it.
pub(super) struct Ignored {
    /// The directory above which no ignore file is looked at.
    top: Root,
    /// The root's path below `top`, with a slash at its end unless it is empty.
    prefix: Vec<u8>,
    fold_case: bool,
    /// What is left of [`IGNORE_BYTES`].
    budget: Cell<u64>,
}

/// The ignore file of one directory, and those that hold where it says nothing.
pub(super) struct Layer {
    /// Path below `top`, with a slash at its end unless it is empty.
    directory: Vec<u8>,
    patterns: OnceCell<Gitignore>,
    outer: Layers,
}

/// The nearest ignore file first.
pub(super) type Layers = Option<Rc<Layer>>;

impl Ignored {
    /// For a directory where only its own ignore files count.
    pub(super) fn within(top: Root) -> Ignored {
        Ignored {
            top,
            prefix: Vec::new(),
            fold_case: false,
            budget: Cell::new(IGNORE_BYTES),
        }
    }

    /// For a root inside a work tree, with the ignore files that hold at this root.
    ///
    /// Those above a root that they hide are left out: somebody asked for this very directory.
    pub(super) fn in_repository(
        repository: &Repository,
        top: Root,
        prefix: &[u8],
    ) -> (Ignored, Layers) {
        let config = repository.config().ok();
        let fold_case = config.is_some_and(|c| c.get_bool("core.ignorecase").unwrap_or(false));
        let mut ignored = Ignored {
            top,
            prefix: Vec::new(),
            fold_case,
            budget: Cell::new(IGNORE_BYTES),
        };
        let mut layers = ignored.of_user(repository);
        for part in prefix.split(|byte| *byte == b'/').filter(|p| !p.is_empty()) {
            layers = ignored.enter(layers, b"");
            if ignored.hides(&layers, part, true) {
                layers = None;
            }
            ignored.prefix.extend_from_slice(part);
            ignored.prefix.push(b'/');
        }
        (ignored, layers)
    }

    /// Adds the ignore file of a directory, given by its path below the root.
    pub(super) fn enter(&self, outer: Layers, directory: &[u8]) -> Layers {
        let mut path = [&self.prefix, directory].concat();
        if !directory.is_empty() {
            path.push(b'/');
        }
        let patterns = OnceCell::new();
        Some(Rc::new(Layer {
            directory: path,
            patterns,
            outer,
        }))
    }

    /// Whether a path below the root is hidden. Directories above it must have been asked about.
    pub(super) fn hides(&self, layers: &Layers, path: &[u8], is_directory: bool) -> bool {
        let path = [&self.prefix, path].concat();
        let mut next = layers;
        while let Some(layer) = next {
            let patterns = layer
                .patterns
                .get_or_init(|| self.compile(&layer.directory));
            let below = path.get(layer.directory.len()..).unwrap_or_default();
            match patterns.matched(disk::native(below), is_directory) {
                Match::None => next = &layer.outer,
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }

    /// What the user hides everywhere, and what this clone hides.
    fn of_user(&self, repository: &Repository) -> Layers {
        let configured = repository
            .config()
            .and_then(|c| c.get_path("core.excludesfile"));
        let everywhere = match configured {
            Ok(path) => self.trusted(&path),
            Err(_) => GitignoreBuilder::new("").build_global().0,
        };
        let here = self.trusted(&repository.commondir().join("info/exclude"));
        let mut layers = None;
        for patterns in [everywhere, here] {
            layers = Some(Rc::new(Layer {
                directory: Vec::new(),
                patterns: OnceCell::from(patterns),
                outer: layers,
            }));
        }
        layers
    }

    /// Patterns of a file that does not come with the tree.
    fn trusted(&self, path: &Path) -> Gitignore {
        let mut builder = self.builder();
        // A file that is not there, or a line that is no pattern, hides nothing.
        let _ = builder.add(path);
        builder.build().unwrap_or_else(|_| Gitignore::empty())
    }

    fn compile(&self, directory: &[u8]) -> Gitignore {
        let path = [directory, b".gitignore"].concat();
        let read = self.top.read(&path, self.budget.get());
        let bytes = read.map(|(bytes, _)| bytes).unwrap_or_default();
        self.budget.set(self.budget.get() - bytes.len() as u64);
        let text = String::from_utf8_lossy(&bytes);
        let mut builder = self.builder();
        for line in text.trim_start_matches('\u{feff}').lines() {
            // A line that is no pattern hides nothing.
            let _ = builder.add_line(None, line);
        }
        builder.build().unwrap_or_else(|_| Gitignore::empty())
    }

    fn builder(&self) -> GitignoreBuilder {
        let mut builder = GitignoreBuilder::new("");
        // Cannot fail; the crate keeps the signature for the future.
        let _ = builder.case_insensitive(self.fold_case);
        builder
    }
}
