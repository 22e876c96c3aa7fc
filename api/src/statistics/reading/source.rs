//! The bytes of a file and how they fall into lines and fields.

use std::{
    collections::VecDeque,
    io::{self, Read},
};

use super::{
    decoding::{Decoded, contradiction},
    table::Table,
};
use crate::{
    error::{Reason, Result},
    say,
    statistics::{columns::Columns, conventions::Encoding},
    text::Say,
};

/// The most bytes that one row may take, whatever its fields: a quotation mark that is left open would make all that
/// follows one field, and that field would be held.
const LONGEST_ROW: u64 = 4 << 20;

/// How much is read to find the separator in the header line.
const HEAD: u64 = 64 << 10;

/// A source from its beginning, of which the head was read before.
type Whole<R> = io::Chain<io::Cursor<Vec<u8>>, R>;

pub struct Lines<R> {
    reader: csv::Reader<Counted<Decoded<Whole<R>>>>,
    encoding: Encoding,
    /// Line ends before where the reader stands.
    ended: u64,
    line: u64,
}

impl<R: Read> Table for Lines<R> {
    /// The first line is 1. The library's own count leaves out blank lines.
    fn next(&mut self, record: &mut csv::ByteRecord) -> Result<Option<u64>> {
        let counted = self.reader.get_mut();
        counted.row_ends_by = counted.read.saturating_add(LONGEST_ROW);
        if !self.reader.read_byte_record(record).map_err(anyhow::Error::from)? {
            return Ok(None);
        }
        let here = self.reader.position().byte();
        let before = self.ended;
        let ends = &mut self.reader.get_mut().line_ends;
        let mut last = None;
        while let Some(end) = ends.front().copied().filter(|end| *end < here) {
            (last, self.ended) = (Some(end), self.ended + 1);
            ends.pop_front();
        }
        let terminated = last.is_some_and(|end| end + 1 == here);
        let own = record.iter().map(breaks).sum::<u64>() + u64::from(terminated);
        self.line = (1 + self.ended).saturating_sub(own).max(before + 1);
        // What was read of a row without end is no row.
        Ok((!self.reader.get_ref().endless).then_some(self.line))
    }

    fn line(&self) -> u64 {
        self.line
    }

    fn broken(&self) -> Option<(Reason, Say)> {
        let counted = self.reader.get_ref();
        if counted.endless {
            let most = LONGEST_ROW >> 20;
            let say = say!(
                "la fila pasa de {most} MB; ¿falta cerrar unas comillas?",
                "the row has more than {most} MB; is a quotation mark left open?"
            );
            return Some((Reason::TooLarge, say));
        }
        if counted.cut {
            let most = counted.most;
            let say = say!(
                "el archivo tiene más de {most} bytes; divídalo",
                "the file has more than {most} bytes; split it"
            );
            return Some((Reason::TooLarge, say));
        }
        let name = self.encoding.name();
        counted.inner.is_broken().then(|| {
            let say = say!(
                "lo que sigue no está en {name}, como se dijo; vea con qué codificación se guardó",
                "what follows is not {name}, as was said; see in which encoding it was saved"
            );
            (Reason::Malformed, say)
        })
    }
}

/// Line breaks inside a field.
fn breaks(field: &[u8]) -> u64 {
    let after = |at: usize| at > 0 && field[at - 1] == b'\r';
    let is_break = |at: &usize| field[*at] == b'\r' || (field[*at] == b'\n' && !after(*at));
    if field.iter().all(|byte| !matches!(byte, b'\r' | b'\n')) {
        0
    } else {
        (0..field.len()).filter(is_break).count() as u64
    }
}

/// Fails with words when the first bytes say that the file is not written as was told.
pub fn open<R: Read>(mut source: R, columns: &Columns, max_bytes: u64) -> io::Result<Result<Lines<R>, Say>> {
    let mut head = Vec::new();
    source.by_ref().take(HEAD).read_to_end(&mut head)?;
    if let Some(say) = contradiction(&head, columns.encoding) {
        return Ok(Err(say));
    }
    let mut text = Vec::new();
    Decoded::new(&*head, columns.encoding).read_to_end(&mut text)?;
    let separator = separator(&text, columns.header_row);
    let counted = Counted {
        inner: Decoded::new(io::Cursor::new(head).chain(source), columns.encoding),
        read: 0,
        most: max_bytes,
        cut: false,
        row_ends_by: LONGEST_ROW,
        endless: false,
        line_ends: VecDeque::new(),
        return_before: false,
    };
    let reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(counted);
    Ok(Ok(Lines { reader, encoding: columns.encoding, ended: 0, line: 1 }))
}

/// What follows the word that SDMX-CSV begins with; otherwise the one of `,` `;` tab that the header line has
/// most of, outside quotes.
fn separator(head: &[u8], header_row: u32) -> u8 {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if let Some(separator) = super::sdmx::separator(text) {
        return separator;
    }
    let (mut quoted, mut line, mut return_before) = (false, 1, false);
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for &byte in text {
        let ends = !quoted && (byte == b'\r' || (byte == b'\n' && !return_before));
        return_before = byte == b'\r';
        match byte {
            _ if ends && line == header_row => break,
            _ if ends => line += 1,
            b'"' => quoted = !quoted,
            _ if quoted || line < header_row => {}
            _ => counts
                .iter_mut()
                .filter(|(separator, _)| *separator == byte)
                .for_each(|(_, count)| *count += 1),
        }
    }
    // The last of equals is taken by `max_by_key`; with none at all the comma is as good as any.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

/// Stops at a number of bytes, in all and of one row, and knows that it did and where lines end.
struct Counted<R> {
    inner: R,
    read: u64,
    most: u64,
    cut: bool,
    /// Where the row that is being read must have ended.
    row_ends_by: u64,
    /// Whether it did not.
    endless: bool,
    /// Where each line end begins that the CSV reader has not passed.
    line_ends: VecDeque<u64>,
    /// Whether the byte before was a carriage return: a line feed after it ends no second line.
    return_before: bool,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.read >= self.row_ends_by {
            self.endless = true;
            return Ok(0);
        }
        let left = self.most.saturating_sub(self.read);
        if left == 0 {
            self.cut = self.cut || self.inner.read(&mut [0])? > 0;
            return Ok(0);
        }
        let most = into.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = self.inner.read(&mut into[..most])?;
        for (at, byte) in (self.read..).zip(&into[..count]) {
            if *byte == b'\r' || (*byte == b'\n' && !self.return_before) {
                self.line_ends.push_back(at);
            }
            self.return_before = *byte == b'\r';
        }
        self.read += count as u64;
        Ok(count)
    }
}

/// Bytes as text. Latin-1 is not guessed: `Ñ` read wrongly is another code.
pub fn utf8(bytes: &[u8]) -> Result<&str, crate::text::Say> {
    std::str::from_utf8(bytes).map_err(|_| {
        crate::say!(
            "el archivo no está en UTF-8, sino quizá en Latin-1 (Windows-1252); diga su codificación, o guárdelo como \"CSV UTF-8\"",
            "the file is not UTF-8 but perhaps Latin-1 (Windows-1252); say its encoding, or save it as \"CSV UTF-8\""
        )
    })
}
