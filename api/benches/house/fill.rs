//! What the node holds: plans of mixed audiences, and a dataset of many observations.

use std::fmt::Write;

use anyhow::{Context, Result};
use api::{
    access::{Handling, Kind, Open, Party, Viewer, audience},
    clock::Clock,
    directory::{institution, reception_point, viewer_by_login},
    ids::{DatasetId, InstitutionId, ReceptionPointId, RecordId},
    ledger::{Work, sha256},
    node::Node,
    page::Page,
    plans::{PlanContent, Point},
    records::{self, Content, Draft, Record, Release, Revision, Shown, State, Wanted},
    statistics::{
        DatasetContent, Told,
        code::DimensionRole,
        columns::Columns,
        course::Course,
        import,
        layout::{Dimension, Layout},
        prepare,
        reading::Limits,
    },
    text::Text,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use crate::tape::{RecordRow, RevisionRow};

/// Who reads, in turn: editors, focal points and analysts of three countries, and an observer.
pub const READERS: [&str; 8] = [
    "mx.sre.focal",
    "gt.minex.focal",
    "hn.sreci.analyst",
    "int.iom.observer",
    "mx.segob.editor",
    "gt.minex.analyst",
    "hn.sreci.focal",
    "gt.igm.editor",
];

pub async fn viewer(node: &Node, login: &str) -> Result<Viewer> {
    let found = viewer_by_login(&node.reads.0, login, node.clock.now()).await?;
    found.with_context(|| format!("no account {login}"))
}

/// What the invented plans are made of.
pub struct Parts {
    owners: Vec<institution::Model>,
    points: Vec<ReceptionPointId>,
    models: Vec<PlanContent>,
    author: Viewer,
}

impl Parts {
    /// The directory, and the three plans of the demonstration.
    pub async fn read(node: &Node) -> Result<Self> {
        let (db, author) = (&node.reads.0, viewer(node, "mx.sre.focal").await?);
        let owners = institution::Entity::open_to(&author).all(db).await?;
        let points = reception_point::Entity::open_to(&author).all(db).await?;
        let page = Page { size: 20, after: None, before: None, backward: false };
        let plans = records::page::<PlanContent>(db, &author, &page, &Wanted::default(), false).await?;
        let mut models: Vec<_> =
            plans.edges.into_iter().map(|edge| std::sync::Arc::unwrap_or_clone(edge.node.content)).collect();
        let phases = models
            .iter()
            .find(|plan| plan.phases.len() >= 3)
            .context("a plan of three phases")?
            .phases
            .clone();
        // A plan as lists usually meet it: names, who takes part, a little prose, phases and points.
        for model in &mut models {
            let plan = model.clone();
            let more = plan.participation.iter().map(|one| one.institution);
            *model = PlanContent {
                participants: plan.participants.iter().copied().chain(more).collect(),
                acronym: plan.acronym,
                legal_basis: plan.legal_basis,
                valid_from: plan.valid_from,
                valid_until: plan.valid_until,
                target_groups: plan.target_groups,
                sections: plan.sections.into_iter().take(4).collect(),
                phases: phases[..3].to_vec(),
                ..PlanContent::named(plan.name, plan.lead)
            };
        }
        Ok(Self {
            owners: owners.into_iter().filter(|owner| owner.country.is_some()).collect(),
            points: points.into_iter().map(|point| point.id).collect(),
            models,
            author,
        })
    }

    fn owner(&self, code: &str) -> Result<InstitutionId> {
        Ok(self.owners.iter().find(|owner| owner.code == code).with_context(|| code.to_owned())?.id)
    }

    fn plan(&self, at: usize, owner: InstitutionId) -> PlanContent {
        let mut plan = self.models[at % self.models.len()].clone();
        plan.name = Text::both(
            format!("Plan de contingencia {at}: {}", plan.name.es),
            format!("Contingency plan {at}: {}", plan.name.en.as_deref().unwrap_or(&plan.name.es)),
        );
        plan.lead = owner;
        plan.reception_points = (0..4 + at % 3)
            .map(|nth| {
                Point::of(self.points[(at * 7 + nth) % self.points.len()], Some((at % 40 * 25 + 50) as i32))
            })
            .collect();
        plan
    }
}

/// How a plan is shared: a draft, to one country, to both others, to everybody, to an institution.
fn shared(at: usize, owner: &institution::Model, observer: InstitutionId) -> (State, Handling, Vec<Party>) {
    let others = ["MX", "GT", "HN"].into_iter().filter(|code| owner.country.as_deref() != Some(*code));
    let others: Vec<_> = others.map(|code| Party::Country(code.into())).collect();
    match at % 10 {
        0 | 1 => (State::Draft, Handling::Green, Vec::new()),
        2 | 3 => (State::Released, Handling::Amber, vec![others[at % 2].clone()]),
        4..=7 => (State::Released, Handling::Green, others),
        8 => (State::Released, Handling::Clear, vec![Party::Everyone]),
        _ => (State::Released, Handling::AmberStrict, vec![Party::Institution(observer)]),
    }
}

/// Plans of mixed audiences, as the commands would have left them.
pub async fn plans(node: &Node, count: usize) -> Result<()> {
    let parts = Parts::read(node).await?;
    let ministries = [parts.owner("MX-SRE")?, parts.owner("GT-MINEX")?, parts.owner("HN-SRECI")?];
    let observer = viewer(node, "int.iom.observer").await?.institution;
    let mut rows = Rows::new(&parts, &node.clock);
    for at in 0..count {
        let owner = &parts.owners[at % parts.owners.len()];
        let ministry = match owner.country.as_deref() {
            Some("MX") => ministries[0],
            Some("GT") => ministries[1],
            _ => ministries[2],
        };
        let (state, handling, to) = shared(at, owner, observer);
        let mut working = vec![Party::Institution(owner.id), Party::Institution(ministry)];
        working.sort();
        working.dedup();
        rows.add(&parts.plan(at, owner.id), owner, state, handling, working, to)?;
        if rows.records.len() == 500 {
            rows.write(node).await?;
        }
    }
    rows.write(node).await
}

/// Many short plans of one ministry: all but a few released to Guatemala, three of them to the
/// observer's institution alone.
pub async fn many(node: &Node, count: usize) -> Result<()> {
    let parts = Parts::read(node).await?;
    let observer = viewer(node, "int.iom.observer").await?.institution;
    let minex = parts.owner("GT-MINEX")?;
    let owner = parts.owners.iter().find(|owner| owner.code == "MX-SRE").context("MX-SRE")?;
    let mut short = parts.plan(0, owner.id);
    short.sections.clear();
    short.participants.clear();
    let mut rows = Rows::new(&parts, &node.clock);
    for at in 0..count {
        let to = match at % (count / 3) {
            100 => vec![Party::Institution(observer)],
            // Some by two ways at once: what is seen twice counts once.
            nth if nth % 100 == 7 => vec![Party::Country("GT".into()), Party::Institution(minex)],
            _ => vec![Party::Country("GT".into())],
        };
        rows.add(&short, owner, State::Released, Handling::Clear, vec![Party::Institution(owner.id)], to)?;
        if rows.records.len() == 1_000 {
            rows.write(node).await?;
        }
    }
    rows.write(node).await
}

/// Rows that are written together.
struct Rows<'a> {
    parts: &'a Parts,
    clock: &'a Clock,
    records: Vec<RecordRow>,
    revisions: Vec<RevisionRow>,
    shown: Vec<audience::ActiveModel>,
}

