//! Makes findings of one package agree on its name and version, before they are merged by them.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::catalog::normal_name;
use crate::model::{Chosen, Component, Evidence, Location, Purl, Standing};

/// Gives every package of `PyPI` and NuGet one spelling, every version of `PyPI` too, and findings without a version the one that
/// the same package is found with: in a system anywhere, elsewhere only along one path of folders, so that two projects stay apart.
/// The order does not matter.
pub(super) fn agree(components: &mut [Component], is_system: bool) {
    spell_alike(components);
    spell_versions_alike(components);
    fill_versions(components, is_system);
}

/// `zope.interface`, `zope-interface` and `Zope_Interface` are one (PEP 503), and so are ids of NuGet that differ in case only. What is
/// installed knows best how it is written.
fn spell_alike(components: &mut [Component]) {
    let is_lax = |component: &&mut Component| matches!(component.purl.kind(), "pypi" | "nuget");
    let key = |purl: &Purl| (purl.kind().to_owned(), normal_name(purl.kind(), purl.name()));
    let mut spellings: HashMap<(String, String), (Evidence, String)> = HashMap::new();
    for component in components.iter_mut().filter(is_lax) {
        let name = component.purl.name();
        let normal = key(&component.purl);
        match spellings.get_mut(&normal) {
            None => {
                spellings.insert(normal, (component.evidence, name.to_owned()));
            }
            Some((evidence, held)) if component.evidence == *evidence && held != name => {
                // An id of NuGet has capitals, which sort before the small letters of who was lazy.
                let is_normal = normal.0 == "pypi" && *evidence == Evidence::Declared;
                *held = if is_normal { normal.1 } else { name.to_owned().min(std::mem::take(held)) };
            }
            Some(held) if component.evidence > held.0 => *held = (component.evidence, name.to_owned()),
            Some(_) => {}
        }
    }
    for component in components.iter_mut().filter(is_lax) {
        if let Some((_, name)) = spellings.get(&key(&component.purl)) {
            component.purl = component.purl.clone().with_name(name);
        }
    }
}

/// `1.0`, `1.0.0` and `v1.0` are one version (PEP 440). What is installed knows best how it is written; of what is only asked for, the
/// longest says most.
fn spell_versions_alike(components: &mut [Component]) {
    let key = |purl: &Purl| {
        let version: pep440_rs::Version = purl.version()?.parse().ok()?;
        (purl.kind() == "pypi").then(|| (normal_name("pypi", purl.name()), version))
    };
    let mut spellings: HashMap<(String, pep440_rs::Version), (Evidence, usize, String)> = HashMap::new();
    for component in components.iter() {
        let (Some(key), Some(version)) = (key(&component.purl), component.purl.version()) else { continue };
        let spelling = (component.evidence, version.len(), version.to_owned());
        let held = spellings.entry(key).or_insert_with(|| spelling.clone());
        if spelling > *held {
            *held = spelling;
        }
    }
    for component in components.iter_mut() {
        let spelling = key(&component.purl).and_then(|key| spellings.get(&key));
        if let Some((_, _, version)) = spelling
            && component.purl.version() != Some(version)
        {
            component.purl = component.purl.clone().with_version(version);
        }
    }
}

/// What makes two findings the same package: type, name as the ecosystem compares it, standing.
type Key = (String, String, Standing);

fn key(component: &Component) -> Key {
    let kind = component.purl.kind();
    (kind.to_owned(), normal_name(kind, &component.purl.full_name()), component.standing)
}

/// A finding with a version.
struct Known {
    purl: Purl,
    owner: Option<Purl>,
    place: Location,
    chosen: Chosen,
    evidence: Evidence,
}

