//! Capacity now: what reception points can take at this hour, as those who operate them report it.
//!
//! A country puts a point of the directory in service: it names the institution that operates it and
//! says after how long a report is late ([`Setting`]). The operator reports, at any hour; a **report**
//! is a fact that is only added, and a correction is a report that names the one it replaces
//! ([`Report`]). Of all this nobody beyond the country sees anything until the country shares it: its
//! points, or their total and not the points ([`Sight`]).
//!
//! A total must not tell of a point that is withheld: [`withholding`] says when one is told, and of
//! which moment.

mod commands;
mod fields;
mod graphql;
mod history;
mod inputs;
mod latest;
mod map;
mod mutation;
mod point;
mod reading;
mod regional;
mod report;
mod share;
mod sight;
mod summing;
pub mod withholding;

pub use commands::{prepared, report, store};
pub use fields::CapacityReport;
pub use graphql::CapacityQuery;
pub use latest::nominal_seen;
pub use map::geojson;
pub use mutation::CapacityMutation;
pub use point::{Entity as SettingRow, Model as Setting, Setting as SettingFacts, set};
pub use reading::read_csv;
pub use report::{Entity as ReportRow, Facts, Model as Report};
pub use share::{Audience as AudienceRow, Entity as ShareRow, Level, Sharing, share};
pub use sight::Sight;
pub use summing::Sum;
