//! Files → data: the one road of every catalog file. Takes texts, not paths; `files` reads them.

use sha2::{Digest as _, Sha256};

use super::check::replace::replaced;
use super::check::unit::Unit;
use super::check::{examples, lifecycle, overlap, product, references, tables, vendor};
use super::faults::SourceFile;
use super::index::Index;
use super::raw::{RawFunding, RawLabour, RawLifecycle, RawProduct, RawRates, RawVendor};
use super::types::{Data, FundingChannel, LabourCost, LifecycleTable, Product, Vendor};
use crate::model::{RateTable, hex};
use crate::problem::{Code, Problem};

pub(crate) type ProductUnit<'f> = Unit<'f, RawProduct, Product>;
pub(crate) type LifecycleUnit<'f> = Unit<'f, RawLifecycle, LifecycleTable>;
pub(crate) type VendorUnit<'f> = Unit<'f, RawVendor, Vendor>;

/// Every file of a run by what it is.
#[derive(Default)]
pub(crate) struct Units<'f> {
    pub(crate) products: Vec<ProductUnit<'f>>,
    pub(crate) lifecycles: Vec<LifecycleUnit<'f>>,
    pub(crate) vendors: Vec<VendorUnit<'f>>,
    rates: Vec<Unit<'f, RawRates, RateTable>>,
    labour: Vec<Unit<'f, RawLabour, Vec<LabourCost>>>,
    funding: Vec<Unit<'f, RawFunding, Vec<FundingChannel>>>,
}

/// Adds `files` to `base`.
///
/// # Errors
/// Every fault of every file, sorted; nothing is added then.
pub(crate) fn compile(base: Data, files: &[SourceFile]) -> Result<Data, Vec<Problem>> {
    let mut files: Vec<&SourceFile> = files.iter().collect();
    files.sort();
    let (mut units, mut problems) = read(&files);
    let base = replaced(base, &mut units);
    units.check_identity(&base);
    units.check_references(&base);
    let data = units.merged(base, &files);
    let index = Index::new(&data);
    for unit in &mut units.products {
        examples::check(unit, &data, &index);
    }
    problems.extend(units.into_problems());
    problems.sort();
    if problems.is_empty() { Ok(data) } else { Err(problems) }
}

/// One life-cycle file by itself, without a look at the products and cycles that it names.
///
/// # Errors
/// Every fault of the file.
pub(crate) fn lifecycle_table(file: &SourceFile) -> Result<LifecycleTable, Vec<Problem>> {
    let unit: LifecycleUnit<'_> = Unit::read(file, |raw, faults| Some(lifecycle::check(raw, faults)));
    match unit.checked.filter(|_| unit.faults.is_empty()) {
        Some(table) => Ok(table),
        None => Err(unit.faults.into_problems()),
    }
}

fn read<'f>(files: &[&'f SourceFile]) -> (Units<'f>, Vec<Problem>) {
    let (mut units, mut problems) = (Units::default(), Vec::new());
    for file in files.iter().copied() {
        let folder = file.relative.rsplit_once('/').map_or("", |(folder, _)| folder);
        match (folder, file.relative.as_str()) {
            ("products", _) => units.products.push(Unit::read(file, product::check)),
            ("lifecycle", _) => units.lifecycles.push(Unit::read(file, |raw, faults| Some(lifecycle::check(raw, faults)))),
            ("vendors", _) => units.vendors.push(Unit::read(file, vendor::check)),
            (_, "rates.toml") => units.rates.push(Unit::read(file, tables::rates)),
            (_, "labour.toml") => units.labour.push(Unit::read(file, |raw, faults| Some(tables::labour(raw, faults)))),
            (_, "funding.toml") => units.funding.push(Unit::read(file, |raw, faults| Some(tables::funding(raw, faults)))),
            _ => problems.push(Problem::new(
                Code::Misplaced,
                &file.shown,
                "no catalog file is expected here; put it into products, lifecycle or vendors",
            )),
        }
    }
    (units, problems)
}

