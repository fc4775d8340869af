//! Compares the rpm detectors with rpm itself: packages are built and entered into a database of their own, which Berkeley
//! DB's tool turns into one of rpm's former kind. What no tool of this machine writes (`Packages.db`) is not compared.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngSeed, TestRunner};

use underpin::detect::{DETECTORS, Findings, Opened};
use underpin::model::{Component, Scheme};
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

/// The package files of `SPEC` and the one of its sources, which `rpmbuild` leaves below `folder`.
fn built(folder: &Path) -> Vec<PathBuf> {
    let (spec, top) = (folder.join("shell.spec"), folder.join("top"));
    fs::write(&spec, SPEC).expect("a file");
    run("rpmbuild", &["-ba", "--quiet", "--define", &format!("_topdir {}", top.display()), &spec.to_string_lossy()]);
    let files =
        walkdir::WalkDir::new(top).sort_by_file_name().into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|ending| ending == "rpm")).collect()
}

/// A root whose rpm database has the packages of `SPEC`; its own `/bin` leads to `/usr/bin`.
fn root(folder: &Path) -> PathBuf {
    let root = folder.join("root");
    fs::create_dir_all(root.join("etc")).expect("a folder");
    fs::create_dir_all(root.join("usr/bin")).expect("a folder");
    std::os::unix::fs::symlink("usr/bin", root.join("bin")).expect("a link");
    fs::write(root.join("etc/os-release"), "ID=rocky\nVERSION_ID=9.4\n").expect("a file");
    let packages = built(folder).into_iter().map(|path| path.to_string_lossy().into_owned());
    let packages: Vec<String> = packages.filter(|path| !path.ends_with(".src.rpm")).collect();
    let database = root.join("var/lib/rpm").to_string_lossy().into_owned();
    let mut arguments = vec!["--dbpath", &database, "--justdb", "--nodeps", "-i"];
    arguments.extend(packages.iter().map(String::as_str));
    run("rpm", &arguments);
    root
}

fn detected(root: &Path, id: &str, path: &str) -> Findings {
    let tree = DirectoryTree::new(root, true);
    let counters = Counters::default();
    let mut out = Findings::default();
    let detector = DETECTORS.iter().find(|detector| detector.id() == id).expect("the detector is in the table");
    detector.detect(&Opened::new(&tree, &counters, Path::new(path)), &mut out);
    assert_eq!(out.problems, []);
    out
}

/// What rpm is asked of each package, and what `line` says of a component.
const FORMAT: &str = "%{NAME} %|EPOCH?{%{EPOCH}}:{0}| %{VERSION}-%{RELEASE} %{ARCH} %{LICENSE}\n";

fn line(component: &Component) -> String {
    let purl = &component.purl;
    let [epoch, arch] = ["epoch", "arch"].map(|key| purl.qualifier(key));
    let (version, license) = (purl.version().unwrap_or_default(), component.license.as_deref().unwrap_or_default());
    format!("{} {} {version} {} {license}", purl.name(), epoch.unwrap_or("0"), arch.unwrap_or_default())
}

/// Checks that `out` has exactly the packages and files that rpm lists with these arguments.
fn compare(out: &Findings, database: &[&str]) {
    let query = |more: &[&str]| run("rpm", &[database, more].concat());
    let expected: BTreeSet<String> = query(&["-qa", "--qf", FORMAT]).lines().map(str::to_owned).collect();
    assert_eq!(out.components.iter().map(line).collect::<BTreeSet<_>>(), expected);
    assert_eq!((out.components.len(), expected.len()), (3, 3));
    for component in &out.components {
        assert_eq!(component.source_package.as_deref(), Some("shell").filter(|source| *source != component.purl.name()));
    }
    let mut compared = 0;
    for line in query(&["-qa", "--qf", "[%{=NAME}\t%{FILENAMES}\n]"]).lines() {
        let (name, path) = line.split_once('\t').expect("a name and a path");
        let real =
            path.strip_prefix("/bin/").map_or_else(|| path.trim_start_matches('/').to_owned(), |rest| format!("usr/bin/{rest}"));
        assert_eq!(out.ownership.owner(Path::new(&real)).map(underpin::model::Purl::name), Some(name), "{path}");
        compared += 1;
    }
    assert_eq!(compared, 5);
}

#[test]
fn packages_and_owners_are_those_of_rpm() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = root(folder.path());
    let database = root.join("var/lib/rpm").to_string_lossy().into_owned();
    compare(&detected(&root, "rpm-sqlite", "var/lib/rpm/rpmdb.sqlite"), &["--dbpath", &database]);
}

/// The headers of rpm's database in SQLite, by their number.
fn headers(database: &Path) -> Vec<(u32, Vec<u8>)> {
    let database = rusqlite::Connection::open(database).expect("rpm's database");
    let mut query = database.prepare("SELECT hnum, blob FROM Packages ORDER BY hnum").expect("a table");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
    rows.collect::<Result<_, _>>().expect("rows")
}

