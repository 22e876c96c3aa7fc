//! What a region can receive: sums by country, mode and point, of what is shared with the viewer.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use sea_orm::{ConnectionTrait, DbErr, QueryFilter, Statement, Value, entity::prelude::*};

use super::{
    latest::latest,
    point,
    sight::Sight,
    summing::{Known, Sum, by_mode},
    withholding::{self, DAYS},
};
use crate::{
    access::{Open, Viewer},
    clock::Moment,
    directory::reception_point::{self, ReturnMode},
    error::Result,
    ids::ReceptionPointId,
};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub countries: Option<Vec<String>>,
    pub mode: Option<ReturnMode>,
}

/// A country's row.
#[derive(Clone, Debug)]
pub struct OfCountry {
    pub country: String,
    /// The moment that its sums are of.
    pub known_at: Moment,
    /// The sum of what was wanted; none where it is not told.
    pub total: Option<Sum>,
    /// By mode; none where it is not told.
    pub modes: Option<BTreeMap<ReturnMode, Sum>>,
}

/// What the viewer may know of a region at a moment.
#[derive(Clone, Debug)]
pub struct Regional {
    pub at: Moment,
    pub countries: Vec<OfCountry>,
    /// The points that are shown, by code.
    pub points: Vec<Shown>,
}

/// A point that is shown, with what was known of it.
#[derive(Clone, Debug)]
pub struct Shown {
    pub place: reception_point::Model,
    pub known: Known,
}

pub async fn regional(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    at: Moment,
    wanted: &Wanted,
) -> Result<Regional> {
    let sight = Sight::of(db, viewer).await?;
    let mut counted = sight.counted();
    if let Some(countries) = &wanted.countries {
        counted = counted.filter(point::Column::Country.is_in(countries.iter().cloned()));
    }
    let settings = counted.all(db).await?;
    let places = places(db, viewer, &settings).await?;
    let shown: Vec<ReceptionPointId> =
        settings.iter().filter(|setting| sight.shows(setting)).map(|setting| setting.point_id).collect();
    let mut reports = latest(db, &shown, at).await?;
    let mut by_country: BTreeMap<String, Vec<(point::Model, ReturnMode)>> = BTreeMap::new();
    for setting in &settings {
        if let Some(place) = places.get(&setting.point_id) {
            by_country.entry(setting.country.clone()).or_default().push((setting.clone(), place.mode));
        }
    }

    let mut countries = Vec::new();
    for (country, settings) in by_country {
        let withheld: Vec<_> = settings.iter().filter(|(setting, _)| !sight.shows(setting)).collect();
        let row = match sight.total(&country) {
            Some(modes) if !withheld.is_empty() => {
                let grouped = modes && withholding::by_group(withheld.iter().map(|(_, mode)| *mode));
                let marked = marked(db, &country, &withheld, grouped, at).await?;
                of_mark(db, country, &settings, grouped, marked, at).await?
            }
            // Nothing is withheld, or of what is withheld nothing is told.
            _ => {
                let known: Vec<Known> = settings
                    .into_iter()
                    .filter(|(setting, _)| sight.shows(setting))
                    .map(|(setting, mode)| Known {
                        latest: reports.get(&setting.point_id).cloned(),
                        setting,
                        mode,
                    })
                    .collect();
                summed(country, &known, true, at)
            }
        };
        countries.push(row.narrowed(wanted.mode));
    }

    let mut points: Vec<Shown> = settings
        .into_iter()
        .filter(|setting| sight.shows(setting))
        .filter_map(|setting| {
            let place = places.get(&setting.point_id)?.clone();
            let latest = reports.remove(&setting.point_id);
            Some(Shown { known: Known { setting, mode: place.mode, latest }, place })
        })
        .filter(|shown| wanted.mode.is_none_or(|mode| shown.place.mode == mode))
        .collect();
    points.sort_by(|one, other| one.place.code.cmp(&other.place.code));
    Ok(Regional { at, countries, points })
}

