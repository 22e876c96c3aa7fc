//! The datasets that are asked of: found through the filter, as they are shown now or were on a day.

use std::{collections::HashSet, sync::Arc};

use chrono::{NaiveDate, NaiveTime};
use sea_orm::DatabaseConnection;

use crate::{
    access::Viewer,
    clock::Moment,
    day::Day,
    error::{Problem, Reason, Result},
    ids::DatasetId,
    records::{self, Shown},
    say,
    statistics::{
        content::DatasetContent,
        cube::{Cube, Question},
        cubes::Cubes,
        period::Period,
        reference,
        together::Meaning,
    },
};

pub struct Source {
    pub shown: Arc<Shown<DatasetContent>>,
    pub cube: Arc<Cube>,
    /// Of earlier vintages that were released, what they said otherwise.
    pub revised: Vec<Arc<Cube>>,
}

/// So many earlier vintages are held against the one that answers.
const MOST_EARLIER: usize = 8;

pub async fn all(
    db: &DatabaseConnection,
    viewer: &Viewer,
    cubes: &Cubes,
    datasets: &[DatasetId],
    as_of: Option<Day>,
    revised: bool,
) -> Result<Vec<Source>> {
    found(db, viewer, cubes, datasets, as_of.map(|Day(day)| end_of(day)), revised).await
}

/// The same as of a moment, without what earlier vintages said.
pub async fn all_at(
    db: &DatabaseConnection,
    viewer: &Viewer,
    cubes: &Cubes,
    datasets: &[DatasetId],
    as_of: Option<Moment>,
) -> Result<Vec<Source>> {
    found(db, viewer, cubes, datasets, as_of, false).await
}

async fn found(
    db: &DatabaseConnection,
    viewer: &Viewer,
    cubes: &Cubes,
    datasets: &[DatasetId],
    as_of: Option<Moment>,
    revised: bool,
) -> Result<Vec<Source>> {
    let mut sources = Vec::with_capacity(datasets.len());
    for dataset in datasets {
        let shown: Shown<DatasetContent> = match as_of {
            None => records::one(db, viewer, (*dataset).into()).await?,
            Some(at) => records::as_of(db, viewer, (*dataset).into(), at).await?.ok_or_else(|| {
                let say = say!(
                    "ese día aún no se le había difundido",
                    "on that day it had not been released to you"
                );
                Problem::new(Reason::WrongState, "asOf", say)
            })?,
        };
        let file = &shown.figures_at(as_of)?.file;
        let cube = cubes.get(file).await?;
        let revised = match revised {
            true => otherwise(db, viewer, cubes, &shown, file, as_of.unwrap_or(viewer.at)).await?,
            false => Vec::new(),
        };
        sources.push(Source { shown: Arc::new(shown), cube, revised });
    }
    Ok(sources)
}

/// Of each vintage that was released before, what it said otherwise. Those that were retracted are no measure.
async fn otherwise(
    db: &DatabaseConnection,
    viewer: &Viewer,
    cubes: &Cubes,
    shown: &Shown<DatasetContent>,
    file: &String,
    until: Moment,
) -> Result<Vec<Arc<Cube>>> {
    let earlier = records::released_before(db, viewer, shown, until, MOST_EARLIER).await?;
    let mut files: Vec<&String> =
        earlier.iter().filter_map(|earlier| earlier.figures().ok()).map(|vintage| &vintage.file).collect();
    files.sort();
    files.dedup();
    let mut revised = Vec::new();
    for earlier in files.into_iter().filter(|earlier| *earlier != file) {
        revised.push(cubes.revised(earlier, file).await?);
    }
    revised.retain(|revised| !revised.is_empty());
    Ok(revised)
}

/// The last moment of a day.
pub fn end_of(day: NaiveDate) -> Moment {
    let next = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN).and_utc();
    Moment(next - chrono::TimeDelta::milliseconds(1))
}

/// The codes and the period of a row.
pub type Place = (Vec<String>, Option<String>);

impl Source {
    /// Which rows of an answer tell another figure than an earlier vintage did.
    pub fn revised(&self, question: &Question) -> HashSet<Place> {
        let mut places = HashSet::new();
        for cube in &self.revised {
            let mut question = Question { allow_incomparable: true, ..question.clone() };
            for (dimension, codes) in &mut question.where_ {
                let at = cube.layout().position(dimension);
                codes.retain(|code| at.is_some_and(|at| cube.codes(at).binary_search(code).is_ok()));
            }
            if question.where_.iter().any(|(_, codes)| codes.is_empty()) {
                continue;
            }
            // It may be refused for having too many rows: then of none it is told.
            let rows = cube.ask(&question).map(|answer| answer.rows).unwrap_or_default();
            places.extend(rows.into_iter().map(|row| (row.codes, row.period)));
        }
        places
    }

    pub fn decimals(&self) -> u8 {
        self.shown.content.layout.decimals
    }

    /// What its figures mean, of the codes and the days that count.
    pub fn meaning(
        &self,
        narrowed: &[(String, Vec<String>)],
        counts: impl Fn(&Period) -> bool,
    ) -> Result<Meaning<'_>> {
        let content = &self.shown.content;
        let codes = content.layout.dimensions.iter().enumerate().map(|(at, dimension)| {
            let wanted = narrowed.iter().find(|(name, _)| *name == dimension.code);
            let present = self.cube.codes(at).iter();
            let counted = present.filter(|code| wanted.is_none_or(|(_, wanted)| wanted.contains(code)));
            (dimension.code.as_str(), dimension.role, counted.map(String::as_str).collect())
        });
        Ok(Meaning {
            name: &content.code,
            indicator: reference::of(content)?,
            definition: reference::defined(content, self.shown.record.owner_country.as_deref())?,
            codes: codes.collect(),
            periods: self.cube.periods().iter().copied().filter(counts).collect(),
        })
    }
}
