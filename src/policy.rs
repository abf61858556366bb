//! Which rules apply, at which level, and to which files.
//!
//! A policy is one of the three that are shipped, changed by the repository's own
//! `prepcheck.yaml`. A fault in a policy is an error of the run and not a finding: whoever reads a
//! report must be able to rely on the policy it names.

mod relaxed;

use std::collections::BTreeMap;
use std::ops::Range;

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::finding::Level;
use crate::model::{FaultKind, Kind, Schema};
use crate::parse::yaml::{self, Node, Problem};
use crate::rule::{AnyParam, Settings};
use crate::rules;
use crate::text::{FileId, LineIndex, Source, Span};
use relaxed::Written;

/// The shipped policies, mildest first.
pub const SHIPPED: &[(&str, &str)] = &[
    ("startup", include_str!("../policies/startup.yaml")),
    ("team", include_str!("../policies/team.yaml")),
    ("strict", include_str!("../policies/strict.yaml")),
];

/// The policy of a repository that names none.
pub const DEFAULT: &str = "startup";

/// Where a repository keeps its own policy.
pub const FILE_NAME: &str = "prepcheck.yaml";

/// A name that is easily written instead, and is not read.
pub const OTHER_NAME: &str = "prepcheck.yml";

/// Which rules apply, at which level, and to which files.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How reports name it.
    pub name: String,
    levels: BTreeMap<&'static str, Level>,
    settings: Settings,
    include: GlobSet,
    exclude: GlobSet,
    kinds: Vec<(GlobSet, Kind)>,
    /// Folders that are units without holding a native file.
    pub units: Vec<String>,
    /// The groups of rules that apply, if not all of them do.
    scope: Option<Vec<String>>,
    written: Written,
}

/// Groups that hold in a repository of any purpose.
const ALWAYS_IN_SCOPE: &[&str] = &["files", "history", "policy"];

/// What is wrong with a policy, and where.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct Error {
    pub file: String,
    /// From 1.
    pub line: u32,
    pub message: String,
    pub hint: Option<String>,
    /// What else is wrong with it, in order of the file, up to [`SHOWN`].
    pub others: Vec<Error>,
}

/// More faults of one file than these are not what anybody mends at once.
const SHOWN: usize = 20;

impl Error {
    /// All faults as one error; none of none.
    fn all(mut faults: Vec<Error>) -> Result<(), Error> {
        faults.sort_by_key(|fault| fault.line);
        faults.truncate(SHOWN);
        let mut faults = faults.into_iter();
        match faults.next() {
            None => Ok(()),
            Some(first) => Err(Error {
                others: faults.collect(),
                ..first
            }),
        }
    }
}

impl Policy {
    /// One of the shipped policies.
    pub fn shipped(name: &str) -> Option<Policy> {
        let (name, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        let mut policy = Policy::team(name);
        let place = SHIPPED.iter().position(|(shipped, _)| shipped == name);
        policy.written.extends = place.unwrap_or_default();
        let file = PolicyFile {
            name,
            text,
            is_shipped: true,
        };
        let applied = file.tree().and_then(|tree| file.apply(&mut policy, &tree));
        if let Err(error) = applied {
            panic!("a shipped policy has a fault: {error}");
        }
        Some(policy)
    }

    /// A repository's own policy.
    ///
    /// # Errors
    ///
    /// If it is no YAML, does not fit its schema, or names a rule, a policy or a pattern that does
    /// not exist.
    pub fn read(name: &str, text: &str) -> Result<Policy, Error> {
        let file = PolicyFile {
            name,
            text,
            is_shipped: false,
        };
        let tree = file.tree()?;
        let extends = tree.root().and_then(|root| root.get("extends"));
        let base = extends.and_then(|node| node.as_str()).unwrap_or(DEFAULT);
        let mut policy = Policy::shipped(base).unwrap_or_else(|| Policy::team(DEFAULT));
        file.apply(&mut policy, &tree)?;
        policy.written.places = places(&tree);
        policy.name = format!("{base} + {name}");
        Ok(policy)
    }

    /// This policy with no rules but those that are kept.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(&str) -> bool) -> Policy {
        self.levels.retain(|rule, _| keep(rule));
        self
    }

