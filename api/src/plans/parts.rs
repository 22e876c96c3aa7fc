//! The sections of a plan as parts, each with a handling mark and an audience of its own where it needs one: the one
//! place where a part is kept from those it is not for.
//!
//! A part that is not for a viewer is taken out, and so is every reference to it from other parts: what is left is
//! what it would be had the part never been written. Who else a part is for is not told either.

use std::{borrow::Cow, collections::BTreeSet};

use async_graphql::{InputObject, InputType, InputValueError, InputValueResult, Value, registry::Registry};
use serde::{Deserialize, Serialize};

use super::{
    content::PlanContent,
    terms::{Part, Term},
};
use crate::{
    access::{Handling, Party},
    bounds::Bounds,
    error::{Error, Reason, Result},
    ledger::Work,
    records::{AudienceInput, Named, Portions, check_audience},
    say,
};

/// A section with a handling mark or an audience of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, InputObject)]
#[graphql(name = "PlanPartInput")]
#[serde(deny_unknown_fields)]
pub struct PartMark {
    /// The section.
    pub part: Part,
    /// Its handling mark: that of the plan or a higher one. That of the plan if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
    /// Whom it is for among those to whom the plan is released. All of them if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<PartAudience>,
}

/// The parties that a part is for. Whoever is not among the plan's audience is shown nothing for standing here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartAudience(pub Vec<Party>);

/// Going in it is an `AudienceInput`.
impl InputType for PartAudience {
    type RawValueType = Self;
    fn type_name() -> Cow<'static, str> {
        <AudienceInput as InputType>::type_name()
    }
    fn create_type_info(registry: &mut Registry) -> String {
        <AudienceInput as InputType>::create_type_info(registry)
    }
    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let input = <AudienceInput as InputType>::parse(value).map_err(InputValueError::propagate)?;
        let parties: BTreeSet<Party> = input.named().into_iter().map(|(_, party)| party).collect();
        Ok(Self(parties.into_iter().collect()))
    }
    fn to_value(&self) -> Value {
        let mut input = AudienceInput::default();
        for party in &self.0 {
            match party {
                Party::Everyone => input.everyone = true,
                Party::Country(code) => input.countries.push(code.clone()),
                Party::Institution(id) => input.institutions.push(*id),
                Party::Account(id) => input.accounts.push(*id),
            }
        }
        input.to_value()
    }
    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// All parts, in the order of the plan.
pub fn all() -> impl Iterator<Item = Part> {
    <Part as async_graphql::resolver_utils::EnumType>::items().iter().map(|item| item.value)
}

/// Parts that everybody who is shown the plan is shown: lists find it by them.
fn for_all(part: Part) -> bool {
    matches!(part, Part::Identity | Part::Validity)
}

impl PlanContent {
    /// Whether the part says anything.
    pub fn holds(&self, part: Part) -> bool {
        match part {
            Part::Identity => true,
            Part::Institutions => {
                !self.participants.is_empty()
                    || !self.participation.is_empty()
                    || self.coordination_body.is_some()
            }
            Part::LegalBasis => self.legal_basis.is_some() || !self.legal_instruments.is_empty(),
            Part::Validity => {
                self.valid_from.is_some() || self.valid_until.is_some() || self.extension.is_some()
            }
            Part::TargetGroups => !self.target_groups.is_empty(),
            Part::Narrative => !self.sections.is_empty(),
            Part::Scenarios => !self.scenarios.is_empty(),
            Part::Triggers => !self.triggers.is_empty(),
            Part::Phases => !self.phases.is_empty(),
            Part::Actions => !self.actions.is_empty(),
            Part::ReceptionPoints => !self.reception_points.is_empty(),
            Part::Services => !self.services.is_empty(),
            Part::Transport => !self.transport.is_empty(),
            Part::Budget => !self.budget.is_empty(),
            Part::Staff => !self.staff.is_empty(),
            Part::MinorsProtocol => self.minors_protocol.is_some(),
            Part::BilateralInstruments => !self.bilateral_instruments.is_empty(),
            Part::Contacts => !self.contacts.is_empty(),
        }
    }

    /// The mark of a part that has one of its own.
    pub fn mark(&self, part: Part) -> Option<&PartMark> {
        self.parts.iter().find(|mark| mark.part == part)
    }

