//! The root fields that read capacity. Translation only.

use async_graphql::{Context, Object};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use sea_orm::{PaginatorTrait, QueryOrder, QuerySelect, entity::prelude::*};

use super::{
    fields::{CapacityBucket, CapacityShare, RegionalCapacity},
    history::{self, By, Stretch},
    latest, point,
    regional::{Wanted, regional},
    report, share,
    sight::Sight,
};
use crate::{
    ask::Ask,
    bounds::Bounds,
    clock::Moment,
    directory::reception_point::ReturnMode,
    error::{Error, Problem, Reason, Result},
    ids::{CapacityShareId, ReceptionPointId},
    page::{Connection, Page},
    say,
};

/// The longest stretch of a history, and how long it is if not said.
const LONGEST: TimeDelta = TimeDelta::days(400);
const USUAL: TimeDelta = TimeDelta::days(31);

/// Refuses a moment of a year that no report is of, and with which one could not reckon.
fn sensible(path: &str, at: Option<DateTime<Utc>>, bounds: &mut Bounds) {
    if at.is_some_and(|at| !(1900..=2200).contains(&at.year())) {
        bounds.add(Reason::OutOfRange, path, say!("de los años 1900 a 2200", "of the years 1900 to 2200"));
    }
}

#[derive(Default)]
pub struct CapacityQuery;

#[Object]
impl CapacityQuery {
    /// What the region can receive: the sums of what the countries share with you, and the points
    /// that you see. Of a moment that has passed it tells what was known then, of what is shared
    /// with you now.
    async fn regional_capacity(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As known at this moment; now if left out.")] as_of: Option<DateTime<Utc>>,
        #[graphql(desc = "Only of these countries, ISO 3166-1 alpha-2; at most 50.")] countries: Option<
            Vec<String>,
        >,
        #[graphql(desc = "Only points where people arrive in this way.")] mode: Option<ReturnMode>,
    ) -> Result<RegionalCapacity> {
        let now = ctx.now();
        let mut bounds = Bounds::default();
        bounds.count("countries", countries.as_ref().map_or(0, Vec::len), 50);
        let at = as_of.map_or(now, Moment::from);
        sensible("asOf", as_of, &mut bounds);
        if at > now {
            bounds.add(Reason::OutOfRange, "asOf", say!("no más tarde que ahora", "not later than now"));
        }
        bounds.done()?;
        let wanted = Wanted { countries, mode };
        Ok(RegionalCapacity(regional(ctx.db(), ctx.viewer()?, at, &wanted).await?))
    }

    /// A reception point over time, by hour or by day, oldest first: only where there are reports.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn capacity_history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The reception point.")] point: ReceptionPointId,
        #[graphql(desc = "As of this moment or later; 31 days before the end if left out.")] from: Option<
            DateTime<Utc>,
        >,
        #[graphql(desc = "As of before this moment; now if left out. At most 400 days after `from`.")]
        until: Option<DateTime<Utc>>,
        #[graphql(desc = "By hour or by day.")] by: By,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<CapacityBucket>> {
        let page = Page::new(first, after, last, before)?;
        let mut bounds = Bounds::default();
        sensible("from", from, &mut bounds);
        sensible("until", until, &mut bounds);
        bounds.done()?;
        let sight = Sight::of(ctx.db(), ctx.viewer()?).await?;
        let shown = sight.shown().filter(point::Column::PointId.eq(point)).one(ctx.db()).await?;
        if shown.is_none() {
            return Err(Error::NotFound(say!(
                "un punto en servicio cuya capacidad vea",
                "point in service whose capacity you see"
            )));
        }
        let until = until.unwrap_or_else(|| ctx.now().0 + TimeDelta::milliseconds(1));
        let from = from.unwrap_or(until - USUAL);
        if from >= until || until - from > LONGEST {
            let say = say!("antes de `until`, y a lo sumo 400 días", "before `until`, and at most 400 days");
            return Err(Problem::new(Reason::OutOfRange, "from", say).into());
        }
        let of = Stretch { point, from: from.into(), until: until.into(), by };
        let rows = history::page(ctx.db(), &of, &page).await?;
        let lasts: Vec<Moment> = rows.iter().map(|bucket| bucket.last).collect();
        let reports = latest::standing(ctx.db(), point, &lasts).await?;
        let mut connection = page.cut(rows, |bucket| bucket.bucket.as_bytes().to_vec());
        if ctx.wants("totalCount") {
            connection.total_count = Some(history::count(ctx.db(), &of).await?);
        }
        let report = |last: Moment| -> Option<report::Model> {
            reports.iter().find(|report| report.as_of == last).cloned()
        };
        connection.edges.retain(|edge| report(edge.node.last).is_some());
        Ok(connection.map(|bucket| {
            let last = report(bucket.last).expect("kept only where there is one");
            CapacityBucket(bucket, by, last)
        }))
    }

    /// With whom your own country shares the capacity of its points, newest first; also what was
    /// recalled.
    async fn capacity_shares(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<CapacityShare>> {
        let page = Page::new(first, after, last, before)?;
        let all = share::of_own_country(ctx.viewer()?);
        let id = |cursor: &Option<Vec<u8>>| {
            cursor.as_ref().map(|key| CapacityShareId(Uuid::from_slice(key).unwrap_or_default()))
        };
        let mut rows = all.clone();
        if let Some(after) = id(&page.after) {
            rows = rows.filter(share::Column::Id.lt(after));
        }
        if let Some(before) = id(&page.before) {
            rows = rows.filter(share::Column::Id.gt(before));
        }
        let rows = if page.backward {
            rows.order_by_asc(share::Column::Id)
        } else {
            rows.order_by_desc(share::Column::Id)
        };
        let rows = rows.limit(page.limit()).all(ctx.db()).await?;
        let mut connection = page.cut(rows, |row| row.id.0.as_bytes().to_vec());
        if ctx.wants("totalCount") {
            connection.total_count = Some(all.count(ctx.db()).await? as i64);
        }
        Ok(connection.map(CapacityShare))
    }
}
