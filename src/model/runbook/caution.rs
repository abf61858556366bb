//! What asks the reader of a command to stop and look first.
//!
//! Sentences and comments caution by their words (`vocabulary/cautions.txt`), and commands by what
//! they do: make a backup, try out, ask, or show what will be hit. What a path or a bucket is called
//! cautions nobody, and what stands behind a command is read too late, but for the sentence right
//! behind it that says what it does.

use std::borrow::Cow;

use super::command::{Command, CommandBlock, code, commands, language};
use super::destruction::{Destruction, hands_over, of_part, parts, words};
use crate::model::{Parsed, Reading};
use crate::parse::markdown::{BlockId, BlockKind, Markdown, RunKind};
use crate::vocabulary;

/// So many blocks before a command block may hold the word of caution for it.
const BLOCKS_BEFORE: usize = 8;

/// And so many of them hold text; what stands further up belongs to something else.
const TEXTS_BEFORE: usize = 3;

/// So many cells of a row are read for the command in one of them.
const CELLS: usize = 8;

/// So many commands of a block before a command are looked at.
const COMMANDS_BEFORE: usize = 40;

impl<'t> CommandBlock<'t> {
    /// Its commands that destroy something with nothing before them that asks to stop and look.
    pub fn unguarded(&self, reading: &Reading<'_>) -> Vec<Destruction<'_, 't>> {
        let mut found = self.destructions();
        let Parsed::Markdown { markdown, .. } = &reading.parsed else {
            return found;
        };
        if found.is_empty() {
            return found;
        }
        let before = Before::of(markdown, self);
        found.retain(|destruction| !self.is_guarded(&before, destruction));
        found
    }

    fn is_guarded(&self, before: &Before<'_>, destruction: &Destruction<'_, '_>) -> bool {
        let text = &*destruction.command.text;
        let aims = aims(text);
        let first = destruction.index.saturating_sub(COMMANDS_BEFORE);
        let mut own = self.commands[first..destruction.index].iter();
        before.is_cautioned
            || is_guarded_by_itself(text, &aims)
            || own.any(|command| guards(command, &aims))
            || before.commands.iter().any(|command| guards(command, &aims))
    }
}

/// What stands before a block in its section.
struct Before<'t> {
    /// A sentence cautions.
    is_cautioned: bool,
    commands: Vec<Command<'t>>,
}

impl<'t> Before<'t> {
    fn of(markdown: &Markdown<'t>, block: &CommandBlock<'_>) -> Before<'t> {
        let index = block.index;
        let mut before = Before {
            is_cautioned: is_told_right_behind(markdown, index),
            commands: Vec::new(),
        };
        before.hear_own(markdown, block);
        before.hear_before(markdown, index);
        // What stands before a table is said of all its rows.
        if let Some(table) = table_of(markdown, index) {
            before.hear_before(markdown, table);
        }
        before
    }

    /// The text or the row that the commands stand in.
    fn hear_own(&mut self, markdown: &Markdown<'t>, block: &CommandBlock<'_>) {
        let index = block.index;
        let own = &markdown.blocks[index];
        let start = block.span.range().start;
        if own.kind == BlockKind::Html {
            let text = markdown.source.slice(own.span);
            let length = start.saturating_sub(own.span.range().start);
            self.is_cautioned |= cautions(text.get(..length).unwrap_or_default());
        }
        if !own.kind.is_text() {
            return;
        }
        let row = own.parent.map(|parent| markdown.block(parent));
        let cells = match (own.kind, row) {
            (BlockKind::Cell { column }, Some(row)) => {
                let first = index.saturating_sub(usize::from(column));
                first..row.after.index().min(first + CELLS).max(index + 1)
            }
            _ => index..index + 1,
        };
        for index in cells.skip_while(|cell| cell + CELLS < index) {
            self.hear(markdown, index);
        }
        let is_before = |command: &Command<'_>| command.span.range().start < start;
        self.commands.retain(is_before);
    }

    fn hear_before(&mut self, markdown: &Markdown<'t>, index: usize) {
        let mut texts = 0;
        for earlier in (index.saturating_sub(BLOCKS_BEFORE)..index).rev() {
            texts += usize::from(self.hear(markdown, earlier));
            let kind = markdown.blocks[earlier].kind;
            if texts == TEXTS_BEFORE || matches!(kind, BlockKind::Heading { .. }) {
                break;
            }
        }
    }

    /// Whether a block has words at all.
    fn hear(&mut self, markdown: &Markdown<'t>, index: usize) -> bool {
        let block = &markdown.blocks[index];
        if block.kind == BlockKind::Html {
            self.is_cautioned |= cautions(markdown.source.slice(block.span));
        }
        if let Some(language) = language(markdown, block) {
            for code in code(markdown, block) {
                let commands = commands(markdown.source, code, language);
                let skipped = commands.len().saturating_sub(COMMANDS_BEFORE);
                self.commands.extend(commands.into_iter().skip(skipped));
            }
            return true;
        }
        if block.kind == BlockKind::Html {
            return true;
        }
        if !block.kind.is_text() {
            return false;
        }
        self.is_cautioned |= cautions(&prose(markdown, index));
        self.commands.extend(spans(markdown, index));
        true
    }
}

