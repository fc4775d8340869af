//! Turns an rpm header into a component and the files it owns. Leaves out what rpm keeps beside packages (public keys),
//! files that another package replaced, and files that were not installed.

use std::path::{Path, PathBuf};

use crate::model::{Component, Evidence, Location, Origin, OsRelease, Purl};

use super::rpm_header::{Header, HeaderError, tag};
use super::{Findings, Opened, UsrMerge, os_identity, rpm_reasons};

/// The names of rpm's later databases: where one lies, it has taken the place of the earlier ones beside it.
pub(super) const SQLITE: &str = "rpmdb.sqlite";
pub(super) const NDB: &str = "Packages.db";

/// Largest database that is read.
pub(super) const MAX_DATABASE: u64 = 512 << 20;

/// What rpm calls a public key in its database.
pub(super) const PUBLIC_KEY: &str = "gpg-pubkey";

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

    /// Writes down the package whose header is `blob`.
    ///
    /// # Errors
    /// If it is no header.
    pub(super) fn blob(&self, blob: &[u8], detector: &'static str, out: &mut Findings) -> Result<(), HeaderError> {
        Header::parse(blob).map(|header| self.package(&header, detector, out))
    }

    /// Writes down the package of a header and what it owns; nothing for a public key.
    fn package(&self, header: &Header<'_>, detector: &'static str, out: &mut Findings) {
        let arch = header.text(tag::ARCH).unwrap_or_default();
        let Some(purl) = purl(header, &arch) else { return };
        let purl = self.at_home(purl);
        let real: Vec<PathBuf> = files(header).iter().map(|path| self.merge.real(path)).collect();
        out.ownership.add(&purl, real.iter().map(PathBuf::as_path));
        let mut component = Component::new(purl, Evidence::Installed, detector, Location::file(&self.shown));
        component.chosen = self.reasons.chosen(component.purl.name(), &arch);
        describe(&mut component, header, self.os.as_ref());
        out.component(component);
    }

    /// The package as this system's own.
    fn at_home(&self, purl: Purl) -> Purl {
        purl.with_namespace(self.os.as_ref().map_or("", |os| &os.id))
            .with_qualifier("distro", &self.os.as_ref().map(OsRelease::distro).unwrap_or_default())
    }
}

/// Name, version, architecture and epoch of the package of a header; `None` for a public key.
pub(super) fn purl(header: &Header<'_>, arch: &str) -> Option<Purl> {
    let name = header.text(tag::NAME).filter(|name| name != PUBLIC_KEY)?;
    let version = [header.text(tag::VERSION), header.text(tag::RELEASE)];
    let version = version.into_iter().flatten().collect::<Vec<_>>().join("-");
    let epoch = header.numbers(tag::EPOCH).next().unwrap_or_default();
    Some(Purl::new("rpm", &name).with_version(&version).with_qualifier("arch", arch).with_qualifier("epoch", &stated(epoch)))
}

/// rpm compares a missing epoch as 0, and so do we.
fn stated(epoch: u32) -> String {
    if epoch == 0 { String::new() } else { epoch.to_string() }
}

/// Adds what a header says of the package beside its identity.
pub(super) fn describe(component: &mut Component, header: &Header<'_>, os: Option<&OsRelease>) {
    component.license = header.text(tag::LICENSE).map(std::borrow::Cow::into_owned);
    let source = header.text(tag::SOURCE_RPM).and_then(|file| source(&file));
    component.source_package = source.filter(|source| source != component.purl.name());
    component.origin = origin(header, os);
}

/// The name in `bash-5.1.8-6.el9.src.rpm`.
pub(super) fn source(file: &str) -> Option<String> {
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

fn origin(header: &Header<'_>, os: Option<&OsRelease>) -> Origin {
    match (header.text(tag::VENDOR), header.text(tag::PACKAGER)) {
        (Some(vendor), _) => vendor_origin(&vendor, os),
        // A packager's name and address is a person, not a repository.
        (None, Some(packager)) => {
            let origin = vendor_origin(&packager, os);
            if origin == Origin::Distribution { origin } else { Origin::Unknown }
        }
        (None, None) => Origin::Unknown,
    }
}

/// A distribution's vendor on another distribution is a vendor: EPEL is built by the Fedora Project.
pub(super) fn vendor_origin(vendor: &str, os: Option<&OsRelease>) -> Origin {
    if is_distribution(vendor, os) { Origin::Distribution } else { Origin::Vendor(vendor.to_owned()) }
}

/// Whether a header's vendor is the distribution `os`; of an unknown one, any distribution.
pub(super) fn is_distribution(vendor: &str, os: Option<&OsRelease>) -> bool {
    homes(vendor).any(|ids| os.is_none_or(|os| ids.contains(&os.id.as_str())))
}

/// The distributions, each by its os-release ID, whose own packages carry this vendor.
pub(super) fn homes(vendor: &str) -> impl Iterator<Item = &'static [&'static str]> {
    DISTRIBUTION_VENDORS.iter().filter(move |(start, _)| vendor.starts_with(start)).map(|(_, ids)| *ids)
}

#[cfg(test)]
pub(super) mod testing {
    use crate::detect::rpm_header::tag;
    use crate::detect::rpm_header::testing::{Value, header};

    /// The header of a package with an epoch and one file; `more` are further tags.
    pub(in super::super) fn package(name: &str, more: &[(u32, &str)]) -> Vec<u8> {
        let texts = [(tag::NAME, name), (tag::VERSION, "5.1.8"), (tag::RELEASE, "6.el9"), (tag::ARCH, "x86_64")];
        let mut values: Vec<_> = texts.iter().chain(more).map(|(tag, text)| (*tag, Value::Text(text))).collect();
        values.push((tag::EPOCH, Value::Numbers(&[1])));
        values.extend([
            (tag::DIR_NAMES, Value::Texts(&["/bin/"])),
            (tag::DIR_INDEXES, Value::Numbers(&[0])),
            (tag::BASE_NAMES, Value::Texts(&["bash"])),
        ]);
        header(&values)
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
