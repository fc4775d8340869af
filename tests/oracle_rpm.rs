//! Compares the rpm detector with rpm itself: packages are built and entered into a database of their own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use underpin::detect::{DETECTORS, Findings, Opened};
use underpin::progress::Counters;
use underpin::source::DirectoryTree;

/// Three packages of one source: an epoch, a file name with a blank, a package for every architecture, a folder.
const SPEC: &str = "
Name: shell
Epoch: 2
Version: 5.1.8
Release: 6.el9
Summary: a shell
License: GPL-3.0-or-later
Vendor: Rocky Enterprise Software Foundation
%description
A shell.
%package -n shell-doc
Summary: its manual
BuildArch: noarch
Epoch: 0
%description -n shell-doc
Its manual.
%package tools
Summary: its tools
Version: 1.0~rc1
License: MIT
%description tools
Its tools.
%install
mkdir -p %{buildroot}/bin %{buildroot}/usr/share/doc/shell %{buildroot}/etc/shell.d
echo a > %{buildroot}/bin/shell
echo b > '%{buildroot}/usr/share/doc/shell/read me'
echo c > %{buildroot}/usr/share/doc/shell/tools
echo d > %{buildroot}/etc/shell.conf
%files
/bin/shell
%config /etc/shell.conf
%dir /etc/shell.d
%files -n shell-doc
\"/usr/share/doc/shell/read me\"
%files tools
/usr/share/doc/shell/tools
";

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).env("LC_ALL", "C").output();
    let output = output.unwrap_or_else(|error| panic!("this test needs {program} (apt-get install rpm): {error}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A root whose rpm database has the packages of `SPEC`; its own `/bin` leads to `/usr/bin`.
fn root(folder: &Path) -> PathBuf {
    let (root, spec, top) = (folder.join("root"), folder.join("shell.spec"), folder.join("top"));
    fs::create_dir_all(root.join("etc")).expect("a folder");
    fs::create_dir_all(root.join("usr/bin")).expect("a folder");
    std::os::unix::fs::symlink("usr/bin", root.join("bin")).expect("a link");
    fs::write(root.join("etc/os-release"), "ID=rocky\nVERSION_ID=9.4\n").expect("a file");
    fs::write(&spec, SPEC).expect("a file");
    run("rpmbuild", &["-bb", "--quiet", "--define", &format!("_topdir {}", top.display()), &spec.to_string_lossy()]);
    let mut packages: Vec<String> = Vec::new();
    for arch in fs::read_dir(top.join("RPMS")).expect("built packages").flatten() {
        packages.extend(
            fs::read_dir(arch.path()).expect("a folder").flatten().map(|file| file.path().to_string_lossy().into_owned()),
        );
    }
    let database = root.join("var/lib/rpm").to_string_lossy().into_owned();
    let mut arguments = vec!["--dbpath", &database, "--justdb", "--nodeps", "-i"];
    arguments.extend(packages.iter().map(String::as_str));
    run("rpm", &arguments);
    root
}

fn detected(root: &Path) -> Findings {
    let tree = DirectoryTree::new(root, true);
    let counters = Counters::default();
    let mut out = Findings::default();
    let detector = DETECTORS.iter().find(|detector| detector.id() == "rpm-sqlite").expect("the detector is in the table");
    detector.detect(&Opened::new(&tree, &counters, Path::new("var/lib/rpm/rpmdb.sqlite")), &mut out);
    out
}

#[test]
fn packages_and_owners_are_those_of_rpm() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = root(folder.path());
    let database = root.join("var/lib/rpm").to_string_lossy().into_owned();
    let out = detected(&root);
    assert_eq!(out.problems, []);

    let format = "%{NAME} %|EPOCH?{%{EPOCH}}:{0}| %{VERSION}-%{RELEASE} %{ARCH} %{LICENSE}\n";
    let expected: BTreeSet<String> =
        run("rpm", &["--dbpath", &database, "-qa", "--qf", format]).lines().map(str::to_owned).collect();
    let found = out.components.iter().map(|component| {
        let purl = &component.purl;
        let [epoch, arch] = ["epoch", "arch"].map(|key| purl.qualifier(key));
        let (version, license) = (purl.version().unwrap_or_default(), component.license.as_deref().unwrap_or_default());
        format!("{} {} {version} {} {license}", purl.name(), epoch.unwrap_or("0"), arch.unwrap_or_default())
    });
    assert_eq!(found.collect::<BTreeSet<_>>(), expected);
    assert_eq!(expected.len(), 3);
    for component in &out.components {
        assert_eq!(component.source_package.as_deref(), Some("shell").filter(|source| *source != component.purl.name()));
    }

    let mut compared = 0;
    for name in ["shell", "shell-doc", "shell-tools"] {
        for path in run("rpm", &["--dbpath", &database, "-ql", name]).lines() {
            let real = path
                .strip_prefix("/bin/")
                .map_or_else(|| path.trim_start_matches('/').to_owned(), |rest| format!("usr/bin/{rest}"));
            assert_eq!(out.ownership.owner(Path::new(&real)).map(underpin::model::Purl::name), Some(name), "{path}");
            compared += 1;
        }
    }
    assert_eq!(compared, 5);
}
