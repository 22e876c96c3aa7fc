//! What clients send to import a file.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};

use super::columns::ColumnsInput;
use crate::{
    day::Day,
    ids::{DatasetId, FileId},
    statistics::totals::Override,
    text::TextInput,
};

/// A file of figures that is imported as a new vintage.
#[derive(InputObject)]
pub struct ImportStatisticsInput {
    /// The dataset.
    pub dataset: DatasetId,
    /// The revision you read; refused if somebody has saved since.
    pub expected_revision: i32,
    /// The file, by the id that `POST /files` gave it; its sender alone can name it. Either this or `csv`.
    pub file: Option<FileId>,
    /// The file's text itself, with a header row; at most 500,000 characters.
    pub csv: Option<String>,
    /// Which column is what; by default each dimension's own code, `TIME_PERIOD`, `OBS_VALUE` and,
    /// where there is one, `OBS_STATUS`.
    pub columns: Option<ColumnsInput>,
    /// The same, as your institution has saved it under this name; instead of `columns`.
    pub mapping: Option<String>,
    /// Only read and report; nothing is stored.
    #[graphql(default = false)]
    pub dry_run: bool,
    /// Answer at once with a job, which reads the file however long it takes and goes on when you are gone; by default
    /// for files of more than 32 MB.
    pub as_job: Option<bool>,
    /// Import a file that is a vintage of this dataset already.
    #[graphql(default = false)]
    pub again: bool,
    /// Why totals that do not add up stand all the same: stays with the vintage, for its readers.
    #[graphql(default)]
    pub overrides: Vec<OverrideInput>,
    /// Where the figures were published or drawn from.
    pub source: Option<String>,
    /// The day on which they were drawn from there.
    pub extracted: Option<Day>,
    /// Whether the compiler means to revise them.
    #[graphql(default = false)]
    pub provisional: bool,
    /// Nobody to whom it is released sees it before this moment; within two years.
    pub embargo_until: Option<DateTime<Utc>>,
    /// What readers should know of this vintage.
    pub vintage_note: Option<TextInput>,
    /// A note on this revision, for your own country.
    pub note: Option<String>,
}

/// Why a total that is not the sum of its parts stands all the same.
#[derive(InputObject)]
pub struct OverrideInput {
    /// The name of the rule, as the report gives it: `SEX: _T = F + M`.
    pub rule: String,
    /// The reason; at most 2,000 characters.
    pub reason: TextInput,
}

impl OverrideInput {
    pub fn told(self) -> Override {
        Override { reason: self.reason.into(), rule: self.rule }
    }
}
