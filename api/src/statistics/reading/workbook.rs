//! An Excel workbook as a parcel: what it may weigh, packed and unpacked, before anybody opens it.
//!
//! What its list of contents says may be a lie, so it is unpacked once into nothing and weighed. The library that
//! reads it sets memory aside for as many texts as the workbook says that it holds; that number is looked at too.

use std::io::{self, Cursor, Read, Write};

use zip::ZipArchive;

use crate::{error::Reason, say, text::Say};

const MEGABYTE: u64 = 1 << 20;
/// Packed, as it comes.
pub const MOST_PACKED: u64 = 64 * MEGABYTE;
/// Unpacked, all together: as much as a sheet of a million rows and six columns.
const MOST_UNPACKED: u64 = 256 * MEGABYTE;
/// Unpacked, each part that is no sheet: those are held in memory.
const MOST_BESIDE: u64 = 64 * MEGABYTE;
/// So many times its packed size, where it is not small anyway. Sheets come to 10 or 30.
const MOST_TIMES: u64 = 100;
const MOST_PARTS: usize = 1_000;

pub fn is_one(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || is_compound(head)
}

/// Excel before 2007, and any workbook with a password.
fn is_compound(head: &[u8]) -> bool {
    head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0])
}

type Refused = (Reason, Say);

pub fn check(bytes: &[u8]) -> Result<(), Refused> {
    if bytes.len() as u64 > MOST_PACKED {
        return Err(too_large());
    }
    if is_compound(bytes) {
        let say = say!(
            "es un libro con contraseña, o de Excel anterior a 2007: guárdelo como .xlsx sin contraseña",
            "a workbook with a password, or of Excel before 2007: save it as .xlsx without a password"
        );
        return Err((Reason::Malformed, say));
    }
    let mut parcel = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if parcel.len() > MOST_PARTS {
        return Err(too_large());
    }
    let declared = (0..parcel.len())
        .try_fold(0_u64, |sum, at| Some(sum.saturating_add(parcel.by_index_raw(at).ok()?.size())));
    heavy(declared.ok_or_else(damaged)?, bytes.len() as u64)?;
    let mut unpacked = 0;
    for at in 0..parcel.len() {
        unpacked += part(&mut parcel, at, unpacked)?;
    }
    heavy(unpacked, bytes.len() as u64)
}

/// Unpacks one part, and says what it weighs.
fn part(parcel: &mut ZipArchive<Cursor<&[u8]>>, at: usize, before: u64) -> Result<u64, Refused> {
    if parcel.by_index_raw(at).map_err(|_| damaged())?.encrypted() {
        let say = say!(
            "el libro está cifrado: guárdelo sin contraseña",
            "the workbook is encrypted: save it without a password"
        );
        return Err((Reason::Malformed, say));
    }
    let part = parcel.by_index(at).map_err(|_| damaged())?;
    let name = part.name().map_err(|_| damaged())?.to_lowercase();
    if name.ends_with("vbaproject.bin") {
        let say =
            say!("el libro tiene macros: guárdelo como .xlsx", "the workbook has macros: save it as .xlsx");
        return Err((Reason::Malformed, say));
    }
    let most = match name.contains("/worksheets/") {
        true => MOST_UNPACKED - before,
        false => MOST_BESIDE.min(MOST_UNPACKED - before),
    };
    let mut weighed = Weighed { texts: name.ends_with("sharedstrings.xml").then(Vec::new), weight: 0 };
    io::copy(&mut part.take(most + 1), &mut weighed).map_err(|_| damaged())?;
    if weighed.weight > most {
        return Err(too_large());
    }
    match weighed.texts {
        Some(texts) if !modest(&texts) => Err(damaged()),
        _ => Ok(weighed.weight),
    }
}

fn heavy(unpacked: u64, packed: u64) -> Result<(), Refused> {
    let swollen = unpacked > 4 * MEGABYTE && unpacked / packed.max(1) > MOST_TIMES;
    if unpacked > MOST_UNPACKED || swollen { Err(too_large()) } else { Ok(()) }
}

/// Whether the texts are as many as they say at most, seen by their weight, and written so that it can be seen.
fn modest(texts: &[u8]) -> bool {
    const COUNT: &[u8] = b"uniqueCount";
    let text = texts.strip_prefix(b"\xef\xbb\xbf").unwrap_or(texts);
    text.first() == Some(&b'<')
        && text.windows(COUNT.len()).enumerate().filter(|(_, some)| *some == COUNT).all(|(at, _)| {
            let digits = text[at + COUNT.len()..].iter().skip_while(|byte| !byte.is_ascii_digit());
            let digits: String =
                digits.take_while(|byte| byte.is_ascii_digit()).take(20).map(|b| char::from(*b)).collect();
            digits.parse::<u64>().is_ok_and(|count| count <= text.len() as u64)
        })
}

struct Weighed {
    texts: Option<Vec<u8>>,
    weight: u64,
}

impl Write for Weighed {
    fn write(&mut self, some: &[u8]) -> io::Result<usize> {
        self.weight += some.len() as u64;
        if let Some(texts) = &mut self.texts {
            texts.extend_from_slice(some);
        }
        Ok(some.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub fn damaged() -> Refused {
    let say = say!(
        "no es un libro de Excel (.xlsx) que se pueda leer: ábralo y guárdelo de nuevo, o como \"CSV UTF-8\"",
        "not an Excel workbook (.xlsx) that can be read: open it and save it again, or as \"CSV UTF-8\""
    );
    (Reason::Malformed, say)
}

fn too_large() -> Refused {
    let (packed, unpacked) = (MOST_PACKED / MEGABYTE, MOST_UNPACKED / MEGABYTE);
    let say = say!(
        "un libro tiene a lo sumo {packed} MB, y {unpacked} MB ya abierto, y no se hincha más de {MOST_TIMES} veces; guárdelo como \"CSV UTF-8\"",
        "a workbook has at most {packed} MB, and {unpacked} MB when opened, and does not swell more than {MOST_TIMES} times; save it as \"CSV UTF-8\""
    );
    (Reason::TooLarge, say)
}
