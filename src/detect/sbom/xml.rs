//! CycloneDX XML as the tree that its JSON is (<https://cyclonedx.org/docs/1.6/xml/>): elements and attributes become members,
//! elements that hold many of a kind become lists. Elements that nothing asks for are passed over.

use quick_xml::events::BytesStart;

use crate::problem::Code;

use super::super::document::{Fault, MAX_DEPTH, Node, Value};
use super::super::xml_events::{Ending, Sink, UNEXPANDED, feed};
use super::cyclonedx::KEYS;
use super::read::Document;

/// Elements that are lists of what they hold.
const LISTS: [&str; 4] = ["components", "properties", "occurrences", "licenses"];

/// An element that is open.
struct Open {
    name: String,
    line: usize,
    members: Vec<(String, Node)>,
    items: Vec<Node>,
    text: String,
}

/// The document up to its first fault; what an unfinished element holds is left out, what stood before it kept.
pub(super) fn parse(text: &str) -> Document {
    let mut state = State::default();
    let (ending, line) = feed(text, MAX_DEPTH, &mut state);
    let fault = |code, text: &str| Some(Fault { code, line, text: text.to_owned() });
    let fault = match ending {
        Ending::Whole => None,
        Ending::Entities => fault(Code::Unsupported, UNEXPANDED),
        Ending::Inside => fault(Code::Truncated, "not XML: ends inside an element"),
        Ending::TooDeep(_) => fault(Code::TooDeep, "elements are nested too deeply"),
        Ending::Broken(text) => fault(Code::Malformed, &text),
    };
    (state.finish(), fault)
}

/// The elements that are open, outermost first, and how deep in one that nothing asks for the reader is.
#[derive(Default)]
struct State {
    open: Vec<Open>,
    passed_over: usize,
    root: Node,
}

impl Sink for State {
    fn open(&mut self, element: &BytesStart<'_>, line: usize) {
        let name = element.local_name().as_ref().to_owned();
        let wanted = self.open.is_empty() || KEYS.contains(&name.as_str()) || ["property", "occurrence"].contains(&name.as_str());
        if self.passed_over > 0 || !wanted {
            self.passed_over += 1;
            return;
        }
        let member = |key: &str, value: &str| (key.to_owned(), Node { line, value: Value::Text(value.to_owned()) });
        let attributes = element.attributes().filter_map(Result::ok).filter_map(|attribute| {
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
            Some(member(attribute.key.local_name().as_ref(), &value))
        });
        self.open.push(Open { name, line, members: attributes.collect(), items: Vec::new(), text: String::new() });
    }

    fn text(&mut self, text: &str) {
        if let Some(open) = self.open.last_mut().filter(|_| self.passed_over == 0) {
            open.text.push_str(text);
        }
    }

    fn close(&mut self) {
        if self.passed_over > 0 {
            self.passed_over -= 1;
            return;
        }
        let Some(open) = self.open.pop() else { return };
        let (name, node) = open.into_node();
        match self.open.last_mut() {
            // A licence's element says whether it is one or an expression, as a member does in JSON.
            Some(outer) if outer.name == "licenses" => {
                outer.items.push(Node { line: node.line, value: Value::Map(vec![(name, node)]) });
            }
            Some(outer) if LISTS.contains(&outer.name.as_str()) => outer.items.push(node),
            Some(outer) => outer.members.push((name, node)),
            None => self.root = node,
        }
    }
}

impl State {
    /// Closes lists and the root around an element that never ended, but not the records that it is part of.
    fn finish(mut self) -> Node {
        while let Some(open) = self.open.last() {
            let whole = self.open.len() == 1 || LISTS.contains(&open.name.as_str());
            if whole {
                self.passed_over = 0;
                self.close();
            } else {
                self.open.pop();
            }
        }
        self.root
    }
}

impl Open {
    fn into_node(self) -> (String, Node) {
        let Self { name, line, mut members, items, text } = self;
        let text = text.trim();
        let value = if LISTS.contains(&name.as_str()) {
            Value::List(items)
        } else if name == "property" {
            members.push(("value".to_owned(), Node { line, value: Value::Text(text.to_owned()) }));
            Value::Map(members)
        } else if members.is_empty() || name == "expression" {
            Value::Text(text.to_owned())
        } else {
            Value::Map(members)
        };
        (name, Node { line, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_members_and_lists_as_in_json() {
        let text = "<bom xmlns='http://cyclonedx.org/schema/bom/1.4'><components>\n<component type='library' bom-ref='a&amp;b'><name>x&#46;y</name>\
             <licenses><license><id>MIT</id></license><expression>A OR B</expression></licenses><hashes><hash>1</hash></hashes>\
             <properties><property name='p'>v</property></properties></component></components></bom>";
        let (node, fault) = parse(text);
        assert_eq!(fault, None);
        let component = node.get("components").and_then(|list| list.items().first()).expect("a component");
        assert_eq!((component.line, component.text("name"), component.text("bom-ref")), (2, Some("x.y"), Some("a&b")));
        let licenses = component.get("licenses").expect("licences").items();
        assert_eq!(licenses.first().and_then(|one| one.get("license")).and_then(|one| one.text("id")), Some("MIT"));
        assert_eq!(licenses.last().and_then(|one| one.text("expression")), Some("A OR B"));
        let property = component.get("properties").and_then(|list| list.items().first()).expect("a property");
        assert_eq!((property.text("name"), property.text("value")), (Some("p"), Some("v")));
        assert!(component.get("hashes").is_none());
    }

    #[test]
    fn an_element_that_never_ends_is_left_out_and_those_before_it_are_kept() {
        let (node, fault) = parse("<bom><components><component><name>a</name></component>\n<component><name>b</name><version>1");
        assert_eq!(fault.map(|fault| (fault.code, fault.line)), Some((Code::Truncated, 2)));
        let names = node.get("components").expect("a list").items().iter().map(|one| one.text("name")).collect::<Vec<_>>();
        assert_eq!(names, [Some("a")]);
        assert_eq!(parse(&"<components>".repeat(100_000)).1.map(|fault| fault.code), Some(Code::TooDeep));
    }
}
