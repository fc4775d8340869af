//! Reads the identity of a conda package that nobody has installed
//! (<https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html>): `info/index.json`, inside a `.conda`
//! file or in the root of an unpacked package, as every `.tar.bz2` is one. Leaves out what conda keeps in its folder `pkgs`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;
use crate::source::{Section, normalise};

use super::document::Node;
use super::{Claim, Detector, FileFacts, Findings, Opened, Stage, json, tar_entry, zip_entry};

const INDEX: &str = "info/index.json";

/// Conda packages that are not installed.
pub(super) struct CondaArchive;

impl Detector for CondaArchive {
    fn id(&self) -> &'static str {
        "conda-archive"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".conda"), Claim::Path(INDEX)]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        facts.path() == Path::new(INDEX) || (facts.name() != "index.json" && facts.folder(0) != "pkgs")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        if file.path() != Path::new(INDEX) {
            return packed(file, out);
        }
        let Some(text) = out.text(file) else { return };
        let (index, _) = json::parse(text);
        // Other programs keep an `info/index.json` of their own.
        let Some(component) = component(&index, "tar.bz2", file) else { return };
        let listed = file.sibling("files");
        let files: Vec<PathBuf> =
            listed.text_if_there().into_iter().flat_map(str::lines).map(|line| normalise(Path::new(line.trim()))).collect();
        out.ownership.add(&component.purl, files.iter().map(PathBuf::as_path));
        out.component(component);
    }
}

/// Reads the inner archive `info-<name>.tar.zst` of a `.conda` file.
fn packed(file: &Opened<'_>, out: &mut Findings) {
    let before = out.problems.len();
    let is_info = |path: &String| path.starts_with("info-") && path.contains(".tar");
    let inner = zip_entry::text(file, out, |paths| paths.iter().position(is_info));
    if out.problems.len() > before {
        return;
    }
    let text = inner.map_or(Ok(None), |(_, bytes)| index(bytes));
    let parsed = text.map(|text| text.map(|text| json::parse(&String::from_utf8_lossy(&text)).0));
    match parsed.map(|index| index.and_then(|index| component(&index, "conda", file))) {
        Ok(Some(component)) => out.component(component),
        Ok(None) => out.problem(Code::Malformed, file, "a conda package without an index that gives name, version and build"),
        Err(error) => out.problem(Code::Malformed, file, format!("no readable conda package: {error}")),
    }
}

fn index(inner: Vec<u8>) -> io::Result<Option<Vec<u8>>> {
    Ok(tar_entry::text(Section::of_bytes(Arc::from(inner)), |path| path == INDEX)?.map(|(_, text)| text))
}

/// The package that an index describes; `None` if it is none.
fn component(index: &Node, kind: &str, file: &Opened<'_>) -> Option<Component> {
    let purl = Purl::new("conda", index.text("name")?)
        .with_version(index.text("version")?)
        .with_qualifier("build", index.text("build")?)
        .with_qualifier("subdir", index.text("subdir").unwrap_or_default())
        .with_qualifier("type", kind);
    let mut component = Component::new(purl, Evidence::Embedded, "conda-archive", Location::file(file.shown()));
    component.origin = Origin::Registry;
    component.license = index.text("license").map(str::to_owned);
    Some(component)
}

#[cfg(test)]
mod tests {
    use super::super::tar_entry::tests::archive as tar;
    use super::super::testing::{findings, found};
    use super::super::zip_entry::tests::archive as zip;
    use super::*;

    const JSON: &[u8] =
        br#"{"arch": "x86_64", "build": "py311h64a7726_0", "build_number": 0, "depends": ["python >=3.11,<3.12.0a0"],
        "license": "BSD-3-Clause", "name": "numpy", "platform": "linux", "subdir": "linux-64", "version": "1.26.0"}"#;

    fn conda(info: &[u8]) -> Vec<u8> {
        let info = zstd::stream::encode_all(info, 1).expect("zstd");
        zip(&[
            ("metadata.json", br#"{"conda_pkg_format_version": 2}"#),
            ("pkg-numpy-1.26.0-0.tar.zst", b""),
            ("info-numpy-1.26.0-0.tar.zst", &info),
        ])
    }

    #[test]
    fn a_package_file_says_who_it_is() {
        let bytes = conda(&tar(&[("info/about.json", b"{}"), (INDEX, JSON)]));
        assert_eq!(
            found(&CondaArchive, &[("channel/linux-64/numpy-1.26.0-0.conda", &bytes)]),
            "pkg:conda/numpy@1.26.0?build=py311h64a7726_0&subdir=linux-64&type=conda embedded license=BSD-3-Clause"
        );
    }

    #[test]
    fn an_unpacked_package_owns_its_files() {
        let out = findings(&CondaArchive, &[(INDEX, JSON), ("info/files", b"lib/a.py\nbin/numpy\n")]);
        assert_eq!(out.components.len(), 1);
        assert!(out.ownership.owner(Path::new("lib/a.py")).is_some() && out.ownership.len() == 2);
        assert_eq!(found(&CondaArchive, &[(INDEX, br#"{"name": "site", "version": "1"}"#)]), "");
    }

    #[test]
    fn what_is_no_package_or_ends_early_is_one_problem() {
        let whole = conda(&tar(&[(INDEX, JSON)]));
        for bytes in [b"".as_slice(), b"text that is none", &whole[..60], &conda(&tar(&[(INDEX, b"{}")])), &zip(&[("x", b"")])] {
            let text = found(&CondaArchive, &[("a.conda", bytes)]);
            assert!(text.starts_with("! a.conda: UP002: ") && !text.contains('\n'), "{text}");
        }
    }

    #[test]
    fn what_conda_keeps_is_not_wanted() {
        for (path, wanted) in [
            ("channel/linux-64/a-1-0.conda", true),
            ("opt/conda/pkgs/a-1-0.conda", false),
            ("opt/conda/pkgs/a-1-0/info/index.json", false),
            (INDEX, true),
        ] {
            assert_eq!(CondaArchive.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }
}
