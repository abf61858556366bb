//! Which revision a tree is set beside.
//!
//! `auto` goes by what the CI system says of the run, and else by the branch that this one will be
//! merged into. The decision is a function of variables and of what the repository has; nothing is
//! fetched. A base that should be there and is not is an error that names what is missing and the
//! command that fetches it: neither all old findings nor silence would be true.
//!
//! In a pull request on GitHub the checked-out commit is usually the merge that GitHub made, and its
//! first parent is the base branch. But only then: where the head of the pull request is checked
//! out, or main was merged into it, the first parent is the branch itself and would hide all that
//! the branch adds. So it counts only if what is checked out is the very commit of the run; else
//! base is the last commit that both branches share.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::Error;
use crate::load::{self, Ancestry, Place, Provenance, Snapshot};

/// A revision to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// As git understands it.
    pub revision: String,
    /// As reports name it.
    pub name: String,
}

/// What is known of the run.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    /// The variables of [`VARIABLES`] that are set and not empty.
    pub variables: BTreeMap<&'static str, String>,
    /// GitHub's account of what started it.
    pub event: Value,
}

/// The variables that are looked at.
pub(super) const VARIABLES: &[&str] = &[
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "BUILDKITE_PULL_REQUEST",
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
    "CHANGE_TARGET",
    "CI_COMMIT_BEFORE_SHA",
    "CI_COMMIT_BRANCH",
    "CI_DEFAULT_BRANCH",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
    "CI_PIPELINE_SOURCE",
    "GITHUB_ACTIONS",
    "GITHUB_BASE_REF",
    "GITHUB_EVENT_NAME",
    "GITHUB_SHA",
    "GITLAB_CI",
];

/// The variable that names the file of GitHub's account.
pub(super) const EVENT_FILE: &str = "GITHUB_EVENT_PATH";

/// The revision that was asked for; none where a run has no base by design.
pub(super) fn find(
    asked: &str,
    run: &Run,
    place: &Place<'_>,
    head: &Snapshot,
) -> Result<Option<Found>, Error> {
    if asked != "auto" {
        return Ok(Some(Found {
            revision: asked.to_owned(),
            name: asked.to_owned(),
        }));
    }
    let newest = match head.provenance() {
        Provenance::Git(git) => git.newest,
        Provenance::Plain(_) => None,
    };
    let commits = load::ancestry(place, newest)?;
    decide(run, &commits).map_err(Error::Base)
}

/// What a repository can be asked.
pub(super) trait Commits {
    fn head(&self) -> Option<String>;
    fn parents(&self) -> Vec<String>;
    fn commit(&self, name: &str) -> Option<String>;
    fn merge_base(&self, other: &str) -> Option<String>;
    fn is_shallow(&self) -> bool;
    fn branch(&self) -> Option<String>;
    fn upstream(&self) -> Option<String>;
}

/// Why there is no base where one should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub(super) struct Missing {
    pub what: String,
    pub help: String,
}

/// What a run should be compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Plan {
    /// The first parent of the commit of the run if that is what is checked out, else as `Shared`.
    Merge {
        commit: String,
        branch: Branch,
    },
    /// The last commit shared with a branch.
    Shared(Branch),
    Commit(String),
    /// Everything is judged.
    Nothing,
    Refused(Missing),
    Local,
}

/// The branch that a change goes into.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Branch {
    name: String,
    /// Where it stood when the run began, if that is known.
    tip: Option<String>,
}

fn decide(run: &Run, commits: &impl Commits) -> Result<Option<Found>, Missing> {
    match plan(run) {
        Plan::Merge { commit, branch } => merge(&commit, &branch, commits).map(Some),
        Plan::Shared(branch) => shared(&branch, commits).map(Some),
        Plan::Commit(commit) => exactly(&commit, commits).map(Some),
        Plan::Nothing => Ok(None),
        Plan::Refused(missing) => Err(missing),
        Plan::Local => local(commits).map(Some),
    }
}

