//! Action items in all the forms in which people write them.
//!
//! A section for actions runs to the next heading of its level. In it every bullet, row, and, where
//! there are neither, every paragraph is an item; bullets nested in an item are its details, unless
//! the item only introduces them, or they have a check box, an owner or a date of their own. Subheadings and bold lines say something of what follows: that it
//! is done, or whose it is.

use std::ops::Range;

use super::asked;
use super::item::{self, Around, Facts};
use super::prose::{Prose, trimmed};
use super::ticket;
use super::{
    ActionItem, Actions, Content, Done, Due, ItemForm, PostMortem, Section, SectionForm, event,
};
use crate::parse::markdown::{Block, BlockId, BlockKind, LinkKind, Markdown};
use crate::text::{Span, Spanned};
use crate::vocabulary;

/// Reads the action items of a document, and what else its sections for them say.
pub(super) fn read(report: &mut PostMortem, markdown: &Markdown<'_>) {
    let mut walk = Walk::new(report, markdown);
    for range in sources(report, markdown) {
        walk.source(&range);
    }
    report.actions = walk.actions(report);
    report.action_items = walk.items;
    report.asides = walk.asides;
}

/// Authors by all their names and by the first one, normalised and sorted.
fn people(report: &PostMortem) -> Vec<String> {
    let mut people = Vec::new();
    for author in &report.authors {
        let name = vocabulary::normalise(&author.value);
        let first = name.split(' ').next().unwrap_or_default();
        if is_name(&author.value) && first.len() > 1 {
            people.push(first.to_owned());
        }
        people.push(name);
    }
    people.sort_unstable();
    people.dedup();
    people
}

/// Where actions stand: the blocks, and the label whose own line may hold one.
struct Source {
    blocks: Range<usize>,
    label: Option<Span>,
}

fn sources(report: &PostMortem, markdown: &Markdown<'_>) -> Vec<Source> {
    let of = |concept: &'static str| {
        report
            .sections
            .iter()
            .filter(move |section| section.concept == concept)
    };
    let elsewhere: Vec<Range<usize>> = of("timeline")
        .map(|section| section.blocks.clone())
        .collect();
    let elsewhere = super::section::merged(elsewhere);
    let mut sources: Vec<Source> = Vec::new();
    let repairs = repairs(of("action-items"), markdown);
    for section in of("action-items") {
        if section.form > SectionForm::Label || section.blocks.start == 0 {
            continue;
        }
        let is_label = section.form == SectionForm::Label;
        let own = section.blocks.start - 1;
        if holds(&repairs, own) {
            continue;
        }
        let is_elsewhere = holds(&elsewhere, own);
        let is_inside = sources
            .last()
            .is_some_and(|last| section.blocks.start <= last.blocks.end);
        if is_inside || (is_label && is_elsewhere) {
            continue;
        }
        let is_text = markdown
            .blocks
            .get(own)
            .is_some_and(|block| block.kind == BlockKind::Paragraph);
        sources.push(Source {
            blocks: section.blocks.clone(),
            label: (is_label && is_text).then_some(section.heading),
        });
    }
    sources
}

/// Where a report tells what was done to mend it, if another section says what is still to be done:
/// both are often called remediation.
fn repairs<'s>(
    sections: impl Iterator<Item = &'s Section> + Clone,
    markdown: &Markdown<'_>,
) -> Vec<Range<usize>> {
    let headings = sections.filter(|section| section.form == SectionForm::Heading);
    let is_repair = |section: &Section| {
        let heading = vocabulary::normalise(markdown.source.slice(section.heading));
        vocabulary::names("items", "repair", &heading) && !holds_boxes(markdown, &section.blocks)
    };
    let ranges = headings.clone().filter(|section| is_repair(section));
    let ranges = ranges.map(|section| section.blocks.start.saturating_sub(1)..section.blocks.end);
    let repairs = super::section::merged(ranges.collect());
    let mut asks = headings.map(|section| section.blocks.start.saturating_sub(1));
    match asks.any(|own| !holds(&repairs, own)) {
        true => repairs,
        false => Vec::new(),
    }
}

/// Whether one of some ranges in order, none inside another, holds a block.
fn holds(ranges: &[Range<usize>], block: usize) -> bool {
    let at = ranges.partition_point(|range| range.end <= block);
    ranges.get(at).is_some_and(|range| range.contains(&block))
}

fn holds_boxes(markdown: &Markdown<'_>, blocks: &Range<usize>) -> bool {
    let blocks = markdown.blocks.get(blocks.clone()).unwrap_or_default();
    let is_box = |block: &Block| matches!(block.kind, BlockKind::Item { task: Some(_) });
    blocks.iter().any(is_box)
}

/// What a subheading or a bold line says of the items below it.
#[derive(Clone, Default)]
struct Group {
    done: Done,
    owners: Vec<Spanned<String>>,
    due: Due,
    /// They are a word with a capital that only its place makes a name.
    is_guessed: bool,
    /// A name above that is an owner if somebody of this name is declared.
    perhaps: Option<Spanned<String>>,
}

impl Group {
    /// For the items nested in one.
    fn of_item(&self, item: &Facts) -> Group {
        let mut group = self.clone();
        if item.done == Done::Yes {
            group.done = Done::Yes;
        }
        if !item.owners.is_empty() {
            group.owners.clone_from(&item.owners);
            group.is_guessed = item.is_guessed;
        }
        if item.due != Due::Missing {
            group.due.clone_from(&item.due);
        }
        group
    }
}

struct Walk<'w, 't> {
    markdown: &'w Markdown<'t>,
    around: Around<'t>,
    items: Vec<ActionItem>,
    /// Links and texts in the sections that are no items.
    link: Option<Spanned<String>>,
    none_needed: Option<Span>,
    not_understood: Option<Span>,
    /// Paragraphs that are taken for no items since items stand beside them.
    asides: Vec<String>,
    /// Whether paragraphs stand beside lists, which hold the items.
    introduces: bool,
    /// Headings below a section that are about something else.
    foreign: Vec<usize>,
    /// Whether the heading of the section asks for owners: "Action items and owners".
    asks_owner: bool,
}

