//! Images and container storage made by the tools themselves (umoci, skopeo, Podman, Docker, containerd), compared with the same
//! tree unpacked and with what dpkg says of it. Needs root and those packages; says which is missing.

mod daemons;
mod made;
#[path = "../support/program.rs"]
mod program;

use std::collections::BTreeSet;
use std::path::Path;

use made::{Images, run};
use program::{stdout, underpin};
use serde_json::Value;

/// The packages of a target, one purl a line.
fn purls(target: &Path) -> BTreeSet<String> {
    let printed = stdout(&mut underpin([Path::new("scan"), target, Path::new("--format"), Path::new("purls")]));
    printed.lines().map(str::to_owned).collect()
}

/// Each inventory of a saved scan: its name, kind and packages of Debian.
fn targets(arguments: &[&str]) -> Vec<(String, String, BTreeSet<String>)> {
    let printed = stdout(&mut underpin(arguments.iter().chain(&["--format", "json"])));
    let document: Value = serde_json::from_str(&printed).expect("JSON");
    let inventories = document["scans"].as_array().expect("inventories");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages = |inventory: &Value| {
        let components = inventory["components"].as_array().expect("components").iter();
        components.map(|component| text(&component["purl"])).filter(|purl| purl.starts_with("pkg:deb/")).collect()
    };
    inventories.iter().map(|one| (text(&one["target"]["name"]), text(&one["target"]["kind"]), packages(one))).collect()
}

/// `name version` of a purl of Debian.
fn short(purl: &str) -> String {
    let purl = purl.trim_start_matches("pkg:deb/debian/").split('?').next().unwrap_or_default();
    purl.replace('@', " ").replace("%2B", "+").replace("%3A", ":")
}

#[test]
fn an_image_is_what_its_unpacked_tree_is_and_what_dpkg_says() {
    let images = Images::make();
    let unpacked = purls(&images.unpacked);
    let listed =
        run("dpkg-query", &["--admindir", &images.at("bundle/rootfs/var/lib/dpkg"), "-W", "-f", "${Package} ${Version}\n"]);
    let packages: BTreeSet<String> =
        unpacked.iter().filter(|purl| purl.starts_with("pkg:deb/")).map(|purl| short(purl)).collect();
    assert_eq!(packages, listed.lines().map(str::to_owned).collect());
    assert!(unpacked.contains("pkg:npm/left-pad@1.3.0"), "{unpacked:?}");
    let plain = images.at("plain.tar.zst");
    run("tar", &["--zstd", "-cf", &plain, "-C", &images.at("bundle/rootfs"), "."]);
    for (target, kind) in [(images.at("two.tar"), "image"), (images.at("two-oci.tar"), "image"), (plain, "root-fs")] {
        assert_eq!(purls(Path::new(&target)), unpacked, "{target}");
        assert_eq!(targets(&["scan", &target])[0].1, kind, "{target}");
    }
}

#[test]
fn a_layout_with_two_images_is_two_targets_and_evidence_names_the_layer() {
    let images = Images::make();
    let found = targets(&["scan", &images.at("oci")]);
    let names: Vec<(&str, &str)> = found.iter().map(|(name, kind, _)| (name.as_str(), kind.as_str())).collect();
    assert_eq!(names, [("one", "image"), ("two", "image")]);
    let only_in_one: Vec<String> = found[0].2.difference(&found[1].2).map(|purl| short(purl)).collect();
    assert!(only_in_one.len() == 1 && only_in_one[0].starts_with("tree "), "{only_in_one:?}");
    let document = stdout(&mut underpin(["scan", &images.at("oci"), "--format", "json"]));
    let document: Value = serde_json::from_str(&document).expect("JSON");
    let components = document["scans"][1]["components"].as_array().expect("components");
    let layer = |name: &str| {
        let found = components.iter().find(|component| component["purl"].as_str().is_some_and(|purl| purl.contains(name)));
        found.and_then(|component| component["locations"][0]["layer"].as_str()).map(str::to_owned)
    };
    let (package, lock) = (layer("busybox-static"), layer("left-pad"));
    // The second layer wrote dpkg's database anew, and brought the lock file.
    assert!(package.is_some() && package == lock, "{package:?} {lock:?}");
}

#[test]
fn podman_keeps_an_image_and_a_container_and_none_of_it_is_the_hosts() {
    let images = Images::make();
    for driver in ["overlay", "vfs"] {
        let root = images.at(&format!("host-{driver}"));
        let storage = format!("{root}/var/lib/containers/storage");
        for image in ["one", "two"] {
            let to = format!("containers-storage:[{driver}@{storage}+{root}/run]localhost/acme/{image}:1");
            run("skopeo", &["copy", "-q", &format!("oci:{}:{image}", images.at("oci")), &to]);
        }
        let podman = ["--root", &storage, "--runroot", &format!("{root}/run"), "--storage-driver", driver];
        run("podman", &[&podman[..], &["create", "--name", "web", "localhost/acme/two:1", "/bin/busybox"]].concat());
        let found = targets(&["scan", &root]);
        let shown: Vec<(&str, &str, bool)> =
            found.iter().map(|(name, kind, packages)| (name.as_str(), kind.as_str(), packages.is_empty())).collect();
        let folder = format!("host-{driver}");
        let expected =
            [(folder.as_str(), "repository", true), ("localhost/acme/one:1", "image", false), ("web", "container", false)];
        assert_eq!(shown, expected, "{driver}");
        assert_eq!(found[2].2, purls(&images.unpacked).into_iter().filter(|purl| purl.starts_with("pkg:deb/")).collect());
        run("podman", &[&podman[..], &["rm", "web"]].concat());
    }
}

#[test]
fn a_package_file_is_itself_and_owns_what_is_in_it() {
    let images = Images::make();
    let package = images
        .packages
        .iter()
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("tree_")))
        .expect("a package");
    let found = purls(package);
    assert!(found.len() == 1 && found.iter().all(|purl| purl.contains("/tree@")), "{found:?}");
}
