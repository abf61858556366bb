//! Commands that destroy what no other command brings back.
//!
//! Known by their first words and flags. What is made again by itself, such as a pod, and what
//! everybody throws away, such as a temporary folder, is not destroyed.

use std::sync::LazyLock;

use super::command::{Command, CommandBlock, Language};
use crate::vocabulary::Sieve;

/// A command that destroys something.
#[derive(Clone, Copy, Debug)]
pub struct Destruction<'b, 't> {
    pub command: &'b Command<'t>,
    /// In words: "`terraform destroy` cannot be undone".
    pub what: &'static str,
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
            let what = in_shell.or_else(|| self.of_sql(index));
            found.extend(what.map(|what| Destruction { command, what }));
        }
        found
    }

    /// A statement that begins here, or one in quotes behind a client's name.
    fn of_sql(&self, index: usize) -> Option<&'static str> {
        let text = &*self.commands[index].text;
        let upper = text.to_ascii_uppercase();
        let start = ["DROP ", "TRUNCATE ", "DELETE FROM ", "UPDATE "]
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
            ("TRUNCATE", _) => Some("`TRUNCATE` cannot be undone"),
            ("DELETE", _) if !self.has_condition(index) => {
                Some("`DELETE` without `WHERE` takes every row")
            }
            ("UPDATE", _) if self.sets_all(index) => {
                Some("`UPDATE` without `WHERE` changes every row")
            }
            _ => None,
        }
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

/// A command line of a shell: any of the commands that it chains.
fn of_shell(text: &str) -> Option<&'static str> {
    let separators = ["&&", "||", ";", "|", "$(", " -- "];
    let mut parts = vec![text];
    for separator in separators {
        parts = parts
            .into_iter()
            .flat_map(|part| part.split(separator))
            .collect();
    }
    parts.into_iter().find_map(of_part)
}

fn of_part(text: &str) -> Option<&'static str> {
    let words = text
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'', '`', ')', '(']));
    let words: Vec<&str> = words.skip_while(|word| is_wrapper(word)).collect();
    let words = match words.as_slice() {
        ["ssh", _, rest @ ..] => rest,
        all => all,
    };
    let (program, rest) = words.split_first()?;
    let program = program.rsplit('/').next().unwrap_or_default();
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
        "kubectl" | "oc" if has("delete") => of_kubernetes(rest),
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
        "docker" | "podman" if has("prune") && has_any(&["system", "volume"]) => {
            Some("`prune` cannot be undone")
        }
        "docker" | "podman" if has("volume") && has_any(&["rm", "remove"]) => {
            Some("to remove a volume cannot be undone")
        }
        "aws" | "gcloud" | "az" | "gsutil" => of_cloud(program, rest),
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
        let mut names = path.split('/');
        !names.any(|name| MADE_AGAIN.contains(&name.to_ascii_lowercase().as_str()))
    })
}

fn of_kubernetes(words: &[&str]) -> Option<&'static str> {
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
        return Some("to delete this takes along what depends on it");
    }
    let is_all = words.contains(&"--all") && !MADE_AGAIN.contains(&kind.as_str());
    is_all.then_some("`delete --all` cannot be undone")
}

fn of_cloud(program: &str, words: &[&str]) -> Option<&'static str> {
    const WHAT: &str = "to delete this in the cloud cannot be undone";
    let has = |word: &str| words.contains(&word);
    let starts = |start: &str| words.iter().any(|word| word.starts_with(start));
    let is_one = match program {
        "aws" => {
            let in_store = has("s3") && ((has("rm") && has("--recursive")) || has("rb"));
            let of_kept = [
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
            in_store || of_kept.iter().any(|verb| starts(verb))
        }
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
            let is_gone = has("delete") || has("purge") || (has("storage") && has("rm"));
            is_gone && kept.iter().any(|kind| has(kind))
        }
        "gsutil" => has("rb") || (has("rm") && (has("-r") || has("-R"))),
        _ => {
            let kept = [
                "group", "vm", "sql", "db", "server", "storage", "aks", "disk", "keyvault",
                "postgres", "mysql", "cosmosdb", "redis",
            ];
            has("delete") && kept.iter().any(|kind| has(kind))
        }
    };
    is_one.then_some(WHAT)
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
        ] {
            assert_eq!(of_shell(text), None, "{text}");
        }
    }
}
