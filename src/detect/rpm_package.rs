//! Turns an rpm header into a component and the files it owns. Leaves out what rpm keeps beside packages (public keys),
//! files that another package replaced, and files that were not installed.

use std::path::{Path, PathBuf};

use crate::model::{Component, Evidence, Location, Origin, OsRelease, Purl};

use super::rpm_header::{Header, tag};
use super::{Findings, Opened, UsrMerge, os_identity, rpm_reasons};

/// The system root that an rpm database belongs to.
pub(super) struct RpmSystem {
    os: Option<OsRelease>,
    merge: UsrMerge,
    reasons: rpm_reasons::Reasons,
    shown: String,
}

impl RpmSystem {
    /// Of the database `file` below the system root `root`.
    pub(super) fn of(file: &Opened<'_>, root: &Path) -> Self {
        let os = os_identity::read(file, root);
        let (merge, reasons) = (UsrMerge::of(file.tree(), root), rpm_reasons::Reasons::read(file, root));
        Self { os, merge, reasons, shown: file.shown() }
    }

    /// Writes down the package of a header and what it owns; nothing for a public key.
    pub(super) fn package(&self, header: &Header<'_>, detector: &'static str, out: &mut Findings) {
        let Some(name) = header.text(tag::NAME).filter(|name| name != "gpg-pubkey") else { return };
        let arch = header.text(tag::ARCH).unwrap_or_default();
        let purl = Purl::new("rpm", &name)
            .with_namespace(self.os.as_ref().map_or("", |os| &os.id))
            .with_version(&version(header))
            .with_qualifier("arch", &arch)
            // rpm compares a missing epoch as 0, and so do we.
            .with_qualifier(
                "epoch",
                &header.numbers(tag::EPOCH).next().filter(|epoch| *epoch > 0).map_or_else(String::new, |epoch| epoch.to_string()),
            )
            .with_qualifier("distro", &self.os.as_ref().map(OsRelease::distro).unwrap_or_default());
        let real: Vec<PathBuf> = files(header).iter().map(|path| self.merge.real(path)).collect();
        out.ownership.add(&purl, real.iter().map(PathBuf::as_path));
        let mut component = Component::new(purl, Evidence::Installed, detector, Location::file(&self.shown));
        component.chosen = self.reasons.chosen(&name, &arch);
        component.license = header.text(tag::LICENSE).map(std::borrow::Cow::into_owned);
        component.source_package = header.text(tag::SOURCE_RPM).and_then(|file| source(&file)).filter(|source| *source != name);
        component.origin = origin(header, self.os.as_ref());
        out.component(component);
    }
}

