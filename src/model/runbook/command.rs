//! The commands of a document.
//!
//! Documents keep commands in fences of a shell or a database, in fences without a language, and
//! in indented code; other languages are configuration, queries of a dashboard or output. They are
//! read while the document's text is alive and borrow from it, so that nothing of them is kept.

use std::borrow::Cow;

use super::step;
use crate::parse::markdown::{Block, BlockKind, Markdown, Run};
use crate::text::{Source, Span};
use crate::vocabulary;

/// What a command block is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// A shell, or nothing said.
    Shell,
    /// A shell with its prompts and output.
    Console,
    PowerShell,
    Sql,
    Ruby,
    Python,
}

impl Language {
    fn of(info: &str) -> Option<Language> {
        let name = info
            .split([' ', '{', ',', ':'])
            .find(|word| !word.is_empty());
        Some(
            match name.unwrap_or_default().to_ascii_lowercase().as_str() {
                "" | "bash" | "sh" | "shell" | "zsh" | "fish" | "ksh" | "cmd" | "bat" | "text"
                | "txt" | "plaintext" => Language::Shell,
                "console" | "shell-session" | "shellsession" | "sh-session" | "terminal" => {
                    Language::Console
                }
                "powershell" | "ps1" | "pwsh" | "ps" => Language::PowerShell,
                "sql" | "psql" | "mysql" | "pgsql" | "postgresql" | "postgres" | "plsql"
                | "tsql" | "sqlite" => Language::Sql,
                "ruby" | "rb" | "irb" => Language::Ruby,
                "python" | "py" | "pycon" => Language::Python,
                _ => return None,
            },
        )
    }
}

/// A block of commands, or a command in a text.
#[derive(Clone, Debug)]
pub struct CommandBlock<'t> {
    pub language: Language,
    /// The lines of code.
    pub span: Span,
    pub commands: Vec<Command<'t>>,
    /// Its place among the blocks of the document.
    pub(super) index: usize,
}

/// One command, without its prompt, with the lines that a backslash continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command<'t> {
    pub text: Cow<'t, str>,
    pub span: Span,
    /// A comment of the block rather than a command of it.
    pub is_comment: bool,
}

/// Every command block of a document, and every command that its text says to run, in order.
pub(crate) fn blocks<'t>(markdown: &Markdown<'t>) -> Vec<CommandBlock<'t>> {
    let mut found = Vec::new();
    for (index, block) in markdown.blocks.iter().enumerate() {
        if let Some(language) = language(markdown, block) {
            found.extend(code(markdown, block).into_iter().map(|span| CommandBlock {
                language,
                span,
                commands: commands(markdown.source, span, language),
                index,
            }));
        } else if block.kind.is_text() {
            let told = step::told(markdown, index);
            found.extend(
                told.into_iter()
                    .map(|run| told_command(markdown, index, run)),
            );
        }
    }
    found
}

/// Code in a text, as a block of its own.
fn told_command<'t>(markdown: &Markdown<'t>, index: usize, run: &Run) -> CommandBlock<'t> {
    CommandBlock {
        language: Language::Shell,
        span: run.span,
        commands: vec![Command {
            text: Cow::Borrowed(markdown.source.slice(run.span)),
            span: run.span,
            is_comment: false,
        }],
        index,
    }
}

/// Whether a block is code in which people keep commands: a page of a programming interface has code
/// of another kind.
pub(in crate::model) fn may_be_commands(markdown: &Markdown<'_>, block: &Block) -> bool {
    let is_code = matches!(block.kind, BlockKind::Code { .. });
    is_code && language(markdown, block).is_some_and(|language| language != Language::Python)
}

/// The language of a block, if it may hold commands.
pub(super) fn language(markdown: &Markdown<'_>, block: &Block) -> Option<Language> {
    match block.kind {
        BlockKind::Code { info: None } => Some(Language::Shell),
        BlockKind::Html => has_pre(markdown, block).then_some(Language::Shell),
        BlockKind::Code { info: Some(info) } => {
            let named = Language::of(markdown.source.slice(info).trim());
            named.or_else(|| guessed(markdown.source.slice(block.content)))
        }
        _ => None,
    }
}

