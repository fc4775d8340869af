//! Reads `ivy.xml`, the module descriptor of Apache Ivy
//! (<https://ant.apache.org/ivy/history/latest-milestone/ivyfile/dependencies.html>). A revision that is a range, a prefix, a status or
//! a variable is none. Includes and excludes of artefacts are not followed.

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::gradle_catalog::pinned;
use super::project_file::is_in_project;
use super::xml::{self, Element};
use super::{Claim, Detector, FileFacts, Findings, Opened};

const ID: &str = "ivy";

/// Module descriptors of Ivy.
pub(super) struct Ivy;

impl Detector for Ivy {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("ivy.xml")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        is_in_project(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(root) = xml::read(file, out) else { return };
        if root.name != "ivy-module" {
            return out.problem_at(Code::Malformed, file, root.line, "root element is not `ivy-module`");
        }
        let own = root.named("info").find_map(|info| info.attribute("organisation")).unwrap_or_default();
        for dependencies in root.named("dependencies") {
            for dependency in dependencies.named("dependency") {
                let Some(name) = dependency.attribute("name").filter(|name| is_name(name)) else {
                    out.problem_at(Code::Malformed, file, dependency.line, "dependency without a name");
                    continue;
                };
                let organisation = dependency.attribute("org").unwrap_or(own);
                if !is_name(organisation) {
                    continue;
                }
                let version = dependency.attribute("rev").and_then(revision).unwrap_or_default();
                let purl = Purl::new("maven", name).with_namespace(organisation).with_version(&version);
                let place = Location::line(file.shown(), dependency.line);
                let mut component = Component::new(purl, Evidence::Declared, ID, place);
                component.origin = Origin::Registry;
                component.group = group(dependency, dependencies);
                out.component(component);
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
}

/// The one revision that is asked for; Ivy writes `working@host` and `latest.integration` for those that nobody knows before.
fn revision(written: &str) -> Option<String> {
    pinned(written).filter(|version| !version.contains(['$', '@']) && !version.starts_with("latest."))
}

/// What it is for, by the module's own configurations: those before the arrow. One that is not for tests is enough.
fn group(dependency: &Element, all: &Element) -> Group {
    let stated = dependency.attribute("conf").or_else(|| all.attribute("defaultconf")).unwrap_or_default();
    let own = stated.split(';').flat_map(|mapping| mapping.split("->").next().unwrap_or_default().split(','));
    let mut own = own.map(str::trim).filter(|name| !name.is_empty()).peekable();
    let is_build = |name: &str| ["test", "build", "provided", "sources", "javadoc"].iter().any(|word| name.contains(word));
    if own.peek().is_some() && own.all(is_build) { Group::Development } else { Group::Main }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    #[test]
    fn dependencies_have_their_revision_and_configuration() {
        let text = b"<?xml version=\"1.0\"?>\r\n<ivy-module version=\"2.0\">\r\n <info organisation=\"acme\" module=\"own\"/>\r\n <configurations><conf name=\"compile\"/><conf name=\"test\"/></configurations>\r\n <dependencies>\r\n\
            \x20 <dependency org=\"commons-lang\" name=\"commons-lang\" rev=\"2.6\" conf=\"compile->default\"/>\r\n  <dependency org=\"junit\" name=\"junit\" rev=\"4.13.2\" conf=\"test->default\"><exclude org=\"x\"/></dependency>\r\n\
            \x20 <dependency name=\"part\" rev=\"latest.integration\"/>\r\n  <dependency org=\"g\" name=\"range\" rev=\"[1.0,2.0[\"/>\r\n  <dependency org=\"g\" name=\"prefix\" rev=\"1.+\"/>\r\n  <dependency org=\"g\" name=\"variable\" rev=\"${v}\"/>\r\n\
            \x20 <dependency org=\"g\" name=\"both\" rev=\"1\" conf=\"compile,test->default\"/>\r\n  <dependency org=\"g\"/>\r\n  <exclude org=\"y\"/>\r\n </dependencies>\r\n</ivy-module>\r\n";
        expect![[r"
            pkg:maven/acme/part declared :8
            pkg:maven/commons-lang/commons-lang@2.6 declared :6
            pkg:maven/g/both@1 declared :12
            pkg:maven/g/prefix declared :10
            pkg:maven/g/range declared :9
            pkg:maven/g/variable declared :11
            pkg:maven/junit/junit@4.13.2 declared Development :7
            ! ivy.xml:13:1: UP002: dependency without a name"]]
        .assert_eq(&found(&Ivy, &[("ivy.xml", text)]));
    }

    #[test]
    fn what_is_no_descriptor_is_a_problem_and_one_that_breaks_off_is_read_so_far() {
        expect!["! ivy.xml:1:1: UP002: root element is not `ivy-module`"].assert_eq(&found(&Ivy, &[("ivy.xml", b"<a/>")]));
        expect!["! ivy.xml:1:1: UP002: not XML: no element"].assert_eq(&found(&Ivy, &[("ivy.xml", b"")]));
        expect![[r#"
            pkg:maven/g/a@1 declared :1
            ! ivy.xml:1:1: UP003: file ends inside an element"#]]
        .assert_eq(&found(
            &Ivy,
            &[("ivy.xml", b"<ivy-module><dependencies><dependency org='g' name='a' rev='1'/><dependency org='g' name='b'>")],
        ));
        assert!(!Ivy.wants(&FileFacts::new(std::path::Path::new("root/.ivy2/cache/g/a/ivy.xml"))));
    }
}
