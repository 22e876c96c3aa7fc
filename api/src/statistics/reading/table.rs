//! Rows of fields, whatever sort of file they stand in.

use crate::{
    error::{Reason, Result},
    text::Say,
};

pub trait Table {
    /// The next row into `record`, with any number of fields; the line, or row of the sheet, where it begins.
    fn next(&mut self, record: &mut csv::ByteRecord) -> Result<Option<u64>>;

    /// Where the row last read begins.
    fn line(&self) -> u64;

    /// Why there are no more rows, where that is not the end of the file.
    fn broken(&self) -> Option<(Reason, Say)>;

    /// The fields of the row last read that a formula computes.
    fn computed(&self) -> &[usize] {
        &[]
    }

    /// How many fields a row has from here on.
    fn settle_width(&mut self, _: usize) {}
}
