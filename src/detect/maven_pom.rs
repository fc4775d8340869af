//! Reads Maven's project files (<https://maven.apache.org/pom.html>): dependencies with their managed versions, bills of
//! materials that are imported, and the parent. Parents that lie in the same tree (`relativePath`) give properties and versions.
//!
//! Plugins and modules are no dependencies, and a project of the same build is own code. A version that is a range, or
//! hangs on a parent that only a repository has, is unknown; the component stays. Project files inside an unpacked jar are
//! skipped: `java-archive` reads those.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::maven_model::{Dependency, Parent, Pom, decode, parse};
use super::{Claim, Detector, FileFacts, Findings, Opened};

/// Most parents that are followed.
const MAX_PARENTS: usize = 8;
/// Most properties that one text may draw in, directly or not.
const MAX_EXPANSIONS: usize = 256;
/// Longest text that properties may make, in bytes.
const MAX_TEXT: usize = 4096;

/// `pom.xml`.
pub(super) struct MavenPom;

impl Detector for MavenPom {
    fn id(&self) -> &'static str {
        "maven-pom"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("pom.xml")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let names: Vec<_> = facts.path().iter().collect();
        !names.windows(2).any(|pair| pair[0] == "META-INF" && pair[1] == "maven")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(bytes) = out.bytes(file) else { return };
        let Some(xml) = decode(bytes) else {
            return out.problem(Code::NotUtf8, file, "text is not valid UTF-8 and names no other encoding");
        };
        let (pom, fault) = parse(&xml);
        if let Some(fault) = fault {
            let code = if fault.too_deep { Code::TooDeep } else { Code::Malformed };
            out.problem_at(code, file, fault.line, fault.text);
        }
        let project = Project::with_parents(pom, file);
        project.parent(file, out);
        let managed = project.managed();
        let imports = project.leaf().managed.iter().filter(|managed| managed.is_import());
        for dependency in imports.chain(&project.leaf().dependencies) {
            project.dependency(dependency, &managed, file, out);
        }
    }
}

impl Dependency {
    /// Whether it is a bill of materials, whose managed versions are taken over.
    fn is_import(&self) -> bool {
        self.scope.as_deref() == Some("import") && self.kind.as_deref() == Some("pom")
    }
}

/// A project file and, nearest first, its parents in the same tree. Never empty.
struct Project {
    chain: Vec<Pom>,
}

/// Managed dependencies by group, artifact, type and classifier.
type Managed<'p> = BTreeMap<[String; 4], &'p Dependency>;

impl Project {
    fn with_parents(pom: Pom, file: &Opened<'_>) -> Self {
        let mut chain = vec![pom];
        let mut place = None;
        while chain.len() <= MAX_PARENTS {
            let Some(parent) = chain.last().and_then(|pom| pom.parent.as_ref()) else { break };
            let Some((opened, pom)) = local_parent(parent, place.as_ref().unwrap_or(file)) else { break };
            place = Some(opened);
            chain.push(pom);
        }
        Self { chain }
    }

    /// Whether the parent is own code: its file lies in the tree.
    fn has_local_parent(&self) -> bool {
        self.chain.len() > 1
    }

    fn leaf(&self) -> &Pom {
        &self.chain[0]
    }

    /// The parent, unless it is own code.
    fn parent(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(parent) = self.leaf().parent.as_ref().filter(|_| !self.has_local_parent()) else { return };
        let (Some(group), Some(artifact)) = (self.text(parent.group.as_deref()), self.text(parent.artifact.as_deref())) else {
            return out.problem_at(Code::Malformed, file, parent.line, "parent without a group or an artifact");
        };
        let version = self.text(parent.version.as_deref()).and_then(|version| pinned(&version));
        let purl = Purl::new("maven", &artifact).with_namespace(&group).with_version(&version.unwrap_or_default());
        out.component(component(purl, Location::line(file.shown(), parent.line)));
    }

    fn dependency(&self, written: &Dependency, managed: &Managed<'_>, file: &Opened<'_>, out: &mut Findings) {
        let Some(key) = self.key(written) else {
            let text = format!("dependency `{}:{}` cannot be resolved", written.group, written.artifact);
            return out.problem_at(Code::Malformed, file, written.line, text);
        };
        let managed = managed.get(&key).copied();
        let [group, artifact, kind, classifier] = key;
        let field = |pick: fn(&Dependency) -> Option<&str>| self.text(pick(written).or_else(|| managed.and_then(pick)));
        let version = field(|dependency| dependency.version.as_deref());
        if self.is_own(&group, version.as_deref()) {
            return;
        }
        let kind = if matches!(kind.as_str(), "jar" | "pom") { "" } else { &kind };
        let purl = Purl::new("maven", &artifact)
            .with_namespace(&group)
            .with_version(&version.and_then(|version| pinned(&version)).unwrap_or_default())
            .with_qualifier("type", kind)
            .with_qualifier("classifier", &classifier);
        let mut found = component(purl, Location::line(file.shown(), written.line));
        found.group = match field(|dependency| dependency.scope.as_deref()).as_deref() {
            // The container brings it along: this project needs it only to be built.
            Some("test" | "provided") => Group::Development,
            _ if field(|dependency| dependency.optional.as_deref()).as_deref() == Some("true") => Group::Optional,
            _ => Group::Main,
        };
        out.component(found);
    }

