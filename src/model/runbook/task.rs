//! The tasks that a command runs: targets of make, recipes of just, scripts of `package.json`.
//!
//! A word is a task only where it can be nothing else. `yarn x` also runs programs of packages, so
//! there only a name with a colon is one, which no program bears; a flag that is not known may take
//! the word behind it; and in code without a language `make sure` and `just wait` are English.

use super::script::Word;
use crate::binary::binary;
use crate::text::Span;

/// What runs a task, and so the kind of file that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Runner {
    Make,
    Just,
    Package,
}

binary!(
    enum Runner {
        Make,
        Just,
        Package,
    }
);

impl Runner {
    /// What its tasks are called.
    pub fn noun(self) -> &'static str {
        match self {
            Runner::Make => "target",
            Runner::Just => "recipe",
            Runner::Package => "script",
        }
    }

    /// The names that its files may have.
    pub fn files(self) -> &'static [&'static str] {
        match self {
            Runner::Make => &["Makefile", "makefile", "GNUmakefile"],
            Runner::Just => &["justfile", "Justfile", "JUSTFILE", ".justfile"],
            Runner::Package => &["package.json"],
        }
    }

    /// Whether it also takes the file of a folder further up.
    pub fn looks_upwards(self) -> bool {
        self != Runner::Make
    }
}

/// A command that runs a task of a file that is not named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskCall {
    pub task: Task,
    /// The bytes of its name.
    pub span: Span,
}

binary!(struct TaskCall { task, span });

/// What makes two calls of tasks the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Task {
    pub runner: Runner,
    /// As it is called: `npm run`.
    pub program: Box<str>,
    pub name: Box<str>,
    /// Where the commands went, from where their reader stands; empty where they did not.
    pub folder: Box<str>,
}

binary!(struct Task { runner, program, name, folder });

/// The tasks of one command.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Run<'t> {
    pub runner: Runner,
    pub program: &'static str,
    /// A folder that a flag names.
    pub folder: Option<&'t str>,
    pub names: Vec<Word<'t>>,
}

/// The tasks that a command runs; nothing for what cannot be read with certainty.
pub(super) fn run<'t>(words: &[Word<'t>], is_marked: bool) -> Option<Run<'t>> {
    let ((_, program), rest) = words.split_first()?;
    let end = rest.iter().position(|(_, word)| is_end(word));
    let rest = &rest[..end.unwrap_or(rest.len())];
    match *program {
        "make" | "gmake" => make(rest, is_marked),
        "just" if is_marked => just(rest),
        "npm" => package("npm run", rest, &["run", "run-script"], &["--prefix"]),
        "pnpm" => package("pnpm run", rest, &["run"], &["-C", "--dir"]),
        "yarn" => package("yarn", rest, &["run"], &["--cwd"]).filter(is_no_program),
        "bun" => package("bun run", rest, &["run"], &["--cwd"]).filter(is_no_program),
        _ => None,
    }
}

/// Whether a word is a program that runs tasks.
pub(super) fn is_program(word: &str) -> bool {
    matches!(
        word,
        "make" | "gmake" | "just" | "npm" | "pnpm" | "yarn" | "bun"
    )
}

/// Whether a task opens a shell, in which the commands behind it are run.
pub(super) fn is_shell(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "shell", "sh", "bash", "ssh", "exec", "console", "attach", "login", "connect", "enter",
        "psql", "mysql", "repl", "debug",
    ];
    name.split(['-', '_', ':'])
        .any(|word| WORDS.contains(&word))
}

fn make<'t>(words: &[Word<'t>], is_marked: bool) -> Option<Run<'t>> {
    const FLAGS: &[&str] = &[
        "-B",
        "--always-make",
        "-i",
        "-j",
        "-k",
        "--keep-going",
        "-n",
        "--dry-run",
        "-s",
        "--silent",
        "--no-print-directory",
        "-w",
    ];
    /// More are a sentence.
    const TARGETS: usize = 3;
    let mut run = Run {
        runner: Runner::Make,
        program: "make",
        folder: None,
        names: Vec::new(),
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let jobs = word.1.strip_prefix("-j").unwrap_or("x");
        match word.1 {
            "-C" | "--directory" => run.folder = Some(words.next()?.1),
            flag if FLAGS.contains(&flag) || jobs.bytes().all(|b| b.is_ascii_digit()) => {}
            flag if flag.starts_with('-') => run.folder = Some(flag.strip_prefix("--directory=")?),
            // A quoted value may go on behind a blank.
            value if value.contains('=') && value.contains(['"', '\'']) => {
                return words.next().is_none().then_some(run);
            }
            value if value.contains('=') => {}
            name if is_plain(name) => run.names.push(*word),
            _ => return None,
        }
    }
    let is_sentence = run.names.len() > TARGETS || (!is_marked && is_english(run.names.first()?.1));
    (!is_sentence).then_some(run)
}

