//! Pictures: read from head to end, with nothing behind it.

use std::{
    fs::File,
    io::{BufReader, ErrorKind, Read, Seek, SeekFrom},
};

use super::{Wrong, unreadable};

/// Each part of a PNG says how long it is; the last is `IEND`.
pub fn png(file: &File, length: u64) -> Result<(), Wrong> {
    let mut file = BufReader::new(file);
    let mut at = 8;
    file.seek(SeekFrom::Start(at))?;
    loop {
        let mut head = [0; 8];
        whole(file.read_exact(&mut head))?;
        let long = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        if at == 8 && &head[4..] != b"IHDR" {
            return Err(unreadable());
        }
        at += 12 + long;
        if at > length {
            return Err(unreadable());
        }
        if &head[4..] == b"IEND" {
            return if at == length && long == 0 { Ok(()) } else { Err(unreadable()) };
        }
        file.seek(SeekFrom::Start(at))?;
    }
}

/// Segments with a length, then scans whose end is the next marker; the last is `EOI`.
pub fn jpeg(file: &File) -> Result<(), Wrong> {
    let mut bytes = BufReader::with_capacity(1 << 16, file).bytes();
    let mut next = || match bytes.next() {
        Some(byte) => Ok(byte?),
        None => Err(unreadable()),
    };
    next()?;
    next()?;
    let mut marker = Some((next()?, next()?));
    let mut scanned = false;
    loop {
        let (first, kind) = match marker.take() {
            Some(marker) => marker,
            None => (next()?, next()?),
        };
        if first != 0xff {
            return Err(unreadable());
        }
        match kind {
            // Fill bytes may stand before a marker.
            0xff => marker = Some((0xff, next()?)),
            0xd9 if scanned => break,
            0x00 | 0x01 | 0xd0..=0xd9 => return Err(unreadable()),
            _ => {
                let long = u16::from_be_bytes([next()?, next()?]);
                for _ in 2..long {
                    next()?;
                }
                if long < 2 {
                    return Err(unreadable());
                }
                if kind == 0xda {
                    scanned = true;
                    // The scan: until a marker that is neither a stuffed byte nor a restart.
                    let mut before = next()?;
                    loop {
                        let byte = next()?;
                        if before == 0xff && !matches!(byte, 0x00 | 0xff | 0xd0..=0xd7) {
                            marker = Some((0xff, byte));
                            break;
                        }
                        before = byte;
                    }
                }
            }
        }
    }
    // Nothing behind the end.
    if bytes.next().is_some() { Err(unreadable()) } else { Ok(()) }
}

fn whole(read: std::io::Result<()>) -> Result<(), Wrong> {
    read.map_err(|cause| match cause.kind() {
        ErrorKind::UnexpectedEof => unreadable(),
        _ => Wrong::Broken(cause),
    })
}
