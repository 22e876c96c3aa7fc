//! Backup and restore: database and vault together, consistent while the node serves.
//!
//! A backup is a folder: every table as JSON lines, read in one snapshot; the vault's files that
//! those rows name; the signed head of the ledger; the public halves of the node's keys; and a
//! manifest with the SHA-256 of each. It knows no database: what was backed up from SQLite can be
//! restored into PostgreSQL. It holds no secret key, so tokens issued before are not good after.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use futures::TryStreamExt;
use sea_orm::{
    AccessMode, ActiveModelTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, IsolationLevel,
    PaginatorTrait, TransactionTrait,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    access::{audience, create_dir_private, write_private},
    config::Config,
    directory::{account, appointment, consulate, country, division, institution, post, reception_point},
    ledger::{self, sha256},
    meetings,
    node::{Node, migrate_up, writing_pool},
    plans::{approval, capacity, force, support},
    records::{Record, Revision, Share},
    statistics::{DatasetContent, Mapping},
};

/// What a backup holds, written last: a folder without it is no backup.
#[derive(Serialize, Deserialize)]
struct Manifest {
    /// The form of the backup.
    form: u32,
    at: String,
    /// Rows by table.
    rows: BTreeMap<String, u64>,
    /// SHA-256 by file, relative to the folder.
    files: BTreeMap<String, String>,
}

const FORM: u32 = 1;

/// Runs one action on every table, in the order in which they refer to one another.
macro_rules! each_table {
    ($action:ident($($with:expr),*)) => {
        $action::<country::Entity>("country", $($with),*).await?;
        $action::<division::Entity>("division", $($with),*).await?;
        $action::<institution::Entity>("institution", $($with),*).await?;
        $action::<approval::step::Entity>("approval_step", $($with),*).await?;
        $action::<post::Entity>("post", $($with),*).await?;
        $action::<account::Entity>("account", $($with),*).await?;
        $action::<appointment::Entity>("appointment", $($with),*).await?;
        $action::<consulate::Entity>("consulate", $($with),*).await?;
        $action::<reception_point::Entity>("reception_point", $($with),*).await?;
        $action::<capacity::SettingRow>("capacity_point", $($with),*).await?;
        $action::<capacity::ReportRow>("capacity_report", $($with),*).await?;
        $action::<capacity::ShareRow>("capacity_share", $($with),*).await?;
        $action::<capacity::AudienceRow>("capacity_audience", $($with),*).await?;
        $action::<support::GapRow>("support_gap", $($with),*).await?;
        $action::<support::RequestRow>("support_request", $($with),*).await?;
        $action::<support::MessageRow>("support_message", $($with),*).await?;
        $action::<support::OfferRow>("support_offer", $($with),*).await?;
        $action::<support::CommitmentRow>("support_commitment", $($with),*).await?;
        $action::<Record>("record", $($with),*).await?;
        $action::<Revision>("revision", $($with),*).await?;
        $action::<approval::signature::Entity>("signature", $($with),*).await?;
        $action::<force::ActivationRow>("activation", $($with),*).await?;
        $action::<force::StepRow>("force_step", $($with),*).await?;
        $action::<force::ReasonRow>("force_reason", $($with),*).await?;
        $action::<force::ProgressRow>("action_progress", $($with),*).await?;
        $action::<audience::Entity>("audience", $($with),*).await?;
        $action::<Share>("share", $($with),*).await?;
        $action::<meetings::PhaseRow>("meeting_phase", $($with),*).await?;
        $action::<meetings::DelegationFactRow>("delegation_fact", $($with),*).await?;
        $action::<meetings::PositionRow>("position", $($with),*).await?;
        $action::<meetings::ExchangeRow>("position_exchange", $($with),*).await?;
        $action::<meetings::ProposalRow>("agenda_proposal", $($with),*).await?;
        $action::<meetings::SealRow>("sealed_position", $($with),*).await?;
        $action::<meetings::TextRow>("negotiated_text", $($with),*).await?;
        $action::<meetings::VersionRow>("text_version", $($with),*).await?;
        $action::<meetings::StanceRow>("text_stance", $($with),*).await?;
        $action::<meetings::StatementRow>("text_statement", $($with),*).await?;
        $action::<meetings::documents::DocumentRow>("meeting_document", $($with),*).await?;
        $action::<meetings::calendar::CalendarRow>("calendar", $($with),*).await?;
        $action::<meetings::people::ParticipantRow>("participant", $($with),*).await?;
        $action::<meetings::people::OrderRow>("speaking_order", $($with),*).await?;
        $action::<meetings::MinutesRow>("minutes", $($with),*).await?;
        $action::<meetings::MinutesApprovalRow>("minutes_approval", $($with),*).await?;
        $action::<meetings::AgreementRow>("meeting_commitment", $($with),*).await?;
        $action::<meetings::AgreementStepRow>("commitment_step", $($with),*).await?;
        $action::<Mapping>("mapping", $($with),*).await?;
        $action::<ledger::Entity>("entry", $($with),*).await?;
        $action::<ledger::party::Entity>("entry_party", $($with),*).await?;
    };
}

