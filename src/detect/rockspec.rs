//! Reads Lua rocks (<https://github.com/luarocks/luarocks/blob/main/docs/rockspec_format.md>): the rockspec of an
//! installed rock, `rocks-<Lua>/<name>/<version>/`, and in a project what its rockspec or `luarocks.lock` asks for.
//!
//! A rockspec is a Lua program. It is read, not run: only literals count. In a project it describes own code, hence only
//! its dependencies are components; a lock beside it says their versions. Lua itself is no rock.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Component, Evidence, Group, Location, Origin, Purl};
use crate::problem::Code;

use super::lines::Lines;
use super::{Claim, Detector, FileFacts, Findings, Opened};

const ID: &str = "rockspec";
const LOCK: &str = "luarocks.lock";
/// The tables of a rockspec that name rocks.
const TABLES: [(&str, Group); 3] =
    [("dependencies", Group::Main), ("build_dependencies", Group::Development), ("test_dependencies", Group::Development)];

/// Rocks of Lua.
pub(super) struct Rockspec;

static LICENSE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?m)^[^-\n]*\blicense\s*=\s*["']([^"'\n]+)["']"#).ok());
static PACKAGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?m)^\s*package\s*=\s*["'\[]"#).ok());
static LOCKED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?m)^\s*(?:\[\s*["']([^"'\n]+)["']\s*\]|(\w+))\s*=\s*["']([^"'\n]+)["']"#).ok());

impl Detector for Rockspec {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".rockspec"), Claim::Name(LOCK)]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        let facts = file.facts();
        if facts.name() == LOCK {
            locked(text, file, out);
        } else if is_installed(&facts) {
            let purl = purl(facts.folder(1)).with_version(facts.folder(0));
            let mut component = Component::new(purl, Evidence::Installed, ID, Location::file(file.shown()));
            let license = LICENSE.as_ref().and_then(|pattern| pattern.captures(text)?.get(1));
            component.license = license.map(|found| found.as_str().to_owned());
            component.origin = Origin::Registry;
            out.component(component);
        } else if !PACKAGE.as_ref().is_some_and(|pattern| pattern.is_match(text)) {
            out.problem_at(Code::Malformed, file, 1, "no rockspec: it names no package");
        } else if !file.sibling(LOCK).exists() {
            for (table, group) in TABLES {
                asked(text, table, group, file, out);
            }
        }
    }
}

/// Whether the file lies where `LuaRocks` puts it: `…/rocks-5.1/<name>/<version>/<name>-<version>.rockspec`.
fn is_installed(facts: &FileFacts<'_>) -> bool {
    let tree = facts.folder(2);
    let in_tree = tree == "rocks" || tree.strip_prefix("rocks-").is_some_and(|lua| lua.starts_with(|c: char| c.is_ascii_digit()));
    in_tree && !facts.folder(1).is_empty() && facts.folder(0).starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// A rock's package URL; a name may stand behind the user whose rock it is.
fn purl(name: &str) -> Purl {
    let (user, name) = name.rsplit_once('/').unwrap_or(("", name));
    Purl::new("luarocks", &name.to_lowercase()).with_namespace(user)
}

fn declare(name: &str, version: &str, group: Group, line: usize, file: &Opened<'_>, out: &mut Findings) {
    let purl = purl(name).with_version(version);
    let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), line));
    component.group = group;
    component.origin = Origin::Registry;
    out.component(component);
}

/// The rocks that a lock pins.
fn locked(text: &str, file: &Opened<'_>, out: &mut Findings) {
    if !text.contains("return") {
        return out.problem_at(Code::Malformed, file, 1, "no lock file of LuaRocks: it returns nothing");
    }
    let lines = Lines::of(text);
    for found in LOCKED.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        let (Some(name), Some(version)) = (found.get(1).or(found.get(2)), found.get(3)) else { continue };
        let before = text.get(..name.start()).unwrap_or_default();
        let group = if before.contains("test_dependencies") && !before.contains("build_dependencies") {
            Group::Development
        } else {
            Group::Main
        };
        if name.as_str() != "lua" {
            declare(name.as_str(), version.as_str(), group, lines.at(name.start()), file, out);
        }
    }
}

/// The rocks that the table `table` asks for.
fn asked(text: &str, table: &str, group: Group, file: &Opened<'_>, out: &mut Findings) {
    let Ok(opening) = Regex::new(&format!(r"(?m)^\s*{table}\s*=\s*\{{")) else { return };
    let Some(start) = opening.find(text).map(|found| found.end()) else { return };
    let lines = Lines::of(text);
    for (at, requirement) in strings(text.get(start..).unwrap_or_default()) {
        let end = requirement.find(|c: char| c.is_whitespace() || "<>=~@".contains(c)).unwrap_or(requirement.len());
        let (name, constraint) = requirement.split_at_checked(end).unwrap_or((requirement, ""));
        if !name.is_empty() && name != "lua" {
            declare(name, exact(constraint), group, lines.at(start + at), file, out);
        }
    }
}

