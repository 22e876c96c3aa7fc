//! Which column of a ministry's file is what. Files come as their offices make them; the mapping is told once,
//! not typed into the files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::layout::{OBS_STATUS, OBS_VALUE, TIME_PERIOD};

/// Headers are matched without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Columns {
    /// Dimension to header; a dimension that is not here has the header of its own code.
    pub dimensions: BTreeMap<String, String>,
    /// Dimension to the one code it has in all the file, which has no column for it.
    pub constants: BTreeMap<String, String>,
    pub period: PeriodColumns,
    pub value: String,
    /// If not told: `OBS_STATUS`, where the file has it.
    pub status: Option<String>,
    /// Headers of columns that are known and not wanted.
    pub ignored: Vec<String>,
    /// Whether columns that nothing names are passed over; otherwise they are a problem, since a column that was
    /// forgotten adds up figures that its author kept apart.
    pub ignore_others: bool,
}

/// Where the period stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PeriodColumns {
    /// One column in any form a [`Period`](super::period::Period) is read from.
    One(String),
    /// The first and the last day, both included.
    Days { first: String, last: String },
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            dimensions: BTreeMap::new(),
            constants: BTreeMap::new(),
            period: PeriodColumns::One(TIME_PERIOD.into()),
            value: OBS_VALUE.into(),
            status: None,
            ignored: Vec::new(),
            ignore_others: false,
        }
    }
}

impl Columns {
    /// The header of the status column, and whether the file must have it.
    pub fn status(&self) -> (&str, bool) {
        self.status.as_deref().map_or((OBS_STATUS, false), |header| (header, true))
    }
}
