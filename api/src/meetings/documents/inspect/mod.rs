//! What a file is, by its bytes, and whether anything in it acts by itself. Pure: it reads a file
//! and says what is wrong with it. What is not understood to its end is refused.

mod office;
mod pdf;
mod picture;
mod xml;

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

use super::row::Media;
use crate::{say, text::Say};

/// Why a file is refused.
#[derive(Debug)]
pub enum Wrong {
    /// It is no file of a kind that is taken, or not one to its end.
    Form(Say),
    /// It holds what acts by itself, or leads out of it.
    Active(Say),
    /// It unfolds to more than is taken.
    Large(Say),
    /// It cannot be read from the disk.
    Broken(io::Error),
}

impl From<io::Error> for Wrong {
    fn from(cause: io::Error) -> Self {
        Wrong::Broken(cause)
    }
}

/// So much at the end of a file is looked at for what another sort of file ends with.
const TAIL: u64 = 66_000;

/// What a file is. It is read from the beginning, whole.
pub fn inspect(file: &mut File) -> Result<Media, Wrong> {
    let length = file.metadata()?.len();
    let head = part(file, 0, 1_024)?;
    let tail = part(file, length.saturating_sub(TAIL), TAIL)?;
    let has = |bytes: &[u8], sought: &[u8]| bytes.windows(sought.len()).any(|window| window == sought);
    // Readers look for the head of a PDF in the first thousand bytes, and for that of a ZIP from the end.
    let also_pdf = has(&head, b"%PDF-");
    let also_zip = has(&tail, b"PK\x05\x06");
    let two = || {
        Wrong::Form(say!(
            "el archivo se lee como dos cosas distintas a la vez",
            "the file can be read as two different things at once"
        ))
    };
    let media = if head.starts_with(b"%PDF-") {
        if also_zip {
            return Err(two());
        }
        file.rewind()?;
        pdf::inspect(file, &tail)?;
        Media::Pdf
    } else if also_pdf {
        return Err(two());
    } else if head.starts_with(b"PK\x03\x04") {
        file.rewind()?;
        office::inspect(file, &tail)?
    } else if also_zip {
        return Err(two());
    } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        file.rewind()?;
        picture::png(file, length)?;
        Media::Png
    } else if head.starts_with(b"\xff\xd8\xff") {
        file.rewind()?;
        picture::jpeg(file)?;
        Media::Jpeg
    } else {
        return Err(Wrong::Form(say!(
            "se aceptan PDF, DOCX, ODT, XLSX, PNG y JPEG; por sus bytes este archivo no es ninguno",
            "PDF, DOCX, ODT, XLSX, PNG and JPEG are taken; by its bytes this file is none of them"
        )));
    };
    file.rewind()?;
    Ok(media)
}

fn part(file: &mut File, from: u64, most: u64) -> io::Result<Vec<u8>> {
    let mut read = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.take(most).read_to_end(&mut read)?;
    Ok(read)
}

fn active(what: &str) -> Wrong {
    // Names within a file are cut: they may be anything.
    let what: String = what.chars().filter(|c| c.is_ascii_graphic()).take(40).collect();
    Wrong::Active(say!(
        "contiene algo que actúa por sí mismo o lleva fuera del archivo: {what}",
        "it holds something that acts by itself or leads out of the file: {what}"
    ))
}

fn unreadable() -> Wrong {
    Wrong::Form(say!(
        "el archivo está dañado o protegido: no se puede leer hasta el final",
        "the file is damaged or protected: it cannot be read to its end"
    ))
}

fn too_much() -> Wrong {
    Wrong::Large(say!(
        "el archivo se despliega en más de lo que se acepta",
        "the file unfolds to more than is taken"
    ))
}
