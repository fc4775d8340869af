//! From bytes to a bill of materials: the content says which format it is, not the name.

use crate::problem::Code;

use super::super::document::{Fault, Node, Value};
use super::super::{json, maven_model};
use super::bill::Bill;
use super::{cyclonedx, spdx, syft, tag_value, xml};

/// Ids of the detectors of bills of materials.
pub const DETECTORS: [&str; 3] = ["cyclonedx", "spdx", "syft-json"];

/// Most bytes of a bill that are read.
pub const LIMIT: u64 = 512 << 20;

/// Why bytes are no bill of materials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoBill {
    /// Something else.
    Other,
    /// Something that breaks off before it says what it is: line and cause.
    Broken {
        /// The kind of problem.
        code: Code,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        text: String,
    },
    /// A bill in a format or version that is not read; the text says which, and what to do.
    Unsupported(String),
}

/// A tree as a format wants it, and where it broke off.
pub(super) type Document = (Node, Option<Fault>);

/// Reads a bill; `shown` is the file in locations and problems. What stands before a fault is kept.
///
/// # Errors
/// If the content is no bill of materials that is read.
pub fn read(bytes: &[u8], shown: &str) -> Result<Bill, NoBill> {
    let Some(text) = maven_model::decode(bytes) else { return Err(NoBill::Other) };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    match text.trim_start().chars().next() {
        Some('{') => from_json(text, shown),
        Some('<') if text.contains("cyclonedx.org/schema/bom") => Ok(finish(xml::parse(text), shown, cyclonedx::read)),
        Some('<') if text.contains("spdx.org/rdf/terms") => Err(unsupported("SPDX in RDF")),
        _ if tag_value::is_one(text) => Ok(finish(tag_value::parse(text), shown, spdx::read)),
        _ if text.lines().take(50).any(|line| line.starts_with("spdxVersion:")) => Err(unsupported("SPDX in YAML")),
        _ => Err(NoBill::Other),
    }
}

fn unsupported(what: &str) -> NoBill {
    NoBill::Unsupported(format!("{what} is not read; have it written as SPDX 2.3 JSON or CycloneDX JSON"))
}

fn from_json(text: &str, shown: &str) -> Result<Bill, NoBill> {
    let keys: Vec<&str> =
        ["predicate", "@context"].into_iter().chain(cyclonedx::KEYS).chain(spdx::KEYS).chain(syft::KEYS).collect();
    let (node, fault) = json::parse_only(text, &keys);
    // An attestation (in-toto) holds the bill as what it states.
    let node = match node.get("predicate") {
        Some(inner) if matches!(inner.value, Value::Map(_)) => inner.clone(),
        _ => node,
    };
    let is_context = |node: &Node| node.as_text().is_some_and(|text| text.contains("spdx.org/rdf/3"));
    if node.get("@context").is_some_and(|context| is_context(context) || context.items().iter().any(is_context)) {
        return Err(unsupported("SPDX 3"));
    }
    let broken = fault.is_some();
    let has_list = |key| node.get(key).is_some_and(|list| matches!(list.value, Value::List(_)));
    if node.text("bomFormat") == Some("CycloneDX") || (broken && has_list("components")) {
        Ok(finish((node, fault), shown, cyclonedx::read))
    } else if node.text("spdxVersion").is_some_and(|version| version.starts_with("SPDX-2")) || (broken && has_list("packages")) {
        Ok(finish((node, fault), shown, spdx::read))
    } else if has_list("artifacts") && (broken || syft::is_one(&node)) {
        Ok(finish((node, fault), shown, syft::read))
    } else {
        Err(fault.map_or(NoBill::Other, |Fault { code, line, text }| NoBill::Broken { code, line, text }))
    }
}

/// Lets a format read its tree, and writes down where the text broke off.
fn finish((node, fault): Document, shown: &str, format: fn(&Node, bool, &str) -> Bill) -> Bill {
    let mut bill = format(&node, fault.is_none(), shown);
    if let Some(Fault { code, line, text }) = fault {
        let next = "what stands before is kept; have the tool that wrote the file write it again";
        bill.problem_at(code, line, format!("{text}; {next}"));
    }
    bill
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(text: &str) -> Option<NoBill> {
        read(text.as_bytes(), "x").err()
    }

    #[test]
    fn the_content_tells_the_format() {
        for (text, detector) in [
            (r#"{"specVersion": "1.4", "bomFormat": "CycloneDX"}"#, "cyclonedx"),
            ("\u{feff}<?xml version=\"1.0\"?>\n<bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\"/>", "cyclonedx"),
            (r#"{"packages": [], "spdxVersion": "SPDX-2.2"}"#, "spdx"),
            ("# a comment\r\n\r\nSPDXVersion: SPDX-2.3\r\n", "spdx"),
            (r#"{"artifacts": [], "descriptor": {"name": "syft"}}"#, "syft-json"),
            (r#"{"_type": "https://in-toto.io/Statement/v1", "predicate": {"bomFormat": "CycloneDX"}}"#, "cyclonedx"),
        ] {
            let bill = read(text.as_bytes(), "x").unwrap_or_else(|why| panic!("{text}: {why:?}"));
            assert_eq!((bill.detector, bill.problems), (detector, Vec::new()), "{text}");
        }
    }

    #[test]
    fn other_content_is_told_apart() {
        for text in ["", "{}", "[]", "hello", r#"{"artifacts": []}"#, "<project/>", "{\"spdxVersion\": \"SPDX-1.2\"}"] {
            assert_eq!(why(text), Some(NoBill::Other), "{text}");
        }
        assert!(matches!(why("{\"name\": \"x\","), Some(NoBill::Broken { line: 1, .. })));
        for text in [
            r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}"#,
            "<rdf:RDF xmlns:spdx=\"http://spdx.org/rdf/terms#\"/>",
            "SPDXID: SPDXRef-DOCUMENT\nspdxVersion: SPDX-2.3\n",
        ] {
            assert!(matches!(why(text), Some(NoBill::Unsupported(_))), "{text}");
        }
        assert_eq!(read(b"\xff\xfe{\0", "x").err(), Some(NoBill::Other));
    }
}
