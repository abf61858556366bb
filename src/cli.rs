//! The command line: the only code that knows the terminal, the environment and the clock.
//!
//! [`args`] is what was typed; this module turns it into calls of the library, prints what comes
//! back and chooses the exit code. No rule, no format and no limit lives here.

mod args;
mod base;
mod create;
mod document;
mod error;
mod fix;
mod history;
mod init;
mod new;
mod oncall;
mod terminal;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use rayon::prelude::*;

use crate::check::{Outcome, check};
use crate::clock::Clock;
use crate::compare::{self, Comparison};
use crate::inspect::{
    Inspection, Keeping, inspect_again, inspect_both, learn, learn_both, look_ahead, reread, words,
};
use crate::limits;
use crate::load::{self, Ahead, Provenance, Snapshot};
use crate::model::{self, SCHEMAS};
use crate::policy::{self, Policy};
use crate::report::{self, Header, Layout, Report, Texts, compact, human, json, status};
use crate::text::{Way, sanitise};
use crate::{catalog, rules, view};
use args::{Cli, Command, Format, TextJsonOrMarkdown, TextOrJson};
use base::Beside;
use error::Error;

/// Exit code when prepcheck could not do its work.
const FAILED: u8 = 2;

/// Exit code when something was found at the failing level.
const FOUND: u8 = 1;

/// Runs the program on the process's arguments.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    // A panic in a file's task is reported in words, with the file's name, and not by the default
    // hook, whose output would interleave between threads.
    std::panic::set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(|| dispatch(cli)));
    let code = match result {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            eprint!("{}", error.render());
            FAILED
        }
        Err(panic) => {
            let words = sanitise::text(&crate::inspect::panic_words(&*panic));
            eprintln!("error: prepcheck itself has a fault: {words}");
            eprintln!("  help: please report it, with the command and, if you can, the repository");
            FAILED
        }
    };
    ExitCode::from(code)
}

fn dispatch(cli: Cli) -> Result<u8, Error> {
    match cli.command.unwrap_or(Command::Check(cli.check)) {
        Command::Check(args) => run_check(&args),
        Command::Diff(args) => run_diff(&args),
        Command::Status(args) => run_status(&args),
        Command::Coverage(args) => run_coverage(&args),
        Command::Due(args) => run_due(&args),
        Command::Oncall(args) => oncall::run(&args),
        Command::History(args) => history::run(args),
        Command::Files(args) => run_files(&args),
        Command::Model(args) => run_model(args),
        Command::Init(args) => init::run(args),
        Command::New(args) => new::run(args.what),
        Command::Explain(args) => explain(&args.rule),
        Command::Rules(args) => run_rules(args.format),
        Command::Schema(args) => schema(args.name.as_deref()),
        Command::Completions(args) => completions(args.shell),
        Command::Man(args) => manual(args.command.as_deref()),
    }
}

/// A repository, read under the policy in force.
struct Subject {
    way: Way,
    snapshot: Snapshot,
    policy: Policy,
    inspection: Inspection,
    base: Option<Base>,
    /// Why there is no base, where one was asked for.
    no_base: Option<String>,
    /// What of git's history was read beside the documents.
    ahead: Option<Ahead>,
}

/// What to read of git's history while documents are being read.
type LookAhead<'l> = &'l (dyn Fn(&Snapshot, &Policy) -> Option<Ahead> + Sync);

/// The tree that a repository is set beside, read under the repository's own policy.
struct Base {
    found: base::Found,
    snapshot: Snapshot,
    inspection: Inspection,
    /// Its own policy, or why it could not be read.
    policy: Result<Policy, Error>,
}

impl Subject {
    fn read(input: &args::Input) -> Result<Subject, Error> {
        Subject::read_beside(input, None, &|_, _| None)
    }

