//! Reads bbolt databases (<https://github.com/etcd-io/bbolt>, `page.go`, `bucket.go`), in which containerd keeps its names: pages of
//! keys and values, and buckets in buckets. Reads one snapshot in memory; knows nothing of freelists and writes nothing.

use std::collections::HashSet;

/// Deepest tree of pages.
const MAX_DEPTH: usize = 32;
/// Most entries of one bucket.
const MAX_ENTRIES: usize = 100_000;
const MAGIC: u32 = 0xED0C_DAED;
/// Page header: id, flags, count, overflow.
const HEADER: usize = 16;
const BRANCH: u16 = 1;
const LEAF: u16 = 2;

/// A database in memory.
pub(super) struct Bolt {
    bytes: Vec<u8>,
    page_size: usize,
    root: u64,
}

/// A bucket: the page that its tree begins with, or a page inside another bucket's value.
#[derive(Clone, Debug)]
pub(super) enum Bucket {
    Page(u64),
    Inline(Vec<u8>),
}

/// What stands under a key.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Bytes(Vec<u8>),
    Bucket(Bucket),
}

impl Bolt {
    /// The database in `bytes`; `None` if it is none. Of its two meta pages the later transaction counts.
    pub(super) fn new(bytes: Vec<u8>) -> Option<Self> {
        let first = meta(&bytes, 0);
        let size = first.map_or(4096, |meta| meta.page_size);
        let second = meta(&bytes, size);
        let latest = [first, second].into_iter().flatten().max_by_key(|meta| meta.transaction)?;
        Some(Self { bytes, page_size: latest.page_size, root: latest.root })
    }

    /// The bucket that `path` leads to, from the root on.
    pub(super) fn bucket(&self, path: &[&str]) -> Option<Bucket> {
        path.iter().try_fold(Bucket::Page(self.root), |bucket, name| self.child(&bucket, name))
    }

    /// The bucket `name` in `bucket`.
    pub(super) fn child(&self, bucket: &Bucket, name: &str) -> Option<Bucket> {
        self.entries(bucket).into_iter().find_map(|(key, value)| match value {
            Value::Bucket(found) if key == name => Some(found),
            _ => None,
        })
    }

    /// The value of `name` in `bucket`.
    pub(super) fn value(&self, bucket: &Bucket, name: &str) -> Option<Vec<u8>> {
        self.entries(bucket).into_iter().find_map(|(key, value)| match value {
            Value::Bytes(found) if key == name => Some(found),
            _ => None,
        })
    }

    /// The value of `name` in `bucket` as text.
    pub(super) fn text(&self, bucket: &Bucket, name: &str) -> Option<String> {
        String::from_utf8(self.value(bucket, name)?).ok()
    }

    /// The names of the buckets in `bucket`, in their order.
    pub(super) fn buckets(&self, bucket: &Bucket) -> Vec<(String, Bucket)> {
        let entries = self.entries(bucket).into_iter();
        let buckets = entries.filter_map(|(key, value)| match value {
            Value::Bucket(found) => Some((key, found)),
            Value::Bytes(_) => None,
        });
        buckets.collect()
    }

    /// Everything in `bucket`, in the order of its keys.
    fn entries(&self, bucket: &Bucket) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        match bucket {
            Bucket::Page(id) => self.walk(*id, 0, &mut HashSet::new(), &mut found),
            Bucket::Inline(page) => leaf(page, &mut found),
        }
        found
    }

    /// Each page is read once, so that pages which name one another end.
    fn walk(&self, id: u64, depth: usize, seen: &mut HashSet<u64>, found: &mut Vec<(String, Value)>) {
        let wanted = depth < MAX_DEPTH && found.len() < MAX_ENTRIES && seen.insert(id);
        let Some(page) = self.page(id).filter(|_| wanted) else { return };
        match number::<2>(page, 8).map(u16::from_le_bytes) {
            Some(flags) if flags & LEAF != 0 => leaf(page, found),
            Some(flags) if flags & BRANCH != 0 => {
                for index in 0..count(page) {
                    // Position and size of the key, then the page.
                    let child = number::<8>(page, HEADER + 16 * index + 8).map(u64::from_le_bytes);
                    if let Some(child) = child {
                        self.walk(child, depth + 1, seen, found);
                    }
                }
            }
            _ => {}
        }
    }

    /// The page `id` with its overflow, up to the end of the file.
    fn page(&self, id: u64) -> Option<&[u8]> {
        let start = usize::try_from(id).ok()?.checked_mul(self.page_size)?;
        let overflow = number::<4>(&self.bytes, start.checked_add(12)?).map(u32::from_le_bytes)?;
        let len = usize::try_from(overflow).ok()?.checked_add(1)?.checked_mul(self.page_size)?;
        self.bytes.get(start..start.checked_add(len)?.min(self.bytes.len()))
    }
}

#[derive(Clone, Copy)]
struct Meta {
    page_size: usize,
    root: u64,
    transaction: u64,
}

