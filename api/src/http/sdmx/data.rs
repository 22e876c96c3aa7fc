//! `data/{context}/{agency}/{id}/{version}/{key}`

use axum::{http::StatusCode, response::Response};

use super::{Question, flows, malformed, no_results, query::Query, senseless};
use crate::{
    error::{Error, Problem, Reason},
    http::{
        accept,
        exports::{Sent, matches, not_modified},
        refused::Refused,
    },
    say,
    statistics::{
        cube::Cube,
        exports::{Csv, Export, Form, Found, Kind, Selection, Slice, Written},
        figure,
        layout::{OBS_STATUS, OBS_VALUE, TIME_PERIOD},
        sdmx::{self, Condition, Json, Look, Operator, Packing},
    },
};

const OFFERS: [(Form, &str, Option<&str>); 4] = [
    (Form::SdmxJson, "application/vnd.sdmx.data+json", Some("2.0.0")),
    (Form::SdmxCsv, "application/vnd.sdmx.data+csv", Some("2.0.0")),
    (Form::SdmxJson, "application/json", None),
    (Form::SdmxCsv, "text/csv", None),
];

/// Which observations are wanted, as the query has it.
pub struct Filter {
    key: String,
    components: Vec<(String, Condition)>,
    first: Option<usize>,
    last: Option<usize>,
}

pub async fn answer(question: Question<'_>) -> Result<Response, Refused> {
    if question.path.len() > 5 {
        return Err(malformed("data/dataflow/AGENCY/ID/VERSION/KEY"));
    }
    let mut query = Query::of(question.uri)?;
    let form = form_of(&question, &mut query)?;
    let filter = Filter::of(&question, &mut query)?;
    let (look, across) = look(&question, &mut query)?;
    let as_of = query.as_of()?;
    query.without(&["updatedAfter", "includeHistory", "offset", "limit", "sort", "reportingYearStartDay"])?;
    query.done()?;
    let found = flows::one(&question, as_of).await?;
    let vintage = found.vintage().map_err(senseless)?.file.clone();
    let raw = question.uri.query().unwrap_or_default();
    let lang = if look.lang == crate::text::Lang::Es { "es" } else { "en" };
    let tag = found.tag(&["sdmx", form.word(), lang, &question.path.join("/"), raw]).map_err(senseless)?;
    let sent = Sent { form, tag, name: found.content().code.clone(), vintages: vec![vintage] };
    if matches(question.headers, &sent.tag) {
        return Ok(not_modified(&sent));
    }
    let place = question.front.leaving.place(question.viewer.account)?;
    let still = question.still(&found, as_of);
    let cube = question.front.leaving.open(&found, &question.front.node.vault).await.map_err(senseless)?;
    let making = move || -> Result<_, Refused> {
        let mut look = look;
        if let Some(name) = across {
            let at = cube.layout().position(&name);
            let known = cube.layout().codes().collect::<Vec<_>>().join(", ");
            let at = at.ok_or_else(|| {
                let say = say!("no es una dimensión; hay: {known}", "is no dimension; there are: {known}");
                semantic("dimensionAtObservation", say)
            })?;
            look.packing = Packing::Across(at);
        }
        let selection = filter.selection(&cube)?;
        begun(&found, Slice::new(cube, selection), form, look).map_err(senseless)
    };
    let export = question.apart(making).await?;
    Ok(sent.export(export.ok_or_else(no_results)?, place, still))
}

/// None if nothing goes out: that is told before the first byte.
fn begun(found: &Found, slice: Slice, form: Form, look: Look) -> crate::error::Result<Option<Export>> {
    let flow = found.flow()?;
    Ok(match form {
        Form::SdmxJson => {
            let mut written = Written::new(slice, Json::new(flow, look));
            match written.is_empty()? {
                true => None,
                // All of it has to be known before any of it goes out.
                false if matches!(look.packing, Packing::Across(_)) => Some(Export::made(written).at_once()?),
                false => Some(Export::made(written)),
            }
        }
        _ => {
            let mut csv = Csv::new(&found.content().layout, Kind::Sdmx(flow.reference()));
            (csv.values, csv.statuses) = (look.values, look.statuses);
            let mut written = Written::new(slice, csv);
            (!written.is_empty()?).then(|| Export::made(written))
        }
    })
}

fn form_of(question: &Question<'_>, query: &mut Query) -> Result<Form, Refused> {
    match query.take("format").as_deref() {
        Some("sdmx-json") => return Ok(Form::SdmxJson),
        Some("sdmx-csv") => return Ok(Form::SdmxCsv),
        Some(_) => return Err(malformed("format=sdmx-json, format=sdmx-csv")),
        None => {}
    }
    let offers = OFFERS.map(|(_, media_type, version)| (media_type, version));
    accept::preferred(question.headers, &offers).map(|at| OFFERS[at].0).ok_or_else(|| {
        let say = say!(
            "las cifras salen como SDMX-JSON 2.0 o SDMX-CSV 2.0",
            "figures go out as SDMX-JSON 2.0 or SDMX-CSV 2.0"
        );
        Refused::new(StatusCode::NOT_ACCEPTABLE, Error::BadRequest(say))
    })
}

