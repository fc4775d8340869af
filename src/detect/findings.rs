//! What detectors write down.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::model::{Component, Coverage, Date, Entitlement, OsRelease};
use crate::problem::{Code, Problem};

use super::{Opened, Ownership};

/// Something that is true of the whole host rather than of one component. The path is its system root below the tree's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The distribution of a system root.
    Os(PathBuf, OsRelease),
    /// A version that a configured repository offers for an installed package.
    Offered(PathBuf, Offered),
    /// Day of a package list.
    ListsDate(PathBuf, Date),
    /// Whether security updates install themselves.
    UnattendedUpgrades(PathBuf, bool),
    /// Support already bought.
    Entitled(PathBuf, Entitlement),
}

/// A version that a repository offers for a package name and architecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Purl type: `deb`, `rpm`, `apk`.
    pub purl_type: &'static str,
    /// Binary package name.
    pub name: String,
    /// Architecture as the package database writes it; empty where it has none.
    pub arch: String,
    /// Offered version, with epoch and revision.
    pub version: String,
    /// Whether the suite is a security suite.
    pub security: bool,
    /// What the repository calls itself: `Debian`, `apt.postgresql.org` …
    pub origin: String,
    /// Whether it is the distribution's own repository.
    pub distribution: bool,
}

/// Components, problems, facts and ownership that detectors found.
#[derive(Debug, Default)]
pub struct Findings {
    /// Components, in the order found.
    pub components: Vec<Component>,
    /// Trouble, in the order met.
    pub problems: Vec<Problem>,
    /// Facts of system roots.
    pub facts: Vec<Fact>,
    /// Which package owns which file.
    pub ownership: Ownership,
    /// Owned files that are no longer what their package brought; paths relative to the tree's root.
    pub overwritten: BTreeSet<PathBuf>,
    /// Files whose content a list beside them names by package, paths relative to the tree's root: what they say of themselves
    /// is a second view of the same software.
    pub explained: BTreeSet<PathBuf>,
    /// Programs that no package owns and nothing explains.
    pub unknown_executables: u64,
    /// Their paths as shown: all, or the first [`Coverage::UNKNOWN_PATHS`] by name, so that the order of the work does not matter.
    pub unknown_paths: BTreeSet<String>,
    /// Files that were not looked into on purpose, by reason.
    pub skipped: BTreeMap<Cow<'static, str>, u64>,
}

impl Findings {
    /// Writes down a component.
    pub fn component(&mut self, component: Component) {
        self.components.push(component);
    }

    /// Writes down a problem with a whole file.
    pub fn problem(&mut self, code: Code, file: &Opened<'_>, text: impl Into<String>) {
        self.problems.push(Problem::new(code, file.shown(), text));
    }

    /// Writes down a problem at a line (from 1) of a file.
    pub fn problem_at(&mut self, code: Code, file: &Opened<'_>, line: usize, text: impl Into<String>) {
        self.problems.push(Problem::new(code, file.shown(), text).at(line, 1));
    }

    /// Counts a file that is not looked into on purpose.
    pub fn skip(&mut self, reason: &'static str) {
        *self.skipped.entry(Cow::Borrowed(reason)).or_default() += 1;
    }

    /// Writes down a program that no package owns and nothing explains.
    pub fn unknown_executable(&mut self, file: &Opened<'_>) {
        self.unknown_executables += 1;
        self.unknown_paths.insert(file.shown());
        self.bound_unknown_paths();
    }

    fn bound_unknown_paths(&mut self) {
        while self.unknown_paths.len() > Coverage::UNKNOWN_PATHS {
            self.unknown_paths.pop_last();
        }
    }

    /// The file's text, or a problem and `None`.
    pub fn text<'f>(&mut self, file: &'f Opened<'_>) -> Option<&'f str> {
        self.noted(file.text())
    }

    /// The file's bytes, or a problem and `None`.
    pub fn bytes<'f>(&mut self, file: &'f Opened<'_>) -> Option<&'f [u8]> {
        self.noted(file.bytes())
    }

    /// The value, or the problem written down and `None`.
    pub fn noted<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.problems.push(problem)).ok()
    }

    /// Writes down a fact of a system root.
    pub fn fact(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    /// The distribution of the tree's own root, if the tree is a system.
    #[must_use]
    pub fn os(&self) -> Option<&OsRelease> {
        self.facts.iter().find_map(|fact| match fact {
            Fact::Os(root, os) if root.as_os_str().is_empty() => Some(os),
            _ => None,
        })
    }

    /// Everything of both; order is restored by the inventory's sort.
    #[must_use]
    pub fn merge(mut self, mut other: Self) -> Self {
        self.components.append(&mut other.components);
        self.problems.append(&mut other.problems);
        self.facts.append(&mut other.facts);
        self.ownership = self.ownership.merge(other.ownership);
        unite(&mut self.overwritten, other.overwritten);
        unite(&mut self.explained, other.explained);
        self.unknown_executables += other.unknown_executables;
        unite(&mut self.unknown_paths, other.unknown_paths);
        self.bound_unknown_paths();
        for (reason, count) in other.skipped {
            *self.skipped.entry(reason).or_default() += count;
        }
        self
    }
}

/// Puts the smaller set into the larger: `append` would build the larger one anew for every file that brings one entry.
fn unite<T: Ord>(into: &mut BTreeSet<T>, other: BTreeSet<T>) {
    let smaller = if other.len() > into.len() { std::mem::replace(into, other) } else { other };
    into.extend(smaller);
}

impl Fact {
    /// The system root that the fact speaks of.
    #[must_use]
    pub fn root(&self) -> &Path {
        match self {
            Self::Os(root, _)
            | Self::Offered(root, _)
            | Self::ListsDate(root, _)
            | Self::UnattendedUpgrades(root, _)
            | Self::Entitled(root, _) => root,
        }
    }
}
