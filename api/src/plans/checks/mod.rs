//! What may be wrong with a plan. All of it is told at once, each with its place.

mod means;
mod outlook;
mod places;
mod wording;

use std::collections::{HashMap, HashSet};

use sea_orm::{QuerySelect, entity::prelude::*};

use super::{
    content::PlanContent,
    terms::{LegendClass, TargetGroup},
};
use crate::{
    access::Open,
    bounds::{Bounds, NAME},
    directory::{division, known_countries, known_institutions, reception_point},
    error::{Reason, Result},
    ids::{InstitutionId, ReceptionPointId},
    ledger::Work,
    say,
};
use wording::{words, words_if};

/// More people than any reception point could hold at a time, and any plan could reckon with.
const MOST_PEOPLE: i32 = 100_000_000;
/// More people than one place could hold at a time.
const MOST_AT_A_PLACE: i32 = 1_000_000;

/// What is wrong so far, and what has been referred to and must be looked up.
#[derive(Default)]
struct Checking {
    bounds: Bounds,
    institutions: Vec<(String, InstitutionId)>,
    points: Vec<(String, ReceptionPointId)>,
    divisions: Vec<(String, String)>,
    countries: Vec<(String, String)>,
}

pub async fn check(content: &PlanContent, work: &Work) -> Result<()> {
    let mut checking = Checking::default();
    checking.numbers_of_items(content);
    // What follows looks at each item, and asks for those it names: not of lists without end.
    std::mem::take(&mut checking.bounds).done()?;
    checking.identity(content);
    checking.outlook(content);
    checking.course(content);
    checking.places(content);
    checking.means(content);
    checking.references(content, work).await?;
    checking.bounds.done()
}

impl Checking {
    fn numbers_of_items(&mut self, content: &PlanContent) {
        let lists = [
            ("participants", content.participants.len(), 60),
            ("participation", content.participation.len(), 60),
            ("targetGroups", content.target_groups.len(), 20),
            ("legalInstruments", content.legal_instruments.len(), 40),
            ("sections", content.sections.len(), 50),
            ("scenarios", content.scenarios.len(), 20),
            ("triggers", content.triggers.len(), 50),
            ("phases", content.phases.len(), 20),
            ("actions", content.actions.len(), 2_000),
            ("receptionPoints", content.reception_points.len(), 200),
            ("services", content.services.len(), 1_000),
            ("transport", content.transport.len(), 200),
            ("budget", content.budget.len(), 200),
            ("staff", content.staff.len(), 200),
            ("bilateralInstruments", content.bilateral_instruments.len(), 20),
            ("contacts", content.contacts.len(), 50),
            ("parts", content.parts.len(), 40),
        ];
        for (list, count, most) in lists {
            self.bounds.count(format!("input.content.{list}"), count, most);
        }
    }

    fn identity(&mut self, content: &PlanContent) {
        let bounds = &mut self.bounds;
        words(bounds, "input.content.name", &content.name, NAME);
        words_if(bounds, "input.content.shortName", content.short_name.as_ref(), NAME);
        wording::line(bounds, "input.content.acronym", content.acronym.as_deref(), 40);
        words_if(bounds, "input.content.coordinationBody", content.coordination_body.as_ref(), 2_000);
        words_if(bounds, "input.content.extension", content.extension.as_ref(), 2_000);
        if let Some(legend) = &content.legend {
            words(bounds, "input.content.legend.basis", &legend.basis, NAME);
            words_if(bounds, "input.content.legend.area", legend.area.as_ref(), NAME);
            let reserved = legend.class == LegendClass::Reserved;
            if legend.years.is_some_and(|years| !reserved || !(1..=20).contains(&years)) {
                bounds.add(
                    Reason::OutOfRange,
                    "input.content.legend.years",
                    say!("de 1 a 20, y solo de lo reservado", "from 1 to 20, and only of what is reserved"),
                );
            }
        }
        bounds.distinct("input.content.participants", &content.participants);
        let taking_part: Vec<_> = content.participation.iter().map(|one| one.institution).collect();
        bounds.distinct("input.content.participation", &taking_part);
        bounds.distinct::<TargetGroup>("input.content.targetGroups", &content.target_groups);
        if let (Some(from), Some(until)) = (content.valid_from, content.valid_until)
            && until < from
        {
            let from = from.0;
            bounds.add(
                Reason::OutOfRange,
                "input.content.validUntil",
                say!("no puede ser anterior a {from}", "cannot be earlier than {from}"),
            );
        }
        self.institutions.push(("input.content.lead".into(), content.lead));
        for (at, id) in content.participants.iter().enumerate() {
            self.institutions.push((format!("input.content.participants.{at}"), *id));
        }
        for (at, one) in content.participation.iter().enumerate() {
            self.institutions
                .push((format!("input.content.participation.{at}.institution"), one.institution));
        }
    }

