//! The bodies of the fuzz targets on what the fuzzers once found, and on small files of every format, damaged: the same ones in each run.
//!
//! `FUZZ_SEEDS=1 cargo test --test fuzz` writes the small files to `fuzz/corpus/`, for the fuzzers to begin with.

#[path = "../fuzz/bodies.rs"]
mod bodies;
#[path = "support/seeds.rs"]
mod seeds;

use std::io::{Cursor, Write as _};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use underpin::catalog::Catalog;
use underpin::detect::DETECTORS;
use underpin::inventory::write_saved;
use underpin::progress::Counters;
use underpin::scan::{Detail, ScanPlan, Subject, scan};
use underpin::walk::Limits;

use bodies::{BODIES, Body, as_input};
use seeds::{FILES, GENERAL, SEEDS, claimed, seeds};

/// How often each small file is damaged.
const ROUNDS: usize = 60;
/// What one input may take, unoptimised and on a busy machine.
const LONGEST: Duration = Duration::from_secs(20);

/// Numbers that look random and are the same in each run (xorshift64*, <https://doi.org/10.1145/2845077>).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap_or_default() % most.max(1)
    }
}

/// `bytes` with one to eight damages.
fn damaged(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    const EDGES: [u8; 8] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF, b'\n', b'"'];
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len());
        let len = dice.below(16).min(bytes.len() - at);
        match dice.below(7) {
            _ if bytes.is_empty() => bytes.push(0),
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = EDGES[dice.below(EDGES.len())],
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..at + len)),
            4 => {
                let part = bytes[at..at + len].to_vec();
                let to = dice.below(bytes.len());
                drop(bytes.splice(to..to, part));
            }
            // A length, or a place, that is none.
            5 => bytes[at..at + len.min(4)].fill(0xFF),
            _ => {
                let part = bytes[at..at + len].repeat(64);
                drop(bytes.splice(at..at, part));
            }
        }
    }
    bytes
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

fn tarred(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o755);
        builder.append_data(&mut header, name, *bytes).expect("an entry");
    }
    builder.into_inner().expect("an archive")
}

/// A Debian package, an image as `docker save` writes it, and archives behind each compression.
fn archives() -> Vec<Vec<u8>> {
    let files = FILES.map(|(path, text)| (path, text.as_bytes()));
    let few = files.get(..4).unwrap_or_default();
    let (tar, zip) = (tarred(few), zipped(few));
    let member = |name: &str, bytes: &[u8]| {
        let header = format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, "100644", bytes.len());
        [header.as_bytes(), bytes, if bytes.len() % 2 == 1 { b"\n" } else { b"" }].concat()
    };
    let deb = [
        b"!<arch>\n".to_vec(),
        member("debian-binary", b"2.0\n"),
        member("control.tar", &tarred(&[("./control", b"Package: a\nVersion: 1\nArchitecture: all\n")])),
        member("data.tar", &tar),
    ];
    let image = tarred(&[
        ("manifest.json", br#"[{"Config":"c.json","RepoTags":["a:1"],"Layers":["l/layer.tar"]}]"#),
        ("c.json", br#"{"rootfs":{"diff_ids":["sha256:x"]}}"#),
        ("l/layer.tar", &tarred(&[("app/package-lock.json", FILES[0].1.as_bytes()), ("app/.wh.old", b"")])),
    ]);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&tar).expect("a write");
    let gzip = gzip.finish().expect("gzip");
    let zstd = zstd::stream::encode_all(tar.as_slice(), 1).expect("zstd");
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 0);
    xz.write_all(&tar).expect("a write");
    let xz = xz.finish().expect("xz");
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(&tar).expect("a write");
    let bzip2 = bzip2.finish().expect("bzip2");
    vec![tarred(&[("in.tar", &tar), ("in.zip", &zip), ("in.tar.gz", &gzip)]), zip, deb.concat(), image, gzip, zstd, xz, bzip2]
}

