//! How findings lie in the cache: types of their own, which borrow their texts from the file. Every field of the vocabulary is named
//! here, so that one that is added cannot be forgotten. Only the program that wrote them reads them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::detect::{DETECTORS, Fact, Findings, Offered, Ownership};
use crate::inventory::{WireChosen, WireEvidence, WireGroup, WireStanding, WireState};
use crate::model::{Activity, Component, Date, Entitlement, Location, Origin, OsRelease, ProductHint, Purl, Role};
use crate::problem::{Code, Problem};

/// The types of offers; a word that is not here is not remembered.
const OFFER_TYPES: [&str; 3] = ["apk", "deb", "rpm"];

#[derive(Serialize, Deserialize)]
struct WirePurl<'a> {
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
    version: Option<&'a str>,
    #[serde(borrow)]
    qualifiers: Vec<(&'a str, &'a str)>,
    subpath: Option<&'a str>,
}

impl<'a> From<&'a Purl> for WirePurl<'a> {
    fn from(purl: &'a Purl) -> Self {
        Self {
            kind: purl.kind(),
            namespace: purl.namespace(),
            name: purl.name(),
            version: purl.version(),
            qualifiers: purl.qualifiers().collect(),
            subpath: purl.subpath(),
        }
    }
}

impl From<WirePurl<'_>> for Purl {
    fn from(wire: WirePurl<'_>) -> Self {
        let named = Self::new(wire.kind, wire.name).with_namespace(wire.namespace.unwrap_or_default());
        let versioned = named.with_version(wire.version.unwrap_or_default()).with_subpath(wire.subpath.unwrap_or_default());
        wire.qualifiers.into_iter().fold(versioned, |purl, (key, value)| purl.with_qualifier(key, value))
    }
}

#[derive(Serialize, Deserialize)]
struct WireLocation<'a> {
    path: &'a str,
    line: Option<u32>,
    layer: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
enum WireOrigin<'a> {
    Unknown,
    Distribution,
    Vendor(&'a str),
    Local,
    Registry,
}

#[derive(Serialize, Deserialize)]
struct WireComponent<'a> {
    #[serde(borrow)]
    purl: WirePurl<'a>,
    evidence: WireEvidence,
    declared: bool,
    locations: Vec<WireLocation<'a>>,
    detectors: Vec<&'a str>,
    origin: WireOrigin<'a>,
    chosen: WireChosen,
    state: WireState,
    group: WireGroup,
    standing: WireStanding,
    license: Option<&'a str>,
    concluded_license: Option<&'a str>,
    source_package: Option<&'a str>,
    owner: Option<WirePurl<'a>>,
    funding: Vec<&'a str>,
    product: Option<(&'a str, Role)>,
}

/// `None` for what a detector never says: what the live host does with it.
fn component(component: &Component) -> Option<WireComponent<'_>> {
    let Component {
        purl,
        evidence,
        declared,
        locations,
        detectors,
        origin,
        chosen,
        state,
        group,
        standing,
        license,
        concluded_license,
        source_package,
        owner,
        funding,
        product,
        activity,
    } = component;
    (*activity == Activity::default()).then(|| WireComponent {
        purl: purl.into(),
        evidence: (*evidence).into(),
        declared: *declared,
        locations: locations.iter().map(location).collect(),
        detectors: detectors.iter().map(AsRef::as_ref).collect(),
        origin: match origin {
            Origin::Unknown => WireOrigin::Unknown,
            Origin::Distribution => WireOrigin::Distribution,
            Origin::Vendor(name) => WireOrigin::Vendor(name),
            Origin::Local => WireOrigin::Local,
            Origin::Registry => WireOrigin::Registry,
        },
        chosen: (*chosen).into(),
        state: (*state).into(),
        group: (*group).into(),
        standing: (*standing).into(),
        license: license.as_deref(),
        concluded_license: concluded_license.as_deref(),
        source_package: source_package.as_deref(),
        owner: owner.as_ref().map(WirePurl::from),
        funding: funding.iter().map(String::as_str).collect(),
        product: product.as_ref().map(|ProductHint { product, role }| (product.as_str(), *role)),
    })
}

fn location(Location { path, line, layer }: &Location) -> WireLocation<'_> {
    WireLocation { path, line: *line, layer: layer.as_deref() }
}

