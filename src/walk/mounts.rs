//! Which mounted file systems are entered (format: proc(5), `/proc/pid/mountinfo`).

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// File systems that hold software on this machine. Everything else (pseudo, network, FUSE, autofs, unknown) is skipped and named.
const LOCAL: &[&str] = &[
    "aufs", "bcachefs", "btrfs", "erofs", "exfat", "ext2", "ext3", "ext4", "f2fs", "hfsplus", "iso9660", "jfs", "nilfs2",
    "ntfs3", "overlay", "ramfs", "reiserfs", "rootfs", "squashfs", "tmpfs", "ubifs", "udf", "ufs", "vfat", "xfs", "zfs",
];

#[derive(Clone, Debug, PartialEq, Eq)]
struct Mount {
    device: String,
    /// The part of that file system which is mounted.
    subtree: PathBuf,
    point: PathBuf,
    kind: String,
}

/// What to do at a mount point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Crossing {
    /// No mount point, or one to enter.
    Enter,
    /// Not entered; the text is the file system's type.
    Foreign(String),
    /// The same files are walked under another path.
    Elsewhere(PathBuf),
}

/// The mounts of the running system.
#[derive(Clone, Debug, Default)]
pub struct MountTable {
    mounts: HashMap<PathBuf, Crossing>,
    points: BTreeMap<PathBuf, String>,
}

impl MountTable {
    /// The mounts below `root` as this process sees them; empty where they cannot be read.
    #[must_use]
    pub fn of_system(root: &Path) -> Self {
        std::fs::read("/proc/self/mountinfo").map(|text| Self::parse(&text, root)).unwrap_or_default()
    }

    /// Reads mountinfo. Later lines hide earlier ones with the same mount point.
    #[must_use]
    pub(super) fn parse(mountinfo: &[u8], root: &Path) -> Self {
        let mut by_point: BTreeMap<PathBuf, Mount> = BTreeMap::new();
        for mount in mountinfo.split(|byte| *byte == b'\n').filter_map(parse_line) {
            by_point.insert(mount.point.clone(), mount);
        }
        let mounts: Vec<&Mount> = by_point.values().collect();
        let crossings = mounts
            .iter()
            .filter(|mount| mount.point.starts_with(root) && mount.point != root)
            .map(|mount| (mount.point.clone(), crossing(mount, &mounts, root)))
            .collect();
        let points = mounts.iter().map(|mount| (mount.point.clone(), mount.kind.clone())).collect();
        Self { mounts: crossings, points }
    }

    /// What to do at the folder `path` (absolute).
    pub(super) fn crossing(&self, path: &Path) -> &Crossing {
        self.mounts.get(path).unwrap_or(&Crossing::Enter)
    }

    /// Whether `path` is a mount point at all.
    pub(super) fn is_point(&self, path: &Path) -> bool {
        self.points.contains_key(path)
    }
}

/// Decides for one mount. A mount of a subtree that another mount below the root already shows is the same files again.
fn crossing(mount: &Mount, all: &[&Mount], root: &Path) -> Crossing {
    if !LOCAL.contains(&mount.kind.as_str()) {
        return Crossing::Foreign(mount.kind.clone());
    }
    let shown_at = |other: &&&Mount| {
        let inside = mount.subtree.strip_prefix(&other.subtree).ok()?;
        let place = if inside.as_os_str().is_empty() { other.point.clone() } else { other.point.join(inside) };
        let visible = place.starts_with(root) && place != mount.point && holder(&place, all) == Some(&other.point);
        // Of two mounts of one subtree the shorter, then the earlier path is walked.
        let first = (place.components().count(), &place) < (mount.point.components().count(), &mount.point);
        (other.device == mount.device && visible && (first || other.subtree != mount.subtree)).then_some(place)
    };
    let others = all.iter().filter(|other| other.point != mount.point);
    others.filter_map(|other| shown_at(&other)).min().map_or(Crossing::Enter, Crossing::Elsewhere)
}

