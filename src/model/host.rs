//! What a scan learns of the host or folder as a whole.

use super::{Date, Purl};

/// What was scanned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// Host name, or the last part of the folder's path.
    pub name: String,
    /// What sort of target it is.
    pub kind: TargetKind,
    /// The path as the user gave it.
    pub path: String,
    /// Revision of a version-controlled folder, abbreviated.
    pub revision: Option<String>,
}

/// What sort of target it is; decides how deployments are scoped and named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// The running system, seen from its own root.
    Host,
    /// A container: the running one, seen from inside, or one in an engine's storage.
    Container,
    /// A container image, from an archive, a layout or an engine's storage.
    Image,
    /// A root file system that is not the running one: a mount, an unpacked archive.
    RootFs,
    /// A system root inside another target: a chroot, an unpacked base system. Nothing starts it with its target.
    Chroot,
    /// A version-controlled working copy or any folder of source code.
    Repository,
    /// A bill of materials.
    Sbom,
}

impl TargetKind {
    /// The word used in outputs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Container => "container",
            Self::Image => "image",
            Self::RootFs => "rootfs",
            Self::Chroot => "chroot",
            Self::Repository => "repository",
            Self::Sbom => "sbom",
        }
    }

    /// The inverse of [`TargetKind::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Host, Self::Container, Self::Image, Self::RootFs, Self::Chroot, Self::Repository, Self::Sbom]
            .into_iter()
            .find(|kind| kind.word() == word)
    }

    /// Whether the target is a whole system rather than a folder of code.
    #[must_use]
    pub fn is_system(self) -> bool {
        matches!(self, Self::Host | Self::Container | Self::Image | Self::RootFs | Self::Chroot)
    }
}

/// The parts of os-release(5) that matter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct OsRelease {
    /// `ID`: `debian`, `ubuntu`, `rhel` …
    pub id: String,
    /// `ID_LIKE`, split at blanks.
    pub id_like: Vec<String>,
    /// `VERSION_ID`; `None` on rolling releases.
    pub version_id: Option<String>,
    /// `VERSION_CODENAME`.
    pub codename: Option<String>,
    /// `PRETTY_NAME`, or the best that could be made of the rest.
    pub pretty_name: String,
    /// The point release where another file tells it (`etc/debian_version`).
    pub point_release: Option<String>,
}

impl OsRelease {
    /// The purl qualifier `distro`: `debian-12`, or the id alone on rolling releases.
    #[must_use]
    pub fn distro(&self) -> String {
        self.version_id.as_ref().map_or_else(|| self.id.clone(), |version| format!("{}-{version}", self.id))
    }
}

/// A newer version that the host's own package lists already offer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PendingUpdate {
    /// The installed package.
    pub package: Purl,
    /// The version that the lists offer.
    pub candidate: String,
    /// Whether it comes from a security suite.
    pub security: bool,
    /// The source package, so that one fix of many binaries is told once.
    pub source_package: String,
}

/// Support that was already bought, as a marker on the host proves it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entitlement {
    /// Stable id: `ubuntu-pro`, `rhel-subscription`, `suse-registration` …
    pub id: String,
    /// Product ids that it covers.
    pub covers: Vec<String>,
    /// Last day of it, where the marker says one.
    pub until: Option<Date>,
    /// The file that proves it.
    pub evidence: String,
}

/// What a scan learns of the whole host.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct HostFacts {
    /// The host's own name, where the target is a system.
    pub hostname: Option<String>,
    /// The distribution.
    pub os: Option<OsRelease>,
    /// Whether security updates install themselves; `None` where it cannot be told.
    pub unattended_upgrades: Option<bool>,
    /// Updates that wait; sorted.
    pub updates: Vec<PendingUpdate>,
    /// Day of the newest package list that `updates` was read from.
    pub lists_date: Option<Date>,
    /// Support already bought; sorted.
    pub entitlements: Vec<Entitlement>,
    /// Binary packages that no configured repository offers any more, sorted.
    pub orphaned: Vec<Purl>,
    /// Products whose server configuration or data directory is there: (product id, version or empty, path); sorted.
    pub configured: Vec<(String, String, String)>,
}
