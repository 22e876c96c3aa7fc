//! A record as it was shown before.

use std::collections::HashMap;

use sea_orm::{
    ConnectionTrait, DbErr, QueryOrder,
    entity::prelude::*,
    sea_query::{Alias, Expr, ExprTrait, Query},
};

use super::{
    content::Content,
    revision, share,
    shown::{Shown, one, rows},
};
use crate::{
    access::{Action, Kind, Party, Viewer, audience},
    clock::Moment,
    error::Result,
    ids::RecordId,
};

/// The record as it was shown to the viewer at a moment; none if it was not. What they do not see now has no past
/// either. Whoever works on it was shown the newest revision of then.
#[expect(clippy::disallowed_methods, reason = "rows and revisions of a record that the viewer sees")]
pub async fn as_of<C: Content>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    id: RecordId,
    at: Moment,
) -> Result<Option<Shown<C>>> {
    let now: Shown<C> = one(db, viewer, id).await?;
    let number = if now.record.worked_on_by(viewer) {
        revision::Entity::find()
            .filter(revision::Column::RecordId.eq(id))
            .filter(revision::Column::At.lte(at))
            .order_by_desc(revision::Column::Number)
            .one(db)
            .await?
            .map(|revision| revision.number)
    } else {
        let rows = audience::Entity::find()
            .filter(audience::Column::Subject.eq(id))
            .filter(audience::Column::Party.is_in(viewer.parties()))
            .all(db)
            .await?;
        let shares = share::of(db, &[id]).await?;
        let until = Ord::min(at, viewer.at);
        let then =
            |row: &audience::Model| share::timeline(&shares, row, until).last().map(|(_, shown)| *shown);
        rows.iter().filter_map(then).max()
    };
    match number {
        None => Ok(None),
        Some(number) if number == now.revision.number => Ok(Some(now)),
        Some(number) => Ok(revisions(db, viewer, id, &[number]).await?.pop()),
    }
}

/// The revisions before the one that is shown that had been released by a moment: to the viewer, or for whoever works on
/// the record, to anybody. The newest first, at most so many.
#[expect(clippy::disallowed_methods, reason = "rows and revisions of a record that the viewer sees")]
pub async fn released_before<C: Content>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    shown: &Shown<C>,
    until: Moment,
    most: usize,
) -> Result<Vec<Shown<C>>> {
    let (id, until) = (shown.record.id, Ord::min(until, viewer.at));
    let shares = share::of(db, &[id]).await?;
    let mut numbers: Vec<i32> = match shown.record.worked_on_by(viewer) {
        true => shares.iter().filter(|share| share.at <= until).map(|share| share.revision).collect(),
        false => {
            let rows = audience::Entity::find()
                .filter(audience::Column::Subject.eq(id))
                .filter(audience::Column::Party.is_in(viewer.parties()))
                .all(db)
                .await?;
            let told = |row| share::timeline(&shares, row, until).into_iter().map(|(_, shown)| shown);
            rows.iter().flat_map(told).collect()
        }
    };
    numbers.retain(|number| *number < shown.revision.number);
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    numbers.dedup();
    numbers.truncate(most);
    let mut found = revisions::<C>(db, viewer, id, &numbers).await?;
    found.sort_by_key(|shown| std::cmp::Reverse(shown.revision.number));
    Ok(found)
}

/// The record in a revision of that number, if it was ever shown to the viewer since they have been shown the record
/// without a break; to whoever works on it, any.
#[expect(clippy::disallowed_methods, reason = "rows of a record that the viewer sees")]
pub async fn once_shown<C: Content>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    shown: &Shown<C>,
    number: i32,
) -> Result<Option<Shown<C>>> {
    let id = shown.record.id;
    if !shown.record.worked_on_by(viewer) {
        let rows = audience::Entity::find()
            .filter(audience::Column::Subject.eq(id))
            .filter(audience::Column::Party.is_in(viewer.parties()))
            .all(db)
            .await?;
        let shares = share::of(db, &[id]).await?;
        let told =
            |row| share::timeline(&shares, row, viewer.at).into_iter().any(|(_, shown)| shown == number);
        if !rows.iter().any(told) {
            return Ok(None);
        }
    }
    Ok(revisions(db, viewer, id, &[number]).await?.pop())
}

/// The parties to which a record is shown by a release, each with the revision that it is shown, of those to which the
/// revision of that number was ever shown since they have been shown the record without a break.
#[expect(clippy::disallowed_methods, reason = "the audience of a record, for whom an entry is told to")]
pub async fn once_shown_to(
    db: &impl ConnectionTrait,
    id: RecordId,
    number: i32,
    now: Moment,
) -> Result<Vec<(Party, i32)>> {
    let rows = audience::Entity::find()
        .filter(audience::Column::Subject.eq(id))
        .filter(audience::Column::Working.eq(false))
        .all(db)
        .await?;
    let shares = share::of(db, &[id]).await?;
    let mut parties = Vec::new();
    for row in rows {
        let once = share::timeline(&shares, &row, now).iter().any(|(_, shown)| *shown == number);
        if let Some(shown) = row.shown_at(now).filter(|_| once) {
            parties.push((row.party, shown));
        }
    }
    Ok(parties)
}

/// Since when each of those records has been shown to the viewer without a break; none where they work on it, or where
/// that was not kept. Records that they do not see are left out.
#[expect(clippy::disallowed_methods, reason = "the viewer's own rows, of a kind that they may read")]
pub async fn seen_since(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    kind: Kind,
    ids: &[RecordId],
) -> std::result::Result<HashMap<RecordId, Option<Moment>>, DbErr> {
    if !viewer.may_ever(Action::Read(kind)) {
        return Ok(HashMap::new());
    }
    let rows = audience::Entity::find()
        .filter(audience::Column::Kind.eq(kind.code()))
        .filter(audience::Column::Subject.is_in(ids.iter().copied()))
        .filter(audience::Column::Party.is_in(viewer.parties()))
        .all(db)
        .await?;
    let mut since = HashMap::new();
    for row in rows.into_iter().filter(|row| row.shown_at(viewer.at).is_some()) {
        let mine = row.since.filter(|_| !row.working);
        let earliest = since.entry(row.subject).or_insert(mine);
        *earliest = Ord::min(*earliest, mine);
    }
    Ok(since)
}

/// Revisions of a record, by their numbers.
async fn revisions<C: Content>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    id: RecordId,
    numbers: &[i32],
) -> Result<Vec<Shown<C>>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let column = |name| Expr::col((Alias::new("past"), Alias::new(name)));
    let mut sight = Query::select();
    sight
        .expr_as(column("record_id"), Alias::new("subject"))
        .expr_as(column("number"), Alias::new("revision"))
        .from_as(revision::Entity, Alias::new("past"))
        .and_where(column("record_id").eq(id))
        .and_where(column("number").is_in(numbers.iter().copied()));
    rows(db, viewer, sight, false).await
}

/// Whether a record that the viewer sees had been released by a moment: to the viewer, or for whoever works on it, to
/// anybody.
pub async fn released_by<C: Content>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    id: RecordId,
    at: Moment,
) -> Result<bool> {
    let now: Shown<C> = one(db, viewer, id).await?;
    if now.record.worked_on_by(viewer) {
        return Ok(share::of(db, &[id]).await?.iter().any(|share| share.at <= at));
    }
    Ok(as_of::<C>(db, viewer, id, at).await?.is_some())
}
