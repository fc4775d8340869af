//! What each fuzz target does with the bytes that it is given. Plain functions, so that `tests/fuzz.rs` replays inputs without a fuzzer.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use underpin::catalog::{Catalog, SourceFile};
use underpin::detect::{ClaimTable, DETECTORS, Findings, Opened, examine, run, sbom};
use underpin::effort::Log;
use underpin::fingerprint::Engine;
use underpin::inventory::{read_saved, write_saved};
use underpin::model::{Purl, Scheme, VersionRange};
use underpin::problem::{Code, Problem};
use underpin::progress::Counters;
use underpin::score::Case;
use underpin::source::{Budget, MemoryTree, PackedTree, Section, Tree, images, open_archive};
use underpin::walk::{Candidate, Excludes, Interest, walk_packed};

/// What a target does with its input.
pub(crate) type Body = fn(&[u8]);

/// Every target, by its name.
pub(crate) const BODIES: [(&str, Body); 6] = [
    ("archive", archive),
    ("claimed", claimed),
    ("executable", executable),
    ("inputs", inputs),
    ("saved", saved),
    ("versions", versions),
];

/// Parts one file of [`claimed`] from the next.
pub(crate) const BETWEEN: &[u8] = b"\n\0\xFF\0\n";
/// Most bytes that [`archive`] lets an archive unpack to.
const UNPACKED: u64 = 16 << 20;

/// Files as a path, a NUL and the content each: what detectors find in the first, with the others beside it.
pub(crate) fn claimed(data: &[u8]) {
    let mut rest = data;
    let mut files = Vec::new();
    while !rest.is_empty() && files.len() < 8 {
        let end = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN);
        let file = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        rest = end.and_then(|end| rest.get(end + BETWEEN.len()..)).unwrap_or_default();
        let Some(at) = file.iter().position(|byte| *byte == 0) else { return };
        let (path, content) = file.split_at(at);
        let Ok(path) = std::str::from_utf8(path) else { return };
        if path.len() > 200 || path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return;
        }
        files.push((path.to_owned(), content.get(1..).unwrap_or_default()));
    }
    let Some((first, _)) = files.first() else { return };
    let tree = files.iter().fold(MemoryTree::default(), |tree, (path, content)| tree.with(path, *content));
    let path = Path::new(first);
    let table = ClaimTable::new(DETECTORS);
    let (folder, name) = (path.parent().unwrap_or(Path::new("")), path.file_name().unwrap_or_default());
    let candidate = Candidate { path: path.to_owned(), interest: Interest::Claimed(table.folder(folder).claimants(name)) };
    let counters = Counters::default();
    check(&run(&tree, &[candidate], &table, None, &counters), data.len() as u64);
}

/// An archive of any kind: its index, its files, the images in it, and what detectors find in all of that.
pub(crate) fn archive(data: &[u8]) {
    let (budget, mut problems) = (Budget::of(UNPACKED), Vec::new());
    let section = Section::of_bytes(Arc::from(data));
    let Ok(tree) = open_archive(&section, "x", &budget, &mut problems) else { return };
    look_into(&tree);
    for image in images(&tree, &budget, &mut problems).into_iter().take(3) {
        look_into(&image.tree);
    }
    tell(&problems);
}

fn look_into(tree: &PackedTree) {
    let paths: Vec<PathBuf> = tree.entries().filter(|entry| !entry.1).map(|entry| entry.0.to_owned()).take(100).collect();
    for path in paths {
        assert!(!path.is_absolute() && path.components().all(|part| part.as_os_str() != ".."), "{} leads out", path.display());
        let Ok(handle) = tree.open(&path) else { continue };
        let mut bytes = Vec::new();
        // What is damaged ends in an error.
        let _ = handle.into_reader().take(1 << 20).read_to_end(&mut bytes);
    }
    let (table, counters) = (ClaimTable::new(DETECTORS), Counters::default());
    let walked = walk_packed(tree, &table, &Excludes::default(), &counters);
    check(&run(tree, &walked.candidates, &table, Some(engine()), &counters), UNPACKED);
}

