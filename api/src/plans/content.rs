//! What a contingency plan says.

use std::collections::HashSet;

use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    access::{Kind, Open},
    bounds::{Bounds, NAME, NARRATIVE},
    directory::{known_institutions, reception_point},
    error::{Reason, Result},
    ids::{InstitutionId, ReceptionPointId},
    ledger::Work,
    records::{Content, Outline},
    say,
    text::Text,
};

/// What a plan says. The order of the fields is part of the canonical form that is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanContent {
    pub name: Text,
    pub acronym: Option<String>,
    /// The institution in charge (institución rectora).
    pub lead: InstitutionId,
    /// Those that take part.
    pub participants: Vec<InstitutionId>,
    pub legal_basis: Option<Text>,
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    pub valid_until: Option<NaiveDate>,
    pub target_groups: Vec<TargetGroup>,
    pub sections: Vec<Section>,
    /// In order.
    pub phases: Vec<Phase>,
    pub reception_points: Vec<Point>,
}

/// Whom a plan is for (población objetivo).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TargetGroup {
    /// In the United States in an irregular situation.
    IrregularInUs,
    /// On the way.
    InTransit,
    /// Returned.
    Returned,
    /// Unaccompanied children and adolescents (NNA no acompañados).
    UnaccompaniedMinors,
    /// Family units.
    FamilyUnits,
    /// Older persons.
    OlderPersons,
    /// Indigenous persons.
    IndigenousPersons,
    /// Nationals of third countries.
    ThirdCountryNationals,
}

/// A narrative section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::SimpleObject)]
#[graphql(name = "PlanSection")]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its heading.
    pub heading: Text,
    /// Its text. Plain text; line feeds part paragraphs.
    pub body: Text,
}

/// A phase, such as consular assistance, reception, transfer or reintegration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::SimpleObject)]
#[graphql(name = "PlanPhase")]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// What it is called.
    pub name: Text,
    /// What happens in it.
    pub description: Option<Text>,
}

/// A reception point as the plan uses it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    pub point: ReceptionPointId,
    /// Persons at a time.
    pub capacity: Option<u32>,
    pub note: Option<Text>,
}

/// More people than any reception point could hold at a time.
const MOST_PEOPLE: u32 = 1_000_000;

impl Content for PlanContent {
    const KIND: Kind = Kind::Plan;

    fn outline(&self) -> Outline {
        let names = [Some(&self.name.es), self.name.en.as_ref(), self.acronym.as_ref()];
        Outline {
            code: None,
            words: names.into_iter().flatten().cloned().collect(),
            starts: self.valid_from,
            ends: self.valid_until,
        }
    }

    async fn check(&self, work: &Work) -> Result<()> {
        let mut bounds = Bounds::default();
        bounds.words("input.content.name", &self.name, NAME);
        bounds.optional("input.content.acronym", self.acronym.as_deref(), 40);
        bounds.words_if("input.content.legalBasis", self.legal_basis.as_ref(), 2_000);
        bounds.count("input.content.participants", self.participants.len(), 60);
        bounds.distinct("input.content.participants", &self.participants);
        bounds.distinct("input.content.targetGroups", &self.target_groups);
        bounds.count("input.content.sections", self.sections.len(), 50);
        bounds.count("input.content.phases", self.phases.len(), 20);
        bounds.count("input.content.receptionPoints", self.reception_points.len(), 200);
        for (at, section) in self.sections.iter().enumerate() {
            bounds.words(format!("input.content.sections.{at}.heading"), &section.heading, NAME);
            bounds.words(format!("input.content.sections.{at}.body"), &section.body, NARRATIVE);
        }
        for (at, phase) in self.phases.iter().enumerate() {
            bounds.words(format!("input.content.phases.{at}.name"), &phase.name, NAME);
            bounds.words_if(
                format!("input.content.phases.{at}.description"),
                phase.description.as_ref(),
                NARRATIVE,
            );
        }
        if let (Some(from), Some(until)) = (self.valid_from, self.valid_until)
            && until < from
        {
            bounds.add(
                Reason::OutOfRange,
                "input.content.validUntil",
                say!("no puede ser anterior a {from}", "cannot be earlier than {from}"),
            );
        }
        self.check_references(work, &mut bounds).await?;
        bounds.done()
    }
}

impl PlanContent {
    async fn check_references(&self, work: &Work, bounds: &mut Bounds) -> Result<()> {
        let mut named = self.participants.clone();
        named.push(self.lead);
        let known: HashSet<_> =
            known_institutions(&work.db, &named).await?.into_iter().map(|known| known.id).collect();
        let no_institution =
            || say!("no es una institución del directorio", "is no institution of the directory");
        if !known.contains(&self.lead) {
            bounds.add(Reason::Unknown, "input.content.lead", no_institution());
        }
        for (at, id) in self.participants.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
            let _ = id;
            bounds.add(Reason::Unknown, format!("input.content.participants.{at}"), no_institution());
        }

        let points: Vec<_> = self.reception_points.iter().map(|point| point.point).collect();
        bounds.distinct("input.content.receptionPoints", &points);
        let known: HashSet<_> = reception_point::Entity::open_to(&work.viewer)
            .filter(reception_point::Column::Id.is_in(points))
            .all(&work.db)
            .await?
            .into_iter()
            .map(|row| row.id)
            .collect();
        for (at, point) in self.reception_points.iter().enumerate() {
            let path = format!("input.content.receptionPoints.{at}");
            if !known.contains(&point.point) {
                bounds.add(
                    Reason::Unknown,
                    format!("{path}.point"),
                    say!(
                        "no es un punto de recepción del directorio",
                        "is no reception point of the directory"
                    ),
                );
            }
            if point.capacity.is_some_and(|capacity| capacity > MOST_PEOPLE) {
                bounds.add(
                    Reason::OutOfRange,
                    format!("{path}.capacity"),
                    say!("a lo sumo {MOST_PEOPLE} personas", "at most {MOST_PEOPLE} persons"),
                );
            }
            bounds.words_if(format!("{path}.note"), point.note.as_ref(), 2_000);
        }
        Ok(())
    }
}
