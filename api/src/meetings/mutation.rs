//! The root fields that write meetings.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::{
    commands,
    content::MeetingContent,
    graphql::Meeting,
    inputs::{
        CallOffMeetingInput, ConductMeetingInput, ConvokeMeetingInput, MoveAgendaItemInput,
        NoteDelegationInput, ReviseMeetingInput,
    },
    moving::moved,
    phase::Move,
};
use crate::{
    access::Kind,
    ask::{Ask, UserError},
    error::{Error, Result},
    ids::{RecordId, RecordRef},
    records::{self, ChangeStateInput, Draft, RecallInput, ReleaseInput},
};

/// A meeting that was convoked, written or moved along.
#[derive(Default, SimpleObject)]
pub struct MeetingPayload {
    /// The meeting as you see it now; none if there was something to mend.
    meeting: Option<Meeting>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

pub(super) async fn payload(
    ctx: &Context<'_>,
    done: Result<RecordId, Vec<UserError>>,
) -> Result<MeetingPayload> {
    Ok(match done {
        Ok(id) => MeetingPayload {
            meeting: Some(Meeting(Arc::new(records::one(ctx.db(), ctx.viewer()?, id).await?))),
            ..Default::default()
        },
        Err(user_errors) => MeetingPayload { user_errors, ..Default::default() },
    })
}

fn meeting(id: RecordRef) -> Result<RecordId> {
    id.of(Kind::Meeting.code()).ok_or_else(|| Error::NotFound(Kind::Meeting.say()))
}

#[derive(Default)]
pub struct MeetingMutation;

#[Object]
impl MeetingMutation {
    /// Convokes a meeting, as a draft that only your institution, the foreign ministry and whom you name can see.
    async fn convoke_meeting(&self, ctx: &Context<'_>, input: ConvokeMeetingInput) -> Result<MeetingPayload> {
        let ConvokeMeetingInput { content, handling, chain, accounts, note } = input;
        let done = ctx
            .write(async move |work| {
                let content = content.content()?;
                records::draft(work, Draft { content, handling, chain, accounts, note }).await
            })
            .await?;
        payload(ctx, done).await
    }

    /// Saves a new revision of a meeting and its agenda. What was released before stays as it was.
    async fn revise_meeting(&self, ctx: &Context<'_>, input: ReviseMeetingInput) -> Result<MeetingPayload> {
        let ReviseMeetingInput { id, expected_revision, content, note } = input;
        let done = ctx
            .write(async move |work| {
                let content = content.content()?;
                commands::still_to_be(work, id.into()).await?;
                records::revise(work, id.into(), expected_revision, content, note).await
            })
            .await?;
        payload(ctx, done).await
    }

    /// Puts an item of the agenda in another place, as a new revision of the newest. Times follow.
    /// Two who move at once both have their way, one after the other.
    async fn move_agenda_item(
        &self,
        ctx: &Context<'_>,
        input: MoveAgendaItemInput,
    ) -> Result<MeetingPayload> {
        let done = ctx
            .write(async move |work| {
                let (id, key, place) = input.parts()?;
                commands::still_to_be(work, id.into()).await?;
                let rearranged = |mut content: MeetingContent| {
                    content.items = moved(content.items, &key, &place)?;
                    Ok(content)
                };
                records::amend(work, id.into(), None, rearranged).await
            })
            .await?;
        payload(ctx, done).await
    }

    /// Hands the newest revision to whoever approves.
    async fn submit_meeting(&self, ctx: &Context<'_>, input: ChangeStateInput) -> Result<MeetingPayload> {
        let id = meeting(input.id)?;
        let done = ctx
            .write(async move |work| records::submit(work, Kind::Meeting, id, input.expected_revision).await)
            .await?;
        payload(ctx, done).await
    }

    /// Approves the newest revision. Its author cannot.
    async fn approve_meeting(&self, ctx: &Context<'_>, input: ChangeStateInput) -> Result<MeetingPayload> {
        let id = meeting(input.id)?;
        let done = ctx
            .write(async move |work| records::approve(work, Kind::Meeting, id, input.expected_revision).await)
            .await?;
        payload(ctx, done).await
    }

    /// Shows the approved convocation and agenda to an audience. What was released stays as it is; a
    /// change is a new revision. Its author cannot release it.
    async fn release_meeting(&self, ctx: &Context<'_>, input: ReleaseInput) -> Result<MeetingPayload> {
        let (id, release) = input.parts();
        let id = meeting(id)?;
        let done =
            ctx.write(async move |work| records::release::<MeetingContent>(work, id, release).await).await?;
        payload(ctx, done).await
    }

    /// Withdraws a meeting. From then on nothing of it is theirs to see; what they have copied
    /// elsewhere cannot be taken back. They are told that it was withdrawn.
    async fn withdraw_meeting(&self, ctx: &Context<'_>, input: RecallInput) -> Result<MeetingPayload> {
        let id = meeting(input.id)?;
        let from = input.audience.map(|audience| audience.named());
        let done = ctx.write(async move |work| records::recall(work, Kind::Meeting, id, from).await).await?;
        payload(ctx, done).await
    }

    /// Takes a meeting one step further: opens its agenda to comment, adopts it, begins, closes.
    /// All who are shown the meeting are told.
    async fn conduct_meeting(&self, ctx: &Context<'_>, input: ConductMeetingInput) -> Result<MeetingPayload> {
        let ConductMeetingInput { id, step, comments_until } = input;
        let done = ctx
            .write(async move |work| commands::take(work, id.into(), Move::Step(step), comments_until).await)
            .await?;
        payload(ctx, done).await
    }

    /// Postpones a meeting, or cancels it. It stays to be seen, and all who are shown it are told;
    /// to take sight of it away, withdraw it.
    async fn call_off_meeting(
        &self,
        ctx: &Context<'_>,
        input: CallOffMeetingInput,
    ) -> Result<MeetingPayload> {
        let CallOffMeetingInput { id, how } = input;
        let done = ctx
            .write(async move |work| commands::take(work, id.into(), Move::CallOff(how), None).await)
            .await?;
        payload(ctx, done).await
    }

    /// Notes that a delegation attends, adopts or reserves, or no longer does. Your own country's
    /// delegation, or as the host another's; whether a member adopts or reserves it says itself.
    async fn note_delegation(&self, ctx: &Context<'_>, input: NoteDelegationInput) -> Result<MeetingPayload> {
        let NoteDelegationInput { id, country, fact, holds } = input;
        let done =
            ctx.write(async move |work| commands::note(work, id.into(), &country, fact, holds).await).await?;
        payload(ctx, done).await
    }
}
