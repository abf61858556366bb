//! Commands that destroy what no other command brings back.
//!
//! Known by their first words and flags. What is made again by itself, such as a pod, and what
//! everybody throws away, such as a temporary folder, is not destroyed.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::command::{Command, CommandBlock, Language};
use crate::vocabulary::Sieve;

/// A command that destroys something.
#[derive(Clone, Debug)]
pub struct Destruction<'b, 't> {
    pub command: &'b Command<'t>,
    /// Its place among the commands of its block.
    pub(super) index: usize,
    /// In words: "`terraform destroy` cannot be undone".
    pub what: Cow<'static, str>,
}

impl Destruction<'_, '_> {
    /// Whether a text may hold one; most do not, and need not be taken apart.
    pub fn may_stand_in(text: &str) -> bool {
        static WORDS: LazyLock<Sieve> = LazyLock::new(|| Sieve::of(TELLING));
        WORDS.may_match(text)
    }
}

/// So many lines of one statement are looked at.
const STATEMENT_LINES: usize = 20;

impl<'t> CommandBlock<'t> {
    /// Its commands that destroy something.
    pub fn destructions(&self) -> Vec<Destruction<'_, 't>> {
        let mut found = Vec::new();
        for (index, command) in self.commands.iter().enumerate() {
            if command.is_comment || !Destruction::may_stand_in(&command.text) {
                continue;
            }
            let in_shell = match self.language {
                Language::Sql => None,
                _ => of_shell(&command.text),
            };
            let what = in_shell.or_else(|| self.of_sql(index).map(Cow::Borrowed));
            found.extend(what.map(|what| Destruction {
                command,
                index,
                what,
            }));
        }
        found
    }

    /// A statement that begins here, or one in quotes behind a client's name.
    fn of_sql(&self, index: usize) -> Option<&'static str> {
        let text = &*self.commands[index].text;
        let upper = text.to_ascii_uppercase();
        let start = [
            "DROP ",
            "TRUNCATE ",
            "DELETE FROM ",
            "UPDATE ",
            "ALTER TABLE ",
        ]
        .iter()
        .filter_map(|word| upper.find(word))
        .min()?;
        let is_client = |word: &str| {
            let name = word.rsplit('/').next().unwrap_or_default();
            CLIENTS.contains(&name)
        };
        let is_quoted = text[..start].ends_with(['"', '\'']);
        let is_behind_client = is_quoted && text[..start].split_whitespace().any(is_client);
        if !text[..start].trim().is_empty() && !is_behind_client {
            return None;
        }
        let statement = &upper[start..];
        let mut words = statement.split_whitespace();
        match (words.next()?, words.next()?) {
            ("DROP", "TABLE" | "DATABASE" | "SCHEMA" | "TABLESPACE" | "USER" | "ROLE") => {
                Some("`DROP` cannot be undone")
            }
            // The shell has a `truncate` of its own, which takes flags.
            ("TRUNCATE", name) if !name.starts_with('-') => Some("`TRUNCATE` cannot be undone"),
            ("ALTER", _) if self.drops_column(index) => Some("`DROP COLUMN` cannot be undone"),
            ("DELETE", _) if !self.has_condition(index) => {
                Some("`DELETE` without `WHERE` takes every row")
            }
            ("UPDATE", table) if !is_of_settings(table) && self.sets_all(index) => {
                Some("`UPDATE` without `WHERE` changes every row")
            }
            _ => None,
        }
    }

    fn drops_column(&self, index: usize) -> bool {
        let has = |name: &str| self.statement(index).any(|word| word == name);
        has("DROP") && has("COLUMN")
    }

    fn sets_all(&self, index: usize) -> bool {
        self.statement(index).any(|word| word == "SET") && !self.has_condition(index)
    }

    fn has_condition(&self, index: usize) -> bool {
        self.statement(index)
            .any(|word| word == "WHERE" || word == "LIMIT")
    }

    /// The words of a statement, up to its semicolon.
    fn statement(&self, index: usize) -> impl Iterator<Item = String> {
        let lines = self.commands[index..].iter().take(STATEMENT_LINES);
        let mut is_over = false;
        let lines = lines.take_while(move |line| {
            let was_over = is_over;
            is_over = line.text.contains(';');
            !was_over
        });
        lines.flat_map(|line| {
            let words = line.text.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.map(str::to_ascii_uppercase).collect::<Vec<_>>()
        })
    }
}

