//! Reads apk's database `lib/apk/db/installed` (format: <https://wiki.alpinelinux.org/wiki/Apk_spec>), the files it says each
//! package owns, and `etc/apk/world`, which says what was asked for. Tells virtual packages as apk does.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::model::{Chosen, Component, Evidence, Location, PackageState, Purl};
use crate::problem::Code;

use super::{Claim, Detector, Findings, Opened, Stage, UsrMerge, os_identity};

/// Its place, before and after the move to `/usr`.
const PLACES: [&str; 2] = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];

pub(super) struct ApkInstalled;

impl Detector for ApkInstalled {
    fn id(&self) -> &'static str {
        "apk-installed"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(PLACES[0]), Claim::Path(PLACES[1])]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        // The longer place ends with the shorter.
        let Some(place) = PLACES.iter().rev().find(|place| file.path().ends_with(place)) else { return };
        let Some(bytes) = out.bytes(file) else { return };
        let root = file.system_root(place);
        let os = os_identity::read(file, &root);
        let id = os.as_ref().map_or("alpine", |os| &os.id);
        let distro = os.as_ref().map(crate::model::OsRelease::distro).unwrap_or_default();
        let (world, merge, shown) = (World::read(file, &root), UsrMerge::of(file.tree(), &root), file.shown());
        let mut fault = None;
        for (package, line) in packages(bytes) {
            fault = fault.or(package.fault);
            let Some(name) = package.get(b'P') else {
                fault = fault.or(Some(line));
                continue;
            };
            let purl = Purl::new("apk", &name)
                .with_namespace(id)
                .with_version(&package.get(b'V').unwrap_or_default())
                .with_qualifier("arch", &package.get(b'A').unwrap_or_default())
                .with_qualifier("distro", &distro);
            let real: Vec<PathBuf> = package.files().iter().map(|path| merge.real(path)).collect();
            out.ownership.add(&purl, real.iter().map(PathBuf::as_path));
            let mut component = Component::new(purl, Evidence::Installed, self.id(), Location::file(&shown));
            component.chosen = world.chosen(&name);
            component.license = package.get(b'L').map(Cow::into_owned);
            component.source_package = package.get(b'o').filter(|origin| *origin != name).map(Cow::into_owned);
            component.state = package.state();
            out.component(component);
        }
        if let Some(line) = fault {
            let text = "text that is no field, or a package without a name; the rest of the file was read";
            out.problem_at(Code::Malformed, file, line, text);
        }
    }
}

/// The lines of one package: a letter, a colon, a value.
struct Package<'a> {
    fields: Vec<(u8, &'a [u8])>,
    fault: Option<usize>,
}

/// The packages with the line of their first field, from 1.
fn packages(bytes: &[u8]) -> impl Iterator<Item = (Package<'_>, usize)> {
    let mut lines =
        bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).zip(1_usize..).peekable();
    std::iter::from_fn(move || {
        while lines.next_if(|(line, _)| line.is_empty()).is_some() {}
        let first = lines.peek()?.1;
        let mut package = Package { fields: Vec::new(), fault: None };
        while let Some((line, number)) = lines.next_if(|(line, _)| !line.is_empty()) {
            match line {
                [letter, b':', value @ ..] => package.fields.push((*letter, value)),
                _ => package.fault = package.fault.or(Some(number)),
            }
        }
        Some((package, first))
    })
}

impl<'a> Package<'a> {
    /// A field's value; `None` if it is not there or empty.
    fn get(&self, letter: u8) -> Option<Cow<'a, str>> {
        let (_, value) = self.fields.iter().find(|(field, value)| *field == letter && !value.is_empty())?;
        Some(String::from_utf8_lossy(value.trim_ascii()))
    }

    /// `R:` names a file in the folder that the last `F:` named.
    fn files(&self) -> Vec<String> {
        let mut folder: &[u8] = b"";
        let mut files = Vec::new();
        for (letter, value) in &self.fields {
            match letter {
                b'F' => folder = value,
                b'R' => files.extend(String::from_utf8([folder, b"/", value].concat()).ok()),
                _ => {}
            }
        }
        files
    }

    /// `f:` marks what failed when the package was installed: `f` files, `s` a script.
    fn state(&self) -> PackageState {
        let broken = self.get(b'f').is_some_and(|flags| flags.contains(['f', 's']));
        if broken { PackageState::Incomplete } else { PackageState::Installed }
    }
}

/// Names of the packages that somebody asked for; `None` if the file is missing.
struct World(Option<HashSet<String>>);

