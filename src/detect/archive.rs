//! Looks into the archives that lie in a tree: tar behind any compression, zip, and saved images, one in another; and into the
//! folders that are OCI image layouts (<https://github.com/opencontainers/image-spec/blob/main/image-layout.md>) or what `docker
//! save` writes, unpacked (<https://github.com/moby/docker-image-spec>). What is found there is embedded: nobody unpacked it. Java
//! archives and packages of languages have detectors of their own.
//!
//! Bounded three ways: an archive of more than 256 MiB is passed over and counted, everything in one outermost archive shares a
//! budget of 1 GiB of unpacked bytes, and archives deeper than 16 are told. An archive that a package brought is the package's.

use std::path::{Path, PathBuf};

use crate::model::{Evidence, Location};
use crate::problem::{Code, Problem};
use crate::source::{Below, Budget, PackedTree, Tree, format_of, images, is_image, is_saved_layer, open_archive};
use crate::walk::{Excludes, walk_packed};

use super::run::{Within, inner_path, name_layers, run_one_by_one};
use super::{Claim, Detector, FileFacts, Findings, Opened, pacman_archive};

/// Larger archives are backups and disk images rather than software that somebody unpacks.
const MAX_FILE: u64 = 256 << 20;
/// Most bytes that everything in one outermost archive may unpack to.
const BUDGET: u64 = 1 << 30;
/// How deep archives may lie in one another.
const MAX_DEPTH: usize = 16;
/// The file that marks a folder as an OCI image layout.
const LAYOUT: &str = "oci-layout";
/// The file that marks a folder as what `docker save` wrote; others have files of this name, too.
const SAVED: &str = "manifest.json";

/// The detector's id.
pub const ID: &str = "archive";

/// Archives in a tree.
pub(super) struct Archive;

impl Detector for Archive {
    fn id(&self) -> &'static str {
        ID
    }

    fn claims(&self) -> &'static [Claim] {
        &[
            Claim::Suffix(".bz2"),
            Claim::Suffix(".gz"),
            Claim::Suffix(".lz4"),
            Claim::Suffix(".tar"),
            Claim::Suffix(".tbz2"),
            Claim::Suffix(".tgz"),
            Claim::Suffix(".txz"),
            Claim::Suffix(".tzst"),
            Claim::Suffix(".xz"),
            Claim::Suffix(".zip"),
            Claim::Suffix(".zst"),
            Claim::Name(LAYOUT),
            Claim::Name(SAVED),
        ]
    }

    /// `x.tar.gz`, not `x.log.gz`: a compressed file that is no archive says so in its name.
    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        if matches!(facts.name(), LAYOUT | SAVED) {
            return true;
        }
        let (stem, suffix) = facts.name().rsplit_once('.').unwrap_or_default();
        let inner = stem.rsplit_once('.').map(|(_, inner)| inner);
        let is_archive = matches!(suffix, "tar" | "tbz2" | "tgz" | "txz" | "tzst" | "zip") || inner == Some("tar");
        is_archive && !pacman_archive::is_named(facts.name())
    }

    fn detect(&self, _: &Opened<'_>, _: &mut Findings) {}

    fn detect_within(&self, file: &Opened<'_>, within: &Within<'_>, out: &mut Findings) {
        if within.owner(file.path()).is_some() {
            return out.skip("archive of an installed package");
        }
        if file.facts().folder(0) == "pkgs" && file.sibling("urls.txt").exists() {
            return out.skip("package that conda keeps");
        }
        match file.facts().name() {
            // Newer programs write both, and the layout was read.
            SAVED if file.sibling(LAYOUT).exists() => return,
            LAYOUT | SAVED => return layout(file, within, out),
            name if name.strip_suffix(".tar").is_some() && is_layer(file) => return,
            _ => {}
        }
        let Some(section) = out.noted(file.section()) else { return };
        if section.len() > MAX_FILE {
            return out.skip("archive over 256 MiB");
        }
        let shown = file.shown();
        if shown.matches("!/").count() >= MAX_DEPTH {
            return out.problem(Code::TooDeep, file, format!("archive lies deeper than {MAX_DEPTH} archives, hence not read"));
        }
        if section.is_empty() || format_of(&section).is_none() {
            // The name is only a hint: an empty or another file under it holds nothing, and nothing is wrong with it.
            return;
        }
        let budget = file.tree().budget().cloned().unwrap_or_else(|| Budget::of(BUDGET));
        let mut problems = Vec::new();
        match open_archive(&section, &shown, &budget, &mut problems) {
            Ok(tree) => contents(&tree.shown_below(format!("{shown}!/")), within, &mut problems, out),
            Err(problem) => problems.push(problem),
        }
        file.count(section.len());
        out.problems.extend(problems);
    }
}

