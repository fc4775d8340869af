//! Version order per ecosystem, version ranges, and how a version belongs to a release cycle.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// Whose rules order two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// deb-version(7): epoch, upstream, revision, `~` before everything.
    Debian,
    /// Everything else: runs of digits and letters, of which some words announce a release that is still to come.
    Generic,
    /// PEP 440.
    Python,
    /// rpm-version(7): epoch, version, release, each in runs of digits and letters.
    Rpm,
    /// Semantic Versioning 2.0.0.
    Semver,
}

impl Scheme {
    /// The scheme of a package URL's type.
    #[must_use]
    pub fn of_purl_type(kind: &str) -> Self {
        match kind {
            "deb" => Self::Debian,
            "pypi" => Self::Python,
            "rpm" => Self::Rpm,
            "npm" | "cargo" => Self::Semver,
            _ => Self::Generic,
        }
    }

    /// Orders two versions. Texts that the scheme cannot read come before all that it can, and are ordered by
    /// [`Scheme::Generic`] among themselves: to compare each pair by the rules that fit it would go round in circles.
    #[must_use]
    pub fn compare(self, left: &str, right: &str) -> Ordering {
        match self {
            Self::Debian => by(left, right, |text| text.parse::<debversion::Version>().ok()),
            Self::Python => by(left, right, |text| text.parse::<pep440_rs::Version>().ok()),
            Self::Semver => by(left, right, semver),
            Self::Rpm => rpm(left, right),
            Self::Generic => generic(left, right),
        }
    }
}

fn by<V: Ord>(left: &str, right: &str, read: impl Fn(&str) -> Option<V>) -> Ordering {
    let (read_left, read_right) = (read(left), read(right));
    if read_left.is_none() && read_right.is_none() { generic(left, right) } else { read_left.cmp(&read_right) }
}

/// A version of semver. A bound such as `9` or `9.2` lacks numbers, which are zero then; build metadata orders nothing.
fn semver(text: &str) -> Option<semver::Version> {
    let core = text.find(['-', '+']).unwrap_or(text.len());
    let (core, rest) = text.split_at_checked(core)?;
    let lacking = match core.matches('.').count() {
        0 => ".0.0",
        1 => ".0",
        _ => "",
    };
    let mut version: semver::Version = format!("{core}{lacking}{rest}").parse().ok()?;
    version.build = semver::BuildMetadata::EMPTY;
    Some(version)
}

