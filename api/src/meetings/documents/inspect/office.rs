//! Office files: a ZIP of parts. Each part is unfolded to its end within bounds, each part of XML is
//! read, and there is nothing but what such a file is made of: no macros, no objects of other
//! programs, no fields that fetch, no relation that leads out of it but a link to be clicked.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    fs::File,
    io::{BufReader, Read},
};

use zip::{CompressionMethod, ZipArchive};

use super::{
    super::row::Media,
    Wrong, active, too_much, unreadable,
    xml::{self, Element},
};

const PARTS: usize = 5_000;
/// The most that all parts unfold to, bytes, and that one of XML does.
const UNFOLDED: u64 = 256 << 20;
const XML: u64 = 64 << 20;
/// Text of fields that is gathered to be searched.
const FIELDS: usize = 1 << 20;

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
const ODT: &str = "application/vnd.oasis.opendocument.text";

/// Endings of parts that are no XML and that nothing runs.
const PLAIN: [&str; 14] = [
    "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "odttf", "ttf", "otf", "fntdata", "txt",
];

/// Relations of a file's own parts to programs and to other files.
const RELATIONS: [&str; 14] = [
    "oleObject",
    "package",
    "vbaProject",
    "attachedTemplate",
    "frame",
    "subDocument",
    "externalLink",
    "externalLinkPath",
    "control",
    "activeXControlBinary",
    "aFChunk",
    "ctrlProp",
    "connections",
    "xmlMaps",
];

/// Fields of a text that fetch or run, wherever they stand.
const FETCHING: [&str; 5] = ["DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "MACROBUTTON"];
/// Such fields whose names may stand in an address.
const ALSO: [&str; 4] = ["INCLUDE", "LINK", "IMPORT", "DATABASE"];

/// Elements that only what acts or fetches has.
const ELEMENTS: [&str; 20] = [
    "FmlaMacro",
    "OLEObject",
    "oleObject",
    "oleObjects",
    "object-ole",
    "control",
    "ddeLink",
    "dde-connection",
    "dde-source",
    "dde-connection-decl",
    "event-listener",
    "event-listeners",
    "script",
    "applet",
    "plugin",
    "floating-frame",
    "altChunk",
    "subDoc",
    "webPublishItem",
    "encryption-data",
];

pub fn inspect(file: &mut File, tail: &[u8]) -> Result<Media, Wrong> {
    // It ends with its table of contents, without a comment: nothing hides behind it.
    let end = tail.len().checked_sub(22).and_then(|at| tail.get(at..)).unwrap_or_default();
    if !end.starts_with(b"PK\x05\x06") || !end.ends_with(&[0, 0]) {
        return Err(unreadable());
    }
    let mut parcel = ZipArchive::new(BufReader::new(file)).map_err(|_| unreadable())?;
    if parcel.offset() != 0 {
        return Err(unreadable());
    }
    if parcel.len() > PARTS {
        return Err(too_much());
    }
    let mut seen = HashSet::new();
    let (mut left, mut media) = (UNFOLDED, None);
    for at in 0..parcel.len() {
        let mut part = parcel.by_index(at).map_err(|_| unreadable())?;
        let name = part.name().map_err(|_| unreadable())?.into_owned();
        let folder = name.ends_with('/');
        check_name(&name)?;
        if !seen.insert(name.to_lowercase()) || part.encrypted() {
            return Err(unreadable());
        }
        if !matches!(part.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return Err(unreadable());
        }
        if folder {
            continue;
        }
        let mut counted = Counted { inner: &mut part, left };
        if let Some(found) = self::part(&name, at, &mut counted)?
            && media.replace(found).is_some()
        {
            return Err(unreadable());
        }
        // What its reader did not need.
        std::io::copy(&mut counted, &mut std::io::sink()).map_err(unfolded)?;
        left = counted.left;
    }
    let has = |name: &str| seen.contains(name);
    match media {
        Some(Media::Docx) if has("word/document.xml") => Ok(Media::Docx),
        Some(Media::Xlsx) if has("xl/workbook.xml") => Ok(Media::Xlsx),
        Some(Media::Odt) if has("content.xml") && !has("word/document.xml") => Ok(Media::Odt),
        _ => Err(unreadable()),
    }
}

/// Counts what is unfolded, whatever the table says.
struct Counted<'a, R> {
    inner: &'a mut R,
    left: u64,
}

const FULL: &str = "unfolded to more than is taken";

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| std::io::Error::other(FULL))?;
        Ok(read)
    }
}

fn unfolded(cause: std::io::Error) -> Wrong {
    if cause.to_string() == FULL { too_much() } else { unreadable() }
}

fn check_name(name: &str) -> Result<(), Wrong> {
    let odd = name.is_empty()
        || name.len() > 250
        || name.starts_with('/')
        || name.contains(['\\', ':', '\0'])
        || name.trim_end_matches('/').split('/').any(|step| matches!(step, "" | "." | ".."));
    if odd { Err(active(name)) } else { Ok(()) }
}