impl<'w, 't> Walk<'w, 't> {
    fn new(report: &PostMortem, markdown: &'w Markdown<'t>) -> Walk<'w, 't> {
        let heads = report
            .sections
            .iter()
            .filter(|section| section.form == SectionForm::Heading);
        let is_ours = |concept: &str| matches!(concept, "action-items" | "follow-up");
        let mut ours: Vec<usize> = heads
            .clone()
            .filter(|section| is_ours(section.concept))
            .map(|section| section.blocks.start)
            .collect();
        ours.sort_unstable();
        let mut foreign: Vec<usize> = heads
            .map(|section| section.blocks.start)
            .filter(|start| *start > 0 && ours.binary_search(start).is_err())
            .map(|start| start - 1)
            .collect();
        foreign.sort_unstable();
        Walk {
            markdown,
            around: Around::new(
                report.incident_date.as_ref().map(|stating| stating.day),
                people(report),
                markdown.source.text,
            ),
            items: Vec::new(),
            link: None,
            none_needed: None,
            not_understood: None,
            asides: Vec::new(),
            introduces: false,
            foreign,
            asks_owner: false,
        }
    }

    fn actions(&self, report: &PostMortem) -> Actions {
        let mut sections = report
            .sections
            .iter()
            .filter(|section| section.concept == "action-items");
        let Some(first) = sections.next() else {
            return Actions::NoSection;
        };
        if !self.items.is_empty() {
            return Actions::Listed;
        }
        if let Some(span) = self.none_needed {
            return Actions::NoneNeeded(span);
        }
        if let Some(link) = &self.link {
            return Actions::Elsewhere(link.clone());
        }
        match self.not_understood {
            Some(span) => Actions::NotUnderstood(span),
            None if first.content == Content::Something => Actions::NotUnderstood(first.body),
            None => Actions::Empty(first.heading),
        }
    }

    fn source(&mut self, source: &Source) {
        let mut group = Group::default();
        if source.blocks.start > 0 {
            let own = block_id(source.blocks.start - 1);
            let text = self.markdown.text(own);
            group.done = self.group_done(&text);
            let words = vocabulary::normalise(&text.replace(['(', ')', '（', '）'], " "));
            self.asks_owner = vocabulary::names("items", "asks-owner", &words);
        }
        if source.label.is_some() {
            self.label(block_id(source.blocks.start - 1), group.clone());
        }
        self.walk(source.blocks.clone(), &group);
    }

    /// The text behind a label on its own line.
    fn label(&mut self, id: BlockId, group: Group) {
        let prose = Prose::of_block(self.markdown, id);
        let start = prose.strong_lead();
        let rest = prose.text[start..].trim_start_matches([':', '：', ' ', '*']);
        let range = trimmed(&prose.text, prose.text.len() - rest.len()..prose.text.len());
        if range.is_empty() || prose.text[range.clone()].ends_with([':', '：']) {
            return;
        }
        self.text_item(id, &prose, range, ItemForm::Paragraph, &group);
    }

    /// Blocks up to the next subheading belong together; what stands beside lists, above or below
    /// a subheading, is no item.
    fn walk(&mut self, range: Range<usize>, above: &Group) {
        self.introduces = self.has_lists(range.clone());
        let people = self.people_headings(range.clone());
        let mut group = above.clone();
        let mut chunk: Vec<BlockId> = Vec::new();
        let mut heading: Option<BlockId> = None;
        let mut skip_to = range.start;
        for id in self.markdown.outermost(range) {
            if id.index() < skip_to {
                continue;
            }
            if !matches!(self.markdown.block(id).kind, BlockKind::Heading { .. }) {
                chunk.push(id);
                continue;
            }
            self.chunk(heading.take(), &std::mem::take(&mut chunk), &group);
            if self.foreign.binary_search(&id.index()).is_ok() {
                skip_to = self.markdown.section(id).end;
                continue;
            }
            group = above.clone();
            let text = self.markdown.text(id);
            if above.done == Done::Unstated {
                group.done = self.group_done(&text);
            }
            let prose = Prose::of_block(self.markdown, id);
            group.owners = self.group_owner(&prose, people).into_iter().collect();
            group.is_guessed = self.group_owner(&prose, false).is_none();
            group.perhaps = name_of_all(&prose);
            heading = Some(id);
        }
        self.chunk(heading, &chunk, &group);
    }

    /// Whether lists or tables stand there that are about nothing else.
    fn has_lists(&self, range: Range<usize>) -> bool {
        let mut skip_to = range.start;
        for id in self.markdown.outermost(range) {
            if id.index() < skip_to {
                continue;
            }
            if self.foreign.binary_search(&id.index()).is_ok() {
                skip_to = self.markdown.section(id).end;
            } else if self.holds_items(id) {
                return true;
            }
        }
        false
    }

    /// Whether the headings right below a section are people: all of them look like names, and
    /// there are several.
    fn people_headings(&self, range: Range<usize>) -> bool {
        let (mut count, mut words, mut beside) = (0, 0, 0);
        for id in self.markdown.outermost(range) {
            if !matches!(self.markdown.block(id).kind, BlockKind::Heading { .. }) {
                continue;
            }
            let prose = Prose::of_block(self.markdown, id);
            if is_stage(&prose.text) || self.group_owner(&prose, false).is_some() {
                beside += 1;
                continue;
            }
            let Some(name) = name_of_all(&prose) else {
                return false;
            };
            count += 1;
            words += usize::from(self.is_of_words(&name.value));
        }
        // "Checkout" and "Search" are found in the document's sentences, "Ada" and "Grace" are not.
        count > 0 && count + beside > 1 && words * 2 < count
    }

