//! Units, and what each of them answers, by itself or through the units around it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::schedule::EscalationLevel;
use super::{
    Alert, By, Coverage, Document, Evidence, Kind, Lead, Leads, MissingTasks, OncallPlan,
    OwnerRule, Owners, Person, Rota, Runbook, Sources, Stated, Why, owners, path_facts, schedules,
};
use crate::finding::{Answer, Place};
use crate::text::{FileId, Span, Spanned};
use crate::vocabulary;

/// A part of the repository that is prepared, or not, on its own.
#[derive(Clone, Debug, Default)]
pub struct Unit {
    /// Below the root, without a slash at the end; empty for the repository itself.
    pub folder: String,
    /// Places among [`Ops::documents`], in order.
    pub documents: Vec<usize>,
    /// Files that would belong to it and could not be read.
    pub unread: Vec<FileId>,
    /// The team's zone, where it states one that exists.
    pub timezone: Option<TimeZone>,
    /// The name of a zone that does not exist.
    unknown_zone: Option<Span>,
    oncall: OncallPlan,
    /// The place of the unit around it; none for the repository itself.
    parent: Option<usize>,
    /// The places of the units that lie in it and in no other between.
    children: Vec<usize>,
}

/// Everything that repository rules may ask about.
#[derive(Debug, Default)]
pub struct Ops {
    pub sources: Sources,
    /// In order of their paths.
    #[expect(
        clippy::vec_box,
        reason = "moved out of their boxes, all documents would be there twice for a moment: a tenth of a large run's memory"
    )]
    documents: Vec<Box<Document>>,
    /// Outer units before inner ones; the first is the repository itself.
    pub units: Vec<Unit>,
    /// Where links lead; see [`Document::promises`].
    pub leads: Leads,
    /// Where the scripts are that runbooks run, by document and path.
    pub scripts: Leads,
    /// The targets, recipes and scripts of packages that runbooks run and that are not there.
    pub missing_tasks: MissingTasks,
    /// Folders that could not be listed and where operations documents may lie.
    pub unsearched: Vec<Box<[u8]>>,
    owners: Owners,
    /// Folders that a catalogue names an owner for, with the place of its document, by folder.
    owned_folders: BTreeMap<String, usize>,
    /// The places of the units that documents belong to.
    units_of: BTreeMap<FileId, usize>,
}

/// Action items may name their owner in a way that only a list of people, or the names of folders,
/// make clear.
fn assign_items(sources: &Sources, documents: &mut [Box<Document>]) {
    let mut names = BTreeSet::new();
    for person in documents.iter().flat_map(|document| &document.people) {
        let handles = person.handles.iter().map(|handle| handle.value.as_str());
        let name = match &person.name {
            Stated::Known(name) => Some(name.value.as_str()),
            _ => None,
        };
        names.extend(
            handles
                .chain([person.id.value.as_str()])
                .chain(name)
                .map(plain_name),
        );
    }
    let mut items = documents
        .iter()
        .flat_map(|document| document.action_items());
    let things = match items.any(|item| item.is_guessed) {
        true => names_of_things(sources, documents),
        false => BTreeSet::new(),
    };
    if names.is_empty() && things.is_empty() {
        return;
    }
    let is_person = |name: &str| names.contains(&plain_name(name));
    let is_thing = |name: &str| things.contains(&vocabulary::normalise(name));
    for document in documents {
        if let Some(report) = document.postmortem.as_deref_mut() {
            report.unassign(&is_person, &is_thing);
            report.assign(&is_person);
        }
    }
}

/// What folders and runbooks are called, in words: services have theirs, and people have none.
fn names_of_things(sources: &Sources, documents: &[Box<Document>]) -> BTreeSet<String> {
    let mut things = BTreeSet::new();
    for document in documents {
        let path = String::from_utf8_lossy(sources.path(document.file));
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
        things.extend(folders.split('/').map(vocabulary::normalise));
        if document.kind == Kind::Runbook {
            let stem = name.split('.').next().unwrap_or_default();
            things.insert(vocabulary::normalise(stem));
        }
    }
    things
}

