//! A question of one dataset or several, as the field `statistics` takes it, and its answer on its way out.

use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::DatabaseConnection;

use super::{
    Export, Form,
    found::{FORMS, Found},
    rows, sums,
};
use crate::{
    access::Viewer,
    bounds::Bounds,
    clock::Moment,
    error::{Problem, Reason, Result},
    ids::DatasetId,
    ledger::sha256,
    say,
    statistics::{
        asking::{
            self, Answered, DimensionFilterInput, MOST_DATASETS, Source, StatisticsMeasure,
            StatisticsOrderInput, Wanted,
        },
        cube::ByPeriod,
        cubes::Cubes,
    },
    text::Lang,
};

/// What is asked, and of what.
pub struct Ask {
    pub datasets: Vec<DatasetId>,
    pub add_datasets: bool,
    pub filters: Vec<DimensionFilterInput>,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub group_by: Vec<String>,
    pub by_period: Option<ByPeriod>,
    pub measures: Vec<StatisticsMeasure>,
    pub window: i32,
    pub order_by: Vec<StatisticsOrderInput>,
    pub allow_incomparable: bool,
    pub as_of: Option<Moment>,
}

/// A question whose datasets are found, and that is not answered yet.
pub struct Answer {
    wanted: Wanted,
    sources: Vec<Source>,
    found: Vec<Found>,
    as_of: Option<Moment>,
}

impl Ask {
    pub async fn of(self, db: &DatabaseConnection, viewer: &Viewer, cubes: &Cubes) -> Result<Answer> {
        let mut bounds = Bounds::default();
        bounds.count("dataset", self.datasets.len(), MOST_DATASETS);
        bounds.distinct("dataset", &self.datasets);
        if self.datasets.is_empty() {
            bounds.add(Reason::Required, "dataset", say!("diga de qué conjunto", "say of which dataset"));
        }
        bounds.done()?;
        let wanted = Wanted {
            add_datasets: self.add_datasets,
            filters: self.filters,
            from: self.from,
            until: self.until,
            group_by: self.group_by,
            by_period: self.by_period,
            measures: asking::measures(self.measures, self.window)?,
            order_by: self.order_by,
            allow_incomparable: self.allow_incomparable,
        };
        wanted.check()?;
        let sources = asking::all_at(db, viewer, cubes, &self.datasets, self.as_of).await?;
        let mut found = Vec::with_capacity(sources.len());
        for source in &sources {
            found.push(Found::around(db, viewer, source.shown.clone(), self.as_of).await?);
        }
        Ok(Answer { wanted, sources, found, as_of: self.as_of })
    }
}

impl Answer {
    /// The vintages that answer.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// The moment as of which it was asked.
    pub fn as_of(&self) -> Option<Moment> {
        self.as_of
    }

    /// Names exactly the bytes that go out when these vintages are asked so.
    pub fn tag(&self, asked: &[&str]) -> Result<String> {
        let tags: Vec<String> = self.found.iter().map(|found| found.tag(asked)).collect::<Result<_>>()?;
        Ok(sha256(format!("{FORMS}\n{}", tags.join("\n")).as_bytes()))
    }

    /// Answers. Takes its time: not for a thread that others wait for.
    pub fn export(self, form: Form, lang: Lang) -> Result<Export> {
        let Self { wanted, sources, found, .. } = self;
        let sdmx = match form {
            Form::Csv | Form::Parquet => None,
            Form::SdmxCsv | Form::SdmxJson => Some(sums::Shape::of(&wanted, &sources)?),
        };
        let mut answered = wanted.ask(sources)?;
        // A reader may take long. What was asked is answered, and the cubes are none of its.
        let sources = std::mem::take(&mut answered.sources);
        let datasets: Vec<DatasetId> = sources.iter().map(|source| source.shown.record.id.into()).collect();
        drop(sources);
        let answered: Arc<Answered> = answered.into();
        match (sdmx, form, found.first()) {
            (Some(shape), form, Some(found)) => {
                let sums = shape.sums(&answered)?;
                Export::written(found, sums, form, lang)
            }
            (None, Form::Parquet, _) => Ok(Export::made(rows::Parquet::new(answered, datasets)?)),
            (None, ..) => Ok(Export::made(rows::Csv::new(answered, datasets))),
            (Some(_), _, None) => {
                let say = say!("diga de qué conjunto", "say of which dataset");
                Err(Problem::new(Reason::Required, "dataset", say).into())
            }
        }
    }
}