    fn institution(&mut self, path: String, id: Option<InstitutionId>) {
        self.institutions.extend(id.map(|id| (path, id)));
    }

    /// A reception point that must be one of the plan's.
    fn own_point(&mut self, content: &PlanContent, path: String, id: Option<ReceptionPointId>) {
        let Some(id) = id else { return };
        if !content.reception_points.iter().any(|point| point.point == id) {
            self.bounds.add(
                Reason::Unknown,
                path,
                say!(
                    "no está entre los puntos de recepción del plan; agréguelo en `receptionPoints` o quítelo aquí",
                    "is not among the plan's reception points; add it to `receptionPoints` or leave it out here"
                ),
            );
        }
    }

    /// A number that is not below `least` nor above `most`.
    fn number(&mut self, path: String, number: Option<i32>, least: i32, most: i32) {
        if number.is_some_and(|number| !(least..=most).contains(&number)) {
            self.bounds.add(
                Reason::OutOfRange,
                path,
                say!("un número de {least} a {most}", "a number from {least} to {most}"),
            );
        }
    }

    /// A key has a form that can stand in a path, and no two of a list are the same.
    fn keys<'a>(&mut self, list: &str, keys: impl Iterator<Item = Option<&'a String>>) {
        let mut seen = HashSet::new();
        for (at, key) in keys.enumerate() {
            let Some(key) = key else { continue };
            let path = format!("input.content.{list}.{at}.key");
            let good = (1..=40).contains(&key.len())
                && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            if !good {
                self.bounds.add(
                    Reason::Malformed,
                    path,
                    say!(
                        "de 1 a 40 letras sin acento, cifras, `-` o `_`, como `F1`",
                        "1 to 40 plain letters, digits, `-` or `_`, such as `F1`"
                    ),
                );
            } else if !seen.insert(key) {
                self.bounds.add(
                    Reason::Duplicate,
                    path,
                    say!(
                        "otro elemento de la lista tiene esta clave",
                        "another item of the list has this key"
                    ),
                );
            }
        }
    }

    /// What is referred to is there, and the author can see it.
    async fn references(&mut self, content: &PlanContent, work: &Work) -> Result<()> {
        let named: Vec<_> = self.institutions.iter().map(|(_, id)| *id).collect();
        let known: HashSet<_> =
            known_institutions(&work.db, &distinct(named)).await?.into_iter().map(|known| known.id).collect();
        for (path, _) in self.institutions.iter().filter(|(_, id)| !known.contains(id)) {
            self.bounds.add(
                Reason::Unknown,
                path,
                say!("no es una institución del directorio", "is no institution of the directory"),
            );
        }

        let own: Vec<_> = content.reception_points.iter().map(|point| point.point).collect();
        self.bounds.distinct("input.content.receptionPoints", &own);
        let named: Vec<_> = self.points.iter().map(|(_, id)| *id).collect();
        let known: HashMap<_, _> = reception_point::Entity::open_to(&work.viewer)
            .filter(reception_point::Column::Id.is_in(distinct(named)))
            .all(&work.db)
            .await?
            .into_iter()
            .map(|row| (row.id, row.country))
            .collect();
        for (path, _) in self.points.iter().filter(|(_, id)| !known.contains_key(id)) {
            self.bounds.add(
                Reason::Unknown,
                path,
                say!("no es un punto de recepción del directorio", "is no reception point of the directory"),
            );
        }
        self.coordinates(content, &known);

        let codes: Vec<_> = self.divisions.iter().map(|(_, code)| code.clone()).collect();
        let known: HashSet<String> = division::Entity::open_to(&work.viewer)
            .filter(division::Column::Code.is_in(distinct(codes)))
            .select_only()
            .column(division::Column::Code)
            .into_tuple::<String>()
            .all(&work.db)
            .await?
            .into_iter()
            .collect();
        for (path, _) in self.divisions.iter().filter(|(_, code)| !known.contains(code)) {
            self.bounds.add(
                Reason::Unknown,
                path,
                say!(
                    "no es una división del directorio (ISO 3166-2), como `GT-01`",
                    "is no division of the directory (ISO 3166-2), such as `GT-01`"
                ),
            );
        }

        let codes: Vec<_> = self.countries.iter().map(|(_, code)| code.clone()).collect();
        let known = known_countries(&work.db, &distinct(codes)).await?;
        for (path, _) in self.countries.iter().filter(|(_, code)| !known.contains(code)) {
            self.bounds.add(
                Reason::Unknown,
                path,
                say!(
                    "no es un país conocido (ISO 3166-1 alfa-2)",
                    "is no known country (ISO 3166-1 alpha-2)"
                ),
            );
        }
        Ok(())
    }
}

fn distinct<T: std::hash::Hash + Eq>(items: Vec<T>) -> Vec<T> {
    items.into_iter().collect::<HashSet<_>>().into_iter().collect()
}
