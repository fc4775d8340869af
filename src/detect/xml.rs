//! XML 1.0 as a tree of elements with lines, for formats of which a detector reads little. Namespaces are dropped, comments
//! and entities of a document type too. What stands before a fault is kept, but not the element that it breaks.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

use crate::problem::Code;

use super::document::{Fault, MAX_DEPTH};
use super::maven_model::decode;
use super::xml_events::{Ending, Sink, UNEXPANDED, feed};
use super::{Findings, Opened};

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// Its own text, trimmed.
    pub(super) text: String,
}

impl Element {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The children of that name.
    pub(super) fn named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// The root element of `file` up to its first fault, which becomes a problem.
pub(super) fn read(file: &Opened<'_>, out: &mut Findings) -> Option<Element> {
    let Some(text) = decode(out.bytes(file)?) else {
        out.problem(Code::NotUtf8, file, "text is not valid UTF-8 and names no other encoding");
        return None;
    };
    let (root, fault) = parse(&text);
    if let Some(fault) = fault {
        out.problem_at(fault.code, file, fault.line, fault.text);
    }
    root
}

/// The root element up to the first fault.
pub(super) fn parse(xml: &str) -> (Option<Element>, Option<Fault>) {
    let mut tree = Open::default();
    let (ending, line) = feed(xml, MAX_DEPTH, &mut tree);
    let fault = |code, text: &str| Some(Fault { code, line, text: text.to_owned() });
    let fault = match ending {
        Ending::Whole | Ending::Entities if tree.root.is_none() => fault(Code::Malformed, "not XML: no element"),
        Ending::Whole => None,
        Ending::Entities => fault(Code::Unsupported, UNEXPANDED),
        Ending::Inside => fault(Code::Truncated, "file ends inside an element"),
        Ending::TooDeep(_) => fault(Code::TooDeep, "elements are nested too deeply"),
        Ending::Broken(text) => fault(Code::Malformed, &text),
    };
    (tree.rest(), fault)
}

fn element(tag: &BytesStart<'_>, line: usize) -> Element {
    let attributes = tag.attributes().filter_map(Result::ok).map(|attribute| {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or_else(|_| attribute.value.clone());
        (attribute.key.local_name().as_ref().to_owned(), value.trim().to_owned())
    });
    Element { name: tag.local_name().as_ref().to_owned(), line, attributes: attributes.collect(), ..Element::default() }
}

/// The elements that are open, outermost first, and the first root that is complete.
#[derive(Default)]
struct Open {
    open: Vec<Element>,
    root: Option<Element>,
}

impl Sink for Open {
    fn open(&mut self, tag: &BytesStart<'_>, line: usize) {
        self.open.push(element(tag, line));
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    fn close(&mut self) {
        let Some(mut element) = self.open.pop() else { return };
        element.text = element.text.trim().into();
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => drop(self.root.get_or_insert(element)),
        }
    }
}

impl Open {
    /// The root, with what is still open closed. An open element without children is half a record and is left out, and so
    /// is one around a half one whose other children are texts.
    fn rest(mut self) -> Option<Element> {
        while let Some(innermost) = self.open.pop() {
            if innermost.children.iter().any(|child| !child.attributes.is_empty() || !child.children.is_empty()) {
                self.open.push(innermost);
                break;
            }
        }
        while !self.open.is_empty() {
            self.close();
        }
        self.root
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_texts_and_lines_are_kept_and_namespaces_are_not() {
        let (root, fault) =
            parse("<?xml version=\"1.0\"?>\r\n<a:r xmlns:a=\"x\">\r\n <b c=\"&lt;1\">t&#46;<![CDATA[u]]></b>\r\n</a:r>");
        assert_eq!(fault, None);
        let root = root.expect("a root");
        let child = root.named("b").next().expect("a child");
        assert_eq!((root.name.as_str(), child.line, child.attribute("c"), child.text.as_str()), ("r", 3, Some("<1"), "t.u"));
    }

    #[test]
    fn what_stands_before_a_fault_is_kept_but_no_half_record() {
        let (root, fault) = parse("<r>\n<i n=\"1\"/>\n<i n=\"2\"><v>1</v><w");
        assert_eq!(fault.map(|fault| (fault.code, fault.line)), Some((Code::Malformed, 3)));
        assert_eq!(root.map(|root| root.children.len()), Some(1));
        assert_eq!(parse("").1.map(|fault| fault.code), Some(Code::Malformed));
        assert_eq!(parse("hello").0, None);
    }

    #[test]
    fn elements_nested_without_end_are_too_deep() {
        assert_eq!(parse(&"<a>".repeat(100_000)).1.map(|fault| fault.code), Some(Code::TooDeep));
    }
}
