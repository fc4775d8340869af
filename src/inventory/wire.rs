//! The saved scan's wire types, `underpin.scan/1`: their own structs, so that the vocabulary can change without the
//! contract. Absent fields are unknown or empty.

use serde::{Deserialize, Serialize};

use crate::model::{
    Activity, Chosen, Component, Coverage, Date, Entitlement, Evidence, Group, HostFacts, Listener, Location, Origin, OsRelease,
    PackageState, PendingUpdate, ProductHint, Role, Standing, Target, TargetKind,
};

/// Declares a wire enum beside a model enum, member by member, both ways.
macro_rules! mirror {
    ($wire:ident = $model:ident { $($member:ident),+ }) => {
        #[derive(Clone, Copy, Serialize, Deserialize, PartialEq)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum $wire { $($member),+ }
        impl From<$model> for $wire { fn from(model: $model) -> Self { match model { $($model::$member => Self::$member),+ } } }
        impl From<$wire> for $model { fn from(wire: $wire) -> Self { match wire { $($wire::$member => Self::$member),+ } } }
    };
}

mirror!(WireEvidence = Evidence { Declared, Embedded, Installed, Running });
mirror!(WireChosen = Chosen { Unknown, Dependency, Purpose });
mirror!(WireState = PackageState { Installed, Held, Incomplete, ConfigFiles });
mirror!(WireGroup = Group { Main, Optional, Development });
mirror!(WireStanding = Standing { Own, Foreign });
mirror!(WireTargetKind = TargetKind { Host, Container, Image, RootFs, Chroot, Repository, Sbom });

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireTarget {
    pub(super) name: String,
    pub(super) kind: WireTargetKind,
    pub(super) path: String,
    #[serde(default)]
    pub(super) revision: Option<String>,
}

impl From<&Target> for WireTarget {
    fn from(target: &Target) -> Self {
        Self { name: target.name.clone(), kind: target.kind.into(), path: target.path.clone(), revision: target.revision.clone() }
    }
}

impl From<WireTarget> for Target {
    fn from(wire: WireTarget) -> Self {
        Self { name: wire.name, kind: wire.kind.into(), path: wire.path, revision: wire.revision }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireLocation {
    path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layer: Option<String>,
}

#[derive(Serialize, Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(super) struct WireListener {
    protocol: String,
    address: String,
    port: u16,
    loopback: bool,
    #[serde(default)]
    executable: Option<String>,
    #[serde(default)]
    script: Option<String>,
    #[serde(default)]
    unit: Option<String>,
}

impl From<&Listener> for WireListener {
    fn from(listener: &Listener) -> Self {
        Self {
            protocol: listener.protocol.to_owned(),
            address: listener.address.clone(),
            port: listener.port,
            loopback: listener.loopback,
            executable: listener.executable.clone(),
            script: listener.script.clone(),
            unit: listener.unit.clone(),
        }
    }
}

impl From<WireListener> for Listener {
    fn from(wire: WireListener) -> Self {
        Self {
            protocol: if wire.protocol == "udp" { "udp" } else { "tcp" },
            address: wire.address,
            port: wire.port,
            loopback: wire.loopback,
            executable: wire.executable,
            script: wire.script,
            unit: wire.unit,
        }
    }
}

/// Who ships it: `distribution`, `registry`, `local`, or a vendor with the name of its repository.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum WireOrigin {
    Unknown,
    Distribution,
    Vendor(String),
    Local,
    Registry,
}

impl From<&Origin> for WireOrigin {
    fn from(origin: &Origin) -> Self {
        match origin {
            Origin::Unknown => Self::Unknown,
            Origin::Distribution => Self::Distribution,
            Origin::Vendor(name) => Self::Vendor(name.clone()),
            Origin::Local => Self::Local,
            Origin::Registry => Self::Registry,
        }
    }
}

