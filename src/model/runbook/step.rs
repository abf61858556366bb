//! Commands in the text of a page that its reader is told to run.
//!
//! "1. Run `rm -rf /srv/data`." is pasted as the lines of a fence are. Prose also names commands to
//! say what they do, or to warn of them; so only code counts that is a whole step or line, that stands
//! in a table's column of commands, or that its sentence says to run: "run …", "delete it with …",
//! "remove the volume: …".

use crate::parse::markdown::{Block, BlockId, BlockKind, Markdown, Run, RunKind};

/// So many words may stand between "run" and the command.
const WORDS_BETWEEN: usize = 5;

/// And so many between "delete" and "with".
const WORDS_OF_ORDER: usize = 14;

/// So many words before a colon are what a command is for.
const WORDS_OF_LEAD: usize = 10;

/// A longer sentence, in bytes, gives no order.
const LONGEST_SENTENCE: usize = 600;

/// The code in a paragraph or cell that its reader is told to run.
pub(super) fn told<'m>(markdown: &'m Markdown<'_>, index: usize) -> Vec<&'m Run> {
    let block = &markdown.blocks[index];
    let id = BlockId(u32::try_from(index).unwrap_or(u32::MAX));
    let runs = markdown.runs(id);
    if !runs.iter().any(|run| run.kind == RunKind::Code) {
        return Vec::new();
    }
    let place = match block.kind {
        BlockKind::Paragraph => Some(Place::of_paragraph(markdown, id, block, runs)),
        BlockKind::Cell { .. } => Place::of_cell(markdown, id, runs),
        _ => None,
    };
    let Some(place) = place else {
        return Vec::new();
    };
    let mut said = Said::default();
    let mut found = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        match run.kind {
            RunKind::Code => {
                let is_plain = run.link.is_none() && !run.strike;
                let rest = &runs[at + 1..];
                let next = rest.first().filter(|next| next.kind == RunKind::Text);
                let next = next.map(|next| markdown.run_text(next)).unwrap_or_default();
                if is_plain && place.is_told(&said, rest, &next) {
                    found.push(run);
                }
                said.go_on(" ` ");
            }
            RunKind::Text => said.go_on(&markdown.run_text(run)),
            RunKind::SoftBreak => said.wrap(),
            RunKind::HardBreak => said.end_line(),
            RunKind::Html => {}
        }
    }
    found
}

/// Where code stands in its document.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// A step begins with it, or it is a cell of commands: a few words and a colon may say what it is
    /// for.
    is_step: bool,
    /// Nothing else is said there.
    is_whole: bool,
}

impl Place {
    fn of_paragraph(markdown: &Markdown<'_>, id: BlockId, block: &Block, runs: &[Run]) -> Place {
        let is_step = begins_item(markdown, id, block);
        let code = runs.iter().filter(|run| run.kind == RunKind::Code);
        let is_whole = code.count() == 1
            && says_nothing_else(markdown, runs)
            && (is_step || is_line(markdown, id, block));
        Place { is_step, is_whole }
    }

    fn of_cell(markdown: &Markdown<'_>, cell: BlockId, runs: &[Run]) -> Option<Place> {
        is_of_commands(markdown, cell)?.then(|| Place {
            is_step: true,
            is_whole: says_nothing_else(markdown, runs),
        })
    }

    fn is_told(self, said: &Said, rest: &[Run], next: &str) -> bool {
        let ends_line = rest.first().is_none_or(|run| run.kind.is_break());
        self.is_whole
            || (said.is_at_line_start && ends_line && said.leads_to_line())
            || (!said.warns() && (said.says_to_run() || self.is_aim_of(said, next)))
    }

    /// Whether a sentence says what its reader is to do, and then with which command.
    fn is_aim_of(self, said: &Said, next: &str) -> bool {
        let lead = said.sentence.trim_end();
        if lead.ends_with([':', '：']) {
            return goes_with(next) && (said.orders() || (self.is_step && is_lead(lead)));
        }
        let last = lead.rsplit(' ').next().unwrap_or_default();
        (WITH.contains(&last) || lead.ends_with('(')) && said.orders()
    }
}

/// Words between what is to be done and the command that does it.
const WITH: &[&str] = &["with", "using", "via", "running", "through"];

/// Whether words before a colon say what a command is for, and not what something is or was.
fn is_lead(lead: &str) -> bool {
    const TELLING: &[&str] = &[
        "alert",
        "bad",
        "cause",
        "config",
        "database",
        "default",
        "definition",
        "error",
        "errors",
        "example",
        "examples",
        "file",
        "files",
        "host",
        "in",
        "location",
        "log",
        "logs",
        "message",
        "name",
        "output",
        "path",
        "ran",
        "script",
        "scripts",
        "see",
        "source",
        "symptom",
        "symptoms",
        "table",
        "user",
        "was",
        "were",
        "wrong",
    ];
    let lead = lead.to_lowercase();
    let mut words = lead.split_whitespace().map(bare);
    let is_short = words.clone().count() <= WORDS_OF_LEAD;
    is_short && lead.contains(char::is_alphabetic) && !words.any(|word| TELLING.contains(&word))
}

