//! A scan that remembers is the scan that reads everything, byte for byte: after edits of every kind, with damaged and foreign caches,
//! with several scans at once, and where nothing can be written. Files that changed a moment ago are not remembered, hence the pauses.

mod damage;
mod edits;
#[path = "../support/program.rs"]
mod program;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use tempfile::TempDir;

use program::{stdout, underpin};

/// A little longer than a file must have been left alone to be remembered.
const PAUSE: Duration = Duration::from_millis(3_500);

/// A tree, and a folder for the cache beside it.
struct Case {
    tree: TempDir,
    cache: TempDir,
}

impl Case {
    /// The files of many ecosystems, and a system's package database.
    fn new() -> Self {
        let case = Self { tree: tempfile::tempdir().expect("a folder"), cache: tempfile::tempdir().expect("a folder") };
        for (path, text) in FILES {
            case.write(path, text);
        }
        for (path, from) in [("opt/tool", "/bin/true"), ("usr/bin/owned", "/bin/false"), ("opt/plain.so.1", "/bin/true")] {
            let to = case.path(path);
            fs::create_dir_all(to.parent().expect("a folder")).expect("folders");
            // As long as the name that stands there: the other catalog knows it.
            let bytes = fs::read(from).expect("a program");
            let at = bytes.windows(13).position(|part| part == b"GNU coreutils").expect("a program of coreutils");
            fs::write(&to, [&bytes[..at], b"ACME tool 4.2", &bytes[at + 13..]].concat()).expect("a program");
            fs::set_permissions(&to, fs::Permissions::from_mode(0o755)).expect("a mode");
        }
        case
    }

    /// The same, left alone for long enough, and scanned once.
    fn remembered() -> Self {
        let case = Self::new();
        std::thread::sleep(PAUSE);
        case.warm();
        case
    }

    fn path(&self, path: &str) -> PathBuf {
        self.tree.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = underpin(["scan", "--format", "json", "-v"]);
        command.arg(self.tree.path()).args(more).env_remove("UNDERPIN_NO_CACHE").env("UNDERPIN_CACHE_DIR", self.cache.path());
        command
    }

    fn run(&self, more: &[&str]) -> Scan {
        Scan::of(&self.command(more).output().expect("the program starts"))
    }

    fn warm(&self) -> Scan {
        self.run(&[])
    }

    fn cold(&self) -> Scan {
        self.run(&["--no-cache"])
    }

    /// The one file of the cache.
    fn file(&self) -> PathBuf {
        let files = fs::read_dir(self.cache.path()).expect("a folder").map(|entry| entry.expect("an entry").path());
        let files: Vec<PathBuf> = files.collect();
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }
}

/// What a scan says.
#[derive(Debug)]
struct Scan {
    result: String,
    errors: String,
}

impl Scan {
    fn of(output: &Output) -> Self {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{}: {errors}", output.status);
        Self { result: String::from_utf8(output.stdout.clone()).expect("UTF-8"), errors }
    }

    /// How many candidates were remembered and how many are new; `None`: there was no cache.
    fn counts(&self) -> Option<(usize, usize)> {
        let line = self.errors.lines().find_map(|line| line.strip_prefix("cache: "))?;
        let mut numbers = line.split(' ').filter_map(|word| word.parse().ok());
        Some((numbers.next()?, numbers.next()?))
    }
}

/// Whether the two say the same, with the first line that they do not agree on.
fn assert_same(warm: &Scan, cold: &Scan, what: &str) {
    let differs = warm.result.lines().zip(cold.result.lines()).find(|(one, other)| one != other);
    assert!(warm.result == cold.result, "{what}: {differs:?}\n{}", warm.errors);
}

