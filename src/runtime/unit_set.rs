//! Gathers systemd's unit files below a root as systemd.unit(5) orders them: which file counts, aliases, masks, drop-ins,
//! and who wants whom. Interprets only the assignments that name other units or programs.

use super::command::exec_commands;
use super::tree::{Tree, base_name, join};
use super::unit_file::assignments;
use crate::problem::{Code, Problem};
use std::collections::{BTreeMap, BTreeSet};

/// Folders of unit files, the strongest first. Where `/lib` is a link to `/usr/lib`, the last one adds nothing.
const FOLDERS: &[&str] = &[
    "etc/systemd/system.control",
    "run/systemd/system.control",
    "run/systemd/transient",
    "run/systemd/generator.early",
    "etc/systemd/system",
    "run/systemd/system",
    "run/systemd/generator",
    "usr/local/lib/systemd/system",
    "usr/lib/systemd/system",
    "lib/systemd/system",
    "run/systemd/generator.late",
];
/// Unit types that start programs or lead to ones that do.
const TYPES: &[&str] = &["service", "timer", "socket", "path", "target"];
/// Assignments of `[Unit]` that start another unit along with this one.
const STARTING: &[&str] = &["Wants", "Requires", "BindsTo", "Upholds"];

/// What a unit's files say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Definition {
    /// Commands of `ExecStart=`, each a list of words with specifiers expanded and prefixes gone.
    pub(super) commands: Vec<Vec<String>>,
    /// Units that are started along with it.
    pub(super) pulls: BTreeSet<String>,
    /// The unit that a timer, socket or path unit activates.
    pub(super) activates: Option<String>,
    /// Protocol and port of what a socket unit listens on; sockets with a path are not looked at.
    pub(super) ports: BTreeSet<(&'static str, u16)>,
}

/// The unit files of one root.
#[derive(Default)]
pub(super) struct UnitSet {
    /// Unit or template → path of the file that counts; `None` is masked.
    fragments: BTreeMap<String, Option<String>>,
    aliases: BTreeMap<String, String>,
    /// Unit → units that its `.wants` and `.requires` folders name; `false` takes the link of a weaker folder back.
    wants: BTreeMap<String, BTreeMap<String, bool>>,
    /// Unit → drop-in's name → its path.
    drop_ins: BTreeMap<String, BTreeMap<String, String>>,
}

impl UnitSet {
    /// Reads the names and links of every unit folder, but no unit yet.
    pub(super) fn gather(tree: Tree<'_>, problems: &mut Vec<Problem>) -> Self {
        let mut set = Self::default();
        let mut seen = BTreeSet::new();
        for folder in FOLDERS {
            if tree.resolve(folder).is_ok_and(|real| seen.insert(real)) {
                for name in tree.list(folder, Code::Unreadable, problems) {
                    set.entry(tree, &join(folder, &name), &name, problems);
                }
            }
        }
        set
    }

    fn entry(&mut self, tree: Tree<'_>, path: &str, name: &str, problems: &mut Vec<Problem>) {
        let wanting = [".wants", ".requires", ".upholds"].iter().find_map(|suffix| name.strip_suffix(suffix));
        if let Some(owner) = wanting {
            for wanted in tree.list(path, Code::Unreadable, problems) {
                let real = !is_null(tree.link(&join(path, &wanted)).as_deref());
                self.wants.entry(owner.to_owned()).or_default().entry(wanted).or_insert(real);
            }
        } else if let Some(owner) = name.strip_suffix(".d") {
            for drop_in in tree.list(path, Code::Unreadable, problems).into_iter().filter(|it| kind(it) == "conf") {
                let drop_in_path = join(path, &drop_in);
                self.drop_ins.entry(owner.to_owned()).or_default().entry(drop_in).or_insert(drop_in_path);
            }
        } else if is_unit_name(name) && !self.fragments.contains_key(name) && !self.aliases.contains_key(name) {
            self.unit(tree, path, name);
        }
    }

