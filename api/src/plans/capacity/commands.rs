//! Reporting: one point or several at once, all of them or none.

use std::collections::{HashMap, HashSet};

use sea_orm::{EntityTrait, IntoActiveModel, QueryOrder, QuerySelect, entity::prelude::*};

use super::{
    point,
    report::{self as table, Facts, Model, OLDEST},
    share,
    sight::Sight,
};
use crate::{
    access::{Action, Party, Viewer},
    bounds::Bounds,
    clock::Moment,
    error::{Error, Problem, Reason, Result},
    ids::{CapacityReportId, ReceptionPointId},
    ledger::{Body, Event, Reach, What, Work},
    say,
};

/// Reports of the points that the viewer's institution operates. Answers with the first, by which the
/// others are found.
pub async fn report(work: &mut Work, facts: Vec<Facts>) -> Result<CapacityReportId> {
    // Two who report the same point wait for one another here.
    lock(work, &facts).await?;
    let rows = prepared(&work.db, &work.viewer, work.clock.now(), facts).await?;
    store(work, rows).await
}

#[expect(clippy::disallowed_methods, reason = "locks rows, and tells nothing of them")]
async fn lock(work: &Work, facts: &[Facts]) -> Result<()> {
    let points: HashSet<ReceptionPointId> = facts.iter().map(|facts| facts.point).collect();
    point::Entity::find()
        .filter(point::Column::PointId.is_in(points))
        .order_by_asc(point::Column::PointId)
        .lock_exclusive()
        .all(&work.db)
        .await?;
    Ok(())
}

/// Checks what is reported, whole, and makes the rows of it; nothing is written.
pub async fn prepared(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    now: Moment,
    facts: Vec<Facts>,
) -> Result<Vec<Model>> {
    let settings = settings(db, viewer, &facts).await?;
    let replaced = reports(db, facts.iter().filter_map(|facts| facts.replaces)).await?;
    let corrected = corrected(db, replaced.keys().copied()).await?;
    let taken = taken(db, &settings, &facts).await?;
    let mut bounds = Bounds::default();
    if facts.is_empty() {
        bounds.add(Reason::Required, "input.reports", say!("al menos un informe", "at least one report"));
    }
    let (mut moments, mut corrections) = (HashSet::new(), HashSet::new());
    let usual = Moment::from(now.0 - OLDEST);
    for facts in &facts {
        let path = &facts.path;
        let Some(setting) = settings.get(&facts.point) else {
            bounds.add(
                Reason::Unknown,
                format!("{path}.point"),
                say!("no es un punto en servicio que usted vea", "is no point in service that you see"),
            );
            continue;
        };
        if !viewer.may(Action::ReportCapacity, viewer.standing(setting.operator_id, Some(&setting.country))) {
            return Err(Error::Forbidden(Action::ReportCapacity.say()));
        }
        // Of a report of another point nothing is told, not even that there is one.
        let before = facts.replaces.and_then(|id| replaced.get(&id));
        let before = before.filter(|before| before.point_id == facts.point);
        // What was reported in time may be corrected later.
        let oldest = before.map_or(usual, |before| before.as_of.min(usual));
        facts.check(now, oldest, &mut bounds);
        if let Some(id) = facts.replaces {
            let problem = match before {
                None => Some((
                    Reason::Unknown,
                    say!("no es un informe de ese punto", "is no report of that point"),
                )),
                Some(_) if corrected.contains(&id) || !corrections.insert(id) => Some((
                    Reason::Duplicate,
                    say!(
                        "ya se corrigió; nombre la corrección",
                        "was corrected already; name the correction"
                    ),
                )),
                Some(_) => None,
            };
            if let Some((reason, say)) = problem {
                bounds.add(reason, format!("{path}.replaces"), say);
            }
        }
        let as_of = Moment::from(facts.as_of);
        let same = taken.get(&(facts.point, as_of)).filter(|same| Some(**same) != facts.replaces);
        if same.is_some() || !moments.insert((facts.point, as_of)) {
            bounds.add(
                Reason::Duplicate,
                format!("{path}.asOf"),
                say!(
                    "ya hay un informe de ese punto a esa hora; para corregirlo, nómbrelo en `replaces`",
                    "there is a report of that point as of that time; to correct it, name it in `replaces`"
                ),
            );
        }
    }
    bounds.done()?;

    let mut batch = None;
    let row = |facts: Facts| {
        let id = CapacityReportId::new();
        Model {
            id,
            batch_id: *batch.get_or_insert(id),
            country: settings.get(&facts.point).map(|setting| setting.country.clone()).unwrap_or_default(),
            free: facts.free(),
            surge: facts.surge(),
            point_id: facts.point,
            as_of: facts.as_of.into(),
            recorded_at: now,
            occupied: facts.occupied,
            nominal: facts.nominal,
            people_in: facts.people_in,
            people_out: facts.people_out,
            staff: facts.staff,
            replaces: facts.replaces,
            account_id: viewer.account,
        }
    };
    Ok(facts.into_iter().map(row).collect())
}