/// One of these words stands in every command that is known to destroy something.
const TELLING: &[&str] = &[
    "rm",
    "rb",
    "dd",
    "del",
    "wipefs",
    "lvremove",
    "vgremove",
    "mkfs",
    "destroy",
    "drop",
    "dropdb",
    "alter",
    "xdelete",
    "delete",
    "deletion",
    "uninstall",
    "approve",
    "push",
    "prune",
    "volume",
    "truncate",
    "update",
    "flushall",
    "flushdb",
    "purge",
    "reset",
    "terminate",
    "dropdatabase",
    "deletemany",
    "remove",
    "shred",
    "clean",
    "crontab",
    "sync",
    "rmdir",
    "rd",
];

const CLIENTS: &[&str] = &[
    "psql",
    "mysql",
    "mariadb",
    "sqlite3",
    "sqlcmd",
    "clickhouse-client",
    "cockroach",
    "cqlsh",
];

/// Whether a table, in capitals, holds settings: one row, whose old value is as quickly set again.
fn is_of_settings(table: &str) -> bool {
    const NAMES: &[&str] = &["SETTING", "CONFIG", "FEATURE_FLAG"];
    NAMES.iter().any(|name| table.contains(name))
}

/// A command line of a shell: any of the commands that it chains.
fn of_shell(text: &str) -> Option<Cow<'static, str>> {
    // A line of a crontab is set up once, and nobody pastes it in an incident.
    if is_of_crontab(text) {
        return None;
    }
    let parts = parts(text);
    let by_itself = parts.iter().find_map(|part| of_part(part));
    by_itself.or_else(|| hands_over(text).then_some("`find | xargs rm` cannot be undone".into()))
}

/// Whether `rm` is handed what `find` has found.
pub(super) fn hands_over(text: &str) -> bool {
    let mut has_found = false;
    for part in parts(text) {
        if let ["find", rest @ ..] = words(part).as_slice() {
            has_found = finds_what_is_kept(rest);
        }
        if has_found && removes_what_it_is_given(part) {
            return true;
        }
    }
    false
}

fn removes_what_it_is_given(part: &str) -> bool {
    let mut words = part.split_whitespace().skip_while(|word| *word == "sudo");
    let is_flag = |word: &&str| word.starts_with(['-', '{']) || word.parse::<u32>().is_ok();
    words.next() == Some("xargs")
        && words.find(|word| !is_flag(word) && *word != "sudo") == Some("rm")
}

/// Whether a line begins with the five fields of a time.
fn is_of_crontab(text: &str) -> bool {
    let is_field = |word: &str| {
        word.bytes()
            .all(|b| b.is_ascii_digit() || b"*/,-".contains(&b))
    };
    text.split_whitespace()
        .take_while(|word| is_field(word))
        .count()
        == 5
}

/// The commands that a line chains or nests.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let separators = ["&&", "||", ";", "|", "$(", " -- "];
    let mut parts = vec![text];
    for separator in separators {
        parts = parts
            .into_iter()
            .flat_map(|part| part.split(separator))
            .collect();
    }
    parts
}

/// The words of one command, without quotes and without what only says how it is run.
pub(super) fn words(part: &str) -> Vec<&str> {
    let words = part
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'', '`', ')', '(']));
    words.skip_while(|word| is_wrapper(word)).collect()
}

pub(super) fn of_part(text: &str) -> Option<Cow<'static, str>> {
    let words = words(text);
    let words = match words.as_slice() {
        ["ssh", _, rest @ ..] => rest,
        all => all,
    };
    let (program, rest) = words.split_first()?;
    let program = program.rsplit('/').next().unwrap_or_default();
    match program {
        "kubectl" | "oc" if rest.contains(&"delete") => of_kubernetes(program, rest),
        "aws" | "gcloud" | "az" | "gsutil" => of_cloud(program, rest),
        "mongo" | "mongosh" => {
            drops_of_mongo(text).then_some("to drop what MongoDB holds cannot be undone".into())
        }
        _ => of_program(program, rest).map(Cow::Borrowed),
    }
}

