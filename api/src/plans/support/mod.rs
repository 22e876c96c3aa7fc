//! Gaps and support: what a country lacks, whom it asks, what they offer, and what becomes of it.
//!
//! A country states a **gap** and asks named partners, with one **request** each, which a second person
//! sends. The partner it names sees the gap and its own request, and nothing of the others: neither whom
//! else was asked nor what was offered, unless the gap was stated with its offers shared. The partner
//! offers, declines, or asks back; an **offer** that is accepted becomes a **commitment** of the
//! institution that made it, with an amount, a day and a state.
//!
//! What leads where is in [`states`]; who sees what, in `sight`.

mod asking;
mod fields;
mod gap;
mod graphql;
mod inputs;
mod loading;
mod moving;
mod mutation;
mod offer;
mod offering;
mod request;
mod sight;
pub mod states;
mod telling;

pub use fields::Gap;
pub use gap::{Entity as GapRow, Unit};
pub use graphql::SupportQuery;
pub use mutation::SupportMutation;
pub use offer::{Entity as OfferRow, commitment::Entity as CommitmentRow};
pub use request::{Entity as RequestRow, message::Entity as MessageRow};
