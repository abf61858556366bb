//! The scripts and tasks of its own repository that a page runs.
//!
//! A page does not say where its reader stands, so only a relative path that names a script beyond
//! doubt is one, and only as far as the page has not led elsewhere: to another folder, host or
//! container, or to what it fetches or writes itself. What that leaves out is silence.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::command::{Command, Language, code, commands, has_prompts, language};
use super::step;
use super::task::{self, Run, Task, TaskCall};
use crate::binary::binary;
use crate::model::joined_path;
use crate::parse::markdown::{Block, BlockId, BlockKind, Markdown, RunKind};
use crate::text::{Source, Span};
use crate::vocabulary;

/// A command that runs a script by a relative path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptCall {
    /// As written.
    pub path: Box<str>,
    /// The bytes of the path.
    pub span: Span,
}

binary!(struct ScriptCall { path, span });

impl ScriptCall {
    /// Whether its name may also be that of a program, which is built and not kept.
    pub fn may_be_built(&self) -> bool {
        !has_script_ending(&self.path)
    }
}

/// What the commands of a document run, in order.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    pub scripts: Vec<ScriptCall>,
    pub tasks: Vec<TaskCall>,
}

binary!(struct Calls { scripts, tasks });

pub(super) fn calls(markdown: &Markdown<'_>) -> Calls {
    let mut found = Calls::default();
    if !may_have_any(markdown) {
        return found;
    }
    let mut walk = Walk::default();
    for (index, block) in markdown.blocks.iter().enumerate() {
        if let Some(Language::Shell | Language::Console) = language(markdown, block) {
            for code in code(markdown, block) {
                walk.read_code(markdown.source, block, code, &mut found);
            }
        } else if block.kind.is_text() {
            let id = BlockId(u32::try_from(index).unwrap_or(u32::MAX));
            walk.hear(block.kind, &markdown.text(id));
            walk.read_text(markdown, index, &mut found);
        }
    }
    found
}

/// Most pages run neither a script nor a task, and need not be heard.
fn may_have_any(markdown: &Markdown<'_>) -> bool {
    markdown.blocks.iter().any(|block| {
        let text = markdown.source.slice(block.content);
        let is_read = match block.kind {
            BlockKind::Code { .. } | BlockKind::Html => true,
            BlockKind::Paragraph | BlockKind::Cell { .. } => text.contains('`'),
            _ => false,
        };
        let words = || {
            text.split_whitespace()
                .map(|word| word.trim_start_matches('`').trim_end_matches(SPAN_MARKS))
        };
        let has_script = || text.contains('/') && words().any(is_script);
        is_read && (has_script() || words().any(task::is_program))
    })
}

/// What stands behind the last word of code in a text.
const SPAN_MARKS: &[char] = &['`', '.', ',', ';', ':', ')'];

/// A word of a command line and where it begins.
pub(super) type Word<'t> = (usize, &'t str);

/// What is known of the place where a reader of the page stands.
#[derive(Debug, Default)]
struct Walk<'t> {
    /// The level of the section; 0 before the first heading.
    level: u8,
    /// The level of the section in which a command led elsewhere: what is below it is there too.
    left_at: Option<u8>,
    /// The text of this section leads elsewhere.
    is_sent_away: bool,
    /// Something was fetched or unpacked, and may hold any script from there on.
    has_fetched: bool,
    /// Something was built or installed, and may be a program from there on.
    has_built: bool,
    /// File names that commands mention before they are run: those commands may have made them.
    made: BTreeSet<&'t str>,
    /// The folder that the commands of this block went to, from where its reader stands; nothing
    /// once it cannot be told.
    folder: Option<String>,
    /// This block is said to be of a shell, or has prompts.
    is_marked: bool,
}

impl<'t> Walk<'t> {
    fn hear(&mut self, kind: BlockKind, text: &str) {
        if let BlockKind::Heading { level } = kind {
            self.level = level;
            self.is_sent_away = false;
            self.left_at = self.left_at.filter(|left| level > *left);
        }
        for line in text.lines() {
            let named = vocabulary::concepts("whereabouts", &vocabulary::normalise(line));
            self.is_sent_away |= named.contains(&"elsewhere") && !named.contains(&"here");
        }
    }

