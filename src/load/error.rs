//! Why a tree could not be loaded at all.

use std::io;
use std::path::{Path, PathBuf};

use git2::ErrorCode;

use crate::text::sanitise;

/// Why there is nothing to check.
///
/// What git or the system says is the source.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("`{}` does not exist", shown(path))]
    Missing { path: PathBuf },
    #[error("`{}` is not a directory", shown(path))]
    NotDirectory { path: PathBuf },
    #[error("cannot read `{}`", shown(path))]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("`{}` is a bare repository, which has no files to check", shown(path))]
    Bare { path: PathBuf },
    #[error("the repository at `{}` belongs to somebody else", shown(path))]
    ForeignOwner { path: PathBuf },
    #[error(
        "the repository at `{}` is of a kind that prepcheck cannot read",
        shown(path)
    )]
    Unsupported { path: PathBuf, source: GitMessage },
    #[error("cannot read the repository at `{}`", shown(path))]
    Git { path: PathBuf, source: GitMessage },
}

/// What git's library says, fit to be printed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct GitMessage(String);

impl Error {
    /// What to try next, if we know.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Missing { .. } | Error::Unreadable { .. } | Error::Git { .. } => None,
            Error::NotDirectory { .. } => Some("give the directory that holds it".to_owned()),
            Error::Bare { .. } => Some("clone it, or give one of its work trees".to_owned()),
            Error::ForeignOwner { path } => Some(format!(
                "if you trust it: git config --global --add safe.directory {}",
                quoted(path)
            )),
            Error::Unsupported { source, .. } => unsupported_hint(&source.0),
        }
    }

    pub(super) fn from_io(path: &Path, source: io::Error) -> Error {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Error::Missing { path },
            io::ErrorKind::NotADirectory => Error::NotDirectory { path },
            _ => Error::Unreadable { path, source },
        }
    }

    pub(super) fn from_git(path: &Path, error: &git2::Error) -> Error {
        let path = path.to_owned();
        if error.code() == ErrorCode::Owner {
            return Error::ForeignOwner { path };
        }
        let source = GitMessage(sanitise::text(error.message()));
        // The library has no code of its own for these, only words.
        let unsupported = ["unsupported ", "unknown object format"];
        let begins = |words: &&str| error.message().starts_with(*words);
        if unsupported.iter().any(begins) {
            Error::Unsupported { path, source }
        } else {
            Error::Git { path, source }
        }
    }
}

fn unsupported_hint(message: &str) -> Option<String> {
    let command = if message.contains("'sdir'") {
        "git sparse-checkout reapply --no-sparse-index"
    } else if message.contains("'link'") {
        "git update-index --no-split-index"
    } else if message.contains("refstorage") {
        "git refs migrate --ref-format=files"
    } else {
        return None;
    };
    Some(format!("run: {command}"))
}

fn shown(path: &Path) -> String {
    sanitise::bytes(path.as_os_str().as_encoded_bytes())
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let shown = shown(path);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:@".contains(&byte);
    if shown.bytes().all(plain) {
        return shown;
    }
    format!("'{}'", shown.replace('\'', r"'\''"))
}
