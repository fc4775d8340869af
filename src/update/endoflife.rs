//! endoflife.date's release cycles, API version 1 (`/api/v1/products/full`, or one product's page):
//! <https://endoflife.date/docs/api/v1/>. Each product becomes a life-cycle file and takes the road of every such file, so a
//! date that cannot be right leaves that product's table as it was and is told.
//!
//! The dates are theirs; who an extended life is for, and the steps from one cycle to another, are the catalog's.

use serde::{Deserialize, Serialize};

use super::error::UpdateError;
use crate::catalog::{Catalog, CycleRow, ExtendedIs, Extension, LifecycleTable, SourceFile, lifecycle_table};
use crate::model::Date;
use crate::problem::Problem;

/// The answer of the API.
#[derive(Deserialize)]
struct Answer {
    /// When it was made, an RFC 3339 moment.
    generated_at: Option<String>,
    result: OneOrMany,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Many(Vec<Published>),
    One(Box<Published>),
}

#[derive(Deserialize)]
struct Published {
    name: String,
    releases: Vec<Release>,
}

/// A release cycle as published. A phase that the product does not have is left out of the answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Release {
    name: String,
    codename: Option<String>,
    #[serde(rename = "releaseDate")]
    day: Option<String>,
    is_lts: Option<bool>,
    lts_from: Option<String>,
    is_eoas: Option<bool>,
    eoas_from: Option<String>,
    is_eol: Option<bool>,
    eol_from: Option<String>,
    is_eoes: Option<bool>,
    eoes_from: Option<String>,
    latest: Option<Latest>,
}

#[derive(Deserialize)]
struct Latest {
    name: Option<String>,
    date: Option<String>,
}

/// A life-cycle file as it is written.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Written {
    schema: u8,
    source: String,
    as_of: String,
    cycle: Vec<WrittenCycle>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct WrittenCycle {
    name: String,
    codename: Option<String>,
    release: Option<String>,
    lts: Option<String>,
    active_end: Option<String>,
    eol: Option<String>,
    extended_end: Option<String>,
    extended_is: Option<&'static str>,
    extended_by: Option<String>,
    latest: Option<String>,
    latest_date: Option<String>,
}

/// What an answer brings.
#[derive(Debug)]
pub(super) struct Tables {
    /// The tables of products that the catalog has, sorted by product.
    pub(super) taken: Vec<LifecycleTable>,
    /// How many products the catalog does not have.
    pub(super) unknown: usize,
    /// Why a product's table stays as it was.
    pub(super) problems: Vec<Problem>,
}

/// The tables of an answer. Products whose table comes from elsewhere are left alone.
pub(super) fn parse(shown: &str, bytes: &[u8], catalog: &Catalog, today: Date) -> Result<Tables, UpdateError> {
    let fault = |text: String| UpdateError::Document(shown.to_owned(), text);
    let answer: Answer = serde_json::from_slice(bytes).map_err(|error| fault(error.to_string()))?;
    let made = answer.generated_at.as_deref().and_then(|moment| moment.get(..10)).and_then(|day| day.parse().ok());
    // A clock that is wrong on the other side must not make the dates look fresher than they are.
    let as_of = made.unwrap_or(today).min(today);
    let published = match answer.result {
        OneOrMany::Many(list) => list,
        OneOrMany::One(one) => vec![*one],
    };
    let mut found = Tables { taken: Vec::new(), unknown: 0, problems: Vec::new() };
    for product in published {
        if catalog.product(&product.name).is_none_or(|known| known.id != product.name) {
            found.unknown += 1;
            continue;
        }
        let known = catalog.table(&product.name);
        let theirs = known.and_then(|table| table.source.as_deref()).is_none_or(|source| source.contains("endoflife.date"));
        if !theirs || product.releases.is_empty() {
            continue;
        }
        match table(&product, known, as_of) {
            Ok(table) => found.taken.push(table),
            Err(problems) => found.problems.extend(problems),
        }
    }
    found.taken.sort_by(|a, b| a.product.cmp(&b.product));
    Ok(found)
}

