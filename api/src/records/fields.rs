//! The fields that every shared record has, whatever it holds.

use async_graphql::{Context, Object, SimpleObject};
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

use super::{
    record,
    revision::{self, State},
    share,
    shown::Shown,
};
use crate::{
    access::{Action, Handling, Party, Standing},
    ask::Ask,
    clock::Moment,
    directory::{Account, Institution},
    error::{Error, Result},
    ids::{AccountId, InstitutionId},
    plain::Plain,
    say,
    text::Text,
};

/// What every shared record has, seen through the revision that the viewer is shown.
pub struct RecordFields<'a> {
    record: &'a record::Model,
    revision: &'a revision::Model,
    standing: Standing,
    withheld: bool,
}

impl<C> Shown<C> {
    pub fn fields(&self) -> RecordFields<'_> {
        RecordFields {
            record: &self.record,
            revision: &self.revision,
            standing: self.standing,
            withheld: self.withheld,
        }
    }
}

/// One release: to whom, under which instrument, for what purpose.
#[derive(SimpleObject)]
pub struct Share {
    /// The revision that was released.
    revision: i32,
    /// When.
    at: chrono::DateTime<chrono::Utc>,
    /// When it opens to them, if it was released under an embargo.
    opens_at: Option<chrono::DateTime<chrono::Utc>>,
    /// The legal instrument under which it is shared.
    instrument: String,
    /// What the recipients may use it for.
    purpose: String,
    /// To whom it was released then; later recalls are not shown here.
    audience: Audience,
}

/// The parties a record is released to.
#[derive(Default, SimpleObject)]
pub struct Audience {
    /// Everybody who is signed in.
    everyone: bool,
    /// Countries, ISO 3166-1 alpha-2.
    countries: Vec<String>,
    /// Institutions.
    institutions: Vec<InstitutionId>,
    /// Single accounts.
    accounts: Vec<AccountId>,
}

impl Audience {
    pub fn of(parties: impl IntoIterator<Item = Party>) -> Self {
        let mut audience = Self::default();
        for party in parties {
            match party {
                Party::Everyone => audience.everyone = true,
                Party::Country(code) => audience.countries.push(code),
                Party::Institution(id) => audience.institutions.push(id),
                Party::Account(id) => audience.accounts.push(id),
            }
        }
        audience
    }
}

impl RecordFields<'_> {
    /// Whether the policy lets the viewer see what is the owner's country's business: drafting and sharing.
    fn drafting_shown(&self, ctx: &Context<'_>) -> bool {
        let (Some(kind), Ok(viewer)) = (self.record.kind(), ctx.viewer()) else { return false };
        viewer.may(Action::SeeAudience(kind), self.standing)
    }
}

/// What every shared record has, seen through the revision that the viewer is shown.
#[Object]
impl RecordFields<'_> {
    /// The number of the revision you are shown; give it as `expectedRevision` when you change
    /// something. Only for the owner's country: to others it would tell how often it was redrafted.
    /// They know a revision by its `hash`.
    async fn revision(&self, ctx: &Context<'_>) -> Option<i32> {
        self.drafting_shown(ctx).then_some(self.revision.number)
    }
    /// How far this revision has come.
    async fn state(&self) -> State {
        self.revision.state
    }
    /// The sharing mark (TLP 2.0): how wide the audience may be. Where portions carry marks of their
    /// own, the highest of what you are shown.
    async fn handling(&self) -> Handling {
        self.revision.handling
    }
    /// The institution that answers for it.
    async fn owner(&self, ctx: &Context<'_>) -> Result<Plain<Institution>> {
        let found = ctx.load(self.record.owner_id).await?;
        found
            .map(Institution)
            .map(Plain)
            .ok_or_else(|| Error::NotFound(say!("una institución", "institution")))
    }
    /// SHA-256 of the content you are shown, in its canonical form: of the whole for those who work
    /// on it, for others of the portions that are for them.
    async fn hash(&self) -> &str {
        &self.revision.hash
    }
    /// Whether portions of it are withheld from you. What and how much is not told.
    async fn portions_withheld(&self) -> bool {
        self.withheld
    }
    /// When this revision was saved.
    async fn saved_at(&self) -> chrono::DateTime<chrono::Utc> {
        self.revision.at.0
    }
    /// When this revision was approved by a second person.
    async fn approved_at(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        self.revision.approved_at.map(|Moment(at)| at)
    }
    /// When this revision was first released; for others than the owner's country, first released
    /// to them.
    async fn released_at(&self, ctx: &Context<'_>) -> Result<Option<chrono::DateTime<chrono::Utc>>> {
        let at = match self.drafting_shown(ctx) {
            true => self.revision.released_at,
            false => ctx.load(share::ReleaseToMe(self.record.id, self.revision.number)).await?,
        };
        Ok(at.map(|Moment(at)| at))
    }
    /// When this revision was retracted as wrong.
    async fn retracted_at(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        self.revision.retracted_at.map(|Moment(at)| at)
    }
    /// Why it was retracted.
    async fn retraction(&self) -> Option<Text> {
        self.revision.retraction()
    }
    /// Who wrote this revision. Only for administrators and auditors of that account's country.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(ctx.load(self.revision.author_id).await?.map(Account))
    }
    /// Who approved it. Only for administrators and auditors of that account's country.
    async fn approver(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        match self.revision.approver_id {
            Some(approver) => Ok(ctx.load(approver).await?.map(Account)),
            None => Ok(None),
        }
    }
    /// What its author noted on this revision. Only for the owner's country.
    async fn revision_note(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        Ok(self.revision.note.as_deref().filter(|_| self.drafting_shown(ctx)))
    }
    /// To whom it is released now. Only for the owner's country.
    #[expect(
        clippy::disallowed_methods,
        reason = "the audience of a record that is shown, under its own policy row"
    )]
    async fn audience(&self, ctx: &Context<'_>) -> Result<Option<Audience>> {
        if !self.drafting_shown(ctx) {
            return Ok(None);
        }
        let rows = crate::access::audience::Entity::find()
            .filter(crate::access::audience::Column::Subject.eq(self.record.id))
            .filter(crate::access::audience::Column::Working.eq(false))
            .order_by_asc(crate::access::audience::Column::Party)
            .all(ctx.db());
        let rows = Box::pin(rows).await?;
        Ok(Some(Audience::of(rows.into_iter().map(|row| row.party))))
    }
    /// Its releases, newest first, the latest 50. Only for the owner's country.
    #[expect(
        clippy::disallowed_methods,
        reason = "the shares of a record that is shown, under their own policy row"
    )]
    async fn shares(&self, ctx: &Context<'_>) -> Result<Option<Vec<Share>>> {
        if !self.drafting_shown(ctx) {
            return Ok(None);
        }
        let rows = share::Entity::find()
            .filter(share::Column::RecordId.eq(self.record.id))
            .order_by_desc(share::Column::Id)
            .limit(50)
            .all(ctx.db());
        let rows = Box::pin(rows).await?;
        Ok(Some(
            rows.into_iter()
                .map(|row| Share {
                    revision: row.revision,
                    at: row.at.0,
                    opens_at: row.opens_at.map(|Moment(at)| at),
                    audience: Audience::of(row.parties()),
                    instrument: row.instrument,
                    purpose: row.purpose,
                })
                .collect(),
        ))
    }
}
