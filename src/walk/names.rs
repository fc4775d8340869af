//! What a name alone tells of a file that no detector claimed.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// Suffixes of texts, pictures, sources and caches, sorted. A file named so is never a program, whatever its mode bits say, and
/// asking the system for the mode of such files would double the cost of a walk over a source tree.
const DATA: &[&str] = &[
    "a",
    "aff",
    "bmp",
    "bz2",
    "c",
    "cc",
    "cfg",
    "class",
    "cmake",
    "conf",
    "cpp",
    "crt",
    "css",
    "csv",
    "cts",
    "d",
    "db",
    "dic",
    "doc",
    "eot",
    "flow",
    "fnt",
    "gif",
    "go",
    "gz",
    "h",
    "hpp",
    "html",
    "ico",
    "in",
    "inc",
    "info",
    "ini",
    "java",
    "jpeg",
    "jpg",
    "js",
    "json",
    "jsx",
    "ko",
    "less",
    "log",
    "map",
    "markdown",
    "md",
    "mjs",
    "mo",
    "mp3",
    "mp4",
    "mts",
    "o",
    "odt",
    "ogg",
    "pak",
    "pdf",
    "pem",
    "png",
    "po",
    "properties",
    "ps",
    "pyc",
    "pyi",
    "pyo",
    "qm",
    "rlib",
    "rmeta",
    "rs",
    "rst",
    "sass",
    "scss",
    "service",
    "snap",
    "sql",
    "svg",
    "svgz",
    "tar",
    "tex",
    "tfm",
    "toml",
    "ts",
    "tsx",
    "ttf",
    "txt",
    "vim",
    "vue",
    "wav",
    "webp",
    "woff",
    "woff2",
    "xml",
    "xz",
    "yaml",
    "yml",
    "zip",
    "zst",
];

/// What a name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// Certainly no program.
    Data,
    /// A shared library, whose mode bits say nothing.
    Library,
    /// The mode bits decide.
    Unknown,
}

/// What `name` tells.
pub(super) fn hint(name: &OsStr) -> Hint {
    let bytes = name.as_bytes();
    let suffix =
        memchr::memrchr(b'.', bytes).and_then(|dot| bytes.get(dot + 1..)).and_then(|suffix| std::str::from_utf8(suffix).ok());
    match suffix {
        Some("so") => Hint::Library,
        Some(suffix) if DATA.binary_search(&suffix).is_ok() => Hint::Data,
        // `libpython3.11.so.1.0`: the version follows.
        Some(suffix) if suffix.bytes().all(|byte| byte.is_ascii_digit()) && memchr::memmem::find(bytes, b".so.").is_some() => {
            Hint::Library
        }
        _ => Hint::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(DATA.is_sorted(), "{:?}", DATA.windows(2).find(|pair| pair[0] > pair[1]));
    }

    #[test]
    fn names_tell_data_from_libraries_from_programs() {
        for (name, expected) in [
            ("logo.png", Hint::Data),
            ("libpython3.11.so.1.0", Hint::Library),
            ("libz.so", Hint::Library),
            ("python3.11", Hint::Unknown),
            ("nginx", Hint::Unknown),
            ("deploy.sh", Hint::Unknown),
        ] {
            assert_eq!(hint(OsStr::new(name)), expected, "{name}");
        }
    }
}
