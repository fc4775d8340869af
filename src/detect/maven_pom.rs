//! Reads Maven's project files (<https://maven.apache.org/pom.html>): dependencies with their managed versions, bills of
//! materials that are imported, and the parent. What lies in the same tree gives properties and versions; of some parents and
//! bills that only a repository has, it is known that they give their own version to all artefacts of a group.
//!
//! Plugins and modules are no dependencies, and a project of the same build is own code. A version that is a range, or
//! hangs on a file that only a repository has, is unknown; the component stays. Project files inside an unpacked jar are
//! skipped: `java-archive` reads those.

use crate::model::{Chosen, Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::maven_model::{Dependency, decode, parse};
use super::maven_project::{Managed, Project};
use super::{Claim, Detector, FileFacts, Findings, Opened};

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
            out.problem_at(fault.code, file, fault.line, fault.text);
        }
        let project = Project::with_parents(pom, file.sibling(file.facts().name()));
        parent(&project, file, out);
        let managed = project.managed();
        let imports = project.leaf().managed.iter().filter(|managed| managed.is_import() && !project.has_bill(managed));
        for written in imports.chain(&project.leaf().dependencies) {
            dependency(&project, written, &managed, file, out);
        }
    }
}

/// The parent, unless it is own code.
fn parent(project: &Project<'_>, file: &Opened<'_>, out: &mut Findings) {
    let Some(parent) = project.leaf().parent.as_ref().filter(|_| !project.has_local_parent()) else { return };
    let (Some(group), Some(artifact)) = (project.text(parent.group.as_deref()), project.text(parent.artifact.as_deref())) else {
        return out.problem_at(Code::Malformed, file, parent.line, "parent without a group or an artifact");
    };
    let version = project.text(parent.version.as_deref()).and_then(|version| pinned(&version));
    let purl = Purl::new("maven", &artifact).with_namespace(&group).with_version(&version.unwrap_or_default());
    out.component(component(purl, Location::line(file.shown(), parent.line)));
}

fn dependency(project: &Project<'_>, written: &Dependency, managed: &Managed, file: &Opened<'_>, out: &mut Findings) {
    let Some(key) = project.key(written) else {
        let text = format!("dependency `{}:{}` cannot be resolved", written.group, written.artifact);
        return out.problem_at(Code::Malformed, file, written.line, text);
    };
    let given = managed.get(&key);
    let field = |pick: fn(&Dependency) -> Option<&str>| match pick(written) {
        Some(own) => project.text(Some(own)),
        None => given.and_then(pick).map(str::to_owned),
    };
    let [group, artifact, kind, classifier] = key;
    let version = field(|dependency| dependency.version.as_deref());
    if project.is_own(&group, version.as_deref()) {
        return;
    }
    let version = match version {
        Some(version) => pinned(&version),
        None if written.version.is_none() => managed.of_group(&group).and_then(|version| pinned(&version)),
        None => None,
    };
    let kind = if matches!(kind.as_str(), "jar" | "pom") { "" } else { &kind };
    let purl = Purl::new("maven", &artifact)
        .with_namespace(&group)
        .with_version(&version.unwrap_or_default())
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
                pkg:maven/org.springframework.boot/spring-boot-starter-web@2.7.18 declared chosen=Purpose :2"#]],
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

    #[test]
    fn a_bill_of_materials_in_the_tree_gives_versions_and_is_own_code() {
        let bill = "<project><parent><groupId>org.acme</groupId><artifactId>all</artifactId><version>2.0</version></parent>\
            <artifactId>bill</artifactId><packaging>pom</packaging><properties><v>9</v></properties><dependencyManagement><dependencies>\
            <dependency><groupId>g</groupId><artifactId>a</artifactId><version>${v}</version><scope>test</scope></dependency>\
            <dependency><groupId>g</groupId><artifactId>b</artifactId><version>1</version></dependency>\
            </dependencies></dependencyManagement></project>";
        let all = format!(
            "<project>{ALL}<modules><module>parts/bill</module><module>app</module></modules><dependencyManagement><dependencies>
<dependency><groupId>org.acme</groupId><artifactId>bill</artifactId><version>2.0</version><type>pom</type><scope>import</scope></dependency>
<dependency><groupId>g</groupId><artifactId>b</artifactId><version>2</version></dependency>
</dependencies></dependencyManagement></project>"
        );
        let app = format!(
            "<project>{PARENT}<artifactId>app</artifactId><dependencies>
<dependency><groupId>g</groupId><artifactId>a</artifactId></dependency>
<dependency><groupId>g</groupId><artifactId>b</artifactId></dependency>
</dependencies></project>"
        );
        let files = [("app/pom.xml", app.as_bytes()), ("pom.xml", all.as_bytes()), ("parts/bill/pom.xml", bill.as_bytes())];
        expect![[r"
            pkg:maven/g/a@9 declared Development chosen=Purpose :2
            pkg:maven/g/b@2 declared chosen=Purpose :3"]]
        .assert_eq(&found(&MavenPom, &files));
        expect![[""]].assert_eq(&found(&MavenPom, &[files[1], files[2]]));
    }

    #[test]
    fn bills_that_give_one_version_to_a_whole_group_are_known() {
        check(
            "<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.2.1</version></parent>
<properties><junit>5.10.0</junit></properties><dependencyManagement><dependencies>
<dependency><groupId>org.junit</groupId><artifactId>junit-bom</artifactId><version>${junit}</version><type>pom</type><scope>import</scope></dependency>
</dependencies></dependencyManagement><dependencies>
<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter</artifactId></dependency>
<dependency><groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><scope>test</scope></dependency>
<dependency><groupId>org.springframework.boot</groupId><artifactId>odd</artifactId><version>${unknown}</version></dependency>
<dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId></dependency>
</dependencies>",
            "",
            expect![[r"
                pkg:maven/com.h2database/h2 declared chosen=Purpose :8
                pkg:maven/org.junit.jupiter/junit-jupiter@5.10.0 declared Development chosen=Purpose :6
                pkg:maven/org.junit/junit-bom@5.10.0 declared chosen=Purpose :3
                pkg:maven/org.springframework.boot/odd declared chosen=Purpose :7
                pkg:maven/org.springframework.boot/spring-boot-starter-parent@3.2.1 declared chosen=Purpose :1
                pkg:maven/org.springframework.boot/spring-boot-starter@3.2.1 declared chosen=Purpose :5"]],
        );
    }
}