fn of_program(program: &str, rest: &[&str]) -> Option<&'static str> {
    let has = |word: &str| rest.contains(&word);
    let has_any = |words: &[&str]| rest.iter().any(|word| words.contains(word));
    let is_called = |verbs: &[&str]| {
        let mut names = rest.iter().filter(|word| !word.starts_with('-'));
        names.next().is_some_and(|first| verbs.contains(first))
    };
    let ends_in = |verb: &str| rest.iter().any(|word| word.starts_with(verb));
    match program {
        "rm" if is_recursive(rest) && loses_something(rest) => Some("`rm -r` cannot be undone"),
        "dd" if ends_in("of=/dev/") => Some("`dd` onto a device cannot be undone"),
        "wipefs" | "lvremove" | "vgremove" => Some("to wipe a disk cannot be undone"),
        "zfs" | "zpool" if is_called(&["destroy"]) => Some("`destroy` cannot be undone"),
        "dropdb" => Some("`dropdb` cannot be undone"),
        "shred" => Some("`shred` cannot be undone"),
        "find" if has("-delete") && finds_what_is_kept(rest) => {
            Some("`find -delete` cannot be undone")
        }
        "find" if runs_rm(rest) && finds_what_is_kept(rest) => {
            Some("`find -exec rm` cannot be undone")
        }
        "rmdir" | "rd" if has_any(&["/s", "/S"]) && loses_something(rest) => {
            Some("`rmdir /s` cannot be undone")
        }
        "curl" if deletes_index(rest) => Some("to delete an index cannot be undone"),
        "crontab" if has("-r") => Some("`crontab -r` takes every job of the user"),
        "etcdctl" if is_called(&["del"]) && (has("--prefix") || has("--from-key")) => {
            Some("`etcdctl del` takes every key of the range")
        }
        "gh" if has("repo") && has("delete") => Some("`gh repo delete` cannot be undone"),
        "helm" if has_any(&["uninstall", "delete", "del"]) => {
            Some("`helm uninstall` takes a release and its history away")
        }
        "terraform" | "tofu" | "terragrunt" if has("destroy") => {
            Some("`destroy` takes away all that the plan holds")
        }
        "terraform" | "tofu" | "terragrunt"
            if has("apply") && (ends_in("-auto-approve") || ends_in("--auto-approve")) =>
        {
            Some("`-auto-approve` applies a plan that nobody has read")
        }
        "git" if has("push") && has_any(&["--force", "-f"]) => {
            Some("`git push --force` throws away what others have pushed")
        }
        "git" if is_called(&["clean"]) && cleans(rest) => {
            Some("`git clean` throws away what git does not keep")
        }
        "docker" | "podman" if has("prune") && has_any(&["system", "volume"]) => {
            Some("`prune` cannot be undone")
        }
        "docker" | "podman" if has("volume") && has_any(&["rm", "remove"]) => {
            Some("to remove a volume cannot be undone")
        }
        "redis-cli" | "valkey-cli" => {
            let is_flush = |word: &&str| {
                word.eq_ignore_ascii_case("flushall") || word.eq_ignore_ascii_case("flushdb")
            };
            rest.iter()
                .any(is_flush)
                .then_some("to flush a store cannot be undone")
        }
        "rabbitmqctl" if has_any(&["purge_queue", "delete_queue", "reset", "force_reset"]) => {
            Some("to purge a queue cannot be undone")
        }
        "rabbitmqadmin" if has_any(&["purge", "delete"]) => {
            Some("to purge a queue cannot be undone")
        }
        "kafka-topics" | "kafka-topics.sh" if has("--delete") => {
            Some("to delete a topic cannot be undone")
        }
        "FLUSHALL" | "FLUSHDB" => Some("to flush a store cannot be undone"),
        _ if program.eq_ignore_ascii_case("remove-item") && is_recursive_item(rest) => {
            Some("`Remove-Item -Recurse` cannot be undone")
        }
        _ if program.starts_with("mkfs") => Some("to format a disk cannot be undone"),
        _ => None,
    }
}

/// What stands before a command and only says how it is run.
fn is_wrapper(word: &str) -> bool {
    let is_variable = word.contains('=') && word.starts_with(|c: char| c.is_ascii_uppercase());
    is_variable
        || matches!(
            word,
            "sudo"
                | "doas"
                | "time"
                | "nohup"
                | "xargs"
                | "-E"
                | "env"
                | "$"
                | "#"
                | "then"
                | "do"
                | "-0"
                | "-r"
        )
}

