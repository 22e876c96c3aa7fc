//! The life of a shared record, whatever it holds: drafted by one institution, revised, submitted,
//! approved by a second person, released to an audience, recalled.
//!
//! Plans, datasets and meetings live this one life; what each of them says is its [`Content`]. A
//! revision is written once: its content is kept as the canonical text whose SHA-256 names it, so
//! that what was approved is what was released, byte for byte.
//!
//! Some of a content may be for some of the audience only. Then whoever does not work on the record
//! is handed what is left for them ([`Content::portions`]), as if that were all: [`Shown`] is the
//! one way to a content that was released, and cuts it before anybody holds it.

mod authors;
mod commands;
mod content;
mod fields;
mod inputs;
mod paper;
mod read;
mod record;
mod retraction;
mod revision;
mod revisions;
mod share;
mod past;
mod shown;
mod sharing;
mod upkeep;

pub use commands::{
    Draft, Expected, amend, approve, draft, locked, newest_content, revise, submit, to_be_approved,
};
pub use content::{Content, Outline, Portions, shown_in_portions};
pub use fields::{Audience, RecordFields};
pub use inputs::{AudienceInput, ChangeStateInput, RecallInput, ReleaseInput};
pub use paper::{blank, course, drafting_shown, parts_of, stamp, state};
pub use past::{as_of, once_shown, once_shown_to, released_before, released_by, seen_since};
pub use record::{Column as RecordColumn, Entity as Record, Model as RecordRow};
pub use retraction::{Retraction, retract};
pub use revision::{Column as RevisionColumn, Entity as Revision, Model as RevisionRow, State};
pub use revisions::{history, past, worked_on};
pub use share::{Entity as Share, ReleaseToMe, released_to_me};
pub use sharing::{Named, Release, check_audience, recall, release, shown_to};
pub use shown::{Shown, Wanted, WorkedOn, all_shown, by_code, held, load, one, page};
pub use upkeep::newest_unseen;
