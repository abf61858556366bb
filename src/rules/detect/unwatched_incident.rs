//! No alert watches disks, certificates or outside services.

use crate::model::UnitView;
use crate::rule::{
    Answer, Cause, Context, Extent, Findings, Group, Level, Place, Rule, Shape, Subject,
};
use crate::rules::words::listed;

pub(super) static RULE: Rule = Rule {
    name: "detect/unwatched-incident",
    group: Group::Detect,
    answer: Some(Answer::Detect),
    level: Level::Note,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "the alert rules watch no disks, certificates or outside services",
    why: "Disks fill, certificates expire and providers fail without any change of yours, so nothing but an alert announces them.",
    fix: "Add an alert named for each, or watch them in the tool that is linked under `detect: monitoring:`.",
    params: &[],
    shape: Shape::Repository(check),
};

/// What no deployment announces, with the words for it.
const SILENT: &[(&str, &str)] = &[
    ("disk-full", "disks"),
    ("certificate-expiry", "certificates"),
    ("external-outage", "outside services"),
];

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        // Without alert rules in the repository nobody knows here what is watched.
        let Some(first) = unit.own_alerts().next() else {
            continue;
        };
        let unwatched = unwatched(unit);
        // What the unit around does not watch either is said there.
        let around = unit.parent();
        let is_said = around.is_some_and(|parent| parent.own_alerts().next().is_some());
        if unwatched.is_empty() || is_said {
            continue;
        }
        let message = format!("no alert is named for {}", listed(&unwatched));
        let subject = Subject::Slot("detect.alerts".to_owned());
        let parts = unwatched
            .iter()
            .map(|what| Subject::Section((*what).to_owned()));
        out.add(subject, Place::Bytes(first.name.span), message)
            .extent(Extent::Parts(parts.collect()))
            .unit(unit.folder())
            .here("the first alert here")
            .help("add an alert for each");
    }
}

fn unwatched(unit: UnitView<'_>) -> Vec<&'static str> {
    let watched = unit.watched_incidents();
    let silent = SILENT
        .iter()
        .filter(|(incident, _)| !watched.contains(incident));
    silent.map(|(_, words)| *words).collect()
}
