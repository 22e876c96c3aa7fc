//! The schema's roots. Each capability brings its own queries and mutations; here they meet.

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, ValidationMode};

use crate::{
    ask::Reads,
    clock::Clock,
    directory::{DirectoryMutation, DirectoryQuery},
    ledger::Ledger,
    plans::{PlanMutation, PlanQuery},
};

/// What can be read.
#[derive(Default, MergedObject)]
pub struct Query(DirectoryQuery, PlanQuery);

/// What can be done. Each takes one `input` and answers with the record and with what you can mend.
#[derive(Default, MergedObject)]
pub struct Mutation(DirectoryMutation, PlanMutation);

pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// The schema without anything to ask it of: for its text.
pub fn bare() -> Schema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription).finish()
}

/// The schema's text, as it is published.
pub fn sdl(schema: &Schema) -> String {
    schema.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items())
}

/// The schema over what resolvers may ask for. `propagate` mends how errors travel (see the gate).
pub fn schema(
    reads: Reads,
    ledger: Ledger,
    clock: Clock,
    propagate: impl async_graphql::extensions::ExtensionFactory,
) -> Schema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        // What is invalid never comes this far: the gate has validated it.
        .validation_mode(ValidationMode::Fast)
        .extension(propagate)
        .data(reads)
        .data(ledger)
        .data(clock)
        .finish()
}
