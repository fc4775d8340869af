//! Says which distribution a system root is: os-release(5), then the release files from before it existed.
//! Invents no version: a rolling release has none.

use std::path::Path;

use crate::model::OsRelease;

use super::Opened;

/// The files of os-release(5), the one that wins first.
pub(super) const OS_RELEASE: [&str; 2] = ["etc/os-release", "usr/lib/os-release"];

/// One-line release files of the Red Hat family, most specific last: on most of its members the first is a link.
pub(super) const RED_HAT_STYLE: [&str; 7] = [
    "etc/redhat-release",
    "etc/centos-release",
    "etc/rocky-release",
    "etc/almalinux-release",
    "etc/oracle-release",
    "etc/fedora-release",
    "etc/system-release",
];

/// Alpine's version, alone in a file.
pub(super) const ALPINE: &str = "etc/alpine-release";

/// Debian's point release, alone in a file; derivatives write other things into it.
pub(super) const DEBIAN: &str = "etc/debian_version";

/// The distribution of the system root `root`; `file` is any file of the same tree.
pub(super) fn read(file: &Opened<'_>, root: &Path) -> Option<OsRelease> {
    let text = |path: &str| file.in_root(root, Path::new(path)).text_if_there().map(str::to_owned);
    let Some(mut os) = OS_RELEASE.iter().find_map(|path| parse(&text(path)?)) else {
        return RED_HAT_STYLE
            .iter()
            .find_map(|path| parse_red_hat(&text(path)?))
            .or_else(|| bare("alpine", "Alpine Linux", &text(ALPINE)?, 3))
            .or_else(|| bare("debian", "Debian GNU/Linux", &text(DEBIAN)?, 1))
            .or_else(|| unreleased(&text(DEBIAN)?));
    };
    os.point_release = [DEBIAN, ALPINE, RED_HAT_STYLE[0]]
        .iter()
        .filter_map(|path| text(path))
        .filter_map(|text| dotted(&text).map(str::to_owned))
        .find(|point| point.contains('.') && refines(point, os.version_id.as_deref()));
    Some(os)
}

/// Reads os-release(5); `None` if the text has not one assignment.
pub(super) fn parse(text: &str) -> Option<OsRelease> {
    let mut os = OsRelease::default();
    let (mut name, mut version, mut any) = (None, None, false);
    for (key, value) in text.lines().filter_map(assignment) {
        any = true;
        let value = Some(value).filter(|value| !value.is_empty());
        match key {
            "ID" => os.id = value.unwrap_or_default().to_ascii_lowercase(),
            "ID_LIKE" => os.id_like = value.iter().flat_map(|v| v.split_whitespace()).map(str::to_ascii_lowercase).collect(),
            "VERSION_ID" => os.version_id = value,
            "VERSION_CODENAME" => os.codename = value,
            "PRETTY_NAME" => os.pretty_name = value.unwrap_or_default(),
            "NAME" => name = value,
            "VERSION" => version = value,
            _ => {}
        }
    }
    // The manual page: without an ID it is `linux`.
    if os.id.is_empty() {
        "linux".clone_into(&mut os.id);
    }
    if os.pretty_name.is_empty() {
        let parts = [name.or_else(|| Some(os.id.clone())), version.or_else(|| os.version_id.clone())];
        os.pretty_name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    }
    any.then_some(os)
}

/// `KEY=value` as a shell would take it, without expansion.
fn assignment(line: &str) -> Option<(&str, String)> {
    let (key, value) = line.trim().split_once('=')?;
    let is_name = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| (key, unquoted(value)))
}

fn unquoted(value: &str) -> String {
    let value = value.trim();
    let quote = value.chars().next().filter(|c| ['"', '\''].contains(c));
    let Some(quote) = quote else { return value.to_owned() };
    let mut out = String::new();
    let mut characters = value.chars().skip(1);
    while let Some(character) = characters.next() {
        match character {
            '\\' if quote == '"' => out.extend(characters.next()),
            end if end == quote => break,
            other => out.push(other),
        }
    }
    out
}

/// `CentOS release 6.10 (Final)`, `Red Hat Enterprise Linux Server release 6.10 (Santiago)`.
fn parse_red_hat(text: &str) -> Option<OsRelease> {
    let pretty = text.lines().next()?.trim();
    let version = dotted(pretty)?;
    let id = RED_HAT_NAMES.iter().find(|(name, _)| pretty.starts_with(name))?.1;
    Some(OsRelease {
        id: id.to_owned(),
        version_id: Some(version.to_owned()),
        pretty_name: pretty.to_owned(),
        point_release: Some(version.to_owned()).filter(|version| version.contains('.')),
        ..OsRelease::default()
    })
}

/// How the first word of a release file names a distribution.
const RED_HAT_NAMES: [(&str, &str); 7] = [
    ("Red Hat Enterprise Linux", "rhel"),
    ("CentOS", "centos"),
    ("Rocky", "rocky"),
    ("AlmaLinux", "almalinux"),
    ("Oracle Linux", "ol"),
    ("Fedora", "fedora"),
    ("Amazon Linux", "amzn"),
];