    fn unit(&mut self, tree: Tree<'_>, path: &str, name: &str) {
        let link = tree.link(path);
        let target = link.as_deref().map_or(name, base_name);
        if is_null(link.as_deref()) {
            self.fragments.insert(name.to_owned(), None);
        } else if target != name && Some(target) != template(name).as_deref() && is_unit_name(target) {
            self.aliases.insert(name.to_owned(), target.to_owned());
        } else if tree.exists(path) {
            // An empty file masks as well (systemd.unit(5)).
            let masked = tree.is_empty_file(path);
            self.fragments.insert(name.to_owned(), (!masked).then(|| path.to_owned()));
        }
    }

    /// The unit's own name, aliases followed.
    pub(super) fn real_name(&self, name: &str) -> String {
        let mut name = name.to_owned();
        // An alias may lead to an alias; a loop of them ends here.
        for _ in 0..8 {
            let of_template = || template(&name).and_then(|template| self.aliases.get(&template));
            match self.aliases.get(&name).or_else(of_template) {
                Some(target) if is_template(target) && !is_template(&name) => {
                    name = instance(&name)
                        .map_or_else(|| target.clone(), |instance| target.replacen('@', &format!("@{instance}"), 1));
                }
                Some(target) => name.clone_from(target),
                None => break,
            }
        }
        name
    }

    /// Every name with a file of its own or a mask, templates included.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.fragments.keys().map(String::as_str)
    }

    /// Whether a file, a mask or an alias of that name is there.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.fragments.contains_key(name) || self.aliases.contains_key(name)
    }

    /// Each unit with a folder of links, and the units that they name.
    pub(super) fn wanting(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
        self.wants
            .iter()
            .map(|(owner, wanted)| (owner.as_str(), wanted.iter().filter(|(_, real)| **real).map(|(name, _)| name.as_str())))
    }

    fn fragment(&self, name: &str) -> Option<&Option<String>> {
        self.fragments.get(name).or_else(|| self.fragments.get(&template(name)?))
    }

    /// Reads a unit; `None` if there is no such unit or it is masked.
    pub(super) fn define(&self, tree: Tree<'_>, name: &str, problems: &mut Vec<Problem>) -> Option<Definition> {
        let fragment = self.fragment(name)?.as_ref()?;
        let template = template(name);
        // A unit's own drop-in hides its template's of the same name; they apply in the order of their names.
        let mut drop_ins: BTreeMap<&String, &String> = BTreeMap::new();
        for owner in template.iter().map(String::as_str).chain([name]) {
            drop_ins.extend(self.drop_ins.get(owner).into_iter().flatten());
        }
        let mut found = Definition::default();
        // A drop-in is masked like a unit, by a link.
        let drop_ins = drop_ins.into_values().filter(|path| !is_null(tree.link(path).as_deref()));
        for path in [fragment].into_iter().chain(drop_ins) {
            if let Some(text) = tree.text(path, problems) {
                for it in assignments(&text) {
                    found.assign(name, &it.section, &it.key, &it.value);
                }
            }
        }
        for owner in template.iter().map(String::as_str).chain([name]) {
            let wanted = self.wants.get(owner).into_iter().flatten();
            found.pulls.extend(wanted.filter(|(_, real)| **real).map(|(wanted, _)| wanted.clone()));
        }
        if found.activates.is_none() && ["timer", "socket", "path"].contains(&kind(name)) {
            found.activates = name.rsplit_once('.').map(|(stem, _)| format!("{stem}.service"));
        }
        Some(found)
    }
}

impl Definition {
    fn assign(&mut self, unit: &str, section: &str, key: &str, value: &str) {
        match (section, key) {
            ("Service", "ExecStart") if value.is_empty() => self.commands.clear(),
            ("Service", "ExecStart") => {
                // The prefixes change how it is started, not what (systemd.service(5)).
                let line = value.trim_start_matches(|c: char| "-@:+!|".contains(c) || c.is_whitespace());
                self.commands
                    .extend(exec_commands(line).into_iter().map(|words| words.iter().map(|word| expand(word, unit)).collect()));
            }
            ("Unit", key) if STARTING.contains(&key) => {
                self.pulls.extend(value.split_whitespace().map(|name| expand(name, unit)));
            }
            ("Timer" | "Path", "Unit") | ("Socket", "Service") => self.activates = Some(expand(value, unit)),
            ("Socket", "ListenStream" | "ListenDatagram") if value.is_empty() => self.ports.clear(),
            ("Socket", "ListenStream") => self.ports.extend(port(value).map(|port| ("tcp", port))),
            ("Socket", "ListenDatagram") => self.ports.extend(port(value).map(|port| ("udp", port))),
            _ => {}
        }
    }
}

