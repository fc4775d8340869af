//! What the file name of a Java archive says: artefact and version, as Maven's repository layout joins them
//! (<https://maven.apache.org/repositories/layout.html>): `artefact-version[-classifier].jar`. `OSGi`'s `_` is understood, too.

use std::sync::LazyLock;

use regex::Regex;

/// The end of a file name after the first `-` or `_` that leaves nothing else behind it: a version, then what is no part of it.
/// `log4j-1.2-api-2.17.1` has one.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    let qualifier = r"(?i:alpha|am|android|b|beta|build|cp|cr|dev|ea|eap|edr|final|fr|ga|hotfix|incubating|jboss|jbossorg|jre|m|milestone|ml|p|patch|pre|preview|pr|r|rc|redhat|rel|release|rev|snapshot|sp|sr|v)";
    let version =
        format!(r"v?\d+(?:\.\d+)*[a-zA-Z]?\d*(?:[._+-]?(?:{qualifier}(?:\.?\d[0-9a-f]*)?|\d+[0-9a-f]*))*(?:\+[0-9A-Za-z.]+)?");
    let classifier = r"(?i:all|bin|boot|bundle|classes|complete|core|embedded|exec|fat|full|hadoop\d|jakarta|jar-with-dependencies|jdk-?\d+(?:on)?|jdk15on|java\d+|nodep|no[_-]?aop|runner|runtime|shaded|shadow|standalone|test|tests|uber|(?:natives?-)?(?:linux|mac|macos|osx|win|windows|freebsd)[a-z0-9_-]*)";
    Regex::new(&format!(r"^({version})(?:[-.]{classifier})*$")).expect("a valid pattern")
});

/// The binary version of Scala that artefacts for it have at the end of their names: `kafka_2.13`.
static SCALA: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:2\.(?:8|9|1[0-3])(?:\.\d+)?|3)(?:-.*)?$").expect("a valid pattern"));

/// The version at the start of `rest`, if nothing but classifiers comes after it.
pub(super) fn version(rest: &str) -> Option<&str> {
    VERSION.captures(rest)?.get(1).map(|version| version.as_str())
}

/// Name and version in the stem of a jar's file name.
pub(super) fn split_stem(stem: &str) -> (&str, Option<&str>) {
    let cuts = stem.char_indices().filter(|(_, mark)| matches!(mark, '-' | '_'));
    let mut named = cuts.filter_map(|(at, mark)| {
        let (name, rest) = stem.split_at_checked(at)?;
        let rest = rest.strip_prefix(mark)?;
        let scala = mark == '_' && SCALA.is_match(rest);
        version(rest).filter(|_| !name.is_empty() && !scala).map(|version| (name, version))
    });
    named.next().map_or((stem, None), |(name, version)| (name, Some(version)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_in_a_file_name_is_its_end() {
        for (stem, name, version) in [
            ("commons-lang3-3.12.0", "commons-lang3", Some("3.12.0")),
            ("log4j-1.2-api-2.17.1", "log4j-1.2-api", Some("2.17.1")),
            ("log4j-1.2-api", "log4j-1.2-api", None),
            ("guava-31.1-jre", "guava", Some("31.1-jre")),
            ("netty-all-4.1.1.Final", "netty-all", Some("4.1.1.Final")),
            ("org.eclipse.osgi_3.18.0.v20220516-2155", "org.eclipse.osgi", Some("3.18.0.v20220516-2155")),
            ("app-1.0-SNAPSHOT", "app", Some("1.0-SNAPSHOT")),
            ("app-1.0-20230131.101112-3", "app", Some("1.0-20230131.101112-3")),
            ("jta-1.0.1B", "jta", Some("1.0.1B")),
            ("lucene-core-9.0.0-beta.2", "lucene-core", Some("9.0.0-beta.2")),
            ("spring-data-jpa-2.0.0.M3", "spring-data-jpa", Some("2.0.0.M3")),
            ("spring-cloud-2.1.0.RELEASE", "spring-cloud", Some("2.1.0.RELEASE")),
            ("mssql-jdbc-7.2.2.jre8", "mssql-jdbc", Some("7.2.2.jre8")),
            ("tomcat9-catalina", "tomcat9-catalina", None),
            ("bcprov-jdk15on-170", "bcprov-jdk15on", Some("170")),
            ("geronimo-interceptor-3.0-spec", "geronimo-interceptor-3.0-spec", None),
            ("rt", "rt", None),
            ("-1.0", "-1.0", None),
        ] {
            assert_eq!(split_stem(stem), (name, version), "{stem}");
        }
    }

    #[test]
    fn a_classifier_is_no_part_of_the_version() {
        for (stem, name, version) in [
            ("netty-transport-native-epoll-4.1.96.Final-linux-aarch_64", "netty-transport-native-epoll", Some("4.1.96.Final")),
            ("json-lib-2.4-jdk15", "json-lib", Some("2.4")),
            ("hive-exec-2.3.9-core", "hive-exec", Some("2.3.9")),
            ("app-1.2.3-jar-with-dependencies", "app", Some("1.2.3")),
            ("app-1.2.3-tests", "app", Some("1.2.3")),
            ("guice-no-aop-4.2.3", "guice-no-aop", Some("4.2.3")),
            ("zstd-jni-1.5.5-4", "zstd-jni", Some("1.5.5-4")),
        ] {
            assert_eq!(split_stem(stem), (name, version), "{stem}");
        }
    }

    #[test]
    fn the_scala_version_is_part_of_the_name() {
        for (stem, name, version) in [
            ("kafka_2.13-3.6.1", "kafka_2.13", Some("3.6.1")),
            ("json4s-ast_2.12-3.7.0-M11", "json4s-ast_2.12", Some("3.7.0-M11")),
            ("zio_3-2.0.15", "zio_3", Some("2.0.15")),
            ("kafka_2.12", "kafka_2.12", None),
        ] {
            assert_eq!(split_stem(stem), (name, version), "{stem}");
        }
    }
}