/// The lines of code in a block that may hold commands: all of it, or each `<pre>` in HTML.
pub(super) fn code(markdown: &Markdown<'_>, block: &Block) -> Vec<Span> {
    if block.kind != BlockKind::Html {
        return vec![block.content];
    }
    let html = markdown.source.slice(block.span);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(tag) = html[at..].find(PRE) {
        let Some(open) = html[at + tag..].find('>') else {
            break;
        };
        let mut start = at + tag + open + 1;
        if let Some(inner) = html[start..].strip_prefix("<code") {
            start += "<code".len() + inner.find('>').map_or(0, |close| close + 1);
        }
        let end = html[start..]
            .find("</")
            .map_or(html.len(), |end| start + end);
        let first = block.span.range().start;
        found.push(Span::new(block.span.file, first + start..first + end));
        at = end;
    }
    found
}

const PRE: &str = "<pre";

fn has_pre(markdown: &Markdown<'_>, block: &Block) -> bool {
    markdown.source.slice(block.span).contains(PRE)
}

/// A fence of another language that begins with a command all the same.
fn guessed(code: &str) -> Option<Language> {
    let first = code.split_whitespace().next()?;
    vocabulary::is_program(first).then_some(Language::Shell)
}

/// The commands in some lines of code.
pub(super) fn commands<'t>(source: Source<'t>, code: Span, language: Language) -> Vec<Command<'t>> {
    let text = source.slice(code);
    // A block with prompts shows output too.
    let has_prompts = has_prompts(text);
    let is_shell = matches!(language, Language::Shell | Language::Console);
    let mut found: Vec<Command<'t>> = Vec::new();
    let mut goes_on = false;
    let mut is_after_error = false;
    let mut start = code.range().start;
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end();
        let indent = line.len() - line.trim_start().len();
        let prompt = match has_prompts && !goes_on {
            true => prompt_length(line),
            false => Some(indent),
        };
        let at = start + prompt.unwrap_or_default();
        start += whole.len();
        let Some(prompt) = prompt.filter(|_| !line.trim().is_empty()) else {
            goes_on = false;
            continue;
        };
        let words = &line[prompt..];
        let spoken = output(words).filter(|_| is_shell && !has_prompts && !goes_on);
        is_after_error =
            (is_after_error || spoken == Some(Output::Error)) && !words.starts_with('#');
        if spoken.is_some() || is_after_error {
            continue;
        }
        let span = Span::new(code.file, at..at + words.len());
        let more = words.strip_suffix('\\').or(words.strip_suffix('`'));
        let ends_open = more.is_some() && language != Language::Sql;
        let words = more.filter(|_| ends_open).unwrap_or(words).trim_end();
        match found.last_mut().filter(|_| goes_on) {
            Some(last) => {
                let text = last.text.to_mut();
                text.push(' ');
                text.push_str(words);
                last.span = last.span.to(span);
            }
            None => found.push(Command {
                text: Cow::Borrowed(words),
                span,
                is_comment: is_comment(words, language),
            }),
        }
        goes_on = ends_open;
    }
    found
}

/// What a program says, in a block that has no prompts to tell it from commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    /// A line by itself: behind a label, or in a box.
    Line,
    /// And all lines behind it, until somebody comments on them.
    Error,
}

/// No command of a shell ends its name with a colon, and none begins with the side of a box.
fn output(line: &str) -> Option<Output> {
    const ERRORS: &[&str] = &["error", "fatal", "panic", "exception"];
    let first = line.split_whitespace().next()?;
    let is_box = first.starts_with(|c| ('\u{2500}'..='\u{257f}').contains(&c));
    if first == "Traceback" {
        return Some(Output::Error);
    }
    let label = first.strip_suffix(':').filter(|label| !label.is_empty());
    let is_label = label.is_some_and(|label| {
        label
            .chars()
            .all(|c| c.is_alphanumeric() || "-_".contains(c))
    });
    let is_error = label.is_some_and(|label| ERRORS.contains(&&*label.to_ascii_lowercase()));
    match (is_error, is_label || is_box) {
        (true, _) => Some(Output::Error),
        (false, true) => Some(Output::Line),
        (false, false) => None,
    }
}