    /// This policy where it is stricter than a trusted one, and the trusted one elsewhere: the
    /// repository's own may tighten, and exclude nothing.
    #[must_use]
    pub fn at_least(mut self, floor: &Policy) -> Policy {
        for (rule, level) in &mut self.levels {
            *level = (*level).max(floor.level(rule));
        }
        for rule in rules::all() {
            for param in rule.params {
                self.settings.tighten(rule.name, *param, &floor.settings);
            }
        }
        for (group, params) in rules::shared_settings() {
            for param in *params {
                self.settings.tighten(group, *param, &floor.settings);
            }
        }
        Policy {
            name: format!("{}, at least {}", self.name, floor.name),
            exclude: floor.exclude.clone(),
            kinds: floor.kinds.clone(),
            scope: floor.scope.clone(),
            written: Written {
                exclude: floor.written.exclude.clone(),
                kinds: floor.written.kinds.clone(),
                ..self.written
            },
            ..self
        }
    }

    pub fn level(&self, rule: &str) -> Level {
        let group = rule.split('/').next().unwrap_or_default();
        let is_outside = |scope: &Vec<String>| {
            let always = ALWAYS_IN_SCOPE.contains(&group);
            !always && !scope.iter().any(|name| name == group)
        };
        if self.scope.as_ref().is_some_and(is_outside) {
            return Level::Off;
        }
        self.levels.get(rule).copied().unwrap_or(Level::Off)
    }

    /// The same with a rule that weighs at least so much.
    pub fn with_floor(&self, rule: &'static str, level: Level) -> Policy {
        let mut policy = self.clone();
        let own = policy.levels.entry(rule).or_insert(Level::Off);
        *own = level.max(*own);
        policy
    }

    /// What it sets besides levels.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether a file is left out.
    pub fn excludes(&self, path: &[u8]) -> bool {
        matches(&self.exclude, path)
    }

    /// Whether a file is read although nothing else tells that it should be.
    pub fn includes(&self, path: &[u8]) -> bool {
        matches(&self.include, path)
    }

    /// The kind that the policy gives to a path, whatever its content; the last pattern wins.
    pub fn kind(&self, path: &[u8]) -> Option<Kind> {
        let path = str::from_utf8(path).ok()?;
        let mut named = self.kinds.iter().rev();
        named
            .find(|(globs, _)| globs.is_match(path))
            .map(|(_, kind)| *kind)
    }

    fn team(name: &str) -> Policy {
        Policy {
            name: name.to_owned(),
            levels: rules::all().map(|rule| (rule.name, rule.level)).collect(),
            settings: Settings::default(),
            include: GlobSet::empty(),
            exclude: GlobSet::empty(),
            kinds: Vec::new(),
            units: Vec::new(),
            scope: None,
            written: Written::default(),
        }
    }
}

/// A policy's text with the name that errors call it by.
struct PolicyFile<'t> {
    name: &'t str,
    text: &'t str,
    is_shipped: bool,
}