    fn managed(&self) -> Managed<'_> {
        let mut index = Managed::new();
        for dependency in self.chain.iter().flat_map(|pom| &pom.managed).filter(|managed| !managed.is_import()) {
            if let Some(key) = self.key(dependency) {
                index.entry(key).or_insert(dependency);
            }
        }
        index
    }

    fn key(&self, written: &Dependency) -> Option<[String; 4]> {
        let kind = self.text(written.kind.as_deref()).unwrap_or_else(|| "jar".to_owned());
        let classifier = self.text(written.classifier.as_deref()).unwrap_or_default();
        Some([self.text(Some(&written.group))?, self.text(Some(&written.artifact))?, kind, classifier])
    }

    /// Whether group and version are those of a build of several projects that this file is part of.
    fn is_own(&self, group: &str, version: Option<&str>) -> bool {
        let several = self.has_local_parent() || self.leaf().has_modules;
        let below =
            |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        several
            && version.is_some()
            && self.text(Some("${project.version}")).as_deref() == version
            && self.text(Some("${project.groupId}")).is_some_and(|own| below(&own, group) || below(group, &own))
    }

    /// `written` with its properties filled in; `None` if it is empty or one of them is unknown.
    fn text(&self, written: Option<&str>) -> Option<String> {
        let budget = Cell::new(MAX_EXPANSIONS);
        self.expand(written?, &budget, 0).filter(|text| !text.is_empty())
    }

    fn expand(&self, written: &str, budget: &Cell<usize>, depth: usize) -> Option<String> {
        if written.len() > MAX_TEXT {
            return None;
        }
        let mut text = String::new();
        let mut rest = written;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}')?;
            // A property that needs itself runs out of depth.
            budget.set(budget.get().checked_sub(1).filter(|_| depth < 16)?);
            text.push_str(before);
            text.push_str(&self.expand(self.property(name)?, budget, depth + 1)?);
            if text.len() > MAX_TEXT {
                return None;
            }
            rest = after;
        }
        text.push_str(rest);
        Some(text)
    }

    /// A property as written: of the project itself, or the nearest definition.
    fn property(&self, name: &str) -> Option<&str> {
        let leaf = self.leaf();
        let inherited = |own: fn(&Pom) -> Option<&String>, from: fn(&Parent) -> Option<&String>| {
            self.chain.iter().find_map(|pom| own(pom).or_else(|| pom.parent.as_ref().and_then(from)))
        };
        let bare = name.strip_prefix("project.").or_else(|| name.strip_prefix("pom.")).unwrap_or(name);
        let parent = |from: fn(&Parent) -> Option<&String>| leaf.parent.as_ref().and_then(from);
        let own = match bare {
            "version" => inherited(|pom| pom.version.as_ref(), |parent| parent.version.as_ref()),
            "groupId" => inherited(|pom| pom.group.as_ref(), |parent| parent.group.as_ref()),
            "artifactId" => leaf.artifact.as_ref(),
            "parent.version" => parent(|parent| parent.version.as_ref()),
            "parent.groupId" => parent(|parent| parent.group.as_ref()),
            "parent.artifactId" => parent(|parent| parent.artifact.as_ref()),
            _ => None,
        };
        let defined = || self.chain.iter().find_map(|pom| pom.properties.get(name));
        if name == bare { defined().or(own) } else { own.or_else(defined) }.map(String::as_str)
    }
}

/// The parent's file, if it lies where `relativePath` says and is the project that was meant; Maven looks no further either.
fn local_parent<'a>(parent: &Parent, file: &Opened<'a>) -> Option<(Opened<'a>, Pom)> {
    let relative = parent.relative_path.as_deref().unwrap_or("../pom.xml");
    if relative.is_empty() || relative.contains("${") {
        return None;
    }
    let folder = format!("{relative}/pom.xml");
    [relative, folder.as_str()].into_iter().find_map(|path| {
        let opened = file.sibling(path);
        let (pom, _) = parse(&decode(opened.bytes().ok()?)?);
        let group = pom.group.as_ref().or(pom.parent.as_ref().and_then(|above| above.group.as_ref()));
        let version = pom.version.as_ref().or(pom.parent.as_ref().and_then(|above| above.version.as_ref()));
        let same_version = version == parent.version.as_ref()
            || [version, parent.version.as_ref()].into_iter().flatten().any(|version| version.contains("${"));
        (group == parent.group.as_ref() && pom.artifact == parent.artifact && same_version).then_some((opened, pom))
    })
}

