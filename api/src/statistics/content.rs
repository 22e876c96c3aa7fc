//! What a dataset says: its declaration, and the vintage of this revision.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    indicator::{self, Indicator, Unit},
    layout::Layout,
    lists,
    nearest::nearest,
    totals::{self, CrossTotal, Override},
};
use crate::{
    access::Kind,
    bounds::{Bounds, NAME},
    directory::known_institutions,
    error::{Error, Reason, Result},
    ids::InstitutionId,
    ledger::Work,
    records::{Content, Outline},
    say,
    text::Text,
};

/// What a dataset says. The order of the fields is part of the canonical form that is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetContent {
    /// What its owner calls it, such as `MX-UPMRIP-RETURN-EVENTS`.
    pub code: String,
    pub name: Text,
    /// The institution that compiles the figures.
    pub compiler: InstitutionId,
    /// The code of what is counted, see [`indicator`].
    pub indicator: String,
    /// How the compiler defines it, where that is not how its country does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Text>,
    /// How often figures come: a code of `CL_FREQ`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frequency: Option<String>,
    pub layout: Layout,
    /// Totals that must be the sum of their parts, or be explained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cross_totals: Vec<CrossTotal>,
    /// None while the dataset is only declared.
    pub vintage: Option<Vintage>,
}

/// One state of the figures, immutable: its file in the vault and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vintage {
    /// 1 for the first.
    pub number: u32,
    /// The Parquet file in the vault: SHA-256, hexadecimal.
    pub file: String,
    /// SHA-256 of the file that was imported.
    pub imported: String,
    pub observations: u64,
    /// The periods of the first and the last observation, as written.
    pub first: Option<String>,
    pub last: Option<String>,
    /// Where the figures were published or drawn from.
    pub source: Option<String>,
    /// The day on which they were drawn from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extracted: Option<NaiveDate>,
    /// Whether the compiler means to revise them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    pub note: Option<Text>,
    /// Why totals that do not add up stand all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
}

impl DatasetContent {
    /// `None` only for a content that was never checked.
    pub fn indicator(&self) -> Option<&'static Indicator> {
        indicator::find(&self.indicator)
    }

    pub fn unit(&self) -> Unit {
        self.indicator().map_or(Unit::Other, |indicator| indicator.unit)
    }

    fn check_indicator(&self, bounds: &mut Bounds) {
        let code = &self.indicator;
        match self.indicator() {
            None => {
                let known = indicator::all().iter().map(|known| known.code.as_str());
                let near = nearest(code, known).unwrap_or("OTHER_EVENT");
                bounds.add(
                    Reason::Unknown,
                    "input.content.indicator",
                    say!(
                        "no es un indicador de la lista (`indicators`); ¿quiso decir `{near}`?",
                        "is no indicator of the list (`indicators`); did you mean `{near}`?"
                    ),
                );
            }
            Some(known) if known.own && self.definition.is_none() => bounds.add(
                Reason::Required,
                "input.content.definition",
                say!(
                    "diga qué se cuenta: `{code}` no lo define",
                    "say what is counted: `{code}` does not define it"
                ),
            ),
            Some(_) => {}
        }
        let frequencies = lists::find("CL_FREQ").map(|list| &list.codes).into_iter().flatten();
        let mut known = frequencies.map(|listed| listed.code.as_str());
        if self.frequency.as_deref().is_some_and(|frequency| !known.any(|code| code == frequency)) {
            bounds.add(
                Reason::Unknown,
                "input.content.frequency",
                say!(
                    "un código de CL_FREQ, como `M`, `Q` o `A`",
                    "a code of CL_FREQ, such as `M`, `Q` or `A`"
                ),
            );
        }
    }
}

impl Content for DatasetContent {
    const KIND: Kind = Kind::Dataset;

    fn outline(&self) -> Outline {
        let told = [Some(&self.name), self.indicator().map(|known| &known.name), self.definition.as_ref()];
        let words = told.into_iter().flatten().flat_map(|text| [Some(&text.es), text.en.as_ref()]).flatten();
        Outline {
            code: Some(self.code.clone()),
            words: [&self.code].into_iter().chain(words).cloned().collect(),
            starts: None,
            ends: None,
        }
    }

    async fn check(&self, work: &Work) -> Result<()> {
        let mut bounds = Bounds::default();
        bounds.words("input.content.name", &self.name, NAME);
        bounds.words_if("input.content.definition", self.definition.as_ref(), 2_000);
        self.check_indicator(&mut bounds);
        let well_formed = (2..=64).contains(&self.code.len())
            && self
                .code
                .bytes()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'-' || c == b'_');
        if !well_formed {
            bounds.add(
                Reason::Malformed,
                "input.content.code",
                say!(
                    "de 2 a 64 mayúsculas, cifras, `-` y `_`, como `MX-UPMRIP-RETURN-EVENTS`",
                    "2 to 64 capitals, digits, `-` and `_`, such as `MX-UPMRIP-RETURN-EVENTS`"
                ),
            );
        }
        if known_institutions(&work.db, &[self.compiler]).await?.is_empty() {
            bounds.add(
                Reason::Unknown,
                "input.content.compiler",
                say!("no es una institución del directorio", "is no institution of the directory"),
            );
        }
        totals::check_rules(&self.cross_totals, &self.layout, "input.content.crossTotals", &mut bounds);
        bounds.done()?;
        self.layout.check("input.content.layout").map_err(Error::Invalid)
    }
}
