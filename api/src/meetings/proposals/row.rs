//! A proposal. What it says is written once; its outcome comes once.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::{QueryOrder, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    ask::{Loads, Missed},
    clock::Moment,
    ids::{AccountId, MeetingId, ProposalId, RecordId},
    meetings::terms::ItemKind,
    text::Text,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "agenda_proposal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProposalId,
    pub meeting_id: RecordId,
    /// Whose it is, ISO 3166-1 alpha-2.
    pub country: String,
    pub kind: Sort,
    /// The key of the item it speaks of.
    pub item: Option<String>,
    /// What it says, a [`Said`] as JSON.
    pub content: String,
    pub account_id: AccountId,
    pub at: Moment,
    pub outcome: Outcome,
    /// Why, a [`Text`] as JSON.
    pub reason: Option<String>,
    pub outcome_by: Option<AccountId>,
    pub outcome_at: Option<Moment>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What is proposed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, async_graphql::Enum, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(12))", rename_all = "snake_case")]
#[graphql(name = "AgendaProposalKind")]
pub enum Sort {
    /// An item that the agenda has not.
    Item,
    /// Another title, annotation or duration of an item.
    Amendment,
    /// A comment, on an item or on the whole.
    Comment,
}

/// What came of it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, async_graphql::Enum, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(12))", rename_all = "snake_case")]
#[graphql(name = "AgendaProposalOutcome")]
pub enum Outcome {
    /// Nothing yet.
    Open,
    /// The host accepted it.
    Accepted,
    /// The host declined it.
    Declined,
    /// The delegation took it back.
    Withdrawn,
}

/// What a proposal says; of an amendment, what is to be otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub title: Option<Text>,
    pub annotation: Option<Text>,
    pub minutes: Option<u32>,
    pub kind: Option<ItemKind>,
    /// A comment, or why it is proposed.
    pub comment: Option<Text>,
}

impl Model {
    pub fn said(&self) -> Said {
        serde_json::from_str(&self.content).unwrap_or_default()
    }

    pub fn reason(&self) -> Option<Text> {
        serde_json::from_str(self.reason.as_deref()?).ok()
    }
}

/// The proposals on the agendas of some meetings, in the order in which they were made.
#[expect(clippy::disallowed_methods, reason = "only of meetings that are shown to who takes part")]
pub async fn made(db: &impl ConnectionTrait, meetings: &[RecordId]) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::MeetingId.is_in(meetings.iter().copied()))
        .order_by_asc(Column::MeetingId)
        .order_by_asc(Column::Id)
        .all(db)
        .await
}

/// A meeting, asked for the proposals on its agenda.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProposalsOf(pub MeetingId);

impl Loader<ProposalsOf> for Loads {
    type Value = Vec<Model>;
    type Error = Missed;

    async fn load(&self, asked: &[ProposalsOf]) -> Result<HashMap<ProposalsOf, Vec<Model>>, Missed> {
        let ids: Vec<RecordId> = asked.iter().map(|ProposalsOf(id)| (*id).into()).collect();
        let mut found: HashMap<_, Vec<Model>> = HashMap::new();
        for row in made(&self.db, &ids).await? {
            found.entry(ProposalsOf(row.meeting_id.into())).or_default().push(row);
        }
        Ok(found)
    }
}
