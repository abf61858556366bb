//! Why prepcheck could not do its work, and how that is said.

use std::error::Error as _;
use std::io;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;

use super::{args, base, terminal};
use crate::nearest::nearest;
use crate::text::sanitise;
use crate::{agenda, load, policy};

/// Why prepcheck could not do its work.
///
/// Faults of the checked repository are findings, never errors.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Load(#[from] load::Error),
    #[error(transparent)]
    Base(base::Missing),
    #[error("the policy has a fault: {0}")]
    Policy(policy::Error),
    #[error("the policy `{name}` cannot be read: {reason}")]
    PolicyFile { name: String, reason: String },
    #[error("`{}` is not read", policy::OTHER_NAME)]
    PolicyName,
    #[error("there is no rule `{name}`")]
    UnknownRule {
        name: String,
        meant: Option<&'static str>,
    },
    #[error("there is no {what} `{name}`")]
    UnknownName {
        what: &'static str,
        name: String,
        names: String,
    },
    #[error("`--fix` mends files of the work tree, and `{flag}` reads another tree")]
    FixElsewhere { flag: &'static str },
    #[error("there is no incident or fix `{name}`")]
    UnknownTopic {
        name: String,
        meant: Option<&'static str>,
        names: String,
    },
    #[error("there is no incident type `{name}`")]
    UnknownIncident { name: String, meant: &'static str },
    #[error("{path} is there already")]
    IsThere { path: String },
    #[error("{path} cannot be written")]
    Create { path: String, source: io::Error },
    #[error("`{}` is no operations document of this repository", path.display())]
    NoDocument { path: PathBuf },
    #[error("the folder `{}` does not lie in the repository", folder.display())]
    OutOfRepository { folder: PathBuf },
    #[error("there is no schedule `{}`", .0.name)]
    UnknownSchedule(agenda::Unknown),
    #[error("the time to show ends before it begins")]
    EmptyWindow,
    #[error("`--format ics` is for a time with a beginning and an end, and `--at` is an instant")]
    IcsOfInstant,
    #[error("more than one format goes to standard output")]
    TwoOutputs,
    #[error("the report cannot be written to `{}`", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("standard output cannot be written")]
    Print { source: io::Error },
    #[error("the current folder cannot be read")]
    CurrentFolder { source: io::Error },
    #[error("the threads cannot be started")]
    Threads { source: rayon::ThreadPoolBuildError },
}

impl Error {
    /// The whole chain and the hint, ready for standard error.
    pub fn render(&self) -> String {
        let mut text = format!("error: {}\n", sanitise::text(&self.to_string()));
        let mut source = self.source();
        while let Some(cause) = source {
            text.push_str(&format!(
                "  because: {}\n",
                sanitise::text(&cause.to_string())
            ));
            source = cause.source();
        }
        if let Some(hint) = self.hint() {
            text.push_str(&format!("  help: {}\n", sanitise::text(&hint)));
        }
        if let Error::Policy(fault) = self {
            for other in &fault.others {
                text.push_str(&format!("error: {}\n", sanitise::text(&other.to_string())));
                if let Some(hint) = &other.hint {
                    text.push_str(&format!("  help: {}\n", sanitise::text(hint)));
                }
            }
        }
        text
    }

    /// What to try next, if we know.
    fn hint(&self) -> Option<String> {
        match self {
            Error::Load(load::Error::Missing { path }) => meant_command(path),
            Error::Load(error) => error.hint(),
            Error::Base(missing) => Some(missing.help.clone()),
            Error::Policy(error) => error.hint.clone(),
            Error::PolicyName => Some(format!("rename it to `{}`", policy::FILE_NAME)),
            Error::PolicyFile { name, .. } if name == policy::FILE_NAME => {
                Some("make it a regular file of YAML, or remove it".to_owned())
            }
            Error::PolicyFile { .. } => {
                Some("name a file, or one of startup, team and strict".to_owned())
            }
            Error::UnknownRule { meant, .. } => Some(match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`prepcheck rules` lists all rules".to_owned(),
            }),
            Error::UnknownName { names, .. } => Some(format!("there are {names}")),
            Error::FixElsewhere { flag } => {
                Some(format!("leave out `{flag}`, then add what was mended"))
            }
            Error::UnknownTopic { meant, names, .. } => Some(match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("there are {names}"),
            }),
            Error::UnknownIncident { meant, .. } => Some(format!("did you mean `{meant}`?")),
            Error::IsThere { .. } => {
                Some("open that one, or give the new one another title".to_owned())
            }
            Error::NoDocument { .. } => {
                Some("`prepcheck files` lists them; run it in the repository".to_owned())
            }
            Error::OutOfRepository { .. } => Some("name a folder below its root".to_owned()),
            Error::UnknownSchedule(unknown) => Some(match &unknown.meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None if unknown.names.is_empty() => {
                    "no schedule is written here; `prepcheck schema oncall` says how".to_owned()
                }
                None => format!("there are {}", unknown.names.join(", ")),
            }),
            Error::EmptyWindow => Some("give `--to` a later time than `--from`".to_owned()),
            Error::IcsOfInstant => Some("give `--from` and `--to` instead of `--at`".to_owned()),
            Error::TwoOutputs => Some("add `=FILE` to all formats but one".to_owned()),
            _ => None,
        }
    }
}

/// A path that is not there may be a command with a slip of the fingers in it.
fn meant_command(path: &Path) -> Option<String> {
    let typed = path.to_str().filter(|typed| !typed.contains(['/', '.']))?;
    let program = args::Cli::command();
    let names: Vec<&str> = program
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    if names.contains(&typed)
        && let Some(line) = command_first(typed, terminal::arguments())
    {
        return Some(format!("put the command first: {line}"));
    }
    let meant = nearest(typed, names.iter().copied())?;
    Some(format!("did you mean the command `{meant}`?"))
}

/// The line as it would be understood, if options stand before a command.
fn command_first(command: &str, mut typed: Vec<String>) -> Option<String> {
    let at = typed.iter().rposition(|word| word == command)?;
    if !typed[..at].first()?.starts_with('-') {
        return None;
    }
    typed.remove(at);
    let words: Vec<String> = typed.iter().map(|word| base::quoted(word)).collect();
    Some(format!("`prepcheck {command} {}`", words.join(" ")))
}