fn meta(bytes: &[u8], page: usize) -> Option<Meta> {
    let at = page.checked_add(HEADER)?;
    (number::<4>(bytes, at).map(u32::from_le_bytes)? == MAGIC).then_some(())?;
    let page_size = usize::try_from(number::<4>(bytes, at + 8).map(u32::from_le_bytes)?).ok()?;
    let root = number::<8>(bytes, at + 16).map(u64::from_le_bytes)?;
    let transaction = number::<8>(bytes, at + 48).map(u64::from_le_bytes)?;
    (512..=1 << 20).contains(&page_size).then_some(Meta { page_size, root, transaction })
}

/// The entries of a leaf page: flags, position, key size, value size, then the bytes, at a distance from the entry itself.
fn leaf(page: &[u8], found: &mut Vec<(String, Value)>) {
    for index in 0..count(page) {
        let at = HEADER + 16 * index;
        let field = |offset: usize| number::<4>(page, at + offset).map(u32::from_le_bytes);
        let (Some(flags), Some(position), Some(key), Some(value)) = (field(0), field(4), field(8), field(12)) else { return };
        let start = at.saturating_add(position as usize);
        let middle = start.saturating_add(key as usize);
        let (Some(key), Some(value)) = (page.get(start..middle), page.get(middle..middle.saturating_add(value as usize))) else {
            return;
        };
        let value = if flags & 1 == 0 { Value::Bytes(value.to_vec()) } else { bucket(value) };
        found.push((String::from_utf8_lossy(key).into_owned(), value));
        if found.len() >= MAX_ENTRIES {
            return;
        }
    }
}

/// A bucket's value: its root page and a sequence; a root of nothing means that the page follows at once.
fn bucket(value: &[u8]) -> Value {
    match number::<8>(value, 0).map(u64::from_le_bytes) {
        Some(root) if root != 0 => Value::Bucket(Bucket::Page(root)),
        _ => Value::Bucket(Bucket::Inline(value.get(16..).unwrap_or_default().to_vec())),
    }
}

fn count(page: &[u8]) -> usize {
    number::<2>(page, 10).map(u16::from_le_bytes).unwrap_or_default().into()
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 512;

    /// A page with this header and content.
    fn page(flags: u16, entries: u16, content: &[u8]) -> Vec<u8> {
        let mut page = [&[0; 8][..], &flags.to_le_bytes(), &entries.to_le_bytes(), &[0; 4], content].concat();
        page.resize(PAGE, 0);
        page
    }

    /// Two meta pages of which the second is newer, and names the page that holds the root bucket.
    fn database(pages: &[Vec<u8>]) -> Vec<u8> {
        let meta = |root: u64, transaction: u64| {
            let size = u32::try_from(PAGE).expect("small").to_le_bytes();
            let fields = [
                &MAGIC.to_le_bytes()[..],
                &2_u32.to_le_bytes(),
                &size,
                &[0; 4],
                &root.to_le_bytes(),
                &[0; 24],
                &transaction.to_le_bytes(),
            ];
            page(4, 0, &fields.concat())
        };
        [vec![meta(9, 1), meta(2, 2)], pages.to_vec()].concat().concat()
    }

    /// A leaf of one entry.
    fn leaf_of(flags: u32, key: &[u8], value: &[u8]) -> Vec<u8> {
        let sizes = [key.len(), value.len()].map(|size| u32::try_from(size).expect("small").to_le_bytes());
        page(LEAF, 1, &[&flags.to_le_bytes()[..], &16_u32.to_le_bytes(), &sizes[0], &sizes[1], key, value].concat())
    }

    #[test]
    fn a_value_is_found_through_a_branch_and_an_inline_bucket() {
        let inline = [&[0; 16][..], leaf_of(0, b"digest", b"sha256:aa").get(..64).expect("a part")].concat();
        let branch = page(BRANCH, 1, &[&[0; 8][..], &3_u64.to_le_bytes()].concat());
        let bolt = Bolt::new(database(&[branch, leaf_of(1, b"v1", &inline)])).expect("a database");
        let bucket = bolt.bucket(&["v1"]).expect("a bucket");
        assert_eq!(bolt.text(&bucket, "digest").as_deref(), Some("sha256:aa"));
        assert!(bolt.bucket(&["v2"]).is_none());
    }

    #[test]
    fn pages_that_name_themselves_end() {
        let entries: Vec<u8> = std::iter::repeat_n([&[0; 8][..], &2_u64.to_le_bytes()].concat(), 30).flatten().collect();
        let bolt = Bolt::new(database(&[page(BRANCH, 30, &entries)])).expect("a database");
        assert!(bolt.bucket(&["v1"]).is_none());
    }

    proptest::proptest! {
        #[test]
        fn damage_does_no_harm(at in 0..2000_usize, junk in proptest::collection::vec(proptest::prelude::any::<u8>(), 1..8)) {
            let inline = [&[0; 16][..], leaf_of(0, b"digest", b"sha256:aa").get(..64).expect("a part")].concat();
            let mut bytes = database(&[page(BRANCH, 1, &[&[0; 8][..], &3_u64.to_le_bytes()].concat()), leaf_of(1, b"v1", &inline)]);
            let end = (at + junk.len()).min(bytes.len());
            bytes.splice(at.min(end)..end, junk);
            if let Some(bolt) = Bolt::new(bytes) {
                let bucket = bolt.bucket(&["v1"]);
                bucket.map(|bucket| bolt.buckets(&bucket));
            }
        }
    }
}
