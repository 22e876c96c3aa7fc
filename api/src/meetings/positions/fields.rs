//! Positions and exchanges, as clients see them: what of them is for whom is decided here once, for
//! every field.

use std::collections::HashMap;

use async_graphql::{Context, Object, SimpleObject, dataloader::Loader};
use chrono::{DateTime, Utc};

use super::{
    exchange,
    position::{self, PositionsOf, Said},
    seal::{self, Statement},
};
use crate::{
    ask::{Ask, Loads, Missed},
    clock::Moment,
    error::Result,
    ids::{ExchangeId, MeetingId, RecordId},
    text::Text,
};

/// A position of your own country on an item, for your own country only.
pub struct Position {
    row: position::Model,
    said: Said,
}

/// A position of your own country on an item, for your own country only.
#[Object]
impl Position {
    /// The key of the item.
    async fn item(&self) -> &str {
        &self.row.item
    }
    /// How often it was saved.
    async fn number(&self) -> i32 {
        self.row.number
    }
    /// The position.
    async fn position(&self) -> &Text {
        &self.said.position
    }
    /// What is said in the room (líneas discursivas).
    async fn lines_to_take(&self) -> Option<&Text> {
        self.said.lines_to_take.as_ref()
    }
    /// Where the delegation does not yield (líneas rojas).
    async fn red_lines(&self) -> Option<&Text> {
        self.said.red_lines.as_ref()
    }
    /// SHA-256 of what it says.
    async fn hash(&self) -> &str {
        &self.row.hash
    }
    /// When it was saved.
    async fn saved_at(&self) -> DateTime<Utc> {
        self.row.at.0
    }
}

/// The positions of the viewer's own country, by item.
pub async fn positions_of(ctx: &Context<'_>, meeting: MeetingId) -> Result<Vec<Position>> {
    let rows = ctx.load(PositionsOf(meeting)).await?.unwrap_or_default();
    let read = rows.into_iter().map(|row| {
        let said = serde_json::from_str(&row.content).map_err(anyhow::Error::from)?;
        Ok(Position { row, said })
    });
    read.collect()
}

/// A sealed exchange of positions, seen by the delegations of its list.
pub struct PositionExchange {
    exchange: exchange::Model,
    opened: Option<Moment>,
    /// What the viewer's own delegation sealed.
    own: Option<seal::Model>,
    /// What all of the list sealed; nothing before it is open.
    open: Vec<seal::Model>,
}

/// The exchanges of a meeting in which the viewer's country takes part.
pub async fn exchanges_of(ctx: &Context<'_>, meeting: MeetingId) -> Result<Vec<PositionExchange>> {
    let now = ctx.now();
    let exchanges = ctx.load(ExchangesOf(meeting)).await?.unwrap_or_default();
    let seen = exchanges.into_iter().map(|Exchanged { exchange, own, all }| {
        let opened = exchange.opened(now);
        // What the others sealed is let go here unless it is open.
        PositionExchange { exchange, opened, own, open: if opened.is_some() { all } else { Vec::new() } }
    });
    Ok(seen.collect())
}

/// An exchange in which the viewer's country takes part, with what was sealed in it.
#[derive(Clone)]
pub struct Exchanged {
    exchange: exchange::Model,
    own: Option<seal::Model>,
    all: Vec<seal::Model>,
}

/// A meeting, asked for the exchanges in which the viewer's country takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExchangesOf(pub MeetingId);

impl Loader<ExchangesOf> for Loads {
    type Value = Vec<Exchanged>;
    type Error = Missed;

    async fn load(&self, asked: &[ExchangesOf]) -> Result<HashMap<ExchangesOf, Vec<Exchanged>>, Missed> {
        let Some(country) = position::country_of(&self.viewer) else { return Ok(HashMap::new()) };
        let ids: Vec<RecordId> = asked.iter().map(|ExchangesOf(id)| (*id).into()).collect();
        let mut exchanges = exchange::of_meetings(&self.db, &ids).await?;
        exchanges.retain(|exchange| exchange.is_between(country));
        let sealed = seal::of_exchanges(&self.db, exchanges.iter().map(|exchange| exchange.id)).await?;
        let mut found: HashMap<_, Vec<Exchanged>> = HashMap::new();
        for exchange in exchanges {
            let all: Vec<_> = sealed.iter().filter(|row| row.exchange_id == exchange.id).cloned().collect();
            let own = all.iter().find(|row| row.country == country).cloned();
            let of = ExchangesOf(exchange.meeting_id.into());
            found.entry(of).or_default().push(Exchanged { exchange, own, all });
        }
        Ok(found)
    }
}

/// A sealed exchange of positions, seen by the delegations of its list.
#[Object]
impl PositionExchange {
    /// The global id.
    async fn id(&self) -> ExchangeId {
        self.exchange.id
    }
    /// The delegations of the list, ISO 3166-1 alpha-2.
    async fn countries(&self) -> Vec<String> {
        self.exchange.countries()
    }
    /// When it opens, if it does not before, by every delegation's handing in.
    async fn opens_at(&self) -> Option<DateTime<Utc>> {
        self.exchange.opens_at.map(|Moment(at)| at)
    }
    /// When it was opened; null while it is sealed.
    async fn opened_at(&self) -> Option<DateTime<Utc>> {
        self.opened.map(|Moment(at)| at)
    }
    /// What your own delegation sealed.
    async fn own(&self) -> Option<SealedPosition> {
        self.own.clone().map(SealedPosition::of)
    }
    /// What the delegations sealed, by country; null while it is sealed. Nobody is told before who
    /// has sealed, who has handed in, or how many.
    async fn positions(&self) -> Option<Vec<SealedPosition>> {
        self.opened?;
        let mut open = self.open.clone();
        open.sort_by(|one, other| one.country.cmp(&other.country));
        Some(open.into_iter().map(SealedPosition::of).collect())
    }
}

/// What a delegation sealed in an exchange.
#[derive(SimpleObject)]
pub struct SealedPosition {
    /// The delegation, ISO 3166-1 alpha-2.
    country: String,
    /// The hash it committed to; null if it was withdrawn.
    hash: Option<String>,
    /// When it was sealed.
    sealed_at: DateTime<Utc>,
    /// When its text was handed in; null as long as it was not.
    filed_at: Option<DateTime<Utc>>,
    /// When it was withdrawn, before anything was open. That is all that is left of it.
    withdrawn_at: Option<DateTime<Utc>>,
    /// What it says, once that was handed in: checked against the hash whenever it is read.
    statements: Option<Vec<PositionStatement>>,
}

/// What a delegation says on one item.
#[derive(SimpleObject)]
pub struct PositionStatement {
    /// The key of the item.
    item: String,
    /// What it says.
    text: Text,
}

impl SealedPosition {
    fn of(row: seal::Model) -> Self {
        let statement = |Statement { item, text }| PositionStatement { item, text };
        Self {
            statements: row.statements().map(|said| said.into_iter().map(statement).collect()),
            filed_at: row.filed_at.filter(|_| row.withdrawn_at.is_none()).map(|Moment(at)| at),
            withdrawn_at: row.withdrawn_at.map(|Moment(at)| at),
            country: row.country,
            hash: row.hash,
            sealed_at: row.at.0,
        }
    }
}
