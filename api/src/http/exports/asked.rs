//! A question in an address: the arguments of the field `statistics`, by their names.
//!
//! `where.SEX=F` may stand several times, a code each, since a code may hold a comma; so may `within.REF_AREA=MX`.
//! Names of dimensions hold none: `groupBy=SEX,REF_AREA`.

use std::collections::BTreeMap;

use async_graphql::{InputType, Value};
use axum::{extract, http::Uri};
use chrono::NaiveDate;

use crate::{
    clock::Moment,
    error::{Error, Problem, Reason, Result},
    ids::DatasetId,
    say,
    statistics::{
        DimensionFilterInput, PeriodGrouping, StatisticsMeasure, StatisticsOrderInput, end_of, exports::Ask,
        period,
    },
    text::Say,
};

/// More parameters than any question has.
const MOST: usize = 4_000;

/// The parameters of an address; those that were read are taken out.
pub struct Query(BTreeMap<String, Vec<String>>);

impl Query {
    pub fn of(uri: &Uri) -> Result<Self> {
        let pairs = extract::Query::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| {
            Error::BadRequest(say!(
                "los parámetros de la dirección no se entienden",
                "the parameters of the address cannot be understood"
            ))
        })?;
        let pairs = pairs.0;
        if pairs.len() > MOST {
            return Err(Error::Limited(say!("a lo sumo {MOST} parámetros", "at most {MOST} parameters")));
        }
        let mut query: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs {
            query.entry(name).or_default().push(value);
        }
        Ok(Self(query))
    }

    /// A parameter that stands there at most once.
    pub fn one(&mut self, name: &str) -> Result<Option<String>> {
        let mut values = self.0.remove(name).unwrap_or_default();
        if values.len() > 1 {
            let say = say!("una sola vez", "once only");
            return Err(Problem::new(Reason::Duplicate, name, say).into());
        }
        Ok(values.pop())
    }

    fn many(&mut self, name: &str) -> Vec<String> {
        let values = self.0.remove(name).unwrap_or_default();
        let parts = values.iter().flat_map(|value| value.split(',')).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    pub fn filters(&mut self) -> Vec<DimensionFilterInput> {
        let mut filters: BTreeMap<String, DimensionFilterInput> = BTreeMap::new();
        self.0.retain(|name, values| {
            let Some((kind @ ("where" | "within"), dimension)) = name.split_once('.') else { return true };
            let new = || DimensionFilterInput {
                dimension: dimension.to_owned(),
                codes: Vec::new(),
                within: Vec::new(),
            };
            let filter = filters.entry(dimension.to_owned()).or_insert_with(new);
            if kind == "where" { &mut filter.codes } else { &mut filter.within }.append(values);
            false
        });
        filters.into_values().collect()
    }

    pub fn days(&mut self) -> Result<(Option<NaiveDate>, Option<NaiveDate>)> {
        let mut day = |name: &str| {
            let Some(text) = self.one(name)? else { return Ok(None) };
            let wrong = || {
                let say = say!("un día, como `2025-01-16`", "a day, such as `2025-01-16`");
                Error::from(Problem::new(Reason::Malformed, name, say))
            };
            period::day(&text).map(Some).ok_or_else(wrong)
        };
        Ok((day("from")?, day("until")?))
    }

    /// The end of a day (UTC), or a moment.
    pub fn as_of(&mut self) -> Result<Option<Moment>> {
        let Some(text) = self.one("asOf")? else { return Ok(None) };
        moment(&text).map(Some).map_err(|say| Problem::new(Reason::Malformed, "asOf", say).into())
    }

    pub fn question(&mut self) -> Result<Ask> {
        let ids = self.0.remove("dataset").unwrap_or_default();
        let id = |text: &String| {
            DatasetId::parse_global(text).ok_or_else(|| {
                let say = say!("el id de un conjunto, `Dataset:...`", "the id of a dataset, `Dataset:...`");
                Error::from(Problem::new(Reason::Malformed, "dataset", say))
            })
        };
        let (from, until) = self.days()?;
        let measures = self.many("measures");
        let order = self.many("orderBy");
        Ok(Ask {
            datasets: ids.iter().map(id).collect::<Result<_>>()?,
            add_datasets: self.flag("addDatasets")?,
            filters: self.filters(),
            from,
            until,
            group_by: self.many("groupBy"),
            by_period: match self.one("byPeriod")? {
                Some(word) => Some(named::<PeriodGrouping>("byPeriod", &word)?.into()),
                None => None,
            },
            measures: measures.iter().map(|word| named("measures", word)).collect::<Result<_>>()?,
            window: match self.one("window")? {
                Some(text) => text.parse().map_err(|_| {
                    let say = say!("un número entero", "a whole number");
                    Error::from(Problem::new(Reason::Malformed, "window", say))
                })?,
                None => 3,
            },
            order_by: order.iter().map(|word| ordered(word)).collect::<Result<_>>()?,
            allow_incomparable: self.flag("allowIncomparable")?,
            as_of: self.as_of()?,
        })
    }

    fn flag(&mut self, name: &str) -> Result<bool> {
        match self.one(name)?.as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => {
                Err(Problem::new(Reason::Malformed, name, say!("`true` o `false`", "`true` or `false`"))
                    .into())
            }
        }
    }

    /// What is left is known to nobody: a parameter passed over would give another answer than was meant.
    pub fn done(self) -> Result<()> {
        match self.0.into_keys().next() {
            None => Ok(()),
            Some(name) => {
                let name: String = name.chars().take(64).collect();
                let say = say!("aquí no hay ese parámetro", "there is no such parameter here");
                Err(Problem::new(Reason::Unknown, name, say).into())
            }
        }
    }
}

/// `SUM`, `-SUM` for the greatest first, or the same with a dimension.
fn ordered(word: &str) -> Result<StatisticsOrderInput> {
    let (descending, word) = match word.strip_prefix('-') {
        Some(word) => (true, word),
        None => (false, word),
    };
    let measure = named::<StatisticsMeasure>("orderBy", word).ok();
    let dimension = measure.is_none().then(|| word.to_owned());
    Ok(StatisticsOrderInput { measure, dimension, descending })
}

fn named<T: InputType>(path: &str, word: &str) -> Result<T> {
    T::parse(Some(Value::String(word.to_owned()))).map_err(|_| {
        let name = T::type_name();
        let say = say!("un valor de `{name}`", "a value of `{name}`");
        Problem::new(Reason::Unknown, path, say).into()
    })
}

/// A moment of RFC 3339, or the last one of a day.
pub fn moment(text: &str) -> Result<Moment, Say> {
    if let Some(day) = period::day(text) {
        return Ok(end_of(day));
    }
    text.parse().map_err(|_| {
        say!(
            "un día, como `2025-01-16`, o un momento, como `2025-01-16T15:00:00Z`",
            "a day, such as `2025-01-16`, or a moment, such as `2025-01-16T15:00:00Z`"
        )
    })
}
