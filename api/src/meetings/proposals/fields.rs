//! Proposals, as clients see them: for whom they are is decided here once.

use async_graphql::{Context, SimpleObject};
use chrono::{DateTime, Utc};

use super::row::{self, Outcome, ProposalsOf, Said, Sort};
use crate::{
    ask::Ask,
    error::Result,
    ids::ProposalId,
    meetings::{closed, content::MeetingContent, terms::ItemKind},
    records::Shown,
    text::Text,
};

/// What a delegation proposes on an agenda.
#[derive(SimpleObject)]
pub struct AgendaProposal {
    /// The global id.
    id: ProposalId,
    /// Whose it is, ISO 3166-1 alpha-2.
    country: String,
    /// What is proposed.
    kind: Sort,
    /// The key of the item it speaks of.
    item: Option<String>,
    /// The title that is proposed.
    title: Option<Text>,
    /// The annotation that is proposed.
    annotation: Option<Text>,
    /// The duration that is proposed, in minutes.
    minutes: Option<u32>,
    /// What the item is to be for, as proposed.
    item_kind: Option<ItemKind>,
    /// A comment, or why it is proposed.
    comment: Option<Text>,
    /// When it was made.
    made_at: DateTime<Utc>,
    /// What came of it.
    outcome: Outcome,
    /// Why, as the host says.
    reason: Option<Text>,
    /// When something came of it.
    outcome_at: Option<DateTime<Utc>>,
}

impl From<row::Model> for AgendaProposal {
    fn from(row: row::Model) -> Self {
        let Said { title, annotation, minutes, kind: item_kind, comment } = row.said();
        Self {
            id: row.id,
            kind: row.kind,
            title,
            annotation,
            minutes,
            item_kind,
            comment,
            made_at: row.at.0,
            outcome: row.outcome,
            reason: row.reason(),
            outcome_at: row.outcome_at.map(|at| at.0),
            country: row.country,
            item: row.item,
        }
    }
}

/// The proposals on the agenda, for those who take part; none for anybody else.
pub async fn proposals_of(ctx: &Context<'_>, shown: &Shown<MeetingContent>) -> Result<Vec<AgendaProposal>> {
    let viewer = ctx.viewer()?;
    if !shown.record.worked_on_by(viewer) && !closed::admits(&shown.content, &viewer.parties()) {
        return Ok(Vec::new());
    }
    let made = ctx.load(ProposalsOf(shown.record.id.into())).await?.unwrap_or_default();
    Ok(made.into_iter().map(AgendaProposal::from).collect())
}
