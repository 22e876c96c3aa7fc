//! The vintage that goes out: the one that the viewer is shown, now or as of a moment.

use std::sync::Arc;

use sea_orm::{DatabaseConnection, entity::prelude::*};

use crate::{
    access::{Open, Viewer},
    clock::Moment,
    directory::institution,
    error::{Error, Problem, Reason, Result},
    ids::RecordId,
    ledger::sha256,
    records::{self, Shown},
    say,
    statistics::{
        content::{DatasetContent, Vintage},
        cube::Cube,
        reference,
        sdmx::Flow,
        vintage,
    },
    vault::Vault,
};

/// Counted up when a form changes, so that what a client holds is not taken for what it would get now.
pub const FORMS: &str = "enlace exports 2";

/// A dataset as a viewer is shown it, and who answers for it.
#[derive(Clone)]
pub struct Found {
    pub shown: Arc<Shown<DatasetContent>>,
    pub owner: Arc<institution::Model>,
    as_of: Option<Moment>,
}

impl Found {
    pub async fn one(
        db: &DatabaseConnection,
        viewer: &Viewer,
        id: RecordId,
        as_of: Option<Moment>,
    ) -> Result<Self> {
        let shown: Shown<DatasetContent> = match as_of {
            None => records::one(db, viewer, id).await?,
            Some(at) => records::as_of(db, viewer, id, at).await?.ok_or_else(|| {
                let say = say!(
                    "en ese momento aún no se le había difundido",
                    "at that moment it had not been released to you"
                );
                Problem::new(Reason::WrongState, "asOf", say)
            })?,
        };
        Self::around(db, viewer, Arc::new(shown), as_of).await
    }

    pub async fn around(
        db: &DatabaseConnection,
        viewer: &Viewer,
        shown: Arc<Shown<DatasetContent>>,
        as_of: Option<Moment>,
    ) -> Result<Self> {
        let owners = Self::owners(db, viewer, [&*shown]).await?;
        Self::join(shown, &owners, as_of)
    }

    /// The institutions that answer for them.
    pub async fn owners(
        db: &DatabaseConnection,
        viewer: &Viewer,
        shown: impl IntoIterator<Item = &Shown<DatasetContent>>,
    ) -> Result<Vec<Arc<institution::Model>>> {
        let ids = shown.into_iter().map(|shown| shown.record.owner_id);
        let owners = institution::Entity::open_to(viewer).filter(institution::Column::Id.is_in(ids));
        Ok(owners.all(db).await?.into_iter().map(Arc::new).collect())
    }

    pub fn join(
        shown: Arc<Shown<DatasetContent>>,
        owners: &[Arc<institution::Model>],
        as_of: Option<Moment>,
    ) -> Result<Self> {
        let owner = owners.iter().find(|owner| owner.id == shown.record.owner_id);
        let owner = owner.ok_or_else(|| Error::NotFound(say!("una institución", "institution")))?.clone();
        Ok(Self { shown, owner, as_of })
    }

    pub fn content(&self) -> &DatasetContent {
        &self.shown.content
    }

    /// The figures that go out: none of a vintage that was retracted.
    pub fn vintage(&self) -> Result<&Vintage> {
        self.shown.figures_at(self.as_of)
    }

    /// What is said of the figures.
    pub fn flow(&self) -> Result<Flow> {
        let content = self.content();
        let definition = reference::defined(content, self.shown.record.owner_country.as_deref())?;
        Ok(Flow::new(content, &self.owner, definition, self.vintage().ok(), self.shown.revision.at))
    }

    /// Names exactly the bytes that go out when this vintage is asked for so.
    pub fn tag(&self, asked: &[&str]) -> Result<String> {
        let (owner, vintage) = (&self.owner, self.vintage()?);
        let whole =
            [FORMS, &self.shown.revision.hash, &vintage.file, &owner.code, &owner.name_es, &owner.name_en];
        Ok(sha256(whole.iter().chain(asked).copied().collect::<Vec<_>>().join("\n").as_bytes()))
    }

    /// The figures, to be read from their file: nothing but their codes and periods is in memory.
    pub async fn open(&self, vault: &Vault) -> Result<Cube> {
        let file = vault.open(&self.vintage()?.file).await?;
        let open = move || vintage::open_within(file, 0, |_| ());
        tokio::task::spawn_blocking(open).await.map_err(anyhow::Error::from)?
    }
}
