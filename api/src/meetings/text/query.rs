//! The root field that compares versions of a text.

use async_graphql::{Context, Object, SimpleObject};

use super::{
    difference::{self, Piece},
    rows,
    sight::{Sight, no_such},
};
use crate::{
    ask::Ask,
    error::{Error, Result},
    ids::TextId,
    meetings::content::MeetingContent,
    plans::Json,
    records,
    text::Text,
};

/// One difference between two versions of a text.
#[derive(SimpleObject)]
pub struct TextChange {
    /// Where, such as `paragraphs.p1.text.es`.
    path: String,
    /// The difference in words.
    words: Text,
    /// Where the wording changed: which words went and which came, in order.
    segments: Vec<Piece>,
    /// What stood there before.
    before: Option<Json>,
    /// What stands there now.
    after: Option<Json>,
}

#[derive(Default)]
pub struct TextQuery;

#[Object]
impl TextQuery {
    /// How two versions of a negotiated text differ, in the order of the text. Of a text that is shared
    /// with you, only the words differ.
    async fn text_diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text.")] id: TextId,
        #[graphql(desc = "The number of the version that is compared.")] from: i32,
        #[graphql(desc = "The number of the version that it is compared with.")] to: i32,
    ) -> Result<Vec<TextChange>> {
        let (db, viewer) = (ctx.db(), ctx.viewer()?);
        let text = rows::by_id(db, id).await?.ok_or_else(no_such)?;
        let meeting = records::one::<MeetingContent>(db, viewer, text.meeting_id).await;
        let meeting = meeting.map_err(|refused| match refused {
            Error::NotFound(_) => no_such(),
            other => other,
        })?;
        let sight = Sight::of(viewer, &meeting, &text).ok_or_else(no_such)?;
        let wanted = [from, to].map(|number| (id, number));
        if !wanted.iter().all(|(_, number)| sight.reaches(*number)) {
            return Err(no_such());
        }
        let found = rows::versions(db, wanted).await?;
        let version = |number| found.iter().find(|row| row.number == number).ok_or_else(no_such);
        let (before, _) = sight.cut(version(from)?, None)?;
        let (after, _) = sight.cut(version(to)?, None)?;
        let changes = difference::differences(&before, &after)?.into_iter().map(|found| TextChange {
            path: found.change.written(),
            words: found.words,
            segments: found.pieces,
            before: found.change.before.map(Json),
            after: found.change.after.map(Json),
        });
        Ok(changes.collect())
    }
}
