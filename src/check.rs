//! From facts to a verdict: repository rules, levels, exceptions, order.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::clock::Clock;
use crate::finding::{Answer, Finding, Level, Place};
use crate::inspect::Inspection;
use crate::model::{Allow, Ops, Reach};
use crate::policy::Policy;
use crate::rule::{AllowContext, Context, Findings, Found, NotAssessed, Roster, Rule, Shape};
use crate::rules;
use crate::text::FileId;

/// A finding with the weight it has here.
#[derive(Clone, Debug)]
pub struct Judged {
    pub finding: Finding,
    pub level: Level,
    /// The answer it serves, if it serves one.
    pub answer: Option<Answer>,
}

/// Everything that a report shows of a repository.
#[derive(Debug, Default)]
pub struct Outcome {
    /// In the order of reports: by answer, worst first, then by rule and place.
    pub findings: Vec<Judged>,
    /// What an exception covers, in the same order.
    pub allowed: Vec<Judged>,
    pub not_assessed: Vec<NotAssessed>,
    /// What the reader should know and nobody has to mend, in order.
    pub remarks: BTreeSet<String>,
    worst_not_assessed: Option<Level>,
}

impl Outcome {
    pub fn count(&self, level: Level) -> usize {
        let same = self.findings.iter().filter(|judged| judged.level == level);
        same.count()
    }

    /// The worst level of what was found or could not be judged: what was not judged does not pass.
    pub fn worst(&self) -> Option<Level> {
        let found = self.findings.iter().map(|judged| judged.level).max();
        found.max(self.worst_not_assessed)
    }
}

/// Judges what was found in a repository.
pub fn check(inspection: &Inspection, policy: &Policy, clock: Clock) -> Outcome {
    let ops = &inspection.ops;
    let mut findings = inspection.findings.clone();
    let mut not_assessed = inspection.unsearched.clone();
    let mut remarks = BTreeSet::new();
    for found in repository_findings(inspection, policy, clock) {
        findings.extend(found.findings);
        not_assessed.extend(found.not_assessed);
        remarks.extend(found.remarks);
    }
    give_units(ops, &mut findings);
    findings.retain(|finding| policy.level(finding.rule) > Level::Off);
    let exceptions = Exceptions::new(ops, clock);
    let unknown = not_assessed.iter().map(|unknown| unknown.rule).collect();
    let mut about_exceptions = exceptions.findings(policy, &findings, &unknown);
    let (allowed, mut findings): (Vec<Finding>, Vec<Finding>) = findings
        .into_iter()
        .partition(|finding| exceptions.cover(finding));
    exceptions.withdraw_edits(&mut findings);
    give_units(ops, &mut about_exceptions);
    findings.extend(about_exceptions);
    withdraw_edits(ops, &mut findings);
    not_assessed.sort();
    let levels = not_assessed
        .iter()
        .map(|unknown: &NotAssessed| policy.level(unknown.rule));
    Outcome {
        worst_not_assessed: levels.max(),
        findings: judged(ops, policy, findings),
        allowed: judged(ops, policy, allowed),
        not_assessed,
        remarks,
    }
}

impl Outcome {
    /// Adds what was found later, in its place.
    pub fn add(&mut self, ops: &Ops, policy: &Policy, mut findings: Vec<Finding>) {
        give_units(ops, &mut findings);
        self.findings.extend(judged(ops, policy, findings));
        sort(ops, &mut self.findings);
    }

    /// Gives what a change made true the weight that it has for the change. Findings keep what
    /// stands beside them.
    pub fn weigh_new<T>(
        &mut self,
        ops: &Ops,
        policy: &Policy,
        beside: Vec<T>,
        is_new: impl Fn(&T) -> bool,
    ) -> Vec<T> {
        let findings = std::mem::take(&mut self.findings);
        let mut pairs: Vec<(Judged, T)> = findings.into_iter().zip(beside).collect();
        for (judged, beside) in &mut pairs {
            let level = policy.level(judged.finding.rule);
            judged.level = judged.finding.weigh(level, is_new(beside));
        }
        pairs.sort_by(|(a, _), (b, _)| order(ops, a).cmp(&order(ops, b)));
        let (findings, beside) = pairs.into_iter().unzip();
        self.findings = findings;
        beside
    }
}

