//! From a reading to a document: the one place that decides what is read of which kind.

use std::collections::BTreeMap;

use super::allow::Comment;
use super::evidence::Substance;
use super::kind::Titles;
use super::native::SKELETON;
use super::outline::Outline;
use super::postmortem::{DateSource, PostMortem, SectionForm};
use super::reading::OWN_KEYS;
use super::runbook::Page;
use super::{
    Alert, Allow, Anchors, Catalogue, Document, Evidence, Format, Kind, Message, NativeName,
    Parsed, PastItem, Reach, Reading, Runbook, Schema, past_items,
};
use super::{alerts, allow, catalogue, evidence, kind, link, native, owners, postmortem, runbook};
use crate::parse::markdown::{Block, BlockId, BlockKind, Markdown};
use crate::parse::yaml::{self, Node, Tree};
use crate::text::{Source, Span, Spanned};
use crate::vocabulary;

/// A document of so many blocks with a link in them is a pointer to another page.
const STUB_BLOCKS: usize = 1;

/// How the shortcode of a site's generator begins that leads to another page.
const SITE_LINK: &str = "{{< ref";

/// The facts of one file; total, whatever the file holds.
///
/// `given` is the kind that the policy gives to its path, if it gives one.
pub fn lower(reading: &Reading<'_>, given: Option<Kind>) -> Document {
    let mut document = blank(reading);
    match &reading.parsed {
        Parsed::Markdown {
            markdown,
            front_matter,
        } => {
            lower_markdown(
                &mut document,
                reading,
                markdown,
                front_matter.as_ref(),
                given,
            );
            if let Some(tree) = front_matter {
                lower_front_matter(&mut document, reading, tree);
            }
        }
        Parsed::Yaml(tree) => lower_yaml(&mut document, reading, tree),
        Parsed::Nothing if reading.facts.format == Format::Codeowners => {
            document.owner_rules = owners::read(reading.source);
            document.because = "it says who owns which files".to_owned();
        }
        Parsed::Nothing => {
            document.kind = reading.facts.hint.unwrap_or(Kind::Other);
            document.because = "not read".to_owned();
        }
    }
    if let Some(kind) = given {
        document.kind = kind;
        document.because = "by the policy's `paths`".to_owned();
    }
    document
}

/// The action items of an older content of a post-mortem, as [`past_items`] gives them; nothing else
/// of it is lowered.
pub fn older_items(reading: &Reading<'_>) -> Option<Vec<PastItem>> {
    let Parsed::Markdown {
        markdown,
        front_matter,
    } = &reading.parsed
    else {
        return None;
    };
    let front_matter = front_matter.as_ref();
    let own = own_front_matter(markdown, front_matter);
    let title = title(markdown).or_else(|| listed_title(front_matter).and_then(spanned));
    let report = PostMortem::read_items(&postmortem::Input {
        kind: Kind::Postmortem,
        facts: reading.facts,
        text: reading.source.text,
        markdown,
        outline: &Outline::read(markdown),
        front_matter: front_matter.or(own.as_ref()),
        title: title.as_ref(),
        first_line: first_heading(markdown).unwrap_or_else(|| first_line(reading)),
    });
    past_items(&report)
}

fn first_line(reading: &Reading<'_>) -> Span {
    let line = reading.source.text.lines().next().unwrap_or_default();
    reading.source.span(0..line.len())
}

fn blank(reading: &Reading<'_>) -> Document {
    Document {
        file: reading.file,
        kind: Kind::Other,
        because: String::new(),
        title: None,
        sections: BTreeMap::new(),
        message: None,
        runbook: None,
        incidents: Vec::new(),
        postmortem: None,
        evidence: Vec::new(),
        is_stub: false,
        is_ours: false,
        is_cut: false,
        is_verbatim: reading.is_verbatim,
        native: None,
        timezone: None,
        alerts: Vec::new(),
        posters: Vec::new(),
        people: Vec::new(),
        skeletons: Vec::new(),
        owner_rules: Vec::new(),
        catalogue: None,
        rota: None,
        slots: BTreeMap::new(),
        faults: Vec::new(),
        allows: Vec::new(),
        links: Vec::new(),
        anchors: Anchors::default(),
        first_line: first_line(reading),
        keys: BTreeMap::new(),
    }
}

