//! How an institution's files are read, saved under a name: nobody else's to see or to use. Each change is a
//! revision of its own, so that it can be told later how a file was read.

use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel, QueryOrder, Select, entity::prelude::*};

use super::columns::Columns;
use crate::{
    access::{Action, Kind, Open, Party, Viewer},
    bounds::Bounds,
    clock::Moment,
    directory::Listed,
    error::{Error, Problem, Reason, Result},
    ids::{AccountId, InstitutionId, MappingId},
    ledger::{Body, Event, Reach, What, Work, sha256},
    say,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "mapping")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MappingId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i32,
    pub institution_id: InstitutionId,
    pub name: String,
    /// Whether no later revision was saved.
    pub newest: bool,
    /// [`Columns`], as JSON.
    pub columns: String,
    /// SHA-256 of `columns`.
    pub hash: String,
    pub author_id: AccountId,
    pub at: Moment,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Open for Entity {
    /// The newest revision of each of the own institution's, for those who may import.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    fn open_to(viewer: &Viewer) -> Select<Self> {
        let imports = viewer.may_ever(Action::Draft(Kind::Dataset));
        Self::find()
            .filter(Column::InstitutionId.eq(viewer.institution))
            .filter(Column::Newest.eq(true))
            .filter(sea_orm::Condition::all().add_option((!imports).then(|| Expr::cust("1 = 0"))))
    }
}

impl Listed for Entity {
    const KEY: Column = Column::Name;
    const SEARCH: Column = Column::Name;
    const COUNTRY: Option<Column> = None;

    fn key(row: &Model) -> &str {
        &row.name
    }
}

impl Model {
    pub fn columns(&self) -> Result<Columns> {
        serde_json::from_str(&self.columns)
            .map_err(|cause| Error::Internal(anyhow::anyhow!("mapping {}: {cause}", self.id)))
    }
}

/// The mapping that the viewer's institution calls so.
pub async fn by_name(db: &impl ConnectionTrait, viewer: &Viewer, name: &str) -> Result<Model> {
    let found = Entity::open_to(viewer).filter(Column::Name.eq(name)).one(db).await?;
    found.ok_or_else(|| {
        Error::NotFound(say!("una correspondencia de columnas con ese nombre", "mapping of that name"))
    })
}

/// Saves a mapping under a name: the first revision, or the one after the newest.
pub async fn save(work: &mut Work, name: String, columns: &Columns, expected: i32) -> Result<MappingId> {
    let viewer = work.viewer.clone();
    work.permit(
        Action::Draft(Kind::Dataset),
        viewer.standing(viewer.institution, viewer.country.as_deref()),
    )?;
    let mut bounds = Bounds::default();
    bounds.text("input.name", &name, 64);
    columns.check("input.columns", &mut bounds);
    bounds.done()?;
    let newest = Entity::open_to(&viewer)
        .filter(Column::Name.eq(&name))
        .order_by_desc(Column::Revision)
        .one(&work.db)
        .await?;
    let (id, before) = newest.as_ref().map_or((MappingId::new(), 0), |newest| (newest.id, newest.revision));
    if before != expected {
        return Err(Problem::new(
            Reason::StaleRevision,
            "input.expectedRevision",
            say!(
                "la última revisión es la {before}, no la {expected}; léala y repita",
                "the newest revision is {before}, not {expected}; read it and repeat"
            ),
        )
        .into());
    }
    let text = serde_json::to_string(columns).map_err(anyhow::Error::from)?;
    if let Some(newest) = newest {
        let mut old = newest.into_active_model();
        old.newest = sea_orm::Set(false);
        old.update(&work.db).await?;
    }
    let saved = Model {
        id,
        revision: before + 1,
        institution_id: viewer.institution,
        name,
        newest: true,
        hash: sha256(text.as_bytes()),
        columns: text,
        author_id: viewer.account,
        at: work.clock.now(),
    };
    let body = Body::of(saved.revision, &saved.hash);
    Entity::insert(saved.into_active_model().reset_all()).exec_without_returning(&work.db).await?;
    work.record(Event {
        what: What::MappingSaved,
        subject: id.0,
        owner: viewer.institution,
        owner_country: viewer.country,
        reach: Reach::Owner,
        told: vec![Party::Institution(viewer.institution)],
        body,
    });
    Ok(id)
}

/// The newest revision of a mapping of the viewer's institution.
pub async fn one(db: &impl ConnectionTrait, viewer: &Viewer, id: MappingId) -> Result<Model> {
    let found = Entity::open_to(viewer).filter(Column::Id.eq(id)).one(db).await?;
    found.ok_or_else(|| Error::NotFound(say!("una correspondencia de columnas", "mapping")))
}