fn plain_name(name: &str) -> String {
    name.trim().trim_start_matches('@').to_lowercase()
}

impl Ops {
    /// Whether what covers something is no more than a link that leads nowhere.
    fn is_dead_end(&self, document: &Document, coverage: &Coverage) -> bool {
        let links = document.links.iter().filter(|_| coverage.is_pointer);
        let next = links
            .filter(|link| link.span.start >= coverage.span.start)
            .min_by_key(|link| link.span.start);
        let lead = next.map(|link| self.leads.of(document.file, &link.target));
        matches!(lead, Some(Lead::Nowhere { .. }))
    }

    /// Puts documents into units: a folder is one if it holds a native file or is named in `units`.
    pub fn new(
        sources: Sources,
        mut documents: Vec<Box<Document>>,
        unread: &[FileId],
        named_units: &[String],
    ) -> Ops {
        assign_items(&sources, &mut documents);
        let mut units = BTreeMap::from([(String::new(), Unit::default())]);
        for folder in named_units {
            units.insert(folder.clone(), Unit::default());
        }
        for document in &documents {
            let is_described = document.catalogue.as_deref().is_some_and(|c| c.is_unit);
            if document.native.is_some() || is_described {
                units.insert(unit_folder(sources.path(document.file)), Unit::default());
            }
        }
        for (index, document) in documents.iter().enumerate() {
            let unit = enclosing(&mut units, sources.path(document.file));
            unit.documents.push(index);
            match &document.timezone {
                Some(Ok(zone)) => _ = unit.timezone.get_or_insert_with(|| zone.clone()),
                Some(Err(span)) => unit.unknown_zone = unit.unknown_zone.or(Some(*span)),
                None => {}
            }
        }
        for file in unread {
            enclosing(&mut units, sources.path(*file))
                .unread
                .push(*file);
        }
        let units = units
            .into_iter()
            .map(|(folder, unit)| Unit { folder, ..unit })
            .collect();
        let owners = Owners::new(owner_rules(&sources, &documents));
        let owned_folders = owned_folders(&sources, &documents);
        let mut ops = Ops {
            sources,
            documents,
            units,
            leads: Leads::default(),
            scripts: Leads::default(),
            missing_tasks: MissingTasks::default(),
            unsearched: Vec::new(),
            owners,
            owned_folders,
            units_of: BTreeMap::new(),
        };
        ops.nest();
        for (index, unit) in ops.units.iter().enumerate() {
            let files = unit
                .documents
                .iter()
                .map(|place| ops.documents[*place].file);
            ops.units_of.extend(files.map(|file| (file, index)));
        }
        // Outer units come first, so that inner ones can follow their schedules.
        for index in 0..ops.units.len() {
            ops.units[index].oncall = UnitView { ops: &ops, index }.plan();
        }
        ops
    }

    fn nest(&mut self) {
        for index in 1..self.units.len() {
            let parent = self.around(self.units[index].folder.as_bytes());
            self.units[index].parent = Some(parent);
            self.units[parent].children.push(index);
        }
    }

    /// The place of the innermost unit that a path lies in.
    fn around(&self, path: &[u8]) -> usize {
        let path = String::from_utf8_lossy(path);
        let mut rest = &*path;
        while let Some((folder, _)) = rest.rsplit_once('/') {
            let unit = self
                .units
                .binary_search_by(|unit| (*unit.folder).cmp(folder));
            if let Ok(index) = unit {
                return index;
            }
            rest = folder;
        }
        0
    }

    /// Who owns a file: by `CODEOWNERS`, else by the nearest catalogue around it.
    pub fn owners(&self, file: FileId) -> Vec<&Spanned<String>> {
        let path = self.sources.path(file);
        let by_path = self.owners.of(path);
        if !by_path.is_empty() {
            return by_path.iter().collect();
        }
        let mut folders = folders_around(path).filter_map(|folder| self.owned_folders.get(folder));
        let catalogue = folders
            .next()
            .and_then(|index| self.documents[*index].catalogue.as_deref());
        let owner = catalogue.and_then(|catalogue| catalogue.owner.as_ref());
        owner.into_iter().collect()
    }

