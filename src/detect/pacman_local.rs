//! Reads the database of installed packages that pacman keeps, `local/<name>-<version>/desc`, and the `files` beside it
//! (<https://alpm.archlinux.page/specifications/alpm-db-desc.5.html>, <https://alpm.archlinux.page/specifications/alpm-files.5.html>).
//! Leaves out the databases of repositories (`sync`) and local changes to a package's files.

use std::path::{Path, PathBuf};

use crate::model::{Chosen, Component, Evidence, Location, OsRelease, Purl};
use crate::problem::Code;

use super::{Claim, Detector, FileFacts, Findings, Opened, Stage, UsrMerge, os_identity};

pub(super) struct PacmanLocal;

impl Detector for PacmanLocal {
    fn id(&self) -> &'static str {
        "pacman-local"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("desc")]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    /// Systems that are updated as a whole keep the database in a folder `pacmandb` of `/usr`.
    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.folder(1) == "local" && matches!(facts.folder(2), "pacman" | "pacmandb")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(bytes) = out.bytes(file) else { return };
        let text = String::from_utf8_lossy(bytes);
        let desc = Sections::of(&text);
        let Some(name) = desc.first("NAME") else {
            out.problem(Code::Malformed, file, "a package of pacman without a name");
            return;
        };
        if desc.first("VERSION").is_none() {
            out.problem(Code::Malformed, file, "a package of pacman without a version");
        }
        let root = file.system_root("var/lib/pacman/local/*/desc");
        let os = os_identity::read(file, &root);
        let purl = Purl::new("alpm", name)
            .with_namespace(os.as_ref().map_or("arch", |os| &os.id))
            .with_version(desc.first("VERSION").unwrap_or_default())
            .with_qualifier("arch", desc.first("ARCH").unwrap_or_default())
            .with_qualifier("distro", &os.as_ref().map(OsRelease::distro).unwrap_or_default());
        own(file, &root, &purl, out);
        let mut component = Component::new(purl, Evidence::Installed, self.id(), Location::file(file.shown()));
        component.license = all_of(&desc.all("LICENSE").collect::<Vec<_>>());
        component.source_package = desc.first("BASE").filter(|base| *base != name).map(str::to_owned);
        component.chosen = match desc.first("REASON") {
            None | Some("0") => Chosen::Purpose,
            Some("1") => Chosen::Dependency,
            Some(_) => Chosen::Unknown,
        };
        out.component(component);
    }
}

/// Notes what the package owns: the lines of `%FILES%`, of which folders end in a slash.
fn own(file: &Opened<'_>, root: &Path, purl: &Purl, out: &mut Findings) {
    let files = file.sibling("files");
    let Ok(bytes) = files.bytes() else { return };
    let text = String::from_utf8_lossy(bytes);
    let merge = UsrMerge::of(file.tree(), root);
    let listed = Sections::of(&text);
    let real: Vec<PathBuf> = listed.all("FILES").filter(|path| !path.ends_with('/')).map(|path| merge.real(path)).collect();
    out.ownership.add(purl, real.iter().map(PathBuf::as_path));
}

/// All of the licences apply (PKGBUILD(5)); one of them may itself be a choice.
pub(super) fn all_of(licenses: &[&str]) -> Option<String> {
    match licenses {
        [] => None,
        [one] => Some((*one).to_owned()),
        several => {
            let inner = |text: &&str| if text.contains(" OR ") { format!("({text})") } else { (*text).to_owned() };
            Some(several.iter().map(inner).collect::<Vec<_>>().join(" AND "))
        }
    }
}

/// Lines below headings: `%NAME%`, then one value a line, then an empty line.
struct Sections<'t> {
    lines: Vec<(&'t str, &'t str)>,
}

impl<'t> Sections<'t> {
    fn of(text: &'t str) -> Self {
        let (mut heading, mut lines) = ("", Vec::new());
        for line in text.lines().map(str::trim_end) {
            match line.strip_prefix('%').and_then(|rest| rest.strip_suffix('%')) {
                Some(name) if !name.is_empty() => heading = name,
                _ if line.is_empty() => heading = "",
                _ if heading.is_empty() => {}
                _ => lines.push((heading, line)),
            }
        }
        Self { lines }
    }

