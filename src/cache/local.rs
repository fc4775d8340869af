//! Whether a file system is one whose times can be believed: of a disk of this machine, or in its memory. Those of a network are told late,
//! by another clock, and what is behind FUSE tells what it likes.

use std::path::Path;

/// `f_type` in statfs(2) of file systems whose times the kernel of this machine sets.
const LOCAL: [i128; 17] = [
    0x0000_4D44, // FAT
    0x0000_9660, // ISO 9660
    0x0000_EF53, // ext2, ext3, ext4
    0x0102_1994, // tmpfs
    0x1501_3346, // UDF
    0x2011_BAB0, // exFAT
    0x2FC1_2FC1, // ZFS
    0x3153_464A, // JFS
    0x5265_4973, // ReiserFS
    0x5846_5342, // XFS
    0x7371_7368, // SquashFS
    0x794C_7630, // overlayfs
    0x8584_58F6, // ramfs
    0x9123_683E, // Btrfs
    0xCA45_1A4E, // bcachefs
    0xE0F5_E1E2, // EROFS
    0xF2F5_2010, // F2FS
];

/// Whether the folder at `path` lies on such a file system.
#[must_use]
pub fn is_local(path: &Path) -> bool {
    rustix::fs::statfs(path).is_ok_and(|system| LOCAL.contains(&(i128::from(system.f_type) & 0xFFFF_FFFF)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_local_and_what_the_kernel_makes_up_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(is_local(folder.path()));
        assert!(!is_local(Path::new("/proc/self")));
        assert!(!is_local(&folder.path().join("none")));
    }
}
