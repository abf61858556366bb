//! Which action item of an older tree is which of a newer one.
//!
//! Items have no ids. People mend a typo, add an owner, turn a list into a table or rename the
//! document, and it is still the same item; what is said of it must not become new by that. The
//! matcher is a pure function, used wherever two states of documents are set side by side.
//!
//! Items are paired in steps, surest first, each among what is left: the same words in the same
//! document; the same tracker link; alike words in the same document; the same words in another
//! document; alike words there. *Alike* weighs the words that both have against all words of both,
//! where a word with a typo or another ending still counts and a word that every item has counts
//! little. An item keeps its identity where about half of its weight remains; the same owner, the
//! same due date and the same neighbours speak for it where that is close.
//!
//! What it refuses: to guess by position alone, to pair items with different trackers, and to take
//! two items for one because a number in them differs only a little: `node 3` is not `node 4`.

use std::collections::{BTreeMap, BTreeSet};

/// What an item is known by.
#[derive(Clone, Copy, Debug, Default)]
pub struct ItemTraits<'a> {
    /// The same number for the same document in both lists; whoever asks follows renames.
    pub document: usize,
    /// What is to be done, without marks of owner, date and state.
    pub text: &'a str,
    /// Where it is tracked.
    pub tracker: Option<&'a str>,
    pub owner: Option<&'a str>,
    pub due: Option<&'a str>,
}

/// Pairs of places in `old` and `new` that are the same item, in the order of `new`; no place is in
/// two pairs.
///
/// Both lists are in the order of their documents. The cost grows with the number of items times a
/// constant, whatever their words.
pub fn same_items(old: &[ItemTraits<'_>], new: &[ItemTraits<'_>]) -> Vec<(usize, usize)> {
    let mut matching = Matching::new(old, new);
    matching.pair_equal(
        |item| Some((item.traits.document, item.words.clone())),
        Repeats::InOrder,
    );
    matching.pair_equal(
        |item| Some((item.traits.document, item.traits.tracker?)),
        Repeats::Refused,
    );
    matching.pair_alike(Reach::Document);
    matching.pair_equal(|item| item.traits.tracker, Repeats::Refused);
    matching.pair_equal(
        |item| (item.weight >= TELLING).then(|| item.words.clone()),
        Repeats::Refused,
    );
    matching.pair_alike(Reach::Anywhere);
    let pairs = matching.old_of.iter().enumerate();
    pairs
        .filter_map(|(new, old)| Some(((*old)?, new)))
        .collect()
}

/// The part of 1 that must remain for items of one document to be taken for the same.
const ALIKE: f64 = 0.5;

/// The same across documents, where more items could be meant and none is expected.
const ALIKE_ANYWHERE: f64 = 0.75;

/// What an owner, a due date or a neighbour that stayed adds to the likeness of words.
const BONUS: f64 = 0.08;

/// Without this much likeness of words nothing else counts.
const LEAST: f64 = 0.36;

/// What it costs that each has a number that the other has not.
const OTHER_NUMBER: f64 = 0.25;

/// How much a word with a typo, or with another ending, counts.
const NEARLY: f64 = 0.8;

/// The weight of words that alone tell which item it is.
const TELLING: f64 = 2.5;

/// How much it counts at most that an item is held whole in another, which says more.
const HELD: f64 = 0.8;

/// How many of an item's rarest words are looked up, and how many items behind each of them: what
/// bounds the cost.
const LOOKED_UP: usize = 5;
const BEHIND_EACH: usize = 12;

/// Words of an item that are weighed; an item of more is a paragraph.
const WEIGHED: usize = 48;

/// Words of grammar, and those that say what kind of work it is. Items that share only these are
/// different items.
const COMMON: &[&str] = &[
    "a",
    "add",
    "all",
    "also",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "by",
    "can",
    "check",
    "create",
    "do",
    "ensure",
    "fix",
    "for",
    "from",
    "have",
    "how",
    "if",
    "implement",
    "improve",
    "in",
    "into",
    "investigate",
    "is",
    "it",
    "its",
    "make",
    "more",
    "need",
    "new",
    "not",
    "of",
    "on",
    "or",
    "our",
    "out",
    "review",
    "set",
    "should",
    "so",
    "that",
    "the",
    "their",
    "there",
    "this",
    "to",
    "up",
    "update",
    "use",
    "we",
    "when",
    "which",
    "will",
    "with",
    "write",
];

