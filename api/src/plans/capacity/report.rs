//! What an operator reports of a point, at a moment. A report is never changed: a correction is a
//! report that names the one it replaces, and at what moment that was known.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::entity::prelude::*;
use serde::Serialize;

use crate::{
    bounds::Bounds,
    clock::Moment,
    error::Reason,
    ids::{AccountId, CapacityReportId, ReceptionPointId},
    ledger::sha256,
    say,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "capacity_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CapacityReportId,
    /// The first of those that were reported together.
    pub batch_id: CapacityReportId,
    pub point_id: ReceptionPointId,
    /// The point's country, ISO 3166-1 alpha-2.
    pub country: String,
    /// When it was so. Never later than `recorded_at`: what was known at a moment is found by both.
    pub as_of: Moment,
    /// When it was reported, by the node's clock.
    pub recorded_at: Moment,
    pub occupied: i32,
    pub free: i32,
    pub nominal: i32,
    /// With what can be added in need; at least `nominal`.
    pub surge: i32,
    pub people_in: Option<i32>,
    pub people_out: Option<i32>,
    pub staff: Option<i32>,
    /// The report of the same point that this one corrects.
    pub replaces: Option<CapacityReportId>,
    pub account_id: AccountId,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// More people than any reception point could hold at a time.
pub const MOST_PEOPLE: i32 = 100_000;
/// A report of what was so longer ago is refused: it is more likely a clock that is wrong.
pub const OLDEST: TimeDelta = TimeDelta::days(7);

/// What is reported of a point.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Where it stands in what was sent, such as `input.reports.3`.
    pub path: String,
    pub point: ReceptionPointId,
    pub as_of: DateTime<Utc>,
    pub occupied: i32,
    /// What is left of the capacity if not said.
    pub free: Option<i32>,
    pub nominal: i32,
    /// As `nominal` if not said.
    pub surge: Option<i32>,
    pub people_in: Option<i32>,
    pub people_out: Option<i32>,
    pub staff: Option<i32>,
    pub replaces: Option<CapacityReportId>,
}

impl Facts {
    /// The whole capacity that is in use or can be added.
    fn capacity(&self) -> i32 {
        self.surge.unwrap_or(self.nominal)
    }

    pub fn free(&self) -> i32 {
        self.free.unwrap_or_else(|| self.nominal.saturating_sub(self.occupied).max(0))
    }

    pub fn surge(&self) -> i32 {
        self.surge.unwrap_or(self.nominal)
    }

    /// What is wrong with it by itself, at `now`. `oldest` is the moment before which it is refused.
    pub fn check(&self, now: Moment, oldest: Moment, bounds: &mut Bounds) {
        let path = &self.path;
        let figures = [
            ("occupied", Some(self.occupied)),
            ("free", self.free),
            ("nominal", Some(self.nominal)),
            ("surge", self.surge),
            ("peopleIn", self.people_in),
            ("peopleOut", self.people_out),
            ("staff", self.staff),
        ];
        let mut sound = true;
        for (name, figure) in figures {
            if figure.is_some_and(|figure| !(0..=MOST_PEOPLE).contains(&figure)) {
                sound = false;
                bounds.add(
                    Reason::OutOfRange,
                    format!("{path}.{name}"),
                    say!("entre 0 y {MOST_PEOPLE}", "between 0 and {MOST_PEOPLE}"),
                );
            }
        }
        if sound && self.capacity() < self.nominal {
            let nominal = self.nominal;
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.surge"),
                say!(
                    "la capacidad ampliada no es menor que la nominal ({nominal})",
                    "the surge capacity is not below the nominal one ({nominal})"
                ),
            );
        } else if sound && self.free.unwrap_or_default() > (self.capacity() - self.occupied).max(0) {
            let left = (self.capacity() - self.occupied).max(0);
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.free"),
                say!(
                    "a lo sumo {left}: lo que la capacidad deja con esa ocupación",
                    "at most {left}: what the capacity leaves with that occupancy"
                ),
            );
        }
        let as_of = Moment::from(self.as_of);
        if as_of > now {
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.asOf"),
                say!(
                    "es posterior a la hora del nodo ({now}); revise su reloj",
                    "is later than the node's time ({now}); check your clock"
                ),
            );
        } else if as_of < oldest {
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.asOf"),
                say!(
                    "es anterior a {oldest}: demasiado tarde para informarlo; revise su reloj",
                    "is earlier than {oldest}: too late to report it; check your clock"
                ),
            );
        }
    }
}

impl Model {
    /// SHA-256 of what it says, as the ledger keeps it: a JSON array of the point, the moment, the
    /// figures in the order of the table, and the report that it replaces.
    pub fn hash(&self) -> String {
        #[derive(Serialize)]
        struct Said<'a>(&'a ReceptionPointId, &'a Moment, [Option<i32>; 7], Option<CapacityReportId>);
        let figures = [
            Some(self.occupied),
            Some(self.free),
            Some(self.nominal),
            Some(self.surge),
            self.people_in,
            self.people_out,
            self.staff,
        ];
        let said = Said(&self.point_id, &self.as_of, figures, self.replaces);
        sha256(serde_json::to_string(&said).expect("a report is plain data").as_bytes())
    }

    /// Whether it is late at a moment, for a point that reports within so many minutes.
    pub fn is_late(&self, stale_minutes: i32, at: Moment) -> bool {
        at.0 - self.as_of.0 > TimeDelta::minutes(stale_minutes.into())
    }
}
