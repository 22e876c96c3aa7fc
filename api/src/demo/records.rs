//! The plans, figures and meeting of the demonstration: drafted, approved and released by the
//! accounts whose step each is.

use std::collections::HashMap;

use anyhow::{Context, Result};
use serde::{Deserialize, de::DeserializeOwned};

use super::{Play, acting};
use crate::{
    access::{Handling, Kind, Open, Party, Viewer},
    directory::{institution, reception_point},
    ids::{DatasetId, InstitutionId, PlanId, ReceptionPointId, RecordId},
    ledger::Work,
    meetings::{
        AgendaItem, Chair, DecisionRule, Delegation, ItemKind, Level, Link, MeetingContent, Mode, Presidency,
        Session,
    },
    node::Node,
    plans::{
        PlanContent, approval,
        document::{self, Codes},
    },
    records::{self, Content, Draft, Release, Shown},
    statistics::{
        DatasetContent, Told,
        columns::Columns,
        course::Course,
        import,
        layout::{Dimension, Layout},
        prepare, reading,
        totals::{CrossTotal, Override},
    },
    text::Text,
};

/// Who takes a record through its life, and to whom it is released.
#[derive(Clone, Deserialize)]
struct Way {
    author: String,
    /// Who approves it, step by step.
    signers: Vec<String>,
    releaser: String,
    handling: Handling,
    /// Country codes, or `*` for everyone.
    audience: Vec<String>,
}

#[derive(Deserialize)]
struct PlanFile {
    owner: String,
    #[serde(flatten)]
    way: Way,
    /// As a document, with the directory's codes.
    content: serde_json::Value,
}

#[derive(Deserialize)]
struct DatasetFile {
    #[serde(flatten)]
    way: Way,
    code: String,
    name: Text,
    compiler: String,
    indicator: String,
    definition: Option<Text>,
    decimals: u8,
    dimensions: Vec<Dimension>,
    #[serde(default)]
    cross_totals: Vec<CrossTotal>,
    vintages: Vec<VintageTold>,
}

#[derive(Deserialize)]
struct VintageTold {
    file: String,
    #[serde(default)]
    provisional: bool,
    note: Option<Text>,
    source: Option<String>,
    #[serde(default)]
    overrides: Vec<Override>,
}

#[derive(Deserialize)]
struct MeetingFile {
    #[serde(flatten)]
    way: Way,
    content: MeetingTold,
}

#[derive(Deserialize)]
struct MeetingTold {
    title: Text,
    series: Option<String>,
    level: Level,
    mode: Mode,
    place: Text,
    host: String,
    chair: Option<Chair>,
    presidencies: Vec<Presidency>,
    sessions: Vec<Session>,
    languages: Vec<String>,
    delegations: Vec<Delegation>,
    items: Vec<ItemTold>,
    note: Option<Text>,
}

#[derive(Deserialize)]
struct ItemTold {
    title: Text,
    kind: ItemKind,
    session: u32,
    minutes: u32,
    documents: Vec<Text>,
    plans: Vec<String>,
    datasets: Vec<String>,
}

/// The figures of the demonstration, by file name.
const FIGURES: &[(&str, &str)] = &[
    ("gt-igm-returned-persons-1.csv", include_str!("../../demo/figures/gt-igm-returned-persons-1.csv")),
    (
        "gt-igm-returned-persons-provisional-1.csv",
        include_str!("../../demo/figures/gt-igm-returned-persons-provisional-1.csv"),
    ),
    (
        "hn-conmigho-returned-persons-1.csv",
        include_str!("../../demo/figures/hn-conmigho-returned-persons-1.csv"),
    ),
    ("hn-inm-returned-persons-1.csv", include_str!("../../demo/figures/hn-inm-returned-persons-1.csv")),
    ("hn-inm-returned-persons-2.csv", include_str!("../../demo/figures/hn-inm-returned-persons-2.csv")),
    ("mx-segob-centre-declined-1.csv", include_str!("../../demo/figures/mx-segob-centre-declined-1.csv")),
    ("mx-segob-centre-entered-1.csv", include_str!("../../demo/figures/mx-segob-centre-entered-1.csv")),
    ("mx-segob-return-events-1.csv", include_str!("../../demo/figures/mx-segob-return-events-1.csv")),
    ("mx-upmrip-return-events-1.csv", include_str!("../../demo/figures/mx-upmrip-return-events-1.csv")),
    ("mx-upmrip-return-events-2.csv", include_str!("../../demo/figures/mx-upmrip-return-events-2.csv")),
    ("mx-upmrip-returned-persons-1.csv", include_str!("../../demo/figures/mx-upmrip-returned-persons-1.csv")),
];

