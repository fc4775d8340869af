//! Archives: nested, bombs, lies, and names that lead out.

use std::io::{Cursor, Read, Write as _};
use std::path::Path;

use zip::write::SimpleFileOptions;

use super::{Case, LOCK, check, write};

pub(super) const CASES: &[Case] = &[
    Case { input: "archives in one another, more than 16 deep", make: deep, problems: &["n.zip!/* UP005"], found: &[] },
    Case { input: "Java archives in one another, more than 16 deep", make: deep_jar, problems: &["n.jar* UP005"], found: &[] },
    Case {
        input: "an archive that unpacks to more than 1 GiB",
        make: bomb,
        problems: &["bomb.tar.zst UP014"],
        found: &["pkg:npm/left-pad@1.3.0"],
    },
    Case {
        input: "archives in one archive that unpack to more than 1 GiB together",
        make: together,
        problems: &["all.tar!/3.tar.zst UP014", "all.tar!/4.tar.zst UP014"],
        found: &["pkg:npm/left-pad@1.3.0"],
    },
    Case {
        input: "an entry that is larger than files of its kind are",
        make: large_entry,
        problems: &["large.zip!/package-lock.json UP004"],
        found: &[],
    },
    Case {
        input: "an entry that unpacks to more than it states",
        make: liar,
        problems: &["liar.zip!/package-lock.json UP001"],
        found: &[],
    },
    Case {
        input: "entries whose names lead out of the archive",
        make: traversal,
        problems: &["back.zip UP010", "up.tar UP010", "up.zip UP010"],
        found: &["pkg:npm/left-pad@1.3.0"],
    },
    Case { input: "links in an archive that lead out of it or round in a loop", make: links, problems: &[], found: &[] },
    Case {
        input: "devices and FIFOs in an archive",
        make: devices,
        problems: &["dev.tar!/Cargo.lock UP009", "dev.tar!/package-lock.json UP009"],
        found: &[],
    },
    Case {
        input: "an archive that ends in the middle",
        make: half,
        problems: &["half.tar.gz UP003"],
        found: &["pkg:npm/left-pad@1.3.0"],
    },
];

#[test]
fn hostile_archives_are_bounded_and_told() {
    check(CASES, "true");
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

/// Entries of tar; their names are written by hand, since the library refuses those that lead out.
fn tarred(entries: &[(&str, tar::EntryType, &str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, kind, link, bytes) in entries {
        builder.append(&header(name, *kind, link, bytes.len() as u64), *bytes).expect("an entry");
    }
    builder.into_inner().expect("an archive")
}

fn header(name: &str, kind: tar::EntryType, link: &str, len: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o644);
    header.set_entry_type(kind);
    header.set_size(len);
    let old = header.as_old_mut();
    old.name.iter_mut().zip(name.bytes()).for_each(|(place, byte)| *place = byte);
    old.linkname.iter_mut().zip(link.bytes()).for_each(|(place, byte)| *place = byte);
    header.set_cksum();
    header
}

/// A tar archive with a lock file and then `mib` MiB of zeros, compressed.
fn zeros(mib: u64) -> Vec<u8> {
    let lock = tarred(&[("package-lock.json", tar::EntryType::Regular, "", LOCK.as_bytes())]);
    let len = mib << 20;
    let head = header("zeros", tar::EntryType::Regular, "", len);
    let rest = std::io::repeat(0).take(len);
    let whole = lock.get(..1024).expect("an entry").chain(&head.as_bytes()[..]).chain(rest);
    zstd::stream::encode_all(whole, 1).expect("zstd")
}

fn deep(root: &Path) {
    let bytes = (0..20).fold(zipped(&[("package-lock.json", LOCK.as_bytes())]), |inner, _| zipped(&[("n.zip", &inner)]));
    write(root, "n.zip", bytes);
}

fn deep_jar(root: &Path) {
    let properties = b"groupId=g\nartifactId=b\nversion=2.0\n";
    let inner = zipped(&[("META-INF/maven/g/b/pom.properties", properties)]);
    write(root, "n.jar", (0..20).fold(inner, |inner, _| zipped(&[("n.jar", &inner)])));
}

fn bomb(root: &Path) {
    write(root, "bomb.tar.zst", zeros(1100));
}

fn together(root: &Path) {
    let part = zeros(300);
    let names = ["0.tar.zst", "1.tar.zst", "2.tar.zst", "3.tar.zst", "4.tar.zst"];
    write(root, "all.tar", tarred(&names.map(|name| (name, tar::EntryType::Regular, "", part.as_slice()))));
}

fn large_entry(root: &Path) {
    write(root, "large.zip", zipped(&[("package-lock.json", &vec![b' '; 65 << 20])]));
}

/// Both headers of the entry state a length of 10.
fn liar(root: &Path) {
    let content = vec![b' '; 20 << 20];
    let mut bytes = zipped(&[("package-lock.json", &content)]);
    let stated = u32::try_from(content.len()).expect("it fits").to_le_bytes();
    while let Some(at) = bytes.windows(4).position(|window| window == stated) {
        bytes[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    write(root, "liar.zip", bytes);
}

fn traversal(root: &Path) {
    let lock = LOCK.as_bytes();
    write(root, "up.zip", zipped(&[("../../package-lock.json", lock)]));
    write(root, "back.zip", zipped(&[("..\\..\\package-lock.json", lock)]));
    let regular = tar::EntryType::Regular;
    let entries = [("../../etc/Cargo.lock", regular, "", &b"x"[..]), ("/abs/package-lock.json", regular, "", lock)];
    write(root, "up.tar", tarred(&entries));
}

fn links(root: &Path) {
    let link = tar::EntryType::Symlink;
    let entries = [
        ("etc", link, "/etc", &b""[..]),
        ("package-lock.json", link, "../ok/package-lock.json", b""),
        ("Cargo.lock", link, "Cargo.lock", b""),
        ("uv.lock", tar::EntryType::Link, "uv.lock", b""),
        ("poetry.lock", tar::EntryType::Link, "../../poetry.lock", b""),
    ];
    write(root, "links.tar", tarred(&entries));
}

fn devices(root: &Path) {
    let entries = [("Cargo.lock", tar::EntryType::Fifo, "", &b""[..]), ("package-lock.json", tar::EntryType::Char, "", b"")];
    write(root, "dev.tar", tarred(&entries));
}

fn half(root: &Path) {
    // Bytes that no compression shortens, so that the cut lies inside them.
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(100_000)
    .collect();
    let regular = tar::EntryType::Regular;
    let whole = tarred(&[("package-lock.json", regular, "", LOCK.as_bytes()), ("noise", regular, "", &noise)]);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&whole).expect("a write");
    let packed = gzip.finish().expect("gzip");
    write(root, "half.tar.gz", packed.get(..50_000).expect("a half"));
}
