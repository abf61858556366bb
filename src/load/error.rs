//! Why a tree could not be loaded at all.

use std::io;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository};

use super::repository;
use crate::model::ObjectId;
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
    #[error("`{}` lies in no git repository", shown(path))]
    NoRepository { path: PathBuf },
    #[error("the repository at `{}` has no commit yet", shown(path))]
    NoCommit { path: PathBuf },
    #[error("the repository has no revision `{}`", sanitise::text(revision))]
    UnknownRevision {
        revision: String,
        is_shallow: bool,
        remote: Remote,
        source: GitMessage,
    },
    #[error(
        "git has no object {object}, the tree of revision `{}`",
        sanitise::text(revision)
    )]
    LostRevision { revision: String, object: ObjectId },
    #[error(
        "the revision `{}` has more than {limit} files",
        sanitise::text(revision)
    )]
    TooManyFiles { revision: String, limit: usize },
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

/// What `origin` may have of a revision that is not here.
#[derive(Debug)]
pub enum Remote {
    /// A branch that is here under its remote name.
    Known(String),
    /// Perhaps a branch that was not fetched. A clone of a single branch fetches no other by itself.
    Unfetched(String),
    /// Nothing that a name tells.
    Nothing,
}

impl Remote {
    fn of(repository: &Repository, revision: &str) -> Remote {
        let is_named = revision.starts_with("origin/");
        let branch = revision.strip_prefix("origin/").unwrap_or(revision);
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
        let is_plain = !branch.starts_with('-') && branch.chars().all(fits);
        let is_commit = branch.len() > 6 && branch.bytes().all(|byte| byte.is_ascii_hexdigit());
        let has_origin = repository.find_remote("origin").is_ok();
        if branch.is_empty() || !is_plain || is_commit || !(is_named || has_origin) {
            return Remote::Nothing;
        }
        let remote = format!("refs/remotes/origin/{branch}");
        match repository.find_reference(&remote).is_ok() {
            true => Remote::Known(format!("origin/{branch}")),
            false => Remote::Unfetched(branch.to_owned()),
        }
    }
}

/// What may bring a revision here.
fn fetch(revision: &str, is_shallow: bool, remote: &Remote) -> String {
    let branch = match remote {
        Remote::Known(name) => return format!("did you mean `{name}`?"),
        Remote::Unfetched(branch) => branch,
        Remote::Nothing if is_shallow => {
            return "this clone is shallow; run: git fetch --unshallow".to_owned();
        }
        Remote::Nothing => {
            return "name a branch, a tag or a commit; `git fetch` gets new ones".to_owned();
        }
    };
    let unshallow = if is_shallow { " --unshallow" } else { "" };
    let command =
        format!("git fetch{unshallow} origin +refs/heads/{branch}:refs/remotes/origin/{branch}");
    match revision.starts_with("origin/") {
        true => format!("run: {command}"),
        false => format!("if it is a branch, run: {command}, then name it `origin/{branch}`"),
    }
}

impl Error {
    /// What to try next, if we know.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Missing { .. } | Error::Unreadable { .. } | Error::Git { .. } => None,
            Error::NoCommit { .. } => {
                Some("check what is about to be the first one with `--staged`".to_owned())
            }
            Error::TooManyFiles { .. } => Some("give a directory in it".to_owned()),
            Error::NoRepository { .. } => {
                Some("leave out `--staged` and `--rev` to check the files as they are".to_owned())
            }
            Error::UnknownRevision {
                revision,
                is_shallow,
                remote,
                ..
            } => Some(fetch(revision, *is_shallow, remote)),
            Error::LostRevision { .. } => Some(
                "run: git fetch --refetch --no-filter; `git fsck` names what is lost".to_owned(),
            ),
            Error::NotDirectory { .. } => Some("give the directory that holds it".to_owned()),
            Error::Bare { .. } => {
                Some("check a revision with `--rev HEAD`, or give a work tree".to_owned())
            }
            Error::ForeignOwner { path } => Some(format!(
                "if you trust it: git config --global --add safe.directory {}",
                quoted(path)
            )),
            Error::Unsupported { source, .. } => unsupported_hint(&source.0),
        }
    }

    pub(super) fn unknown_revision(
        repository: &Repository,
        top: &Path,
        revision: &str,
        error: &git2::Error,
    ) -> Error {
        let is_unknown = [
            ErrorCode::NotFound,
            ErrorCode::InvalidSpec,
            ErrorCode::Ambiguous,
            ErrorCode::UnbornBranch,
            ErrorCode::Peel,
        ];
        if !is_unknown.contains(&error.code()) {
            return Error::from_git(top, error);
        }
        if let Some(object) = lost_tree(repository, revision) {
            let revision = revision.to_owned();
            return Error::LostRevision { revision, object };
        }
        let is_unborn = |error: git2::Error| error.code() == ErrorCode::UnbornBranch;
        if repository.head().err().is_some_and(is_unborn) {
            let path = top.to_owned();
            return Error::NoCommit { path };
        }
        Error::UnknownRevision {
            revision: revision.to_owned(),
            is_shallow: repository.is_shallow(),
            remote: Remote::of(repository, revision),
            source: GitMessage(sanitise::text(error.message())),
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

/// The tree of a commit that is here without it.
fn lost_tree(repository: &Repository, revision: &str) -> Option<ObjectId> {
    let object = repository.revparse_single(revision).ok()?;
    let tree = object.peel_to_commit().ok()?.tree_id();
    let is_lost = repository.find_tree(tree).is_err();
    is_lost.then(|| repository::object_id(tree))
}

fn unsupported_hint(message: &str) -> Option<String> {
    if message.contains("object format") {
        let copy = "mkdir ../copy && git archive HEAD | tar -x -C ../copy && prepcheck ../copy";
        return Some(format!("to check the files without their history: {copy}"));
    }
    let command = if message.contains("'sdir'") {
        "git sparse-checkout reapply --no-sparse-index"
    } else if message.contains("'link'") {
        "git update-index --no-split-index"
    } else if message.contains("partialclone") {
        // Git itself goes by the remote's `promisor` since version 2.24.
        "git config --unset extensions.partialClone"
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