async fn places(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    settings: &[point::Model],
) -> Result<HashMap<ReceptionPointId, reception_point::Model>> {
    let mut places = HashMap::with_capacity(settings.len());
    let ids: Vec<ReceptionPointId> = settings.iter().map(|setting| setting.point_id).collect();
    for some in ids.chunks(500) {
        let rows = reception_point::Entity::open_to(viewer)
            .filter(reception_point::Column::Id.is_in(some.iter().copied()))
            .all(db)
            .await?;
        places.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(places)
}

fn summed(country: String, known: &[Known], grouped: bool, at: Moment) -> OfCountry {
    let modes = by_mode(known.iter(), at);
    let mut total = Sum::default();
    for sum in modes.values() {
        total += *sum;
    }
    OfCountry { country, known_at: at, total: Some(total), modes: grouped.then_some(modes) }
}

/// The sums of a country of which points are withheld, at their mark.
async fn of_mark(
    db: &impl ConnectionTrait,
    country: String,
    settings: &[(point::Model, ReturnMode)],
    grouped: bool,
    marked: Option<Moment>,
    at: Moment,
) -> Result<OfCountry> {
    let Some(mark) = marked else {
        return Ok(OfCountry { country, known_at: at, total: None, modes: None });
    };
    let ids: Vec<ReceptionPointId> = settings.iter().map(|(setting, _)| setting.point_id).collect();
    let mut reports = latest(db, &ids, mark).await?;
    let known = settings.iter().map(|(setting, mode)| Known {
        setting: setting.clone(),
        mode: *mode,
        latest: reports.remove(&setting.point_id),
    });
    Ok(summed(country, &known.collect::<Vec<_>>(), grouped, mark))
}

/// The latest mark of the withheld points at a moment.
async fn marked(
    db: &impl ConnectionTrait,
    country: &str,
    withheld: &[&(point::Model, ReturnMode)],
    grouped: bool,
    at: Moment,
) -> Result<Option<Moment>> {
    let group = |mode: ReturnMode| if grouped { mode } else { ReturnMode::Other };
    let groups: HashMap<ReceptionPointId, ReturnMode> =
        withheld.iter().map(|(setting, mode)| (setting.point_id, group(*mode))).collect();
    let ids: Vec<ReceptionPointId> = groups.keys().copied().collect();
    let full = |at: DateTime<Utc>| {
        at.with_minute(0).and_then(|at| at.with_second(0)).and_then(|at| at.with_nanosecond(0)).unwrap_or(at)
    };
    let mut until = full(at.0);
    for _ in 0..DAYS {
        // The day that the hour ends: midnight is the end of the day before.
        let first = (until - TimeDelta::hours(1)).with_hour(0).map_or(until, full);
        let before = latest(db, &ids, first.into()).await?;
        let before: HashSet<ReturnMode> =
            before.keys().filter_map(|point| groups.get(point).copied()).collect();
        let mut hours: BTreeMap<u32, Vec<(ReturnMode, ReceptionPointId)>> = BTreeMap::new();
        for (point, recorded) in recorded(db, country, first.into(), until.into()).await? {
            let Some(group) = groups.get(&point) else { continue };
            let passed = recorded.0 - first - TimeDelta::milliseconds(1);
            let hour = u32::try_from(passed.num_hours() + 1).unwrap_or_default();
            hours.entry(hour).or_default().push((*group, point));
        }
        if let Some(hour) = withholding::mark(&before, &hours) {
            return Ok(Some((first + TimeDelta::hours(hour.into())).into()));
        }
        until = first;
    }
    Ok(None)
}

/// Which points of a country reported after one moment and up to another, and when, once an hour.
async fn recorded(
    db: &impl ConnectionTrait,
    country: &str,
    after: Moment,
    until: Moment,
) -> Result<Vec<(ReceptionPointId, Moment)>, DbErr> {
    const SQL: &str = "SELECT point_id, MAX(recorded_at) AS recorded_at FROM capacity_report \
        WHERE country = $1 AND recorded_at > $2 AND recorded_at <= $3 \
        GROUP BY point_id, substr(recorded_at, 1, 13), CASE WHEN substr(recorded_at, 14) = ':00:00.000Z' THEN 1 ELSE 0 END";
    let values: [Value; 3] = [country.into(), after.into(), until.into()];
    let rows =
        db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), SQL, values)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "point_id")?, row.try_get("", "recorded_at")?))).collect()
}

impl OfCountry {
    /// Only of one mode; where that is not told, nothing is.
    fn narrowed(mut self, mode: Option<ReturnMode>) -> Self {
        if let Some(mode) = mode {
            self.total = self.modes.as_ref().map(|sums| sums.get(&mode).copied().unwrap_or_default());
            if let Some(modes) = &mut self.modes {
                modes.retain(|known, _| *known == mode);
            }
        }
        self
    }
}

impl Regional {
    /// The sum over the countries whose totals are told.
    pub fn total(&self) -> Sum {
        let mut total = Sum::default();
        for sum in self.countries.iter().filter_map(|row| row.total) {
            total += sum;
        }
        total
    }
}
