//! What was typed.
//!
//! Help, completions and the manual page are made from these types; what the words mean is decided
//! in [`super::options`].

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::civil::Date;

use crate::clock::{Clock, Moment, day};
use crate::finding::Level;

/// Checks that a repository is prepared for incidents: who gets called, how you know that
/// something is broken, how you talk to customers, how you fix common problems, and what you do
/// afterwards.
#[derive(Debug, Parser)]
#[command(name = "prepcheck", version, args_conflicts_with_subcommands = true)]
#[command(args_override_self = true)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,

    #[command(flatten)]
    pub check: Check,
}

const EXIT_CODES: &str = "\
Exit codes: 0 nothing at the failing level, 1 findings, 2 prepcheck could not do its work.
`prepcheck explain RULE` says more about a finding.";

#[derive(Debug, Subcommand)]
#[command(args_override_self = true)]
pub(super) enum Command {
    /// Check a repository (the default command)
    Check(Check),
    /// Show what a change does: findings, answers, runbooks and action items won and lost
    Diff(Diff),
    /// Show the five answers, each with its evidence or that nothing answers it
    Status(Status),
    /// Show which common incidents and fixes are covered, and by what
    Coverage(Coverage),
    /// Show open action items by owner and date, overdue ones first
    Due(Due),
    /// Show who is on call, as a calendar or at one instant
    Oncall(Oncall),
    /// Show what git knows of a document, or of all: when it came, when it changed, what became of its
    /// action items
    History(History),
    /// Show what was read as what, what was left alone, and why
    Files(Listing),
    /// Show what was understood of each document, or of the one whose path is given
    Model(Model),
    /// Write what is missing, as a skeleton to fill in; never over a file that is there
    Init(Init),
    /// Begin a post-mortem or a runbook, named and laid out as the repository's own
    New(New),
    /// Explain a rule: what it means, why it matters, what to do
    Explain(Explain),
    /// List all rules with their levels
    Rules(Rules),
    /// Print the JSON Schema of a native file, or list the schemas
    Schema(Schema),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page, of prepcheck or of a command
    Man(Man),
}

/// What is read, and by which clock.
#[derive(Debug, Args)]
pub(super) struct Input {
    /// The folder to check, exactly; else the nearest one around here with `prepcheck.yaml` or `.git`
    pub path: Option<PathBuf>,

    /// Read what is about to be committed: git's index
    #[arg(long)]
    pub staged: bool,

    /// Read this revision, without a check-out
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    pub rev: Option<String>,

    /// Judge by this policy at least: startup, team, strict, or a file; the repository's own may
    /// only tighten it
    #[arg(long, value_name = "NAME|FILE")]
    pub policy: Option<String>,

    /// Read all documents anew, and leave nothing for the next run
    #[arg(long)]
    pub no_cache: bool,

    /// How many threads read files [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
}

/// How text is shown.
#[derive(Debug, Args)]
pub(super) struct Display {
    /// Colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto, alias = "colour")]
    pub color: Colour,

    /// How text is laid out: graphical on a terminal, plain in CI and elsewhere (no colour, lines as
    /// long as they are), or narrated for screen readers
    #[arg(long, value_enum, value_name = "STYLE", default_value_t = Style::Auto)]
    pub style: Style,

    /// Columns to use, at least 40 [default: the terminal's]
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..))]
    pub width: Option<u16>,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub input: Input,

    /// The time to judge by, such as 2026-11-23 or 2026-11-23T09:00:00Z [default: now]
    #[arg(long, value_name = "DATE|TIMESTAMP")]
    pub as_of: Option<Clock>,

    /// Fail only for what the change since this revision made true: a branch, a tag, a commit, or
    /// `auto`, which asks the CI system or takes the branch that this one will be merged into. Of a
    /// branch that has moved on, the commit at which this one left it
    #[arg(long, value_name = "REV|auto", conflicts_with = "fix")]
    pub base: Option<String>,

    /// The level from which findings fail the check
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    pub fail_on: FailOn,

    /// Show every finding, also the fourth and later ones of a rule
    #[arg(long)]
    pub all: bool,

    /// Mend what can be mended without knowing more, then report what remains
    #[arg(long)]
    pub fix: bool,

    /// Print what --fix would change, and write nothing
    #[arg(long, requires = "fix", conflicts_with = "formats")]
    pub diff: bool,

    /// The form of the report: human, compact or json; with =FILE to write it there (repeatable)
    #[arg(long = "format", value_name = "FORMAT[=FILE]")]
    pub formats: Vec<Output>,

    #[command(flatten)]
    pub display: Display,
}

