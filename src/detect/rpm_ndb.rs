//! Reads rpm's own database (`Packages.db`, the backend `ndb` that SUSE uses): pages of slots, each of which says where a header
//! blob lies (<https://github.com/rpm-software-management/rpm/blob/master/lib/backend/ndb/rpmpkg.c>). Leaves out the indexes
//! beside it, public keys, check sums, and a database that lies beside one in SQLite.
//!
//! No tool at hand writes this format: the databases of the tests below are written after its description and prove no more
//! than that the two readings of it agree.

use crate::problem::Code;

use super::rpm_package::{MAX_DATABASE, RpmSystem, SQLITE};
use super::{Claim, Detector, Findings, Opened, Stage};

const PLACES: [&str; 3] = ["usr/lib/sysimage/rpm/Packages.db", "var/lib/rpm/Packages.db", "usr/share/rpm/Packages.db"];

const MAGIC: &[u8] = b"RpmP";
const SLOT_PAGES: usize = 12;
const PAGE: usize = 4096;
const SLOT: usize = 16;
const SLOT_MAGIC: &[u8] = b"Slot";
/// The file's header takes the place of the first two slots.
const FIRST_SLOT: usize = 32;
const BLOCK: usize = 16;
/// Before each blob: magic, number, generation, length.
const BLOB_HEAD: usize = 16;
const BLOB_MAGIC: &[u8] = b"BlbS";

pub(super) struct RpmNdb;

impl Detector for RpmNdb {
    fn id(&self) -> &'static str {
        "rpm-ndb"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Path(PLACES[0]), Claim::Path(PLACES[1]), Claim::Path(PLACES[2])]
    }

    fn stage(&self) -> Stage {
        Stage::PackageDatabase
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(place) = PLACES.iter().find(|place| file.path().ends_with(place)) else { return };
        if file.sibling(SQLITE).exists() {
            out.skip("rpm databases that a newer one replaced");
            return;
        }
        let Some(bytes) = out.noted(file.bytes_up_to(MAX_DATABASE)) else { return };
        let Some(slots) = slots(bytes) else {
            return out.problem(Code::Malformed, file, "no package database of rpm's backend ndb, or one that ends in its slots");
        };
        let system = RpmSystem::of(file, &file.system_root(place));
        // One problem tells that the file is damaged; one for each slot would not tell more.
        let (mut fault, mut budget) = (None, bytes.len());
        for slot in slots {
            let blob = match slot.map(|slot| slot.blob(bytes)) {
                None => continue,
                Some(Some(blob)) => blob,
                Some(None) => {
                    fault = fault.or(Some("a slot that leads to no package".to_owned()));
                    continue;
                }
            };
            // Slots may all lead to one blob; honest ones never give more than the file holds.
            let Some(left) = budget.checked_sub(blob.len()) else {
                fault = Some("its slots lead to more data than the file holds".to_owned());
                break;
            };
            budget = left;
            fault = fault.or(system.blob(blob, self.id(), out).err().map(|error| error.to_string()));
        }
        if let Some(fault) = fault {
            out.problem(Code::Malformed, file, fault);
        }
    }
}

/// Where a package's blob lies.
struct Slot {
    number: u32,
    block: usize,
}

impl Slot {
    /// The blob, if one with the slot's number is there.
    fn blob<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let (head, rest) = bytes.get(self.block.checked_mul(BLOCK)?..)?.split_at_checked(BLOB_HEAD)?;
        let length = usize::try_from(word(head, 12)?).ok()?;
        (head.starts_with(BLOB_MAGIC) && word(head, 4)? == self.number).then_some(())?;
        rest.get(..length)
    }
}

/// The slots of a database, in their order; `None` stands for a free one, and a faulty slot leads nowhere.
fn slots(bytes: &[u8]) -> Option<impl Iterator<Item = Option<Slot>>> {
    bytes.starts_with(MAGIC).then_some(())?;
    let pages = usize::try_from(word(bytes, SLOT_PAGES)?).ok()?;
    let table = bytes.get(FIRST_SLOT..pages.checked_mul(PAGE)?)?;
    Some(table.chunks_exact(SLOT).map(|slot| {
        let block = word(slot, 8).unwrap_or_default();
        let used = !slot.starts_with(SLOT_MAGIC) || block != 0;
        used.then(|| Slot { number: word(slot, 4).unwrap_or_default(), block: usize::try_from(block).unwrap_or(usize::MAX) })
    }))
}

