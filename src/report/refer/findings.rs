//! What a finished report says of the products that a vendor covers: for the employer, never for the vendor.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::model::hex;
use crate::report::text::{amount, visible};
use crate::report::view::Amount;
use crate::report::words::runs;

/// The parts of an `underpin.report/1` document that an employer needs to decide (rules P14 and P15).
#[derive(Debug)]
pub struct Findings {
    document: Value,
    /// Whether the document is as it was written.
    pub intact: bool,
}

impl Findings {
    /// Of a document as text; `None` if it is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let document: Value = serde_json::from_str(text).ok()?;
        (document.get("schema")?.as_str()? == "underpin.report/1").then_some(())?;
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let hashed = lines.get(..lines.len().saturating_sub(2)).unwrap_or_default().concat();
        let intact = document.get("digest").and_then(Value::as_str) == Some(hex(&Sha256::digest(hashed.as_bytes())).as_str());
        Some(Self { document, intact })
    }

    /// The digest that the document names.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.document.get("digest")?.as_str()
    }

    /// Whether a product stands in it.
    #[must_use]
    pub fn knows(&self, product: &str) -> bool {
        ["deployments", "opportunities", "offers_on_record"].iter().any(|part| self.of(part, product).next().is_some())
    }

    /// Whether the project is made by the vendor's own people, by the catalog.
    pub(super) fn made_by(&self, product: &str, vendor: &str) -> bool {
        let makers = |author: &Value| author.get("made_by").and_then(Value::as_array).cloned().unwrap_or_default();
        let made = |author: &Value| makers(author).iter().any(|maker| is(maker, "vendor", vendor));
        self.list("authors").iter().any(|author| is(author, "subject", product) && made(author))
    }

    /// Whether the scan met this way to pay the authors.
    pub(super) fn has_link(&self, url: &str) -> bool {
        let links = self.list("authors").iter().filter_map(|author| author.get("links")?.as_array()).flatten();
        links.into_iter().any(|link| is(link, "url", url))
    }

    /// Whether a case of it stands there with its free ways in figures, and all its offers beside it.
    pub(super) fn weighs(&self, product: &str) -> bool {
        let priced = |case: &Value| case.pointer("/alternatives/community/p50").is_some_and(Value::is_number);
        self.of("opportunities", product).any(priced) && !self.offers(product).is_empty()
    }

    /// The verdict on each case of a product, with the free ways beside buying.
    pub(super) fn verdicts(&self, product: &str) -> Vec<String> {
        let currency = self.document.pointer("/totals/currency").and_then(Value::as_str).unwrap_or("USD");
        let case = |case: &Value| {
            let name = [text(case, "product_name"), text(case, "version")].join(" ");
            let median = |way: &str| case.pointer(&format!("/alternatives/{way}/p50")).and_then(Value::as_f64).map(Amount);
            let cost = |way: &str, none: &str| median(way).map_or_else(|| none.to_owned(), amount);
            let allowed = case.pointer("/alternatives/community/admissible").and_then(Value::as_bool) != Some(false);
            let ruled_out = if allowed { "" } else { " (ruled out)" };
            format!(
                "{}: {}.{} A year costs, at the medians in {}: leave it as it is {}{ruled_out}; buy {}; upgrade it yourself {}.",
                name.trim(),
                text(case, "summary"),
                pays(case),
                visible(currency),
                cost("community", "unknown"),
                cost("buy", "unknown"),
                cost("upgrade", "no way or not needed")
            )
        };
        self.of("opportunities", product).map(case).collect()
    }

    /// Every offer on record for a product, with and without a programme.
    pub(super) fn offers(&self, product: &str) -> Vec<String> {
        let entries = self.of("offers_on_record", product).filter_map(|record| record.get("entries")?.as_array()).flatten();
        let mut offers: Vec<String> = entries
            .map(|entry| {
                let price = entry.get("price").and_then(Value::as_str).map_or_else(|| "no public price".to_owned(), visible);
                let programme = entry.get("programme").is_some_and(|programme| !programme.is_null());
                let gain = if programme { "a programme is on record" } else { "no programme on record" };
                format!("{} {}: {price}; {gain}", text(entry, "vendor_name"), text(entry, "name"))
            })
            .collect();
        offers.sort();
        offers.dedup();
        offers
    }

    fn list(&self, part: &str) -> &[Value] {
        self.document.get(part).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn of<'f>(&'f self, part: &str, product: &'f str) -> impl Iterator<Item = &'f Value> {
        self.list(part).iter().filter(move |item| is(item, "product", product))
    }
}

/// How often it pays, with the hours that were logged and without them (P15).
fn pays(case: &Value) -> String {
    let share = |field: &str| case.get(field).and_then(Value::as_f64).map_or_else(|| "unknown".to_owned(), runs);
    format!(" It pays in {}, without logged hours in {}.", share("score"), share("score_without_log"))
}

fn is(item: &Value, field: &str, value: &str) -> bool {
    item.get(field).and_then(Value::as_str) == Some(value)
}

fn text(item: &Value, field: &str) -> String {
    item.get(field).and_then(Value::as_str).map(visible).unwrap_or_default()
}