fn fill_versions(components: &mut [Component], is_system: bool) {
    let open: HashSet<Key> = components.iter().filter(|component| is_open(component)).map(key).collect();
    if open.is_empty() {
        return;
    }
    let mut known: HashMap<Key, Vec<Known>> = HashMap::new();
    for component in components.iter().filter(|component| component.purl.version().is_some()) {
        let (key, Some(place)) = (key(component), component.locations.first()) else { continue };
        if open.contains(&key) {
            let Component { purl, owner, chosen, evidence, .. } = component.clone();
            known.entry(key).or_default().push(Known { purl, owner, place: place.clone(), chosen, evidence });
        }
    }
    for component in components.iter_mut().filter(|component| is_open(component)) {
        let Some(place) = component.locations.first() else { continue };
        let near = known.get(&key(component)).into_iter().flatten();
        let near = near.filter(|known| is_system || on_one_path(place, &known.place));
        let best = near.max_by_key(|known| {
            (shared_folders(place, &known.place), known.chosen, known.evidence, Reverse(&known.purl), Reverse(&known.owner))
        });
        if let Some(known) = best {
            component.purl = known.purl.clone();
            // Only copies say whether a package owns every one, and this is none.
            component.owner = known.owner.clone();
        }
    }
}

/// Whether a finding says of a package that it is there, and nothing of the version. An image without a tag is not any image of
/// that name, and a product that was recognised stands for itself.
fn is_open(component: &Component) -> bool {
    component.purl.version().is_none() && component.product.is_none() && !matches!(component.purl.kind(), "docker" | "oci")
}

fn folder(place: &Location) -> &Path {
    Path::new(&place.path).parent().unwrap_or(Path::new(""))
}

fn on_one_path(one: &Location, two: &Location) -> bool {
    folder(one).starts_with(folder(two)) || folder(two).starts_with(folder(one))
}