/// Whether `find` looks in a place, and not among what is left over for a while.
fn finds_what_is_kept(words: &[&str]) -> bool {
    let is_place = |word: &&&str| !word.starts_with(['-', '(', '!']);
    let places: Vec<&str> = words.iter().take_while(is_place).copied().collect();
    places.is_empty() || loses_something(&places)
}

/// Whether `find` hands to `rm` what it finds.
fn runs_rm(words: &[&str]) -> bool {
    let is_call = |pair: &[&str]| matches!(pair, ["-exec" | "-execdir", "rm" | "/bin/rm"]);
    words.windows(2).any(is_call)
}

/// Whether PowerShell removes a folder with all that is in it.
fn is_recursive_item(words: &[&str]) -> bool {
    let mut flags = words.iter().map(|word| word.to_ascii_lowercase());
    flags.any(|flag| flag.starts_with("-rec")) && loses_something(words)
}

/// Whether a request deletes an index of a search engine, by its port, or all of them by name.
fn deletes_index(words: &[&str]) -> bool {
    let is_delete = |word: &&str| matches!(*word, "-XDELETE" | "DELETE" | "--request=DELETE");
    let is_index = |word: &&str| {
        let path = word.split('?').next().unwrap_or_default();
        let path = path.split_once("://").map_or(path, |(_, path)| path);
        let Some((host, name)) = path.split_once('/') else {
            return false;
        };
        let name = name.trim_end_matches('/');
        let is_name = !name.is_empty() && !name.starts_with('_') && !name.contains('/');
        matches!(name, "_all" | "*") || (host.ends_with(":9200") && is_name)
    };
    words.iter().any(is_delete) && words.iter().any(is_index)
}

/// `db.dropDatabase()`, `db.orders.drop()`, and a deletion of everything.
fn drops_of_mongo(text: &str) -> bool {
    const CALLS: &[&str] = &[
        "dropDatabase(",
        ".drop()",
        "deleteMany({})",
        "deleteMany( {} )",
        ".remove({})",
    ];
    CALLS.iter().any(|call| text.contains(call))
}

/// Whether `git clean` is forced, and not only tried.
fn cleans(flags: &[&str]) -> bool {
    let is_short = |flag: &str| flag.starts_with('-') && !flag.starts_with("--");
    let has = |letter: char, long: &str| {
        let mut flags = flags.iter();
        flags.any(|flag| *flag == long || (is_short(flag) && flag.contains(letter)))
    };
    has('f', "--force") && !has('n', "--dry-run")
}

fn is_recursive(flags: &[&str]) -> bool {
    let is_short =
        |flag: &str| flag.starts_with('-') && !flag.starts_with("--") && flag.contains(['r', 'R']);
    flags
        .iter()
        .any(|flag| is_short(flag) || *flag == "--recursive")
}

/// Whether any of the paths is not a temporary one, a cache, or the output of a build.
fn loses_something(words: &[&str]) -> bool {
    const MADE_AGAIN: &[&str] = &[
        "tmp",
        "temp",
        "cache",
        ".cache",
        "node_modules",
        "dist",
        "build",
        "target",
        "out",
        "__pycache__",
        ".terraform",
        "venv",
        ".venv",
        "vendor",
        "coverage",
    ];
    let mut paths = words.iter().filter(|word| !word.starts_with('-'));
    paths.any(|path| {
        let mut names = path.split(['/', '\\']);
        !names.any(|name| MADE_AGAIN.contains(&name.to_ascii_lowercase().as_str()))
    })
}

fn of_kubernetes(program: &str, words: &[&str]) -> Option<Cow<'static, str>> {
    const KEPT: &[&str] = &[
        "namespace",
        "namespaces",
        "ns",
        "project",
        "pvc",
        "persistentvolumeclaim",
        "persistentvolumeclaims",
        "pv",
        "persistentvolume",
        "persistentvolumes",
        "crd",
        "crds",
        "customresourcedefinition",
        "customresourcedefinitions",
        "deployment",
        "deployments",
        "deploy",
        "deployment.apps",
        "statefulset",
        "statefulsets",
        "sts",
    ];
    const MADE_AGAIN: &[&str] = &[
        "pod",
        "pods",
        "po",
        "job",
        "jobs",
        "events",
        "replicaset",
        "rs",
    ];
    let names = words.iter().skip_while(|word| **word != "delete").skip(1);
    let mut names = names.filter(|word| !word.starts_with('-'));
    let kind = names
        .next()?
        .split('/')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    if KEPT.contains(&kind.as_str()) {
        let command = format!("{program} delete {kind}");
        return Some(format!("`{command}` takes along what depends on it").into());
    }
    let is_all = words.contains(&"--all") && !MADE_AGAIN.contains(&kind.as_str());
    is_all.then_some("`delete --all` cannot be undone".into())
}

