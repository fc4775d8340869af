//! What is no plain file, or cannot be read as one.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};

use super::program::{stdout, underpin};
use super::{Case, LOCK, check, write};

pub(super) const CASES: &[Case] = &[
    Case {
        input: "a sparse file of 1 TiB under a name that is read",
        make: sparse,
        problems: &["package-lock.json UP004"],
        found: &[],
    },
    Case { input: "a FIFO under a name that is read", make: fifo, problems: &["package-lock.json UP009"], found: &[] },
    Case { input: "a socket under a name that is read", make: socket, problems: &["package-lock.json UP009"], found: &[] },
    Case {
        input: "devices under names that are read",
        make: devices,
        problems: &["Cargo.lock UP009", "package-lock.json UP009"],
        found: &[],
    },
    Case { input: "a folder under a name that is read", make: folder, problems: &[], found: &["pkg:npm/left-pad@1.3.0"] },
    Case { input: "links that lead out of the target, to devices, or round in a loop", make: links, problems: &[], found: &[] },
    Case {
        input: "a file that is read and refers to a loop of links",
        make: referred,
        problems: &["loop.txt UP009"],
        found: &[],
    },
];

/// In a mount name space of their own, where `MOUNT` was run.
pub(super) const MOUNTED: &[Case] =
    &[Case { input: "a file that shrinks while it is read", make: shrinks, problems: &["package-lock.json UP008"], found: &[] }];

/// The kernel states 4,096 bytes for this file, and gives some fifty.
const MOUNT: &str = "mount --bind /sys/kernel/mm/transparent_hugepage/enabled package-lock.json";

#[test]
fn what_is_no_plain_file_is_bounded_and_told() {
    check(CASES, "true");
}

#[test]
fn a_file_that_shrinks_while_it_is_read_is_told() {
    check(MOUNTED, MOUNT);
}

/// Root may list every folder, so somebody else scans.
#[test]
fn a_folder_that_is_closed_is_told() {
    let (tree, place) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    write(tree.path(), "open/package-lock.json", LOCK);
    write(tree.path(), "closed/package-lock.json", LOCK);
    write(tree.path(), "secret/package-lock.json", LOCK);
    let program = place.path().join("underpin");
    fs::copy(env!("CARGO_BIN_EXE_underpin"), &program).expect("a copy that everybody may run");
    for (path, mode) in [
        (tree.path().to_owned(), 0o755),
        (place.path().to_owned(), 0o755),
        (program.clone(), 0o755),
        (tree.path().join("closed"), 0o700),
        (tree.path().join("secret/package-lock.json"), 0o600),
    ] {
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("a mode");
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(&program).env_clear();
    command.args(["scan", "--format", "purls", "-v", "--no-cache"]).arg(tree.path());
    let output = command.output().expect("setpriv");
    let errors = String::from_utf8_lossy(&output.stderr);
    let mut told: Vec<String> = errors.lines().filter_map(super::problem).collect();
    told.sort();
    assert_eq!(told, ["closed UP001", "secret/package-lock.json UP001"], "{errors}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "pkg:npm/left-pad@1.3.0\n");
    // Root reads all of it.
    stdout(underpin(["scan", "--strict"]).arg(tree.path()));
}

fn sparse(root: &Path) {
    fs::File::create(root.join("package-lock.json")).and_then(|file| file.set_len(1 << 40)).expect("a sparse file");
}

fn node(path: &Path, kind: FileType, minor: u32) {
    mknodat(CWD, path, kind, Mode::RUSR, makedev(1, minor)).expect("a node, as root");
}

fn fifo(root: &Path) {
    node(&root.join("package-lock.json"), FileType::Fifo, 0);
}

fn socket(root: &Path) {
    drop(UnixListener::bind(root.join("package-lock.json")).expect("a socket"));
}

/// `/dev/zero`, which never ends, and a RAM disk.
fn devices(root: &Path) {
    node(&root.join("package-lock.json"), FileType::CharacterDevice, 5);
    node(&root.join("Cargo.lock"), FileType::BlockDevice, 0);
}

fn folder(root: &Path) {
    write(root, "package-lock.json/package-lock.json", LOCK);
}

fn links(root: &Path) {
    let outside = "../../../../../../../../dev/zero";
    for (link, target) in [
        ("package-lock.json", outside),
        ("Cargo.lock", "/etc/passwd"),
        ("uv.lock", "uv.lock"),
        ("a", "b"),
        ("b", "a"),
        ("up", ".."),
        ("root", "/"),
    ] {
        symlink(target, root.join(link)).expect("a link");
    }
}

fn referred(root: &Path) {
    write(root, "requirements.txt", "-r loop.txt\n");
    symlink("loop.txt", root.join("loop.txt")).expect("a link");
}

fn shrinks(root: &Path) {
    write(root, "package-lock.json", LOCK);
}
