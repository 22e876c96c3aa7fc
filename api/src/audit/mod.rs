//! The ledger, read by people: what happened, to what, by whom. Each reader gets the entries that
//! are told to them; an auditor gets all of the own country's records.

mod graphql;
mod revisions;

pub use graphql::AuditQuery;
pub use revisions::altered_revision;
