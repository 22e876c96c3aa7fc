//! How a plan was written: its revisions, what differs between two, and what stands in the way of saving.

use std::collections::HashSet;

use async_graphql::{
    Context, InputObject, InputValueError, InputValueResult, Object, Scalar, ScalarType, SimpleObject, Value,
};
use sea_orm::ConnectionTrait;

use super::{
    content::PlanContent,
    diff::{self, Change, ORDER},
    document,
    exchange::{Behind, Meant},
    graphql::Plan,
    terms::Part,
    words,
};
use crate::{
    access::{Kind, Viewer},
    ask::Ask,
    clock::Moment,
    directory::{Account, posts_held},
    error::Result,
    ids::{AccountId, PlanId, RecordId},
    page::{Connection, Page},
    records::{self, RevisionRow, State},
    text::Text,
};

/// Any JSON value.
#[derive(Clone, Debug, PartialEq)]
pub struct Json(pub serde_json::Value);

/// Any JSON value. What form it has to have is said where it is used.
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        value.into_json().map(Self).map_err(|_| InputValueError::custom("expected JSON"))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}

/// What happened to a piece of a plan between two revisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum PlanChangeKind {
    /// It was not there before.
    Added,
    /// It is there no more.
    Removed,
    /// It says something else.
    Changed,
    /// The items of a list stand in another order.
    Reordered,
}

/// One difference between two revisions of a plan.
#[derive(SimpleObject)]
pub struct PlanChange {
    /// Where: fields, and what names an item in its list, such as `actions.A1.startHours`; `changePlan` takes it.
    pub(super) path: String,
    /// The section of the plan.
    pub(super) part: Part,
    /// What happened.
    kind: PlanChangeKind,
    /// The difference in words, such as `capacidad nominal: 2 500 a 1 200`.
    pub(super) words: Text,
    /// What stood there before, in the form of a plan's document with ids.
    pub(super) before: Option<Json>,
    /// What stands there now.
    pub(super) after: Option<Json>,
}

/// Why a plan could not be saved: somebody else has, since you read.
#[derive(SimpleObject)]
pub struct PlanConflict {
    /// The plan as it is now: read it, and save again with its `revision`.
    current: Plan,
    /// What has changed since the revision that you read.
    theirs: Vec<PlanChange>,
    /// What you meant to change in the revision that you read.
    yours: Vec<PlanChange>,
    /// The paths that both of you changed, or something within.
    both: Vec<String>,
}

/// One change to a plan.
#[derive(InputObject)]
pub struct PlanEditInput {
    /// Where: fields, and what names an item in its list, such as `actions.A1.startHours` or
    /// `receptionPoints.MX-RP-TIJUANA.capacity`. An item that is not there yet is added at the end.
    pub path: String,
    /// What stands there from now on, in the form of a plan's document; codes of the directory stand for ids. Taken out
    /// if left out or null.
    pub value: Option<Json>,
}

/// One revision of a plan, for those who work on it.
pub struct PlanRevision {
    row: RevisionRow,
    post: Option<Text>,
}

/// One revision of a plan, for those who work on it.
#[Object]
impl PlanRevision {
    /// Its number, from 1 on.
    async fn number(&self) -> i32 {
        self.row.number
    }
    /// How far it has come.
    async fn state(&self) -> State {
        self.row.state
    }
    /// When it was saved.
    async fn saved_at(&self) -> chrono::DateTime<chrono::Utc> {
        self.row.at.0
    }
    /// The post that its author held when it was saved.
    async fn author_post(&self) -> Option<&Text> {
        self.post.as_ref()
    }
    /// Who wrote it. Only for administrators and auditors of that account's country.
    async fn author(&self, ctx: &Context<'_>) -> Result<Option<Account>> {
        Ok(ctx.load(self.row.author_id).await?.map(Account))
    }
    /// What its author noted.
    async fn note(&self) -> Option<&str> {
        self.row.note.as_deref()
    }
    /// SHA-256 of the whole of it.
    async fn hash(&self) -> &str {
        &self.row.hash
    }
}

/// The posts that accounts held on the days on which they did something.
pub async fn posts_on(
    db: &impl ConnectionTrait,
    done: impl Iterator<Item = (AccountId, Moment)> + Clone,
) -> Result<Vec<Option<Text>>> {
    let held = posts_held(db, done.clone().map(|(account, _)| account).collect::<HashSet<_>>()).await?;
    let on = |(account, at): (AccountId, Moment)| {
        let day = at.0.date_naive();
        let mut mine = held.iter().filter(|(held, _)| {
            held.account_id == account && held.since <= day && held.until.is_none_or(|until| day < until)
        });
        mine.next().map(|(_, post)| Text::both(&post.name_es, &post.name_en))
    };
    Ok(done.map(on).collect())
}