/// A little-endian word.
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::rpm_package::testing::package;
    use super::super::testing::{findings, found};
    use super::*;
    use expect_test::expect;
    use std::path::Path;

    /// A database of one page of slots; an empty blob leaves its slot free.
    fn database(blobs: &[&[u8]]) -> Vec<u8> {
        let words = |words: &[usize]| -> Vec<u8> {
            words.iter().flat_map(|word| u32::try_from(*word).expect("a small number").to_le_bytes()).collect()
        };
        let mut table = [MAGIC, &words(&[0, 1, 1, blobs.len() + 1, 0, 0, 0])].concat();
        let mut data = Vec::new();
        for (number, blob) in (1..).zip(blobs) {
            let count = (BLOB_HEAD + blob.len() + 12).div_ceil(BLOCK);
            let block = if blob.is_empty() { 0 } else { (PAGE + data.len()) / BLOCK };
            table.extend([SLOT_MAGIC, &words(&[number, block, count])].concat());
            let start = data.len();
            data.extend([BLOB_MAGIC, &words(&[number, 1, blob.len()]), blob].concat());
            data.resize(start + count * BLOCK - 12, 0);
            data.extend([&words(&[0, blob.len()]), &b"BlbE"[..]].concat());
        }
        while table.len() < PAGE {
            table.extend([SLOT_MAGIC, &words(&[0, 0, 0])].concat());
        }
        [table, data].concat()
    }

    #[test]
    fn packages_have_their_distribution_and_files_and_free_slots_are_none() {
        let (bash, key) = (package("bash", &[]), package("gpg-pubkey", &[]));
        let bytes = database(&[&bash, b"", &key, &package("zsh", &[])]);
        let files: [(&str, &[u8]); 2] =
            [("c/usr/lib/sysimage/rpm/Packages.db", &bytes), ("c/etc/os-release", b"ID=\"sles\"\nVERSION_ID=\"15.6\"")];
        expect![[r"
            pkg:rpm/suse/bash@5.1.8-6.el9?arch=x86_64&distro=sles-15.6&epoch=1 installed
            pkg:rpm/suse/zsh@5.1.8-6.el9?arch=x86_64&distro=sles-15.6&epoch=1 installed"]]
        .assert_eq(&found(&RpmNdb, &files));
        assert!(findings(&RpmNdb, &files).ownership.owner(Path::new("c/bin/bash")).is_some());
    }

    #[test]
    fn a_broken_slot_or_blob_is_a_problem_and_spoils_no_other() {
        let bash = package("bash", &[]);
        let mut bytes = database(&[b"short", &bash]);
        expect![[r"
            pkg:rpm/bash@5.1.8-6.el9?arch=x86_64&epoch=1 installed
            ! var/lib/rpm/Packages.db: UP002: an rpm header ends before its counts"]]
        .assert_eq(&found(&RpmNdb, &[(PLACES[1], &bytes)]));
        bytes[FIRST_SLOT + 8..FIRST_SLOT + 12].copy_from_slice(&[255; 4]);
        expect![[r"
            pkg:rpm/bash@5.1.8-6.el9?arch=x86_64&epoch=1 installed
            ! var/lib/rpm/Packages.db: UP002: a slot that leads to no package"]]
        .assert_eq(&found(&RpmNdb, &[(PLACES[1], &bytes)]));
    }

    #[test]
    fn slots_that_all_lead_to_one_blob_end() {
        let bash = package("bash", &[]);
        let mut bytes = database(&[&bash]);
        let slot = bytes[FIRST_SLOT..FIRST_SLOT + SLOT].to_vec();
        for place in bytes[FIRST_SLOT..PAGE].chunks_exact_mut(SLOT) {
            place.copy_from_slice(&slot);
        }
        let out = findings(&RpmNdb, &[(PLACES[1], &bytes)]);
        assert!(out.components.len() <= bytes.len() / bash.len());
        assert_eq!(out.problems.len(), 1);
    }

    #[test]
    fn a_file_that_is_empty_cut_off_or_something_else_is_a_problem() {
        let bytes = database(&[&package("bash", &[])]);
        for bytes in [b"".as_slice(), b"text", &[0; 8192], &bytes[..100], &bytes[..PAGE + 40]] {
            let text = found(&RpmNdb, &[(PLACES[1], bytes)]);
            assert!(text.starts_with("! var/lib/rpm/Packages.db: UP002: "), "{text}");
        }
    }

    #[test]
    fn a_database_beside_one_in_sqlite_is_not_read() {
        let bytes = database(&[&package("bash", &[])]);
        assert_eq!(found(&RpmNdb, &[(PLACES[1], &bytes), ("var/lib/rpm/rpmdb.sqlite", b"x")]), "");
    }
}
