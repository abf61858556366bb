//! An action item's owner who is declared nowhere.

use std::collections::{BTreeMap, BTreeSet};

use super::{Flaw, held, report_items};
use crate::model::postmortem::is_group;
use crate::model::{Stated, UnitView};
use crate::nearest::nearest;
use crate::rule::{Answer, Cause, Context, Findings, Group, Level, Rule, Shape};

pub(super) static RULE: Rule = Rule {
    name: "postmortems/unknown-owner",
    group: Group::Postmortems,
    answer: Some(Answer::Learn),
    level: Level::Warning,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "the owner of an open action item is declared nowhere",
    why: "A name that nobody has cannot be reminded: a slip of the keyboard, or somebody who has left.",
    fix: "Correct the name, declare the person under `people`, or add the name to their `handles`. Teams and the owners in `CODEOWNERS` are known.",
    params: &[],
    shape: Shape::Repository(check),
};

/// Names that are compared in a run to find what was probably meant; beyond it, a finding goes
/// without.
const PAIRS: usize = 50_000;

fn check(cx: &Context<'_>, out: &mut Findings) {
    let mut compared = 0;
    let mut by_unit: BTreeMap<&str, Option<Known>> = BTreeMap::new();
    for held in held(cx, out) {
        let unit = cx.ops.view_of(held.document.file);
        let known = by_unit.entry(unit.folder());
        let Some(known) = known.or_insert_with(|| Known::of(cx, unit)) else {
            continue;
        };
        let mut flaws = Vec::new();
        let mut names = BTreeSet::new();
        let mut meant = None;
        for item in held.report.open_items() {
            for owner in item
                .owners
                .iter()
                .filter(|owner| !known.holds(&owner.value))
            {
                compared += known.names.len();
                let near = nearest(&bare(&owner.value), known.names.iter().map(String::as_str));
                meant = meant.or(near.filter(|_| compared <= PAIRS));
                names.insert(owner.value.as_str());
                flaws.push(Flaw {
                    item,
                    span: owner.span,
                    says: "declared nowhere".to_owned(),
                });
            }
        }
        let message = match names.len() {
            1 => format!(
                "`{}` owns an action item and is declared nowhere",
                names.first().copied().unwrap_or_default()
            ),
            count => format!("{count} owners of action items are declared nowhere"),
        };
        if let Some(entry) = report_items(out, &flaws, message) {
            let help = match meant {
                Some(name) => format!(
                    "did you mean `{name}`? If not, declare the person under `people`, or add the name to their `handles`"
                ),
                None => "declare the person under `people`, or add the name to their `handles`"
                    .to_owned(),
            };
            held.tempered(entry).help(help);
        }
    }
}

/// Everybody who may own an item, in lower case and without `@`.
struct Known {
    names: BTreeSet<String>,
}

impl Known {
    /// Nothing if no people are declared: then every name is as good as any other.
    fn of(cx: &Context<'_>, unit: UnitView<'_>) -> Option<Known> {
        let mut names = BTreeSet::new();
        for unit in unit.around() {
            for person in unit.own_people() {
                names.insert(bare(&person.id.value));
                names.extend(person.handles.iter().map(|handle| bare(&handle.value)));
                for stated in [&person.name, &person.email] {
                    if let Stated::Known(name) = stated {
                        names.insert(bare(&name.value));
                        // "Ada" of "Ada Byron", "ada" of "ada@acme.example".
                        let first = name.value.split([' ', '@']).next();
                        names.extend(first.map(bare));
                    }
                }
            }
        }
        if names.is_empty() || names.iter().any(|name| name.starts_with("enc[")) {
            return None;
        }
        names.extend(cx.ops.all_owners().map(|owner| bare(&owner.value)));
        Some(Known { names })
    }

    fn holds(&self, owner: &str) -> bool {
        let name = bare(owner);
        let is_team_handle = name.contains('/');
        is_team_handle || self.names.contains(&name) || is_group(owner)
    }
}

fn bare(name: &str) -> String {
    name.trim().trim_start_matches('@').to_lowercase()
}
