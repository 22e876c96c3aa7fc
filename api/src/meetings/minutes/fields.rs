//! Minutes, as clients see them: the host, and the delegations that take part.

use async_graphql::{Context, SimpleObject};
use chrono::{DateTime, Utc};

use super::{
    commands::present,
    rows::{self, Said},
};
use crate::{
    ask::Ask,
    error::Result,
    meetings::{content::MeetingContent, delegation::FactsOf, text::negotiates},
    records::Shown,
    text::Text,
};

/// The minutes of a meeting (acta, minuta), in their newest version.
#[derive(SimpleObject)]
pub struct Minutes {
    /// The number of the version.
    version: i32,
    /// What happened, by item.
    items: Vec<MinutesEntry>,
    /// What was corrected in this version and why, where somebody had approved the one before.
    correction: Option<Text>,
    /// SHA-256 of what it says: what an approval names.
    hash: String,
    /// When it was saved.
    saved_at: DateTime<Utc>,
    /// Who approved this version, by country.
    approvals: Vec<MinutesApproval>,
    /// Who was there and has not approved it, ISO 3166-1 alpha-2.
    awaited: Vec<String>,
    /// Whether every delegation that was there approved it.
    approved: bool,
    /// The versions, in order.
    versions: Vec<MinutesVersion>,
}

/// What happened on one item.
#[derive(SimpleObject)]
pub struct MinutesEntry {
    /// The key of the item.
    item: String,
    /// What was said.
    summary: Text,
    /// What was decided.
    decisions: Vec<Text>,
}

/// The approval of a delegation.
#[derive(SimpleObject)]
pub struct MinutesApproval {
    /// The country, ISO 3166-1 alpha-2.
    country: String,
    /// Whether the host noted it, for a country that has no account here.
    by_host: bool,
    /// When.
    at: DateTime<Utc>,
}

/// A version of the minutes.
#[derive(SimpleObject)]
pub struct MinutesVersion {
    /// Its number, from 1 on.
    number: i32,
    /// SHA-256 of what it says.
    hash: String,
    /// What was corrected and why.
    correction: Option<Text>,
    /// What it says, by item.
    items: Vec<MinutesEntry>,
    /// Who approved it, ISO 3166-1 alpha-2.
    approved_by: Vec<String>,
    /// When it was saved.
    saved_at: DateTime<Utc>,
}

fn entries(said: Said) -> Vec<MinutesEntry> {
    let told = said.items.into_iter();
    told.map(|one| MinutesEntry { item: one.item, summary: one.summary, decisions: one.decisions }).collect()
}

/// The minutes of a meeting that is shown, for those who take part in it.
pub async fn minutes_of(ctx: &Context<'_>, meeting: &Shown<MeetingContent>) -> Result<Option<Minutes>> {
    if !negotiates(ctx.viewer()?, meeting) {
        return Ok(None);
    }
    let id = meeting.record.id;
    let rows = rows::versions(ctx.db(), id).await?;
    let approvals = rows::approvals(ctx.db(), id).await?;
    let Some(newest) = rows.last().cloned() else { return Ok(None) };
    let facts = ctx.load(FactsOf(id.into())).await?.unwrap_or_default();
    let read = |content: &str| serde_json::from_str::<Said>(content).map_err(anyhow::Error::from);
    let by = |number: i32| approvals.iter().filter(move |row| row.number == number);
    let mut versions = Vec::new();
    for row in rows {
        let said = read(&row.content)?;
        versions.push(MinutesVersion {
            number: row.number,
            correction: said.correction.clone(),
            items: entries(said),
            approved_by: by(row.number).map(|row| row.country.clone()).collect(),
            hash: row.hash,
            saved_at: row.at.0,
        });
    }
    let mut awaited = present(&meeting.content, &facts);
    awaited.retain(|country| !by(newest.number).any(|row| row.country == *country));
    let said = read(&newest.content)?;
    Ok(Some(Minutes {
        version: newest.number,
        correction: said.correction.clone(),
        items: entries(said),
        approvals: by(newest.number)
            .map(|row| MinutesApproval { country: row.country.clone(), by_host: row.by_host, at: row.at.0 })
            .collect(),
        approved: awaited.is_empty(),
        awaited,
        hash: newest.hash,
        saved_at: newest.at.0,
        versions,
    }))
}
