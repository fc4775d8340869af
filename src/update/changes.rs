//! What an update changed, for people: what is new, what is gone, and every date of an end that moved.

use std::collections::BTreeMap;
use std::fmt;

use crate::catalog::{Catalog, Phase};

/// The difference between two catalogs.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    products: Counted,
    vendors: Counted,
    cycles: Counted,
    offers: Counted,
    /// `redis 8.4: fixes until 2026-12-01, was open`, sorted.
    ends: Vec<String>,
}

/// Ids that came and went, sorted.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    new: Vec<String>,
    gone: Vec<String>,
}

impl Counted {
    fn of(old: &[String], new: &[String]) -> Self {
        let without = |list: &[String], other: &[String]| -> Vec<String> {
            let other: std::collections::BTreeSet<&String> = other.iter().collect();
            list.iter().filter(|id| !other.contains(id)).cloned().collect()
        };
        Self { new: without(new, old), gone: without(old, new) }
    }

    fn is_empty(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty()
    }
}

impl Changes {
    /// From `old` to `new`.
    #[must_use]
    pub fn between(old: &Catalog, new: &Catalog) -> Self {
        let products = |catalog: &Catalog| catalog.products().iter().map(|product| product.id.clone()).collect::<Vec<_>>();
        let vendors = |catalog: &Catalog| catalog.vendors().iter().map(|vendor| vendor.id.clone()).collect::<Vec<_>>();
        let offers = |catalog: &Catalog| {
            let each = catalog.vendors().iter();
            each.flat_map(|vendor| vendor.offers.iter().map(|offer| offer.key.clone())).collect::<Vec<_>>()
        };
        let (before, after) = (ends(old), ends(new));
        let cycles = |ends: &BTreeMap<String, Phase>| ends.keys().cloned().collect::<Vec<_>>();
        let moved = after.iter().filter_map(|(cycle, end)| {
            let was = before.get(cycle).filter(|was| *was != end)?;
            Some(format!("{cycle}: {}, was {}", said(*end), said(*was)))
        });
        Self {
            products: Counted::of(&products(old), &products(new)),
            vendors: Counted::of(&vendors(old), &vendors(new)),
            cycles: Counted::of(&cycles(&before), &cycles(&after)),
            offers: Counted::of(&offers(old), &offers(new)),
            ends: moved.collect(),
        }
    }

    /// Whether nothing that a report can show has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts().iter().all(|(_, counted)| counted.is_empty()) && self.ends.is_empty()
    }

    fn parts(&self) -> [(&'static str, &Counted); 4] {
        [("products", &self.products), ("release cycles", &self.cycles), ("vendors", &self.vendors), ("offers", &self.offers)]
    }

    /// Writes it; of long lists the first `most` entries.
    ///
    /// # Errors
    /// Whatever `out` gives.
    pub fn write(&self, out: &mut dyn std::io::Write, most: usize) -> std::io::Result<()> {
        for (what, counted) in self.parts() {
            for (word, list) in [("new", &counted.new), ("gone", &counted.gone)] {
                if !list.is_empty() {
                    writeln!(out, "  {:>5}  {what} {word}: {}", list.len(), shortened(list, most))?;
                }
            }
        }
        if !self.ends.is_empty() {
            writeln!(out, "  {:>5}  ends of free fixes changed", self.ends.len())?;
            self.ends.iter().take(most).try_for_each(|line| writeln!(out, "         {line}"))?;
            if let Some(more) = self.ends.len().checked_sub(most).filter(|more| *more > 0) {
                writeln!(out, "         … and {more} more: --verbose")?;
            }
        }
        Ok(())
    }
}

fn shortened(list: &[String], most: usize) -> String {
    let shown: Vec<&str> = list.iter().take(most).map(String::as_str).collect();
    let more = list.len() - shown.len();
    if more == 0 { shown.join(", ") } else { format!("{} … and {more} more", shown.join(", ")) }
}

/// The end of free fixes of each cycle, by `product cycle`.
fn ends(catalog: &Catalog) -> BTreeMap<String, Phase> {
    let rows = catalog.tables().iter().flat_map(|table| table.cycles.iter().map(move |row| (table, row)));
    rows.map(|(table, row)| (format!("{} {}", table.product, row.name), row.eol)).collect()
}

fn said(phase: Phase) -> impl fmt::Display {
    match phase {
        Phase::Until(day) => format!("fixes until {day}"),
        Phase::Ended => "ended".to_owned(),
        Phase::Open => "open".to_owned(),
        Phase::Unknown => "unknown".to_owned(),
    }
}