impl Units<'_> {
    fn check_identity(&mut self, base: &Data) {
        overlap::product_ids(base, &mut self.products);
        overlap::vendor_ids(base, &mut self.vendors);
        overlap::vendor_names(base, &mut self.vendors);
        overlap::packages(base, &mut self.products);
        overlap::signatures(base, &mut self.products);
        let mut tables: Vec<&str> = base.lifecycles.iter().map(|table| table.product.as_str()).collect();
        for unit in &mut self.lifecycles {
            if tables.contains(&unit.id()) {
                unit.faults.whole(
                    Code::DuplicateId,
                    format!(
                        "there is a life-cycle table of `{}` already; keep one of them, or write `replaces` and why",
                        unit.id()
                    ),
                );
            }
            tables.push(unit.id());
        }
        let second = "the catalog has such a table already; keep one of them";
        for unit in self.rates.iter_mut().skip(usize::from(base.rates.is_none())) {
            unit.faults.whole(Code::DuplicateId, second);
        }
        for unit in self.labour.iter_mut().skip(usize::from(base.labour.is_empty())) {
            unit.faults.whole(Code::DuplicateId, second);
        }
        for unit in self.funding.iter_mut().skip(usize::from(base.funding.is_empty())) {
            unit.faults.whole(Code::DuplicateId, second);
        }
    }

    fn check_references(&mut self, base: &Data) {
        let names = references::Names::of(base, &self.products, &self.lifecycles, &self.vendors);
        self.products.iter_mut().for_each(|unit| references::of_product(unit, &names));
        self.lifecycles.iter_mut().for_each(|unit| references::of_lifecycle(unit, &names));
        self.vendors.iter_mut().for_each(|unit| references::of_vendor(unit, &names));
    }

    /// Base and files together, every list in its order. Parts that a fault left without a checked form are missing.
    fn merged(&mut self, base: Data, files: &[&SourceFile]) -> Data {
        let mut data = base;
        data.digest = digest(&data.digest, files);
        data.products.extend(self.products.iter_mut().filter_map(|unit| unit.checked.take()));
        data.products.sort_by(|a, b| a.id.cmp(&b.id));
        data.lifecycles.extend(self.lifecycles.iter_mut().filter_map(|unit| unit.checked.take()));
        data.lifecycles.sort_by(|a, b| a.product.cmp(&b.product));
        data.vendors.extend(self.vendors.iter_mut().filter_map(|unit| unit.checked.take()));
        data.vendors.sort_by(|a, b| a.id.cmp(&b.id));
        data.rates = data.rates.take().or_else(|| self.rates.iter_mut().find_map(|unit| unit.checked.take()));
        data.labour.extend(self.labour.iter_mut().filter_map(|unit| unit.checked.take()).flatten());
        data.funding.extend(self.funding.iter_mut().filter_map(|unit| unit.checked.take()).flatten());
        data.changes.sort();
        data.as_of = data.lifecycles.iter().filter_map(|table| table.as_of).max();
        data
    }

    fn into_problems(self) -> impl Iterator<Item = Problem> {
        let faults = self.products.into_iter().map(|unit| unit.faults);
        let faults = faults.chain(self.lifecycles.into_iter().map(|unit| unit.faults));
        let faults = faults.chain(self.vendors.into_iter().map(|unit| unit.faults));
        let faults = faults.chain(self.rates.into_iter().map(|unit| unit.faults));
        let faults = faults.chain(self.labour.into_iter().map(|unit| unit.faults));
        let faults = faults.chain(self.funding.into_iter().map(|unit| unit.faults));
        faults.flat_map(super::faults::Faults::into_problems)
    }
}

