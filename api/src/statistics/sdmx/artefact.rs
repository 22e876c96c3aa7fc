//! Structures: what SDMX calls maintainable artefacts, made of what a viewer is shown.

use std::collections::BTreeMap;

use super::{Class, Flow, Urn, is_id, name_id};
use crate::{
    statistics::{
        code::DimensionRole,
        layout::{Dimension, OBS_STATUS, OBS_VALUE, TIME_PERIOD},
        lists::{self, AGENCY, CodeList},
        period::Period,
    },
    text::Text,
};

/// One artefact, whole, as a stub, or with some of its items.
#[derive(Clone, Debug)]
pub struct Artefact {
    pub urn: Urn,
    pub name: Text,
    pub description: Option<Text>,
    /// What is said beside: a kind, and what it says.
    pub annotations: Vec<(&'static str, Text)>,
    /// Only what it is called is told.
    pub stub: bool,
    /// Not all of its items are there.
    pub partial: bool,
    pub body: Body,
}

#[derive(Clone, Debug)]
pub enum Body {
    Agencies(Vec<Item>),
    Codes(Vec<Item>),
    Concepts(Vec<Item>),
    Structure(Components),
    /// The data structure of a dataflow.
    Flow(Urn),
    Constraint(Region),
}

#[derive(Clone, Debug)]
pub struct Item {
    pub id: String,
    pub name: Text,
    pub parent: Option<String>,
    pub annotation: Option<(&'static str, Text)>,
}

/// The dimensions, each with the list of its codes, if it has one; time, value and status are always there.
#[derive(Clone, Debug)]
pub struct Components {
    pub concepts: Urn,
    pub dimensions: Vec<(String, Option<Urn>)>,
    pub statuses: Urn,
    pub decimals: u8,
}

/// What of a dataflow there is.
#[derive(Clone, Debug)]
pub struct Region {
    pub flow: Urn,
    /// Each dimension that is told, with the codes that occur.
    pub keys: Vec<(String, Vec<String>)>,
    pub time: Option<(Period, Period)>,
    pub series: u64,
    pub observations: u64,
}

impl Artefact {
    fn new(urn: Urn, name: Text, body: Body) -> Self {
        Self { urn, name, description: None, annotations: Vec::new(), stub: false, partial: false, body }
    }

    /// The artefacts that it names.
    pub fn children(&self) -> Vec<Urn> {
        match &self.body {
            Body::Flow(structure) => vec![structure.clone()],
            Body::Structure(components) => {
                let lists = components.dimensions.iter().filter_map(|(_, list)| list.clone());
                let mut all: Vec<Urn> =
                    lists.chain([components.concepts.clone(), components.statuses.clone()]).collect();
                all.sort();
                all.dedup();
                all
            }
            Body::Constraint(region) => vec![region.flow.clone()],
            Body::Agencies(_) | Body::Codes(_) | Body::Concepts(_) => Vec::new(),
        }
    }

    /// Without its items or parts; with its description, if it is to be a complete stub.
    pub fn to_stub(mut self, complete: bool) -> Self {
        self.stub = true;
        if !complete {
            (self.description, self.annotations) = (None, Vec::new());
        }
        self
    }

