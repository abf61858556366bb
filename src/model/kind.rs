//! What a document is, by its path and its content.
//!
//! A path suggests and content decides: a folder of incidents holds an index too, and a post-mortem
//! may lie anywhere. Every decision carries a reason that `prepcheck files` prints.

use super::outline::Outline;
use super::{Kind, PathFacts, runbook};
use crate::vocabulary;

/// Sections that tell a post-mortem from other reports.
const POSTMORTEM_MARKS: &[&str] = &[
    "timeline",
    "root-cause",
    "contributing-factors",
    "went-well",
    "went-poorly",
    "lucky",
    "five-whys",
    "lessons",
];

/// Further sections that post-mortems share with other documents.
const POSTMORTEM_SECTIONS: &[&str] = &[
    "action-items",
    "impact",
    "summary",
    "resolution",
    "detection",
    "date",
    "duration",
    "severity",
    "author",
];

/// Sections that tell a runbook from other documents.
const RUNBOOK_MARKS: &[&str] = &["mitigation", "diagnosis", "meaning"];

const RUNBOOK_SECTIONS: &[&str] = &[
    "impact",
    "symptoms",
    "verification",
    "escalation",
    "rollback",
    "prerequisites",
    "prevention",
];

/// What a document is called, in words.
pub(super) struct Titles {
    /// Its first heading, else its file's name.
    pub shown: String,
    /// In its front matter.
    pub listed: Option<String>,
    /// Whether it names a report and behind a colon or dash what that is about: `Postmortem: …`.
    pub is_of_one: bool,
}

/// Whether a title says, behind a colon or dash, of what it is the report.
pub(super) fn is_of_one(title: &str) -> bool {
    let end = title.find([':', '：', '–', '—']).into_iter();
    let Some(end) = end.chain(title.find(" - ")).min() else {
        return false;
    };
    let (kind, about) = title.split_at(end);
    let about = about.trim_matches(|c: char| !c.is_alphanumeric() && !"[<{".contains(c));
    vocabulary::names("postmortem", "title-kind", &vocabulary::normalise(kind))
        && about.starts_with(char::is_alphanumeric)
}

/// What a Markdown document is, and why.
pub(super) fn of_markdown(facts: &PathFacts, titles: &Titles, outline: &Outline) -> (Kind, String) {
    let signs = Signs::read(facts, titles, outline);
    if signs.is_template() {
        return (Kind::Template, signs.because("a template"));
    }
    if facts.is_index && !signs.is_own_report() {
        return (Kind::Other, "a page about its folder".to_owned());
    }
    if signs.titled("runbook", "title-about") {
        return (
            Kind::Other,
            "a page about documents of this kind".to_owned(),
        );
    }
    match facts.hint {
        Some(Kind::Postmortem) => signs.below_postmortems(),
        Some(hint) => signs.below_hint(hint),
        None => signs.by_content(),
    }
}

/// What was seen of one document.
struct Signs<'d> {
    facts: &'d PathFacts,
    titles: &'d Titles,
    postmortem_marks: usize,
    postmortem_sections: usize,
    runbook_marks: usize,
    runbook_sections: usize,
    has_code: bool,
    has_commands: bool,
    has_numbers: bool,
}