/// SHA-256 over the base's digest and every file's path, length and text, in hex.
fn digest(base: &str, files: &[&SourceFile]) -> String {
    if files.is_empty() {
        return base.to_owned();
    }
    let mut hash = Sha256::new();
    hash.update(base);
    for file in files {
        hash.update(format!("{}\0{}\0", file.relative, file.text.len()));
        hash.update(&file.text);
    }
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(relative: &str, text: &str) -> SourceFile {
        SourceFile { relative: relative.to_owned(), shown: format!("mine/{relative}"), text: text.to_owned() }
    }

    fn product(name: &str) -> String {
        format!(
            r#"schema = 1
name = "Subject"
kind = "database"
open-source = "yes"
sources = ["https://subject.example"]
[[package]]
type = ["deb"]
name = ["{name}"]
role = "server"
[[example]]
purl = "pkg:deb/debian/{name}@1"
expect = "server"
[[example]]
purl = "pkg:deb/debian/other@1"
expect = "none"
"#
        )
    }

    const RATES: &str = "schema = 1\nbase = \"EUR\"\ndate = \"2026-10-30\"\nsource = \"ECB\"\n[rates]\nUSD = \"1.1172\"\n";

    fn base() -> Data {
        let files = [file("products/acme-db.toml", &product("acme-db")), file("rates.toml", RATES)];
        compile(Data::default(), &files).expect("a sound base")
    }

    fn faults(files: &[SourceFile]) -> Vec<String> {
        compile(base(), files).expect_err("a clash").iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_folder_cannot_replace_what_the_catalog_has() {
        let again = [file("products/acme-db.toml", &product("acme-db2")), file("rates.toml", RATES)];
        assert_eq!(
            faults(&again),
            [
                "mine/products/acme-db.toml: SIG004: the id `acme-db` belongs to the product `acme-db` of the catalog already; choose another file name, or write `replaces` and why",
                "mine/rates.toml: SIG004: the catalog has such a table already; keep one of them",
            ]
        );
    }

    const CYCLES: &str = "schema = 1\nsource = \"https://acme.example\"\nas-of = \"2026-08-22\"\n[[cycle]]\nname = \"1\"\n";

    #[test]
    fn a_folder_that_says_so_replaces_a_file_and_the_catalog_tells_of_it() {
        let said = |text: &str| text.replace("schema = 1\n", "schema = 1\nreplaces = \"packaged by us\"\n");
        let ours = said(&product("acme-db2")).replace("Subject", "Our DB");
        let files = [file("products/acme-db.toml", &ours), file("lifecycle/acme-db.toml", &said(CYCLES))];
        let data = compile(base(), &files).expect("it says so");
        assert_eq!(data.products.iter().map(|product| product.name.as_str()).collect::<Vec<_>>(), ["Our DB"]);
        let told: Vec<_> = data.changes.iter().map(|one| (one.file.as_str(), one.by.as_str(), one.reason.as_str())).collect();
        assert_eq!(
            told,
            [
                ("lifecycle/acme-db.toml", "mine/lifecycle/acme-db.toml", "packaged by us"),
                ("products/acme-db.toml", "mine/products/acme-db.toml", "packaged by us"),
            ]
        );
    }

    #[test]
    fn a_first_life_cycle_of_a_product_of_the_catalog_must_be_said_too() {
        let found = faults(&[file("lifecycle/acme-db.toml", CYCLES)]);
        let text = "`acme-db` is a product of the catalog, which gives it no life cycle; write `replaces` and why";
        assert_eq!(found, [format!("mine/lifecycle/acme-db.toml: SIG004: {text}")]);
    }

    #[test]
    fn a_folder_cannot_take_a_package_from_the_catalog() {
        let found = faults(&[file("products/my-db.toml", &product("acme-db"))]);
        let text =
            "deb `acme-db` is claimed by `acme-db` too; separate them by `versions` or `distros`, or take it out of one of them";
        assert_eq!(found, [format!("mine/products/my-db.toml:8:9: SIG014: {text}")]);
    }

    #[test]
    fn the_digest_names_the_contents_and_not_the_order_of_the_files() {
        let digest = |files: &[SourceFile]| compile(Data::default(), files).expect("sound").digest;
        let (one, two) = (file("products/a.toml", &product("aaa")), file("products/b.toml", &product("bbb")));
        let both = digest(&[one.clone(), two.clone()]);
        assert_eq!(both, digest(&[two, one.clone()]));
        assert_ne!(both, digest(&[one]));
        assert_eq!(both.len(), 64);
    }
}
