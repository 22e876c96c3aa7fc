//! The names of artefacts, after the registry specification of SDMX 3.0.

use std::fmt;

/// A maintained artefact, or an item of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Urn {
    pub class: Class,
    pub agency: String,
    pub id: String,
    pub version: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    AgencyScheme,
    Codelist,
    ConceptScheme,
    DataStructure,
    Dataflow,
    DataConstraint,
}

impl Class {
    /// As its path names it.
    pub fn word(self) -> &'static str {
        match self {
            Class::AgencyScheme => "agencyscheme",
            Class::Codelist => "codelist",
            Class::ConceptScheme => "conceptscheme",
            Class::DataStructure => "datastructure",
            Class::Dataflow => "dataflow",
            Class::DataConstraint => "dataconstraint",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        use Class::*;
        [AgencyScheme, Codelist, ConceptScheme, DataStructure, Dataflow, DataConstraint]
            .into_iter()
            .find(|class| class.word() == word)
    }

    fn package(self) -> (&'static str, &'static str) {
        match self {
            Class::AgencyScheme => ("base", "AgencyScheme"),
            Class::Codelist => ("codelist", "Codelist"),
            Class::ConceptScheme => ("conceptscheme", "ConceptScheme"),
            Class::DataStructure => ("datastructure", "DataStructure"),
            Class::Dataflow => ("datastructure", "Dataflow"),
            Class::DataConstraint => ("registry", "DataConstraint"),
        }
    }
}

impl Urn {
    pub fn new(class: Class, agency: &str, id: &str, version: &str) -> Self {
        Self { class, agency: agency.into(), id: id.into(), version: version.into() }
    }

    /// `AGENCY:ID(VERSION)`
    pub fn short(&self) -> String {
        format!("{}:{}({})", self.agency, self.id, self.version)
    }

    /// The name of something in it: a code, a concept, a dimension.
    pub fn item(&self, class: &str, id: &str) -> String {
        let (package, _) = self.class.package();
        format!("urn:sdmx:org.sdmx.infomodel.{package}.{class}={}.{id}", self.short())
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (package, class) = self.class.package();
        write!(f, "urn:sdmx:org.sdmx.infomodel.{package}.{class}={}", self.short())
    }
}
