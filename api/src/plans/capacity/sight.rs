//! Who sees what of capacity: every read of it starts here.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};

use super::{
    point, report,
    share::{self, Level},
};
use crate::{
    access::{Action, Viewer},
    error::Result,
    ids::ReceptionPointId,
    ledger,
};

/// What a viewer sees of capacity: all of the own country, and what was shared with one of the
/// viewer's parties and has not been recalled.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// Countries of which every point is seen.
    whole: HashSet<String>,
    /// Points that are seen besides.
    points: HashSet<ReceptionPointId>,
    /// Countries of which the total is seen, and whether also by mode.
    totals: HashMap<String, bool>,
}

impl Sight {
    pub async fn of(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<Self> {
        let mut sight = Self::default();
        if !viewer.may_ever(Action::ReadCapacity) {
            return Ok(sight);
        }
        sight.whole.extend(viewer.country.clone());
        for share in share::shared_with(db, viewer).await? {
            match (share.level, share.points()) {
                (Level::Detail, None) => {
                    sight.whole.insert(share.country);
                }
                (Level::Detail, Some(points)) => sight.points.extend(points),
                (level, _) => *sight.totals.entry(share.country).or_default() |= level == Level::Modes,
            }
        }
        Ok(sight)
    }

    /// Whether the figures of this point are shown.
    pub fn shows(&self, setting: &point::Model) -> bool {
        self.whole.contains(&setting.country) || self.points.contains(&setting.point_id)
    }

    /// Whether there is a total of points that are not all shown, and whether also by mode.
    pub fn total(&self, country: &str) -> Option<bool> {
        self.totals.get(country).copied()
    }

    /// The points in service that are shown, or are part of a total that is.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn counted(&self) -> Select<point::Entity> {
        let countries = self.whole.iter().chain(self.totals.keys()).cloned();
        point::Entity::find().filter(
            Condition::any()
                .add(point::Column::Country.is_in(countries))
                .add(point::Column::PointId.is_in(self.points.iter().copied())),
        )
    }

    /// Whether the entry of a report is still of a point whose figures are shown: what was told of it while it was shared
    /// is told no more after the recall. For a query of entries.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn still_told(&self, viewer: &Viewer) -> SimpleExpr {
        let report = report::Entity::find()
            .select_only()
            .expr(Expr::val(1))
            .filter(
                Expr::col((report::Entity, report::Column::Id))
                    .equals((ledger::Entity, ledger::Column::Subject)),
            )
            .filter(
                Condition::any()
                    .add(report::Column::Country.is_in(self.whole.iter().cloned()))
                    .add(report::Column::PointId.is_in(self.points.iter().copied())),
            );
        ledger::Column::Kind
            .ne("capacity-report")
            .or(ledger::Column::OwnerCountry.eq(viewer.country.clone().unwrap_or_default()))
            .or(Expr::exists(report.into_query()))
    }

    /// The points in service whose figures are shown.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    pub fn shown(&self) -> Select<point::Entity> {
        point::Entity::find()
            .filter(
                Condition::any()
                    .add(point::Column::Country.is_in(self.whole.iter().cloned()))
                    .add(point::Column::PointId.is_in(self.points.iter().copied())),
            )
            .order_by_asc(point::Column::PointId)
    }
}