    fn read_code(&mut self, source: Source<'t>, block: &Block, code: Span, found: &mut Calls) {
        self.folder = self.left_at.is_none().then(String::new);
        let is_named = matches!(block.kind, BlockKind::Code { info: Some(_) });
        self.is_marked = is_named || has_prompts(source.slice(code));
        // It is a script to be copied from the page, and no use of one.
        let is_script = source.slice(code).trim_start().starts_with("#!");
        self.has_fetched |= is_script;
        if is_script || is_output(block, source) {
            return;
        }
        for command in commands(source, code, Language::Shell) {
            if command.is_comment {
                self.hear(BlockKind::Paragraph, &command.text);
                continue;
            }
            if self.read_command(source, &command, found) {
                return;
            }
        }
    }

    /// The commands that a text says to run; others that it names may lead elsewhere.
    fn read_text(&mut self, markdown: &Markdown<'t>, index: usize, found: &mut Calls) {
        let id = BlockId(u32::try_from(index).unwrap_or(u32::MAX));
        let told = step::told(markdown, index);
        self.folder = self.left_at.is_none().then(String::new);
        self.is_marked = false;
        for run in markdown.runs(id) {
            if run.kind != RunKind::Code {
                continue;
            }
            let text = markdown.source.slice(run.span);
            if told.iter().any(|told| told.span == run.span) {
                let command = Command {
                    text: Cow::Borrowed(text),
                    span: run.span,
                    is_comment: false,
                };
                self.read_command(markdown.source, &command, found);
            } else if text.trim().contains(' ') {
                for part in parts(text) {
                    self.follow(unwrapped(&part));
                }
            }
        }
    }

    /// Whether the rest of the block is text that the command takes, or its output.
    fn read_command(
        &mut self,
        source: Source<'t>,
        command: &Command<'_>,
        found: &mut Calls,
    ) -> bool {
        let text = source.slice(command.span);
        for part in parts(text) {
            let words = unwrapped(&part);
            if let Some((at, path)) = script(words) {
                let start = command.span.range().start + at;
                if self.is_known_to_be_here(path) {
                    found.scripts.push(ScriptCall {
                        path: path.into(),
                        span: Span::new(command.span.file, start..start + path.len()),
                    });
                }
                continue;
            }
            if let Some(run) = task::run(words, self.is_marked) {
                self.read_run(&run, command.span, found);
                continue;
            }
            self.follow(words);
        }
        let program = text.split_whitespace().next().unwrap_or_default();
        text.contains("<<") || LISTERS.contains(&program) || is_listing_of_git(text)
    }

    /// Takes down the tasks of a command that starts at the start of a span.
    fn read_run(&mut self, run: &Run<'t>, command: Span, found: &mut Calls) {
        let is_elsewhere = self.is_sent_away || self.has_fetched;
        let stands = self.folder.as_deref().filter(|_| !is_elsewhere);
        let folder = stands.and_then(|folder| entered(folder, run.folder.unwrap_or(".")));
        for (at, name) in &run.names {
            if task::is_shell(name) {
                self.leave();
            }
            let Some(folder) = &folder else { continue };
            let start = command.range().start + at;
            found.tasks.push(TaskCall {
                task: Task {
                    runner: run.runner,
                    program: run.program.into(),
                    name: (*name).into(),
                    folder: folder.as_str().into(),
                },
                span: Span::new(command.file, start..start + name.len()),
            });
        }
        self.has_built = true;
        self.made.extend(run.names.iter().map(|(_, name)| *name));
    }

    /// From here to the end of the section its reader is somewhere else.
    fn leave(&mut self) {
        self.left_at = Some(self.left_at.map_or(self.level, |at| at.min(self.level)));
        self.folder = None;
    }

    fn is_known_to_be_here(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_elsewhere = self.left_at.is_some() || self.is_sent_away || self.has_fetched;
        let may_be_built = self.has_built && !has_script_ending(path);
        !is_elsewhere && !may_be_built && !self.made.contains(name)
    }

