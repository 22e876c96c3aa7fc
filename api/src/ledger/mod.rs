//! The ledger, and the only way to write.
//!
//! **Invariant.** A change and the entries that tell of it commit together or not at all: every
//! write goes through [`Work`], and a `Work` that records nothing does not commit. Entries stand in
//! commit order without gaps, each chained to the one before; the newest hash is also kept, signed,
//! outside the database ([`Head`]).

mod entry;
mod event;
mod head;
mod keep;
mod once;
mod verify;
mod work;

pub use entry::{Column, Entity, Model, Told, hexadecimal, party, sha256, told_to};
pub use event::{Body, Event, Reach, Step, What};
pub use head::Head;
pub use keep::{Keep, Kept};
pub use once::{Answer, Once};
pub use verify::{Verdict, verify};
pub use work::{Ledger, Work};

/// The bookkeeping tables that are nobody's records and are written without an entry.
pub const KEPT: &[&str] = &["answered", "import_job", "upload"];
