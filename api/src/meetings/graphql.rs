//! Meetings, as clients see them. Translation only.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Object, dataloader::Loader};
use chrono::{DateTime, FixedOffset, Utc};

use super::{
    commitments::{CarriedCommitment, carried_to},
    content::MeetingContent,
    delegation::FactsOf,
    documents::{MeetingDocument, documents_of},
    fields::{MeetingChair, MeetingCourse, MeetingDelegation, MeetingSession, ProTemporePresidency},
    item::Item,
    minutes::{Minutes, minutes_of},
    people::{Participant, SpeakingOrder, orders_of, participants_of},
    phase::{Phase, StepsOf},
    positions::{Position, PositionExchange, exchanges_of, positions_of},
    proposals::{AgendaProposal, proposals_of},
    terms::{DecisionRule, Level, Mode},
    text::{NegotiatedText, texts_of},
};
use crate::{
    ask::{Ask, Loads, Missed},
    clock::Moment,
    day::Day,
    error::Result,
    ids::MeetingId,
    page::{Connection, Page},
    records::{self, RecordFields, Shown, State, Wanted},
    text::Text,
};

/// A meeting: its convocation and its agenda.
pub struct Meeting(pub Arc<Shown<MeetingContent>>);

/// A meeting: its convocation and its agenda.
#[Object]
impl Meeting {
    /// The global id.
    pub async fn id(&self) -> MeetingId {
        self.0.record.id.into()
    }
    #[graphql(flatten)]
    async fn fields(&self) -> RecordFields<'_> {
        self.0.fields()
    }
    /// The full title.
    async fn title(&self) -> &Text {
        &self.0.content.title
    }
    /// The series it belongs to.
    async fn series(&self) -> Option<&str> {
        self.0.content.series.as_deref()
    }
    /// Its number in the series, as the series writes it.
    async fn number(&self) -> Option<&str> {
        self.0.content.number.as_deref()
    }
    /// The process or the instrument within which it is held (marco).
    async fn frame(&self) -> Option<&Text> {
        self.0.content.frame.as_ref()
    }
    /// Its level.
    async fn level(&self) -> Level {
        self.0.content.level
    }
    /// How people take part.
    async fn mode(&self) -> Mode {
        self.0.content.mode
    }
    /// Where it is held.
    async fn place(&self) -> &Text {
        &self.0.content.place
    }
    /// The country that receives it, ISO 3166-1 alpha-2.
    async fn host(&self) -> &str {
        &self.0.content.host
    }
    /// Who presides, if that is settled.
    async fn chair(&self) -> Option<MeetingChair<'_>> {
        self.0.content.chair.as_ref().map(MeetingChair)
    }
    /// Pro tempore presidencies that bear on it, each with its term.
    async fn presidencies(&self) -> Vec<ProTemporePresidency<'_>> {
        self.0.content.presidencies.iter().map(ProTemporePresidency).collect()
    }
    /// When the first session begins, with the offset of its place.
    async fn starts_at(&self) -> Option<DateTime<FixedOffset>> {
        self.0.content.starts()
    }
    /// The last day, at the place of the last session.
    async fn ends_on(&self) -> Option<Day> {
        self.0.content.ends_on().map(Day)
    }
    /// The sessions, in order.
    async fn sessions(&self) -> Vec<MeetingSession<'_>> {
        self.0.content.sessions.iter().map(MeetingSession).collect()
    }
    /// Languages of work, ISO 639-1.
    async fn languages(&self) -> &[String] {
        &self.0.content.languages
    }
    /// How many delegations must attend, those that observe aside, for it to begin.
    async fn quorum(&self) -> Option<u32> {
        self.0.content.quorum
    }
    /// How it decides.
    async fn decision_rule(&self) -> DecisionRule {
        self.0.content.decision
    }
    /// The delegations that are invited, and what holds of each.
    async fn delegations(&self, ctx: &Context<'_>) -> Result<Vec<MeetingDelegation<'_>>> {
        let facts = Arc::new(ctx.load(FactsOf(self.0.record.id.into())).await?.unwrap_or_default());
        let delegations = self.0.content.delegations.iter();
        Ok(delegations.map(|invited| MeetingDelegation { invited, facts: facts.clone() }).collect())
    }
    /// How far the meeting has come; not to be taken for `state`, which is how far this revision
    /// of its convocation has come.
    async fn phase(&self, ctx: &Context<'_>) -> Result<Phase> {
        let steps = ctx.load(StepsOf(self.0.record.id.into())).await?.unwrap_or_default();
        Ok(steps.last().map_or(Phase::Convoked, |step| step.phase))
    }
    /// Until when delegations comment on the agenda, while it is open to them.
    async fn comments_until(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        let steps = ctx.load(StepsOf(self.0.record.id.into())).await?.unwrap_or_default();
        Ok(steps.last().and_then(|step| step.until).map(|Moment(at)| at))
    }
    /// The phases it went through, in order, after it was convoked.
    async fn course(&self, ctx: &Context<'_>) -> Result<Vec<MeetingCourse>> {
        let steps = ctx.load(StepsOf(self.0.record.id.into())).await?.unwrap_or_default();
        Ok(steps.into_iter().map(MeetingCourse::of).collect())
    }
    /// The agenda, in order: what is part of an item stands right after it. Who only observes is
    /// shown a block of kind `CLOSED` for each run of closed items.
    async fn items(&self) -> Vec<Item<'_>> {
        Item::all(&self.0.content)
    }
    /// The documents that are for you, with their languages and revisions.
    async fn documents(&self, ctx: &Context<'_>) -> Result<Vec<MeetingDocument>> {
        Box::pin(documents_of(ctx, &self.0)).await
    }
    /// What delegations propose on the agenda, in the order in which they did, for those who take part.
    async fn proposals(&self, ctx: &Context<'_>) -> Result<Vec<AgendaProposal>> {
        Box::pin(proposals_of(ctx, &self.0)).await
    }
    /// The positions of your own country on the items, for your own country only.
    async fn positions(&self, ctx: &Context<'_>) -> Result<Vec<Position>> {
        positions_of(ctx, self.0.record.id.into()).await
    }
    /// The sealed exchanges of positions in which your own country takes part.
    async fn exchanges(&self, ctx: &Context<'_>) -> Result<Vec<PositionExchange>> {
        exchanges_of(ctx, self.0.record.id.into()).await
    }
    /// The texts that it negotiates, such as a declaration: those of them that you see.
    async fn texts(&self, ctx: &Context<'_>) -> Result<Vec<NegotiatedText>> {
        Box::pin(texts_of(ctx, &self.0)).await
    }
    /// The minutes, for those who take part.
    async fn minutes(&self, ctx: &Context<'_>) -> Result<Option<Minutes>> {
        Box::pin(minutes_of(ctx, &self.0)).await
    }
    /// What is still owed from earlier meetings of the same series, for those who take part: the oldest
    /// first, at most 100. It stands here until it is kept or dropped; `commitments` has all.
    async fn carried(&self, ctx: &Context<'_>) -> Result<Vec<CarriedCommitment>> {
        let kept = Box::pin(carried_to(ctx.db(), ctx.viewer()?, &self.0)).await?;
        let today = ctx.now().0.date_naive();
        Ok(kept.into_iter().take(100).map(|kept| CarriedCommitment::of(kept, today)).collect())
    }
    /// Who is accredited, by delegation and number of the badge: all for the host that holds the meeting, those of
    /// your own delegation where you speak for it. Deleted 30 days after the meeting.
    async fn participants(&self, ctx: &Context<'_>) -> Result<Vec<Participant>> {
        Box::pin(participants_of(ctx, &self.0)).await
    }
    /// In which order delegations speak on the items, for those who take part.
    async fn speaking_orders(&self, ctx: &Context<'_>) -> Result<Vec<SpeakingOrder>> {
        Box::pin(orders_of(ctx, &self.0)).await
    }
    /// What else is said.
    async fn note(&self) -> Option<&Text> {
        self.0.content.note.as_ref()
    }
}