    /// With these of its items only.
    pub fn with_items(mut self, wanted: &[String]) -> Option<Self> {
        let (Body::Agencies(items) | Body::Codes(items) | Body::Concepts(items)) = &mut self.body else {
            return None;
        };
        let before = items.len();
        items.retain(|item| wanted.contains(&item.id));
        self.partial = items.len() < before;
        let some = !items.is_empty();
        some.then_some(self)
    }
}

fn urn_of(list: &CodeList) -> Urn {
    Urn::new(Class::Codelist, AGENCY, list.id, list.version)
}

/// A list of the house.
pub fn house_list(list: &CodeList) -> Artefact {
    let item = |listed: &lists::ListedCode| Item {
        id: listed.code.clone(),
        name: listed.name(),
        parent: listed.parent.clone(),
        annotation: listed.national.clone().map(|national| ("NATIONAL_CODE", Text::spanish(national))),
    };
    let codes = list.codes.iter().filter(|listed| is_id(&listed.code)).map(item).collect();
    let mut artefact = Artefact::new(urn_of(list), list.name.clone(), Body::Codes(codes));
    artefact.annotations.extend(list.after.map(|after| ("AFTER", Text::spanish(after))));
    artefact
}

pub fn house_lists() -> Vec<Artefact> {
    lists::all().iter().map(house_list).collect()
}

/// The agencies of these dataflows, and the house's own.
pub fn agencies<'a>(flows: impl Iterator<Item = &'a Flow>) -> Artefact {
    let mut all: BTreeMap<String, Text> =
        flows.map(|flow| (flow.agency.clone(), flow.agency_name.clone())).collect();
    all.insert(AGENCY.into(), Text::both("Listas de Enlace", "Lists of Enlace"));
    let item = |(id, name)| Item { id, name, parent: None, annotation: None };
    let urn = Urn::new(Class::AgencyScheme, "SDMX", "AGENCIES", "1.0");
    Artefact::new(
        urn,
        Text::both("Organismos", "Agencies"),
        Body::Agencies(all.into_iter().map(item).collect()),
    )
}

/// Where the codes of a dimension stand.
enum Coded {
    House(&'static CodeList),
    Own(Vec<String>),
    /// Codes that cannot be ids of SDMX, or none that are known.
    Not,
}

/// A list of the house serves where it holds all that occurs; bands of age are composed, so no list holds them all.
fn coded(dimension: &Dimension, occurring: &[String]) -> Coded {
    let listed = |list: &CodeList| occurring.iter().all(|code| list.get(code).is_some());
    if let Some(list) = dimension.list()
        && dimension.role != DimensionRole::Age
        && listed(list)
    {
        return Coded::House(list);
    }
    let mut codes: Vec<String> = dimension
        .known()
        .into_iter()
        .chain(occurring.iter().map(String::as_str))
        .map(str::to_owned)
        .collect();
    codes.sort();
    codes.dedup();
    if codes.is_empty() || !codes.iter().all(|code| is_id(code)) { Coded::Not } else { Coded::Own(codes) }
}

/// A dataflow by itself.
pub fn dataflow(flow: &Flow) -> Artefact {
    let mut artefact = Artefact::new(flow.urn(), flow.name.clone(), Body::Flow(flow.structure()));
    artefact.description = Some(flow.definition.clone());
    artefact.annotations = flow.facts();
    artefact
}

/// Its data structure, its concepts, and the lists of codes that are its own. `occurring` are the codes in its
/// figures, by dimension.
pub fn structures(flow: &Flow, occurring: &[Vec<String>]) -> Vec<Artefact> {
    let mut made = Vec::new();
    let mut dimensions = Vec::new();
    let mut concepts = Vec::new();
    for (at, dimension) in flow.layout.dimensions.iter().enumerate() {
        let occurring = occurring.get(at).map_or(&[][..], Vec::as_slice);
        let list = match coded(dimension, occurring) {
            Coded::House(list) => Some(urn_of(list)),
            Coded::Not => None,
            Coded::Own(codes) => {
                let urn = flow.own_list(&dimension.code);
                made.push(own_list(urn.clone(), dimension, codes));
                Some(urn)
            }
        };
        dimensions.push((dimension.code.clone(), list));
        concepts.push((dimension.code.clone(), dimension.name.clone()));
    }
    for (id, es, en) in [
        (TIME_PERIOD, "Periodo", "Time period"),
        (OBS_VALUE, "Valor", "Value"),
        (OBS_STATUS, "Estado de la observación", "Observation status"),
    ] {
        concepts.push((id.to_owned(), Text::both(es, en)));
    }
    let item = |(id, name)| Item { id, name, parent: None, annotation: None };
    let concepts = concepts.into_iter().map(item).collect();
    made.push(Artefact::new(flow.concepts(), flow.name.clone(), Body::Concepts(concepts)));
    let statuses = lists::find("CL_OBS_STATUS").map_or_else(|| flow.own_list(OBS_STATUS), urn_of);
    let components =
        Components { concepts: flow.concepts(), dimensions, statuses, decimals: flow.layout.decimals };
    made.push(Artefact::new(flow.structure(), flow.name.clone(), Body::Structure(components)));
    made
}

fn own_list(urn: Urn, dimension: &Dimension, codes: Vec<String>) -> Artefact {
    let item = |code: String| {
        let listed = dimension.list().and_then(|list| list.name(&code));
        Item {
            name: listed.unwrap_or_else(|| Text::spanish(&code)),
            id: code,
            parent: None,
            annotation: None,
        }
    };
    let mut artefact =
        Artefact::new(urn, dimension.name.clone(), Body::Codes(codes.into_iter().map(item).collect()));
    let after = dimension.list().map(|list| ("AFTER", Text::spanish(urn_of(list).short())));
    artefact.annotations.extend(after);
    artefact
}

/// What there is of a dataflow.
pub fn constraint(flow: &Flow, region: Region) -> Artefact {
    let urn = Urn::new(
        Class::DataConstraint,
        &flow.agency,
        &format!("AVAILABLE_{}", name_id(&flow.id)),
        super::VERSION,
    );
    let mut artefact = Artefact::new(urn, flow.name.clone(), Body::Constraint(region.clone()));
    let count = |count: u64| Text::spanish(count.to_string());
    artefact.annotations =
        vec![("series_count", count(region.series)), ("obs_count", count(region.observations))];
    artefact
}