fn plan(run: &Run) -> Plan {
    if run.has("GITHUB_ACTIONS") {
        return github(run);
    }
    if run.has("GITLAB_CI") {
        return gitlab(run);
    }
    let is_change = run.get("BUILDKITE_PULL_REQUEST") != Some("false");
    let of_buildkite = run.get("BUILDKITE_PULL_REQUEST_BASE_BRANCH");
    let branches = [
        run.get("BITBUCKET_PR_DESTINATION_BRANCH"),
        run.get("CHANGE_TARGET"),
        of_buildkite.filter(|_| is_change),
    ];
    match branches.into_iter().flatten().next() {
        Some(name) => Plan::Shared(Branch::named(name)),
        None => Plan::Local,
    }
}

fn github(run: &Run) -> Plan {
    let event = |pointer: &str| run.event.pointer(pointer).and_then(Value::as_str);
    let named = |name: Option<&str>, tip: &str| Branch {
        name: name.unwrap_or("main").to_owned(),
        tip: event(tip).map(str::to_owned),
    };
    match run.get("GITHUB_EVENT_NAME") {
        Some("pull_request_target") => Plan::Refused(Missing {
            what:
                "in `pull_request_target` the checked-out tree is the base branch, not the change"
                    .to_owned(),
            help: "start the workflow on `pull_request`, which needs no secrets for this"
                .to_owned(),
        }),
        Some("pull_request") => {
            let base = run
                .get("GITHUB_BASE_REF")
                .or(event("/pull_request/base/ref"));
            let branch = named(base, "/pull_request/base/sha");
            match run.get("GITHUB_SHA") {
                Some(commit) => Plan::Merge {
                    commit: commit.to_owned(),
                    branch,
                },
                None => Plan::Shared(branch),
            }
        }
        Some("merge_group") => match event("/merge_group/base_sha") {
            Some(commit) => Plan::Commit(commit.to_owned()),
            None => Plan::Refused(no_event()),
        },
        Some("push") => {
            let default = event("/repository/default_branch");
            let pushed = event("/ref").and_then(|name| name.strip_prefix("refs/heads/"));
            match event("/before") {
                None => Plan::Refused(no_event()),
                Some(before) if !is_zero(before) => Plan::Commit(before.to_owned()),
                // The first push of the main line adds all there is.
                Some(_) if pushed.is_some() && pushed == default => Plan::Nothing,
                Some(_) => Plan::Shared(Branch::named(default.unwrap_or("main"))),
            }
        }
        _ => Plan::Nothing,
    }
}

fn gitlab(run: &Run) -> Plan {
    // In a merged result what is checked out holds the target's commits too.
    let target = run.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA");
    let shared = run.get("CI_MERGE_REQUEST_DIFF_BASE_SHA");
    if let Some(commit) = target.or(shared) {
        return Plan::Commit(commit.to_owned());
    }
    if let Some(name) = run.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") {
        return Plan::Shared(Branch::named(name));
    }
    if run.get("CI_PIPELINE_SOURCE") != Some("push") {
        return Plan::Nothing;
    }
    let default = run.get("CI_DEFAULT_BRANCH");
    match run.get("CI_COMMIT_BEFORE_SHA").filter(|sha| !is_zero(sha)) {
        Some(before) => Plan::Commit(before.to_owned()),
        None if run.get("CI_COMMIT_BRANCH") == default => Plan::Nothing,
        None => Plan::Shared(Branch::named(default.unwrap_or("main"))),
    }
}

fn no_event() -> Missing {
    Missing {
        what: format!("the file that `{EVENT_FILE}` names does not say what to compare with"),
        help: "name the base yourself: --base REV".to_owned(),
    }
}

fn merge(commit: &str, branch: &Branch, commits: &impl Commits) -> Result<Found, Missing> {
    let parents = commits.parents();
    if commits.head().as_deref() != Some(commit) {
        return shared(branch, commits);
    }
    match parents.as_slice() {
        [first, _, ..] => Ok(Found {
            revision: first.clone(),
            name: branch.name.clone(),
        }),
        // A clone of one commit does not even know that it is a merge.
        [] if commits.is_shallow() => Err(Missing {
            what: format!(
                "the base cannot be found: this clone has no parent of {}",
                short(commit)
            ),
            help: "run: git fetch --deepen=1, or check out with `fetch-depth: 2`".to_owned(),
        }),
        _ => shared(branch, commits),
    }
}

