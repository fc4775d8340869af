//! A saved scan: the inventory as JSON, so that another machine can report on it.

use std::io::Write;

use serde::{Deserialize, Serialize};

use crate::problem::{Code, Problem};

use super::Inventory;
use super::json::json;
use super::wire::{WireComponent, WireCoverage, WireHost, WireTarget};
use super::wire_runtime::WireRuntime;

/// Name and version of the contract, the file's first field.
pub const SCHEMA: &str = "underpin.scan/1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    schema: String,
    scans: Vec<WireInventory>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireInventory {
    target: WireTarget,
    host: WireHost,
    components: Vec<WireComponent>,
    runtime: Option<WireRuntime>,
    coverage: WireCoverage,
    problems: Vec<WireProblem>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireProblem {
    code: String,
    path: String,
    line: Option<u32>,
    column: Option<u32>,
    text: String,
}

/// Why a file is no saved scan.
#[derive(Debug, thiserror::Error)]
pub enum ReadSavedError {
    /// Not JSON of this contract; the text says line and column.
    #[error("not a saved scan: {0}")]
    Format(#[from] serde_json::Error),
    /// Another version of the contract.
    #[error("saved scan has schema `{0}`, this program reads `{SCHEMA}`; scan again, or use the program that wrote it")]
    Schema(String),
    /// A package URL in it is damaged.
    #[error(transparent)]
    Purl(#[from] crate::model::ParsePurlError),
}

/// Writes the inventories of one scan.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_saved(inventories: &[Inventory], out: &mut dyn Write) -> std::io::Result<()> {
    let saved = Saved { schema: SCHEMA.to_owned(), scans: inventories.iter().map(to_wire).collect() };
    out.write_all(json(&saved)?.as_bytes())?;
    out.write_all(b"\n")
}

/// Reads what [`write_saved`] wrote.
///
/// # Errors
/// If it is no saved scan, or one of another version.
pub fn read_saved(bytes: &[u8]) -> Result<Vec<Inventory>, ReadSavedError> {
    let saved: Saved = serde_json::from_slice(bytes)?;
    if saved.schema != SCHEMA {
        return Err(ReadSavedError::Schema(saved.schema));
    }
    saved.scans.into_iter().map(from_wire).collect()
}

fn to_wire(inventory: &Inventory) -> WireInventory {
    let problem = |problem: &Problem| WireProblem {
        code: problem.code.id().to_owned(),
        path: problem.path.clone(),
        line: problem.line,
        column: problem.column,
        text: problem.text.clone(),
    };
    WireInventory {
        target: (&inventory.target).into(),
        host: (&inventory.host).into(),
        components: inventory.components.iter().map(Into::into).collect(),
        runtime: inventory.runtime.as_ref().map(Into::into),
        coverage: (&inventory.coverage).into(),
        problems: inventory.problems.iter().map(problem).collect(),
    }
}

fn from_wire(wire: WireInventory) -> Result<Inventory, ReadSavedError> {
    let problem = |wire: WireProblem| Problem {
        code: Code::ALL.iter().copied().find(|code| code.id() == wire.code).unwrap_or(Code::Malformed),
        path: wire.path,
        line: wire.line,
        column: wire.column,
        text: wire.text,
    };
    let components: Result<Vec<_>, _> = wire.components.into_iter().map(TryInto::try_into).collect();
    Ok(Inventory {
        target: wire.target.into(),
        host: wire.host.try_into()?,
        components: components?,
        runtime: wire.runtime.map(Into::into),
        coverage: wire.coverage.into(),
        problems: wire.problems.into_iter().map(problem).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Component, Coverage, Evidence, HostFacts, Listener, Location, Origin, OsRelease, ProductHint, Purl, Role, Target,
        TargetKind,
    };

    fn inventory() -> Inventory {
        let purl = Purl::new("deb", "nginx").with_namespace("debian").with_version("1.22.1-9+deb12u1");
        let mut component = Component::new(purl, Evidence::Running, "dpkg-status", Location::line("/var/lib/dpkg/status", 7));
        component.origin = Origin::Vendor("nginx".to_owned());
        component.product = Some(ProductHint { product: "nginx".to_owned(), role: Role::Server });
        component.activity.processes = 3;
        component.activity.listening = vec![Listener {
            protocol: "tcp",
            address: "0.0.0.0".to_owned(),
            port: 80,
            loopback: false,
            executable: Some("usr/sbin/nginx".to_owned()),
            script: None,
            unit: Some("nginx.service".to_owned()),
        }];
        let os = OsRelease { id: "debian".to_owned(), version_id: Some("12".to_owned()), ..OsRelease::default() };
        Inventory {
            target: Target { name: "dev1".to_owned(), kind: TargetKind::Host, path: "/".to_owned(), revision: None },
            host: HostFacts { os: Some(os), unattended_upgrades: Some(false), ..HostFacts::default() },
            components: vec![component],
            runtime: None,
            coverage: Coverage {
                files: 3,
                unknown_executables: 1,
                unknown_paths: ["/opt/x/bin/x".to_owned()].into(),
                ..Coverage::default()
            },
            problems: vec![Problem::new(Code::Unreadable, "/root", "cannot list folder").at(1, 2)],
        }
    }

    #[test]
    fn a_saved_scan_comes_back_as_it_was() {
        let mut bytes = Vec::new();
        write_saved(&[inventory()], &mut bytes).expect("memory can be written");
        assert_eq!(read_saved(&bytes).expect("it was just written"), [inventory()]);
    }

    #[test]
    fn other_versions_and_other_files_are_told_apart() {
        let other = br#"{"schema":"underpin.scan/9","scans":[]}"#;
        assert!(matches!(read_saved(other), Err(ReadSavedError::Schema(schema)) if schema == "underpin.scan/9"));
        assert!(matches!(read_saved(b"{\"scans\": 3"), Err(ReadSavedError::Format(_))));
    }
}
