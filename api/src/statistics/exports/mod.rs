//! Figures on their way out: those of a vintage as they are, or the answer to a question; as CSV, SDMX-CSV 2.0,
//! SDMX-JSON 2.0 or Parquet.
//!
//! Every way out begins where every question does: with the filter, which gives the vintage that the viewer is shown
//! ([`Found`]), and with [`Shown::figures`](crate::records::Shown). What is written is made a piece at a time, each
//! when it is asked for: of a vintage of any size one row group is in memory, and a client that reads slowly holds
//! nothing but the piece on its way.

mod answer;
mod found;
mod parquet;
mod rows;
mod selection;
mod slice;
mod sums;
mod table;

use super::{
    period::Period,
    sdmx::{Json, Look},
    status::Status,
};
use crate::{error::Result, text::Lang};

pub use answer::{Answer, Ask};
pub use found::Found;
pub use parquet::Vintage as Parquet;
pub use selection::Selection;
pub use slice::Slice;
pub use table::{Csv, Kind};

/// In which form figures go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For spreadsheets; texts that they would take for a formula are guarded.
    Csv,
    /// SDMX-CSV 2.0.
    SdmxCsv,
    /// SDMX-JSON 2.0.
    SdmxJson,
    Parquet,
}

/// One observation: its period by number, its value in units of the last decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    pub period: u32,
    pub value: Option<i64>,
    pub status: Status,
}

/// All that goes out of one series: its codes by number, its observations by time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    pub codes: Vec<u32>,
    pub figures: Vec<Observed>,
}

/// Series in order, some at a time. Codes and periods are numbered by those that can occur.
pub trait Figures: Send {
    /// The codes of a dimension of the layout, sorted.
    fn codes(&self, dimension: usize) -> &[String];
    /// Sorted.
    fn periods(&self) -> &[Period];
    /// None after the last.
    fn next(&mut self) -> Result<Option<Vec<Series>>>;
}

/// What makes text of series.
pub trait Writer: Send {
    fn head(&mut self, figures: &dyn Figures, out: &mut Vec<u8>) -> Result<()>;
    fn piece(&mut self, figures: &dyn Figures, series: &[Series], out: &mut Vec<u8>) -> Result<()>;
    fn tail(&mut self, _: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }
}

/// What is made a piece at a time.
pub trait Pieces: Send {
    /// None after the last.
    fn piece(&mut self) -> Result<Option<Vec<u8>>>;
}

/// A file in the making: its bytes, a piece at a time.
pub struct Export(Box<dyn Pieces>);

/// Series, and what makes text of them.
pub struct Written<W> {
    figures: Box<dyn Figures>,
    pub writer: W,
    at: At,
    /// Series that were looked at before they were asked for.
    ahead: Option<Vec<Series>>,
}

enum At {
    Head,
    Middle,
    End,
}

impl Form {
    pub const ALL: [Form; 4] = [Form::Csv, Form::SdmxCsv, Form::SdmxJson, Form::Parquet];

    /// As it is asked for.
    pub fn word(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::SdmxCsv => "sdmx-csv",
            Form::SdmxJson => "sdmx-json",
            Form::Parquet => "parquet",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.word() == word)
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Form::Csv => "text/csv; charset=utf-8",
            Form::SdmxCsv => "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8",
            Form::SdmxJson => "application/vnd.sdmx.data+json; version=2.0.0; charset=utf-8",
            Form::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// What the name of the file ends in.
    pub fn ending(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::SdmxCsv => "sdmx.csv",
            Form::SdmxJson => "sdmx.json",
            Form::Parquet => "parquet",
        }
    }
}

impl Export {
    pub fn made(pieces: impl Pieces + 'static) -> Self {
        Self(Box::new(pieces))
    }

    /// All of it in memory: what fails then fails before anything is sent.
    pub fn at_once(self) -> Result<Self> {
        let whole = self.collect::<Result<Vec<_>>>()?.concat();
        Ok(Self::made(Whole(Some(whole))))
    }

    /// Observations of a dataset in a form.
    pub fn written(found: &Found, figures: impl Figures + 'static, form: Form, lang: Lang) -> Result<Self> {
        let layout = &found.content().layout;
        Ok(match form {
            Form::Csv => Self::made(Written::new(figures, table::Csv::new(layout, table::Kind::Plain))),
            Form::SdmxCsv => {
                let kind = table::Kind::Sdmx(found.flow()?.reference());
                Self::made(Written::new(figures, table::Csv::new(layout, kind)))
            }
            Form::SdmxJson => {
                let look = Look { lang, ..Look::default() };
                Self::made(Written::new(figures, Json::new(found.flow()?, look)))
            }
            Form::Parquet => Self::made(Written::new(figures, parquet::Vintage::new(layout))),
        })
    }
}

struct Whole(Option<Vec<u8>>);

impl Pieces for Whole {
    fn piece(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(self.0.take())
    }
}

impl<W: Writer> Written<W> {
    pub fn new(figures: impl Figures + 'static, writer: W) -> Self {
        Self { figures: Box::new(figures), writer, at: At::Head, ahead: None }
    }

    /// Whether nothing at all goes out. Looks as far as the first series.
    pub fn is_empty(&mut self) -> Result<bool> {
        if self.ahead.is_none() {
            self.ahead = self.figures.next()?;
        }
        Ok(self.ahead.is_none())
    }
}

impl<W: Writer> Pieces for Written<W> {
    fn piece(&mut self) -> Result<Option<Vec<u8>>> {
        let mut out = Vec::new();
        match self.at {
            At::Head => {
                self.writer.head(&*self.figures, &mut out)?;
                self.at = At::Middle;
            }
            At::Middle => {
                let ahead = self.ahead.take();
                match ahead.map_or_else(|| self.figures.next(), |ahead| Ok(Some(ahead)))? {
                    Some(series) => self.writer.piece(&*self.figures, &series, &mut out)?,
                    None => {
                        self.writer.tail(&mut out)?;
                        self.at = At::End;
                    }
                }
            }
            At::End => return Ok(None),
        }
        Ok(Some(out))
    }
}

impl Iterator for Export {
    type Item = Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.piece().transpose()
    }
}