impl<'a> Rows<'a> {
    fn new(parts: &'a Parts, clock: &'a Clock) -> Self {
        Self { parts, clock, records: Vec::new(), revisions: Vec::new(), shown: Vec::new() }
    }

    fn add(
        &mut self,
        plan: &PlanContent,
        owner: &institution::Model,
        state: State,
        handling: Handling,
        working: Vec<Party>,
        to: Vec<Party>,
    ) -> Result<()> {
        let (id, at, author) = (RecordId::new(), self.clock.now(), self.parts.author.account);
        let (content, outline) = (serde_json::to_string(plan)?, plan.outline());
        let released = state == State::Released;
        self.records.push(RecordRow {
            id,
            kind: Kind::Plan.code().into(),
            owner_id: owner.id,
            owner_country: owner.country.clone(),
            code: None,
            head: 1,
            chain: serde_json::to_string(&working)?,
        });
        self.revisions.push(RevisionRow {
            record_id: id,
            number: 1,
            state,
            handling,
            hash: sha256(content.as_bytes()),
            content,
            search: outline.search(),
            starts: outline.starts,
            ends: outline.ends,
            note: None,
            author_id: author,
            at,
            approver_id: released.then_some(author),
            approved_at: released.then_some(at),
            releaser_id: released.then_some(author),
            released_at: released.then_some(at),
            retracted_at: None,
            retractor_id: None,
            retraction: None,
        });
        let released = to.into_iter().filter(|party| !working.contains(party)).map(|party| (party, false));
        let all: Vec<_> = working.iter().cloned().map(|party| (party, true)).chain(released).collect();
        self.shown
            .extend(all.into_iter().map(|(party, works)| audience::row(Kind::Plan, party, id, 1, works)));
        Ok(())
    }

