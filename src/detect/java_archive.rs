//! Reads Java archives (`.jar`, `.war`, `.ear`, `.rar`, Jenkins' `.hpi` and `.jpi`, `.nar` of Apache `NiFi`, Karaf's `.kar`, Payara's `.par`,
//! Liferay's `.lpkg`) and the archives inside them (<https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html>).
//!
//! Each artefact that left its `pom.properties` is found: one is the archive itself, the others are shaded into it. Without
//! any, manifest and file name speak. Well-known code without metadata is recognised by its classes. Entries are unpacked in
//! memory and within a budget; sources and documentation are no software. Refuses to mend an archive without its directory.

use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::model::{Component, Evidence, Location, Purl};
use crate::problem::{Code, Problem};
use crate::source::ReadSeek;

use super::java_identity::{Coordinates, own};
use super::java_manifest::Manifest;
use super::java_name::split_stem;
use super::java_place::{by_path, by_project_file};
use super::java_shaded::{Shaded, version_entry, version_in};
use super::maven_model::{decode, parse};
use super::{Claim, Detector, Findings, Opened};

/// How deep archives may lie in one another.
const MAX_DEPTH: usize = 16;
/// Most bytes of one unpacked entry.
const MAX_ENTRY: u64 = 64 << 20;
/// Most unpacked bytes of one file on disk.
const MAX_TOTAL: u64 = 512 << 20;
/// Longest `pom.properties`, `pom.xml` or version file.
const MAX_TEXT: u64 = 1 << 20;
/// How much of a manifest is read: a signed jar lists every file in it, after all that is of interest.
const MANIFEST_HEAD: u64 = 256 << 10;
/// Most entries of one archive: its directory is held in memory.
const MAX_ENTRIES: u64 = 500_000;

/// Java archives.
pub(super) struct JavaArchive;

impl Detector for JavaArchive {
    fn id(&self) -> &'static str {
        "java-archive"
    }

    fn claims(&self) -> &'static [Claim] {
        &[
            Claim::Suffix(".ear"),
            Claim::Suffix(".hpi"),
            Claim::Suffix(".jar"),
            Claim::Suffix(".jpi"),
            Claim::Suffix(".kar"),
            Claim::Suffix(".lpkg"),
            Claim::Suffix(".nar"),
            Claim::Suffix(".par"),
            Claim::Suffix(".rar"),
            Claim::Suffix(".war"),
        ]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some((reader, _)) = out.noted(file.reader()) else { return };
        let mut reader = Counted { inner: BufReader::new(reader), bytes: 0 };
        let name = file.facts().name();
        // These suffixes mean other things as well: RAR archives, karaoke files, Perl's packed programs.
        if [".kar", ".nar", ".par", ".rar"].iter().any(|suffix| name.ends_with(suffix)) && !is_zip(&mut reader) {
            return;
        }
        let mut scan = Scan { out, max_entry: MAX_ENTRY, budget: MAX_TOTAL };
        scan.archive(&mut reader, &file.shown(), name, Lies::OnDisk(file));
        file.count(reader.bytes);
    }
}

/// At most `limit` bytes of an entry of a Java archive; nothing if there is no such archive or entry.
pub(super) fn entry(file: &Opened<'_>, name: &str, limit: u64) -> Option<Vec<u8>> {
    let mut reader = Counted { inner: BufReader::new(file.reader().ok()?.0), bytes: 0 };
    if promised_entries(&mut reader).ok()? > MAX_ENTRIES {
        return None;
    }
    let mut bytes = Vec::new();
    ZipArchive::new(&mut reader).ok()?.by_name(name).ok()?.take(limit).read_to_end(&mut bytes).ok()?;
    file.count(reader.bytes);
    Some(bytes)
}

/// Whether it starts as a ZIP archive.
fn is_zip(reader: &mut dyn ReadSeek) -> bool {
    let mut magic = [0; 2];
    reader.read_exact(&mut magic).is_ok() && magic == *b"PK" && reader.rewind().is_ok()
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
    classes: bool,
    shaded: Shaded,
}

