//! Letters that are not UTF-8, as it was said that they are.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult};

use crate::{say, statistics::conventions::Encoding, text::Say};

/// Gives UTF-8, up to the first bytes that stand for nothing.
pub struct Decoded<R> {
    source: R,
    decoder: Option<Decoder>,
    pending: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    ended: bool,
    broken: bool,
}

const CHUNK: usize = 16 << 10;

impl<R: Read> Decoded<R> {
    pub fn new(source: R, encoding: Encoding) -> Self {
        let decoder = encoding.known().map(encoding_rs::Encoding::new_decoder_with_bom_removal);
        Self { source, decoder, pending: Vec::new(), text: Vec::new(), given: 0, ended: false, broken: false }
    }

    /// Whether it ended at bytes that stand for nothing.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    fn decode_some(&mut self) -> io::Result<()> {
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        let mut chunk = [0; CHUNK];
        let count = self.source.read(&mut chunk)?;
        self.pending.extend_from_slice(&chunk[..count]);
        self.text.clear();
        self.given = 0;
        loop {
            let room = decoder
                .max_utf8_buffer_length_without_replacement(self.pending.len())
                .unwrap_or(CHUNK * 4)
                .max(16);
            let before = self.text.len();
            self.text.resize(before + room, 0);
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(
                &self.pending,
                &mut self.text[before..],
                count == 0,
            );
            self.text.truncate(before + written);
            self.pending.drain(..read);
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    (self.broken, self.ended) = (true, true);
                    return Ok(());
                }
            }
        }
        self.ended = count == 0;
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.decoder.is_none() {
            return self.source.read(into);
        }
        while self.given == self.text.len() && !self.ended {
            self.decode_some()?;
        }
        let some = (self.text.len() - self.given).min(into.len());
        into[..some].copy_from_slice(&self.text[self.given..self.given + some]);
        self.given += some;
        Ok(some)
    }
}

/// What the first bytes say against the encoding that was told.
pub fn contradiction(head: &[u8], told: Encoding) -> Option<Say> {
    let marked = [
        (&[0xef, 0xbb, 0xbf][..], Encoding::Utf8),
        (&[0xff, 0xfe], Encoding::Utf16Le),
        (&[0xfe, 0xff], Encoding::Utf16Be),
    ];
    let marked = marked.into_iter().find(|(mark, _)| head.starts_with(mark)).map(|(_, encoding)| encoding);
    // Of two letters of any of our languages' headers, one of the bytes is zero.
    let zero = |odd: usize| head.iter().skip(odd).step_by(2).take(16).filter(|byte| **byte == 0).count() >= 2;
    let looks = marked.or_else(|| match (zero(1), zero(0)) {
        (true, false) => Some(Encoding::Utf16Le),
        (false, true) => Some(Encoding::Utf16Be),
        _ => None,
    })?;
    let (is, told) = (looks.name(), (looks != told).then(|| told.name())?);
    Some(say!(
        "el archivo está en {is}, no en {told}; diga su codificación, o guárdelo como \"CSV UTF-8\"",
        "the file is {is}, not {told}; say its encoding, or save it as \"CSV UTF-8\""
    ))
}