impl From<WireOrigin> for Origin {
    fn from(wire: WireOrigin) -> Self {
        match wire {
            WireOrigin::Unknown => Self::Unknown,
            WireOrigin::Distribution => Self::Distribution,
            WireOrigin::Vendor(name) => Self::Vendor(name),
            WireOrigin::Local => Self::Local,
            WireOrigin::Registry => Self::Registry,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireHint {
    product: String,
    role: Role,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireComponent {
    purl: String,
    evidence: WireEvidence,
    declared: bool,
    locations: Vec<WireLocation>,
    detectors: Vec<String>,
    origin: WireOrigin,
    chosen: WireChosen,
    state: WireState,
    group: WireGroup,
    standing: WireStanding,
    license: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    concluded_license: Option<String>,
    source_package: Option<String>,
    owner: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    funding: Vec<String>,
    product: Option<WireHint>,
    #[serde(default, skip_serializing_if = "is_zero")]
    processes: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    enabled_by: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    listening: Vec<WireListener>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl From<&Component> for WireComponent {
    fn from(component: &Component) -> Self {
        let place = |place: &Location| WireLocation { path: place.path.clone(), line: place.line, layer: place.layer.clone() };
        Self {
            purl: component.purl.to_string(),
            evidence: component.evidence.into(),
            declared: component.declared,
            locations: component.locations.iter().map(place).collect(),
            detectors: component.detectors.iter().map(ToString::to_string).collect(),
            origin: (&component.origin).into(),
            chosen: component.chosen.into(),
            state: component.state.into(),
            group: component.group.into(),
            standing: component.standing.into(),
            license: component.license.clone(),
            concluded_license: component.concluded_license.clone(),
            source_package: component.source_package.clone(),
            owner: component.owner.as_ref().map(ToString::to_string),
            funding: component.funding.clone(),
            product: component.product.as_ref().map(|hint| WireHint { product: hint.product.clone(), role: hint.role }),
            processes: component.activity.processes,
            enabled_by: component.activity.enabled_by.clone(),
            listening: component.activity.listening.iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<WireComponent> for Component {
    type Error = crate::model::ParsePurlError;

    fn try_from(wire: WireComponent) -> Result<Self, Self::Error> {
        let place = |place: WireLocation| Location { path: place.path, line: place.line, layer: place.layer };
        Ok(Self {
            purl: wire.purl.parse()?,
            evidence: wire.evidence.into(),
            declared: wire.declared,
            locations: wire.locations.into_iter().map(place).collect(),
            detectors: wire.detectors.into_iter().map(Into::into).collect(),
            origin: wire.origin.into(),
            chosen: wire.chosen.into(),
            state: wire.state.into(),
            group: wire.group.into(),
            standing: wire.standing.into(),
            license: wire.license,
            concluded_license: wire.concluded_license,
            source_package: wire.source_package,
            owner: wire.owner.map(|owner| owner.parse()).transpose()?,
            funding: wire.funding,
            product: wire.product.map(|hint| ProductHint { product: hint.product, role: hint.role }),
            activity: Activity {
                processes: wire.processes,
                enabled_by: wire.enabled_by,
                listening: wire.listening.into_iter().map(Into::into).collect(),
            },
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireOs {
    id: String,
    id_like: Vec<String>,
    version_id: Option<String>,
    codename: Option<String>,
    pretty_name: String,
    point_release: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireUpdate {
    package: String,
    candidate: String,
    security: bool,
    source_package: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireEntitlement {
    id: String,
    covers: Vec<String>,
    until: Option<Date>,
    evidence: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireHost {
    hostname: Option<String>,
    os: Option<WireOs>,
    unattended_upgrades: Option<bool>,
    updates: Vec<WireUpdate>,
    lists_date: Option<Date>,
    entitlements: Vec<WireEntitlement>,
    orphaned: Vec<String>,
    configured: Vec<(String, String, String)>,
}

impl From<&HostFacts> for WireHost {
    fn from(host: &HostFacts) -> Self {
        let os = host.os.clone().map(|os| WireOs {
            id: os.id,
            id_like: os.id_like,
            version_id: os.version_id,
            codename: os.codename,
            pretty_name: os.pretty_name,
            point_release: os.point_release,
        });
        let update = |update: &PendingUpdate| WireUpdate {
            package: update.package.to_string(),
            candidate: update.candidate.clone(),
            security: update.security,
            source_package: update.source_package.clone(),
        };
        let entitlement = |held: &Entitlement| WireEntitlement {
            id: held.id.clone(),
            covers: held.covers.clone(),
            until: held.until,
            evidence: held.evidence.clone(),
        };
        Self {
            hostname: host.hostname.clone(),
            os,
            unattended_upgrades: host.unattended_upgrades,
            updates: host.updates.iter().map(update).collect(),
            lists_date: host.lists_date,
            entitlements: host.entitlements.iter().map(entitlement).collect(),
            orphaned: host.orphaned.iter().map(ToString::to_string).collect(),
            configured: host.configured.clone(),
        }
    }
}

impl TryFrom<WireHost> for HostFacts {
    type Error = crate::model::ParsePurlError;

    fn try_from(wire: WireHost) -> Result<Self, Self::Error> {
        let os = wire.os.map(|os| OsRelease {
            id: os.id,
            id_like: os.id_like,
            version_id: os.version_id,
            codename: os.codename,
            pretty_name: os.pretty_name,
            point_release: os.point_release,
        });
        let update = |update: WireUpdate| -> Result<PendingUpdate, Self::Error> {
            Ok(PendingUpdate {
                package: update.package.parse()?,
                candidate: update.candidate,
                security: update.security,
                source_package: update.source_package,
            })
        };
        let entitlement =
            |held: WireEntitlement| Entitlement { id: held.id, covers: held.covers, until: held.until, evidence: held.evidence };
        Ok(Self {
            hostname: wire.hostname,
            os,
            unattended_upgrades: wire.unattended_upgrades,
            updates: wire.updates.into_iter().map(update).collect::<Result<_, _>>()?,
            lists_date: wire.lists_date,
            entitlements: wire.entitlements.into_iter().map(entitlement).collect(),
            orphaned: wire.orphaned.iter().map(|purl| purl.parse()).collect::<Result<_, _>>()?,
            configured: wire.configured,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireCoverage {
    directories: u64,
    files: u64,
    opened: u64,
    bytes_read: u64,
    skipped: std::collections::BTreeMap<String, u64>,
    unreadable: u64,
    mounts_skipped: Vec<(String, String)>,
    unknown_executables: u64,
    #[serde(default, skip_serializing_if = "std::collections::BTreeSet::is_empty")]
    unknown_paths: std::collections::BTreeSet<String>,
    not_checked: Vec<String>,
}

impl From<&Coverage> for WireCoverage {
    fn from(coverage: &Coverage) -> Self {
        let coverage = coverage.clone();
        Self {
            directories: coverage.directories,
            files: coverage.files,
            opened: coverage.opened,
            bytes_read: coverage.bytes_read,
            skipped: coverage.skipped,
            unreadable: coverage.unreadable,
            mounts_skipped: coverage.mounts_skipped,
            unknown_executables: coverage.unknown_executables,
            unknown_paths: coverage.unknown_paths,
            not_checked: coverage.not_checked,
        }
    }
}

impl From<WireCoverage> for Coverage {
    fn from(wire: WireCoverage) -> Self {
        Self {
            directories: wire.directories,
            files: wire.files,
            opened: wire.opened,
            bytes_read: wire.bytes_read,
            skipped: wire.skipped,
            unreadable: wire.unreadable,
            mounts_skipped: wire.mounts_skipped,
            unknown_executables: wire.unknown_executables,
            unknown_paths: wire.unknown_paths,
            not_checked: wire.not_checked,
        }
    }
}
