//! Says which services a root's systemd would start by itself, and which programs they start. Works on files alone, so
//! also on a root that does not run; asks no manager and judges no `Condition…=`.

use super::command::Starts;
use super::crontabs::crontabs;
use super::sysv;
use super::tree::Tree;
use super::unit_set::{UnitSet, is_template, kind};
use crate::model::{Unit, UnitState};
use crate::problem::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Targets that the boot reaches whether or not anybody links to them.
const BOOT: &[&str] =
    &["default.target", "multi-user.target", "basic.target", "sysinit.target", "sockets.target", "timers.target"];
/// Beginnings of the names of targets that no normal boot reaches: what they want is not enabled.
const NOT_BOOT: &[&str] = &[
    "emergency",
    "exit",
    "factory-reset",
    "final",
    "halt",
    "hibernate",
    "hybrid-sleep",
    "initrd",
    "kexec",
    "poweroff",
    "reboot",
    "rescue",
    "shutdown",
    "sleep",
    "soft-reboot",
    "storage-target-mode",
    "suspend",
    "system-update",
    "umount",
];

/// Everything below `root` that starts programs: systemd services, init scripts, crontabs. Sorted by name.
///
/// Works on a mounted image as on the running system. Files that cannot be read become problems.
pub fn units(root: &Path, problems: &mut Vec<Problem>) -> Vec<Unit> {
    Starters::read(root, problems).units
}

/// Protocol and port of an enabled socket unit → the service that it starts.
pub(super) type Activated = BTreeMap<(&'static str, u16), String>;

/// What starts programs.
pub(super) struct Starters {
    /// Sorted by name.
    pub(super) units: Vec<Unit>,
    /// Services that systemd listens for.
    pub(super) activated: Activated,
}

impl Starters {
    /// Reads systemd's units, init scripts and crontabs.
    pub(super) fn read(root: &Path, problems: &mut Vec<Problem>) -> Self {
        let tree = Tree::new(root);
        let set = UnitSet::gather(tree, problems);
        let (mut units, activated) = services(tree, &set, problems);
        units.extend(sysv::init_scripts(tree, &|name| set.knows(name), problems));
        units.extend(crontabs(tree, problems));
        units.sort_unstable();
        units.dedup();
        Self { units, activated }
    }
}

fn services(tree: Tree<'_>, set: &UnitSet, problems: &mut Vec<Problem>) -> (Vec<Unit>, Activated) {
    let mut reach = Reach { tree, set, problems, timers: BTreeSet::new(), activated: Activated::new() };
    let mut boot = BTreeMap::new();
    reach.follow(roots(set), &mut boot);
    let mut timed = BTreeMap::new();
    let timers = std::mem::take(&mut reach.timers);
    reach.follow(timers, &mut timed);

    let own = set.names().filter(|name| !is_template(name)).map(str::to_owned);
    let names: BTreeSet<String> = own.chain(boot.keys().cloned()).chain(timed.keys().cloned()).collect();
    let mut found = Vec::new();
    for name in names.into_iter().filter(|name| kind(name) == "service") {
        let enabled = boot.contains_key(&name) || timed.contains_key(&name);
        let scheduled = timed.contains_key(&name) && !boot.contains_key(&name);
        let definition = boot.remove(&name).or_else(|| timed.remove(&name)).unwrap_or_else(|| reach.define(&name));
        let mut starts = Starts::new(tree);
        for words in definition.iter().flatten() {
            starts.words(words, "");
        }
        let state = if enabled && definition.is_some() { UnitState::Enabled } else { UnitState::Disabled };
        if definition.is_some() || set.knows(&name) {
            found.push(Unit { name, state, starts: sysv::with_daemons(tree, starts), scheduled });
        }
    }
    (found, reach.activated)
}

/// What the boot starts: the targets above, and what any target of a normal boot wants by a link, as `is-enabled` has it.
fn roots(set: &UnitSet) -> BTreeSet<String> {
    let by_boot = |owner: &str| kind(owner) == "target" && !NOT_BOOT.iter().any(|start| owner.starts_with(start));
    let linked = set.wanting().filter(|(owner, _)| by_boot(owner)).flat_map(|(_, wanted)| wanted.map(str::to_owned));
    BOOT.iter().map(|&name| name.to_owned()).chain(linked).collect()
}

/// Commands of a unit that was reached; `None` if it is masked or its file is missing.
type Commands = Option<Vec<Vec<String>>>;

/// Follows who starts whom.
struct Reach<'a> {
    tree: Tree<'a>,
    set: &'a UnitSet,
    problems: &'a mut Vec<Problem>,
    /// Units that a timer starts, which are not followed.
    timers: BTreeSet<String>,
    activated: Activated,
}

