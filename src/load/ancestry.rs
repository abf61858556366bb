//! What commits a repository has, and how they descend from each other.
//!
//! Names are asked for, never listed: a repository may have a hundred thousand branches. A clone may
//! end early (shallow) or lack branches; then the answer is that there is none, and whoever asked
//! says which command would fetch it.

use std::fmt;

use git2::{Commit, ObjectType, Oid, Repository};

use super::repository::{self, Found};
use super::{Error, Place};
use crate::model::ObjectId;

/// The commits of a repository, seen from one of them.
pub struct Ancestry {
    repository: Repository,
    head: Option<Oid>,
}

/// See [`super::ancestry`].
pub(super) fn load(place: &Place<'_>, head: Option<ObjectId>) -> Result<Ancestry, Error> {
    let root = repository::root(place.path, place.current)?;
    let (found, _) = repository::find_by(&root, place.current, &place.variables)?;
    let Found::Repository(repository) = found else {
        return Err(Error::NoRepository { path: root });
    };
    let head = head.and_then(|head| Oid::from_bytes(&head.0).ok());
    Ok(Ancestry { repository, head })
}

impl fmt::Debug for Ancestry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ancestry")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

impl Ancestry {
    /// The commit that is judged, or that the judged files build on.
    pub fn head(&self) -> Option<String> {
        self.head.map(|head| head.to_string())
    }

    /// The parents of that commit that this clone has, in order.
    pub fn parents(&self) -> Vec<String> {
        let head = self
            .head
            .and_then(|head| self.repository.find_commit(head).ok());
        let parents = head.iter().flat_map(Commit::parents);
        parents.map(|parent| parent.id().to_string()).collect()
    }

    /// The commit of a name, if this clone has it.
    pub fn commit(&self, name: &str) -> Option<String> {
        let object = self.repository.revparse_single(name).ok()?;
        let commit = object.peel(ObjectType::Commit).ok()?;
        Some(commit.id().to_string())
    }

    /// The last commit that the judged one and another share, as far as this clone reaches.
    pub fn merge_base(&self, other: &str) -> Option<String> {
        let other = Oid::from_str(&self.commit(other)?).ok()?;
        let base = self.repository.merge_base(self.head?, other).ok()?;
        Some(base.to_string())
    }

    /// Whether one commit is another or builds on it, as far as this clone reaches.
    pub fn builds_on(&self, commit: &str, older: &str) -> bool {
        let id = |name: &str| Oid::from_str(&self.commit(name)?).ok();
        let (Some(commit), Some(older)) = (id(commit), id(older)) else {
            return false;
        };
        let builds = self.repository.graph_descendant_of(commit, older);
        commit == older || builds.unwrap_or(false)
    }

    /// Whether the clone ends before the first commit.
    pub fn is_shallow(&self) -> bool {
        self.repository.is_shallow()
    }

    /// The branch that is checked out.
    pub fn branch(&self) -> Option<String> {
        let head = self.repository.head().ok()?;
        let name = head.shorthand().ok()?;
        head.is_branch().then(|| name.to_owned())
    }

    /// What the branch that is checked out follows, such as `origin/main`.
    pub fn upstream(&self) -> Option<String> {
        let branch = self.branch()?;
        let branch = self
            .repository
            .find_branch(&branch, git2::BranchType::Local)
            .ok()?;
        let upstream = branch.upstream().ok()?;
        let name = upstream.name().ok()?;
        name.map(str::to_owned)
    }
}
