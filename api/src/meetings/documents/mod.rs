//! Documents of a meeting: files of the vault with a symbol by the rule of the series, in language
//! versions side by side and in revisions, each for those whom its distribution names.
//!
//! A file is taken only if it is what its name says, to its last byte, and nothing in it acts by
//! itself ([`inspect`]); where a scanner is configured it is asked too, and one that does not answer
//! refuses. Rows are added, never changed. Who fetches a document is written down before its first
//! byte goes out.

mod commands;
mod fields;
pub mod inspect;
mod row;
mod scanner;
mod sight;
pub mod symbol;

pub use commands::{Entering, Of, Stored, enter, fetch, may_enter, seen};
pub use fields::{MeetingDocument, documents_of};
pub use row::{Distribution, DocumentKind, Entity as DocumentRow, Media, Model as Document};
pub use scanner::{Found, Scanner};
