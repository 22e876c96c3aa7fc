//! What clients send to ask.

use async_graphql::{Enum, InputObject};

use crate::ids::DatasetId;

/// Only observations whose code of this dimension is one of these.
#[derive(Clone, InputObject)]
pub struct DimensionFilterInput {
    /// The dimension's code.
    pub dimension: String,
    /// The codes that count.
    #[graphql(default)]
    pub codes: Vec<String>,
    /// All codes that lie inside these count: `MX` for its states, `Y0T17` for its age bands, `_T` for
    /// all but totals. Where nothing lies inside, the code itself.
    #[graphql(default)]
    pub within: Vec<String>,
}

/// What a row tells beside its sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum StatisticsMeasure {
    /// The sum.
    Sum,
    /// The part of all groups together, in the same period: 0.25 is a quarter.
    Share,
    /// How much more than in the period before.
    Change,
    /// The same, as a part of the period before: 0.1 is ten per cent more.
    ChangeRate,
    /// How much more than in the same period a year before.
    YearChange,
    /// The same, as a part of the same period a year before.
    YearChangeRate,
    /// The average of the last periods, `window` of them, this one included.
    MovingAverage,
    /// The sum from the first period of the calendar year up to this one.
    Cumulative,
}

/// What rows are ordered by: a measure, or a dimension.
#[derive(Clone, InputObject)]
pub struct StatisticsOrderInput {
    /// A measure that is among `measures`; rows without a value come last.
    pub measure: Option<StatisticsMeasure>,
    /// A dimension that is grouped by; `TIME_PERIOD` for the period.
    pub dimension: Option<String>,
    /// The greatest first.
    #[graphql(default = false)]
    pub descending: bool,
}

/// Where one side's figures of a corridor stand.
#[derive(Clone, InputObject)]
pub struct MirrorSideInput {
    /// The dataset; either this or `indicator`.
    pub dataset: Option<DatasetId>,
    /// What is counted, as `indicators` lists it: then the dataset is the one that you see in which this side counts it
    /// with the other, first of its own institutions. Where there are several, one has to be named.
    pub indicator: Option<String>,
    /// Only observations with these codes; at most one filter a dimension.
    #[graphql(name = "where", default)]
    pub filters: Vec<DimensionFilterInput>,
}
