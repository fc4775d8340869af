//! `products/<id>.toml` → [`Product`].

use toml::Spanned;

use super::super::faults::{Faults, Place};
use super::super::raw::{RawPackage, RawProcess, RawProduct};
use super::super::types::{PackageRule, ProcessSignature, Product};
use super::signature;
use crate::problem::Code;

/// Types of package URL that components can have: those of the specification, and those for what it has no type for.
const PURL_TYPES: &[&str] = &[
    "alpm",
    "apk",
    "appimage",
    "bazel",
    "bitbucket",
    "bitnami",
    "bower",
    "brew",
    "cargo",
    "chocolatey",
    "cocoapods",
    "composer",
    "conan",
    "conda",
    "cpan",
    "cran",
    "deb",
    "docker",
    "flatpak",
    "gem",
    "generic",
    "github",
    "gitlab",
    "golang",
    "gradle",
    "guix",
    "hackage",
    "helm",
    "hex",
    "huggingface",
    "julia",
    "luarocks",
    "maven",
    "mlflow",
    "nim",
    "nix",
    "npm",
    "nuget",
    "oci",
    "opam",
    "opkg",
    "otp",
    "pear",
    "portage",
    "pub",
    "pypi",
    "rpm",
    "scoop",
    "snap",
    "swid",
    "swift",
    "terraform",
    "vcpkg",
    "winget",
    "wordpress",
    "yarn",
    "yocto",
];

/// Five times what the richest product of the catalog has.
const MOST_NAMES: usize = 500;
/// Five times what the richest product of the catalog has.
const MOST_BINARIES: usize = 100;

/// The product, if the file says enough of it to be one; faults go to `faults`.
pub(crate) fn check(raw: &RawProduct, faults: &mut Faults<'_>) -> Option<Product> {
    faults.schema(raw.schema.as_ref());
    let id = faults.own_id();
    let name = faults.required(raw.name.as_ref(), "name", Place::File).and_then(|name| faults.text(name));
    let kind = faults.required(raw.kind.as_ref(), "kind", Place::File).and_then(|kind| faults.word(kind));
    let open_source = faults.required(raw.open_source.as_ref(), "open-source", Place::File).and_then(|word| faults.word(word));
    if raw.sources.is_empty() {
        faults.missing(Code::NoSource, "sources", Place::File, "name at least one page that the file rests on");
    }
    for (count, most, what) in [
        (raw.package.iter().map(|table| table.get_ref().name.len()).sum(), MOST_NAMES, "package names"),
        (raw.binary.len(), MOST_BINARIES, "byte signatures"),
    ] {
        if count > most {
            faults.whole(Code::TooBroad, format!("the file has {count} {what}; one product has at most {most}"));
        }
    }
    for list in [&raw.sources, &raw.aliases, &raw.funding, &raw.made_by] {
        faults.no_repeats(list);
    }
    Some(Product {
        license: faults.maybe_text(raw.license.as_ref()),
        homepage: faults.maybe_url(raw.homepage.as_ref()),
        policy: faults.maybe_url(raw.policy.as_ref()),
        sources: faults.urls(&raw.sources),
        aliases: faults.texts(&raw.aliases),
        funding: faults.urls(&raw.funding),
        made_by: faults.texts(&raw.made_by),
        cycle_from: faults.maybe_word(raw.cycle_from.as_ref()),
        packages: raw.package.iter().filter_map(|table| package(table, faults)).collect(),
        binaries: raw.binary.iter().filter_map(|table| signature::binary(table, faults)).collect(),
        configs: raw.config.iter().filter_map(|table| signature::config(table, faults)).collect(),
        processes: raw.process.iter().filter_map(|table| process(table, faults)).collect(),
        id,
        name: name?,
        kind: kind?,
        open_source: open_source?,
    })
}

fn package(table: &Spanned<RawPackage>, faults: &mut Faults<'_>) -> Option<PackageRule> {
    let raw = table.get_ref();
    let role = faults.required(raw.role.as_ref(), "role", Place::of(table)).and_then(|role| faults.word(role));
    for (key, list) in [("type", &raw.r#type), ("name", &raw.name)] {
        if list.is_empty() {
            faults.missing(Code::MissingKey, key, Place::of(table), "it is required");
        }
        faults.no_repeats(list);
    }
    for kind in raw.r#type.iter().filter(|kind| !PURL_TYPES.contains(&kind.get_ref().as_str())) {
        faults.at(Code::BadValue, kind.span(), format!("`{}` is no type of package URL", kind.get_ref()));
    }
    let named_by_distribution =
        |kind: &Spanned<String>| matches!(kind.get_ref().as_str(), "deb" | "rpm" | "apk" | "alpm" | "opkg");
    if !raw.distros.is_empty() && !raw.r#type.iter().all(named_by_distribution) {
        faults.at(Code::BadValue, table.span(), "`distros` has a meaning for the types deb, rpm, apk, alpm and opkg only");
    }
    // Words for the reader of the file; checked, not kept.
    faults.maybe_text(raw.rule.as_ref());
    Some(PackageRule {
        types: faults.texts(&raw.r#type),
        names: raw.name.iter().filter_map(|name| faults.pattern(name)).collect(),
        versions: raw.versions.as_ref().and_then(|range| faults.range(range)),
        distros: faults.texts(&raw.distros),
        role: role?,
    })
}

fn process(table: &Spanned<RawProcess>, faults: &mut Faults<'_>) -> Option<ProcessSignature> {
    let raw = table.get_ref();
    let role = faults.required(raw.role.as_ref(), "role", Place::of(table)).and_then(|role| faults.word(role));
    if raw.name.is_empty() {
        faults.missing(Code::MissingKey, "name", Place::of(table), "it is required");
    }
    for name in raw.name.iter().filter(|name| name.get_ref().contains('/')) {
        faults.at(Code::BadPattern, name.span(), format!("`{}` is a path; write the base name only", name.get_ref()));
    }
    Some(ProcessSignature { names: raw.name.iter().filter_map(|name| faults.pattern(name)).collect(), role: role? })
}