/// Whether what stands behind a command says nothing of it: "`rm -r a` is slow" does.
fn goes_with(next: &str) -> bool {
    const ON: &[&str] = &[
        "and", "as", "for", "from", "if", "in", "on", "once", "or", "then", "until", "when",
    ];
    let Some(first) = next.split_whitespace().next() else {
        return true;
    };
    !first.starts_with(char::is_alphanumeric) || ON.contains(&bare(first))
}

/// What a paragraph said before the code that comes next.
#[derive(Debug, Default)]
struct Said {
    /// Its last sentence, up to here.
    sentence: String,
    /// The line before, if it was meant to end.
    line_before: String,
    is_cut: bool,
    is_at_line_start: bool,
}

impl Said {
    /// Adds to a sentence, or begins the next.
    fn go_on(&mut self, text: &str) {
        const ENDS: &[&str] = &[". ", "! ", "? ", "; "];
        self.is_at_line_start = false;
        let end = ENDS
            .iter()
            .filter_map(|end| Some(text.rfind(end)? + end.len()));
        let text = match end.max() {
            Some(end) => {
                self.sentence.clear();
                self.is_cut = false;
                &text[end..]
            }
            None => text,
        };
        self.is_cut |= self.sentence.len() + text.len() > LONGEST_SENTENCE;
        if !self.is_cut {
            self.sentence.push_str(text);
        }
    }

    fn wrap(&mut self) {
        self.go_on(" ");
        self.is_at_line_start = true;
    }

    fn end_line(&mut self) {
        self.line_before = std::mem::take(&mut self.sentence);
        self.is_cut = false;
        self.is_at_line_start = true;
    }

    fn words(&self) -> Vec<String> {
        words(&self.sentence)
    }

    /// Whether it speaks against what comes next, or is too long to tell.
    fn warns(&self) -> bool {
        self.is_cut || warns(&self.words())
    }

    /// Whether the line before leads to a line that is a command.
    fn leads_to_line(&self) -> bool {
        let is_ended = self.sentence.is_empty();
        let line = if is_ended {
            &self.line_before
        } else {
            &self.sentence
        };
        let line_words = words(line);
        let is_lead = is_ended || line.trim_end().ends_with([':', '：', '.', '。', '!']);
        !self.is_cut
            && !line_words.is_empty()
            && !warns(&line_words)
            && (is_lead || orders(&line_words))
    }

    /// Whether it says, up to here, to run what comes next.
    fn says_to_run(&self) -> bool {
        const VERBS: &[&str] = &["run", "execute", "use", "type", "enter"];
        let words = self.words();
        let is_verb = |word: &String| VERBS.contains(&bare(word));
        let verb = words.iter().rposition(is_verb);
        verb.is_some_and(|verb| is_order(&words, verb) && words.len() - verb - 1 <= WORDS_BETWEEN)
    }

    fn orders(&self) -> bool {
        orders(&self.words())
    }
}

fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('’', "'");
    text.split_whitespace().map(str::to_owned).collect()
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn warns(words: &[String]) -> bool {
    const NEVER: &[&str] = &[
        "never", "not", "don't", "dont", "avoid", "cannot", "can't", "without", "would", "instead",
        "rather", "unless", "used",
    ];
    words.iter().any(|word| NEVER.contains(&bare(word)))
}

/// Whether a verb tells the reader to do something: it begins the sentence or a part of it.
fn is_order(words: &[String], verb: usize) -> bool {
    const BEFORE: &[&str] = &[
        "then", "and", "please", "now", "first", "finally", "next", "must", "should", "just",
        "simply", "can",
    ];
    verb.checked_sub(1).is_none_or(|before| {
        let before = &words[before];
        before.ends_with([',', ':', ')', '-', '–', '—']) || BEFORE.contains(&bare(before))
    })
}

/// Whether a sentence tells its reader to do something that a command can do.
fn orders(words: &[String]) -> bool {
    const VERBS: &[&str] = &[
        "apply",
        "bounce",
        "clean",
        "clear",
        "delete",
        "deploy",
        "destroy",
        "disable",
        "drain",
        "drop",
        "empty",
        "enable",
        "erase",
        "execute",
        "fail",
        "flush",
        "force",
        "format",
        "free",
        "kill",
        "migrate",
        "promote",
        "prune",
        "purge",
        "rebuild",
        "recreate",
        "redeploy",
        "reduce",
        "reload",
        "remove",
        "replay",
        "rerun",
        "reset",
        "restart",
        "restore",
        "resync",
        "revert",
        "roll",
        "rotate",
        "run",
        "scale",
        "shrink",
        "shut",
        "start",
        "stop",
        "switch",
        "sync",
        "tear",
        "trigger",
        "truncate",
        "turn",
        "undo",
        "uninstall",
        "unlock",
        "wipe",
    ];
    let is_verb = |(at, word): (usize, &String)| {
        VERBS.contains(&bare(word)) && is_order(words, at) && words.len() - at <= WORDS_OF_ORDER
    };
    words.iter().enumerate().any(is_verb)
}

