//! Reads Java archives (`.jar`, `.war`, `.ear`, Jenkins' `.hpi` and `.jpi`) and the archives inside them
//! (<https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html>).
//!
//! Each artefact that left its `pom.properties` is found: one with the archive's name is the archive itself, the others are
//! shaded into it. Without any, manifest and file name speak. Entries are unpacked in memory and within a budget; sources
//! and documentation are no software.

use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};

use zip::ZipArchive;

use crate::model::{Component, Evidence, Location, Purl};
use crate::problem::{Code, Problem};
use crate::source::ReadSeek;

use super::java_identity::{Coordinates, Manifest, split_stem};
use super::maven_model::{decode, parse};
use super::{Claim, Detector, Findings, Opened};

/// How deep archives may lie in one another.
const MAX_DEPTH: usize = 8;
/// Most bytes of one unpacked entry.
const MAX_ENTRY: u64 = 64 << 20;
/// Most unpacked bytes of one file on disk.
const MAX_TOTAL: u64 = 512 << 20;
/// Longest `pom.properties`, `pom.xml` or manifest.
const MAX_TEXT: u64 = 1 << 20;

/// Java archives.
pub(super) struct JavaArchive;

impl Detector for JavaArchive {
    fn id(&self) -> &'static str {
        "java-archive"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".ear"), Claim::Suffix(".hpi"), Claim::Suffix(".jar"), Claim::Suffix(".jpi"), Claim::Suffix(".war")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some((reader, _)) = out.noted(file.reader()) else { return };
        let mut reader = Counted { inner: BufReader::new(reader), bytes: 0 };
        let mut scan = Scan { out, max_entry: MAX_ENTRY, budget: MAX_TOTAL };
        scan.archive(&mut reader, &file.shown(), file.facts().name(), 0);
        file.count(reader.bytes);
    }
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(to)
    }
}

type Zip<'r> = ZipArchive<&'r mut dyn ReadSeek>;

/// What the names of an archive's entries promise.
#[derive(Default)]
struct Contents {
    /// Index, group and artefact of each `pom.properties` …
    properties: Vec<(usize, String, String)>,
    /// … and of each `pom.xml`.
    poms: Vec<(usize, String, String)>,
    manifest: Option<usize>,
    /// Index and name of each archive.
    nested: Vec<(usize, String)>,
}

impl Contents {
    fn of(zip: &Zip<'_>) -> Self {
        let mut contents = Self::default();
        for (index, name) in zip.file_names_raw().enumerate() {
            let name = String::from_utf8_lossy(name);
            if is_archive(&name) {
                contents.nested.push((index, name.into_owned()));
            } else if name.eq_ignore_ascii_case("META-INF/MANIFEST.MF") {
                contents.manifest = Some(index);
            } else if let Some((_, coordinates)) = name.rsplit_once("META-INF/maven/") {
                let mut parts = coordinates.split('/');
                if let (Some(group), Some(artifact), Some(file), None) = (parts.next(), parts.next(), parts.next(), parts.next())
                {
                    let entry = (index, group.to_owned(), artifact.to_owned());
                    match file {
                        "pom.properties" => contents.properties.push(entry),
                        "pom.xml" => contents.poms.push(entry),
                        _ => {}
                    }
                }
            }
        }
        // A pom.xml is read only where its pom.properties is missing.
        contents.poms.retain(|(_, group, artifact)| !contents.properties.iter().any(|(_, g, a)| g == group && a == artifact));
        contents
    }
}