impl Loader<MeetingId> for Loads {
    type Value = Arc<Shown<MeetingContent>>;
    type Error = Missed;

    async fn load(&self, ids: &[MeetingId]) -> Result<HashMap<MeetingId, Self::Value>, Missed> {
        records::load(self, ids).await
    }
}

#[derive(Default)]
pub struct MeetingQuery;

#[Object]
impl MeetingQuery {
    /// The meetings you see, the latest convoked first: your own in their latest revision, those
    /// of others in the latest revision released to you.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn meetings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only of hosts of this country, ISO 3166-1 alpha-2.")] country: Option<String>,
        #[graphql(desc = "Only titles and places with this text, whatever its case and accents.")]
        text: Option<String>,
        #[graphql(desc = "Only meetings that are held on this day or later.")] from: Option<Day>,
        #[graphql(desc = "Only meetings that are held on this day or earlier.")] until: Option<Day>,
        #[graphql(desc = "Only where the revision you see has come this far.")] state: Option<State>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Meeting>> {
        let page = Page::new(first, after, last, before)?;
        let (from, until) = (from.map(|Day(day)| day), until.map(|Day(day)| day));
        let wanted = Wanted { country, text, from, until, state };
        let shown = records::page(ctx.db(), ctx.viewer()?, &page, &wanted, ctx.wants("totalCount")).await?;
        Ok(shown.map(|shown| Meeting(Arc::new(shown))))
    }
}
