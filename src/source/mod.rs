//! What can be walked and read: a directory on disk, or files held in memory.
//! A tree opens nothing but regular files, and no path leads out of its root.

mod compression;
mod directory;
mod memory;
mod tree;

pub use compression::{Compression, decompressed};
pub use directory::DirectoryTree;
pub use memory::MemoryTree;
pub use tree::{Handle, OpenError, ReadSeek, Tree, normalise};