    fn take_out(&mut self, part: Part) {
        match part {
            // Nobody is kept from these.
            Part::Identity | Part::Validity => {}
            Part::Institutions => {
                self.participants.clear();
                self.participation.clear();
                self.coordination_body = None;
            }
            Part::LegalBasis => {
                self.legal_basis = None;
                self.legal_instruments.clear();
            }
            Part::TargetGroups => self.target_groups.clear(),
            Part::Narrative => self.sections.clear(),
            Part::Scenarios => self.scenarios.clear(),
            Part::Triggers => {
                self.triggers.clear();
                self.phases.iter_mut().for_each(|phase| phase.triggers.clear());
            }
            Part::Phases => {
                self.phases.clear();
                self.triggers.iter_mut().for_each(|trigger| trigger.opens = None);
                self.actions.iter_mut().for_each(|action| action.phase = None);
                self.services.iter_mut().for_each(|service| service.phase = None);
            }
            Part::Actions => self.actions.clear(),
            Part::ReceptionPoints => {
                self.reception_points.clear();
                self.actions.iter_mut().for_each(|action| action.point = None);
                self.services.iter_mut().for_each(|service| service.points.clear());
                self.transport.iter_mut().for_each(|transport| transport.from = None);
                self.staff.iter_mut().for_each(|staff| staff.point = None);
                self.bilateral_instruments.iter_mut().for_each(|instrument| instrument.points.clear());
            }
            Part::Services => self.services.clear(),
            Part::Transport => self.transport.clear(),
            Part::Budget => self.budget.clear(),
            Part::Staff => self.staff.clear(),
            Part::MinorsProtocol => self.minors_protocol = None,
            Part::BilateralInstruments => self.bilateral_instruments.clear(),
            Part::Contacts => self.contacts.clear(),
        }
    }
}

/// What these parties are shown of the plan.
pub fn cut(mut content: PlanContent, to: &[Party]) -> Portions<PlanContent> {
    let mut withheld = false;
    for mark in std::mem::take(&mut content.parts) {
        let PartMark { part, handling, audience } = mark;
        let admitted =
            audience.is_none_or(|PartAudience(parties)| to.iter().any(|one| parties.contains(one)));
        if !admitted && !for_all(part) {
            withheld |= content.holds(part);
            content.take_out(part);
        } else if handling.is_some() {
            content.parts.push(PartMark { part, handling, audience: None });
        }
    }
    // The mark of a part that says nothing would tell that it was thought of.
    let marks = std::mem::take(&mut content.parts);
    content.parts = marks.into_iter().filter(|mark| content.holds(mark.part)).collect();
    Portions { content, withheld }
}

/// The highest mark of what is there.
pub fn highest_mark(content: &PlanContent) -> Option<Handling> {
    let there = content.parts.iter().filter(|mark| content.holds(mark.part));
    there.filter_map(|mark| mark.handling).max()
}

/// A part's mark is the plan's or a higher one, and its audience is one that its mark admits.
pub async fn check(content: &PlanContent, work: &Work, handling: Handling) -> Result<()> {
    let mut bounds = Bounds::default();
    let mut problems = Vec::new();
    let kinds: Vec<Part> = content.parts.iter().map(|mark| mark.part).collect();
    bounds.distinct("input.content.parts", &kinds);
    for (at, PartMark { part, handling: own, audience }) in
        content.parts.iter().enumerate().take(kinds.len().min(40))
    {
        let path = format!("input.content.parts.{at}");
        let mark = own.unwrap_or(handling);
        let (plan, own) = (handling.label(), mark.label());
        if mark < handling {
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.handling"),
                say!(
                    "la marca de una sección es la del plan ({plan}) o una más alta, no {own}",
                    "a section's mark is that of the plan ({plan}) or a higher one, not {own}"
                ),
            );
        }
        if mark == Handling::Red && handling != Handling::Red {
            bounds.add(
                Reason::OutOfRange,
                format!("{path}.handling"),
                say!(
                    "en un plan {plan} todos los que trabajan en él leen cada sección; escriba lo {own} en un plan aparte",
                    "all who work on a {plan} plan read every section of it; write what is {own} in a plan of its own"
                ),
            );
        }
        match audience {
            Some(_) if for_all(*part) => {
                let name = part.label();
                let (es, en) = (name.es, name.en.unwrap_or_default());
                bounds.add(
                    Reason::OutOfRange,
                    format!("{path}.audience"),
                    say!(
                        "«{es}» la ve todo el que ve el plan; quite la audiencia",
                        "“{en}” is seen by all who see the plan; leave the audience out"
                    ),
                );
            }
            Some(PartAudience(parties)) if parties.is_empty() => required(&mut bounds, &path),
            Some(PartAudience(parties)) => {
                let named: Vec<Named> =
                    parties.iter().map(|party| (format!("{path}.audience"), party.clone())).collect();
                match check_audience(work, mark, &named).await {
                    Ok(()) => {}
                    Err(Error::Invalid(found)) => problems.extend(found),
                    Err(other) => return Err(other),
                }
            }
            // Whoever may be shown the plan might not be one to whom the mark lets it go.
            None if narrower(mark, handling) => required(&mut bounds, &path),
            None => {}
        }
    }
    match bounds.done() {
        Err(Error::Invalid(found)) => problems.extend(found),
        other => other?,
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}

fn required(bounds: &mut Bounds, path: &str) {
    bounds.add(
        Reason::Required,
        format!("{path}.audience"),
        say!("diga para quién es la sección", "say whom the section is for"),
    );
}

/// Whether the mark keeps out sorts of parties that the plan's lets in.
fn narrower(mark: Handling, plan: Handling) -> bool {
    let nobody = || crate::ids::InstitutionId(uuid::Uuid::nil());
    let sorts = [Party::Everyone, Party::Country(String::new()), Party::Institution(nobody())];
    sorts.iter().any(|sort| plan.admits(sort) && !mark.admits(sort))
}