    /// Everybody who owns anything, by `CODEOWNERS` or a catalogue.
    pub fn all_owners(&self) -> impl Iterator<Item = &Spanned<String>> {
        let catalogues = self
            .documents
            .iter()
            .filter_map(|document| document.catalogue.as_deref());
        let named = catalogues.filter_map(|catalogue| catalogue.owner.as_ref());
        self.owners.all().chain(named)
    }

    /// All documents, in order of their paths.
    pub fn documents(
        &self,
    ) -> impl DoubleEndedIterator<Item = &Document> + ExactSizeIterator + Clone {
        self.documents.iter().map(|document| &**document)
    }

    pub fn views(&self) -> impl Iterator<Item = UnitView<'_>> {
        (0..self.units.len()).map(|index| UnitView { ops: self, index })
    }

    /// The zone in which days are meant for a file: that of the nearest unit which states one.
    pub fn timezone(&self, file: FileId) -> TimeZone {
        match self.units.is_empty() {
            true => TimeZone::UTC,
            false => self.view_of(file).timezone(),
        }
    }

    /// The same for a path at which nothing lies yet.
    pub fn timezone_at(&self, path: &[u8]) -> TimeZone {
        let index = self.around(path);
        match self.units.is_empty() {
            true => TimeZone::UTC,
            false => UnitView { ops: self, index }.timezone(),
        }
    }

    /// The document at a path, if it is one.
    pub fn document_at(&self, path: &str) -> Option<&Document> {
        let path_of = |document: &Document| self.sources.path(document.file);
        let found = self
            .documents
            .binary_search_by(|document| path_of(document).cmp(path.as_bytes()));
        found.ok().map(|index| &*self.documents[index])
    }

    /// The folder of the unit that a file belongs to.
    pub fn unit_of(&self, file: FileId) -> &str {
        let unit = self.units.get(self.home_of(file));
        unit.map_or("", |unit| &unit.folder)
    }

    /// The folder of the unit that a path belongs to.
    pub fn unit_of_path(&self, path: &[u8]) -> &str {
        let unit = self.units.get(self.around(path));
        unit.map_or("", |unit| &unit.folder)
    }

    /// The unit that a document belongs to.
    pub fn view_of(&self, file: FileId) -> UnitView<'_> {
        let index = self.home_of(file);
        UnitView { ops: self, index }
    }

    fn home_of(&self, file: FileId) -> usize {
        let known = self.units_of.get(&file).copied();
        known.unwrap_or_else(|| self.around(self.sources.path(file)))
    }
}

/// A unit together with what it inherits.
#[derive(Clone, Copy, Debug)]
pub struct UnitView<'a> {
    ops: &'a Ops,
    index: usize,
}

/// What covers an incident type or a fix.
#[derive(Clone, Copy, Debug)]
pub enum Covered<'a> {
    /// A slot of a native file: a path, a link, or the reason why it does not apply.
    Stated(&'a Stated<String>),
    Document(&'a Document, &'a Coverage),
}

impl Covered<'_> {
    /// Where it is said.
    pub fn span(self) -> Option<Span> {
        match self {
            Covered::Stated(stated) => stated.span(),
            Covered::Document(_, coverage) => Some(coverage.span),
        }
    }

    fn rank(self) -> (Option<By>, Option<Span>) {
        match self {
            Covered::Stated(_) => (None, self.span()),
            Covered::Document(_, coverage) => (Some(coverage.by), self.span()),
        }
    }
}

/// What looks like coverage and is none.
#[derive(Clone, Copy, Debug)]
pub struct Missed<'a> {
    pub document: &'a Document,
    pub why: Why,
    pub span: Span,
}

