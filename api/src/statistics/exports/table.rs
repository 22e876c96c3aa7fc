//! Observations as CSV: for spreadsheets, or after SDMX-CSV 2.0.

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

/// Lines of text, ended as RFC 4180 has it. Quoted is what another dialect would cut: a semicolon as well as a comma, and
/// what stands before or after a space that a reader may trim.
pub struct Lines<'a> {
    out: &'a mut Vec<u8>,
    begun: bool,
}

pub fn lines(out: &mut Vec<u8>) -> Lines<'_> {
    Lines { out, begun: false }
}

impl Lines<'_> {
    pub fn field(&mut self, text: &str) {
        if self.begun {
            self.out.push(b',');
        }
        self.begun = true;
        let cuts = |byte: u8| matches!(byte, b',' | b';' | b'\t' | b'"' | b'\r' | b'\n');
        if text.bytes().any(cuts) || text.starts_with(' ') || text.ends_with(' ') {
            self.out.push(b'"');
            for byte in text.bytes() {
                if byte == b'"' {
                    self.out.push(byte);
                }
                self.out.push(byte);
            }
            self.out.push(b'"');
        } else {
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    pub fn end(&mut self) {
        self.out.extend_from_slice(b"\r\n");
        self.begun = false;
    }

    pub fn line(&mut self, fields: impl IntoIterator<Item = impl AsRef<str>>) {
        fields.into_iter().for_each(|field| self.field(field.as_ref()));
        self.end();
    }
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
        lines(out).line(header);
        Ok(())
    }

    fn piece(&mut self, _: &dyn Figures, series: &[Series], out: &mut Vec<u8>) -> Result<()> {
        let mut lines = lines(out);
        let leading = &self.leading()[..self.leads()];
        for Series { codes, figures } in series {
            for observed in figures {
                for field in leading {
                    lines.field(field);
                }
                for (code, words) in codes.iter().zip(&self.codes) {
                    lines.field(&words[*code as usize]);
                }
                lines.field(&self.periods[observed.period as usize]);
                if self.values {
                    let value = observed.value.map(|value| figure::write(value, self.decimals));
                    lines.field(&value.unwrap_or_default());
                }
                if self.statuses {
                    lines.field(&observed.status.to_string());
                }
                lines.end();
            }
        }
        Ok(())
    }
}
