//! `prepcheck check --fix`: writes what was mended, or shows it.

use super::error::Error;
use super::{FAILED, FOUND, Subject, args, print};
use crate::check::{Outcome, check};
use crate::clock::Clock;
use crate::fix::{Mending, Verdict, mend, words};
use crate::inspect::inspect;
use crate::load::{Snapshot, Unwritable};
use crate::model::History;
use crate::policy::Policy;
use crate::report::{Mended, diff};
use crate::text::sanitise;

/// What `--fix` did.
pub(super) struct Done {
    pub mended: Mended,
    /// Whether all that was mended could be written.
    pub is_written: bool,
}

/// Refuses trees that are git's, in which nothing can be edited.
pub(super) fn expect_worktree(args: &args::Check) -> Result<(), Error> {
    let input = &args.input;
    match (args.fix, &input.rev, input.staged) {
        (true, Some(_), _) => Err(Error::FixElsewhere { flag: "--rev" }),
        (true, None, true) => Err(Error::FixElsewhere { flag: "--staged" }),
        _ => Ok(()),
    }
}

/// Mends the work tree; the subject and the outcome are then those of what is written.
pub(super) fn run(subject: &mut Subject, outcome: &mut Outcome, clock: Clock) -> Done {
    let Subject {
        snapshot, policy, ..
    } = subject;
    let first = Verdict {
        inspection: std::mem::take(&mut subject.inspection),
        outcome: std::mem::take(outcome),
    };
    let known = first.inspection.history.clone();
    let judge = |snapshot: &Snapshot| judge(snapshot, policy, &known, clock);
    let mut mending = mend(snapshot, first, judge);
    let failed = mending.write(snapshot);
    if !failed.is_empty() {
        mending.verdict = judge(snapshot);
    }
    for (path, refusal) in &failed {
        let path = sanitise::path(&subject.way.to(path));
        let reason = sanitise::text(&words(refusal));
        eprintln!("error: {path} was not written: {reason}");
        if matches!(refusal, Unwritable::ReadOnly) {
            eprintln!("  help: run: chmod u+w {path}, then `prepcheck --fix` again");
        }
    }
    let mended = Mended::of(&mending);
    subject.inspection = mending.verdict.inspection;
    *outcome = mending.verdict.outcome;
    Done {
        mended,
        is_written: failed.is_empty(),
    }
}

/// Prints what would be written, and writes nothing.
pub(super) fn show(
    args: &args::Check,
    subject: &mut Subject,
    outcome: Outcome,
    clock: Clock,
) -> Result<u8, Error> {
    let Subject {
        snapshot, policy, ..
    } = subject;
    let first = Verdict {
        inspection: std::mem::take(&mut subject.inspection),
        outcome,
    };
    let known = first.inspection.history.clone();
    let judge = |snapshot: &Snapshot| judge(snapshot, policy, &known, clock);
    let mending = mend(snapshot, first, judge);
    print(&diff::render(&mending, &subject.way))?;
    eprintln!("{}", summary(&mending));
    if !mending.verdict.inspection.bugs.is_empty() {
        return Ok(FAILED);
    }
    let Some(level) = args.fail_on.level() else {
        return Ok(0);
    };
    let remains = mending.verdict.outcome.worst() >= Some(level);
    Ok(if remains || !mending.files.is_empty() {
        FOUND
    } else {
        0
    })
}

/// Mending changes files; what git knows of them stays.
fn judge(snapshot: &Snapshot, policy: &Policy, known: &History, clock: Clock) -> Verdict {
    let mut inspection = inspect(snapshot, policy);
    inspection.history.clone_from(known);
    Verdict {
        outcome: check(&inspection, policy, clock),
        inspection,
    }
}

fn summary(mending: &Mending) -> String {
    match mending.files.is_empty() {
        true => "nothing to mend".to_owned(),
        false => format!("would mend {}", Mended::of(mending).words()),
    }
}