const FILES: &[(&str, &str)] = &[
    ("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n"),
    (
        "var/lib/dpkg/status",
        "Package: owner\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: all\n\nPackage: other\nStatus: install ok installed\nVersion: 2.0-1\nArchitecture: all\n",
    ),
    ("var/lib/dpkg/info/owner.list", "/.\n/usr/bin/owned\n"),
    ("var/lib/dpkg/info/other.list", "/.\n/usr/share/none\n"),
    ("srv/js/package.json", r#"{"name": "app", "version": "1.0.0", "dependencies": {"left-pad": "^1.0.0"}}"#),
    (
        "srv/js/package-lock.json",
        r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"left-pad": "^1.0.0"}}, "node_modules/left-pad": {"version": "1.3.0"}}}"#,
    ),
    ("srv/bare/package.json", r#"{"name": "bare", "dependencies": {"leftpad": "^0.0.1"}}"#),
    ("srv/js/node_modules/left-pad/package.json", r#"{"name": "left-pad", "version": "1.3.0", "license": "WTFPL"}"#),
    ("srv/py/requirements.txt", "flask==3.0.0\n-r more.txt\n"),
    ("srv/py/more.txt", "jinja2==3.1.2\n"),
    ("srv/py/lib/six-1.16.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n"),
    ("srv/go/go.mod", "module example.org/app\n\ngo 1.22\n\nrequire golang.org/x/text v0.14.0\n"),
    ("srv/go/go.sum", "golang.org/x/text v0.14.0 h1:ScX5w1eTa3QqT8oi6+ziP7dTV1S2+ALU0bI+0zXKWiQ=\n"),
    (
        "srv/rust/Cargo.lock",
        "version = 3\n\n[[package]]\nname = \"libc\"\nversion = \"0.2.150\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n",
    ),
    ("srv/broken/Cargo.lock", "version = [\n"),
    ("srv/one/Gemfile.lock", "GEM\n  remote: https://rubygems.org/\n  specs:\n    rake (13.0.6)\n\nDEPENDENCIES\n  rake\n"),
    ("srv/two/Gemfile.lock", "GEM\n  remote: https://rubygems.org/\n  specs:\n    rack (13.0.7)\n\nDEPENDENCIES\n  rack\n"),
];

#[test]
fn a_second_scan_reads_nothing_and_says_the_same() {
    let case = Case::new();
    std::thread::sleep(PAUSE);
    let (cold, first, second) = (case.cold(), case.warm(), case.warm());
    assert_same(&first, &cold, "the first scan");
    assert_same(&second, &cold, "the second scan");
    let (remembered, fresh) = first.counts().expect("a cache");
    assert!(remembered == 0 && fresh > 12, "{}", first.errors);
    assert_eq!(second.counts(), Some((fresh, 0)), "{}", second.errors);
    assert_eq!(cold.counts(), None);
    assert!(second.result.contains("left-pad") && second.errors.contains("UP002"), "{}", second.errors);
}

#[test]
fn what_changed_a_moment_ago_is_not_remembered() {
    let case = Case::new();
    for version in 0..6 {
        case.write(
            "srv/rust/Cargo.lock",
            &FILES.iter().find(|(path, _)| *path == "srv/rust/Cargo.lock").expect("it").1.replace("150", &format!("15{version}")),
        );
        let warm = case.warm();
        assert!(warm.result.contains(&format!("libc@0.2.15{version}")), "version {version}");
        assert_same(&warm, &case.cold(), "at once");
    }
}

#[test]
fn another_choice_of_detectors_or_another_catalog_has_a_memory_of_its_own() {
    let case = Case::remembered();
    let catalog = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(catalog.path().join("products")).expect("a folder");
    fs::write(
        catalog.path().join("products/acme-true.toml"),
        "schema = 1\nname = \"Acme\"\nkind = \"other\"\nopen-source = \"yes\"\nsources = [\"https://acme.example\"]\n\n\
         [[binary]]\nrole = \"tool\"\nfiles = [\"tool\"]\nanchor = \"ACME tool \"\nversion = 'ACME tool (\\d+\\.\\d+)'\n\n\
         [[example]]\nfile = \"tool\"\ntext = 'ACME tool 4.2'\nexpect = \"tool\"\nversion = \"4.2\"\n\n[[example]]\nfile = \"other\"\ntext = 'x'\nexpect = \"none\"\n",
    )
    .expect("a file");
    let catalog = catalog.path().display().to_string();
    for more in [&["--only", "npm-lock"][..], &["--skip", "dpkg-status"], &["--catalog", &catalog], &[]] {
        let cold = case.run(&[more, &["--no-cache"]].concat());
        for round in ["first", "second"] {
            assert_same(&case.run(more), &cold, &format!("{more:?}, {round}"));
        }
    }
    let with_catalog = case.run(&["--catalog", &catalog]);
    assert!(with_catalog.result.contains("acme-true"), "the other catalog knows a program: {}", with_catalog.errors);
}

#[test]
fn several_scans_at_once_say_the_same_and_leave_a_whole_file() {
    let case = Case::new();
    std::thread::sleep(PAUSE);
    let cold = case.cold();
    for _ in 0..3 {
        let running: Vec<_> = (0..4)
            .map(|_| {
                let mut command = case.command(&[]);
                command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
                command.spawn().expect("it starts")
            })
            .collect();
        for one in running {
            assert_same(&Scan::of(&one.wait_with_output().expect("it ends")), &cold, "one of four");
        }
    }
    let after = case.warm();
    assert_eq!(after.counts().map(|(_, fresh)| fresh), Some(0), "{}", after.errors);
    case.file();
}

#[test]
fn a_cache_in_the_target_is_no_part_of_it() {
    let case = Case::new();
    let cold = case.cold();
    let inside = case.path("var/cache");
    fs::create_dir_all(&inside).expect("a folder");
    let before =
        Scan::of(&case.command(&["--no-cache"]).env("UNDERPIN_CACHE_DIR", inside.join("underpin")).output().expect("it starts"));
    for round in 0..2 {
        let warm = Scan::of(&case.command(&[]).env("UNDERPIN_CACHE_DIR", inside.join("underpin")).output().expect("it starts"));
        assert!(warm.counts().is_some() && inside.join("underpin").is_dir());
        assert_same(&warm, &before, &format!("round {round}"));
    }
    assert_ne!(before.result, cold.result, "the folder around it counts");
}

#[test]
fn a_configuration_or_the_environment_can_do_without() {
    let case = Case::new();
    case.write("srv/underpin.toml", "cache = false\n");
    let configuration = case.path("srv/underpin.toml").display().to_string();
    let without = stdout(&mut case.command(&["--config", &configuration]));
    assert_eq!(without, stdout(case.command(&[]).env("UNDERPIN_NO_CACHE", "1")));
    assert_eq!(fs::read_dir(case.cache.path()).expect("a folder").count(), 0, "nothing was kept");
    assert_eq!(without, stdout(&mut case.command(&[])));
    case.file();
}

/// Every command that scans, in a folder of its own, where `underpin.toml` is found without being named.
#[test]
fn every_command_that_scans_obeys_the_key_and_the_option() {
    let case = Case::new();
    let tree = case.tree.path().display().to_string();
    let commands: [&[&str]; 6] = [
        &["scan", &tree],
        &["report", &tree],
        &["explain", "debian", &tree],
        &["fund", &tree],
        &["init", &tree, "--output", "-", "--yes", "--config", "underpin.toml"],
        &["refer", "draft", "collabora", &tree],
    ];
    let kept = |command: &[&str], configuration: &str| {
        let (desk, cache) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        fs::write(desk.path().join("underpin.toml"), configuration).expect("a file");
        let mut run = underpin(command);
        run.current_dir(desk.path()).env_remove("UNDERPIN_NO_CACHE").env("UNDERPIN_CACHE_DIR", cache.path());
        let output = run.output().expect("the program starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {errors}");
        fs::read_dir(cache.path()).expect("a folder").count() > 0
    };
    for command in commands {
        assert!(kept(command, ""), "{command:?} keeps a cache");
        assert!(!kept(command, "cache = false\n"), "{command:?} does not read the configuration");
        assert!(!kept(&[command, &["--no-cache"]].concat(), ""), "{command:?} does not obey the option");
    }
}

/// As nobody, in folders that nobody may not write.
#[test]
fn where_nothing_can_be_written_the_scan_is_the_same_without_a_cache() {
    let case = Case::remembered();
    let cold = case.cold();
    let folder = tempfile::tempdir().expect("a folder");
    for path in [folder.path(), case.tree.path()] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    let program = folder.path().join("underpin");
    fs::copy(env!("CARGO_BIN_EXE_underpin"), &program).expect("a copy that everybody may run");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a mode");
    let as_nobody = |cache: &Path| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(&program).env_clear();
        command.args(["scan", "--format", "json", "-v"]).arg(case.tree.path()).env("UNDERPIN_CACHE_DIR", cache);
        Scan::of(&command.output().expect("setpriv"))
    };
    let others = as_nobody(case.cache.path());
    assert!(others.errors.contains("no cache: "), "root's cache is not nobody's: {}", others.errors);
    assert_same(&others, &cold, "somebody else's cache");
    let none = as_nobody(&folder.path().join("cannot/be/made"));
    assert!(none.errors.contains("no cache: "), "{}", none.errors);
    assert_same(&none, &cold, "no cache");
    let own = folder.path().join("own");
    fs::create_dir(&own).expect("a folder");
    std::os::unix::fs::chown(&own, Some(65534), Some(65534)).expect("root");
    fs::set_permissions(&own, fs::Permissions::from_mode(0o500)).expect("a mode");
    let read_only = as_nobody(&own);
    assert!(read_only.errors.contains("cache not kept: "), "{}", read_only.errors);
    assert_same(&read_only, &cold, "a folder that is read-only");
}

#[test]
fn a_folder_that_others_can_write_to_is_not_believed() {
    let case = Case::remembered();
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    assert_eq!(fs::metadata(case.file()).expect("a file").permissions().mode() & 0o777, 0o600);
    mode(&case.file(), 0o666);
    assert_eq!(case.warm().counts().map(|(remembered, _)| remembered), Some(0), "the file is open to all");
    mode(case.cache.path(), 0o777);
    assert_eq!(case.warm().counts(), None, "the folder is open to all");
}
