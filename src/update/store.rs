//! The one file in which all that updates brought is kept. It is replaced as a whole, so that there is always either the old
//! state or the new one; it carries its own digest and the layout that it was written in, and what does not agree is not
//! read: the catalog that is built in stands in for it, with a note.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::error::UpdateError;
use super::kev::KnownExploited;
use super::local;
use crate::catalog::{Catalog, Data, LAYOUT, LifecycleTable, embedded_data};
use crate::model::{Date, hex};

/// The first line of the file; the number changes with the header, the layout's digest with the contents.
const MAGIC: &str = "underpin-catalog 1";
/// Name of the file.
const FILE: &str = "catalog.bin";
/// Most bytes that are read.
const LARGEST: u64 = 256 << 20;

/// What updates brought.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Where it came from, in the order in which the addresses were first given.
    pub sources: Vec<Source>,
    /// A whole catalog.
    pub(super) base: Option<Data>,
    /// Life-cycle tables that came by themselves, sorted by product.
    pub(super) tables: Vec<LifecycleTable>,
    /// CISA's list.
    pub exploited: Option<KnownExploited>,
}

/// A place that an update came from, and what its server wants to be told the next time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The address.
    pub address: String,
    /// The server's `ETag` (RFC 9110, 8.8.3).
    pub etag: Option<String>,
    /// The server's `Last-Modified`.
    pub modified: Option<String>,
    /// The day of the last answer.
    pub fetched: Date,
}

/// A catalog that is ready, and what to tell about it.
#[derive(Debug)]
pub struct Loaded {
    /// The catalog.
    pub catalog: Catalog,
    /// Why it is not the updated one, though there is one.
    pub note: Option<String>,
}

/// Where it is kept: the first folder is written, all of them are looked into.
#[derive(Clone, Debug)]
pub struct Store {
    folders: Vec<PathBuf>,
}

impl Store {
    /// A store in these folders, which need not exist.
    #[must_use]
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// The file that is there; the first folder's unless only another has one.
    fn file(&self) -> Option<PathBuf> {
        self.folders.iter().map(|folder| folder.join(FILE)).find(|file| file.symlink_metadata().is_ok())
    }

    /// The newest catalog of this machine: what updates brought on top of what is built in.
    #[must_use]
    pub fn catalog(&self) -> Loaded {
        let Some(file) = self.file() else { return Loaded { catalog: Catalog::embedded(), note: None } };
        match open(&file) {
            Ok(held) => Loaded { catalog: held.catalog(), note: None },
            Err(why) => {
                let says = format!("{}: {why}; the catalog that is built in is used instead", file.display());
                Loaded { catalog: Catalog::embedded(), note: Some(says) }
            }
        }
    }

    /// What updates brought; nothing, if there were none or the file cannot be used.
    #[must_use]
    pub fn held(&self) -> Held {
        self.file().and_then(|file| open(&file).ok()).unwrap_or_default()
    }

    /// Puts `held` in the place of what was there.
    ///
    /// # Errors
    /// If the file cannot be written; the old one is there then.
    pub fn save(&self, held: &Held) -> Result<PathBuf, UpdateError> {
        let folder = self.folders.first().cloned().unwrap_or_default();
        let failed = |error| UpdateError::Disk(folder.clone(), error);
        let packed = postcard::to_stdvec(held).map_err(|error| failed(std::io::Error::other(error)))?;
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(failed)?;
        write!(file, "{MAGIC}\n{LAYOUT}\n{}\n", hex(&Sha256::digest(&packed))).map_err(failed)?;
        file.write_all(&packed).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        // Other users of this machine may read it: it holds nothing of this machine.
        let readable = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        file.as_file().set_permissions(readable).map_err(failed)?;
        let path = folder.join(FILE);
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(path)
    }

    /// Forgets what updates brought. Gives the file that is gone, `None` if there was none.
    ///
    /// # Errors
    /// If it cannot be removed.
    pub fn reset(&self) -> Result<Option<PathBuf>, UpdateError> {
        let Some(file) = self.file() else { return Ok(None) };
        std::fs::remove_file(&file).map_err(|error| UpdateError::Disk(file.clone(), error))?;
        Ok(Some(file))
    }
}