/// Words that half the items of any operations repository have.
const USUAL: &[&str] = &[
    "alert",
    "alerting",
    "alerts",
    "automate",
    "cluster",
    "config",
    "configuration",
    "database",
    "deploy",
    "deployment",
    "document",
    "documentation",
    "incident",
    "monitor",
    "monitoring",
    "process",
    "production",
    "runbook",
    "runbooks",
    "server",
    "service",
    "services",
    "team",
    "test",
    "testing",
    "tests",
];

/// A word by its place among all words.
type Word = usize;

/// All words of both lists.
#[derive(Default)]
struct Words {
    places: BTreeMap<String, Word>,
    texts: Vec<String>,
    /// Items that have each word.
    counts: Vec<usize>,
    weights: Vec<f64>,
}

/// An item as the matcher sees it.
struct Item<'a> {
    traits: ItemTraits<'a>,
    words: Vec<Word>,
    weight: f64,
}

impl Words {
    fn item<'a>(&mut self, traits: &ItemTraits<'a>) -> Item<'a> {
        let mut words = Vec::new();
        for text in split(traits.text).into_iter().take(WEIGHED) {
            let next = self.texts.len();
            let word = *self.places.entry(text.clone()).or_insert(next);
            if word == next {
                self.texts.push(text);
                self.counts.push(0);
            }
            words.push(word);
        }
        for word in words.iter().collect::<BTreeSet<_>>() {
            self.counts[*word] += 1;
        }
        Item {
            traits: *traits,
            words,
            weight: 0.0,
        }
    }

    /// Gives each word its weight, now that it is known how many items have it.
    fn weigh(&mut self, items: usize) {
        const FEW: usize = 8;
        for (text, count) in self.texts.iter().zip(&self.counts) {
            let is_in = |list: &[&str]| list.binary_search(&text.as_str()).is_ok();
            let weight: f64 = match () {
                () if is_in(COMMON) => 0.1,
                () if is_in(USUAL) => 0.5,
                () if is_number(text) => 1.2,
                () => 1.0,
            };
            let is_frequent = items >= FEW && count * 4 > items;
            self.weights
                .push(if is_frequent { weight.min(0.4) } else { weight });
        }
    }

    /// How alike the words of two items are, from 0 to 1.
    fn likeness(&self, one: &Item<'_>, other: &Item<'_>) -> f64 {
        let lesser = one.weight.min(other.weight);
        let (mut left, mut right) = (one.words.clone(), other.words.clone());
        let mut shared = self.take(&mut left, &mut right, |word, other| word == other);
        if shared * 4.0 < lesser {
            return 0.0;
        }
        let is_near = |word: Word, other: Word| is_near(&self.texts[word], &self.texts[other]);
        shared += NEARLY * self.take(&mut left, &mut right, is_near);
        let of_both = 2.0 * shared / (one.weight + other.weight).max(f64::MIN_POSITIVE);
        let is_held = lesser >= TELLING && shared >= 0.85 * lesser;
        let of_lesser = if is_held { HELD * shared / lesser } else { 0.0 };
        let has_number = |words: &[Word]| words.iter().any(|word| is_number(&self.texts[*word]));
        let differs = has_number(&left) && has_number(&right);
        of_both.max(of_lesser) - if differs { OTHER_NUMBER } else { 0.0 }
    }

    /// Takes the words out that both have; their weight.
    fn take(
        &self,
        left: &mut Vec<Word>,
        right: &mut Vec<Word>,
        is_same: impl Fn(Word, Word) -> bool,
    ) -> f64 {
        let mut shared = 0.0;
        left.retain(|word| {
            let Some(at) = right.iter().position(|other| is_same(*word, *other)) else {
                return true;
            };
            let other = right.swap_remove(at);
            shared += self.weights[*word].min(self.weights[other]);
            false
        });
        shared
    }
}

/// How equal keys that stand several times on a side are paired.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeats {
    InOrder,
    Refused,
}

/// Where the other one of a pair is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Document,
    Anywhere,
}

/// Old items by a word, within a document or anywhere.
type Index = BTreeMap<(usize, Word), Vec<usize>>;

/// Two lists of items, and what is paired so far.
struct Matching<'a> {
    old: Vec<Item<'a>>,
    new: Vec<Item<'a>>,
    old_of: Vec<Option<usize>>,
    new_of: Vec<Option<usize>>,
    words: Words,
}

