//! Who sees what. This file holds the only definition of that sentence: a viewer sees a record when
//! one of their parties stands in its audience and one of their roles may read its kind.
//!
//! An audience row carries the revision that is shown: a party to which revision 2 was released
//! sees revision 2 while the owner works on revision 5. A row may open later: before that moment
//! the party is shown what it was shown until then, or nothing.

use sea_orm::{
    Condition, DbBackend, FromQueryResult, Order, QuerySelect, QueryTrait, Set,
    entity::prelude::*,
    sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr, UnionType},
};

use crate::{
    access::{Action, Kind, Party, Viewer},
    clock::Moment,
    ids::RecordId,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "audience")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub party: Party,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: RecordId,
    /// The revision that this party is shown.
    pub revision: i32,
    /// Whether the party is there to work on it (owner and approval chain) and not by release.
    pub working: bool,
    /// When the revision opens to the party; it is open if there is none.
    pub opens_at: Option<Moment>,
    /// The revision that the party is shown until then; nothing if there is none.
    pub until_then: Option<i32>,
    /// Since when a release has shown the record to the party without a break.
    pub since: Option<Moment>,
}

impl Model {
    /// The revision that the party is shown at a moment.
    pub fn shown_at(&self, at: Moment) -> Option<i32> {
        match self.opens_at {
            Some(opens) if at < opens => self.until_then,
            _ => Some(self.revision),
        }
    }
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub fn row(kind: Kind, party: Party, subject: RecordId, revision: i32, working: bool) -> ActiveModel {
    ActiveModel {
        kind: Set(kind.code().into()),
        party: Set(party),
        subject: Set(subject),
        revision: Set(revision),
        working: Set(working),
        opens_at: Set(None),
        until_then: Set(None),
        since: Set(None),
    }
}

/// A page of what a viewer sees, in the order of the ids.
#[derive(Clone, Debug)]
pub struct Window {
    pub after: Option<RecordId>,
    pub before: Option<RecordId>,
    pub limit: u64,
    /// From the oldest on instead of from the newest on.
    pub oldest_first: bool,
}

/// A record and the revision of it that the viewer sees.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Sight {
    pub subject: RecordId,
    pub revision: i32,
}

/// The column `name` of the table or alias `of`.
fn at(of: &'static str, name: &'static str) -> SimpleExpr {
    Expr::col((Alias::new(of), Alias::new(name)))
}

/// Whether the row shows the viewer anything yet.
fn opened(of: &'static str, viewer: &Viewer) -> SimpleExpr {
    let open = at(of, "opens_at").is_null().or(at(of, "opens_at").lte(viewer.at));
    open.or(at(of, "until_then").is_not_null())
}

/// The revision that the row shows the viewer.
fn shown(of: &'static str, viewer: &Viewer) -> SimpleExpr {
    let closed = at(of, "opens_at").gt(viewer.at);
    Expr::case(closed, at(of, "until_then")).finally(at(of, "revision")).into()
}

/// The rows of the audience that show the viewer something by one of the viewer's parties.
#[expect(clippy::disallowed_methods, reason = "this is the place")]
fn mine(kind: Kind, viewer: &Viewer) -> Select<Entity> {
    let readable = viewer.may_ever(Action::Read(kind));
    Entity::find()
        .filter(Column::Kind.eq(kind.code()))
        .filter(Column::Party.is_in(viewer.parties()))
        .filter(opened("audience", viewer))
        .filter(Condition::all().add_option((!readable).then(|| Expr::cust("1 = 0"))))
}

/// An entity whose rows are shared by audience.
pub trait Audienced: EntityTrait {
    fn key() -> Self::Column;

    /// Every read of a shared record starts here, or in [`sights`].
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    fn visible_to(kind: Kind, viewer: &Viewer) -> Select<Self> {
        let subjects = mine(kind, viewer).select_only().column(Column::Subject).into_query();
        Self::find().filter(Self::key().in_subquery(subjects))
    }
}

/// An entity of the directory, which is open to all who are signed in.
pub trait Open: EntityTrait {
    /// Every read of the directory starts here.
    #[expect(clippy::disallowed_methods, reason = "this is the place")]
    fn open_to(viewer: &Viewer) -> Select<Self> {
        let readable = viewer.may_ever(Action::ReadDirectory);
        Self::find().filter(Condition::all().add_option((!readable).then(|| Expr::cust("1 = 0"))))
    }
}

/// What the viewer sees of the given records: each with the latest revision shown to one of the
/// viewer's parties.
pub fn sights_of(kind: Kind, viewer: &Viewer, subjects: &[RecordId]) -> SelectStatement {
    mine(kind, viewer)
        .select_only()
        .column(Column::Subject)
        .column_as(Expr::expr(shown("audience", viewer)).max(), "revision")
        .filter(Column::Subject.is_in(subjects.iter().copied()))
        .group_by(Column::Subject)
        .into_query()
}

