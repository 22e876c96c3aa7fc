//! Observations as an SDMX-JSON 2.0 data message. It is written so that it fits the schema of 2.1 as well.

use std::{collections::BTreeMap, io::Write};

use chrono::NaiveTime;
use serde_json::{Value, json};

use super::{Flow, is_id};
use crate::{
    error::{Error, Result},
    ledger::sha256,
    say,
    statistics::{
        exports::{Figures, Observed, Series, Writer},
        figure,
        layout::{OBS_STATUS, OBS_VALUE, TIME_PERIOD},
        lists,
        period::Period,
        status::Status,
    },
    text::{Lang, Text},
};

pub const DATA_SCHEMA: &str = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json";

/// Observations that are put into another order than their file has.
pub const MOST_ACROSS: usize = 100_000;

/// How observations are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    /// Series, each with its observations by time.
    #[default]
    Series,
    /// Every observation by itself.
    Flat,
    /// Sections, each with its observations by the codes of this dimension: at most `MOST_ACROSS` in all, since the
    /// file is not in their order.
    Across(usize),
}

/// One observation of a section: the code that tells it apart, and what was observed.
type Across = (u32, Observed);

/// What of the observations is shown, and in which language names are that come in one only.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub packing: Packing,
    pub values: bool,
    pub statuses: bool,
    pub lang: Lang,
}

impl Default for Look {
    fn default() -> Self {
        Self { packing: Packing::default(), values: true, statuses: true, lang: Lang::default() }
    }
}

pub struct Json {
    flow: Flow,
    shown: Look,
    /// Whether a series was written.
    begun: bool,
    /// Of sections, by the codes of the other dimensions and the period.
    sections: BTreeMap<Vec<u32>, Vec<Across>>,
    gathered: usize,
    /// Nothing goes out: a dimension has no codes, or there is no period.
    empty: bool,
}

/// `name` in the language that fits best, and `names` in all.
pub fn named(text: &Text, lang: Lang) -> (Value, Value) {
    let best = match lang {
        Lang::En => text.en.as_ref().unwrap_or(&text.es),
        Lang::Es => &text.es,
    };
    let mut all = serde_json::Map::new();
    all.insert("es".into(), json!(text.es));
    all.extend(text.en.as_ref().map(|en| ("en".to_owned(), json!(en))));
    (json!(best), Value::Object(all))
}

/// Puts `name` and `names` into an object.
pub fn with_names(mut object: Value, text: &Text, lang: Lang) -> Value {
    let (name, names) = named(text, lang);
    if let Value::Object(fields) = &mut object {
        fields.insert("name".into(), name);
        fields.insert("names".into(), names);
    }
    object
}

/// The head of a message. Its id names what it says, so that the same figures are the same bytes.
pub fn meta(flow: &Flow, schema: &str) -> Value {
    let whole = format!("{}\n{}", flow.urn(), flow.vintage.as_deref().unwrap_or_default());
    json!({
        "schema": schema,
        "id": format!("ENLACE-{}", &sha256(whole.as_bytes())[..16]),
        "test": false,
        "prepared": flow.saved.to_string(),
        "contentLanguages": ["es", "en"],
        "sender": with_names(json!({ "id": flow.agency }), &flow.agency_name, Lang::default()),
    })
}

impl Json {
    pub fn new(flow: Flow, shown: Look) -> Self {
        Self { flow, shown, begun: false, sections: BTreeMap::new(), gathered: 0, empty: false }
    }

    fn dimensions(&self, figures: &dyn Figures) -> Vec<Value> {
        let lang = self.shown.lang;
        let dimension = |(at, dimension): (usize, &crate::statistics::layout::Dimension)| {
            let codes = figures.codes(at);
            let coded = codes.iter().all(|code| is_id(code));
            let value = |code: &String| {
                if !coded {
                    return json!({ "value": code });
                }
                let listed = dimension.list().and_then(|list| list.name(code));
                with_names(json!({ "id": code }), &listed.unwrap_or_else(|| Text::spanish(code)), lang)
            };
            let values: Vec<Value> = codes.iter().map(value).collect();
            let object = json!({ "id": dimension.code, "keyPosition": at, "values": values });
            with_names(object, &dimension.name, lang)
        };
        self.flow.layout.dimensions.iter().enumerate().map(dimension).collect()
    }