fn of_cloud(program: &str, words: &[&str]) -> Option<Cow<'static, str>> {
    let has = |word: &str| words.contains(&word);
    let verb = match program {
        "aws" => words.iter().position(|word| destroys_on_aws(words, word)),
        "gcloud" => {
            let kept = [
                "instances",
                "databases",
                "buckets",
                "clusters",
                "projects",
                "disks",
                "snapshots",
                "backups",
                "topics",
                "subscriptions",
                "queues",
                "storage",
            ];
            let is_of_store = has("storage");
            let is_verb =
                |word: &&str| matches!(*word, "delete" | "purge") || (is_of_store && *word == "rm");
            let is_kept = kept.iter().any(|kind| has(kind));
            words.iter().position(|word| is_kept && is_verb(word))
        }
        "gsutil" => {
            let is_recursive = has("-r") || has("-R");
            let mut words = words.iter();
            words.position(|word| *word == "rb" || (*word == "rm" && is_recursive))
        }
        _ => {
            let kept = [
                "group", "vm", "sql", "db", "server", "storage", "aks", "disk", "keyvault",
                "postgres", "mysql", "cosmosdb", "redis",
            ];
            let is_kept = kept.iter().any(|kind| has(kind));
            words.iter().position(|word| is_kept && *word == "delete")
        }
    }?;
    if words[verb] == "sync" {
        return Some("`aws s3 sync --delete` takes away what its source lacks".into());
    }
    let command = called(program, &words[..=verb]);
    Some(format!("`{command}` cannot be undone").into())
}

fn destroys_on_aws(words: &[&str], verb: &str) -> bool {
    const OF_KEPT: &[&str] = &[
        "delete-db-",
        "delete-table",
        "delete-bucket",
        "terminate-instances",
        "delete-stack",
        "delete-cluster",
        "delete-volume",
        "delete-snapshot",
        "delete-file-system",
        "purge-queue",
        "delete-queue",
        "delete-hosted-zone",
        "schedule-key-deletion",
    ];
    match verb {
        "rb" => words.contains(&"s3"),
        "rm" => words.contains(&"s3") && words.contains(&"--recursive"),
        "sync" => words.contains(&"s3") && words.contains(&"--delete") && empties(words),
        _ => OF_KEPT.iter().any(|start| verb.starts_with(start)),
    }
}

/// Whether a copy that deletes has a source other than the output of a build.
fn empties(words: &[&str]) -> bool {
    let behind = words.iter().skip_while(|word| **word != "sync").skip(1);
    let source = behind.copied().find(|word| !word.starts_with('-'));
    source.is_some_and(|source| loses_something(&[source]))
}