#[derive(Debug, Args)]
pub(super) struct Diff {
    #[command(flatten)]
    pub input: Input,

    /// The revision to compare with: a branch, a tag, a commit, or `auto`. Of a branch that has
    /// moved on, the commit at which this one left it
    #[arg(long, value_name = "REV|auto", default_value = "auto")]
    pub base: String,

    /// The time to judge by, such as 2026-11-23 or 2026-11-23T09:00:00Z [default: now]
    #[arg(long, value_name = "DATE|TIMESTAMP")]
    pub as_of: Option<Clock>,

    /// The level from which new findings fail
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    pub fail_on: FailOn,

    /// The form of the answer
    #[arg(long, value_enum, default_value_t = TextJsonOrMarkdown::Human)]
    pub format: TextJsonOrMarkdown,
}

#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    pub input: Input,

    /// The time to judge by, such as 2026-11-23 or 2026-11-23T09:00:00Z [default: now]
    #[arg(long, value_name = "DATE|TIMESTAMP")]
    pub as_of: Option<Clock>,

    /// The form of the answer
    #[arg(long, value_enum, default_value_t = TextOrJson::Human)]
    pub format: TextOrJson,

    #[command(flatten)]
    pub display: Display,
}

#[derive(Debug, Args)]
pub(super) struct Coverage {
    #[command(flatten)]
    pub input: Input,

    /// The form of the matrix
    #[arg(long, value_enum, default_value_t = TextJsonOrMarkdown::Human)]
    pub format: TextJsonOrMarkdown,

    #[command(flatten)]
    pub display: Display,
}

#[derive(Debug, Args)]
pub(super) struct Due {
    #[command(flatten)]
    pub input: Input,

    /// How far to look ahead, such as 30d, 2w or `10 days`
    #[arg(long, value_name = "TIME", default_value = "30d", value_parser = days)]
    pub within: u32,

    /// The time to judge by, such as 2026-11-23 or 2026-11-23T09:00:00Z [default: now]
    #[arg(long, value_name = "DATE|TIMESTAMP")]
    pub as_of: Option<Clock>,

    /// Show every item without a date, also the fourth and later ones of an owner
    #[arg(long)]
    pub all: bool,

    /// The form of the list; markdown is for a tracking issue
    #[arg(long, value_enum, default_value_t = TextJsonOrMarkdown::Human)]
    pub format: TextJsonOrMarkdown,

    #[command(flatten)]
    pub display: Display,
}

/// Whole days, as `30d`, `2w`, `10 days` or a bare number.
fn days(text: &str) -> Result<u32, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: Option<u32> = number.parse().ok();
    let days = match unit.trim() {
        "" | "d" | "day" | "days" => number,
        "w" | "week" | "weeks" => number.and_then(|weeks| weeks.checked_mul(7)),
        _ => None,
    };
    days.ok_or_else(|| "expected a time such as `30d` or `2w`".to_owned())
}

#[derive(Debug, Args)]
pub(super) struct Oncall {
    #[command(flatten)]
    pub input: Input,

    /// Where to begin: a date such as 2026-11-23, a local time such as '2026-11-23 09:00', or an
    /// instant such as 2026-11-23T09:00:00Z; days are the team's [default: today]
    #[arg(long, value_name = "DATE|TIME", conflicts_with = "at")]
    pub from: Option<Moment>,

    /// Where to end, exclusive [default: four weeks on]
    #[arg(long, value_name = "DATE|TIME", conflicts_with = "at")]
    pub to: Option<Moment>,

    /// Show who is on call at this time, with their phone numbers and backups; `now` is a time too
    #[arg(long, value_name = "TIME")]
    pub at: Option<Moment>,

    /// Only this schedule
    #[arg(long, value_name = "NAME")]
    pub schedule: Option<String>,

    /// The time that tells which day is today, such as 2026-11-23 or 2026-11-23T09:00:00Z
    /// [default: now]
    #[arg(long, value_name = "DATE|TIMESTAMP")]
    pub as_of: Option<Clock>,

    /// The form of the answer; ics is for calendar programs
    #[arg(long, value_enum, default_value_t = TextJsonOrIcs::Human)]
    pub format: TextJsonOrIcs,

    #[command(flatten)]
    pub display: Display,
}

#[derive(Debug, Args)]
pub(super) struct History {
    /// A document; or the folder of a repository, exactly
    pub path: Option<PathBuf>,

    /// Read this revision, without a check-out
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,

