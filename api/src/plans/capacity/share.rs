//! With whom a country shares the capacity of its points: the points, or their total and not the points.

use std::collections::BTreeSet;

use sea_orm::{EntityTrait, IntoActiveModel, QueryOrder, QuerySelect, Set, entity::prelude::*};

use super::point;
use crate::{
    access::{Action, Handling, Party, Standing, Viewer},
    bounds::Bounds,
    clock::Moment,
    error::{Error, Problem, Reason, Result},
    ids::{AccountId, CapacityShareId, ReceptionPointId},
    ledger::{Body, Event, Reach, What, Work},
    records::{Named, check_audience},
    say,
};

/// What is shared.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))", rename_all = "snake_case")]
#[graphql(name = "CapacityLevel")]
pub enum Level {
    /// Each point: its reports, its history, its place on the map with figures.
    Detail,
    /// The total of the country, and nothing of a point.
    Total,
    /// The total of the country, also by mode of arrival, and nothing of a point.
    Modes,
}

/// One act of sharing. It ends as a whole; a row is never changed but for its end.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "capacity_share")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CapacityShareId,
    /// Whose points, ISO 3166-1 alpha-2.
    pub country: String,
    pub level: Level,
    /// The points, as JSON; all of the country's, also those to come, if there is none.
    pub points: Option<String>,
    pub handling: Handling,
    pub instrument: String,
    pub purpose: String,
    pub account_id: AccountId,
    pub at: Moment,
    pub ended_at: Option<Moment>,
    pub ended_by: Option<AccountId>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub mod audience {
    //! To whom something is shared.

    use sea_orm::entity::prelude::*;

    use crate::{access::Party, ids::CapacityShareId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
    #[sea_orm(table_name = "capacity_audience")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub party: Party,
        #[sea_orm(primary_key, auto_increment = false)]
        pub share_id: CapacityShareId,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use audience::Entity as Audience;

impl Model {
    /// The points that are shared; none for all of the country.
    pub fn points(&self) -> Option<Vec<ReceptionPointId>> {
        self.points.as_deref().map(|points| serde_json::from_str(points).unwrap_or_default())
    }

    /// Whether the points themselves are shared, and this one among them.
    pub fn shows(&self, point: ReceptionPointId) -> bool {
        self.level == Level::Detail && self.points().is_none_or(|points| points.contains(&point))
    }
}

/// What is to be shared with whom.
pub struct Sharing {
    pub level: Level,
    pub points: Option<Vec<ReceptionPointId>>,
    pub handling: Handling,
    pub audience: Vec<Named>,
    pub instrument: String,
    pub purpose: String,
}

/// The most acts of sharing of a country that hold at a time.
const MOST_SHARES: usize = 200;
/// The most parties of one of them: each is told of each report of a point that it sees.
const MOST_PARTIES: usize = 50;
/// The most points that are shared one by one.
const MOST_POINTS: usize = 500;

/// Shares capacity of the own country.
pub async fn share(work: &mut Work, sharing: Sharing) -> Result<CapacityShareId> {
    work.permit(Action::ShareCapacity, Standing::Compatriot)?;
    let Some(country) = work.viewer.country.clone() else {
        return Err(Error::Forbidden(Action::ShareCapacity.say()));
    };
    let Sharing { level, points, handling, audience, instrument, purpose } = sharing;
    let mut bounds = Bounds::default();
    bounds.text("input.instrument", &instrument, 500);
    bounds.text("input.purpose", &purpose, 500);
    bounds.count("input.audience", audience.len(), MOST_PARTIES);
    if let Some(points) = &points {
        check_points(work, &country, level, points, &mut bounds).await?;
    }
    bounds.done()?;
    check_audience(work, handling, &audience).await?;
    if held_by(&work.db, &country).await?.len() >= MOST_SHARES {
        return Err(Problem::new(
            Reason::WrongState,
            "input",
            say!(
                "a lo sumo {MOST_SHARES} a la vez; retire alguna",
                "at most {MOST_SHARES} at a time; recall one"
            ),
        )
        .into());
    }

    let to: BTreeSet<Party> = audience.into_iter().map(|(_, party)| party).collect();
    let id = CapacityShareId::new();
    let points = points.map(|points| serde_json::to_string(&points)).transpose();
    let row = Model {
        id,
        country: country.clone(),
        level,
        points: points.map_err(anyhow::Error::from)?,
        handling,
        instrument,
        purpose,
        account_id: work.viewer.account,
        at: work.clock.now(),
        ended_at: None,
        ended_by: None,
    };
    Entity::insert(row.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    let rows = to
        .iter()
        .map(|party| audience::Model { party: party.clone(), share_id: id }.into_active_model().reset_all());
    Audience::insert_many(rows).exec_without_returning(&work.db).await?;
    tell(work, What::CapacityShared, id, country, to.into_iter().collect());
    Ok(id)
}

async fn check_points(
    work: &Work,
    country: &str,
    level: Level,
    points: &[ReceptionPointId],
    bounds: &mut Bounds,
) -> Result<()> {
    if level != Level::Detail {
        bounds.add(
            Reason::OutOfRange,
            "input.points",
            say!(
                "un total es de todos los puntos del país: no nombre puntos",
                "a total is of all points of the country: name no points"
            ),
        );
    }
    if points.is_empty() {
        bounds.add(Reason::Required, "input.points", say!("al menos un punto", "at least one point"));
    }
    bounds.count("input.points", points.len(), MOST_POINTS);
    bounds.distinct("input.points", &points[..points.len().min(MOST_POINTS)]);
    let known = in_service(&work.db, country, points).await?;
    for (at, point) in points.iter().enumerate().take(MOST_POINTS) {
        if !known.contains(point) {
            bounds.add(
                Reason::Unknown,
                format!("input.points.{at}"),
                say!(
                    "no es un punto en servicio de su país",
                    "is no point of your country that is in service"
                ),
            );
        }
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "of the viewer's own country")]
async fn in_service(
    db: &impl ConnectionTrait,
    country: &str,
    points: &[ReceptionPointId],
) -> Result<Vec<ReceptionPointId>> {
    let rows = point::Entity::find()
        .filter(point::Column::Country.eq(country))
        .filter(point::Column::PointId.is_in(points.iter().copied().take(MOST_POINTS)))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.point_id).collect())
}

/// Ends an act of sharing: from then on nothing that it showed is theirs to see, the past included.
pub async fn recall(work: &mut Work, id: CapacityShareId) -> Result<CapacityShareId> {
    let of_country = work.viewer.country.clone();
    let found = of_own_country(&work.viewer).filter(Column::Id.eq(id)).lock_exclusive().one(&work.db).await?;
    let unknown = || Error::NotFound(say!("una difusión de capacidad", "share of capacity"));
    let (row, country) = found.zip(of_country).ok_or_else(unknown)?;
    work.permit(Action::ShareCapacity, Standing::Compatriot)?;
    if row.ended_at.is_some() {
        return Err(Problem::new(
            Reason::WrongState,
            "input.share",
            say!("ya se retiró", "it was recalled already"),
        )
        .into());
    }
    let to = parties(&work.db, &[id]).await?.into_iter().map(|row| row.party).collect();
    let mut ended = row.into_active_model();
    ended.ended_at = Set(Some(work.clock.now()));
    ended.ended_by = Set(Some(work.viewer.account));
    ended.update(&work.db).await?;
    tell(work, What::CapacityRecalled, id, country, to);
    Ok(id)
}

fn tell(work: &mut Work, what: What, id: CapacityShareId, country: String, to: Vec<Party>) {
    let mut told = to.clone();
    told.push(Party::Country(country.clone()));
    work.record(Event {
        what,
        subject: id.0,
        owner: work.viewer.institution,
        owner_country: Some(country),
        reach: Reach::Named,
        told,
        body: Body { to, ..Body::default() },
    });
}

/// What the viewer's own country has shared, ended or not: seen at home only.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
pub fn of_own_country(viewer: &Viewer) -> sea_orm::Select<Entity> {
    let home = viewer.country.clone().filter(|_| viewer.may(Action::ReadCapacity, Standing::Compatriot));
    Entity::find().filter(Column::Country.eq(home.unwrap_or_default()))
}

/// What holds of a country's sharing.
#[expect(clippy::disallowed_methods, reason = "for whom a report is told to, and how many there are")]
pub async fn held_by(db: &impl ConnectionTrait, country: &str) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Country.eq(country))
        .filter(Column::EndedAt.is_null())
        .order_by_asc(Column::Id)
        .all(db)
        .await
}

/// What holds and is shared with one of the viewer's parties.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
pub async fn shared_with(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<Vec<Model>, DbErr> {
    let mine = Audience::find()
        .select_only()
        .column(audience::Column::ShareId)
        .filter(audience::Column::Party.is_in(viewer.parties()));
    let shares = sea_orm::QueryTrait::into_query(mine);
    Entity::find().filter(Column::EndedAt.is_null()).filter(Column::Id.in_subquery(shares)).all(db).await
}

/// To whom some acts of sharing are.
#[expect(clippy::disallowed_methods, reason = "of shares that are the own country's")]
pub async fn parties(
    db: &impl ConnectionTrait,
    shares: &[CapacityShareId],
) -> Result<Vec<audience::Model>, DbErr> {
    Audience::find()
        .filter(audience::Column::ShareId.is_in(shares.iter().copied()))
        .order_by_asc(audience::Column::Party)
        .all(db)
        .await
}