fn table(product: &Published, known: Option<&LifecycleTable>, as_of: Date) -> Result<LifecycleTable, Vec<Problem>> {
    let source = format!("https://endoflife.date/{}", product.name);
    let cycle = product.releases.iter().map(|release| cycle(release, known)).collect();
    let written = Written { schema: 1, source, as_of: as_of.to_string(), cycle };
    let relative = format!("lifecycle/{}.toml", product.name);
    let shown = format!("endoflife.date/{}", product.name);
    let text = toml::to_string(&written)
        .map_err(|error| vec![Problem::new(crate::problem::Code::Malformed, &shown, error.to_string())])?;
    let mut table = lifecycle_table(&SourceFile { relative, shown, text })?;
    if let Some(known) = known {
        keep_what_is_ours(&mut table, known);
    }
    Ok(table)
}

/// Steps are the catalog's own. A cycle that a step leads from or to stays, even if the list has dropped it.
fn keep_what_is_ours(table: &mut LifecycleTable, known: &LifecycleTable) {
    let named = |name: &str| known.steps.iter().any(|step| step.from == name || step.to.as_deref() == Some(name));
    let dropped: Vec<CycleRow> =
        known.cycles.iter().filter(|row| named(&row.name) && table.cycle(&row.name).is_none()).cloned().collect();
    // Oldest first, as in every table: what a list drops is old.
    table.cycles.splice(0..0, dropped);
    table.steps.clone_from(&known.steps);
}

fn cycle(release: &Release, known: Option<&LifecycleTable>) -> WrittenCycle {
    let extended_end = phase(release.is_eoes, release.eoes_from.as_ref());
    let extension = extended_end.as_ref().map(|_| extension_of(&release.name, known));
    let text = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    WrittenCycle {
        name: release.name.clone(),
        codename: text(&release.codename),
        release: text(&release.day),
        lts: release.lts_from.clone().or_else(|| release.is_lts.map(|lts| if lts { "yes" } else { "no" }.to_owned())),
        active_end: phase(release.is_eoas, release.eoas_from.as_ref()),
        eol: phase(release.is_eol, release.eol_from.as_ref()),
        extended_is: extension.as_ref().map(|extension| extension.0.word()),
        extended_by: extension.and_then(|extension| extension.1),
        extended_end,
        latest: release.latest.as_ref().and_then(|latest| text(&latest.name)),
        latest_date: release.latest.as_ref().and_then(|latest| text(&latest.date)),
    }
}

/// A date where one is published, else whether the phase is over.
fn phase(over: Option<bool>, from: Option<&String>) -> Option<String> {
    from.cloned().or_else(|| over.map(|over| if over { "ended" } else { "open" }.to_owned()))
}

