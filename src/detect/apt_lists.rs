//! Reads apt's package lists `var/lib/apt/lists/*_Packages` and tells which versions they offer of the packages that the
//! same system root has installed (formats: deb822(5), <https://wiki.debian.org/DebianRepository/Format>). Lists are read in
//! one pass with flat memory. Compressed lists are read if gzip or lz4 made them; others are a problem, never "nothing offered".

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use foldhash::fast::FixedState;
use memchr::memmem;

use crate::problem::Code;

use super::apt_release::Release;
use super::dpkg_package::state;
use super::dpkg_status::STATUS;
use super::{Claim, Detector, Fact, FileFacts, Findings, Offered, Opened, os_identity};

const FOLDER: &str = "var/lib/apt/lists";

/// Bytes held at once; the longest stanza that is read.
const WINDOW: usize = 1 << 20;

/// Most bytes that a list may hold, once unpacked: ten times that of the greatest distribution.
const MAX_LIST: u64 = 1 << 30;

pub(super) struct AptLists;

impl Detector for AptLists {
    fn id(&self) -> &'static str {
        "apt-lists"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::In(FOLDER)]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.name().rsplit_once("_Packages").is_some_and(|(_, ending)| ending.is_empty() || ending.starts_with('.'))
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let root = file.system_root(&format!("{FOLDER}/*"));
        let compression = file.path().extension().and_then(|ending| ending.to_str()).filter(|ending| !ending.contains('_'));
        if let Some(other) = compression.filter(|ending| !matches!(*ending, "gz" | "lz4")) {
            let text = format!(
                "package list is packed as .{other}, which is not read; its updates are unknown until apt keeps lists unpacked (Acquire::GzipIndexes \"false\")"
            );
            out.problem(Code::Unsupported, file, text);
            return;
        }
        let Some(installed) = Installed::read(file, &root) else { return };
        let Some((reader, _)) = out.noted(file.reader()) else { return };
        let release = Release::of(file);
        let mut list = List {
            root: &root,
            installed: &installed,
            distribution: release.is_distribution(os_identity::read(file, &root).as_ref()),
            release: &release,
            out,
        };
        let result = match compression {
            // What apt itself keeps where images are made small.
            Some("lz4") => list.read(lz4_flex::frame::FrameDecoder::new(reader).take(MAX_LIST)),
            Some(_) => list.read(flate2::read::MultiGzDecoder::new(reader).take(MAX_LIST)),
            None => list.read(reader.take(MAX_LIST)),
        };
        match result {
            Ok(read) => file.count(read),
            Err(text) => out.problem(Code::Malformed, file, text),
        }
        if let Some(date) = release.date {
            out.fact(Fact::ListsDate(root, date));
        }
    }
}

/// Names of the installed packages with their architectures.
struct Installed(HashMap<Vec<u8>, Vec<Vec<u8>>, FixedState>);

impl Installed {
    fn read(file: &Opened<'_>, root: &Path) -> Option<Self> {
        let status = file.in_root(root, Path::new(STATUS));
        let bytes = status.bytes().ok()?;
        let mut installed: HashMap<_, Vec<_>, _> = HashMap::default();
        for stanza in Stanzas::of(bytes) {
            let status = String::from_utf8_lossy(field(stanza, "\nStatus: "));
            if state(&status).is_some_and(|state| state != crate::model::PackageState::ConfigFiles) {
                let arch = field(stanza, "\nArchitecture: ").to_vec();
                installed.entry(name(stanza).to_vec()).or_default().push(arch);
            }
        }
        Some(Self(installed))
    }

    /// Whether an offer for `arch` can concern an installed package `name`: packages move to and from `all`.
    fn concerns(&self, name: &[u8], arch: &[u8]) -> bool {
        self.0.get(name).is_some_and(|held| arch == b"all" || held.iter().any(|one| one == arch || one == b"all"))
    }
}

/// One package list on its way into the findings.
struct List<'l> {
    root: &'l PathBuf,
    installed: &'l Installed,
    release: &'l Release,
    distribution: bool,
    out: &'l mut Findings,
}

impl List<'_> {
    /// Reads to the end and gives the number of bytes, or what is wrong.
    fn read(&mut self, mut reader: impl Read) -> Result<u64, String> {
        let mut window = vec![0; WINDOW];
        let (mut held, mut total) = (0, 0_u64);
        loop {
            let free = window.get_mut(held..).unwrap_or_default();
            if free.is_empty() {
                return Err("a stanza is longer than 1 MiB; the rest of the list was not read".to_owned());
            }
            let read = reader.read(free).map_err(|error| format!("cannot read package list to its end: {error}"))?;
            held += read;
            total += read as u64;
            let filled = window.get(..held).unwrap_or_default();
            let whole = if read == 0 { held } else { memmem::rfind(filled, b"\n\n").map_or(0, |end| end + 2) };
            self.scan(filled.get(..whole).unwrap_or_default());
            if read == 0 {
                return Ok(total);
            }
            window.copy_within(whole..held, 0);
            held -= whole;
        }
    }

    fn scan(&mut self, block: &[u8]) {
        for stanza in Stanzas::of(block) {
            let name = name(stanza);
            // Most stanzas end here, with one look-up.
            if !self.installed.0.contains_key(name) {
                continue;
            }
            let (version, arch) = (field(stanza, "\nVersion: "), field(stanza, "\nArchitecture: "));
            if !version.is_empty() && self.installed.concerns(name, arch) {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let offered = Offered {
                    purl_type: "deb",
                    name: text(name),
                    arch: text(arch),
                    version: text(version),
                    security: self.release.security,
                    origin: self.release.origin.clone(),
                    distribution: self.distribution,
                };
                self.out.fact(Fact::Offered(self.root.clone(), offered));
            }
        }
    }
}

