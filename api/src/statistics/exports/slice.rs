//! The observations of a vintage, or some of them, read from its file series by series.

use super::{Figures, Observed, Selection, Series};
use crate::{
    error::Result,
    statistics::{
        cube::{Cube, Stretch},
        period::Period,
    },
};

/// So many observations go out at once; a series is never cut.
const PIECE: usize = 1 << 14;
/// In a list of places: what stands there does not go out.
const OUT: u32 = u32::MAX;

pub struct Slice {
    cube: Cube,
    selection: Selection,
    /// Of each dimension the codes that count, and the place of each code of the frame among them.
    codes: Vec<Vec<String>>,
    places: Vec<Vec<u32>>,
    periods: Vec<Period>,
    period_places: Vec<u32>,
    /// The stretch that comes next, or is being read, and the series in it.
    at: usize,
    series: usize,
    stretch: Option<Stretch>,
    /// May go on in the next stretch.
    open: Option<Series>,
}

impl Slice {
    pub fn new(cube: Cube, selection: Selection) -> Self {
        let dimensions = 0..cube.layout().dimensions.len();
        let (codes, places) = dimensions.map(|at| numbered(cube.codes(at), &selection.codes[at])).unzip();
        let (periods, period_places) = numbered(cube.periods(), &selection.periods);
        let mut slice = Self {
            cube,
            codes,
            places,
            periods,
            period_places,
            at: 0,
            series: 0,
            stretch: None,
            open: None,
            selection,
        };
        // Keys are asked of the frame's codes, and compared with those that count.
        for key in &mut slice.selection.keys {
            for (wanted, places) in key.iter_mut().zip(&slice.places) {
                for code in wanted.iter_mut().flatten() {
                    *code = places[*code as usize];
                }
            }
        }
        slice
    }

    /// All of a vintage.
    pub fn whole(cube: Cube) -> Self {
        let all = Selection::all(cube.frame());
        Self::new(cube, all)
    }

    fn take(&mut self, stretch: &Stretch) -> Option<Series> {
        let at = self.series;
        let place = |(dimension, places): (usize, &Vec<u32>)| {
            Some(places[stretch.code(dimension, at) as usize]).filter(|place| *place != OUT)
        };
        let codes: Vec<u32> = self.places.iter().enumerate().map(place).collect::<Option<_>>()?;
        let fits = |key: &Vec<Option<Vec<u32>>>| {
            key.iter()
                .zip(&codes)
                .all(|(wanted, code)| wanted.as_ref().is_none_or(|some| some.contains(code)))
        };
        if !self.selection.keys.is_empty() && !self.selection.keys.iter().any(fits) {
            return None;
        }
        let observed = stretch.rows(at).map(|row| Observed {
            period: self.period_places[stretch.period(row)],
            value: stretch.value(row),
            status: stretch.status(row),
        });
        let kept = |observed: &Observed| {
            observed.period != OUT && self.selection.keep.as_ref().is_none_or(|keep| keep(*observed))
        };
        let figures: Vec<Observed> = observed.filter(kept).collect();
        if figures.is_empty() {
            return None;
        }
        match &mut self.open {
            Some(open) if open.codes == codes => {
                open.figures.extend(figures);
                None
            }
            open => open.replace(Series { codes, figures }),
        }
    }

    fn cut(&self, mut series: Series) -> Series {
        let (first, last) = (self.selection.first, self.selection.last);
        let figures = &mut series.figures;
        // Of who asks for both ends, the middle goes.
        let (from, until) = match (first, last) {
            (None, None) => return series,
            (first, last) => (first.unwrap_or(0), figures.len().saturating_sub(last.unwrap_or(0))),
        };
        if from < until {
            figures.drain(from..until);
        }
        series
    }
}

impl Figures for Slice {
    fn codes(&self, dimension: usize) -> &[String] {
        &self.codes[dimension]
    }

    fn periods(&self) -> &[Period] {
        &self.periods
    }

    fn next(&mut self) -> Result<Option<Vec<Series>>> {
        let (mut ready, mut rows) = (Vec::new(), 0);
        while rows < PIECE {
            let stretch = match self.stretch.take() {
                Some(stretch) => stretch,
                None if self.at == self.cube.stretch_count() => {
                    ready.extend(self.open.take());
                    break;
                }
                None => self.cube.stretch(self.at)?.into_owned(),
            };
            while self.series < stretch.series_count() && rows < PIECE {
                if let Some(series) = self.take(&stretch) {
                    rows += series.figures.len();
                    ready.push(series);
                }
                self.series += 1;
            }
            if self.series < stretch.series_count() {
                self.stretch = Some(stretch);
            } else {
                (self.at, self.series) = (self.at + 1, 0);
            }
        }
        let ready: Vec<Series> = ready.into_iter().map(|series| self.cut(series)).collect();
        Ok(Some(ready).filter(|ready| !ready.is_empty()))
    }
}

/// Those that count, and the place of each among them.
fn numbered<T: Clone>(all: &[T], counts: &[bool]) -> (Vec<T>, Vec<u32>) {
    let mut kept = Vec::new();
    let place = |(item, counts): (&T, &bool)| {
        if !counts {
            return OUT;
        }
        kept.push(item.clone());
        kept.len() as u32 - 1
    };
    let places = all.iter().zip(counts).map(place).collect();
    (kept, places)
}