fn shared_folders(one: &Location, two: &Location) -> usize {
    folder(one).components().zip(folder(two).components()).take_while(|(one, two)| one == two).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finding(purl: &str, evidence: Evidence, place: &str) -> Component {
        Component::new(purl.parse().unwrap(), evidence, "test", Location::file(place))
    }

    /// The purls of these findings after they agreed, in their order.
    fn agreed(findings: &[(&str, Evidence, &str)], is_system: bool) -> Vec<String> {
        let mut components: Vec<Component> =
            findings.iter().map(|(purl, evidence, place)| finding(purl, *evidence, place)).collect();
        agree(&mut components, is_system);
        components.iter().map(|component| component.purl.to_string()).collect()
    }

    use Evidence::{Declared, Embedded, Installed};

    #[test]
    fn a_package_of_pypi_is_spelled_as_it_is_installed() {
        let found = [
            ("pkg:pypi/zope-interface", Declared, "requirements.txt"),
            ("pkg:pypi/zope.interface@5.0", Installed, ".venv/zope.interface-5.0.dist-info/METADATA"),
            ("pkg:pypi/zope_interface@4.0", Embedded, "wheels/zope_interface-4.0-py3-none-any.whl"),
            ("pkg:npm/zope-interface", Declared, "package.json"),
        ];
        let expected = [
            "pkg:pypi/zope.interface@5.0",
            "pkg:pypi/zope.interface@5.0",
            "pkg:pypi/zope.interface@4.0",
            "pkg:npm/zope-interface",
        ];
        assert_eq!(agreed(&found, false), expected);
    }

    #[test]
    fn versions_of_pypi_that_are_equal_are_one() {
        let found = [
            ("pkg:pypi/a@1.0.0", Declared, "requirements.txt"),
            ("pkg:pypi/a@1.0", Installed, ".venv/a-1.0.dist-info/METADATA"),
            ("pkg:pypi/b@v2", Declared, "requirements.txt"),
            ("pkg:pypi/b@2.0", Declared, "b/uv.lock"),
            ("pkg:pypi/b@2.0.1", Declared, "b/uv.lock"),
            ("pkg:npm/a@1.0.0", Declared, "package-lock.json"),
        ];
        let expected = ["pypi/a@1.0", "pypi/a@1.0", "pypi/b@2.0", "pypi/b@2.0", "pypi/b@2.0.1", "npm/a@1.0.0"];
        assert_eq!(agreed(&found, false), expected.map(|purl| format!("pkg:{purl}")));
    }

    #[test]
    fn what_is_only_asked_for_keeps_its_spelling_unless_two_differ() {
        let one = ("pkg:pypi/ruamel.yaml@1", Declared, "requirements.txt");
        assert_eq!(agreed(&[one], false), ["pkg:pypi/ruamel.yaml@1"]);
        let other = ("pkg:pypi/ruamel--yaml@2", Declared, "b/uv.lock");
        assert_eq!(agreed(&[one, other], false), ["pkg:pypi/ruamel-yaml@1", "pkg:pypi/ruamel-yaml@2"]);
    }

    #[test]
    fn ids_of_nuget_that_differ_in_case_are_one_package() {
        let small = ("pkg:nuget/newtonsoft.json@13.0.1", Declared, "a/packages.config");
        let usual = ("pkg:nuget/Newtonsoft.Json@13.0.1", Declared, "b/b.csproj");
        let other = ("pkg:nuget/newtonsoft.JSON@12.0.1", Declared, "c/c.csproj");
        let expected = [13, 13, 12].map(|version| format!("pkg:nuget/Newtonsoft.Json@{version}.0.1"));
        for found in [[small, usual, other], [usual, small, other]] {
            assert_eq!(agreed(&found, false), expected);
        }
        let installed = ("pkg:nuget/newtonsoft.json@13.0.1", Installed, "app.deps.json");
        assert_eq!(agreed(&[usual, installed], false), [installed.0; 2]);
    }

    #[test]
    fn a_request_gets_the_version_that_lies_on_its_own_path() {
        let found = [
            ("pkg:npm/a", Declared, "web/package.json"),
            ("pkg:npm/a@1", Installed, "web/node_modules/a/package.json"),
            ("pkg:npm/a@2", Declared, "package-lock.json"),
            ("pkg:npm/a", Declared, "api/app/package.json"),
            ("pkg:npm/b", Declared, "api/package.json"),
            ("pkg:npm/b@1", Installed, "web/node_modules/b/package.json"),
        ];
        let expected = ["a@1", "a@1", "a@2", "a@2", "b", "b@1"].map(|package| format!("pkg:npm/{package}"));
        assert_eq!(agreed(&found, false), expected);
    }

    #[test]
    fn in_a_system_a_package_is_looked_for_anywhere() {
        let found = [
            ("pkg:nuget/Newtonsoft.json", Declared, "/srv/app/app.csproj"),
            ("pkg:nuget/Newtonsoft.Json@13.0.1", Installed, "/opt/tool/tool.deps.json"),
        ];
        assert_eq!(agreed(&found, true), ["pkg:nuget/Newtonsoft.Json@13.0.1"; 2]);
        assert_eq!(agreed(&found, false), ["pkg:nuget/Newtonsoft.Json", "pkg:nuget/Newtonsoft.Json@13.0.1"]);
    }

    #[test]
    fn images_without_a_tag_other_standings_and_products_stay_as_they_are() {
        let mut components = vec![
            finding("pkg:docker/nginx", Declared, "Dockerfile"),
            finding("pkg:docker/nginx@1.25", Declared, "Dockerfile"),
            finding("pkg:npm/a", Declared, "package.json"),
            finding("pkg:npm/a@1", Declared, "fixtures/package-lock.json"),
        ];
        components[3].standing = Standing::Foreign;
        let before = components.clone();
        agree(&mut components, true);
        assert_eq!(components, before);
    }

    #[test]
    fn a_request_does_not_take_a_package_from_its_owner() {
        let mut components = vec![
            finding("pkg:pypi/six", Declared, "/srv/requirements.txt"),
            finding("pkg:pypi/six@1.16.0", Installed, "/usr/lib/python3/dist-packages/six-1.16.0.egg-info/PKG-INFO"),
        ];
        components[1].owner = Some(Purl::new("deb", "python3-six"));
        agree(&mut components, true);
        assert_eq!(components[0].owner, components[1].owner);
    }

    fn any_finding() -> impl Strategy<Value = Component> {
        let evidence = prop_oneof![Just(Declared), Just(Embedded), Just(Installed)];
        ("a[._-]b", proptest::option::of("[12]"), evidence, "([xy]/){0,2}f").prop_map(|(name, version, evidence, place)| {
            let purl = Purl::new("pypi", &name).with_version(&version.unwrap_or_default());
            Component::new(purl, evidence, "test", Location::file(place))
        })
    }

    proptest! {
        #[test]
        fn the_order_of_findings_does_not_matter(
            mut list in proptest::collection::vec(any_finding(), 0..8),
            is_system: bool,
        ) {
            let mut reversed = list.clone();
            reversed.reverse();
            agree(&mut list, is_system);
            agree(&mut reversed, is_system);
            reversed.reverse();
            prop_assert_eq!(list, reversed);
        }
    }
}