/// Who a cycle's extended life is for: as the catalog says of this cycle, else of the newest one that has such a life.
fn extension_of(cycle: &str, known: Option<&LifecycleTable>) -> (ExtendedIs, Option<String>) {
    let extension = |row: &CycleRow| row.extension.clone();
    let same = known.and_then(|table| table.cycle(cycle)).and_then(extension);
    let newest = || known.and_then(|table| table.cycles.iter().rev().find_map(extension));
    same.or_else(newest).map_or((ExtendedIs::Unknown, None), |Extension { is, by, .. }| (is, by))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Phase;

    const ANSWER: &str = r#"{"schema_version": "1.2.0", "generated_at": "2026-11-23T00:14:05+00:00", "total": 3, "result": [
      {"name": "debian", "aliases": [], "label": "Debian", "category": "os", "tags": ["os"], "versionCommand": null,
       "identifiers": [], "labels": {"eoas": null, "discontinued": null, "eol": "Security Support", "eoes": "LTS"}, "links": {},
       "releases": [
        {"name": "13", "codename": "Trixie", "label": "13 (Trixie)", "releaseDate": "2025-08-09", "isLts": false, "ltsFrom": null,
         "isEol": false, "eolFrom": "2028-08-10", "isEoes": false, "eoesFrom": "2030-06-30", "isMaintained": true,
         "latest": {"name": "13.9", "date": "2026-11-15", "link": null}, "custom": null},
        {"name": "12", "codename": "Bookworm", "label": "12 (Bookworm)", "releaseDate": "2023-06-10", "isLts": false, "ltsFrom": null,
         "isEol": true, "eolFrom": "2026-06-10", "isEoes": false, "eoesFrom": "2028-06-30", "isMaintained": true, "latest": null}]},
      {"name": "redis", "releases": [
        {"name": "9.0", "label": "9.0", "releaseDate": "2026-11-01", "isLts": false, "ltsFrom": null, "isEoas": false, "eoasFrom": null,
         "isEol": false, "eolFrom": null, "isMaintained": true, "latest": {"name": "9.0.1", "date": "2026-11-20", "link": "x"}},
        {"name": "1.0", "releaseDate": "2010-01-01", "isEoas": true, "eoasFrom": "2015-01-01", "isEol": true, "eolFrom": "2009-01-01"}]},
      {"name": "iphone", "releases": [{"name": "17"}]}]}"#;

    fn parsed(text: &str) -> Tables {
        let today: Date = "2026-11-24".parse().expect("a day");
        parse("eol", text.as_bytes(), &Catalog::embedded(), today).expect("an answer")
    }

    #[test]
    fn dates_are_theirs_and_who_gets_an_extension_is_the_catalog_s() {
        let found = parsed(ANSWER);
        assert_eq!(found.unknown, 1, "no iPhone in the catalog");
        let debian = found.taken.iter().find(|table| table.product == "debian").expect("Debian");
        assert_eq!(debian.as_of.map(|day| day.to_string()).as_deref(), Some("2026-11-23"));
        let twelve = debian.cycle("12").expect("a row");
        let extension = twelve.extension.as_ref().expect("LTS");
        assert_eq!(
            (extension.is, extension.end.date().map(|day| day.to_string())),
            (ExtendedIs::FreeDefault, Some("2028-06-30".to_owned()))
        );
        assert_eq!(debian.cycle("13").expect("a row").latest.as_deref(), Some("13.9"));
        let embedded = Catalog::embedded();
        assert_eq!(debian.steps, embedded.table("debian").expect("a table").steps);
    }

    #[test]
    fn a_product_with_an_impossible_date_keeps_its_table_and_is_told() {
        let found = parsed(ANSWER);
        assert!(found.taken.iter().all(|table| table.product != "redis"));
        let told = found.problems.iter().map(ToString::to_string).collect::<String>();
        assert!(told.contains("endoflife.date/redis") && told.contains("eol 2009-01-01 lies before"), "{told}");
        let mended = parsed(&ANSWER.replace("2009-01-01", "2016-01-01"));
        let redis = mended.taken.iter().find(|table| table.product == "redis").expect("Redis");
        assert_eq!(redis.cycle("9.0").map(|row| (row.active, row.eol)), Some((Phase::Open, Phase::Open)));
    }

    #[test]
    fn a_cycle_that_a_step_names_stays() {
        let embedded = Catalog::embedded();
        let (table, step) = embedded
            .tables()
            .iter()
            .find_map(|table| Some((table, table.steps.iter().find(|step| table.cycle(&step.from).is_some())?)))
            .expect("a table with a step");
        let text = format!(
            r#"{{"schema_version": "1.2.0", "result": {{"name": "{}", "releases": [{{"name": "999"}}]}}}}"#,
            table.product
        );
        let found = parsed(&text);
        assert!(found.taken[0].cycle(&step.from).is_some() && found.taken[0].cycle("999").is_some(), "{found:?}");
    }
}
