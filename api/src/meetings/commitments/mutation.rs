//! The root fields that write commitments. Translation only.

use async_graphql::{Context, Object};

use super::{
    commands::{self, Said},
    inputs::{MakeCommitmentInput, MoveMeetingCommitmentInput},
};
use crate::{
    ask::Ask,
    day::Day,
    error::Result,
    meetings::mutation::{MeetingPayload, payload},
};

#[derive(Default)]
pub struct AgreementMutation;

#[Object]
impl AgreementMutation {
    /// Notes what the meeting agreed to do, as the host.
    async fn make_commitment(&self, ctx: &Context<'_>, input: MakeCommitmentInput) -> Result<MeetingPayload> {
        let (meeting, promise) = input.parts();
        let done = ctx.write(async move |work| commands::make(work, meeting.into(), promise).await).await?;
        payload(ctx, done).await
    }

    /// Takes a commitment a step further: who is responsible begins and reports, another country
    /// confirms or rejects, the host reschedules or cancels.
    async fn move_meeting_commitment(
        &self,
        ctx: &Context<'_>,
        input: MoveMeetingCommitmentInput,
    ) -> Result<MeetingPayload> {
        let MoveMeetingCommitmentInput { id, expected_step, step, due, note, country } = input;
        let said = Said { due: due.map(|Day(due)| due), note: note.map(Into::into), country };
        let done =
            ctx.write(async move |work| commands::take(work, id, step, expected_step, said).await).await?;
        payload(ctx, done).await
    }
}
