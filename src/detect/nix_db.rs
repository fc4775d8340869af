//! Reads Nix's database, `nix/var/nix/db/db.sqlite` (schema 10,
//! <https://github.com/NixOS/nix/blob/master/src/libstore/schema.sql>): every valid path of the store. Name and version
//! are those of the derivation that built it, where its file is still in the store, else what the path's name says.
//!
//! A path without a version is a part of a build, no package. A write-ahead log that holds changes is told and not read.

use std::path::Path;

use rusqlite::Connection;

use crate::problem::Code;

use super::nix_name;
use super::{Claim, Detector, Findings, Opened, sqlite_file};

const DATABASE: &str = "nix/var/nix/db/db.sqlite";
const STORE: &str = "/nix/store/";
const MAX_DATABASE: u64 = 512 << 20;
/// Longest value of a derivation's variable that can be a name or a version.
const MAX_VALUE: usize = 200;

/// The database of Nix.
pub(super) struct NixDb;

impl Detector for NixDb {
    fn id(&self) -> &'static str {
        "nix-db"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(DATABASE)]
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(database) = out.noted(sqlite_file::open(file, MAX_DATABASE)) else { return };
        if file.sibling("db.sqlite-wal").reader().is_ok_and(|(_, len)| len > 0) {
            let text = "its write-ahead log holds changes that are not read; run nix-store --verify once to have them merged";
            out.problem(Code::Unsupported, file, text);
        }
        if !sqlite_file::has_table(&database, "ValidPaths") {
            return out.problem(Code::Malformed, file, "it has no table ValidPaths, hence no packages of Nix");
        }
        if let Err(error) = self.paths(&database, file, out) {
            out.problem(Code::Malformed, file, format!("cannot read the paths to their end: {error}"));
        }
    }
}

impl NixDb {
    fn paths(&self, database: &Connection, file: &Opened<'_>, out: &mut Findings) -> rusqlite::Result<()> {
        let root = file.system_root(DATABASE);
        let mut query = database.prepare("SELECT path, deriver FROM ValidPaths ORDER BY path")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (path, deriver): (String, Option<String>) = (row.get(0)?, row.get(1)?);
            let Some(stored) = in_store(&path).and_then(nix_name::behind_hash) else { continue };
            let Some(named) = nix_name::split(stored) else { continue };
            let place = file.show(&root.join(path.trim_start_matches('/')));
            let built = deriver.as_deref().and_then(|deriver| {
                in_store(deriver)?;
                let derivation = file.in_root(&root, Path::new(deriver.trim_start_matches('/')));
                let text = derivation.text_if_there()?;
                Some((variable(text, "pname")?, variable(text, "version")?))
            });
            let (name, version) = built.as_ref().map_or(named, |(name, version)| (name, version));
            out.component(nix_name::component(name, version, self.id(), place));
        }
        Ok(())
    }
}

/// The last part of a path in the store.
fn in_store(path: &str) -> Option<&str> {
    path.strip_prefix(STORE).filter(|name| !name.contains('/'))
}

/// The value of a variable in a derivation: `("pname","hello")`.
fn variable(text: &str, name: &str) -> Option<String> {
    let (_, behind) = text.split_once(&format!("(\"{name}\",\""))?;
    let (value, _) = behind.split_once('"')?;
    let plain = !value.is_empty() && value.len() <= MAX_VALUE && value.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    plain.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;
    use expect_test::expect;

    const SCHEMA: &str = "create table if not exists ValidPaths (id integer primary key autoincrement not null, path text unique not null, \
        hash text not null, registrationTime integer not null, deriver text, narSize integer, ultimate integer, sigs text, ca text)";

    fn database(rows: &[(&str, Option<&str>)]) -> Vec<u8> {
        let mut database = Connection::open_in_memory().expect("a database");
        database.execute(SCHEMA, []).expect("a table");
        for row in rows {
            let statement = "insert into ValidPaths (path, hash, registrationTime, deriver) values (?1, 'sha256:00', 0, ?2)";
            database.execute(statement, *row).expect("a row");
        }
        database.serialize("main").expect("bytes").to_vec()
    }

    #[test]
    fn valid_paths_are_packages_named_by_their_derivation() {
        let bytes = database(&[
            ("/nix/store/sbldylj3clbkc0aqvjjzfa6slp4zdvlj-hello-2.12.1", None),
            ("/nix/store/1bldylj3clbkc0aqvjjzfa6slp4zdvlj-hello-2.12.1-dev", None),
            ("/nix/store/2bldylj3clbkc0aqvjjzfa6slp4zdvlj-source", None),
            (
                "/nix/store/3bldylj3clbkc0aqvjjzfa6slp4zdvlj-libfoo-9-2-1.0",
                Some("/nix/store/4bldylj3clbkc0aqvjjzfa6slp4zdvlj-libfoo-9-2-1.0.drv"),
            ),
            ("/nix/store/4bldylj3clbkc0aqvjjzfa6slp4zdvlj-libfoo-9-2-1.0.drv", None),
        ]);
        let derivation = br#"Derive([("out","/nix/store/x","","")],[],[],"x86_64-linux","/bin/sh",[],[("name","libfoo-9-2-1.0"),("pname","libfoo-9-2"),("version","1.0")])"#;
        expect![[r"
            pkg:nix/hello@2.12.1 installed
            pkg:nix/hello@2.12.1 installed
            pkg:nix/libfoo-9-2@1.0 installed"]]
        .assert_eq(&found(
            &NixDb,
            &[
                (&format!("mnt/{DATABASE}"), &bytes),
                ("mnt/nix/store/4bldylj3clbkc0aqvjjzfa6slp4zdvlj-libfoo-9-2-1.0.drv", derivation),
            ],
        ));
    }

    #[test]
    fn another_database_and_no_database_are_problems() {
        let mut other = Connection::open_in_memory().expect("a database");
        other.execute("create table x (y)", []).expect("a table");
        let other = other.serialize("main").expect("bytes").to_vec();
        expect!["! nix/var/nix/db/db.sqlite: UP002: it has no table ValidPaths, hence no packages of Nix"]
            .assert_eq(&found(&NixDb, &[(DATABASE, &other)]));
        let whole = database(&[("/nix/store/sbldylj3clbkc0aqvjjzfa6slp4zdvlj-hello-2.12.1", None)]);
        for bytes in [&b""[..], b"hello", whole.get(..200).unwrap_or_default()] {
            assert!(found(&NixDb, &[(DATABASE, bytes)]).starts_with("! "), "{}", bytes.len());
        }
    }
}