/// Writes what was prepared in this very `Work`, and tells of each report those who are shown its point.
pub async fn store(work: &mut Work, rows: Vec<Model>) -> Result<CapacityReportId> {
    let Some(first) = rows.first().map(|row| row.id) else {
        return Err(Problem::new(Reason::Required, "input.reports", say!("ninguno", "none")).into());
    };
    let mut shares: HashMap<String, Vec<(share::Model, Vec<Party>)>> = HashMap::new();
    for row in &rows {
        if !shares.contains_key(&row.country) {
            shares.insert(row.country.clone(), told_of(work, &row.country).await?);
        }
    }
    for some in rows.chunks(500) {
        let some = some.iter().map(|row| row.clone().into_active_model().reset_all());
        table::Entity::insert_many(some).exec_without_returning(&work.db).await?;
    }
    for row in rows {
        let shown = shares[&row.country].iter().filter(|(share, _)| share.shows(row.point_id));
        let mut told: Vec<Party> = shown.flat_map(|(_, parties)| parties.iter().cloned()).collect();
        told.push(Party::Country(row.country.clone()));
        work.record(Event {
            what: if row.replaces.is_some() { What::CapacityCorrected } else { What::CapacityReported },
            subject: row.id.0,
            owner: work.viewer.institution,
            owner_country: Some(row.country.clone()),
            reach: Reach::Named,
            told,
            body: Body { hash: Some(row.hash()), ..Body::default() },
        });
    }
    Ok(first)
}

/// What a country shares of its points, and with whom.
async fn told_of(work: &Work, country: &str) -> Result<Vec<(share::Model, Vec<Party>)>> {
    let shares = share::held_by(&work.db, country).await?;
    let ids: Vec<_> = shares.iter().map(|share| share.id).collect();
    let parties = share::parties(&work.db, &ids).await?;
    let of = |share: &share::Model| {
        parties.iter().filter(|row| row.share_id == share.id).map(|row| row.party.clone()).collect()
    };
    Ok(shares
        .into_iter()
        .map(|share| {
            let parties = of(&share);
            (share, parties)
        })
        .collect())
}

/// How the points are operated, of those that the viewer is shown.
async fn settings(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    facts: &[Facts],
) -> Result<HashMap<ReceptionPointId, point::Model>> {
    let shown = Sight::of(db, viewer).await?.shown();
    let wanted: HashSet<ReceptionPointId> = facts.iter().map(|facts| facts.point).collect();
    let rows = shown.filter(point::Column::PointId.is_in(wanted)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.point_id, row)).collect())
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is told of one that is not of the named point is that it is none"
)]
async fn reports(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = CapacityReportId>,
) -> Result<HashMap<CapacityReportId, Model>> {
    let rows = table::Entity::find().filter(table::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Those of the reports that a later one replaces.
#[expect(clippy::disallowed_methods, reason = "of points that the viewer reports")]
pub(super) async fn corrected(
    db: &impl ConnectionTrait,
    ids: impl Iterator<Item = CapacityReportId>,
) -> Result<HashSet<CapacityReportId>> {
    let rows = table::Entity::find().filter(table::Column::Replaces.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().filter_map(|row| row.replaces).collect())
}

/// What holds of the named points as of the named moments.
#[expect(clippy::disallowed_methods, reason = "of points that the viewer is shown")]
async fn taken(
    db: &impl ConnectionTrait,
    settings: &HashMap<ReceptionPointId, point::Model>,
    facts: &[Facts],
) -> Result<HashMap<(ReceptionPointId, Moment), CapacityReportId>> {
    let moments: HashSet<Moment> = facts.iter().map(|facts| facts.as_of.into()).collect();
    let (mut found, moments): (Vec<Model>, Vec<Moment>) = (Vec::new(), moments.into_iter().collect());
    for some in moments.chunks(500) {
        let rows = table::Entity::find()
            .filter(table::Column::PointId.is_in(settings.keys().copied()))
            .filter(table::Column::AsOf.is_in(some.iter().copied()))
            .all(db)
            .await?;
        found.extend(rows);
    }
    let replaced = corrected(db, found.iter().map(|row| row.id)).await?;
    found.retain(|row| !replaced.contains(&row.id));
    Ok(found.into_iter().map(|row| ((row.point_id, row.as_of), row.id)).collect())
}

/// What was reported together, of the points that the viewer is shown.
#[expect(clippy::disallowed_methods, reason = "narrowed to the points that are shown")]
pub(super) async fn batch(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    first: CapacityReportId,
) -> Result<Vec<Model>> {
    let points = Sight::of(db, viewer).await?.shown().all(db).await?;
    let points: HashSet<ReceptionPointId> = points.into_iter().map(|setting| setting.point_id).collect();
    let rows = table::Entity::find().filter(table::Column::BatchId.eq(first));
    let mut rows = rows.order_by_asc(table::Column::Id).all(db).await?;
    rows.retain(|row| points.contains(&row.point_id));
    Ok(rows)
}