    /// Reads the tree that is asked for, and the one to set it beside.
    fn read_beside(
        input: &args::Input,
        base: Option<&str>,
        look_ahead: LookAhead<'_>,
    ) -> Result<Subject, Error> {
        if let Some(threads) = input.threads {
            rayon::ThreadPoolBuilder::new()
                .num_threads(usize::from(threads))
                .build_global()
                .map_err(|source| Error::Threads { source })?;
        }
        let current =
            terminal::current_folder().map_err(|source| Error::CurrentFolder { source })?;
        let place = place(input, &current);
        let snapshot = snapshot(input, &place)?;
        let policy = policy_in_force(&snapshot, input.policy.as_deref())?;
        let beside = base.map(|asked| base::find(asked, &terminal::run(), &place, &snapshot));
        let (found, no_base) = match beside.transpose()? {
            None => (None, None),
            Some(Beside::Base(found)) => (Some(found), None),
            Some(Beside::Nothing(reason)) => (None, Some(reason)),
        };
        let (ahead, read) = rayon::join(
            || look_ahead(&snapshot, &policy),
            || read_trees((&snapshot, found), &policy, &place, input),
        );
        let (inspection, base) = read?;
        Ok(Subject {
            way: way(&current, snapshot.root()),
            snapshot,
            policy,
            inspection,
            base,
            no_base,
            ahead,
        })
    }

    /// Asks git what it knows, as far as the rules in force must see.
    fn learn(&mut self, clock: Clock) {
        let Subject {
            snapshot,
            policy,
            inspection,
            ahead,
            ..
        } = self;
        let ahead = ahead.take();
        match &mut self.base {
            None => learn(inspection, snapshot, (policy, clock), ahead),
            Some(base) => learn_both(
                [inspection, &mut base.inspection],
                [snapshot, &base.snapshot],
                (policy, clock),
                ahead,
            ),
        }
    }

    /// Judges the tree, and sets it beside its base.
    fn judge(&self, clock: Clock) -> (Outcome, Option<Comparison>) {
        let Some(base) = &self.base else {
            return (check(&self.inspection, &self.policy, clock), None);
        };
        let head = compare::Tree {
            snapshot: &self.snapshot,
            inspection: &self.inspection,
            policy: Ok(&self.policy),
        };
        let base = compare::Tree {
            snapshot: &base.snapshot,
            inspection: &base.inspection,
            policy: base.policy.as_ref().map_err(Error::to_string),
        };
        let (outcome, comparison) = compare::compare(&head, &base, &self.policy, clock);
        (outcome, Some(comparison))
    }

    fn report(
        &self,
        input: &args::Input,
        (outcome, comparison): (&Outcome, Option<&Comparison>),
        clock: Clock,
        are_shown: bool,
    ) -> Report {
        let root = input.path.as_deref().unwrap_or(Path::new("."));
        let header = Header {
            version: env!("CARGO_PKG_VERSION"),
            root: root.display().to_string(),
            way: self.way.clone(),
            tree: tree(input),
            policy: self.policy.name.clone(),
            as_of: clock.show(),
            documents: self.inspection.ops.documents().len(),
            is_git: self.snapshot.is_git(),
            no_base: self.no_base.clone(),
        };
        let sources = &self.inspection.ops.sources;
        let texts = Texts {
            read: &|file| reread(&self.snapshot, sources, file),
            are_shown,
        };
        let report = report::build(&self.inspection, outcome, header, texts);
        match (&self.base, comparison) {
            (Some(base), Some(comparison)) => {
                report.beside(comparison, &base.inspection, base.shown())
            }
            _ => report,
        }
    }

    fn has_bugs(&self) -> bool {
        let of_base = self.base.as_ref().map(|base| &base.inspection.bugs);
        !self.inspection.bugs.is_empty() || of_base.is_some_and(|bugs| !bugs.is_empty())
    }
}

impl Base {
    fn shown(&self) -> report::Base {
        let commit = match self.snapshot.provenance() {
            Provenance::Git(git) => git.newest.map(|commit| commit.to_string()),
            Provenance::Plain(_) => None,
        };
        report::Base {
            name: self.found.name.clone(),
            commit,
            is_left: self.found.is_left,
        }
    }
}

/// Reads the documents of a tree and, if there is one, of the base that was found for it.
fn read_trees(
    (snapshot, found): (&Snapshot, Option<base::Found>),
    policy: &Policy,
    place: &load::Place<'_>,
    input: &args::Input,
) -> Result<(Inspection, Option<Base>), Error> {
    let Some(found) = found else {
        let cache = terminal::cache_place().filter(|_| !input.no_cache);
        let keeping = cache.map(Keeping::at);
        return Ok((inspect_again(snapshot, policy, keeping.as_ref()), None));
    };
    let other = load::revision(place, &found.revision)?;
    let [inspection, of_base] = inspect_both(snapshot, &other, policy);
    let base = Base {
        found,
        inspection: of_base,
        policy: policy_in_force(&other, input.policy.as_deref()),
        snapshot: other,
    };
    Ok((inspection, Some(base)))
}