fn open(file: &Path) -> Result<Held, String> {
    let bytes = local::read(file, LARGEST).map_err(|error| error.to_string())?;
    let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
    let mut line = || parts.next().unwrap_or_default();
    let (magic, layout, digest, packed) = (line(), line(), line(), line());
    if magic != MAGIC.as_bytes() {
        return Err("no catalog of an update; remove it with `underpin catalog update --reset`".to_owned());
    }
    if layout != LAYOUT.as_bytes() {
        return Err("it was written by another version of underpin; run `underpin catalog update` again".to_owned());
    }
    let damaged = || "it is damaged; run `underpin catalog update` again".to_owned();
    if digest != hex(&Sha256::digest(packed)).as_bytes() {
        return Err(damaged());
    }
    postcard::from_bytes(packed).map_err(|_| damaged())
}

impl Held {
    /// The catalog: the newer of the brought and the built-in one, with each table that is newer than its own.
    #[must_use]
    pub fn catalog(&self) -> Catalog {
        let built_in = embedded_data();
        let mut data = match &self.base {
            Some(base) if base.as_of >= built_in.as_of => base.clone(),
            _ => built_in,
        };
        let mut hash = Sha256::new();
        hash.update(&data.digest);
        let mut changed = false;
        for table in &self.tables {
            if put(&mut data, table) {
                changed = true;
                hash.update(postcard::to_stdvec(table).unwrap_or_default());
            }
        }
        if changed {
            data.digest = hex(&hash.finalize());
            data.as_of = data.lifecycles.iter().filter_map(|table| table.as_of).max();
        }
        Catalog::of_data(data)
    }
}

/// Puts a table in the place of the older one of its product; whether it did. A product that is gone needs none.
fn put(data: &mut Data, table: &LifecycleTable) -> bool {
    if data.products.binary_search_by(|product| product.id.cmp(&table.product)).is_err() {
        return false;
    }
    match data.lifecycles.binary_search_by(|other| other.product.cmp(&table.product)) {
        Ok(place) => match data.lifecycles.get_mut(place) {
            Some(old) if old.as_of < table.as_of => old.clone_from(table),
            _ => return false,
        },
        Err(place) => data.lifecycles.insert(place, table.clone()),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    /// The table of Redis as if read on another day, with one cycle.
    fn redis(as_of: &str) -> Held {
        let mut table = Catalog::embedded().table("redis").expect("a table").clone();
        table.cycles.truncate(1);
        table.as_of = Some(day(as_of));
        Held { tables: vec![table], ..Held::default() }
    }

    fn store(folder: &tempfile::TempDir) -> Store {
        Store::new(vec![folder.path().join("not/there/yet")])
    }

    #[test]
    fn what_is_saved_is_loaded_and_forgotten() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store(&folder);
        assert_eq!(store.catalog().catalog.digest(), Catalog::embedded().digest());
        let held = redis("2026-11-20");
        store.save(&held).expect("it can be written");
        assert_eq!(store.held(), held);
        let loaded = store.catalog();
        assert_eq!(loaded.note, None);
        assert_eq!(loaded.catalog.table("redis").expect("a table").cycles.len(), 1);
        assert_eq!(loaded.catalog.as_of(), Some(day("2026-11-20")));
        assert_ne!(loaded.catalog.digest(), Catalog::embedded().digest());
        assert!(store.reset().expect("it can be removed").is_some());
        assert_eq!(store.reset().expect("nothing to do"), None);
        assert_eq!(store.catalog().catalog.digest(), Catalog::embedded().digest());
    }

    #[test]
    fn an_older_table_than_the_built_in_one_changes_nothing() {
        assert_eq!(redis("2020-01-01").catalog().digest(), Catalog::embedded().digest());
    }

    #[test]
    fn a_file_that_cannot_be_used_is_told_and_the_built_in_catalog_stands_in() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store(&folder);
        let path = store.save(&redis("2026-11-20")).expect("it can be written");
        let whole = std::fs::read(&path).expect("the file");
        let flipped = |at: usize| {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            bytes
        };
        for (bytes, says) in [
            (flipped(0), "no catalog of an update"),
            (flipped(MAGIC.len() + 5), "another version of underpin"),
            (flipped(whole.len() - 1), "damaged"),
            (whole[..whole.len() / 2].to_vec(), "damaged"),
            (Vec::new(), "no catalog of an update"),
        ] {
            std::fs::write(&path, bytes).expect("a file");
            let loaded = store.catalog();
            assert!(loaded.note.as_deref().is_some_and(|note| note.contains(says)), "{:?}: {says}", loaded.note);
            assert_eq!(loaded.catalog.digest(), Catalog::embedded().digest());
        }
    }
}
