//! The register, as clients ask it.

use async_graphql::{Context, InputObject, Object};

use super::{
    fields::MeetingCommitment,
    register::{self, Wanted},
    state::Base,
};
use crate::{
    ask::Ask,
    error::Result,
    ids::MeetingId,
    page::{Connection, Page},
};

/// Which commitments.
#[derive(Default, InputObject)]
pub struct CommitmentFilter {
    /// Only those made in this meeting.
    pub meeting: Option<MeetingId>,
    /// Only those for which this country is responsible, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Only those in one of these states.
    pub states: Option<Vec<Base>>,
    /// Only those of meetings of this series.
    pub series: Option<String>,
}

#[derive(Default)]
pub struct AgreementQuery;

#[Object]
impl AgreementQuery {
    /// Who owes what, since when: the commitments of all meetings in which your country takes part, the
    /// latest made first.
    async fn commitments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them; all if left out.")] filter: Option<CommitmentFilter>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<MeetingCommitment>> {
        let page = Page::new(first, after, last, before)?;
        let CommitmentFilter { meeting, country, states, series } = filter.unwrap_or_default();
        let wanted = Wanted { meeting: meeting.map(Into::into), country, states, series };
        let mut found = register::found(ctx.db(), ctx.viewer()?, &wanted, ctx.now()).await?;
        let count = found.len() as i64;
        let key = |bytes: &[u8]| uuid::Uuid::from_slice(bytes).unwrap_or_default();
        if let Some(after) = &page.after {
            found.retain(|one| one.row.id.0 < key(after));
        }
        if let Some(before) = &page.before {
            found.retain(|one| one.row.id.0 > key(before));
        }
        if page.backward {
            found.reverse();
        }
        found.truncate(page.limit() as usize);
        let mut connection = page.cut(found, |one| one.row.id.0.as_bytes().to_vec());
        connection.total_count = ctx.wants("totalCount").then_some(count);
        Ok(connection.map(MeetingCommitment))
    }
}
