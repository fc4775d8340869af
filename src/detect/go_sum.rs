//! Reads Go's checksum file (<https://go.dev/ref/mod#go-sum-files>). It names every version that was ever looked at, so it speaks
//! only where the module file cannot: before Go 1.17, whose module files list what they ask for directly and nothing else, and
//! where no module file lies beside it. Of each module the highest version counts whose code was downloaded; a `/go.mod` line
//! alone is a version that lost.

use std::collections::BTreeMap;

use semver::Version;

use crate::model::{Chosen, Component, Evidence, Location, Origin};
use crate::problem::Code;

use super::go_mod::purl;
use super::{Claim, Detector, Findings, Opened};

/// `go.sum`.
pub(super) struct GoSum;

impl Detector for GoSum {
    fn id(&self) -> &'static str {
        "go-sum"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name("go.sum")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if file.sibling("go.mod").exists() {
            return;
        }
        let Some(text) = out.text(file) else { return };
        if let Some((number, _)) = (1..).zip(text.lines()).find(|(_, line)| !line.trim().is_empty() && entry(line).is_none()) {
            out.problem_at(Code::Malformed, file, number, "not a module, its version and its hash");
        }
        write(&highest(text), self.id(), Chosen::Unknown, file, out);
    }
}

/// The highest downloaded version of each module, and its line.
pub(super) fn highest(text: &str) -> BTreeMap<&str, (&str, usize)> {
    let mut found: BTreeMap<&str, (Version, &str, usize)> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some((module, version)) = entry(line).filter(|(_, version)| !version.ends_with("/go.mod")) else { continue };
        let Ok(parsed) = Version::parse(version.trim_start_matches('v')) else { continue };
        if found.get(module).is_none_or(|(held, ..)| *held < parsed) {
            found.insert(module, (parsed, version, number));
        }
    }
    found.into_iter().map(|(module, (_, version, line))| (module, (version, line))).collect()
}

/// Writes down modules of the checksum file `file`.
pub(super) fn write(
    modules: &BTreeMap<&str, (&str, usize)>,
    detector: &'static str,
    chosen: Chosen,
    file: &Opened<'_>,
    out: &mut Findings,
) {
    for (module, (version, line)) in modules {
        let location = Location::line(file.shown(), *line);
        let mut component = Component::new(purl(module, version), Evidence::Declared, detector, location);
        (component.origin, component.chosen) = (Origin::Registry, chosen);
        out.component(component);
    }
}

fn entry(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_whitespace();
    let (module, version, hash) = (words.next()?, words.next()?, words.next()?);
    (version.starts_with('v') && hash.contains(':') && words.next().is_none()).then_some((module, version))
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    const SUM: &[u8] = b"github.com/a/b v1.9.0 h1:x=\r\ngithub.com/a/b v1.9.0/go.mod h1:x=\r\ngithub.com/a/b v1.10.0 h1:x=\r\n\
        github.com/a/b v1.11.0/go.mod h1:x=\r\ngopkg.in/c v2.0.0+incompatible h1:x=\r\nonly.org/mod v1.0.0/go.mod h1:x=\r\n";

    #[test]
    fn the_highest_downloaded_version_speaks_where_no_module_file_is() {
        let expected = "pkg:golang/github.com/a/b@v1.10.0 declared :3\npkg:golang/gopkg.in/c@v2.0.0%2Bincompatible declared :5";
        assert_eq!(found(&GoSum, &[("go.sum", SUM)]), expected);
        assert_eq!(found(&GoSum, &[("go.sum", SUM), ("go.mod", b"module m")]), "");
    }

    #[test]
    fn empty_is_no_fault_and_another_format_is_one_problem() {
        assert_eq!(found(&GoSum, &[("go.sum", b"")]), "");
        let text = b"github.com/a/b v1.9.0 h1:x=\n{}\ngithub.com/a/c v1.9";
        let expected =
            "pkg:golang/github.com/a/b@v1.9.0 declared :1\n! go.sum:2:1: UP002: not a module, its version and its hash";
        assert_eq!(found(&GoSum, &[("go.sum", text)]), expected);
    }
}