impl<'a> Matching<'a> {
    fn new(old: &[ItemTraits<'a>], new: &[ItemTraits<'a>]) -> Matching<'a> {
        let mut words = Words::default();
        let mut items = |list: &[ItemTraits<'a>]| -> Vec<Item<'a>> {
            list.iter().map(|traits| words.item(traits)).collect()
        };
        let (mut olds, mut news) = (items(old), items(new));
        words.weigh(old.len() + new.len());
        for item in olds.iter_mut().chain(&mut news) {
            item.weight = item.words.iter().map(|word| words.weights[*word]).sum();
        }
        Matching {
            old: olds,
            new: news,
            old_of: vec![None; new.len()],
            new_of: vec![None; old.len()],
            words,
        }
    }

    fn pair(&mut self, old: usize, new: usize) {
        self.old_of[new] = Some(old);
        self.new_of[old] = Some(new);
    }

    fn pair_equal<K: Ord>(&mut self, key: impl Fn(&Item<'a>) -> Option<K>, repeats: Repeats) {
        let mut sides: BTreeMap<K, [Vec<usize>; 2]> = BTreeMap::new();
        let lists = [(&self.old, &self.new_of), (&self.new, &self.old_of)];
        for (side, (items, partners)) in lists.into_iter().enumerate() {
            for index in free(partners) {
                if let Some(key) = key(&items[index]) {
                    sides.entry(key).or_default()[side].push(index);
                }
            }
        }
        for [olds, news] in sides.into_values() {
            let is_one = olds.len() == 1 && news.len() == 1;
            if is_one || repeats == Repeats::InOrder {
                for (old, new) in olds.into_iter().zip(news) {
                    self.pair(old, new);
                }
            }
        }
    }

    fn pair_alike(&mut self, reach: Reach) {
        let needed = match reach {
            Reach::Document => ALIKE,
            Reach::Anywhere => ALIKE_ANYWHERE,
        };
        let index = self.index(reach);
        let mut alike = Vec::new();
        for new in free(&self.old_of) {
            for old in self.candidates(&index, reach, new) {
                let likeness = self.likeness(old, new);
                if likeness >= needed {
                    alike.push((likeness, new, old));
                }
            }
        }
        alike.sort_by(|one, other| {
            let by_likeness = other.0.total_cmp(&one.0);
            by_likeness.then((one.1, one.2).cmp(&(other.1, other.2)))
        });
        for (_, new, old) in alike {
            if self.old_of[new].is_none() && self.new_of[old].is_none() {
                self.pair(old, new);
            }
        }
    }

    /// The old items that are left, by their words.
    fn index(&self, reach: Reach) -> Index {
        let mut index = Index::new();
        for old in free(&self.new_of) {
            let item = &self.old[old];
            for word in item.words.iter().collect::<BTreeSet<_>>() {
                let key = (within(item, reach), *word);
                index.entry(key).or_default().push(old);
            }
        }
        index
    }

    /// Old items that share one of the rarest words; of many, those that stand nearest.
    fn candidates(&self, index: &Index, reach: Reach, new: usize) -> BTreeSet<usize> {
        let item = &self.new[new];
        let behind = |word: &Word| index.get(&(within(item, reach), *word));
        let mut lists: Vec<&Vec<usize>> = item.words.iter().filter_map(behind).collect();
        lists.sort_by_key(|list| list.len());
        let expected = new * self.old.len() / self.new.len();
        let mut candidates = BTreeSet::new();
        for list in lists.into_iter().take(LOOKED_UP) {
            let at = list.partition_point(|old| *old < expected);
            let start = at.saturating_sub(BEHIND_EACH / 2);
            candidates.extend(list[start..].iter().take(BEHIND_EACH));
        }
        candidates
    }

    /// How much speaks for it that two items are the same.
    fn likeness(&self, old: usize, new: usize) -> f64 {
        let (one, other) = (&self.old[old], &self.new[new]);
        let (was, is) = (&one.traits, &other.traits);
        let has_other_tracker = was.tracker.is_some() && is.tracker.is_some();
        if has_other_tracker && was.tracker != is.tracker {
            return 0.0;
        }
        let likeness = self.words.likeness(one, other);
        if likeness < LEAST || was.document != is.document {
            return likeness;
        }
        let reasons = [
            was.owner.is_some() && was.owner == is.owner,
            was.due.is_some() && was.due == is.due,
            old > 0 && new > 0 && self.old_of[new - 1] == Some(old - 1),
            self.old_of.get(new + 1).copied().flatten() == Some(old + 1),
        ];
        let reasons = reasons.into_iter().filter(|holds| *holds);
        reasons.fold(likeness, |likeness, _| likeness + BONUS)
    }
}

/// What an item is looked up by besides a word.
fn within(item: &Item<'_>, reach: Reach) -> usize {
    match reach {
        Reach::Document => item.traits.document,
        Reach::Anywhere => 0,
    }
}

fn free(partners: &[Option<usize>]) -> impl Iterator<Item = usize> {
    let places = partners.iter().enumerate();
    places
        .filter(|(_, partner)| partner.is_none())
        .map(|(place, _)| place)
}

/// Words in lower case; of scripts without blanks between words, pairs of characters.
fn split(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut words = Vec::new();
    for word in lower.split(|c: char| !c.is_alphanumeric()) {
        let characters: Vec<char> = word.chars().take(WEIGHED).collect();
        match characters.as_slice() {
            [] => {}
            [_, _, ..] if characters.iter().any(is_without_blanks) => {
                words.extend(characters.windows(2).map(String::from_iter));
            }
            whole => words.push(String::from_iter(whole)),
        }
    }
    words
}

/// Kana, Han and Hangul.
fn is_without_blanks(character: &char) -> bool {
    matches!(
        character,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
    )
}

fn is_number(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

/// Whether two words differ by a typo or an ending.
fn is_near(one: &str, other: &str) -> bool {
    const LONGEST: usize = 24;
    if is_number(one) || is_number(other) || one.len().max(other.len()) > LONGEST {
        return false;
    }
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let (shorter, longer) = (one.len().min(other.len()), one.len().max(other.len()));
    let stem = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    if stem >= 5 && longer - stem <= 5 && shorter - stem <= 2 {
        return true;
    }
    match shorter {
        0..=2 => false,
        3..=7 => distance(&one, &other) <= 1,
        _ => distance(&one, &other) <= 2,
    }
}

/// How many letters to insert, delete, replace or swap with their neighbour.
fn distance(one: &[char], other: &[char]) -> usize {
    let width = other.len() + 1;
    let mut rows = vec![(0..width).collect::<Vec<usize>>()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(a != b);
            let mut least = replaced.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Old and new text of what a reader takes for one item.
    const SAME: &[(&str, &str)] = &[
        ("Add an alert for disk usage", "Add an alert for disk usgae"),
        (
            "Add an alert for disk usage",
            "add alert on disk usage above 80%",
        ),
        (
            "Alert on certificate expiry",
            "Add alerting on certificate expiry, 14 days ahead",
        ),
        (
            "Write a runbook for Redis failover",
            "Document Redis failover in a runbook",
        ),
        ("Rotate the leaked API key", "Rotate leaked API keys"),
        (
            "Rotate the leaked API key",
            "Rotate the leaked API key in staging and production",
        ),
        (
            "Increase the connection pool of checkout",
            "Raise checkout connection pool limit",
        ),
        (
            "Document the restore of backups",
            "Document how backups are restored",
        ),
        ("Load test the queue", "Load-test the message queue"),
        (
            "Migrate sessions out of PostgreSQL",
            "Move the sessions from PostgreSQL to Redis",
        ),
        (
            "Investigate why failover took 20 minutes",
            "Find out why the failover took 20 minutes",
        ),
        (
            "`terraform plan` in CI",
            "Run terraform plan in CI on each pull request",
        ),
        (
            "Fix teh retry policy of the payment client",
            "Fix the retry policy of the payment client",
        ),
        (
            "Prevent deploys during migrations",
            "Prevent deploys while migrations run",
        ),
        (
            "Reduce DNS TTL to 60 seconds",
            "Reduce the DNS TTL to 60 seconds everywhere",
        ),
        ("Put a limit on upload size", "Limit upload size"),
        ("ディスク監視を追加する", "ディスク監視の追加"),
        (
            "Adicionar alerta de uso de disco",
            "Adicionar um alerta para o uso de disco",
        ),
        (
            "Add alerts for the queue and document how to drain it",
            "Document how to drain the queue",
        ),
    ];

    /// Texts of what a reader takes for two items, though they share words.
    const DIFFERENT: &[(&str, &str)] = &[
        (
            "Add an alert for disk usage",
            "Add an alert for certificate expiry",
        ),
        (
            "Add an alert for disk usage",
            "Write a runbook for full disks",
        ),
        ("Upgrade node 3", "Upgrade node 4"),
        (
            "Write a runbook for Redis failover",
            "Write a runbook for Kafka rebalancing",
        ),
        (
            "Document the restore of backups",
            "Document the deploy process",
        ),
        ("Rotate the leaked API key", "Add a rate limit to the API"),
        (
            "Add monitoring for the queue",
            "Add monitoring for the load balancer",
        ),
        (
            "Increase the connection pool of checkout",
            "Add a health check to checkout",
        ),
        (
            "Restart the service automatically",
            "Restore the database automatically",
        ),
        ("Fix the retry policy", "Fix the timeout"),
        (
            "Review IAM permissions of CI",
            "Review firewall rules of staging",
        ),
        ("Update the incident process", "Update the on-call rota"),
        ("Migrate to PostgreSQL 15", "Migrate sessions to Redis"),
        ("Test failover every quarter", "Test backups every month"),
        ("Improve alerts", "Improve documentation"),
        ("TODO", "Prevent deploys during migrations"),
    ];

    fn text(text: &str) -> ItemTraits<'_> {
        ItemTraits {
            text,
            ..ItemTraits::default()
        }
    }

    #[test]
    fn a_reworded_item_is_the_same_and_another_one_is_not() {
        let is_same =
            |pair: &&(&str, &str)| !same_items(&[text(pair.0)], &[text(pair.1)]).is_empty();
        let missed: Vec<_> = SAME.iter().filter(|pair| !is_same(pair)).collect();
        let false_friends: Vec<_> = DIFFERENT.iter().filter(is_same).collect();
        assert_eq!((missed, false_friends), (Vec::new(), Vec::new()));
    }

    #[test]
    fn order_repetition_and_an_item_that_was_split_do_not_confuse() {
        let old = [
            "Alert on disk usage",
            "Rotate the keys",
            "Follow up",
            "Follow up",
        ]
        .map(text);
        let new = [
            "Follow up",
            "Rotate the keys of CI",
            "Rotate the keys of staging",
            "Alert on disk usage",
            "Follow up",
        ];
        let pairs = same_items(&old, &new.map(text));
        assert_eq!(pairs, [(2, 0), (1, 1), (0, 3), (3, 4)]);
    }

    #[test]
    fn a_tracker_link_outlives_all_words_and_forbids_another_one() {
        let tracked = |words, link| ItemTraits {
            tracker: Some(link),
            ..text(words)
        };
        let old = [tracked("Alert on disk usage", "acme/shop#7")];
        let reworded = [tracked(
            "Page somebody before volumes fill up",
            "acme/shop#7",
        )];
        let other = [tracked("Alert on disk usages", "acme/shop#8")];
        assert_eq!(same_items(&old, &reworded), [(0, 0)]);
        assert_eq!(same_items(&old, &other), []);
    }

    #[test]
    fn owner_date_and_neighbours_help_where_words_are_close() {
        let old = [
            text("Alert on disk usage"),
            text("Prevent deploys during migrations"),
            text("Rotate the keys"),
        ];
        let new = [
            text("Alert on disk usage"),
            text("Block deploys while migrations run"),
            text("Rotate the keys"),
        ];
        assert_eq!(same_items(&old[1..2], &new[1..2]), []);
        assert_eq!(same_items(&old, &new), [(0, 0), (1, 1), (2, 2)]);
    }

    #[test]
    fn an_item_may_move_to_another_document_with_its_words() {
        let in_other = |words| ItemTraits {
            document: 1,
            ..text(words)
        };
        let old = [text("Alert on certificate expiry in staging")];
        let moved = [in_other("Alert on certificate expiry in staging too")];
        let another = [in_other("Alert on certificate rotation")];
        assert_eq!(same_items(&old, &moved), [(0, 0)]);
        assert_eq!(same_items(&old, &another), []);
    }

    #[test]
    fn word_lists_are_sorted() {
        assert!(COMMON.is_sorted() && USUAL.is_sorted());
    }

    #[test]
    fn many_items_are_compared_with_few_each() {
        let old: Vec<String> = (0..5_000)
            .map(|n| format!("Add the same alert {n}"))
            .collect();
        let new: Vec<String> = (0..5_000)
            .map(|n| format!("Add this same alert {n} soon"))
            .collect();
        let old: Vec<ItemTraits<'_>> = old.iter().map(|words| text(words)).collect();
        let new: Vec<ItemTraits<'_>> = new.iter().map(|words| text(words)).collect();
        assert_eq!(same_items(&old, &new).len(), 5_000);
    }
}