fn repository_findings(inspection: &Inspection, policy: &Policy, clock: Clock) -> Vec<Found> {
    let rules: Vec<&'static Rule> = rules::all()
        .filter(|rule| policy.level(rule.name) > Level::Off)
        .collect();
    let settings = policy.settings();
    let roster = Roster::default();
    let run = |rule: &'static Rule| match rule.shape {
        Shape::Repository(check) | Shape::History(_, check) => {
            let mut out = Findings::new(rule);
            let facts = (&inspection.ops, &inspection.history);
            check(
                &Context::new(facts, clock, rule, settings, &roster),
                &mut out,
            );
            Some(out.into_parts())
        }
        Shape::Document(_) | Shape::Allow(_) | Shape::Change(_) => None,
    };
    rules.into_par_iter().filter_map(run).collect()
}

/// A finding belongs to the unit of its place, unless its rule said otherwise.
fn give_units(ops: &Ops, findings: &mut [Finding]) {
    for finding in findings {
        if let Some(file) = finding.place.file().filter(|_| finding.unit.is_empty()) {
            ops.unit_of(file).clone_into(&mut finding.unit);
        }
    }
}

/// Edits are worked out from text; where that is not the file's own, they might not fit.
fn withdraw_edits(ops: &Ops, findings: &mut [Finding]) {
    let altered = ops.documents().filter(|document| !document.is_verbatim);
    let altered: BTreeSet<FileId> = altered.map(|document| document.file).collect();
    for finding in findings {
        let mut edits = finding.edits.iter();
        if edits.any(|edit| altered.contains(&edit.span.file)) {
            finding.edits.clear();
        }
    }
}

/// What a finding can be covered by, or an exception can cover: a rule in a file, or on one line.
type Key = (FileId, &'static str, Option<u32>);

/// The exceptions of all documents.
struct Exceptions<'a> {
    ops: &'a Ops,
    list: Vec<Exception<'a>>,
    holding: BTreeSet<Key>,
}

struct Exception<'a> {
    file: FileId,
    allow: &'a Allow,
    rule: Option<&'static str>,
    is_expired: bool,
}

impl<'a> Exceptions<'a> {
    fn new(ops: &'a Ops, clock: Clock) -> Exceptions<'a> {
        let mut list = Vec::new();
        for document in ops.documents() {
            for allow in &document.allows {
                let today = clock.today(&ops.timezone(document.file));
                let is_expired = allow
                    .until
                    .as_ref()
                    .is_some_and(|until| until.value < today);
                list.push(Exception {
                    file: document.file,
                    allow,
                    rule: rules::get(&allow.rule.value).map(|rule| rule.name),
                    is_expired,
                });
            }
        }
        let holding = list.iter().filter(|exception| exception.holds());
        let holding = holding.flat_map(Exception::keys).collect();
        Exceptions { ops, list, holding }
    }

    fn cover(&self, finding: &Finding) -> bool {
        let mut keys = self.keys(finding);
        keys.any(|key| self.holding.contains(&key))
    }

    /// What an exception names was meant to stay, also where the exception has expired or gives no
    /// reason.
    fn withdraw_edits(&self, findings: &mut [Finding]) {
        let named: BTreeSet<Key> = self.list.iter().flat_map(Exception::keys).collect();
        for finding in findings {
            if self.keys(finding).any(|key| named.contains(&key)) {
                finding.edits.clear();
            }
        }
    }

    /// What could cover a finding.
    fn keys(&self, finding: &Finding) -> impl Iterator<Item = Key> + use<> {
        let file = finding.place.file();
        let rule = finding.rule;
        let line = match finding.place {
            Place::Bytes(span) => Some(self.ops.sources.line(span.file, span.start)),
            Place::File(_) | Place::Nowhere => None,
        };
        let whole_file = file.map(|file| (file, rule, None));
        let one_line = file.zip(line).map(|(file, line)| (file, rule, Some(line)));
        whole_file.into_iter().chain(one_line)
    }

    /// What was meant by each name that is none; many exceptions may share one.
    fn meant(&self) -> BTreeMap<&str, Option<&'static str>> {
        let unknown = self
            .list
            .iter()
            .filter(|exception| exception.rule.is_none());
        let names: BTreeSet<&str> = unknown.map(|e| e.allow.rule.value.as_str()).collect();
        names
            .into_iter()
            .map(|name| (name, rules::meant(name)))
            .collect()
    }