/// A program: what its bytes say, under a name that the catalog knows and under one that it does not.
pub(crate) fn executable(data: &[u8]) {
    for name in ["usr/sbin/nginx", "opt/x/unknown"] {
        let tree = MemoryTree::default().with(name, data);
        let (counters, mut out) = (Counters::default(), Findings::default());
        examine(&Opened::new(&tree, &counters, Path::new(name)), engine(), &mut out);
        check(&out, data.len() as u64);
    }
}

/// A saved scan: what is read is written, and read as the same again.
pub(crate) fn saved(data: &[u8]) {
    let Ok(inventories) = read_saved(data) else { return };
    let written = |inventories| {
        let mut bytes = Vec::new();
        write_saved(inventories, &mut bytes).expect("a vector takes it");
        bytes
    };
    let once = written(&inventories);
    let again = read_saved(&once).expect("what was written is read");
    assert_eq!(String::from_utf8_lossy(&once), String::from_utf8_lossy(&written(&again)), "a round changes it");
}

/// What a user gives apart from a target; the first byte says which kind.
pub(crate) fn inputs(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    match kind % 5 {
        0 => drop(underpin::vulns::read("list", rest)),
        1 => drop(Log::parse(&text)),
        2 => drop(Case::parse("case.json", &text)),
        3 => drop(sbom::read(rest, "bill")),
        _ => {
            let (name, text) = text.split_once('\n').unwrap_or_default();
            let file = SourceFile { relative: name.to_owned(), shown: name.to_owned(), text: text.to_owned() };
            drop(Catalog::from_files(&[file]));
        }
    }
}

/// Three lines: versions of every order, ranges and package URLs.
pub(crate) fn versions(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines().map(|line| line.chars().take(100).collect::<String>());
    let [a, b, c] = [(); 3].map(|()| lines.next().unwrap_or_default());
    for kind in ["deb", "npm", "pypi", "rpm"] {
        let scheme = Scheme::of_purl_type(kind);
        assert_eq!(scheme.compare(&a, &b), scheme.compare(&b, &a).reverse(), "{kind}: {a:?} and {b:?}");
        assert!(scheme.compare(&a, &a).is_eq(), "{kind}: {a:?}");
        // The others fall back to this one where they cannot read a version.
        if scheme == Scheme::Generic && scheme.compare(&a, &b).is_le() && scheme.compare(&b, &c).is_le() {
            assert!(scheme.compare(&a, &c).is_le(), "{a:?}, {b:?}, {c:?}");
        }
        if let Ok(range) = c.parse::<VersionRange>() {
            let _ = range.contains(scheme, &a);
        }
    }
    if let Ok(purl) = a.parse::<Purl>() {
        let again: Purl = purl.to_string().parse().expect("what is written is read");
        assert_eq!(again, purl);
    }
}

fn engine() -> &'static Engine<'static> {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    static ENGINE: OnceLock<Engine<'static>> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::of(CATALOG.get_or_init(Catalog::embedded)))
}

/// No detector failed, and what was found has a bound.
fn check(found: &Findings, bytes: u64) {
    let count = (found.components.len() + found.problems.len() + found.facts.len()) as u64;
    assert!(count <= bytes + 64, "{count} findings in {bytes} bytes");
    tell(&found.problems);
}

fn tell(problems: &[Problem]) {
    let crashed: Vec<&Problem> = problems.iter().filter(|problem| problem.code == Code::Crashed).collect();
    assert!(crashed.is_empty(), "{crashed:?}");
}

/// A file of [`claimed`], first of those that follow.
pub(crate) fn as_input(files: &[(&str, &[u8])]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = files.iter().map(|(path, content)| [path.as_bytes(), b"\0", content].concat()).collect();
    parts.join(BETWEEN)
}
