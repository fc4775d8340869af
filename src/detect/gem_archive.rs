//! Reads the identity of a package file of `RubyGems` (`.gem`): its member `metadata.gz`, the specification in YAML
//! (<https://guides.rubygems.org/specification-reference/>). Unpacks no file, and leaves the files that `RubyGems` keeps of what it
//! installed to the specifications that lie beside them.

use std::io::{self, Read};
use std::sync::Arc;

use crate::model::{Component, Evidence, Location, Purl};
use crate::problem::Code;
use crate::source::{Section, decompressed};

use super::document::Node;
use super::{Claim, Detector, Findings, Opened, tar_entry, yaml};

/// Most unpacked bytes of a specification.
const MAX_TEXT: u64 = 8 << 20;

/// Package files of `RubyGems`.
pub(super) struct GemArchive;

impl Detector for GemArchive {
    fn id(&self) -> &'static str {
        "gem-archive"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".gem")]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let stem = file.facts().name().strip_suffix(".gem").unwrap_or_default();
        if file.facts().folder(0) == "cache" && file.sibling(&format!("../specifications/{stem}.gemspec")).exists() {
            return;
        }
        let Some(section) = out.noted(file.section()) else { return };
        let text = match metadata(section) {
            Ok(Some(text)) => text,
            Ok(None) => return out.problem(Code::Malformed, file, "a gem without metadata"),
            Err(error) => return out.problem(Code::Malformed, file, format!("no readable gem: {error}")),
        };
        file.count(text.len() as u64);
        let (specification, fault) = yaml::parse(&String::from_utf8_lossy(&text));
        let version = specification.get("version").and_then(|version| version.text("version"));
        let (Some(name), Some(version)) = (specification.text("name"), version) else {
            let fault = fault.map(|fault| format!(": {}", fault.text)).unwrap_or_default();
            return out.problem(Code::Malformed, file, format!("a gem whose metadata give no name and version{fault}"));
        };
        let platform = specification.text("platform").filter(|platform| *platform != "ruby").unwrap_or_default();
        let purl = Purl::new("gem", name).with_version(version).with_qualifier("platform", platform);
        let mut component = Component::new(purl, Evidence::Embedded, self.id(), Location::file(file.shown()));
        let licenses = specification.get("licenses").map(Node::items).unwrap_or_default();
        let licenses: Vec<&str> = licenses.iter().filter_map(Node::as_text).collect();
        // Several licences of a gem are a choice.
        component.license = (!licenses.is_empty()).then(|| licenses.join(" OR "));
        component.funding =
            specification.get("metadata").and_then(|map| map.text("funding_uri")).map(str::to_owned).into_iter().collect();
        out.component(component);
    }
}

/// The text of the specification; `None` if the archive has none.
fn metadata(section: Section) -> io::Result<Option<Vec<u8>>> {
    let Some((_, packed)) = tar_entry::text(section, |path| path == "metadata.gz")? else { return Ok(None) };
    let mut text = Vec::new();
    decompressed(Section::of_bytes(Arc::from(packed)))?.1.take(MAX_TEXT).read_to_end(&mut text)?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::super::tar_entry::tests::{archive, gzip};
    use super::super::testing::found;
    use super::*;

    const METADATA: &[u8] = b"--- !ruby/object:Gem::Specification\nname: nokogiri\nversion: !ruby/object:Gem::Version\n  version: 1.15.4\n\
        platform: x86_64-linux\nauthors:\n- Mike Dalessio\nautorequire:\nbindir: bin\ncert_chain: []\ndate: 2023-08-11 00:00:00.000000000 Z\n\
        dependencies:\n- !ruby/object:Gem::Dependency\n  name: racc\n  requirement: !ruby/object:Gem::Requirement\n    requirements:\n\
    \x20   - - \"~>\"\n      - !ruby/object:Gem::Version\n        version: '1.4'\n  type: :runtime\n  prerelease: false\n\
        description: |\n  Nokogiri: an HTML parser\nlicenses:\n- MIT\n- Ruby\nmetadata:\n  funding_uri: https://example.org/pay\n\
        rubygems_version: 3.4.10\nspecification_version: 4\n";
    const EXPECTED: &str =
        "pkg:gem/nokogiri@1.15.4?platform=x86_64-linux embedded license=MIT OR Ruby fund=https://example.org/pay";

    fn gem(metadata: &[u8]) -> Vec<u8> {
        archive(&[("metadata.gz", &gzip(metadata)), ("data.tar.gz", &gzip(&archive(&[("a.rb", b"")])))])
    }

    #[test]
    fn a_gem_says_who_it_is() {
        assert_eq!(found(&GemArchive, &[("vendor/cache/nokogiri-1.15.4-x86_64-linux.gem", &gem(METADATA))]), EXPECTED);
        let plain = b"--- !ruby/object:Gem::Specification\nname: a\nversion: !ruby/object:Gem::Version\n  version: '1.0'\nplatform: ruby\n";
        assert_eq!(found(&GemArchive, &[("a-1.0.gem", &gem(plain))]), "pkg:gem/a@1.0 embedded");
    }

    #[test]
    fn what_rubygems_keeps_of_an_installed_gem_is_left_to_its_specification() {
        let path = "gems/3.1.0/cache/nokogiri-1.15.4-x86_64-linux.gem";
        let beside = ("gems/3.1.0/specifications/nokogiri-1.15.4-x86_64-linux.gemspec", &b""[..]);
        assert_eq!(found(&GemArchive, &[(path, &gem(METADATA)), beside]), "");
        assert_eq!(found(&GemArchive, &[(path, &gem(METADATA))]), EXPECTED);
    }

    #[test]
    fn what_is_no_gem_or_ends_early_is_one_problem() {
        let whole = gem(METADATA);
        for bytes in
            [b"".as_slice(), b"text that is none", &whole[..600], &gem(b"name: a\n"), &gem(b"\xFF{"), &archive(&[("x", b"")])]
        {
            let text = found(&GemArchive, &[("a.gem", bytes)]);
            assert!(text.starts_with("! a.gem: UP002: ") && !text.contains('\n'), "{text}");
        }
    }
}
