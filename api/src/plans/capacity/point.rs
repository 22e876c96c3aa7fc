//! A reception point in service: who operates it, and after how long its last report is late.

use sea_orm::{IntoActiveModel, entity::prelude::*, sea_query::OnConflict};

use crate::{
    access::{Action, Open, Party, Standing},
    bounds::Bounds,
    clock::Moment,
    directory::{known_institutions, reception_point},
    error::{Error, Reason, Result},
    ids::{AccountId, InstitutionId, ReceptionPointId},
    ledger::{Body, Event, Reach, What, Work},
    say,
};

/// How a point is operated. The row holds what is so now; the ledger tells when it changed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "capacity_point")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub point_id: ReceptionPointId,
    /// The point's country, ISO 3166-1 alpha-2.
    pub country: String,
    pub operator_id: InstitutionId,
    /// Minutes after which its latest report is late.
    pub stale_minutes: i32,
    pub account_id: AccountId,
    pub at: Moment,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The shortest and the longest time, in minutes, after which a report can be late.
const LATE: std::ops::RangeInclusive<i32> = 15..=10_080;

/// What is set of a point.
pub struct Setting {
    pub point: ReceptionPointId,
    pub operator: InstitutionId,
    pub stale_minutes: i32,
}

/// Puts a point of the own country in service, or changes how it is operated.
pub async fn set(work: &mut Work, setting: Setting) -> Result<ReceptionPointId> {
    let Setting { point, operator, stale_minutes } = setting;
    let found = reception_point::Entity::open_to(&work.viewer)
        .filter(reception_point::Column::Id.eq(point))
        .one(&work.db)
        .await?;
    let place = found.ok_or_else(|| Error::NotFound(say!("un punto de recepción", "reception point")))?;
    let at_home = work.viewer.country.as_deref() == Some(place.country.as_str());
    work.permit(Action::ManagePoints, if at_home { Standing::Compatriot } else { Standing::Partner })?;
    let mut bounds = Bounds::default();
    let known = known_institutions(&work.db, &[operator]).await?;
    let of_country = |country: &Option<String>| country.as_deref() == Some(place.country.as_str());
    if !known.iter().any(|known| known.active && of_country(&known.country)) {
        bounds.add(
            Reason::Unknown,
            "input.operator",
            say!("no es una institución de su país", "is no institution of your country"),
        );
    }
    let (least, most) = (LATE.start(), LATE.end());
    if !LATE.contains(&stale_minutes) {
        bounds.add(
            Reason::OutOfRange,
            "input.staleAfterMinutes",
            say!("entre {least} y {most} minutos", "between {least} and {most} minutes"),
        );
    }
    bounds.done()?;

    let row = Model {
        point_id: point,
        country: place.country.clone(),
        operator_id: operator,
        stale_minutes,
        account_id: work.viewer.account,
        at: work.clock.now(),
    };
    let known = OnConflict::column(Column::PointId)
        .update_columns([Column::OperatorId, Column::StaleMinutes, Column::AccountId, Column::At])
        .to_owned();
    Entity::insert(row.into_active_model().reset_all())
        .on_conflict(known)
        .exec_without_returning(&work.db)
        .await?;
    work.record(Event {
        what: What::CapacityPointSet,
        subject: point.0,
        owner: operator,
        owner_country: Some(place.country.clone()),
        reach: Reach::Owner,
        told: vec![Party::Country(place.country)],
        body: Body::default(),
    });
    Ok(point)
}
