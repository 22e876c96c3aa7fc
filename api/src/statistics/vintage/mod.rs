//! One vintage of a dataset as one Parquet file: what is stored, hashed, released and handed to whoever wants to
//! count for themselves (pandas, R, DuckDB read it as it is).
//!
//! Sorted by series and period: one string column for each dimension, then `TIME_PERIOD`, `OBS_VALUE` (a whole
//! number of the last decimal, null where there is none) and `OBS_STATUS`. The layout travels in the file's
//! metadata. Equal content gives equal bytes, so the SHA-256 of the file names the content. A later version of
//! the Parquet library may write the same content in other bytes: a stored file is kept, never written again.

mod shared;
mod pages;
mod group;
mod writing;
mod opening;
mod reader;

use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
};

use anyhow::anyhow;

use super::cube::Cube;
use crate::error::{Error, Result};

pub use reader::{Figure, Reader};
pub use writing::{Sheet, Writer};

/// Metadata key of the layout, as canonical JSON.
pub const LAYOUT_KEY: &str = "enlace.layout";
/// Metadata key of the version of this form.
pub const FORM_KEY: &str = "enlace.vintage";
pub const FORM: &str = "1";

/// So many rows stand in one row group.
pub const GROUP_ROWS: usize = 1 << 17;
/// More rows than any vintage has: a file that claims them is damaged.
pub const MOST_ROWS: usize = 100_000_000;

/// The cube of what a [`Writer`] wrote, all of it in memory.
pub fn open(file: File) -> Result<Cube> {
    open_within(file, usize::MAX, |_| ())
}

/// The same if it takes at most so many bytes, otherwise one that reads the file for each question. `grown` is told how
/// much it takes so far.
pub fn open_within(file: File, most: usize, grown: impl Fn(usize)) -> Result<Cube> {
    guarded(|| opening::open(file, most, grown))
}

/// A file that was damaged since is an error: the library below may panic on one, so that is caught here.
fn guarded<T>(read: impl FnOnce() -> anyhow::Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(anyhow!("the Parquet library panicked")))
        .map_err(|cause| Error::Internal(cause.context("a vintage cannot be opened")))
}
