//! The ledger, as clients see it. Numbers and hashes serve `enlace ledger verify` only: a gap in
//! them would tell of entries that the reader may not see.

use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, Utc};
use sea_orm::{PaginatorTrait, QueryOrder, QuerySelect, Select, entity::prelude::*};

use crate::{
    access::{Action, Kind, Party, Standing},
    ask::Ask,
    bounds::Bounds,
    clock::Moment,
    directory::{Account, Institution},
    error::{Error, Result},
    ids::{
        AccountId, AppointmentId, CalendarId, CapacityReportId, CapacityShareId, CommitmentId, DatasetId,
        DocumentId, EntryId, GapId, InstitutionId, MappingId, MeetingId, PlanId, PostId, ReceptionPointId,
        RecordId, RecordRef, SupportOfferId, SupportRequestId,
    },
    ledger::{Body, Column, Entity, Model, told_to},
    page::{Connection, Page},
    plans::capacity::Sight,
    records::{Audience, WorkedOn, shown_in_portions},
    say,
};

/// One thing that happened, as far as it is told to you.
pub struct LedgerEntry(Model, Body);

impl LedgerEntry {
    fn of(entry: Model) -> Self {
        let body = serde_json::from_str(&entry.body).unwrap_or_default();
        Self(entry, body)
    }

    fn at_home(&self, ctx: &Context<'_>) -> Result<bool> {
        let standing = ctx.viewer()?.standing(self.0.owner_id, self.0.owner_country.as_deref());
        Ok(standing != Standing::Partner)
    }
}

/// One thing that happened, as far as it is told to you.
#[Object]
impl LedgerEntry {
    /// The global id.
    async fn id(&self) -> EntryId {
        self.0.id
    }
    /// When it was committed.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at.0
    }
    /// What happened, such as `plan.released`; `schema/events.json` lists them all.
    async fn event(&self) -> &str {
        &self.0.event
    }
    /// The global id of what it happened to. Whether you still see it is another matter.
    async fn subject(&self) -> String {
        let subject = self.0.subject;
        match self.0.kind.as_str() {
            "plan" => PlanId(subject).global(),
            "dataset" => DatasetId(subject).global(),
            "meeting" => MeetingId(subject).global(),
            "document" => DocumentId(subject).global(),
            "calendar" => CalendarId(subject).global(),
            "mapping" => MappingId(subject).global(),
            "capacity-point" => ReceptionPointId(subject).global(),
            "capacity-report" => CapacityReportId(subject).global(),
            "capacity-share" => CapacityShareId(subject).global(),
            "gap" => GapId(subject).global(),
            "support-request" => SupportRequestId(subject).global(),
            "support-offer" => SupportOfferId(subject).global(),
            "commitment" => CommitmentId(subject).global(),
            "post" => PostId(subject).global(),
            "account" => AccountId(subject).global(),
            "appointment" => AppointmentId(subject).global(),
            _ => InstitutionId(subject).global(),
        }
    }
    /// The institution that answers for what it happened to.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Institution> {
        let found = ctx.load(self.0.owner_id).await?;
        found.map(Institution).ok_or_else(|| Error::NotFound(say!("una institución", "institution")))
    }
    /// Who did it. Only for administrators and auditors of that account's country.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(ctx.load(self.0.actor_id).await?.map(Account))
    }
    /// The revision it speaks of. Only for the owner's country.
    async fn revision(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        Ok(if self.at_home(ctx)? { self.1.revision } else { None })
    }
    /// SHA-256 of that revision's content. Of what may be shown in portions, the whole is only for
    /// those who work on it and for its country's auditors: others have the `hash` of what they see.
    async fn content_hash(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        let hash = self.1.hash.as_deref();
        // Few enough capacities are possible for the hash to tell which it was, even after a recall.
        if self.0.kind == "capacity-report" {
            let reads = ctx.viewer()?.may_ever(Action::ReadCapacity);
            return Ok(hash.filter(|_| reads && matches!(self.at_home(ctx), Ok(true))));
        }
        let Some(kind) = Kind::parse(&self.0.kind).filter(|kind| shown_in_portions(*kind)) else {
            return Ok(hash);
        };
        let viewer = ctx.viewer()?;
        let standing = viewer.standing(self.0.owner_id, self.0.owner_country.as_deref());
        if viewer.may(Action::Audit, standing) {
            return Ok(hash);
        }
        let works = ctx.load(WorkedOn(kind, RecordId(self.0.subject))).await?;
        Ok(hash.filter(|_| works == Some(true)))
    }
    /// When it opened to those to whom it was released under an embargo. It stands where it was
    /// committed: who reads on from a cursor asks for releases again.
    async fn opens_at(&self) -> Option<DateTime<Utc>> {
        self.1.opens.filter(|opens| *opens < Moment::never()).map(|Moment(at)| at)
    }
    /// The parties that a release or a recall speaks to: all of them for the owner's country, for
    /// others themselves.
    async fn to(&self, ctx: &Context<'_>) -> Result<Audience> {
        let mine = ctx.viewer()?.parties();
        let all = self.at_home(ctx)?;
        let told = |party: &&Party| all || mine.contains(party);
        Ok(Audience::of(self.1.to.iter().filter(told).cloned()))
    }
}

