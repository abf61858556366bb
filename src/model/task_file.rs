//! The tasks that a `Makefile`, a `justfile` or a `package.json` holds, as far as its text tells.
//!
//! Nothing is expanded, included or run. A file whose tasks may come from elsewhere (an include, a
//! variable as a target, a rule for everything) is open: what it does not name, it may still have.

use std::collections::{BTreeMap, BTreeSet};

use super::{Runner, Task};
use crate::nearest::nearest;
use crate::text::FileId;

/// The tasks that documents call and that no file holds which they may mean.
#[derive(Debug, Default)]
pub struct MissingTasks {
    found: BTreeMap<FileId, BTreeMap<Task, MissingTask>>,
}

impl MissingTasks {
    pub fn insert(&mut self, file: FileId, task: &Task, missing: MissingTask) {
        let of_file = self.found.entry(file).or_default();
        of_file.insert(task.clone(), missing);
    }

    /// Nothing for a task that is there, may be there, or was not asked for.
    pub fn of(&self, file: FileId, task: &Task) -> Option<&MissingTask> {
        self.found.get(&file)?.get(task)
    }
}

/// Where a task is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingTask {
    /// The file that should hold it, below the root.
    pub file: Box<str>,
    /// The task of that file that was probably meant.
    pub meant: Option<Box<str>>,
}

/// Each task is held against all patterns of a file; with more it counts as open.
const PATTERNS: usize = 100;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFile {
    names: BTreeSet<Box<str>>,
    /// Targets of make with a `%`, as what stands before it and behind it.
    patterns: Vec<(Box<str>, Box<str>)>,
    /// It may have more.
    is_open: bool,
}

impl TaskFile {
    /// A file that was not read.
    pub fn unread() -> TaskFile {
        TaskFile {
            is_open: true,
            ..TaskFile::default()
        }
    }

    pub fn read(runner: Runner, text: &str) -> TaskFile {
        match runner {
            Runner::Make => makefile(text),
            Runner::Just => justfile(text),
            Runner::Package => package(text),
        }
    }

    pub fn may_have(&self, name: &str) -> bool {
        let fits = |(before, after): &(Box<str>, Box<str>)| {
            let rest = name.strip_prefix(&**before);
            rest.is_some_and(|rest| rest.ends_with(&**after))
        };
        self.is_open || self.names.contains(name) || self.patterns.iter().any(fits)
    }

    /// The task that was probably meant: close by its letters, or the only one with all its words.
    pub fn meant(&self, name: &str) -> Option<&str> {
        /// Nobody wrote more by hand.
        const MOST: usize = 1000;
        if self.names.len() > MOST {
            return None;
        }
        let names = || self.names.iter().map(|name| &**name);
        let has_words = |candidate: &&str| {
            let words: Vec<&str> = words(candidate).collect();
            self::words(name).all(|word| words.contains(&word))
        };
        nearest(name, names()).or_else(|| {
            let mut longer = names().filter(has_words);
            longer.next().filter(|_| longer.next().is_none())
        })
    }
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_', ':', '.'])
}

fn package(text: &str) -> TaskFile {
    let json: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let Some(serde_json::Value::Object(package)) = json else {
        return TaskFile::unread();
    };
    let names = match package.get("scripts") {
        None => BTreeSet::new(),
        Some(serde_json::Value::Object(scripts)) => {
            scripts.keys().map(|name| name.as_str().into()).collect()
        }
        Some(_) => return TaskFile::unread(),
    };
    TaskFile {
        names,
        ..TaskFile::default()
    }
}

fn justfile(text: &str) -> TaskFile {
    let mut file = TaskFile::default();
    for line in text.lines() {
        // What is indented belongs to the recipe above.
        if line.starts_with([' ', '\t', '#', '[']) {
            continue;
        }
        let first = line.split_whitespace().next().unwrap_or_default();
        let second = line.split_whitespace().nth(1).unwrap_or_default();
        match first {
            "import" | "import?" | "mod" | "mod?" | "!include" => file.is_open = true,
            "set" => file.is_open |= second.starts_with("fallback"),
            "alias" => _ = file.names.insert(second.trim_end_matches(":=").into()),
            _ => {
                let line = line.trim_start_matches('@');
                let is_letter = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
                let end = line.find(|c| !is_letter(c)).unwrap_or(line.len());
                file.names.extend((end > 0).then(|| line[..end].into()));
            }
        }
    }
    file
}

fn makefile(text: &str) -> TaskFile {
    let mut file = TaskFile::default();
    let mut line = String::new();
    let mut is_recipe = false;
    let mut is_definition = false;
    for part in text.lines() {
        is_recipe = line.is_empty() && part.starts_with('\t') || is_recipe && !line.is_empty();
        let open = part.strip_suffix('\\');
        line.push_str(open.unwrap_or(part));
        // A blank, so that a line of nothing but a backslash is no new beginning.
        line.push(' ');
        if open.is_some() {
            continue;
        }
        let statement = statement(&line);
        match statement.split_whitespace().next() {
            // Before the first rule a tab is a blank.
            Some("include" | "-include" | "sinclude") if is_recipe => file.is_open = true,
            _ if is_recipe => {}
            Some("endef") => is_definition = false,
            _ if is_definition => {}
            Some("define") => is_definition = true,
            Some(first) => read_statement(first, statement, &mut file),
            None => {}
        }
        line.clear();
    }
    file
}

