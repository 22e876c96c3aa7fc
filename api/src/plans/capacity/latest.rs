//! The latest report of each point, as it was known at a moment.
//!
//! What was so is never later than when it was reported, so of what was known at a moment nothing is
//! as of a later one: for each point the index of point and time is entered there and read backwards,
//! which takes the same whether a point has ten reports or a year of them.

use std::collections::HashMap;

use sea_orm::{
    ConnectionTrait, DbErr, FromQueryResult, Statement, Value,
    entity::prelude::*,
    sea_query::{Alias, Expr, ExprTrait, Query},
};

use super::{point, report, sight::Sight};
use crate::{access::Viewer, clock::Moment, error::Result, ids::ReceptionPointId};

/// The rest of a statement about the latest report of the points `p`, as known at `$1`.
const LATEST: &str = r#"(SELECT x.id FROM capacity_report AS x
    WHERE x.point_id = p.point_id AND x.as_of <= $1 AND x.recorded_at <= $1
    AND NOT EXISTS (SELECT 1 FROM capacity_report AS c WHERE c.replaces = x.id AND c.recorded_at <= $1)
    ORDER BY x.as_of DESC LIMIT 1)"#;

/// How many points are asked for in one statement: one text for most questions.
const SOME: usize = 500;

/// The latest report of each of the points, by point; none for one that has not reported.
pub async fn latest(
    db: &impl ConnectionTrait,
    points: &[ReceptionPointId],
    at: Moment,
) -> Result<HashMap<ReceptionPointId, report::Model>, DbErr> {
    let mut latest = HashMap::with_capacity(points.len());
    for some in points.chunks(SOME) {
        // Filled up with one that is there already, so that the statement has few forms.
        let size = some.len().next_power_of_two().min(SOME);
        let filled = some.iter().chain(std::iter::repeat(&some[0])).take(size);
        let mut values: Vec<Value> = vec![at.into()];
        values.extend(filled.map(|point| Value::from(*point)));
        let sql = statement(size);
        let rows =
            db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
        for row in &rows {
            let row = report::Model::from_query_result(row, "")?;
            latest.insert(row.point_id, row);
        }
    }
    Ok(latest)
}

/// The nominal capacity that a point reported, as known at a moment; none in none where its figures are
/// not shown to the viewer, and none where they are and it has not reported.
pub async fn nominal_seen(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    point: ReceptionPointId,
    at: Moment,
) -> Result<Option<Option<i32>>> {
    let shown = Sight::of(db, viewer).await?.shown().filter(point::Column::PointId.eq(point));
    if shown.one(db).await?.is_none() {
        return Ok(None);
    }
    Ok(Some(latest(db, &[point], at).await?.get(&point).map(|report| report.nominal)))
}

/// The statement for so many points.
pub fn statement(points: usize) -> String {
    let places: Vec<String> = (2..points + 2).map(|number| format!("${number}")).collect();
    let places = places.join(", ");
    format!(
        "SELECT r.* FROM capacity_report AS r WHERE r.id IN \
         (SELECT {LATEST} FROM capacity_point AS p WHERE p.point_id IN ({places}))"
    )
}

/// The reports of a point as of those moments that hold now.
#[expect(clippy::disallowed_methods, reason = "of a point that is shown")]
pub async fn standing(
    db: &impl ConnectionTrait,
    point: ReceptionPointId,
    moments: &[Moment],
) -> Result<Vec<report::Model>, DbErr> {
    let replaced = Query::select()
        .expr(Expr::cust("1"))
        .from_as(report::Entity, Alias::new("c"))
        .and_where(
            Expr::col((Alias::new("c"), report::Column::Replaces))
                .equals((report::Entity, report::Column::Id)),
        )
        .to_owned();
    report::Entity::find()
        .filter(report::Column::PointId.eq(point))
        .filter(report::Column::AsOf.is_in(moments.iter().copied()))
        .filter(Expr::exists(replaced).not())
        .all(db)
        .await
}
