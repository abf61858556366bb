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
//! the branch adds. So it counts only if what is checked out is the very commit of the run, or
//! merges the head of the pull request into something; else
//! base is the newest commit that both branches share.
//!
//! A commit that was named is taken as it is where what is judged builds on it. Else others have
//! added to its branch since, which is none of this change's doing: then base is the newest commit
//! that both share. What is no commit, such as `main^{tree}`, is taken at its word.
//!
//! Some runs have no base by design, such as a scheduled one: everything is judged, and the report
//! says why.

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
    /// Not the commit that was named, but where the judged one left it.
    pub is_left: bool,
}

/// What a tree is set beside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    Base(Found),
    /// Everything is judged, in words that say why.
    Nothing(String),
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
    "BITBUCKET_PR_DESTINATION_COMMIT",
    "BUILDKITE_PULL_REQUEST",
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
    "CHANGE_TARGET",
    "CI",
    "CI_COMMIT_BEFORE_SHA",
    "CI_COMMIT_BRANCH",
    "CI_DEFAULT_BRANCH",
    "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME",
    "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
    "CI_PIPELINE_SOURCE",
    "GITHUB_ACTIONS",
    "GITHUB_BASE_REF",
    "GITHUB_EVENT_NAME",
    EVENT_FILE,
    "GITHUB_SHA",
    "GITLAB_CI",
    "JENKINS_URL",
];

/// The variable that names the file of GitHub's account.
pub(super) const EVENT_FILE: &str = "GITHUB_EVENT_PATH";

/// The revision that was asked for.
pub(super) fn find(
    asked: &str,
    run: &Run,
    place: &Place<'_>,
    head: &Snapshot,
) -> Result<Beside, Error> {
    let newest = match head.provenance() {
        Provenance::Git(git) => git.newest,
        Provenance::Plain(_) => None,
    };
    // The hook of the first commit must not fail for that it is the first.
    if head.is_git() && newest.is_none() && ["auto", "HEAD"].contains(&asked) {
        let reason = "there is no commit yet, and all of it is judged";
        return Ok(Beside::Nothing(reason.to_owned()));
    }
    let commits = load::ancestry(place, newest)?;
    match asked {
        "auto" => decide(run, &commits),
        name => named(name, &commits).map(Beside::Base),
    }
    .map_err(Error::Base)
}

/// What a repository can be asked.
pub(super) trait Commits {
    fn head(&self) -> Option<String>;
    fn parents(&self) -> Vec<String>;
    fn commit(&self, name: &str) -> Option<String>;
    fn merge_base(&self, other: &str) -> Option<String>;
    /// Whether one commit is another or builds on it.
    fn builds_on(&self, commit: &str, older: &str) -> bool;
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
    /// The first parent of the commit that the host made of the base and a pull request, if that is
    /// what is checked out; else as `Shared`.
    Merge {
        made: Made,
        branch: Branch,
    },
    /// The newest commit shared with a branch.
    Shared(Branch),
    Commit(String),
    /// Everything is judged, for this reason.
    Nothing(String),
    Refused(Missing),
    /// A build of a branch, of which no more is known.
    Build,
    Local,
}

/// How a host's merge of a pull request is known.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Made {
    commit: String,
    /// The newest commit of the pull request, if that is known.
    head: Option<String>,
}

/// The branch that a change goes into.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Branch {
    name: String,
    /// Where it stood when the run began, if that is known.
    tip: Option<String>,
}

/// What somebody named.
fn named(name: &str, commits: &impl Commits) -> Result<Found, Missing> {
    let literal = Found {
        revision: name.to_owned(),
        name: name.to_owned(),
        is_left: false,
    };
    let (Some(head), Some(commit)) = (commits.head(), commits.commit(name)) else {
        return Ok(literal);
    };
    if head == commit || commits.builds_on(&head, &commit) {
        return Ok(literal);
    }
    match commits.merge_base(&commit) {
        Some(revision) => Ok(Found {
            revision,
            is_left: true,
            ..literal
        }),
        None => Err(unrelated(name, commits)),
    }
}

