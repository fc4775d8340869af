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

/// What is said of [`Ending::Entities`].
pub(super) const UNEXPANDED: &str = "entities of the document type are not expanded";

/// How a file ended.
pub(super) enum Ending {
    /// With its last element.
    Whole,
    /// With its last element, but its document type defines entities, which stand for nothing here.
    Entities,
    /// Inside an element.
    Inside,
    /// At an element that lies too deep; its name.
    TooDeep(String),
    /// At something that is not XML.
    Broken(String),
}

/// Hands the elements of `xml` to `sink`, and says how it ended and at which line, which for entities is that of the document type.
/// Elements may lie `deepest` deep.
pub(super) fn feed(xml: &str, deepest: usize, sink: &mut impl Sink) -> (Ending, usize) {
    let lines = Lines::of(xml);
    let mut reader = Reader::from_str(xml);
    let (mut depth, mut entities) = (0, None);
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
            Ok(Event::Eof) if depth > 0 => return (Ending::Inside, line),
            Ok(Event::Eof) => return entities.map_or((Ending::Whole, line), |line| (Ending::Entities, line)),
            Ok(Event::DocType(text)) if text.contains("<!ENTITY") => entities = Some(line),
            Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
            Err(error) => return (Ending::Broken(format!("not well-formed XML: {error}")), line),
        }
    }
}
