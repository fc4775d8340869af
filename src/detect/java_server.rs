//! Recognises an installed Java server by its layout: a file that every release of it has, what lies beside it, and where its version
//! stands. A server is more than the library of the same name: `elasticsearch-8.1.0.jar` without `bin/elasticsearch` is a dependency.
//!
//! Each row below is one layout. Refuses to guess a version: a server whose version cannot be read is left to its jars.

use crate::model::{Component, Evidence, Location, ProductHint, Purl, Role};

use super::java_archive::entry;
use super::java_manifest::Manifest;
use super::java_name;
use super::{Claim, Detector, FileFacts, Findings, Opened};

const ID: &str = "java-server";
/// Longest entry or file that a version is read from.
const MAX_TEXT: u64 = 1 << 20;

/// One layout of a product.
struct Layout {
    /// Id of the product in the catalog.
    product: &'static str,
    /// Name of the file; at `*` stands the version, or nothing of interest.
    file: &'static str,
    /// Paths from the file's folder, of which one is there.
    beside: &'static [&'static str],
    version: From,
}

/// Where the version stands.
#[derive(Clone, Copy)]
enum From {
    /// In the file's name.
    Name,
    /// After a key and `=` in an entry of the archive.
    Entry(&'static str, &'static str),
    /// In an attribute of the archive's manifest.
    Manifest(&'static str),
    /// After keys and `=` in the file itself, joined by dots.
    Text(&'static [&'static str]),
}

const fn named(product: &'static str, file: &'static str, beside: &'static [&'static str]) -> Layout {
    Layout { product, file, beside, version: From::Name }
}

const LAYOUTS: &[Layout] = &[
    Layout {
        product: "alfresco",
        file: "version.properties",
        beside: &["repository.properties"],
        version: From::Text(&["version.major", "version.minor", "version.revision"]),
    },
    named("apache-activemq", "activemq-broker-*.jar", &["../bin/activemq"]),
    named("apache-artemis", "artemis-server-*.jar", &["../bin/artemis"]),
    named("apache-cassandra", "apache-cassandra-*.jar", &["../bin/cassandra"]),
    named("apache-flink", "flink-dist*.jar", &["../bin/flink", "../bin/jobmanager.sh"]),
    named("apache-hadoop", "hadoop-common-*.jar", &["../../../bin/hadoop"]),
    named("apache-kafka", "kafka_*.jar", &["../bin/kafka-server-start.sh"]),
    named("apache-karaf", "org.apache.karaf.main-*.jar", &["../../bin/karaf"]),
    named("apache-nifi", "nifi-runtime-*.jar", &["../bin/nifi.sh"]),
    named("apache-pulsar", "org.apache.pulsar-pulsar-broker-*.jar", &["../bin/pulsar"]),
    // `bin/spark-submit` comes with the Python package, too, which serves nobody.
    named("apache-spark", "spark-core_*.jar", &["../sbin/start-master.sh"]),
    named("bamboo", "atlassian-bamboo-core-*.jar", &["../classes/bamboo-init.properties"]),
    named("confluence", "confluence-*.jar", &["../classes/confluence-init.properties"]),
    named("eclipse-jetty", "jetty-server-*.jar", &["../start.jar"]),
    named("elasticsearch", "elasticsearch-*.jar", &["../bin/elasticsearch"]),
    Layout { product: "gerrit", file: "gerrit*.war", beside: &[], version: From::Manifest("implementation-version") },
    named("hbase", "hbase-server-*.jar", &["../bin/hbase"]),
    Layout { product: "jenkins", file: "jenkins*.war", beside: &[], version: From::Manifest("jenkins-version") },
    named("jira-software", "jira-core-*.jar", &["../classes/jira-application.properties"]),
    named("keycloak", "org.keycloak.keycloak-quarkus-server-*.jar", &["../../../bin/kc.sh"]),
    Layout { product: "metabase", file: "metabase.jar", beside: &[], version: From::Entry("version.properties", "tag") },
    named("neo4j", "neo4j-server-*.jar", &["../bin/neo4j"]),
    named("nexus", "nexus-bootstrap-*.jar", &["../../../../../../bin/nexus"]),
    named("opensearch", "opensearch-*.jar", &["../bin/opensearch"]),
    named("red-hat-jboss-eap", "wildfly-ee-*.jar", &["../../../../../../../../../bin/standalone.sh"]),
    named("solr", "solr-core-*.jar", &["../../../../../bin/solr"]),
    named("sonarqube-community", "sonar-application-*.jar", &["../bin/linux-x86-64/sonar.sh", "../conf/sonar.properties"]),
    named("sonarqube-server", "sonar-application-*.jar", &["../bin/linux-x86-64/sonar.sh", "../conf/sonar.properties"]),
    Layout {
        product: "tomcat",
        file: "catalina.jar",
        beside: &["../bin/catalina.sh", "../bin/bootstrap.jar", "../conf/server.xml"],
        version: From::Entry("org/apache/catalina/util/ServerInfo.properties", "server.info"),
    },
    Layout {
        product: "tomee",
        file: "catalina.jar",
        beside: &["../bin/catalina.sh", "../bin/bootstrap.jar", "../conf/server.xml"],
        version: From::Entry("org/apache/catalina/util/ServerInfo.properties", "server.info"),
    },
    named("trino", "*trino-main-*.jar", &["../bin/launcher"]),
    named("wildfly", "wildfly-ee-*.jar", &["../../../../../../../../../bin/standalone.sh"]),
    Layout { product: "xwiki", file: "version.properties", beside: &["xwiki.cfg"], version: From::Text(&["version"]) },
    named("zookeeper", "zookeeper-*.jar", &["../bin/zkServer.sh", "bin/zkServer.sh"]),
];

