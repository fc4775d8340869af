//! Reads rpm's database in SQLite (`rpmdb.sqlite`, rpm 4.16 and later): one header blob a package
//! (<https://rpm-software-management.github.io/rpm/manual/>). Leaves out public keys. A write-ahead log that holds changes
//! is told and not read.

use crate::problem::Code;

use super::rpm_package::{MAX_DATABASE, RpmSystem};
use super::{Claim, Detector, Findings, Opened, Stage, sqlite_file};

/// Its place, before and after the move to `/usr`, and on systems that are updated as a whole.
const PLACES: [&str; 3] = ["var/lib/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/rpmdb.sqlite", "usr/share/rpm/rpmdb.sqlite"];

pub(super) struct RpmSqlite;

impl Detector for RpmSqlite {
    fn id(&self) -> &'static str {
        "rpm-sqlite"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(PLACES[0]), Claim::Path(PLACES[1]), Claim::Path(PLACES[2])]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(place) = PLACES.iter().find(|place| file.path().ends_with(place)) else { return };
        let Some(database) = out.noted(sqlite_file::open(file, MAX_DATABASE)) else { return };
        if file.sibling("rpmdb.sqlite-wal").reader().is_ok_and(|(_, len)| len > 0) {
            let text = "its write-ahead log holds changes that are not read; run rpm -qa once as root to have them merged";
            out.problem(Code::Unsupported, file, text);
        }
        if !sqlite_file::has_table(&database, "Packages") {
            out.problem(Code::Malformed, file, "it has no table Packages, hence no packages of rpm");
            return;
        }
        let system = RpmSystem::of(file, &file.system_root(place));
        let read = database.prepare("SELECT blob FROM Packages ORDER BY hnum").and_then(|mut query| {
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                match row.get_ref(0)?.as_blob().map(|blob| system.blob(blob, self.id(), out)) {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => out.problem(Code::Malformed, file, error.to_string()),
                    Err(_) => out.problem(Code::Malformed, file, "a package's header is no blob"),
                }
            }
            Ok(())
        });
        if let Err(error) = read {
            out.problem(Code::Malformed, file, format!("cannot read the packages to their end: {error}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rpm_header::tag;
    use super::super::rpm_package::testing::package;
    use super::super::testing::{findings, found};
    use super::*;
    use expect_test::expect;
    use std::path::Path;

    /// A database whose rows are `headers`, in the journal mode that rpm leaves behind.
    fn database(headers: &[Vec<u8>]) -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("rpmdb.sqlite");
        let database = rusqlite::Connection::open(&path).expect("a database");
        let sql = "PRAGMA journal_mode = WAL; CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL);";
        database.execute_batch(sql).expect("a table");
        for header in headers {
            database.execute("INSERT INTO Packages (blob) VALUES (?1)", [header]).expect("a row");
        }
        drop(database);
        std::fs::read(path).expect("a file")
    }

    #[test]
    fn a_package_has_its_distribution_licence_source_and_vendor() {
        let more = [(tag::LICENSE, "GPLv3+"), (tag::VENDOR, "Rocky"), (tag::SOURCE_RPM, "shell-5.1.8-6.el9.src.rpm")];
        let bytes = database(&[package("bash", &more), package("gpg-pubkey", &[]), package("bash-doc", &[])]);
        let files: [(&str, &[u8]); 2] =
            [("c/var/lib/rpm/rpmdb.sqlite", &bytes), ("c/etc/os-release", b"ID=\"rocky\"\nVERSION_ID=\"9.4\"")];
        expect![[r"
            pkg:rpm/rocky/bash-doc@5.1.8-6.el9?arch=x86_64&distro=rocky-9.4&epoch=1 installed
            pkg:rpm/rocky/bash@5.1.8-6.el9?arch=x86_64&distro=rocky-9.4&epoch=1 installed origin=Distribution license=GPLv3+ source=shell"]]
        .assert_eq(&found(&RpmSqlite, &files));
        let out = findings(&RpmSqlite, &files);
        assert!(out.ownership.owner(Path::new("c/bin/bash")).is_some());
    }

    #[test]
    fn without_os_release_there_is_no_namespace() {
        let bytes = database(&[package("bash", &[])]);
        expect!["pkg:rpm/bash@5.1.8-6.el9?arch=x86_64&epoch=1 installed"].assert_eq(&found(&RpmSqlite, &[(PLACES[1], &bytes)]));
    }

    #[test]
    fn a_broken_header_is_a_problem_and_spoils_no_other() {
        let bytes = database(&[vec![1, 2, 3], package("bash", &[])]);
        expect![[r"
            pkg:rpm/bash@5.1.8-6.el9?arch=x86_64&epoch=1 installed
            ! var/lib/rpm/rpmdb.sqlite: UP002: an rpm header ends before its counts"]]
        .assert_eq(&found(&RpmSqlite, &[(PLACES[0], &bytes)]));
    }

    #[test]
    fn a_view_in_the_place_of_the_table_is_not_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("x");
        let endless = "CREATE VIEW Packages AS WITH RECURSIVE c(blob) AS (SELECT 1 UNION ALL SELECT 1 FROM c) SELECT blob, 1 AS hnum FROM c";
        rusqlite::Connection::open(&path).and_then(|database| database.execute_batch(endless)).expect("a view");
        let bytes = std::fs::read(path).expect("a file");
        expect!["! var/lib/rpm/rpmdb.sqlite: UP002: it has no table Packages, hence no packages of rpm"]
            .assert_eq(&found(&RpmSqlite, &[(PLACES[0], &bytes)]));
    }

    #[test]
    fn a_file_of_another_format_or_cut_off_is_a_problem() {
        let bytes = database(&[package("bash", &[])]);
        for bytes in [b"".as_slice(), b"text", &[0; 4096], bytes.get(..4096).unwrap_or_default()] {
            let text = found(&RpmSqlite, &[(PLACES[0], bytes)]);
            assert!(text.starts_with("! var/lib/rpm/rpmdb.sqlite: UP002: "), "{text}");
        }
    }

    #[test]
    fn an_unmerged_write_ahead_log_is_told() {
        let bytes = database(&[package("bash", &[])]);
        let text = found(&RpmSqlite, &[(PLACES[0], &bytes), ("var/lib/rpm/rpmdb.sqlite-wal", b"pages")]);
        assert!(text.contains("UP015: its write-ahead log"), "{text}");
    }
}