/// Where the table begins that a cell stands in.
fn table_of(markdown: &Markdown<'_>, index: usize) -> Option<usize> {
    let own = &markdown.blocks[index];
    let row = own
        .parent
        .filter(|_| matches!(own.kind, BlockKind::Cell { .. }))?;
    Some(markdown.block(row).parent?.index())
}

/// A sentence behind a block is read with it if it says what the commands do.
fn is_told_right_behind(markdown: &Markdown<'_>, index: usize) -> bool {
    let behind = markdown.blocks.get(index + 1).map(|block| block.kind);
    let is_told = |text: &str| {
        let mut sentences = sentences(text);
        sentences.any(|words| {
            let names = |kind| vocabulary::names("cautions", kind, &words);
            names("caution") || names("confirmation")
        })
    };
    behind == Some(BlockKind::Paragraph) && is_told(&prose(markdown, index + 1))
}

/// The words of a block without its code.
fn prose(markdown: &Markdown<'_>, index: usize) -> String {
    let mut prose = String::new();
    for run in markdown.runs(id(index)) {
        match run.kind {
            RunKind::Code => prose.push_str(" , "),
            RunKind::Text => prose.push_str(&markdown.run_text(run)),
            RunKind::Html => {}
            RunKind::SoftBreak | RunKind::HardBreak => prose.push(' '),
        }
    }
    prose
}

/// The code in a block's text, each as a command.
fn spans<'t>(markdown: &Markdown<'t>, index: usize) -> Vec<Command<'t>> {
    let runs = markdown.runs(id(index)).iter();
    let code = runs.filter(|run| run.kind == RunKind::Code);
    let code = code.take(COMMANDS_BEFORE).map(|run| Command {
        text: Cow::Borrowed(markdown.source.slice(run.span)),
        span: run.span,
        is_comment: false,
    });
    code.collect()
}

fn id(index: usize) -> BlockId {
    BlockId(u32::try_from(index).unwrap_or(u32::MAX))
}

fn sentences(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(['.', '!', '?', ';', '\n', '。', '！']);
    parts.map(vocabulary::normalise)
}

/// Whether a sentence asks to stop and look; "no backup is needed" does not.
///
/// What is said to prepcheck is no word to the reader: the name of a rule may hold a caution.
fn cautions(text: &str) -> bool {
    const OWN: &str = "prepcheck:";
    let mut said = text.split(OWN);
    let first = said.next().unwrap_or_default();
    let others = said.map(|own| {
        let end = own.find("-->").or_else(|| own.find('\n'));
        end.map_or("", |end| &own[end..])
    });
    [first].into_iter().chain(others).any(asks)
}

