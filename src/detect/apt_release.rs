//! Finds and reads the Release file of a package list: who publishes it, when, and whether for security only
//! (format: <https://wiki.debian.org/DebianRepository/Format>). Checks no signature.

use crate::model::{Date, OsRelease};

use super::Opened;
use super::deb822::{Stanza, stanzas};

/// What a repository says of itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Release {
    /// What the repository calls itself; the host it was fetched from where it has no Release file.
    pub(super) origin: String,
    /// Whether it publishes security updates only.
    pub(super) security: bool,
    /// The day it was made, in universal time.
    pub(super) date: Option<Date>,
}

impl Release {
    /// The Release file that belongs to the package list `file`.
    pub(super) fn of(file: &Opened<'_>) -> Self {
        let name = file.path().file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        // apt writes the URI with `_` for `/`, so the longest prefix that has a Release file is the suite.
        let mut prefix = name.as_ref();
        while let Some((shorter, _)) = prefix.rsplit_once('_') {
            prefix = shorter;
            for ending in ["InRelease", "Release"] {
                if let Some(release) = file.sibling(&format!("{prefix}_{ending}")).bytes().ok().and_then(parse) {
                    return release;
                }
            }
        }
        let host = name.split('_').find(|part| !part.is_empty()).unwrap_or_default().to_owned();
        Self { origin: host, security: false, date: None }
    }

    /// Whether it is the own repository of `os`, or of the distribution that `os` is made from.
    pub(super) fn is_distribution(&self, os: Option<&OsRelease>) -> bool {
        // Canonical publishes the extended maintenance under names of its own.
        let origin = if self.origin.starts_with("UbuntuESM") { "ubuntu" } else { self.origin.trim_end_matches(" Backports") };
        let is = |id: &str| origin.eq_ignore_ascii_case(id);
        os.map_or_else(|| is("debian") || is("ubuntu"), |os| is(&os.id) || os.id_like.iter().any(|id| is(id)))
    }
}

/// The first stanza that has an origin, a suite or a date; an `InRelease` begins with a signature's armour.
fn parse(bytes: &[u8]) -> Option<Release> {
    let stanza = stanzas(bytes)
        .take(2)
        .find(|stanza| ["Origin", "Suite", "Codename", "Date"].iter().any(|field| stanza.get(field).is_some()))?;
    let text = |field: &str| stanza.get(field).unwrap_or_default();
    let suites = [text("Suite"), text("Codename")];
    let security =
        text("Label").to_ascii_lowercase().contains("security") || suites.iter().any(|suite| suite.ends_with("-security"));
    let origin = if text("Origin").is_empty() { text("Label") } else { text("Origin") };
    Some(Release { origin: origin.into_owned(), security, date: date(&stanza) })
}

/// The day in `Sat, 11 Jul 2026 10:16:37 UTC`.
fn date(stanza: &Stanza<'_>) -> Option<Date> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = stanza.get("Date")?;
    let mut words = text.split_once(',')?.1.split_whitespace();
    let day = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = (1_i8..).zip(MONTHS).find(|(_, name)| *name == month)?.0;
    Date::new(words.next()?.parse().ok()?, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_release_tells_origin_day_and_purpose() {
        let text = b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\nLabel: Debian-Security\nSuite: oldstable-security\n\
            Date: Sat, 21 Nov 2026 00:53:02 UTC\nSHA256:\n 00 1 main/x\n";
        let release = parse(text).expect("a release");
        assert_eq!(
            (release.origin.as_str(), release.security, release.date),
            ("Debian", true, Some(Date::constant(2026, 11, 21)))
        );
    }

    #[test]
    fn security_is_a_label_or_the_end_of_a_suite() {
        for (text, security) in [
            ("Origin: Ubuntu\nLabel: Ubuntu\nSuite: jammy-security\n", true),
            ("Origin: UbuntuESM\nLabel: UbuntuESM\nSuite: jammy-infra-security\n", true),
            ("Origin: Debian\nLabel: Debian\nSuite: stable\nCodename: bookworm\n", false),
            ("Origin: Debian\nLabel: Debian\nSuite: stable-updates\n", false),
        ] {
            assert_eq!(parse(text.as_bytes()).map(|release| release.security), Some(security), "{text}");
        }
    }

    #[test]
    fn a_wrong_day_is_unknown_and_another_format_no_release() {
        for date_field in ["Sat, 31 Feb 2026 00:00:00 UTC", "yesterday", "Sat, x Nov 2026", ""] {
            assert_eq!(parse(format!("Origin: X\nDate: {date_field}\n").as_bytes()).map(|release| release.date), Some(None));
        }
        assert_eq!(parse(b"<html>\n</html>\n"), None);
    }

    #[test]
    fn a_distribution_and_what_it_is_made_from_are_its_own() {
        let mint = OsRelease { id: "linuxmint".into(), id_like: vec!["ubuntu".into(), "debian".into()], ..OsRelease::default() };
        let debian = OsRelease { id: "debian".into(), ..OsRelease::default() };
        for (origin, os, own) in [
            ("Debian", Some(&debian), true),
            ("Debian Backports", Some(&debian), true),
            ("Ubuntu", Some(&debian), false),
            ("Ubuntu", Some(&mint), true),
            ("UbuntuESMApps", Some(&mint), true),
            ("Docker", Some(&debian), false),
            ("Ubuntu", None, true),
        ] {
            let release = Release { origin: origin.into(), security: false, date: None };
            assert_eq!(release.is_distribution(os), own, "{origin}");
        }
    }
}