    /// Goes where a command leads.
    fn follow(&mut self, words: &[Word<'t>]) {
        let Some(((_, program), rest)) = words.split_first() else {
            return;
        };
        let program = program.rsplit('/').next().unwrap_or_default();
        let has = |words: &[&str]| rest.iter().any(|(_, word)| words.contains(word));
        let folder = match (program, rest) {
            // In parentheses it ends with them.
            ("cd" | "pushd", [(_, folder)]) => {
                self.folder.take().and_then(|at| entered(&at, folder))
            }
            _ => None,
        };
        let leaves = LEAVERS.contains(&program.trim_start_matches('('))
            || program == "popd"
            || has(INNER_LEAVERS)
            || (program == "git" && has(&["checkout", "switch", "worktree"]))
            || (program == "sudo" && !rest.is_empty());
        if leaves {
            self.leave();
            self.folder = folder;
        }
        self.has_fetched |= FETCHERS.contains(&program)
            || (program == "curl" && has_output(rest))
            || has(&["clone", "submodule", "cp", "download"]);
        self.has_built |= BUILDERS.contains(&program) || has(&["build", "install", "compile"]);
        let writes = rest.iter().any(|(_, word)| word.starts_with('>'));
        if writes || !READERS.contains(&program) {
            let names = rest.iter().filter_map(|(_, word)| word.rsplit('/').next());
            self.made.extend(names.filter(|name| !name.is_empty()));
        }
    }
}

/// Whether a fence is marked as text, which is most often output.
fn is_output(block: &Block, source: Source<'_>) -> bool {
    let BlockKind::Code { info: Some(info) } = block.kind else {
        return false;
    };
    ["text", "txt", "plaintext"].contains(&source.slice(info).trim())
}

/// The folder that a plain path leads to from another one.
fn entered(folder: &str, path: &str) -> Option<String> {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@".contains(c);
    let is_relative = !path.starts_with('/') && path != "-" && path.chars().all(is_plain);
    joined_path(folder, path).filter(|_| is_relative)
}

/// Commands that lead to another folder, host, user or container.
const LEAVERS: &[&str] = &[
    "cd", "pushd", "ssh", "mosh", "su", "chroot", "nsenter", "telnet", "crictl", "toolbox",
];

/// And words with which others do.
const INNER_LEAVERS: &[&str] = &[
    "exec",
    "rsh",
    "ssh",
    "attach",
    "run",
    "debug",
    "start-session",
    "shell",
    "bash",
    "console",
];

const FETCHERS: &[&str] = &[
    "wget", "tar", "unzip", "gunzip", "scp", "rsync", "sftp", "aria2c", "cpio", "unxz", "7z",
];

const BUILDERS: &[&str] = &[
    "make",
    "cmake",
    "go",
    "cargo",
    "npm",
    "yarn",
    "pnpm",
    "mvn",
    "gradle",
    "bazel",
    "gcc",
    "cc",
    "chmod",
    "pip",
    "pip3",
    "bundle",
    "brew",
    "gradlew",
    "mvnw",
    "configure",
];

/// Commands that make no file of those that they name.
const READERS: &[&str] = &[
    "chmod", "cat", "less", "ls", "test", "head", "tail", "file", "vim", "vi", "nano", "grep",
    "echo", "stat", "which",
];

/// Commands whose output is often shown below them, and is paths.
const LISTERS: &[&str] = &[
    "ls", "find", "tree", "grep", "rg", "ag", "fd", "cat", "diff",
];

fn is_listing_of_git(text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.next() == Some("git")
        && words.next().is_some_and(|verb| {
            ["status", "diff", "log", "show", "ls-files", "grep"].contains(&verb)
        })
}

fn has_output(words: &[Word<'_>]) -> bool {
    let is_output = |word: &str| {
        let is_short = word.starts_with('-') && !word.starts_with("--");
        word.starts_with('>')
            || word.starts_with("--output")
            || word.starts_with("--remote-name")
            || (is_short && word.contains(['o', 'O']))
    };
    words.iter().any(|(_, word)| is_output(word))
}

/// The words of each command of a line.
fn parts(text: &str) -> Vec<Vec<Word<'_>>> {
    let mut parts = vec![Vec::new()];
    let mut rest = 0;
    for word in text.split_whitespace() {
        let at = rest + text[rest..].find(word).unwrap_or_default();
        rest = at + word.len();
        if matches!(word, "&&" | "||" | ";" | "|" | "&") {
            parts.push(Vec::new());
            continue;
        }
        let bare = word.trim_end_matches(';');
        let inner = bare.trim_start_matches(['"', '\'']);
        let at = at + bare.len() - inner.len();
        let inner = inner.trim_end_matches(['"', '\'']);
        if let Some(part) = parts.last_mut().filter(|_| word != "\\") {
            part.push((at, inner));
        }
        if bare.len() < word.len() {
            parts.push(Vec::new());
        }
    }
    parts
}

/// A command without what only says how it is run.
fn unwrapped<'p, 't>(words: &'p [Word<'t>]) -> &'p [Word<'t>] {
    const WRAPPERS: &[&str] = &[
        "sudo", "doas", "env", "time", "nohup", "command", "exec", "then", "do", "!", "if",
        "while", "(", "{",
    ];
    const FLAGS: &[&str] = &["-E", "-H", "-n", "-S"];
    let mut rest = words;
    while let Some(((_, word), after)) = rest.split_first() {
        let name = word.split_once('=').map(|(name, _)| name);
        let is_variable = name.is_some_and(|name| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        let is_flag = rest.len() < words.len() && FLAGS.contains(word);
        // As another user one is elsewhere, too.
        let is_other =
            *word == "sudo" && after.first().is_some_and(|(_, next)| is_other_user(next));
        if is_other || !(is_variable || is_flag || WRAPPERS.contains(word)) {
            break;
        }
        rest = after;
    }
    rest
}

fn is_other_user(flag: &str) -> bool {
    flag.starts_with('-') && !["-E", "-H", "-n", "-S"].contains(&flag)
}

/// The script that a command runs, with where its path begins.
fn script<'t>(words: &[Word<'t>]) -> Option<Word<'t>> {
    const RUNNERS: &[&str] = &[
        "bash", "sh", "zsh", "ksh", "dash", "python", "python3", "ruby", "perl", "node", "source",
        ".",
    ];
    /// With these comes a program text or a module's name.
    const NOT_A_FILE: &[&str] = &["-c", "-m", "-e", "-s", "-", "--eval"];
    let (first, rest) = words.split_first()?;
    let path = match RUNNERS.contains(&first.1) {
        false => first,
        true => {
            let path = rest.iter().position(|(_, word)| !word.starts_with('-'))?;
            let mut flags = rest[..path].iter();
            if flags.any(|(_, flag)| NOT_A_FILE.contains(flag)) {
                return None;
            }
            &rest[path]
        }
    };
    is_script(path.1).then_some(*path)
}

