//! A record as a viewer sees it: with the revision that was shown to them, and no other, and of
//! that the portions which are for them.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, LazyLock},
};

use async_graphql::dataloader::Loader;
use chrono::NaiveDate;
use sea_orm::{
    ConnectionTrait, DbErr, FromQueryResult, IdenStatic, Iterable,
    entity::prelude::*,
    sea_query::{Alias, Expr, ExprTrait, SelectStatement},
};

use super::{
    content::{Content, canonical},
    read, record,
    revision::{self, State},
};
use crate::{
    access::{
        Audienced, Handling, Kind, Standing, Viewer,
        audience::{self, Narrow, Window},
    },
    ask::{Loads, Missed},
    directory::{matches, pattern},
    error::{Error, Result},
    ids::{InstitutionId, RecordId},
    page::{Connection, Page},
};

/// A record, the revision of it that the viewer sees, and how the viewer stands to it. Text, hash
/// and mark of the revision are those of the portions that the viewer is shown.
pub struct Shown<C> {
    pub record: record::Model,
    pub revision: revision::Model,
    pub content: Arc<C>,
    /// Whether portions of it are withheld from the viewer.
    pub withheld: bool,
    pub standing: Standing,
    /// The record's own mark, which holds for every portion that has none.
    pub own_mark: Handling,
}

/// What the records of a list must match.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of an owner of this country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// With this text among the words it is found by.
    pub text: Option<String>,
    /// Speaking of days from this one on, and up to that one.
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    /// Only where the revision shown has come this far.
    pub state: Option<State>,
}

struct Row {
    record: record::Model,
    revision: revision::Model,
}

impl FromQueryResult for Row {
    fn from_query_result(row: &sea_orm::QueryResult, _: &str) -> Result<Self, DbErr> {
        Ok(Self {
            record: record::Model::from_query_result(row, "r_")?,
            revision: revision::Model::from_query_result(row, "v_")?,
        })
    }
}

impl<C: Content> Shown<C> {
    fn of(row: Row, viewer: &Viewer) -> Result<Self> {
        let Row { record, mut revision } = row;
        let mut content: Arc<C> = read::content(&revision.content).map_err(|cause| {
            Error::Internal(anyhow::anyhow!("revision {} of {:?}: {cause}", revision.number, record.id))
        })?;
        let mut withheld = false;
        if content.in_portions() && !record.worked_on_by(viewer) {
            let portions = Arc::unwrap_or_clone(content).portions(&viewer.parties());
            (revision.content, revision.hash) = canonical(&portions.content)?;
            (content, withheld) = (Arc::new(portions.content), portions.withheld);
        }
        let own_mark = revision.handling;
        revision.handling = Ord::max(own_mark, content.highest_mark().unwrap_or(own_mark));
        let standing = viewer.standing(record.owner_id, record.owner_country.as_deref());
        Ok(Self { record, revision, content, withheld, standing, own_mark })
    }
}

/// A page of the records of a kind that the viewer sees, newest first.
pub async fn page<C: Content>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    page: &Page,
    wanted: &Wanted,
    count: bool,
) -> Result<Connection<Shown<C>>> {
    let bound = |cursor: &Option<Vec<u8>>| {
        cursor.as_ref().map(|key| RecordId(Uuid::from_slice(key).unwrap_or_default()))
    };
    let window = Window {
        after: bound(&page.after),
        before: bound(&page.before),
        limit: page.limit(),
        oldest_first: page.backward,
    };
    let narrow = narrowing(wanted)?;
    let narrow = narrow.as_deref();
    let sights = audience::sights(C::KIND, viewer, &window, narrow);
    let shown = rows(db, viewer, sights, page.backward).await?;
    let mut connection = page.cut(shown, |shown: &Shown<C>| shown.record.id.0.as_bytes().to_vec());
    if count {
        let count = audience::count(C::KIND, viewer, narrow, db.get_database_backend());
        let counted = db.query_one(&count).await?;
        connection.total_count = counted.map(|row| row.try_get("", "count")).transpose()?;
    }
    Ok(connection)
}

/// Those of the records that the viewer sees.
pub async fn all_shown<C: Content>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[RecordId],
) -> Result<Vec<Shown<C>>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    rows(db, viewer, audience::sights_of(C::KIND, viewer, ids), false).await
}

/// Those of the records that the viewer sees, for the loader of their kind.
pub async fn load<C, I>(loads: &Loads, ids: &[I]) -> Result<HashMap<I, Arc<Shown<C>>>, Missed>
where
    C: Content,
    I: Copy + Eq + Hash + Into<RecordId> + From<RecordId>,
{
    let ids: Vec<RecordId> = ids.iter().map(|id| (*id).into()).collect();
    let shown =
        all_shown(&loads.db, &loads.viewer, &ids).await.map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok(shown.into_iter().map(|shown| (shown.record.id.into(), Arc::new(shown))).collect())
}

/// A record, asked whether the viewer works on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WorkedOn(pub Kind, pub RecordId);

impl Loader<WorkedOn> for Loads {
    type Value = bool;
    type Error = Missed;

