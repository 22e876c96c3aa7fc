//! The root field that reads gaps. Translation only.

use async_graphql::{Context, Object};
use sea_orm::{PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, entity::prelude::*};

use super::{fields::Gap, gap, sight};
use crate::{
    ask::Ask,
    error::Result,
    ids::GapId,
    page::{Connection, Page},
    plans::terms::{ServiceKind, Term},
};

#[derive(Default)]
pub struct SupportQuery;

#[Object]
impl SupportQuery {
    /// What countries lack, newest first: all that your own country states, and what others state and
    /// ask you about.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn gaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of this country, ISO 3166-1 alpha-2.")] country: Option<String>,
        #[graphql(desc = "Only of this service.")] service: Option<ServiceKind>,
        #[graphql(desc = "Only those that are open, or only those that are closed.")] open: Option<bool>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Gap>> {
        let page = Page::new(first, after, last, before)?;
        let mut all = sight::gaps(ctx.viewer()?);
        if let Some(country) = country {
            all = all.filter(gap::Column::Country.eq(country));
        }
        if let Some(service) = service {
            all = all.filter(gap::Column::Service.eq(service.code()));
        }
        all = match open {
            Some(true) => all.filter(gap::Column::ClosedAt.is_null()),
            Some(false) => all.filter(gap::Column::ClosedAt.is_not_null()),
            None => all,
        };
        let id = |cursor: &Option<Vec<u8>>| {
            cursor.as_ref().map(|key| GapId(Uuid::from_slice(key).unwrap_or_default()))
        };
        let mut rows = all.clone();
        if let Some(after) = id(&page.after) {
            rows = rows.filter(gap::Column::Id.lt(after));
        }
        if let Some(before) = id(&page.before) {
            rows = rows.filter(gap::Column::Id.gt(before));
        }
        let rows = if page.backward {
            rows.order_by_asc(gap::Column::Id)
        } else {
            rows.order_by_desc(gap::Column::Id)
        };
        let rows = rows.limit(page.limit()).all(ctx.db()).await?;
        let mut connection = page.cut(rows, |row| row.id.0.as_bytes().to_vec());
        if ctx.wants("totalCount") {
            connection.total_count = Some(all.count(ctx.db()).await? as i64);
        }
        Ok(connection.map(Gap))
    }
}