    fn is_of_words(&self, name: &str) -> bool {
        !self.around.knows(name) && self.around.is_of_words(name)
    }

    /// What a heading or bold line says: "Immediate actions (completed)".
    fn group_done(&self, text: &str) -> Done {
        let plain = text.replace(['(', ')', '（', '）', '[', ']'], " ");
        let words = vocabulary::normalise(&plain);
        if vocabulary::names("items", "group-open", &words) || item::is_taken_back(&words) {
            return Done::Unstated;
        }
        let is_done =
            vocabulary::names("items", "group-done", &words) || text.contains(['✅', '☑']);
        if is_done { Done::Yes } else { Done::Unstated }
    }

    /// A person above a group: `**Robert**`, `**AG - for planning**`, `@ada`. A capitalised word
    /// may be that of a system, and is a person only where the place speaks for it.
    fn group_owner(&self, prose: &Prose, may_be_word: bool) -> Option<Spanned<String>> {
        let text = prose.text.trim_end().trim_end_matches([':', '：']);
        let ends = text.find([':', '–', '—', '(']).into_iter();
        let end = ends.chain(text.find(" - ")).min();
        let range = trimmed(text, 0..end.unwrap_or(text.len()));
        let name = &text[range.clone()];
        let is_sure = name.starts_with('@') || self.around.knows(name) || item::is_initials(name);
        let is_person = is_sure || (may_be_word && is_name(name) && !is_area(name));
        is_person.then(|| prose.spanned(range)).flatten()
    }

    fn chunk(&mut self, heading: Option<BlockId>, blocks: &[BlockId], group: &Group) {
        if heading.is_some_and(|heading| self.heading_item(heading, blocks, group)) {
            return;
        }
        let has_items = self.introduces || blocks.iter().any(|id| self.holds_items(*id));
        let details = self.details(blocks);
        let people = self.people_lines(blocks);
        let has_owner_lines = self.owner_lines_lead(blocks);
        let mut group = match heading {
            Some(heading) => self.asked_above(heading, group),
            None => group.clone(),
        };
        let whole = group.clone();
        for (index, id) in blocks.iter().enumerate() {
            match self.markdown.block(*id).kind {
                BlockKind::Paragraph => {
                    match has_owner_lines.then(|| self.owner_line(*id)).flatten() {
                        Some(owners) => (group.owners, group.is_guessed) = (owners, false),
                        None => self.paragraph(*id, has_items, people, &whole, &mut group),
                    }
                }
                BlockKind::List { ordered } if !details.contains(&index) => {
                    self.learn_people(*id);
                    for item in self.markdown.children(*id) {
                        self.item(item, ordered, &group);
                    }
                }
                BlockKind::Table => self.table(*id, &group),
                _ => {}
            }
        }
    }

    /// People before a colon in every item of a list: `**Ada Byron**: …`, `**Data team**: …`.
    fn learn_people(&mut self, list: BlockId) {
        let mut people = Vec::new();
        let mut teams = 0;
        for item in self.markdown.children(list) {
            let prose = Prose::of_block(self.markdown, item);
            let Some(name) = bold_before_colon(&prose) else {
                return;
            };
            let is_team = vocabulary::names("items", "team", &vocabulary::normalise(name));
            teams += usize::from(is_team);
            let may_be_person = is_name(name) && !is_area(name) && !self.is_of_words(name);
            if !is_team && !may_be_person {
                return;
            }
            people.push(name.to_owned());
        }
        // The names of systems look alike; a team among them, or the heading, tells.
        if people.len() > 1 && (self.asks_owner || teams > 0) {
            self.around.learn(&people);
        }
    }

    /// Whether lines such as `Owner: ada` stand above what they are about: behind the first list,
    /// such a line belongs to what it follows.
    fn owner_lines_lead(&self, blocks: &[BlockId]) -> bool {
        let list = blocks.iter().position(|id| self.holds_items(*id));
        let mut above = blocks[..list.unwrap_or(0)].iter();
        above.any(|id| self.owner_line(*id).is_some())
    }

    /// The owners in a paragraph that says nothing else.
    fn owner_line(&self, id: BlockId) -> Option<Vec<Spanned<String>>> {
        if self.markdown.block(id).kind != BlockKind::Paragraph {
            return None;
        }
        let mut facts = Facts::default();
        let mut lines = self.markdown.lines(id);
        let is_all = lines.all(|line| self.field_line(&mut facts, line));
        (is_all && !facts.owners.is_empty()).then_some(facts.owners)
    }

    fn holds_items(&self, id: BlockId) -> bool {
        matches!(
            self.markdown.block(id).kind,
            BlockKind::List { .. } | BlockKind::Table
        )
    }

    /// Bullets that interrupt a numbered list which goes on behind them are its details.
    fn details(&self, blocks: &[BlockId]) -> Vec<usize> {
        let mut numbered: Vec<(usize, bool)> = Vec::new();
        for (index, id) in blocks.iter().enumerate() {
            if let BlockKind::List { ordered: true } = self.markdown.block(*id).kind {
                let text = self.markdown.source.slice(self.markdown.block(*id).span);
                let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
                numbered.push((
                    index,
                    digits.trim_start_matches('0') != "1" && !digits.is_empty(),
                ));
            }
        }
        let mut details = Vec::new();
        let goes_on = numbered.iter().any(|(_, goes_on)| *goes_on);
        let first = numbered.first().map_or(usize::MAX, |(index, _)| *index);
        for (index, id) in blocks.iter().enumerate() {
            let is_bullets = self.markdown.block(*id).kind == (BlockKind::List { ordered: false });
            if goes_on && is_bullets && index > first {
                details.push(index);
            }
        }
        details
    }

