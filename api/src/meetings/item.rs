//! The items of an agenda, as clients see them. Translation only.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, FixedOffset};

use super::{
    agenda::{AgendaItem, Outline, offsets},
    content::MeetingContent,
    session::Session,
    terms::ItemKind,
};
use crate::{ask::Ask, error::Result, plans::Plan, statistics::Dataset, text::Text};

/// An item of the agenda (punto del orden del día).
pub struct Item<'a> {
    item: &'a AgendaItem,
    number: Option<String>,
    closed: bool,
    session: Option<&'a Session>,
    /// Minutes after the beginning of the session.
    offset: u32,
}

impl<'a> Item<'a> {
    pub fn all(content: &'a MeetingContent) -> Vec<Self> {
        let Outline { closed, numbers, .. } = Outline::of(&content.items);
        let outline = numbers.into_iter().zip(closed).zip(offsets(&content.items));
        let items = content.items.iter().zip(outline);
        items
            .map(|(item, ((number, closed), offset))| {
                let session = (item.session as usize).checked_sub(1).and_then(|at| content.sessions.get(at));
                Item { item, number, closed, session, offset }
            })
            .collect()
    }
}

/// An item of the agenda (punto del orden del día).
#[Object(name = "AgendaItem")]
impl Item<'_> {
    /// What names it among the items of the meeting, wherever it stands.
    async fn key(&self) -> &str {
        &self.item.key
    }
    /// The key of the item it is part of.
    async fn under(&self) -> Option<&str> {
        self.item.under.as_deref()
    }
    /// Its number, such as `2.1`. Closed items are counted apart, as `C1` and `2.C1`, so that an
    /// open item has the same number for everybody. A break has none.
    async fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }
    /// What it is about.
    async fn title(&self) -> &Text {
        &self.item.title
    }
    /// What it is for.
    async fn kind(&self) -> ItemKind {
        self.item.kind
    }
    /// Whether it is closed to those who only observe.
    async fn closed(&self) -> bool {
        self.closed
    }
    /// The session in which it is taken, from 1 on.
    async fn session(&self) -> u32 {
        self.item.session
    }
    /// When it begins, with the offset of the place of its session.
    async fn starts_at(&self) -> Option<DateTime<FixedOffset>> {
        self.session?.after(self.offset)
    }
    /// When it ends, what is part of it aside.
    async fn ends_at(&self) -> Option<DateTime<FixedOffset>> {
        self.session?.after(self.offset.saturating_add(self.item.minutes))
    }
    /// How long it takes, in minutes, without what is part of it.
    async fn minutes(&self) -> u32 {
        self.item.minutes
    }
    /// The country that proposed it, ISO 3166-1 alpha-2.
    async fn proponent(&self) -> Option<&str> {
        self.item.proponent.as_deref()
    }
    /// Who leads, by post.
    async fn speaker(&self) -> Option<&Text> {
        self.item.speaker.as_ref()
    }
    /// What is to come of it.
    async fn outcome(&self) -> Option<&Text> {
        self.item.outcome.as_ref()
    }
    /// Its annotation.
    async fn annotation(&self) -> Option<&Text> {
        self.item.annotation.as_ref()
    }
    /// The names of its documents.
    async fn documents(&self) -> &[Text] {
        &self.item.documents
    }
    /// The plans it speaks of, as far as you see them, in the revision you see.
    async fn plans(&self, ctx: &Context<'_>) -> Result<Vec<AgendaPlan>> {
        let mut links = Vec::new();
        for link in &self.item.plans {
            if let Some(plan) = ctx.load(link.id).await? {
                let as_pinned = link.pinned.as_ref().is_none_or(|pinned| *pinned == plan.revision.hash);
                links.push(AgendaPlan { plan: Plan(plan), pinned: link.pinned.clone(), as_pinned });
            }
        }
        Ok(links)
    }
    /// The datasets it speaks of, as far as you see them, in the vintage you see.
    async fn datasets(&self, ctx: &Context<'_>) -> Result<Vec<AgendaDataset>> {
        let mut links = Vec::new();
        for link in &self.item.datasets {
            if let Some(dataset) = ctx.load(link.id).await? {
                let as_pinned = link.pinned.as_ref().is_none_or(|pinned| *pinned == dataset.revision.hash);
                links.push(AgendaDataset {
                    dataset: Dataset(dataset),
                    pinned: link.pinned.clone(),
                    as_pinned,
                });
            }
        }
        Ok(links)
    }
}

/// A plan that an item of the agenda speaks of.
#[derive(SimpleObject)]
pub struct AgendaPlan {
    /// The plan, in the revision you see.
    plan: Plan,
    /// The `hash` of the revision that is meant; the latest, whichever it is, if null.
    pinned: Option<String>,
    /// Whether the revision you see is the one that is meant.
    as_pinned: bool,
}

/// A dataset that an item of the agenda speaks of.
#[derive(SimpleObject)]
pub struct AgendaDataset {
    /// The dataset, in the vintage you see.
    dataset: Dataset,
    /// The `hash` of the vintage that is meant; the latest, whichever it is, if null.
    pinned: Option<String>,
    /// Whether the vintage you see is the one that is meant.
    as_pinned: bool,
}
