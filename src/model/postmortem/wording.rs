//! What the words of a post-mortem say of people, of the cause and to customers.
//!
//! Each of these is a judgement on prose and therefore narrow: "failed to" is nearly always said of
//! a system, "what went wrong" is a heading, "fault" a technical term, and a lazy thing is a loaded
//! one. Only a person as the subject, and a person's error as the cause, are told. What stands in
//! quotation marks is somebody else's word.

use std::sync::LazyLock;

use super::prose::Prose;
use super::sentence::{self, Sentence};
use super::{Content, PostMortem, Section};
use crate::binary::binary;
use crate::model::outline::blocks;
use crate::parse::markdown::Markdown;
use crate::text::Spanned;
use crate::vocabulary::{self, Sieve};

/// What was told of the words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    /// Sentences that charge a person, in document order; one that charges several names stands
    /// here for each of them.
    pub blame: Vec<Spanned<Charge>>,
    /// A root cause that explains nothing.
    pub shallow_cause: Option<Spanned<Shallow>>,
    /// Whether it says anywhere that those outside were told, or need not be.
    pub tells_customers: bool,
}

binary!(struct Wording { blame, shallow_cause, tells_customers });

/// A sentence that charges a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub blame: Blame,
    /// The name, in lower case, that is a person's only if somebody is declared by it; none where
    /// the document itself says that it is one.
    pub if_declared: Option<Box<str>>,
}

binary!(struct Charge { blame, if_declared });

/// How a sentence charges a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blame {
    /// "human error" as a cause.
    HumanError,
    /// "she forgot to", "Ada should have".
    Failing,
    /// "Ada accidentally deleted".
    Damage,
    /// "Ada's fault".
    Charge,
}

binary!(
    enum Blame {
        HumanError,
        Failing,
        Damage,
        Charge,
    }
);

/// Why a root cause explains nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shallow {
    /// It is a person's error and no more.
    HumanError,
    /// It is one line that says what the title says.
    Title,
}

binary!(
    enum Shallow {
        HumanError,
        Title,
    }
);

/// Sections in which a cause is given.
const CAUSES: &[&str] = &["root-cause", "contributing-factors", "five-whys"];

/// What makes a role a person.
const ARTICLES: &[&str] = &["the", "The", "our", "Our", "this", "This", "that"];

/// No sentence that explains is shorter; in words.
const SHORT: usize = 12;

pub(super) fn read(report: &PostMortem, markdown: &Markdown<'_>, title: Option<&str>) -> Wording {
    let people = people(report);
    let cause = cause(report);
    let (mut charges, mut of_cause) = (Vec::new(), Vec::new());
    sentence::each(report, markdown, |sentence| {
        let said = blame(&sentence, &people);
        let is_of_cause = cause.is_some() && sentence.section.is_some();
        let Some(span) = sentence.span().filter(|_| is_of_cause || !said.is_empty()) else {
            return;
        };
        charges.extend(said.into_iter().map(|charge| Spanned::new(charge, span)));
        if cause.is_some_and(|cause| cause.body.contains(span)) {
            of_cause.push(Spanned::new(sentence.text().to_owned(), span));
        }
    });
    Wording {
        blame: charges,
        shallow_cause: shallow_cause(&of_cause, title.unwrap_or_default()),
        tells_customers: tells_customers(report, markdown),
    }
}

/// Whether an owner is a team or a function rather than a person.
pub fn is_group(owner: &str) -> bool {
    is("group", owner)
}

/// Whether nobody can see when such an item is done.
pub(super) fn is_vague(text: &str) -> bool {
    /// Whoever says more says what.
    const WORDS: usize = 3;
    let words = vocabulary::normalise(text);
    vocabulary::names("wording", "vague", &words)
        || (words.split(' ').count() <= WORDS
            && vocabulary::names("wording", "vague-start", &words))
}

