//! The schema's roots. Each capability brings its own queries and mutations; here they meet.

mod node;

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, SchemaBuilder, ValidationMode};

use crate::{
    ask::Reads,
    audit::AuditQuery,
    directory::{DirectoryMutation, DirectoryQuery},
    ledger::Ledger,
    meetings::{
        AgendaQuery, AgreementMutation, AgreementQuery, MeetingMutation, MeetingQuery, MinutesMutation,
        PositionMutation, ProposalMutation, TextMutation, TextQuery,
        calendar::{CalendarMutation, CalendarQuery},
        people::PeopleMutation,
    },
    plans::{
        ApprovalMutation, PlanMutation, PlanQuery, PlanRevisionQuery,
        capacity::{CapacityMutation, CapacityQuery},
        force::{ForceMutation, ForceQuery},
        support::{SupportMutation, SupportQuery},
    },
    statistics::{
        Cubes, DatasetMutation, DatasetQuery, ImportMutation, JobMutation, JobQuery, MappingMutation,
        MappingQuery, ReferenceQuery, StatisticsQuery,
    },
    vault::Vault,
};
pub use node::Node;

/// What can be read.
#[derive(Default, MergedObject)]
pub struct Query(
    DirectoryQuery,
    PlanQuery,
    CapacityQuery,
    PlanRevisionQuery,
    ForceQuery,
    SupportQuery,
    DatasetQuery,
    MappingQuery,
    JobQuery,
    StatisticsQuery,
    ReferenceQuery,
    MeetingQuery,
    AgendaQuery,
    TextQuery,
    CalendarQuery,
    AgreementQuery,
    AuditQuery,
    node::NodeQuery,
);

/// What can be done. Each takes one `input` and answers with the record and with what you can mend.
#[derive(Default, MergedObject)]
pub struct Mutation(
    DirectoryMutation,
    PlanMutation,
    ApprovalMutation,
    ForceMutation,
    CapacityMutation,
    SupportMutation,
    DatasetMutation,
    ImportMutation,
    MappingMutation,
    JobMutation,
    MeetingMutation,
    PositionMutation,
    TextMutation,
    ProposalMutation,
    CalendarMutation,
    MinutesMutation,
    AgreementMutation,
    PeopleMutation,
);

pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// The schema without anything to ask it of: for its text.
pub fn bare() -> Schema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription).finish()
}

/// The schema's text, as it is published.
pub fn sdl(schema: &Schema) -> String {
    schema.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items())
}

/// The schema over what resolvers may ask for, still to be finished.
pub fn over(
    reads: Reads,
    ledger: Ledger,
    vault: Vault,
    cubes: Cubes,
) -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        // What is invalid never comes this far: the gate has validated it.
        .validation_mode(ValidationMode::Fast)
        .data(reads)
        .data(ledger)
        .data(vault)
        .data(cubes)
}