impl<'a> UnitView<'a> {
    pub fn folder(self) -> &'a str {
        &self.unit().folder
    }

    /// Its own documents, not those of inner units.
    pub fn documents(self) -> impl Iterator<Item = &'a Document> {
        let ops = self.ops;
        let own = self.unit().documents.iter();
        own.map(move |index| &*ops.documents[*index])
    }

    /// The unit around it.
    pub fn parent(self) -> Option<UnitView<'a>> {
        let index = self.unit().parent?;
        Some(UnitView { index, ..self })
    }

    /// The unit and those around it, innermost first.
    pub fn around(self) -> impl Iterator<Item = UnitView<'a>> {
        std::iter::successors(Some(self), |unit| unit.parent())
    }

    /// The units that lie in it, outer ones before those in them.
    pub fn inside(self) -> impl Iterator<Item = UnitView<'a>> {
        let mut next: Vec<usize> = self.unit().children.clone();
        std::iter::from_fn(move || {
            let index = next.pop()?;
            next.extend(&self.ops.units[index].children);
            Some(UnitView { index, ..self })
        })
    }

    /// What answers a question here: its own evidence, else that of the nearest unit around it.
    pub fn evidence(self, answer: Answer) -> Vec<&'a Evidence> {
        let mut view = Some(self);
        while let Some(unit) = view {
            let own = unit.own_evidence(answer);
            if !own.is_empty() {
                return own;
            }
            view = unit.parent();
        }
        Vec::new()
    }

    /// Its own evidence, by part of the answer and then by place.
    pub fn own_evidence(self, answer: Answer) -> Vec<&'a Evidence> {
        let all = self.documents().flat_map(|document| &document.evidence);
        let mut own: Vec<&Evidence> = all.filter(|evidence| evidence.answer == answer).collect();
        own.sort_by_key(|evidence| (evidence.slot, evidence.span));
        own
    }

    /// What answers a part of a question here: its own evidence, else that of the nearest unit
    /// around it.
    pub fn evidence_of(self, slot: &str) -> Vec<&'a Evidence> {
        let own = self.documents().flat_map(|document| &document.evidence);
        let own: Vec<&Evidence> = own.filter(|evidence| evidence.slot == slot).collect();
        match self.parent() {
            Some(parent) if own.is_empty() => parent.evidence_of(slot),
            _ => own,
        }
    }

    /// Whether a part of a question is answered, here or around it.
    pub fn has(self, slot: &str) -> bool {
        let mut own = self.documents().flat_map(|document| &document.evidence);
        own.any(|evidence| evidence.slot == slot) || self.parent().is_some_and(|p| p.has(slot))
    }

    /// What the unit's own native files state of a slot.
    pub fn slot(self, slot: &str) -> Option<&'a Stated<String>> {
        self.documents()
            .find_map(|document| document.slots.get(slot))
    }

    /// The incident types that an alert of the unit, or of one around it, is named for.
    pub fn watched_incidents(self) -> BTreeSet<&'static str> {
        let mut watched = self
            .parent()
            .map(UnitView::watched_incidents)
            .unwrap_or_default();
        for alert in self.documents().flat_map(|document| &document.alerts) {
            let name = vocabulary::normalise(&alert.name.value);
            watched.extend(vocabulary::concepts("alerts", &name));
        }
        watched
    }

    /// What covers an incident type or a fix, here or around, for runbooks are added: what a
    /// document is for, and what native files state. The clearest reason first.
    pub fn coverage(self, concept: &str) -> Vec<Covered<'a>> {
        let mut found: Vec<Covered<'a>> = self.own_coverage(concept).collect();
        found.sort_by_key(|covered| covered.rank());
        let around = self.parent().map(|parent| parent.coverage(concept));
        found.extend(around.unwrap_or_default());
        found
    }

    /// Whether anything covers an incident type or a fix, here or around.
    pub fn is_covered(self, concept: &str) -> bool {
        self.around()
            .any(|unit| unit.own_coverage(concept).next().is_some())
    }

    fn own_coverage<'c>(self, concept: &'c str) -> impl Iterator<Item = Covered<'a>> + use<'a, 'c> {
        let slots = [format!("fix.incidents.{concept}"), format!("fix.{concept}")];
        self.documents().flat_map(move |document| {
            let stated = slots.each_ref().map(|slot| document.slots.get(&**slot));
            let stated = stated.into_iter().flatten().filter(|slot| slot.is_given());
            let covers = document.runbook.iter().flat_map(|runbook| &runbook.covers);
            let covers = covers.filter(move |c| c.concept == concept && c.is_clear());
            let covers = covers.filter(move |c| !self.ops.is_dead_end(document, c));
            let covers = covers.map(move |coverage| Covered::Document(document, coverage));
            stated.map(Covered::Stated).chain(covers)
        })
    }

    /// What looks like coverage of an incident type or a fix and is none, here or around; the
    /// closest first. Worth asking only where nothing covers it.
    pub fn near_misses(self, concept: &str) -> Vec<Missed<'a>> {
        let mut found = Vec::new();
        for document in self.documents() {
            let Some(runbook) = &document.runbook else {
                continue;
            };
            let missed = |why, span| Missed {
                document,
                why,
                span,
            };
            let near = runbook.near_misses.iter();
            let near = near.filter(|near| near.concept == concept);
            found.extend(near.map(|near| missed(near.why, near.span)));
            let steps = runbook.covers.iter();
            let steps = steps.filter(|c| c.concept == concept && !c.is_clear());
            found.extend(steps.map(|step| missed(Why::InPassing, step.span)));
            let dead = runbook.covers.iter().filter(|c| c.concept == concept);
            let dead = dead.filter(|c| self.ops.is_dead_end(document, c));
            found.extend(dead.map(|c| missed(Why::DeadEnd, c.span)));
        }
        let around = self.parent().map(|parent| parent.near_misses(concept));
        found.extend(around.unwrap_or_default());
        found.sort_by_key(|missed| (missed.why, missed.span));
        found
    }

    /// The unit's own runbooks: documents of that kind, and no plans.
    pub fn own_runbooks(self) -> impl Iterator<Item = (&'a Document, &'a Runbook)> {
        let own = self.documents();
        own.filter(|document| document.kind == Kind::Runbook)
            .filter_map(|document| Some((document, document.runbook.as_deref()?)))
    }

    /// The unit's own alerts.
    pub fn own_alerts(self) -> impl Iterator<Item = &'a Alert> {
        self.documents().flat_map(|document| &document.alerts)
    }

    /// Who can post to the status page, as the unit's own native files say.
    pub fn own_posters(self) -> impl Iterator<Item = &'a Spanned<String>> {
        self.documents().flat_map(|document| &document.posters)
    }

    /// The people declared here, else those of the nearest unit that declares any: as a whole.
    pub fn people(self) -> Vec<&'a Person> {
        let own: Vec<&Person> = self
            .documents()
            .flat_map(|document| &document.people)
            .collect();
        match self.parent() {
            Some(parent) if own.is_empty() => parent.people(),
            _ => own,
        }
    }

    /// The unit's own people.
    pub fn own_people(self) -> impl Iterator<Item = &'a Person> {
        self.documents().flat_map(|document| &document.people)
    }

    /// The unit's own rotas, a file each.
    pub fn own_rotas(self) -> impl Iterator<Item = &'a Rota> {
        let rotas = self
            .documents()
            .filter_map(|document| document.rota.as_deref());
        rotas.filter(|rota| !rota.is_empty())
    }

    /// The names of all schedules that can be meant here.
    pub fn schedules(self) -> Vec<&'a str> {
        let mut names: Vec<&str> = self.parent().map(UnitView::schedules).unwrap_or_default();
        for rota in self.own_rotas() {
            names.extend(rota.schedules.iter().map(|one| one.name.value.as_str()));
        }
        names
    }

    /// Its place in [`Ops::units`].
    pub fn index(self) -> usize {
        self.index
    }

    /// What the unit's own files say of being on call, ready to be computed.
    pub fn oncall(self) -> &'a OncallPlan {
        &self.unit().oncall
    }

    /// The plans of the unit and of those around it, innermost first.
    pub fn oncall_around(self) -> impl Iterator<Item = &'a OncallPlan> {
        self.around().map(UnitView::oncall)
    }

    /// The levels of the escalation, here or in the nearest unit around that has any: as a whole.
    pub fn escalation(self) -> Vec<&'a EscalationLevel> {
        let own: Vec<&EscalationLevel> =
            self.own_rotas().flat_map(|rota| &rota.escalation).collect();
        match self.parent() {
            Some(parent) if own.is_empty() => parent.escalation(),
            _ => own,
        }
    }

    /// The team's zone, here or around; UTC if nothing states one.
    pub fn timezone(self) -> TimeZone {
        let own = self.unit().timezone.clone();
        own.or_else(|| self.parent().map(UnitView::timezone))
            .unwrap_or(TimeZone::UTC)
    }

    /// The name that should be the team's zone, here or around, and is none.
    fn unknown_zone(self) -> Option<Span> {
        let unit = self.unit();
        if unit.timezone.is_some() || unit.unknown_zone.is_some() {
            return unit.unknown_zone.filter(|_| unit.timezone.is_none());
        }
        self.parent().and_then(UnitView::unknown_zone)
    }

    fn plan(self) -> OncallPlan {
        let rotas: Vec<&Rota> = self.own_rotas().collect();
        if rotas.is_empty() {
            return OncallPlan::default();
        }
        schedules::plan(&schedules::Around {
            rotas,
            zone: self.timezone(),
            unknown_zone: self.unknown_zone(),
            people: self.people(),
            is_paged: self.has("who.paging") || self.has("who.hotline"),
            outer: self.oncall_around().skip(1).collect(),
        })
    }

    /// The ids of the unit's own people who are on call: listed in a schedule or an escalation;
    /// everybody declared, if no rota of its own lists anybody.
    pub fn on_call(self) -> Vec<&'a Person> {
        let mut called = BTreeSet::new();
        for rota in self.own_rotas() {
            let on_call = rota.called.iter().filter(|called| called.by.is_on_call());
            called.extend(on_call.map(|called| called.name.value.as_str()));
        }
        let people = self.people().into_iter();
        if called.is_empty() {
            return self.own_people().collect();
        }
        people
            .filter(|person| called.contains(person.id.value.as_str()))
            .collect()
    }

    /// Whether any document, its own or around it, holds an answer.
    pub fn is_answered(self, answer: Answer) -> bool {
        let here = self
            .documents()
            .flat_map(|document| &document.evidence)
            .any(|evidence| evidence.answer == answer);
        here || self
            .parent()
            .is_some_and(|parent| parent.is_answered(answer))
    }

    /// The root of a repository of units, where nothing lies but what belongs to them.
    pub fn is_mere_container(self) -> bool {
        self.index == 0
            && self.ops.units.len() > 1
            && self.unit().unread.is_empty()
            && self
                .documents()
                .all(|document| document.kind == Kind::Other)
    }

    /// A file that belongs here or around it, could hold an answer and could not be understood, so
    /// that absence is not proven.
    pub fn unread(self, answer: Answer) -> Option<FileId> {
        let may_answer = |file: &&FileId| {
            let hint = path_facts(self.ops.sources.path(**file)).and_then(|facts| facts.hint);
            hint.is_none_or(|hint| hint.answers().contains(&answer))
        };
        let own = self.unit().unread.iter().find(may_answer).copied();
        let faulty = self
            .documents()
            .find(|document| document.has_fault_in(answer));
        own.or(faulty.map(|document| document.file))
            .or_else(|| self.parent().and_then(|parent| parent.unread(answer)))
    }

    /// A folder here or around it that could not be listed, so that absence is not proven.
    pub fn unsearched(self) -> Option<&'a [u8]> {
        let mut folders = self.ops.unsearched.iter();
        let own = folders.find(|folder| is_below(folder, &self.unit().folder));
        let own = own.map(|folder| &**folder);
        own.or_else(|| self.parent().and_then(UnitView::unsearched))
    }

    /// Where to point for an answer, or a part of one, that is not there: the answer's key, else an
    /// operations document that is about it, else the README.
    pub fn anchor(self, answer: Answer) -> Place {
        let key = |document: &Document| document.keys.get(answer.id()).copied();
        let ranked = self.documents().map(|it| (anchor_rank(it, answer), it));
        let mut ranked: Vec<_> = ranked.filter(|((rank, _), _)| *rank > 0).collect();
        ranked.sort_by_key(|(rank, document)| (std::cmp::Reverse(*rank), document.file));
        // Of several pages that say nothing of it, each is as good as another, and so none is.
        let best = match ranked.as_slice() {
            [((rank, false), _), ((next, _), _), ..] if rank == next && *rank < 3 => None,
            ranked => ranked.first().map(|(_, document)| *document),
        };
        let span = self
            .documents()
            .filter(|document| document.native.is_some())
            .find_map(key)
            .or_else(|| best.map(|document| document.first_line))
            .or_else(|| self.readme());
        span.map_or(Place::Nowhere, Place::Bytes)
    }

    fn readme(self) -> Option<Span> {
        let depth = self.folder().split('/').filter(|f| !f.is_empty()).count();
        let is_readme = |document: &&Document| {
            let path = self.ops.sources.path(document.file);
            let facts = path_facts(path);
            let folders = path.iter().filter(|byte| **byte == b'/').count();
            folders == depth && facts.is_some_and(|facts| facts.name == "readme")
        };
        let readme = self.documents().find(is_readme);
        readme.map(|document| document.first_line)
    }

    fn unit(self) -> &'a Unit {
        &self.ops.units[self.index]
    }
}

