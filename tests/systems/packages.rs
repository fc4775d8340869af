//! What dpkg did, in a root of its own: states, architectures, diversions, and what `make install` puts over a package's file.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::program::{stdout, underpin};
use crate::{found, must, run, write};

/// A root with dpkg's database and nothing in it.
struct System(TempDir);

impl System {
    fn new() -> Self {
        let system = Self(TempDir::new().expect("a folder"));
        for path in ["var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers"] {
            fs::create_dir_all(system.root().join(path)).expect("folders");
        }
        write(&system.root().join("var/lib/dpkg/status"), "");
        write(&system.root().join("etc/os-release"), "ID=debian\nVERSION_ID=\"12\"\n");
        system
    }

    fn root(&self) -> PathBuf {
        self.0.path().join("root")
    }

    fn dpkg(&self) -> Command {
        let mut dpkg = Command::new("dpkg");
        dpkg.arg(format!("--root={}", self.root().display()));
        dpkg.args(["--force-not-root", "--force-script-chrootless", "--force-bad-path", "--force-depends", "--no-triggers"]);
        dpkg
    }

    /// Builds a package: name, architecture, lines for its control file, files and scripts (`DEBIAN/...`) with their text.
    fn package(&self, name: &str, arch: &str, control: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = self.0.path().join(format!("{name}-{arch}"));
        let head =
            format!("Package: {name}\nVersion: 1.0-1\nArchitecture: {arch}\nMaintainer: A <a@example.org>\nDescription: x\n");
        write(&folder.join("DEBIAN/control"), &(head + control));
        for (path, text) in files {
            write(&folder.join(path), text);
            let mode = if path.contains("bin/") || *text == FAILS { 0o755 } else { 0o644 };
            fs::set_permissions(folder.join(path), fs::Permissions::from_mode(mode)).expect("own file");
        }
        let file = folder.with_extension("deb");
        must(Command::new("dpkg-deb").args(["--root-owner-group", "-Znone", "-b"]).args([&folder, &file]));
        file
    }

    fn install(&self, package: &Path) -> bool {
        run(self.dpkg().arg("--install").arg(package)).0
    }

    /// `name version` of what the program finds of dpkg's packages.
    fn told(&self, more: &[&str]) -> BTreeSet<String> {
        let mut scan = underpin(["scan", "--format", "purls", "--only", "dpkg-status,os-release"]);
        let text = stdout(scan.arg(self.root()).args(more));
        let packages = text.lines().filter_map(|purl| purl.strip_prefix("pkg:deb/debian/")?.split('?').next());
        packages.map(|package| package.replace('@', " ")).collect()
    }
}

const FAILS: &str = "#!/bin/sh\nexit 1\n";

#[test]
fn packages_in_every_state_are_told_as_dpkg_tells_them() {
    let system = System::new();
    must(system.dpkg().args(["--add-architecture", "i386"]));
    let plain = [("usr/share/x", "x")];
    let packages = [
        system.package("held", "amd64", "", &[("usr/share/held", "x")]),
        system.package("gone", "amd64", "", &[("etc/gone.conf", "x"), ("DEBIAN/conffiles", "/etc/gone.conf\n")]),
        system.package("both", "amd64", "Multi-Arch: same\n", &[("usr/share/both", "x")]),
        system.package("both", "i386", "Multi-Arch: same\n", &[("usr/share/both", "x")]),
        system.package("purged", "amd64", "", &plain),
    ];
    for package in &packages {
        assert!(system.install(package), "{}", package.display());
    }
    let half = system.package("half-installed", "amd64", "", &[("DEBIAN/preinst", FAILS), ("DEBIAN/postrm", FAILS)]);
    let unset = system.package("half-configured", "amd64", "", &[("usr/share/h", "x"), ("DEBIAN/postinst", FAILS)]);
    assert!(!system.install(&half) && !system.install(&unset), "both fail on purpose");
    must(system.dpkg().args(["--remove", "gone"]));
    must(system.dpkg().args(["--purge", "purged"]));
    let hold = Command::new("sh")
        .args(["-ec", "echo 'held hold' | dpkg --root=\"$1\" --set-selections", "sh"])
        .arg(system.root())
        .output();
    assert!(hold.is_ok_and(|output| output.status.success()));
    let admin = format!("--admindir={}", system.root().join("var/lib/dpkg").display());
    let query = must(Command::new("dpkg-query").args([&admin, "-W", "-f", "${db:Status-Status} ${Package} ${Version}\n"]));
    let states: BTreeSet<&str> = query.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(
        states.into_iter().collect::<Vec<_>>(),
        ["config-files", "half-configured", "half-installed", "installed"],
        "{query}"
    );
    let expected = |more: &str| -> BTreeSet<String> {
        let lines = query.lines().filter_map(|line| line.split_once(' ')).filter(|(state, _)| *state != more);
        lines.map(|(_, package)| package.trim().to_owned()).collect()
    };
    assert_eq!(system.told(&[]), expected("config-files"));
    assert_eq!(system.told(&["--all"]), expected(""));
    let twice = found(&system.root(), &["--only", "dpkg-status,os-release"]);
    assert_eq!(twice.iter().filter(|(purl, _)| purl.ends_with("/both@1.0-1")).count(), 2, "one for each architecture");
}

/// A program of this system whose bytes tell what it is, with the paths at which a scan finds it outside of packages.
fn bash_at(system: &System) -> Vec<String> {
    let found = found(&system.root(), &[]).into_iter().filter(|(purl, _)| purl.starts_with("pkg:generic/bash@"));
    found.flat_map(|(_, places)| places).collect()
}

fn put_bash(system: &System, path: &str) {
    let path = system.root().join(path);
    fs::remove_file(&path).ok();
    fs::copy("/bin/bash", &path).expect("bash of this system");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("own file");
}

#[test]
fn what_is_put_over_a_package_s_file_is_not_the_package_s() {
    let system = System::new();
    assert!(system.install(&system.package("acme-shell", "amd64", "", &[("usr/bin/bash", "#!/bin/sh\nexec /bin/sh \"$@\"\n")])));
    assert_eq!(bash_at(&system), Vec::<String>::new());
    // As if the package had been unpacked before this second.
    let list = fs::File::options().append(true).open(system.root().join("var/lib/dpkg/info/acme-shell.list")).expect("a list");
    list.set_modified(SystemTime::now() - Duration::from_mins(1)).expect("own file");
    put_bash(&system, "usr/bin/bash");
    assert_eq!(bash_at(&system), ["/usr/bin/bash"]);
    assert_eq!(system.told(&[]), BTreeSet::from(["acme-shell 1.0-1".to_owned()]), "the package is still there");
}

#[test]
fn a_diverted_file_leaves_its_place_to_the_administrator() {
    let system = System::new();
    must(Command::new("dpkg-divert").arg(format!("--admindir={}", system.root().join("var/lib/dpkg").display())).args([
        "--local",
        "--no-rename",
        "--divert",
        "/usr/bin/bash-5",
        "--add",
        "/usr/bin/bash",
    ]));
    assert!(system.install(&system.package("acme-shell", "amd64", "", &[("usr/bin/bash", "#!/bin/sh\n")])));
    assert!(system.root().join("usr/bin/bash-5").exists() && !system.root().join("usr/bin/bash").exists());
    assert_eq!(bash_at(&system), Vec::<String>::new());
    put_bash(&system, "usr/bin/bash");
    assert_eq!(bash_at(&system), ["/usr/bin/bash"]);
}