fn place<'p>(input: &'p args::Input, current: &'p Path) -> load::Place<'p> {
    load::Place {
        path: input.path.as_deref(),
        current,
        variables: terminal::git_variables(),
    }
}

/// The tree that was asked for.
fn snapshot(input: &args::Input, place: &load::Place<'_>) -> Result<Snapshot, load::Error> {
    match &input.rev {
        Some(revision) => load::revision(place, revision),
        None if input.staged => load::staged(place),
        None => load::worktree(place.path, place.current, &model::is_wanted),
    }
}

/// Which tree that is, for the first line of a report.
fn tree(input: &args::Input) -> report::Tree {
    match &input.rev {
        Some(revision) => report::Tree::Revision(revision.clone()),
        None if input.staged => report::Tree::Staged,
        None => report::Tree::Worktree,
    }
}

fn way(current: &Path, root: &Path) -> Way {
    let parts = |folder: &'_ Path| -> Vec<Vec<u8>> {
        let parts = folder.components();
        parts
            .map(|part| part.as_os_str().as_encoded_bytes().to_vec())
            .collect()
    };
    Way::between(&parts(current), &parts(root))
}

/// What makes the paths of an answer those that open from the current folder, for people.
fn from_here(way: &Way) -> impl Fn(&mut String) {
    |path| *path = String::from_utf8_lossy(&way.to(path.as_bytes())).into_owned()
}

/// The repository's own policy, no milder than the one that was asked for.
fn policy_in_force(snapshot: &Snapshot, asked: Option<&str>) -> Result<Policy, Error> {
    let own = snapshot.read(policy::FILE_NAME.as_bytes(), limits::DOCUMENT_BYTES);
    let own = match own {
        Ok(bytes) => {
            let text = utf8(policy::FILE_NAME, bytes)?;
            Some(Policy::read(policy::FILE_NAME, &text).map_err(Error::Policy)?)
        }
        Err(load::Unreadable::Vanished) if snapshot.contains(policy::OTHER_NAME.as_bytes()) => {
            return Err(Error::PolicyName);
        }
        Err(load::Unreadable::Vanished) => None,
        Err(reason) => return Err(unreadable_policy(policy::FILE_NAME, &words(&reason))),
    };
    let floor = asked.map(asked_policy).transpose()?;
    Ok(match (own, floor) {
        (Some(own), Some(floor)) => own.at_least(&floor),
        (Some(own), None) => own,
        (None, Some(floor)) => floor,
        (None, None) => Policy::shipped(policy::DEFAULT).expect("the default is shipped"),
    })
}

fn asked_policy(name: &str) -> Result<Policy, Error> {
    if let Some(policy) = Policy::shipped(name) {
        return Ok(policy);
    }
    let bytes = load::read_file(Path::new(name), limits::DOCUMENT_BYTES)
        .map_err(|reason| unreadable_policy(name, &reason.to_string()))?;
    Policy::read(name, &utf8(name, bytes)?).map_err(Error::Policy)
}

fn utf8(name: &str, bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|_| unreadable_policy(name, "it is not UTF-8"))
}

fn unreadable_policy(name: &str, reason: &str) -> Error {
    Error::PolicyFile {
        name: name.to_owned(),
        reason: reason.to_owned(),
    }
}

