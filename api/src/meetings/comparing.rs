//! The root field that compares agendas: of revisions that the viewer is or was shown, what they are shown of each.

use async_graphql::{Context, Object, SimpleObject};

use super::{
    content::MeetingContent,
    difference::{Compared, differences},
    paper::linked,
};
use crate::{
    ask::Ask,
    error::{Error, Result},
    ids::MeetingId,
    plans::Json,
    records::{self, Shown},
    say,
    text::Text,
};

/// The most earlier revisions that one can compare with.
const MOST: usize = 100;

/// One difference between two revisions of an agenda.
#[derive(SimpleObject)]
pub struct AgendaChange {
    /// The number of the item in the later revision, or in the earlier if it is gone; null for sessions, breaks, closed
    /// blocks and the order as a whole.
    item: Option<String>,
    /// The field, such as `title.es` or `minutes`; null where the item comes or goes, `$order` where items stand in another order.
    field: Option<String>,
    /// The difference in words, such as `punto 2 «Planes»: duración: de 20 min a 30 min`.
    words: Text,
    /// What stood there before.
    before: Option<Json>,
    /// What stands there now.
    after: Option<Json>,
}

#[derive(Default)]
pub struct AgendaQuery;

#[Object]
impl AgendaQuery {
    /// How two released revisions of an agenda differ, item by item: of each, what you are shown of it. Where portions are
    /// withheld from you, items go by their titles, so an item with another title is one that goes and one that comes.
    async fn agenda_diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The meeting.")] meeting: MeetingId,
        #[graphql(
            desc = "The `hash` of the earlier revision, as you were shown it; the one released before what you are shown if left out."
        )]
        from: Option<String>,
        #[graphql(
            desc = "The `hash` of the later revision, as you were shown it; what you are shown now if left out."
        )]
        to: Option<String>,
    ) -> Result<Vec<AgendaChange>> {
        Box::pin(compared(ctx, meeting, from, to)).await
    }
}

async fn compared(
    ctx: &Context<'_>,
    meeting: MeetingId,
    from: Option<String>,
    to: Option<String>,
) -> Result<Vec<AgendaChange>> {
    let (db, viewer) = (ctx.db(), ctx.viewer()?);
    let now: Shown<MeetingContent> = records::one(db, viewer, meeting.into()).await?;
    let earlier = records::released_before(db, viewer, &now, ctx.now(), MOST).await?;
    let nothing = || Error::NotFound(say!("una revisión de la agenda", "revision of the agenda"));
    let named = |hash: &String| {
        let mut all = std::iter::once(&now).chain(&earlier);
        all.find(|shown| shown.revision.hash == *hash).ok_or_else(nothing)
    };
    let to = to.as_ref().map_or(Ok(&now), named)?;
    let from = match &from {
        Some(hash) => named(hash)?,
        // The first was preceded by none: nothing differs.
        None => earlier.first().unwrap_or(to),
    };
    let names = (linked(db, viewer, &from.content).await?, linked(db, viewer, &to.content).await?);
    let before = Compared { content: &from.content, linked: &names.0 };
    let after = Compared { content: &to.content, linked: &names.1 };
    let found = differences(&before, &after, from.withheld || to.withheld);
    let changes = found.into_iter().map(|found| AgendaChange {
        item: found.item,
        field: found.field,
        words: found.words,
        before: found.before.map(Json),
        after: found.after.map(Json),
    });
    Ok(changes.collect())
}