/// People whom the document names, each part of a name by itself, normalised and sorted.
fn people(report: &PostMortem) -> Vec<String> {
    /// Shorter ones are initials, or words of grammar.
    const LEAST: usize = 3;
    let owners = report.action_items.iter().flat_map(|item| &item.owners);
    let mut people: Vec<String> = Vec::new();
    for name in report.authors.iter().chain(owners) {
        let parts = name
            .value
            .split_whitespace()
            .filter(|_| !is_group(&name.value));
        let parts = parts.map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()));
        let names = parts
            .filter(|part| part.chars().count() >= LEAST && part.starts_with(char::is_uppercase));
        people.extend(names.map(str::to_lowercase));
    }
    people.sort_unstable();
    people.dedup();
    people
}

/// Whatever charges somebody holds one of these; few sentences do.
static CHARGING: LazyLock<Sieve> =
    LazyLock::new(|| Sieve::new("wording", &["charge", "damage", "failing"]));

fn blame(sentence: &Sentence<'_>, people: &[String]) -> Vec<Charge> {
    let certain = |blame| Charge {
        blame,
        if_declared: None,
    };
    let is_cause = sentence.section.is_some_and(|name| CAUSES.contains(&name));
    if is_cause && is_human_error(sentence.text()) {
        return vec![certain(Blame::HumanError)];
    }
    if !CHARGING.may_match(sentence.text()) {
        return Vec::new();
    }
    let text = unquoted(sentence.text());
    let words: Vec<&str> = text.split_whitespace().collect();
    let of_people = (0..words.len()).find_map(|at| charge(&words, at, people));
    match of_people {
        Some(blame) => vec![certain(blame)],
        None => charges_of_names(&words),
    }
}

/// What is said of whatever may be a name: whether it is a person's is known where all documents
/// are.
fn charges_of_names(words: &[&str]) -> Vec<Charge> {
    /// No sentence charges more people.
    const MOST: usize = 5;
    let charges = (0..words.len()).filter_map(|at| charge_of_name(words, at));
    charges.take(MOST).collect()
}

fn charge_of_name(words: &[&str], at: usize) -> Option<Charge> {
    let name = words[at].trim_end_matches("'s").trim_end_matches("’s");
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    if !name.starts_with(char::is_uppercase) {
        return None;
    }
    let name = name.to_lowercase();
    let blame = charge(words, at, std::slice::from_ref(&name))?;
    Some(Charge {
        blame,
        if_declared: Some(name.into()),
    })
}

fn is_human_error(text: &str) -> bool {
    static HUMAN_ERROR: LazyLock<Sieve> = LazyLock::new(|| Sieve::new("wording", &["human-error"]));
    if !HUMAN_ERROR.may_match(text) {
        return false;
    }
    // Before the tail in brackets is cut off by the normal form.
    let words = vocabulary::normalise(&unquoted(text).replace(['(', ')'], " "));
    vocabulary::names("wording", "human-error", &words)
        && !vocabulary::names("wording", "no-human-error", &words)
}

/// What is said of the person at a word, if it is one and something is.
fn charge(words: &[&str], at: usize, people: &[String]) -> Option<Blame> {
    let named = is_named(words[at], people);
    if !named && !is_pronoun(words[at]) && !is_role(words, at) {
        return None;
    }
    // A comma or full stop behind a person ends what is said of them.
    if words[at].ends_with([',', '.', ':', ';', ')']) && !words[at].ends_with("'s") {
        return None;
    }
    if is_charged(words, at) {
        return Some(Blame::Charge);
    }
    let rest = words[at + 1..].iter().take(12).copied();
    let rest: Vec<&str> = rest.collect();
    let said = rest.iter().position(|word| !is("between", word))?;
    let said = rest[said..].join(" ");
    if is("failing", &said) && !is("spared", &said) {
        return Some(Blame::Failing);
    }
    let (adverb, act) = said.split_once(' ')?;
    // What a role does by accident is told without a name, and what it does without care is not.
    let is_charge = is("carelessly", adverb) && (named || is("judging", adverb));
    let is_damage = is_charge && is("damage", act);
    is_damage.then_some(Blame::Damage)
}

/// "Ada's fault", "the fault of Ada", "blame lies with Ada".
fn is_charged(words: &[&str], at: usize) -> bool {
    let is_owner = words[at].ends_with("'s") || words[at].ends_with("’s");
    let next = words.get(at + 1);
    if is_owner && next.is_some_and(|word| is("charge", word)) {
        return true;
    }
    let before = |back: usize| at.checked_sub(back).map(|index| words[index]);
    before(1) == Some("of") && before(2).is_some_and(|word| is("charge", word))
}