/// A database of Berkeley DB at `path`, made by its own tool in the byte order of `order` (1234 or 4321): the packages under
/// their numbers, and the next number under 0, as rpm had it.
fn berkeley_db(path: &Path, headers: &[(u32, Vec<u8>)], order: &str, page: &str) {
    let number = |number: u32| if order == "1234" { number.to_le_bytes() } else { number.to_be_bytes() };
    let hex = |bytes: &[u8]| bytes.iter().fold(String::from(" "), |text, byte| format!("{text}{byte:02x}")) + "\n";
    let mut text = format!("VERSION=3\nformat=bytevalue\ntype=hash\ndb_lorder={order}\ndb_pagesize={page}\nHEADER=END\n");
    text += &(hex(&number(0)) + &hex(&number(u32::try_from(headers.len() + 1).expect("a small number"))));
    for (key, value) in headers {
        text += &(hex(&number(*key)) + &hex(value));
    }
    text += "DATA=END\n";
    let _ = fs::remove_file(path);
    let mut tool = Command::new("db5.3_load").arg(path).stdin(Stdio::piped()).spawn();
    let tool = tool.as_mut().unwrap_or_else(|error| panic!("this test needs db5.3_load (apt-get install db5.3-util): {error}"));
    std::io::Write::write_all(&mut tool.stdin.take().expect("its input"), text.as_bytes()).expect("text");
    assert!(tool.wait().expect("an end").success(), "db5.3_load failed");
}

#[test]
fn packages_and_owners_of_a_former_database_are_those_of_rpm() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = root(folder.path());
    let old = root.join("var/lib/rpm");
    let headers = headers(&old.join("rpmdb.sqlite"));
    for name in ["rpmdb.sqlite", "rpmdb.sqlite-shm", "rpmdb.sqlite-wal"] {
        let _ = fs::remove_file(old.join(name));
    }
    let (path, database) = (old.join("Packages"), old.to_string_lossy().into_owned());
    let arguments = ["--dbpath", database.as_str(), "--define", "_db_backend bdb_ro"];
    for page in ["512", "4096", "65536"] {
        berkeley_db(&path, &headers, "1234", page);
        compare(&detected(&root, "rpm-bdb", "var/lib/rpm/Packages"), &arguments);
        // So many that buckets were split.
        let many: Vec<(u32, Vec<u8>)> =
            (1..).zip(headers.iter().cycle().take(900)).map(|(number, (_, blob))| (number, blob.clone())).collect();
        berkeley_db(&path, &many, "1234", page);
        let out = detected(&root, "rpm-bdb", "var/lib/rpm/Packages");
        let listed = run("rpm", &[&arguments[..], &["-qa", "--qf", "%{NAME}\n"]].concat());
        assert_eq!((out.components.len(), listed.lines().count()), (900, 900), "{page}");
    }
    // rpm itself reads only the byte order of the machine.
    berkeley_db(&path, &headers, "4321", "4096");
    let out = detected(&root, "rpm-bdb", "var/lib/rpm/Packages");
    assert_eq!(out.components.len(), headers.len());
}

#[test]
fn package_files_are_what_rpm_says_of_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut compared = 0;
    for path in built(folder.path()) {
        let out = detected(folder.path(), "rpm-archive", &path.strip_prefix(folder.path()).expect("below it").to_string_lossy());
        let mut expected = run("rpm", &["-qp", "--qf", FORMAT, &path.to_string_lossy()]);
        if path.to_string_lossy().ends_with(".src.rpm") {
            // rpm tells the architecture that sources were packed on; their own is src.
            expected = expected.replace(" x86_64 ", " src ").replace(" aarch64 ", " src ");
        }
        assert_eq!(out.components.iter().map(|component| line(component) + "\n").collect::<String>(), expected);
        assert_eq!(out.components.iter().find_map(|component| component.purl.namespace()), Some("rocky"));
        compared += 1;
    }
    assert_eq!(compared, 4);
}

#[test]
fn versions_are_ordered_as_rpm_orders_them() {
    let version = "([01]:)?[0-2](\\.[0-2a-bA]{1,2}|[~^+_][0-1a]{0,2}){0,3}(-[0-2a~^.]{1,3})?";
    let config = ProptestConfig { rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() };
    let pairs = proptest::collection::vec((version, version), 3000).new_tree(&mut TestRunner::new(config));
    let pairs = pairs.expect("pairs").current();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("pairs");
    let lines: Vec<String> = pairs.iter().map(|(a, b)| format!("{a} {b}")).collect();
    fs::write(&file, lines.join("\n")).expect("a file");
    let lua = "for line in io.lines('FILE') do local a, b = line:match('(%S+) (%S+)'); print(rpm.vercmp(a, b) .. '\\n') end";
    let said = run("rpm", &["--eval", &format!("%{{lua: {}}}", lua.replace("FILE", &file.display().to_string()))]);
    let theirs: Vec<&str> = said.split_whitespace().collect();
    assert_eq!(theirs.len(), pairs.len());
    let ours = pairs.iter().map(|(a, b)| (Scheme::Rpm.compare(a, b) as i8).to_string());
    let differ: Vec<_> = pairs.iter().zip(ours).zip(theirs).filter(|((_, ours), theirs)| ours != theirs).collect();
    assert!(differ.is_empty(), "pair, ours, theirs: {differ:#?}");
}