fn begins_item(markdown: &Markdown<'_>, id: BlockId, block: &Block) -> bool {
    let parent = block.parent.filter(|parent| {
        let kind = markdown.block(*parent).kind;
        matches!(kind, BlockKind::Item { .. })
    });
    parent.is_some_and(|parent| markdown.children(parent).next() == Some(id))
}

/// Whether a paragraph of code is a command with what it acts on, and no name above a listing.
fn is_line(markdown: &Markdown<'_>, id: BlockId, block: &Block) -> bool {
    let text = markdown.text(id);
    let next = markdown.blocks.get(block.after.index());
    let is_name = next.is_some_and(|next| matches!(next.kind, BlockKind::Code { .. }));
    text.trim().contains(' ') && !text.trim_end().ends_with(':') && !is_name
}

fn says_nothing_else(markdown: &Markdown<'_>, runs: &[Run]) -> bool {
    let mut others = runs.iter().filter(|run| run.kind != RunKind::Code);
    others.all(|run| {
        let text = markdown.run_text(run);
        !text.contains(char::is_alphanumeric)
    })
}

/// Whether a cell stands in a column that its head says to hold commands; nothing for a cell of the
/// head, or without one.
fn is_of_commands(markdown: &Markdown<'_>, cell: BlockId) -> Option<bool> {
    const NAMES: &[&str] = &[
        "command",
        "commands",
        "cmd",
        "befehl",
        "commande",
        "comando",
        "命令",
        "コマンド",
    ];
    const WHOLE: &[&str] = &[
        "action",
        "do",
        "fix",
        "how",
        "how to",
        "mitigation",
        "procedure",
        "remedy",
        "resolution",
        "run",
        "solution",
        "step",
        "steps",
        "what to do",
        "what to run",
    ];
    let BlockKind::Cell { column } = markdown.block(cell).kind else {
        return None;
    };
    let row = markdown.block(cell).parent?;
    let table = markdown.block(row).parent?;
    // Cells hold no blocks, and a table begins with its head.
    let head = BlockId(table.0 + 2 + u32::from(column));
    let is_head = markdown.block(row).kind == (BlockKind::Row { header: false })
        && markdown.blocks.get(head.index())?.kind == (BlockKind::Cell { column });
    let words = words(&markdown.text(head)).join(" ");
    let is_named = words.split(' ').any(|word| NAMES.contains(&bare(word)));
    is_head.then_some(is_named || WHOLE.contains(&bare(&words)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::markdown;
    use crate::text::{FileId, Source};

    fn told_in(text: &str) -> Vec<String> {
        let markdown = markdown::parse(Source::new(FileId(0), text));
        let blocks = 0..markdown.blocks.len();
        let told = blocks.flat_map(|index| told(&markdown, index));
        let code = told.map(|run| markdown.source.slice(run.span).to_owned());
        code.collect()
    }

    #[test]
    fn what_a_reader_is_told_to_run() {
        for text in [
            "1. Run `a b`.",
            "2. `a b`",
            "- [ ] `a b`:",
            "If it is full, run `a b` on the host.",
            "Log in. Then execute the command `a b`.",
            "Rollback: use `a b`",
            "You can run `a b`.",
            "1. Delete the old WAL: `a b`",
            "1. **Clean up**: `a b` (takes a minute)",
            "Clean up: `a b`",
            "1. Delete the old WAL with `a b`.",
            "Then drop `x` using `a b`",
            "1. Delete the old WAL (`a b`).",
            "1. Delete the old WAL\n   `a b`",
            "1. The old WAL is in the way.  \n   `a b`",
            "1. Delete the old WAL\n\n   `a b`",
            "Clean up:\n\n`a b`",
            "| What | Command |\n| - | - |\n| wipe | `a b` |",
            "| Step | Note |\n| - | - |\n| Clean up: `a b` | slow |",
        ] {
            assert_eq!(told_in(text), ["a b"], "{text}");
        }
        for text in [
            "`a b` removes everything.",
            "- `a b` removes everything",
            "Never run `a b`.",
            "Do not\nrun `a b`.",
            "Use the console instead of `a b`.",
            "When you run `a b`, it takes an hour.",
            "What `a b` does",
            "| Run | `a b` |\n| - | - |\n| run | `a b` |",
            "# Run `a b`",
            "1. Never do this: `a b`",
            "1. Error message: `a b`",
            "1. Cleaning: `a b` removes everything",
            "The job deletes the rest with `a b`.",
            "Do not delete it with `a b`.",
            "Never delete it:\n`a b`",
            "`./a`:\n\n```sh\nls\n```\n",
            "| Danger | Command or so |\n| - | - |\n| `a b` | no |",
            "We run the shop on two hosts in one room; `a b` shows them.",
        ] {
            assert!(told_in(text).is_empty(), "{text}");
        }
    }
}
