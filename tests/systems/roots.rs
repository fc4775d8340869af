//! System roots inside a root: each is a place of its own, with the distribution, the life cycles and the advice of its own.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{stdout, underpin};
use crate::{found, write};

fn package(name: &str, version: &str) -> String {
    format!(
        "Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\nMaintainer: D <d@debian.org>\n\n"
    )
}

fn debian(root: &Path, release: &str, nginx: &str) {
    write(
        &root.join("etc/os-release"),
        &format!("ID=debian\nVERSION_ID=\"{release}\"\nPRETTY_NAME=\"Debian GNU/Linux {release}\"\n"),
    );
    write(&root.join("var/lib/dpkg/status"), &package("nginx", nginx));
    write(&root.join("var/lib/dpkg/info/nginx.list"), "/usr/sbin/nginx\n");
    write(
        &root.join("lib/systemd/system/nginx.service"),
        "[Service]\nExecStart=/usr/sbin/nginx\n[Install]\nWantedBy=multi-user.target\n",
    );
    write(&root.join("etc/systemd/system/multi-user.target.wants/nginx.service"), "[Service]\nExecStart=/usr/sbin/nginx\n");
    write(&root.join("etc/nginx/nginx.conf"), "events {}\n");
}

/// A fix of nginx that waits in the root's own package lists.
fn fix(root: &Path) {
    let list = root.join("var/lib/apt/lists/deb.debian.org_debian-security_dists_bullseye-security");
    let named = |end: &str| list.with_file_name(format!("{}_{end}", list.file_name().expect("a name").to_string_lossy()));
    write(&named("main_binary-amd64_Packages"), "Package: nginx\nVersion: 1.18.0-6.1+deb11u3\nArchitecture: amd64\n\n");
    write(
        &named("InRelease"),
        "Origin: Debian\nLabel: Debian-Security\nSuite: oldstable-security\nDate: Sat, 21 Nov 2026 00:53:02 UTC\n",
    );
    write(
        &root.join("etc/apt/apt.conf.d/20auto-upgrades"),
        "APT::Periodic::Unattended-Upgrade \"1\";\nAPT::Periodic::Update-Package-Lists \"1\";\n",
    );
}

fn alpine(root: &Path) {
    write(&root.join("etc/os-release"), "ID=alpine\nVERSION_ID=3.18.12\nPRETTY_NAME=\"Alpine Linux v3.18\"\n");
    write(&root.join("lib/apk/db/installed"), "P:nginx\nV:1.24.0-r7\nA:x86_64\no:nginx\nT:x\nF:usr/sbin\nR:nginx\n\n");
    write(&root.join("etc/apk/world"), "nginx\n");
    write(
        &root.join("srv/app/package-lock.json"),
        r#"{"lockfileVersion":3,"packages":{"node_modules/left-pad":{"version":"1.3.0"}}}"#,
    );
}

/// Debian 12 with an Alpine 3.18 and a Debian 11 unpacked in it.
fn host() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    debian(folder.path(), "12", "1.22.1-9");
    alpine(&folder.path().join("tmp/alpine"));
    debian(&folder.path().join("srv/old root"), "11", "1.18.0-6.1");
    fix(&folder.path().join("srv/old root"));
    folder
}

fn report(targets: &[&Path], more: &[&str]) -> Value {
    let text = stdout(underpin(["report", "--format", "json", "--no-offers"]).args(targets).args(more));
    serde_json::from_str(&text).expect("JSON")
}

/// The name of a place below `root`, as a test can expect it.
fn below(root: &Path, text: &Value) -> String {
    text.as_str()
        .expect("a text")
        .replace(&root.display().to_string(), "HOST")
        .replace(&*root.file_name().expect("a name").to_string_lossy(), "HOST")
}