/// The lines of the `CODEOWNERS` file in force.
fn owner_rules(sources: &Sources, documents: &[Box<Document>]) -> Vec<OwnerRule> {
    let rank = |document: &Document| {
        let path = sources.path(document.file);
        let mut places = owners::PLACES.iter();
        places.position(|place| place.as_bytes() == path)
    };
    let ranked = documents.iter().filter(|document| rank(document).is_some());
    let first = ranked.min_by_key(|document| rank(document));
    first
        .map(|document| document.owner_rules.clone())
        .unwrap_or_default()
}

fn owned_folders(sources: &Sources, documents: &[Box<Document>]) -> BTreeMap<String, usize> {
    let mut folders = BTreeMap::new();
    for (index, document) in documents.iter().enumerate() {
        let catalogue = document.catalogue.as_deref();
        if catalogue.is_some_and(|catalogue| catalogue.owner.is_some()) {
            folders.insert(unit_folder(sources.path(document.file)), index);
        }
    }
    folders
}

/// The folders that a path lies in, innermost first, the root at the end.
fn folders_around(path: &[u8]) -> impl Iterator<Item = &str> {
    let mut rest = str::from_utf8(path).ok();
    std::iter::from_fn(move || {
        let path = rest.filter(|path| !path.is_empty())?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        rest = Some(folder);
        Some(folder)
    })
}

