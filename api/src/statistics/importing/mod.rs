//! A ministry's file, from its arrival to a vintage, as clients ask for it. Translation only: what is done
//! stands in [`commands`](super::commands).

mod columns;
mod inputs;
mod mappings;
mod mutation;
mod told;

pub use mappings::{MappingMutation, MappingQuery};
pub use mutation::ImportMutation;
pub use told::ImportReport;