/// What the images hold whose layout is the folder that `file` marks.
fn layout(file: &Opened<'_>, within: &Within<'_>, out: &mut Findings) {
    let folder = parent(file.path());
    let below = Below::new(file.tree(), &folder);
    if is_image(&below) {
        let mut problems = Vec::new();
        of_images(&below, &format!("{}!/", file.tree().show(&folder)), within, &mut problems, out);
        out.problems.extend(problems);
    }
}

/// Whether the file is a layer of an unpacked image, in the image's folder or in one of its own: it is read with the image, which says
/// what of it is left.
fn is_layer(file: &Opened<'_>) -> bool {
    let folder = parent(file.path());
    [folder.clone(), parent(&folder)].iter().any(|above| {
        let path = file.path().strip_prefix(above).unwrap_or(Path::new("")).to_string_lossy();
        is_saved_layer(&Below::new(file.tree(), above), &path)
    })
}

fn parent(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new("")).to_owned()
}

/// What lies in an archive: the files of its images, or its own.
fn contents(tree: &PackedTree, within: &Within<'_>, problems: &mut Vec<Problem>, out: &mut Findings) {
    if is_image(tree) {
        of_images(tree, &tree.show(Path::new("")), within, problems, out);
    } else {
        embedded(tree, within, out);
    }
}

/// Adds what the images of `tree` hold, whose paths are shown behind `prefix`.
fn of_images(tree: &dyn Tree, prefix: &str, within: &Within<'_>, problems: &mut Vec<Problem>, out: &mut Findings) {
    let budget = tree.budget().cloned().unwrap_or_else(|| Budget::of(BUDGET));
    for image in images(tree, &budget, problems) {
        embedded(&image.tree.shown_below(prefix), within, out);
    }
}

