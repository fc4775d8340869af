//! Reads the lists that conda writes to make an environment again
//! (<https://docs.conda.io/projects/conda/en/stable/commands/list.html>): `conda list --export` (`name=version=build`, a line a
//! package) and `conda list --explicit` (the addresses of packages behind `@EXPLICIT`), whatever they are called: people save
//! them as requirements, environment or spec files with the suffix `.txt`. What pip installed has the build `pypi_0`.

use crate::model::{Component, Evidence, Location, Origin, Purl};

use super::project_file::is_unpacked;
use super::{Claim, Detector, FileFacts, Findings, Opened};

const ID: &str = "conda-list";
/// Parts of the names under which such lists are kept.
const NAMES: [&str; 5] = ["conda", "environment", "explicit", "requirement", "spec"];

/// Lists of conda packages.
pub(super) struct CondaList;

impl Detector for CondaList {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".txt")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let name = facts.name().to_lowercase();
        NAMES.iter().any(|part| name.contains(part)) && !is_unpacked(facts)
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(text) = out.text(file) else { return };
        if !is_list(text) {
            return;
        }
        for (number, line) in (1..).zip(text.lines().map(str::trim)) {
            let Some(purl) = exported(line).or_else(|| explicit(line)) else { continue };
            let mut component = Component::new(purl, Evidence::Declared, ID, Location::line(file.shown(), number));
            component.origin = Origin::Registry;
            out.component(component);
        }
    }
}

/// Whether a text is such a list: no line of it is anything else. A requirements file of pip never is one, since `=` alone is
/// no operator of pip's.
pub(super) fn is_list(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
    lines.peek().is_some() && lines.all(|line| line == "@EXPLICIT" || exported(line).is_some() || explicit(line).is_some())
}

/// `numpy=1.26.4=py311h64a7726_0`
fn exported(line: &str) -> Option<Purl> {
    let mut parts = line.split('=');
    let (name, version, build) = (parts.next()?, parts.next()?, parts.next()?);
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-+!".contains(c));
    if parts.next().is_some() || ![name, version, build].into_iter().all(plain) {
        return None;
    }
    Some(match build {
        "pypi_0" => Purl::new("pypi", name).with_version(version),
        build => Purl::new("conda", name).with_version(version).with_qualifier("build", build),
    })
}

/// `https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda#c502…`
fn explicit(line: &str) -> Option<Purl> {
    let (place, _) = line.split_once('#').unwrap_or((line, ""));
    let (kind, stem) = ["conda", "tar.bz2"].iter().find_map(|kind| Some((*kind, place.strip_suffix(&format!(".{kind}"))?)))?;
    let (_, rest) = stem.split_once("://")?;
    let mut folders = rest.rsplit('/');
    let (file, subdir, channel) = (folders.next()?, folders.next()?, folders.next()?);
    let mut parts = file.rsplitn(3, '-');
    let (build, version, name) = (parts.next()?, parts.next()?, parts.next()?);
    let purl = Purl::new("conda", name).with_version(version).with_qualifier("build", build).with_qualifier("channel", channel);
    Some(purl.with_qualifier("subdir", subdir).with_qualifier("type", kind))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::python_requirements::PythonRequirements;
    use super::super::testing::found;
    use super::*;

    const EXPORTED: &[u8] =
        b"# This file may be used to create an environment using:\r\n# $ conda create --name <env> --file <this file>\r\n\
        # platform: linux-64\r\n_libgcc_mutex=0.1=main\r\nnumpy=1.26.4=py311h64a7726_0\r\nrequests=2.31.0=pypi_0\r\n";
    const EXPLICIT: &[u8] = b"# platform: linux-64\n@EXPLICIT\n\
        https://conda.anaconda.org/conda-forge/linux-64/ca-certificates-2024.2.2-hbcca054_0.conda#2f4327a1cbe7f022401b236e915a5fef\n\
        https://repo.anaconda.com/pkgs/main/noarch/tzdata-2024a-h04d1e81_0.tar.bz2\n";

    #[test]
    fn an_export_and_an_explicit_list_name_every_package() {
        expect![[r"
            pkg:conda/_libgcc_mutex@0.1?build=main declared :4
            pkg:conda/numpy@1.26.4?build=py311h64a7726_0 declared :5
            pkg:pypi/requests@2.31.0 declared :6"]]
        .assert_eq(&found(&CondaList, &[("requirements.txt", EXPORTED)]));
        expect![[r"
            pkg:conda/ca-certificates@2024.2.2?build=hbcca054_0&channel=conda-forge&subdir=linux-64&type=conda declared :3
            pkg:conda/tzdata@2024a?build=h04d1e81_0&channel=main&subdir=noarch&type=tar.bz2 declared :4"]]
        .assert_eq(&found(&CondaList, &[("spec-file.txt", EXPLICIT)]));
    }

    #[test]
    fn a_list_of_the_one_is_none_of_the_other() {
        assert_eq!(found(&PythonRequirements, &[("requirements.txt", EXPORTED)]), "");
        for text in ["a==1.0\n", "a=1=b\nc>=2\n", "", "# nothing\n", "two words\n", "https://h/a-1.0.tar.gz\n"] {
            assert_eq!(found(&CondaList, &[("requirements.txt", text.as_bytes())]), "", "{text}");
        }
    }
}
