//! What a contingency plan says.

use async_graphql::InputObject;
use serde::{Deserialize, Serialize};

use super::{
    checks,
    course::{Action, Phase, Section},
    document,
    legend::Legend,
    means::{
        BilateralInstrument, BudgetLine, Contact, LegalInstrument, MinorsProtocol, Participation, Staff,
    },
    outlook::{Scenario, Trigger},
    parts::{self, PartMark},
    places::{Point, Service, Transport},
    terms::TargetGroup,
    translations,
};
use crate::{
    access::{Handling, Kind, Party},
    day::Day,
    error::{Problem, Result},
    ids::InstitutionId,
    ledger::Work,
    records::{Content, Outline, Portions},
    text::Text,
};

/// What a plan says. It is read from the API as it is kept, and its JSON with the fields in this order is the
/// canonical form that is hashed: what is new is left out where there is none, so that older plans keep their hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, InputObject)]
#[graphql(name = "PlanContentInput")]
#[serde(deny_unknown_fields)]
pub struct PlanContent {
    /// The official name; at most 300 characters.
    pub name: Text,
    /// The acronym it goes by.
    pub acronym: Option<String>,
    /// The institution in charge (institución rectora).
    pub lead: InstitutionId,
    /// The institutions that take part and of which nothing more is said; at most 60.
    #[graphql(default)]
    pub participants: Vec<InstitutionId>,
    /// The decree, agreement or article it rests on (fundamento jurídico), in words.
    pub legal_basis: Option<Text>,
    /// The first day it holds.
    pub valid_from: Option<Day>,
    /// The last day it holds; open if left out.
    pub valid_until: Option<Day>,
    /// Whom it is for (población objetivo).
    #[graphql(default)]
    pub target_groups: Vec<TargetGroup>,
    /// Narrative sections; at most 50.
    #[graphql(default)]
    pub sections: Vec<Section>,
    /// The phases, in order; at most 20.
    #[graphql(default)]
    pub phases: Vec<Phase>,
    /// The reception points it uses; at most 200.
    #[graphql(default)]
    pub reception_points: Vec<Point>,
    /// The short name it goes by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_name: Option<Text>,
    /// The institutions that take part, each with its role; at most 60.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub participation: Vec<Participation>,
    /// The body that coordinates it (instancia de coordinación).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordination_body: Option<Text>,
    /// The legal instruments it rests on; at most 40.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub legal_instruments: Vec<LegalInstrument>,
    /// How it is extended beyond its last day (prórroga).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Text>,
    /// The situations it reckons with; at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub scenarios: Vec<Scenario>,
    /// What shows that it is needed; at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub triggers: Vec<Trigger>,
    /// What is done; at most 2,000.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub actions: Vec<Action>,
    /// What is given; at most 1,000.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub services: Vec<Service>,
    /// How people are taken on; at most 200.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub transport: Vec<Transport>,
    /// The money; at most 200 lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub budget: Vec<BudgetLine>,
    /// The people who work for it; at most 200 entries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub staff: Vec<Staff>,
    /// What is done for children and adolescents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minors_protocol: Option<MinorsProtocol>,
    /// What was agreed with other countries; at most 20.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub bilateral_instruments: Vec<BilateralInstrument>,
    /// Who answers at any hour; at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub contacts: Vec<Contact>,
    /// Sections with a handling mark or an audience of their own. The others have those of the plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[graphql(default)]
    pub parts: Vec<PartMark>,
    /// Whether it is released only with an official translation of every text.
    #[serde(default, skip_serializing_if = "is_false")]
    #[graphql(default)]
    pub official_translations: bool,
    /// The legend that the law of its country requires on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legend: Option<Legend>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(said: &bool) -> bool {
    !said
}

impl PlanContent {
    /// A plan of which nothing is said but its name and who leads it.
    pub fn named(name: Text, lead: InstitutionId) -> Self {
        Self {
            name,
            acronym: None,
            lead,
            participants: Vec::new(),
            legal_basis: None,
            valid_from: None,
            valid_until: None,
            target_groups: Vec::new(),
            sections: Vec::new(),
            phases: Vec::new(),
            reception_points: Vec::new(),
            short_name: None,
            participation: Vec::new(),
            coordination_body: None,
            legal_instruments: Vec::new(),
            extension: None,
            scenarios: Vec::new(),
            triggers: Vec::new(),
            actions: Vec::new(),
            services: Vec::new(),
            transport: Vec::new(),
            budget: Vec::new(),
            staff: Vec::new(),
            minors_protocol: None,
            bilateral_instruments: Vec::new(),
            contacts: Vec::new(),
            parts: Vec::new(),
            official_translations: false,
            legend: None,
        }
    }
}

impl Content for PlanContent {
    const KIND: Kind = Kind::Plan;

    /// Names, acronym and validity: the parts that everybody who is shown the plan is shown.
    fn outline(&self) -> Outline {
        let short = self.short_name.as_ref();
        let names = [
            Some(&self.name.es),
            self.name.en.as_ref(),
            self.acronym.as_ref(),
            short.map(|short| &short.es),
            short.and_then(|short| short.en.as_ref()),
        ];
        Outline {
            code: None,
            words: names.into_iter().flatten().cloned().collect(),
            starts: self.valid_from.map(|Day(day)| day),
            ends: self.valid_until.map(|Day(day)| day),
        }
    }

    fn in_portions(&self) -> bool {
        self.parts.iter().any(|mark| mark.audience.is_some())
    }

    fn portions(self, to: &[Party]) -> Portions<Self> {
        parts::cut(self, to)
    }

    fn highest_mark(&self) -> Option<Handling> {
        parts::highest_mark(self)
    }

    async fn check(&self, work: &Work) -> Result<()> {
        checks::check(self, work).await
    }

    fn following(self, before: &Self) -> Result<Self> {
        let (before, mut now) = (document::plain(before), document::plain(&self));
        let unmarked = now.clone();
        translations::follow(&before, &mut now);
        if now == unmarked {
            return Ok(self);
        }
        Ok(document::parse(now).map_err(anyhow::Error::msg)?)
    }

    fn unfit_for_release(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.official_translations {
            translations::missing(&document::plain(self), "content", &mut problems);
        }
        problems
    }

    async fn check_marks(&self, work: &Work, handling: Handling) -> Result<()> {
        parts::check(self, work, handling).await
    }
}
