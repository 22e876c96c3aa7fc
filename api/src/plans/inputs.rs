//! What clients send to write a plan.

use async_graphql::InputObject;

use super::content::{Phase, PlanContent, Point, Section, TargetGroup};
use crate::{
    access::Handling,
    day::Day,
    error::{Problem, Reason, Result},
    ids::{AccountId, InstitutionId, PlanId, ReceptionPointId},
    say,
    text::TextInput,
};

/// What a plan says.
#[derive(InputObject)]
pub struct PlanContentInput {
    /// The official name; at most 300 characters.
    pub name: TextInput,
    /// The acronym or short name it goes by.
    pub acronym: Option<String>,
    /// The institution in charge.
    pub lead: InstitutionId,
    /// The institutions that take part; at most 60.
    #[graphql(default)]
    pub participants: Vec<InstitutionId>,
    /// The decree, agreement or article it rests on.
    pub legal_basis: Option<TextInput>,
    /// The first day it holds.
    pub valid_from: Option<Day>,
    /// The last day it holds; open if left out.
    pub valid_until: Option<Day>,
    /// Whom it is for.
    #[graphql(default)]
    pub target_groups: Vec<TargetGroup>,
    /// Narrative sections; at most 50.
    #[graphql(default)]
    pub sections: Vec<PlanSectionInput>,
    /// The phases, in order; at most 20.
    #[graphql(default)]
    pub phases: Vec<PlanPhaseInput>,
    /// The reception points it uses; at most 200.
    #[graphql(default)]
    pub reception_points: Vec<PlanPointInput>,
}

/// A narrative section.
#[derive(InputObject)]
pub struct PlanSectionInput {
    /// Its heading.
    pub heading: TextInput,
    /// Its text; at most 20,000 characters.
    pub body: TextInput,
}

/// A phase.
#[derive(InputObject)]
pub struct PlanPhaseInput {
    /// What it is called.
    pub name: TextInput,
    /// What happens in it.
    pub description: Option<TextInput>,
}

/// A reception point as the plan uses it.
#[derive(InputObject)]
pub struct PlanPointInput {
    /// The reception point, of the directory.
    pub point: ReceptionPointId,
    /// Persons at a time; 0 or more.
    pub capacity: Option<i32>,
    /// What else is to be said of it.
    pub note: Option<TextInput>,
}

/// A plan that is begun.
#[derive(InputObject)]
pub struct DraftPlanInput {
    /// What it says.
    pub content: PlanContentInput,
    /// How wide it may be shared later.
    pub handling: Handling,
    /// Institutions of your country that work on it, beside your own and the foreign ministry.
    #[graphql(default)]
    pub chain: Vec<InstitutionId>,
    /// Under `RED`: the accounts that work on it, beside your own.
    #[graphql(default)]
    pub accounts: Vec<AccountId>,
    /// A note on this revision, for your own country.
    pub note: Option<String>,
}

/// A new revision of a plan: the whole of what it says.
#[derive(InputObject)]
pub struct RevisePlanInput {
    /// The plan.
    pub id: PlanId,
    /// The revision you read; refused if somebody has saved since.
    pub expected_revision: i32,
    /// What it says from now on.
    pub content: PlanContentInput,
    /// A note on this revision, for your own country.
    pub note: Option<String>,
}

impl PlanContentInput {
    pub fn content(self) -> Result<PlanContent> {
        let mut reception_points = Vec::with_capacity(self.reception_points.len());
        for (at, point) in self.reception_points.into_iter().enumerate() {
            let capacity = point.capacity.map(u32::try_from).transpose().map_err(|_| {
                Problem::new(
                    Reason::OutOfRange,
                    format!("input.content.receptionPoints.{at}.capacity"),
                    say!("cero o más personas", "zero or more persons"),
                )
            })?;
            reception_points.push(Point { point: point.point, capacity, note: point.note.map(Into::into) });
        }
        let section = |section: PlanSectionInput| Section {
            heading: section.heading.into(),
            body: section.body.into(),
        };
        let phase = |phase: PlanPhaseInput| Phase {
            name: phase.name.into(),
            description: phase.description.map(Into::into),
        };
        Ok(PlanContent {
            name: self.name.into(),
            acronym: self.acronym,
            lead: self.lead,
            participants: self.participants,
            legal_basis: self.legal_basis.map(Into::into),
            valid_from: self.valid_from.map(|Day(day)| day),
            valid_until: self.valid_until.map(|Day(day)| day),
            target_groups: self.target_groups,
            sections: self.sections.into_iter().map(section).collect(),
            phases: self.phases.into_iter().map(phase).collect(),
            reception_points,
        })
    }
}
