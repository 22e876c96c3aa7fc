//! Which documents of a meeting are for whom: the one place where that is said.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, EntityTrait};

use super::row::{Distribution, Model};
use crate::{
    access::Viewer,
    error::Result,
    meetings::{MeetingContent, agenda::Outline, closed::admits},
    records::{Revision, Shown},
};

/// What of a meeting a viewer sees the documents by.
pub struct Sight {
    works: bool,
    takes_part: bool,
    /// The items that they are shown, by the keys of the author.
    items: HashSet<String>,
}

impl Sight {
    pub async fn of(
        db: &impl ConnectionTrait,
        viewer: &Viewer,
        shown: &Shown<MeetingContent>,
    ) -> Result<Self> {
        let keys = |content: &MeetingContent| {
            content.items.iter().map(|item| item.key.clone()).collect::<HashSet<_>>()
        };
        // Of an agenda that is cut the keys were given anew.
        let items = if shown.withheld { open_keys(db, shown).await? } else { keys(&shown.content) };
        Ok(Self {
            works: shown.record.worked_on_by(viewer),
            takes_part: admits(&shown.content, &viewer.parties()),
            items,
        })
    }

    pub fn shows(&self, document: &Model) -> bool {
        let for_them = match document.distribution {
            Distribution::General => true,
            Distribution::Limited => self.takes_part,
            Distribution::Restricted => false,
        };
        // With a closed item, and with one they are not shown yet, its documents are hidden.
        let item = document.item.as_ref().is_none_or(|item| self.items.contains(item));
        self.works || (for_them && item)
    }
}

/// The keys of the open items of the revision that is shown.
#[expect(
    clippy::disallowed_methods,
    reason = "the uncut text of a revision that is shown: of it, the keys of open items"
)]
async fn open_keys(db: &impl ConnectionTrait, shown: &Shown<MeetingContent>) -> Result<HashSet<String>> {
    let whole = Revision::find_by_id((shown.record.id, shown.revision.number)).one(db).await?;
    let Some(whole) = whole else { return Ok(HashSet::new()) };
    let content: MeetingContent = serde_json::from_str(&whole.content).map_err(anyhow::Error::from)?;
    let closed = Outline::of(&content.items).closed;
    let open = content.items.into_iter().zip(closed).filter(|(_, closed)| !closed);
    Ok(open.map(|(item, _)| item.key).collect())
}
