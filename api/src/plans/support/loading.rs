//! What belongs to a gap, read for many gaps at once and through the filter.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::{QueryOrder, entity::prelude::*};

use super::{
    asking::messages,
    gap, offer,
    offer::commitment,
    offering::commitments,
    request::{self, message},
    sight,
};
use crate::{
    ask::{Loads, Missed},
    ids::{GapId, SupportRequestId},
};

impl Loader<GapId> for Loads {
    type Value = gap::Model;
    type Error = Missed;

    async fn load(&self, ids: &[GapId]) -> Result<HashMap<GapId, Self::Value>, Missed> {
        let rows = sight::gaps(&self.viewer).filter(gap::Column::Id.is_in(ids.iter().copied()));
        Ok(rows.all(&self.db).await?.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// A gap, asked for its requests that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestsOf(pub GapId);

impl Loader<RequestsOf> for Loads {
    type Value = Vec<request::Model>;
    type Error = Missed;

    async fn load(&self, asked: &[RequestsOf]) -> Result<HashMap<RequestsOf, Self::Value>, Missed> {
        let rows = sight::requests(&self.viewer)
            .filter(request::Column::GapId.is_in(asked.iter().map(|RequestsOf(id)| *id)))
            .order_by_asc(request::Column::Id)
            .all(&self.db)
            .await?;
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows {
            found.entry(RequestsOf(row.gap_id)).or_default().push(row);
        }
        Ok(found)
    }
}

/// A gap, asked for the offers that the viewer sees, each with the commitment that it has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OffersOf(pub GapId);

impl Loader<OffersOf> for Loads {
    type Value = Vec<(offer::Model, Option<commitment::Model>)>;
    type Error = Missed;

    async fn load(&self, asked: &[OffersOf]) -> Result<HashMap<OffersOf, Self::Value>, Missed> {
        let rows = sight::offers(&self.viewer)
            .filter(offer::Column::GapId.is_in(asked.iter().map(|OffersOf(id)| *id)))
            .order_by_asc(offer::Column::Id)
            .all(&self.db)
            .await?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let mut promised: HashMap<_, _> = HashMap::new();
        for some in ids.chunks(500) {
            promised.extend(commitments(&self.db, some).await?.into_iter().map(|row| (row.offer_id, row)));
        }
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows {
            let commitment = promised.remove(&row.id);
            found.entry(OffersOf(row.gap_id)).or_default().push((row, commitment));
        }
        Ok(found)
    }
}

/// A request that the viewer sees, asked for what was written on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessagesOf(pub SupportRequestId);

impl Loader<MessagesOf> for Loads {
    type Value = Vec<message::Model>;
    type Error = Missed;

    async fn load(&self, asked: &[MessagesOf]) -> Result<HashMap<MessagesOf, Self::Value>, Missed> {
        let ids: Vec<_> = asked.iter().map(|MessagesOf(id)| *id).collect();
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in messages(&self.db, &ids).await? {
            found.entry(MessagesOf(row.request_id)).or_default().push(row);
        }
        Ok(found)
    }
}
