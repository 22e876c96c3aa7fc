//! The root fields that write minutes. Translation only.

use async_graphql::{Context, Object};

use super::{
    commands,
    inputs::{ApproveMinutesInput, WriteMinutesInput},
};
use crate::{
    ask::Ask,
    error::Result,
    meetings::mutation::{MeetingPayload, payload},
};

#[derive(Default)]
pub struct MinutesMutation;

#[Object]
impl MinutesMutation {
    /// Writes the minutes of a meeting, as the host. What was approved before is approved anew.
    async fn write_minutes(&self, ctx: &Context<'_>, input: WriteMinutesInput) -> Result<MeetingPayload> {
        let (meeting, expected, said) = input.parts();
        let done =
            ctx.write(async move |work| commands::write(work, meeting.into(), expected, said).await).await?;
        payload(ctx, done).await
    }

    /// Approves the newest version of the minutes, for your delegation, which was there.
    async fn approve_minutes(&self, ctx: &Context<'_>, input: ApproveMinutesInput) -> Result<MeetingPayload> {
        let ApproveMinutesInput { meeting, hash, country } = input;
        let done = ctx
            .write(async move |work| commands::approve(work, meeting.into(), &hash, country).await)
            .await?;
        payload(ctx, done).await
    }
}