    fn time(&self, figures: &dyn Figures) -> Value {
        let values: Vec<Value> = figures.periods().iter().map(span).collect();
        let place = self.flow.layout.dimensions.len();
        let object =
            json!({ "id": TIME_PERIOD, "keyPosition": place, "roles": [TIME_PERIOD], "values": values });
        with_names(object, &Text::both("Periodo", "Time period"), self.shown.lang)
    }

    fn structure(&self, figures: &dyn Figures) -> Value {
        let (flow, shown) = (&self.flow, self.shown);
        let (mut dimensions, time) = (self.dimensions(figures), self.time(figures));
        let dimensions = match shown.packing {
            Packing::Series => json!({ "dataSet": [], "series": dimensions, "observation": [time] }),
            Packing::Flat => {
                dimensions.push(time);
                json!({ "dataSet": [], "series": [], "observation": dimensions })
            }
            Packing::Across(at) => {
                dimensions.push(time);
                let across = dimensions.remove(at);
                json!({ "dataSet": [], "series": dimensions, "observation": [across] })
            }
        };
        let measure = with_names(json!({ "id": OBS_VALUE }), &flow.name, shown.lang);
        let status = with_names(
            json!({ "id": OBS_STATUS, "relationship": { "observation": {} }, "values": statuses(shown.lang) }),
            &Text::both("Estado de la observación", "Observation status"),
            shown.lang,
        );
        let annotation = |(kind, text): (&str, Text)| {
            let (text, texts) = named(&text, shown.lang);
            json!({ "type": kind, "text": text, "texts": texts })
        };
        let annotations: Vec<Value> = flow.facts().into_iter().map(annotation).collect();
        let links = json!([
            { "rel": "dataflow", "urn": flow.urn().to_string() },
            { "rel": "datastructure", "urn": flow.structure().to_string() },
        ]);
        let (description, descriptions) = named(&flow.definition, shown.lang);
        let object = json!({
            "dataSets": [0], "links": links,
            "description": description, "descriptions": descriptions,
            "dimensions": dimensions,
            "measures": { "observation": if shown.values { vec![measure] } else { Vec::new() } },
            "attributes": {
                "dataSet": [], "series": [],
                "observation": if shown.statuses { vec![status] } else { Vec::new() },
            },
            "annotations": annotations,
        });
        with_names(object, &flow.name, shown.lang)
    }

    /// The value and the place of the status, as far as they are shown.
    fn observation(&self, observed: &Observed, out: &mut Vec<u8>) -> std::io::Result<()> {
        out.push(b'[');
        if self.shown.values {
            match observed.value {
                Some(value) => write!(out, "{}", figure::write(value, self.flow.layout.decimals))?,
                None => out.extend_from_slice(b"null"),
            }
        }
        if self.shown.statuses {
            let place = Status::ALL.iter().position(|letter| char::from(*letter) == observed.status.letter());
            let comma = if self.shown.values { "," } else { "" };
            write!(out, "{comma}{}", place.unwrap_or_default())?;
        }
        out.push(b']');
        Ok(())
    }

    /// Keeps a series until all of its sections are known.
    fn gather(&mut self, series: &Series, across: usize) -> Result<()> {
        self.gathered += series.figures.len();
        if self.gathered > MOST_ACROSS {
            return Err(Error::Limited(say!(
                "con otra dimensión que el tiempo en la observación salen a lo sumo {MOST_ACROSS} observaciones; filtre más",
                "with another dimension than time at the observation at most {MOST_ACROSS} observations go out; filter more"
            )));
        }
        for observed in &series.figures {
            let mut section = series.codes.clone();
            let code = section.remove(across);
            section.push(observed.period);
            self.sections.entry(section).or_default().push((code, *observed));
        }
        Ok(())
    }

    fn section(&mut self, key: &[u32], observations: &[Across], out: &mut Vec<u8>) -> std::io::Result<()> {
        let key = key.iter().map(ToString::to_string).collect::<Vec<_>>().join(":");
        write!(out, "{}\"{key}\":{{\"observations\":{{", if self.begun { "," } else { "" })?;
        for (at, (code, observed)) in observations.iter().enumerate() {
            write!(out, "{}\"{code}\":", if at > 0 { "," } else { "" })?;
            self.observation(observed, out)?;
        }
        out.extend_from_slice(b"}}");
        self.begun = true;
        Ok(())
    }

