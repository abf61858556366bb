//! What the process is attached to: the only reader of the environment.
#![expect(
    clippy::disallowed_methods,
    reason = "the terminal and the CI variables are read here and nowhere else"
)]

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use super::{args, base};
use crate::limits;
use crate::load::{self, CachePlace, Variables};
use crate::report::{Layout, Style};

/// Columns for text that is not wrapped for a terminal.
const WIDTH_ELSEWHERE: usize = 100;

/// Wider lines are hard to read, whatever the terminal allows.
const WIDEST: usize = 120;

pub(super) fn current_folder() -> io::Result<PathBuf> {
    env::current_dir()
}

/// What was typed after the program's name.
pub(super) fn arguments() -> Vec<String> {
    let words = env::args_os().skip(1);
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}

/// What git tells its hooks.
pub(super) fn git_variables() -> Variables {
    let path = |name| {
        env::var_os(name)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
    };
    Variables {
        directory: path("GIT_DIR"),
        index: path("GIT_INDEX_FILE"),
    }
}

/// Where what was made of documents is kept from one run to the next: `PREPCHECK_CACHE_DIR`, or where
/// this system has the caches of its user. Nothing if that is not known.
pub(super) fn cache_place() -> Option<CachePlace> {
    let folder = |name: &str| {
        let folder = env::var_os(name).map(PathBuf::from);
        folder.filter(|folder| folder.is_absolute())
    };
    let of_user = || match env::consts::OS {
        "macos" => Some(folder("HOME")?.join("Library/Caches")),
        "windows" => folder("LOCALAPPDATA"),
        _ => folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache"))),
    };
    let named = folder("PREPCHECK_CACHE_DIR");
    Some(CachePlace {
        folder: named.or_else(|| Some(of_user()?.join("prepcheck")))?,
        program: env::current_exe().ok()?,
    })
}

/// What the CI system says of the run.
pub(super) fn run() -> base::Run {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let event = variable(base::EVENT_FILE).map(PathBuf::from);
    let event = event.and_then(|path| load::read_file(&path, limits::EVENT_BYTES).ok());
    let event = event.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let variables = base::VARIABLES.iter();
    base::Run {
        variables: variables
            .filter_map(|name| Some((*name, variable(name)?)))
            .collect(),
        event: event.unwrap_or_default(),
    }
}

/// How text is laid out on standard output.
pub(super) fn layout(display: &args::Display, all: bool) -> Layout {
    let is_plain = env::var_os("CI").is_some() || is_dumb();
    let is_terminal = io::stdout().is_terminal() && !is_plain;
    let style = match display.style {
        args::Style::Auto if is_terminal => Style::Graphical,
        args::Style::Auto | args::Style::Plain => Style::Plain,
        args::Style::Graphical => Style::Graphical,
        args::Style::Narrated => Style::Narrated,
    };
    let colour = match display.color {
        args::Colour::Always => true,
        args::Colour::Never => false,
        args::Colour::Auto => is_terminal && wants_colour(),
    };
    Layout {
        style,
        width: display.width.map_or_else(width, usize::from),
        colour,
        all,
    }
}

/// Layout for a report that goes into a file.
pub(super) fn layout_of_file(all: bool) -> Layout {
    Layout {
        style: Style::Plain,
        width: WIDTH_ELSEWHERE,
        colour: false,
        all,
    }
}

/// Writes to standard output; a reader that has gone away is no error.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn width() -> usize {
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    terminal.map_or(WIDTH_ELSEWHERE, |width| width.clamp(40, WIDEST))
}

/// Not with `NO_COLOR` of any value.
fn wants_colour() -> bool {
    env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// A terminal that can neither draw nor colour.
fn is_dumb() -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb")
}
