//! Observations as CSV: for spreadsheets, or after SDMX-CSV 2.0.

use csv::Terminator;

use super::{Figures, Series, Writer};
use crate::{
    error::Result,
    statistics::{
        cell, figure,
        layout::{Layout, OBS_STATUS, OBS_VALUE, TIME_PERIOD},
    },
};

pub enum Kind {
    Plain,
    /// With the columns that SDMX-CSV has first; the structure is `AGENCY:ID(VERSION)`.
    Sdmx(String),
}

pub struct Csv {
    kind: Kind,
    dimensions: Vec<String>,
    decimals: u8,
    /// Whether values and statuses are written.
    pub values: bool,
    pub statuses: bool,
    codes: Vec<Vec<String>>,
    periods: Vec<String>,
}

impl Csv {
    pub fn new(layout: &Layout, kind: Kind) -> Self {
        Self {
            kind,
            dimensions: layout.codes().map(str::to_owned).collect(),
            decimals: layout.decimals,
            values: true,
            statuses: true,
            codes: Vec::new(),
            periods: Vec::new(),
        }
    }

    fn leading(&self) -> [&str; 3] {
        match &self.kind {
            // Merges: whoever takes it in keeps what it does not speak of.
            Kind::Sdmx(structure) => ["dataflow", structure, "I"],
            Kind::Plain => [""; 3],
        }
    }

    fn leads(&self) -> usize {
        if matches!(self.kind, Kind::Sdmx(_)) { 3 } else { 0 }
    }
}

/// Lines of text, ended as RFC 4180 has it.
pub fn lines(out: &mut Vec<u8>) -> csv::Writer<&mut Vec<u8>> {
    csv::WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out)
}

pub fn written(cause: csv::Error) -> anyhow::Error {
    anyhow::Error::from(cause).context("a line could not be written")
}

impl Writer for Csv {
    fn head(&mut self, figures: &dyn Figures, out: &mut Vec<u8>) -> Result<()> {
        let plain = matches!(self.kind, Kind::Plain);
        let word = |code: &String| if plain { cell::guarded(code).into_owned() } else { code.clone() };
        let words = |dimension| figures.codes(dimension).iter().map(word).collect();
        self.codes = (0..self.dimensions.len()).map(words).collect();
        self.periods = figures.periods().iter().map(ToString::to_string).collect();
        let first = ["STRUCTURE", "STRUCTURE_ID", "ACTION"].into_iter().take(self.leads());
        let dimensions = self.dimensions.iter().map(String::as_str);
        let last = [(OBS_VALUE, self.values), (OBS_STATUS, self.statuses)];
        let last = last.into_iter().filter(|(_, shown)| *shown).map(|(name, _)| name);
        let header = first.chain(dimensions).chain([TIME_PERIOD]).chain(last);
        Ok(lines(out).write_record(header).map_err(written)?)
    }

    fn piece(&mut self, _: &dyn Figures, series: &[Series], out: &mut Vec<u8>) -> Result<()> {
        let mut lines = lines(out);
        let leading = &self.leading()[..self.leads()];
        for Series { codes, figures } in series {
            for observed in figures {
                for field in leading {
                    lines.write_field(field).map_err(written)?;
                }
                for (code, words) in codes.iter().zip(&self.codes) {
                    lines.write_field(&words[*code as usize]).map_err(written)?;
                }
                lines.write_field(&self.periods[observed.period as usize]).map_err(written)?;
                if self.values {
                    let value = observed.value.map(|value| figure::write(value, self.decimals));
                    lines.write_field(value.unwrap_or_default()).map_err(written)?;
                }
                if self.statuses {
                    lines.write_field(observed.status.to_string()).map_err(written)?;
                }
                lines.write_record(None::<&[u8]>).map_err(written)?;
            }
        }
        Ok(lines.flush().map_err(anyhow::Error::from)?)
    }
}
