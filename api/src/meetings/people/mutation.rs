//! The root fields that write the people of a meeting. Translation only.

use async_graphql::{Context, Object};

use super::{
    commands,
    inputs::{AccreditParticipantInput, RemoveParticipantInput, SetSpeakingOrderInput},
};
use crate::{
    ask::Ask,
    error::Result,
    meetings::mutation::{MeetingPayload, payload},
};

#[derive(Default)]
pub struct PeopleMutation;

#[Object]
impl PeopleMutation {
    /// Accredits somebody of your own delegation. The name is for your own country and the host, and is deleted
    /// 30 days after the meeting.
    async fn accredit_participant(
        &self,
        ctx: &Context<'_>,
        input: AccreditParticipantInput,
    ) -> Result<MeetingPayload> {
        let AccreditParticipantInput { meeting, name, post, country } = input;
        let post = post.into();
        let done = ctx
            .write(async move |work| commands::accredit(work, meeting.into(), name, post, country).await)
            .await?;
        payload(ctx, done).await
    }

    /// Takes back an accreditation of your own delegation: the name is deleted at once.
    async fn remove_participant(
        &self,
        ctx: &Context<'_>,
        input: RemoveParticipantInput,
    ) -> Result<MeetingPayload> {
        let done = ctx.write(async move |work| commands::remove(work, input.id).await).await?;
        payload(ctx, done).await
    }

    /// Sets in which order delegations speak on an item, as the host, until the meeting is over.
    async fn set_speaking_order(
        &self,
        ctx: &Context<'_>,
        input: SetSpeakingOrderInput,
    ) -> Result<MeetingPayload> {
        let SetSpeakingOrderInput { meeting, item, countries } = input;
        let done =
            ctx.write(async move |work| commands::order(work, meeting.into(), item, countries).await).await?;
        payload(ctx, done).await
    }
}
