//! Whatever stands in a file that a detector claims: no detector panics or runs away, and what a text that ends early gives
//! is nothing that the whole text does not give.
//!
//! Every detector of the table is attacked at every claim, with texts of all formats; `SEEDS` has better ones for those whose
//! format the general texts do not meet. A new detector needs nothing here, but a seed finds more.

#[path = "support/seeds.rs"]
mod seeds;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use underpin::detect::{ClaimTable, DETECTORS, Detector, Findings, Opened};
use underpin::progress::Counters;
use underpin::source::MemoryTree;

use seeds::{FILES, GENERAL, JSON, SEEDS, claimed, seeds};

fn found(path: &str, text: &[u8]) -> Findings {
    let tree = MemoryTree::default().with(path, text);
    let (counters, table, path) = (Counters::default(), ClaimTable::new(DETECTORS), Path::new(path));
    let mut out = Findings::default();
    let (folder, name) = (path.parent().expect("a folder"), path.file_name().expect("a name"));
    for index in table.folder(folder).claimants(name) {
        table.detector(index).expect("a detector").detect(&Opened::new(&tree, &counters, path), &mut out);
    }
    out
}

fn purls(findings: &Findings) -> BTreeSet<String> {
    findings.components.iter().map(|component| component.purl.to_string()).collect()
}

