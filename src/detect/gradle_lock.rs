//! Reads Gradle's lock files (<https://docs.gradle.org/current/userguide/dependency_locking.html>): `gradle.lockfile`,
//! `buildscript-gradle.lockfile`, and those of one configuration that Gradle 4 to 6 wrote into `gradle/dependency-locks`.
//!
//! What only tests, compilers of annotations or the build itself need is marked so. Own projects are never locked.

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::{Claim, Detector, FileFacts, Findings, Opened};

const ID: &str = "gradle-lock";
/// The configurations that stand for what is needed at run time start or end so.
const RUNTIME: &[&str] = &["compileclasspath", "runtimeclasspath", "compile", "runtime", "default", "api", "implementation"];

/// The lock files of Gradle.
pub(super) struct GradleLock;

impl Detector for GradleLock {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".lockfile")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let named = matches!(facts.name(), "gradle.lockfile" | "buildscript-gradle.lockfile" | "settings-gradle.lockfile");
        named || facts.folder(0) == "dependency-locks"
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let facts = file.facts();
        let of_build = facts.name().contains("buildscript") || facts.name().starts_with("settings-");
        let alone = (facts.folder(0) == "dependency-locks").then(|| facts.name().trim_end_matches(".lockfile"));
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') || line.starts_with("empty=") {
                continue;
            }
            let (module, configurations) = line.split_once('=').unwrap_or((line, alone.unwrap_or_default()));
            let mut parts = module.split(':').map(str::trim);
            let (Some(group), Some(artifact), Some(version), None) = (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                out.problem_at(Code::Malformed, file, number, format!("`{module}` is no `group:artifact:version`"));
                continue;
            };
            if [group, artifact, version].iter().any(|part| part.is_empty() || part.contains(char::is_whitespace)) {
                out.problem_at(Code::Malformed, file, number, format!("`{module}` is no `group:artifact:version`"));
                continue;
            }
            let purl = Purl::new("maven", artifact).with_namespace(group).with_version(version);
            let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), number));
            component.origin = Origin::Registry;
            component.group = if of_build { Group::Development } else { used(configurations) };
            out.component(component);
        }
    }
}

/// What the configurations, separated by commas, are for: one that runs is enough. `releaseRuntimeClasspath` of Android and
/// `jvmMainImplementation` of Kotlin run, too.
fn used(configurations: &str) -> Group {
    let runs = |name: &str| {
        let name = name.trim().to_ascii_lowercase();
        !name.contains("test") && RUNTIME.iter().any(|known| name.ends_with(known))
    };
    let mut names = configurations.split(',').filter(|name| !name.is_empty()).peekable();
    if names.peek().is_none() || names.any(runs) { Group::Main } else { Group::Development }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const LOCK: &[u8] = b"# This is a Gradle generated file for dependency locking.\r\n\
        # Manual edits can break the build and are not advised.\r\n\
        # This file is expected to be part of source control.\r\n\
        com.google.guava:guava:31.1-jre=compileClasspath,runtimeClasspath,testCompileClasspath\r\n\
        junit:junit:4.13.2=testCompileClasspath,testRuntimeClasspath\r\n\
        org.projectlombok:lombok:1.18.30=annotationProcessor\r\n\
        androidx.core:core:1.9.0=releaseRuntimeClasspath\r\n\
        empty=signatures,testAnnotationProcessor\r\n";

    #[test]
    fn each_module_is_found_once_and_marked_by_its_configurations() {
        expect![[r"
            pkg:maven/androidx.core/core@1.9.0 declared :7
            pkg:maven/com.google.guava/guava@31.1-jre declared :4
            pkg:maven/junit/junit@4.13.2 declared Development :5
            pkg:maven/org.projectlombok/lombok@1.18.30 declared Development :6"]]
        .assert_eq(&found(&GradleLock, &[("app/gradle.lockfile", LOCK)]));
    }

    #[test]
    fn what_the_build_itself_needs_is_for_development() {
        let lock = b"\xEF\xBB\xBForg.springframework.boot:spring-boot-gradle-plugin:3.2.0=classpath\nempty=";
        expect!["pkg:maven/org.springframework.boot/spring-boot-gradle-plugin@3.2.0 declared Development :1"]
            .assert_eq(&found(&GradleLock, &[("buildscript-gradle.lockfile", lock)]));
    }

    #[test]
    fn the_older_form_has_a_file_for_each_configuration() {
        expect!["pkg:maven/a/b@1 declared Development :2"]
            .assert_eq(&found(&GradleLock, &[("gradle/dependency-locks/testRuntimeClasspath.lockfile", b"# x\na:b:1\n")]));
        let wants = |path: &str| GradleLock.wants(&FileFacts::new(std::path::Path::new(path)));
        assert!(wants("gradle/dependency-locks/compileClasspath.lockfile") && !wants("x/other.lockfile"));
    }

    #[test]
    fn a_line_that_is_no_module_is_a_problem_and_the_others_stay() {
        expect![[r"
            pkg:maven/a/b@1 declared :1
            ! gradle.lockfile:2:1: UP002: `a:b` is no `group:artifact:version`
            ! gradle.lockfile:3:1: UP002: `<html> a:b:c` is no `group:artifact:version`"]]
        .assert_eq(&found(&GradleLock, &[("gradle.lockfile", b"a:b:1=runtimeClasspath\na:b\n<html> a:b:c\n")]));
        expect![""].assert_eq(&found(&GradleLock, &[("gradle.lockfile", b"")]));
    }
}
