//! What one signature has seen of one file so far.

/// Literals beyond this many in one signature's `require` are not asked for.
pub(super) const MOST_REQUIRED: usize = 63;

/// What one signature has seen of one file so far.
#[derive(Debug, Default)]
pub(super) struct Sighting {
    anchor: Anchor,
    /// One bit for each required literal that occurred.
    required: u64,
}

/// Whether the anchor occurred; with its place, in bytes from the file's start.
#[derive(Debug, Default)]
enum Anchor {
    #[default]
    Unseen,
    Bare(u64),
    WithVersion(u64, String),
}

impl Sighting {
    /// Notes an anchor and the version near it. The first anchor with a version counts, else the first.
    pub(super) fn anchor(&mut self, place: u64, version: Option<String>) {
        match (&self.anchor, version) {
            (Anchor::WithVersion(..), _) | (Anchor::Bare(_), None) => {}
            (_, Some(version)) => self.anchor = Anchor::WithVersion(place, version),
            (Anchor::Unseen, None) => self.anchor = Anchor::Bare(place),
        }
    }

    /// Notes that required literal number `index` occurred.
    pub(super) fn require(&mut self, index: usize) {
        self.required |= 1 << index.min(MOST_REQUIRED);
    }

    /// Whether the version is known already, so that no other window needs a look.
    pub(super) fn has_version(&self) -> bool {
        matches!(self.anchor, Anchor::WithVersion(..))
    }

    /// The place and the version, if the anchor and all of `wanted` required literals occurred.
    pub(super) fn complete(self, wanted: usize) -> Option<(u64, Option<String>)> {
        if (self.required.count_ones() as usize) < wanted.min(MOST_REQUIRED) {
            return None;
        }
        match self.anchor {
            Anchor::Unseen => None,
            Anchor::Bare(place) => Some((place, None)),
            Anchor::WithVersion(place, version) => Some((place, Some(version))),
        }
    }
}