fn is_named(word: &str, people: &[String]) -> bool {
    let name = word.trim_end_matches("'s").trim_end_matches("’s");
    if let Some(handle) = name.strip_prefix('@') {
        let is_handle = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        return !handle.is_empty() && handle.chars().all(is_handle);
    }
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    name.starts_with(char::is_uppercase) && people.binary_search(&name.to_lowercase()).is_ok()
}

fn is_pronoun(word: &str) -> bool {
    matches!(word, "I" | "he" | "He" | "she" | "She")
}

/// "the engineer", "the on-call engineer".
fn is_role(words: &[&str], at: usize) -> bool {
    let before = &words[at.saturating_sub(3)..at];
    // Asked of every word, so that the vocabulary is asked last.
    before.iter().any(|word| ARTICLES.contains(word)) && is("role", words[at])
}

fn is(name: &str, text: &str) -> bool {
    vocabulary::names("wording", name, &vocabulary::normalise(text))
}

/// A text with what stands in quotation marks blanked out.
fn unquoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut closing = None;
    for character in text.chars() {
        match (closing, character) {
            (Some(end), _) if character == end => closing = None,
            (Some(_), _) => continue,
            (None, '"') => closing = Some('"'),
            (None, '“' | '„') => closing = Some('”'),
            (None, '«') => closing = Some('»'),
            (None, _) => {}
        }
        out.push(character);
    }
    out
}

/// The section that gives the root cause, if no other does and it may be too short.
fn cause(report: &PostMortem) -> Option<&Section> {
    let mut causes = report.sections.iter();
    let cause = causes.find(|section| section.concept == "root-cause")?;
    let is_elsewhere = ["contributing-factors", "five-whys"];
    let is_all = !is_elsewhere.iter().any(|concept| report.has(concept));
    (is_all && is_short(cause)).then_some(cause)
}

/// The root cause, if all of it is one short sentence that explains nothing.
fn shallow_cause(sentences: &[Spanned<String>], title: &str) -> Option<Spanned<Shallow>> {
    let [only] = sentences else {
        return None;
    };
    let text = only.value.as_str();
    let shallow = match () {
        () if text.split_whitespace().count() > SHORT => return None,
        () if is_human_error(text) => Shallow::HumanError,
        () if restates(text, title) => Shallow::Title,
        () => return None,
    };
    Some(Spanned::new(shallow, only.span))
}

/// Nothing but one sentence fits in it: neither code nor a table that explains.
fn is_short(section: &Section) -> bool {
    const LONGEST: usize = 160;
    section.content == Content::Something && section.body.range().len() <= LONGEST
}

/// Whether every telling word of a sentence stands in the title.
fn restates(text: &str, title: &str) -> bool {
    /// Words this short tell nothing.
    const GRAMMAR: usize = 3;
    let title = vocabulary::normalise(title);
    let title: Vec<&str> = title.split(' ').collect();
    let text = vocabulary::normalise(text);
    let mut telling = text
        .split(' ')
        .filter(|word| word.chars().count() > GRAMMAR);
    let mut count = 0;
    let is_in_title = telling.all(|word| {
        count += 1;
        title.contains(&word)
    });
    is_in_title && count >= 2
}

/// Whatever tells customers something holds one of these.
static TELLING: LazyLock<Sieve> = LazyLock::new(|| Sieve::new("wording", &["told", "telling"]));

fn tells_customers(report: &PostMortem, markdown: &Markdown<'_>) -> bool {
    let follow_up = report.section("follow-up");
    if follow_up.is_some_and(|section| section.content == Content::Something) {
        return true;
    }
    blocks(markdown).any(|(id, block)| {
        if !block.kind.is_text() || !TELLING.may_match(markdown.source.slice(block.span)) {
            return false;
        }
        let text = Prose::of_block(markdown, id).text;
        let words = vocabulary::normalise(&text.replace(['(', ')', '.', ',', '/', ':'], " "));
        let concepts = vocabulary::concepts("wording", &words);
        let names = |concept| concepts.contains(&concept);
        names("told") || (names("outside") && names("telling"))
    })
}