impl Contents {
    fn of(zip: &Zip<'_>) -> Self {
        let mut contents = Self::default();
        for (index, name) in zip.file_names_raw().enumerate() {
            let name = String::from_utf8_lossy(name);
            if name.ends_with(".class") {
                contents.classes = true;
                contents.shaded.see(&name);
            } else if is_archive(&name) {
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

    /// Whether classes of that package are there, or no classes at all that could speak against it.
    fn has(&self, zip: &Zip<'_>, package: &str) -> bool {
        !self.classes || zip.file_names_raw().any(|name| name.starts_with(package.as_bytes()) && name.ends_with(b".class"))
    }
}

/// Whether the name can be nothing but that of a jar.
fn is_jar(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("jar"))
}

/// Whether an entry's name is that of a Java archive.
fn is_archive(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default();
    ["ear", "hpi", "jar", "jpi", "lpkg", "nar", "rar", "war"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// How many entries the end of the archive promises; without such an end, none.
fn promised_entries(reader: &mut dyn ReadSeek) -> std::io::Result<u64> {
    let len = reader.seek(SeekFrom::End(0))?;
    reader.seek(SeekFrom::Start(len.saturating_sub(22 + 0xFFFF)))?;
    let mut tail = Vec::new();
    reader.read_to_end(&mut tail)?;
    let Some(end) = memchr::memmem::rfind(&tail, b"PK\x05\x06") else { return Ok(0) };
    let (before, end) = tail.split_at(end);
    let number = |bytes: Option<&[u8]>| bytes.and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
    let entries = end.get(10..12).and_then(|bytes| bytes.try_into().ok()).map_or(0, u16::from_le_bytes);
    // The ZIP64 form has its own end, and says in the 20 bytes before this one where.
    let locator =
        before.len().checked_sub(20).and_then(|at| before.get(at..)).filter(|locator| locator.starts_with(b"PK\x06\x07"));
    let Some(place) = number(locator.and_then(|locator| locator.get(8..16))) else { return Ok(entries.into()) };
    reader.seek(SeekFrom::Start(place))?;
    let mut end = Vec::new();
    reader.take(40).read_to_end(&mut end)?;
    Ok(number(end.get(32..40)).unwrap_or_default())
}

/// Where an archive lies.
#[derive(Clone, Copy)]
enum Lies<'a> {
    OnDisk(&'a Opened<'a>),
    /// As that entry, in as many archives.
    Inside(&'a str, usize),
}

impl Lies<'_> {
    fn depth(self) -> usize {
        match self {
            Self::OnDisk(_) => 0,
            Self::Inside(_, depth) => depth,
        }
    }

    /// The artefact that a repository keeps there.
    fn coordinates(self) -> Option<Coordinates> {
        match self {
            Self::OnDisk(file) => by_project_file(file).or_else(|| by_path(&file.path().to_string_lossy())),
            Self::Inside(entry, _) => by_path(entry),
        }
    }
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
    fn archive(&mut self, reader: &mut dyn ReadSeek, shown: &str, name: &str, lies: Lies<'_>) {
        if promised_entries(reader).is_ok_and(|entries| entries > MAX_ENTRIES) {
            let text = format!("archive has more than {MAX_ENTRIES} entries, hence not read");
            return self.problem(Code::TooLarge, shown, text);
        }
        let mut zip = match ZipArchive::new(reader) {
            Ok(zip) => zip,
            Err(error) => return self.problem(Code::Malformed, shown, format!("not a readable archive: {error}")),
        };
        let contents = Contents::of(&zip);
        self.identify(&mut zip, &contents, shown, name, lies);
        let depth = lies.depth() + 1;
        for (index, entry) in contents.nested {
            let inside = format!("{shown}!/{entry}");
            if depth > MAX_DEPTH {
                self.problem(Code::TooDeep, &inside, format!("archive lies deeper than {MAX_DEPTH} archives, hence not read"));
                continue;
            }
            let Some(bytes) = self.entry(&mut zip, index, self.max_entry, &inside) else { continue };
            let name = entry.rsplit('/').next().unwrap_or(&entry);
            // Native libraries of Maven are `.nar` as well, and data may have any of these names.
            if is_jar(name) || bytes.starts_with(b"PK") {
                self.archive(&mut Cursor::new(bytes), &inside, name, Lies::Inside(&entry, depth));
            }
        }
    }

    /// Writes down the archive itself and what is shaded into it.
    fn identify(&mut self, zip: &mut Zip<'_>, contents: &Contents, shown: &str, name: &str, lies: Lies<'_>) {
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if stem.ends_with("-sources") || stem.ends_with("-javadoc") {
            return;
        }
        let evidence = if lies.depth() == 0 { Evidence::Installed } else { Evidence::Embedded };
        let mut found = self.coordinates(zip, contents, shown);
        found.sort();
        found.dedup();
        let manifest = contents.manifest.and_then(|index| self.head(zip, index, shown)).map(|head| Manifest::parse(&head));
        let manifest = manifest.unwrap_or_default();
        let stored = lies.coordinates();
        let own = match &stored {
            Some(stored) => found.iter().position(|found| found.group == stored.group && found.artifact == stored.artifact),
            None => own(&found, stem, &manifest),
        };
        let mut itself = Vec::new();
        if let Some(stored) = stored.filter(|_| own.is_none()) {
            self.component(stored.purl(), evidence, shown);
            itself.push(stored);
        } else if own.is_none()
            && let Some(purl) = manifest.purl(stem, |package| contents.has(zip, package))
        {
            let part = |part: Option<&str>| part.unwrap_or_default().to_owned();
            itself.push(Coordinates { group: part(purl.namespace()), artifact: part(Some(purl.name())), version: None });
            self.component(purl, evidence, shown);
        }
        itself.push(Coordinates { group: String::new(), artifact: split_stem(stem).0.to_owned(), version: None });
        itself.extend(own.and_then(|own| found.get(own)).cloned());
        self.shaded(zip, contents, &itself, &found, shown);
        for (index, mut coordinates) in found.into_iter().enumerate() {
            let is_own = own == Some(index);
            if is_own && coordinates.version.is_none() {
                coordinates.version = split_stem(stem).1.or_else(|| manifest.version()).map(str::to_owned);
            }
            self.component(coordinates.purl(), if is_own { evidence } else { Evidence::Embedded }, shown);
        }
    }

    /// Writes down code that is known by its classes alone.
    fn shaded(&mut self, zip: &mut Zip<'_>, contents: &Contents, own: &[Coordinates], found: &[Coordinates], shown: &str) {
        for (core, root) in contents.shaded.foreign(own, found) {
            let version = version_entry(core, root)
                .and_then(|name| zip.index_for_name(&name))
                .and_then(|index| self.entry(zip, index, MAX_TEXT, shown))
                .and_then(|bytes| version_in(core, &bytes));
            let purl = Purl::new("maven", core.artifact).with_namespace(core.group);
            self.component(purl.with_version(&version.unwrap_or_default()), Evidence::Embedded, shown);
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

    /// The start of a manifest.
    fn head(&mut self, zip: &mut Zip<'_>, index: usize, shown: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let allowed = MANIFEST_HEAD.min(self.budget);
        let read = zip.by_index(index).map(|entry| entry.take(allowed).read_to_end(&mut bytes));
        self.budget = self.budget.saturating_sub(bytes.len() as u64);
        match read {
            Ok(Ok(_)) => Some(bytes),
            Ok(Err(error)) => self.unpacked(&error.into(), shown),
            Err(error) => self.unpacked(&error, shown),
        }
    }

    /// Unpacks an entry of at most `limit` bytes, or notes why not.
    fn entry(&mut self, zip: &mut Zip<'_>, index: usize, limit: u64, shown: &str) -> Option<Vec<u8>> {
        if self.budget == 0 {
            return None;
        }
        let mut bytes = Vec::new();
        // The size that the archive states may be a lie, so what comes out is counted.
        let result = zip.by_index(index).and_then(|entry| {
            let allowed = limit.min(self.budget);
            Ok(entry.take(allowed + 1).read_to_end(&mut bytes)?)
        });
        let len = bytes.len() as u64;
        let spent = len > self.budget;
        self.budget = self.budget.saturating_sub(len);
        match result {
            Err(error) => return self.unpacked(&error, shown),
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

    /// Notes why an entry could not be unpacked.
    fn unpacked<T>(&mut self, error: &ZipError, shown: &str) -> Option<T> {
        let code = if matches!(error, ZipError::UnsupportedArchive(_)) { Code::Unsupported } else { Code::Malformed };
        self.problem(code, shown, format!("entry cannot be unpacked: {error}"));
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
    fn a_repository_says_which_artefact_the_jar_is() {
        let plain = archive(&[("META-INF/maven/g/shaded/pom.properties", b"version=1".as_slice()), ("x.class", b"")]);
        let pom =
            b"<project><parent><groupId>org.acme</groupId><version>2</version></parent><artifactId>lib</artifactId></project>";
        expect![[r#"
            pkg:maven/g/shaded@1 embedded
            pkg:maven/org.acme/lib@2 installed"#]]
        .assert_eq(&found(&JavaArchive, &[("store/lib-2.jar", &plain), ("store/lib-2.pom", pom)]));
        let kar = archive(&[("repository/org/acme/core/3/core-3.jar", &library("other"))]);
        expect![[r#"
            pkg:generic/all@3 installed
            pkg:maven/org.acme/core@3 embedded
            pkg:maven/org.acme/other@1.0 embedded"#]]
        .assert_eq(&found(&JavaArchive, &[("all-3.kar", &kar)]));
    }

    #[test]
    fn nesting_ends_at_sixteen() {
        let mut jar = library("deepest");
        for _ in 0..17 {
            jar = archive(&[("n.jar", &jar)]);
        }
        let place = "!/n.jar".repeat(17);
        assert_eq!(
            found(&JavaArchive, &[("top.jar", &jar)]),
            format!("! top.jar{place}: UP005: archive lies deeper than 16 archives, hence not read")
        );
    }

    #[test]
    fn a_jar_built_without_maven_is_found_beside_what_is_shaded_into_it() {
        let jar = archive(&[
            ("META-INF/MANIFEST.MF", b"Bundle-SymbolicName: org.postgresql.jdbc\nBundle-Version: 42.7.2\n".as_slice()),
            ("META-INF/maven/com.ongres.scram/client/pom.properties", b"version=2.1\n"),
            ("org/postgresql/Driver.class", b""),
            ("org/postgresql/shaded/com/google/gson/Gson.class", b""),
        ]);
        for name in ["postgresql-42.7.2.jar", "postgresql.jar"] {
            expect![[r#"
                pkg:maven/com.google.code.gson/gson embedded
                pkg:maven/com.ongres.scram/client@2.1 embedded
                pkg:maven/org.postgresql/postgresql@42.7.2 installed"#]]
            .assert_eq(&found(&JavaArchive, &[(name, &jar)]));
        }
    }

    #[test]
    fn shaded_code_with_metadata_or_of_the_own_group_is_not_told_twice() {
        let jar = archive(&[
            ("META-INF/maven/com.google.code.gson/gson/pom.properties", b"version=2.1\n".as_slice()),
            ("x/com/google/gson/Gson.class", b""),
            ("io/netty/util/ReferenceCountUtil.class", b""),
            ("io/netty/channel/Channel.class", b""),
        ]);
        expect![[r#"
            pkg:maven/com.google.code.gson/gson@2.1 embedded
            pkg:maven/io.netty/netty-all@4.1.9.Final installed"#]]
        .assert_eq(&found(&JavaArchive, &[("netty-all-4.1.9.Final.jar", &jar)]));
        let versions: &[u8] = b"netty-common.version=4.1.9.Final\n";
        let jar =
            archive(&[("io/netty/util/ReferenceCountUtil.class", b""), ("META-INF/io.netty.versions.properties", versions)]);
        expect!["pkg:maven/io.netty/netty-common@4.1.9.Final embedded"].assert_eq(&found(&JavaArchive, &[("app.jar", &jar)]));
    }

    #[test]
    fn a_script_before_the_archive_does_no_harm_and_unsafe_paths_are_only_names() {
        let mut jar = b"#!/bin/sh\nexec java -jar $0\n".to_vec();
        jar.extend(archive(&[
            ("../../META-INF/maven/g/a/pom.properties", b"version=1"),
            ("META-INF/maven/g/b/pom.xml", b"<pro"),
            ("META-INF/maven/g/c/d/pom.xml", b""),
        ]));
        expect![[r#"
            pkg:maven/g/a@1 embedded
            pkg:maven/g/b installed"#]]
        .assert_eq(&found(&JavaArchive, &[("b.jar", &jar)]));
    }

    #[test]
    fn an_entry_that_needs_a_password_is_a_problem_and_the_archive_keeps_its_name() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("META-INF/MANIFEST.MF", SimpleFileOptions::default()).expect("an entry");
        zip.write_all(b"Implementation-Version: 1").expect("its bytes");
        let mut jar = zip.finish().expect("an archive").into_inner();
        // The flag that an entry is encrypted, in its own head and in the directory.
        let directory = memchr::memmem::find(&jar, b"PK\x01\x02").expect("a directory");
        jar[6] |= 1;
        jar[directory + 8] |= 1;
        let out = found(&JavaArchive, &[("lib-2.0.jar", &jar)]);
        assert!(out.starts_with("pkg:generic/lib@2.0 installed\n! lib-2.0.jar: UP015: entry cannot be unpacked"), "{out}");
    }

    #[test]
    fn a_suffix_with_several_meanings_is_no_problem_and_a_jar_with_too_many_entries_is_one() {
        assert_eq!(found(&JavaArchive, &[("song.kar", b"MThd")]), "");
        assert_eq!(found(&JavaArchive, &[("old.rar", b"Rar!\x1A\x07")]), "");
        let mut jar = library("x");
        let end = memchr::memmem::rfind(&jar, b"PK\x05\x06").expect("an end");
        let mut zip64 = b"PK\x06\x06".to_vec();
        zip64.extend([0; 28]);
        zip64.extend(600_000_u64.to_le_bytes());
        zip64.extend(b"PK\x06\x07\0\0\0\0");
        zip64.extend((end as u64).to_le_bytes());
        zip64.extend(1_u32.to_le_bytes());
        jar.splice(end..end, zip64);
        expect!["! x.jar: UP004: archive has more than 500000 entries, hence not read"]
            .assert_eq(&found(&JavaArchive, &[("x.jar", &jar)]));
    }

    /// The problems of a file whose entries are limited to `max_entry` bytes each and `budget` bytes in total.
    fn limited(jar: &[u8], max_entry: u64, budget: u64) -> Vec<String> {
        let mut out = Findings::default();
        Scan { out: &mut out, max_entry, budget }.archive(
            &mut Cursor::new(jar),
            "top.jar",
            "top.jar",
            Lies::Inside("top.jar", 0),
        );
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
