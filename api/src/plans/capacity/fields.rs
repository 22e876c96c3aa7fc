//! Capacity, as clients see it. Translation only: what is handed in here is shown to the viewer.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::{
    history::{Bucket, By},
    point,
    regional::{OfCountry, Regional, Shown},
    report,
    share::{self, Level},
    summing::Sum,
};
use crate::{
    access::Handling,
    ask::Ask,
    clock::Moment,
    directory::{Institution, ReceptionPoint, reception_point::ReturnMode},
    error::{Error, Result},
    ids::{CapacityReportId, CapacityShareId, ReceptionPointId},
    page::{Connection, Page},
    records::Audience,
    say,
};

async fn place(ctx: &Context<'_>, id: ReceptionPointId) -> Result<ReceptionPoint> {
    let found = ctx.load(id).await?;
    found.map(ReceptionPoint).ok_or_else(|| Error::NotFound(say!("un punto de recepción", "reception point")))
}

/// What an operator reported of a point, as of a moment. It is never changed.
#[derive(Clone)]
pub struct CapacityReport(pub report::Model);

/// What an operator reported of a point, as of a moment. It is never changed.
#[Object]
impl CapacityReport {
    /// The global id, by which a correction names it.
    async fn id(&self) -> CapacityReportId {
        self.0.id
    }
    /// The reception point.
    async fn point(&self, ctx: &Context<'_>) -> Result<ReceptionPoint> {
        place(ctx, self.0.point_id).await
    }
    /// When it was so.
    async fn as_of(&self) -> DateTime<Utc> {
        self.0.as_of.0
    }
    /// When it was reported.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at.0
    }
    /// Persons who were there.
    async fn occupied(&self) -> i32 {
        self.0.occupied
    }
    /// Places that were free.
    async fn free(&self) -> i32 {
        self.0.free
    }
    /// Places in use.
    async fn nominal(&self) -> i32 {
        self.0.nominal
    }
    /// Places with what can be added in need.
    async fn surge(&self) -> i32 {
        self.0.surge
    }
    /// Persons who came since the report before, where told.
    async fn people_in(&self) -> Option<i32> {
        self.0.people_in
    }
    /// Persons who left since the report before, where told.
    async fn people_out(&self) -> Option<i32> {
        self.0.people_out
    }
    /// Staff on duty, where told.
    async fn staff(&self) -> Option<i32> {
        self.0.staff
    }
    /// The report that it corrects.
    async fn replaces(&self) -> Option<CapacityReportId> {
        self.0.replaces
    }
    /// SHA-256 of what it says, as its entry in the ledger has it.
    async fn hash(&self) -> String {
        self.0.hash()
    }
}

/// How a reception point is operated.
pub struct CapacityPoint(pub point::Model);

/// How a reception point is operated.
#[Object]
impl CapacityPoint {
    /// The reception point.
    async fn point(&self, ctx: &Context<'_>) -> Result<ReceptionPoint> {
        place(ctx, self.0.point_id).await
    }
    /// The institution that operates it and reports.
    async fn operator(&self, ctx: &Context<'_>) -> Result<Institution> {
        let found = ctx.load(self.0.operator_id).await?;
        found.map(Institution).ok_or_else(|| Error::NotFound(say!("una institución", "institution")))
    }
    /// Minutes after which its last report is late.
    async fn stale_after_minutes(&self) -> i32 {
        self.0.stale_minutes
    }
}

/// A reception point and the last that was known of it at the moment that was asked for.
pub struct PointCapacity(Shown, Moment);

/// A reception point and the last that was known of it at the moment that was asked for.
#[Object]
impl PointCapacity {
    /// The reception point.
    async fn point(&self) -> ReceptionPoint {
        ReceptionPoint(std::sync::Arc::new(self.0.place.clone()))
    }
    /// How it is operated, as of now.
    async fn setting(&self) -> CapacityPoint {
        CapacityPoint(self.0.known.setting.clone())
    }
    /// The report with the latest `asOf`, as it was known then; null if there was none.
    async fn latest(&self) -> Option<CapacityReport> {
        self.0.known.latest.clone().map(CapacityReport)
    }
    /// Whether that report was late, or there was none.
    async fn stale(&self) -> bool {
        self.0.known.is_stale(self.1)
    }
}

/// A sum over reception points: of the last report of each, late ones included.
#[derive(SimpleObject)]
pub struct CapacitySum {
    /// How many points there are.
    points: i64,
    /// How many of them have reported at all. The others add nothing.
    reported: i64,
    /// How many have a late report, or none.
    stale: i64,
    /// The share of the points whose report is late or missing; 0 to 1.
    stale_share: f64,
    /// Places in use.
    nominal: i64,
    /// Places with what can be added in need.
    surge: i64,
    /// Persons who are there.
    occupied: i64,
    /// Places that are free.
    free: i64,
}

impl From<Sum> for CapacitySum {
    fn from(sum: Sum) -> Self {
        let stale_share = sum.stale_share();
        let Sum { points, reported, stale, nominal, surge, occupied, free } = sum;
        Self { points, reported, stale, stale_share, nominal, surge, occupied, free }
    }
}

