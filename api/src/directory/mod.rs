//! Who takes part: countries and their divisions, institutions, posts, accounts and appointments;
//! and the places where people are received or turn to for help.
//!
//! Members are data: a fourth country is rows. Roles belong to posts, and an account has them only
//! while it is appointed, so they survive a change of office-holder.

pub mod account;
pub mod appointment;
mod commands;
pub mod consulate;
pub mod country;
pub mod division;
mod graphql;
mod inputs;
pub mod institution;
mod listing;
mod admission;
mod mutation;
pub mod post;
mod query;
pub mod reception_point;
mod sight;

pub use admission::{Admission, FirstAccount, admit};
pub use commands::{AccountFacts, AppointmentFacts, InstitutionFacts, PostFacts};
pub use commands::{
    add_account, add_institution, add_post, appoint, change_institution, close_account, end_appointment,
};
pub use graphql::{Account, Consulate, Country, Division, Institution, ReceptionPoint};
pub use listing::{Listed, Match, list, matches, pattern};
pub use mutation::DirectoryMutation;
pub use query::DirectoryQuery;
pub use sight::{
    country_of, foreign_ministry_of, home_of, known_countries, known_institutions, members, posts_held,
    viewer_by_account, viewer_by_login,
};