fn shared(branch: &Branch, commits: &impl Commits) -> Result<Found, Missing> {
    let remote = format!("origin/{}", branch.name);
    let names = [branch.tip.as_deref(), Some(&remote), Some(&branch.name)];
    let known = names.into_iter().flatten();
    let mut known = known.filter(|name| commits.commit(name).is_some());
    let name = &branch.name;
    let Some(tip) = known.next() else {
        let target = quoted(&format!("+refs/heads/{name}:refs/remotes/origin/{name}"));
        return Err(Missing {
            what: format!("the base cannot be found: this clone has no `{remote}`"),
            help: format!(
                "run: git fetch --no-tags{} origin {target}",
                deepen(commits)
            ),
        });
    };
    match commits.merge_base(tip) {
        Some(revision) => Ok(Found {
            revision,
            name: branch.name.clone(),
        }),
        None => Err(unrelated(name, commits)),
    }
}

fn unrelated(name: &str, commits: &impl Commits) -> Missing {
    Missing {
        what: format!(
            "the base cannot be found: this clone has no commit that HEAD and `{name}` share"
        ),
        help: match commits.is_shallow() {
            true => "run: git fetch --unshallow --no-tags origin".to_owned(),
            false => "name the base yourself: --base REV".to_owned(),
        },
    }
}

fn exactly(commit: &str, commits: &impl Commits) -> Result<Found, Missing> {
    match commits.commit(commit) {
        Some(revision) => Ok(Found {
            revision,
            name: short(commit),
        }),
        None => Err(Missing {
            what: format!(
                "the base cannot be found: this clone has no commit {}",
                short(commit)
            ),
            help: format!(
                "run: git fetch --no-tags --depth=1 origin {}",
                quoted(commit)
            ),
        }),
    }
}

/// What the branch follows, unless that is its own copy; else the main line.
fn local(commits: &impl Commits) -> Result<Found, Missing> {
    let branch = commits.branch();
    let own_copy = branch.as_ref().map(|name| format!("origin/{name}"));
    let mains = [
        "origin/HEAD",
        "origin/main",
        "origin/master",
        "main",
        "master",
    ];
    let is_main = branch.as_deref().is_some_and(|name| mains.contains(&name));
    let upstream = commits.upstream();
    let upstream = upstream.filter(|name| is_main || own_copy.as_ref() != Some(name));
    let mains = mains.map(str::to_owned);
    let known = upstream.into_iter().chain(mains);
    let mut known = known.filter(|name| commits.commit(name).is_some());
    let Some(name) = known.next() else {
        return Err(Missing {
            what: "the base cannot be found: the branch follows none, and there is no `main`"
                .to_owned(),
            help: "name the base yourself: --base REV".to_owned(),
        });
    };
    match commits.merge_base(&name) {
        Some(revision) => Ok(Found { revision, name }),
        None => Err(unrelated(&name, commits)),
    }
}

impl Run {
    fn get(&self, name: &'static str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    fn has(&self, name: &'static str) -> bool {
        self.variables.contains_key(name)
    }
}

impl Branch {
    fn named(name: &str) -> Branch {
        Branch {
            name: name.trim_start_matches("refs/heads/").to_owned(),
            tip: None,
        }
    }
}

fn is_zero(commit: &str) -> bool {
    commit.bytes().all(|byte| byte == b'0')
}

fn short(commit: &str) -> String {
    commit.chars().take(10).collect()
}

/// What makes a fetch reach far enough in a clone that ends early.
fn deepen(commits: &impl Commits) -> &'static str {
    match commits.is_shallow() {
        true => " --unshallow",
        false => "",
    }
}

/// A name as a shell takes it.
fn quoted(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:".contains(&byte);
    match name.bytes().all(is_plain) {
        true => name.to_owned(),
        false => format!("'{}'", name.replace('\'', r"'\''")),
    }
}

impl Commits for Ancestry {
    fn head(&self) -> Option<String> {
        Ancestry::head(self)
    }

    fn parents(&self) -> Vec<String> {
        Ancestry::parents(self)
    }

    fn commit(&self, name: &str) -> Option<String> {
        Ancestry::commit(self, name)
    }

    fn merge_base(&self, other: &str) -> Option<String> {
        Ancestry::merge_base(self, other)
    }

    fn is_shallow(&self) -> bool {
        Ancestry::is_shallow(self)
    }

    fn branch(&self) -> Option<String> {
        Ancestry::branch(self)
    }

