//! Name and version in the name of a Nix store path (<https://nix.dev/manual/nix/stable/store/store-path>):
//! `<hash>-<name>-<version>[-<output>]`. A path without a version is a part of a build, no package.

use crate::model::{Component, Evidence, Location, Purl};

/// Length of the hash, and the letters of its base 32.
const HASH: usize = 32;
const LETTERS: &str = "0123456789abcdfghijklmnpqrsvwxyz";
/// Outputs of a package that stand behind its version; `out` has no name.
const OUTPUTS: [&str; 19] = [
    "bin",
    "cli",
    "data",
    "debug",
    "dev",
    "devdoc",
    "dist",
    "doc",
    "info",
    "installedTests",
    "lib",
    "man",
    "modules",
    "pam",
    "python",
    "static",
    "terminfo",
    "tools",
    "unwrapped",
];
/// What the name of a build's input or step ends in.
const NO_PACKAGES: [&str; 17] = [
    ".drv", ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tgz", ".zip", ".patch", ".diff", ".lock", ".sh", ".json", ".conf",
    ".crate", ".gem", ".whl", ".jar",
];

/// The name behind the hash of a store path's last part; `None` if it is none.
pub(super) fn behind_hash(name: &str) -> Option<&str> {
    let (hash, rest) = name.split_at_checked(HASH)?;
    hash.chars().all(|c| LETTERS.contains(c)).then(|| rest.strip_prefix('-')).flatten().filter(|rest| !rest.is_empty())
}

/// Name and version: the version begins at the first hyphen that no letter follows, as `builtins.parseDrvName` has it.
pub(super) fn split(name: &str) -> Option<(&str, &str)> {
    if NO_PACKAGES.iter().any(|ending| name.ends_with(ending)) {
        return None;
    }
    let at = name.match_indices('-').find_map(|(at, _)| {
        let next = name.get(at + 1..)?.chars().next()?;
        next.is_ascii_digit().then_some(at)
    })?;
    let (package, version) = (name.get(..at)?, name.get(at + 1..)?);
    let plain = match version.rsplit_once('-') {
        Some((plain, output)) if OUTPUTS.contains(&output) => plain,
        _ => version,
    };
    (!package.is_empty()).then_some((package, plain))
}

/// An installed package of the store.
pub(super) fn component(name: &str, version: &str, detector: &'static str, place: String) -> Component {
    Component::new(Purl::new("nix", name).with_version(version), Evidence::Installed, detector, Location::file(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_begins_behind_the_first_hyphen_before_a_digit() {
        for (name, expected) in [
            ("hello-2.12.1", Some(("hello", "2.12.1"))),
            ("glibc-2.38-44-bin", Some(("glibc", "2.38-44"))),
            ("python3.11-requests-2.31.0", Some(("python3.11-requests", "2.31.0"))),
            ("openssl-3.0.12-dev", Some(("openssl", "3.0.12"))),
            ("gtk+3-3.24.38", Some(("gtk+3", "3.24.38"))),
            ("nodejs-20.11.0-source", Some(("nodejs", "20.11.0-source"))),
            ("source", None),
            ("etc-os-release", None),
            ("bash-5.2.tar.gz", None),
            ("hello-2.12.1.drv", None),
            ("-1.0", None),
            ("a-", None),
        ] {
            assert_eq!(split(name), expected, "{name}");
        }
    }

    #[test]
    fn a_hash_has_its_length_and_letters() {
        assert_eq!(behind_hash("sbldylj3clbkc0aqvjjzfa6slp4zdvlj-hello-2.12.1"), Some("hello-2.12.1"));
        for name in [
            "hello-2.12.1",
            "sbldylj3clbkc0aqvjjzfa6slp4zdvle-x",
            "sbldylj3clbkc0aqvjjzfa6slp4zdvlj",
            "",
            "sbldylj3clbkc0aqvjjzfa6slp4zdvl\u{e9}-x",
        ] {
            assert_eq!(behind_hash(name), None, "{name}");
        }
    }
}