fn asks(text: &str) -> bool {
    sentences(text).any(|words| {
        let kinds = vocabulary::concepts("cautions", &words);
        let is_asked = !kinds.is_empty() && !kinds.contains(&"needless");
        is_asked || kinds.contains(&"caution")
    })
}

/// What a command acts on: the words behind its name that are no flags.
fn aims(text: &str) -> Vec<&str> {
    let destroys = |part: &&str| of_part(part).is_some();
    let part = parts(text).into_iter().find(destroys).unwrap_or(text);
    named(&words(part))
}

fn named<'w>(words: &[&'w str]) -> Vec<&'w str> {
    const VERBS: &[&str] = &["delete", "destroy", "from", "drop", "table"];
    let named = words.iter().skip(1).flat_map(|word| {
        let is_flag = word.starts_with(['-', '+']);
        let word = word.trim_end_matches(['*', '/', ';', ',']);
        let is_name = word.len() > 2 && !VERBS.contains(&&*word.to_ascii_lowercase());
        (is_name && !is_flag).then_some(word)
    });
    named.collect()
}

/// Whether a line holds what guards it: a comment behind it, or a command that comes first.
fn is_guarded_by_itself(text: &str, aims: &[&str]) -> bool {
    if text
        .split_once(" # ")
        .is_some_and(|(_, said)| cautions(said))
    {
        return true;
    }
    let is_handed_over = hands_over(text);
    for part in parts(text) {
        let is_finder = is_handed_over && words(part).first() == Some(&"find");
        let is_destroyer = is_finder || of_part(part).is_some();
        if is_dry_run(&words(part)) || (!is_destroyer && does_guard(part, aims)) {
            return true;
        }
        if is_destroyer {
            return false;
        }
    }
    false
}

/// Whether a line before a command guards it.
fn guards(line: &Command<'_>, aims: &[&str]) -> bool {
    match line.is_comment {
        true => cautions(&line.text),
        false => {
            let said = line.text.split_once(" # ");
            // What is nested in a command parts it from what it acts on.
            let parts = parts(&line.text).into_iter();
            let destroys = |part: &&str| of_part(part).is_some();
            said.is_some_and(|(_, said)| cautions(said))
                || parts
                    .chain([&*line.text])
                    .any(|part| !destroys(&part) && does_guard(part, aims))
        }
    }
}

/// Whether a command makes a backup, tries out, asks, or shows what will be hit.
fn does_guard(part: &str, aims: &[&str]) -> bool {
    let words = words(part);
    let Some((program, rest)) = words.split_first() else {
        return false;
    };
    let program = program.rsplit('/').next().unwrap_or_default();
    let has = |word: &str| rest.contains(&word);
    let is_asked = match program.to_ascii_lowercase().trim_end_matches(';') {
        "echo" | "printf" | "write-host" => cautions(part),
        "read" | "read-host" | "begin" | "explain" => true,
        "start" => has("TRANSACTION;") || has("TRANSACTION"),
        "terraform" | "tofu" | "terragrunt" => has("plan") || has("show"),
        "helm" | "kubectl" if has("diff") => true,
        "pulumi" => has("preview"),
        "git" => has("stash") || (has("clean") && has("-n")),
        _ => false,
    };
    is_asked || is_dry_run(&words) || is_backup(program, rest) || shows(program, rest, aims)
}

fn is_dry_run(words: &[&str]) -> bool {
    const FLAGS: &[&str] = &[
        "--dry-run",
        "--dryrun",
        "--what-if",
        "--whatif",
        "-whatif",
        "--simulate",
        "--no-act",
    ];
    let is_flag = |word: &&str| {
        let name = word.split('=').next().unwrap_or_default();
        FLAGS.contains(&&*name.to_ascii_lowercase())
    };
    words.iter().any(is_flag)
}

