//! One version of one product from four makers has four life cycles.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{stdout, underpin};
use crate::{must, write};

fn debian(root: &Path, release: &str, version: &str, maintainer: &str) {
    write(&root.join("etc/os-release"), &format!("ID=debian\nVERSION_ID=\"{release}\"\n"));
    let package = format!(
        "Package: nodejs\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\nMaintainer: {maintainer}\nDescription: x\n"
    );
    write(&root.join("var/lib/dpkg/status"), &package);
}

/// Upstream's archive unpacked below `/opt`: the program, by the bytes that name its source archive.
fn tarball(root: &Path) {
    let (text, program) = (root.join("text"), root.join("opt/node-v20.19.2-linux-x64/bin/node"));
    write(&text, "\0https://nodejs.org/download/release/v20.19.2/node-v20.19.2.tar.gz\0node.js/v20.19.2\0");
    fs::create_dir_all(program.parent().expect("a folder")).expect("folders");
    let section = format!(".rodata.node={}", text.display());
    must(
        Command::new("objcopy")
            .args(["--add-section", &section, "--set-section-flags", ".rodata.node=readonly,data", "/bin/true"])
            .arg(&program),
    );
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("own file");
    fs::remove_file(text).expect("own file");
}

/// Version, origin, whose life cycle it follows, state and last day.
fn node(root: &Path) -> Value {
    let text = stdout(underpin(["report", "--format", "json", "--no-offers"]).arg(root));
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let mut found = report["deployments"].as_array().expect("a list").iter().filter(|one| one["product"] == "nodejs");
    let (Some(one), None) = (found.next(), found.next()) else { panic!("not one Node.js: {}", report["deployments"]) };
    let life = &one["lifecycle"];
    json!([one["version"], one["use"], life["followed"], life["state"], life["eol"]])
}

#[test]
fn node_20_from_four_makers_has_four_lives() {
    let roots = [(); 4].map(|()| TempDir::new().expect("a folder"));
    let [vendor, upstream, distribution, image] = roots.each_ref().map(TempDir::path);
    debian(vendor, "12", "20.19.2-1nodesource1", "Ivan Iguaran <ivan@nodesource.com>");
    tarball(upstream);
    debian(distribution, "13", "20.19.2+dfsg-1", "Debian Javascript Maintainers <pkg-javascript-devel@alioth-lists.debian.net>");
    write(&image.join("Dockerfile"), "FROM node:20.19.2\n");
    let told = [vendor, upstream, distribution, image].map(node);
    let expected = [
        json!(["20.19.2", "installed", "vendor", "eol", "2026-04-30"]),
        json!(["20.19.2", "installed", "upstream", "eol", "2026-04-30"]),
        json!(["20.19.2", "installed", "distribution", "supported", "2030-06-30"]),
        json!(["20.19.2", "declared", "upstream", "eol", "2026-04-30"]),
    ];
    assert_eq!(told, expected);
}