/// The small files that a target begins with.
fn small(target: &str) -> Vec<Vec<u8>> {
    match target {
        "archive" => archives(),
        "claimed" => {
            let whole = FILES.iter().map(|(path, text)| as_input(&[(path, text.as_bytes())]));
            let own = DETECTORS.iter().map(|detector| seeds(detector.id())).filter(|files| !files.is_empty()).map(|files| {
                let files: Vec<(&str, &[u8])> = files.iter().map(|(path, bytes)| (*path, bytes.as_slice())).collect();
                as_input(&files)
            });
            let claims = DETECTORS.iter().flat_map(|detector| detector.claims()).map(|claim| claimed(*claim));
            let general = claims.zip(GENERAL.iter().cycle()).map(|(path, text)| as_input(&[(&path, text.as_bytes())]));
            let packed =
                archives().into_iter().zip(["a.tar", "a.zip", "a.deb", "b.tar", "a.tgz", "a.tar.zst", "a.txz", "a.tbz2"]);
            let packed = packed.map(|(bytes, name)| as_input(&[(name, &bytes)]));
            whole.chain(own).chain(general).chain(packed).collect()
        }
        "executable" => {
            let program = std::fs::read("/bin/true").expect("a program");
            vec![program, b"#!/bin/sh\n# nginx/1.18.0\n".to_vec(), b"MZ\0\0".repeat(40), b"\xcf\xfa\xed\xfe".repeat(40)]
        }
        "inputs" => {
            let texts = FILES
                .iter()
                .map(|(_, text)| *text)
                .chain(SEEDS.iter().flat_map(|(_, files)| files.iter().map(|(_, text)| *text)));
            let product = "products/a.toml\nschema = 1\nname = \"A\"\nkind = \"other\"\nopen-source = \"yes\"\nsources = [\"https://a.example\"]\n\
                [[binary]]\nrole = \"tool\"\nfiles = [\"a\"]\nanchor = \"ACME tool \"\nversion = 'ACME (\\d+)'\n";
            let case = r#"{"key": "c", "context": {"env": "prod"}, "inputs": {"h": [10, 40, 90], "w": [45, 65, 110], "P": 100}}"#;
            let log = "date,minutes,product,activity,person,ticket,note,entered_at,manager_confirmed,id\n2026-01-01,90,nginx,incident,a,T-1,n,2026-01-02,,x\n";
            let own = [product, case, log].into_iter();
            own.chain(texts)
                .enumerate()
                .map(|(kind, text)| [&[u8::try_from(kind % 5).unwrap_or_default()], text.as_bytes()].concat())
                .collect()
        }
        "saved" => vec![saved_scan()],
        _ => vec![
            b"1:2.3-4~rc1\n1.0.0-beta.1\n>=1, <2.0".to_vec(),
            b"pkg:deb/debian/a@1%2B2?arch=amd64&distro=x#p\n1!2.0.post1\n~1".to_vec(),
        ],
    }
}

/// The saved scan of a folder with a file of many formats.
fn saved_scan() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in FILES.iter().take(8).chain(&[("etc/os-release", "ID=debian\n"), ("var/lib/dpkg/status", GENERAL[8])]) {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    let (root, catalog) = (folder.path().canonicalize().expect("a real path"), Catalog::embedded());
    let plan = ScanPlan {
        subject: Subject::Directory { root, absolute: true },
        given: "x".to_owned(),
        detectors: DETECTORS,
        limits: Limits::default(),
        catalog: &catalog,
        detail: Detail::Licenses,
        cache: None,
    };
    let mut bytes = Vec::new();
    write_saved(&scan(&plan, &Counters::default()), &mut bytes).expect("a vector takes it");
    bytes
}

/// Runs one input, and says which one if it fails.
fn replay(target: &str, body: Body, bytes: &[u8], what: &str, faults: &mut Vec<String>) {
    let begun = Instant::now();
    if catch_unwind(|| body(bytes)).is_err() || begun.elapsed() > LONGEST {
        let shown = String::from_utf8_lossy(bytes.get(..bytes.len().min(300)).unwrap_or_default()).into_owned();
        faults.push(format!("{target}, {what}, {:?}: {shown:?}", begun.elapsed()));
    }
}

#[test]
fn damaged_files_of_every_format_do_no_harm() {
    let mut faults = Vec::new();
    for (target, body) in BODIES {
        let mut dice = Dice(0x5EED);
        for (number, bytes) in small(target).iter().enumerate() {
            replay(target, body, bytes, &format!("file {number}"), &mut faults);
            for round in 0..ROUNDS {
                replay(target, body, &damaged(bytes, &mut dice), &format!("file {number}, round {round}"), &mut faults);
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_the_fuzzers_found_stays_mended() {
    let mut faults = Vec::new();
    for (target, body) in BODIES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/found").join(target);
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        for path in paths {
            replay(target, body, &std::fs::read(&path).expect("a file"), &path.display().to_string(), &mut faults);
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_target_is_a_program_with_files_to_begin_with() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).expect("fuzz/Cargo.toml");
    for (target, _) in BODIES {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
        let program = std::fs::read_to_string(root.join(format!("fuzz_targets/{target}.rs"))).expect("a target");
        assert!(program.contains(&format!("bodies::{target}(data)")), "{target}: {program}");
        let files = small(target);
        assert!(!files.is_empty(), "{target}");
        if std::env::var_os("FUZZ_SEEDS").is_some() {
            let folder = root.join("corpus").join(target);
            std::fs::create_dir_all(&folder).expect("a folder");
            for (number, bytes) in files.iter().enumerate() {
                std::fs::write(folder.join(format!("seed-{number}")), bytes).expect("a file");
            }
        }
    }
}