    fn series(&mut self, series: &Series, out: &mut Vec<u8>) -> std::io::Result<()> {
        let key = series.codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(":");
        let comma = |begun: bool| if begun { "," } else { "" };
        match self.shown.packing {
            Packing::Series => {
                write!(out, "{}\"{key}\":{{\"observations\":{{", comma(self.begun))?;
                for (at, observed) in series.figures.iter().enumerate() {
                    write!(out, "{}\"{}\":", comma(at > 0), observed.period)?;
                    self.observation(observed, out)?;
                }
                out.extend_from_slice(b"}}");
            }
            // Sections are written when all are known.
            Packing::Across(_) => {}
            Packing::Flat => {
                for (at, observed) in series.figures.iter().enumerate() {
                    write!(out, "{}\"{key}:{}\":", comma(self.begun || at > 0), observed.period)?;
                    self.observation(observed, out)?;
                }
            }
        }
        self.begun = true;
        Ok(())
    }
}

impl Writer for Json {
    fn head(&mut self, figures: &dyn Figures, out: &mut Vec<u8>) -> Result<()> {
        let meta = meta(&self.flow, DATA_SCHEMA);
        let dimensions = 0..self.flow.layout.dimensions.len();
        self.empty =
            figures.periods().is_empty() || dimensions.into_iter().any(|at| figures.codes(at).is_empty());
        if self.empty {
            let whole = json!({ "meta": meta, "data": { "structures": [], "dataSets": [] } });
            out.extend_from_slice(whole.to_string().as_bytes());
            return Ok(());
        }
        let structure = self.structure(figures);
        let facts = self.flow.facts().len();
        let set = json!({
            "structure": 0,
            "links": [{ "rel": "dataflow", "urn": self.flow.urn().to_string() }],
            "annotations": (0..facts).collect::<Vec<_>>(),
        });
        let set = set.to_string();
        let word = if self.shown.packing == Packing::Flat { "observations" } else { "series" };
        let open = set.strip_suffix('}').unwrap_or(&set);
        let head = format!(
            "{{\"meta\":{meta},\"data\":{{\"structures\":[{structure}],\"dataSets\":[{open},\"{word}\":{{"
        );
        out.extend_from_slice(head.as_bytes());
        Ok(())
    }

    fn piece(&mut self, _: &dyn Figures, series: &[Series], out: &mut Vec<u8>) -> Result<()> {
        for one in series {
            match self.shown.packing {
                Packing::Across(at) => self.gather(one, at)?,
                Packing::Series | Packing::Flat => self.series(one, out).map_err(anyhow::Error::from)?,
            }
        }
        Ok(())
    }

    fn tail(&mut self, out: &mut Vec<u8>) -> Result<()> {
        for (key, observations) in std::mem::take(&mut self.sections) {
            self.section(&key, &observations, out).map_err(anyhow::Error::from)?;
        }
        if !self.empty {
            out.extend_from_slice(b"}}]}}");
        }
        Ok(())
    }
}

/// A period is coded where its text can be an id; what is written `2024-01-01/P347D` is a value.
fn span(period: &Period) -> Value {
    let text = period.to_string();
    let start = period.start().and_time(NaiveTime::MIN).and_utc();
    let end = period.end().and_time(NaiveTime::MIN).and_utc() - chrono::TimeDelta::seconds(1);
    let form = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let (start, end) = (form(start), form(end));
    match is_id(&text) {
        true => json!({ "id": text, "name": text, "start": start, "end": end }),
        false => json!({ "value": text, "start": start, "end": end }),
    }
}

/// Every status, so that its place is known before any observation is.
fn statuses(lang: Lang) -> Vec<Value> {
    let list = lists::find("CL_OBS_STATUS");
    let status = |letter: &u8| {
        let code = char::from(*letter).to_string();
        let name = list.and_then(|list| list.name(&code)).unwrap_or_else(|| Text::spanish(&code));
        with_names(json!({ "id": code }), &name, lang)
    };
    Status::ALL.iter().map(status).collect()
}
