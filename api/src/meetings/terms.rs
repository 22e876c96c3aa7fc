//! The words in which meetings are spoken of.

use serde::{Deserialize, Serialize};

/// The level of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "MeetingLevel")]
pub enum Level {
    /// Senior officials (técnico).
    Technical,
    /// Vice-ministers.
    ViceMinisterial,
    /// Ministers.
    Ministerial,
    /// Heads of state or government (cumbre).
    Summit,
}

/// How people take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "MeetingMode")]
pub enum Mode {
    /// In one place (presencial).
    InPerson,
    /// By video (virtual).
    Virtual,
    /// Both (híbrida).
    Hybrid,
}

/// How a meeting decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "DecisionRule")]
pub enum DecisionRule {
    /// Nobody objects (consenso).
    Consensus,
    /// More than half of those present.
    SimpleMajority,
    /// Two thirds of those present.
    TwoThirds,
}

/// What an agenda item is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "AgendaItemKind")]
pub enum ItemKind {
    /// Something is adopted (adopción).
    Adoption,
    /// Somebody reports (informativo).
    Information,
    /// Something is discussed (discusión).
    Discussion,
    /// Something is decided (decisión).
    Decision,
    /// Any other business (otros asuntos).
    Other,
    /// A break (receso); it has no number.
    Break,
    /// What observers are shown of closed items: that there is something, and how long it takes.
    Closed,
}