fn run_check(args: &args::Check) -> Result<u8, Error> {
    let to_stdout = args.formats.iter().filter(|output| output.file.is_none());
    if to_stdout.count() > 1 {
        return Err(Error::TwoOutputs);
    }
    fix::expect_worktree(args)?;
    let clock = args.as_of.unwrap_or_else(now);
    let mut subject = Subject::read_beside(&args.input, args.base.as_deref(), &|tree, policy| {
        look_ahead(tree, policy, clock)
    })?;
    subject.learn(clock);
    let (mut outcome, comparison) = subject.judge(clock);
    if args.diff {
        return fix::show(args, &mut subject, outcome, clock);
    }
    let done = args
        .fix
        .then(|| fix::run(&mut subject, &mut outcome, clock));
    let outputs = outputs(args);
    let are_shown = outputs.iter().any(|output| output.format == Format::Human);
    let judged = (&outcome, comparison.as_ref());
    let mut report = subject.report(&args.input, judged, clock, are_shown);
    report.mended = done.as_ref().map(|done| done.mended);
    write_reports(args, &outputs, &report)?;
    if subject.has_bugs() || done.is_some_and(|done| !done.is_written) {
        return Ok(FAILED);
    }
    let worst = match &comparison {
        Some(comparison) => comparison.worst_new(&outcome, &subject.policy),
        None => outcome.worst(),
    };
    let failing = args.fail_on.level();
    let fails = failing.is_some_and(|level| worst >= Some(level));
    // The process ends here: giving back the facts of fifty thousand documents one by one would
    // only make it end later.
    std::mem::forget((subject, report));
    Ok(if fails { FOUND } else { 0 })
}

/// The forms of the report that are asked for; people get theirs where nothing else is printed.
fn outputs(args: &args::Check) -> Vec<args::Output> {
    let mut outputs = args.formats.clone();
    if outputs.iter().all(|output| output.file.is_some()) {
        outputs.push(args::Output {
            format: Format::Human,
            file: None,
        });
    }
    outputs
}

fn write_reports(
    args: &args::Check,
    outputs: &[args::Output],
    report: &Report,
) -> Result<(), Error> {
    let laid_out = outputs.iter().map(|output| match &output.file {
        Some(_) => (output, terminal::layout_of_file(args.all)),
        None => (output, terminal::layout(&args.display, args.all)),
    });
    let laid_out: Vec<(&args::Output, Layout)> = laid_out.collect();
    let rendered = laid_out.par_iter().map(|(output, layout)| {
        let text = match output.format {
            Format::Human => human::render(report, *layout),
            Format::Compact => compact::render(report),
            Format::Json => json::render(report),
        };
        (*output, text)
    });
    for (output, text) in rendered.collect::<Vec<_>>() {
        match &output.file {
            Some(path) => write(path, &text)?,
            None => print(&text)?,
        }
    }
    Ok(())
}

fn run_diff(args: &args::Diff) -> Result<u8, Error> {
    let clock = args.as_of.unwrap_or_else(now);
    let mut subject = Subject::read_beside(&args.input, Some(&args.base), &|tree, policy| {
        look_ahead(tree, policy, clock)
    })?;
    subject.learn(clock);
    let (outcome, comparison) = subject.judge(clock);
    let report = subject.report(&args.input, (&outcome, comparison.as_ref()), clock, true);
    print(&match args.format {
        TextJsonOrMarkdown::Human => report::change::human(&report),
        TextJsonOrMarkdown::Json => report::change::render_json(&report),
        TextJsonOrMarkdown::Markdown => report::change::markdown(&report),
    })?;
    if subject.has_bugs() {
        return Ok(FAILED);
    }
    let worst = comparison.and_then(|it| it.worst_new(&outcome, &subject.policy));
    let fails = args
        .fail_on
        .level()
        .is_some_and(|level| worst >= Some(level));
    Ok(if fails { FOUND } else { 0 })
}

fn run_status(args: &args::Status) -> Result<u8, Error> {
    let clock = args.as_of.unwrap_or_else(now);
    let subject = Subject::read(&args.input)?;
    let mut view = view::status(&subject.inspection.ops, clock.show());
    let layout = terminal::layout(&args.display, false);
    print(&match args.format {
        TextOrJson::Human => {
            view.each_path(from_here(&subject.way));
            status::render(&view, layout)
        }
        TextOrJson::Json => json::print(&view),
    })?;
    Ok(finished(&subject))
}

fn run_coverage(args: &args::Coverage) -> Result<u8, Error> {
    let subject = Subject::read(&args.input)?;
    let mut view = view::coverage(&subject.inspection.ops);
    let layout = terminal::layout(&args.display, false);
    print(&match args.format {
        TextJsonOrMarkdown::Human => {
            view.each_path(from_here(&subject.way));
            report::coverage::render(&view, layout)
        }
        TextJsonOrMarkdown::Json => json::print(&view),
        TextJsonOrMarkdown::Markdown => report::coverage::markdown(&view),
    })?;
    Ok(finished(&subject))
}