/// Servers that others bring along as a part of themselves, and what shows it.
const INSIDE: &[(&str, &str)] = &[("eclipse-jetty", "../solr-webapp/webapp/WEB-INF/web.xml")];

/// Servers in Java.
pub(super) struct JavaServer;

impl Detector for JavaServer {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[
            Claim::Suffix(".jar"),
            Claim::Suffix(".war"),
            Claim::Path("WEB-INF/classes/alfresco/version.properties"),
            Claim::Path("WEB-INF/version.properties"),
        ]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        LAYOUTS.iter().any(|layout| layout.middle(facts.name()).is_some())
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        for layout in LAYOUTS {
            let Some(middle) = layout.middle(file.facts().name()) else { continue };
            if !layout.beside.is_empty() && !layout.beside.iter().any(|path| file.sibling(path).exists()) {
                continue;
            }
            if INSIDE.iter().any(|(product, path)| *product == layout.product && file.sibling(path).exists()) {
                continue;
            }
            let written = layout.written(middle, file);
            let Some(version) = written.as_deref().and_then(|written| version_of(layout.product, written)) else { continue };
            let purl = Purl::new("generic", layout.product).with_version(&version);
            let mut component = Component::new(purl, Evidence::Installed, ID, Location::file(file.shown()));
            component.product = Some(ProductHint { product: layout.product.to_owned(), role: Role::Server });
            out.component(component);
        }
    }
}

impl Layout {
    /// What stands for the last `*` of a fitting name; empty without one.
    fn middle<'n>(&self, name: &'n str) -> Option<&'n str> {
        let Some((start, end)) = self.file.rsplit_once('*') else { return (self.file == name).then_some("") };
        let rest = name.strip_suffix(end)?;
        match start.strip_prefix('*') {
            Some(start) => rest.split_once(start).map(|(_, middle)| middle),
            None => rest.strip_prefix(start),
        }
    }

    /// The text in which the version stands.
    fn written(&self, middle: &str, file: &Opened<'_>) -> Option<String> {
        match self.version {
            From::Name => {
                // `kafka_2.13-3.6.1`, `flink-dist_2.12-1.14.6`: the first number is that of Scala.
                let scala = middle.strip_prefix('_').or_else(|| self.file.contains("_*").then_some(middle));
                let version = match scala {
                    Some(rest) => rest.split_once('-')?.1,
                    None => middle.strip_prefix('-').unwrap_or(middle),
                };
                java_name::version(version).map(str::to_owned)
            }
            From::Entry(path, key) => value(&String::from_utf8_lossy(&entry(file, path, MAX_TEXT)?), key),
            From::Manifest(attribute) => {
                let manifest = Manifest::parse(&entry(file, "META-INF/MANIFEST.MF", MAX_TEXT)?);
                manifest.get(attribute).map(str::to_owned)
            }
            From::Text(keys) => {
                let text = String::from_utf8_lossy(file.bytes_up_to(MAX_TEXT).ok()?).into_owned();
                let numbers: Option<Vec<_>> = keys.iter().map(|key| value(&text, key)).collect();
                numbers.map(|numbers| numbers.join("."))
            }
        }
    }
}