fn lower_markdown(
    document: &mut Document,
    reading: &Reading<'_>,
    markdown: &Markdown<'_>,
    front_matter: Option<&Tree<'_>>,
    given: Option<Kind>,
) {
    let facts = reading.facts;
    let outline = Outline::read(markdown);
    let of_front_matter = listed_title(front_matter);
    document.title = title(markdown).or_else(|| of_front_matter.and_then(spanned));
    document.first_line = first_heading(markdown).unwrap_or(document.first_line);
    let title = document
        .title
        .as_ref()
        .map_or(facts.name.as_str(), |title| &title.value);
    let titles = Titles {
        shown: vocabulary::normalise(title),
        is_of_one: kind::is_of_one(title),
        // A site's generator lists a page by what its front matter says.
        listed: of_front_matter
            .and_then(Node::as_str)
            .map(vocabulary::normalise),
    };
    let (kind, because) = kind::of_markdown(facts, &titles, &outline);
    document.kind = given.unwrap_or(kind);
    document.because = because;
    let fields = match document.kind {
        Kind::Runbook => outline.fields.as_slice(),
        _ => &[],
    };
    let substance = substance(&outline, fields, markdown);
    document.is_stub = match document.kind {
        // Many ordinary pages hold next to nothing.
        Kind::Other => substance == Substance::Elsewhere,
        _ => substance != Substance::Own,
    };
    lower_postmortem(document, reading, markdown, &outline, front_matter);
    let is_kept_ready = document.kind == Kind::Message && !facts.is_index && !facts.is_dated;
    document.message = is_kept_ready.then(|| Box::new(Message::read(markdown)));
    document.skeletons = skeletons(markdown);
    if facts.is_index {
        document.links = link::of_index(markdown);
    } else if document.kind != Kind::Other {
        document.links = link::of_operations(markdown);
    }
    document.anchors = Anchors::read(markdown);
    let is_retired = document.kind != Kind::Postmortem
        && (facts.is_retired
            || runbook::is_retired(document.title.as_ref(), markdown, front_matter));
    let page = Page {
        kind: document.kind,
        markdown,
        outline: &outline,
        front_matter,
        title: document.title.as_ref(),
        name: &facts.name,
        first_line: document.first_line,
        substance,
        is_retired,
    };
    match document.kind {
        Kind::Runbook | Kind::IncidentPlan | Kind::Oncall => {
            document.runbook = Some(Box::new(Runbook::read(page)));
        }
        Kind::Postmortem => document.incidents = runbook::incidents_of_report(page),
        _ => {}
    }
    // What no longer holds answers nothing.
    if !is_retired {
        document.evidence = evidence::of_markdown(
            facts,
            document.kind,
            substance,
            document.first_line,
            &outline,
            markdown,
        );
    }
    if let Some(runbook) = &document.runbook {
        evidence::add_of_runbook(&mut document.evidence, document.kind, runbook);
    }
    for comment in &markdown.comments {
        let is_comment = |line: &str| line.starts_with("<!--") && line.ends_with("-->");
        // A comment behind something on its line is about that line, as in YAML.
        let reach = match stands_alone(reading, comment.span) {
            true => {
                let end = comment.span.end;
                let line = allow::next_line(reading.source, reading.lines, end, is_comment);
                reach_from(reading, markdown, end, line)
            }
            false => Reach::Line(reading.lines.line(comment.span.start)),
        };
        let comment = Comment {
            inside: inner(comment.text, comment.span, "<!--"),
            span: comment.span,
            whole: reading.source,
            lines: reading.lines,
        };
        document.allows.extend(comment.allows(reach));
    }
}

/// An exception covers so many lines of a block of code.
const LONGEST_REACH: u32 = 64;

/// What a comment that ends at `end` covers: a line, or the block of code that begins on it.
fn reach_from(reading: &Reading<'_>, markdown: &Markdown<'_>, end: u32, line: u32) -> Reach {
    let first = markdown
        .blocks
        .partition_point(|block| block.span.start < end);
    let on_line = |block: &&Block| reading.lines.line(block.span.start) <= line;
    let mut blocks = markdown.blocks[first..].iter().take_while(on_line);
    let code = blocks.find(|block| matches!(block.kind, BlockKind::Code { .. }));
    code.map_or(Reach::Line(line), |code| {
        let last = reading.lines.line(code.span.end.saturating_sub(1));
        Reach::Lines {
            first: line,
            last: last.clamp(line, line + LONGEST_REACH),
        }
    })
}

/// Whether nothing else stands before a comment on its line.
fn stands_alone(reading: &Reading<'_>, comment: Span) -> bool {
    let line = reading.lines.range(reading.lines.line(comment.start));
    let before = Span::new(comment.file, line.start..comment.range().start);
    reading.source.slice(before).trim().is_empty()
}

