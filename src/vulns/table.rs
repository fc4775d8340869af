//! A table of one's own: `product,version,cve,kev,epss,fixed_in` in any order, with a head. `product` is a product of the catalog, a
//! package's name or a package URL. An empty `version` is every version, an empty `fixed_in` says that there is no fix, `?` that it is
//! not known; an empty `kev` or `epss` is not known.

use csv::{ReaderBuilder, StringRecord, Trim};

use super::list::{Finding, Form, List, StatedFix, Subject};
use crate::model::{Probability, Purl};
use crate::problem::{Code, Problem};

const COLUMNS: [&str; 6] = ["product", "version", "cve", "kev", "epss", "fixed_in"];

pub(super) fn read(name: &str, text: &str) -> Result<List, Vec<Problem>> {
    let fault = |says: String| Problem::new(Code::Malformed, name, says);
    let at = |line: u64, says: String| Problem { line: u32::try_from(line).ok(), ..fault(says) };
    if text.trim().is_empty() {
        return Err(vec![fault("empty: neither JSON nor a table with a head".to_owned())]);
    }
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| vec![fault(error.to_string())])?.clone();
    let mut faults = of_head(&head).into_iter().map(|says| at(1, says)).collect::<Vec<_>>();
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut list = List::new(name, Form::Csv, None);
    list.says_exploited = head.iter().any(|column| column == "kev");
    for record in reader.records() {
        let line = |position: Option<&csv::Position>| position.map_or(0, csv::Position::line);
        match record {
            Ok(record) => match finding(&record, &head) {
                Ok(finding) => list.findings.push(finding),
                Err(says) => faults.extend(says.into_iter().map(|says| at(line(record.position()), says))),
            },
            Err(error) => {
                faults.push(at(line(error.position()), format!("expected {} cells: {error}", head.len())));
            }
        }
    }
    // An empty cell says that nobody looked.
    list.says_exploited &= list.findings.iter().all(|finding| finding.exploited.is_some());
    if faults.is_empty() { Ok(list) } else { Err(faults) }
}

fn of_head(head: &StringRecord) -> Vec<String> {
    let unknown = head.iter().filter(|column| !COLUMNS.contains(column));
    let unknown = unknown.map(|column| format!("unknown column `{column}`; known: {}", COLUMNS.join(", ")));
    let missing = ["product", "cve"].into_iter().filter(|column| !head.iter().any(|own| own == *column));
    unknown.chain(missing.map(|column| format!("the column `{column}` is missing"))).collect()
}

/// The finding of a line, or everything that is wrong with it.
fn finding(record: &StringRecord, head: &StringRecord) -> Result<Finding, Vec<String>> {
    let cell = |column: &str| head.iter().position(|own| own == column).and_then(|place| record.get(place));
    let full = |column: &str| cell(column).filter(|text| !text.is_empty());
    let mut faults = Vec::new();
    let exploited = match full("kev").map(str::to_ascii_lowercase).as_deref() {
        None => None,
        Some("yes" | "true" | "1") => Some(true),
        Some("no" | "false" | "0") => Some(false),
        Some(other) => {
            faults.push(format!("kev: `{other}` is neither yes nor no"));
            None
        }
    };
    let epss = full("epss").and_then(|text| {
        let value = text.parse().ok().and_then(Probability::new);
        if value.is_none() {
            faults.push(format!("epss: `{text}` is no probability from 0 to 1"));
        }
        value
    });
    let version = full("version").map(str::to_owned);
    let subject = full("product").map(|product| match product.parse::<Purl>() {
        Ok(purl) if purl.version().is_some() => Subject::Purl(purl),
        Ok(purl) if version.is_some() => Subject::Purl(purl.with_version(version.as_deref().unwrap_or_default())),
        _ => Subject::Named { name: product.to_owned(), version },
    });
    let fix = match cell("fixed_in") {
        None | Some("?") => StatedFix::Unknown,
        Some("") => StatedFix::None,
        Some(text) => {
            StatedFix::In(text.split([';', '|', ' ']).filter(|version| !version.is_empty()).map(str::to_owned).collect())
        }
    };
    for column in ["product", "cve"].into_iter().filter(|column| full(column).is_none()) {
        faults.push(format!("{column} is empty"));
    }
    match (subject, full("cve")) {
        (Some(subject), Some(id)) if faults.is_empty() => {
            Ok(Finding { subject, id: id.to_owned(), aliases: Vec::new(), exploited, epss, fix })
        }
        _ => Err(faults),
    }
}