    /// Whether bold lines of a chunk are people: all of them look like names, and there are
    /// several, or one is surely a person.
    fn people_lines(&self, blocks: &[BlockId]) -> bool {
        let (mut lines, mut sure, mut words, mut stages) = (0, 0, 0, 0);
        for id in blocks {
            if self.markdown.block(*id).kind != BlockKind::Paragraph {
                continue;
            }
            let prose = Prose::of_block(self.markdown, *id);
            if !is_all_bold(&prose) {
                continue;
            }
            if is_stage(&prose.text) {
                stages += 1;
                continue;
            }
            let Some(owner) = self.group_owner(&prose, true) else {
                return false;
            };
            lines += 1;
            words += usize::from(self.is_of_words(&owner.value));
            sure += usize::from(self.group_owner(&prose, false).is_some());
        }
        (lines > 0 && lines + stages > 1 && words * 2 < lines) || sure > 0
    }

    fn paragraph(
        &mut self,
        id: BlockId,
        has_items: bool,
        people: bool,
        whole: &Group,
        group: &mut Group,
    ) {
        let prose = Prose::of_block(self.markdown, id);
        let text = prose.text.trim();
        let is_bold = is_all_bold(&prose);
        let is_person = self.group_owner(&prose, people).is_some();
        if is_bold && (has_items || is_person) {
            let done = self.group_done(text);
            group.done = if done == Done::Unstated {
                whole.done
            } else {
                done
            };
            let sure = self.group_owner(&prose, false);
            let is_sure = sure.is_some();
            (group.owners, group.is_guessed) = match sure.or_else(|| {
                let owner = self.group_owner(&prose, true);
                owner.filter(|_| people)
            }) {
                Some(owner) => (vec![owner], !is_sure),
                None if people => (Vec::new(), false),
                None => (whole.owners.clone(), whole.is_guessed),
            };
            group.perhaps = name_of_all(&prose);
            return;
        }
        if has_items && !says_action(&prose) && !self.leads_to_action(id) {
            self.asides.push(text.to_owned());
            self.note_link(id);
            return;
        }
        if text.ends_with([':', '：']) {
            return;
        }
        let length = prose.text.len();
        self.text_item(id, &prose, 0..length, ItemForm::Paragraph, group);
    }

    /// `### 2) text @owner`: a heading whose body holds no items of its own, or only fields.
    fn heading_item(&mut self, heading: BlockId, blocks: &[BlockId], group: &Group) -> bool {
        let prose = Prose::of_block(self.markdown, heading);
        let is_numbered = begins_with_number(&prose.text);
        if blocks.iter().any(|id| self.leads_to_action(*id)) || self.holds_items_of_people(blocks) {
            return false;
        }
        let mut facts = Facts::default();
        let mut has_fields = false;
        for id in blocks {
            has_fields |= self.fields_of(*id, &mut facts);
        }
        let range = item::read(&mut facts, &prose, 0..prose.text.len(), &self.around);
        let says_more = !facts.owners.is_empty() && group.owners.is_empty();
        let is_alone = !blocks.is_empty() && !blocks.iter().any(|id| self.holds_items(*id));
        // `### Immediate` above `Owner: ada` and a list introduces the items of that list.
        if self.owner_lines_lead(blocks) && item::is_kind(&prose.text[range.clone()]) {
            return false;
        }
        let is_order = is_alone && self.is_order(&prose, &prose.text[range.clone()], blocks);
        let is_item = has_fields || says_more || (is_numbered && is_alone) || is_order;
        if !is_item || item::is_kind(&prose.text[range.clone()]) && !has_fields && !says_more {
            return false;
        }
        if is_order {
            self.facts_of(blocks, &mut facts);
        }
        let number = number_length(&prose.text[range.clone()]);
        let range = trimmed(&prose.text, range.start + number..range.end);
        let span = self.markdown.block(heading).span;
        self.push(span, &prose, range, ItemForm::Heading, facts, group);
        true
    }

    /// Whom a heading asks for all that stands below: `### Rotate the keys @ada`.
    fn asked_above(&self, heading: BlockId, group: &Group) -> Group {
        let mut facts = Facts::default();
        let prose = Prose::of_block(self.markdown, heading);
        item::read(&mut facts, &prose, 0..prose.text.len(), &self.around);
        match group.owners.is_empty() && !facts.owners.is_empty() {
            true => group.of_item(&facts),
            false => group.clone(),
        }
    }

    /// Whether lists with check boxes stand there, or lists below the names of people: a heading
    /// above them is none of their items.
    fn holds_items_of_people(&self, blocks: &[BlockId]) -> bool {
        let is_list =
            |id: &BlockId| matches!(self.markdown.block(*id).kind, BlockKind::List { .. });
        let lists: Vec<BlockId> = blocks.iter().copied().filter(is_list).collect();
        let is_name = |id: &BlockId| {
            let prose = Prose::of_block(self.markdown, *id);
            is_all_bold(&prose) && self.group_owner(&prose, false).is_some()
        };
        self.holds_boxes(&lists)
            || (!lists.is_empty() && !self.are_details(&lists) && blocks.iter().any(is_name))
    }

    /// "### Add an alert" above text that only explains it: words that name more than a kind, a
    /// person, a state or a question.
    fn is_order(&self, prose: &Prose, text: &str, blocks: &[BlockId]) -> bool {
        let words = vocabulary::normalise(text);
        let Some((first, _)) = words.split_once(' ') else {
            return false;
        };
        let is_verb = vocabulary::names("items", "verb", first);
        let is_said = blocks
            .iter()
            .any(|id| self.markdown.block(*id).kind == BlockKind::Paragraph);
        is_said
            && (is_verb || (!item::is_category(first) && !item::is_kind(text)))
            && !text.ends_with(['?', ':', '？', '：'])
            && self.group_done(text) == Done::Unstated
            && self.group_owner(prose, false).is_none()
            && !self.people_lines(blocks)
    }

