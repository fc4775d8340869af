//! Checks `signatures/` and packs it into one blob. A faulty file stops the build, with every fault at its line.
//!
//! The checks are the program's own modules, so that the build and `underpin catalog lint` cannot disagree.

#[path = "src/model/mod.rs"]
#[expect(dead_code, unused_imports, unreachable_pub, reason = "the build needs a part of the vocabulary only")]
mod model;
#[path = "src/problem.rs"]
#[expect(dead_code, unreachable_pub, reason = "the build meets the codes of catalog files only")]
mod problem;

#[path = "src/catalog"]
#[expect(dead_code, unused_imports, unreachable_pub, reason = "the build checks and packs; the look-ups are for the program")]
mod catalog {
    pub mod check;
    pub mod compile;
    pub mod conduct;
    pub mod example;
    pub mod faults;
    pub mod files;
    pub mod index;
    pub mod lifecycle;
    pub mod parse;
    pub mod pattern;
    pub mod raw;
    pub mod types;
    pub mod words;
}

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sha2::{Digest as _, Sha256};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=signatures");
    println!("cargo::rerun-if-changed=build.rs");
    let (files, mut problems) = catalog::files::read_folder(Path::new("signatures"));
    if files.is_empty() {
        println!("cargo::warning=signatures/ holds no file: the program will know no product");
    }
    let packed = catalog::compile::compile(catalog::types::Data::default(), &files).map(|data| postcard::to_stdvec(&data));
    let blob = match packed {
        Ok(blob) => blob.expect("plain data always packs"),
        Err(faults) => {
            problems.extend(faults);
            Vec::new()
        }
    };
    for problem in &problems {
        println!("cargo::error={problem}");
    }
    if !problems.is_empty() {
        return ExitCode::FAILURE;
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    std::fs::write(out.join("catalog.postcard"), blob).expect("OUT_DIR is writable");
    println!("cargo::rustc-env=UNDERPIN_CATALOG_LAYOUT={}", layout());
    ExitCode::SUCCESS
}

/// SHA-256 of the sources that the packed form follows from, in hex. A comment changes it too: then a catalog that an
/// update brought is fetched again, which is better than one that is misread.
fn layout() -> String {
    let folders = ["src/catalog/types", "src/model"].map(|folder| std::fs::read_dir(folder).expect("the folder is there"));
    let mut files: Vec<PathBuf> = folders.into_iter().flatten().map(|entry| entry.expect("readable").path()).collect();
    files.extend(["src/catalog/words.rs", "src/catalog/pattern.rs"].map(PathBuf::from));
    files.sort();
    let mut hash = Sha256::new();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        hash.update(std::fs::read(file).expect("a source file"));
    }
    model::hex(&hash.finalize())
}