/// The name of a detector without an allocation, if it is one.
fn detector(id: &str) -> Cow<'static, str> {
    match DETECTORS.binary_search_by(|detector| detector.id().cmp(id)) {
        Ok(index) => DETECTORS.get(index).map_or(Cow::Borrowed(""), |detector| Cow::Borrowed(detector.id())),
        Err(_) => Cow::Owned(id.to_owned()),
    }
}

impl From<WireComponent<'_>> for Component {
    fn from(wire: WireComponent<'_>) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let location =
            |place: WireLocation<'_>| Location { path: place.path.to_owned(), line: place.line, layer: owned(place.layer) };
        Self {
            purl: wire.purl.into(),
            evidence: wire.evidence.into(),
            declared: wire.declared,
            locations: wire.locations.into_iter().map(location).collect(),
            detectors: wire.detectors.into_iter().map(detector).collect(),
            origin: match wire.origin {
                WireOrigin::Unknown => Origin::Unknown,
                WireOrigin::Distribution => Origin::Distribution,
                WireOrigin::Vendor(name) => Origin::Vendor(name.to_owned()),
                WireOrigin::Local => Origin::Local,
                WireOrigin::Registry => Origin::Registry,
            },
            chosen: wire.chosen.into(),
            state: wire.state.into(),
            group: wire.group.into(),
            standing: wire.standing.into(),
            license: owned(wire.license),
            concluded_license: owned(wire.concluded_license),
            source_package: owned(wire.source_package),
            owner: wire.owner.map(Purl::from),
            funding: wire.funding.into_iter().map(str::to_owned).collect(),
            product: wire.product.map(|(product, role)| ProductHint { product: product.to_owned(), role }),
            activity: Activity::default(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct WireProblem<'a> {
    path: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    /// Its place in [`Code::ALL`].
    code: u16,
    text: &'a str,
}

#[derive(Serialize, Deserialize)]
struct WireSystem<'a> {
    id: &'a str,
    #[serde(borrow)]
    id_like: Vec<&'a str>,
    version_id: Option<&'a str>,
    codename: Option<&'a str>,
    pretty_name: &'a str,
    point_release: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct WireOffered<'a> {
    purl_type: &'a str,
    name: &'a str,
    arch: &'a str,
    version: &'a str,
    security: bool,
    origin: &'a str,
    distribution: bool,
}

#[derive(Serialize, Deserialize)]
struct WireEntitlement<'a> {
    id: &'a str,
    #[serde(borrow)]
    covers: Vec<&'a str>,
    until: Option<Date>,
    evidence: &'a str,
}

