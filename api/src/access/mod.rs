//! Who may do what to whose records.
//!
//! Two questions, two answers, and nothing else in the house decides:
//! *may I act?* is [`policy`], one table; *may I see?* is [`audience`], one filter.

pub mod audience;
mod handling;
mod keys;
mod party;
pub mod policy;
pub mod token;
mod viewer;

pub use audience::{Audienced, Open};
pub use handling::Handling;
pub use keys::{Keys, create_dir_private, write_private};
pub use party::Party;
pub use policy::{Action, Kind, Role, Standing, allows};
pub use token::{Claims, Tokens};
pub use viewer::Viewer;