/// The version of a constraint that allows a single one: `== 1.0-1`, or without an operator.
fn exact(constraint: &str) -> &str {
    let version = constraint.trim().trim_start_matches("==").trim();
    let plain = version.starts_with(|c: char| c.is_ascii_alphanumeric()) && !version.contains([',', ' ', '<', '>', '~', '=']);
    if plain { version } else { "" }
}

/// The literal strings, with their places, up to the brace that closes the table; comments are none.
fn strings(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut open, mut at) = (1, 0);
    while let Some(rest) = text.get(at..) {
        let Some(c) = rest.chars().next() else { break };
        let mut next = at + c.len_utf8();
        match c {
            '{' => open += 1,
            '}' => open -= 1,
            '-' if rest.starts_with("--[[") => next = at + rest.find("]]").map_or(rest.len(), |end| end + 2),
            '-' if rest.starts_with("--") => next = at + rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => {
                let inside = text.get(next..).unwrap_or_default();
                let Some(end) = inside.find([c, '\n']) else { break };
                found.push((next, inside.get(..end).unwrap_or_default()));
                next += end + 1;
            }
            _ => {}
        }
        if open == 0 {
            break;
        }
        at = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const SPEC: &[u8] = b"rockspec_format = \"3.0\"\r\npackage = \"App\"\r\nversion = \"scm-1\"\r\ndescription = {\r\n   license = \"MIT/X11\"\r\n}\r\n\
        dependencies = {\r\n   \"lua >= 5.1, < 5.5\",\r\n   'luasocket ~> 3.0', -- \"not this\"\r\n   --[[ \"nor\n this\" ]]\r\n   \"lpeg == 1.0.2-1\",\r\n   \"LuaFileSystem\",\r\n\
        \x20  \"me/fork 2.0-1\",\r\n   platforms = { unix = { \"luaposix >= 35\" } }\r\n}\r\ntest_dependencies = { \"busted\" }\r\nbuild = { modules = { x = \"x.lua\" } }\r\n";

    #[test]
    fn a_project_asks_for_rocks_and_is_none_itself() {
        expect![[r"
            pkg:luarocks/busted declared Development :17
            pkg:luarocks/lpeg@1.0.2-1 declared :12
            pkg:luarocks/luafilesystem declared :13
            pkg:luarocks/luaposix declared :15
            pkg:luarocks/luasocket declared :9
            pkg:luarocks/me/fork@2.0-1 declared :14"]]
        .assert_eq(&found(&Rockspec, &[("app-scm-1.rockspec", SPEC)]));
    }

    #[test]
    fn an_installed_rock_is_named_by_its_folders() {
        let path = "usr/local/lib/luarocks/rocks-5.1/luasocket/3.1.0-1/luasocket-3.1.0-1.rockspec";
        expect!["pkg:luarocks/luasocket@3.1.0-1 installed license=MIT/X11"].assert_eq(&found(&Rockspec, &[(path, SPEC)]));
        expect!["pkg:luarocks/luasocket@3.1.0-1 installed"].assert_eq(&found(&Rockspec, &[(path, b"")]));
    }

    #[test]
    fn a_lock_says_the_versions() {
        let lock = b"return {\n   dependencies = {\n      [\"luasocket\"] = \"3.1.0-1\",\n      lpeg = \"1.0.2-1\",\n      lua = \"5.1-1\"\n   },\n   test_dependencies = {\n      busted = \"2.1.1-1\"\n   }\n}\n";
        assert_eq!(found(&Rockspec, &[("app-scm-1.rockspec", SPEC), ("luarocks.lock", lock)]), "");
        expect![[r"
            pkg:luarocks/busted@2.1.1-1 declared Development :8
            pkg:luarocks/lpeg@1.0.2-1 declared :4
            pkg:luarocks/luasocket@3.1.0-1 declared :3"]]
        .assert_eq(&found(&Rockspec, &[("luarocks.lock", lock)]));
    }

    #[test]
    fn a_text_that_is_no_rockspec_is_a_problem_and_one_that_breaks_off_is_read_so_far() {
        expect!["! a.rockspec:1:1: UP002: no rockspec: it names no package"]
            .assert_eq(&found(&Rockspec, &[("a.rockspec", b"hello")]));
        expect!["pkg:luarocks/b declared :2"]
            .assert_eq(&found(&Rockspec, &[("a.rockspec", b"package = \"a\"\ndependencies = { \"b\", \"c >= ")]));
    }
}
