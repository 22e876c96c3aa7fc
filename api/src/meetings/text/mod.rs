//! The text that a meeting negotiates, such as a declaration: numbered preambular and operative
//! paragraphs in both languages, with what is not agreed in **brackets**.
//!
//! Each saving is a version of the whole, and versions are only added. A bracket is marked `[b1]` in
//! the words of its paragraph; its alternatives, and who supports each, stand beside it. What leads
//! from one version to the next is pure ([`draft`], [`moving`]). What is agreed by silence is so by
//! the clock alone, and the next version writes it down.
//!
//! Once every paragraph is agreed the host puts the text to adoption. From then on its words have a
//! **hash**; delegations adopt that, and whoever reserves or interprets attaches a statement. An
//! adopted text changes no more.

mod adopting;
mod adoption;
mod commands;
mod difference;
mod draft;
mod fields;
mod inputs;
mod moving;
mod mutation;
mod paper;
mod part;
mod query;
mod rows;
mod sight;
mod telling;

pub use adopting::has_adopted;
pub use adoption::{StanceRow, StatementRow};
pub use difference::{Piece, Segment, pieces};
pub use draft::{Alternative, Bracket, Draft, Paragraph, ParagraphKind, ParagraphState, Silence};
pub use fields::{NegotiatedText, texts_of};
pub use moving::{Choice, Spot, proposed, settled, supported};
pub use mutation::TextMutation;
pub use paper::printed;
pub use part::{by_what_was_released, speaking};
pub use query::TextQuery;
pub use rows::{TextRow, VersionRow};
pub use sight::negotiates;
pub use telling::tell_negotiators;