/// Adds what `tree` holds to `out`.
fn embedded(tree: &PackedTree, within: &Within<'_>, out: &mut Findings) {
    let walked = walk_packed(tree, within.table, &Excludes::default(), within.counters);
    let mut found = run_one_by_one(tree, &walked.candidates, within);
    found.problems.extend(walked.problems);
    name_layers(&mut found.components, tree);
    let prefix = tree.show(Path::new(""));
    for component in &mut found.components {
        component.evidence = component.evidence.min(Evidence::Embedded);
        let owner = |place: &Location| found.ownership.owner(&inner_path(&place.path, &prefix)).cloned();
        component.owner = component.owner.take().or_else(|| component.locations.iter().find_map(owner));
    }
    // Facts and owners of what is packed are not the host's.
    let Findings { components, problems, skipped, .. } = found;
    *out = std::mem::take(out).merge(Findings { components, problems, skipped, ..Findings::default() });
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::write::SimpleFileOptions;

    use super::super::{ClaimTable, DETECTORS};
    use super::*;
    use crate::progress::Counters;
    use crate::source::MemoryTree;

    const LOCK: &[u8] = br#"{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}"#;
    const METADATA: &[u8] = b"Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n";

    fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(bytes).expect("its bytes");
        zip.finish().expect("an archive").into_inner()
    }

    fn tarred(name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, bytes).expect("an entry");
        builder.into_inner().expect("a tar")
    }

    /// What is found in the file `name`: purl, evidence, place, then problems.
    fn found(name: &str, bytes: Vec<u8>) -> Vec<String> {
        found_in(&MemoryTree::default().with(name, bytes), name)
    }

    fn found_in(tree: &MemoryTree, name: &str) -> Vec<String> {
        let (counters, table) = (Counters::default(), ClaimTable::new(DETECTORS));
        let within = Within { table: &table, engine: None, counters: &counters, ownership: None, replaced: None, memory: None };
        let mut out = Findings::default();
        Archive.detect_within(&Opened::new(tree, &counters, Path::new(name)), &within, &mut out);
        let component = |c: &crate::model::Component| format!("{} {} {}", c.purl, c.evidence, c.locations[0].path);
        out.components.iter().map(component).chain(out.problems.iter().map(ToString::to_string)).collect()
    }

    #[test]
    fn what_lies_in_an_archive_in_an_archive_is_embedded_and_shown_with_its_way() {
        let inner = zipped("lib/six-1.16.0.dist-info/METADATA", METADATA);
        assert_eq!(
            found("drop/app.tar", tarred("dist/app.zip", &inner)),
            ["pkg:pypi/six@1.16.0 embedded drop/app.tar!/dist/app.zip!/lib/six-1.16.0.dist-info/METADATA"]
        );
    }

    #[test]
    fn backslashes_of_windows_part_folders_in_a_zip() {
        let lines = found("a.zip", zipped("lib\\six-1.16.0.dist-info\\METADATA", METADATA));
        assert_eq!(lines, ["pkg:pypi/six@1.16.0 embedded a.zip!/lib/six-1.16.0.dist-info/METADATA"]);
        let lines = found("a.zip", zipped("..\\..\\package-lock.json", LOCK));
        assert!(matches!(&lines[..], [only] if only.contains("leads out of the archive")), "{lines:?}");
    }

    #[test]
    fn a_lock_file_in_an_archive_stays_a_declaration() {
        assert_eq!(
            found("a.zip", zipped("package-lock.json", LOCK)),
            ["pkg:npm/a@1.0.0 declared a.zip!/package-lock.json:1"].map(|line| line.trim_end_matches(":1").to_owned())
        );
    }

    #[test]
    fn what_npm_packed_is_a_package_and_asks_for_nothing_here() {
        let manifest = br#"{"name": "a", "version": "1.0.0", "dependencies": {"b": "1.0.0"}}"#;
        assert_eq!(
            found("a-1.0.0.tar", tarred("package/package.json", manifest)),
            ["pkg:npm/a@1.0.0 embedded a-1.0.0.tar!/package/package.json"]
        );
    }

    #[test]
    fn a_source_distribution_is_a_package_and_asks_for_nothing_here() {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, bytes) in [
            ("six-1.16.0/PKG-INFO", METADATA),
            ("six-1.16.0/six.egg-info/PKG-INFO", METADATA),
            ("six-1.16.0/setup.py", b"setup(name='six', tests_require=['pytest==1.0'], install_requires=['a==1.0'])\n"),
            ("six-1.16.0/docs/requirements.txt", b"sphinx==7.0\n"),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, bytes).expect("an entry");
        }
        let bytes = builder.into_inner().expect("a tar");
        assert_eq!(found("six-1.16.0.tar", bytes), ["pkg:pypi/six@1.16.0 embedded six-1.16.0.tar!/six-1.16.0/PKG-INFO"]);
    }

    #[test]
    fn archives_end_at_sixteen_and_what_is_no_archive_is_nothing() {
        let mut bytes = zipped("package-lock.json", LOCK);
        for _ in 0..17 {
            bytes = zipped("n.zip", &bytes);
        }
        let found_deep = found("a.zip", bytes);
        assert!(found_deep.len() == 1 && found_deep[0].contains("UP005"), "{found_deep:?}");
        assert_eq!(found("a.zip", b"no zip".to_vec()), Vec::<String>::new());
        assert_eq!(found("a.zip", Vec::new()), Vec::<String>::new());
    }

    #[test]
    fn a_folder_that_is_an_image_layout_is_read_as_the_image_that_it_holds() {
        let layers = [
            tarred("app/package-lock.json", LOCK),
            tarred("app/.wh.package-lock.json", b""),
            tarred("b/package-lock.json", LOCK),
        ];
        let names: Vec<String> = (1..).zip(&layers).map(|(n, _): (u32, _)| format!(r#"{{"digest":"sha256:{n}"}}"#)).collect();
        let manifest = format!(r#"{{"config":{{"digest":"sha256:c"}},"layers":[{}]}}"#, names.join(","));
        let mut tree = MemoryTree::default()
            .with("img/oci-layout", *br#"{"imageLayoutVersion":"1.0.0"}"#)
            .with("img/index.json", *br#"{"manifests":[{"digest":"sha256:d"}]}"#)
            .with("img/blobs/sha256/c", *br#"{"rootfs":{"diff_ids":["sha256:x","sha256:y","sha256:z"]}}"#)
            .with("img/blobs/sha256/d", manifest.into_bytes())
            .with("no/oci-layout", *b"{}");
        for (n, layer) in (1..).zip(layers) {
            tree = tree.with(&format!("img/blobs/sha256/{n}"), layer);
        }
        assert_eq!(found_in(&tree, "img/oci-layout"), ["pkg:npm/a@1.0.0 declared img!/b/package-lock.json"]);
        assert_eq!(found_in(&tree, "no/oci-layout"), Vec::<String>::new());
    }

    #[test]
    fn an_unpacked_folder_of_docker_save_is_read_as_its_image_and_its_layers_are_not_read_alone() {
        let tree = MemoryTree::default()
            .with("s/manifest.json", *br#"[{"Config":"c.json","RepoTags":["a:1"],"Layers":["0a/layer.tar","0b/layer.tar"]}]"#)
            .with("s/c.json", *br#"{"rootfs":{"diff_ids":["sha256:x","sha256:y"]}}"#)
            .with("s/0a/layer.tar", tarred("app/package-lock.json", LOCK))
            .with("s/0b/layer.tar", tarred("app/.wh.package-lock.json", b""));
        assert_eq!(found_in(&tree, "s/manifest.json"), Vec::<String>::new());
        assert_eq!(found_in(&tree, "s/0a/layer.tar"), Vec::<String>::new());
        let kept = tree.with("s/0b/layer.tar", tarred("b/package-lock.json", LOCK));
        assert_eq!(
            found_in(&kept, "s/manifest.json"),
            ["pkg:npm/a@1.0.0 declared s!/app/package-lock.json", "pkg:npm/a@1.0.0 declared s!/b/package-lock.json"]
        );
        let both = kept.with("s/oci-layout", *br#"{"imageLayoutVersion":"1.0.0"}"#);
        assert_eq!(found_in(&both, "s/manifest.json"), Vec::<String>::new());
        assert_eq!(found_in(&both, "s/oci-layout").len(), 2);
        let flat = MemoryTree::default()
            .with("s/manifest.json", *br#"[{"Config":"c.json","Layers":["0a.tar"]}]"#)
            .with("s/0a.tar", tarred("app/package-lock.json", LOCK))
            .with("s/other.tar", tarred("app/package-lock.json", LOCK));
        assert_eq!(found_in(&flat, "s/0a.tar"), Vec::<String>::new());
        assert_eq!(found_in(&flat, "s/other.tar").len(), 1);
        let alone = MemoryTree::default().with("x/layer.tar", tarred("app/package-lock.json", LOCK));
        assert_eq!(found_in(&alone, "x/layer.tar"), ["pkg:npm/a@1.0.0 declared x/layer.tar!/app/package-lock.json"]);
        let web = MemoryTree::default().with("w/manifest.json", *br#"{"name": "app"}"#);
        assert_eq!(found_in(&web, "w/manifest.json"), Vec::<String>::new());
    }

    #[test]
    fn only_names_of_archives_are_wanted() {
        for (name, wanted) in [
            ("a.tar.gz", true),
            ("a.tgz", true),
            ("a.log.gz", false),
            ("a.tar", true),
            ("man.1.gz", false),
            ("a.zip", true),
            ("a-1-1-any.pkg.tar.zst", false),
            ("oci-layout", true),
        ] {
            assert_eq!(Archive.wants(&FileFacts::new(Path::new(name))), wanted, "{name}");
        }
    }
}