/// The ids behind the codes that the files use.
pub struct Names(Codes);

impl Names {
    pub async fn read(node: &Node, viewer: &Viewer) -> Result<Self> {
        let institutions = institution::Entity::open_to(viewer).all(&node.reads.0).await?;
        let points = reception_point::Entity::open_to(viewer).all(&node.reads.0).await?;
        Ok(Self(Codes {
            institutions: institutions.into_iter().map(|row| (row.code, row.id)).collect(),
            points: points.into_iter().map(|row| (row.code, row.id)).collect(),
        }))
    }

    pub fn point(&self, code: &str) -> Result<ReceptionPointId> {
        self.0.points.get(code).copied().with_context(|| format!("no reception point {code}"))
    }

    pub fn institution(&self, code: &str) -> Result<InstitutionId> {
        self.0.institutions.get(code).copied().with_context(|| format!("no institution {code}"))
    }
}

/// The plans, by the code of their owner.
pub async fn plans(node: &Node, names: &Names) -> Result<HashMap<String, PlanId>> {
    let mut made = HashMap::new();
    let files = files::<PlanFile>("plans", include_str!("../../demo/plans.json"))?;
    for PlanFile { owner, way, mut content } in files {
        names.0.read(&mut content);
        let content = document::parse(content).map_err(anyhow::Error::msg)?;
        let draft = begun(&way, content);
        let id = step(node, &way.author, async move |work| approval::begin(work, draft).await).await?;
        released::<PlanContent>(node, &way, id, 1).await?;
        made.insert(owner, id.into());
    }
    Ok(made)
}

/// The datasets, by their codes: first of each its first vintage, and a month later the corrections.
pub async fn datasets(play: &Play, names: &Names) -> Result<HashMap<String, DatasetId>> {
    let node = &play.node;
    let (mut made, mut corrections) = (HashMap::new(), Vec::new());
    for file in files::<DatasetFile>("datasets", include_str!("../../demo/datasets.json"))? {
        let content = DatasetContent {
            code: file.code.clone(),
            name: file.name,
            compiler: names.institution(&file.compiler)?,
            indicator: file.indicator,
            definition: file.definition,
            frequency: None,
            layout: Layout { decimals: file.decimals, dimensions: file.dimensions },
            cross_totals: file.cross_totals,
            vintage: None,
        };
        let id = drafted(node, &file.way, content).await?;
        let mut vintages = (1..).zip(file.vintages);
        for (revision, vintage) in vintages.by_ref().take(1) {
            imported(node, &file.way.author, id, revision, vintage).await?;
            released::<DatasetContent>(node, &file.way, id, revision + 1).await?;
        }
        corrections.extend(vintages.map(|(revision, vintage)| (file.way.clone(), id, revision, vintage)));
        made.insert(file.code, id.into());
    }
    play.pass();
    for (way, id, revision, vintage) in corrections {
        imported(node, &way.author, id, revision, vintage).await?;
        released::<DatasetContent>(node, &way, id, revision + 1).await?;
    }
    Ok(made)
}

pub async fn meetings(
    node: &Node,
    plans: &HashMap<String, PlanId>,
    datasets: &HashMap<String, DatasetId>,
) -> Result<()> {
    for MeetingFile { way, content } in
        files::<MeetingFile>("meetings", include_str!("../../demo/meetings.json"))?
    {
        let item = |(at, item): (usize, ItemTold)| AgendaItem {
            key: (at + 1).to_string(),
            under: None,
            kind: item.kind,
            closed: false,
            title: item.title,
            session: item.session,
            minutes: item.minutes,
            proponent: None,
            speaker: None,
            outcome: None,
            annotation: None,
            documents: item.documents,
            plans: linked(item.plans.iter().filter_map(|owner| plans.get(owner))),
            datasets: linked(item.datasets.iter().filter_map(|code| datasets.get(code))),
        };
        let content = MeetingContent {
            title: content.title,
            series: content.series,
            number: None,
            frame: None,
            level: content.level,
            mode: content.mode,
            place: content.place,
            host: content.host,
            chair: content.chair,
            presidencies: content.presidencies,
            sessions: content.sessions,
            languages: content.languages,
            quorum: None,
            decision: DecisionRule::Consensus,
            delegations: content.delegations,
            items: content.items.into_iter().enumerate().map(item).collect(),
            note: content.note,
        };
        let id = drafted(node, &way, content).await?;
        released::<MeetingContent>(node, &way, id, 1).await?;
    }
    Ok(())
}

