//! A list of crates in a real program, put there as cargo-auditable's linker step puts it.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use underpin::catalog::Catalog;
use underpin::detect::{Findings, Opened, examine};
use underpin::fingerprint::Engine;
use underpin::model::Group;
use underpin::progress::Counters;
use underpin::source::DirectoryTree;

/// Whether the tool is there and did its work.
fn run(program: &str, arguments: &[&str], folder: &Path) -> bool {
    let Ok(output) = Command::new(program).args(arguments).current_dir(folder).output() else { return false };
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    true
}

#[test]
fn the_crates_of_a_linked_program_are_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    std::fs::write(folder.join("app.c"), "int main(void) { return 0; }\n").expect("a file");
    let list = r#"{"packages":[{"name":"app","version":"1.0.0","source":"local","dependencies":[1,2],"root":true},
        {"name":"cc","version":"1.2.3","source":"crates.io","kind":"build"},{"name":"libc","version":"0.2.150","source":"crates.io"}]}"#;
    let mut encoder = ZlibEncoder::new(std::fs::File::create(folder.join("list")).expect("a file"), Compression::default());
    encoder.write_all(list.as_bytes()).expect("a file that takes it");
    encoder.finish().expect("a file that takes it");
    if !run("cc", &["-o", "app", "app.c"], folder) || !run("objcopy", &["--add-section", ".dep-v0=list", "app"], folder) {
        return;
    }
    let tree = DirectoryTree::new(folder, false);
    let (counters, catalog) = (Counters::default(), Catalog::embedded());
    let mut out = Findings::default();
    examine(&Opened::new(&tree, &counters, Path::new("app")), &Engine::of(&catalog), &mut out);
    let found: Vec<_> = out.components.iter().map(|component| (component.purl.to_string(), component.group)).collect();
    let expected = [
        ("pkg:cargo/app@1.0.0", Group::Main),
        ("pkg:cargo/cc@1.2.3", Group::Development),
        ("pkg:cargo/libc@0.2.150", Group::Main),
    ];
    assert_eq!(found, expected.map(|(purl, group)| (purl.to_owned(), group)));
}