    fn upstream(&self) -> Option<String> {
        Ancestry::upstream(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ZERO: &str = "0000000000000000000000000000000000000000";

    /// A repository that has these commits, by name; each shares `shared-NAME` with HEAD.
    #[derive(Clone, Default)]
    struct Fake {
        head: &'static str,
        parents: &'static [&'static str],
        has: &'static [&'static str],
        is_shallow: bool,
        branch: Option<&'static str>,
        upstream: Option<&'static str>,
    }

    impl Commits for Fake {
        fn head(&self) -> Option<String> {
            Some(self.head.to_owned())
        }

        fn parents(&self) -> Vec<String> {
            self.parents.iter().map(|name| (*name).to_owned()).collect()
        }

        fn commit(&self, name: &str) -> Option<String> {
            self.has.contains(&name).then(|| name.to_owned())
        }

        fn merge_base(&self, other: &str) -> Option<String> {
            let reaches = self.commit(other).is_some() && !self.is_shallow;
            reaches.then(|| format!("shared-{other}"))
        }

        fn is_shallow(&self) -> bool {
            self.is_shallow
        }

        fn branch(&self) -> Option<String> {
            self.branch.map(str::to_owned)
        }

        fn upstream(&self) -> Option<String> {
            self.upstream.map(str::to_owned)
        }
    }