    /// Whether a paragraph begins with "Action:", so that it is the item.
    fn leads_to_action(&self, id: BlockId) -> bool {
        if self.markdown.block(id).kind != BlockKind::Paragraph {
            return false;
        }
        let text = self.markdown.text(id);
        let end = text.find([':', '：']).filter(|end| *end <= 24);
        end.is_some_and(|end| is_action_word(&vocabulary::normalise(&text[..end])))
    }

    /// What the text below a heading says of who and when.
    fn facts_of(&self, blocks: &[BlockId], facts: &mut Facts) {
        for id in blocks {
            if self.markdown.block(*id).kind != BlockKind::Paragraph {
                continue;
            }
            let prose = Prose::of_block(self.markdown, *id);
            let mut own = Facts::default();
            item::read(&mut own, &prose, 0..prose.text.len(), &self.around);
            facts.merge(own);
        }
    }

    /// Fields that stand in a list or paragraph below an item; false if there are none.
    fn fields_of(&self, id: BlockId, facts: &mut Facts) -> bool {
        let mut found = false;
        match self.markdown.block(id).kind {
            BlockKind::List { .. } => {
                for item in self.markdown.children(id) {
                    found |= self.field_line(facts, self.markdown.runs(item));
                }
            }
            BlockKind::Paragraph => {
                for line in self.markdown.lines(id) {
                    found |= self.field_line(facts, line);
                }
            }
            _ => {}
        }
        found
    }

    /// `Owner: ada` at the start of a line.
    fn field_line(&self, facts: &mut Facts, runs: &[crate::parse::markdown::Run]) -> bool {
        let prose = Prose::of(self.markdown, runs);
        let mut own = Facts::default();
        let rest = item::read(&mut own, &prose, 0..prose.text.len(), &self.around);
        let is_field = rest.is_empty() && !prose.text.trim().is_empty();
        if is_field {
            facts.merge(own);
        }
        is_field
    }

    fn item(&mut self, id: BlockId, ordered: bool, group: &Group) {
        let markdown = self.markdown;
        let BlockKind::Item { task } = markdown.block(id).kind else {
            return;
        };
        let nested: Vec<BlockId> = markdown
            .children(id)
            .filter(|child| matches!(markdown.block(*child).kind, BlockKind::List { .. }))
            .collect();
        let prose = Prose::of_block(markdown, id);
        let text = prose.text.trim();
        if let (Some(below), None) = (self.introduced(&prose, &nested, group), task) {
            for list in nested {
                let BlockKind::List { ordered } = markdown.block(list).kind else {
                    continue;
                };
                for item in markdown.children(list) {
                    self.item(item, ordered, &below);
                }
            }
            return;
        }
        if text.is_empty() {
            if markdown
                .children(id)
                .any(|child| markdown.block(child).kind == BlockKind::Table)
            {
                self.walk(markdown.within(id), group);
            }
            return;
        }
        let mut facts = Facts::default();
        if let Some(task) = task {
            facts.done = if task.done { Done::Yes } else { Done::No };
        }
        let range = item::read(&mut facts, &prose, 0..prose.text.len(), &self.around);
        for list in &nested {
            self.read_details(*list, &mut facts);
        }
        if let Some(task) = task {
            let is_left = !task.done && facts.dropped.is_none() && prose.is_struck();
            if is_left {
                let sign = markdown.source.slice(task.span).to_owned();
                facts.dropped = Some(Spanned::new(sign, task.span));
            }
            // The box has the last word, unless the words say that it will not be done.
            let is_closed = task.done || facts.dropped.is_some();
            let says_done = facts.done == Done::Yes && facts.done_on.is_some();
            facts.done = if is_closed || says_done {
                Done::Yes
            } else {
                Done::No
            };
        }
        let form = match (task, ordered) {
            (Some(_), _) => ItemForm::Task,
            (None, true) => ItemForm::Numbered,
            (None, false) => ItemForm::Bullet,
        };
        let span = event::own_span(markdown, id);
        let below = group.of_item(&facts);
        let is_heading = task.is_none()
            && facts.is_unassigned()
            && self.tracker(span, &prose, &range).is_none()
            && self.are_items(&nested);
        if !is_heading {
            self.push(span, &prose, range, form, facts, group);
        }
        for list in nested {
            self.nested_items(list, &below);
        }
    }

    /// Items among the details of another one: what they do not say is as in that one.
    fn nested_items(&mut self, list: BlockId, group: &Group) {
        let markdown = self.markdown;
        let BlockKind::List { ordered } = markdown.block(list).kind else {
            return;
        };
        for id in markdown.children(list) {
            if self.is_own_item(id) {
                self.item(id, ordered, group);
                continue;
            }
            for deeper in markdown.children(id) {
                self.nested_items(deeper, group);
            }
        }
    }

    /// Whether a nested bullet has a check box, an owner or a due date of its own, and is no field
    /// of the item above. `@ada: …` without a date is what somebody says of it.
    fn is_own_item(&self, id: BlockId) -> bool {
        let BlockKind::Item { task } = self.markdown.block(id).kind else {
            return false;
        };
        if task.is_some() {
            return true;
        }
        let mut facts = Facts::default();
        let prose = Prose::of_block(self.markdown, id);
        let rest = item::read(&mut facts, &prose, 0..prose.text.len(), &self.around);
        let is_dated = matches!(facts.due, Due::Day(_) | Due::Unreadable(_)) && !facts.is_bare_day;
        let is_behind = |owner: &Spanned<String>| {
            let start = prose.span(rest.clone()).map(|span| span.start);
            start.is_some_and(|start| owner.span.start > start)
        };
        !rest.is_empty() && (is_dated || facts.owners.iter().any(is_behind))
    }

