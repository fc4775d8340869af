//! SPDX 2 tag-value (<https://spdx.github.io/spdx-spec/v2.3/conformance/>) as the tree that its JSON is: documents, packages and
//! relations. Files, snippets and annotations are passed over.

use crate::problem::Code;

use super::super::document::{Fault, Node, Value};
use super::read::Document;

/// Tag of a package → member in JSON.
const OF_PACKAGES: [(&str, &str); 9] = [
    ("PackageComment", "comment"),
    ("PackageLicenseConcluded", "licenseConcluded"),
    ("PackageLicenseDeclared", "licenseDeclared"),
    ("PackageOriginator", "originator"),
    ("PackageSourceInfo", "sourceInfo"),
    ("PackageSupplier", "supplier"),
    ("PackageVersion", "versionInfo"),
    ("PrimaryPackagePurpose", "primaryPackagePurpose"),
    ("SPDXID", "SPDXID"),
];

/// Tag of a licence that the document defines → member in JSON.
const OF_LICENSES: [(&str, &str); 2] = [("ExtractedText", "extractedText"), ("LicenseName", "name")];

/// Whether a text is one: the version stands among the first tags.
pub(super) fn is_one(text: &str) -> bool {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.take(20).any(|line| line.strip_prefix("SPDXVersion:").is_some_and(|version| version.trim().starts_with("SPDX-2")))
}

/// What the tags belong to that follow.
#[derive(Clone, Copy, PartialEq)]
enum Section {
    Document,
    Package,
    License,
    /// A file or a snippet.
    Other,
}

type Members = Vec<(String, Node)>;

struct State {
    section: Section,
    document: Members,
    packages: Vec<Node>,
    relations: Vec<Node>,
    licenses: Vec<Node>,
}

/// The document; a line that is none is passed over, and the first such line told.
pub(super) fn parse(text: &str) -> Document {
    let mut state = State {
        section: Section::Document,
        document: Vec::new(),
        packages: Vec::new(),
        relations: Vec::new(),
        licenses: Vec::new(),
    };
    let mut fault = None;
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((tag, value)) = line.split_once(':') else {
            let text = "not a tag, a colon and a value".to_owned();
            fault = fault.or(Some(Fault { code: Code::Malformed, line: number, text }));
            continue;
        };
        match whole_value(value.trim(), &mut lines) {
            Some(value) => state.take(tag.trim(), &value, number),
            None => fault = Some(Fault { code: Code::Truncated, line: number, text: "`<text>` is not closed".to_owned() }),
        }
    }
    (state.finish(), fault)
}

/// The value, which `<text>` lets go on over many lines; `None` if it never ends.
fn whole_value<'t>(value: &str, lines: &mut impl Iterator<Item = (usize, &'t str)>) -> Option<String> {
    let Some(begun) = value.strip_prefix("<text>") else { return Some(value.to_owned()) };
    let mut whole = begun.to_owned();
    loop {
        if let Some((text, _)) = whole.split_once("</text>") {
            return Some(text.trim().to_owned());
        }
        whole.push('\n');
        whole.push_str(lines.next()?.1.trim_end());
    }
}

fn text(key: &str, value: &str, line: usize) -> (String, Node) {
    (key.to_owned(), Node { line, value: Value::Text(value.to_owned()) })
}

impl State {
    fn take(&mut self, tag: &str, value: &str, line: usize) {
        let start = |members: Members| Node { line, value: Value::Map(members) };
        match tag {
            "PackageName" => {
                self.section = Section::Package;
                self.packages.push(start(vec![text("name", value, line)]));
            }
            "LicenseID" => {
                self.section = Section::License;
                self.licenses.push(start(vec![text("licenseId", value, line)]));
            }
            "FileName" | "SnippetSPDXID" => self.section = Section::Other,
            "SPDXVersion" => self.document.push(text("spdxVersion", value, line)),
            "DocumentName" => self.document.push(text("name", value, line)),
            "Relationship" => self.relations.extend(relation(value, line)),
            _ => {
                let (record, known) = match self.section {
                    Section::Package => (self.packages.last_mut(), &OF_PACKAGES[..]),
                    Section::License => (self.licenses.last_mut(), &OF_LICENSES[..]),
                    Section::Document | Section::Other => return,
                };
                if let Some(Node { value: Value::Map(members), .. }) = record {
                    add(members, known, tag, value, line);
                }
            }
        }
    }

    fn finish(self) -> Node {
        let list = |key: &str, items: Vec<Node>| (key.to_owned(), Node { line: 1, value: Value::List(items) });
        let mut members = self.document;
        members.push(list("packages", self.packages));
        members.push(list("relationships", self.relations));
        members.push(list("hasExtractedLicensingInfos", self.licenses));
        Node { line: 1, value: Value::Map(members) }
    }
}

fn relation(value: &str, line: usize) -> Option<Node> {
    let mut words = value.split_whitespace();
    let (from, kind, to) = (words.next()?, words.next()?, words.next()?);
    let members =
        vec![text("spdxElementId", from, line), text("relationshipType", kind, line), text("relatedSpdxElement", to, line)];
    Some(Node { line, value: Value::Map(members) })
}

/// Adds the member that a tag is to a record.
fn add(members: &mut Members, known: &[(&str, &str)], tag: &str, value: &str, line: usize) {
    if let Some((_, key)) = known.iter().find(|(name, _)| *name == tag) {
        members.push(text(key, value, line));
    } else if tag == "ExternalRef" {
        let mut words = value.split_whitespace().skip(1);
        let (Some(kind), Some(locator)) = (words.next(), words.next()) else { return };
        let reference = vec![text("referenceType", kind, line), text("referenceLocator", locator, line)];
        let reference = Node { line, value: Value::Map(reference) };
        match members.iter_mut().find(|(key, _)| key == "externalRefs") {
            Some((_, Node { value: Value::List(items), .. })) => items.push(reference),
            _ => members.push(("externalRefs".to_owned(), Node { line, value: Value::List(vec![reference]) })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_go_on_over_lines_and_a_file_hides_its_tags() {
        let (node, fault) = parse(
            "SPDXVersion: SPDX-2.3\nPackageName: a\nPackageComment: <text>one\ntwo: 2</text>\nPackageVersion: 1\nFileName: ./x\nPackageVersion: 9\n",
        );
        assert_eq!(fault, None);
        let package = node.get("packages").and_then(|list| list.items().first()).expect("a package");
        assert_eq!((package.text("comment"), package.text("versionInfo")), (Some("one\ntwo: 2"), Some("1")));
    }

    #[test]
    fn a_line_that_is_no_tag_is_told_and_passed_over() {
        let (node, fault) = parse("SPDXVersion: SPDX-2.3\nwhat is this\nPackageName: a\nPackageComment: <text>open");
        assert_eq!(fault.map(|fault| (fault.code, fault.line)), Some((Code::Truncated, 4)));
        assert_eq!(node.get("packages").map(|list| list.items().len()), Some(1));
    }
}
