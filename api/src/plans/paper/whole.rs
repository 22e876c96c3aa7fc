//! The plan from its names to its contacts, section by section; one that says nothing is left out. Pure.

use super::{
    super::{
        PlanContent,
        parts::{self, PartAudience},
        terms::{Part, Term},
    },
    Known, capacities, means, opening, running,
};
use crate::{
    access::Party,
    paper::{Block, Cell, Words, facts},
};

pub fn blocks(
    content: &PlanContent,
    course: Vec<Option<(Words, Cell)>>,
    withheld: bool,
    known: Known<'_>,
) -> Vec<Block> {
    let mut blocks = vec![Block::heading(1, &content.name)];
    let mut about = opening::identity(content, known);
    about.extend(course);
    blocks.extend(facts(about));
    if withheld {
        blocks.push(Block::note(Words::both(
            "Se retienen porciones de este plan: no son para quien recibe este ejemplar.",
            "Portions of this plan are withheld: they are not for the recipient of this copy.",
        )));
    }
    for part in parts::all().filter(|part| content.holds(*part)) {
        let section = section(content, part, known);
        if section.is_empty() {
            continue;
        }
        let mark = content.mark(part);
        blocks.push(Block::Heading {
            level: 2,
            text: part.label().into(),
            mark: mark.and_then(|mark| mark.handling).map(|handling| handling.label()),
        });
        if let Some(PartAudience(parties)) = mark.and_then(|mark| mark.audience.as_ref()) {
            blocks.push(Block::paragraph(for_whom(parties, known).labelled("Solo para", "Only for")));
        }
        blocks.extend(section);
    }
    blocks
}

/// Whom a part is for, as those who work on the plan are told.
fn for_whom(parties: &[Party], known: Known<'_>) -> Words {
    let accounts = parties.iter().filter(|party| matches!(party, Party::Account(_))).count();
    let mut named: Vec<Words> = parties
        .iter()
        .filter_map(|party| match party {
            Party::Everyone => Some(Words::both("todos", "everyone")),
            Party::Country(code) => Some(code.as_str().into()),
            Party::Institution(id) => Some(known(&id.global())),
            Party::Account(_) => None,
        })
        .collect();
    if accounts > 0 {
        named.push(Words::both(format!("{accounts} cuenta(s)"), format!("{accounts} account(s)")));
    }
    Words::joined(&named, ", ")
}

fn section(content: &PlanContent, part: Part, known: Known<'_>) -> Vec<Block> {
    match part {
        // It stands at the head of the paper.
        Part::Identity => Vec::new(),
        Part::Institutions => opening::institutions(content, known),
        Part::LegalBasis => opening::legal_basis(content),
        Part::Validity => opening::validity(content),
        Part::TargetGroups => opening::target_groups(content),
        Part::Narrative => opening::narrative(content),
        Part::Scenarios => running::scenarios(content),
        Part::Triggers => running::triggers(content, known),
        Part::Phases => running::phases(content),
        Part::Actions => running::actions(content, known),
        Part::ReceptionPoints => capacities::points(content, known),
        Part::Services => capacities::services(content, known),
        Part::Transport => capacities::transport(content, known),
        Part::Budget => means::budget(content),
        Part::Staff => means::staff(content, known),
        Part::MinorsProtocol => means::minors(content, known),
        Part::BilateralInstruments => means::bilateral(content, known),
        Part::Contacts => means::contacts(content, known),
    }
}