    /// Whether nested lists hold items and nothing else.
    fn are_items(&self, nested: &[BlockId]) -> bool {
        let mut items = nested.iter().flat_map(|list| self.markdown.children(*list));
        !nested.is_empty() && items.all(|item| self.is_own_item(item))
    }

    /// The group that an item only introduces: `**Robert**`, "Improve the status page:".
    fn introduced(&self, prose: &Prose, nested: &[BlockId], group: &Group) -> Option<Group> {
        let text = prose.text.trim();
        if nested.is_empty() || self.are_details(nested) {
            return None;
        }
        let bold = prose.strong_lead();
        let is_bold = bold > 0 && bold >= text.trim_end_matches([':', '：']).len();
        let name = name_of_all(prose);
        let is_word = name
            .as_ref()
            .is_none_or(|name| self.is_of_words(&name.value));
        let owner = self.group_owner(prose, !is_word);
        let is_kind = item::is_kind(text) && self.holds_boxes(nested);
        let is_name = is_only_name(text, owner.as_ref());
        let is_label = is_kind || is_name;
        let introduces = text.ends_with([':', '：']) || (is_bold && owner.is_some()) || is_label;
        if !introduces && !text.is_empty() {
            return None;
        }
        let done = self.group_done(text);
        Some(Group {
            done: if done == Done::Unstated {
                group.done
            } else {
                done
            },
            is_guessed: match owner {
                Some(_) => self.group_owner(prose, false).is_none(),
                None => group.is_guessed,
            },
            owners: match owner {
                Some(owner) => vec![owner],
                None => group.owners.clone(),
            },
            due: group.due.clone(),
            perhaps: group.perhaps.clone(),
        })
    }

    fn holds_boxes(&self, lists: &[BlockId]) -> bool {
        let mut items = lists.iter().flat_map(|list| self.markdown.children(*list));
        let has_box = |id: BlockId| {
            let kind = &self.markdown.block(id).kind;
            matches!(kind, BlockKind::Item { task: Some(_) })
        };
        items.any(has_box)
    }

    /// Whether nested lists hold only links and fields.
    fn are_details(&self, nested: &[BlockId]) -> bool {
        let mut items = nested.iter().flat_map(|list| self.markdown.children(*list));
        items.all(|item| {
            let mut facts = Facts::default();
            let prose = Prose::of_block(self.markdown, item);
            let text = prose.text.trim();
            let is_link = text.starts_with("http") && !text.contains(' ');
            is_link || self.field_line(&mut facts, self.markdown.runs(item))
        })
    }

    fn read_details(&self, list: BlockId, facts: &mut Facts) {
        for item in self.markdown.children(list) {
            if self.field_line(facts, self.markdown.runs(item)) {
                continue;
            }
            let text = self.markdown.text(item);
            let end = text.len().min(160);
            let words = vocabulary::normalise(text.get(..end).unwrap_or_default());
            let is_done = vocabulary::names("items", "detail-done", &words);
            if is_done && !item::is_taken_back(&words) {
                facts.done = Done::Yes;
            } else if facts.dropped.is_none() && item::is_duplicate(&words) {
                let prose = Prose::of(self.markdown, self.markdown.runs(item));
                facts.dropped = prose.spanned(0..prose.text.len());
            }
        }
    }

    fn text_item(
        &mut self,
        id: BlockId,
        prose: &Prose,
        range: Range<usize>,
        form: ItemForm,
        group: &Group,
    ) {
        let words = vocabulary::normalise(&prose.text[range.clone()]);
        let span = self.markdown.block(id).span;
        if vocabulary::names("items", "none-needed", &words) {
            self.none_needed.get_or_insert(span);
            return;
        }
        if self.is_pointer(id, prose) {
            self.note_link(id);
            return;
        }
        let mut facts = Facts::default();
        let range = item::read(&mut facts, prose, range, &self.around);
        self.push(span, prose, range, form, facts, group);
    }

    /// "See [the tracker](…)": a paragraph that leads elsewhere, or is nothing but a link.
    fn is_pointer(&self, id: BlockId, prose: &Prose) -> bool {
        let mut links = self.links(id).peekable();
        if links.peek().is_none() {
            return false;
        }
        let words = vocabulary::normalise(&prose.text);
        let linked: usize = links.map(|link| link.text_span.range().len()).sum();
        vocabulary::names("items", "pointer", &words) || prose.text.len() <= linked + 1
    }

    fn links(&self, id: BlockId) -> impl Iterator<Item = &'w crate::parse::markdown::Link<'t>> {
        let span = self.markdown.block(id).span;
        let links = &self.markdown.links;
        let first = links.partition_point(|link| link.span.start < span.start);
        let inside = links[first..]
            .iter()
            .take_while(move |link| link.span.start < span.end);
        inside.filter(|link| !matches!(link.kind, LinkKind::Image | LinkKind::Mail))
    }

    fn note_link(&mut self, id: BlockId) {
        let link = self
            .links(id)
            .next()
            .map(|link| Spanned::new(link.target.clone().into_owned(), link.span));
        if self.link.is_none() {
            self.link = link;
        }
    }