fn decide(run: &Run, commits: &impl Commits) -> Result<Beside, Missing> {
    let found = match plan(run) {
        Plan::Merge { made, branch } => merge(&made, &branch, commits)?,
        Plan::Shared(branch) => shared(&branch, commits)?,
        Plan::Commit(commit) => exactly(&commit, commits)?,
        Plan::Nothing(reason) => return Ok(Beside::Nothing(reason)),
        Plan::Refused(missing) => return Err(missing),
        Plan::Build => return build(commits),
        Plan::Local => local(commits)?,
    };
    Ok(Beside::Base(found))
}

fn plan(run: &Run) -> Plan {
    if run.has("GITHUB_ACTIONS") {
        return github(run);
    }
    if run.has("GITLAB_CI") {
        return gitlab(run);
    }
    if let Some(name) = run.get("BITBUCKET_PR_DESTINATION_BRANCH") {
        let tip = run.get("BITBUCKET_PR_DESTINATION_COMMIT");
        return Plan::Shared(Branch::at(name, tip));
    }
    let is_change = run.get("BUILDKITE_PULL_REQUEST") != Some("false");
    let of_buildkite = run.get("BUILDKITE_PULL_REQUEST_BASE_BRANCH");
    let branches = [run.get("CHANGE_TARGET"), of_buildkite.filter(|_| is_change)];
    match branches.into_iter().flatten().next() {
        Some(name) => Plan::Shared(Branch::named(name)),
        None if run.is_of_a_system() => Plan::Build,
        None => Plan::Local,
    }
}

fn github(run: &Run) -> Plan {
    match run.get("GITHUB_EVENT_NAME") {
        Some("pull_request_target") => Plan::Refused(Missing {
            what:
                "in `pull_request_target` the checked-out tree is the base branch, not the change"
                    .to_owned(),
            help: "start the workflow on `pull_request`, which needs no secrets for this"
                .to_owned(),
        }),
        Some("pull_request" | "pull_request_review" | "pull_request_review_comment") => {
            pull_request(run)
        }
        Some("merge_group") => match run.event("/merge_group/base_sha") {
            Some(commit) => Plan::Commit(commit.to_owned()),
            None => Plan::Refused(no_event(run)),
        },
        Some("push") => pushed(run),
        Some(event) => Plan::Nothing(format!("a `{event}` run judges everything")),
        None => Plan::Nothing("a run of no known event judges everything".to_owned()),
    }
}

fn pull_request(run: &Run) -> Plan {
    let base = run.get("GITHUB_BASE_REF");
    let base = base.or(run.event("/pull_request/base/ref"));
    let tip = run.event("/pull_request/base/sha");
    let branch = Branch::at(base.unwrap_or("main"), tip);
    let head = run.event("/pull_request/head/sha");
    match run.get("GITHUB_SHA") {
        // Work-alikes build the pull request as it stands.
        Some(commit) if Some(commit) != head => Plan::Merge {
            made: Made {
                commit: commit.to_owned(),
                head: head.map(str::to_owned),
            },
            branch,
        },
        _ => Plan::Shared(branch),
    }
}

