//! How far a meeting has come, and what may be done from there.
//!
//! This is not the state of a revision. A revision of the convocation is drafted, approved and
//! released like any record; the meeting is convoked, prepared, held and closed, whichever revision
//! each delegation is shown. So it stands in rows of its own, one for each step that was taken,
//! never changed, and seen by whoever sees the meeting.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use sea_orm::{QueryOrder, entity::prelude::*};

use crate::{
    ask::{Loads, Missed},
    clock::Moment,
    ids::{AccountId, MeetingId, RecordId},
    ledger::What,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "meeting_phase")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub meeting_id: RecordId,
    /// From 1 on; a meeting without a row is convoked.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub phase: Phase,
    /// Until when delegations comment, where the agenda is open to them.
    pub until: Option<Moment>,
    /// The revision that was the newest then; of an agenda that was adopted, the one that was.
    pub revision: i32,
    pub account_id: AccountId,
    pub at: Moment,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How far a meeting has come.
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
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(20))", rename_all = "snake_case")]
#[graphql(name = "MeetingPhase")]
pub enum Phase {
    /// Those invited are told when and where (convocada).
    Convoked,
    /// Delegations comment on the agenda until a set time (agenda abierta a comentarios).
    OpenToComment,
    /// The agenda is adopted (agenda adoptada).
    AgendaAdopted,
    /// It has begun (en sesión).
    InSession,
    /// It is over (clausurada).
    Closed,
    /// It does not take place (cancelada).
    Cancelled,
    /// It takes place at a time to be told (aplazada).
    Postponed,
}

/// What the host does with a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "MeetingStep")]
pub enum Step {
    /// Opens the agenda to the comments of the delegations, or gives them more time.
    OpenAgenda,
    /// Adopts the agenda as it was last released.
    AdoptAgenda,
    /// Begins the meeting.
    Begin,
    /// Closes it.
    Close,
    /// Convokes anew what was postponed.
    Reconvoke,
}

/// How a meeting is called off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
#[graphql(name = "MeetingCallOff")]
pub enum CallOff {
    /// To a time to be told.
    Postpone,
    /// For good.
    Cancel,
}

/// Everything that can be done with a meeting as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    Step(Step),
    CallOff(CallOff),
}

impl Phase {
    pub const ALL: [Phase; 7] = [
        Phase::Convoked,
        Phase::OpenToComment,
        Phase::AgendaAdopted,
        Phase::InSession,
        Phase::Closed,
        Phase::Cancelled,
        Phase::Postponed,
    ];

    /// Where the move leads from here; none if it cannot be made. The whole table.
    pub fn after(self, taken: Move) -> Option<Phase> {
        use CallOff::*;
        use Phase::*;
        use Step::*;
        Some(match (self, taken) {
            (Convoked | OpenToComment, Move::Step(OpenAgenda)) => OpenToComment,
            (Convoked | OpenToComment, Move::Step(AdoptAgenda)) => AgendaAdopted,
            (AgendaAdopted, Move::Step(Begin)) => InSession,
            (InSession, Move::Step(Close)) => Closed,
            (Postponed, Move::Step(Reconvoke)) => Convoked,
            (Convoked | OpenToComment | AgendaAdopted, Move::CallOff(Postpone)) => Postponed,
            (Convoked | OpenToComment | AgendaAdopted | Postponed, Move::CallOff(Cancel)) => Cancelled,
            _ => return None,
        })
    }

    /// Whether what the meeting is to be can still be changed.
    pub fn is_over(self) -> bool {
        matches!(self, Phase::Closed | Phase::Cancelled)
    }

    pub fn code(self) -> String {
        serde_json::to_string(&self).unwrap_or_default().trim_matches('"').to_owned()
    }
}

impl Move {
    pub const ALL: [Move; 7] = [
        Move::Step(Step::OpenAgenda),
        Move::Step(Step::AdoptAgenda),
        Move::Step(Step::Begin),
        Move::Step(Step::Close),
        Move::Step(Step::Reconvoke),
        Move::CallOff(CallOff::Postpone),
        Move::CallOff(CallOff::Cancel),
    ];

    /// What the ledger tells of it.
    pub fn told(self) -> What {
        match self {
            Move::Step(Step::OpenAgenda) => What::MeetingAgendaOpened,
            Move::Step(Step::AdoptAgenda) => What::MeetingAgendaAdopted,
            Move::Step(Step::Begin) => What::MeetingBegun,
            Move::Step(Step::Close) => What::MeetingClosed,
            Move::Step(Step::Reconvoke) => What::MeetingReconvoked,
            Move::CallOff(CallOff::Postpone) => What::MeetingPostponed,
            Move::CallOff(CallOff::Cancel) => What::MeetingCancelled,
        }
    }
}

/// The steps that a meeting has taken, in order.
#[expect(clippy::disallowed_methods, reason = "only of meetings that are shown")]
pub async fn taken(db: &impl ConnectionTrait, meetings: &[RecordId]) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::MeetingId.is_in(meetings.iter().copied()))
        .order_by_asc(Column::MeetingId)
        .order_by_asc(Column::Number)
        .all(db)
        .await
}

/// A meeting, asked for the steps it has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StepsOf(pub MeetingId);

impl Loader<StepsOf> for Loads {
    type Value = Vec<Model>;
    type Error = Missed;

    async fn load(&self, asked: &[StepsOf]) -> Result<HashMap<StepsOf, Vec<Model>>, Missed> {
        let ids: Vec<RecordId> = asked.iter().map(|StepsOf(id)| (*id).into()).collect();
        let mut steps: HashMap<_, Vec<Model>> = HashMap::new();
        for row in taken(&self.db, &ids).await? {
            steps.entry(StepsOf(row.meeting_id.into())).or_default().push(row);
        }
        Ok(steps)
    }
}