/// Epoch, then version, then release, as rpm does it; no epoch is 0, and what has no release comes before what has one.
fn rpm(left: &str, right: &str) -> Ordering {
    let parts = |text: &str| -> (String, String, Option<String>) {
        let (epoch, rest) = match text.split_once(':') {
            Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => (epoch, rest),
            _ => ("", text),
        };
        let (version, release) = match rest.rsplit_once('-') {
            Some((version, release)) => (version, Some(release.to_owned())),
            None => (rest, None),
        };
        (epoch.to_owned(), version.to_owned(), release)
    };
    let (a, b) = (parts(left), parts(right));
    let release = || match (&a.2, &b.2) {
        (Some(a), Some(b)) => rpmvercmp(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    };
    compare_digits(&a.0, &b.0).then_with(|| rpmvercmp(&a.1, &b.1)).then_with(release)
}

/// Like [`rpmvercmp`], but `rc`, `SNAPSHOT` and their like come before the release that they lead to.
fn generic(left: &str, right: &str) -> Ordering {
    by_runs(left, right, |run| match run {
        Run::Word(word) if COMING.iter().any(|coming| word.eq_ignore_ascii_case(coming)) => Run::Coming(word),
        run => run,
    })
}

/// What packages of Java, Go, Ruby, PHP, .NET and Alpine call what comes before a release. Single letters are none: 1.1.1b of
/// OpenSSL came after 1.1.1.
const COMING: [&str; 9] = ["alpha", "beta", "cr", "dev", "milestone", "pre", "preview", "rc", "snapshot"];

/// rpm's order of parts of versions: runs of digits compare as numbers, runs of letters as text, a number is newer than letters,
/// `~` sorts before the end of the text, `^` after it and before all else, and a longer text is newer.
fn rpmvercmp(left: &str, right: &str) -> Ordering {
    by_runs(left, right, |run| run)
}

fn by_runs<'a>(left: &'a str, right: &'a str, seen: impl Fn(Run<'a>) -> Run<'a>) -> Ordering {
    let (mut a, mut b) = (Runs(left), Runs(right));
    loop {
        let (x, y) = (seen(a.next().unwrap_or(Run::End)), seen(b.next().unwrap_or(Run::End)));
        let order = match (&x, &y) {
            (Run::End, Run::End) => return Ordering::Equal,
            (Run::Number(x), Run::Number(y)) => compare_digits(x, y),
            (Run::Word(x), Run::Word(y)) => x.cmp(y),
            (Run::Coming(x), Run::Coming(y)) => x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase()),
            _ => x.rank().cmp(&y.rank()),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Numbers of any length, without overflow.
fn compare_digits(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

enum Run<'a> {
    Number(&'a str),
    Word(&'a str),
    Tilde,
    /// A word that announces a release.
    Coming(&'a str),
    Caret,
    End,
}

impl Run<'_> {
    /// Order of unlike runs.
    fn rank(&self) -> u8 {
        match self {
            Self::Tilde => 0,
            Self::Coming(_) => 1,
            Self::End => 2,
            Self::Caret => 3,
            Self::Word(_) => 4,
            Self::Number(_) => 5,
        }
    }
}

/// Splits a version into its runs; every other character only separates.
struct Runs<'a>(&'a str);

impl<'a> Iterator for Runs<'a> {
    type Item = Run<'a>;

    fn next(&mut self) -> Option<Run<'a>> {
        self.0 = self.0.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && c != '~' && c != '^');
        let first = self.0.chars().next()?;
        if let Some(rest) = self.0.strip_prefix(['~', '^']) {
            self.0 = rest;
            return Some(if first == '~' { Run::Tilde } else { Run::Caret });
        }
        let same = |c: char| if first.is_ascii_digit() { c.is_ascii_digit() } else { c.is_ascii_alphabetic() };
        let end = self.0.find(|c: char| !same(c)).unwrap_or(self.0.len());
        let (run, rest) = self.0.split_at(end);
        self.0 = rest;
        Some(if first.is_ascii_digit() { Run::Number(run) } else { Run::Word(run) })
    }
}

/// The upstream part of a distribution's version: `1:10.11.6-0+deb12u1` → `10.11.6`.
///
/// Removes an epoch, then what the package type appends: Debian's and rpm's revision, apk's and Portage's `-r1`, and
/// the repackaging marks `+dfsg`, `+ds`, `~dfsg`. What was taken back says what it really is: `3.1.7+really3.1.2-0` is 3.1.2
/// (Debian's Developer's Reference, 5.11.2). Other types' versions come back as they are.
#[must_use]
pub fn upstream_version(purl_type: &str, version: &str) -> String {
    if !matches!(purl_type, "deb" | "rpm" | "apk" | "alpm" | "opkg" | "ebuild") {
        // Go's mark of a module that has no go.mod file.
        let version = version.strip_suffix("+incompatible").unwrap_or(version);
        return version
            .strip_prefix('v')
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            .unwrap_or(version)
            .to_owned();
    }
    let without_epoch = match version.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => version,
    };
    let upstream = without_epoch.rsplit_once('-').map_or(without_epoch, |(upstream, _)| upstream);
    let upstream = upstream.rsplit_once("+really").map_or(upstream, |(_, really)| really);
    let marks = ["+dfsg", "~dfsg", ".dfsg", "+ds", "~ds", "+repack"];
    let end = marks.iter().filter_map(|mark| upstream.find(mark)).min().unwrap_or(upstream.len());
    upstream.get(..end).unwrap_or(upstream).to_owned()
}

/// Whether `version` is a release of `cycle`: equal, or `cycle` followed by something that is no digit.
///
/// `1.22.1` belongs to `1.22` and to `1`, `1.20` does not belong to `1.2`; among several the longest is right.
#[must_use]
pub fn belongs_to_cycle(version: &str, cycle: &str) -> bool {
    let version = version.strip_prefix('v').unwrap_or(version);
    match version.strip_prefix(cycle) {
        Some("") => true,
        Some(rest) => !cycle.is_empty() && !rest.starts_with(|c: char| c.is_ascii_digit()),
        None => false,
    }
}

