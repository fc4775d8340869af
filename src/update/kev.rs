//! CISA's list of known exploited vulnerabilities, in the JSON form that it publishes:
//! <https://www.cisa.gov/known-exploited-vulnerabilities-catalog>. It names vulnerabilities, not versions: whether one is
//! there is for a vulnerability scanner to say.

use serde::{Deserialize, Serialize};

use super::error::UpdateError;
use crate::model::Date;

/// The list, sorted by identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownExploited {
    /// CISA's version of the list, such as `2026.11.20`.
    pub version: String,
    /// The day on which it was released.
    pub released: Date,
    entries: Vec<Exploited>,
}

/// A vulnerability that is known to be exploited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Exploited {
    /// Its identifier, `CVE-2021-44228`.
    pub cve: String,
    /// The day on which it was put on the list.
    pub added: Date,
    /// Whether ransomware campaigns are known to use it.
    pub ransomware: bool,
}

/// The list as published; what is not needed is not named.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Published {
    catalog_version: String,
    date_released: String,
    vulnerabilities: Vec<PublishedEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PublishedEntry {
    #[serde(rename = "cveID")]
    cve_id: String,
    date_added: Date,
    #[serde(default)]
    known_ransomware_campaign_use: String,
}

impl KnownExploited {
    /// Reads the list; `shown` is what messages call it.
    pub(super) fn parse(shown: &str, bytes: &[u8]) -> Result<Self, UpdateError> {
        let fault = |text: String| UpdateError::Document(shown.to_owned(), text);
        let published: Published = serde_json::from_slice(bytes).map_err(|error| fault(error.to_string()))?;
        // A moment such as 2026-11-20T15:00:12.0563Z; its day is enough.
        let day = published.date_released.get(..10).and_then(|day| day.parse().ok());
        let released = day.ok_or_else(|| fault(format!("`{}` is no day of release", published.date_released)))?;
        let mut entries = Vec::with_capacity(published.vulnerabilities.len());
        for entry in published.vulnerabilities {
            if !entry.cve_id.starts_with("CVE-") {
                return Err(fault(format!("`{}` is no identifier of a vulnerability", entry.cve_id)));
            }
            let ransomware = entry.known_ransomware_campaign_use.eq_ignore_ascii_case("known");
            entries.push(Exploited { cve: entry.cve_id, added: entry.date_added, ransomware });
        }
        if entries.is_empty() {
            return Err(fault("the list is empty".to_owned()));
        }
        entries.sort();
        entries.dedup_by(|later, first| later.cve == first.cve);
        Ok(Self { version: published.catalog_version, released, entries })
    }

    /// How many there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "an empty list is refused when it is read")]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entry of an identifier.
    #[must_use]
    pub fn get(&self, cve: &str) -> Option<&Exploited> {
        let place = self.entries.binary_search_by(|entry| entry.cve.as_str().cmp(cve)).ok()?;
        self.entries.get(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.11.20",
        "dateReleased": "2026-11-20T15:00:12.0563Z", "count": 2, "vulnerabilities": [
        {"cveID": "CVE-2021-44228", "vendorProject": "Apache", "product": "Log4j2", "vulnerabilityName": "n", "dateAdded": "2021-12-10",
         "shortDescription": "d", "requiredAction": "a", "dueDate": "2021-12-24", "knownRansomwareCampaignUse": "Known", "notes": "", "cwes": []},
        {"cveID": "CVE-2014-0160", "vendorProject": "OpenSSL", "product": "OpenSSL", "dateAdded": "2022-05-04",
         "dueDate": "2022-05-25", "knownRansomwareCampaignUse": "Unknown"}]}"#;

    #[test]
    fn the_list_is_looked_up_by_identifier() {
        let list = KnownExploited::parse("kev", LIST.as_bytes()).expect("sound");
        assert_eq!((list.len(), list.version.as_str(), list.released.to_string().as_str()), (2, "2026.11.20", "2026-11-20"));
        assert!(list.get("CVE-2021-44228").is_some_and(|entry| entry.ransomware));
        assert!(list.get("CVE-2014-0160").is_some_and(|entry| !entry.ransomware));
        assert_eq!(list.get("CVE-2020-0001"), None);
    }

    #[test]
    fn a_broken_list_says_what_is_wrong() {
        for (change, says) in [
            (("CVE-2014", "EUVD-2014"), "`EUVD-2014-0160` is no identifier"),
            (("2026-11-20T15", "soon"), "is no day of release"),
            (("2022-05-04", "never"), "kev: "),
            (("vulnerabilities", "items"), "missing field `vulnerabilities`"),
        ] {
            let error = KnownExploited::parse("kev", LIST.replace(change.0, change.1).as_bytes()).expect_err(says).to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
