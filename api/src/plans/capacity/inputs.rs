//! What clients send of capacity.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};

use super::{
    point::Setting,
    report::Facts,
    share::{Level, Sharing},
};
use crate::{
    access::Handling,
    ids::{CapacityReportId, CapacityShareId, InstitutionId, ReceptionPointId},
    records::AudienceInput,
};

/// How a reception point of your own country is operated.
#[derive(InputObject)]
pub struct SetCapacityPointInput {
    /// The reception point, of the directory.
    pub point: ReceptionPointId,
    /// The institution of your country that operates it and reports.
    pub operator: InstitutionId,
    /// Minutes after which its last report is late; 15 to 10,080 (seven days).
    pub stale_after_minutes: i32,
}

/// Reports of points that your institution operates: all are stored, or none.
#[derive(InputObject)]
pub struct ReportCapacityInput {
    /// The reports; 1 to 500.
    pub reports: Vec<CapacityReportInput>,
}

/// What is so at a reception point, at a moment.
#[derive(InputObject)]
pub struct CapacityReportInput {
    /// The reception point.
    pub point: ReceptionPointId,
    /// When it is so: not later than now, and not longer ago than seven days, unless it corrects a
    /// report that was made in time.
    pub as_of: DateTime<Utc>,
    /// Persons who are there.
    pub occupied: i32,
    /// Places that are free; what the nominal capacity leaves if left out.
    pub free: Option<i32>,
    /// Places in use.
    pub nominal: i32,
    /// Places with what can be added in need; as `nominal` if left out.
    pub surge: Option<i32>,
    /// Persons who came since the report before.
    pub people_in: Option<i32>,
    /// Persons who left since the report before.
    pub people_out: Option<i32>,
    /// Staff on duty.
    pub staff: Option<i32>,
    /// The report of this point that this one corrects. It stays, and is counted no more.
    pub replaces: Option<CapacityReportId>,
}

/// Shares capacity of your own country.
#[derive(InputObject)]
pub struct ShareCapacityInput {
    /// The points, or their total.
    pub level: Level,
    /// With `DETAIL`: only these points; all of your country, also those to come, if left out.
    pub points: Option<Vec<ReceptionPointId>>,
    /// How wide it may be shared.
    pub handling: Handling,
    /// With whom; at most 50.
    pub audience: AudienceInput,
    /// The legal instrument under which it is shared, such as a treaty, an agreement or a law.
    pub instrument: String,
    /// What the recipients may use it for.
    pub purpose: String,
}

/// Takes back what was shared.
#[derive(InputObject)]
pub struct RecallCapacityInput {
    /// The act of sharing, which ends as a whole.
    pub share: CapacityShareId,
}

impl From<SetCapacityPointInput> for Setting {
    fn from(input: SetCapacityPointInput) -> Self {
        let SetCapacityPointInput { point, operator, stale_after_minutes } = input;
        Self { point, operator, stale_minutes: stale_after_minutes }
    }
}

impl From<ShareCapacityInput> for Sharing {
    fn from(input: ShareCapacityInput) -> Self {
        let ShareCapacityInput { level, points, handling, audience, instrument, purpose } = input;
        Self { level, points, handling, audience: audience.named(), instrument, purpose }
    }
}

impl ReportCapacityInput {
    pub fn facts(self) -> Vec<Facts> {
        let facts = |(at, input): (usize, CapacityReportInput)| Facts {
            path: format!("input.reports.{at}"),
            point: input.point,
            as_of: input.as_of,
            occupied: input.occupied,
            free: input.free,
            nominal: input.nominal,
            surge: input.surge,
            people_in: input.people_in,
            people_out: input.people_out,
            staff: input.staff,
            replaces: input.replaces,
        };
        self.reports.into_iter().enumerate().map(facts).collect()
    }
}