fn run_due(args: &args::Due) -> Result<u8, Error> {
    let clock = args.as_of.unwrap_or_else(now);
    let subject = Subject::read(&args.input)?;
    let mut view = view::due(&subject.inspection.ops, clock, args.within);
    let layout = terminal::layout(&args.display, args.all);
    print(&match args.format {
        TextJsonOrMarkdown::Human => {
            view.each_path(from_here(&subject.way));
            report::due::render(&view, layout)
        }
        TextJsonOrMarkdown::Json => json::print(&view),
        TextJsonOrMarkdown::Markdown => report::due::markdown(&view),
    })?;
    Ok(finished(&subject))
}

fn run_files(args: &args::Listing) -> Result<u8, Error> {
    let subject = Subject::read(&args.input)?;
    let mut view = view::files(&subject.inspection);
    print(&match args.format {
        TextOrJson::Human => {
            view.each_path(from_here(&subject.way));
            report::files::render(&view, args.all)
        }
        TextOrJson::Json => json::print(&view),
    })?;
    Ok(finished(&subject))
}

fn run_model(mut args: args::Model) -> Result<u8, Error> {
    let (root, document) = document::apart(args.input.path.take())?;
    args.input.path = root;
    let subject = Subject::read(&args.input)?;
    let only = document.as_deref();
    let only = only
        .map(|path| document::below_root(&subject, path))
        .transpose()?;
    let view = view::model(&subject.inspection, only.as_deref());
    if let (Some(path), true) = (document, view.documents.is_empty()) {
        return Err(Error::NoDocument { path });
    }
    match args.format {
        args::JsonOnly::Json => print(&json::print(&view))?,
    }
    Ok(finished(&subject))
}

/// Commands that show rather than judge succeed unless prepcheck itself is at fault.
fn finished(subject: &Subject) -> u8 {
    for bug in &subject.inspection.bugs {
        eprintln!(
            "error: prepcheck itself has a fault: {}",
            sanitise::text(bug)
        );
    }
    if subject.has_bugs() { FAILED } else { 0 }
}

fn explain(name: &str) -> Result<u8, Error> {
    let Some(rule) = rules::get(name) else {
        return Err(Error::UnknownRule {
            name: name.to_owned(),
            meant: rules::meant(name),
        });
    };
    print(&catalog::page(rule, None))?;
    Ok(0)
}

fn run_rules(format: TextOrJson) -> Result<u8, Error> {
    let rules = catalog::rules();
    print(&match format {
        TextOrJson::Human => report::rules::render(&rules),
        TextOrJson::Json => json::print(&rules),
    })?;
    Ok(0)
}

fn schema(name: Option<&str>) -> Result<u8, Error> {
    let names: Vec<&str> = SCHEMAS.iter().map(|(name, _)| *name).collect();
    let Some(name) = name else {
        print(&format!("{}\n", names.join("\n")))?;
        return Ok(0);
    };
    let Some((_, text)) = SCHEMAS.iter().find(|(known, _)| *known == name) else {
        return Err(Error::UnknownName {
            what: "schema",
            name: name.to_owned(),
            names: names.join(", "),
        });
    };
    print(text)?;
    Ok(0)
}

fn completions(shell: clap_complete::Shell) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "prepcheck", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}

fn manual(name: Option<&str>) -> Result<u8, Error> {
    let mut whole = Cli::command();
    whole.build();
    let command = match name {
        None => whole,
        Some(name) => match whole.find_subcommand(name) {
            Some(command) => command.clone(),
            None => return Err(unknown_command(&whole, name)),
        },
    };
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command).render(&mut page);
    rendered.map_err(|source| Error::Print { source })?;
    print(&String::from_utf8_lossy(&page))?;
    Ok(0)
}

fn unknown_command(whole: &clap::Command, name: &str) -> Error {
    let names: Vec<&str> = whole
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    Error::UnknownName {
        what: "command",
        name: name.to_owned(),
        names: names.join(", "),
    }
}

fn print(text: &str) -> Result<(), Error> {
    terminal::print(text).map_err(|source| Error::Print { source })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the reports that the user asked for"
)]
fn write(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks for the time"
)]
fn now() -> Clock {
    Clock::At(jiff::Timestamp::now())
}
