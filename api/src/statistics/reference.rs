//! The reference data of the house as clients see it. Translation only.

use async_graphql::{Object, SimpleObject};

use super::{
    content::DatasetContent,
    indicator::{self, InCountry, Indicator, Unit},
    inputs::DimensionOverlap,
    lists::{self, AGENCY, ListedCode},
};
use crate::{
    bounds::Bounds,
    error::{Problem, Reason, Result},
    say,
    text::Text,
};

/// One version of a list of codes. A version never changes; a later one stands beside it.
pub struct CodeList(pub &'static lists::CodeList);

/// One version of a list of codes. A version never changes; a later one stands beside it.
#[Object]
impl CodeList {
    /// Its id, such as `CL_SEX`.
    async fn id(&self) -> &str {
        self.0.id
    }
    /// Its version.
    async fn version(&self) -> &str {
        self.0.version
    }
    /// Who keeps it, as SDMX names an agency.
    async fn agency(&self) -> &str {
        AGENCY
    }
    /// Its name.
    async fn name(&self) -> &Text {
        &self.0.name
    }
    /// The lists of SDMX or ISO whose codes these are.
    async fn after(&self) -> Option<&str> {
        self.0.after
    }
    /// How its codes may overlap.
    async fn role(&self) -> DimensionOverlap {
        self.0.role.into()
    }
    /// The codes, in order. In a list of ages any other band may be composed alike; in all lists
    /// `_O_CA` is one kind of `_O`.
    async fn codes(&self) -> Vec<Code> {
        self.0.codes.iter().map(Code::of).collect()
    }
}

/// A code of a list.
#[derive(SimpleObject)]
struct Code {
    /// The code.
    code: &'static str,
    /// What it stands for.
    name: Text,
    /// The code that it lies inside: `MX` of `MX-PUE`.
    parent: Option<&'static str>,
    /// The national scheme and the code in it, such as `INEGI AGEE 21`.
    national: Option<&'static str>,
}

impl Code {
    fn of(listed: &'static ListedCode) -> Self {
        Self {
            code: &listed.code,
            name: listed.name(),
            parent: listed.parent.as_deref(),
            national: listed.national.as_deref(),
        }
    }
}

/// Something that is counted. Offices do not mean the same by the same word: see the definitions.
#[Object]
impl Indicator {
    /// Its code.
    async fn code(&self) -> &str {
        &self.code
    }
    /// Its name.
    async fn name(&self) -> &Text {
        &self.name
    }
    /// What a figure is a number of.
    async fn unit(&self) -> Unit {
        self.unit
    }
    /// What is counted, unless a country's offices or a dataset define it otherwise.
    async fn definition(&self) -> &Text {
        &self.definition
    }
    /// Where the offices of a country count otherwise.
    async fn definitions(&self) -> &[InCountry] {
        &self.definitions
    }
    /// The indicators that its figures must never be added to: all but itself, so defined, and those
    /// that exclude it.
    async fn not_added_to(&self) -> Vec<&str> {
        let apart = |other: &&Indicator| other.code != self.code && !self.adds_to(other);
        indicator::all().iter().filter(apart).map(|other| other.code.as_str()).collect()
    }
    /// A figure below this, and not 0, is small: a vintage that holds one is not released beyond its
    /// own country. If none is given, 5 where minors are counted, or sex and age within a division;
    /// never where the figures were published already.
    async fn threshold(&self) -> Option<u32> {
        self.threshold
    }
    /// Whether a dataset of it has to say itself what is counted.
    async fn own_definition(&self) -> bool {
        self.own
    }
}

/// The indicator of a dataset that was checked when it was declared.
pub fn of(content: &DatasetContent) -> Result<&'static Indicator> {
    content
        .indicator()
        .ok_or_else(|| anyhow::anyhow!("`{}` is no indicator of the house", content.indicator).into())
}

/// What a dataset of an owner of that country counts: as it says itself, else as its country does.
pub fn defined<'a>(content: &'a DatasetContent, country: Option<&str>) -> Result<&'a Text> {
    Ok(content.definition.as_ref().unwrap_or(of(content)?.defined_in(country)))
}

#[derive(Default)]
pub struct ReferenceQuery;

#[Object]
impl ReferenceQuery {
    /// What is counted: the indicators that a dataset can be of.
    async fn indicators(&self) -> &'static [Indicator] {
        indicator::all()
    }

    /// The lists of codes that a dimension can be of, every version.
    async fn code_lists(
        &self,
        #[graphql(desc = "Only these, such as `CL_SEX` (its latest version) or `CL_SEX(1.0)`; at most 20.")]
        lists: Option<Vec<String>>,
    ) -> Result<Vec<CodeList>> {
        let Some(wanted) = lists else { return Ok(lists::all().iter().map(CodeList).collect()) };
        let mut bounds = Bounds::default();
        bounds.count("lists", wanted.len(), 20);
        bounds.done()?;
        let found = wanted.iter().enumerate().map(|(at, reference)| {
            lists::find(reference).map(CodeList).ok_or_else(|| {
                let say = say!(
                    "no hay lista con ese nombre; vea `codeLists`",
                    "there is no list of that name; see `codeLists`"
                );
                Problem::new(Reason::Unknown, format!("lists.{at}"), say).into()
            })
        });
        found.collect()
    }
}