/// The port of `22`, `127.0.0.1:22` or `[::]:22`; `vsock:2:22` and paths have none (systemd.socket(5)).
fn port(value: &str) -> Option<u16> {
    let (address, port) = value.rsplit_once(':').unwrap_or(("", value));
    (!address.starts_with("vsock")).then(|| port.parse().ok())?
}

/// Whether a link masks: to `/dev/null`, directly or relatively.
fn is_null(link: Option<&str>) -> bool {
    link.is_some_and(|target| target == "/dev/null" || (target.starts_with("../") && target.ends_with("/dev/null")))
}

/// The type at the end of a unit's name.
pub(super) fn kind(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, kind)| kind)
}

fn is_unit_name(name: &str) -> bool {
    TYPES.contains(&kind(name)) && !name.starts_with('.')
}

/// Whether it is `name@.type`, which stands for its instances and cannot start itself.
pub(super) fn is_template(name: &str) -> bool {
    name.contains("@.")
}

/// `postgresql@.service` for `postgresql@15-main.service`.
fn template(name: &str) -> Option<String> {
    let (prefix, rest) = name.split_once('@')?;
    let (instance, kind) = rest.rsplit_once('.')?;
    (!instance.is_empty()).then(|| format!("{prefix}@.{kind}"))
}

fn instance(name: &str) -> Option<&str> {
    name.split_once('@')?.1.rsplit_once('.').map(|(instance, _)| instance)
}

/// Expands the specifiers of systemd.unit(5) that a unit's name gives; an unknown one stays as it is.
fn expand(text: &str, unit: &str) -> String {
    let stem = unit.rsplit_once('.').map_or(unit, |(stem, _)| stem);
    let prefix = stem.split('@').next().unwrap_or(stem);
    let instance = instance(unit).unwrap_or_default();
    let mut expanded = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            expanded.push(c);
            continue;
        }
        match chars.next() {
            Some('i') => expanded.push_str(instance),
            Some('I') => expanded.push_str(&unescape(instance)),
            Some('n') => expanded.push_str(unit),
            Some('N') => expanded.push_str(stem),
            Some('p') => expanded.push_str(prefix),
            Some('P') => expanded.push_str(&unescape(prefix)),
            Some('j') => expanded.push_str(prefix.rsplit('-').next().unwrap_or(prefix)),
            Some('t') => expanded.push_str("/run"),
            Some('%') | None => expanded.push('%'),
            Some(other) => expanded.extend(['%', other]),
        }
    }
    expanded
}

/// Takes back systemd-escape(1): `-` is `/`, `\x2d` is `-`.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let code = (c == '\\').then(|| rest.as_str().strip_prefix('x')?.get(..2)).flatten();
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest.nth(2);
            }
            None if c == '-' => bytes.push(b'/'),
            None => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers_come_from_the_name() {
        let cases = [
            ("%i", "postgresql@15-main.service", "15-main"),
            ("%I", r"backup@srv-my\x2ddata.service", "srv/my-data"),
            ("%p %N %n", "a-b@c.service", "a-b a-b@c a-b@c.service"),
            ("%j", "a-b@c.service", "b"),
            ("100%% %q %", "a.service", "100% %q %"),
            (r"%I", r"a@\xzz.service", r"\xzz"),
        ];
        for (text, unit, expected) in cases {
            assert_eq!(expand(text, unit), expected, "{text} of {unit}");
        }
    }

    #[test]
    fn sockets_have_ports_where_they_have_no_path() {
        let cases = [
            ("22", Some(22)),
            ("0.0.0.0:22", Some(22)),
            ("[::]:22", Some(22)),
            ("/run/a.sock", None),
            ("@abstract", None),
            ("vsock:2:22", None),
        ];
        for (value, expected) in cases {
            assert_eq!(port(value), expected, "{value}");
        }
    }

    #[test]
    fn masks_are_links_to_the_null_device() {
        assert!(is_null(Some("/dev/null")) && is_null(Some("../../../dev/null")));
        assert!(!is_null(Some("/lib/systemd/system/a.service")) && !is_null(None));
    }
}