/// The differences in words.
pub async fn told(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    from: &PlanContent,
    to: &PlanContent,
) -> Result<Vec<PlanChange>> {
    let (from, to) = (document::plain(from), document::plain(to));
    let behind = Behind::of(db, viewer, [&from, &to]).await?;
    let name = |id: &str, lang| behind.name(id, lang);
    let known = (words::Known::of(&from), words::Known::of(&to));
    let change = |change: Change| PlanChange {
        path: change.written(),
        part: words::part_of(change.path.first().map_or("", String::as_str)),
        kind: match (&change.before, &change.after) {
            _ if change.path.last().is_some_and(|step| step == ORDER) => PlanChangeKind::Reordered,
            (None, _) => PlanChangeKind::Added,
            (_, None) => PlanChangeKind::Removed,
            _ => PlanChangeKind::Changed,
        },
        words: words::sentence(&change, (&known.0, &known.1), &name),
        before: change.before.map(Json),
        after: change.after.map(Json),
    };
    Ok(diff::diff(&from, &to).into_iter().map(change).collect())
}

/// Both versions, and what each changed of the one that was read; none if that one never was.
pub async fn conflict(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    id: RecordId,
    read: i32,
    meant: Meant,
) -> Result<Option<PlanConflict>> {
    let Ok((_, base)) = records::past::<PlanContent>(db, viewer, id, read).await else { return Ok(None) };
    let current = records::one::<PlanContent>(db, viewer, id).await?;
    let theirs = told(db, viewer, &base, &current.content).await?;
    let yours = match meant.of(db, viewer, &base).await {
        Some(mine) => told(db, viewer, &base, &mine).await?,
        None => Vec::new(),
    };
    let both = met(&yours, &theirs);
    Ok(Some(PlanConflict { current: Plan(std::sync::Arc::new(current)), theirs, yours, both }))
}

/// The paths of the one that the others have too, or something within or around.
fn met(yours: &[PlanChange], theirs: &[PlanChange]) -> Vec<String> {
    let around = |path: &str| path.match_indices('.').map(|(end, _)| end).collect::<Vec<_>>();
    let named: HashSet<&str> = theirs.iter().map(|change| change.path.as_str()).collect();
    let over: HashSet<&str> =
        named.iter().flat_map(|path| around(path).into_iter().map(move |end| &path[..end])).collect();
    let meets = |path: &str| {
        named.contains(path)
            || over.contains(path)
            || around(path).into_iter().any(|end| named.contains(&path[..end]))
    };
    yours.iter().map(|change| &change.path).filter(|path| meets(path)).cloned().collect()
}

#[derive(Default)]
pub struct PlanRevisionQuery;

#[Object]
impl PlanRevisionQuery {
    /// What differs between two revisions of a plan, in the order of its sections. Only for those who work on it.
    async fn plan_diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan.")] id: PlanId,
        #[graphql(desc = "The number of the earlier revision, or of any.")] from: i32,
        #[graphql(desc = "The number of the later revision, or of any.")] to: i32,
    ) -> Result<Vec<PlanChange>> {
        let (db, viewer) = (ctx.db(), ctx.viewer()?);
        let (_, from) = records::past::<PlanContent>(db, viewer, id.into(), from).await?;
        let (_, to) = records::past::<PlanContent>(db, viewer, id.into(), to).await?;
        told(db, viewer, &from, &to).await
    }

    /// The revisions of a plan, newest first. Only for those who work on it.
    async fn plan_history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The plan.")] id: PlanId,
        #[graphql(desc = "The first items of the list; 1 to 100, 20 if left out.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last items of the list instead of the first; 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<PlanRevision>> {
        let page = Page::new(first, after, last, before)?;
        let rows = records::history(ctx.db(), ctx.viewer()?, Kind::Plan, id.into(), &page).await?;
        let done: Vec<_> = rows.edges.iter().map(|edge| (edge.node.author_id, edge.node.at)).collect();
        let posts = posts_on(ctx.db(), done.into_iter()).await?;
        let numbers: Vec<i32> = rows.edges.iter().map(|edge| edge.node.number).collect();
        let post = |number: i32| posts.get(numbers.iter().position(|known| *known == number)?)?.clone();
        Ok(rows.map(|row| PlanRevision { post: post(row.number), row }))
    }
}
