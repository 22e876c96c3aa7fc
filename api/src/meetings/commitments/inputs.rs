//! What clients send of commitments.

use async_graphql::{InputObject, OneofObject};

use super::{
    evidence::Evidence,
    promise::{Nature, Promise, Responsible},
    state::Step,
};
use crate::{
    day::Day,
    ids::{AgreementId, DatasetId, InstitutionId, MeetingId, ReceptionPointId},
    text::TextInput,
};

/// Makes a commitment.
#[derive(InputObject)]
pub struct MakeCommitmentInput {
    /// The meeting: in session, or closed.
    pub meeting: MeetingId,
    /// What is agreed; at most 2,000 characters.
    pub text: TextInput,
    /// How far it binds.
    pub nature: Nature,
    /// Who is responsible, by country.
    pub responsible: Vec<ResponsibleInput>,
    /// Until when; not before the meeting.
    pub due: Day,
    /// By what one sees that it was kept; at most 500 characters.
    pub indicator: Option<TextInput>,
    /// What shared data would show it; data that you see.
    pub evidence: Option<EvidenceInput>,
}

/// Who is responsible in a country.
#[derive(InputObject)]
pub struct ResponsibleInput {
    /// The country, ISO 3166-1 alpha-2: the host, or a delegation that takes part.
    pub country: String,
    /// Institutions of that country; at most 20.
    #[graphql(default)]
    pub institutions: Vec<InstitutionId>,
}

/// What shared data would show that a commitment was kept.
#[derive(OneofObject)]
pub enum EvidenceInput {
    /// The capacity that a reception point reports.
    Capacity(CapacityEvidenceInput),
    /// The release of a dataset.
    Released(ReleaseEvidenceInput),
}

/// That a reception point reports a nominal capacity of at least so many places by a day.
#[derive(InputObject)]
pub struct CapacityEvidenceInput {
    /// The reception point.
    pub point: ReceptionPointId,
    /// The places, from 1 to 100,000.
    pub places: i32,
    /// The last day.
    pub by: Day,
}

/// That a dataset was released by a day.
#[derive(InputObject)]
pub struct ReleaseEvidenceInput {
    /// The dataset.
    pub dataset: DatasetId,
    /// The last day.
    pub by: Day,
}

/// Takes a commitment a step further.
#[derive(InputObject)]
pub struct MoveMeetingCommitmentInput {
    /// The commitment.
    pub id: AgreementId,
    /// The step that you read as the last; 0 where there was none.
    pub expected_step: i32,
    /// What is done.
    pub step: Step,
    /// The new date, to reschedule.
    pub due: Option<Day>,
    /// What is to be said of it; at most 1,000 characters.
    pub note: Option<TextInput>,
    /// Your own country if left out; as the host another that has no account here, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

impl MakeCommitmentInput {
    pub fn parts(self) -> (MeetingId, Promise) {
        let responsible = self.responsible.into_iter().map(|one| {
            let ResponsibleInput { country, institutions } = one;
            Responsible { country, institutions }
        });
        let evidence = self.evidence.map(|evidence| match evidence {
            EvidenceInput::Capacity(CapacityEvidenceInput { point, places, by: Day(by) }) => {
                Evidence::Capacity { point, places, by }
            }
            EvidenceInput::Released(ReleaseEvidenceInput { dataset, by: Day(by) }) => {
                Evidence::Released { dataset, by }
            }
        });
        let promise = Promise {
            text: self.text.into(),
            nature: self.nature,
            responsible: responsible.collect(),
            due: self.due.0,
            indicator: self.indicator.map(Into::into),
            evidence,
        };
        (self.meeting, promise)
    }
}