#[derive(Serialize, Deserialize)]
enum WireFact<'a> {
    Os(#[serde(borrow)] WireSystem<'a>),
    Offered(WireOffered<'a>),
    ListsDate(Date),
    UnattendedUpgrades(bool),
    Entitled(WireEntitlement<'a>),
}

fn fact(fact: &Fact) -> (&[u8], WireFact<'_>) {
    let wire = match fact {
        Fact::Os(_, OsRelease { id, id_like, version_id, codename, pretty_name, point_release }) => WireFact::Os(WireSystem {
            id,
            id_like: id_like.iter().map(String::as_str).collect(),
            version_id: version_id.as_deref(),
            codename: codename.as_deref(),
            pretty_name,
            point_release: point_release.as_deref(),
        }),
        Fact::Offered(_, Offered { purl_type, name, arch, version, security, origin, distribution }) => {
            let (security, distribution) = (*security, *distribution);
            WireFact::Offered(WireOffered { purl_type, name, arch, version, security, origin, distribution })
        }
        Fact::ListsDate(_, day) => WireFact::ListsDate(*day),
        Fact::UnattendedUpgrades(_, on) => WireFact::UnattendedUpgrades(*on),
        Fact::Entitled(_, Entitlement { id, covers, until, evidence }) => {
            let covers = covers.iter().map(String::as_str).collect();
            WireFact::Entitled(WireEntitlement { id, covers, until: *until, evidence })
        }
    };
    (bytes(fact.root()), wire)
}

fn restored_fact(root: &[u8], wire: WireFact<'_>) -> Option<Fact> {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let all = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    let root = path(root);
    Some(match wire {
        WireFact::Os(system) => Fact::Os(
            root,
            OsRelease {
                id: system.id.to_owned(),
                id_like: all(system.id_like),
                version_id: owned(system.version_id),
                codename: owned(system.codename),
                pretty_name: system.pretty_name.to_owned(),
                point_release: owned(system.point_release),
            },
        ),
        WireFact::Offered(offered) => Fact::Offered(
            root,
            Offered {
                purl_type: OFFER_TYPES.into_iter().find(|known| *known == offered.purl_type)?,
                name: offered.name.to_owned(),
                arch: offered.arch.to_owned(),
                version: offered.version.to_owned(),
                security: offered.security,
                origin: offered.origin.to_owned(),
                distribution: offered.distribution,
            },
        ),
        WireFact::ListsDate(day) => Fact::ListsDate(root, day),
        WireFact::UnattendedUpgrades(on) => Fact::UnattendedUpgrades(root, on),
        WireFact::Entitled(WireEntitlement { id, covers, until, evidence }) => {
            Fact::Entitled(root, Entitlement { id: id.to_owned(), covers: all(covers), until, evidence: evidence.to_owned() })
        }
    })
}

#[derive(Serialize, Deserialize)]
struct WireFindings<'a> {
    #[serde(borrow)]
    components: Vec<WireComponent<'a>>,
    problems: Vec<WireProblem<'a>>,
    facts: Vec<(&'a [u8], WireFact<'a>)>,
    packages: Vec<WirePurl<'a>>,
    /// Of each owned file the number that stands for its path, and its package, by number; sorted.
    owned: Vec<(u64, u32)>,
    overwritten: Vec<&'a [u8]>,
    explained: Vec<&'a [u8]>,
    unknown_executables: u64,
    unknown_paths: Vec<&'a str>,
    skipped: Vec<(&'a str, u64)>,
}

/// The bytes of what was found; `None` for what is not to be remembered: a failure of a detector or a disk, which a second look may not
/// have.
pub(super) fn packed(found: &Findings) -> Option<Vec<u8>> {
    let Findings { components, problems, facts, ownership, overwritten, explained, unknown_executables, unknown_paths, skipped } =
        found;
    let (packages, owned) = ownership.parts();
    let problem = |problem: &Problem| {
        let code = Code::ALL.iter().position(|code| *code == problem.code)?;
        let kept = !matches!(problem.code, Code::Crashed | Code::Unreadable | Code::Vanished);
        kept.then(|| u16::try_from(code).ok()).flatten()
    };
    let codes = problems.iter().map(problem).collect::<Option<Vec<u16>>>()?;
    let problems = problems.iter().zip(codes).map(|(Problem { path, line, column, code: _, text }, code)| {
        let (line, column) = (*line, *column);
        WireProblem { path, line, column, code, text }
    });
    let wire = WireFindings {
        components: components.iter().map(component).collect::<Option<_>>()?,
        problems: problems.collect(),
        facts: facts.iter().map(fact).collect(),
        packages: packages.iter().map(WirePurl::from).collect(),
        owned,
        overwritten: overwritten.iter().map(|path| bytes(path)).collect(),
        explained: explained.iter().map(|path| bytes(path)).collect(),
        unknown_executables: *unknown_executables,
        unknown_paths: unknown_paths.iter().map(String::as_str).collect(),
        skipped: skipped.iter().map(|(reason, count)| (reason.as_ref(), *count)).collect(),
    };
    postcard::to_stdvec(&wire).ok()
}

/// What was found, from its bytes; `None` if they are no such thing.
pub(super) fn unpacked(packed: &[u8]) -> Option<Findings> {
    let wire: WireFindings<'_> = postcard::from_bytes(packed).ok()?;
    let problem = |problem: WireProblem<'_>| {
        Some(Problem {
            path: problem.path.to_owned(),
            line: problem.line,
            column: problem.column,
            code: *Code::ALL.get(usize::from(problem.code))?,
            text: problem.text.to_owned(),
        })
    };
    let paths = |list: Vec<&[u8]>| list.into_iter().map(path).collect::<BTreeSet<PathBuf>>();
    Some(Findings {
        components: wire.components.into_iter().map(Component::from).collect(),
        problems: wire.problems.into_iter().map(problem).collect::<Option<_>>()?,
        facts: wire.facts.into_iter().map(|(root, fact)| restored_fact(root, fact)).collect::<Option<_>>()?,
        ownership: Ownership::of_parts(wire.packages.into_iter().map(Purl::from).collect(), wire.owned)?,
        overwritten: paths(wire.overwritten),
        explained: paths(wire.explained),
        unknown_executables: wire.unknown_executables,
        unknown_paths: wire.unknown_paths.into_iter().map(str::to_owned).collect(),
        skipped: skipped(wire.skipped),
    })
}

fn skipped(wire: Vec<(&str, u64)>) -> BTreeMap<Cow<'static, str>, u64> {
    wire.into_iter().map(|(reason, count)| (Cow::Owned(reason.to_owned()), count)).collect()
}

