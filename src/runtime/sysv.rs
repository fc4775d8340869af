//! Reads init scripts: System V's links in `rc?.d` and `OpenRC`'s runlevels, and the daemon that a script's variables name.
//! Does not run or fully parse shell; a script that hides its daemon gives only itself.

use super::command::{Starts, is_assignment};
use super::tree::{Tree, base_name, join};
use crate::model::{Unit, UnitState};
use crate::problem::{Code, Problem};
use std::collections::{BTreeMap, BTreeSet};

/// Folders of the links that a normal boot follows; Red Hat keeps them below `rc.d`.
const RUNLEVELS: &[&str] = &["etc/rcS.d", "etc/rc2.d", "etc/rc3.d", "etc/rc4.d", "etc/rc5.d", "etc/rc.d/rc3.d", "etc/rc.d/rc5.d"];
/// `OpenRC`'s runlevels, whose links bear the script's name.
const OPENRC: &[&str] = &["etc/runlevels/sysinit", "etc/runlevels/boot", "etc/runlevels/default"];
/// Where init scripts stand.
const SCRIPTS: &str = "etc/init.d";
/// Variables that hold the daemon: Debian's, Red Hat's, `OpenRC`'s, and what vendors write.
const DAEMONS: &[&str] = &["DAEMON", "DAEMON_BIN", "BINARY", "PROGRAM", "EXEC", "exec", "command", "daemon"];

/// Init scripts, but those that a systemd unit of their name replaces.
pub(super) fn init_scripts(tree: Tree<'_>, is_unit: &dyn Fn(&str) -> bool, problems: &mut Vec<Problem>) -> Vec<Unit> {
    let enabled = enabled(tree, problems);
    let systemd = ["usr/lib/systemd/systemd", "lib/systemd/systemd"].iter().any(|path| tree.exists(path));
    let mut units = Vec::new();
    for script in tree.list(SCRIPTS, Code::Unreadable, problems) {
        let path = join(SCRIPTS, &script);
        let stem = script.strip_suffix(".sh").unwrap_or(&script);
        let unit = format!("{stem}.service");
        if is_unit(&unit) || !tree.is_executable(&path) {
            continue;
        }
        let mut starts = Starts::new(tree);
        starts.file(&path);
        units.push(Unit {
            // On a systemd host a generator makes this unit of the script.
            name: if systemd { unit } else { path },
            state: if enabled.contains(&script) { UnitState::Enabled } else { UnitState::Disabled },
            starts: with_daemons(tree, starts),
            scheduled: false,
        });
    }
    units
}

/// Names of the scripts that the boot starts.
fn enabled(tree: Tree<'_>, problems: &mut Vec<Problem>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for folder in RUNLEVELS {
        for link in tree.list(folder, Code::Unreadable, problems) {
            let is_start = link.starts_with('S') && link.chars().skip(1).take(2).all(|c| c.is_ascii_digit());
            if let Some(target) = tree.link(&join(folder, &link)).filter(|_| is_start) {
                names.insert(base_name(&target).to_owned());
            }
        }
    }
    for folder in OPENRC {
        names.extend(tree.list(folder, Code::Unreadable, problems));
    }
    names
}

/// The programs, and the daemons of those among them that are init scripts.
pub(super) fn with_daemons(tree: Tree<'_>, starts: Starts<'_>) -> Vec<String> {
    let mut paths: BTreeSet<String> = starts.into_paths().into_iter().collect();
    let scripts: Vec<String> =
        paths.iter().filter(|path| path.starts_with("etc/init.d/") || path.starts_with("etc/rc.d/init.d/")).cloned().collect();
    for script in scripts {
        // Whoever listed the script tells of a script that cannot be read.
        let text = tree.text(&script, &mut Vec::new()).unwrap_or_default();
        for daemon in daemons(&text).into_iter().filter(|daemon| tree.is_executable(daemon)) {
            let mut started = Starts::new(tree);
            started.file(&daemon);
            paths.extend(started.into_paths());
        }
    }
    paths.into_iter().collect()
}

/// Absolute paths that the script's daemon variables take, with plain variables substituted.
fn daemons(text: &str) -> BTreeSet<String> {
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        let Some((name, value)) = line.split_once('=').filter(|_| is_assignment(line)) else { continue };
        let value = substitute(first_word(value), &variables);
        if DAEMONS.contains(&name) && value.starts_with('/') && !value.contains('$') {
            found.insert(value.clone());
        }
        variables.insert(name.to_owned(), value);
    }
    found
}

/// The first word of an assignment's value, without its quotes.
fn first_word(value: &str) -> &str {
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => value.split(quote).nth(1).unwrap_or_default(),
        None => value.split(|c: char| c.is_whitespace() || matches!(c, ';' | '#')).next().unwrap_or_default(),
    }
}

/// Replaces `$NAME` and `${NAME}`; what is unknown or more than a name stays.
fn substitute(value: &str, variables: &BTreeMap<String, String>) -> String {
    let mut parts = value.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let braced = part.strip_prefix('{').map(|braced| braced.split_once('}').unwrap_or(("", part)));
        let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len());
        let (name, rest) = braced.or_else(|| part.split_at_checked(end)).unwrap_or((part, ""));
        match variables.get(name) {
            Some(known) => text.extend([known.as_str(), rest]),
            None => text.extend(["$", part]),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn daemons_are_found_through_plain_variables() {
        let cases = [
            ("DAEMON=/usr/sbin/nginx\n", "/usr/sbin/nginx"),
            ("NAME=redis-server\n  DAEMON=\"/usr/bin/${NAME}\" # it\n", "/usr/bin/redis-server"),
            ("prog=httpd\nexec=/usr/sbin/$prog; export exec\n", "/usr/sbin/httpd"),
            ("command='/usr/sbin/sshd'\n", "/usr/sbin/sshd"),
            ("DAEMON=$(which nginx)\n", ""),
            ("DAEMON=${BIN:-/usr/bin/x}\n", ""),
            ("DAEMON_OPTS=/etc/x\nDAEMON=x\n", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(daemons(text).into_iter().collect::<Vec<_>>().join(" "), expected, "{text}");
        }
    }
}
