//! What in shared data shows that a commitment was kept: worked out as whoever asks sees that data.
//! To one who does not see it, that there is an evidence is all that is told.

use chrono::{Days, NaiveDate, NaiveTime};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::{
    access::{Action, Kind, Viewer},
    clock::Moment,
    error::{Error, Problem, Reason, Result},
    ids::{DatasetId, ReceptionPointId},
    ledger::Work,
    plans::capacity,
    records, say,
    statistics::DatasetContent,
};

/// An evidence over shared data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Evidence {
    /// The nominal capacity that a reception point reports is at least so many places, on that day at
    /// the latest.
    Capacity { point: ReceptionPointId, places: i32, by: NaiveDate },
    /// A dataset was released on that day at the latest.
    Released { dataset: DatasetId, by: NaiveDate },
}

/// What the data says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "EvidenceOutcome")]
pub enum Outcome {
    /// It is so.
    Met,
    /// It is not so, and the day has not passed.
    NotYet,
    /// It was not so by that day.
    Missed,
    /// Not computable for you.
    NotComputable,
}

impl Evidence {
    pub fn by(&self) -> NaiveDate {
        let (Evidence::Capacity { by, .. } | Evidence::Released { by, .. }) = self;
        *by
    }

    /// What the data says that this viewer sees, at a moment.
    pub async fn outcome(&self, db: &impl ConnectionTrait, viewer: &Viewer, now: Moment) -> Result<Outcome> {
        let end = end_of(self.by());
        let at = Ord::min(now, end);
        let holds = match self {
            Evidence::Capacity { point, places, .. } => {
                match capacity::nominal_seen(db, viewer, *point, at).await? {
                    None => return Ok(Outcome::NotComputable),
                    Some(nominal) => nominal.is_some_and(|nominal| nominal >= *places),
                }
            }
            Evidence::Released { dataset, .. } => {
                if !viewer.may_ever(Action::Read(Kind::Dataset)) {
                    return Ok(Outcome::NotComputable);
                }
                match records::released_by::<DatasetContent>(db, viewer, (*dataset).into(), at).await {
                    Ok(released) => released,
                    Err(Error::NotFound(_)) => return Ok(Outcome::NotComputable),
                    Err(other) => return Err(other),
                }
            }
        };
        Ok(match holds {
            true => Outcome::Met,
            false if now < end => Outcome::NotYet,
            false => Outcome::Missed,
        })
    }

    /// Refuses an evidence over what its author does not see: in the same words whether it is not
    /// there or not theirs to see.
    pub async fn check(&self, work: &Work) -> Result<()> {
        if self.outcome(&work.db, &work.viewer, work.clock.now()).await? == Outcome::NotComputable {
            return Err(Problem::new(
                Reason::Unknown,
                "input.evidence",
                say!("no es un dato que usted vea", "is no data that you see"),
            )
            .into());
        }
        if let Evidence::Capacity { places, .. } = self
            && !(1..=100_000).contains(places)
        {
            let say = say!("entre 1 y 100 000", "between 1 and 100,000");
            return Err(Problem::new(Reason::OutOfRange, "input.evidence.capacity.places", say).into());
        }
        Ok(())
    }
}

/// The end of a day, in universal time.
fn end_of(day: NaiveDate) -> Moment {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    Moment::from(next.and_time(NaiveTime::MIN).and_utc())
}