/// Which entries are wanted.
#[derive(InputObject, Default)]
pub struct LedgerFilter {
    /// Only these events, such as `plan.released`; at most 50.
    pub events: Option<Vec<String>>,
    /// Only what happened to this plan, dataset or meeting.
    pub subject: Option<RecordRef>,
    /// Only from this moment on.
    pub from: Option<DateTime<Utc>>,
    /// Only before this moment.
    pub until: Option<DateTime<Utc>>,
}

#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// What happened, in the order in which it was committed: to what you see, and what was told
    /// to you; for auditors, all that happened to the own country's records.
    async fn ledger(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entries are wanted.", default)] filter: LedgerFilter,
        #[graphql(desc = "The first entries; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last entries instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<LedgerEntry>> {
        let page = Page::new(first, after, last, before)?;
        let mut bounds = Bounds::default();
        bounds.count("filter.events", filter.events.as_ref().map_or(0, Vec::len), 50);
        bounds.done()?;
        let all = told(ctx).await?;
        let mut told = all.clone();
        if let Some(events) = filter.events {
            told = told.filter(Column::Event.is_in(events));
        }
        if let Some(subject) = filter.subject {
            told = told.filter(Column::Subject.eq(subject.id().0));
        }
        if let Some(from) = filter.from {
            told = told.filter(Column::At.gte(Moment::from(from)));
        }
        if let Some(until) = filter.until {
            told = told.filter(Column::At.lt(Moment::from(until)));
        }
        let count =
            if ctx.wants("totalCount") { Some(told.clone().count(ctx.db()).await? as i64) } else { None };
        // A cursor is an entry's own id: a number would tell of the entries between.
        if let Some(after) = number(ctx, &all, &page.after).await? {
            told = told.filter(Column::Number.gt(after));
        }
        if let Some(before) = number(ctx, &all, &page.before).await? {
            told = told.filter(Column::Number.lt(before));
        }
        let told = if page.backward {
            told.order_by_desc(Column::Number)
        } else {
            told.order_by_asc(Column::Number)
        };
        let rows = told.limit(page.limit()).all(ctx.db()).await?;
        let mut connection = page.cut(rows, |entry| entry.id.0.as_bytes().to_vec());
        connection.total_count = count;
        Ok(connection.map(LedgerEntry::of))
    }
}

/// The entries that the viewer is told of; of reports of capacity, as long as their points are shown.
async fn told(ctx: &Context<'_>) -> Result<Select<Entity>> {
    let viewer = ctx.viewer()?;
    let sight = Sight::of(ctx.db(), viewer).await?;
    Ok(told_to(viewer).filter(sight.still_told(viewer)))
}

/// The number of the entry that a cursor stands for, if it is among those that the viewer is told of.
async fn number(ctx: &Context<'_>, all: &Select<Entity>, cursor: &Option<Vec<u8>>) -> Result<Option<i64>> {
    let Some(key) = cursor else { return Ok(None) };
    let id = EntryId(Uuid::from_slice(key).unwrap_or_default());
    let found = all.clone().filter(Column::Id.eq(id)).one(ctx.db()).await?;
    let no_such = || Error::NotFound(say!("un asiento con ese cursor", "entry of that cursor"));
    found.map(|entry| Some(entry.number)).ok_or_else(no_such)
}