fn is_backup(program: &str, rest: &[&str]) -> bool {
    const PROGRAMS: &[&str] = &[
        "pg_dump",
        "pg_dumpall",
        "pg_basebackup",
        "pgbackrest",
        "mysqldump",
        "mariadb-dump",
        "mariabackup",
        "xtrabackup",
        "mongodump",
        "restic",
        "borg",
        "velero",
    ];
    const VERBS: &[&str] = &[
        "create-snapshot",
        "create-db-snapshot",
        "create-db-cluster-snapshot",
        "create-backup",
        "start-backup-job",
        "bgsave",
        "save",
        "snapshot",
        "export",
        "dump",
    ];
    const NOUNS: &[&str] = &["snapshots", "snapshot", "backups", "backup"];
    const STORES: &[&str] = &[
        "aws",
        "az",
        "gcloud",
        "zfs",
        "etcdctl",
        "redis-cli",
        "valkey-cli",
        "kubectl",
        "helm",
        "heroku",
        "docker",
        "consul",
        "vault",
        "influxd",
        "influx",
    ];
    let is_verb = |word: &&str| VERBS.contains(&&*word.to_ascii_lowercase());
    let is_noun = |word: &&str| NOUNS.contains(word);
    let makes = rest.contains(&"create") && rest.iter().any(is_noun);
    PROGRAMS.contains(&program)
        || (STORES.contains(&program) && (rest.iter().any(is_verb) || makes))
}

