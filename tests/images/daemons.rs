//! Docker and containerd, started for the test with folders and sockets of their own, and stopped again. Where they cannot run, as in
//! a sandbox without control groups or mounts, the test says so and ends.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::made::{Images, run};
use crate::program::{stdout, underpin};
use crate::targets;

/// A daemon, stopped when this value goes.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let stopped = Command::new("kill").arg(self.0.id().to_string()).status();
        if stopped.is_ok_and(|status| status.success()) {
            self.0.wait().expect("it ends");
        }
    }
}

/// Starts a daemon and waits until `ask` gets an answer; `None` if it ends or does not answer within 40 seconds.
#[expect(clippy::print_stderr, reason = "a test that compares nothing must say so")]
fn start(command: &mut Command, ask: &[&str]) -> Option<Daemon> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut daemon = Daemon(child.expect("this test needs `apt-get install docker.io containerd`"));
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(40) {
        let (program, arguments) = ask.split_first()?;
        if Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success()) {
            return Some(daemon);
        }
        if daemon.0.try_wait().expect("own process").is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    eprintln!("{command:?} does not run on this machine: its storage is not compared");
    None
}

#[test]
fn docker_keeps_images_and_a_container_that_runs() {
    let images = Images::make();
    let (root, socket) = (images.at("host/var/lib/docker"), format!("unix://{}", images.at("docker.sock")));
    let mut command = Command::new("dockerd");
    command.args(["--data-root", &root, "--exec-root", &images.at("run"), "--pidfile", &images.at("pid"), "-H", &socket]);
    command.args(["--iptables=false", "--bridge=none", "--storage-driver", "overlay2"]);
    let Some(daemon) = start(&mut command, &["docker", "-H", &socket, "version"]) else { return };
    let docker = |arguments: &[&str]| run("docker", &[&["-H", &socket], arguments].concat());
    let one = images.at("one.tar");
    run("skopeo", &["copy", "-q", &format!("oci:{}:one", images.at("oci")), &format!("docker-archive:{one}:acme/one:1")]);
    docker(&["load", "-q", "-i", &one]);
    docker(&["load", "-q", "-i", &images.at("two.tar")]);
    docker(&["run", "-d", "--name", "web", "--network", "none", "acme/two:1", "/bin/busybox", "sleep", "600"]);

    let host = images.at("host");
    let found = targets(&["scan", &host]);
    let shown: Vec<(&str, &str, usize)> =
        found.iter().map(|(name, kind, packages)| (name.as_str(), kind.as_str(), packages.len())).collect();
    assert_eq!(shown, [("acme/one:1", "image", 2), ("host", "repository", 0), ("web", "container", 1)]);

    // Seen from the host itself, the container's process is the container's.
    let live = runs_in("web", &images);
    docker(&["rm", "-f", "web"]);
    drop(daemon);
    assert!(live, "the container's program does not run");
}

/// Whether the scan of this very host says that the program of the container `name` runs, in the container and not on the host.
fn runs_in(name: &str, images: &Images) -> bool {
    let folder = Path::new(&images.at("x")).parent().expect("a folder").to_owned();
    let listed = |folder: &Path| std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    // Nothing but the folder itself is looked at, to save time.
    let beside = folder.ancestors().skip(1).flat_map(listed).filter(|path| !folder.starts_with(path));
    let exclude: Vec<String> = beside.filter(|path| !path.starts_with("/proc")).map(|path| path.display().to_string()).collect();
    let printed = stdout(&mut underpin(["scan", "/", "--format", "json", "--exclude", &exclude.join(",")]));
    let document: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    let inventories = document["scans"].as_array().expect("inventories");
    let container = inventories.iter().find(|one| one["target"]["name"] == name).expect("the container is a target");
    let components = container["components"].as_array().expect("components");
    components.iter().any(|component| {
        component["purl"].as_str().is_some_and(|purl| purl.contains("busybox-static")) && component["evidence"] == "running"
    })
}

#[test]
fn containerd_keeps_images_by_name_and_a_container() {
    let images = Images::make();
    let (root, socket) = (images.at("host/var/lib/containerd"), images.at("containerd.sock"));
    let config = images.at("config.toml");
    let text = format!("version = 2\nroot = {root:?}\nstate = {:?}\n[grpc]\naddress = {socket:?}\n", images.at("state"));
    std::fs::write(&config, text).expect("a configuration");
    let ask = ["ctr", "-a", &socket, "version"];
    let Some(daemon) = start(Command::new("containerd").args(["-c", &config]), &ask) else { return };
    let ctr = |arguments: &[&str]| run("ctr", &[&["-a", &socket, "-n", "shop"], arguments].concat());
    let layout = images.at("layout.tar");
    run("tar", &["-cf", &layout, "-C", &images.at("oci"), "."]);
    ctr(&["images", "import", "--snapshotter", "overlayfs", "--base-name", "acme/app", &layout]);
    ctr(&["containers", "create", "--snapshotter", "overlayfs", "acme/app:two", "c1", "/bin/busybox"]);
    let found = targets(&["scan", &images.at("host")]);
    drop(daemon);
    let shown: Vec<(&str, &str, usize)> =
        found.iter().map(|(name, kind, packages)| (name.as_str(), kind.as_str(), packages.len())).collect();
    assert_eq!(shown, [("acme/app:one", "image", 2), ("host", "repository", 0), ("shop/c1", "container", 1)]);
}
