//! Which artefact a jar is by where it lies: in a repository in Maven's layout
//! (<https://maven.apache.org/repositories/layout.html>), in Gradle's or Ivy's cache, or beside its own project file.
//!
//! Refuses a folder that merely looks like a group: the layout counts below a folder that is called as repositories are, or
//! with the project file that every repository keeps beside the jar.

use super::Opened;
use super::java_identity::Coordinates;
use super::maven_model::{Pom, decode, parse};

/// Folders that hold a repository in Maven's layout: Maven's own, that of mirrors and Coursier, Debian's, Karaf's.
const ROOTS: &[&str] = &["maven-repo", "maven2", "repository", "system"];

/// The artefact, if the path alone proves it; `path` is that of a file, or of an entry of an archive.
pub(super) fn by_path(path: &str) -> Option<Coordinates> {
    let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
    gradle(&names).or_else(|| ivy(&names)).or_else(|| maven(&names))
}

/// The artefact, if the project file beside the jar names it.
pub(super) fn by_project_file(file: &Opened<'_>) -> Option<Coordinates> {
    let stem = file.facts().name().rsplit_once('.')?.0;
    let folder: Vec<&str> = file.path().parent()?.iter().filter_map(|name| name.to_str()).collect();
    // In a repository the jar may have a classifier, and the folders say where the version ends.
    let named = match folder.as_slice() {
        [.., artifact, version] if is_file_of(stem, artifact, version) => format!("{artifact}-{version}.pom"),
        _ => format!("{stem}.pom"),
    };
    let bytes = file.sibling(&named);
    let (pom, _) = parse(&decode(bytes.bytes().ok()?)?);
    of_project(pom).filter(|found| found.version.as_deref().is_some_and(|version| is_file_of(stem, &found.artifact, version)))
}

/// What the project file calls its artefact; nothing where a property would have to be known.
fn of_project(pom: Pom) -> Option<Coordinates> {
    let parent = pom.parent.unwrap_or_default();
    let written = |own: Option<String>| own.filter(|text| !text.contains("${"));
    Some(Coordinates {
        group: written(pom.group.or(parent.group))?,
        artifact: written(pom.artifact)?,
        version: Some(written(pom.version.or(parent.version))?),
    })
}

/// Whether the jar with that stem is the artefact, with a classifier or without.
fn is_file_of(stem: &str, artifact: &str, version: &str) -> bool {
    // The file of a snapshot has the time in place of the word.
    let version = version.strip_suffix("SNAPSHOT").unwrap_or(version);
    let rest = stem.strip_prefix(artifact).and_then(|rest| rest.strip_prefix('-')).and_then(|rest| rest.strip_prefix(version));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-') || version.ends_with('-'))
}

/// `files-2.1/<group>/<artefact>/<version>/<SHA-1>/<file>` (<https://docs.gradle.org/current/userguide/dependency_caching.html>).
fn gradle(names: &[&str]) -> Option<Coordinates> {
    let [.., files, group, artifact, version, _, _] = names else { return None };
    files.starts_with("files-2").then(|| coordinates((*group).to_owned(), artifact, version))
}

/// `.ivy2/cache/<organisation>/<module>/jars/<module>-<revision>.jar`
/// (<https://ant.apache.org/ivy/history/latest-milestone/use/cacheResources.html>).
fn ivy(names: &[&str]) -> Option<Coordinates> {
    let [.., ".ivy2", "cache", organisation, module, "jars" | "bundles", file] = names else { return None };
    let version = stem(file).strip_prefix(module)?.strip_prefix('-')?;
    (!version.is_empty()).then(|| coordinates((*organisation).to_owned(), module, version))
}

/// `repository/<group, a folder for each word>/<artefact>/<version>/<artefact>-<version>.jar`.
fn maven(names: &[&str]) -> Option<Coordinates> {
    let (&[artifact, version, file], folders) = names.split_last_chunk().map(|(folders, end)| (end, folders))?;
    let root = folders.iter().rposition(|folder| ROOTS.contains(folder))?;
    let group = folders.get(root + 1..)?.join(".");
    (!group.is_empty() && is_file_of(stem(file), artifact, version)).then(|| coordinates(group, artifact, version))
}

fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

fn coordinates(group: String, artifact: &str, version: &str) -> Coordinates {
    Coordinates { group, artifact: artifact.to_owned(), version: Some(version.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str) -> Option<String> {
        by_path(path).map(|found| found.purl().to_string())
    }

    #[test]
    fn the_layouts_of_repositories_and_caches_name_the_artefact() {
        for (path, expected) in [
            ("home/me/.m2/repository/com/google/guava/guava/31.1-jre/guava-31.1-jre.jar", "com.google.guava/guava@31.1-jre"),
            ("repository/junit/junit/4.13.2/junit-4.13.2.jar", "junit/junit@4.13.2"),
            (
                ".cache/coursier/v1/https/repo1.maven.org/maven2/org/typelevel/cats-core_2.13/2.9.0/cats-core_2.13-2.9.0.jar",
                "org.typelevel/cats-core_2.13@2.9.0",
            ),
            (".m2/repository/org/acme/app/1.0-SNAPSHOT/app-1.0-20240102.030405-6.jar", "org.acme/app@1.0-SNAPSHOT"),
            (
                "x/maven2/io/netty/netty-epoll/4.1.9.Final/netty-epoll-4.1.9.Final-linux-x86_64.jar",
                "io.netty/netty-epoll@4.1.9.Final",
            ),
            (
                ".gradle/caches/modules-2/files-2.1/com.squareup.okio/okio-jvm/3.6.0/5600569133b7bdefe1daf9ec7f4abeb6d13e1786/okio-jvm-3.6.0.jar",
                "com.squareup.okio/okio-jvm@3.6.0",
            ),
            (".ivy2/cache/org.scala-lang/scala-library/jars/scala-library-2.12.18.jar", "org.scala-lang/scala-library@2.12.18"),
        ] {
            assert_eq!(place(path).as_deref(), Some(format!("pkg:maven/{expected}").as_str()), "{path}");
        }
    }

    #[test]
    fn folders_that_are_no_repository_name_nothing() {
        for path in [
            "opt/app/lib/1.0/lib-1.0.jar",
            "repository/lib/1.0/lib-1.0.jar",
            "repository/org/acme/app/1.0/other-1.0.jar",
            "repository/org/acme/app/1.0/app-1.01.jar",
            "repository/app.jar",
            ".ivy2/cache/org.acme/app/jars/app.jar",
            "app.jar",
            "",
        ] {
            assert_eq!(place(path), None, "{path}");
        }
    }
}
