//! PDF: nothing that runs, opens or holds another file. Names are compared as a reader unescapes
//! them (`/J#61vaScript`), in every object, also within compressed object streams; once by the table
//! of the file and once by what stands in its bytes, since readers mend a broken table for themselves.

use std::{
    fs::File,
    io::{BufReader, Read},
};

use lopdf::{Dictionary, Document, LoadOptions, Object};

use super::{Wrong, active, too_much, unreadable};

/// The largest PDF, bytes: it is read into memory.
const LARGEST: u64 = 64 << 20;
/// The most that one stream of objects unfolds to.
const UNFOLDED: usize = 64 << 20;
/// The most objects.
const OBJECTS: usize = 500_000;
/// The deepest that objects stand in one another.
const DEEPEST: usize = 100;

/// Keys that only what acts, or holds another file, has.
const KEYS: [&[u8]; 13] = [
    b"JS",
    b"JavaScript",
    b"AA",
    b"EmbeddedFiles",
    b"EF",
    b"XFA",
    b"RichMediaContent",
    b"RichMediaSettings",
    b"Launch",
    b"AF",
    b"Collection",
    b"RF",
    b"OPI",
];
/// What actions, annotations and streams are called that act, or hold another file.
const NAMES: [&[u8]; 20] = [
    b"JavaScript",
    b"Launch",
    b"EmbeddedFile",
    b"SubmitForm",
    b"ImportData",
    b"ResetForm",
    b"GoToR",
    b"GoToE",
    b"Rendition",
    b"Movie",
    b"Sound",
    b"RichMedia",
    b"RichMediaExecute",
    b"FileAttachment",
    b"Screen",
    b"3D",
    b"GoTo3DView",
    b"SetOCGState",
    b"Thread",
    b"Hide",
];

pub fn inspect(file: &mut File, tail: &[u8]) -> Result<(), Wrong> {
    if file.metadata()?.len() > LARGEST {
        return Err(too_much());
    }
    let end = tail.trim_ascii_end();
    if !end.ends_with(b"%%EOF") {
        return Err(unreadable());
    }
    let mut bytes = Vec::new();
    BufReader::new(file).read_to_end(&mut bytes)?;
    for force_reconstruct in [false, true] {
        let options = LoadOptions {
            max_decompressed_size: Some(UNFOLDED),
            force_reconstruct,
            ..LoadOptions::default()
        };
        let document = Document::load_mem_with_options(&bytes, options).map_err(|_| unreadable())?;
        objects(&document)?;
    }
    escaped(&bytes)
}

fn objects(document: &Document) -> Result<(), Wrong> {
    if document.trailer.has(b"Encrypt") || document.is_encrypted() {
        return Err(unreadable());
    }
    if document.objects.len() > OBJECTS {
        return Err(too_much());
    }
    // A catalogue that leads to pages: else it is no document.
    if document.catalog().is_err() || document.get_pages().is_empty() {
        return Err(unreadable());
    }
    dictionary(&document.trailer, document, 0)?;
    document.objects.values().try_for_each(|object| walk(object, document, 0))
}

fn walk(object: &Object, document: &Document, depth: usize) -> Result<(), Wrong> {
    if depth > DEEPEST {
        return Err(unreadable());
    }
    match object {
        Object::Array(items) => items.iter().try_for_each(|item| walk(item, document, depth + 1)),
        Object::Dictionary(found) => dictionary(found, document, depth + 1),
        Object::Stream(stream) => dictionary(&stream.dict, document, depth + 1),
        _ => Ok(()),
    }
}

fn dictionary(found: &Dictionary, document: &Document, depth: usize) -> Result<(), Wrong> {
    for (key, value) in found.iter() {
        if KEYS.contains(&key.as_slice()) {
            return Err(active(&String::from_utf8_lossy(key)));
        }
        let direct = resolved(value, document);
        // What opens with the file may be a place in it, and nothing else.
        if key == b"OpenAction" && !opens_a_place(direct, document) {
            return Err(active("OpenAction"));
        }
        if matches!(key.as_slice(), b"S" | b"Subtype" | b"Type")
            && let Object::Name(name) = direct
            && NAMES.contains(&name.as_slice())
        {
            return Err(active(&String::from_utf8_lossy(name)));
        }
        // Content that is read from another file.
        if key == b"F" && found.has(b"Length") {
            return Err(active("F"));
        }
        walk(value, document, depth)?;
    }
    Ok(())
}

fn opens_a_place(action: &Object, document: &Document) -> bool {
    match action {
        Object::Array(_) | Object::String(..) | Object::Null => true,
        Object::Dictionary(action) => {
            let kind = action.get(b"S").map(|kind| resolved(kind, document));
            matches!(kind, Ok(Object::Name(name)) if name == b"GoTo") && !action.has(b"Next")
        }
        _ => false,
    }
}

fn resolved<'a>(object: &'a Object, document: &'a Document) -> &'a Object {
    match object {
        Object::Reference(id) => document.get_object(*id).unwrap_or(&Object::Null),
        direct => direct,
    }
}

/// Long names in the bytes themselves, wherever they stand: what is in no table is in no object.
fn escaped(bytes: &[u8]) -> Result<(), Wrong> {
    const LONG: [&[u8]; 8] = [
        b"JavaScript",
        b"EmbeddedFile",
        b"EmbeddedFiles",
        b"RichMedia",
        b"SubmitForm",
        b"ImportData",
        b"FileAttachment",
        b"RichMediaExecute",
    ];
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'/') {
        rest = &rest[at + 1..];
        let name = unescaped(rest);
        if LONG.contains(&name.as_slice()) {
            return Err(active(&String::from_utf8_lossy(&name)));
        }
    }
    Ok(())
}

/// The name that begins here, of those that are short enough to matter.
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut name = Vec::new();
    let mut at = 0;
    while name.len() < 24 {
        match bytes.get(at) {
            Some(b'#') => {
                let digits = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
                let Some(byte) = digits.and_then(|two| u8::from_str_radix(two, 16).ok()) else { break };
                name.push(byte);
                at += 3;
            }
            Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') => {
                name.push(*byte);
                at += 1;
            }
            _ => break,
        }
    }
    name
}
