//! The inventory as CSV, a component a row. The columns: docs/outputs.md.

use std::io::{self, Write};

use crate::inventory::Inventory;
use crate::model::{Component, Location};
use crate::report::csv_cell;

/// Every column: its name and what a row has in it.
type Column = (&'static str, fn(&Inventory, &Component) -> String);

const COLUMNS: &[Column] = &[
    ("target", |inventory, _| inventory.target.name.clone()),
    ("target_kind", |inventory, _| inventory.target.kind.word().to_owned()),
    ("target_path", |inventory, _| inventory.target.path.clone()),
    ("purl", |_, component| component.purl.to_string()),
    ("type", |_, component| component.purl.kind().to_owned()),
    ("name", |_, component| component.purl.full_name()),
    ("version", |_, component| component.purl.version().unwrap_or_default().to_owned()),
    ("evidence", |_, component| component.evidence.to_string()),
    ("counts", |_, component| if component.counts() { "yes" } else { "no" }.to_owned()),
    ("owner", |_, component| component.owner.as_ref().map(ToString::to_string).unwrap_or_default()),
    ("license_stated", |_, component| component.license.clone().unwrap_or_default()),
    ("license_concluded", |_, component| component.concluded_license.clone().unwrap_or_default()),
    ("detectors", |_, component| component.detectors.join("; ")),
    ("places", |_, component| component.locations.iter().map(place).collect::<Vec<_>>().join("; ")),
];

fn place(location: &Location) -> String {
    location.line.map_or_else(|| location.path.clone(), |line| format!("{}:{line}", location.path))
}

/// Writes the components that `shown` picks of each inventory.
pub(super) fn write<'i, S: Iterator<Item = &'i Component>>(
    inventories: &'i [Inventory],
    shown: impl Fn(&'i Inventory) -> S,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS.iter().map(|(name, _)| *name))?;
    for inventory in inventories {
        for component in shown(inventory) {
            writer.write_record(COLUMNS.iter().map(|(_, cell)| csv_cell(&cell(inventory, component))))?;
        }
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Coverage, Evidence, HostFacts, Purl, Target, TargetKind};

    fn document(places: &[&str], version: &str) -> String {
        let mut component =
            Component::new(Purl::new("npm", "=cmd()").with_version(version), Evidence::Declared, "npm-lock", Location::file("x"));
        component.locations = places.iter().map(|path| Location::file(*path)).collect();
        let target = Target { name: "@web1".to_owned(), kind: TargetKind::Repository, path: ".".to_owned(), revision: None };
        let inventory = Inventory {
            target,
            host: HostFacts::default(),
            components: vec![component],
            runtime: None,
            coverage: Coverage::default(),
            problems: Vec::new(),
        };
        let mut bytes = Vec::new();
        write(&[inventory], |inventory| inventory.components.iter(), &mut bytes).expect("a Vec takes everything");
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn a_component_is_a_row_and_a_name_no_formula() {
        let text = document(&["a/package-lock.json", "=b"], "+1");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let head = reader.headers().expect("a head").clone();
        let row = reader.records().next().expect("a row").expect("as long as the head");
        let of = |name: &str| head.iter().position(|own| own == name).and_then(|at| row.get(at)).expect("a column").to_owned();
        assert_eq!(of("target"), "'@web1");
        assert_eq!(of("name"), "'=cmd()");
        assert_eq!(of("version"), "'+1");
        assert_eq!(of("places"), "a/package-lock.json; '=b");
        assert_eq!(of("evidence"), "declared");
        assert_eq!(of("license_stated"), "");
    }

    #[test]
    fn the_columns_are_those_of_the_documentation_in_that_order() {
        let text = include_str!("../../docs/outputs.md");
        let section =
            text.split_once("\n## Inventory as CSV\n").expect("the heading").1.split("\n## ").next().expect("a section");
        let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
        let documented: Vec<&str> = cells.flat_map(|cell| cell.split(", ")).map(|name| name.trim_matches('`')).collect();
        assert_eq!(COLUMNS.iter().map(|(name, _)| *name).collect::<Vec<_>>(), documented);
    }
}
