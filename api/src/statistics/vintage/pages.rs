//! The pages of a column of words, read as runs. A vintage is sorted, so a column of ten million rows is a few
//! thousand runs; the library's own reader would hand out ten million words.

use anyhow::{Context, bail, ensure};
use parquet::{
    basic::Encoding,
    column::page::{Page, PageReader},
};

/// A column of words: each word that occurs, and which follow one another how often.
pub struct Runs {
    pub words: Vec<String>,
    /// Place in `words`, and for how many rows.
    pub runs: Vec<(u32, u32)>,
}

impl Runs {
    /// Exactly `rows` rows of a column without nulls.
    pub fn read(mut pages: Box<dyn PageReader>, rows: usize) -> anyhow::Result<Self> {
        let mut read = Self { words: Vec::new(), runs: Vec::new() };
        let mut left = rows;
        while let Some(page) = pages.get_next_page()? {
            match page {
                Page::DictionaryPage { buf, num_values, .. } => {
                    ensure!(read.words.is_empty(), "two dictionaries");
                    read.words = listed(&buf, num_values)?;
                }
                Page::DataPage { buf, num_values, encoding, .. } => {
                    let coded = matches!(encoding, Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY);
                    ensure!(coded, "words that are not dictionary-coded: {encoding}");
                    let count = num_values as usize;
                    left = left.checked_sub(count).context("more rows than the row group has")?;
                    read.take(&buf, count)?;
                }
                Page::DataPageV2 { .. } => bail!("a data page of version 2"),
            }
        }
        ensure!(left == 0, "fewer rows than the row group has");
        Ok(read)
    }

    /// The hybrid of runs and packed bits that Parquet calls RLE.
    fn take(&mut self, page: &[u8], mut left: usize) -> anyhow::Result<()> {
        let (width, mut bytes) = page.split_first().context("an empty page")?;
        let width = usize::from(*width);
        ensure!(width <= 32, "codes of {width} bits");
        while left > 0 {
            let header = varint(&mut bytes)?;
            let count = (header >> 1) as usize;
            ensure!(count > 0, "an empty run");
            if header & 1 == 0 {
                let (value, rest) = bytes.split_at_checked(width.div_ceil(8)).context("a page cut off")?;
                bytes = rest;
                let value = value.iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
                let count = count.min(left);
                self.push(value, count)?;
                left -= count;
            } else {
                // Eight values for each unit of the count; the last may be padding.
                let wanted = count.saturating_mul(8).min(left);
                let length = count.checked_mul(width).filter(|length| *length <= bytes.len());
                let (packed, rest) = match length {
                    Some(length) => bytes.split_at(length),
                    // The padding of the last run may be left out.
                    None => (bytes, &[][..]),
                };
                ensure!(packed.len() * 8 >= wanted * width, "a page cut off");
                bytes = rest;
                self.unpack(packed, width, wanted)?;
                left -= wanted;
            }
        }
        Ok(())
    }

    fn unpack(&mut self, mut packed: &[u8], width: usize, count: usize) -> anyhow::Result<()> {
        let (mut held, mut bits) = (0_u64, 0);
        let mask = (1_u64 << width) - 1;
        for _ in 0..count {
            while bits < width {
                let (byte, rest) = packed.split_first().context("a page cut off")?;
                held |= u64::from(*byte) << bits;
                (bits, packed) = (bits + 8, rest);
            }
            self.push(held & mask, 1)?;
            held >>= width;
            bits -= width;
        }
        Ok(())
    }

    fn push(&mut self, word: u64, count: usize) -> anyhow::Result<()> {
        ensure!(word < self.words.len() as u64, "a word that is not in the dictionary");
        let (word, count) = (word as u32, u32::try_from(count)?);
        match self.runs.last_mut() {
            Some((last, length)) if *last == word => {
                *length = length.checked_add(count).context("a run too long")?;
            }
            _ => self.runs.push((word, count)),
        }
        Ok(())
    }
}

/// The words that occur in a column, which stand before its rows.
pub fn words(mut pages: Box<dyn PageReader>) -> anyhow::Result<Vec<String>> {
    match pages.get_next_page()? {
        Some(Page::DictionaryPage { buf, num_values, .. }) => listed(&buf, num_values),
        Some(_) => bail!("words that are not dictionary-coded"),
        None => Ok(Vec::new()),
    }
}

fn varint(bytes: &mut &[u8]) -> anyhow::Result<u64> {
    let mut value = 0_u64;
    for shift in (0..35).step_by(7) {
        let (byte, rest) = bytes.split_first().context("a page cut off")?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    bail!("a number too long")
}

/// Each with its length before it, in four bytes.
fn listed(mut bytes: &[u8], count: u32) -> anyhow::Result<Vec<String>> {
    let mut words = Vec::new();
    for _ in 0..count {
        let (length, rest) = bytes.split_first_chunk().context("a dictionary cut off")?;
        let length = u32::from_le_bytes(*length) as usize;
        let (word, rest) = rest.split_at_checked(length).context("a dictionary cut off")?;
        words.push(String::from_utf8(word.to_vec())?);
        bytes = rest;
    }
    Ok(words)
}
