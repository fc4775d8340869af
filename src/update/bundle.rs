//! The archive of a catalog: a tar of the folder's TOML files, compressed with Zstandard. Any tar with any of the common
//! compressions is read; paths that are no catalog file's are a fault, so nothing of it can lead anywhere.

use std::io::{Read as _, Write as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::error::UpdateError;
use super::manifest::{Manifest, SCHEMA};
use crate::catalog::{Data, LARGEST, SourceFile, compile, is_catalog_path, read_folder};
use crate::model::hex;
use crate::problem::{Code, Problem};
use crate::source::decompressed;

/// Most bytes of an unpacked archive, headers included: some ten times the built-in catalog.
const TOTAL: u64 = 64 << 20;
/// Most entries of an archive.
const ENTRIES: usize = 200_000;

/// The checked data of an archive.
///
/// # Errors
/// If it is no archive, has a wrong path in it or is too large; or every fault of its files.
pub(super) fn open(shown: &str, archive: &[u8]) -> Result<Data, UpdateError> {
    let files = unpack(shown, archive)?;
    if files.is_empty() {
        return Err(UpdateError::Document(shown.to_owned(), "the archive holds no catalog file".to_owned()));
    }
    compile(Data::default(), &files).map_err(|faults| UpdateError::Faults(shown.to_owned(), faults))
}

fn unpack(shown: &str, archive: &[u8]) -> Result<Vec<SourceFile>, UpdateError> {
    let failed = |error: std::io::Error| UpdateError::Document(shown.to_owned(), format!("not a whole archive: {error}"));
    let (_, reader) = decompressed(archive).map_err(failed)?;
    // Headers and padding count too: an archive of empty files ends as well.
    let mut tar = tar::Archive::new(reader.take(TOTAL));
    let mut files = Vec::new();
    for (count, entry) in tar.entries().map_err(failed)?.enumerate() {
        let mut entry = entry.map_err(failed)?;
        if count >= ENTRIES {
            return Err(UpdateError::Document(shown.to_owned(), format!("more than {ENTRIES} entries")));
        }
        if entry.header().entry_type().is_dir() {
            continue;
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let relative = path.strip_prefix("./").unwrap_or(&path).to_owned();
        if !entry.header().entry_type().is_file() || !is_catalog_path(&relative) {
            let says = format!("`{relative}` is no place of a catalog file");
            return Err(UpdateError::Document(shown.to_owned(), says));
        }
        files.push(SourceFile { shown: format!("{shown}:{relative}"), text: text(shown, &relative, &mut entry)?, relative });
    }
    Ok(files)
}

fn text(shown: &str, relative: &str, entry: &mut impl std::io::Read) -> Result<String, UpdateError> {
    let fault = |text: String| UpdateError::Document(shown.to_owned(), text);
    let mut bytes = Vec::new();
    entry.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| fault(format!("`{relative}`: {error}")))?;
    if bytes.len() as u64 > LARGEST {
        return Err(fault(format!("`{relative}` has more than {LARGEST} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| fault(format!("`{relative}` is not UTF-8")))
}

/// A packed catalog, to be published: two files that belong beside one another.
#[derive(Debug)]
pub struct Packed {
    /// File name of the archive.
    pub name: String,
    /// The archive.
    pub archive: Vec<u8>,
    /// The manifest, JSON with a line break at its end.
    pub manifest: String,
}

/// Packs a checked catalog folder. The same files give the same bytes.
///
/// # Errors
/// Every fault of every file, sorted; a folder without a life-cycle table has no date and is a fault too.
pub fn pack(folder: &Path) -> Result<Packed, Vec<Problem>> {
    let (files, problems) = read_folder(folder);
    if !problems.is_empty() {
        return Err(problems);
    }
    let data = compile(Data::default(), &files)?;
    let whole = |text: String| vec![Problem::new(Code::Misplaced, folder.to_string_lossy(), text)];
    let day = data.as_of.ok_or_else(|| whole("the folder holds no life-cycle table, so the catalog has no date".to_owned()))?;
    let archive = tar_of(&files).map_err(|error| whole(format!("cannot pack: {error}")))?;
    let name = format!("underpin-catalog-{day}-{}.tar.zst", data.digest.get(..12).unwrap_or_default());
    let (size, sha256) = (archive.len() as u64, hex(&Sha256::digest(&archive)));
    let manifest = Manifest { schema: SCHEMA.to_owned(), date: day, archive: name.clone(), size, sha256 };
    let mut manifest = serde_json::to_string_pretty(&manifest).map_err(|error| whole(format!("cannot pack: {error}")))?;
    manifest.push('\n');
    Ok(Packed { name, archive, manifest })
}

fn tar_of(files: &[SourceFile]) -> std::io::Result<Vec<u8>> {
    const LEVEL: i32 = 19;
    let mut tar = tar::Builder::new(zstd::Encoder::new(Vec::new(), LEVEL)?);
    for file in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(file.text.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, &file.relative, file.text.as_bytes())?;
    }
    let mut encoder = tar.into_inner()?;
    encoder.flush()?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRODUCT: &str = r#"schema = 1
name = "Acme DB"
kind = "database"
open-source = "yes"
sources = ["https://acme.example"]
[[package]]
type = ["deb"]
name = ["acme-db"]
role = "server"
[[example]]
purl = "pkg:deb/debian/acme-db@1"
expect = "server"
[[example]]
purl = "pkg:deb/debian/other@1"
expect = "none"
"#;
    const TABLE: &str = r#"schema = 1
source = "https://acme.example/eol"
as-of = "2026-11-20"
[[cycle]]
name = "1"
eol = "open"
"#;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in [("products", PRODUCT), ("lifecycle", TABLE)] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
            std::fs::write(folder.path().join(name).join("acme-db.toml"), text).expect("a file");
        }
        folder
    }

    fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, bytes) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.as_gnu_mut().expect("a GNU header").name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_cksum();
            tar.append(&header, *bytes).expect("memory takes it");
        }
        tar.into_inner().expect("memory takes it")
    }

    #[test]
    fn what_is_packed_is_opened_and_packed_alike_again() {
        let folder = folder();
        let packed = pack(folder.path()).expect("sound files");
        assert!(packed.name.starts_with("underpin-catalog-2026-11-20-"), "{}", packed.name);
        assert_eq!(packed.archive, pack(folder.path()).expect("sound files").archive);
        let manifest = Manifest::parse("m", packed.manifest.as_bytes()).expect("a manifest");
        manifest.check("a", &packed.archive).expect("pinned");
        let data = open("a", &packed.archive).expect("sound");
        assert_eq!((data.products.len(), data.lifecycles.len()), (1, 1));
    }

    #[test]
    fn a_folder_with_a_fault_is_not_packed() {
        let folder = folder();
        std::fs::write(folder.path().join("products/acme-db.toml"), PRODUCT.replace("database", "datebase")).expect("a file");
        assert!(pack(folder.path()).expect_err("a fault")[0].to_string().contains("SIG017"));
        std::fs::remove_dir_all(folder.path().join("lifecycle")).expect("a folder");
        std::fs::write(folder.path().join("products/acme-db.toml"), PRODUCT).expect("a file");
        assert!(pack(folder.path()).expect_err("no date")[0].to_string().contains("no date"));
    }

    #[test]
    fn an_archive_with_anything_else_in_it_is_refused() {
        let long = vec![b'#'; usize::try_from(LARGEST + 1).expect("fits")];
        for (entries, says) in [
            (vec![("../products/acme-db.toml", PRODUCT.as_bytes())], "`../products/acme-db.toml` is no place"),
            (vec![("/etc/passwd", b"x".as_slice())], "is no place"),
            (vec![("products/a/b.toml", b"x".as_slice())], "is no place"),
            (vec![("products/acme-db.toml", long.as_slice())], "more than 1048576 bytes"),
            (vec![("products/acme-db.toml", b"\xff".as_slice())], "is not UTF-8"),
            (vec![("products/acme-db.toml", b"name = 1\n".as_slice())], "has faults; nothing was changed"),
            (vec![], "holds no catalog file"),
        ] {
            let error = open("a.tar", &tar(&entries)).expect_err(says).to_string();
            assert!(error.contains(says), "{error}");
        }
        let whole = tar(&[("products/acme-db.toml", PRODUCT.as_bytes())]);
        assert!(open("a.tar", &whole[..600]).expect_err("cut off").to_string().contains("not a whole archive"));
    }

    #[test]
    fn a_bomb_ends_at_the_limit() {
        let comment = vec![b'#'; usize::try_from(LARGEST).expect("fits")];
        let mut tar = tar::Builder::new(zstd::Encoder::new(Vec::new(), 1).expect("an encoder"));
        for file in 0..70 {
            let mut header = tar::Header::new_ustar();
            header.set_size(LARGEST);
            tar.append_data(&mut header, format!("products/p{file}.toml"), comment.as_slice()).expect("memory takes it");
        }
        let bomb = tar.into_inner().and_then(zstd::Encoder::finish).expect("memory takes it");
        assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
        assert!(open("bomb", &bomb).expect_err("too much").to_string().contains("not a whole archive"));
    }
}