    fn push(
        &mut self,
        span: Span,
        prose: &Prose,
        range: Range<usize>,
        form: ItemForm,
        facts: Facts,
        group: &Group,
    ) {
        let place = range.clone();
        let Some(text) = prose.spanned(range) else {
            return;
        };
        // A line end that is meant, such as `<br>`, is a blank in a sentence.
        let text = text.map(|text| text.replace('\n', " "));
        let words = vocabulary::normalise(&text.value);
        if words.is_empty()
            || vocabulary::names("items", "no-item", &words)
            || is_bracketed(&text.value)
        {
            return;
        }
        if vocabulary::names("items", "none-needed", &words) {
            self.none_needed.get_or_insert(span);
            return;
        }
        let mut owners = facts.owners;
        let mut is_guessed = facts.is_guessed;
        if owners.is_empty() && facts.unclear_owner.is_none() {
            owners.extend(group.owners.iter().cloned());
            is_guessed = group.is_guessed && !owners.is_empty();
        }
        let is_struck = prose.is_struck() || prose.struck_from(place.start) >= place.end;
        let done = match facts.done {
            Done::Unstated if is_struck => Done::Yes,
            Done::Unstated => group.done,
            done => done,
        };
        self.items.push(ActionItem {
            span,
            form,
            owners,
            is_guessed,
            unclear_owner: facts.unclear_owner,
            due: match facts.due {
                Due::Missing => group.due.clone(),
                due => due,
            },
            done,
            done_on: facts.done_on,
            dropped: facts.dropped,
            priority: facts.priority,
            tracker: facts.tracker.or_else(|| self.tracker(span, prose, &place)),
            name_above: group.perhaps.clone(),
            text,
        });
    }

    fn tracker(&self, span: Span, prose: &Prose, item: &Range<usize>) -> Option<Spanned<String>> {
        let links = &self.markdown.links;
        let first = links.partition_point(|link| link.span.start < span.start);
        for link in &links[first..] {
            if link.span.start >= span.end {
                break;
            }
            let text = self.markdown.source.slice(link.text_span);
            let is_key = link.target.starts_with("http") && ticket::is_ticket(text);
            if is_key || is_tracker(&link.target) {
                return Some(Spanned::new(link.target.clone().into_owned(), link.span));
            }
        }
        ticket::in_text(prose, item, &self.around)
    }

    fn table(&mut self, id: BlockId, group: &Group) {
        let markdown = self.markdown;
        let mut rows = markdown.children(id);
        let Some(header) = rows.next() else {
            return;
        };
        let Some(columns) = Columns::read(markdown, header) else {
            self.not_understood.get_or_insert(markdown.block(id).span);
            return;
        };
        for row in rows {
            self.row(row, &columns, group);
        }
    }

    fn row(&mut self, row: BlockId, columns: &Columns, group: &Group) {
        let markdown = self.markdown;
        let mut action = None;
        let mut facts = Facts::default();
        for cell in markdown.children(row) {
            let BlockKind::Cell { column } = markdown.block(cell).kind else {
                continue;
            };
            if usize::from(column) == columns.action {
                action = Some(Prose::of_block(markdown, cell));
                continue;
            }
            let value = Prose::of_value(markdown, cell);
            let Some(value) = value.spanned(0..value.text.len()) else {
                continue;
            };
            match columns.meaning(column) {
                Some("status") => self.status_cell(&mut facts, &value),
                Some("done-on") => self.done_cell(&mut facts, &value),
                Some("tracker") if !ticket::is_ticket(&value.value) => {
                    tracker_cell(&mut facts, &value)
                }
                Some(concept) => facts.apply(concept, &value, &self.around),
                None => {}
            }
        }
        let Some(prose) = action else {
            return;
        };
        let mut own = Facts::default();
        let range = item::read(&mut own, &prose, 0..prose.text.len(), &self.around);
        facts.merge(own);
        self.push(
            markdown.block(row).span,
            &prose,
            range,
            ItemForm::Row,
            facts,
            group,
        );
    }

    fn status_cell(&self, facts: &mut Facts, value: &Spanned<String>) {
        if facts.take_state(value) || facts.take_answer(value) {
            return;
        }
        if let Some(done) = item::state_at_start(&value.value) {
            facts.done = done;
        }
    }

    /// A cell below `Done?` or `Completed` may hold the day alone.
    fn done_cell(&self, facts: &mut Facts, value: &Spanned<String>) {
        match item::only_day(value) {
            Some(day) => {
                facts.done = Done::Yes;
                facts.done_on = Some(day);
            }
            None => self.status_cell(facts, value),
        }
    }
}

/// A link is read by its target; a state may stand behind it, or alone.
fn tracker_cell(facts: &mut Facts, value: &Spanned<String>) {
    if facts.take_state(value) {
        return;
    }
    let last = value.value.split_whitespace().next_back();
    if let Some(done) = last.and_then(|word| item::state(&vocabulary::normalise(word))) {
        facts.done = done;
    }
}

impl Facts {
    /// Whether they name neither anybody nor a day.
    fn is_unassigned(&self) -> bool {
        let is_dated = self.due != Due::Missing || self.dropped.is_some();
        self.owners.is_empty() && self.unclear_owner.is_none() && !is_dated
    }

    /// Takes what is not known yet.
    fn merge(&mut self, other: Facts) {
        if self.owners.is_empty() {
            self.owners = other.owners;
            self.is_guessed = other.is_guessed;
        }
        self.unclear_owner = self.unclear_owner.take().or(other.unclear_owner);
        if self.due == Due::Missing {
            self.due = other.due;
        }
        if self.done == Done::Unstated || other.done == Done::Yes {
            self.done = other.done;
        }
        self.done_on = self.done_on.take().or(other.done_on);
        self.dropped = self.dropped.take().or(other.dropped);
        self.priority = self.priority.take().or(other.priority);
        self.tracker = self.tracker.take().or(other.tracker);
    }
}

/// Which column of a table says what.
struct Columns {
    action: usize,
    meanings: Vec<Option<&'static str>>,
}

impl Columns {
    /// Nothing if no column can hold the actions.
    fn read(markdown: &Markdown<'_>, header: BlockId) -> Option<Columns> {
        let mut meanings = Vec::new();
        let mut action = None;
        for (index, cell) in markdown.children(header).enumerate() {
            let words = vocabulary::normalise(&markdown.text(cell));
            let concepts = vocabulary::concepts("items", &words);
            let mut columns = concepts
                .iter()
                .filter_map(|concept| concept.strip_prefix("column-"));
            let meaning = match concepts.contains(&"column-action") {
                true => Some("action"),
                false => columns.next(),
            };
            if meaning == Some("action") && (action.is_none() || is_action_word(&words)) {
                action = Some(index);
            }
            meanings.push(meaning);
        }
        let says = |name: &str| meanings.contains(&Some(name));
        if action.is_none() && ["owner", "due", "status", "done-on"].into_iter().any(says) {
            action = meanings.iter().position(Option::is_none);
        }
        let action = action?;
        Some(Columns { action, meanings })
    }

