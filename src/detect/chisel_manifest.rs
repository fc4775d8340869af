//! Reads the manifest that chisel leaves in an image cut from Debian packages: `manifest.wall`, lines of JSON packed with
//! Zstandard (<https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/>). A package counts whichever of its slices is
//! there; the files are the slices' own. No licence and no state stands in it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::model::{Component, Evidence, Location, OsRelease, Purl};
use crate::problem::Code;
use crate::source::decompressed;

use super::{Claim, Detector, Findings, Opened, Stage, UsrMerge, os_identity};

/// Where chisel's own slice puts it; others may put one elsewhere, which belongs to the tree's root.
const PLACE: &str = "var/lib/chisel/manifest.wall";

/// Most unpacked bytes; a whole Ubuntu desktop has less than 64 MiB.
const MAX_TEXT: u64 = 256 << 20;

pub(super) struct ChiselManifest;

impl Detector for ChiselManifest {
    fn id(&self) -> &'static str {
        "chisel-manifest"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("manifest.wall")]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(bytes) = out.bytes(file) else { return };
        let mut text = Vec::new();
        let read = decompressed(bytes).and_then(|(_, reader)| reader.take(MAX_TEXT).read_to_end(&mut text));
        let mut manifest = Manifest::default();
        let mut fault = read.err().map(|error| (0, format!("not readable to its end: {error}")));
        for (number, line) in (1_usize..).zip(text.split(|byte| *byte == b'\n')).filter(|(_, line)| !line.is_empty()) {
            match serde_json::from_slice(line) {
                Ok(line) => manifest.add(line),
                Err(error) if fault.is_none() => fault = Some((number, format!("no line of a manifest: {error}"))),
                Err(_) => {}
            }
        }
        if !manifest.begun && fault.is_none() {
            fault = Some((1, "no manifest of chisel: its first line is missing".to_owned()));
        }
        manifest.write(file, self.id(), out);
        match fault {
            Some((0, text)) => out.problem(Code::Malformed, file, text),
            Some((line, text)) => out.problem_at(Code::Malformed, file, line, text),
            None => {}
        }
    }
}

/// A line; what a kind of line does not have is empty.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Line {
    jsonwall: String,
    kind: String,
    name: String,
    version: String,
    arch: String,
    path: String,
    slices: Vec<String>,
}

#[derive(Default)]
struct Manifest {
    begun: bool,
    packages: Vec<(String, String, String)>,
    /// The files by the package of the first slice that brought them.
    files: BTreeMap<String, Vec<String>>,
}

impl Manifest {
    fn add(&mut self, line: Line) {
        self.begun |= !line.jsonwall.is_empty();
        match line.kind.as_str() {
            "package" if !line.name.is_empty() => self.packages.push((line.name, line.version, line.arch)),
            // A path that ends in a slash is a folder.
            "path" if !line.path.ends_with('/') => {
                // A slice is named after its package: `libc6_libs`. A package's name has no such line.
                let package = line.slices.first().and_then(|slice| slice.split('_').next()).unwrap_or_default();
                self.files.entry(package.to_owned()).or_default().push(line.path);
            }
            _ => {}
        }
    }

    fn write(&self, file: &Opened<'_>, detector: &'static str, out: &mut Findings) {
        let root = if file.path().ends_with(PLACE) { file.system_root(PLACE) } else { PathBuf::new() };
        let os = os_identity::read(file, &root);
        let (id, merge) = (os.as_ref().map_or("ubuntu", |os| &os.id), UsrMerge::of(file.tree(), &root));
        let distro = os.as_ref().map(OsRelease::distro).unwrap_or_default();
        for (name, version, arch) in &self.packages {
            let purl = Purl::new("deb", name).with_namespace(id).with_version(version);
            let purl = purl.with_qualifier("arch", arch).with_qualifier("distro", &distro);
            let paths = self.files.get(name).map_or(&[][..], Vec::as_slice);
            let real: Vec<PathBuf> = paths.iter().map(|path| merge.real(path)).collect();
            out.ownership.add(&purl, real.iter().map(PathBuf::as_path).filter(|path| *path != Path::new("")));
            out.component(Component::new(purl, Evidence::Installed, detector, Location::file(file.shown())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, found};
    use super::*;
    use expect_test::expect;

    fn packed(text: &str) -> Vec<u8> {
        zstd::stream::encode_all(text.as_bytes(), 3).expect("zstd")
    }

    const WALL: &str = r#"{"jsonwall":"1.0","schema":"1.0","count":8}
{"kind":"content","slice":"hello_bins","path":"/usr/bin/hello"}
{"kind":"package","name":"hello","version":"1:2.10-3build1","sha256":"00","arch":"amd64"}
{"kind":"package","name":"libc6","version":"2.39-0ubuntu8","sha256":"00","arch":"amd64"}
{"kind":"path","path":"/etc/","mode":"0755","slices":["libc6_config","hello_bins"]}
{"kind":"path","path":"/lib/libc.so.6","mode":"0644","slices":["libc6_libs"],"sha256":"00","size":2220400}
{"kind":"path","path":"/usr/bin/hello","mode":"0755","slices":["hello_bins"],"sha256":"00","size":26856}
{"kind":"slice","name":"hello_bins"}
"#;

    #[test]
    fn packages_are_those_of_the_distribution_and_own_their_slices_files() {
        let wall = packed(WALL);
        let files: [(&str, &[u8]); 2] =
            [("img/var/lib/chisel/manifest.wall", &wall), ("img/etc/os-release", b"ID=ubuntu\nVERSION_ID=24.04\n")];
        expect![[r"
            pkg:deb/ubuntu/hello@1:2.10-3build1?arch=amd64&distro=ubuntu-24.04 installed
            pkg:deb/ubuntu/libc6@2.39-0ubuntu8?arch=amd64&distro=ubuntu-24.04 installed"]]
        .assert_eq(&found(&ChiselManifest, &files));
        let out = findings(&ChiselManifest, &files);
        for (path, owner) in [("img/usr/bin/hello", Some("hello")), ("img/lib/libc.so.6", Some("libc6")), ("img/etc", None)] {
            assert_eq!(out.ownership.owner(Path::new(path)).map(Purl::name), owner, "{path}");
        }
    }

    #[test]
    fn a_manifest_elsewhere_belongs_to_the_root_of_the_tree() {
        let wall = packed(WALL);
        let out = findings(&ChiselManifest, &[("db/manifest.wall", &wall)]);
        assert!(out.ownership.owner(Path::new("usr/bin/hello")).is_some());
        assert_eq!(out.components.len(), 2);
    }

    #[test]
    fn a_manifest_that_ends_early_or_is_none_is_a_problem() {
        let wall = packed(WALL);
        let broken = packed("{\"jsonwall\":\"1.0\"}\nnonsense\n{\"kind\":\"package\",\"name\":\"a\",\"version\":\"1\"}\n");
        expect![[r"
            pkg:deb/ubuntu/a@1 installed
            ! manifest.wall:2:1: UP002: no line of a manifest: expected ident at line 1 column 2"]]
        .assert_eq(&found(&ChiselManifest, &[("manifest.wall", &broken)]));
        for bytes in [b"".as_slice(), b"text", &packed("{\"kind\":\"x\"}\n"), &wall[..wall.len() - 8]] {
            let text = found(&ChiselManifest, &[("manifest.wall", bytes)]);
            assert!(text.contains("! manifest.wall") && text.contains("UP002: "), "{text}");
        }
    }
}
