//! Reads Perl distributions from CPAN: what `cpanm` and its like installed (`.meta/<distribution>/install.json` and
//! `MYMETA.json`) and the `META.json` or `META.yml` of unpacked ones (<https://metacpan.org/pod/CPAN::Meta::Spec>).
//!
//! The META file of a working copy is the project's own and no component. What a
//! distribution requires is left out: it is given as modules, and a module does not tell its distribution.

use crate::model::{Component, Evidence, Location, Origin, Purl};
use crate::problem::Code;

use super::document::{self, Node, Value};
use super::{Claim, Detector, FileFacts, Findings, Opened, json, yaml};

const ID: &str = "cpan-meta";
/// What an installer writes down of a distribution.
const INSTALL: &str = "install.json";
/// What the distribution says of itself, as configured for this host.
const MYMETA: &str = "MYMETA.json";

/// One of these keys makes a file Perl's: the specification's first version asked for none of the others.
const MARKS: [&str; 5] = ["meta-spec", "generated_by", "abstract", "distribution_type", "dynamic_config"];

/// Distributions of CPAN.
pub(super) struct CpanMeta;

impl Detector for CpanMeta {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Name(INSTALL), Claim::Name(MYMETA), Claim::Name("META.json"), Claim::Name("META.yml")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let installed = facts.folder(1) == ".meta";
        match facts.name() {
            INSTALL | MYMETA => installed,
            _ => !installed,
        }
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        match file.facts().name() {
            INSTALL => installed(file, out),
            MYMETA if file.sibling(INSTALL).exists() => {}
            MYMETA => described(file, Evidence::Installed, json::parse, out),
            _ if file.sibling(".git/HEAD").exists() => {}
            "META.yml" if file.sibling("META.json").exists() => {}
            "META.yml" => described(file, Evidence::Embedded, yaml::parse, out),
            _ => described(file, Evidence::Embedded, json::parse, out),
        }
    }
}

/// A distribution as its installer records it: `dist` is name and version, `pathname` begins with the author's folders.
fn installed(file: &Opened<'_>, out: &mut Findings) {
    let Some(record) = document::read(file, out, json::parse) else { return };
    let dist = record.text("dist").unwrap_or(file.facts().folder(0));
    let version = stated(&record, "version");
    // The record's version is the main module's, which may be written otherwise than the distribution's.
    let name = distribution(dist).or_else(|| Some(dist).zip(version));
    let Some((name, version)) = name.filter(|(name, _)| !name.is_empty()) else {
        return out.problem_at(Code::Malformed, file, 1, "an installed distribution without a name or a version");
    };
    let author = record.text("pathname").and_then(|path| path.rsplit('/').nth(1)).unwrap_or_default();
    let meta = file.sibling(MYMETA);
    let license = meta.text_if_there().and_then(|text| license(&json::parse(text).0));
    declare(name, version, author, license, Evidence::Installed, file, out);
}

/// Name and version of a distribution: `Try-Tiny-0.31`, `version-v0.9929-TRIAL`.
pub(super) fn distribution(stated: &str) -> Option<(&str, &str)> {
    let is_version = |rest: &str| rest.strip_prefix('v').unwrap_or(rest).starts_with(|c: char| c.is_ascii_digit());
    let mut ends = stated.rmatch_indices('-').filter_map(|(at, _)| Some((stated.get(..at)?, stated.get(at + 1..)?)));
    ends.find(|(name, rest)| !name.is_empty() && is_version(rest))
}

/// A distribution as it describes itself.
fn described(file: &Opened<'_>, evidence: Evidence, parse: fn(&str) -> (Node, Option<document::Fault>), out: &mut Findings) {
    let Some(meta) = document::read(file, out, parse) else { return };
    let Some(name) = meta.text("name").map(|name| name.replace("::", "-")) else {
        // Files of this name are not Perl's alone.
        if meta.get("meta-spec").is_some() {
            out.problem_at(Code::Malformed, file, 1, "a distribution without a name");
        }
        return;
    };
    // Extensions of PostgreSQL have the same file, for a network of their own.
    if meta.get("meta-spec").and_then(|spec| spec.text("url")).is_some_and(|url| url.contains("pgxn")) {
        return;
    }
    if !MARKS.iter().any(|key| meta.get(key).is_some()) {
        return;
    }
    let author = meta.text("x_authority").and_then(|who| who.strip_prefix("cpan:")).unwrap_or_default();
    let version = stated(&meta, "version").unwrap_or_default();
    declare(&name, version, author, license(&meta), evidence, file, out);
}

