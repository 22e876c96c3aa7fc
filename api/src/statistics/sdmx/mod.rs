//! Datasets as SDMX names and writes them. Knows no HTTP and no database.
//!
//! The institution that answers for a dataset is its agency. A dataset is a dataflow of its own code, with a data
//! structure and a concept scheme of its own; its layout never changes, so their version is always [`VERSION`]. A
//! vintage is what the dataflow held at a time (`asOf`), and no version: numbers of vintages would tell partners how
//! many were never released.

mod artefact;
mod condition;
mod flow;
mod json;
mod structure_json;
mod structure_xml;
mod urn;
mod wanted;

pub use artefact::{Artefact, Region, agencies, constraint, dataflow, house_lists, structures};
pub use condition::{Condition, Key, Operator, compares, keys, within};
pub use flow::Flow;
pub use json::{Json, Look, Packing};
pub use structure_json::message as structures_json;
pub use structure_xml::{error as error_xml, message as structures_xml};
pub use urn::{Class, Urn};
pub use wanted::{Detail, Names, References, Versions, Wanted};

/// Kinds and versions that are named in one place of an address.
pub const MOST_NAMED: usize = 16;

/// Of all that is derived from a dataset.
pub const VERSION: &str = "1.0.0";

/// `IDType` of SDMX 3.0: what can be the id of a code.
pub fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'@' | b'$' | b'-'))
}

/// `NCNameIDType`: what can be the id of an agency, a list or a concept. What does not fit is replaced.
pub fn name_id(text: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let id: String = text.chars().map(fits).collect();
    if id.starts_with(|c: char| c.is_ascii_alphabetic()) { id } else { format!("X{id}") }
}
