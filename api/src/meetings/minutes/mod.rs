//! Minutes of a meeting (acta, minuta): by item of the agenda, with what was decided, written by the
//! host's secretary and approved by every delegation that was there.
//!
//! Each saving is a version, and versions are only added; an approval names the version by its hash.
//! What is corrected after somebody approved says why, and is approved anew.

mod commands;
mod fields;
mod inputs;
mod mutation;
mod rows;

pub use commands::present;
pub use fields::{Minutes, minutes_of};
pub use mutation::MinutesMutation;
pub use rows::{ApprovalRow as MinutesApprovalRow, Said, VersionRow as MinutesRow, approvals, versions};