fn component(purl: Purl, location: Location) -> Component {
    let mut component = Component::new(purl, Evidence::Declared, MavenPom.id(), location);
    component.origin = Origin::Registry;
    component.chosen = Chosen::Purpose;
    component
}

/// The one version that is meant; `None` for ranges and for `LATEST` and `RELEASE`.
fn pinned(version: &str) -> Option<String> {
    let exact = version.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(version).trim();
    let open = exact.contains(['[', ']', '(', ')', ',']) || matches!(exact, "" | "LATEST" | "RELEASE");
    (!open).then(|| exact.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::{Expect, expect};

    /// Checks the file `app/pom.xml` with that content of `<project>`; `parent` lies above it.
    #[expect(clippy::needless_pass_by_value, reason = "the shape that expect! gives")]
    fn check(project: &str, parent: &str, expected: Expect) {
        let [leaf, parent] =
            [project, parent].map(|body| format!("<project xmlns=\"http://maven.apache.org/POM/4.0.0\">{body}</project>"));
        expected.assert_eq(&found(&MavenPom, &[("app/pom.xml", leaf.as_bytes()), ("pom.xml", parent.as_bytes())]));
    }

    const PARENT: &str = "<parent><groupId>org.acme</groupId><artifactId>all</artifactId><version>2.0</version></parent>";
    const ALL: &str = "<groupId>org.acme</groupId><artifactId>all</artifactId><version>2.0</version>";

    #[test]
    fn properties_nest_and_a_circle_of_them_is_unknown() {
        check(
            "<version>7</version><properties><major>3</major><lang>${major}.14.0</lang><a>${b}</a><b>${a}</b></properties><dependencies>
<dependency><groupId>org.apache.commons</groupId><artifactId>commons-lang3</artifactId><version>${lang}</version></dependency>
<dependency><groupId>x</groupId><artifactId>circle</artifactId><version>${a}</version></dependency>
<dependency><groupId>x</groupId><artifactId>own-version</artifactId><version>${project.version}</version></dependency>
<dependency><groupId>x</groupId><artifactId>unknown</artifactId><version>${nowhere}</version></dependency>
</dependencies>",
            "",
            expect![[r#"
                pkg:maven/org.apache.commons/commons-lang3@3.14.0 declared chosen=Purpose :2
                pkg:maven/x/circle declared chosen=Purpose :3
                pkg:maven/x/own-version@7 declared chosen=Purpose :4
                pkg:maven/x/unknown declared chosen=Purpose :5"#]],
        );
    }

    #[test]
    fn only_an_exact_pin_is_a_version() {
        let dependency = |version: &str| {
            format!("<dependency><groupId>g</groupId><artifactId>a</artifactId><version>{version}</version></dependency>\n")
        };
        let all: String = ["[1.0,2.0)", "[1.2]", "LATEST", "1.2-SNAPSHOT", "(,1.0]", " 3 "].map(dependency).concat();
        check(
            &format!("<dependencies>\n{all}</dependencies>"),
            "",
            expect![[r#"
            pkg:maven/g/a declared chosen=Purpose :2
            pkg:maven/g/a declared chosen=Purpose :4
            pkg:maven/g/a declared chosen=Purpose :6
            pkg:maven/g/a@1.2 declared chosen=Purpose :3
            pkg:maven/g/a@1.2-SNAPSHOT declared chosen=Purpose :5
            pkg:maven/g/a@3 declared chosen=Purpose :7"#]],
        );
    }

    #[test]
    fn scopes_and_optional_make_groups_and_managed_versions_apply() {
        check(
            "<dependencyManagement><dependencies>
<dependency><groupId>g</groupId><artifactId>t</artifactId><version>1</version><scope>test</scope></dependency>
<dependency><groupId>g</groupId><artifactId>unused</artifactId><version>1</version></dependency>
<dependency><groupId>g</groupId><artifactId>bom</artifactId><version>5</version><type>pom</type><scope>import</scope></dependency>
<dependency><groupId>g</groupId><artifactId>c</artifactId><version>2</version><classifier>linux</classifier></dependency>
</dependencies></dependencyManagement><dependencies>
<dependency><groupId>g</groupId><artifactId>t</artifactId></dependency>
<dependency><groupId>g</groupId><artifactId>p</artifactId><version>2</version><scope>provided</scope></dependency>
<dependency><groupId>g</groupId><artifactId>o</artifactId><version>3</version><optional>true</optional></dependency>
<dependency><groupId>g</groupId><artifactId>c</artifactId></dependency>
<dependency><groupId>g</groupId><artifactId>c</artifactId><classifier>linux</classifier></dependency>
<dependency><groupId>g</groupId><artifactId>w</artifactId><version>4</version><type>war</type></dependency>
</dependencies>",
            "",
            expect![[r#"
                pkg:maven/g/bom@5 declared chosen=Purpose :4
                pkg:maven/g/c declared chosen=Purpose :10
                pkg:maven/g/c@2?classifier=linux declared chosen=Purpose :11
                pkg:maven/g/o@3 declared Optional chosen=Purpose :9
                pkg:maven/g/p@2 declared Development chosen=Purpose :8
                pkg:maven/g/t@1 declared Development chosen=Purpose :7
                pkg:maven/g/w@4?type=war declared chosen=Purpose :12"#]],
        );
    }

    #[test]
    fn a_parent_that_only_a_repository_has_is_a_component() {
        check(
            "<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>2.7.18</version><relativePath/></parent>
<dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies>",
            "",
            expect![[r#"
                pkg:maven/org.springframework.boot/spring-boot-starter-parent@2.7.18 declared chosen=Purpose :1
                pkg:maven/org.springframework.boot/spring-boot-starter-web declared chosen=Purpose :2"#]],
        );
    }

    #[test]
    fn a_parent_in_the_tree_gives_versions_and_is_own_code_like_its_modules() {
        check(
            &format!(
                "{PARENT}<artifactId>app</artifactId><properties><v>child</v></properties><dependencies>
<dependency><groupId>g</groupId><artifactId>managed</artifactId></dependency>
<dependency><groupId>${{project.groupId}}</groupId><artifactId>sibling</artifactId><version>${{project.version}}</version></dependency>
<dependency><groupId>org.acme</groupId><artifactId>older</artifactId><version>1.0</version></dependency>
</dependencies>"
            ),
            &format!(
                "{ALL}<properties><v>parent</v></properties><dependencyManagement><dependencies>
<dependency><groupId>g</groupId><artifactId>managed</artifactId><version>${{v}}</version></dependency>
</dependencies></dependencyManagement>"
            ),
            expect![[r#"
                pkg:maven/g/managed@child declared chosen=Purpose :2
                pkg:maven/org.acme/older@1.0 declared chosen=Purpose :4"#]],
        );
    }

    #[test]
    fn another_project_above_is_not_the_parent() {
        check(
            PARENT,
            "<groupId>org.acme</groupId><artifactId>other</artifactId><version>2.0</version>",
            expect!["pkg:maven/org.acme/all@2.0 declared chosen=Purpose :1"],
        );
        check(
            PARENT,
            "<groupId>org.acme</groupId><artifactId>all</artifactId><version>1.9</version>",
            expect!["pkg:maven/org.acme/all@2.0 declared chosen=Purpose :1"],
        );
        check(PARENT, ALL, expect![[""]]);
    }

    #[test]
    fn a_project_that_is_its_own_parent_ends() {
        let own = format!("{ALL}{}", PARENT.replace("</parent>", "<relativePath>pom.xml</relativePath></parent>"));
        check(&own, "", expect![[""]]);
    }

    #[test]
    fn what_stands_before_a_fault_stays() {
        check(
            "<dependencies>\n<dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version></dependency>\n<dependency></oops>",
            "",
            expect![[r#"
                pkg:maven/g/a@1 declared chosen=Purpose :2
                ! app/pom.xml:3:1: UP002: not well-formed XML: ill-formed document: expected `</dependency>`, but `</oops>` was found"#]],
        );
        expect!["! pom.xml:1:1: UP002: root element is not `project`"]
            .assert_eq(&found(&MavenPom, &[("pom.xml", b"<html></html>")]));
        expect!["! pom.xml:1:1: UP002: root element is not `project`"].assert_eq(&found(&MavenPom, &[("pom.xml", b"")]));
    }

    #[test]
    fn properties_that_multiply_are_cut() {
        let properties: Vec<_> = (0..30).map(|n| format!("<p{n}>${{p{m}}}${{p{m}}}</p{n}>", m = n + 1)).collect();
        let properties = properties.concat();
        check(
            &format!(
                "<properties>{properties}<p30/></properties><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>${{p0}}</version></dependency></dependencies>"
            ),
            "",
            expect!["pkg:maven/g/a declared chosen=Purpose :1"],
        );
    }

    #[test]
    fn a_project_file_inside_an_unpacked_jar_is_not_wanted() {
        let wants = |path: &str| MavenPom.wants(&FileFacts::new(std::path::Path::new(path)));
        assert!(wants("src/META-INF/pom.xml"));
        assert!(!wants("classes/META-INF/maven/g/a/pom.xml"));
    }
}