impl<'d> Signs<'d> {
    fn read(facts: &'d PathFacts, titles: &'d Titles, outline: &'d Outline) -> Signs<'d> {
        Signs {
            facts,
            titles,
            postmortem_marks: outline.count("postmortem", POSTMORTEM_MARKS),
            postmortem_sections: outline.count("postmortem", POSTMORTEM_SECTIONS),
            runbook_marks: outline.count("runbook", RUNBOOK_MARKS),
            runbook_sections: outline.count("runbook", RUNBOOK_SECTIONS),
            has_code: outline.has_code,
            has_commands: outline.has_commands,
            has_numbers: outline.has_numbers,
        }
    }

    fn is_template(&self) -> bool {
        let names_report = self.facts.hint == Some(Kind::Postmortem)
            || self.titled("postmortem", "title-postmortem")
            || self.runbook_marks + self.postmortem_marks > 0;
        // A report on a broken template bears a date.
        let is_named = self.facts.is_template
            || (!self.facts.is_dated
                && !self.facts.is_index
                && self.titled("postmortem", "title-template"));
        is_named && names_report
    }

    /// A README that is the report itself: in a folder named by the date, or titled as one.
    fn is_own_report(&self) -> bool {
        (self.facts.is_dated && self.postmortem_marks > 0)
            || (self.titles.is_of_one && self.postmortem_marks >= 2)
    }

    fn below_postmortems(&self) -> (Kind, String) {
        let is_report = self.titled("postmortem", "title-named")
            || self.postmortem_marks > 0
            || self.postmortem_sections >= 2
            || self.titled("postmortem", "title-postmortem");
        let is_about = self.titled("postmortem", "title-kind")
            && self.postmortem_marks + self.postmortem_sections == 0;
        if self.facts.is_dated || (is_report && !is_about) {
            return (Kind::Postmortem, self.because("in"));
        }
        if self.runbook_marks >= 2 {
            return (
                Kind::Runbook,
                "its headings are those of a runbook".to_owned(),
            );
        }
        (Kind::Other, "no section of a post-mortem".to_owned())
    }

    fn below_hint(&self, hint: Kind) -> (Kind, String) {
        if self.postmortem_marks >= 3 && self.facts.is_dated {
            return (
                Kind::Postmortem,
                "its headings are those of a post-mortem".to_owned(),
            );
        }
        if hint == Kind::Runbook && self.is_advice() {
            return (
                Kind::Other,
                "its title names advice, and no steps stand below".to_owned(),
            );
        }
        (hint, self.because("in"))
    }

    /// Whether it is for quiet days, though it lies among runbooks.
    fn is_advice(&self) -> bool {
        let has_steps = self.has_code || self.runbook_marks > 0;
        !has_steps
            && self.titled("runbook", "title-advice")
            && !runbook::names_incident(&self.titles.shown)
    }

    fn by_content(&self) -> (Kind, String) {
        let by = |kind, reason: &str| (kind, reason.to_owned());
        if self.is_report() {
            return by(Kind::Postmortem, "its headings are those of a post-mortem");
        }
        if self.titled("plan", "title-oncall") {
            return by(Kind::Oncall, "its title names on-call duty or escalation");
        }
        if self.titled("plan", "title-plan") {
            return by(
                Kind::IncidentPlan,
                "its title names the response to incidents",
            );
        }
        let is_listed = |title: &String| vocabulary::names("runbook", "title-runbook", title);
        if self.titled("runbook", "title-runbook") || self.titles.listed.iter().any(is_listed) {
            return by(Kind::Runbook, "its title names a runbook");
        }
        if self.has_commands && self.titled("runbook", "title-operation") {
            return by(
                Kind::Runbook,
                "its title names an operation, and commands stand below",
            );
        }
        let names_incident = runbook::names_incident(&self.titles.shown);
        if self.has_code && names_incident {
            return by(
                Kind::Runbook,
                "its title names a common incident, and commands stand below",
            );
        }
        // Steps in consoles are numbered where others have commands.
        if self.has_numbers && self.facts.is_of_alerts && names_incident {
            return by(
                Kind::Runbook,
                "its title names a common incident, and it lies beside alerts",
            );
        }
        let others = if self.facts.is_of_faults { 1 } else { 2 };
        if self.runbook_marks >= 2 || (self.runbook_marks == 1 && self.runbook_sections >= others) {
            return by(Kind::Runbook, "its headings are those of a runbook");
        }
        by(Kind::Other, "nothing in it names an operations document")
    }

    /// Whether it is a post-mortem wherever it lies.
    fn is_report(&self) -> bool {
        let is_titled = self.titled("postmortem", "title-postmortem");
        let is_likely = is_titled || self.facts.is_dated;
        let is_named = self.titled("postmortem", "title-named");
        self.postmortem_marks >= 3
            || (self.postmortem_marks >= 2 && is_likely)
            || (self.facts.is_dated && (is_titled || is_named))
            || (self.titles.is_of_one && self.postmortem_marks + self.postmortem_sections >= 2)
    }

    fn titled(&self, group: &str, concept: &str) -> bool {
        vocabulary::names(group, concept, &self.titles.shown)
    }

    fn because(&self, how: &str) -> String {
        match &self.facts.because {
            Some(words) => format!("{how} `{words}`"),
            None => how.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_says_of_what_it_is_the_report() {
        for (title, expected) in [
            ("Postmortem: checkout down", true),
            ("Incident Post-Mortem – checkout", true),
            ("ポストモーテム：検索が遅い", true),
            ("Incident report - 2026-06-12", true),
            ("Postmortem: [title]", false),
            ("Postmortem:", false),
            ("Post-mortem process", false),
            ("Incident report generator: how it works", false),
        ] {
            assert_eq!(is_of_one(title), expected, "{title}");
        }
    }
}
