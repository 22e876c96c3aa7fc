//! Observations as Parquet, in the form of a vintage: what goes out of a part reads like the whole.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use super::{Figures, Series, Writer};
use crate::{
    error::Result,
    statistics::{
        cube::NO_VALUE,
        layout::Layout,
        vintage::{self, GROUP_ROWS, Sheet},
    },
};

/// What was written and has not been sent.
#[derive(Clone, Default)]
pub struct Pending(Arc<Mutex<Vec<u8>>>);

impl Pending {
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub struct Vintage {
    layout: Layout,
    pending: Pending,
    writer: Option<vintage::Writer<Pending>>,
    sheet: Sheet,
}

impl Vintage {
    pub fn new(layout: &Layout) -> Self {
        let sheet = Sheet::new(layout.dimensions.len());
        Self { layout: layout.clone(), pending: Pending::default(), writer: None, sheet }
    }

    /// One row group.
    fn write(&mut self) -> Result<()> {
        let sheet = std::mem::replace(&mut self.sheet, Sheet::new(self.layout.dimensions.len()));
        if let (Some(writer), true) = (&mut self.writer, sheet.rows() > 0) {
            writer.write(&sheet)?;
        }
        Ok(())
    }
}

impl Writer for Vintage {
    fn head(&mut self, figures: &dyn Figures, _: &mut Vec<u8>) -> Result<()> {
        let words = (0..self.layout.dimensions.len()).map(|at| figures.codes(at).to_vec()).collect();
        self.writer = Some(vintage::Writer::new(self.pending.clone(), &self.layout, words)?);
        Ok(())
    }

    fn piece(&mut self, figures: &dyn Figures, series: &[Series], out: &mut Vec<u8>) -> Result<()> {
        for Series { codes, figures: observed } in series {
            for one in observed {
                let period = figures.periods()[one.period as usize];
                self.sheet.push(codes, period, one.value.unwrap_or(NO_VALUE), one.status);
                if self.sheet.rows() == GROUP_ROWS {
                    self.write()?;
                }
            }
        }
        out.append(&mut self.pending.take());
        Ok(())
    }

    fn tail(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.write()?;
        if let Some(writer) = self.writer.take() {
            writer.close()?;
        }
        out.append(&mut self.pending.take());
        Ok(())
    }
}
