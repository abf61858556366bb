//! No drill within a year.

use jiff::civil::Date;

use crate::model::{Document, NativeName, Stated, UnitView};
use crate::rule::{
    Cause, Context, Days, Findings, Group, Level, Param, Rule, Shape, Stricter, Subject,
};
use crate::text::Spanned;

pub(super) static RULE: Rule = Rule {
    name: "answers/never-exercised",
    group: Group::Answers,
    answer: None,
    level: Level::Note,
    causes: &[Cause::Clock, Cause::Content],
    since: "0.1.0",
    summary: "the team has not rehearsed an incident within a year",
    why: "A plan that nobody has walked through fails at the first step that has changed since. An hour with a made-up incident shows which one that is.",
    fix: "Make up an incident, walk through it with these documents, correct what did not fit, and set `exercised:` in `ops/preparedness.yaml` to the day.",
    params: &[&MAX_AGE],
    shape: Shape::Repository(check),
};

static MAX_AGE: Param<Days> = Param {
    name: "max-age",
    default: Days(365),
    help: "how long a drill counts",
    stricter: Stricter::Smaller,
};

fn check(cx: &Context<'_>, out: &mut Findings) {
    for unit in cx.units() {
        let Some(file) = native(unit) else {
            continue;
        };
        match unit.slot(SLOT) {
            Some(Stated::Known(date)) => judge(cx, unit, file, date, out),
            Some(Stated::Missing) | None if !is_said_outside(unit) => missing(unit, file, out),
            // The schema says what is no text, and what is given in another way is given.
            _ => {}
        }
    }
}

const SLOT: &str = "exercised";

fn native(unit: UnitView<'_>) -> Option<&Document> {
    let mut documents = unit.documents();
    documents.find(|document| document.native == Some(NativeName::Preparedness))
}

/// Whether a unit around this one has its own word on drills: a date that is inherited, or the
/// same finding.
fn is_said_outside(unit: UnitView<'_>) -> bool {
    let Some(parent) = unit.parent() else {
        return false;
    };
    native(parent).is_some() || is_said_outside(parent)
}

fn missing(unit: UnitView<'_>, file: &Document, out: &mut Findings) {
    if file.is_cut {
        let reason = "what stands behind the fault in its file was not read";
        out.not_assessed(unit.folder(), reason.to_owned());
        return;
    }
    let key = file.keys.get(SLOT).copied();
    let message = "no drill is on record";
    out.at(subject(), key.unwrap_or(file.first_line), message)
        .cause(Cause::Content)
        .unit(unit.folder())
        .help("rehearse an incident, then write its day, such as `exercised: 2026-09-14`");
}

fn judge(
    cx: &Context<'_>,
    unit: UnitView<'_>,
    file: &Document,
    written: &Spanned<String>,
    out: &mut Findings,
) {
    let today = cx.clock.today(&cx.ops.timezone(written.span.file));
    let Some(drill) = date(&written.value) else {
        // Its form is the schema's business; here is left what looks like a date and is none.
        if file
            .faults
            .iter()
            .all(|fault| fault.pointer != "/exercised")
        {
            out.at(
                subject(),
                written.span,
                "this is no day of the calendar, so the last drill is not known",
            )
            .cause(Cause::Content)
            .unit(unit.folder())
            .help("write the day as in `exercised: 2026-09-14`");
        }
        return;
    };
    let age = (today - drill).get_days();
    let limit = cx.get(&MAX_AGE);
    let message = match u32::try_from(age) {
        Err(_) => format!(
            "the last drill is dated {}, and today is {today}",
            days_ahead(-age)
        ),
        Ok(days) if Days(days) <= limit => return,
        Ok(days) => format!("the last drill was {} ago, {limit} allowed", Days(days)),
    };
    let help = match age < 0 {
        true => "write the day of the last drill that took place",
        false => "rehearse an incident, then update `exercised:`",
    };
    out.at(subject(), written.span, message)
        .unit(unit.folder())
        .help(help);
}

fn subject() -> Subject {
    Subject::Slot(SLOT.to_owned())
}

fn days_ahead(days: i32) -> String {
    match days {
        1 => "1 day ahead".to_owned(),
        days => format!("{days} days ahead"),
    }
}

/// A day written `YYYY-MM-DD`, and nothing else.
fn date(text: &str) -> Option<Date> {
    let is_day = text.len() == "2026-11-23".len();
    text.parse().ok().filter(|_| is_day)
}
