//! A saved scan: the inventory as JSON, so that another machine can report on it.

use std::io::Write;

use serde::{Deserialize, Serialize, Serializer};

use crate::model::Component;
use crate::problem::{Code, Problem};

use super::Inventory;
use super::json::write_json;
use super::wire::{WireComponent, WireCoverage, WireHost, WireTarget};
use super::wire_runtime::WireRuntime;

/// Name and version of the contract, the file's first field.
pub const SCHEMA: &str = "underpin.scan/1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved<C> {
    schema: String,
    scans: Vec<WireInventory<C>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireInventory<C> {
    target: WireTarget,
    host: WireHost,
    components: C,
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

/// Components, each put into the form of the file when it is its turn, so that they are not in memory twice.
struct EachInTurn<'c>(&'c [Component]);

impl Serialize for EachInTurn<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(WireComponent::from))
    }
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
    write_json(&saved, &mut *out)?;
    out.write_all(b"\n")
}

/// Reads what [`write_saved`] wrote.
///
/// # Errors
/// If it is no saved scan, or one of another version.
pub fn read_saved(bytes: &[u8]) -> Result<Vec<Inventory>, ReadSavedError> {
    let saved: Saved<Vec<WireComponent>> = serde_json::from_slice(bytes)?;
    if saved.schema != SCHEMA {
        return Err(ReadSavedError::Schema(saved.schema));
    }
    saved.scans.into_iter().map(from_wire).collect()
}

fn to_wire(inventory: &Inventory) -> WireInventory<EachInTurn<'_>> {
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
        components: EachInTurn(&inventory.components),
        runtime: inventory.runtime.as_ref().map(Into::into),
        coverage: (&inventory.coverage).into(),
        problems: inventory.problems.iter().map(problem).collect(),
    }
}

fn from_wire(wire: WireInventory<Vec<WireComponent>>) -> Result<Inventory, ReadSavedError> {
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
    use proptest::prelude::*;

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

    /// Texts as they stand in names that others gave: of every script, with signs that a format could take for its own.
    const TEXT: &str = "[a-zA-Z0-9 %@#?&=:/+~\"\\\\\n\u{0}\u{e9}\u{202e}\u{1f980}-]{1,6}";

    fn any_purl() -> impl Strategy<Value = Purl> {
        let kind = prop_oneof![Just("deb"), Just("npm"), Just("pypi"), Just("golang"), Just("generic")];
        let maybe = || proptest::option::of(TEXT);
        (kind, TEXT, maybe(), maybe(), maybe()).prop_map(|(kind, name, namespace, version, distro)| {
            let purl = Purl::new(kind, &name).with_version(&version.unwrap_or_default());
            let purl = purl.with_qualifier("distro", &distro.unwrap_or_default());
            purl.with_namespace(&namespace.unwrap_or_default())
        })
    }

    fn any_component() -> impl Strategy<Value = Component> {
        let evidence =
            prop_oneof![Just(Evidence::Declared), Just(Evidence::Embedded), Just(Evidence::Installed), Just(Evidence::Running)];
        let origin = prop_oneof![Just(Origin::Unknown), Just(Origin::Local), TEXT.prop_map(Origin::Vendor)];
        let place = (TEXT, proptest::option::of(any::<u32>()), proptest::option::of(TEXT));
        let places = proptest::collection::vec(place.prop_map(|(path, line, layer)| Location { path, line, layer }), 0..3);
        let texts = (proptest::option::of(TEXT), proptest::option::of(TEXT), proptest::collection::vec(TEXT, 0..3));
        (any_purl(), evidence, origin, places, texts, proptest::option::of(any_purl()), any::<u32>()).prop_map(
            |(purl, evidence, origin, locations, (license, source_package, funding), owner, processes)| {
                let mut component = Component::new(purl, evidence, "test", Location::file("x"));
                (component.origin, component.locations, component.owner) = (origin, locations, owner);
                (component.license, component.source_package, component.funding) = (license, source_package, funding);
                component.activity.processes = processes;
                component
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

        #[test]
        fn whatever_was_found_comes_back_and_is_written_again_byte_for_byte(
            components in proptest::collection::vec(any_component(), 0..4),
            problems in proptest::collection::vec((proptest::sample::select(Code::ALL), TEXT, TEXT), 0..3),
            orphaned in proptest::collection::vec(any_purl(), 0..3),
            files: u64,
        ) {
            let mut made = inventory();
            made.components = components;
            made.problems = problems.iter().map(|(code, path, text)| Problem::new(*code, path, text)).collect();
            (made.host.orphaned, made.coverage.files) = (orphaned, files);
            let (mut once, mut twice) = (Vec::new(), Vec::new());
            write_saved(&[made.clone()], &mut once)?;
            let read = read_saved(&once).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(&read, &[made]);
            write_saved(&read, &mut twice)?;
            prop_assert_eq!(once, twice);
        }
    }
}
