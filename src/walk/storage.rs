//! Folders that hold images and containers, recognised by their own metadata. Their files are not the host's: one
//! layer can be part of many images, and what a container holds is that container's.

use std::path::Path;

/// Whether the folder `path`, which holds `names`, is the storage of a container engine, and whose.
pub(super) fn engine_of(path: &Path, names: &[&str]) -> Option<&'static str> {
    let has = |name: &str| names.contains(&name);
    let driver =
        ["overlay2", "overlay", "vfs", "btrfs", "zfs", "aufs", "fuse-overlayfs", "devicemapper", "rootfs"].into_iter().any(has);
    if has("image") && has("containers") && driver {
        return Some("docker");
    }
    if ["overlay-layers", "vfs-layers", "btrfs-layers", "zfs-layers"].into_iter().any(has) || (has("storage.lock") && driver) {
        return Some("containers-storage");
    }
    if names.iter().any(|name| name.starts_with("io.containerd.snapshotter.v1.")) {
        return Some("containerd");
    }
    if has("pods") && has("plugins") && (has("pki") || has("config.yaml") || has("device-plugins")) {
        return Some("kubelet");
    }
    if has("rootfs") && has("config") && parent_is(path, &["lxc"]) {
        return Some("lxc");
    }
    if has("storage-pools") && (has("database") || has("unix.socket")) {
        return Some("lxd");
    }
    (path.ends_with("var/lib/machines") && !names.is_empty()).then_some("systemd-nspawn")
}

fn parent_is(path: &Path, names: &[&str]) -> bool {
    path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).is_some_and(|parent| names.contains(&parent))
}

/// Names of folders in which file systems show older states of themselves: btrfs (snapper), ZFS.
pub(super) fn is_snapshots(name: &str) -> bool {
    matches!(name, ".snapshots" | ".zfs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_known_by_what_their_folders_hold() {
        for (path, names, engine) in [
            ("var/lib/docker", &["buildkit", "containers", "image", "overlay2", "volumes"][..], Some("docker")),
            ("srv/moved-docker", &["containers", "image", "vfs"], Some("docker")),
            (
                "home/me/.local/share/containers/storage",
                &["overlay", "overlay-images", "overlay-layers", "storage.lock"],
                Some("containers-storage"),
            ),
            (
                "var/lib/containerd",
                &["io.containerd.content.v1.content", "io.containerd.snapshotter.v1.overlayfs"],
                Some("containerd"),
            ),
            ("var/lib/kubelet", &["config.yaml", "pki", "plugins", "pods"], Some("kubelet")),
            ("var/lib/lxc/web", &["config", "rootfs"], Some("lxc")),
            ("srv/photos", &["containers", "image"], None),
            ("srv/app", &["config", "rootfs"], None),
        ] {
            assert_eq!(engine_of(Path::new(path), names), engine, "{path}");
        }
    }
}
