//! Reads a process's control groups (cgroups(7)): the systemd unit and the container that they name.
//! Decides nothing from a path that only resembles an engine's: `docker.service` is the engine itself, on the host.

/// The path that says most: the unified hierarchy's, else systemd's own, else the first.
fn main_path(text: &str) -> Option<&str> {
    let paths = || text.lines().filter_map(|line| line.split_once(':')?.1.split_once(':'));
    let named = |wanted: &str| paths().find(|(name, path)| *name == wanted && *path != "/").map(|(_, path)| path);
    named("").or_else(|| named("name=systemd")).or_else(|| paths().map(|(_, path)| path).find(|path| *path != "/"))
}

/// The systemd unit of a process, from the text of its `cgroup` file. A login session is no unit that anybody restarts,
/// so it is none. Inside a container the unit is the host's, which holds the container.
pub(super) fn unit(text: &str, in_container: bool) -> Option<String> {
    let path = main_path(text)?;
    let units: Vec<&str> = path.split('/').filter(|part| is_unit(part)).collect();
    let innermost = || units.iter().rev().find(|unit| **unit != "init.scope").or(units.last());
    let unit = if in_container { units.first() } else { innermost() }?;
    let session = unit.strip_prefix("session-").is_some_and(|rest| rest.strip_suffix(".scope").is_some());
    (!session).then(|| (*unit).to_owned())
}

fn is_unit(part: &str) -> bool {
    [".service", ".scope", ".socket", ".mount", ".swap"].iter().any(|suffix| part.ends_with(suffix))
}

/// What identifies the container of a process, from the text of its `cgroup` file.
pub(super) fn container(text: &str) -> Option<&str> {
    text.lines().filter_map(|line| line.splitn(3, ':').nth(2)).find_map(container_in_path)
}

fn container_in_path(path: &str) -> Option<&str> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.first().is_some_and(|part| part.starts_with("kubepods")) {
        return parts.iter().rev().find(|part| engine_scope(part) || is_id(part)).or(parts.last()).copied();
    }
    // The last one counts, as engines run inside containers as well.
    parts.iter().enumerate().rev().find_map(|(at, part)| {
        let next = parts.get(at + 1).copied();
        match *part {
            "docker" | "lxc" | "lxc.payload" | "libpod_parent" | "ecs" | "garden" => next,
            // systemd-nspawn keeps its own supervisor beside the payload.
            _ if next == Some("payload") => Some(*part),
            _ if engine_scope(part) || part.starts_with("lxc.payload.") => Some(*part),
            _ => None,
        }
    })
}

/// Whether it is `docker-<id>.scope` or another engine's; `libpod-conmon-<id>.scope` holds the host's monitor and is not.
fn engine_scope(part: &str) -> bool {
    let name = part.strip_suffix(".scope").unwrap_or(part);
    ["docker-", "libpod-", "crio-", "cri-containerd-", "nerdctl-", "buildkit-"]
        .iter()
        .any(|prefix| name.strip_prefix(prefix).is_some_and(is_id))
}

/// Whether it is the hexadecimal id of a container.
fn is_id(text: &str) -> bool {
    text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "3f8a9c0d1e2f";

    #[test]
    fn the_innermost_unit_is_the_process_own() {
        let cases = [
            ("0::/system.slice/nginx.service\n", Some("nginx.service")),
            ("0::/system.slice/system-postgresql.slice/postgresql@15-main.service\n", Some("postgresql@15-main.service")),
            ("0::/system.slice/systemd-udevd.service/udev\n", Some("systemd-udevd.service")),
            ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/syncthing.service\n", Some("syncthing.service")),
            ("0::/user.slice/user-1000.slice/user@1000.service/init.scope\n", Some("user@1000.service")),
            ("0::/user.slice/user-1000.slice/session-3.scope\n", None),
            ("0::/init.scope\n", Some("init.scope")),
            ("9:name=systemd:/system.slice/cron.service\n4:memory:/other\n0::/\n", Some("cron.service")),
            ("0::/\n", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(unit(text, false).as_deref(), expected, "{text}");
        }
        let nspawn = "0::/machine.slice/systemd-nspawn@web.service/payload/system.slice/nginx.service\n";
        assert_eq!(unit(nspawn, true).as_deref(), Some("systemd-nspawn@web.service"));
    }

    #[test]
    fn engines_are_told_from_their_containers() {
        let inside = [
            format!("0::/system.slice/docker-{ID}.scope"),
            format!("4:memory:/docker/{ID}/system.slice/nginx.service"),
            format!("0::/machine.slice/libpod-{ID}.scope/container"),
            format!("0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-{ID}.scope"),
            format!("0::/kubepods/besteffort/pod1/{ID}"),
            "0::/lxc.payload.web/system.slice/nginx.service".to_owned(),
            "3:cpu:/lxc/web".to_owned(),
            "0::/machine.slice/systemd-nspawn@web.service/payload/init.scope".to_owned(),
        ];
        for text in &inside {
            assert!(container(text).is_some(), "{text}");
        }
        let host = [
            "0::/system.slice/docker.service".to_owned(),
            "0::/system.slice/containerd.service".to_owned(),
            "0::/system.slice/docker-registry.service".to_owned(),
            format!("0::/machine.slice/libpod-conmon-{ID}.scope"),
            "0::/lxc.monitor.web".to_owned(),
            r"0::/machine.slice/machine-qemu\x2d1\x2dvm.scope/libvirt/emulator".to_owned(),
            "0::/".to_owned(),
        ];
        for text in &host {
            assert_eq!(container(text), None, "{text}");
        }
    }
}