/// A file that holds a version and nothing else; the first `significant` parts of it are the release.
fn bare(id: &str, name: &str, text: &str, significant: usize) -> Option<OsRelease> {
    let point = dotted(text).filter(|version| *version == text.trim())?;
    let version = point.split('.').take(significant).collect::<Vec<_>>().join(".");
    Some(OsRelease {
        id: id.to_owned(),
        pretty_name: format!("{name} {point}"),
        version_id: Some(version),
        point_release: Some(point.to_owned()).filter(|point| point.contains('.')),
        ..OsRelease::default()
    })
}

/// Debian's testing and unstable both write `trixie/sid`: the codename of the release to come, which they are not.
fn unreleased(text: &str) -> Option<OsRelease> {
    let name = text.trim();
    let codename = name.strip_suffix("/sid")?;
    Some(OsRelease {
        id: "debian".to_owned(),
        pretty_name: format!("Debian GNU/Linux {name}"),
        codename: Some(codename.to_owned()),
        ..OsRelease::default()
    })
}

/// The first word of `text` that is digits and dots: a version, and nothing like `trixie/sid`.
fn dotted(text: &str) -> Option<&str> {
    text.lines()
        .next()?
        .split_whitespace()
        .find(|word| word.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())))
}

/// Whether `point` is a point release of `version`: a derivative's `debian_version` tells Debian's, not its own.
fn refines(point: &str, version: Option<&str>) -> bool {
    version.is_none_or(|version| point.strip_prefix(version).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// The catalog's id of the product that `os` is; `None` for a distribution that the catalog has not.
pub(super) fn product(os: &OsRelease) -> Option<&'static str> {
    // CentOS Stream calls itself by the same ID as the CentOS that it is not.
    if os.id == "centos" && os.pretty_name.contains("Stream") {
        return Some("centos-stream");
    }
    PRODUCTS.iter().find(|(id, _)| *id == os.id).map(|(_, product)| *product)
}

/// os-release `ID` → product id, sorted by `ID`.
const PRODUCTS: [(&str, &str); 35] = [
    ("almalinux", "almalinux"),
    ("alpine", "alpine-linux"),
    ("amzn", "amazon-linux"),
    ("antix", "antix-linux"),
    ("buildroot", "buildroot"),
    ("centos", "centos"),
    ("clear-linux-os", "clearlinux"),
    ("cos", "cos"),
    ("debian", "debian"),
    ("devuan", "devuan"),
    ("eurolinux", "eurolinux"),
    ("fedora", "fedora"),
    ("linuxmint", "linuxmint"),
    ("mageia", "mageia"),
    ("mx", "mxlinux"),
    ("nixos", "nixos"),
    ("ol", "oracle-linux"),
    ("opensuse", "opensuse"),
    ("opensuse-leap", "opensuse"),
    ("openwrt", "openwrt"),
    ("photon", "vmware-photon"),
    ("poky", "yocto"),
    ("pop", "pop-os"),
    ("postmarketos", "postmarketos"),
    ("rhel", "rhel"),
    ("rocky", "rocky-linux"),
    ("sl-micro", "suse-linux-micro"),
    ("slackware", "slackware"),
    ("sle-micro", "suse-linux-micro"),
    ("sled", "sles"),
    ("sles", "sles"),
    ("sles_sap", "sles"),
    ("steamos", "steamos"),
    ("tails", "tails"),
    ("ubuntu", "ubuntu"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_unquoted_as_a_shell_would() {
        for (written, value) in [
            ("ID=debian", "debian"),
            ("ID=\"debian\"", "debian"),
            ("ID='de bian'", "de bian"),
            (r#"ID="a\"b\$c\\d""#, r#"a"b$c\d"#),
            (r"ID='a\b'", r"a\b"),
            ("ID=\"open", "open"),
            ("ID=\"ü\" # note", "ü"),
        ] {
            assert_eq!(assignment(written), Some(("ID", value.to_owned())));
        }
        assert_eq!(assignment("# ID=debian"), None);
    }

    #[test]
    fn a_release_file_from_before_os_release_names_distribution_and_version() {
        for (text, distro) in [
            ("CentOS release 6.10 (Final)\n", Some("centos-6.10")),
            ("Red Hat Enterprise Linux Server release 5.11 (Tikanga)", Some("rhel-5.11")),
            ("Fedora release 20 (Heisenbug)", Some("fedora-20")),
            ("Some appliance 4", None),
            ("CentOS", None),
        ] {
            assert_eq!(parse_red_hat(text).map(|os| os.distro()).as_deref(), distro, "{text}");
        }
    }

    #[test]
    fn the_stream_is_another_product_than_the_distribution_it_replaced() {
        for (pretty, expected) in [("CentOS Stream 9", "centos-stream"), ("CentOS Linux 7 (Core)", "centos")] {
            let os = OsRelease { id: "centos".into(), pretty_name: pretty.into(), ..OsRelease::default() };
            assert_eq!(product(&os), Some(expected));
        }
    }

    #[test]
    fn the_table_of_products_is_sorted_and_without_duplicates() {
        assert!(PRODUCTS.is_sorted_by(|left, right| left.0 < right.0));
    }
}