    fn shown(variables: &[(&'static str, &str)], event: Value, commits: &Fake) -> String {
        let variables = variables.iter();
        let run = Run {
            variables: variables
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            event,
        };
        match decide(&run, commits) {
            Ok(Some(found)) => found.revision,
            Ok(None) => "nothing".to_owned(),
            Err(missing) => format!("{} | {}", missing.what, missing.help),
        }
    }

    fn github(name: &str, event: Value, commits: &Fake) -> String {
        let variables = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", name),
            ("GITHUB_SHA", "merge"),
            ("GITHUB_BASE_REF", "main"),
        ];
        shown(&variables, event, commits)
    }

    #[test]
    fn a_pull_request_on_github_has_the_first_parent_only_of_the_merge_of_the_run() {
        let pull = |commits: &Fake| github("pull_request", Value::Null, commits);
        let merged = Fake {
            head: "merge",
            parents: &["base", "branch"],
            is_shallow: true,
            ..Fake::default()
        };
        assert_eq!(pull(&merged), "base");
        let of_head = Fake {
            head: "branch",
            parents: &["older", "main-merged-in"],
            has: &["origin/main"],
            ..Fake::default()
        };
        assert_eq!(pull(&of_head), "shared-origin/main");
        let too_short = Fake {
            parents: &[],
            ..merged.clone()
        };
        assert_eq!(
            pull(&too_short),
            "the base cannot be found: this clone has no parent of merge | run: git fetch \
             --deepen=1, or check out with `fetch-depth: 2`"
        );
        let without_base = Fake {
            head: "branch",
            is_shallow: true,
            ..Fake::default()
        };
        assert_eq!(
            pull(&without_base),
            "the base cannot be found: this clone has no `origin/main` | run: git fetch --no-tags \
             --unshallow origin +refs/heads/main:refs/remotes/origin/main"
        );
        let ends_early = Fake {
            has: &["origin/main"],
            ..without_base
        };
        assert_eq!(
            pull(&ends_early),
            "the base cannot be found: this clone has no commit that HEAD and `main` share | run: \
             git fetch --unshallow --no-tags origin"
        );
    }

    #[test]
    fn a_fork_is_compared_with_where_the_base_branch_stood() {
        let event = json!({"pull_request": {"base": {"ref": "main", "sha": "tip"}}});
        let fork = Fake {
            head: "branch",
            has: &["tip", "origin/main"],
            ..Fake::default()
        };
        assert_eq!(github("pull_request", event, &fork), "shared-tip");
    }

    #[test]
    fn other_events_of_github() {
        let fake = Fake {
            head: "merge",
            parents: &["older"],
            has: &["queue-base", "before", "origin/trunk"],
            ..Fake::default()
        };
        let queue = json!({"merge_group": {"base_sha": "queue-base"}});
        assert_eq!(github("merge_group", queue, &fake), "queue-base");
        let push = |before: &str, to: &str| {
            let event = json!({
                "before": before,
                "ref": format!("refs/heads/{to}"),
                "repository": {"default_branch": "trunk"},
            });
            github("push", event, &fake)
        };
        assert_eq!(push("before", "trunk"), "before");
        assert_eq!(push(ZERO, "feature"), "shared-origin/trunk");
        assert_eq!(push(ZERO, "trunk"), "nothing");
        assert_eq!(
            push("forgotten", "trunk"),
            "the base cannot be found: this clone has no commit forgotten | run: git fetch \
             --no-tags --depth=1 origin forgotten"
        );
        assert_eq!(github("schedule", Value::Null, &fake), "nothing");
        assert_eq!(
            github("pull_request_target", Value::Null, &fake),
            "in `pull_request_target` the checked-out tree is the base branch, not the change | \
             start the workflow on `pull_request`, which needs no secrets for this"
        );
        assert_eq!(
            github("merge_group", Value::Null, &fake),
            "the file that `GITHUB_EVENT_PATH` names does not say what to compare with | name the \
             base yourself: --base REV"
        );
    }

    #[test]
    fn other_systems() {
        let fake = Fake {
            head: "head",
            has: &["diff-base", "target", "before", "origin/main"],
            ..Fake::default()
        };
        let gitlab = |more: &[(&'static str, &str)]| {
            shown(
                &[&[("GITLAB_CI", "true")], more].concat(),
                Value::Null,
                &fake,
            )
        };
        assert_eq!(
            gitlab(&[("CI_MERGE_REQUEST_DIFF_BASE_SHA", "diff-base")]),
            "diff-base"
        );
        let merged = [
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "diff-base"),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "target"),
        ];
        assert_eq!(gitlab(&merged), "target");
        assert_eq!(gitlab(&[("CI_PIPELINE_SOURCE", "schedule")]), "nothing");
        let push = [
            ("CI_PIPELINE_SOURCE", "push"),
            ("CI_DEFAULT_BRANCH", "main"),
        ];
        let new_branch = [
            ("CI_COMMIT_BEFORE_SHA", ZERO),
            ("CI_COMMIT_BRANCH", "feature"),
        ];
        assert_eq!(gitlab(&[push, new_branch].concat()), "shared-origin/main");
        let pushed = [push.as_slice(), &[("CI_COMMIT_BEFORE_SHA", "before")]].concat();
        assert_eq!(gitlab(&pushed), "before");
        let other = |variables: &[(&'static str, &str)]| shown(variables, Value::Null, &fake);
        let shared = "shared-origin/main";
        assert_eq!(
            other(&[("BITBUCKET_PR_DESTINATION_BRANCH", "main")]),
            shared
        );
        assert_eq!(other(&[("CHANGE_TARGET", "main")]), shared);
        let buildkite = [
            ("BUILDKITE_PULL_REQUEST", "12"),
            ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"),
        ];
        assert_eq!(other(&buildkite), shared);
        assert_eq!(
            other(&[("CHANGE_TARGET", "a'b c")]),
            "the base cannot be found: this clone has no `origin/a'b c` | run: git fetch --no-tags \
             origin '+refs/heads/a'\\''b c:refs/remotes/origin/a'\\''b c'"
        );
    }

    #[test]
    fn at_home_the_branch_that_this_one_goes_into() {
        let home = |commits: Fake| shown(&[], Value::Null, &commits);
        let feature = Fake {
            head: "head",
            has: &["origin/feature", "origin/main", "main"],
            branch: Some("feature"),
            upstream: Some("origin/feature"),
            ..Fake::default()
        };
        assert_eq!(home(feature.clone()), "shared-origin/main");
        let follows_another = Fake {
            has: &["origin/develop", "origin/main"],
            upstream: Some("origin/develop"),
            ..feature.clone()
        };
        assert_eq!(home(follows_another), "shared-origin/develop");
        let on_main = Fake {
            branch: Some("main"),
            upstream: Some("origin/main"),
            ..feature.clone()
        };
        assert_eq!(home(on_main), "shared-origin/main");
        let without_remote = Fake {
            has: &["master"],
            upstream: None,
            ..feature.clone()
        };
        assert_eq!(home(without_remote), "shared-master");
        let alone = Fake {
            has: &[],
            ..feature
        };
        assert_eq!(
            home(alone),
            "the base cannot be found: the branch follows none, and there is no `main` | name the \
             base yourself: --base REV"
        );
    }
}
