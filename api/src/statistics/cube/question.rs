//! What a cube may be asked, and what it answers.

use chrono::NaiveDate;

use crate::statistics::{period::Period, status::Statuses};

/// "How many, of those with these codes, in these days, apart by this and that?"
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Dimension, and the codes of it that count. A dimension named twice must satisfy both.
    pub where_: Vec<(String, Vec<String>)>,
    pub periods: Option<Periods>,
    /// Dimensions whose codes get a row each. Over the others, figures are added.
    pub group_by: Vec<String>,
    /// Without it, figures of all periods are added.
    pub by_period: Option<ByPeriod>,
    /// Adds also what overlaps, and marks the rows.
    pub allow_incomparable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Periods {
    /// Wholly between a day and another, which is no longer inside.
    Within(NaiveDate, NaiveDate),
    Among(Vec<Period>),
}

/// Which periods share a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByPeriod {
    /// Only equal ones.
    Exact,
    Month,
    Quarter,
    Year,
    /// October to September, named by the year it ends in: `FY2020`.
    UsFiscalYear,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The dimensions of [`Row::codes`].
    pub columns: Vec<String>,
    /// Sorted by codes, then period. None for a group in which nothing was found.
    pub rows: Vec<Row>,
    /// How many observations the rows are made of.
    pub matched: u64,
    /// How many others reach over an edge of [`Periods::Within`], and so are in no row: January to November
    /// when June is asked for.
    pub straddling: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub codes: Vec<String>,
    /// As the bucket is written; `None` if the question was not by period.
    pub period: Option<String>,
    /// In units of the last decimal. `None` if no observation had a value.
    pub sum: Option<i64>,
    pub observations: u64,
    /// How many of the observations had no value, so that the sum is less than the whole.
    pub missing: u64,
    pub statuses: Statuses,
    /// The sum adds figures that overlap, or a period that fits no bucket; only where that was allowed.
    pub incomparable: bool,
}
