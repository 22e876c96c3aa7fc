//! What clients send of the people of a meeting.

use async_graphql::InputObject;

use crate::{
    ids::{MeetingId, ParticipantId},
    text::TextInput,
};

/// Accredits somebody of your own delegation.
#[derive(InputObject)]
pub struct AccreditParticipantInput {
    /// The meeting.
    pub meeting: MeetingId,
    /// The name, as it is to stand on the badge; at most 200 characters.
    pub name: String,
    /// The post; at most 300 characters.
    pub post: TextInput,
    /// Your own country if left out; as the host another that has no account here, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// Takes an accreditation back: the name is deleted.
#[derive(InputObject)]
pub struct RemoveParticipantInput {
    /// The participant.
    pub id: ParticipantId,
}

/// Sets in which order delegations speak on an item.
#[derive(InputObject)]
pub struct SetSpeakingOrderInput {
    /// The meeting.
    pub meeting: MeetingId,
    /// The key of the item.
    pub item: String,
    /// The host and delegations that do not only observe, each once, ISO 3166-1 alpha-2; empty for no order.
    pub countries: Vec<String>,
}
