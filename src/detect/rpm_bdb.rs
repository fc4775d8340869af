//! Reads rpm's database in Berkeley DB (`Packages`, rpm before 4.16): a hash database of header blobs under a running number
//! (<https://rpm-software-management.github.io/rpm/manual/>). Leaves out the indexes beside it, public keys, and a database
//! that a newer one of rpm's has taken the place of.

use crate::problem::Code;

use super::berkeley_db::{HashDatabase, Record};
use super::rpm_package::{MAX_DATABASE, NDB, RpmSystem, SQLITE};
use super::{Claim, Detector, Findings, Opened, Stage};

const PLACES: [&str; 3] = ["var/lib/rpm/Packages", "usr/lib/sysimage/rpm/Packages", "usr/share/rpm/Packages"];

pub(super) struct RpmBdb;

impl Detector for RpmBdb {
    fn id(&self) -> &'static str {
        "rpm-bdb"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(PLACES[0]), Claim::Path(PLACES[1]), Claim::Path(PLACES[2])]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(place) = PLACES.iter().find(|place| file.path().ends_with(place)) else { return };
        if [SQLITE, NDB].iter().any(|newer| file.sibling(newer).exists()) {
            out.skip("rpm databases that a newer one replaced");
            return;
        }
        let Some(bytes) = out.noted(file.bytes_up_to(MAX_DATABASE)) else { return };
        let database = match HashDatabase::open(bytes) {
            Ok(database) => database,
            Err(error) => return out.problem(Code::Malformed, file, error.to_string()),
        };
        let system = RpmSystem::of(file, &file.system_root(place));
        // One problem tells that the file is damaged; one for each record would not tell more.
        let mut fault = None;
        for record in database.records() {
            let read = match record {
                Ok(record) if is_counter(&record) => continue,
                Ok(record) => system.blob(&record.value, self.id(), out).map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            fault = fault.or(read.err());
        }
        if let Some(fault) = fault {
            out.problem(Code::Malformed, file, fault);
        }
    }
}

/// Under the number 0 stands the next number and no package.
fn is_counter(record: &Record<'_>) -> bool {
    record.key.iter().all(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::super::berkeley_db::testing::database;
    use super::super::rpm_package::testing::package;
    use super::super::testing::{findings, found};
    use super::*;
    use expect_test::expect;
    use std::path::Path;

    #[test]
    fn packages_in_either_byte_order_have_their_distribution_and_files() {
        let (bash, key) = (package("bash", &[]), package("gpg-pubkey", &[]));
        for big in [false, true] {
            let bytes = database(&[(&[0; 4], &[9, 0, 0, 0]), (&[1, 0, 0, 0], &bash), (&[2, 0, 0, 0], &key)], big);
            let files: [(&str, &[u8]); 2] =
                [("c/var/lib/rpm/Packages", &bytes), ("c/etc/os-release", b"ID=\"centos\"\nVERSION_ID=\"7\"")];
            expect!["pkg:rpm/centos/bash@5.1.8-6.el9?arch=x86_64&distro=centos-7&epoch=1 installed"]
                .assert_eq(&found(&RpmBdb, &files));
            assert!(findings(&RpmBdb, &files).ownership.owner(Path::new("c/bin/bash")).is_some());
        }
    }

    #[test]
    fn a_broken_record_is_a_problem_and_spoils_no_other() {
        let bash = package("bash", &[]);
        let bytes = database(&[(&[1, 0, 0, 0], b"short"), (&[2, 0, 0, 0], &bash), (&[3, 0, 0, 0], b"")], false);
        expect![[r"
            pkg:rpm/bash@5.1.8-6.el9?arch=x86_64&epoch=1 installed
            ! var/lib/rpm/Packages: UP002: an rpm header ends before its counts"]]
        .assert_eq(&found(&RpmBdb, &[(PLACES[0], &bytes)]));
    }

    #[test]
    fn a_database_beside_its_successor_is_not_read() {
        let bash = package("bash", &[]);
        let bytes = database(&[(&[1, 0, 0, 0], &bash)], false);
        for newer in ["var/lib/rpm/rpmdb.sqlite", "var/lib/rpm/Packages.db"] {
            assert_eq!(found(&RpmBdb, &[(PLACES[0], &bytes), (newer, b"x")]), "");
        }
    }

    #[test]
    fn a_file_that_is_empty_cut_off_or_something_else_is_a_problem() {
        let bash = package("bash", &[]);
        let bytes = database(&[(&[1, 0, 0, 0], &bash)], false);
        for bytes in [b"".as_slice(), b"text", &[0; 4096], &bytes[..600]] {
            let text = found(&RpmBdb, &[(PLACES[1], bytes)]);
            assert!(text.starts_with("! usr/lib/sysimage/rpm/Packages: UP002: "), "{text}");
        }
    }
}
