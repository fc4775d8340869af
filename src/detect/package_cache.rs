//! The detectors of package files of systems, and where package managers keep such files of what they have installed or are
//! about to: what counts there stands in their databases.

use std::path::Path;

/// The ids of the detectors that read a package file of a system. What else is in such a file belongs to the package.
pub const SYSTEM_PACKAGES: [&str; 5] = ["apk-archive", "deb-archive", "ipk-archive", "pacman-archive", "rpm-archive"];

/// Folders of caches below any system root; everything that `apk`, `apt`, `dnf`, `yum`, `zypper` or `pacman` downloads lies in
/// them.
const CACHES: [[&str; 2]; 3] = [["var", "cache"], ["dnf", "system-upgrade"], ["apk", "cache"]];

/// Whether `path` lies in a package manager's cache.
pub(super) fn holds(path: &Path) -> bool {
    let names: Vec<_> = path.iter().collect();
    names.windows(2).any(|pair| CACHES.iter().any(|cache| pair.iter().zip(cache).all(|(name, cached)| name == cached)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_of_any_system_root_is_one() {
        for (path, expected) in [
            ("var/cache/apt/archives/a.deb", true),
            ("srv/chroot/var/cache/dnf/base-1/packages/a.rpm", true),
            ("var/lib/dnf/system-upgrade/a.rpm", true),
            ("etc/apk/cache/a.apk", true),
            ("srv/repository/a.deb", false),
            ("cache/a.deb", false),
            ("var/cached/a.deb", false),
        ] {
            assert_eq!(holds(Path::new(path)), expected, "{path}");
        }
    }
}