    fn all(&self, heading: &str) -> impl Iterator<Item = &'t str> {
        self.lines.iter().filter(move |(name, _)| *name == heading).map(|(_, value)| *value)
    }

    fn first(&self, heading: &str) -> Option<&'t str> {
        self.all(heading).next()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, found};
    use super::*;
    use expect_test::expect;

    const DESC: &str = "var/lib/pacman/local/gcc-libs-1:13.2.1-3/desc";
    const TEXT: &[u8] = b"%NAME%\ngcc-libs\n\n%VERSION%\n1:13.2.1-3\n\n%BASE%\ngcc\n\n%DESC%\nRuntime libraries\n\n%ARCH%\nx86_64\n\n\
        %PACKAGER%\nSome One <one@archlinux.org>\n\n%REASON%\n1\n\n%LICENSE%\nGPL-3.0-or-later\nLGPL-2.1-or-later OR MIT\n\n%DEPENDS%\nglibc>=2.27\n\n";

    #[test]
    fn a_package_has_epoch_base_reason_licences_and_files() {
        let files: [(&str, &[u8]); 3] = [
            (DESC, TEXT),
            (
                "var/lib/pacman/local/gcc-libs-1:13.2.1-3/files",
                b"%FILES%\nusr/\nusr/lib/\nusr/lib/libgcc_s.so\n\n%BACKUP%\netc/x\t00\n",
            ),
            ("etc/os-release", b"ID=arch\nBUILD_ID=rolling\n"),
        ];
        expect!["pkg:alpm/arch/gcc-libs@1:13.2.1-3?arch=x86_64&distro=arch installed chosen=Dependency license=GPL-3.0-or-later AND (LGPL-2.1-or-later OR MIT) source=gcc"]
            .assert_eq(&found(&PacmanLocal, &files));
        let out = findings(&PacmanLocal, &files);
        assert!(out.ownership.owner(Path::new("usr/lib/libgcc_s.so")).is_some());
        assert_eq!(out.ownership.len(), 1);
    }

    #[test]
    fn a_package_without_a_reason_was_asked_for_and_a_derivative_is_its_own_namespace() {
        let text = b"%NAME%\r\nzsh\r\n\r\n%VERSION%\r\n5.9-4\r\n\r\n%ARCH%\r\nany\r\n";
        expect!["pkg:alpm/manjaro/zsh@5.9-4?arch=any&distro=manjaro installed chosen=Purpose"].assert_eq(&found(
            &PacmanLocal,
            &[("c/var/lib/pacman/local/zsh-5.9-4/desc", text), ("c/etc/os-release", b"ID=manjaro\n")],
        ));
    }

    #[test]
    fn a_file_that_is_empty_cut_off_or_something_else_is_a_problem() {
        for bytes in [&b""[..], b"hello\n", b"\x1f\x8b\x08\0\0", b"%NAME%\n"] {
            assert_eq!(found(&PacmanLocal, &[(DESC, bytes)]), format!("! {DESC}: UP002: a package of pacman without a name"));
        }
        expect![[r"
            pkg:alpm/arch/gcc-libs installed chosen=Purpose
            ! var/lib/pacman/local/gcc-libs-1:13.2.1-3/desc: UP002: a package of pacman without a version"]]
        .assert_eq(&found(&PacmanLocal, &[(DESC, &TEXT[..20])]));
    }

    #[test]
    fn only_installed_packages_are_wanted() {
        for (path, wanted) in [
            (DESC, true),
            ("usr/lib/holo/pacmandb/local/a-1-1/desc", true),
            ("var/lib/pacman/sync/core/a-1-1/desc", false),
            ("home/me/local/x/desc", false),
        ] {
            assert_eq!(PacmanLocal.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }
}
