//! From a root to the files worth a second look. The only code that lists the folders of a target; those that a container engine
//! keeps are listed by its storage, in `source`.
//!
//! Enters every local file system below the root once; never a pseudo, network or user-space one, no snapshot and no
//! container's storage; follows no link. One task a folder, last in, first out, and no queue that a worker waits on.

mod expand;
mod listed;
mod listing;
mod mounts;
mod names;
mod roots;
mod storage;
mod walker;

pub use expand::expand;
pub use listed::{expand_packed, walk_packed};
pub use mounts::MountTable;
pub use roots::{ExcludeError, Excludes, distinct_roots};
pub use walker::{Candidate, FolderSieve, Interest, Limits, Sieve, Walked, walk};