/// Whether an entry's name is that of a Java archive.
fn is_archive(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default();
    ["ear", "hpi", "jar", "jpi", "war"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// The scan of one file on disk, with everything that lies in it.
struct Scan<'o> {
    out: &'o mut Findings,
    /// Most bytes of one unpacked entry.
    max_entry: u64,
    /// Bytes that may still be unpacked.
    budget: u64,
}

impl Scan<'_> {
    /// Reads the archive that a user knows as `shown`; `name` is its file name.
    fn archive(&mut self, reader: &mut dyn ReadSeek, shown: &str, name: &str, depth: usize) {
        let mut zip = match ZipArchive::new(reader) {
            Ok(zip) => zip,
            Err(error) => return self.problem(Code::Malformed, shown, format!("not a readable archive: {error}")),
        };
        let contents = Contents::of(&zip);
        self.identify(&mut zip, &contents, shown, name, depth);
        for (index, entry) in contents.nested {
            let inside = format!("{shown}!/{entry}");
            if depth + 1 > MAX_DEPTH {
                self.problem(Code::TooDeep, &inside, format!("archive lies deeper than {MAX_DEPTH} archives, hence not read"));
                continue;
            }
            let Some(bytes) = self.entry(&mut zip, index, self.max_entry, &inside) else { continue };
            let name = entry.rsplit('/').next().unwrap_or(&entry);
            self.archive(&mut Cursor::new(bytes), &inside, name, depth + 1);
        }
    }

    /// Writes down the archive itself and what is shaded into it.
    fn identify(&mut self, zip: &mut Zip<'_>, contents: &Contents, shown: &str, name: &str, depth: usize) {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if stem.ends_with("-sources") || stem.ends_with("-javadoc") {
            return;
        }
        let evidence = if depth == 0 { Evidence::Installed } else { Evidence::Embedded };
        let mut found = self.coordinates(zip, contents, shown);
        found.sort();
        found.dedup();
        let own = match found.as_slice() {
            [] => None,
            [_] => Some(0),
            // The longest, since commons-io-1.0 could be an artefact of commons, too.
            several => (0..several.len())
                .filter(|index| several.get(*index).is_some_and(|coordinates| coordinates.is_named(stem)))
                .max_by_key(|index| several.get(*index).map(|coordinates| coordinates.artifact.len())),
        };
        let manifest = contents.manifest.filter(|_| own.is_none_or(|own| found.get(own).is_some_and(|c| c.version.is_none())));
        let manifest =
            manifest.and_then(|index| self.text(zip, index, shown)).map(|text| Manifest::parse(&text)).unwrap_or_default();
        if found.is_empty()
            && let Some(purl) = manifest.purl(stem)
        {
            self.component(purl, evidence, shown);
        }
        for (index, mut coordinates) in found.into_iter().enumerate() {
            let is_own = own == Some(index);
            if is_own && coordinates.version.is_none() {
                coordinates.version = split_stem(stem).1.or_else(|| manifest.version()).map(str::to_owned);
            }
            self.component(coordinates.purl(), if is_own { evidence } else { Evidence::Embedded }, shown);
        }
    }

    fn coordinates(&mut self, zip: &mut Zip<'_>, contents: &Contents, shown: &str) -> Vec<Coordinates> {
        let mut found = Vec::new();
        for (index, group, artifact) in &contents.properties {
            let text = self.text(zip, *index, shown).unwrap_or_default();
            found.push(Coordinates::from_properties(&text, group, artifact));
        }
        for (index, group, artifact) in &contents.poms {
            let Some(text) = self.text(zip, *index, shown) else { continue };
            let (pom, _) = parse(&text);
            let version = pom.version.or_else(|| pom.parent?.version).filter(|version| !version.contains("${"));
            found.push(Coordinates { group: group.clone(), artifact: artifact.clone(), version });
        }
        found
    }

    fn text(&mut self, zip: &mut Zip<'_>, index: usize, shown: &str) -> Option<String> {
        let bytes = self.entry(zip, index, MAX_TEXT, shown)?;
        Some(decode(&bytes).map_or_else(|| String::from_utf8_lossy(&bytes).into_owned(), std::borrow::Cow::into_owned))
    }

    /// Unpacks an entry of at most `limit` bytes, or notes why not.
    fn entry(&mut self, zip: &mut Zip<'_>, index: usize, limit: u64, shown: &str) -> Option<Vec<u8>> {
        if self.budget == 0 {
            return None;
        }
        let mut bytes = Vec::new();
        // The size that the archive states may be a lie, so what comes out is counted.
        let result = zip.by_index(index).map_err(std::io::Error::from).and_then(|entry| {
            let allowed = limit.min(self.budget);
            entry.take(allowed + 1).read_to_end(&mut bytes)
        });
        let len = bytes.len() as u64;
        let spent = len > self.budget;
        self.budget = self.budget.saturating_sub(len);
        match result {
            Err(error) => self.problem(Code::Malformed, shown, format!("entry cannot be unpacked: {error}")),
            Ok(_) if spent => {
                self.budget = 0;
                self.problem(
                    Code::OverBudget,
                    shown,
                    "unpacks to more bytes than the budget, hence the rest is not read".to_owned(),
                );
            }
            Ok(_) if len > limit => {
                self.problem(Code::TooLarge, shown, format!("entry is larger than {limit} bytes, hence not read"));
            }
            Ok(_) => return Some(bytes),
        }
        None
    }

    fn component(&mut self, purl: Purl, evidence: Evidence, shown: &str) {
        self.out.component(Component::new(purl, evidence, JavaArchive.id(), Location::file(shown)));
    }

    fn problem(&mut self, code: Code, shown: &str, text: String) {
        self.out.problems.push(Problem::new(code, shown, text));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::testing::{findings, found};
    use super::*;
    use expect_test::expect;
    use zip::write::SimpleFileOptions;

    fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            zip.start_file(*name, SimpleFileOptions::default()).expect("an entry");
            zip.write_all(bytes).expect("its bytes");
        }
        zip.finish().expect("an archive").into_inner()
    }

    fn library(artifact: &str) -> Vec<u8> {
        let path = format!("META-INF/maven/org.acme/{artifact}/pom.properties");
        archive(&[(&path, format!("#x\nversion=1.0\ngroupId=org.acme\nartifactId={artifact}\n").as_bytes())])
    }

    #[test]
    fn the_artefact_with_the_files_name_is_the_file_and_the_others_are_shaded_in() {
        let jar = archive(&[
            ("META-INF/maven/a/commons/pom.properties", b"version=1\n"),
            ("META-INF/maven/a/commons-io/pom.properties", b"version=2\n"),
            ("META-INF/maven/b/other/pom.properties", b"version: 3\r\ngroupId: b.c\r\n"),
            ("META-INF/maven/b/other/pom.xml", b"<project/>"),
        ]);
        expect![[r#"
            pkg:maven/a/commons-io@2 installed
            pkg:maven/a/commons@1 embedded
            pkg:maven/b.c/other@3 embedded"#]]
        .assert_eq(&found(&JavaArchive, &[("lib/commons-io-2.jar", &jar)]));
        expect![[r#"
            pkg:maven/a/commons-io@2 embedded
            pkg:maven/a/commons@1 embedded
            pkg:maven/b.c/other@3 embedded"#]]
        .assert_eq(&found(&JavaArchive, &[("lib/renamed.jar", &jar)]));
    }

    #[test]
    fn a_lone_artefact_is_the_file_whatever_its_name() {
        expect!["pkg:maven/org.acme/lib@1.0 installed"].assert_eq(&found(&JavaArchive, &[("renamed.jar", &library("lib"))]));
    }

    #[test]
    fn archives_inside_archives_are_embedded_and_shown_with_their_way() {
        let war = archive(&[("WEB-INF/lib/inner-1.0.jar", &library("inner")), ("WEB-INF/lib/x/PLAIN-2.3.JAR", &archive(&[]))]);
        let ear = archive(&[("app.war", &war)]);
        let out = findings(&JavaArchive, &[("big.ear", &ear)]);
        let shown: Vec<_> = out.components.iter().map(|c| format!("{} {} {}", c.purl, c.evidence, c.locations[0].path)).collect();
        expect![[r#"
            pkg:maven/org.acme/inner@1.0 embedded big.ear!/app.war!/WEB-INF/lib/inner-1.0.jar
            pkg:generic/PLAIN@2.3 embedded big.ear!/app.war!/WEB-INF/lib/x/PLAIN-2.3.JAR"#]]
        .assert_eq(&shown.join("\n"));
    }

    #[test]
    fn versions_left_out_by_maven_come_from_manifest_or_name() {
        let jar = |properties: &str| {
            archive(&[
                ("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\nImplementation-Version: 4.5\r\n\r\n".as_slice()),
                ("META-INF/maven/g/a/pom.properties", properties.as_bytes()),
            ])
        };
        for (name, properties, version) in
            [("a.jar", "version=${project.version}", "4.5"), ("a-6.jar", "", "6"), ("a-6.jar", "version=7", "7")]
        {
            assert_eq!(found(&JavaArchive, &[(name, &jar(properties))]), format!("pkg:maven/g/a@{version} installed"));
        }
    }

    #[test]
    fn a_project_file_without_properties_speaks_too() {
        let jar = archive(&[("META-INF/maven/g/a/pom.xml", b"<project><parent><version>2.1</version></parent></project>")]);
        expect!["pkg:maven/g/a@2.1 installed"].assert_eq(&found(&JavaArchive, &[("a.jar", &jar)]));
    }

    #[test]
    fn sources_documentation_and_jars_without_any_version_are_nothing() {
        for name in ["a-1.0-sources.jar", "a-1.0-javadoc.jar", "gradle-wrapper.jar"] {
            expect![[""]].assert_eq(&found(&JavaArchive, &[(name, &archive(&[("x", b"")]))]));
        }
    }

    #[test]
    fn nesting_ends_at_eight() {
        let mut jar = library("deepest");
        for _ in 0..9 {
            jar = archive(&[("n.jar", &jar)]);
        }
        expect!["! top.jar!/n.jar!/n.jar!/n.jar!/n.jar!/n.jar!/n.jar!/n.jar!/n.jar!/n.jar: UP005: archive lies deeper than 8 archives, hence not read"].assert_eq(&found(&JavaArchive, &[("top.jar", &jar)]));
    }

    /// The problems of a file whose entries are limited to `max_entry` bytes each and `budget` bytes in total.
    fn limited(jar: &[u8], max_entry: u64, budget: u64) -> Vec<String> {
        let mut out = Findings::default();
        Scan { out: &mut out, max_entry, budget }.archive(&mut Cursor::new(jar), "top.jar", "top.jar", 0);
        out.problems.iter().map(|problem| format!("{} {}", problem.path, problem.code)).collect()
    }

    #[test]
    fn an_entry_that_unpacks_to_more_than_the_limit_is_not_kept() {
        let jar = archive(&[("a.jar", &[0; 1000]), ("b.jar", &library("small"))]);
        assert_eq!(limited(&jar, 999, 10_000), ["top.jar!/a.jar UP004"]);
    }

    #[test]
    fn what_is_unpacked_of_one_file_is_limited_in_total_and_said_once() {
        let small = library("small");
        let jar = archive(&[("a.jar", &small), ("b.jar", &[0; 5000]), ("c.jar", &small), ("d.jar", &small)]);
        assert_eq!(limited(&jar, 10_000, 5000), ["top.jar!/b.jar UP014"]);
    }

    #[test]
    fn a_file_that_is_no_archive_is_a_problem() {
        for bytes in [b"".as_slice(), b"PK\x03\x04 not really", &library("cut")[..60]] {
            assert!(found(&JavaArchive, &[("x.jar", bytes)]).starts_with("! x.jar: UP002: not a readable archive"));
        }
    }
}
