//! Reads crontabs (crontab(5), anacrontab(5), run-parts(8)) for the programs that they start. Does not judge how often.

use super::command::{Starts, is_assignment};
use super::tree::{Tree, join};
use crate::model::{Unit, UnitState};
use crate::problem::{Code, Problem};

/// Whose crontab it is, hence what stands between the time and the command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A user's own.
    User,
    /// The system's, with the user's name.
    System,
    /// anacron's: period, delay, name.
    Anacron,
}

/// Folders of scripts that run by being there.
const SCRIPT_FOLDERS: &[&str] = &["etc/cron.hourly", "etc/cron.daily", "etc/cron.weekly", "etc/cron.monthly"];
/// Folders of users' crontabs: Debian and Alpine, Red Hat, SUSE.
const SPOOLS: &[&str] = &["var/spool/cron/crontabs", "var/spool/cron", "var/spool/cron/tabs", "etc/crontabs"];
/// Programs of which one must be there, or no crontab starts anything.
const DAEMONS: &[&str] = &[
    "usr/sbin/cron",
    "usr/sbin/crond",
    "usr/sbin/anacron",
    "usr/sbin/bcron-start",
    "usr/sbin/fcron",
    "usr/lib/systemd/system-generators/systemd-crontab-generator",
];

/// One unit for each crontab or script that starts something, named by its path.
pub(super) fn crontabs(tree: Tree<'_>, problems: &mut Vec<Problem>) -> Vec<Unit> {
    let state = if DAEMONS.iter().any(|path| tree.exists(path)) { UnitState::Enabled } else { UnitState::Disabled };
    let mut units = Vec::new();
    let mut push = |name: String, starts: Starts<'_>| {
        if !starts.is_empty() {
            units.push(Unit { name, state, starts: starts.into_paths(), scheduled: true });
        }
    };
    for (path, form) in tables(tree, problems) {
        if let Some(text) = tree.text(&path, problems) {
            push(path, table(tree, &text, form));
        }
    }
    let naming = Naming::of(tree);
    for folder in SCRIPT_FOLDERS {
        for name in tree.list(folder, Code::Unreadable, problems).into_iter().filter(|name| naming.runs(name)) {
            let path = join(folder, &name);
            if tree.is_executable(&path) {
                let mut starts = Starts::new(tree);
                starts.file(&path);
                push(path, starts);
            }
        }
    }
    units
}

/// Every crontab with its form. A closed spool is a problem that the superuser does not have.
fn tables(tree: Tree<'_>, problems: &mut Vec<Problem>) -> Vec<(String, Form)> {
    let mut tables = vec![("etc/crontab".to_owned(), Form::System), ("etc/anacrontab".to_owned(), Form::Anacron)];
    let naming = Naming::of(tree);
    let system = tree.list("etc/cron.d", Code::Unreadable, problems).into_iter().filter(|name| naming.runs(name));
    tables.extend(system.map(|name| (join("etc/cron.d", &name), Form::System)));
    for spool in SPOOLS {
        let users = tree.list(spool, Code::RuntimeClosed, problems).into_iter().map(|name| join(spool, &name));
        tables.extend(users.filter(|path| tree.is_file(path)).map(|path| (path, Form::User)));
    }
    // A spool that is a link to another one holds the same crontabs.
    tables.sort_by_cached_key(|(path, _)| (tree.resolve(path).ok(), path.clone()));
    tables.dedup_by_key(|(path, _)| tree.resolve(path).ok());
    tables
}

/// Which files of a folder count, so that backups and packages' leftovers do not.
#[derive(Clone, Copy)]
enum Naming {
    /// Letters, digits, `_` and `-`, as Debian's cron and run-parts have it.
    Strict,
    /// Everything but known leftovers, as cronie has it.
    Lenient,
}

impl Naming {
    fn of(tree: Tree<'_>) -> Self {
        if tree.exists("usr/sbin/crond") && !tree.exists("etc/debian_version") { Self::Lenient } else { Self::Strict }
    }

    fn runs(self, name: &str) -> bool {
        match self {
            Self::Strict => name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'),
            Self::Lenient => {
                let leftover =
                    ["~", ".rpmsave", ".rpmorig", ".rpmnew", ".swp", ",v"].iter().any(|end| name.strip_suffix(end).is_some());
                !leftover && !name.starts_with(['.', '#'])
            }
        }
    }
}

/// The programs of one crontab.
fn table<'a>(tree: Tree<'a>, text: &str, form: Form) -> Starts<'a> {
    let mut starts = Starts::new(tree);
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let variable = line.split_once('=').map(|(name, value)| (name.trim_end(), value.trim()));
        match variable.filter(|(name, _)| is_assignment(&format!("{name}="))) {
            Some(("PATH", path)) => starts.search_in(path.trim_matches(|c| c == '"' || c == '\'')),
            Some(_) => {}
            None => starts.shell(&until_percent(command(line, form))),
        }
    }
    starts
}

/// The command of a crontab line.
fn command(line: &str, form: Form) -> &str {
    let fields = match form {
        Form::Anacron => 3,
        _ => usize::from(form == Form::System) + if line.starts_with('@') { 1 } else { 5 },
    };
    let mut rest = line;
    for _ in 0..fields {
        rest = rest.split_once(char::is_whitespace).map(|(_, rest)| rest.trim_start()).unwrap_or_default();
    }
    rest
}

/// Cron gives what follows the first bare `%` to the command as its input; `\%` is a percent sign.
fn until_percent(command: &str) -> String {
    let mut text = String::new();
    let mut chars = command.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '%' => break,
            '\\' if chars.peek() == Some(&'%') => text.extend(chars.next()),
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_follows_its_time_and_user() {
        let cases = [
            ("17 *\t* * *\troot  cd / && run-parts", Form::System, "cd / && run-parts"),
            ("*/5 * * * * /usr/bin/php cron.php", Form::User, "/usr/bin/php cron.php"),
            ("@reboot /usr/sbin/x", Form::User, "/usr/sbin/x"),
            ("@daily root /usr/sbin/x", Form::System, "/usr/sbin/x"),
            ("1\t5\tcron.daily\tnice run-parts", Form::Anacron, "nice run-parts"),
            ("5 4 * *", Form::User, ""),
        ];
        for (line, form, expected) in cases {
            assert_eq!(command(line, form), expected, "{line}");
        }
    }

    #[test]
    fn leftovers_of_packages_never_count() {
        let names = ["0hourly", "job.sh", "job.rpmsave", "job~", ".placeholder"];
        assert_eq!(names.map(|name| Naming::Strict.runs(name)), [true, false, false, false, false]);
        assert_eq!(names.map(|name| Naming::Lenient.runs(name)), [true, true, false, false, false]);
    }

    #[test]
    fn a_bare_percent_ends_the_command() {
        assert_eq!(until_percent(r"date +\%F > x%secret"), "date +%F > x");
    }
}