proptest! {
    #[test]
    fn spliced_texts_do_no_harm(file in 0..FILES.len(), at in 0..600_usize, cut in 0..40_usize, junk in "[\\[\\]{}\"':=@#;, \n\\\\a-c0-9é-]{0,12}") {
        let (path, text) = FILES[file];
        let (at, mut bytes) = (at.min(text.len()), text.as_bytes().to_vec());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, junk.bytes());
        let again = purls(&found(path, &bytes));
        prop_assert_eq!(purls(&found(path, &bytes)), again);
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(file in 0..FILES.len(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        found(FILES[file].0, &bytes);
    }

    #[test]
    fn a_json_file_that_ends_early_invents_nothing(file in 0..9_usize, at in 0..600_usize) {
        let (path, text) = FILES[file];
        let mut whole = purls(&found(path, text.as_bytes()));
        if path.starts_with("node_modules") {
            // The folder alone says that the package is there.
            whole.insert("pkg:npm/a".into());
        }
        let part = purls(&found(path, text.as_bytes().get(..at.min(text.len())).unwrap_or_default()));
        prop_assert!(part.is_subset(&whole), "{part:?} is not in {whole:?}");
    }
}

#[test]
fn every_sample_gives_components() {
    for (path, text) in FILES {
        assert!(!found(path, text.as_bytes()).components.is_empty(), "{path}");
    }
}

#[test]
fn large_hostile_graphs_end() {
    let count = 40_000;
    let twins: String =
        (0..count).map(|_| "[[package]]\nname = \"a\"\nversion = \"1\"\ndependencies = [{ name = \"a\" }]\n").collect();
    assert_eq!(found("uv.lock", format!("version = 1\n{twins}").as_bytes()).components.len(), count);
    let nested = format!("{{\"dependencies\": {}", "{\"a\": {\"version\": \"1.0.0\", \"dependencies\": ".repeat(5_000));
    assert!(!found("package-lock.json", nested.as_bytes()).problems.is_empty());
}

/// What a hostile hand makes of a file, each with a name for messages.
fn hostile(seed: &[u8], steps: usize) -> Vec<(String, Vec<u8>)> {
    let mut made = vec![("as it is".to_owned(), seed.to_vec())];
    let step = (seed.len() / steps).max(1);
    for at in (0..seed.len()).step_by(step) {
        made.push((format!("cut at {at}"), seed.get(..at).unwrap_or_default().to_vec()));
        for (what, byte) in [("flipped", seed[at] ^ 1 << (at % 8)), ("a NUL", 0), ("no UTF-8", 0xFF)] {
            let mut bytes = seed.to_vec();
            bytes[at] = byte;
            made.push((format!("{what} at {at}"), bytes));
        }
    }
    let text = String::from_utf8_lossy(seed).into_owned();
    let numbers = |with: &str| text.split(|c: char| c.is_ascii_digit()).collect::<Vec<_>>().join(with);
    made.extend(
        [
            ("lines of Windows", text.replace('\n', "\r\n")),
            ("a byte-order mark", format!("\u{feff}{text}")),
            ("huge numbers", numbers(&"9".repeat(400))),
            ("negative numbers", numbers("-1")),
            ("letters of many bytes", text.replace(['a', '1'], "\u{1F600}")),
            ("numbers for texts", text.replace('"', "1")),
            ("no quotes", text.replace(['"', '\''], "")),
            ("lists for maps", text.replace('{', "[").replace('}', "]")),
            ("maps for lists", text.replace('[', "{").replace(']', "}")),
            ("no line ends", text.replace('\n', " ")),
            ("only line ends", "\n".repeat(20_000)),
            ("long names", text.replace('a', &"a".repeat(20_000))),
            ("often", text.repeat(64)),
            ("backwards", text.chars().rev().collect()),
        ]
        .map(|(what, text)| (what.to_owned(), text.into_bytes())),
    );
    made
}

/// Brackets of every kind, opened and never closed, alone and behind the beginning of a real file.
fn nested(seed: &[u8]) -> Vec<(String, Vec<u8>)> {
    let openers = [
        "[",
        "{\"a\":",
        "- ",
        "(",
        "{",
        "<a>",
        "%{\"a\": ",
        "a: {",
        "[{\"packages\":",
        "${a:-",
        "<<",
        "{a, [",
        "\"",
        "/*",
        "f(a = ",
    ];
    let begin = seed.iter().position(|byte| b"{[<(".contains(byte)).map_or(0, |at| at + 1);
    let begin = seed.get(..begin).unwrap_or_default();
    let made = openers.iter().flat_map(|opener| {
        let deep = opener.repeat(20_000).into_bytes();
        [
            (format!("`{opener}` 20,000 times"), deep.clone()),
            (format!("`{opener}` 20,000 times behind a beginning"), [begin, &deep].concat()),
        ]
    });
    made.collect()
}

/// Runs one detector on `bytes` at `path`. What it finds is bounded by what it read.
fn attack(detector: &dyn Detector, path: &str, bytes: &[u8], beside: &[(&'static str, Vec<u8>)], what: &str) {
    let tree = beside.iter().fold(MemoryTree::default(), |tree, (path, bytes)| tree.with(path, bytes.as_slice()));
    let tree = tree.with(path, bytes);
    let counters = Counters::default();
    let mut out = Findings::default();
    let begin = Instant::now();
    let ran = catch_unwind(AssertUnwindSafe(|| detector.detect(&Opened::new(&tree, &counters, Path::new(path)), &mut out)));
    let case = || {
        format!(
            "{} on {path}, {what}: {:?}",
            detector.id(),
            String::from_utf8_lossy(bytes.get(..bytes.len().min(200)).unwrap_or_default())
        )
    };
    assert!(ran.is_ok(), "a panic of {}", case());
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?} for {}", begin.elapsed(), case());
    let size = bytes.len() + beside.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
    let found = out.components.len() + out.problems.len() + out.facts.len();
    assert!(found <= size + 16, "{found} findings in {size} bytes: {}", case());
}

fn attack_all(detector: &'static dyn Detector) {
    let own = seeds(detector.id());
    if let Some((path, seed)) = own.first() {
        for (what, bytes) in hostile(seed, 200).into_iter().chain(nested(seed)) {
            attack(detector, path, &bytes, own.get(1..).unwrap_or_default(), &what);
        }
    }
    for claim in detector.claims() {
        let path = claimed(*claim);
        for seed in GENERAL {
            for (what, bytes) in hostile(seed.as_bytes(), 12) {
                attack(detector, &path, &bytes, &own, &what);
            }
        }
        for (what, bytes) in nested(JSON.as_bytes()) {
            attack(detector, &path, &bytes, &[], &what);
        }
    }
}

#[test]
fn no_detector_of_the_table_panics_or_runs_away() {
    // Each has the stack that a worker of the scan has, in a thread that is named after it, for an overflow names the thread.
    for detector in DETECTORS {
        let thread = std::thread::Builder::new().name(detector.id().to_owned()).stack_size(2 << 20);
        let ended = thread.spawn(|| attack_all(*detector)).expect("a thread").join();
        assert!(ended.is_ok(), "{}: see above", detector.id());
    }
}

#[test]
fn every_seed_belongs_to_a_detector_and_gives_something() {
    let ids: BTreeSet<&str> = DETECTORS.iter().map(|detector| detector.id()).collect();
    assert!(SEEDS.is_sorted_by_key(|(id, _)| *id), "the seeds are sorted by id");
    for (id, _) in SEEDS {
        assert!(ids.contains(id), "no detector has the id {id}");
    }
    for detector in DETECTORS.iter().filter(|detector| detector.id() != "rpm-sqlite") {
        let own = seeds(detector.id());
        let Some((path, _)) = own.first() else { continue };
        let tree = own.iter().fold(MemoryTree::default(), |tree, (path, bytes)| tree.with(path, bytes.as_slice()));
        let (counters, mut out) = (Counters::default(), Findings::default());
        detector.detect(&Opened::new(&tree, &counters, Path::new(path)), &mut out);
        let found = out.components.len() + out.facts.len();
        assert!(found > 0, "the seed of {} gives nothing: {:?}", detector.id(), out.problems);
    }
}
