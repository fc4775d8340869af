//! What a scan sees of secrets does not leave it, in any format, on either output.

use std::fs;

use crate::fixtures::{ANGULARJS, Folder, TRUNCATED, debian};
use crate::program::underpin;

/// Planted in every place where people keep secrets.
const CANARY: &str = "CANARY-7f3a9c51";

fn with_canaries() -> Folder {
    let folder = debian();
    for path in [
        "srv/app/.env",
        "root/.ssh/id_rsa",
        "root/.bash_history",
        "root/.netrc",
        "root/.pgpass",
        "root/.aws/credentials",
        "home/ada/.docker/config.json",
        "home/ada/.npmrc",
        "var/lib/ubuntu-advantage/private/machine-token.json",
        "etc/shadow",
    ] {
        folder.write(path, &format!("token = \"{CANARY}\"\n"));
    }
    folder.write("etc/apt/auth.conf.d/90vendor.conf", &format!("machine packages.example login me password {CANARY}\n"));
    folder.write("etc/apt/sources.list.d/vendor.list", &format!("deb https://me:{CANARY}@packages.example/debian stable main\n"));
    folder.write(
        "srv/app/compose.yaml",
        &format!("services:\n  db:\n    image: postgres:15\n    environment:\n      POSTGRES_PASSWORD: {CANARY}\n"),
    );
    folder.write("srv/app/Dockerfile", &format!("FROM debian:12\nENV TOKEN={CANARY}\nARG KEY={CANARY}\n"));
    folder.write("srv/app/requirements.txt", &format!("--index-url https://me:{CANARY}@packages.example/simple\nsix==1.17.0\ngit+https://me:{CANARY}@code.example/x.git@v1#egg=x\n"));
    folder.write(
        "srv/app/Gemfile.lock",
        &format!("GEM\n  remote: https://me:{CANARY}@packages.example/\n  specs:\n    rake (13.2.1)\n\nDEPENDENCIES\n  rake\n"),
    );
    folder.write(
        &format!("srv/{}", ANGULARJS.0),
        &ANGULARJS.1.replace("https://packages", &format!("https://me:{CANARY}@packages")),
    );
    folder.write(&format!("srv/{}", TRUNCATED.0), &TRUNCATED.1.replace("\"4.", CANARY));
    folder.write("etc/cron.d/backup", &format!("0 3 * * * root /usr/bin/backup --password={CANARY}\n"));
    folder.write(
        "usr/lib/systemd/system/app.service",
        &format!("[Service]\nEnvironment=TOKEN={CANARY}\nExecStart=/srv/app/run --token {CANARY}\n"),
    );
    folder
}

#[test]
fn no_secret_of_the_target_or_the_environment_is_told() {
    let folder = with_canaries();
    let results = Folder::new("results", &[]);
    let scan = ["s.json", "s.cdx.json", "s.spdx.json", "s.purls", "s.txt"].map(|name| results.at(name));
    let report = ["r.json", "r.md", "r.html", "r.txt"].map(|name| results.at(name));
    for (command, files) in [("scan", &scan[..]), ("report", &report)] {
        let mut command = underpin([command, &folder.arg(), "--all", "-v", "--exclude", "nothing"]);
        command.args(files.iter().flat_map(|file| ["-o", file])).env("AWS_SECRET_ACCESS_KEY", CANARY).env("PGPASSWORD", CANARY);
        let output = command.output().expect("the program starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{errors}");
        assert!(!errors.contains(CANARY), "standard error: {errors}");
        for file in files {
            let text = fs::read_to_string(file).expect("written");
            let told: Vec<&str> = text.lines().filter(|line| line.contains(CANARY)).collect();
            assert!(told.is_empty(), "{file}: {told:#?}");
            assert!(text.contains("AngularJS") || text.contains("angular"), "{file} tells nothing at all");
        }
    }
}
