//! What one file of an installation tells less of than another: of `PostgreSQL`, libpq knows that it is 18, and the server beside
//! it that it is 18.4. One installation is one version.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Component;

/// Gives findings by bytes the longer version that files of the same product and installation tell, where there is exactly one.
pub(super) fn settle(components: &mut [Component]) {
    let mut told: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for component in components.iter().filter(|component| by_bytes(component)) {
        if let (Some(version), Some(prefix)) = (component.purl.version(), prefix(component)) {
            told.entry(component.purl.full_name()).or_default().insert((version.to_owned(), prefix));
        }
    }
    for component in components.iter_mut().filter(|component| by_bytes(component)) {
        let Some(own) = prefix(component) else { continue };
        let same_product = told.get(&component.purl.full_name()).into_iter().flatten();
        let longer: BTreeSet<&String> = same_product
            .filter(|(version, other)| is_longer(version, component.purl.version()) && together(&own, other))
            .map(|(version, _)| version)
            .collect();
        let (Some(version), None) = (longer.first(), longer.iter().nth(1)) else { continue };
        component.purl = component.purl.clone().with_version(version);
    }
}

fn by_bytes(component: &Component) -> bool {
    component.product.is_some() && component.detectors.iter().any(|id| id == "byte-signature")
}

/// `18.4` says more than `18`, and than nothing.
fn is_longer(version: &str, than: Option<&str>) -> bool {
    than.is_none_or(|short| version.strip_prefix(short).is_some_and(|rest| rest.starts_with('.')))
}

/// Where the installation of a file begins: what stands before its last `bin`, `sbin`, `lib` or `libexec`; else its folder.
fn prefix(component: &Component) -> Option<String> {
    let path = component.locations.first()?.path.trim_start_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    let last = parts.len().saturating_sub(1);
    let folder = parts.get(..last)?;
    let at = folder.iter().rposition(|part| matches!(*part, "bin" | "sbin" | "lib" | "lib64" | "libexec")).unwrap_or(last);
    Some(folder.get(..at)?.join("/"))
}

/// The same installation, or one that has its libraries in the other's.
fn together(one: &str, other: &str) -> bool {
    let below =
        |inner: &str, outer: &str| !outer.is_empty() && inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    one == other || below(one, other) || below(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Evidence, Location, ProductHint, Purl, Role};

    /// The versions of `files` (path, version told) afterwards.
    fn settled(files: &[(&str, &str)]) -> Vec<String> {
        let mut components: Vec<Component> = files
            .iter()
            .map(|(path, version)| {
                let purl = Purl::new("generic", "postgresql").with_version(version);
                let mut component = Component::new(purl, Evidence::Installed, "byte-signature", Location::file(*path));
                component.product = Some(ProductHint { product: "postgresql".to_owned(), role: Role::Library });
                component
            })
            .collect();
        settle(&mut components);
        components.iter().map(|component| component.purl.version().unwrap_or("?").to_owned()).collect()
    }

    #[test]
    fn one_installation_has_the_version_of_the_file_that_knows_most() {
        let server = ("/opt/pg/bin/postgres", "18.4");
        assert_eq!(settled(&[server, ("/opt/pg/lib/libpq.so.5.18", "18")]), ["18.4", "18.4"]);
        assert_eq!(settled(&[("/opt/pg/lib/libpq.so.5.18", "18"), server]), ["18.4", "18.4"]);
        assert_eq!(settled(&[("/opt/pg/bin/tool", ""), server]), ["18.4", "18.4"]);
        let debian = [("/usr/lib/postgresql/18/bin/postgres", "18.4"), ("/usr/lib/x86_64-linux-gnu/libpq.so.5.18", "18")];
        assert_eq!(settled(&debian), ["18.4", "18.4"]);
    }

    #[test]
    fn other_installations_other_versions_and_two_candidates_change_nothing() {
        let library = ("/opt/pg/lib/libpq.so.5.18", "18");
        for others in [
            vec![("/opt/other/bin/postgres", "18.4")],
            vec![("/opt/pg/bin/postgres", "17.4")],
            vec![("/opt/pg/bin/postgres", "180.1")],
            vec![("/opt/pg/bin/postgres", "18.4"), ("/opt/pg/bin/psql", "18.3")],
        ] {
            let files: Vec<_> = [library].into_iter().chain(others).collect();
            assert_eq!(settled(&files)[0], "18", "{files:?}");
        }
        assert_eq!(
            settled(&[("/bin/postgres", "18.4"), library]),
            ["18.4", "18"],
            "a root is no installation of everything below it"
        );
    }
}
