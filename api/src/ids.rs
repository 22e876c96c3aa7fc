//! One type per kind of record, so that a plan's id cannot be handed where an account's is wanted.
//! All are UUIDv7 (they sort by creation). Outside they are the GraphQL `ID`, which names the kind
//! (`Plan:0192...`): a mix-up is refused with words, and `node` knows where to look.

use std::borrow::Cow;

use async_graphql::{
    ID, InputType, InputValueError, InputValueResult, OutputType, Value, registry::Registry,
};
use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            pub const KIND: &'static str = $kind;

            #[expect(clippy::new_without_default, reason = "a new id is an event, not a default")]
            pub fn new() -> Self { Self(Uuid::now_v7()) }

            /// The id as clients see it.
            pub fn global(self) -> String { self.to_string() }

            pub fn parse_global(text: &str) -> Option<Self> {
                let id = text.strip_prefix($kind)?.strip_prefix(':')?;
                Uuid::try_parse(id).ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}:{}", $kind, self.0.simple())
            }
        }

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl InputType for $name {
            type RawValueType = Self;
            fn type_name() -> Cow<'static, str> { <ID as InputType>::type_name() }
            fn create_type_info(registry: &mut Registry) -> String { <ID as InputType>::create_type_info(registry) }
            fn parse(value: Option<Value>) -> InputValueResult<Self> {
                let id = <ID as InputType>::parse(value).map_err(InputValueError::propagate)?;
                Self::parse_global(&id).ok_or_else(|| {
                    InputValueError::custom(concat!("expected the id of a ", $kind, ", such as `", $kind, ":0192f0c37a5b7c3e8d2f4a6b8c0d2e4f`"))
                })
            }
            fn to_value(&self) -> Value { Value::String(self.global()) }
            fn as_raw_value(&self) -> Option<&Self> { Some(self) }
        }

        impl OutputType for $name {
            fn type_name() -> Cow<'static, str> { <ID as OutputType>::type_name() }
            fn create_type_info(registry: &mut Registry) -> String { <ID as OutputType>::create_type_info(registry) }
            async fn resolve(
                &self,
                _: &async_graphql::ContextSelectionSet<'_>,
                _: &async_graphql::Positioned<async_graphql::parser::types::Field>,
            ) -> async_graphql::ServerResult<Value> {
                Ok(Value::String(self.global()))
            }
        }
    )+};
}

ids! {
    InstitutionId = "Institution",
    PostId = "Post",
    AccountId = "Account",
    AppointmentId = "Appointment",
    ConsulateId = "Consulate",
    ReceptionPointId = "ReceptionPoint",
    /// A record that is shared by audience: a plan, a dataset or a meeting.
    RecordId = "Record",
    PlanId = "Plan",
    DatasetId = "Dataset",
    MeetingId = "Meeting",
    /// What a delegation proposes on an agenda.
    ProposalId = "AgendaProposal",
    /// Somebody who is accredited to a meeting.
    ParticipantId = "Participant",
    /// A sealed exchange of positions in a meeting.
    ExchangeId = "PositionExchange",
    /// What a meeting agreed to do.
    AgreementId = "MeetingCommitment",
    /// A text that a meeting negotiates.
    TextId = "NegotiatedText",
    /// A document of a meeting, in one language and revision.
    DocumentId = "Document",
    /// A private address of a calendar.
    CalendarId = "Calendar",
    /// What an operator reported of a reception point.
    CapacityReportId = "CapacityReport",
    /// An act of sharing capacity.
    CapacityShareId = "CapacityShare",
    /// What a country lacks.
    GapId = "Gap",
    SupportRequestId = "SupportRequest",
    SupportOfferId = "SupportOffer",
    /// Support that was promised.
    CommitmentId = "Commitment",
    /// A plan put into force, from its activation to its end; or an exercise of that.
    ActivationId = "Activation",
    EntryId = "Entry",
    /// A file that was uploaded to be imported.
    FileId = "File",
    MappingId = "Mapping",
    /// An import that goes on without its request.
    ImportJobId = "ImportJob",
}

/// The id of a shared record of whichever kind, as a client gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordRef {
    kind: &'static str,
    id: RecordId,
}

impl RecordRef {
    /// The record, if the id names one of the kind that is meant.
    pub fn of(self, kind: &str) -> Option<RecordId> {
        self.kind.eq_ignore_ascii_case(kind).then_some(self.id)
    }

    pub fn id(self) -> RecordId {
        self.id
    }

    pub fn parse_global(text: &str) -> Option<Self> {
        let (kind, id) = text.split_once(':')?;
        let kind =
            [PlanId::KIND, DatasetId::KIND, MeetingId::KIND].into_iter().find(|known| *known == kind)?;
        Uuid::try_parse(id).ok().map(|id| Self { kind, id: RecordId(id) })
    }
}

impl InputType for RecordRef {
    type RawValueType = Self;
    fn type_name() -> Cow<'static, str> {
        <ID as InputType>::type_name()
    }
    fn create_type_info(registry: &mut Registry) -> String {
        <ID as InputType>::create_type_info(registry)
    }
    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let id = <ID as InputType>::parse(value).map_err(InputValueError::propagate)?;
        Self::parse_global(&id)
            .ok_or_else(|| InputValueError::custom("expected the id of a plan, a dataset or a meeting, such as `Plan:0192f0c37a5b7c3e8d2f4a6b8c0d2e4f`"))
    }
    fn to_value(&self) -> Value {
        Value::String(format!("{}:{}", self.kind, self.id.0.simple()))
    }
    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// The typed ids of the three shared capabilities, and the record beneath them.
macro_rules! records {
    ($($name:ident),+) => {$(
        impl From<$name> for RecordId { fn from(id: $name) -> Self { Self(id.0) } }
        impl From<RecordId> for $name { fn from(id: RecordId) -> Self { Self(id.0) } }
    )+};
}

records!(PlanId, DatasetId, MeetingId);