fn pushed(run: &Run) -> Plan {
    let nothing = |what: &str| Plan::Nothing(format!("{what} judges everything"));
    let Some(before) = run.event("/before") else {
        return Plan::Refused(no_event(run));
    };
    let name = run.event("/ref").unwrap_or_default();
    let Some(branch) = name.strip_prefix("refs/heads/") else {
        return nothing("the push of a tag");
    };
    if run.event.pointer("/deleted") == Some(&Value::Bool(true)) {
        return nothing("a branch was deleted, and a run on the main line");
    }
    let default = run.event("/repository/default_branch").unwrap_or("main");
    match is_zero(before) {
        false => Plan::Commit(before.to_owned()),
        // The first push of the main line adds all there is.
        true if branch == default => nothing("the first push of the main line"),
        true => Plan::Shared(Branch::named(default)),
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
    if let Some(name) = run.get("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME") {
        let tip = run.get("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA");
        return Plan::Shared(Branch::at(name, tip));
    }
    let nothing = |what: &str| Plan::Nothing(format!("{what} judges everything"));
    match run.get("CI_PIPELINE_SOURCE") {
        Some("push") => {}
        Some(source) => return nothing(&format!("a `{source}` pipeline")),
        None => return nothing("a pipeline of no known source"),
    }
    let Some(branch) = run.get("CI_COMMIT_BRANCH") else {
        return nothing("a pipeline of a tag");
    };
    let default = run.get("CI_DEFAULT_BRANCH").unwrap_or("main");
    match run.get("CI_COMMIT_BEFORE_SHA").filter(|sha| !is_zero(sha)) {
        Some(before) => Plan::Commit(before.to_owned()),
        None if branch == default => nothing("the first pipeline of the main line"),
        None => Plan::Shared(Branch::named(default)),
    }
}

fn no_event(run: &Run) -> Missing {
    let what = match (run.has(EVENT_FILE), &run.event) {
        (false, _) => "is not set, so that nothing says what to compare with",
        (true, Value::Null) => "names a file that cannot be read",
        (true, _) => "names a file that does not say what to compare with",
    };
    Missing {
        what: format!("`{EVENT_FILE}` {what}"),
        help: "name the base yourself: --base REV".to_owned(),
    }
}

fn merge(made: &Made, branch: &Branch, commits: &impl Commits) -> Result<Found, Missing> {
    let parents = commits.parents();
    let is_made = commits.head().as_ref() == Some(&made.commit);
    match parents.as_slice() {
        // The host may have merged again since the run began.
        [first, second, ..] if is_made || made.head.as_ref() == Some(second) => Ok(Found {
            revision: first.clone(),
            name: branch.name.clone(),
            is_left: false,
        }),
        // A clone of one commit does not even know that it is a merge.
        [] if is_made && commits.is_shallow() => Err(Missing {
            what: format!(
                "the base cannot be found: this clone has no parent of {}",
                short(&made.commit)
            ),
            help: format!(
                "run: git fetch --no-tags --deepen=1 origin {}, or check out with `fetch-depth: 2`",
                quoted(&made.commit)
            ),
        }),
        _ => shared(branch, commits),
    }
}

fn shared(branch: &Branch, commits: &impl Commits) -> Result<Found, Missing> {
    let remote = format!("origin/{}", branch.name);
    let is_known = |name: &&str| commits.commit(name).is_some();
    let tips = [branch.tip.as_deref(), Some(&remote)];
    let mut tips: Vec<&str> = tips.into_iter().flatten().filter(is_known).collect();
    if tips.is_empty() {
        tips.extend(Some(branch.name.as_str()).filter(is_known));
    }
    let name = &branch.name;
    if tips.is_empty() {
        let target = quoted(&format!("+refs/heads/{name}:refs/remotes/origin/{name}"));
        return Err(Missing {
            what: format!("the base cannot be found: this clone has no `{remote}`"),
            help: format!(
                "run: git fetch --no-tags{} origin {target}",
                deepen(commits)
            ),
        });
    }
    let bases = tips.into_iter().filter_map(|tip| commits.merge_base(tip));
    match newest(bases.collect(), commits) {
        Some(revision) => Ok(Found {
            revision,
            name: branch.name.clone(),
            is_left: false,
        }),
        None => Err(unrelated(name, commits)),
    }
}

/// Of commits that HEAD builds on the newest. HEAD itself only if there is no other: a branch that
/// holds it already was merged after the run began.
fn newest(bases: Vec<String>, commits: &impl Commits) -> Option<String> {
    let head = commits.head();
    let (own, older): (Vec<String>, Vec<String>) = bases
        .into_iter()
        .partition(|base| Some(base) == head.as_ref());
    let newer = |one: String, other: String| match commits.builds_on(&other, &one) {
        true => other,
        false => one,
    };
    older.into_iter().reduce(newer).or(own.into_iter().next())
}

fn unrelated(name: &str, commits: &impl Commits) -> Missing {
    Missing {
        what: format!(
            "the base cannot be found: this clone has no commit that this branch and `{name}` share"
        ),
        help: match commits.is_shallow() {
            true => "run: git fetch --unshallow --no-tags origin".to_owned(),
            false => format!(
                "to compare files whatever their history: --base {}",
                quoted(&format!("{name}^{{tree}}"))
            ),
        },
    }
}

fn exactly(commit: &str, commits: &impl Commits) -> Result<Found, Missing> {
    match commits.commit(commit) {
        Some(revision) => Ok(Found {
            revision,
            name: short(commit),
            is_left: false,
        }),
        None => Err(Missing {
            what: format!(
                "the base cannot be found: this clone has no commit {}",
                short(commit)
            ),
            // A depth would cut off the history that a whole clone has.
            help: format!(
                "run: git fetch --no-tags{} origin {}, or name another base: --base REV",
                match commits.is_shallow() {
                    true => " --depth=1",
                    false => "",
                },
                quoted(commit)
            ),
        }),
    }
}

/// A build of a branch is set beside the main line; one of the main line has nothing to be set
/// beside, and not itself.
fn build(commits: &impl Commits) -> Result<Beside, Missing> {
    let found = local(commits)?;
    let is_main_line = commits.head().as_ref() == Some(&found.revision);
    Ok(match is_main_line {
        true => Beside::Nothing(format!(
            "the commit is on `{}`, and all of it is judged",
            found.name
        )),
        false => Beside::Base(found),
    })
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
        Some(revision) => Ok(Found {
            revision,
            name,
            is_left: false,
        }),
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

    /// What GitHub says in its account.
    fn event(&self, pointer: &str) -> Option<&str> {
        self.event.pointer(pointer).and_then(Value::as_str)
    }

    fn is_of_a_system(&self) -> bool {
        let is_said = self.get("CI").is_some_and(|value| value != "false");
        is_said || self.has("JENKINS_URL")
    }
}

impl Branch {
    fn named(name: &str) -> Branch {
        Branch::at(name, None)
    }

    fn at(name: &str, tip: Option<&str>) -> Branch {
        Branch {
            name: name.trim_start_matches("refs/heads/").to_owned(),
            tip: tip.map(str::to_owned),
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
pub(super) fn quoted(name: &str) -> String {
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

    fn builds_on(&self, commit: &str, older: &str) -> bool {
        Ancestry::builds_on(self, commit, older)
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
        /// The newest of what is shared.
        newest: &'static str,
        /// What holds HEAD.
        ahead: &'static [&'static str],
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
            let shared = match self.ahead.contains(&other) {
                true => self.head.to_owned(),
                false => format!("shared-{other}"),
            };
            reaches.then_some(shared)
        }

        fn builds_on(&self, commit: &str, _: &str) -> bool {
            commit == self.newest
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
            Ok(Beside::Base(found)) => found.revision,
            Ok(Beside::Nothing(reason)) => format!("no base: {reason}"),
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
    fn a_named_base_is_where_the_branch_left_it() {
        let fake = Fake {
            head: "head",
            has: &["older", "main"],
            newest: "head",
            ..Fake::default()
        };
        let asked = |name: &str, fake: &Fake| match named(name, fake) {
            Ok(found) => format!("{} {}", found.revision, found.is_left),
            Err(missing) => format!("{} | {}", missing.what, missing.help),
        };
        assert_eq!(asked("older", &fake), "older false");
        assert_eq!(asked("main^{tree}", &fake), "main^{tree} false");
        let moved_on = Fake { newest: "", ..fake };
        assert_eq!(asked("main", &moved_on), "shared-main true");
        let shallow = Fake {
            is_shallow: true,
            ..moved_on
        };
        assert_eq!(
            asked("main", &shallow),
            "the base cannot be found: this clone has no commit that this branch and `main` share \
             | run: git fetch --unshallow --no-tags origin"
        );
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
            "the base cannot be found: this clone has no parent of merge | run: git fetch --no-tags \
             --deepen=1 origin merge, or check out with `fetch-depth: 2`"
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
            "the base cannot be found: this clone has no commit that this branch and `main` share \
             | run: git fetch --unshallow --no-tags origin"
        );
    }

    #[test]
    fn a_merge_made_again_since_the_run_began_is_known_by_the_head_of_the_pull_request() {
        let event = json!({"pull_request": {"head": {"sha": "branch"}}});
        let merged_again = Fake {
            head: "merge-2",
            parents: &["base-2", "branch"],
            has: &["origin/main"],
            ..Fake::default()
        };
        let found = github("pull_request", event.clone(), &merged_again);
        assert_eq!(found, "base-2");
        let review = github("pull_request_review", event.clone(), &merged_again);
        assert_eq!(review, "base-2");
        // A work-alike of GitHub says that the head itself is the commit of the run.
        let event = json!({"pull_request": {"head": {"sha": "merge"}}});
        let of_head = Fake {
            head: "merge",
            parents: &["older", "main-merged-in"],
            has: &["origin/main"],
            ..Fake::default()
        };
        let found = github("pull_request", event, &of_head);
        assert_eq!(found, "shared-origin/main");
    }

    #[test]
    fn a_branch_is_compared_with_the_newest_commit_that_it_shares_with_its_base() {
        let event = json!({"pull_request": {"base": {"ref": "main", "sha": "tip"}}});
        let shared = |fake: &Fake| github("pull_request", event.clone(), fake);
        let fork_behind = Fake {
            head: "branch",
            has: &["tip", "origin/main"],
            newest: "shared-tip",
            ..Fake::default()
        };
        assert_eq!(shared(&fork_behind), "shared-tip");
        let main_merged_in = Fake {
            newest: "shared-origin/main",
            ..fork_behind.clone()
        };
        assert_eq!(shared(&main_merged_in), "shared-origin/main");
        let merged_since = Fake {
            ahead: &["origin/main"],
            ..fork_behind.clone()
        };
        assert_eq!(shared(&merged_since), "shared-tip");
        let without_a_commit = Fake {
            ahead: &["tip", "origin/main"],
            ..fork_behind
        };
        assert_eq!(shared(&without_a_commit), "branch");
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
        let pushed = |before: &str, to: &str, fake: &Fake| {
            let event = json!({
                "before": before,
                "ref": format!("refs/{to}"),
                "repository": {"default_branch": "trunk"},
            });
            github("push", event, fake)
        };
        let push = |before: &str, to: &str| pushed(before, to, &fake);
        assert_eq!(push("before", "heads/trunk"), "before");
        assert_eq!(push(ZERO, "heads/feature"), "shared-origin/trunk");
        assert_eq!(
            push(ZERO, "heads/trunk"),
            "no base: the first push of the main line judges everything"
        );
        assert_eq!(
            push(ZERO, "tags/v1"),
            "no base: the push of a tag judges everything"
        );
        // Forgotten after a forced push, perhaps; the host may still have it.
        assert_eq!(
            push("forgotten", "heads/trunk"),
            "the base cannot be found: this clone has no commit forgotten | run: git fetch \
             --no-tags origin forgotten, or name another base: --base REV"
        );
        let shallow = Fake {
            is_shallow: true,
            ..fake.clone()
        };
        assert_eq!(
            pushed("forgotten", "heads/trunk", &shallow),
            "the base cannot be found: this clone has no commit forgotten | run: git fetch \
             --no-tags --depth=1 origin forgotten, or name another base: --base REV"
        );
        let deleted = json!({"before": "before", "ref": "refs/heads/old", "deleted": true});
        assert_eq!(
            github("push", deleted, &fake),
            "no base: a branch was deleted, and a run on the main line judges everything"
        );
        assert_eq!(
            github("schedule", Value::Null, &fake),
            "no base: a `schedule` run judges everything"
        );
        assert_eq!(
            github("pull_request_target", Value::Null, &fake),
            "in `pull_request_target` the checked-out tree is the base branch, not the change | \
             start the workflow on `pull_request`, which needs no secrets for this"
        );
        assert_eq!(
            github("merge_group", Value::Null, &fake),
            "`GITHUB_EVENT_PATH` is not set, so that nothing says what to compare with | name the \
             base yourself: --base REV"
        );
    }

    #[test]
    fn gitlab() {
        let fake = Fake {
            head: "head",
            has: &["diff-base", "target", "before", "origin/main"],
            ..Fake::default()
        };
        let gitlab = |more: &[(&'static str, &str)]| {
            let variables = [&[("GITLAB_CI", "true"), ("CI", "true")], more].concat();
            shown(&variables, Value::Null, &fake)
        };
        let detached = ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "diff-base");
        assert_eq!(gitlab(&[detached]), "diff-base");
        let merged = ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "target");
        assert_eq!(gitlab(&[detached, merged]), "target");
        let elsewhere = ("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME", "main");
        assert_eq!(gitlab(&[elsewhere]), "shared-origin/main");
        assert_eq!(
            gitlab(&[("CI_PIPELINE_SOURCE", "schedule")]),
            "no base: a `schedule` pipeline judges everything"
        );
        let push = |more: &[(&'static str, &str)]| {
            let source = [
                ("CI_PIPELINE_SOURCE", "push"),
                ("CI_DEFAULT_BRANCH", "main"),
            ];
            gitlab(&[&source, more].concat())
        };
        let (first, later) = (
            ("CI_COMMIT_BEFORE_SHA", ZERO),
            ("CI_COMMIT_BEFORE_SHA", "before"),
        );
        let (feature, main) = (
            ("CI_COMMIT_BRANCH", "feature"),
            ("CI_COMMIT_BRANCH", "main"),
        );
        assert_eq!(push(&[first, feature]), "shared-origin/main");
        assert_eq!(push(&[later, feature]), "before");
        assert_eq!(push(&[later, main]), "before");
        assert_eq!(
            push(&[first, main]),
            "no base: the first pipeline of the main line judges everything"
        );
        assert_eq!(
            push(&[first]),
            "no base: a pipeline of a tag judges everything"
        );
    }

    #[test]
    fn other_systems() {
        let fake = Fake {
            head: "head",
            has: &["target", "origin/main"],
            newest: "shared-target",
            ..Fake::default()
        };
        let other = |variables: &[(&'static str, &str)]| shown(variables, Value::Null, &fake);
        let shared = "shared-origin/main";
        assert_eq!(
            other(&[("BITBUCKET_PR_DESTINATION_BRANCH", "main")]),
            shared
        );
        let merged = [
            ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
            ("BITBUCKET_PR_DESTINATION_COMMIT", "target"),
        ];
        assert_eq!(other(&merged), "shared-target");
        assert_eq!(other(&[("CHANGE_TARGET", "main")]), shared);
        let buildkite = [
            ("BUILDKITE_PULL_REQUEST", "12"),
            ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"),
        ];
        assert_eq!(other(&buildkite), shared);
        let of_a_branch = [("CI", "true"), ("BUILDKITE_PULL_REQUEST", "false")];
        assert_eq!(other(&of_a_branch), shared);
        let on_main = Fake {
            ahead: &["origin/main"],
            ..fake.clone()
        };
        for variable in [("CI", "true"), ("JENKINS_URL", "https://ci.example")] {
            assert_eq!(
                shown(&[variable], Value::Null, &on_main),
                "no base: the commit is on `origin/main`, and all of it is judged"
            );
        }
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