/// A line of make without its comment.
fn statement(line: &str) -> &str {
    line[..line.find('#').unwrap_or(line.len())].trim()
}

fn read_statement(first: &str, statement: &str, file: &mut TaskFile) {
    const DIRECTIVES: &[&str] = &[
        "ifeq", "ifneq", "ifdef", "ifndef", "else", "endif", "export", "unexport", "override",
        "private", "undefine", "vpath",
    ];
    if DIRECTIVES.contains(&first) {
        // Of a variable; a rule under a condition stands on its own line.
        return;
    }
    if matches!(first, "include" | "-include" | "sinclude") {
        let mut others = statement.split_whitespace().skip(1);
        file.is_open |= others.any(|name| !is_environment(name));
        return;
    }
    match split_at_sign(statement) {
        Some((_, '=')) => file.is_open |= first.starts_with(".RECIPEPREFIX"),
        Some((targets, _)) => add_targets(targets, statement, file),
        None => file.is_open = true,
    }
}

/// A file of variables, which holds no rules.
fn is_environment(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.starts_with(".env") || name.ends_with(".env")
}

/// What stands before the sign that makes a line a rule or an assignment, and that sign.
fn split_at_sign(statement: &str) -> Option<(&str, char)> {
    let mut depth = 0_usize;
    for (at, c) in statement.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            '=' if depth == 0 => return Some((&statement[..at], '=')),
            ':' if depth == 0 => {
                let is_assignment = statement[at..].trim_start_matches(':').starts_with('=');
                return Some((&statement[..at], if is_assignment { '=' } else { ':' }));
            }
            _ => {}
        }
    }
    None
}

fn add_targets(targets: &str, statement: &str, file: &mut TaskFile) {
    for target in targets.trim_end_matches('&').split_whitespace() {
        if target == ".PHONY" {
            // A target without a rule is one that does nothing.
            let behind = statement[targets.len()..].split_whitespace();
            let names = behind.map(|name| name.trim_start_matches(':'));
            file.names
                .extend(names.filter(|name| !name.is_empty()).map(Into::into));
        } else if target == ".DEFAULT"
            || target.contains(['$', '*', '?'])
            || file.patterns.len() == PATTERNS
        {
            file.is_open = true;
        } else if let Some((before, after)) = target.split_once('%') {
            file.patterns.push((before.into(), after.into()));
        } else if !target.starts_with('.') {
            file.names.insert(target.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(file: &TaskFile) -> Vec<&str> {
        file.names.iter().map(|name| &**name).collect()
    }

    #[test]
    fn targets_of_make() {
        let text = "A := b:c\n.PHONY: deploy \\\n  clean\nexport X=y:z\ninclude .env\nifeq ($(A),b:c)\n\
                    deploy back:: a $(B:c=d) # e: f\n\techo g:h \\\ni: j\nendif\nlog-%.txt: k\n\
                    define l\nm: n\nendef\n.SUFFIXES:\nx = $(shell o: p)\n";
        let file = TaskFile::read(Runner::Make, text);
        assert_eq!(names(&file), ["back", "clean", "deploy"]);
        assert!(!file.is_open);
        assert!(file.may_have("log-a.txt") && !file.may_have("log-a"));
    }

    #[test]
    fn files_of_make_that_may_have_more() {
        for text in [
            "include rules.mk",
            "-include $(wildcard *.mk)",
            "$(TARGETS): a",
            "a-$(B): c",
            ".DEFAULT:\n\techo $@",
            "$(eval $(call rule,a))",
            "$(foreach a,$(B),$(call rule,$(a)))",
            "%: a",
            ".RECIPEPREFIX = >",
            "<<<<<<< ours",
            "load rules.so",
        ] {
            assert!(
                TaskFile::read(Runner::Make, text).may_have("deploy"),
                "{text}"
            );
        }
    }

    #[test]
    fn recipes_of_just() {
        let text = "stage := \"live\"\nalias d := deploy\n# Comment: x\n[private]\n@deploy to='a:b' *rest: build\n    echo x: y\nbuild:\n";
        let file = TaskFile::read(Runner::Just, text);
        assert_eq!(names(&file), ["build", "d", "deploy", "stage"]);
        for text in [
            "import 'a.just'\n",
            "mod ops\n",
            "set fallback := true\n",
            "set fallback\n",
        ] {
            assert!(
                TaskFile::read(Runner::Just, text).may_have("deploy"),
                "{text}"
            );
        }
    }

    #[test]
    fn scripts_of_packages() {
        let file = TaskFile::read(
            Runner::Package,
            "{\"scripts\": {\"build:live\": \"x\", \"test\": \"y\"}}",
        );
        assert_eq!(names(&file), ["build:live", "test"]);
        assert!(!file.may_have("deploy"));
        assert!(!TaskFile::read(Runner::Package, "{}").may_have("deploy"));
        for text in ["{", "[]", "{\"scripts\": []}"] {
            assert!(
                TaskFile::read(Runner::Package, text).may_have("deploy"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_was_meant() {
        let file = TaskFile::read(Runner::Make, "deploy-all:\nback-up:\nback-down:\n");
        assert_eq!(file.meant("deploy"), Some("deploy-all"));
        assert_eq!(file.meant("depoly-all"), Some("deploy-all"));
        assert_eq!(file.meant("back"), None);
        assert_eq!(file.meant("rollback"), None);
    }
}