/// The value of `key` in a file of properties.
fn value(text: &str, key: &str) -> Option<String> {
    let mut pairs = text.lines().filter_map(|line| line.trim().split_once(['=', ':']));
    pairs.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// The product's version in what is written; `None` if that is another product with the same file.
fn version_of(product: &str, written: &str) -> Option<String> {
    let version = match product {
        // `Apache Tomcat/9.0.83`; `Apache Tomcat (TomEE)/9.0.82 (8.0.16)`.
        "tomcat" => written.strip_prefix("Apache Tomcat/")?,
        "tomee" => written.strip_prefix("Apache Tomcat (TomEE)/")?.rsplit_once('(')?.1.trim_end_matches(')'),
        // Red Hat's builds carry the version of the product that they are part of.
        "red-hat-jboss-eap" => written.split_once("-redhat")?.0.trim_end_matches(".GA"),
        "wildfly" if written.contains("redhat") => return None,
        // The editions parted when the community's began to be named after years.
        "sonarqube-community" if !is_year(written) => return None,
        "sonarqube-server" if is_year(written) => return None,
        "metabase" => written.trim_start_matches('v'),
        _ => written,
    };
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| version.to_owned())
}

/// Whether a version starts with the two digits of a year.
fn is_year(version: &str) -> bool {
    version.split('.').next().and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| (24..100).contains(&major))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::super::testing::{findings, found};
    use super::*;
    use zip::write::SimpleFileOptions;

    fn archive(name: &str, text: &str) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(text.as_bytes()).expect("its bytes");
        zip.finish().expect("an archive").into_inner()
    }

    #[test]
    fn a_jar_beside_the_program_that_starts_it_is_a_server() {
        for (jar, program, purl) in [
            ("es/lib/elasticsearch-8.1.0.jar", "es/bin/elasticsearch", "elasticsearch@8.1.0"),
            ("kafka/libs/kafka_2.13-3.6.1.jar", "kafka/bin/kafka-server-start.sh", "apache-kafka@3.6.1"),
            ("flink/lib/flink-dist_2.12-1.14.6.jar", "flink/bin/flink", "apache-flink@1.14.6"),
            ("flink/lib/flink-dist-1.18.0.jar", "flink/bin/flink", "apache-flink@1.18.0"),
            ("spark/jars/spark-core_2.12-3.5.0.jar", "spark/sbin/start-master.sh", "apache-spark@3.5.0"),
            ("zk/lib/zookeeper-3.8.3.jar", "zk/bin/zkServer.sh", "zookeeper@3.8.3"),
            ("jetty/lib/jetty-server-9.4.53.v20231009.jar", "jetty/start.jar", "eclipse-jetty@9.4.53.v20231009"),
            ("kc/lib/lib/main/org.keycloak.keycloak-quarkus-server-22.0.5.jar", "kc/bin/kc.sh", "keycloak@22.0.5"),
            ("trino/lib/io.trino_trino-main-430.jar", "trino/bin/launcher", "trino@430"),
            ("sonar/lib/sonar-application-9.9.0.65466.jar", "sonar/conf/sonar.properties", "sonarqube-server@9.9.0.65466"),
            ("sonar/lib/sonar-application-25.1.0.102122.jar", "sonar/conf/sonar.properties", "sonarqube-community@25.1.0.102122"),
            (
                "w/modules/system/layers/base/org/jboss/as/ee/main/wildfly-ee-26.1.3.Final.jar",
                "w/bin/standalone.sh",
                "wildfly@26.1.3.Final",
            ),
            (
                "w/modules/system/layers/base/org/jboss/as/ee/main/wildfly-ee-7.4.13.GA-redhat-00001.jar",
                "w/bin/standalone.sh",
                "red-hat-jboss-eap@7.4.13",
            ),
        ] {
            assert_eq!(found(&JavaServer, &[(jar, b""), (program, b"")]), format!("pkg:generic/{purl} installed"));
            assert_eq!(found(&JavaServer, &[(jar, b"")]), "", "{jar} alone");
        }
    }

    #[test]
    fn tomcat_and_what_is_built_on_it_say_which_they_are() {
        let jar = |info: &str| archive("org/apache/catalina/util/ServerInfo.properties", &format!("# x\nserver.info={info}\n"));
        let check = |info: &str| found(&JavaServer, &[("t/lib/catalina.jar", &jar(info)), ("t/bin/catalina.sh", b"")]);
        assert_eq!(check("Apache Tomcat/9.0.83"), "pkg:generic/tomcat@9.0.83 installed");
        assert_eq!(check("Apache Tomcat (TomEE)/9.0.82 (8.0.16)"), "pkg:generic/tomee@8.0.16 installed");
        assert_eq!(check("Apache Tomcat/@VERSION@"), "");
        assert_eq!(found(&JavaServer, &[("t/lib/catalina.jar", b"no archive"), ("t/bin/catalina.sh", b"")]), "");
    }

    #[test]
    fn archives_and_files_that_state_their_version_need_little_beside_them() {
        let jenkins = archive("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nJenkins-Version: 2.426.1\r\n\r\n");
        assert_eq!(found(&JavaServer, &[("opt/jenkins.war", &jenkins)]), "pkg:generic/jenkins@2.426.1 installed");
        let metabase = archive("version.properties", "date=2023\ntag=v0.47.2\n");
        assert_eq!(found(&JavaServer, &[("metabase.jar", &metabase)]), "pkg:generic/metabase@0.47.2 installed");
        let wiki = "webapps/xwiki/WEB-INF/version.properties";
        let wiki = found(&JavaServer, &[(wiki, b"version=14.10.5\n"), ("webapps/xwiki/WEB-INF/xwiki.cfg", b"")]);
        assert_eq!(wiki, "pkg:generic/xwiki@14.10.5 installed");
        let alfresco = "webapps/alfresco/WEB-INF/classes/alfresco/version.properties";
        let repository = "webapps/alfresco/WEB-INF/classes/alfresco/repository.properties";
        let text = b"version.major=7\nversion.minor=4\nversion.revision=1\n";
        assert_eq!(found(&JavaServer, &[(alfresco, text), (repository, b"")]), "pkg:generic/alfresco@7.4.1 installed");
        assert_eq!(found(&JavaServer, &[("WEB-INF/version.properties", b"version=1\n")]), "");
    }

    #[test]
    fn the_product_is_a_server_and_only_names_of_the_table_are_wanted() {
        let out = findings(&JavaServer, &[("lib/elasticsearch-8.1.0.jar", b""), ("bin/elasticsearch", b"")]);
        let hint = Some(ProductHint { product: "elasticsearch".to_owned(), role: Role::Server });
        assert_eq!(out.components.first().map(|component| &component.product), Some(&hint));
        let wants = |path: &str| JavaServer.wants(&FileFacts::new(std::path::Path::new(path)));
        assert!(wants("lib/elasticsearch-8.1.0.jar") && !wants("lib/guava-31.jar"));
        let client = found(&JavaServer, &[("lib/elasticsearch-rest-client-8.1.0.jar", b""), ("bin/elasticsearch", b"")]);
        assert_eq!(client, "");
    }

    #[test]
    fn a_jetty_inside_solr_is_a_part_of_solr() {
        let web = "solr/server/solr-webapp/webapp/WEB-INF/web.xml";
        let files: [(&str, &[u8]); 3] =
            [("solr/server/lib/jetty-server-10.0.17.jar", b""), ("solr/server/start.jar", b""), (web, b"")];
        assert_eq!(found(&JavaServer, &files), "");
        let core = "solr/server/solr-webapp/webapp/WEB-INF/lib/solr-core-9.4.0.jar";
        assert_eq!(found(&JavaServer, &[(core, b""), ("solr/bin/solr", b"")]), "pkg:generic/solr@9.4.0 installed");
    }
}
