//! Figures: counts that a ministry publishes, and what may be asked of them.
//!
//! What is counted is an [`indicator`]; its codes stand in [`lists`]. Both are reference data of the house.
//!
//! What is here knows no database and no GraphQL. A [`Layout`](layout::Layout) declares the dimensions of a
//! dataset; [`reading`] takes a ministry's CSV against it and says, row by row, what is wrong; [`gathering`] sorts
//! what was accepted, and [`vintage`] writes it as one Parquet file of the same bytes for the same content. Opened
//! again, it is a [`Cube`](cube::Cube), which answers a [`Question`](cube::Question).
//!
//! One rule stands above the others: a sum that would count the same people twice (both sexes and the total,
//! a country and its state, January and January to November) is refused, and says why.

pub mod period;
pub mod code;
pub mod age;
pub mod status;
pub mod figure;
pub mod cell;
pub mod nearest;
pub mod lists;
pub mod indicator;
pub mod disclosure;
pub mod layout;
pub mod conventions;
pub mod columns;
pub mod cube;
pub mod gathering;
pub mod measures;
pub mod together;
pub mod reading;
pub mod side_by_side;
pub mod amending;
pub mod comparing;
pub mod course;
pub mod totals;
pub mod vintage;
pub mod uploads;
pub mod sdmx;
pub mod exports;

mod asking;
mod commands;
mod content;
mod cubes;
mod graphql;
mod importing;
mod mapping;
mod inputs;
mod jobs;
mod mutation;
mod reference;

pub use asking::{DimensionFilterInput, StatisticsMeasure, StatisticsOrderInput, StatisticsQuery, end_of};
pub use commands::{Prepared, Stored, Told, import, imported_before, prepare};
pub use content::{DatasetContent, Vintage};
pub use cubes::{Counts, Cubes};
pub use graphql::{Dataset, DatasetQuery};
pub use importing::{ImportMutation, MappingMutation, MappingQuery};
pub use indicator::Unit;
pub use inputs::PeriodGrouping;
pub use jobs::{ImportJob, ImportJobEntity, ImportJobState, JobMutation, JobQuery, Jobs};
pub use mapping::{Entity as Mapping, by_name as mapping_by_name};
pub use mutation::DatasetMutation;
pub use reference::ReferenceQuery;
