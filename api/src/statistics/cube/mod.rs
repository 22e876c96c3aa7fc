//! The figures of one vintage in memory.
//!
//! A series is one combination of codes; its observations are its figures by period. Codes and periods are
//! numbered in sorted order, series are sorted by their codes and observations by period. The observations stand in
//! stretches, which are held, or, where that would take too much memory, read from the file for each question.

mod narrow;
mod stretch;
mod question;
mod plan;
mod watch;
mod index;
mod cells;
mod quick;
mod tally;
mod revised;

use std::{borrow::Cow, num::NonZero, thread::available_parallelism};

use super::{
    code::{Span, spans},
    layout::Layout,
    period::Period,
};
use crate::error::Result;

pub use cells::MOST_ROWS;
pub use question::{Answer, ByPeriod, Periods, Question, Row};
pub use revised::revised;
pub use stretch::{Parts, Stretch};

/// There is no figure. A count is never negative.
pub(super) const NO_VALUE: i64 = i64::MIN;

/// So many stretches are worth a thread of their own.
const FOR_A_THREAD: usize = 4;

/// One dimension's codes, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dictionary {
    pub codes: Vec<String>,
    /// Of each code; see [`Span`].
    pub spans: Vec<Span>,
}

/// What the observations of a vintage are numbered by: the codes and the periods that occur.
#[derive(Clone, Debug)]
pub struct Frame {
    layout: Layout,
    dictionaries: Vec<Dictionary>,
    periods: Vec<Period>,
}

/// Where stretches are read from, each time anew, and numbered by the frame.
pub trait Source: Send + Sync {
    fn stretch(&self, frame: &Frame, at: usize) -> Result<Stretch>;
}

pub struct Cube {
    frame: Frame,
    stretches: Stretches,
    observations: usize,
}

enum Stretches {
    Held(Vec<Stretch>),
    Read(Box<dyn Source>, usize),
}

impl Frame {
    /// Codes and periods sorted, each once.
    pub fn new(layout: Layout, codes: Vec<Vec<String>>, periods: Vec<Period>) -> Self {
        let dictionary = |(codes, role): (Vec<String>, _)| Dictionary {
            spans: spans(role, codes.iter().map(String::as_str)),
            codes,
        };
        let roles = layout.dimensions.iter().map(|dimension| dimension.role);
        Self { dictionaries: codes.into_iter().zip(roles).map(dictionary).collect(), periods, layout }
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The codes that occur in a dimension, sorted.
    pub fn codes(&self, dimension: usize) -> &[String] {
        self.dictionaries.get(dimension).map_or(&[], |dictionary| &dictionary.codes)
    }

    /// The periods that occur, sorted.
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    /// Memory it takes.
    pub fn bytes(&self) -> usize {
        let words =
            |codes: &[String]| codes.iter().map(|code| code.capacity() + size_of::<String>()).sum::<usize>();
        self.dictionaries.iter().map(|d| words(&d.codes) + d.spans.len() * size_of::<Span>()).sum::<usize>()
            + self.periods.len() * size_of::<Period>()
    }
}

impl Cube {
    /// All of a vintage in memory; `None` if a stretch does not follow the one before.
    pub fn held(frame: Frame, stretches: Vec<Stretch>) -> Option<Self> {
        let sorted = stretches.windows(2).all(|pair| pair[1].follows(&pair[0]));
        let observations = stretches.iter().map(Stretch::len).sum();
        sorted.then_some(Self { frame, stretches: Stretches::Held(stretches), observations })
    }

    /// Nothing but the frame in memory.
    pub fn read(frame: Frame, source: Box<dyn Source>, stretches: usize, observations: usize) -> Self {
        Self { frame, stretches: Stretches::Read(source, stretches), observations }
    }

    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Whether each question reads the file.
    pub fn is_read(&self) -> bool {
        matches!(self.stretches, Stretches::Read(..))
    }

    pub fn layout(&self) -> &Layout {
        self.frame.layout()
    }

    /// The codes that occur in a dimension, sorted.
    pub fn codes(&self, dimension: usize) -> &[String] {
        self.frame.codes(dimension)
    }

    /// The periods that occur, sorted.
    pub fn periods(&self) -> &[Period] {
        self.frame.periods()
    }

    /// How many observations it has.
    pub fn len(&self) -> usize {
        self.observations
    }

    pub fn is_empty(&self) -> bool {
        self.observations == 0
    }

    /// Memory it takes.
    pub fn bytes(&self) -> usize {
        let held = match &self.stretches {
            Stretches::Held(stretches) => stretches.iter().map(Stretch::bytes).sum(),
            Stretches::Read(..) => 0,
        };
        self.frame.bytes() + held
    }

    /// In how many stretches the observations stand.
    pub fn stretch_count(&self) -> usize {
        match &self.stretches {
            Stretches::Held(stretches) => stretches.len(),
            Stretches::Read(_, count) => *count,
        }
    }

    /// A stretch, held or read.
    pub fn stretch(&self, at: usize) -> Result<Cow<'_, Stretch>> {
        match &self.stretches {
            Stretches::Held(stretches) => Ok(Cow::Borrowed(&stretches[at])),
            Stretches::Read(source, _) => source.stretch(&self.frame, at).map(Cow::Owned),
        }
    }

    /// Refuses a sum that would count the same twice (`INCOMPARABLE`), see the [rule](crate::statistics). A large
    /// vintage is gone through by several threads.
    pub fn ask(&self, question: &Question) -> Result<Answer> {
        let cores = available_parallelism().map_or(1, NonZero::get);
        self.ask_with(question, cores.min(self.stretch_count() / FOR_A_THREAD).max(1))
    }

    /// The same with so many threads.
    pub fn ask_with(&self, question: &Question, threads: usize) -> Result<Answer> {
        tally::tally(self, question, threads)
    }
}
