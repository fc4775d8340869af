//! One package or binary that was found, with everything a reader needs to look it up again.

use std::borrow::Cow;
use std::path::PathBuf;

use super::{Evidence, Listener, Purl, Role};

/// One package or binary. Several findings of the same purl become one component with many locations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// What it is.
    pub purl: Purl,
    /// The strongest evidence of all its locations.
    pub evidence: Evidence,
    /// Whether a manifest or lock file names it, whatever other evidence there is.
    pub declared: bool,
    /// Where it was found; sorted and without duplicates after the inventory's merge.
    pub locations: Vec<Location>,
    /// Ids of the detectors that found it; sorted and without duplicates after the merge.
    pub detectors: Vec<Cow<'static, str>>,
    /// Who built and ships it.
    pub origin: Origin,
    /// Whether somebody asked for it.
    pub chosen: Chosen,
    /// The state that the package database records.
    pub state: PackageState,
    /// Which part of a project asks for it.
    pub group: Group,
    /// Whose declaration or installation it is.
    pub standing: Standing,
    /// Licences as the package states them (an SPDX expression where it says so).
    pub license: Option<String>,
    /// The licence that the files in its folder are the text of, where it states none; an SPDX expression.
    pub concluded_license: Option<String>,
    /// Name of the source package that a distribution builds it from, if different from the name.
    pub source_package: Option<String>,
    /// The operating-system package that owns its files.
    pub owner: Option<Purl>,
    /// Links under which its own manifest says how its authors can be paid.
    pub funding: Vec<String>,
    /// Product and role, where a byte signature or a layout named them directly.
    pub product: Option<ProductHint>,
    /// What the live host does with it.
    pub activity: Activity,
}

/// What the live host does with a component. Everything is sorted and without duplicates.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Activity {
    /// Number of processes that execute it.
    pub processes: u32,
    /// Units and crontabs that start it by themselves.
    pub enabled_by: Vec<String>,
    /// Sockets that its processes hold.
    pub listening: Vec<Listener>,
}

impl Component {
    /// A component with what every detector knows; all else is unknown.
    #[must_use]
    pub fn new(purl: Purl, evidence: Evidence, detector: &'static str, location: Location) -> Self {
        Self {
            purl,
            evidence,
            declared: evidence == Evidence::Declared,
            locations: vec![location],
            detectors: vec![Cow::Borrowed(detector)],
            origin: Origin::Unknown,
            chosen: Chosen::Unknown,
            state: PackageState::Installed,
            group: Group::Main,
            standing: Standing::Own,
            license: None,
            concluded_license: None,
            source_package: None,
            owner: None,
            funding: Vec::new(),
            product: None,
            activity: Activity::default(),
        }
    }
}

impl Component {
    /// Its first place as a path below the target's root: the file itself, or the archive that holds it.
    #[must_use]
    pub fn on_disk(&self) -> Option<PathBuf> {
        Some(Location::on_disk(&self.locations.first()?.path))
    }

    /// Whether it counts as software of the scanned organisation: not a copy that an operating-system package already
    /// stands for, not somebody else's, and not merely left-over configuration.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.standing == Standing::Own && self.owner.is_none() && self.state != PackageState::ConfigFiles
    }
}

/// A place in a scanned tree. Ordered by path, then line, then layer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// `/`-separated path: absolute for a host, relative to the target otherwise; bytes that are not UTF-8 show as U+FFFD.
    pub path: String,
    /// Line in that file, counted from 1, where a declaration has one.
    pub line: Option<u32>,
    /// The image layer's digest, where the path lies in one.
    pub layer: Option<String>,
}

impl Location {
    /// The part of a shown path that is a file in the target itself: the outermost archive, relative to the target's root.
    #[must_use]
    pub fn on_disk(shown: &str) -> PathBuf {
        PathBuf::from(shown.split("!/").next().unwrap_or(shown).trim_start_matches('/'))
    }

    /// A location that is a whole file or folder.
    #[must_use]
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: path.into(), line: None, layer: None }
    }

    /// A location at a line, counted from 1.
    #[must_use]
    pub fn line(path: impl Into<String>, line: usize) -> Self {
        Self { path: path.into(), line: u32::try_from(line).ok(), layer: None }
    }
}

/// Who built and ships it; decides who maintains it today and which life cycle counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Origin {
    /// Nothing says it.
    #[default]
    Unknown,
    /// The distribution's own repository.
    Distribution,
    /// Another repository; the text is what the repository calls itself.
    Vendor(String),
    /// No repository and no package manager: built or copied here.
    Local,
    /// A language's package registry.
    Registry,
}

/// On purpose, or because something else needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Chosen {
    /// The package manager does not record it.
    #[default]
    Unknown,
    /// Came as a dependency.
    Dependency,
    /// Asked for by name.
    Purpose,
}

/// The state that a package database records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PackageState {
    /// Fully installed.
    #[default]
    Installed,
    /// Installed and kept at its version.
    Held,
    /// Unpacked or half-configured: its files are there, it may not work.
    Incomplete,
    /// Removed; only configuration files are left. Counts as not installed.
    ConfigFiles,
}

/// Which part of a project asks for a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Group {
    /// Needed at run time.
    #[default]
    Main,
    /// Only if an optional feature is wanted.
    Optional,
    /// Only to build, develop or test.
    Development,
}

/// Whose declaration or installation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Standing {
    /// The scanned organisation's own.
    #[default]
    Own,
    /// Inside somebody else's package, cache or test fixture; kept apart and never counted as run here.
    Foreign,
}

/// What a byte signature, a layout or a release file says directly.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductHint {
    /// Id of the product in the catalog.
    pub product: String,
    /// The part it plays.
    pub role: Role,
}
