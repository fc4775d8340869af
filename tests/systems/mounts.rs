//! Mounts of several kinds: what lies on them is found, and nothing twice. In a mount name space of its own.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::program::underpin;
use crate::{found, must, write};

const STATUS: &str =
    "Package: hostname\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.23\nMaintainer: D <d@debian.org>\n";
const LOCK: &str = r#"{"name":"x","lockfileVersion":3,"packages":{"":{},"node_modules/left-pad":{"version":"1.3.0"}}}"#;

/// `FROM` onto `TO`, with other file systems where a host has them, then the program.
const SCRIPT: &str = r#"
cp -a "$1/." "$2"
mount -t tmpfs tmpfs "$2/var" && cp -a "$1/var/." "$2/var"
mount -t tmpfs tmpfs "$2/opt" && cp -a "$1/opt/." "$2/opt"
mkdir -p "$2/mnt/again" && mount --bind "$2/srv" "$2/mnt/again"
mount -t proc proc "$2/proc"
shift; shift; exec "$@"
"#;

#[test]
fn what_lies_on_mounts_is_found_and_what_is_mounted_twice_is_found_once() {
    let (plain, mounted) = (TempDir::new().expect("a folder"), TempDir::new().expect("a folder"));
    let root = plain.path();
    write(&root.join("etc/os-release"), "ID=debian\nVERSION_ID=\"12\"\n");
    write(&root.join("var/lib/dpkg/status"), STATUS);
    write(&root.join("opt/app/package-lock.json"), LOCK);
    write(&root.join("srv/app/requirements.txt"), "six==1.17.0\n");
    fs::create_dir_all(root.join("proc")).expect("a folder");
    let save = mounted.path().join("saved.json");
    let target = mounted.path().join("root");
    fs::create_dir(&target).expect("a folder");
    let scan = underpin(["scan".as_ref(), target.as_os_str(), "-o".as_ref(), save.as_os_str()]);
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "sh", "-ec", SCRIPT, "sh"]).args([root, &target]).arg(scan.get_program()).args(scan.get_args());
    unshare.env("UNDERPIN_NO_CACHE", "1");
    must(&mut unshare);
    assert_eq!(found(&save, &[]), found(root, &[]));
    assert_eq!(found(root, &[]).len(), 4, "{:?}", found(root, &[]));
}

#[test]
fn targets_that_lie_in_one_another_are_one() {
    let folder = TempDir::new().expect("a folder");
    write(&folder.path().join("a/b/requirements.txt"), "six==1.17.0\n");
    std::os::unix::fs::symlink("a", folder.path().join("link")).expect("a link");
    let inner = |path: &str| folder.path().join(path).display().to_string();
    let once = found(folder.path(), &[]);
    assert_eq!(once.len(), 1);
    for more in [vec![inner("a")], vec![inner("a/b"), inner("")], vec![inner("link")], vec![inner("a/../a/b")]] {
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        assert_eq!(found(folder.path(), &more), once, "{more:?}");
    }
}
