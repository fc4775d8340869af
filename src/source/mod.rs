//! What can be walked and read: a directory on disk, files held in memory, an archive, an image's layers.
//! A tree opens nothing but regular files, and no path leads out of its root.

mod ar;
mod archive;
mod below;
mod compression;
mod confined;
mod cpio;
mod directory;
mod image;
mod memory;
mod packed;
mod rpm_file;
mod section;
mod seen;
mod storage;
mod tree;

pub use ar::members as ar_members;
pub use archive::{BUDGET, Format, format_of, open_archive};
pub use below::Below;
pub use compression::{Compression, decompressed};
pub use directory::DirectoryTree;
pub use image::{Image, images, is_image, is_saved_layer};
pub use memory::MemoryTree;
pub use packed::{Budget, PackedTree};
pub use rpm_file::header as rpm_header;
pub use section::Section;
pub use seen::{Seen, Stamp, State, Watched};
pub use storage::{Kept, KeptKind, Store};
pub use tree::{Handle, OpenError, ReadSeek, Tree, normalise};