fn declare(
    name: &str,
    version: &str,
    author: &str,
    license: Option<String>,
    evidence: Evidence,
    file: &Opened<'_>,
    out: &mut Findings,
) {
    let purl = Purl::new("cpan", name).with_namespace(&author.to_uppercase()).with_version(version);
    let mut component = Component::new(purl, evidence, ID, Location::file(file.shown()));
    component.origin = Origin::Registry;
    component.license = license;
    out.component(component);
}

/// A text, or a number as the parser prints it.
fn stated<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    match &node.get(key)?.value {
        Value::Text(text) | Value::Number(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        _ => None,
    }
}

/// The licences; CPAN has a word for the two of Perl itself.
fn license(meta: &Node) -> Option<String> {
    let license = meta.get("license")?;
    let words = std::iter::once(license).chain(license.items()).filter_map(Node::as_text);
    let known = words.filter(|word| !matches!(*word, "unknown" | ""));
    let spelt: Vec<&str> = known
        .map(|word| if matches!(word, "perl_5" | "perl") { "Artistic-1.0-Perl OR GPL-1.0-or-later" } else { word })
        .collect();
    (!spelt.is_empty()).then(|| spelt.join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const PLACE: &str = "usr/local/lib/perl5/x86_64-linux/.meta/Try-Tiny-0.31/install.json";

    #[test]
    fn an_installed_distribution_is_named_by_its_record() {
        let record = br#"{"dist":"Try-Tiny-0.31","name":"Try::Tiny","pathname":"E/ET/ETHER/Try-Tiny-0.31.tar.gz","provides":{"Try::Tiny":{"file":"lib/Try/Tiny.pm","version":"0.31"}},"target":"Try::Tiny","version":"0.31"}"#;
        let meta = br#"{"name": "Try-Tiny", "version": "0.31", "license": ["mit"], "meta-spec": {"version": 2}}"#;
        let beside = "usr/local/lib/perl5/x86_64-linux/.meta/Try-Tiny-0.31/MYMETA.json";
        expect!["pkg:cpan/ETHER/Try-Tiny@0.31 installed license=mit"]
            .assert_eq(&found(&CpanMeta, &[(PLACE, record), (beside, meta)]));
        assert_eq!(found(&CpanMeta, &[(beside, meta), (PLACE, record)]), "");
    }

    #[test]
    fn an_unpacked_distribution_is_there_and_the_own_one_is_not() {
        let json = br#"{"name": "libwww-perl", "version": 6.76, "license": ["perl_5"], "generated_by": "ExtUtils::MakeMaker", "x_authority": "cpan:OALDERS"}"#;
        expect!["pkg:cpan/OALDERS/libwww-perl@6.76 embedded license=Artistic-1.0-Perl OR GPL-1.0-or-later"]
            .assert_eq(&found(&CpanMeta, &[("inc/libwww-perl-6.76/META.json", json)]));
        assert_eq!(found(&CpanMeta, &[("app/META.json", json), ("app/.git/HEAD", b"ref: refs/heads/main")]), "");
        assert!(CpanMeta.wants(&FileFacts::new(std::path::Path::new("META.json"))));
        let yml = b"---\nname: JSON-PP\nversion: 4.10\nlicense: perl\nmeta-spec:\n  version: 1.4\n";
        expect!["pkg:cpan/JSON-PP@4.10 embedded license=Artistic-1.0-Perl OR GPL-1.0-or-later"]
            .assert_eq(&found(&CpanMeta, &[("inc/JSON-PP/META.yml", yml)]));
        let old = b"name: Text-Old\nversion: 1.20\nabstract: words\nlicense: perl\n";
        expect!["pkg:cpan/Text-Old@1.20 embedded license=Artistic-1.0-Perl OR GPL-1.0-or-later"]
            .assert_eq(&found(&CpanMeta, &[("inc/Text-Old-1.20/META.yml", old)]));
        assert_eq!(found(&CpanMeta, &[("inc/JSON-PP/META.yml", yml), ("inc/JSON-PP/META.json", b"{}")]), "");
    }

    #[test]
    fn a_file_of_somebody_else_says_nothing_and_a_broken_one_is_a_problem() {
        assert_eq!(found(&CpanMeta, &[("data/META.json", br#"{"name": "table", "version": "1"}"#)]), "");
        expect!["! a/META.json:1:1: UP003: not JSON: EOF while parsing a value"]
            .assert_eq(&found(&CpanMeta, &[("a/META.json", b"")]));
        expect!["! x/.meta/a/install.json:1:1: UP002: an installed distribution without a name or a version"]
            .assert_eq(&found(&CpanMeta, &[("x/.meta/a/install.json", b"{\"dist\": \"a\"}")]));
    }
}