/// A command up to its verb, without flags and what they are set to.
fn called(program: &str, words: &[&str]) -> String {
    let mut called = program.to_owned();
    let mut is_value = false;
    for word in words {
        let is_flag = word.starts_with('-');
        if !is_flag && !is_value {
            called.push(' ');
            called.push_str(word);
        }
        is_value = is_flag && !word.contains('=') && !word.starts_with("--no-");
    }
    called
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destroyers_and_their_false_friends() {
        for text in [
            "rm -rf /var/lib/app",
            "sudo rm -r \"$DATA\"",
            "kubectl exec db-0 -- rm -rf /data",
            "dd if=/dev/zero of=/dev/sdb",
            "mkfs.ext4 /dev/sdb1",
            "kubectl -n shop delete pvc data-0",
            "kubectl delete deployment/api",
            "kubectl delete configmaps --all",
            "helm uninstall shop",
            "cd infra && terraform destroy",
            "terraform apply -auto-approve",
            "git push -f origin main",
            "docker system prune -a",
            "aws s3 rm s3://acme --recursive",
            "aws rds delete-db-instance --skip-final-snapshot",
            "gcloud sql instances delete shop",
            "az group delete -n shop",
            "redis-cli -h cache FLUSHALL",
            "aws sqs purge-queue --queue-url x",
            "find /srv/uploads -mtime +30 -delete",
            "find . -delete",
            "sudo find /var/log/shop -mtime +2 -exec rm {} \\;",
            "find -type d -ctime +1 -exec rm -rf {} +",
            "mongo shop --eval 'db.dropDatabase()'",
            "mongosh \"$URI\" --eval 'db.orders.deleteMany({})'",
            "gh repo delete acme/shop --yes",
            "git clean -fdx",
            "shred -u keys.txt",
            "etcdctl del \"\" --prefix",
            "crontab -r",
            "curl -XDELETE http://es:9200/_all",
            "curl -s -X DELETE 'localhost:9200/orders-2026?pretty'",
            "aws s3 sync /empty s3://acme-prod --delete",
            "find /srv/uploads -mtime +30 | xargs rm",
            "find /srv -name '*.wal' -print0 | xargs -0 -n 1 sudo rm -f",
            "find /srv/uploads -mtime +30 -exec rm {} \\;",
            "Remove-Item -Recurse -Force D:\\data",
            "remove-item D:\\data -recurse",
            "rmdir /s /q D:\\data",
        ] {
            assert!(of_shell(text).is_some(), "{text}");
            assert!(Destruction::may_stand_in(text), "{text}");
        }
        for text in [
            "rm a.txt",
            "rm -rf /tmp/build",
            "rm -rf node_modules",
            "git rm -r docs",
            "kubectl delete pod api-0",
            "kubectl delete pods --all",
            "terraform plan -destroy",
            "terraform apply",
            "git push --force-with-lease",
            "docker rm api",
            "aws s3 rm s3://acme/a",
            "echo rm -rf /",
            "gcloud compute instances list",
            "redis-cli info",
            "find /srv -name '*.log'",
            "find /tmp -mtime +7 -delete",
            "find /tmp -type f -exec rm {} +",
            "find /srv -name '*.log' -exec grep rm {} +",
            "mongosh --eval 'db.orders.deleteMany({day: 1})'",
            "gh repo view acme/shop",
            "gh release delete v1",
            // Commits can be had back, and nobody keeps work in the clone of a host.
            "git reset --hard origin/main",
            "git clean -n -fd",
            "etcdctl del /locks/shop",
            "crontab -l",
            "curl -XGET http://es:9200/orders",
            "curl -X DELETE http://es:9200/orders/_doc/1",
            "curl -X DELETE https://api.shop/silences/1",
            "0 3 * * * find /backups -mtime +7 -delete",
            "aws s3 sync ./dist s3://acme-site --delete",
            "aws s3 sync s3://acme-prod ./copy",
            "find /tmp -mtime +7 | xargs rm",
            "find /srv -name '*.log' | xargs grep rm",
            "ls *.log | xargs rm",
            "docker ps -aq | xargs docker rm",
            "Remove-Item -Force a.txt",
            "Remove-Item -Recurse -Force .\\node_modules",
            "rmdir empty",
        ] {
            assert_eq!(of_shell(text), None, "{text}");
        }
    }

    #[test]
    fn the_shell_has_a_truncate_of_its_own() {
        let text = "```sh\ntruncate -s 0 /var/log/app.log\ntruncate sessions\n```\n";
        let source = crate::text::Source::new(crate::text::FileId(0), text);
        let markdown = crate::parse::markdown::parse(source);
        let block = crate::model::runbook::command_blocks(&markdown).remove(0);
        let found = block.destructions();
        let found: Vec<&str> = found.iter().map(|found| &*found.command.text).collect();
        assert_eq!(found, ["truncate sessions"]);
    }

    #[test]
    fn what_is_destroyed_is_named() {
        for (text, what) in [
            (
                "kubectl -n shop delete namespace shop",
                "`kubectl delete namespace` takes along what depends on it",
            ),
            (
                "aws --region eu-west-1 rds delete-db-instance --skip-final-snapshot",
                "`aws rds delete-db-instance` cannot be undone",
            ),
            (
                "gcloud sql instances delete shop",
                "`gcloud sql instances delete` cannot be undone",
            ),
            (
                "az group delete -n shop",
                "`az group delete` cannot be undone",
            ),
        ] {
            assert_eq!(of_shell(text).as_deref(), Some(what), "{text}");
        }
    }
}