/// Reads one part. Says what the whole is, if this is the part that does.
fn part(name: &str, at: usize, from: &mut impl Read) -> Result<Option<Media>, Wrong> {
    let low = name.to_lowercase();
    let ending = low.rsplit_once('.').map_or("", |(_, ending)| ending);
    for word in ["vbaproject", "activex", "embeddings/", "oleobject", "externallinks", "customui", "macros"] {
        if low.contains(word) {
            return Err(active(name));
        }
    }
    if ["basic/", "scripts/", "object ", "dialogs/"].iter().any(|begins| low.starts_with(begins)) {
        return Err(active(name));
    }
    if low == "mimetype" {
        let mut said = String::new();
        from.take(200).read_to_string(&mut said).map_err(unfolded)?;
        return if at == 0 && said == ODT { Ok(Some(Media::Odt)) } else { Err(unreadable()) };
    }
    if matches!(ending, "xml" | "rels" | "rdf" | "vml") {
        return xml_part(&low, from);
    }
    let mut head = Vec::new();
    from.take(4).read_to_end(&mut head).map_err(unfolded)?;
    // Where lines broke when it was last open, and how it was last printed.
    let plain = low == "layout-cache" || (ending == "bin" && low.contains("printersettings"));
    let program = [&b"MZ"[..], b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x7fELF", b"#!"];
    let runs = program.iter().any(|begins| head.starts_with(begins));
    if runs || !(plain || PLAIN.contains(&ending)) { Err(active(name)) } else { Ok(None) }
}

fn xml_part(name: &str, from: &mut impl Read) -> Result<Option<Media>, Wrong> {
    let mut media = None;
    // A field may be written letter by letter.
    let fields = RefCell::new(String::new());
    let too_large = Cell::new(false);
    let most = Bounded { inner: from, left: XML, over: &too_large };
    let element = |element: &Element| {
        if ELEMENTS.contains(&element.name.as_str()) {
            return Err(active(&element.name));
        }
        if name == "[content_types].xml" {
            let of = element.attribute("ContentType").unwrap_or_default();
            if of.to_lowercase().contains("macroenabled") || of.contains("vbaProject") {
                return Err(active(of));
            }
            match of {
                WORD => media = Some(Media::Docx),
                SHEET => media = Some(Media::Xlsx),
                _ => {}
            }
        }
        if name.ends_with(".rels") && element.name == "Relationship" {
            relation(element)?;
        }
        leads_out(element)?;
        if element.name == "fldChar" {
            fields.borrow_mut().push(' ');
        }
        for attribute in ["instr", "instrText"] {
            fetches(element.attribute(attribute).unwrap_or_default())?;
        }
        Ok(())
    };
    let text = |within: &str, said: &str| {
        if within == "instrText" {
            let mut fields = fields.borrow_mut();
            if fields.len() > FIELDS {
                return Err(too_much());
            }
            fields.push_str(said);
        }
        // A formula that speaks to another program: `cmd|' /C calc'!A0`.
        if within == "f" && said.contains('|') {
            return Err(active("DDE"));
        }
        Ok(())
    };
    let read = xml::read(BufReader::new(most), element, text);
    if too_large.get() {
        return Err(too_much());
    }
    read?;
    fetches(&fields.borrow())?;
    Ok(media)
}

struct Bounded<'a, R> {
    inner: &'a mut R,
    left: u64,
    over: &'a Cell<bool>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into).inspect_err(|cause| self.over.set(cause.to_string() == FULL))?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            self.over.set(true);
            std::io::Error::other(FULL)
        })?;
        Ok(read)
    }
}

fn relation(element: &Element) -> Result<(), Wrong> {
    let kind = element.attribute("Type").unwrap_or_default();
    let kind = kind.rsplit('/').next().unwrap_or_default();
    if RELATIONS.contains(&kind) {
        return Err(active(kind));
    }
    let target = element.attribute("Target").unwrap_or_default();
    let outside = element.attribute("TargetMode").is_some_and(|mode| !mode.eq_ignore_ascii_case("internal"));
    let link = kind == "hyperlink" && clicked(target);
    let inside = !target.contains(':') && !target.contains('\\') && !target.starts_with("//");
    if (outside && link) || (!outside && inside) { Ok(()) } else { Err(active(kind)) }
}

/// What a person may be led to by a click.
fn clicked(target: &str) -> bool {
    let low = target.trim().to_ascii_lowercase();
    ["https://", "http://", "mailto:", "#"].iter().any(|begins| low.starts_with(begins))
}

/// In an ODT a link is an `href` of the element itself.
fn leads_out(element: &Element) -> Result<(), Wrong> {
    let Some(target) = element.attribute("href") else { return Ok(()) };
    let low = target.trim().to_ascii_lowercase();
    let scheme = low.split_once(':').is_some_and(|(scheme, _)| !scheme.contains('/'));
    let inside = !scheme && !low.starts_with('/') && !low.contains("..") && !low.contains('\\');
    let by_click = element.name == "a" && clicked(target);
    if inside || by_click { Ok(()) } else { Err(active(&element.name)) }
}

fn fetches(field: &str) -> Result<(), Wrong> {
    let bare: String = field.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let named = |text: &str, names: &[&str]| {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| names.iter().any(|name| name.eq_ignore_ascii_case(word)))
    };
    if named(field, &FETCHING) || named(&bare, &ALSO) { Err(active("field")) } else { Ok(()) }
}
