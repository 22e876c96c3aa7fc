//! The delegations of a meeting. That one is invited and whether it only observes is what the
//! convocation says. That it attends, that it adopts and that it reserves are three further facts,
//! noted as they come about: one may attend and not adopt, or adopt and reserve.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::{QueryOrder, entity::prelude::*};
use serde::{Deserialize, Serialize};

use super::phase::Phase;
use crate::{
    ask::{Loads, Missed},
    clock::Moment,
    error::{Problem, Reason},
    ids::{AccountId, MeetingId, RecordId},
    say,
};

/// A country that is invited, member or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Whether it is invited to observe only.
    pub observing: bool,
}

/// What is noted of a delegation.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(12))", rename_all = "snake_case")]
#[graphql(name = "DelegationFact")]
pub enum Fact {
    /// It takes part, in the room or by video (asiste).
    Attending,
    /// It adopts what the meeting adopts (adopta).
    Adopting,
    /// It adopts with a reservation (reserva).
    Reserving,
}

/// One thing that was noted of a delegation. Rows are added only; the latest holds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "delegation_fact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub meeting_id: RecordId,
    /// In the order in which they were noted, from 1 on.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub country: String,
    pub fact: Fact,
    pub holds: bool,
    /// Noted by the host and not by the delegation itself.
    pub by_host: bool,
    pub account_id: AccountId,
    pub at: Moment,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What holds of the delegations of one meeting.
#[derive(Clone, Debug, Default)]
pub struct Facts(HashMap<(String, Fact), Model>);

impl Facts {
    /// From rows in the order in which they were noted.
    pub fn of(rows: impl IntoIterator<Item = Model>) -> Self {
        Self(rows.into_iter().map(|row| ((row.country.clone(), row.fact), row)).collect())
    }

    pub fn hold(&self, country: &str, fact: Fact) -> bool {
        self.noted(country, fact).is_some_and(|row| row.holds)
    }

    pub fn noted(&self, country: &str, fact: Fact) -> Option<&Model> {
        self.0.get(&(country.to_owned(), fact))
    }

    /// Whether this can be noted now of a delegation: who reserves adopts, who adopts attends, and
    /// who observes does neither.
    pub fn admit(&self, of: &Delegation, fact: Fact, holds: bool, phase: Phase) -> Result<(), Problem> {
        let refuse = |say| Err(Problem::new(Reason::WrongState, "input", say));
        let country = of.country.as_str();
        if self.hold(country, fact) == holds {
            return refuse(say!("ya consta así", "that is noted already"));
        }
        let right = match fact {
            Fact::Attending => !phase.is_over(),
            Fact::Adopting | Fact::Reserving => matches!(phase, Phase::InSession | Phase::Closed),
        };
        if !right {
            let phase = phase.code();
            return refuse(say!(
                "no se anota mientras la reunión está en {phase}",
                "this is not noted while the meeting is {phase}"
            ));
        }
        if of.observing && fact != Fact::Attending {
            return refuse(say!(
                "una delegación observadora no adopta",
                "a delegation that observes does not adopt"
            ));
        }
        match (fact, holds) {
            (Fact::Adopting, true) if !self.hold(country, Fact::Attending) => refuse(say!(
                "adopta quien asiste; anote primero su asistencia",
                "who adopts attends; note that first"
            )),
            (Fact::Reserving, true) if !self.hold(country, Fact::Adopting) => refuse(say!(
                "reserva quien adopta; anote primero su adopción",
                "who reserves adopts; note that first"
            )),
            (Fact::Attending, false) if self.hold(country, Fact::Adopting) => {
                refuse(say!("consta que adoptó", "it is noted that it adopted"))
            }
            (Fact::Adopting, false) if self.hold(country, Fact::Reserving) => refuse(say!(
                "consta su reserva; retírela primero",
                "its reservation is noted; take that back first"
            )),
            _ => Ok(()),
        }
    }
}

/// What was noted of the delegations of some meetings, in order.
#[expect(clippy::disallowed_methods, reason = "only of meetings that are shown")]
pub async fn noted(db: &impl ConnectionTrait, meetings: &[RecordId]) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::MeetingId.is_in(meetings.iter().copied()))
        .order_by_asc(Column::MeetingId)
        .order_by_asc(Column::Number)
        .all(db)
        .await
}

/// A meeting, asked what holds of its delegations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FactsOf(pub MeetingId);

impl Loader<FactsOf> for Loads {
    type Value = Facts;
    type Error = Missed;

    async fn load(&self, asked: &[FactsOf]) -> Result<HashMap<FactsOf, Facts>, Missed> {
        let ids: Vec<RecordId> = asked.iter().map(|FactsOf(id)| (*id).into()).collect();
        let mut rows: HashMap<_, Vec<Model>> = HashMap::new();
        for row in noted(&self.db, &ids).await? {
            rows.entry(FactsOf(row.meeting_id.into())).or_default().push(row);
        }
        Ok(rows.into_iter().map(|(of, rows)| (of, Facts::of(rows))).collect())
    }
}
