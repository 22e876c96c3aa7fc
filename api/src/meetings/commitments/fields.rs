//! Commitments, as clients see them. Translation only.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::{
    evidence::{Evidence, Outcome},
    promise::Nature,
    register::Kept,
    state::{Base, Step},
};
use crate::{
    ask::Ask,
    day::Day,
    directory::Institution,
    error::Result,
    ids::{AgreementId, DatasetId, MeetingId, ReceptionPointId},
    text::Text,
};

/// What a meeting agreed to do (acuerdo).
pub struct MeetingCommitment(pub Kept);

/// What a meeting agreed to do (acuerdo): seen by the host and by the delegations that take part.
#[Object]
impl MeetingCommitment {
    /// The global id.
    async fn id(&self) -> AgreementId {
        self.0.row.id
    }
    /// The meeting in which it was made.
    async fn meeting(&self) -> MeetingId {
        self.0.row.meeting_id.into()
    }
    /// Its number in that meeting, from 1 on.
    async fn number(&self) -> i32 {
        self.0.row.number
    }
    /// What was agreed.
    async fn text(&self) -> &Text {
        &self.0.promise.text
    }
    /// How far it binds.
    async fn nature(&self) -> Nature {
        self.0.promise.nature
    }
    /// Who is responsible, by country.
    async fn responsible(&self, ctx: &Context<'_>) -> Result<Vec<CommitmentResponsible>> {
        let mut told = Vec::new();
        for one in &self.0.promise.responsible {
            let institutions = ctx.load_all(one.institutions.clone()).await?;
            let institutions = institutions.into_iter().map(Institution).collect();
            told.push(CommitmentResponsible { country: one.country.clone(), institutions });
        }
        Ok(told)
    }
    /// Until when it is due now.
    async fn due(&self) -> Day {
        Day(self.0.course.due)
    }
    /// Until when it was due when it was made.
    async fn first_due(&self) -> Day {
        Day(self.0.promise.due)
    }
    /// By what one sees that it was kept.
    async fn indicator(&self) -> Option<&Text> {
        self.0.promise.indicator.as_ref()
    }
    /// Its state, as it was reported and confirmed; overdue by the clock.
    async fn state(&self, ctx: &Context<'_>) -> Base {
        self.0.course.state(ctx.now().0.date_naive())
    }
    /// What was reported and waits for another country to confirm it.
    async fn reported(&self) -> Option<Base> {
        self.0.course.reported
    }
    /// What shared data says of it, as you see that data; null if no evidence was named.
    async fn evidence(&self, ctx: &Context<'_>) -> Result<Option<CommitmentEvidence>> {
        let Some(evidence) = &self.0.promise.evidence else { return Ok(None) };
        let outcome = evidence.outcome(ctx.db(), ctx.viewer()?, ctx.now()).await?;
        let mut told = CommitmentEvidence { outcome, by: None, point: None, places: None, dataset: None };
        if outcome != Outcome::NotComputable {
            told.by = Some(Day(evidence.by()));
            match evidence {
                Evidence::Capacity { point, places, .. } => {
                    (told.point, told.places) = (Some(*point), Some(*places));
                }
                Evidence::Released { dataset, .. } => told.dataset = Some(*dataset),
            }
        }
        Ok(Some(told))
    }
    /// SHA-256 of what was agreed.
    async fn hash(&self) -> &str {
        &self.0.row.hash
    }
    /// When it was made.
    async fn since(&self) -> DateTime<Utc> {
        self.0.row.at.0
    }
    /// How many steps were taken: what `moveMeetingCommitment` expects.
    async fn step(&self) -> i32 {
        self.0.steps.last().map_or(0, |step| step.number)
    }
    /// The steps, in order.
    async fn steps(&self) -> Result<Vec<CommitmentTaken>> {
        let told = self.0.steps.iter().map(|row| {
            let note =
                row.content.as_deref().map(serde_json::from_str).transpose().map_err(anyhow::Error::from)?;
            Ok(CommitmentTaken {
                number: row.number,
                step: row.step,
                country: row.country.clone(),
                due: row.day().map(Day),
                note,
                at: row.at.0,
            })
        });
        told.collect()
    }
}

/// What is still owed from an earlier meeting of the series.
#[derive(SimpleObject)]
pub struct CarriedCommitment {
    /// The commitment.
    id: AgreementId,
    /// The meeting in which it was made.
    meeting: MeetingId,
    /// Its number in that meeting.
    number: i32,
    /// What was agreed.
    text: Text,
    /// The countries that are responsible, ISO 3166-1 alpha-2.
    countries: Vec<String>,
    /// Its state; overdue by the clock.
    state: Base,
    /// Until when it is due now.
    due: Day,
    /// When it was made.
    since: DateTime<Utc>,
}

impl CarriedCommitment {
    pub fn of(kept: Kept, today: chrono::NaiveDate) -> Self {
        Self {
            id: kept.row.id,
            meeting: kept.row.meeting_id.into(),
            number: kept.row.number,
            countries: kept.promise.responsible.into_iter().map(|one| one.country).collect(),
            text: kept.promise.text,
            state: kept.course.state(today),
            due: Day(kept.course.due),
            since: kept.row.at.0,
        }
    }
}

/// Who is responsible for a commitment in a country.
#[derive(SimpleObject)]
pub struct CommitmentResponsible {
    /// The country, ISO 3166-1 alpha-2.
    country: String,
    /// Its institutions, where they were named.
    institutions: Vec<Institution>,
}

/// What shared data says of a commitment. What it is about is told to those who see that data.
#[derive(SimpleObject)]
pub struct CommitmentEvidence {
    /// What the data says.
    outcome: Outcome,
    /// The last day of which it speaks.
    by: Option<Day>,
    /// The reception point.
    point: Option<ReceptionPointId>,
    /// The places that it is to have.
    places: Option<i32>,
    /// The dataset that is to be released.
    dataset: Option<DatasetId>,
}

/// A step of a commitment.
#[derive(SimpleObject)]
pub struct CommitmentTaken {
    /// Its number, from 1 on.
    number: i32,
    /// What was done.
    step: Step,
    /// For which country, ISO 3166-1 alpha-2.
    country: String,
    /// The new date, where there is one.
    due: Option<Day>,
    /// What was said of it.
    note: Option<Text>,
    /// When.
    at: DateTime<Utc>,
}