    /// What is wrong with the exceptions; `unknown` are the rules that could not judge everything.
    fn findings(
        &self,
        policy: &Policy,
        findings: &[Finding],
        unknown: &BTreeSet<&str>,
    ) -> Vec<Finding> {
        let is_judged = |rule: &str| policy.level(rule) > Level::Off && !unknown.contains(rule);
        let coverable: BTreeSet<Key> = findings.iter().flat_map(|f| self.keys(f)).collect();
        let meant = self.meant();
        let mut list = Vec::new();
        for rule in rules::all().filter(|rule| policy.level(rule.name) > Level::Off) {
            let Shape::Allow(check) = rule.shape else {
                continue;
            };
            let mut out = Findings::new(rule);
            for exception in &self.list {
                check(&exception.context(&coverable, &meant, is_judged), &mut out);
            }
            list.extend(out.into_parts().findings);
        }
        list
    }
}

impl Exception<'_> {
    fn holds(&self) -> bool {
        let allow = self.allow;
        allow.fault.is_none() && allow.reason.is_some() && !self.is_expired
    }

    fn keys(&self) -> Vec<Key> {
        let lines: Vec<Option<u32>> = match self.allow.reach {
            Reach::File => vec![None],
            Reach::Line(line) => vec![Some(line)],
            Reach::Lines { first, last } => (first..=last).map(Some).collect(),
        };
        let key = |line| Some((self.file, self.rule?, line));
        lines.into_iter().filter_map(key).collect()
    }

    fn context(
        &self,
        coverable: &BTreeSet<Key>,
        meant: &BTreeMap<&str, Option<&'static str>>,
        is_judged: impl Fn(&str) -> bool,
    ) -> AllowContext<'_> {
        let written = self.allow.rule.value.as_str();
        AllowContext {
            allow: self.allow,
            rule: self.rule,
            nearest: meant.get(written).copied().flatten(),
            covers: self.keys().iter().any(|key| coverable.contains(key)),
            is_judged: self.rule.is_some_and(is_judged),
            is_expired: self.is_expired,
        }
    }
}

fn judged(ops: &Ops, policy: &Policy, findings: Vec<Finding>) -> Vec<Judged> {
    let mut judged: Vec<Judged> = findings
        .into_iter()
        .map(|finding| Judged {
            level: finding.weigh(policy.level(finding.rule), false),
            answer: rules::get(finding.rule).and_then(|rule| rule.answer),
            finding,
        })
        .collect();
    sort(ops, &mut judged);
    judged
}

fn sort(ops: &Ops, judged: &mut [Judged]) {
    judged.sort_by(|a, b| order(ops, a).cmp(&order(ops, b)));
}

/// A total order: by answer (what serves all of them first), worst first, then rule, unit, place
/// and words.
fn order<'j>(ops: &'j Ops, judged: &'j Judged) -> impl Ord + use<'j> {
    let finding = &judged.finding;
    let path = finding.place.file().map(|file| ops.sources.path(file));
    (
        judged.answer,
        std::cmp::Reverse(judged.level),
        (finding.rule, &finding.unit, path, finding.place),
        (&finding.subject, &finding.message, &finding.labels),
    )
}