/// How well a document serves as the place where an answer should be, and whether it says
/// something of it.
fn anchor_rank(document: &Document, answer: Answer) -> (u8, bool) {
    let says = document.evidence.iter().any(|it| it.answer == answer);
    let rank = match document.kind {
        Kind::Preparedness => 3,
        Kind::IncidentPlan => 2,
        Kind::Oncall if says || answer == Answer::Who => 1,
        _ => 0,
    };
    (rank, says)
}

/// The folder whose unit a native file makes: the folders in which operations documents are
/// usually kept belong to the folder around them.
fn unit_folder(path: &[u8]) -> String {
    const KEPT_IN: &[&str] = &["ops", "docs", ".github"];
    let path = String::from_utf8_lossy(path);
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    if folders.last().is_some_and(|last| KEPT_IN.contains(last)) {
        folders.pop();
    }
    folders.join("/")
}

fn enclosing<'u>(units: &'u mut BTreeMap<String, Unit>, path: &[u8]) -> &'u mut Unit {
    let path = String::from_utf8_lossy(path);
    let mut folder = &*path;
    while let Some((outer, _)) = folder.rsplit_once('/') {
        if units.contains_key(outer) {
            folder = outer;
            return units.get_mut(folder).expect("the key was just found");
        }
        folder = outer;
    }
    units.entry(String::new()).or_default()
}

fn is_below(path: &[u8], folder: &str) -> bool {
    let rest = path.strip_prefix(folder.as_bytes());
    rest.is_some_and(|rest| folder.is_empty() || rest.starts_with(b"/"))
}
