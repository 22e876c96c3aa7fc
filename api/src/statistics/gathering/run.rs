//! Sorted rows, put aside and read again.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Cursor, Read, Write},
    os::unix::fs::FileExt,
    sync::Arc,
};

use anyhow::Context;

use super::batch::Ranks;
use crate::statistics::{period::Period, status::Status};

/// So much is written, and at most read, at once.
const BUFFER: usize = 1 << 18;

/// One observation. In a run, the series stands once before its rows.
#[derive(Clone, Copy)]
pub struct Row {
    pub series: u32,
    pub line: u32,
    /// [Packed](Period::packed).
    pub period: u64,
    pub value: i64,
    pub status: Status,
}

const ROW: usize = 21;

impl Row {
    pub fn bytes(&self) -> [u8; ROW] {
        let mut bytes = [0; ROW];
        bytes[..8].copy_from_slice(&self.period.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.value.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.line.to_le_bytes());
        bytes[20] = self.status.letter() as u8;
        bytes
    }

    fn of(bytes: &[u8; ROW]) -> Option<Self> {
        let eight = |from: usize| bytes[from..from + 8].try_into().ok();
        Some(Self {
            series: 0,
            period: u64::from_le_bytes(eight(0)?),
            value: i64::from_le_bytes(eight(8)?),
            line: u32::from_le_bytes(bytes[16..20].try_into().ok()?),
            status: Status::of(bytes[20])?,
        })
    }

    /// The order of the rows of one series.
    pub fn key(&self) -> (u64, u32) {
        (self.period, self.line)
    }

    pub fn period(&self) -> anyhow::Result<Period> {
        Period::unpacked(self.period).context("a period that is none")
    }
}

/// Where a run stands.
pub enum Run {
    Held(Vec<u8>),
    Spilled { file: Arc<File>, from: u64, to: u64 },
}

impl Run {
    pub fn held(bytes: Vec<u8>) -> Self {
        Self::Held(bytes)
    }

    /// Where the next may begin.
    pub fn end(&self) -> u64 {
        match self {
            Self::Held(_) => 0,
            Self::Spilled { to, .. } => *to,
        }
    }
}

/// A run that is being written behind the others.
pub struct Spilling {
    file: Arc<File>,
    from: u64,
    out: BufWriter<At>,
}

/// A place in a file that others read and write elsewhere at the same time.
struct At {
    file: Arc<File>,
    at: u64,
    end: u64,
}

impl Spilling {
    pub fn new(file: Arc<File>, from: u64) -> Self {
        let at = At { file: file.clone(), at: from, end: u64::MAX };
        Self { file, from, out: BufWriter::with_capacity(BUFFER, at) }
    }

    pub fn finish(self) -> anyhow::Result<Run> {
        let end = self.out.into_inner().map_err(|error| error.into_error())?.at;
        Ok(Run::Spilled { file: self.file, from: self.from, to: end })
    }
}

impl Write for Spilling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Write for At {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write_at(bytes, self.at)?;
        self.at += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for At {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min((self.end - self.at) as usize);
        let count = self.file.read_at(&mut into[..most], self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// A run that is being read: the series it has come to, and the row.
pub struct Head {
    source: Box<dyn BufRead + Send>,
    /// The codes of the series, as ranks.
    pub series: Vec<u32>,
    pub row: Row,
    left: u32,
}

impl Head {
    /// Stands at the first row; `None` if there is none.
    pub fn of(run: Run, dimensions: usize, ranks: &Ranks, buffer: usize) -> anyhow::Result<Option<Self>> {
        let source: Box<dyn BufRead + Send> = match run {
            Run::Held(bytes) => Box::new(Cursor::new(bytes)),
            Run::Spilled { file, from, to } => {
                let at = At { file, at: from, end: to };
                Box::new(BufReader::with_capacity(buffer.min(BUFFER), at))
            }
        };
        let row = Row { series: 0, line: 0, period: 0, value: 0, status: Status::NORMAL };
        let mut head = Self { source, series: vec![0; dimensions], row, left: 0 };
        Ok(head.next_series(ranks)?.then_some(head))
    }

    /// Goes on to the first row of the next series; false if there is none.
    pub fn next_series(&mut self, ranks: &Ranks) -> anyhow::Result<bool> {
        if self.source.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let mut number = [0; 4];
        for (dimension, rank) in self.series.iter_mut().enumerate() {
            self.source.read_exact(&mut number)?;
            *rank = ranks.rank(dimension, u32::from_le_bytes(number));
        }
        self.source.read_exact(&mut number)?;
        self.left = u32::from_le_bytes(number);
        self.next_row()
    }

    /// Goes on to the next row of the series; false if it has no more.
    pub fn next_row(&mut self) -> anyhow::Result<bool> {
        if self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        let mut bytes = [0; ROW];
        self.source.read_exact(&mut bytes)?;
        self.row = Row::of(&bytes).context("a status that is none")?;
        Ok(true)
    }
}