/// A set of versions as a conjunction: `>=8, <9.2`. Empty text is every version.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct VersionRange {
    bounds: Vec<(Operator, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum Operator {
    Less,
    LessEqual,
    Equal,
    GreaterEqual,
    Greater,
}

impl Operator {
    /// Two-character operators first, so that `<=` is not read as `<`.
    const ALL: [(&'static str, Self); 5] =
        [("<=", Self::LessEqual), (">=", Self::GreaterEqual), ("<", Self::Less), (">", Self::Greater), ("=", Self::Equal)];

    fn sign(self) -> &'static str {
        Self::ALL.iter().find(|(_, operator)| *operator == self).map_or("", |(sign, _)| sign)
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessEqual => order.is_le(),
            Self::Equal => order.is_eq(),
            Self::GreaterEqual => order.is_ge(),
            Self::Greater => order.is_gt(),
        }
    }
}

/// Why a text is no version range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseRangeError {
    /// A bound has no operator or no version.
    #[error("`{0}` is not a bound; write an operator (< <= = >= >) and a version")]
    Bound(String),
    /// No version can satisfy the bounds.
    #[error("range is empty: {low} is not below {high}")]
    Empty {
        /// The lower bound.
        low: String,
        /// The upper bound.
        high: String,
    },
}

impl VersionRange {
    /// Whether `version` lies inside, ordered by `scheme`.
    #[must_use]
    pub fn contains(&self, scheme: Scheme, version: &str) -> bool {
        self.bounds.iter().all(|(operator, bound)| operator.holds(scheme.compare(version, bound)))
    }
}

impl FromStr for VersionRange {
    type Err = ParseRangeError;

    fn from_str(text: &str) -> Result<Self, ParseRangeError> {
        let mut bounds = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (operator, version) = Operator::ALL
                .iter()
                .find_map(|(sign, operator)| Some((*operator, part.strip_prefix(sign)?.trim())))
                .filter(|(_, version)| !version.is_empty())
                .ok_or_else(|| ParseRangeError::Bound(part.to_owned()))?;
            bounds.push((operator, version.to_owned()));
        }
        let range = Self { bounds };
        range.refuse_empty()?;
        Ok(range)
    }
}

