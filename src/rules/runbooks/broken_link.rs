//! A link of an operations document leads nowhere.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::{Dead, Document, Hosted, Kind, Lead, Promise};
use crate::rule::{Answer, Cause, Context, Entry, Findings, Group, Level, Rule, Shape, Subject};
use crate::text::Span;

pub(super) static RULE: Rule = Rule {
    name: "runbooks/broken-link",
    group: Group::Runbooks,
    answer: Some(Answer::Fix),
    level: Level::Error,
    causes: &[Cause::Content],
    since: "0.1.0",
    summary: "a link in an operations document leads nowhere",
    why: "In an incident nobody has the time to search for the page that was meant, and an image that is missing may be the one that shows which switch to turn.",
    fix: "Correct the path or the anchor, or drop the link. A link without a target, to a `file:` or with a slip in its `https` leads nowhere whatever is there. A path is right if GitHub finds it, or if the generator of a site would: without an ending, as `.html`, from the site's root. What git ignores is not there for others; what a template writes and what leads out of the repository is not judged. The path of an alert's runbook may also begin at the repository's root. Its full address on a code host is judged if most addresses that begin like it are files of this repository.",
    params: &[],
    shape: Shape::Repository(check),
};

/// A longer target is cut in messages, to so many characters.
const SHOWN: usize = 100;

/// So many anchors are looked for in other pages.
const SOME_LOOKED_AT: usize = 20;

/// So many further links to one target are pointed at.
const MORE: usize = 9;

fn check(cx: &Context<'_>, out: &mut Findings) {
    // What a template links to lies where its copies will be.
    let documents = cx.ops.documents();
    for document in documents.filter(|document| document.kind != Kind::Template) {
        let mut targets: BTreeMap<&str, Vec<Promise<'_>>> = BTreeMap::new();
        for promise in document.promises() {
            targets.entry(promise.target).or_default().push(promise);
        }
        report_dead(out, document);
        let is_part = is_part_of_larger(cx, document, targets.keys().copied());
        for (target, promises) in targets {
            if is_part && target.starts_with('#') {
                continue;
            }
            match cx.ops.leads.of(document.file, target) {
                Lead::Unknown | Lead::Folder => {}
                Lead::Nowhere { meant } => {
                    report_path(cx, out, document, &promises, meant.as_deref());
                }
                Lead::File(path) => report_anchor(cx, out, path, &promises),
            }
        }
    }
}

/// Reports what leads nowhere whatever is there, each target once.
fn report_dead(out: &mut Findings, document: &Document) {
    let mut targets: BTreeMap<&str, (Dead, Vec<Span>)> = BTreeMap::new();
    for (link, dead) in document.dead_links() {
        let (_, spans) = targets.entry(&link.target).or_insert((dead, Vec::new()));
        spans.push(link.span);
    }
    for (target, (dead, spans)) in targets {
        let target_shown = shown(target);
        let (message, help) = match dead {
            Dead::Empty => (
                "a link has no target".to_owned(),
                "write the path or address behind it, or drop the link",
            ),
            Dead::File => (
                format!("the link to `{target_shown}` leads to a file of one computer"),
                "link to a file of the repository, or to where all can reach it",
            ),
            Dead::Scheme => (
                format!("the link to `{target_shown}` does not begin with `http://` or `https://`"),
                "correct what stands before `://`",
            ),
        };
        at_all(out, Subject::Link(target.to_owned()), &spans, message).help(help);
    }
}

/// Whether a page is one of several that are built into one: some of its links lead to headings of
/// its own, and all of those are elsewhere.
fn is_part_of_larger<'t>(
    cx: &Context<'_>,
    document: &Document,
    targets: impl Iterator<Item = &'t str>,
) -> bool {
    const SOME: usize = 3;
    let own = targets.filter_map(|target| target.strip_prefix('#'));
    let lacking: Vec<&str> = own.filter(|own| document.lacks_anchor(own)).collect();
    let is_elsewhere = |anchor: &&str| {
        let mut others = cx.ops.documents();
        others.any(|other| other.anchors.has(anchor))
    };
    lacking.len() >= SOME && lacking.iter().take(SOME_LOOKED_AT).all(is_elsewhere)
}

fn report_path(
    cx: &Context<'_>,
    out: &mut Findings,
    document: &Document,
    promises: &[Promise<'_>],
    meant: Option<&str>,
) {
    let own = String::from_utf8_lossy(cx.ops.sources.path(document.file));
    let (what, is_not) = match promises[0].is_image {
        true => ("the image", "is not in the repository"),
        false => ("the link to", "leads nowhere"),
    };
    let message = format!("{what} `{}` {is_not}", shown(promises[0].target));
    let mut entry = report(out, promises, message);
    if Hosted::of(promises[0].target).is_some() {
        entry = entry.note("other addresses that begin like this one are files of this repository");
    }
    let Some(meant) = meant.filter(|meant| *meant != own) else {
        entry.help("correct the path, or drop the link");
        return;
    };
    let mended = promises[0].led_to(&own, meant);
    let mut help = format!("the only file of that name is `{}`", shown(meant));
    // Paths begin at the folder of their file, which surprises in YAML.
    if let Some(from_here) = mended.as_deref().filter(|from_here| *from_here != meant) {
        help.push_str(&format!(", from here `{}`", shown(from_here)));
    }
    let entry = entry.help(help);
    let anchor = mended.as_deref().and_then(anchor);
    if anchor.is_none_or(|anchor| !lacks(cx, meant, anchor)) {
        mend(entry, promises, mended);
    }
}

fn report_anchor(cx: &Context<'_>, out: &mut Findings, path: &str, promises: &[Promise<'_>]) {
    let anchor = anchor(promises[0].target);
    let Some(anchor) = anchor.filter(|anchor| lacks(cx, path, anchor)) else {
        return;
    };
    let message = format!("`{}` has no heading for `#{}`", shown(path), shown(anchor));
    let help = "name a heading that is there, in the form that GitHub gives it, or drop the anchor";
    report(out, promises, message).help(help);
}

/// One finding for all links to one target.
fn report<'f>(out: &'f mut Findings, promises: &[Promise<'_>], message: String) -> Entry<'f> {
    let subject = Subject::Link(promises[0].target.to_owned());
    let spans: Vec<Span> = promises.iter().map(|promise| promise.span).collect();
    at_all(out, subject, &spans, message)
}

fn at_all<'f>(
    out: &'f mut Findings,
    subject: Subject,
    spans: &[Span],
    message: String,
) -> Entry<'f> {
    let more = |more| format!("{more} more links lead there");
    out.at(subject, spans[0], message)
        .and_here(&spans[1..], MORE, more)
}

/// Puts the right target in place of each link's own, if all of them can be mended.
fn mend(mut entry: Entry<'_>, promises: &[Promise<'_>], mended: Option<String>) {
    let mut places: Vec<Span> = promises.iter().filter_map(|p| p.target_span).collect();
    let Some(target) = mended.filter(|_| places.len() == promises.len()) else {
        return;
    };
    // Links by one reference share its definition.
    places.sort_unstable();
    places.dedup();
    for place in places {
        entry = entry.edit(place, target.clone());
    }
}

/// Whether a page that was read has no such anchor.
fn lacks(cx: &Context<'_>, path: &str, anchor: &str) -> bool {
    let page = cx.ops.document_at(path);
    page.is_some_and(|page| page.lacks_anchor(anchor))
}

fn anchor(target: &str) -> Option<&str> {
    target.split_once('#').map(|(_, anchor)| anchor)
}

fn shown(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}
