//! One vintage of a dataset as one Parquet file: what is stored, hashed, released and handed to whoever wants to
//! count for themselves (pandas, R, DuckDB read it as it is).
//!
//! Sorted by series and period: one string column for each dimension, then `TIME_PERIOD`, `OBS_VALUE` (a whole
//! number of the last decimal, null where there is none) and `OBS_STATUS`. The layout travels in the file's
//! metadata. Equal content gives equal bytes, so the SHA-256 of the file names the content. A later version of
//! the Parquet library may write the same content in other bytes: a stored file is kept, never written again.

mod pages;
mod writing;
mod opening;

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::anyhow;
use bytes::Bytes;

use super::cube::Cube;
use crate::error::{Error, Result};

/// Metadata key of the layout, as canonical JSON.
pub const LAYOUT_KEY: &str = "enlace.layout";
/// Metadata key of the version of this form.
pub const FORM_KEY: &str = "enlace.vintage";
pub const FORM: &str = "1";

/// So many rows stand in one row group.
const GROUP_ROWS: usize = 1 << 17;
/// More rows than any vintage has: a file that claims them is damaged.
const MOST_ROWS: usize = 100_000_000;

pub fn write(cube: &Cube) -> Result<Vec<u8>> {
    writing::write(cube).map_err(|cause| Error::Internal(cause.context("writing a vintage")))
}

/// Opens what [`write()`] wrote. A file that was damaged since is an error: the library below may panic on one, so
/// that is caught here.
pub fn open(file: Bytes) -> Result<Cube> {
    catch_unwind(AssertUnwindSafe(|| opening::open(file)))
        .unwrap_or_else(|_| Err(anyhow!("the Parquet library panicked")))
        .map_err(|cause| Error::Internal(cause.context("a vintage cannot be opened")))
}