/// The bytes of a path, which need not be UTF-8.
pub(super) fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

/// The path of these bytes.
pub(super) fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Chosen, Evidence, Group, PackageState, Standing};

    /// Findings with something in every field, some of it from `text`.
    fn findings(text: &str) -> Findings {
        let purl =
            Purl::new("rpm", text).with_namespace("fedora").with_version("1:2").with_qualifier("arch", text).with_subpath(text);
        let mut one = Component::new(purl.clone(), Evidence::Installed, "npm-lock", Location::line(text, 7));
        one.locations.push(Location { path: text.to_owned(), line: None, layer: Some(text.to_owned()) });
        one.origin = Origin::Vendor(text.to_owned());
        one.state = PackageState::Held;
        one.group = Group::Development;
        one.standing = Standing::Foreign;
        one.chosen = Chosen::Purpose;
        one.license = Some(text.to_owned());
        one.concluded_license = Some("MIT".to_owned());
        one.source_package = Some(text.to_owned());
        one.owner = Some(purl.clone());
        one.funding = vec![text.to_owned()];
        one.product = Some(ProductHint { product: text.to_owned(), role: Role::Server });
        let mut found = Findings { components: vec![one], ..Findings::default() };
        found.problems.push(Problem::new(Code::Malformed, text, text).at(3, 4));
        let root = PathBuf::from(text);
        let os = OsRelease {
            id: text.to_owned(),
            id_like: vec![text.to_owned()],
            codename: Some(text.to_owned()),
            ..OsRelease::default()
        };
        let offered = Offered {
            purl_type: "deb",
            name: text.to_owned(),
            arch: text.to_owned(),
            version: text.to_owned(),
            security: true,
            origin: text.to_owned(),
            distribution: false,
        };
        let entitlement = Entitlement {
            id: text.to_owned(),
            covers: vec![text.to_owned()],
            until: "2027-01-31".parse().ok(),
            evidence: text.to_owned(),
        };
        found.facts = vec![
            Fact::Os(root.clone(), os),
            Fact::Offered(root.clone(), offered),
            Fact::ListsDate(root.clone(), Date::constant(2026, 11, 24)),
            Fact::UnattendedUpgrades(root.clone(), true),
            Fact::Entitled(root.clone(), entitlement),
        ];
        found.ownership.add(&purl, [Path::new(text), Path::new("other")]);
        found.overwritten.insert(root.clone());
        found.explained.insert(root);
        found.unknown_executables = 3;
        found.unknown_paths.insert(text.to_owned());
        found.skip("executable over 512 MiB");
        found
    }

    /// Everything of findings, as text; what lies in a hash map in order.
    fn shown(found: &Findings) -> String {
        let Findings {
            components,
            problems,
            facts,
            ownership,
            overwritten,
            explained,
            unknown_executables,
            unknown_paths,
            skipped,
        } = found;
        let owned = ownership.parts();
        format!(
            "{components:?} {problems:?} {facts:?} {owned:?} {overwritten:?} {explained:?} {unknown_executables} {unknown_paths:?} {skipped:?}"
        )
    }

    proptest! {
        #[test]
        fn what_was_found_comes_back_whole(text in "\\PC{0,12}") {
            let found = findings(&text);
            let packed = packed(&found).expect("bytes");
            prop_assert_eq!(shown(&unpacked(&packed).expect("findings")), shown(&found));
        }

        #[test]
        fn other_bytes_are_no_findings_and_no_failure(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpacked(&bytes);
        }
    }

    #[test]
    fn paths_need_not_be_text_and_a_failure_is_not_remembered() {
        let mut found = findings("x");
        found.explained.insert(path(b"a\xff/b"));
        let again = unpacked(&packed(&found).expect("bytes")).expect("findings");
        assert!(again.explained.contains(&path(b"a\xff/b")));
        for code in [Code::Crashed, Code::Unreadable, Code::Vanished] {
            let problems = vec![Problem::new(code, "x", "it failed")];
            assert!(packed(&Findings { problems, ..Findings::default() }).is_none(), "{code}");
        }
    }

    #[test]
    fn the_name_of_a_detector_costs_nothing() {
        for known in DETECTORS {
            assert!(matches!(detector(known.id()), Cow::Borrowed(id) if id == known.id()));
        }
        assert_eq!(detector("executable"), "executable");
    }
}
