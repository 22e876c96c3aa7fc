//! What is said of a dataset beside its figures.

use super::{Class, Urn, VERSION, name_id};
use crate::{
    clock::Moment,
    directory::institution,
    statistics::{
        content::{DatasetContent, Vintage},
        indicator::Unit,
        layout::Layout,
    },
    text::Text,
};

#[derive(Clone, Debug)]
pub struct Flow {
    pub agency: String,
    pub agency_name: Text,
    /// The code of the dataset.
    pub id: String,
    pub name: Text,
    pub definition: Text,
    pub unit: Unit,
    pub layout: Layout,
    /// The SHA-256 of the file of figures, where they were drawn from, and what readers should know.
    pub vintage: Option<String>,
    pub source: Option<String>,
    pub note: Option<Text>,
    /// When this state of it was saved.
    pub saved: Moment,
}

impl Flow {
    pub fn new(
        content: &DatasetContent,
        owner: &institution::Model,
        definition: &Text,
        vintage: Option<&Vintage>,
        saved: Moment,
    ) -> Self {
        Self {
            agency: name_id(&owner.code),
            agency_name: Text::both(&*owner.name_es, &*owner.name_en),
            id: content.code.clone(),
            name: content.name.clone(),
            definition: definition.clone(),
            unit: content.unit(),
            layout: content.layout.clone(),
            vintage: vintage.map(|vintage| vintage.file.clone()),
            source: vintage.and_then(|vintage| vintage.source.clone()),
            note: vintage.and_then(|vintage| vintage.note.clone()),
            saved,
        }
    }

    pub fn urn(&self) -> Urn {
        Urn::new(Class::Dataflow, &self.agency, &self.id, VERSION)
    }

    pub fn structure(&self) -> Urn {
        Urn::new(Class::DataStructure, &self.agency, &format!("DSD_{}", name_id(&self.id)), VERSION)
    }

    pub fn concepts(&self) -> Urn {
        Urn::new(Class::ConceptScheme, &self.agency, &format!("CS_{}", name_id(&self.id)), VERSION)
    }

    /// The list of a dimension's codes, where it is the dataset's own.
    pub fn own_list(&self, dimension: &str) -> Urn {
        Urn::new(Class::Codelist, &self.agency, &format!("CL_{}_{dimension}", name_id(&self.id)), VERSION)
    }

    /// As a file of figures names its structure.
    pub fn reference(&self) -> String {
        self.urn().short()
    }

    /// Facts of the figures that have no place among the observations: name, and what it says.
    pub fn facts(&self) -> Vec<(&'static str, Text)> {
        let plain = |text: &String| Text::spanish(text.clone());
        let unit = match self.unit {
            Unit::Event => "EVENT",
            Unit::Person => "PERSON",
            Unit::Vehicle => "VEHICLE",
            Unit::Money => "MONEY",
            Unit::Other => "OTHER",
        };
        let facts = [
            ("UNIT_MEASURE", Some(Text::spanish(unit))),
            ("VINTAGE", self.vintage.as_ref().map(plain)),
            ("SOURCE", self.source.as_ref().map(plain)),
            ("NOTE", self.note.clone()),
        ];
        facts.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
    }
}
