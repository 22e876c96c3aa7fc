//! The root field that reads what is in force. Translation only.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Object};
use sea_orm::{
    PaginatorTrait, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*, sea_query::ExprTrait,
};

use super::{
    activation::{self, Column},
    fields::PlanActivation,
    reading::{ForceOf, told},
};
use crate::{
    access::{Audienced, Kind, Viewer, audience},
    ask::Ask,
    error::Result,
    ids::{ActivationId, PlanId},
    page::{Connection, Page},
    records::{Record, RecordColumn},
};

/// The activations that a viewer is told of: of plans that they see, unless they ended before the plan was shown to
/// them.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
fn seen_by(viewer: &Viewer, country: Option<String>) -> Select<activation::Entity> {
    let mut plans = Record::visible_to(Kind::Plan, viewer).select_only().column(RecordColumn::Id);
    if let Some(country) = country {
        plans = plans.filter(RecordColumn::OwnerCountry.eq(country));
    }
    let mine = audience::Entity::find()
        .select_only()
        .column(audience::Column::Subject)
        .filter(audience::Column::Kind.eq(Kind::Plan.code()))
        .filter(audience::Column::Party.is_in(viewer.parties()));
    let known = mine.clone().filter(audience::Column::Working.eq(true).or(audience::Column::Since.is_null()));
    let then = mine
        .filter(
            Expr::col((audience::Entity, audience::Column::Subject))
                .equals((activation::Entity, Column::RecordId)),
        )
        .filter(
            Expr::col((activation::Entity, Column::EndedAt))
                .gte(Expr::col((audience::Entity, audience::Column::Since))),
        );
    let told = Column::EndedAt
        .is_null()
        .or(Column::RecordId.in_subquery(known.into_query()))
        .or(Column::RecordId.in_subquery(then.into_query()));
    activation::Entity::find().filter(Column::RecordId.in_subquery(plans.into_query())).filter(told)
}

async fn all(ctx: &Context<'_>, rows: &[activation::Model]) -> Result<HashMap<ActivationId, PlanActivation>> {
    let mut plans: Vec<PlanId> = rows.iter().map(|row| row.record_id.into()).collect();
    plans.sort_unstable();
    plans.dedup();
    let mut found = HashMap::new();
    for plan in ctx.load_all(plans).await? {
        let Some(kept) = ctx.load(ForceOf(plan.record.id.into())).await? else { continue };
        let mine: Vec<_> = kept.iter().filter(|kept| rows.iter().any(|row| row.id == kept.row.id)).collect();
        for told in Box::pin(told(ctx.db(), ctx.viewer()?, &plan, &mine, ctx.now())).await? {
            found.insert(told.row.id, PlanActivation { told: Arc::new(told), plan: plan.clone() });
        }
    }
    Ok(found)
}

/// An activation, if the viewer is told of it.
pub async fn one(ctx: &Context<'_>, id: ActivationId) -> Result<Option<PlanActivation>> {
    let row = seen_by(ctx.viewer()?, None).filter(Column::Id.eq(id)).one(ctx.db()).await?;
    let mut found = all(ctx, row.as_slice()).await?;
    Ok(found.remove(&id))
}

#[derive(Default)]
pub struct ForceQuery;

#[Object]
impl ForceQuery {
    /// The plans that are or were in force, newest first, of those that you see. Exercises stand apart: they are listed
    /// only when asked for, and then nothing else is.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn activations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of owners of this country, ISO 3166-1 alpha-2.")] country: Option<String>,
        #[graphql(desc = "The exercises instead of what was really in force.", default)] exercise: bool,
        #[graphql(desc = "Only those not stood down, or only those that were.")] open: Option<bool>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<PlanActivation>> {
        let page = Page::new(first, after, last, before)?;
        let mut seen = seen_by(ctx.viewer()?, country).filter(Column::Exercise.eq(exercise));
        seen = match open {
            Some(true) => seen.filter(Column::EndedAt.is_null()),
            Some(false) => seen.filter(Column::EndedAt.is_not_null()),
            None => seen,
        };
        let id = |cursor: &Option<Vec<u8>>| {
            cursor.as_ref().map(|key| ActivationId(Uuid::from_slice(key).unwrap_or_default()))
        };
        let mut rows = seen.clone();
        if let Some(after) = id(&page.after) {
            rows = rows.filter(Column::Id.lt(after));
        }
        if let Some(before) = id(&page.before) {
            rows = rows.filter(Column::Id.gt(before));
        }
        rows = if page.backward { rows.order_by_asc(Column::Id) } else { rows.order_by_desc(Column::Id) };
        let rows = rows.limit(page.limit()).all(ctx.db()).await?;
        let found = all(ctx, &rows).await?;
        let rows: Vec<_> = rows.into_iter().filter(|row| found.contains_key(&row.id)).collect();
        let mut connection = page.cut(rows, |row| row.id.0.as_bytes().to_vec());
        if ctx.wants("totalCount") {
            connection.total_count = Some(seen.count(ctx.db()).await? as i64);
        }
        Ok(connection.map(|row| found[&row.id].clone()))
    }
}
