//! What one signature has seen of one file so far.

/// Literals beyond this many in one signature's `require` are not asked for.
pub(super) const MOST_REQUIRED: usize = 63;

/// What one signature has seen of one file so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Sighting {
    /// Where the anchor that counts begins, in bytes from the file's start.
    place: u64,
    /// Whether the anchor occurred, with what the version expression found near it.
    anchored: Option<Option<String>>,
    /// One bit for each required literal that occurred.
    required: u64,
}

impl Sighting {
    /// Notes an anchor at `place` with the version near it. The first anchor with a version counts, else the first.
    pub(super) fn anchor(&mut self, place: u64, version: Option<String>) {
        match &self.anchored {
            Some(Some(_)) => {}
            Some(None) if version.is_none() => {}
            _ => {
                self.place = place;
                self.anchored = Some(version);
            }
        }
    }

    /// Notes that required literal number `index` occurred.
    pub(super) fn require(&mut self, index: usize) {
        self.required |= 1 << index.min(MOST_REQUIRED);
    }

    /// Whether the version is known already, so that no other window needs a look.
    pub(super) fn has_version(&self) -> bool {
        matches!(self.anchored, Some(Some(_)))
    }

    /// The place and the version if the anchor and all of `wanted` required literals occurred.
    pub(super) fn complete(self, wanted: usize) -> Option<(u64, Option<String>)> {
        let all = wanted.min(MOST_REQUIRED);
        let version = self.anchored?;
        (self.required.count_ones() as usize >= all).then_some((self.place, version))
    }
}