/// And the dimension that is to tell observations apart, if it is another than time.
fn look(question: &Question<'_>, query: &mut Query) -> Result<(Look, Option<String>), Refused> {
    let (packing, across) = match query.take("dimensionAtObservation") {
        None => (Packing::Series, None),
        Some(name) if name == TIME_PERIOD => (Packing::Series, None),
        Some(name) if name == "AllDimensions" => (Packing::Flat, None),
        Some(name) => (Packing::Series, Some(name)),
    };
    let any = |text: Option<String>, usual: &[&str], named: &str, known: &[&str]| {
        let Some(text) = text else { return Ok(true) };
        let mut shown = false;
        for word in text.split(',') {
            match word {
                word if usual.contains(&word) || word == named => shown = true,
                word if known.contains(&word) => {}
                _ => return Err(malformed(&format!("{named}, all, none"))),
            }
        }
        Ok(shown)
    };
    let attributes = query.take("attributes");
    let statuses =
        any(attributes, &["dsd", "all", "obs"], OBS_STATUS, &["msd", "dataset", "series", "none"])?;
    let values = any(query.take("measures"), &["all"], OBS_VALUE, &["none"])?;
    Ok((Look { packing, values, statuses, lang: question.asked.lang }, across))
}

impl Filter {
    pub fn of(question: &Question<'_>, query: &mut Query) -> Result<Self, Refused> {
        let condition = |text: &str| {
            Condition::parse(text)
                .ok_or_else(|| malformed("c[SEX]=F,M, c[TIME_PERIOD]=ge:2024-01+le:2024-12"))
        };
        let mut components = Vec::new();
        for (name, text) in query.components() {
            components.push((name, condition(&text)?));
        }
        for (name, operator) in
            [("startPeriod", Operator::GreaterOrEqual), ("endPeriod", Operator::LessOrEqual)]
        {
            if let Some(text) = query.take(name) {
                components.push((TIME_PERIOD.to_owned(), Condition::edge(operator, &text)));
            }
        }
        let (first, last) = (query.count("firstNObservations")?, query.count("lastNObservations")?);
        Ok(Self { key: question.place(4, "*").to_owned(), components, first, last })
    }

    pub fn selection(self, cube: &Cube) -> Result<Selection, Refused> {
        let layout = cube.layout();
        let mut selection = Selection::all(cube.frame());
        (selection.first, selection.last) = (self.first, self.last);
        let form = layout.codes().collect::<Vec<_>>().join(".");
        let keys = sdmx::keys(&self.key, layout.dimensions.len()).ok_or_else(|| malformed(&form))?;
        let known = |key: sdmx::Key| {
            let place =
                |at: usize, code: &String| cube.codes(at).binary_search(code).ok().map(|place| place as u32);
            let codes = |(at, codes): (usize, Option<Vec<String>>)| match codes {
                // Codes that do not occur: the key finds nothing.
                Some(codes) => {
                    let places: Vec<u32> = codes.iter().filter_map(|code| place(at, code)).collect();
                    (!places.is_empty()).then_some(Some(places))
                }
                None => Some(None),
            };
            key.into_iter().enumerate().map(codes).collect::<Option<Vec<_>>>()
        };
        let asked = !keys.is_empty();
        selection.keys = keys.into_iter().filter_map(known).collect();
        if asked && selection.keys.is_empty() {
            return Err(no_results());
        }
        // What no key names is not listed among the codes either.
        for (at, counts) in selection.codes.iter_mut().enumerate() {
            let named = selection.keys.iter().map(|key| key.get(at)?.as_ref()).collect::<Option<Vec<_>>>();
            if let Some(named) = named.filter(|named| !named.is_empty()) {
                let counted = |code: &u32| named.iter().any(|codes| codes.contains(code));
                counts.iter_mut().zip(0..).for_each(|(counts, code)| *counts &= counted(&code));
            }
        }
        let (mut statuses, mut values) = (Vec::new(), Vec::new());
        for (name, condition) in &self.components {
            let unreadable = || semantic(name, say!("no se puede comparar así", "cannot be compared so"));
            if let Some(at) = layout.position(name) {
                let counts = &mut selection.codes[at];
                counts
                    .iter_mut()
                    .zip(cube.codes(at))
                    .for_each(|(counts, code)| *counts &= condition.takes(code));
            } else if name == TIME_PERIOD {
                let wanted = condition.read(|text| text.parse().ok()).ok_or_else(unreadable)?;
                let counts = selection.periods.iter_mut().zip(cube.periods());
                counts.for_each(|(counts, period)| *counts &= sdmx::within(&wanted, *period));
            } else if name == OBS_STATUS {
                statuses.push(condition.clone());
            } else if name == OBS_VALUE {
                let read = |text: &str| figure::parse(text, layout.decimals).ok();
                values.push(condition.read(read).ok_or_else(unreadable)?);
            } else {
                let all =
                    layout.codes().chain([TIME_PERIOD, OBS_VALUE, OBS_STATUS]).collect::<Vec<_>>().join(", ");
                return Err(semantic(
                    name,
                    say!("no es un componente; hay: {all}", "is no component; there are: {all}"),
                ));
            }
        }
        if !statuses.is_empty() || !values.is_empty() {
            selection.keep = Some(Box::new(move |observed| {
                let letter = observed.status.to_string();
                statuses.iter().all(|condition| condition.takes(&letter))
                    && values.iter().all(|wanted| sdmx::compares(wanted, observed.value))
            }));
        }
        Ok(selection)
    }
}

fn semantic(name: &str, say: crate::text::Say) -> Refused {
    let name: String = name.chars().take(64).collect();
    senseless(Problem::new(Reason::Unknown, name, say).into())
}
