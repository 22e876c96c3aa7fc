//! The people of a meeting, as clients see them: for whom they are is decided here once.

use async_graphql::{Context, SimpleObject};
use chrono::{DateTime, Utc};

use super::rows;
use crate::{
    access::{Action, Standing},
    ask::Ask,
    error::Result,
    ids::ParticipantId,
    meetings::{content::MeetingContent, text::negotiates},
    records::Shown,
    text::Text,
};

/// Somebody who is accredited to a meeting.
#[derive(SimpleObject)]
pub struct Participant {
    /// The global id.
    id: ParticipantId,
    /// The delegation, ISO 3166-1 alpha-2.
    country: String,
    /// The name, as their own country entered it.
    name: String,
    /// The post.
    post: Text,
    /// What stands on the badge, such as `GT-3`.
    badge: String,
    /// When they were accredited.
    accredited_at: DateTime<Utc>,
}

/// In which order delegations speak on an item.
#[derive(SimpleObject)]
pub struct SpeakingOrder {
    /// The key of the item.
    item: String,
    /// The countries in order, ISO 3166-1 alpha-2.
    countries: Vec<String>,
}

/// All of them for the host that holds the meeting, those of the own country for whoever speaks for it, none for
/// anybody else.
pub async fn participants_of(ctx: &Context<'_>, shown: &Shown<MeetingContent>) -> Result<Vec<Participant>> {
    let viewer = ctx.viewer()?;
    let record = &shown.record;
    let standing = viewer.standing(record.owner_id, record.owner_country.as_deref());
    let hosts = record.worked_on_by(viewer) && viewer.may(Action::Conduct, standing);
    let own =
        viewer.country.as_deref().filter(|_| viewer.may(Action::SpeakForDelegation, Standing::Compatriot));
    let rows = match (hosts, own) {
        (true, _) => rows::participants(ctx.db(), record.id, None).await?,
        (false, Some(own)) => rows::participants(ctx.db(), record.id, Some(own)).await?,
        (false, None) => Vec::new(),
    };
    let told = rows.into_iter().map(|row| Participant {
        id: row.id,
        post: row.post(),
        badge: row.badge(),
        country: row.country,
        name: row.name,
        accredited_at: row.at.0,
    });
    Ok(told.collect())
}

/// In which order delegations speak, for those who take part: an order may be that of a closed item.
pub async fn orders_of(ctx: &Context<'_>, shown: &Shown<MeetingContent>) -> Result<Vec<SpeakingOrder>> {
    if !negotiates(ctx.viewer()?, shown) {
        return Ok(Vec::new());
    }
    let rows = rows::orders(ctx.db(), shown.record.id).await?;
    // In the order of the agenda that is shown; what it has no more is not told.
    let items = shown.content.items.iter();
    let of_item = items.filter_map(|item| rows.iter().find(|row| row.item == item.key));
    let told = of_item.map(|row| SpeakingOrder { item: row.item.clone(), countries: row.countries() });
    Ok(told.filter(|order| !order.countries.is_empty()).collect())
}
