//! The parts of an office file that are XML, element by element.

use std::io::BufRead;

use quick_xml::{XmlVersion, events::Event, reader::Reader};

use super::{Wrong, active, unreadable};

/// What is seen of an element: its name without prefix, and its attributes likewise.
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Hands over each element, and text with the name of the element that it stands in. No document
/// type, no entities of the file's own, UTF-8 only.
pub fn read(
    from: impl BufRead,
    mut element: impl FnMut(&Element) -> Result<(), Wrong>,
    mut text: impl FnMut(&str, &str) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    let mut reader = Reader::from_reader(from);
    let (mut buffer, mut within, mut any) = (Vec::new(), Vec::<String>::new(), false);
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer).map_err(|_| unreadable())?;
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                any = true;
                let name = local(start.name().as_ref());
                let mut attributes = Vec::new();
                for one in start.attributes() {
                    let one = one.map_err(|_| unreadable())?;
                    let value = one.normalized_value(XmlVersion::Implicit1_0).map_err(|_| unreadable())?;
                    attributes.push((local(one.key.as_ref()), value.into_owned()));
                }
                element(&Element { name: name.clone(), attributes })?;
                if matches!(event, Event::Start(_)) {
                    within.push(name);
                }
                if within.len() > 500 {
                    return Err(unreadable());
                }
            }
            Event::End(_) => {
                within.pop();
            }
            Event::Text(said) => text(within.last().map_or("", String::as_str), said)?,
            Event::CData(said) => text(within.last().map_or("", String::as_str), said)?,
            // A letter may be spelled by its number.
            Event::GeneralRef(spelled) => {
                if let Some(letter) = spelled.resolve_char_ref().map_err(|_| unreadable())? {
                    text(within.last().map_or("", String::as_str), letter.encode_utf8(&mut [0; 4]))?;
                }
            }
            Event::DocType(_) => return Err(active("DOCTYPE")),
            Event::Decl(decl) => {
                let encoding = decl.encoding().transpose().map_err(|_| unreadable())?;
                if encoding.is_some_and(|name| !name.eq_ignore_ascii_case("utf-8")) {
                    return Err(unreadable());
                }
            }
            Event::PI(_) | Event::Comment(_) => {}
            // Some programs write parts that are empty.
            Event::Eof if any || reader.buffer_position() == 0 => return Ok(()),
            Event::Eof => return Err(unreadable()),
        }
    }
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_owned()
}