pub(super) fn has_prompts(code: &str) -> bool {
    code.lines().any(|line| prompt_length(line).is_some())
}

fn is_comment(words: &str, language: Language) -> bool {
    match language {
        Language::Sql => words.starts_with("--"),
        _ => words.starts_with('#') || words.starts_with("::"),
    }
}

/// The bytes of a prompt with the blanks around it: `$ `, `> `, `PS C:\>`, `user@host:~$ `, `db=# `.
fn prompt_length(line: &str) -> Option<usize> {
    let indent = line.len() - line.trim_start().len();
    let rest = &line[indent..];
    let sign = rest.find(['$', '>', '%', '#'])?;
    let before = &rest[..sign];
    let after = rest[sign + 1..].strip_prefix(' ')?;
    let is_bare = before.is_empty() && !rest.starts_with(['#', '%']);
    let is_host = before.contains('@') && !before.contains([' ', '\'', '"', '/', '<']);
    let is_database = before.ends_with('=') && before.len() > 1 && !before.contains(' ');
    let is_windows = before.starts_with("PS ");
    let is_prompt = is_bare || is_host || is_database || is_windows;
    let blanks = after.len() - after.trim_start().len();
    is_prompt.then_some(indent + sign + 2 + blanks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::markdown;
    use crate::text::FileId;

    fn read(text: &str) -> Vec<(Language, Vec<String>)> {
        let markdown = markdown::parse(Source::new(FileId(0), text));
        let blocks = blocks(&markdown).into_iter();
        let texts = |block: CommandBlock<'_>| {
            let commands = block.commands.into_iter();
            (
                block.language,
                commands.map(|c| c.text.into_owned()).collect(),
            )
        };
        blocks.map(texts).collect()
    }

    #[test]
    fn commands_of_every_kind_of_block() {
        let text = "```console\n$ ls \\\n    -l\ntotal 0\nada@web1:~$ df -h\n```\n\n\
                    ```sql\nDELETE FROM a\n  WHERE b;\n```\n\n\
                    ```yaml\nrm: -rf\n```\n\n    sudo reboot\n\n```\nPS C:\\> Restart-Service x\n```\n";
        let of = |list: &[&str]| {
            list.iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            read(
                "<div>\n<pre><code class=\"x\">ls\ndf -h</code></pre>\n<pre>\nid\n</pre></div>\n<pre"
            ),
            [
                (Language::Shell, of(&["ls", "df -h"])),
                (Language::Shell, of(&["id"]))
            ]
        );
        let expected = [
            (Language::Console, of(&["ls -l", "df -h"])),
            (Language::Sql, of(&["DELETE FROM a", "WHERE b;"])),
            (Language::Shell, of(&["sudo reboot"])),
            (Language::Shell, of(&["Restart-Service x"])),
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn what_programs_say_is_no_command() {
        let texts = |code: &str| read(&format!("```\n{code}\n```\n")).remove(0).1;
        assert_eq!(texts("Command: cd a; rm -r b failed.\nls"), ["ls"]);
        assert_eq!(texts("ls\nError: no lock\n  rm -r a"), ["ls"]);
        assert_eq!(
            texts("Error: no lock\n# Then:\nrm -r a"),
            ["# Then:", "rm -r a"]
        );
        assert_eq!(texts("│ rm -r a\n╵\nls"), ["ls"]);
        assert_eq!(texts(": > log\nls"), [": > log", "ls"]);
    }

    #[test]
    fn spans_hold_the_command_without_its_prompt() {
        let text = "```sh\n  $ make \\\n    deploy\n```\n";
        let markdown = markdown::parse(Source::new(FileId(0), text));
        let block = blocks(&markdown).remove(0);
        let slice = markdown.source.slice(block.commands[0].span);
        assert_eq!(slice, "make \\\n    deploy");
    }
}
