//! What is read of Go's build information is what `go version -m` prints.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use underpin::catalog::Catalog;
use underpin::detect::{Findings, Opened, examine};
use underpin::fingerprint::Engine;
use underpin::progress::Counters;
use underpin::source::DirectoryTree;

/// What `go` prints; `None` if this machine does not have it.
fn go(arguments: &[&str], folder: &Path) -> Option<String> {
    go_for("linux", arguments, folder)
}

/// As [`go`], for programs of another system on a processor that all have.
fn go_for(system: &str, arguments: &[&str], folder: &Path) -> Option<String> {
    let mut command = Command::new("go");
    if system != "linux" {
        command.env("GOOS", system).env("GOARCH", "amd64");
    }
    let output = command.args(arguments).current_dir(folder).env("GOFLAGS", "").env("GO111MODULE", "on").output().ok()?;
    assert!(output.status.success(), "go {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).ok()
}

/// `path version` of the standard library and of every module, replacements applied.
fn listed(program: &Path) -> Option<BTreeSet<String>> {
    let text = go(&["version", "-m", program.to_str()?], Path::new("/"))?;
    let mut lines = text.lines();
    let compiler = lines.next()?.rsplit_once(": go")?.1.split_whitespace().next()?.to_owned();
    let mut modules: Vec<(String, String)> = vec![("stdlib".to_owned(), compiler)];
    for line in lines {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["", "mod" | "dep", path, version, ..] => modules.push(((*path).to_owned(), (*version).to_owned())),
            ["", "=>", path, version, ..] => {
                let (old, old_version) = modules.last_mut()?;
                if path.starts_with(['.', '/']) {
                    "(devel)".clone_into(old_version);
                } else {
                    (*old, *old_version) = ((*path).to_owned(), (*version).to_owned());
                }
            }
            _ => {}
        }
    }
    Some(modules.into_iter().map(|(path, version)| format!("{path} {}", version.replace("(devel)", "?"))).collect())
}

fn read(program: &Path) -> BTreeSet<String> {
    let tree = DirectoryTree::new(program.parent().expect("a folder"), false);
    let counters = Counters::default();
    let catalog = Catalog::embedded();
    let mut out = Findings::default();
    let file = Opened::new(&tree, &counters, Path::new(program.file_name().expect("a name")));
    examine(&file, &Engine::of(&catalog), &mut out);
    let modules = out.components.iter().filter(|component| component.detectors == ["go-binary"]).map(|component| &component.purl);
    modules.map(|purl| format!("{} {}", purl.full_name(), purl.version().unwrap_or("?"))).collect()
}

/// A program of three modules: one is replaced by a folder, one by another module, both below `folder`.
fn program(folder: &Path) -> Option<PathBuf> {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    };
    write("local/go.mod", "module example.org/local\n");
    write("local/local.go", "package local\n\nconst Name = \"local\"\n");
    write("app/vendor/example.org/old/old.go", "package old\n\nconst Name = \"old\"\n");
    write("app/vendor/example.org/local/local.go", "package local\n\nconst Name = \"local\"\n");
    write(
        "app/vendor/modules.txt",
        "# example.org/local v0.0.0 => ../local\n## explicit\nexample.org/local\n\
         # example.org/old v1.0.0 => example.org/new v1.1.0\n## explicit\nexample.org/old\n\
         # example.org/local => ../local\n# example.org/old => example.org/new v1.1.0\n",
    );
    write(
        "app/go.mod",
        "module example.org/app\n\ngo 1.17\n\nrequire (\n\texample.org/local v0.0.0\n\texample.org/old v1.0.0\n)\n\n\
         replace example.org/local => ../local\n\nreplace example.org/old => example.org/new v1.1.0\n",
    );
    write(
        "app/main.go",
        "package main\n\nimport (\n\t\"example.org/local\"\n\t\"example.org/old\"\n)\n\nfunc main() { println(local.Name, old.Name) }\n",
    );
    go(&["build", "-mod=vendor", "-buildvcs=false", "-o", "tool", "."], &folder.join("app"))?;
    let tool = folder.join("app/tool");
    assert!(tool.is_file(), "go build made no program");
    Some(tool)
}

#[test]
fn a_program_that_go_builds_here_is_read_as_go_reads_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(tool) = program(folder.path()) else { return };
    let expected = listed(&tool).expect("go's list");
    assert!(expected.contains("example.org/new v1.1.0") && expected.contains("example.org/local ?"), "{expected:?}");
    assert_eq!(read(&tool), expected);

    for system in ["windows", "darwin"] {
        let other = format!("{system}.tool");
        let build = ["build", "-mod=vendor", "-buildvcs=false", "-ldflags=-s -w", "-o", &other, "."];
        go_for(system, &build, &folder.path().join("app")).expect("a program");
        assert_eq!(read(&folder.path().join("app").join(other)), expected, "{system}");
    }

    // The loader needs no section table; without one, the information is found in the data segment.
    let mut bytes = std::fs::read(&tool).expect("the program");
    for place in (40..48).chain(60..64) {
        *bytes.get_mut(place).expect("a header") = 0;
    }
    let stripped = folder.path().join("stripped");
    std::fs::write(&stripped, bytes).expect("a file");
    assert_eq!(read(&stripped), expected);
}

#[test]
fn go_s_own_programs_are_read_as_go_reads_them() {
    let Some(root) = go(&["env", "GOROOT"], Path::new("/")) else { return };
    let files = walkdir::WalkDir::new(Path::new(root.trim()).join("bin")).follow_links(true).into_iter();
    let programs: Vec<PathBuf> =
        files.filter_map(Result::ok).filter(|e| e.file_type().is_file()).map(walkdir::DirEntry::into_path).collect();
    assert!(!programs.is_empty(), "no program below {root}");
    for program in programs {
        assert_eq!(Some(read(&program)), listed(&program), "{}", program.display());
    }
}