impl<'t> PolicyFile<'t> {
    /// The file's YAML, if it is any.
    fn tree(&self) -> Result<yaml::Tree<'t>, Error> {
        let tree = yaml::parse(self.source());
        self.check_syntax(&tree)?;
        Ok(tree)
    }

    fn apply(&self, policy: &mut Policy, tree: &yaml::Tree<'_>) -> Result<(), Error> {
        let Some(root) = tree.root() else {
            return Ok(());
        };
        // The shipped policies are ours, and tested: the schema of rules is made from the same
        // list that they are checked against below.
        if !self.is_shipped {
            self.check_schema(root)?;
        }
        let mut faults = Vec::new();
        for (rule, node) in members(root.get("rules")) {
            faults.extend(self.set_rule(policy, rule, node).err());
        }
        for (group, node) in members(root.get("settings")) {
            let mut shared = rules::shared_settings().iter();
            let known = shared.find(|(name, _)| Some(*name) == group.as_str());
            if let Some((name, params)) = known {
                faults.extend(self.set(policy, name, params, node).err());
            }
        }
        faults.extend(self.set_paths(policy, root).err());
        for unit in one_or_more(root.get("units")) {
            let name = unit.as_str().unwrap_or_default();
            let folder = name.trim_start_matches("./").trim_end_matches('/');
            if faults.len() == SHOWN {
                break;
            }
            if folder.starts_with('/') || folder.split('/').any(|part| part == "..") {
                let message = format!("`{name}` is no folder below the root");
                let hint = "write it relative to the root, such as `services/api`".to_owned();
                faults.push(self.error(unit.span(), message, Some(hint)));
            }
            policy.units.push(folder.to_owned());
        }
        if let Some(scope) = root.get("scope").filter(|scope| scope.is_sequence()) {
            policy.scope = Some(
                strings(Some(scope))
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
            );
        }
        Error::all(faults)
    }

    fn check_syntax(&self, tree: &yaml::Tree<'_>) -> Result<(), Error> {
        let Some(problem) = tree.problems().first() else {
            return Ok(());
        };
        let message = match problem {
            Problem::DuplicateKey { key, .. } => format!("`{key}` stands twice"),
            other => other.message(),
        };
        Err(self.error(problem.span(), message, None))
    }

    fn check_schema(&self, root: Node<'_, '_>) -> Result<(), Error> {
        let mut faults = Schema::Policy.faults(root, self.source());
        faults.sort_by_key(|fault| fault.span);
        let errors = faults.into_iter().take(SHOWN).map(|fault| {
            let below_rules = fault.pointer.strip_prefix("/rules/");
            let names_rule = below_rules.is_some_and(|rest| !rest.contains('/'));
            let hint = match &fault.kind {
                FaultKind::UnknownKey { key, .. } if names_rule => Some(rule_hint(key)),
                _ => Some(fault.help()),
            };
            self.error(fault.span, fault.message(), hint)
        });
        Error::all(errors.collect())
    }

    fn set_rule(
        &self,
        policy: &mut Policy,
        rule: Node<'_, '_>,
        node: Node<'_, '_>,
    ) -> Result<(), Error> {
        let name = rule.as_str().unwrap_or_default();
        let Some(known) = rules::get(name) else {
            let message = format!("there is no rule `{name}`");
            return Err(self.error(rule.span(), message, Some(rule_hint(name))));
        };
        let level = node.get("level").unwrap_or(node);
        if let Some(level) = level.as_str().and_then(Level::from_id) {
            policy.levels.insert(known.name, level);
        }
        self.set(policy, known.name, known.params, node)
    }

    /// Takes the settings that stand in `node`; what else stands there is the schema's business.
    fn set(
        &self,
        policy: &mut Policy,
        owner: &'static str,
        params: &[&'static dyn AnyParam],
        node: Node<'_, '_>,
    ) -> Result<(), Error> {
        for param in params {
            let Some(written) = node.get(param.name()) else {
                continue;
            };
            let default = param.default_value();
            let text = written.as_str().unwrap_or_default();
            let Some(value) = default.read_like(text) else {
                let message = format!("`{}` cannot be `{text}`", param.name());
                let hint = format!("write it as in `{}: {default}`", param.name());
                return Err(self.error(written.span(), message, Some(hint)));
            };
            policy.settings.set(owner, *param, value);
        }
        Ok(())
    }

    fn set_paths(&self, policy: &mut Policy, root: Node<'_, '_>) -> Result<(), Error> {
        let Some(paths) = root.get("paths") else {
            return Ok(());
        };
        policy.include = self.globs(paths.get("include"))?;
        policy.exclude = self.globs(paths.get("exclude"))?;
        let patterns = |key| strings(paths.get(key)).into_iter().map(str::to_owned);
        policy.written.include = patterns("include").collect();
        policy.written.exclude = patterns("exclude").collect();
        for (glob, kind) in members(paths.get("kind")) {
            let globs = self.globs(Some(glob))?;
            if let Some(kind) = kind.as_str().and_then(Kind::from_id) {
                policy.kinds.push((globs, kind));
                let pattern = glob.as_str().unwrap_or_default().to_owned();
                policy.written.kinds.push((pattern, kind));
            }
        }
        Ok(())
    }

    /// One pattern, or a list of them; `dir/` and `dir` stand for everything below the folder.
    fn globs(&self, node: Option<Node<'_, '_>>) -> Result<GlobSet, Error> {
        let mut set = GlobSetBuilder::new();
        for node in one_or_more(node) {
            let pattern = node.as_str().unwrap_or_default().trim_start_matches("./");
            let below = format!("{}/**", pattern.trim_end_matches('/'));
            for pattern in [pattern, &below] {
                let glob = Glob::new(pattern).map_err(|error| {
                    let message = format!("`{pattern}` is not a pattern: {}", error.kind());
                    self.error(node.span(), message, None)
                })?;
                set.add(glob);
            }
        }
        set.build().map_err(|error| Error {
            file: self.name.to_owned(),
            line: 1,
            message: format!("the patterns cannot be used together: {error}"),
            hint: Some("use fewer or simpler patterns".to_owned()),
            others: Vec::new(),
        })
    }

    fn source(&self) -> Source<'t> {
        Source::new(FileId(0), self.text)
    }

    fn error(&self, span: Span, message: String, hint: Option<String>) -> Error {
        Error {
            file: self.name.to_owned(),
            line: LineIndex::new(self.text.as_bytes()).line(span.start),
            message,
            hint,
            others: Vec::new(),
        }
    }
}