    async fn write(&mut self, node: &Node) -> Result<()> {
        let db = node.ledger.groundwork();
        if self.records.is_empty() {
            return Ok(());
        }
        let records = self.records.drain(..).map(|row| row.into_active_model().reset_all());
        Record::insert_many(records).exec_without_returning(db).await?;
        let revisions = self.revisions.drain(..).map(|row| row.into_active_model().reset_all());
        Revision::insert_many(revisions).exec_without_returning(db).await?;
        audience::Entity::insert_many(self.shown.drain(..)).exec_without_returning(db).await?;
        Ok(())
    }
}

/// Who publishes the figures.
pub const PUBLISHER: &str = "mx.segob.statistics";

/// A dataset without figures yet.
pub async fn declared(node: &Node, code: &str) -> Result<RecordId> {
    let author = viewer(node, PUBLISHER).await?;
    let dimension = |code: &str, role| Dimension {
        code: code.into(),
        codes: None,
        list: None,
        name: Text::both(code, code),
        role,
    };
    let content = DatasetContent {
        code: code.into(),
        name: Text::both(
            "Retornos por mes, estado, sexo, edad y vía",
            "Returns by month, state, sex, age and mode",
        ),
        compiler: author.institution,
        indicator: "RETURN_EVENT".into(),
        definition: None,
        frequency: None,
        layout: Layout {
            decimals: 0,
            dimensions: vec![
                dimension("SEX", DimensionRole::Plain),
                dimension("AGE", DimensionRole::Age),
                dimension("RETURN_MODE", DimensionRole::Plain),
                dimension("REF_AREA", DimensionRole::Area),
            ],
        },
        cross_totals: Vec::new(),
        vintage: None,
    };
    let (handling, chain, accounts) = (Handling::Clear, Vec::new(), Vec::new());
    let draft = Draft { content, handling, chain, accounts, note: None };
    step(node, &author, async move |work| records::draft(work, draft).await).await
}

/// A dataset of some 200,000 observations, through the commands: declared, imported, submitted,
/// approved, released to everybody.
pub async fn dataset(node: &Node) -> Result<DatasetId> {
    let (id, author) = (declared(node, "BENCH").await?, viewer(node, PUBLISHER).await?);
    let declared: Shown<DatasetContent> = records::one(&node.reads.0, &author, id).await?;
    let (columns, limits) = (Columns::default(), Limits::default());
    let scratch = node.vault.scratch();
    let prepared =
        prepare(&declared.content, None, csv().as_bytes(), &columns, limits, scratch, &Course::default())?;
    let told = Told::default();
    let stored = prepared.store(&node.vault, Vec::new()).await.context("the figures are refused")?;
    step(node, &author, async move |work| import(work, id, 1, stored, told).await).await?;
    step(node, &author, async move |work| records::submit(work, Kind::Dataset, id, 2).await).await?;
    let minister = viewer(node, "mx.sre.minister").await?;
    step(node, &minister, async move |work| records::approve(work, Kind::Dataset, id, 2).await).await?;
    let release = Release {
        expected: 2,
        audience: vec![("audience".into(), Party::Everyone)],
        instrument: "Prueba / Trial".into(),
        purpose: "Medir / To measure".into(),
    };
    let focal = viewer(node, "mx.sre.focal").await?;
    step(node, &focal, async move |work| records::release::<DatasetContent>(work, id, release).await).await?;
    Ok(id.into())
}

async fn step(
    node: &Node,
    viewer: &Viewer,
    command: impl AsyncFnOnce(&mut Work) -> api::error::Result<RecordId>,
) -> Result<RecordId> {
    Ok(node.ledger.write(viewer, None, command).await?)
}

/// 260 months, 32 states, 2 sexes, 4 ages, 3 modes: 199,680 rows.
fn csv() -> String {
    const STATES: &str = "AGU BCN BCS CAM CHH CHP CMX COA COL DUR GRO GUA HID JAL MEX MIC MOR NAY NLE OAX PUE QUE \
                          ROO SIN SLP SON TAB TAM TLA VER YUC ZAC";
    let mut text = String::from("SEX,AGE,RETURN_MODE,REF_AREA,TIME_PERIOD,OBS_VALUE\n");
    for month in 0..260 {
        for (state, code) in STATES.split_whitespace().enumerate() {
            for (nth, sex) in ["F", "M"].into_iter().enumerate() {
                for (band, age) in ["Y0T11", "Y12T17", "Y18T59", "Y60T"].into_iter().enumerate() {
                    for (way, mode) in ["AIR", "LAND", "SEA"].into_iter().enumerate() {
                        // Public figures may be released whole from 5 on.
                        let value = 5 + (month * 31 + state * 17 + nth * 13 + band * 7 + way * 3) % 992;
                        let (year, month) = (2004 + month / 12, month % 12 + 1);
                        let _ = writeln!(text, "{sex},{age},{mode},MX-{code},{year}-{month:02},{value}");
                    }
                }
            }
        }
    }
    text
}
