//! Two images of one base: a root with two packages of Debian, and the same without one of them but with a lock file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Small packages that need nothing: one statically linked program, one that is taken away again.
const PACKAGES: [&str; 2] = ["busybox-static", "tree"];
const LOCK: &str = r#"{"name":"x","lockfileVersion":3,"packages":{"":{},"node_modules/left-pad":{"version":"1.3.0"}}}"#;

/// Runs a tool that must succeed.
pub(crate) fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).env("LC_ALL", "C").output();
    let hint = "this test needs root and `apt-get install umoci skopeo podman zstd`";
    let output = output.unwrap_or_else(|error| panic!("{hint}: {program}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {errors}\n{hint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The images, in a folder that goes with this value.
pub(crate) struct Images {
    folder: TempDir,
    /// The files of the second image.
    pub(crate) unpacked: PathBuf,
    /// The package files that the images were made from.
    pub(crate) packages: Vec<PathBuf>,
}

impl Images {
    /// A path in the folder.
    pub(crate) fn at(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// `oci` (a layout with the images `one` and `two`), `two.tar` (`docker save`), `two-oci.tar` and `bundle/rootfs`.
    pub(crate) fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let packages = download(folder.path());
        let at = |name: &str| folder.path().join(name).display().to_string();
        let (layout, bundle) = (at("oci"), at("bundle"));
        let (one, two) = (format!("{layout}:one"), format!("{layout}:two"));
        run("umoci", &["init", "--layout", &layout]);
        run("umoci", &["new", "--image", &one]);
        run("umoci", &["unpack", "--image", &one, &bundle]);
        let root = folder.path().join("bundle/rootfs");
        system(&root, &packages);
        run("umoci", &["repack", "--image", &one, &bundle]);
        fs::remove_dir_all(&bundle).expect("the bundle goes");
        run("umoci", &["unpack", "--image", &one, &bundle]);
        let admin = format!("--root={}", root.display());
        run("dpkg", &[&admin, "--force-not-root", "--force-script-chrootless", "--purge", "tree"]);
        fs::create_dir_all(root.join("srv/app")).expect("a folder");
        fs::write(root.join("srv/app/package-lock.json"), LOCK).expect("a lock file");
        run("umoci", &["repack", "--image", &two, &bundle]);
        run("skopeo", &["copy", "-q", &format!("oci:{two}"), &format!("docker-archive:{}:acme/two:1", at("two.tar"))]);
        run("skopeo", &["copy", "-q", &format!("oci:{two}"), &format!("oci-archive:{}:acme/two:1", at("two-oci.tar"))]);
        Self { unpacked: root, packages, folder }
    }
}

fn download(folder: &Path) -> Vec<PathBuf> {
    let status = Command::new("apt-get").args(["download", "-q"]).args(PACKAGES).current_dir(folder).output();
    assert!(status.is_ok_and(|output| output.status.success()), "apt-get download {PACKAGES:?}: run apt-get update first");
    let entries = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "deb")).collect()
}

/// A root into which dpkg itself installs the packages.
fn system(root: &Path, packages: &[PathBuf]) {
    for path in ["etc", "var/lib/dpkg/info", "var/lib/dpkg/updates"] {
        fs::create_dir_all(root.join(path)).expect("folders");
    }
    fs::write(root.join("var/lib/dpkg/status"), "").expect("a database");
    fs::copy("/etc/os-release", root.join("etc/os-release")).expect("a distribution");
    let admin = format!("--root={}", root.display());
    let packages: Vec<String> = packages.iter().map(|path| path.display().to_string()).collect();
    let mut arguments = vec![admin.as_str(), "--force-not-root", "--force-script-chrootless", "--force-depends", "--install"];
    arguments.extend(packages.iter().map(String::as_str));
    run("dpkg", &arguments);
}