/// Writes a backup of the node into a new folder. Says how many rows and files it holds.
#[expect(clippy::disallowed_methods, reason = "one snapshot of every table, read only")]
pub async fn back_up(node: &Node, folder: &Path) -> Result<(u64, u64)> {
    if folder.exists() {
        bail!("{} exists already: name a new folder", folder.display());
    }
    create_dir_private(folder)?;
    // The head before the snapshot: it may then speak of fewer entries than the snapshot holds,
    // never of more.
    let head = fs::read(node.config.folder.join("ledger.head")).ok();
    let snapshot = node
        .reads
        .0
        .begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly))
        .await?;
    let mut manifest = Manifest {
        form: FORM,
        at: node.clock.now().to_string(),
        rows: BTreeMap::new(),
        files: BTreeMap::new(),
    };
    each_table!(save(&snapshot, folder, &mut manifest));
    let named = files_named(&snapshot).await?;
    snapshot.rollback().await?;

    for file in named {
        let bytes = node.vault.get(&file).await?;
        put(folder, &mut manifest, &format!("vault/{file}"), &bytes)?;
    }
    if let Some(head) = head {
        put(folder, &mut manifest, "ledger.head", &head)?;
    }
    for key in node.keys.all().iter() {
        let text = serde_json::to_vec_pretty(&key.public_half())?;
        put(folder, &mut manifest, &format!("keys/{}.json", key.kid), &text)?;
    }
    write_private(&folder.join("manifest.json"), &serde_json::to_vec_pretty(&manifest)?)?;
    Ok((manifest.rows.values().sum(), manifest.files.len() as u64))
}

/// Restores a backup into an empty node: a new folder and an empty database. All or nothing: the
/// rows come in one transaction, and every file is checked before anything is written.
#[expect(
    clippy::disallowed_methods,
    reason = "the one write without a Work: the ledger comes from the backup itself"
)]
pub async fn restore(config: &Config, folder: &Path) -> Result<u64> {
    let manifest: Manifest = serde_json::from_slice(
        &fs::read(folder.join("manifest.json"))
            .with_context(|| format!("{} is no backup: it has no manifest.json", folder.display()))?,
    )?;
    if manifest.form != FORM {
        bail!("this backup has form {}, which this version does not know", manifest.form);
    }
    for (name, hash) in &manifest.files {
        let path = inside(folder, name)?;
        let bytes = fs::read(&path).with_context(|| format!("the backup lacks {name}"))?;
        if sha256(&bytes) != *hash {
            bail!("{name} is damaged: its SHA-256 is not the manifest's");
        }
    }
    if config.folder.join("keys").exists() || config.folder.join("ledger.head").exists() {
        bail!("{} holds a node already: set ENLACE_FOLDER to a new folder", config.folder.display());
    }

    create_dir_private(&config.folder)?;
    let db = writing_pool(config).await?;
    migrate_up(&db).await?;
    if country::Entity::find().count(&db).await? > 0 {
        bail!("the database is not empty: set ENLACE_DATABASE_URL to an empty one");
    }
    let rows = db.begin().await?;
    each_table!(load(&rows, folder, &manifest));
    for name in manifest.files.keys().filter(|name| !name.starts_with("tables/")) {
        let target = match name.strip_prefix("vault/") {
            Some(file) => config.folder.join("vault").join(&file[..2]).join(file),
            None => config.folder.join(name),
        };
        if let Some(parent) = target.parent() {
            create_dir_private(parent)?;
        }
        write_private(&target, &fs::read(folder.join(name))?)?;
    }
    rows.commit().await?;
    db.close().await?;
    Ok(manifest.rows.values().sum())
}

