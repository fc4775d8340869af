//! Systems that do not run, by their package databases: whose life cycle a package follows, what it is and is not called,
//! and that nothing is guessed of what runs.

use serde_json::{Value, json};

use crate::fixtures::{Deb, Folder, debian, system};
use crate::program::{stdout, underpin};

fn report(folder: &Folder, more: &[&str]) -> Value {
    let text = stdout(underpin(["report", &folder.arg(), "--format", "json", "--no-offers"]).args(more));
    serde_json::from_str(&text).expect("JSON")
}

/// Product, role, use, state, last day and whose life cycle it is, of each deployment.
fn told(report: &Value) -> Value {
    let deployments = report["deployments"].as_array().expect("a list");
    let one = |found: &Value| {
        let life = &found["lifecycle"];
        json!([found["product"], found["role"], found["use"], life["state"], life["eol"], life["followed"]])
    };
    deployments.iter().map(one).collect()
}

#[test]
fn a_package_follows_whoever_maintains_it() {
    let report = report(&debian(), &[]);
    let expected = json!([
        // Its security team's years are over, its free LTS is not.
        ["debian", "os", "enabled", "security-only", "2028-06-30", "distribution"],
        // NodeSource builds what upstream releases.
        ["nodejs", "runtime", "installed", "eol", "2026-04-30", "vendor"],
        // Upstream's table would call this release ended.
        ["openjdk", "runtime", "installed", "security-only", "2028-06-30", "distribution"],
        // No server is installed. Redis was removed; its configuration files are no Redis.
        ["postgresql", "client", "installed", "security-only", "2028-06-30", "distribution"],
    ]);
    assert_eq!(told(&report), expected);
    assert_eq!(report["targets"][0]["kind"], "rootfs");
    let origins: Vec<&Value> = report["deployments"].as_array().into_iter().flatten().map(|found| &found["origin"]).collect();
    assert!(origins[1].as_str().is_some_and(|origin| origin.contains("NodeSource")), "{origins:?}");
}

#[test]
fn a_client_alone_is_never_called_a_server() {
    let folder = system(
        "debian",
        "12",
        &[Deb::debian("postgresql-client-15", "15.13-0+deb12u1"), Deb::debian("redis-tools", "5:7.0.15-1~deb12u3")],
    );
    let report = report(&folder, &[]);
    let roles: Vec<Value> =
        report["deployments"].as_array().into_iter().flatten().map(|found| json!([found["product"], found["role"]])).collect();
    assert_eq!(roles, [json!(["debian", "os"]), json!(["postgresql", "client"]), json!(["redis", "client"])]);
    let cases: Vec<&Value> = report["opportunities"].as_array().into_iter().flatten().map(|case| &case["product"]).collect();
    assert_eq!(cases, ["debian"]);
    let table = stdout(&mut underpin(["report", &folder.arg()]));
    assert!(table.contains("PostgreSQL client 15.13, Redis client 7.0.15 (Debian LTS to 2028-06-30)"), "{table}");
}

#[test]
fn nothing_is_guessed_of_what_runs() {
    let folder =
        system("debian", "12", &[Deb::debian("nginx", "1.22.1-9+deb12u2"), Deb::debian("redis-server", "5:7.0.15-1~deb12u3")]);
    // The start links say that it would start, a pid file and a socket say nothing.
    folder.write(
        "lib/systemd/system/redis-server.service",
        "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf\n[Install]\nWantedBy=multi-user.target\n",
    );
    folder.write("run/nginx.pid", "1\n");
    folder.write("proc/1/cmdline", "nginx: master process /usr/sbin/nginx");
    folder.write("proc/net/tcp", "  sl  local_address rem_address   st\n   0: 00000000:0050 00000000:0000 0A\n");
    let report = report(&folder, &[]);
    for found in report["deployments"].as_array().into_iter().flatten() {
        assert_ne!(found["use"], "running", "{found}");
        assert_eq!(found["listening"], json!([]), "{found}");
    }
    let not_checked = report["coverage"]["not_checked"].to_string();
    assert!(not_checked.contains("what runs: this is not the running system"), "{not_checked}");
}

#[test]
fn an_enabled_unit_is_enabled_and_one_that_is_not_is_installed() {
    let unit = "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf\n[Install]\nWantedBy=multi-user.target\n";
    let told_of_redis = |enabled: bool| {
        let folder = system("debian", "12", &[Deb::debian("redis-server", "5:7.0.15-1~deb12u3")]);
        folder.write("usr/lib/systemd/system/redis-server.service", unit);
        folder.write("usr/bin/redis-server", "#!/bin/sh\n");
        folder.write(
            "var/lib/dpkg/info/redis-server.list",
            "/.\n/usr\n/usr/bin\n/usr/bin/redis-server\n/usr/lib/systemd/system/redis-server.service\n",
        );
        if enabled {
            let wants = folder.path().join("etc/systemd/system/multi-user.target.wants");
            std::fs::create_dir_all(&wants).expect("folders");
            std::os::unix::fs::symlink("/usr/lib/systemd/system/redis-server.service", wants.join("redis-server.service"))
                .expect("a link");
        }
        let report = report(&folder, &[]);
        let redis = report["deployments"].as_array().into_iter().flatten().find(|found| found["product"] == "redis");
        redis.map(|found| json!([found["role"], found["use"]]))
    };
    assert_eq!(told_of_redis(true), Some(json!(["server", "enabled"])));
    assert_eq!(told_of_redis(false), Some(json!(["server", "installed"])));
}

#[test]
fn an_attached_subscription_covers_what_it_covers_until_it_ends() {
    let packages = [Deb::ubuntu("nginx", "1.18.0-0ubuntu1.7"), Deb::ubuntu("python3.8", "3.8.10-0ubuntu1~20.04.18")];
    let attached =
        r#"{"attached": true, "expires": "2027-06-30T00:00:00+00:00", "services": [{"name": "esm-infra", "status": "enabled"}]}"#;
    let with = |status: &str| {
        let folder = system("ubuntu", "20.04", &packages);
        folder.write("var/lib/ubuntu-advantage/status.json", status);
        folder
    };
    let states = |folder: &Folder, day: &str| {
        let report = report(folder, &["--as-of", day]);
        let found = report["deployments"].as_array().expect("a list").clone();
        found.iter().map(|one| json!([one["product"], one["lifecycle"]["state"], one["entitlement"]])).collect::<Value>()
    };
    let all = |state: &str, entitlement: Value| {
        ["nginx", "python", "ubuntu"].into_iter().map(|product| json!([product, state, entitlement])).collect::<Value>()
    };
    assert_eq!(states(&with(attached), "2026-11-24"), all("eol-covered", json!("ubuntu-pro")));
    assert_eq!(states(&with(attached), "2027-07-01"), all("eol", Value::Null));
    assert_eq!(states(&with(r#"{"attached": false}"#), "2026-11-24"), all("eol", Value::Null));
}

#[test]
fn a_removed_package_is_counted_nowhere() {
    let folder = system("debian", "12", &[Deb::removed("nginx", "1.22.1-9+deb12u2"), Deb::debian("hostname", "3.23+nmu1")]);
    let purls = stdout(&mut underpin(["scan", &folder.arg(), "--format", "purls"]));
    assert!(purls.contains("pkg:deb/debian/hostname@3.23%2Bnmu1?"), "{purls}");
    assert!(!purls.contains("nginx"), "{purls}");
    let report = report(&folder, &[]);
    assert_eq!(told(&report).as_array().map(Vec::len), Some(1), "{report}");
    assert_eq!(report["totals"]["packages"], 1);
}
