//! A product in a role and version on one host or in one repository, with everything the score asks of it.

use super::{Date, Listener, Origin, Purl, Role, Vulnerability};

/// How strongly a product is in use, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// Named by a manifest or a lock file.
    Declared,
    /// Inside an archive or another program.
    Embedded,
    /// Installed because something else needs it.
    Dependency,
    /// Installed on purpose, or nobody knows why.
    Installed,
    /// A unit, a timer or a crontab starts it, or it is configured as a server.
    Enabled,
    /// It runs.
    Running,
}

impl Use {
    /// The word used in outputs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Embedded => "embedded",
            Self::Dependency => "dependency",
            Self::Installed => "installed",
            Self::Enabled => "enabled",
            Self::Running => "running",
        }
    }
}

/// Whose promise of fixes a life cycle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Followed {
    /// The distribution's, which patches its packages itself.
    Distribution,
    /// A vendor's that ships its own builds.
    Vendor,
    /// The project's own.
    Upstream,
}

impl Followed {
    /// The word used in outputs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Distribution => "distribution",
            Self::Vendor => "vendor",
            Self::Upstream => "upstream",
        }
    }
}

/// A release cycle of a product.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cycle {
    /// Product whose table it stands in; the distribution's, where that is followed.
    pub product: String,
    /// Name of the cycle in that table.
    pub name: String,
}

/// Where a version stands in its life, on a given day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LifecycleState {
    /// Fixes of every kind; `label` says why an end date is missing.
    Supported,
    /// Only security fixes.
    SecurityOnly,
    /// Ends within 180 days.
    Ending,
    /// Nobody fixes it for free any more.
    Eol,
    /// Ended, but an entitlement that was found covers it.
    EolCovered,
    /// No table knows.
    Unknown,
}

impl LifecycleState {
    /// The word used in outputs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::SecurityOnly => "security-only",
            Self::Ending => "ending",
            Self::Eol => "eol",
            Self::EolCovered => "eol-covered",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the free fixes have ended, covered or not.
    #[must_use]
    pub fn ended(&self) -> bool {
        matches!(self, Self::Eol | Self::EolCovered)
    }
}

/// The life cycle of a deployment on the report's day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lifecycle {
    /// The state.
    pub state: LifecycleState,
    /// Last day of free fixes, if a table says one.
    pub eol: Option<Date>,
    /// Whose life cycle it is.
    pub followed: Followed,
    /// The matching cycle; `None` is unknown.
    pub cycle: Option<Cycle>,
    /// What a reader must know beside the state: `no end date published`, `lifecycle unverified`, `Debian LTS` …
    pub label: Option<String>,
    /// The page that states the dates.
    pub source: Option<String>,
}

/// The nearest cycle that still gets free fixes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NextSupported {
    /// Product, which a rewrite may change (`AngularJS` → `Angular`).
    pub product: String,
    /// Cycle to move to.
    pub cycle: String,
    /// Last day of its free fixes, if known.
    pub eol: Option<Date>,
    /// How many cycles lie between, this one included.
    pub majors_away: u32,
}

/// A product in a role and version on one host or in one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub struct Deployment {
    /// Stable id, `nginx@dev1`, unique in a report.
    pub id: String,
    /// Product id.
    pub product: String,
    /// The part it plays.
    pub role: Role,
    /// Installed version, upstream part; `None` is unknown.
    pub version: Option<String>,
    /// Release cycle of the product itself, whatever life cycle is followed.
    pub cycle: Option<String>,
    /// Where it stands in its life.
    pub lifecycle: Lifecycle,
    /// The way on, where the life has ended or is ending.
    pub next_supported: Option<NextSupported>,
    /// How strongly it is in use.
    pub usage: Use,
    /// Sockets it listens on.
    pub listening: Vec<Listener>,
    /// Whether the target's sockets could be read, so that an empty `listening` means none.
    pub sockets_read: bool,
    /// Who ships it.
    pub origin: Origin,
    /// Id of the entitlement that already covers it.
    pub entitlement: Option<String>,
    /// Name of the host or repository.
    pub host: String,
    /// Its path, as the user gave it.
    pub path: String,
    /// Product id and release of the distribution it runs on, for offers bound to one.
    pub platform: Option<Cycle>,
    /// Whether security updates install themselves on that host.
    pub unattended_upgrades: bool,
    /// Places, for a reader to look; sorted.
    pub locations: Vec<String>,
    /// The components it is made of; sorted.
    pub components: Vec<Purl>,
    /// Another deployment's product that brings it along, so that it goes when that one goes.
    pub comes_with: Option<String>,
    /// Whether a declaration or installation of its own asks for it, so that it can make a case.
    pub makes_case: bool,
    /// What vulnerability lists name for its components; sorted.
    pub vulnerabilities: Vec<Vulnerability>,
    /// Whether somebody looked up which of its vulnerabilities are known to be exploited.
    pub exploits_checked: bool,
}