    async fn load(&self, asked: &[WorkedOn]) -> Result<HashMap<WorkedOn, bool>, Missed> {
        let mut found = HashMap::new();
        for kind in Kind::ALL {
            let ids: Vec<_> = asked.iter().filter(|one| one.0 == *kind).map(|one| one.1).collect();
            if ids.is_empty() {
                continue;
            }
            let seen = record::Entity::visible_to(*kind, &self.viewer).filter(record::Column::Id.is_in(ids));
            for record in seen.all(&self.db).await? {
                found.insert(WorkedOn(*kind, record.id), record.worked_on_by(&self.viewer));
            }
        }
        Ok(found)
    }
}

/// The record, if the viewer sees it.
pub async fn one<C: Content>(db: &impl ConnectionTrait, viewer: &Viewer, id: RecordId) -> Result<Shown<C>> {
    let mut shown = all_shown(db, viewer, &[id]).await?;
    shown.pop().ok_or_else(|| Error::NotFound(C::KIND.say()))
}

/// The record of this code that an institution answers for, if the viewer sees it.
#[expect(clippy::disallowed_methods, reason = "the id found is looked up through the filter")]
pub async fn by_code<C: Content>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    owner: InstitutionId,
    code: &str,
) -> Result<Shown<C>> {
    let found = record::Entity::find()
        .filter(record::Column::Kind.eq(C::KIND.code()))
        .filter(record::Column::OwnerId.eq(owner))
        .filter(record::Column::Code.eq(code))
        .one(db)
        .await?;
    match found {
        Some(record) => one(db, viewer, record.id).await,
        None => Err(Error::NotFound(C::KIND.say())),
    }
}

/// Of those records, the ids that the viewer sees.
pub async fn held(
    db: &impl ConnectionTrait,
    kind: Kind,
    viewer: &Viewer,
    ids: &[RecordId],
) -> Result<Vec<RecordId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = db.query_all(&audience::sights_of(kind, viewer, ids)).await?;
    rows.iter().map(|row| Ok(audience::Sight::from_query_result(row, "")?.subject)).collect()
}

/// What is read of each record seen, around the statement that says which: written once, since
/// writing it for each cost as much as the rest of the statement.
static AROUND: LazyLock<(String, [String; 2])> = LazyLock::new(|| {
    let of_record = record::Column::iter().map(|column| ("r", column.as_str().to_owned()));
    let of_revision = revision::Column::iter().map(|column| ("v", column.as_str().to_owned()));
    let named = |(of, name): (&str, String)| format!(r#""{of}"."{name}" AS "{of}_{name}""#);
    let columns = of_record.chain(of_revision).map(named).collect::<Vec<_>>().join(", ");
    let after = |order| {
        format!(
            r#") AS "s" INNER JOIN "record" AS "r" ON "r"."id" = "s"."subject"
            INNER JOIN "revision" AS "v" ON "v"."record_id" = "s"."subject" AND "v"."number" = "s"."revision"
            ORDER BY "s"."subject" {order}"#
        )
    };
    (format!("SELECT {columns} FROM ("), ["DESC", "ASC"].map(after))
});

pub(super) async fn rows<C: Content>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    sights: SelectStatement,
    oldest_first: bool,
) -> Result<Vec<Shown<C>>> {
    let mut whole = db.get_database_backend().build(&sights);
    let (before, after) = &*AROUND;
    whole.sql = format!("{before}{}{}", whole.sql, after[usize::from(oldest_first)]);
    let found = db.query_all_raw(whole).await?;
    found.iter().map(|row| Shown::of(Row::from_query_result(row, "")?, viewer)).collect()
}

/// Joins and conditions on the revision that is shown; none if everything is wanted.
fn narrowing(wanted: &Wanted) -> Result<Option<Box<Narrow>>> {
    let Wanted { country, text, from, until, state } = wanted.clone();
    let text = text.map(|text| pattern(&text, "text")).transpose()?;
    if country.is_none() && text.is_none() && from.is_none() && until.is_none() && state.is_none() {
        return Ok(None);
    }
    let at = |of: &'static str, name: &'static str| Expr::col((Alias::new(of), Alias::new(name)));
    Ok(Some(Box::new(move |limb, shown| {
        if let Some(country) = &country {
            limb.join_as(
                sea_orm::JoinType::InnerJoin,
                record::Entity,
                Alias::new("owned"),
                at("owned", "id").equals((Alias::new("sight"), Alias::new("subject"))),
            )
            .and_where(at("owned", "owner_country").eq(country.as_str()));
        }
        if text.is_none() && from.is_none() && until.is_none() && state.is_none() {
            return;
        }
        limb.join_as(
            sea_orm::JoinType::InnerJoin,
            revision::Entity,
            Alias::new("said"),
            at("said", "record_id")
                .equals((Alias::new("sight"), Alias::new("subject")))
                .and(at("said", "number").eq(shown.clone())),
        );
        if let Some(text) = &text {
            limb.and_where(matches((Alias::new("said"), Alias::new("search")), text.clone()));
        }
        if let Some(from) = from {
            limb.and_where(at("said", "ends").is_null().or(at("said", "ends").gte(from)));
        }
        if let Some(until) = until {
            limb.and_where(at("said", "starts").is_null().or(at("said", "starts").lte(until)));
        }
        if let Some(state) = &state {
            limb.and_where(at("said", "state").eq(sea_orm::ActiveEnum::to_value(state)));
        }
    })))
}