fn version(header: &Header<'_>) -> String {
    let parts = [header.text(tag::VERSION), header.text(tag::RELEASE)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("-")
}

/// The name in `bash-5.1.8-6.el9.src.rpm`.
fn source(file: &str) -> Option<String> {
    let stem = file.strip_suffix(".src.rpm").or_else(|| file.strip_suffix(".nosrc.rpm"))?;
    stem.rsplitn(3, '-').nth(2).map(str::to_owned)
}

/// Paths of the files that are there and belong to this package alone.
fn files(header: &Header<'_>) -> Vec<String> {
    const REPLACED: u8 = 1;
    const NOT_INSTALLED: u8 = 2;
    let folders: Vec<&[u8]> = header.texts(tag::DIR_NAMES).collect();
    let indexes = header.numbers(tag::DIR_INDEXES).map(|index| folders.get(index as usize).copied());
    let split = indexes.zip(header.texts(tag::BASE_NAMES)).map(|(folder, name)| Some([folder?, name].concat()));
    // rpm before version 4 wrote whole paths.
    let whole = header.texts(tag::OLD_FILE_NAMES).map(|path| Some(path.to_vec()));
    let states = header.bytes(tag::FILE_STATES).iter().copied().chain(std::iter::repeat(0));
    split
        .chain(whole)
        .zip(states)
        .filter(|(_, state)| ![REPLACED, NOT_INSTALLED].contains(state))
        .filter_map(|(path, _)| String::from_utf8(path?).ok())
        .collect()
}

/// How a header's vendor begins → the distributions whose own repository that is.
const DISTRIBUTION_VENDORS: [(&str, &[&str]); 13] = [
    ("AlmaLinux", &["almalinux"]),
    ("Amazon", &["amzn"]),
    ("Broadcom", &["photon"]),
    ("CentOS", &["centos"]),
    ("Fedora Project", &["fedora"]),
    ("Mageia", &["mageia"]),
    ("Microsoft Corporation", &["mariner", "azurelinux"]),
    ("Oracle America", &["ol"]),
    ("Red Hat", &["rhel", "rhcos"]),
    ("Rocky", &["rocky"]),
    ("SUSE", &["sles", "sles_sap", "sled", "sle-micro", "sl-micro", "opensuse-leap"]),
    ("VMware", &["photon"]),
    ("openSUSE", &["opensuse", "opensuse-leap", "opensuse-tumbleweed"]),
];

/// A distribution's vendor on another distribution is a vendor: EPEL is built by the Fedora Project.
fn origin(header: &Header<'_>, os: Option<&OsRelease>) -> Origin {
    let Some(vendor) = header.text(tag::VENDOR).or_else(|| header.text(tag::PACKAGER)) else { return Origin::Unknown };
    let stated = header.text(tag::VENDOR).is_some();
    let own = DISTRIBUTION_VENDORS
        .iter()
        .filter(|(start, _)| vendor.starts_with(start))
        .any(|(_, ids)| os.is_none_or(|os| ids.contains(&os.id.as_str())));
    match (own, stated) {
        (true, _) => Origin::Distribution,
        (false, true) => Origin::Vendor(vendor.into_owned()),
        // A packager's name and address is a person, not a repository.
        (false, false) => Origin::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::super::rpm_header::testing::{Value, header};
    use super::*;

    #[test]
    fn the_source_package_is_what_stands_before_version_and_release() {
        for (file, name) in [
            ("bash-5.1.8-6.el9.src.rpm", Some("bash")),
            ("java-17-openjdk-17.0.9.0.9-2.el9.src.rpm", Some("java-17-openjdk")),
            ("kernel-5-1.nosrc.rpm", Some("kernel")),
            ("(none)", None),
            ("x.src.rpm", None),
        ] {
            assert_eq!(source(file).as_deref(), name, "{file}");
        }
    }

    #[test]
    fn replaced_files_and_broken_indexes_own_nothing() {
        let blob = header(&[
            (tag::DIR_NAMES, Value::Texts(&["/usr/bin/", "/etc/"])),
            (tag::DIR_INDEXES, Value::Numbers(&[0, 0, 1, 9])),
            (tag::BASE_NAMES, Value::Texts(&["a", "b", "c", "d"])),
            (tag::FILE_STATES, Value::Bytes(&[0, 1, 0, 0])),
        ]);
        assert_eq!(files(&Header::parse(&blob).expect("a header")), ["/usr/bin/a", "/etc/c"]);
        let old = header(&[(tag::OLD_FILE_NAMES, Value::Texts(&["/bin/sh"]))]);
        assert_eq!(files(&Header::parse(&old).expect("a header")), ["/bin/sh"]);
    }

    #[test]
    fn a_distributions_vendor_is_one_only_at_home() {
        let os = |id: &str| OsRelease { id: id.into(), ..OsRelease::default() };
        for (tag, vendor, id, expected) in [
            (tag::VENDOR, "Red Hat, Inc.", "rhel", Origin::Distribution),
            (tag::VENDOR, "Fedora Project", "rhel", Origin::Vendor("Fedora Project".into())),
            (tag::VENDOR, "SUSE LLC <https://www.suse.com/>", "sles", Origin::Distribution),
            (tag::VENDOR, "Docker", "centos", Origin::Vendor("Docker".into())),
            (tag::PACKAGER, "me <me@example.org>", "centos", Origin::Unknown),
            (tag::PACKAGER, "Fedora Project", "fedora", Origin::Distribution),
        ] {
            let blob = header(&[(tag, Value::Text(vendor))]);
            assert_eq!(origin(&Header::parse(&blob).expect("a header"), Some(&os(id))), expected, "{vendor} on {id}");
        }
        assert_eq!(origin(&Header::parse(&header(&[])).expect("a header"), None), Origin::Unknown);
    }
}
