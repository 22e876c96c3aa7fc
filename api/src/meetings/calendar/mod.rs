//! Meetings as a calendar that other programs subscribe to (iCalendar, RFC 5545).
//!
//! A program that shows calendars brings no token, so a calendar has a private address: a secret in
//! it names the row, of which the hash alone is kept. Whoever holds the address reads what the
//! account behind it is shown at that moment, as far as it goes into a calendar at all: meetings
//! under `RED` do not, nor closed items of an agenda, since a calendar is copied to places that
//! nobody here knows of.

mod commands;
mod events;
mod feed;
mod graphql;
mod lines;
mod row;
mod zone;

pub use commands::of_secret;
pub use feed::{Feed, read};
pub use graphql::{CalendarMutation, CalendarQuery};
pub use row::{Entity as CalendarRow, Model as Calendar};