/// Skeleton text that was left in a page.
fn skeletons(markdown: &Markdown<'_>) -> Vec<Span> {
    let found = markdown.source.text.match_indices(SKELETON);
    found
        .map(|(at, text)| markdown.source.span(at..at + text.len()))
        .collect()
}

/// The text inside a comment's marks, at its place.
fn inner<'t>(text: &'t str, span: Span, open: &str) -> Source<'t> {
    Source {
        file: span.file,
        text,
        base: span.range().start + open.len(),
    }
}

/// Front matter belongs to the site's generator; ours it is only if a key of ours is in it that
/// nobody else uses.
fn lower_front_matter(document: &mut Document, reading: &Reading<'_>, tree: &Tree<'_>) {
    let schema = match document.kind {
        Kind::Runbook => Schema::Runbook,
        Kind::Postmortem => Schema::Postmortem,
        _ => return,
    };
    let Some(root) = tree.root().filter(|root| root.is_mapping()) else {
        return;
    };
    let known = schema.keys();
    let mut own = OWN_KEYS.iter().filter(|key| known.contains(key));
    document.is_ours = own.any(|key| root.get(key).is_some());
    if document.is_ours && !tree.is_cut() {
        document.faults = schema.faults(root, reading.source);
    }
    document.allows.extend(yaml_allows(reading, tree));
}

fn lower_yaml(document: &mut Document, reading: &Reading<'_>, tree: &Tree<'_>) {
    let native = reading.facts.native;
    if let Some(name) = native.filter(|name| native::is_native(*name, tree)) {
        document.kind = Kind::Preparedness;
        document.because = format!("a native file: {}", name.file());
        document.is_ours = true;
        document.native = Some(name);
        lower_native(document, name, reading.source, tree);
    } else if let Some(found) = catalogue_of(reading, tree) {
        document.because = "it describes its folder for a catalogue".to_owned();
        (document.catalogue, document.evidence) = (Some(Box::new(found.0)), found.1);
    } else {
        lower_alerts(
            document,
            alerts::read(tree, reading.source),
            native.is_some(),
        );
    }
    if document.kind != Kind::Other {
        document.allows = yaml_allows(reading, tree);
    }
}

fn catalogue_of(reading: &Reading<'_>, tree: &Tree<'_>) -> Option<(Catalogue, Vec<Evidence>)> {
    reading
        .facts
        .is_catalogue
        .then(|| catalogue::read(tree))
        .flatten()
}

fn lower_alerts(document: &mut Document, alerts: Vec<Alert>, has_native_name: bool) {
    document.alerts = alerts;
    let Some(first) = document.alerts.first() else {
        document.because = match has_native_name {
            true => "a native file's name, but none of its keys".to_owned(),
            false => "no alert rules in it".to_owned(),
        };
        return;
    };
    document.kind = Kind::AlertRules;
    document.because = "it holds alert rules".to_owned();
    let slot = "detect.monitoring.metrics";
    let evidence = Evidence::new(slot, first.name.span, super::How::Written);
    document.evidence.extend(evidence);
}

fn lower_native(document: &mut Document, name: NativeName, source: Source<'_>, tree: &Tree<'_>) {
    document.is_cut = tree.is_cut();
    // What stands behind a fault is not there for the schema, and one fault is said once.
    if let Some(root) = tree.root().filter(|_| !document.is_cut) {
        document.faults = Schema::of_native(name).faults(root, source);
    }
    let mut native = native::read(tree, Schema::of_native(name));
    document.faults.append(&mut native.faults);
    native.rota.doubt(&document.faults, document.is_cut);
    document.evidence = native.evidence;
    document.timezone = native.timezone;
    document.people = native.people;
    document.skeletons = native.skeletons;
    document.rota = Some(Box::new(native.rota));
    document.posters = native.posters;
    document.slots = native.slots;
    document.keys = native.keys;
}

fn yaml_allows(reading: &Reading<'_>, tree: &Tree<'_>) -> Vec<Allow> {
    let mut allows = Vec::new();
    for comment in tree.comments() {
        let is_comment = |line: &str| line.starts_with('#');
        let line = match comment.own_line {
            true => allow::next_line(reading.source, reading.lines, comment.span.end, is_comment),
            false => reading.lines.line(comment.span.start),
        };
        let comment = Comment {
            inside: inner(comment.text, comment.span, "#"),
            span: comment.span,
            whole: reading.source,
            lines: reading.lines,
        };
        allows.extend(comment.allows(Reach::Line(line)));
    }
    allows
}

