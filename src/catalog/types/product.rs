//! A product and how it is recognised.

use serde::{Deserialize, Serialize};

use super::super::pattern::Pattern;
use super::super::words::{CycleFrom, FileClass, OpenSource};
use crate::model::{Kind, Role, VersionRange};

/// What support is sold for: the subject of one product file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Stable id, the file's name.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Row of the default table of the score.
    pub kind: Kind,
    /// Whether it is open source.
    pub open_source: OpenSource,
    /// SPDX expression of the current version, where well known.
    pub license: Option<String>,
    /// Its own site.
    pub homepage: Option<String>,
    /// Page that states how long it is supported.
    pub policy: Option<String>,
    /// Pages that the file rests on; at least one.
    pub sources: Vec<String>,
    /// Other names, never ids.
    pub aliases: Vec<String>,
    /// Links under which its authors can be paid.
    pub funding: Vec<String>,
    /// Ids of the vendors whose own people make it.
    pub made_by: Vec<String>,
    /// How the cycle of a version is named when no row fits.
    pub cycle_from: Option<CycleFrom>,
    /// How package managers call it.
    pub packages: Vec<PackageRule>,
    /// Byte signatures for files that no package owns.
    pub binaries: Vec<BinarySignature>,
    /// Files that show a server is set up.
    pub configs: Vec<ConfigSignature>,
    /// Names of live processes that differ from the package's.
    pub processes: Vec<ProcessSignature>,
}

/// Package names of a product in one role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageRule {
    /// Types of package URL.
    pub types: Vec<String>,
    /// Names, with the namespace where it is part of the identity.
    pub names: Vec<Pattern>,
    /// The part these packages play.
    pub role: Role,
    /// Only these upstream versions.
    pub versions: Option<VersionRange>,
    /// Only packages of these distributions; empty means any.
    pub distros: Vec<String>,
}

/// Bytes that give away an executable, library or script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BinarySignature {
    /// The part the file plays.
    pub role: Role,
    /// Base names it can have; empty means any.
    pub files: Vec<Pattern>,
    /// What sort of file is searched.
    pub class: FileClass,
    /// Bytes that must occur; at least 6.
    pub anchor: Vec<u8>,
    /// Expression for [`version_regex`](super::super::version_regex), matched near the anchor.
    pub version: Option<String>,
    /// Further bytes that must occur anywhere in the file.
    pub require: Vec<Vec<u8>>,
    /// A file beside it that holds the version.
    pub neighbour: Option<Neighbour>,
    /// Expression over the base name.
    pub file_version: Option<String>,
}

/// A file beside a binary that holds its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Path relative to the binary's folder.
    pub file: String,
    /// Expression over that file's text.
    pub version: String,
}

/// A file whose presence shows that a server is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigSignature {
    /// The part that is set up.
    pub role: Role,
    /// Path below a system root, without a leading slash.
    pub path: Pattern,
    /// Expression over the path.
    pub version: Option<String>,
}

/// Names of a live process's executable or script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessSignature {
    /// Base names.
    pub names: Vec<Pattern>,
    /// The part the process plays.
    pub role: Role,
}
