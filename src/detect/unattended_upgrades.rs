//! Says whether security updates install themselves: unattended-upgrades on apt's systems
//! (<https://wiki.debian.org/UnattendedUpgrades>), dnf-automatic and yum-cron on rpm's
//! (<https://dnf.readthedocs.io/en/latest/automatic.html>). A setting that nothing carries out is no yes; where no file
//! speaks, nothing is said. One fact a file, so a root whose files disagree has several.

use std::path::{Path, PathBuf};

use super::deb822::stanzas;
use super::dpkg_package::state;
use super::dpkg_status::STATUS;
use super::{Claim, Detector, Fact, Findings, Opened, apt_conf};
use crate::model::PackageState;

const APT_FOLDER: &str = "etc/apt/apt.conf.d";
const APT_FILE: &str = "etc/apt/apt.conf";

/// Settings of the Red Hat family, with the timers of which one has to be on.
const AUTOMATIC: [(&str, &[&str]); 4] = [
    ("etc/dnf/automatic.conf", &["dnf-automatic.timer", "dnf5-automatic.timer"]),
    ("etc/dnf/dnf5-plugins/automatic.conf", &["dnf5-automatic.timer", "dnf-automatic.timer"]),
    ("etc/yum/yum-cron.conf", &["yum-cron.service"]),
    ("etc/yum/yum-cron-hourly.conf", &["yum-cron.service"]),
];

/// Where systemctl links what the administrator switched on.
const WANTED_BY: [&str; 2] = ["etc/systemd/system/timers.target.wants", "etc/systemd/system/multi-user.target.wants"];

pub(super) struct UnattendedUpgrades;

impl Detector for UnattendedUpgrades {
    fn id(&self) -> &'static str {
        "unattended-upgrades"
    }

    fn claims(&self) -> &'static [Claim] {
        &[
            Claim::In(APT_FOLDER),
            Claim::Path(APT_FILE),
            Claim::Path(AUTOMATIC[0].0),
            Claim::Path(AUTOMATIC[1].0),
            Claim::Path(AUTOMATIC[2].0),
            Claim::Path(AUTOMATIC[3].0),
        ]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let automatic = AUTOMATIC.iter().find(|(path, _)| file.path().ends_with(path));
        let (root, on) = if let Some((path, timers)) = automatic {
            let root = file.system_root(path);
            let on = automatic_upgrades(text, file, &root, timers);
            (root, on)
        } else {
            let is_whole = file.path().ends_with(APT_FILE);
            let root = if is_whole { file.system_root(APT_FILE) } else { file.system_root(&format!("{APT_FOLDER}/*")) };
            let on = apt_conf::value(text, "APT::Periodic::Unattended-Upgrade")
                .map(|period| is_a_period(&period) && is_installed(file, &root));
            (root, on)
        };
        if let Some(on) = on {
            out.fact(Fact::UnattendedUpgrades(root, on));
        }
    }
}

/// apt's daily script takes days, a number with a unit, or `always`; `0` is never.
fn is_a_period(value: &str) -> bool {
    let number = value.trim().trim_end_matches(['s', 'm', 'h', 'd']);
    value.trim() == "always" || number.parse().is_ok_and(|days: u64| days > 0)
}

fn is_installed(file: &Opened<'_>, root: &Path) -> bool {
    let status = file.in_root(root, Path::new(STATUS));
    let Ok(bytes) = status.bytes() else { return false };
    let installed = |status: &str| state(status).is_some_and(|state| state != PackageState::ConfigFiles);
    stanzas(bytes)
        .filter(|stanza| stanza.get("Package").is_some_and(|name| name == "unattended-upgrades"))
        .any(|stanza| stanza.get("Status").is_some_and(|status| installed(&status)))
}

/// `None` where updates are to be applied but no link shows what would do it.
fn automatic_upgrades(text: &str, file: &Opened<'_>, root: &Path, timers: &[&str]) -> Option<bool> {
    let is_on = |unit: &str| {
        WANTED_BY.iter().map(|folder| root.join(PathBuf::from(folder).join(unit))).any(|link| file.tree().link(&link).is_some())
    };
    // This timer installs whatever the file says.
    if is_on("dnf-automatic-install.timer") {
        return Some(true);
    }
    let stated = text.lines().filter_map(|line| line.split_once('=')).rfind(|(key, _)| key.trim() == "apply_updates");
    let value = stated?.1.trim().to_ascii_lowercase();
    let applied = ["yes", "true", "1", "on"].contains(&value.as_str());
    if applied { timers.iter().any(|timer| is_on(timer)).then_some(true) } else { Some(false) }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use crate::progress::Counters;
    use crate::source::MemoryTree;

    const THERE: (&str, &[u8]) = (STATUS, b"Package: unattended-upgrades\nStatus: install ok installed\nVersion: 2\n");
    const AUTO: &str = "etc/apt/apt.conf.d/20auto-upgrades";

    #[test]
    fn a_period_and_the_package_are_both_needed() {
        let on = "* UnattendedUpgrades(\"\", true)";
        let off = "* UnattendedUpgrades(\"\", false)";
        let setting =
            |value: &str| format!("APT::Periodic::Update-Package-Lists \"1\";\nAPT::Periodic::Unattended-Upgrade \"{value}\";\n");
        for (value, expected) in [("1", on), ("7", on), ("always", on), ("12h", on), ("0", off), ("", off), ("no", off)] {
            assert_eq!(found(&UnattendedUpgrades, &[(AUTO, setting(value).as_bytes()), THERE]), expected, "{value}");
        }
        assert_eq!(found(&UnattendedUpgrades, &[(AUTO, setting("1").as_bytes())]), off);
    }

    #[test]
    fn a_file_that_says_nothing_of_it_gives_no_fact() {
        assert_eq!(found(&UnattendedUpgrades, &[("etc/apt/apt.conf.d/01autoremove", b"APT { X { \"y\"; }; };"), THERE]), "");
    }

    #[test]
    fn updates_of_dnf_need_a_timer_that_runs_them() {
        let wanted = "etc/systemd/system/timers.target.wants";
        for (text, link, expected) in [
            ("[commands]\napply_updates = yes\n", Some("dnf-automatic.timer"), Some(true)),
            ("[commands]\napply_updates = yes\n", None, None),
            ("[commands]\napply_updates=no\n", Some("dnf-automatic.timer"), Some(false)),
            ("[commands]\napply_updates = no\n", Some("dnf-automatic-install.timer"), Some(true)),
            ("[commands]\n# apply_updates = yes\n", Some("dnf-automatic.timer"), None),
        ] {
            let mut tree = MemoryTree::default().with("c/etc/dnf/automatic.conf", text.as_bytes());
            if let Some(timer) = link {
                tree = tree.with_link(&format!("c/{wanted}/{timer}"), "/usr/lib/systemd/system/x.timer");
            }
            let counters = Counters::default();
            let mut out = Findings::default();
            UnattendedUpgrades.detect(&Opened::new(&tree, &counters, Path::new("c/etc/dnf/automatic.conf")), &mut out);
            let expected = expected.map(|on| Fact::UnattendedUpgrades(PathBuf::from("c"), on));
            assert_eq!(out.facts, expected.into_iter().collect::<Vec<_>>(), "{text} {link:?}");
        }
    }
}