/// A sum over the points where people arrive in one way.
#[derive(SimpleObject)]
pub struct ModeCapacity {
    /// How people arrive.
    mode: ReturnMode,
    /// The sum.
    sum: CapacitySum,
}

/// What a country can receive.
#[derive(SimpleObject)]
pub struct CountryCapacity {
    /// ISO 3166-1 alpha-2.
    country: String,
    /// The moment that its sums are of. Where its total is shared and not all of its points, that is
    /// a full hour, which may be some hours back.
    known_at: DateTime<Utc>,
    /// The sum; null where too few of the points that are withheld have reported for it to be told,
    /// or where it is not told by mode and one was asked for.
    total: Option<CapacitySum>,
    /// The sums by mode of arrival; null where they are not told.
    modes: Option<Vec<ModeCapacity>>,
}

impl From<OfCountry> for CountryCapacity {
    fn from(row: OfCountry) -> Self {
        let modes = row.modes.map(|modes| {
            modes.into_iter().map(|(mode, sum)| ModeCapacity { mode, sum: sum.into() }).collect()
        });
        Self { country: row.country, known_at: row.known_at.0, total: row.total.map(Into::into), modes }
    }
}

/// What a region can receive, of what is shared with you.
pub struct RegionalCapacity(pub Regional);

/// What a region can receive, of what is shared with you.
#[Object]
impl RegionalCapacity {
    /// The moment that was asked for.
    async fn as_of(&self) -> DateTime<Utc> {
        self.0.at.0
    }
    /// The sum over the countries whose totals are told.
    async fn total(&self) -> CapacitySum {
        self.0.total().into()
    }
    /// By country, in the order of their codes.
    async fn countries(&self) -> Vec<CountryCapacity> {
        self.0.countries.iter().cloned().map(Into::into).collect()
    }
    /// The points that you see, by code.
    async fn points(
        &self,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<PointCapacity>> {
        let page = Page::new(first, after, last, before)?;
        let key = |shown: &&Shown| shown.place.code.as_bytes().to_vec();
        let within = |shown: &&Shown| {
            page.after.as_ref().is_none_or(|after| key(shown) > *after)
                && page.before.as_ref().is_none_or(|before| key(shown) < *before)
        };
        let all = self.0.points.iter().filter(within);
        let limit = page.limit() as usize;
        let rows: Vec<&Shown> =
            if page.backward { all.rev().take(limit).collect() } else { all.take(limit).collect() };
        let mut connection = page.cut(rows, key);
        connection.total_count = Some(self.0.points.len() as i64);
        Ok(connection.map(|shown| PointCapacity(shown.clone(), self.0.at)))
    }
}

/// The reports of a point in an hour or a day, but those that were corrected.
pub struct CapacityBucket(pub Bucket, pub By, pub report::Model);

/// The reports of a point in an hour or a day, but those that were corrected.
#[Object]
impl CapacityBucket {
    /// When the hour or the day begins.
    async fn from(&self) -> Option<DateTime<Utc>> {
        self.1.start(&self.0.bucket).map(|Moment(at)| at)
    }
    /// How many reports there are.
    async fn reports(&self) -> i64 {
        self.0.reports
    }
    /// The fewest persons that were there.
    async fn least_occupied(&self) -> i64 {
        self.0.least_occupied
    }
    /// The most persons that were there.
    async fn most_occupied(&self) -> i64 {
        self.0.most_occupied
    }
    /// The fewest places that were free.
    async fn least_free(&self) -> i64 {
        self.0.least_free
    }
    /// The most places that were free.
    async fn most_free(&self) -> i64 {
        self.0.most_free
    }
    /// Persons who came, as far as told.
    async fn people_in(&self) -> i64 {
        self.0.people_in
    }
    /// Persons who left, as far as told.
    async fn people_out(&self) -> i64 {
        self.0.people_out
    }
    /// The last report.
    async fn last(&self) -> CapacityReport {
        CapacityReport(self.2.clone())
    }
}

/// With whom your country shares the capacity of its points.
pub struct CapacityShare(pub share::Model);

/// With whom your country shares the capacity of its points.
#[Object]
impl CapacityShare {
    /// The global id, by which it is recalled.
    async fn id(&self) -> CapacityShareId {
        self.0.id
    }
    /// What is shared.
    async fn level(&self) -> Level {
        self.0.level
    }
    /// The points; null for all of the country's.
    async fn points(&self) -> Option<Vec<ReceptionPointId>> {
        self.0.points()
    }
    /// How wide it may be shared.
    async fn handling(&self) -> Handling {
        self.0.handling
    }
    /// With whom.
    async fn audience(&self, ctx: &Context<'_>) -> Result<Audience> {
        let rows = share::parties(ctx.db(), &[self.0.id]).await?;
        Ok(Audience::of(rows.into_iter().map(|row| row.party)))
    }
    /// The legal instrument under which it is shared.
    async fn instrument(&self) -> &str {
        &self.0.instrument
    }
    /// What the recipients may use it for.
    async fn purpose(&self) -> &str {
        &self.0.purpose
    }
    /// Since when.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at.0
    }
    /// Until when; null while it holds.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.ended_at.map(|Moment(at)| at)
    }
}