impl World {
    fn read(file: &Opened<'_>, root: &Path) -> Self {
        let world = file.in_root(root, Path::new("etc/apk/world"));
        // A line may add a version or a repository, as in `nginx=~1.24@edge`; one that begins with `!` keeps a package out.
        let name = |word: &str| word.split(['=', '<', '>', '~', '@']).next().unwrap_or_default().to_owned();
        Self(world.text_if_there().map(|text| text.split_whitespace().filter(|word| !word.starts_with('!')).map(name).collect()))
    }

    fn chosen(&self, name: &str) -> Chosen {
        match &self.0 {
            None => Chosen::Unknown,
            Some(names) if names.contains(name) => Chosen::Purpose,
            Some(_) => Chosen::Dependency,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, found};
    use super::*;
    use expect_test::expect;

    const INSTALLED: &[u8] =
        b"C:Q1abc=\nP:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\no:musl\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755\nZ:Q1x=\n\n\
        P:libssl3\nV:3.3.1-r0\nA:x86_64\nL:Apache-2.0\no:openssl\nF:usr\nF:usr/lib\nR:libssl.so.3\n\n\
        P:nginx\nV:1.26.1-r0\nA:x86_64\nf:s\n\n";
    const OS: (&str, &[u8]) = ("etc/os-release", b"ID=alpine\nVERSION_ID=3.20.1\n");

    #[test]
    fn packages_have_licence_source_state_and_purpose() {
        let world = b"nginx=~1.26@edge\n!libssl3\nmusl>1\n";
        expect![[r"
            pkg:apk/alpine/libssl3@3.3.1-r0?arch=x86_64&distro=alpine-3.20.1 installed chosen=Dependency license=Apache-2.0 source=openssl
            pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1 installed chosen=Purpose license=MIT
            pkg:apk/alpine/nginx@1.26.1-r0?arch=x86_64&distro=alpine-3.20.1 installed chosen=Purpose state=Incomplete"]]
        .assert_eq(&found(&ApkInstalled, &[(PLACES[0], INSTALLED), OS, ("etc/apk/world", world)]));
    }

    #[test]
    fn both_places_have_the_same_root_and_owners() {
        for place in PLACES {
            let path = format!("c/{place}");
            let out = findings(&ApkInstalled, &[(&path, INSTALLED)]);
            for (path, name) in [("c/lib/ld-musl-x86_64.so.1", "musl"), ("c/usr/lib/libssl.so.3", "libssl3")] {
                assert_eq!(out.ownership.owner(Path::new(path)).map(Purl::name), Some(name), "{place}");
            }
        }
    }

    #[test]
    fn other_distributions_and_architectures_are_told_apart() {
        let installed = b"P:glibc\nV:2.39-r5\nA:x86_64\nL:LGPL-2.1-or-later AND MIT\no:glibc\n\n\
            P:ca-certificates-bundle\nV:20240315-r0\nA:noarch\no:ca-certificates\n\nP:glibc\nV:2.39-r5\nA:aarch64\n";
        for place in PLACES {
            expect![[r"
                pkg:apk/wolfi/ca-certificates-bundle@20240315-r0?arch=noarch&distro=wolfi-20230201 installed source=ca-certificates
                pkg:apk/wolfi/glibc@2.39-r5?arch=aarch64&distro=wolfi-20230201 installed
                pkg:apk/wolfi/glibc@2.39-r5?arch=x86_64&distro=wolfi-20230201 installed license=LGPL-2.1-or-later AND MIT"]]
            .assert_eq(&found(&ApkInstalled, &[(place, installed), ("etc/os-release", b"ID=wolfi\nVERSION_ID=\"20230201\"\n")]));
        }
    }

    #[test]
    fn a_file_at_the_top_has_an_empty_folder() {
        let out = findings(&ApkInstalled, &[(PLACES[0], b"P:a\nV:1\nF:\nR:top\n")]);
        assert!(out.ownership.owner(Path::new("top")).is_some());
    }

    #[test]
    fn damage_is_one_problem_and_spoils_no_other_package() {
        expect![[r"
            pkg:apk/alpine/a@1 installed
            pkg:apk/alpine/b installed
            ! lib/apk/db/installed:3:1: UP002: text that is no field, or a package without a name; the rest of the file was read"]]
        .assert_eq(&found(&ApkInstalled, &[(PLACES[0], b"P:a\r\nV:1\r\n\xFFjunk\r\n\r\nV:2\n\nP:b\n")]));
        assert_eq!(found(&ApkInstalled, &[(PLACES[0], b"")]), "");
    }
}