/// The mount point that `path` lies on: the longest one that it starts with.
fn holder<'m>(path: &Path, all: &[&'m Mount]) -> Option<&'m PathBuf> {
    all.iter().map(|mount| &mount.point).filter(|point| path.starts_with(point)).max_by_key(|point| point.components().count())
}

/// One line: `36 35 98:0 /subtree /point options … - type source superoptions`.
fn parse_line(line: &[u8]) -> Option<Mount> {
    let mut fields = line.split(|byte| *byte == b' ').filter(|field| !field.is_empty());
    let device = String::from_utf8_lossy(fields.nth(2)?).into_owned();
    let subtree = unescape(fields.next()?);
    let point = unescape(fields.next()?);
    let kind = fields.skip_while(|field| *field != b"-").nth(1)?;
    Some(Mount { device, subtree, point, kind: String::from_utf8_lossy(kind).into_owned() })
}

/// The kernel writes blanks, tabs, line ends and backslashes as three octal digits.
fn unescape(field: &[u8]) -> PathBuf {
    let mut out = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, tail)) = rest.split_first() {
        let octal = (*first == b'\\').then(|| tail.get(..3)).flatten().and_then(octal);
        out.push(octal.unwrap_or(*first));
        rest = if octal.is_some() { tail.get(3..).unwrap_or_default() } else { tail };
    }
    PathBuf::from(OsString::from_vec(out))
}

fn octal(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    u8::from_str_radix(text, 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFO: &[u8] = b"\
22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw
23 22 0:5 / /proc rw - proc proc rw
24 22 0:6 / /sys rw - sysfs sysfs rw
25 22 0:20 / /home rw - nfs4 server:/home rw
26 22 0:21 / /mnt/cloud rw - fuse.sshfs me@host: rw
27 22 8:2 / /var rw - xfs /dev/sda2 rw
28 22 8:1 /srv/data /opt/data rw - ext4 /dev/sda1 rw
29 22 0:30 / /tmp rw - tmpfs tmpfs rw
30 22 0:31 /sub /srv/with\\040blank rw - btrfs /dev/sdb rw
31 22 0:31 / /srv/pool rw - btrfs /dev/sdb rw
32 22 0:40 / /net rw - autofs systemd-1 rw
";

    #[test]
    fn local_file_systems_are_entered_once_and_others_named() {
        let table = MountTable::parse(INFO, Path::new("/"));
        for (path, expected) in [
            ("/proc", Crossing::Foreign("proc".to_owned())),
            ("/home", Crossing::Foreign("nfs4".to_owned())),
            ("/mnt/cloud", Crossing::Foreign("fuse.sshfs".to_owned())),
            ("/net", Crossing::Foreign("autofs".to_owned())),
            ("/var", Crossing::Enter),
            ("/tmp", Crossing::Enter),
            ("/usr", Crossing::Enter),
            ("/opt/data", Crossing::Elsewhere(PathBuf::from("/srv/data"))),
            ("/srv/with blank", Crossing::Elsewhere(PathBuf::from("/srv/pool/sub"))),
            ("/srv/pool", Crossing::Enter),
        ] {
            assert_eq!(*table.crossing(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_bind_mount_whose_source_lies_outside_the_root_is_entered() {
        let table = MountTable::parse(INFO, Path::new("/opt"));
        assert_eq!(*table.crossing(Path::new("/opt/data")), Crossing::Enter);
    }

    #[test]
    fn a_file_system_mounted_twice_is_walked_under_the_shorter_path() {
        let twice = b"1 0 8:1 / / rw - ext4 a rw\n2 1 8:9 / /a/long/path rw - xfs b rw\n3 1 8:9 / /b rw - xfs b rw\n";
        let table = MountTable::parse(twice, Path::new("/"));
        assert_eq!(*table.crossing(Path::new("/b")), Crossing::Enter);
        assert_eq!(*table.crossing(Path::new("/a/long/path")), Crossing::Elsewhere(PathBuf::from("/b")));
    }

    #[test]
    fn a_broken_line_is_passed_over() {
        assert!(!MountTable::parse(b"garbage\n\n1 2 3\n", Path::new("/")).is_point(Path::new("/")));
    }
}
