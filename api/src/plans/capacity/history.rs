//! A point over time: its reports, by hour or by day.

use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement, Value};

use crate::{clock::Moment, ids::ReceptionPointId, page::Page};

/// How long a bucket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "CapacityBucketSize")]
pub enum By {
    /// A full hour, UTC.
    Hour,
    /// A day, UTC.
    Day,
}

impl By {
    /// How much of a moment's text names its bucket.
    fn length(self) -> usize {
        match self {
            By::Hour => "2025-01-16T15".len(),
            By::Day => "2025-01-16".len(),
        }
    }

    /// The first moment of a bucket.
    pub fn start(self, bucket: &str) -> Option<Moment> {
        let rest = match self {
            By::Hour => ":00:00.000Z",
            By::Day => "T00:00:00.000Z",
        };
        format!("{bucket}{rest}").parse().ok()
    }
}

/// The reports of a point in an hour or a day: those that were not corrected.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Bucket {
    /// The part of the moment's text that names it.
    pub bucket: String,
    pub reports: i64,
    pub least_occupied: i64,
    pub most_occupied: i64,
    pub least_free: i64,
    pub most_free: i64,
    pub people_in: i64,
    pub people_out: i64,
    /// As of when the last one is.
    pub last: Moment,
}

/// Which reports of a point are wanted: as of `from` or later, before `until`.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    pub point: ReceptionPointId,
    pub from: Moment,
    pub until: Moment,
    pub by: By,
}

const STANDING: &str = "r.point_id = $1 AND r.as_of >= $2 AND r.as_of < $3 \
    AND NOT EXISTS (SELECT 1 FROM capacity_report AS c WHERE c.replaces = r.id)";

/// A page of buckets in which there are reports, oldest first, and one more than the page holds.
pub async fn page(db: &impl ConnectionTrait, of: &Stretch, page: &Page) -> Result<Vec<Bucket>, DbErr> {
    let length = of.by.length();
    let mut values: Vec<Value> = vec![of.point.into(), of.from.into(), of.until.into()];
    let mut narrowed = String::new();
    for (bound, sign) in [(&page.after, ">"), (&page.before, "<")] {
        if let Some(bound) = bound {
            values.push(String::from_utf8_lossy(bound).into_owned().into());
            let number = values.len();
            narrowed += &format!(" AND substr(r.as_of, 1, {length}) {sign} ${number}");
        }
    }
    let order = if page.backward { "DESC" } else { "ASC" };
    let limit = page.limit();
    let sql = format!(
        "SELECT substr(r.as_of, 1, {length}) AS bucket, COUNT(*) AS reports, \
         CAST(MIN(r.occupied) AS BIGINT) AS least_occupied, CAST(MAX(r.occupied) AS BIGINT) AS most_occupied, \
         CAST(MIN(r.free) AS BIGINT) AS least_free, CAST(MAX(r.free) AS BIGINT) AS most_free, \
         CAST(COALESCE(SUM(r.people_in), 0) AS BIGINT) AS people_in, \
         CAST(COALESCE(SUM(r.people_out), 0) AS BIGINT) AS people_out, MAX(r.as_of) AS last \
         FROM capacity_report AS r WHERE {STANDING}{narrowed} \
         GROUP BY substr(r.as_of, 1, {length}) ORDER BY bucket {order} LIMIT {limit}"
    );
    let rows =
        db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    rows.iter().map(|row| Bucket::from_query_result(row, "")).collect()
}

/// How many buckets there are in the whole stretch.
pub async fn count(db: &impl ConnectionTrait, of: &Stretch) -> Result<i64, DbErr> {
    let length = of.by.length();
    let sql = format!(
        "SELECT COUNT(DISTINCT substr(r.as_of, 1, {length})) AS count FROM capacity_report AS r WHERE {STANDING}"
    );
    let values: [Value; 3] = [of.point.into(), of.from.into(), of.until.into()];
    let row =
        db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    row.map_or(Ok(0), |row| row.try_get("", "count"))
}