#[expect(clippy::disallowed_methods, reason = "a backup holds every row")]
async fn save<E>(
    table: &str,
    snapshot: &DatabaseTransaction,
    folder: &Path,
    manifest: &mut Manifest,
) -> Result<()>
where
    E: EntityTrait,
    E::Model: Serialize,
{
    let name = format!("tables/{table}.jsonl");
    let path = folder.join(&name);
    if let Some(parent) = path.parent() {
        create_dir_private(parent)?;
    }
    let mut lines = BufWriter::new(fs::File::create(&path)?);
    let mut rows = E::find().stream(snapshot).await?;
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        serde_json::to_writer(&mut lines, &row)?;
        lines.write_all(b"\n")?;
        count += 1;
    }
    lines.into_inner()?.sync_all()?;
    manifest.rows.insert(table.into(), count);
    manifest.files.insert(name, sha256(&fs::read(&path)?));
    Ok(())
}

async fn load<E>(table: &str, into: &DatabaseTransaction, folder: &Path, manifest: &Manifest) -> Result<()>
where
    E: EntityTrait,
    E::Model: DeserializeOwned + IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
{
    let file = fs::File::open(folder.join(format!("tables/{table}.jsonl")))?;
    let (mut some, mut count) = (Vec::new(), 0);
    for line in BufReader::new(file).lines() {
        let row: E::Model =
            serde_json::from_str(&line?).with_context(|| format!("row {count} of {table}"))?;
        some.push(row.into_active_model().reset_all());
        count += 1;
        if some.len() == 500 {
            E::insert_many(std::mem::take(&mut some)).exec_without_returning(into).await?;
        }
    }
    if !some.is_empty() {
        E::insert_many(some).exec_without_returning(into).await?;
    }
    let told = manifest.rows.get(table).copied().unwrap_or_default();
    if count != told {
        bail!("table {table} has {count} rows, the manifest says {told}");
    }
    Ok(())
}

/// The vault's files that the rows of the snapshot name.
#[expect(clippy::disallowed_methods, reason = "a backup holds every file")]
async fn files_named(snapshot: &DatabaseTransaction) -> Result<Vec<String>> {
    let mut revisions = Revision::find().stream(snapshot).await?;
    let mut named = Vec::new();
    while let Some(revision) = revisions.try_next().await? {
        if let Ok(DatasetContent { vintage: Some(vintage), .. }) = serde_json::from_str(&revision.content) {
            named.push(vintage.file);
        }
    }
    // One statement at a time on one connection.
    drop(revisions);
    let mut documents = meetings::documents::DocumentRow::find().stream(snapshot).await?;
    while let Some(document) = documents.try_next().await? {
        named.push(document.file);
    }
    named.sort();
    named.dedup();
    Ok(named)
}

fn put(folder: &Path, manifest: &mut Manifest, name: &str, bytes: &[u8]) -> Result<()> {
    let path = inside(folder, name)?;
    if let Some(parent) = path.parent() {
        create_dir_private(parent)?;
    }
    write_private(&path, bytes)?;
    manifest.files.insert(name.into(), sha256(bytes));
    Ok(())
}

/// A file of the backup; a name that leads out of its folder is refused.
fn inside(folder: &Path, name: &str) -> Result<PathBuf> {
    let path = Path::new(name);
    if path.is_absolute() || path.components().any(|part| !matches!(part, std::path::Component::Normal(_))) {
        bail!("`{name}` leads out of the backup");
    }
    Ok(folder.join(path))
}
