//! Sums over points. Pure.

use std::collections::BTreeMap;

use super::{point, report};
use crate::{clock::Moment, directory::reception_point::ReturnMode};

/// A point as it was known at a moment.
#[derive(Clone, Debug)]
pub struct Known {
    pub setting: point::Model,
    pub mode: ReturnMode,
    pub latest: Option<report::Model>,
}

impl Known {
    /// Whether its latest report is late at a moment, or there is none.
    pub fn is_stale(&self, at: Moment) -> bool {
        self.latest.as_ref().is_none_or(|latest| latest.is_late(self.setting.stale_minutes, at))
    }
}

/// The sum of the latest reports of some points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub points: i64,
    pub reported: i64,
    pub stale: i64,
    pub nominal: i64,
    pub surge: i64,
    pub occupied: i64,
    pub free: i64,
}

impl Sum {
    pub fn add(&mut self, known: &Known, at: Moment) {
        self.points += 1;
        self.stale += i64::from(known.is_stale(at));
        if let Some(latest) = &known.latest {
            self.reported += 1;
            self.nominal += i64::from(latest.nominal);
            self.surge += i64::from(latest.surge);
            self.occupied += i64::from(latest.occupied);
            self.free += i64::from(latest.free);
        }
    }

    /// The share of the points whose report is late or missing.
    pub fn stale_share(&self) -> f64 {
        if self.points == 0 { 0.0 } else { self.stale as f64 / self.points as f64 }
    }
}

impl std::ops::AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.points += other.points;
        self.reported += other.reported;
        self.stale += other.stale;
        self.nominal += other.nominal;
        self.surge += other.surge;
        self.occupied += other.occupied;
        self.free += other.free;
    }
}

/// The sums by mode of arrival, in the order of the modes.
pub fn by_mode<'a>(points: impl Iterator<Item = &'a Known>, at: Moment) -> BTreeMap<ReturnMode, Sum> {
    let mut sums: BTreeMap<ReturnMode, Sum> = BTreeMap::new();
    for known in points {
        sums.entry(known.mode).or_default().add(known, at);
    }
    sums
}