/// Whether a command shows or copies what another acts on.
fn shows(program: &str, rest: &[&str], aims: &[&str]) -> bool {
    const READERS: &[&str] = &[
        "ls", "du", "find", "stat", "tree", "cat", "file", "test", "lsof", "fuser", "mount",
        "lsblk", "blkid", "fdisk", "cp", "mv", "tar", "rsync", "zip", "select", "from", "copy",
    ];
    const VERBS: &[&str] = &[
        "ls", "list", "get", "describe", "show", "status", "inspect", "history", "cp", "sync",
        "log", "diff", "-l",
    ];
    let is_verb = |word: &&str| {
        let verb = word.split('-').next().unwrap_or_default();
        VERBS.contains(word) || ["describe", "list", "get"].contains(&verb)
    };
    let is_reader = READERS.contains(&&*program.to_ascii_lowercase());
    if !is_reader && !rest.iter().any(is_verb) {
        return false;
    }
    let is_same = |a: &str, b: &str| {
        let is_path = a.contains('/') && b.contains('/');
        a == b || (is_path && (a.starts_with(b) || b.starts_with(a)))
    };
    let shown = rest.iter().filter(|word| !word.starts_with('-'));
    let shown = shown.map(|word| word.trim_end_matches(['*', '/', ';', ',']));
    let mut shown = shown.filter(|word| word.len() > 2);
    shown.any(|word| aims.iter().any(|aim| is_same(aim, word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::runbook::command_blocks;
    use crate::parse::markdown;
    use crate::text::{FileId, Source};

    fn is_guarded(text: &str) -> bool {
        let markdown = markdown::parse(Source::new(FileId(0), text));
        let blocks = command_blocks(&markdown);
        let destroys = |block: &&CommandBlock<'_>| !block.destructions().is_empty();
        let block = blocks
            .iter()
            .rfind(destroys)
            .expect("a block that destroys");
        let destructions = block.destructions();
        let before = Before::of(&markdown, block);
        block.is_guarded(&before, destructions.last().expect("a destruction"))
    }

    #[test]
    fn what_stands_before_a_command_guards_it() {
        for text in [
            "Take a backup:\n\n```sh\nrm -r a\n```\n",
            "```sh\n# careful\nrm -r a\n```\n",
            "```sh\nrm -r a # careful\n```\n",
            "```sh\nrm -r a\n```\n\nThis is irreversible.\n",
            "```sql\nDROP TABLE orders;\n```\n\n**Before you run it, look who reads it.**\n",
            "```sh\nterraform destroy\n```\n\nIf the list is right, enter 'yes' to confirm.\n",
            "```sh\ntar -czf /b/$(date +%F).tgz -C /srv shop\nrm -rf /srv/shop\n```\n",
            "```sh\npg_dump shop > shop.sql && dropdb shop\n```\n",
            "```sh\nterraform plan -destroy\nterraform destroy\n```\n",
            "```sh\nls /srv/data\nrm -rf /srv/data/*\n```\n",
            "```sh\naws s3 rm s3://acme --recursive --dryrun\n```\n",
            "```sh\nread -p 'Go on? '\nrm -rf /srv/data\n```\n",
            "```sql\nBEGIN;\nDELETE FROM orders;\n```\n",
            "```sql\nSELECT count(*) FROM orders;\nDELETE FROM orders;\n```\n",
            "Look at `terraform plan` first.\n\n```sh\nterraform destroy\n```\n",
            "1. Take a backup.\n2. Run `rm -r a`.",
            "1. Run `rm -r a`, which cannot be undone.",
            "1. Run `ls /srv/data`, then run `rm -r /srv/data`.",
            "Never run:\n\n- `rm -r a`",
            "There is no backup: be careful.\n\n```sh\nrm -r a\n```\n",
            "Never do this:\n\n`rm -r a`",
            "Take care, it is dangerous:\n\n| Step | Command |\n| - | - |\n| a | b |\n| c | `rm -r a` |\n",
            "| Step | Command | Note |\n| - | - | - |\n| a | `rm -r a` | destructive |\n",
            "<div>Be careful<pre>rm -r a</pre></div>",
            "<!-- prepcheck: allow[x] reason=\"y\" -->\n<p>Be careful</p>\n\n```sh\nrm -r a\n```\n",
            "```sh\nls /srv/data\nfind /srv/data -mtime +3 | xargs rm\n```\n",
        ] {
            assert!(is_guarded(text), "{text}");
        }
    }

    #[test]
    fn names_and_what_comes_too_late_do_not() {
        for text in [
            "Be careful.\n\n## Clean\n\n```sh\nrm -r a\n```\n",
            "```sh\nrm -rf /srv/backups\n```\n",
            "1. Run `rm -rf /srv/backups`.",
            "1. Run `rm -r /srv/data`, then `ls /srv/data`.",
            "```sh\ndropdb prod_backup\n```\n",
            "```sh\naws s3 rm s3://acme-backups --recursive\n```\n",
            "```sh\nrm -rf /srv/data\nls /srv/backups\n```\n",
            "```sh\nls /srv/backups\nrm -rf /srv/data\n```\n",
            "```sh\nsystemctl stop backup.timer\nrm -rf /srv/data\n```\n",
            "```sh\ndu -sh /srv/old-data-dry-run\nrm -rf /srv/data\n```\n",
            "```sh\nterraform destroy -auto-approve\nterraform plan\n```\n",
            "The backup job fills the disk.\n\n```sh\nrm -rf /srv\n```\n",
            "No backup is needed.\n\n```sh\nrm -rf /srv\n```\n",
            "This is safe, no backup needed.\n\n```sh\nrm -rf /srv\n```\n",
            "```sh\nrm -rf /srv\n```\n\nTake a backup now and then.\n",
            "<!-- prepcheck: allow[runbooks/irreversible-command] reason=\"x\" -->\n```sh\nrm -r a\n```\n",
            "```sh\n# prepcheck: allow[runbooks/irreversible-command] reason=\"x\"\nrm -r a\n```\n",
            "```sh\nfind /srv/data -mtime +3 | xargs rm\n```\n",
            "| Step | Command |\n| - | - |\n| c | `rm -r a` |\n",
            "<pre>rm -r a</pre>",
        ] {
            assert!(!is_guarded(text), "{text}");
        }
    }
}
