//! What a dataset says: its declaration, and the vintage of this revision.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    disclosure::{self, Small},
    indicator::{self, Indicator, Unit},
    layout::Layout,
    lists,
    nearest::nearest,
    totals::{self, CrossTotal, Override},
};
use crate::{
    access::{Handling, Kind},
    bounds::{Bounds, NAME},
    clock::Moment,
    directory::known_institutions,
    error::{Error, Problem, Reason, Result},
    ids::InstitutionId,
    ledger::Work,
    records::{Content, Outline, Shown},
    say,
    text::{Say, Text},
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
    /// Nobody to whom it is released sees it before. Part of what is approved: a release cannot shorten it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embargo_until: Option<Moment>,
    /// Its small figures, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub small: Option<Small>,
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

impl Shown<DatasetContent> {
    /// The figures that answer: none while there are none, and none of a vintage that was retracted.
    pub fn figures(&self) -> Result<&Vintage> {
        self.figures_at(None)
    }

    /// The figures that answered at a moment; before it was retracted, a vintage did.
    pub fn figures_at(&self, at: Option<Moment>) -> Result<&Vintage> {
        let since = self.revision.retracted_at;
        let retracted =
            self.revision.retraction().filter(|_| at.is_none_or(|at| since.is_none_or(|since| since <= at)));
        if let Some(Text { es, en, .. }) = retracted {
            let en = en.as_ref().unwrap_or(&es);
            let say = say!(
                "estas cifras se retiraron por erróneas: {es}",
                "these figures were retracted as wrong: {en}"
            );
            return Err(Problem::new(Reason::WrongState, "dataset", say).into());
        }
        self.content.vintage.as_ref().ok_or_else(|| {
            let say = say!("el conjunto aún no tiene cifras", "the dataset has no figures yet");
            Problem::new(Reason::WrongState, "dataset", say).into()
        })
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

    fn opens(&self) -> Option<Moment> {
        self.vintage.as_ref()?.embargo_until
    }

    fn kept_at_home(&self, handling: Handling) -> Option<Say> {
        let vintage = self.vintage.as_ref()?;
        let published = |source: &String| source.starts_with("https://") || source.starts_with("http://");
        if handling == Handling::Clear && vintage.source.as_ref().is_some_and(published) {
            return None;
        }
        let Small { cells, first } = vintage.small.as_ref()?;
        let threshold = self.indicator().and_then(|known| known.threshold).unwrap_or(disclosure::USUAL);
        let first = first.join("; ");
        Some(say!(
            "hay cifras menores que {threshold} que dejarían saber a quién se contó: {cells} ({first}). No se difunden fuera de su país. Súmelas o suprímalas (`Q`) en otra serie; si ya son públicas, marque el conjunto `CLEAR` y dé la dirección de la fuente",
            "figures below {threshold} could tell who was counted: {cells} of them ({first}). They are not released beyond their country. Add them up or suppress them (`Q`) in another vintage; if they are public already, mark the dataset `CLEAR` and give the address of the source"
        ))
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