/// Links to whatever is the latest.
fn linked<'a, Id: Copy + 'a>(ids: impl Iterator<Item = &'a Id>) -> Vec<Link<Id>> {
    ids.map(|id| Link { id: *id, pinned: None }).collect()
}

fn files<T: DeserializeOwned>(name: &str, text: &str) -> Result<Vec<T>> {
    serde_json::from_str(text).with_context(|| format!("the demonstration's {name}"))
}

/// One step, by the account whose step it is.
async fn step(
    node: &Node,
    login: &str,
    command: impl AsyncFnOnce(&mut Work) -> crate::error::Result<RecordId>,
) -> Result<RecordId> {
    let viewer = acting(node, login).await?;
    node.ledger.write(&viewer, None, command).await.with_context(|| format!("as {login}"))
}

fn begun<C>(way: &Way, content: C) -> Draft<C> {
    Draft { content, handling: way.handling, chain: Vec::new(), accounts: Vec::new(), note: None }
}

async fn drafted<C: Content>(node: &Node, way: &Way, content: C) -> Result<RecordId> {
    let draft = begun(way, content);
    step(node, &way.author, async move |work| records::draft(work, draft).await).await
}

async fn imported(node: &Node, author: &str, id: RecordId, revision: i32, told: VintageTold) -> Result<()> {
    let viewer = acting(node, author).await?;
    let dataset: Shown<DatasetContent> = records::one(&node.reads.0, &viewer, id).await?;
    let (_, text) = FIGURES
        .iter()
        .find(|(name, _)| *name == told.file)
        .with_context(|| format!("the demonstration has no file {}", told.file))?;
    let columns = Columns { ignored: vec!["SOURCE".into()], ..Columns::default() };
    let before = match &dataset.content.vintage {
        Some(vintage) => Some(node.vault.open(&vintage.file).await?),
        None => None,
    };
    let (limits, scratch) = (reading::Limits::default(), node.vault.scratch());
    let prepared =
        prepare(&dataset.content, before, text.as_bytes(), &columns, limits, scratch, &Course::default())?;
    let stored = prepared.store(&node.vault, told.overrides).await?;
    let told =
        Told { source: told.source, note: told.note, provisional: told.provisional, ..Told::default() };
    step(node, author, async move |work| import(work, id, revision, stored, told).await).await?;
    Ok(())
}

/// The occasion on which it was agreed to share.
pub const INSTRUMENT: &str = "Reunión sobre Movilidad Humana, Ciudad de México, 16 y 17 de enero de 2025";

/// Submitted, approved by a second person, released.
async fn released<C: Content>(node: &Node, way: &Way, id: RecordId, revision: i32) -> Result<()> {
    let kind: Kind = C::KIND;
    step(node, &way.author, async move |work| records::submit(work, kind, id, revision).await).await?;
    for signer in &way.signers {
        let approve = async move |work: &mut Work| match kind {
            Kind::Plan => approval::approve(work, id, revision).await,
            kind => records::approve(work, kind, id, revision).await,
        };
        step(node, signer, approve).await?;
    }
    let party = |code: &String| match code.as_str() {
        "*" => Party::Everyone,
        code => Party::Country(code.into()),
    };
    let release = Release {
        expected: revision,
        audience: way.audience.iter().map(|code| ("audience".into(), party(code))).collect(),
        instrument: INSTRUMENT.into(),
        purpose: "Demostración: coordinar la recepción / Demonstration: to coordinate reception".into(),
    };
    step(node, &way.releaser, async move |work| records::release::<C>(work, id, release).await).await?;
    Ok(())
}
