//! The catalog as every later stage sees it: checked data with its look-ups.

use std::path::PathBuf;

use super::compile::compile;
use super::embedded;
use super::example::{self, Answer, Subject};
use super::faults::SourceFile;
use super::files::read_folder;
use super::index::{Index, Match, Offering};
use super::lifecycle::standing;
use super::stats::Stats;
use super::types::{Change, CycleRow, Data, FundingChannel, LabourCost, LifecycleTable, Product, Vendor};
use super::upgrade::{self, UpgradePath};
use crate::model::{Cycle, Date, Followed, Lifecycle, LifecycleState, NextSupported, Purl, RateTable};
use crate::problem::{Code, Problem};

/// Products, release cycles, vendors and tables, checked and indexed.
#[derive(Debug)]
pub struct Catalog {
    data: Data,
    index: Index,
}

/// Loading.
impl Catalog {
    /// The catalog that the program was built with.
    #[must_use]
    pub fn embedded() -> Self {
        Self::of(embedded::data())
    }

    /// The embedded catalog and the files of further folders. A second claim to an id, a package or a table is a fault,
    /// unless its file says `replaces` and why; [`Catalog::changes`] then tells of it.
    ///
    /// # Errors
    /// Every fault of every file, sorted.
    pub fn with_folders(folders: &[PathBuf]) -> Result<Self, Vec<Problem>> {
        Self::add(embedded::data(), folders)
    }

    /// The files of these folders alone.
    ///
    /// # Errors
    /// Every fault of every file, sorted.
    pub fn from_folders(folders: &[PathBuf]) -> Result<Self, Vec<Problem>> {
        Self::add(Data::default(), folders)
    }

    /// A catalog from texts.
    ///
    /// # Errors
    /// Every fault of every text, sorted.
    pub fn from_files(files: &[SourceFile]) -> Result<Self, Vec<Problem>> {
        compile(Data::default(), files).map(Self::of)
    }

    /// This catalog and the files of further folders, under the rules of [`Self::with_folders`].
    ///
    /// # Errors
    /// Every fault of every file, sorted.
    pub fn extended(self, folders: &[PathBuf]) -> Result<Self, Vec<Problem>> {
        if folders.is_empty() { Ok(self) } else { Self::add(self.data, folders) }
    }

    /// A catalog from checked data: what an update brought.
    pub(crate) fn of_data(data: Data) -> Self {
        Self::of(data)
    }

    /// The embedded catalog and further texts.
    ///
    /// # Errors
    /// Every fault of every text, sorted.
    pub fn with_files(files: &[SourceFile]) -> Result<Self, Vec<Problem>> {
        compile(embedded::data(), files).map(Self::of)
    }

    fn add(base: Data, folders: &[PathBuf]) -> Result<Self, Vec<Problem>> {
        let (mut files, mut problems) = (Vec::new(), Vec::new());
        for folder in folders {
            if !folder.is_dir() {
                problems.push(Problem::new(Code::Unreadable, folder.to_string_lossy(), "there is no such catalog folder"));
            }
            let (found, trouble) = read_folder(folder);
            files.extend(found);
            problems.extend(trouble);
        }
        match compile(base, &files) {
            Ok(data) if problems.is_empty() => Ok(Self::of(data)),
            Ok(_) => {
                problems.sort();
                Err(problems)
            }
            Err(faults) => {
                problems.extend(faults);
                problems.sort();
                Err(problems)
            }
        }
    }

    fn of(data: Data) -> Self {
        Self { index: Index::new(&data), data }
    }
}

/// Contents.
impl Catalog {
    /// All products, sorted by id.
    #[must_use]
    pub fn products(&self) -> &[Product] {
        &self.data.products
    }

    /// All life-cycle tables, sorted by product.
    #[must_use]
    pub fn tables(&self) -> &[LifecycleTable] {
        &self.data.lifecycles
    }

    /// All vendors, sorted by id.
    #[must_use]
    pub fn vendors(&self) -> &[Vendor] {
        &self.data.vendors
    }

    /// The dated rates; `None` only in a catalog of a user's folders alone.
    #[must_use]
    pub fn rates(&self) -> Option<&RateTable> {
        self.data.rates.as_ref()
    }

    /// Labour costs, sorted by country.
    #[must_use]
    pub fn labour(&self) -> &[LabourCost] {
        &self.data.labour
    }