/// Where each key and each listed value stands, by JSON Pointer; a listed value by its text.
fn places(tree: &yaml::Tree<'_>) -> BTreeMap<String, Range<usize>> {
    /// Deeper down a policy states nothing.
    const DEPTH: usize = 4;
    let mut places = BTreeMap::new();
    let mut pending = vec![(String::new(), tree.root(), 0)];
    while let Some((above, node, depth)) = pending.pop() {
        let Some(node) = node.filter(|_| depth < DEPTH) else {
            continue;
        };
        for entry in node.entries() {
            let pointer = format!("{above}/{}", entry.key.as_str().unwrap_or_default());
            places.insert(pointer.clone(), entry.key.span().range());
            pending.push((pointer, Some(entry.value), depth + 1));
        }
        for item in one_or_more(Some(node)) {
            if let Some(text) = item.as_str() {
                let pointer = format!("{above}/{text}");
                places.entry(pointer).or_insert(item.span().range());
            }
        }
    }
    places
}

fn matches(globs: &GlobSet, path: &[u8]) -> bool {
    !globs.is_empty() && str::from_utf8(path).is_ok_and(|path| globs.is_match(path))
}

fn rule_hint(name: &str) -> String {
    match rules::meant(name) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "`prepcheck rules` lists all rules".to_owned(),
    }
}

fn members<'a, 't>(
    node: Option<Node<'a, 't>>,
) -> impl Iterator<Item = (Node<'a, 't>, Node<'a, 't>)> {
    let entries = node.into_iter().flat_map(|node| node.entries());
    entries.map(|entry| (entry.key, entry.value))
}

fn one_or_more<'a, 't>(node: Option<Node<'a, 't>>) -> Vec<Node<'a, 't>> {
    match node {
        Some(list) if list.is_sequence() => list.items().collect(),
        one => one.into_iter().collect(),
    }
}

fn strings<'a>(node: Option<Node<'a, '_>>) -> Vec<&'a str> {
    let nodes = one_or_more(node).into_iter();
    nodes.filter_map(|node| node.as_str()).collect()
}
