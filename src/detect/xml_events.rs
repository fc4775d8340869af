//! XML 1.0 as elements that open and close, with lines: what all readers of XML share. Comments, declarations and the entities of
//! a document type stand for nothing. What a fault is called is the reader's own.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::lines::Lines;

/// Takes what stands in a file, in its order. Each element that opens is closed, unless the file ends before.
pub(super) trait Sink {
    /// An element begins at `line`.
    fn open(&mut self, element: &BytesStart<'_>, line: usize);

    /// The innermost open element ends.
    fn close(&mut self) {}

    /// A part of the innermost element's text.
    fn text(&mut self, _part: &str) {}
}

/// How a file ended.
pub(super) enum Ending {
    /// With its last element.
    Whole,
    /// Inside an element.
    Inside,
    /// At an element that lies too deep; its name.
    TooDeep(String),
    /// At something that is not XML.
    Broken(String),
}

/// Hands the elements of `xml` to `sink`, and says how it ended and at which line. Elements may lie `deepest` deep.
pub(super) fn feed(xml: &str, deepest: usize, sink: &mut impl Sink) -> (Ending, usize) {
    let lines = Lines::of(xml);
    let mut reader = Reader::from_str(xml);
    let mut depth = 0;
    loop {
        let line = lines.at(usize::try_from(reader.buffer_position()).unwrap_or_default());
        match reader.read_event() {
            Ok(Event::Start(element)) if depth == deepest => {
                return (Ending::TooDeep(element.local_name().as_ref().to_owned()), line);
            }
            Ok(Event::Start(element)) => {
                sink.open(&element, line);
                depth += 1;
            }
            Ok(Event::Empty(element)) => {
                sink.open(&element, line);
                sink.close();
            }
            Ok(Event::End(_)) => {
                sink.close();
                depth = depth.saturating_sub(1);
            }
            Ok(Event::Text(text)) => sink.text(&text),
            Ok(Event::CData(text)) => sink.text(&text),
            Ok(Event::GeneralRef(entity)) => match entity.resolve_char_ref() {
                Ok(Some(character)) => sink.text(character.encode_utf8(&mut [0; 4])),
                _ => sink.text(resolve_predefined_entity(&entity).unwrap_or_default()),
            },
            Ok(Event::Eof) => return (if depth > 0 { Ending::Inside } else { Ending::Whole }, line),
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
            Err(error) => return (Ending::Broken(format!("not well-formed XML: {error}")), line),
        }
    }
}
