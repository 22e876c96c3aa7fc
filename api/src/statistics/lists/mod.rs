//! The code lists of the house: which codes a dimension may have, what they are called, and which lies inside
//! which.
//!
//! They are reference data and not records: the same for all, compiled in, and shared by nobody with nobody. A
//! list that has been used is never changed, since what was released says its codes; it gets a later version
//! beside it. A test holds the text of each to its SHA-256.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use super::{
    age::AgeBand,
    code::{self, DimensionRole},
};
use crate::text::{Text, fold};

/// Who keeps the lists, as SDMX names an agency.
pub const AGENCY: &str = "ENLACE";

/// One version of a list.
#[derive(Debug)]
pub struct CodeList {
    pub id: &'static str,
    pub version: &'static str,
    pub name: Text,
    /// The list of SDMX or ISO whose codes these are.
    pub after: Option<&'static str>,
    /// What a dimension of this list is.
    pub role: DimensionRole,
    pub codes: Vec<ListedCode>,
    places: HashMap<String, usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ListedCode {
    pub code: String,
    /// The code that it lies inside.
    pub parent: Option<String>,
    es: String,
    en: String,
    /// The national scheme and the code in it, such as `INEGI AGEE 21`.
    pub national: Option<String>,
}

/// A list as it is written down.
struct Told {
    id: &'static str,
    version: &'static str,
    name: (&'static str, &'static str),
    after: Option<&'static str>,
    role: DimensionRole,
    text: &'static str,
}

use DimensionRole::{Age, Apart, Area, Plain};

/// Later versions of a list stand after earlier ones.
const TOLD: &[Told] = &[
    Told {
        id: "CL_SEX",
        version: "1.0",
        name: ("Sexo", "Sex"),
        after: Some("SDMX:CL_SEX"),
        role: Plain,
        text: include_str!("CL_SEX.csv"),
    },
    Told {
        id: "CL_AGE",
        version: "1.0",
        name: ("Grupo de edad", "Age group"),
        after: Some("SDMX:CL_AGE"),
        role: Age,
        text: include_str!("CL_AGE.csv"),
    },
    Told {
        id: "CL_AREA",
        version: "1.0",
        name: ("Países y divisiones", "Countries and divisions"),
        after: Some("ISO 3166-1, ISO 3166-2"),
        role: Area,
        text: include_str!("CL_AREA.csv"),
    },
    Told {
        id: "CL_RETURN_MODE",
        version: "1.0",
        name: ("Vía de retorno", "Mode of return"),
        after: None,
        role: Plain,
        text: include_str!("CL_RETURN_MODE.csv"),
    },
    Told {
        id: "CL_ACCOMPANIMENT",
        version: "1.0",
        name: ("Acompañamiento de niñas, niños y adolescentes", "Accompaniment of minors"),
        after: None,
        role: Plain,
        text: include_str!("CL_ACCOMPANIMENT.csv"),
    },
    Told {
        id: "CL_AREA_ROLE",
        version: "1.0",
        name: ("Papel del territorio", "Role of the area"),
        after: None,
        role: Apart,
        text: include_str!("CL_AREA_ROLE.csv"),
    },
    Told {
        id: "CL_FREQ",
        version: "1.0",
        name: ("Periodicidad", "Frequency"),
        after: Some("SDMX:CL_FREQ"),
        role: Plain,
        text: include_str!("CL_FREQ.csv"),
    },
    Told {
        id: "CL_OBS_STATUS",
        version: "1.0",
        name: ("Estado de la observación", "Observation status"),
        after: Some("SDMX:CL_OBS_STATUS"),
        role: Plain,
        text: include_str!("CL_OBS_STATUS.csv"),
    },
    Told {
        id: "CL_CONF_STATUS",
        version: "1.0",
        name: ("Confidencialidad", "Confidentiality status"),
        after: Some("SDMX:CL_CONF_STATUS"),
        role: Plain,
        text: include_str!("CL_CONF_STATUS.csv"),
    },
];

static LISTS: LazyLock<Vec<CodeList>> = LazyLock::new(|| TOLD.iter().map(CodeList::read).collect());

/// Every version of every list.
pub fn all() -> &'static [CodeList] {
    &LISTS
}

/// The list that is meant by `CL_SEX` (its latest version) or by `CL_SEX(1.0)`.
pub fn find(reference: &str) -> Option<&'static CodeList> {
    let (id, version) = match reference.strip_suffix(')').and_then(|text| text.split_once('(')) {
        Some((id, version)) => (id, Some(version)),
        None => (reference, None),
    };
    all().iter().rev().find(|list| list.id == id && version.is_none_or(|version| version == list.version))
}

impl CodeList {
    fn read(told: &Told) -> Self {
        let codes: Vec<ListedCode> = csv::Reader::from_reader(told.text.as_bytes())
            .into_deserialize()
            .collect::<Result<_, _>>()
            .unwrap_or_else(|cause| panic!("{}: {cause}", told.id));
        let places = codes.iter().enumerate().map(|(at, listed)| (listed.code.clone(), at)).collect();
        let Told { id, version, after, role, .. } = *told;
        Self { id, version, name: Text::both(told.name.0, told.name.1), after, role, codes, places }
    }

    /// How a dataset names it: `CL_SEX(1.0)`.
    pub fn reference(&self) -> String {
        format!("{}({})", self.id, self.version)
    }

    pub fn get(&self, code: &str) -> Option<&ListedCode> {
        self.places.get(code).map(|at| &self.codes[*at])
    }

    /// Age bands are composed and cannot all be listed; and a kind of a listed special code (`_O_CA` of `_O`) is
    /// one that its office tells apart.
    pub fn has(&self, code: &str) -> bool {
        self.get(code).is_some()
            || (self.role == Age && AgeBand::parse(code).is_some())
            || code::special_head(code).is_some_and(|head| self.get(head).is_some())
    }

    /// What a code is called.
    pub fn name(&self, code: &str) -> Option<Text> {
        self.get(code).map(ListedCode::name)
    }

    /// The code that is called so in one of the languages.
    pub fn called(&self, word: &str) -> Option<&str> {
        let word = fold(word);
        let called = |listed: &&ListedCode| [&listed.es, &listed.en].iter().any(|name| fold(name) == word);
        self.codes.iter().find(called).map(|listed| listed.code.as_str())
    }

    /// Whether a code lies inside another, through any number of steps. Each lies inside itself.
    pub fn inside(&self, code: &str, wider: &str) -> bool {
        let mut at = Some(code);
        // A list is no deeper than it is long, whatever a mistake in it may say.
        for _ in 0..=self.codes.len() {
            match at {
                Some(code) if code == wider => return true,
                Some(code) => at = self.get(code).and_then(|listed| listed.parent.as_deref()),
                None => return false,
            }
        }
        false
    }
}

impl ListedCode {
    pub fn name(&self) -> Text {
        Text::both(&*self.es, &*self.en)
    }
}