impl Reach<'_> {
    fn define(&mut self, name: &str) -> Commands {
        self.set.define(self.tree, name, self.problems).map(|definition| definition.commands)
    }

    fn follow(&mut self, from: BTreeSet<String>, reached: &mut BTreeMap<String, Commands>) {
        let mut todo: Vec<String> = from.into_iter().collect();
        while let Some(name) = todo.pop() {
            let name = self.set.real_name(&name);
            if is_template(&name) || reached.contains_key(&name) {
                continue;
            }
            let definition = self.set.define(self.tree, &name, self.problems);
            if let Some(definition) = &definition {
                let by_timer = kind(&name) == "timer";
                todo.extend(definition.pulls.iter().cloned());
                todo.extend(definition.activates.clone().filter(|_| !by_timer));
                self.timers.extend(definition.activates.clone().filter(|_| by_timer));
                for &port in &definition.ports {
                    let service = definition.activates.iter().map(|service| (port, self.set.real_name(service)));
                    self.activated.extend(service);
                }
            }
            reached.insert(name, definition.map(|definition| definition.commands));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    /// A root with files (`path`, text) and links (`path`, target). Files below a `bin` folder are executable.
    fn root(files: &[(&str, &str)], links: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let mode = if ["bin/", "init.d/", "cron.daily/"].iter().any(|it| path.contains(it)) { 0o755 } else { 0o644 };
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
        for (path, target) in links {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            symlink(target, path).unwrap();
        }
        dir
    }

    /// One line a unit: name, state, when, programs.
    fn shown(files: &[(&str, &str)], links: &[(&str, &str)]) -> String {
        let dir = root(files, links);
        let mut problems = Vec::new();
        let mut text = String::new();
        for unit in units(dir.path(), &mut problems) {
            let state = if unit.state == UnitState::Enabled { "enabled" } else { "disabled" };
            let when = if unit.scheduled { "scheduled" } else { "boot" };
            writeln!(text, "{} {state} {when}: {}", unit.name, unit.starts.join(" ")).unwrap();
        }
        assert!(problems.is_empty(), "{problems:?}");
        text
    }

    const A: &str = "[Service]\nExecStart=-/usr/sbin/a --secret x\n";
    const VENDOR: &str = "usr/lib/systemd/system/a.service";
    const WANTS: &str = "etc/systemd/system/multi-user.target.wants/a.service";

    #[test]
    fn a_unit_is_enabled_if_a_target_of_the_boot_wants_it() {
        let target = "/lib/systemd/system/a.service";
        assert_eq!(shown(&[(VENDOR, A)], &[]), "a.service disabled boot: usr/sbin/a\n");
        assert_eq!(shown(&[(VENDOR, A)], &[(WANTS, target)]), "a.service enabled boot: usr/sbin/a\n");
        let rescue = "usr/lib/systemd/system/rescue.target.wants/a.service";
        assert_eq!(shown(&[(VENDOR, A)], &[(rescue, target)]), "a.service disabled boot: usr/sbin/a\n");
    }

    #[test]
    fn a_masked_unit_is_not_enabled() {
        let links = [(WANTS, "/lib/systemd/system/a.service"), ("etc/systemd/system/a.service", "/dev/null")];
        assert_eq!(shown(&[(VENDOR, A)], &links), "a.service disabled boot: \n");
    }

    #[test]
    fn an_alias_stands_for_its_unit() {
        let links = [
            ("etc/systemd/system/multi-user.target.wants/b.service", "../b.service"),
            ("etc/systemd/system/b.service", "/lib/systemd/system/a.service"),
        ];
        assert_eq!(shown(&[(VENDOR, A)], &links), "a.service enabled boot: usr/sbin/a\n");
    }

    #[test]
    fn a_generator_starts_instances_of_a_template() {
        let files = [
            ("usr/lib/systemd/system/postgresql.service", "[Service]\nExecStart=/bin/true\n"),
            ("usr/lib/systemd/system/postgresql@.service", "[Service]\nExecStart=-/usr/bin/pg_ctlcluster --skip %i start\n"),
            ("usr/lib/systemd/system/run@.service", "[Service]\nExecStart=/opt/%i/bin/run\n"),
            ("opt/x/bin/run", ""),
        ];
        let links = [
            ("etc/systemd/system/multi-user.target.wants/postgresql.service", "/usr/lib/systemd/system/postgresql.service"),
            (
                "run/systemd/generator/postgresql.service.wants/postgresql@15-main.service",
                "/usr/lib/systemd/system/postgresql@.service",
            ),
            ("etc/systemd/system/multi-user.target.wants/run@x.service", "/usr/lib/systemd/system/run@.service"),
        ];
        let expected = "postgresql.service enabled boot: bin/true\n\
            postgresql@15-main.service enabled boot: usr/bin/pg_ctlcluster\n\
            run@x.service enabled boot: opt/x/bin/run\n";
        assert_eq!(shown(&files, &links), expected);
    }

    #[test]
    fn a_timer_schedules_its_service() {
        let files = [
            (VENDOR, A),
            ("usr/lib/systemd/system/a.timer", "[Timer]\nOnCalendar=daily\n"),
            ("usr/lib/systemd/system/b.timer", "[Timer]\nUnit=c.service\n"),
            ("usr/lib/systemd/system/c.service", "[Service]\nExecStart=/usr/sbin/c\n"),
        ];
        let links = [("etc/systemd/system/timers.target.wants/a.timer", "/lib/systemd/system/a.timer")];
        assert_eq!(shown(&files, &links), "a.service enabled scheduled: usr/sbin/a\nc.service disabled boot: usr/sbin/c\n");
    }

    #[test]
    fn systemctl_agrees_on_what_it_enabled_and_masked() {
        let install = "[Service]\nExecStart=/usr/sbin/x\n[Install]\nWantedBy=multi-user.target\nAlias=alias-%p.service\n";
        let names = ["on.service", "off.service", "masked.service"];
        let paths = names.map(|name| format!("usr/lib/systemd/system/{name}"));
        let template = "[Service]\nExecStart=/usr/sbin/x\n[Install]\nWantedBy=multi-user.target\n";
        let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), install)).collect();
        files.push(("usr/lib/systemd/system/t@.service", template));
        let dir = root(&files, &[]);
        let systemctl = |words: &[&str]| {
            std::process::Command::new("systemctl")
                .arg("--root")
                .arg(dir.path())
                .args(words)
                .output()
                .is_ok_and(|it| it.status.success())
        };
        if !systemctl(&["--version"]) {
            return;
        }
        assert!(systemctl(&["enable", "on.service", "masked.service", "t@1.service"]) && systemctl(&["mask", "masked.service"]));
        let found = units(dir.path(), &mut Vec::new());
        let states: Vec<_> = found.iter().map(|unit| (unit.name.as_str(), unit.state, unit.starts.len())).collect();
        let expected = [
            ("masked.service", UnitState::Disabled, 0),
            ("off.service", UnitState::Disabled, 1),
            ("on.service", UnitState::Enabled, 1),
            ("t@1.service", UnitState::Enabled, 1),
        ];
        assert_eq!(states, expected);
    }

    proptest::proptest! {
        #[test]
        fn hostile_texts_end_and_leave_no_word_but_paths(text in "\\PC{0,80}", exec in "[-@:+!|%iI\\\\x'\"; /a-c]{0,40}") {
            let unit = format!("[Service]\nExecStart={exec}\n{text}\n");
            let dir = root(&[(VENDOR, &unit), ("etc/crontab", &text), ("etc/init.d/a", &text), ("etc/cron.daily/b", &text)], &[]);
            for unit in units(dir.path(), &mut Vec::new()) {
                proptest::prop_assert!(unit.starts.iter().all(|path| !path.starts_with('/')), "{unit:?}");
            }
        }
    }

    #[test]
    fn a_socket_enables_its_service() {
        let files = [(VENDOR, A), ("usr/lib/systemd/system/a.socket", "[Socket]\nListenStream=22\n")];
        let links = [("etc/systemd/system/sockets.target.wants/a.socket", "/lib/systemd/system/a.socket")];
        assert_eq!(shown(&files, &links), "a.service enabled boot: usr/sbin/a\n");
    }

    #[test]
    fn drop_ins_replace_what_a_unit_starts() {
        let files = [
            (VENDOR, A),
            ("etc/systemd/system/a.service.d/override.conf", "[Service]\nExecStart=\nExecStart=@\"/opt/my app/bin/a\" a\n"),
        ];
        assert_eq!(shown(&files, &[]), "a.service disabled boot: opt/my app/bin/a\n");
    }

    #[test]
    fn a_script_counts_with_its_interpreter_and_a_link_with_its_target() {
        let files = [
            ("usr/lib/systemd/system/a.service", "[Service]\nExecStart=/bin/app\n"),
            ("opt/app/bin/app-1", "#!/usr/bin/env python3\n"),
            ("usr/bin/python3.11", ""),
        ];
        let links = [("bin", "usr/bin"), ("usr/bin/app", "/opt/app/bin/app-1"), ("usr/bin/python3", "python3.11")];
        let expected = "a.service disabled boot: opt/app/bin/app-1 usr/bin/app usr/bin/python3 usr/bin/python3.11\n";
        assert_eq!(shown(&files, &links), expected);
    }

    #[test]
    fn units_that_pull_each_other_in_end() {
        let files = [
            (VENDOR, "[Unit]\nWants=b.service\n[Service]\nExecStart=/usr/sbin/a\n"),
            ("usr/lib/systemd/system/b.service", "[Unit]\nRequires=a.service\n[Service]\nExecStart=/usr/sbin/b\n"),
        ];
        let links = [
            (WANTS, "../a.service"),
            ("etc/systemd/system/x.service", "y.service"),
            ("etc/systemd/system/y.service", "x.service"),
        ];
        assert_eq!(shown(&files, &links), "a.service enabled boot: usr/sbin/a\nb.service enabled boot: usr/sbin/b\n");
    }

    #[test]
    fn an_init_script_counts_unless_a_unit_replaces_it() {
        let script = "#!/bin/sh\nNAME=redis-server\nDAEMON=/usr/bin/$NAME\n";
        let files =
            [("etc/init.d/redis", script), ("usr/bin/redis-server", ""), ("etc/init.d/off", "#!/bin/sh\n"), ("bin/sh", "")];
        let links = [("etc/rc3.d/S01redis", "../init.d/redis"), ("etc/rc3.d/K01off", "../init.d/off")];
        let expected = "etc/init.d/off disabled boot: bin/sh etc/init.d/off\n\
            etc/init.d/redis enabled boot: bin/sh etc/init.d/redis usr/bin/redis-server\n";
        assert_eq!(shown(&files, &links), expected);
        let mut native = files.to_vec();
        native.push(("usr/lib/systemd/system/redis.service", "[Service]\nExecStart=/usr/bin/redis-server\n"));
        assert!(shown(&native, &links).ends_with("redis.service disabled boot: usr/bin/redis-server\n"));
    }

    #[test]
    fn crontabs_need_a_daemon_to_be_enabled() {
        let mut files = vec![
            ("etc/crontab", "SHELL=/bin/sh\n17 * * * * root cd / && run-parts --report /etc/cron.hourly\n"),
            ("etc/cron.d/app", "PATH=/opt/bin\n# 1 1 1 1 1 root /usr/bin/no\n@daily www app --password hunter2\n"),
            ("etc/cron.d/app.dpkg-old", "@daily www /usr/bin/no\n"),
            ("etc/cron.daily/job", "#!/usr/bin/perl\n"),
            ("etc/cron.daily/.placeholder", ""),
            ("var/spool/cron/crontabs/www", "*/5 * * * * test -x /usr/bin/perl && /usr/bin/perl /srv/poll.pl\n"),
            ("srv/poll.pl", ""),
            ("usr/bin/run-parts", ""),
            ("usr/bin/perl", ""),
            ("opt/bin/app", ""),
        ];
        let text = |state: &str| {
            format!(
                "etc/cron.d/app {state} scheduled: opt/bin/app\n\
                etc/cron.daily/job {state} scheduled: etc/cron.daily/job usr/bin/perl\n\
                etc/crontab {state} scheduled: usr/bin/run-parts\n\
                var/spool/cron/crontabs/www {state} scheduled: srv/poll.pl usr/bin/perl\n"
            )
        };
        assert_eq!(shown(&files, &[]), text("disabled"));
        files.push(("usr/sbin/cron", ""));
        assert_eq!(shown(&files, &[]), text("enabled"));
    }
}
