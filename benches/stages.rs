//! Each stage by itself, through the library's own doors, in files or bytes a second: `cargo bench`.
//!
//! `benches/compare` measures the whole program against others. Nothing here is timed in continuous integration.

use std::fmt::Write as _;
use std::path::Path;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use underpin::catalog::Catalog;
use underpin::detect::{ClaimTable, DETECTORS, Findings, Opened, examine};
use underpin::fingerprint::Engine;
use underpin::progress::Counters;
use underpin::scan::{Detail, ScanPlan, Subject, scan};
use underpin::score::Case;
use underpin::source::{DirectoryTree, MemoryTree};
use underpin::walk::{Limits, walk};

const FOLDERS: usize = 200;
const FILES_A_FOLDER: usize = 100;

fn main() {
    divan::main();
}

/// 20,000 files, one in a hundred of them a lock file, as in a tree of many small projects.
fn tree() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a temporary folder");
    for folder in 0..FOLDERS {
        let folder = root.path().join(format!("group-{}/project-{folder}", folder % 10));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("package-lock.json"), npm_lock(20)).expect("a file");
        for file in 1..FILES_A_FOLDER {
            std::fs::write(folder.join(format!("module-{file}.js")), "export {};\n").expect("a file");
        }
    }
    root
}

fn npm_lock(packages: usize) -> String {
    let mut text = r#"{"name": "own", "lockfileVersion": 3, "packages": {"": {"name": "own"}"#.to_owned();
    for package in 0..packages {
        write!(text, ",\n\"node_modules/package-{package}\": {{\"version\": \"1.{package}.0\", \"license\": \"MIT\"}}")
            .expect("a string takes it");
    }
    text + "}}\n"
}

#[divan::bench(sample_count = 20)]
fn walk_20000_files(bencher: Bencher<'_, '_>) {
    let root = tree();
    let path = root.path().canonicalize().expect("a real path");
    let table = ClaimTable::new(DETECTORS);
    bencher.counter(ItemsCount::new(FOLDERS * FILES_A_FOLDER)).bench(|| {
        let shown = |path: &Path| path.display().to_string();
        walk(black_box(&path), &shown, &table, &Limits::default(), &Counters::default())
    });
}

#[divan::bench(sample_count = 20)]
fn scan_20000_files(bencher: Bencher<'_, '_>) {
    let root = tree();
    let path = root.path().canonicalize().expect("a real path");
    let catalog = Catalog::embedded();
    bencher.counter(ItemsCount::new(FOLDERS * FILES_A_FOLDER)).bench(|| {
        let subject = Subject::Directory { root: path.clone(), absolute: false };
        let (given, limits) = (".".to_owned(), Limits::default());
        let detail = Detail::Stated;
        scan(
            &ScanPlan { subject, given, detectors: DETECTORS, limits, catalog: &catalog, detail, cache: None },
            &Counters::default(),
        )
    });
}

/// One detector on one file in memory.
fn detect(bencher: Bencher<'_, '_>, id: &str, name: &str, text: &str) {
    let detector = DETECTORS.iter().find(|detector| detector.id() == id).expect("the detector is in the table");
    let tree = MemoryTree::default().with(name, text.as_bytes());
    let counters = Counters::default();
    bencher.counter(BytesCount::of_str(text)).bench(|| {
        let mut out = Findings::default();
        detector.detect(&Opened::new(&tree, &counters, Path::new(name)), &mut out);
        assert!(out.problems.is_empty() && !out.components.is_empty(), "a sound file");
        out
    });
}

#[divan::bench]
fn detect_cargo_lock(bencher: Bencher<'_, '_>) {
    detect(bencher, "cargo-lock", "Cargo.lock", include_str!("../Cargo.lock"));
}

#[divan::bench]
fn detect_npm_lock_of_5000_packages(bencher: Bencher<'_, '_>) {
    detect(bencher, "npm-lock", "package-lock.json", &npm_lock(5_000));
}

/// This program's own file under the name of a product: its data is searched in vain.
#[divan::bench]
fn fingerprint_an_executable(bencher: Bencher<'_, '_>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bytes = std::fs::copy(std::env::current_exe().expect("a program"), folder.path().join("nginx")).expect("a copy");
    let catalog = Catalog::embedded();
    let engine = Engine::of(&catalog);
    let tree = DirectoryTree::new(folder.path(), false);
    let counters = Counters::default();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let mut out = Findings::default();
        examine(&Opened::new(&tree, &counters, Path::new("nginx")), &engine, &mut out);
        out
    });
}

#[divan::bench]
fn load_catalog() -> Catalog {
    Catalog::embedded()
}

#[divan::bench]
fn build_fingerprint_engine(bencher: Bencher<'_, '_>) {
    let catalog = Catalog::embedded();
    bencher.bench(|| drop(black_box(Engine::of(&catalog))));
}

/// 500 cases, each against five offers: the most that a large fleet has to decide at once.
#[divan::bench(sample_count = 3)]
fn score_500_cases_of_5_offers(bencher: Bencher<'_, '_>) {
    let document = |case: usize, price: usize| {
        format!(
            r#"{{"key": "case-{case}", "context": {{"env": "prod", "exposure": "internal"}}, "inputs": {{"h": [10, 40, 90], "w": [45, 65, 110], "P": {price}}}}}"#
        )
    };
    let offers = (0..500).flat_map(|case| (1..=5).map(move |offer| document(case, offer * 1_500)));
    let cases: Vec<Case> = offers.map(|text| Case::parse("case.json", &text).expect("a sound case")).collect();
    bencher.counter(ItemsCount::new(cases.len())).bench(|| cases.iter().map(Case::score).collect::<Vec<_>>());
}