fn title(markdown: &Markdown<'_>) -> Option<Spanned<String>> {
    // A heading that is nothing but a template tag has no text.
    let heading = markdown
        .title()
        .filter(|heading| !heading.text.trim().is_empty())?;
    Some(Spanned::new(heading.text.into_owned(), heading.text_span))
}

/// The title that a site's generator lists a page by.
fn listed_title<'n, 't>(front_matter: Option<&'n Tree<'t>>) -> Option<Node<'n, 't>> {
    front_matter.and_then(Tree::root)?.get("title")
}

fn first_heading(markdown: &Markdown<'_>) -> Option<Span> {
    Some(markdown.headings().next()?.span)
}

/// What stands in a document besides `fields`, which only say whose it is and when it was reviewed.
fn substance(outline: &Outline, fields: &[BlockId], markdown: &Markdown<'_>) -> Substance {
    let content_blocks = outline.content_blocks.saturating_sub(fields.len());
    // General advice around sections that are all still to be written.
    if outline.open_blocks > content_blocks {
        return Substance::None;
    }
    let mut links = markdown.links.iter();
    match content_blocks {
        0 if outline.is_partly_unread => Substance::Own,
        0 => Substance::None,
        STUB_BLOCKS if !outline.has_code => {
            match links.find(|link| fields.binary_search(&link.block).is_err()) {
                Some(link) if link.target.contains("://") => Substance::Elsewhere,
                Some(_) => Substance::None,
                None if markdown.source.text.contains(SITE_LINK) => Substance::None,
                None => Substance::Own,
            }
        }
        _ => Substance::Own,
    }
}

/// Front matter that only the model of a post-mortem reads.
fn own_front_matter<'t>(
    markdown: &Markdown<'t>,
    front_matter: Option<&Tree<'t>>,
) -> Option<Tree<'t>> {
    match front_matter {
        Some(_) => None,
        None => markdown.front_matter.map(yaml::parse),
    }
}

/// Only post-mortems and templates pay for their model.
fn lower_postmortem(
    document: &mut Document,
    reading: &Reading<'_>,
    markdown: &Markdown<'_>,
    outline: &Outline,
    front_matter: Option<&Tree<'_>>,
) {
    if !matches!(document.kind, Kind::Postmortem | Kind::Template) {
        return;
    }
    let own = own_front_matter(markdown, front_matter);
    let input = postmortem::Input {
        kind: document.kind,
        facts: reading.facts,
        text: reading.source.text,
        markdown,
        outline,
        front_matter: front_matter.or(own.as_ref()),
        title: document.title.as_ref(),
        first_line: document.first_line,
    };
    let Some(report) = PostMortem::read(&input) else {
        return;
    };
    document.sections = sections(document, &report);
    document.postmortem = Some(Box::new(report));
}

/// The sections of the blameless template, each at its first heading, else at its first label or
/// field; a title or date that only the file's name gives is anchored at the first line.
fn sections(document: &Document, report: &PostMortem) -> BTreeMap<&'static str, Span> {
    const REPORTED: &[&str] = &[
        "date",
        "duration",
        "severity",
        "author",
        "timeline",
        "root-cause",
        "contributing-factors",
        "went-well",
        "went-poorly",
        "action-items",
    ];
    let mut sections = BTreeMap::new();
    let is_titled = document.title.is_some() || document.kind == Kind::Postmortem;
    if is_titled {
        let title = document.title.as_ref();
        sections.insert(
            "title",
            title.map_or(document.first_line, |title| title.span),
        );
    }
    for form in [
        SectionForm::Heading,
        SectionForm::Label,
        SectionForm::Field,
        SectionForm::FrontMatter,
    ] {
        for section in report
            .sections
            .iter()
            .filter(|section| section.form == form)
        {
            if REPORTED.contains(&section.concept) {
                sections.entry(section.concept).or_insert(section.heading);
            }
        }
    }
    if let Some(title) = document
        .title
        .as_ref()
        .filter(|_| document.kind == Kind::Template)
    {
        let asks = vocabulary::names(
            "postmortem",
            "title-dated",
            &vocabulary::normalise(&title.value),
        );
        if asks {
            sections.entry("date").or_insert(title.span);
        }
    }
    let stated = report
        .dates
        .iter()
        .find(|stating| stating.source != DateSource::Timeline);
    if let Some(stated) = stated {
        sections.entry("date").or_insert(stated.span);
    }
    sections
}

fn spanned(node: Node<'_, '_>) -> Option<Spanned<String>> {
    Some(Spanned::new(node.as_str()?.to_owned(), node.span()))
}
