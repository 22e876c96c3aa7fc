//! `enlace-press`: the second program. It reads one document as JSON on its standard input and writes it as a PDF on
//! its standard output.
//!
//! It is a program of its own so that whatever a text does to typesetting (a crash, a loop, memory without end) does it
//! here and not in the node. Texts come as data and are never read as markup; there are no files, no network, no
//! packages and no clock. Beside that, the process gives up what it does not need before it reads anything.
//!
//! What it ends with: 0 printed, 2 not understood, 3 too large, 4 could not be set.

mod cleaning;
mod desk;

use std::{
    io::{Read, Write},
    process::ExitCode,
};

use rlimit::Resource;
use typst::{
    diag::SourceDiagnostic,
    ecow::EcoVec,
    foundations::{Datetime, Dict, Smart},
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Largest document that is read, bytes.
const LARGEST: u64 = 8 * 1024 * 1024;
/// All the memory it may ever have, bytes.
const MEMORY: u64 = 1024 * 1024 * 1024;

enum Unprinted {
    NotUnderstood(String),
    TooLarge,
    Unset(String),
}

fn main() -> ExitCode {
    confined();
    match printed() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Unprinted::NotUnderstood(cause)) => told(2, &cause),
        Err(Unprinted::TooLarge) => told(3, "the document is too large"),
        Err(Unprinted::Unset(cause)) => told(4, &cause),
    }
}

fn told(code: u8, cause: &str) -> ExitCode {
    // Nobody may be listening.
    let _ = writeln!(std::io::stderr(), "enlace-press: {cause}");
    ExitCode::from(code)
}

/// From here on: a bound on memory, no core on the disk, and nothing further can be opened.
fn confined() {
    for (resource, most) in [(Resource::AS, MEMORY), (Resource::CORE, 0), (Resource::NOFILE, 3)] {
        // Where the system has no such bound, what follows still opens nothing.
        let _ = rlimit::setrlimit(resource, most, most);
    }
}

fn printed() -> Result<(), Unprinted> {
    let unread = |cause: std::io::Error| Unprinted::NotUnderstood(cause.to_string());
    let mut given = Vec::new();
    std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut given).map_err(unread)?;
    if given.len() as u64 > LARGEST {
        return Err(Unprinted::TooLarge);
    }
    let pdf = pdf(&given)?;
    let mut out = std::io::stdout().lock();
    out.write_all(&pdf).and_then(|()| out.flush()).map_err(unread)
}

fn pdf(given: &[u8]) -> Result<Vec<u8>, Unprinted> {
    let not_understood = |cause: serde_json::Error| Unprinted::NotUnderstood(cause.to_string());
    let mut paper: serde_json::Value = serde_json::from_slice(given).map_err(not_understood)?;
    cleaning::clean(&mut paper);
    let dated = dated(&paper);
    let paper: Dict = serde_json::from_value(paper).map_err(not_understood)?;
    let desk = desk::Desk::with(paper);
    let document: PagedDocument = typst::compile(&desk).output.map_err(unset)?;
    // To be read by machines that read aloud and to be kept; a text that those forms cannot hold is printed all the same.
    let strict = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]);
    let strict = strict.map(|standards| typst_pdf::pdf(&document, &options(standards, dated)));
    let strict = strict.ok().and_then(Result::ok);
    match strict {
        Some(pdf) => Ok(pdf),
        None => typst_pdf::pdf(&document, &options(PdfStandards::default(), dated)).map_err(unset),
    }
}

/// The moment that the document names, for the forms that are kept.
fn dated(paper: &serde_json::Value) -> Option<Timestamp> {
    let at = |place: usize| paper.get("dated")?.get(place)?.as_u64();
    let small = |place| at(place).and_then(|number| u8::try_from(number).ok());
    let year = i32::try_from(at(0)?).ok()?;
    let moment = Datetime::from_ymd_hms(year, small(1)?, small(2)?, small(3)?, small(4)?, small(5)?)?;
    Some(Timestamp::new_utc(moment))
}

/// The same bytes for the same document.
fn options(standards: PdfStandards, dated: Option<Timestamp>) -> PdfOptions {
    PdfOptions {
        ident: Smart::Auto,
        creator: Smart::Custom(Some("Enlace".into())),
        timestamp: dated,
        standards,
        ..PdfOptions::default()
    }
}

fn unset(problems: EcoVec<SourceDiagnostic>) -> Unprinted {
    let first = problems.first().map(|problem| problem.message.to_string());
    Unprinted::Unset(first.unwrap_or_else(|| "it could not be set".into()))
}
