//! Positions: what a delegation means to say on the items of an agenda.
//!
//! A **position** is written for the own country and seen by nobody else, the host included. In a
//! sealed **exchange** delegations commit to a position by its hash and hand in its text, and all
//! texts open at once: at a set time, or when every delegation of the list has handed in. Until then
//! nobody learns who has committed, who has handed in, or how many.

mod commands;
mod exchange;
mod fields;
mod inputs;
mod mutation;
mod position;
mod seal;

pub use exchange::Entity as ExchangeRow;
pub use fields::{Position, PositionExchange, exchanges_of, positions_of};
pub use mutation::PositionMutation;
pub use position::Entity as PositionRow;
pub use seal::{Entity as SealRow, Statement, seal};