/// The blocks between empty lines, without looking into them.
struct Stanzas<'a> {
    rest: &'a [u8],
    end: memmem::Finder<'static>,
}

impl<'a> Stanzas<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, end: memmem::Finder::new("\n\n") }
    }
}

impl<'a> Iterator for Stanzas<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let blank = self.rest.iter().take_while(|byte| **byte == b'\n').count();
        let rest = self.rest.get(blank..).filter(|rest| !rest.is_empty())?;
        let (stanza, rest) = rest.split_at(self.end.find(rest).unwrap_or(rest.len()));
        self.rest = rest;
        Some(stanza)
    }
}

/// The package's name; nearly always the first field.
fn name(stanza: &[u8]) -> &[u8] {
    match stanza.strip_prefix(b"Package: ") {
        Some(rest) => line(rest),
        None => field(stanza, "\nPackage: "),
    }
}

/// The rest of the line after `start`, trimmed; empty if there is none.
fn field<'a>(stanza: &'a [u8], start: &str) -> &'a [u8] {
    memmem::find(stanza, start.as_bytes()).and_then(|at| stanza.get(at + start.len()..)).map(line).unwrap_or_default()
}

fn line(text: &[u8]) -> &[u8] {
    text.get(..memchr::memchr(b'\n', text).unwrap_or(text.len())).unwrap_or_default().trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const STATUS_FILE: (&str, &[u8]) = (
        STATUS,
        b"Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n\
          Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n",
    );
    const LIST: &[u8] =
        b"Package: a\nVersion: 1:2-3+deb12u1\nArchitecture: amd64\n\nPackage: aa\nVersion: 9\nArchitecture: amd64\n\n\
        Package: a\nVersion: 7\nArchitecture: i386\n\nPackage: gone\nVersion: 8\nArchitecture: amd64\n\n";
    const RELEASE: &[u8] =
        b"Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\nDate: Sat, 21 Nov 2026 00:53:02 UTC\n";

    #[test]
    fn only_what_concerns_an_installed_package_is_offered() {
        expect![[r#"
            * Offered("", Offered { purl_type: "deb", name: "a", arch: "amd64", version: "1:2-3+deb12u1", security: true, origin: "Debian", distribution: true })
            * ListsDate("", 2026-11-21)"#]].assert_eq(&found(
            &AptLists,
            &[
                ("var/lib/apt/lists/deb.debian.org_debian-security_dists_stable-security_main_binary-amd64_Packages", LIST),
                ("var/lib/apt/lists/deb.debian.org_debian-security_dists_stable-security_InRelease", RELEASE),
                STATUS_FILE,
            ],
        ));
    }

    #[test]
    fn a_list_without_a_release_file_is_called_by_its_host() {
        expect![[r#"* Offered("", Offered { purl_type: "deb", name: "a", arch: "amd64", version: "1:2-3+deb12u1", security: false, origin: "apt.example.org", distribution: false })"#]].assert_eq(&found(&AptLists, &[("var/lib/apt/lists/apt.example.org_x_._Packages", LIST), STATUS_FILE]));
    }

    #[test]
    fn gzip_and_lz4_lists_are_read_and_another_packing_is_a_problem() {
        use std::io::Write;
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(LIST).expect("memory");
        let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
        lz4.write_all(LIST).expect("memory");
        for (ending, packed) in [("gz", gz.finish().expect("memory")), ("lz4", lz4.finish().expect("memory"))] {
            let path = format!("var/lib/apt/lists/h_._Packages.{ending}");
            let read = found(&AptLists, &[(&path, &packed), STATUS_FILE]);
            assert!(read.contains("1:2-3+deb12u1"), "{ending}: {read}");
        }
        let xz = found(&AptLists, &[("var/lib/apt/lists/h_._Packages.xz", b"\xFD7zXZ"), STATUS_FILE]);
        assert!(xz.starts_with("! var/lib/apt/lists/h_._Packages.xz: UP015: package list is packed as .xz"), "{xz}");
        let broken = found(&AptLists, &[("var/lib/apt/lists/h_._Packages.gz", b"no gzip"), STATUS_FILE]);
        assert!(broken.contains("UP002: cannot read package list to its end"), "{broken}");
    }

    #[test]
    fn a_stanza_is_found_wherever_the_window_cuts_it() {
        let filler =
            b"Package: other\nDescription: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n\n".repeat(WINDOW / 40);
        let list = [filler.as_slice(), LIST, &filler, b"Package: a\nArchitecture: all\nVersion: last"].concat();
        let text = found(&AptLists, &[("var/lib/apt/lists/h_._Packages", &list), STATUS_FILE]);
        assert_eq!(text.matches("* Offered(").count(), 2, "{text}");
        assert!(text.contains("last"));
    }

    #[test]
    fn a_stanza_without_end_is_a_problem() {
        let text = found(&AptLists, &[("var/lib/apt/lists/h_._Packages", &vec![b'x'; WINDOW + 1]), STATUS_FILE]);
        assert!(text.contains("longer than 1 MiB"), "{text}");
    }

    #[test]
    fn only_package_lists_are_wanted() {
        for (name, wanted) in
            [("h_._Packages", true), ("h_._Packages.lz4", true), ("h_InRelease", false), ("h_Packages_x", false)]
        {
            assert_eq!(AptLists.wants(&FileFacts::new(&Path::new(FOLDER).join(name))), wanted, "{name}");
        }
    }
}