    fn meaning(&self, column: u16) -> Option<&'static str> {
        self.meanings.get(usize::from(column)).copied().flatten()
    }
}

/// Whether a column is for actions even where another may be: `Item | Action | Owner`.
fn is_action_word(words: &str) -> bool {
    vocabulary::names("items", "key-action", words)
}

/// "**Action item:** …" amid other text, or words with an owner behind a key.
fn says_action(prose: &Prose) -> bool {
    let bold = prose.strong_lead();
    let lead = prose.text.get(..bold).unwrap_or_default();
    let words = vocabulary::normalise(lead);
    bold > 0 && vocabulary::names("items", "key-action", &words)
}

fn is_tracker(target: &str) -> bool {
    const PARTS: &[&str] = &[
        "/issues/",
        "/issue/",
        "/browse/",
        "/pull/",
        "/merge_requests/",
        "/work_items/",
        "/ticket",
        "linear.app/",
        "trello.com/c/",
        "app.asana.com/",
        "/stories/",
        "/_workitems/",
        "/tasks/",
    ];
    PARTS.iter().any(|part| target.contains(part))
}

/// Whether words above items say when or why they are done, or that nobody is asked: beside such,
/// names of people may stand above other items.
fn is_stage(text: &str) -> bool {
    let words = vocabulary::normalise(text);
    let is = |concept, words: &str| vocabulary::names("items", concept, words);
    is("no-owner", &words) || words.split(' ').all(|word| is("stage", word))
}

/// Whether nothing but a colon stands behind the bold words at the start.
fn is_all_bold(prose: &Prose) -> bool {
    let bold = prose.strong_lead();
    bold > 0 && bold >= prose.text.trim_end_matches([':', '：', ' ']).len()
}

/// The bold words at the start, if a colon stands behind them.
fn bold_before_colon(prose: &Prose) -> Option<&str> {
    let (bold, rest) = prose.text.split_at_checked(prose.strong_lead())?;
    let is_before = bold.trim_end().ends_with([':', '：']) || rest.starts_with([':', '：']);
    let name = bold.trim_matches([' ', ':', '：']);
    (is_before && !name.is_empty()).then_some(name)
}

/// One to three capitalised words that are no kind of actions.
fn is_name(text: &str) -> bool {
    let mut words = text.split(' ').peekable();
    let is_word = |word: &str| {
        let mut letters = word.chars();
        let is_capital = letters.next().is_some_and(char::is_uppercase);
        is_capital
            && letters.all(|c| c.is_lowercase() || c.is_uppercase() || "'-.’".contains(c))
            && word.len() > 1
            && !asked::is_compound(word)
    };
    text.split(' ').count() <= 3 && words.all(is_word) && !item::is_category(text)
}

/// Whether a possible name is that of a service or an area.
fn is_area(name: &str) -> bool {
    let words = vocabulary::normalise(name);
    let is = |concept, word: &str| vocabulary::names("items", concept, word);
    is("no-name", &words) || words.split(' ').any(|word| is("area", word))
}

/// Whether a line is nothing but an owner: one word if it is a handle.
fn is_only_name(text: &str, owner: Option<&Spanned<String>>) -> bool {
    let is_handle = text.starts_with('@');
    owner.is_some_and(|owner| owner.value == text) && !(is_handle && text.contains(' '))
}

/// The one or two words that a line is, if they may be a person's name and are no order.
fn name_of_all(prose: &Prose) -> Option<Spanned<String>> {
    let text = prose.text.trim_end().trim_end_matches([':', '：']);
    let range = trimmed(text, 0..text.len());
    let name = &text[range.clone()];
    let words = vocabulary::normalise(name);
    let first = words.split(' ').next().unwrap_or_default();
    let is_order = vocabulary::names("items", "order", first);
    let is_short = name.split(' ').count() <= 2;
    (is_short && is_name(name) && !is_area(name) && !is_order).then(|| prose.spanned(range))?
}

fn is_bracketed(text: &str) -> bool {
    let is_enclosed = |open, close| text.starts_with(open) && text.ends_with(close);
    let inner = text
        .get(1..text.len().saturating_sub(1))
        .unwrap_or_default();
    (is_enclosed('<', '>') || is_enclosed('[', ']') || is_enclosed('{', '}'))
        && !inner.contains([']', '>'])
}

fn begins_with_number(text: &str) -> bool {
    number_length(text) > 0
}

/// The bytes of "2) ", "3. ", "AI-1: " or "Action 4: ".
fn number_length(text: &str) -> usize {
    let words = ["action item ", "action ", "ai-", "ai", "item ", "#"];
    let lower = text
        .get(..text.len().min(16))
        .map(str::to_ascii_lowercase)
        .unwrap_or_default();
    let word = words
        .iter()
        .find(|word| lower.starts_with(**word))
        .map_or(0, |word| word.len());
    let digits = text[word..].bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[word + digits..];
    let behind = rest.trim_start_matches(['.', ')', ':', ' ', '-', '–', '—']);
    let is_number = digits > 0 && digits <= 3 && rest.starts_with(['.', ')', ':', ' ']);
    if is_number && (word > 0 || !rest.starts_with(' ')) {
        text.len() - behind.len()
    } else {
        0
    }
}

fn block_id(index: usize) -> BlockId {
    BlockId(u32::try_from(index).unwrap_or(u32::MAX))
}
