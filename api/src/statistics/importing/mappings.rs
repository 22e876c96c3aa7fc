//! Saved mappings, as clients see them. Translation only.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::columns::ColumnsInput;
use crate::{
    ask::{Ask, UserError},
    directory::{Match, list},
    error::Result,
    ids::MappingId,
    page::{Connection, Page},
    statistics::mapping::{self, Entity, Model},
};

/// How your institution's files are read, saved under a name.
pub struct Mapping(Model);

/// How your institution's files are read, saved under a name.
#[Object]
impl Mapping {
    /// The global id.
    async fn id(&self) -> MappingId {
        self.0.id
    }
    /// What your institution calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// 1 for the first; a change is a revision of its own.
    async fn revision(&self) -> i32 {
        self.0.revision
    }
    /// SHA-256 of `columns`.
    async fn hash(&self) -> &str {
        &self.0.hash
    }
    /// All that was said, as JSON: the form that `enlace import --mapping-file` reads.
    async fn columns(&self) -> &str {
        &self.0.columns
    }
    /// When this revision was saved (RFC 3339).
    async fn at(&self) -> String {
        self.0.at.to_string()
    }
}

/// A mapping that is saved.
#[derive(InputObject)]
pub struct SaveMappingInput {
    /// What your institution calls it; 1 to 64 characters.
    pub name: String,
    /// How files are read.
    pub columns: ColumnsInput,
    /// The revision you read; 0 for a new one.
    #[graphql(default = 0)]
    pub expected_revision: i32,
}

/// A mapping that was saved.
#[derive(Default, SimpleObject)]
pub struct MappingPayload {
    /// The mapping as it is now; none if there was something to mend.
    mapping: Option<Mapping>,
    /// What you can mend.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct MappingQuery;

#[Object]
impl MappingQuery {
    /// The mappings that your institution has saved, by name.
    async fn mappings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Mapping>> {
        let page = Page::new(first, after, last, before)?;
        let count = ctx.wants("totalCount");
        let rows = list::<Entity>(ctx.db(), ctx.viewer()?, &page, &Match::default(), count).await?;
        Ok(rows.map(Mapping))
    }
}

#[derive(Default)]
pub struct MappingMutation;

#[Object]
impl MappingMutation {
    /// Saves how your institution's files are read, for imports by this name.
    async fn save_mapping(&self, ctx: &Context<'_>, input: SaveMappingInput) -> Result<MappingPayload> {
        let SaveMappingInput { name, columns, expected_revision } = input;
        let done = ctx
            .write(async move |work| mapping::save(work, name, &columns.columns()?, expected_revision).await)
            .await?;
        Ok(match done {
            Ok(id) => {
                let saved = mapping::one(ctx.db(), ctx.viewer()?, id).await?;
                MappingPayload { mapping: Some(Mapping(saved)), ..Default::default() }
            }
            Err(user_errors) => MappingPayload { user_errors, ..Default::default() },
        })
    }
}