/// Words that follow `make` in a sentence.
fn is_english(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "sure",
        "certain",
        "it",
        "a",
        "an",
        "the",
        "them",
        "this",
        "that",
        "these",
        "those",
        "your",
        "our",
        "changes",
        "any",
        "all",
        "new",
        "one",
        "use",
        "note",
        "note:",
        "sense",
        "room",
        "backups",
        "backup",
        "necessary",
        "them:",
        "sure:",
    ];
    WORDS.contains(&word)
}

fn just<'t>(words: &[Word<'t>]) -> Option<Run<'t>> {
    const FLAGS: &[&str] = &[
        "-n",
        "--dry-run",
        "-q",
        "--quiet",
        "-v",
        "--verbose",
        "--yes",
    ];
    let is_before = |word: &&Word<'_>| FLAGS.contains(&word.1) || word.1.contains('=');
    // What follows the name may be what the recipe takes.
    let name = words.iter().find(|word| !is_before(word))?;
    let is_one = is_plain(name.1) && !name.1.contains(':');
    is_one.then(|| Run {
        runner: Runner::Just,
        program: "just",
        folder: None,
        names: vec![*name],
    })
}

fn package<'t>(
    program: &'static str,
    words: &[Word<'t>],
    verbs: &[&str],
    folder_flags: &[&str],
) -> Option<Run<'t>> {
    const FLAGS: &[&str] = &["-s", "--silent"];
    let mut run = Run {
        runner: Runner::Package,
        program,
        folder: None,
        names: Vec::new(),
    };
    // What follows `--` is for the script.
    let end = words.iter().position(|(_, word)| *word == "--");
    let mut words = words[..end.unwrap_or(words.len())].iter();
    let mut has_verb = program == "yarn";
    while let Some(word) = words.next() {
        match word.1 {
            flag if folder_flags.contains(&flag) => run.folder = Some(words.next()?.1),
            flag if FLAGS.contains(&flag) => {}
            verb if verbs.contains(&verb) && run.names.is_empty() => has_verb = true,
            name if has_verb && run.names.is_empty() && is_plain(name) => run.names.push(*word),
            // Flags of npm may stand behind the name too: `-w web`, `--if-present`.
            other if other.starts_with('-') || run.names.is_empty() => return None,
            _ => {}
        }
    }
    (!run.names.is_empty()).then_some(run)
}

fn is_no_program(run: &Run<'_>) -> bool {
    run.names.iter().all(|(_, name)| name.contains(':'))
}

/// Where the words of a command end: at a comment or at what is done with its output.
fn is_end(word: &str) -> bool {
    let is_redirection = word.trim_start_matches(['1', '2', '&']).starts_with('>');
    word.starts_with('#') || word.starts_with('<') && word.len() == 1 || is_redirection
}

fn is_plain(name: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "-_:".contains(c);
    name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().all(is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks(command: &str) -> Option<(Option<&str>, Vec<&str>)> {
        let words: Vec<Word<'_>> = command.split(' ').map(|word| (0, word)).collect();
        let run = run(&words, false)?;
        Some((
            run.folder,
            run.names.iter().map(|(_, name)| *name).collect(),
        ))
    }

    #[test]
    fn names_of_tasks() {
        for (command, folder, names) in [
            ("make deploy", None, &["deploy"][..]),
            (
                "make -j4 -C ops build deploy STAGE=live # now",
                Some("ops"),
                &["build", "deploy"],
            ),
            ("make deploy NOTE=\"new", None, &["deploy"]),
            (
                "npm --prefix web run -s build:live -- --all",
                Some("web"),
                &["build:live"],
            ),
            ("npm run build > log", None, &["build"]),
            ("yarn db:reset", None, &["db:reset"]),
            ("pnpm run build", None, &["build"]),
        ] {
            assert_eq!(tasks(command), Some((folder, names.to_vec())), "{command}");
        }
    }

    #[test]
    fn what_may_be_something_else_is_none() {
        for command in [
            "make",
            "make sure it runs",
            "make -f other.mk deploy",
            "make deploy-$STAGE",
            "make <target>",
            "make NOTE=\"new version\" deploy",
            "just deploy",
            "npm install left",
            "npm run build -w web",
            "npm run build --if-present",
            "npm run -w web build",
            "yarn jest",
            "yarn run jest",
            "bun run index.ts",
            "cargo run build",
        ] {
            assert_eq!(
                tasks(command).map(|(_, names)| names).unwrap_or_default(),
                [""; 0],
                "{command}"
            );
        }
    }
}
