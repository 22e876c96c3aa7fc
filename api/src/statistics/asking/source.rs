//! The datasets that are asked of: found through the filter, as they are shown now or were on a day.

use std::sync::Arc;

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
        content::DatasetContent, cube::Cube, cubes::Cubes, period::Period, reference, together::Meaning,
    },
};

pub struct Source {
    pub shown: Arc<Shown<DatasetContent>>,
    pub cube: Arc<Cube>,
}

pub async fn all(
    db: &DatabaseConnection,
    viewer: &Viewer,
    cubes: &Cubes,
    datasets: &[DatasetId],
    as_of: Option<Day>,
) -> Result<Vec<Source>> {
    all_at(db, viewer, cubes, datasets, as_of.map(|Day(day)| end_of(day))).await
}

/// The same as of a moment.
pub async fn all_at(
    db: &DatabaseConnection,
    viewer: &Viewer,
    cubes: &Cubes,
    datasets: &[DatasetId],
    as_of: Option<Moment>,
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
        let cube = cubes.get(&shown.figures_at(as_of)?.file).await?;
        sources.push(Source { shown: Arc::new(shown), cube });
    }
    Ok(sources)
}

/// The last moment of a day.
pub fn end_of(day: NaiveDate) -> Moment {
    let next = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN).and_utc();
    Moment(next - chrono::TimeDelta::milliseconds(1))
}

impl Source {
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