#[test]
fn each_root_is_a_place_with_the_life_of_its_own_distribution() {
    let host = host();
    let report = report(&[host.path()], &[]);
    let mut targets: Vec<Value> = report["targets"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| json!([below(host.path(), &one["name"]), one["kind"], one["os"]]))
        .collect();
    targets.sort_by_key(Value::to_string);
    let expected = [
        json!(["HOST", "rootfs", "Debian 12"]),
        json!(["HOST/srv/old root", "chroot", "Debian 11"]),
        json!(["HOST/tmp/alpine", "chroot", "Alpine 3.18.12"]),
    ];
    assert_eq!(targets, expected);
    let mut places: Vec<Value> = report["deployments"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            json!([
                below(host.path(), &one["host"]),
                one["product"],
                one["version"],
                one["use"],
                one["lifecycle"]["eol"],
                one["makes_case"]
            ])
        })
        .collect();
    places.sort_by_key(Value::to_string);
    let expected = [
        json!(["HOST", "debian", "12", "enabled", "2028-06-30", true]),
        json!(["HOST", "nginx", "1.22.1", "enabled", "2028-06-30", true]),
        json!(["HOST/srv/old root", "debian", "11", "installed", "2026-08-31", false]),
        json!(["HOST/srv/old root", "nginx", "1.18.0", "installed", "2026-08-31", false]),
        json!(["HOST/tmp/alpine", "alpine-linux", "3.18.12", "installed", "2025-05-09", false]),
        json!(["HOST/tmp/alpine", "nginx", "1.24.0", "installed", "2025-05-09", false]),
    ];
    assert_eq!(places, expected);
}

#[test]
fn advice_names_the_root_and_is_of_its_distribution() {
    let host = host();
    let report = report(&[host.path()], &[]);
    let actions: Vec<Value> = report["actions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            let command = one["command"].as_str().map(|_| below(host.path(), &one["command"]));
            json!([
                below(host.path(), &one["hosts"][0]),
                one["hosts"].as_array().map(Vec::len),
                one["id"],
                command,
                one["to"],
                one["why"]
            ])
        })
        .collect();
    let expected = [
        json!([
            "HOST/srv/old root",
            1,
            "UPDATE-apt",
            "chroot 'HOST/srv/old root' apt-get upgrade",
            null,
            "package lists of 2026-11-21: nginx"
        ]),
        json!([
            "HOST/tmp/alpine",
            1,
            "EOL-alpine-linux-3.18",
            null,
            "3.23, fixes to 2027-11-01",
            "end of life 2025-05-09; nothing runs it"
        ]),
        json!([
            "HOST/srv/old root",
            1,
            "EOL-debian-11",
            null,
            "13, fixes to 2030-06-30",
            "end of life 2026-08-31; nothing runs it"
        ]),
    ];
    assert_eq!(actions, expected);
    let page = stdout(underpin(["report", "--no-offers"]).arg(host.path())).replace('\n', " ");
    assert!(page.contains("2 system roots inside: ") && page.contains("tmp/alpine: Alpine 3.18.12"), "{page}");
}

#[test]
fn what_lies_in_roots_is_counted_once_in_any_order_and_as_from_the_root_itself() {
    let host = host();
    let (root, alpine, old) = (host.path(), host.path().join("tmp/alpine"), host.path().join("srv/old root"));
    let once = report(&[root], &["--threads", "1"]);
    for order in [[root, &alpine, &old], [&old, &alpine, root]] {
        let mut other = report(&order, &["--threads", "2"]);
        // What was typed is told back.
        other["tool"]["arguments"] = once["tool"]["arguments"].clone();
        other["digest"] = once["digest"].clone();
        assert_eq!(other["deployments"], once["deployments"]);
        assert_eq!(other["actions"], once["actions"]);
        assert_eq!(other["totals"], once["totals"]);
    }
    let purls = |target: &Path| -> Vec<String> { found(target, &[]).into_iter().map(|(purl, _)| purl).collect() };
    let mut apart = [purls(&alpine), purls(&old)].concat();
    apart.extend(["pkg:deb/debian/nginx@1.22.1-9", "pkg:generic/debian@12"].map(str::to_owned));
    apart.sort();
    assert_eq!(purls(root), apart);
}

#[test]
fn the_base_of_an_image_goes_its_own_way_and_is_not_what_runs() {
    let host = TempDir::new().expect("a folder");
    debian(host.path(), "12", "1.22.1-9");
    write(&host.path().join("srv/app/Dockerfile"), "FROM alpine:3.18\n");
    let report = report(&[host.path()], &[]);
    let actions = report["actions"].as_array().expect("a list").iter();
    let told: Vec<Value> = actions.map(|one| json!([one["id"], one["to"], one["why"]])).collect();
    assert_eq!(told, [json!(["EOL-alpine-linux-3.18", "3.23, fixes to 2027-11-01", "end of life 2025-05-09; declared"])]);
}