    /// Ways to fund authors.
    #[must_use]
    pub fn funding(&self) -> &[FundingChannel] {
        &self.data.funding
    }

    /// SHA-256 over all files in path order, in hex.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.data.digest
    }

    /// What folders put in the place of files that are built in; sorted.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.data.changes
    }

    /// The first 12 digits of the digest.
    #[must_use]
    pub fn version(&self) -> &str {
        self.data.digest.get(..12).unwrap_or(&self.data.digest)
    }

    /// The newest day on which a life-cycle table was read; `None` without any table.
    #[must_use]
    pub fn as_of(&self) -> Option<Date> {
        self.data.as_of
    }

    /// Counts, with the age of prices on a day.
    #[must_use]
    pub fn stats(&self, as_of: Date) -> Stats {
        Stats::of(&self.data, as_of)
    }
}

/// Look-ups.
impl Catalog {
    /// A product by id or alias.
    #[must_use]
    pub fn product(&self, name: &str) -> Option<&Product> {
        self.index.product(&self.data, name)
    }

    /// A vendor by id or alias.
    #[must_use]
    pub fn vendor(&self, name: &str) -> Option<&Vendor> {
        self.index.vendor(&self.data, name)
    }

    /// The product that a package belongs to.
    #[must_use]
    pub fn product_of(&self, purl: &Purl) -> Option<Match<'_>> {
        self.index.find(&self.data, purl)
    }

    /// The product whose live process carries this base name.
    #[must_use]
    pub fn product_of_process(&self, name: &str) -> Option<Match<'_>> {
        self.index.processes(&self.data, name)
    }

    /// What a scan takes the subject of an example for; `None` for bytes, which the engine of byte signatures answers for.
    #[must_use]
    pub fn answers(&self, subject: &Subject) -> Option<Vec<Answer>> {
        example::answers(subject, &self.data, &self.index)
    }

    /// The offers that cover a product, by vendor id and the vendor's order.
    #[must_use]
    pub fn offers(&self, product: &str) -> Vec<Offering<'_>> {
        self.index.offers(&self.data, product)
    }

    /// The life-cycle table of a product.
    #[must_use]
    pub fn table(&self, product: &str) -> Option<&LifecycleTable> {
        self.index.table(&self.data, product)
    }

    /// The row that a version of a product belongs to.
    #[must_use]
    pub fn cycle_of(&self, product: &str, version: &str) -> Option<&CycleRow> {
        self.table(product)?.cycle_of(version)
    }

    /// The name of the cycle of a version: its row's, else as the product's `cycle-from` says.
    #[must_use]
    pub fn cycle_name(&self, product: &str, version: &str) -> Option<String> {
        example::cycle_of(product, version, &self.data, &self.index)
    }

    /// Where a version of a product stands on a day, by that product's own table.
    #[must_use]
    pub fn lifecycle(&self, product: &str, version: Option<&str>, followed: Followed, as_of: Date) -> Lifecycle {
        let table = self.table(product);
        let source = table.and_then(|table| table.source.clone());
        let Some(row) = table.zip(version).and_then(|(table, version)| table.cycle_of(version)) else {
            let label = Some("lifecycle unverified".to_owned());
            return Lifecycle { state: LifecycleState::Unknown, eol: None, followed, cycle: None, label, source };
        };
        let standing = standing(row, as_of, self.as_of());
        let cycle = Some(Cycle { product: product.to_owned(), name: row.name.clone() });
        Lifecycle { state: standing.state, eol: standing.eol, followed, cycle, label: standing.label, source }
    }

    /// The way on from a cycle, on a day.
    #[must_use]
    pub fn upgrade(&self, product: &str, cycle: &str, as_of: Date) -> Option<UpgradePath<'_>> {
        upgrade::upgrade(&self.data, &self.index, product, cycle, as_of)
    }

    /// The nearest cycle that still gets free fixes, from the cycle of a version or, without a row, from the version itself.
    #[must_use]
    pub fn next_supported(&self, product: &str, version: &str, as_of: Date) -> Option<NextSupported> {
        let table = self.table(product)?;
        match table.cycle_of(version) {
            Some(row) => self.upgrade(product, &row.name, as_of).map(|path| path.target),
            None => upgrade::nearest_above(table, version, as_of, self.as_of()),
        }
    }
}
