//! What one policy asks less than another.
//!
//! Levels and settings are compared as they are in force, so that a trusted policy from outside,
//! which holds for both, hides what cannot take effect. Patterns are compared as written: which
//! files they match is not asked, for the next file may be one.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{ALWAYS_IN_SCOPE, Policy, SHIPPED};
use crate::finding::{Level, Place, Subject};
use crate::model::Kind;
use crate::rule::{AnyParam, Relaxation};
use crate::rules;
use crate::text::{FileId, Span};

/// What a policy's text states, and where.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    /// The shipped policy that it extends, by its place there.
    pub extends: usize,
    /// Bytes of what it states, by JSON Pointer.
    pub places: BTreeMap<String, Range<usize>>,
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    pub kinds: Vec<(String, Kind)>,
}

impl Policy {
    /// What this policy asks less than another one, each with its place in this one's file.
    pub fn relaxed_from(&self, base: &Policy, file: Option<FileId>) -> Vec<Relaxation> {
        let mut found = Relaxed {
            written: &self.written,
            file,
            list: Vec::new(),
        };
        self.compare_levels(base, &mut found);
        self.compare_settings(base, &mut found);
        self.compare_paths(base, &mut found);
        self.compare_groups(base, &mut found);
        found.list
    }

    fn compare_levels(&self, base: &Policy, found: &mut Relaxed<'_>) {
        let mut of_shipped = 0;
        let is_milder = self.written.extends < base.written.extends;
        for rule in rules::all() {
            let (now, before) = (self.own_level(rule.name), base.own_level(rule.name));
            let pointer = format!("/rules/{}", rule.name);
            if now >= before {
                continue;
            }
            if is_milder && !self.written.places.contains_key(&pointer) {
                of_shipped += 1;
                continue;
            }
            let change = format!("from {} to {}", before.id(), now.id());
            found.add(&pointer, format!("`{}` goes {change}", rule.name));
        }
        if of_shipped > 0 {
            let name = |policy: &Policy| SHIPPED[policy.written.extends].0;
            let change = format!("from `{}` to `{}`", name(base), name(self));
            let rules = if of_shipped == 1 { "rule" } else { "rules" };
            found.add(
                "/extends",
                format!("`extends` goes {change}, which lowers {of_shipped} {rules}"),
            );
        }
    }

    /// The level without regard to the scope.
    fn own_level(&self, rule: &str) -> Level {
        self.levels.get(rule).copied().unwrap_or(Level::Off)
    }

    fn compare_settings(&self, base: &Policy, found: &mut Relaxed<'_>) {
        for rule in rules::all() {
            self.compare_params(base, ("rules", rule.name), rule.params, found);
        }
        for (group, params) in rules::shared_settings() {
            self.compare_params(base, ("settings", group), params, found);
        }
    }

    fn compare_params(
        &self,
        base: &Policy,
        (section, owner): (&str, &'static str),
        params: &[&'static dyn AnyParam],
        found: &mut Relaxed<'_>,
    ) {
        for param in params {
            let mut tightened = self.settings.clone();
            tightened.tighten(owner, *param, &base.settings);
            let (now, before) = (
                self.settings.value(owner, *param),
                tightened.value(owner, *param),
            );
            if now != before {
                let pointer = format!("/{section}/{owner}/{}", param.name());
                let change = format!("from {before} to {now}");
                found.add(
                    &pointer,
                    format!("`{}` of `{owner}` goes {change}", param.name()),
                );
            }
        }
    }

    fn compare_paths(&self, base: &Policy, found: &mut Relaxed<'_>) {
        let (now, before) = (&self.written, &base.written);
        for pattern in added(&now.exclude, &before.exclude) {
            let pointer = format!("/paths/exclude/{pattern}");
            found.add(&pointer, format!("`{pattern}` is left out"));
        }
        for pattern in added(&before.include, &now.include) {
            let pointer = format!("/paths/include/{pattern}");
            found.add(&pointer, format!("`{pattern}` is no longer included"));
        }
        for (pattern, kind) in added(&now.kinds, &before.kinds) {
            let pointer = format!("/paths/kind/{pattern}");
            let kind = kind.id();
            found.add(&pointer, format!("`{pattern}` is declared as {kind}"));
        }
    }

    fn compare_groups(&self, base: &Policy, found: &mut Relaxed<'_>) {
        for unit in added(&base.units, &self.units) {
            found.add("/units", format!("`{unit}` is no unit of its own any more"));
        }
        let Some(scope) = &self.scope else {
            return;
        };
        let groups = rules::groups().filter(|group| !ALWAYS_IN_SCOPE.contains(group));
        let all: Vec<String> = groups.map(str::to_owned).collect();
        let before = base.scope.as_ref().unwrap_or(&all);
        let lost: Vec<String> = added(before, scope)
            .map(|name| format!("`{name}`"))
            .collect();
        if !lost.is_empty() {
            let message = format!("`scope` leaves out {}", lost.join(", "));
            found.add("/scope", message);
        }
    }
}

/// What was found so far.
struct Relaxed<'a> {
    written: &'a Written,
    file: Option<FileId>,
    list: Vec<Relaxation>,
}

impl Relaxed<'_> {
    /// Points at what the file states, else at the section that would state it.
    fn add(&mut self, pointer: &str, message: String) {
        let mut stated = Some(pointer);
        let mut range = None;
        while let Some(pointer) = stated.filter(|_| range.is_none()) {
            range = self.written.places.get(pointer).cloned();
            stated = pointer.rsplit_once('/').map(|(above, _)| above);
        }
        let place = match (self.file, range) {
            (Some(file), Some(range)) => Place::Bytes(Span::new(file, range)),
            (Some(file), None) => Place::File(file),
            (None, _) => Place::Nowhere,
        };
        self.list.push(Relaxation {
            subject: Subject::PolicyKey(pointer.to_owned()),
            place,
            message,
        });
    }
}

/// What one list has and the other has not.
fn added<'a, T: PartialEq>(now: &'a [T], before: &'a [T]) -> impl Iterator<Item = &'a T> {
    now.iter().filter(|thing| !before.contains(thing))
}