/// Joins and conditions on the record (alias `sight`) and on the revision of it that is shown.
pub type Narrow = dyn Fn(&mut SelectStatement, &SimpleExpr) + Send + Sync;

/// A page of what the viewer sees.
///
/// Ids are UUIDv7, so the newest records stand together in the audience's index: the newest of
/// each of the viewer's parties are read from it and merged. This takes as long for a viewer of
/// three records among 200,000 as for a viewer of all. `narrow` adds joins and conditions on the
/// revision that is shown (alias `sight`), never on another.
pub fn sights(kind: Kind, viewer: &Viewer, window: &Window, narrow: Option<&Narrow>) -> SelectStatement {
    let order = if window.oldest_first { Order::Asc } else { Order::Desc };
    let limbs = viewer.parties().into_iter().map(|party| {
        let mut limb = limb(kind, viewer, at("sight", "party").eq(party), narrow);
        if let Some(after) = window.after {
            limb.and_where(at("sight", "subject").lt(after));
        }
        if let Some(before) = window.before {
            limb.and_where(at("sight", "subject").gt(before));
        }
        limb.order_by((Alias::new("sight"), Alias::new("subject")), order.clone()).limit(window.limit);
        // A limb with its own order and limit has to stand in brackets of its own.
        Query::select().expr(Expr::cust("*")).from_subquery(limb, Alias::new("newest")).to_owned()
    });
    let merged = union(limbs);
    Query::select()
        .column(Alias::new("subject"))
        .expr_as(Func::max(Expr::col(Alias::new("revision"))), Alias::new("revision"))
        .from_subquery(merged, Alias::new("merged"))
        .group_by_col(Alias::new("subject"))
        .order_by(Alias::new("subject"), order)
        .limit(window.limit)
        .to_owned()
}

/// How many records the viewer sees: each once, by however many of the viewer's parties.
///
/// On PostgreSQL a limb for each party, as in [`sights`]: it plans a statement once for all values, and for a list of
/// parties that it does not know it reads the whole table, also for a viewer of three records. SQLite walks its index
/// for a list of parties, and puts limbs together in twice the time.
pub fn count(kind: Kind, viewer: &Viewer, narrow: Option<&Narrow>, backend: DbBackend) -> SelectStatement {
    let (party, count) = (|| at("sight", "party"), Alias::new("count"));
    if backend == DbBackend::Sqlite {
        let mut seen = limb(kind, viewer, party().is_in(viewer.parties()), narrow);
        seen.clear_selects().expr_as(Func::count_distinct(at("sight", "subject")), count);
        return seen;
    }
    let limbs = viewer.parties().into_iter().map(|one| {
        let mut limb = limb(kind, viewer, party().eq(one), narrow);
        limb.clear_selects().expr(at("sight", "subject"));
        limb
    });
    Query::select()
        .expr_as(Func::count_distinct(Expr::col(Alias::new("subject"))), count)
        .from_subquery(union(limbs), Alias::new("seen"))
        .to_owned()
}

/// What some of the viewer's parties are shown.
fn limb(kind: Kind, viewer: &Viewer, parties: SimpleExpr, narrow: Option<&Narrow>) -> SelectStatement {
    let mut limb = Query::select();
    limb.expr(at("sight", "subject"))
        .expr_as(shown("sight", viewer), Alias::new("revision"))
        .from_as(Entity, Alias::new("sight"))
        .and_where(at("sight", "kind").eq(kind.code()))
        .and_where(parties)
        .and_where(opened("sight", viewer));
    if !viewer.may_ever(Action::Read(kind)) {
        limb.and_where(Expr::cust("1 = 0"));
    }
    if let Some(narrow) = narrow {
        // A later revision shown to another of the viewer's parties is the one that counts: what
        // is narrowed down must not match an earlier one.
        let later = Query::select()
            .expr(Expr::cust("1"))
            .from_as(Entity, Alias::new("later"))
            .and_where(at("later", "kind").eq(kind.code()))
            .and_where(at("later", "party").is_in(viewer.parties()))
            .and_where(at("later", "subject").eq(at("sight", "subject")))
            .and_where(opened("later", viewer))
            .and_where(shown("later", viewer).gt(shown("sight", viewer)))
            .to_owned();
        limb.and_where(Expr::exists(later).not());
        narrow(&mut limb, &shown("sight", viewer));
    }
    limb
}

fn union(limbs: impl Iterator<Item = SelectStatement>) -> SelectStatement {
    let mut limbs = limbs;
    let mut first = limbs.next().expect("a viewer is at least one party");
    for limb in limbs {
        first.union(UnionType::All, limb);
    }
    first
}