impl VersionRange {
    fn refuse_empty(&self) -> Result<(), ParseRangeError> {
        let lows = self.bounds.iter().filter(|(operator, _)| operator.holds(Ordering::Greater) || *operator == Operator::Equal);
        for (low_operator, low) in lows {
            let highs = self.bounds.iter().filter(|(operator, _)| operator.holds(Ordering::Less) || *operator == Operator::Equal);
            for (high_operator, high) in highs {
                let order = Scheme::Generic.compare(low, high);
                let touching = low_operator.holds(Ordering::Equal) && high_operator.holds(Ordering::Equal);
                if order.is_gt() || (order.is_eq() && !touching) {
                    return Err(ParseRangeError::Empty { low: low.clone(), high: high.clone() });
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (operator, version)) in self.bounds.iter().enumerate() {
            write!(f, "{}{}{version}", if index == 0 { "" } else { ", " }, operator.sign())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn schemes_order_as_their_ecosystem_does() {
        for (scheme, low, high) in [
            (Scheme::Debian, "1.0~rc1-1", "1.0-1"),
            (Scheme::Debian, "9.9", "1:1.0"),
            (Scheme::Debian, "1.22.1-9+deb12u1", "1.22.1-9+deb12u2"),
            (Scheme::Generic, "1.9", "1.10"),
            (Scheme::Generic, "1.0~beta", "1.0"),
            (Scheme::Generic, "1.1.1", "1.1.1w"),
            (Scheme::Generic, "v1.0.0-rc.1", "v1.0.0"),
            (Scheme::Generic, "1.0-RC2", "1.0-SNAPSHOT"),
            (Scheme::Generic, "1.0-SNAPSHOT", "1.0"),
            (Scheme::Generic, "1.0_beta3-r1", "1.0_rc1"),
            (Scheme::Generic, "1.0_rc1", "1.0_p1"),
            (Scheme::Rpm, "1.0", "1.0rc1"),
            (Scheme::Python, "1.0rc1", "1.0"),
            (Scheme::Python, "1.0", "1.0.post1"),
            (Scheme::Semver, "2.0.0-alpha.1", "2.0.0"),
            (Scheme::Semver, "2.0.0-alpha.1", "2"),
            (Scheme::Rpm, "9.9-1", "1:1.0-1"),
            (Scheme::Rpm, "1.0-5", "1.0.1-1"),
            (Scheme::Rpm, "1.0^20230101git", "1.0.1"),
            (Scheme::Rpm, "1.0", "1.0^20230101git"),
        ] {
            assert_eq!(scheme.compare(low, high), Ordering::Less, "{scheme:?}: {low} < {high}");
            assert_eq!(scheme.compare(high, low), Ordering::Greater, "{scheme:?}: {high} > {low}");
        }
    }

    #[test]
    fn upstream_versions_lose_what_the_distribution_added() {
        for (kind, version, upstream) in [
            ("deb", "1:10.11.6-0+deb12u1", "10.11.6"),
            ("deb", "2:4.17.12+dfsg-0+deb12u1", "4.17.12"),
            ("deb", "17.0.15+6-1~deb12u1", "17.0.15+6"),
            ("rpm", "1:1.20.1-14.el9", "1.20.1"),
            ("apk", "1.24.0-r1", "1.24.0"),
            ("ebuild", "3.0.13-r2", "3.0.13"),
            ("opkg", "1.36.1-1", "1.36.1"),
            ("golang", "v1.8.0", "1.8.0"),
            ("golang", "v27.5.0+incompatible", "27.5.0"),
            ("npm", "1.0.0-rc.1", "1.0.0-rc.1"),
            ("deb", "3.1.7+really3.1.2-0+deb12u1", "3.1.2"),
        ] {
            assert_eq!(upstream_version(kind, version), upstream);
        }
    }

    #[test]
    fn a_version_belongs_to_its_cycle_only_at_a_boundary() {
        for (version, cycle, expected) in [
            ("1.22.1", "1.22", true),
            ("1.20.1", "1.2", false),
            ("1.1.1w", "1.1.1", true),
            ("v20.1.0", "20", true),
            ("12", "12", true),
            ("", "12", false),
        ] {
            assert_eq!(belongs_to_cycle(version, cycle), expected, "{version} in {cycle}");
        }
    }

    #[test]
    fn an_empty_range_is_refused_with_both_bounds() {
        assert_eq!(
            ">=9.4, <9.2".parse::<VersionRange>(),
            Err(ParseRangeError::Empty { low: "9.4".to_owned(), high: "9.2".to_owned() })
        );
        assert!("8.1".parse::<VersionRange>().is_err());
    }

    /// Texts of which most are a version of some ecosystem and some are of none, close enough to each other to touch.
    fn any_version() -> impl Strategy<Value = String> {
        prop_oneof![
            "([01]:)?[01](\\.[01a]{1,2}){0,2}([~^+][01a]{0,2}){0,2}(-[01]{1,2})?",
            "[01](\\.[01]){0,3}(a|b|rc|RC|-SNAPSHOT|\\.post|\\.dev|-alpha\\.|-beta)?[01]?(\\+[a-z0])?",
            "[0-9a-z.~^+:_-]{0,6}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

        #[test]
        fn every_scheme_is_a_total_order(a in any_version(), b in any_version(), c in any_version()) {
            for scheme in [Scheme::Debian, Scheme::Generic, Scheme::Python, Scheme::Rpm, Scheme::Semver] {
                prop_assert_eq!(scheme.compare(&a, &a), Ordering::Equal);
                prop_assert_eq!(scheme.compare(&a, &b), scheme.compare(&b, &a).reverse(), "{:?}", scheme);
                let mut sorted = [&a, &b, &c];
                sorted.sort_by(|x, y| scheme.compare(x, y));
                let [low, middle, high] = sorted;
                let least = scheme.compare(low, middle).min(scheme.compare(middle, high));
                prop_assert_eq!(scheme.compare(low, high), least, "{:?}: {} {} {}", scheme, low, middle, high);
            }
        }
    }

    proptest! {
        #[test]
        fn a_range_prints_what_it_parses(text in "((<|<=|=|>=|>) ?[0-9]{1,3}(\\.[0-9]{1,3}){0,2}(, )?){0,3}") {
            if let Ok(range) = text.parse::<VersionRange>() {
                prop_assert_eq!(range.to_string().parse(), Ok(range));
            }
        }
    }
}
