//! The root fields that state gaps, ask for support, and answer.

use async_graphql::{Context, Object, SimpleObject};

use super::{
    asking,
    fields::Gap,
    gap,
    inputs::{
        CloseGapInput, DraftSupportRequestsInput, MoveCommitmentInput, MoveSupportOfferInput,
        MoveSupportRequestInput, OfferSupportInput, StateGapInput, WriteOnSupportRequestInput,
    },
    moving,
    offering::{self, Offered},
};
use crate::{
    ask::{Ask, UserError},
    error::Result,
    ids::GapId,
};

/// A gap of which something was stated, asked, answered or moved.
#[derive(Default, SimpleObject)]
pub struct GapPayload {
    /// The gap as you see it now; none if there was something to mend.
    gap: Option<Gap>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

async fn payload(ctx: &Context<'_>, done: Result<GapId, Vec<UserError>>) -> Result<GapPayload> {
    Ok(match done {
        Ok(id) => GapPayload { gap: ctx.load(id).await?.map(Gap), ..Default::default() },
        Err(user_errors) => GapPayload { user_errors, ..Default::default() },
    })
}

#[derive(Default)]
pub struct SupportMutation;

#[Object]
impl SupportMutation {
    /// States what your country lacks. Nobody beyond it sees that until a partner is asked.
    async fn state_gap(&self, ctx: &Context<'_>, input: StateGapInput) -> Result<GapPayload> {
        payload(ctx, ctx.write(async move |work| gap::state(work, input.into()).await).await?).await
    }

    /// Closes a gap of your country: nobody is asked any more. Commitments go on.
    async fn close_gap(&self, ctx: &Context<'_>, input: CloseGapInput) -> Result<GapPayload> {
        payload(ctx, ctx.write(async move |work| gap::close(work, input.gap).await).await?).await
    }

    /// Drafts a request for support to each of the named partners. Another person sends it.
    async fn draft_support_requests(
        &self,
        ctx: &Context<'_>,
        input: DraftSupportRequestsInput,
    ) -> Result<GapPayload> {
        let DraftSupportRequestsInput { gap, countries, institutions, words } = input;
        let partners = DraftSupportRequestsInput::partners(countries, institutions);
        let done =
            ctx.write(async move |work| asking::draft(work, gap, partners, words.into()).await).await?;
        payload(ctx, done).await
    }

    /// Sends a request, takes it back, or declines it as the partner. From one that was taken back
    /// the partner sees nothing any more, and is told that it was.
    async fn move_support_request(
        &self,
        ctx: &Context<'_>,
        input: MoveSupportRequestInput,
    ) -> Result<GapPayload> {
        let MoveSupportRequestInput { request, step } = input;
        payload(ctx, ctx.write(async move |work| moving::request(work, request, step).await).await?).await
    }

    /// Asks back on a request, or answers. Only the two sides read it.
    async fn write_on_support_request(
        &self,
        ctx: &Context<'_>,
        input: WriteOnSupportRequestInput,
    ) -> Result<GapPayload> {
        let WriteOnSupportRequestInput { request, words } = input;
        payload(ctx, ctx.write(async move |work| asking::write(work, request, words.into()).await).await?)
            .await
    }

    /// Offers support on a request to your country or institution.
    async fn offer_support(&self, ctx: &Context<'_>, input: OfferSupportInput) -> Result<GapPayload> {
        let OfferSupportInput { request, amount, due, terms } = input;
        let offered = Offered { request, amount, due: due.0, terms: terms.into() };
        payload(ctx, ctx.write(async move |work| offering::offer(work, offered).await).await?).await
    }

    /// Takes an offer back as the partner; refuses or accepts it as the country that asked.
    async fn move_support_offer(
        &self,
        ctx: &Context<'_>,
        input: MoveSupportOfferInput,
    ) -> Result<GapPayload> {
        let MoveSupportOfferInput { offer, step } = input;
        payload(ctx, ctx.write(async move |work| moving::offer(work, offer, step).await).await?).await
    }

    /// Moves a commitment along: begun and delivered by its owner, received by the country that
    /// asked, cancelled by either before it is delivered.
    async fn move_commitment(&self, ctx: &Context<'_>, input: MoveCommitmentInput) -> Result<GapPayload> {
        let MoveCommitmentInput { commitment, step } = input;
        payload(ctx, ctx.write(async move |work| moving::commitment(work, commitment, step).await).await?)
            .await
    }
}