/// Whether a word is a relative path that can be nothing but a script's.
fn is_script(word: &str) -> bool {
    let word = word.trim_matches(['"', '\'', ';']);
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+@".contains(c);
    let Some((_, name)) = word.rsplit_once('/') else {
        return false;
    };
    // A name alone is most often of a program that was built, or brought to the host.
    let is_in_folder = word.matches('/').count() > 1;
    let is_program = word.starts_with("./") && is_in_folder && !name.contains('.');
    let is_relative = !word.starts_with('/') && !word.starts_with("../");
    is_relative
        && (has_script_ending(word) || is_program)
        && name.chars().any(char::is_alphabetic)
        && word.chars().all(is_plain)
        && !word.split('/').any(is_made_or_meant_otherwise)
        && !is_of_a_product(name)
}

fn has_script_ending(path: &str) -> bool {
    ending(path).is_some()
}

fn ending(path: &str) -> Option<&'static str> {
    const ENDINGS: &[&str] = &[".sh", ".bash", ".py", ".rb", ".pl", ".js", ".ts"];
    ENDINGS
        .iter()
        .copied()
        .find(|ending| path.ends_with(ending))
}

/// Whether a name on a path is that of a folder that builds fill, a version, or left open.
fn is_made_or_meant_otherwise(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "..",
        "...",
        "node_modules",
        "venv",
        ".venv",
        "env",
        "target",
        "build",
        "dist",
        "out",
        "_output",
        "tmp",
        "vendor",
        ".terraform",
        "path",
        "foo",
        "sbin",
    ];
    let lower = name.to_ascii_lowercase();
    // The digit of `deploy2.sh` is none.
    let stem = ending(&lower).map_or(&*lower, |ending| &lower[..lower.len() - ending.len()]);
    let is_version = |pair: &[u8]| pair[0].is_ascii_digit() && pair[1] == b'.';
    NAMES.contains(&&*lower)
        || lower.starts_with("your")
        || lower.starts_with("example")
        || stem.as_bytes().windows(2).any(is_version)
}