    /// The time to judge by, such as 2026-11-23 or 2026-11-23T09:00:00Z [default: now]
    #[arg(long, value_name = "DATE|TIMESTAMP")]
    pub as_of: Option<Clock>,

    /// The form of the answer
    #[arg(long, value_enum, default_value_t = TextOrJson::Human)]
    pub format: TextOrJson,

    #[command(flatten)]
    pub display: Display,
}

#[derive(Debug, Args)]
pub(super) struct Listing {
    #[command(flatten)]
    pub input: Input,

    /// List also what was read and taken for an ordinary document
    #[arg(long)]
    pub all: bool,

    /// The form of the answer
    #[arg(long, value_enum, default_value_t = TextOrJson::Human)]
    pub format: TextOrJson,
}

#[derive(Debug, Args)]
pub(super) struct Model {
    #[command(flatten)]
    pub input: Input,

    /// The form of the answer
    #[arg(long, value_enum, default_value_t = JsonOnly::Json)]
    pub format: JsonOnly,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The repository, exactly; else the nearest one around here with `prepcheck.yaml` or `.git`
    pub path: Option<PathBuf>,

    /// Write one page of Markdown instead of `ops/preparedness.yaml`
    #[arg(long)]
    pub markdown: bool,
}

#[derive(Debug, Args)]
pub(super) struct New {
    #[command(subcommand)]
    pub what: NewWhat,
}

/// Prints nothing but the new file's path, so that `$EDITOR "$(prepcheck new …)"` works.
#[derive(Debug, Subcommand)]
pub(super) enum NewWhat {
    /// Write a post-mortem under the next name, from the repository's own template if it has one;
    /// print its path
    Postmortem(NewPostmortem),
    /// Write a runbook with the questions of an incident or a fix; print its path
    Runbook(NewRunbook),
}

#[derive(Debug, Args)]
pub(super) struct NewPostmortem {
    /// What did not work, in a few words
    pub title: Option<String>,

    /// The incident's type, such as disk-full, or your own number for it
    #[arg(long, value_name = "TYPE")]
    pub incident: Option<String>,

    /// How bad it was, on your own scale
    #[arg(long, value_name = "SEVERITY")]
    pub severity: Option<String>,

    /// The day on which it began [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub date: Option<Date>,

    /// Where to write it [default: where most post-mortems lie]
    #[arg(long, value_name = "FOLDER")]
    pub dir: Option<PathBuf>,

    /// The time that tells which day is today, such as 2026-11-23 or 2026-11-23T09:00:00Z
    /// [default: now]
    #[arg(long, value_name = "DATE|TIMESTAMP")]
    pub as_of: Option<Clock>,
}

#[derive(Debug, Args)]
pub(super) struct NewRunbook {
    /// The incident or fix, such as disk-full or rollback
    #[arg(value_name = "INCIDENT|FIX")]
    pub topic: String,

    /// Its title [default: that of the incident or fix]
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,

    /// Where to write it [default: where most runbooks lie]
    #[arg(long, value_name = "FOLDER")]
    pub dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The rule, such as answers/unanswered-who
    pub rule: String,
}

#[derive(Debug, Args)]
pub(super) struct Rules {
    /// The form of the answer
    #[arg(long, value_enum, default_value_t = TextOrJson::Human)]
    pub format: TextOrJson,
}

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Which one; without a name, all names are listed
    pub name: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// The command to describe
    pub command: Option<String>,
}

/// A format, and the file that receives it instead of standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub format: Format,
    pub file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Human,
    Compact,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum TextJsonOrMarkdown {
    Human,
    Json,
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextOrJson {
    Human,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextJsonOrIcs {
    Human,
    Json,
    Ics,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum JsonOnly {
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Never,
}

impl FailOn {
    /// The lightest level that fails the check, if any does.
    pub fn level(self) -> Option<Level> {
        match self {
            FailOn::Error => Some(Level::Error),
            FailOn::Warning => Some(Level::Warning),
            FailOn::Never => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Style {
    Auto,
    Graphical,
    Plain,
    Narrated,
}

impl std::str::FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Output, String> {
        let (name, file) = match text.split_once('=') {
            Some((name, file)) => (name, Some(file)),
            None => (text, None),
        };
        if file == Some("") {
            return Err(format!("`{text}` names no file after `=`"));
        }
        let format = Format::from_str(name, false)
            .map_err(|_| format!("there is no format `{name}`; human, compact and json are"))?;
        Ok(Output {
            format,
            file: file.map(PathBuf::from),
        })
    }
}