/// Whether a script comes with a well known product and is run from its folder.
fn is_of_a_product(name: &str) -> bool {
    const STARTS: &[&str] = &[
        "kafka-",
        "zookeeper-",
        "zk",
        "connect-",
        "spark-",
        "elasticsearch",
    ];
    const NAMES: &[&str] = &[
        "catalina.sh",
        "startup.sh",
        "shutdown.sh",
        "standalone.sh",
        "domain.sh",
        "jboss-cli.sh",
        "start-all.sh",
        "stop-all.sh",
        "nodetool",
        "configure",
        "kcadm.sh",
        "kc.sh",
        "config.sh",
        "svc.sh",
        "redis-trib.rb",
        "mongod",
        "redis-cli",
        "redis-server",
    ];
    STARTS.iter().any(|start| name.starts_with(start)) || NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::markdown;
    use crate::text::FileId;

    fn paths(text: &str) -> Vec<String> {
        let markdown = markdown::parse(Source::new(FileId(0), text));
        let found = calls(&markdown).scripts.into_iter();
        let paths = found.map(|call| {
            assert_eq!(markdown.source.slice(call.span), &*call.path);
            call.path.into_string()
        });
        paths.collect()
    }

    #[test]
    fn scripts_by_relative_paths() {
        for (command, path) in [
            ("./back.sh v1", "./back.sh"),
            ("$ sudo -E ./ops/back v1", "./ops/back"),
            ("env A=b C=d scripts/back.py", "scripts/back.py"),
            ("./scripts/deploy2.sh", "./scripts/deploy2.sh"),
            ("bash scripts/back2.sh", "scripts/back2.sh"),
            ("python3 scripts/db_backup2.py", "scripts/db_backup2.py"),
            ("python3 -u scripts/back.py --now", "scripts/back.py"),
            ("source \"scripts/env.sh\"; ls", "scripts/env.sh"),
            ("echo \\\n  yes | ./scripts/back.sh", "./scripts/back.sh"),
        ] {
            let text = format!("# A\n\n```sh\n{command}\n```\n");
            assert_eq!(paths(&text), [path], "{command}");
        }
    }

    #[test]
    fn what_may_be_elsewhere_is_none() {
        for command in [
            "/opt/back.sh",
            "~/back.sh",
            "$HOME/back.sh",
            "scripts/<name>.sh",
            "scripts/*.sh",
            "../back.sh",
            "back.sh",
            "bash -c ./back.sh",
            "ssh web1 ./back.sh",
            "cd ops && ./back.sh",
            "sudo -u app ./back.sh",
            "sudo -u app ls\n./back.sh",
            "kubectl exec -it app -- bash\n./back.sh",
            "curl -LO https://acme.example/back.sh\n./back.sh",
            "cat > back.sh <<END\n./other.sh\nEND\n./back.sh",
            "cat > back.sh\n./back.sh",
            "cp a ./back.sh\n./back.sh",
            "make\n./ops/back",
            "./back",
            "./venv/bin/python",
            "shop-1.2/back.sh",
            "scripts/back-1.2.sh",
            "bin/kafka-topics.sh --list",
            "ls scripts/*\nscripts/back.sh",
            "#!/bin/sh\n./back.sh",
            "# in a clone of the tools\n./back.sh",
        ] {
            let text = format!("# A\n\n```sh\n{command}\n```\n");
            assert_eq!(paths(&text), [""; 0], "{command}");
        }
    }

    #[test]
    fn tasks_in_their_folders() {
        for (command, tasks) in [
            ("make deploy", &[("", "deploy")][..]),
            ("$ cd ops && make deploy", &[("ops", "deploy")]),
            (
                "cd ops\nmake a\ncd ../web\nnpm run b",
                &[("ops", "a"), ("web", "b")],
            ),
            ("make -C ops deploy", &[("ops", "deploy")]),
            ("just deploy live", &[("", "deploy")]),
            ("make shell\nmake deploy", &[("", "shell")]),
            ("cd \"$APP\" && make deploy", &[]),
            ("cd /opt/app\nmake deploy", &[]),
            ("cd\nmake deploy", &[]),
            ("(cd ops && make deploy)", &[]),
            ("ssh web1\nmake deploy", &[]),
            ("git clone x && cd x && make deploy", &[]),
            ("docker exec -it app sh\nmake deploy", &[]),
            ("# in the repository of the tools\nmake deploy", &[]),
        ] {
            let text = format!("# A\n\n```sh\n{command}\n```\n");
            let markdown = markdown::parse(Source::new(FileId(0), &text));
            let found = calls(&markdown).tasks;
            let names = found
                .iter()
                .map(|call| (&*call.task.folder, &*call.task.name));
            assert_eq!(names.collect::<Vec<_>>(), tasks, "{command}");
            for call in &found {
                assert_eq!(markdown.source.slice(call.span), &*call.task.name);
            }
        }
    }

    #[test]
    fn sections_end_where_the_reader_went() {
        let section = |sign: &str, command: &str| format!("{sign} A\n\n```\n{command}\n```\n\n");
        let text = section("##", "cd ops") + &section("###", "./a.sh") + &section("##", "./b.sh");
        assert_eq!(paths(&text), ["./b.sh"]);
        let text = section("##", "git clone x") + &section("##", "./b.sh");
        assert_eq!(paths(&text), [""; 0]);
        let text = "## A\n\nLog in to the host:\n\n    ./a.sh\n\n## B\n\nFrom the root of this repository:\n\n    ./b.sh\n";
        assert_eq!(paths(text), ["./b.sh"]);
    }
}
